"""Charts of chapter 9: falls on a log scale, with the fastest fall that a half-life allows.

Time runs in hours here, so that a constant half-life is a straight line; after column 8 the axis is compressed.
The light wedge that opens from each value holds every later value that production at zero, or any more, could reach.
"""

from functools import cache
from math import log2

import altair as alt
import pandas as pd
from markupsafe import Markup

from casebook.charts.case import ARROW, rows_of
from casebook.display import figure
from casebook.display.choices import Choices, Control
from casebook.display.figure import ACCENT, MUTED, PAPER, SECOND, Figure, single, stacked, two_drawings
from casebook.models import kinetics
from casebook.tables.table1 import COLUMNS
from casebook.tables.values import table
from casebook.tables.wording import listed, unit_text

WIDTH, END, SQUEEZE = 262, 228, 5
ENDS = {"CRP": (1.4, 420), "procalcitonin": (0.005, 190), "ProBNP": (30, 16000), "troponin I": (0.004, 0.16)}
"""Ends of the log axes, in the units of Table 1."""
BESIDE = {("CRP", "3a"): "below", ("CRP", "4"): "right", ("troponin I", "3a"): "left",
          ("procalcitonin", "13"): "below",
          ("ProBNP", "2"): "high", ("ProBNP", "3b"): "right", ("ProBNP", "4"): "below"}
"""Where a value's label stands, if not above its mark."""
TICKS = {"CRP": [10, 100], "procalcitonin": [0.1, 1, 10, 100], "ProBNP": [100, 1000, 10000], "troponin I": [0.01, 0.1]}


def place_of_hour(hour: float, clock: dict[str, float]) -> float:
    """Where an hour stands on the axis: as it is up to column 8, a fifth of the distance after it."""
    return hour if hour <= clock["8"] else clock["8"] + (hour - clock["8"]) / SQUEEZE


def hours_axis(gap: int, labels: bool = True, of: str = "x:Q") -> alt.X:
    """The x axis in hours, labelled with the columns of Table 1; ``gap`` hours lie between 3a and 3b."""
    clock = kinetics.hours(gap)
    shown = [c for c in COLUMNS if gap or c != "3b"]
    at = [place_of_hour(clock[c], clock) for c in shown]
    names = ["3a, 3b" if c == "3a" and not gap else c for c in shown]
    text = "{" + ",".join(f"'{p:g}':'{name}'" for p, name in zip(at, names)) + "}[format(datum.value, '~r')]"
    title = f"Column of Table 1, in hours (3a to 3b: {gap} h)" if labels else None
    side = alt.condition(f"datum.value == {clock['3a']}", alt.value("right"), alt.value("center"))
    return alt.X(of).title(title).scale(domain=[-18, END]).axis(
        values=at, labelExpr=text, labels=labels, domain=labels, labelOverlap=False, labelFontSize=11,
        **{"labelAlign": side} if 0 < gap < 24 else {})                  # 3a and 3b would touch


def log_axis(parameter: str, of: str = "value:Q") -> alt.Y:
    """The log axis of one row, in the unit of Table 1."""
    return alt.Y(of).title(None).scale(type="log", domain=list(ENDS[parameter])).axis(
        values=TICKS[parameter], labelExpr="datum.value >= 1000 ? format(datum.value, ',') : format(datum.value, '~r')")


def value_labels(rows: pd.DataFrame, x: alt.X, y: alt.Y, beside: dict = BESIDE) -> list[alt.Chart]:
    """Printed values beside their marks; a few stand below or to the right, so that neighbours stay readable."""
    where = pd.Series([beside.get((p, c), "above") for p, c in zip(rows["parameter"], rows["column"])],
                      index=rows.index)
    looks: dict[str, dict] = {"above": dict(dy=-10), "high": dict(dy=-20), "below": dict(dy=13),
                              "right": dict(align="left", dx=5, dy=-7), "left": dict(align="right", dx=-6, dy=2)}
    return [alt.Chart(rows[where == w]).mark_text(fontSize=11, **look).encode(x=x, y=y, text=alt.Text("printed:N"))
            for w, look in looks.items() if (where == w).any()]


def limit_marks(limits: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Arrows at limits of detection; the first one carries its label."""
    arrow = dict(shape=ARROW, size=240, strokeWidth=1.8, filled=False, yOffset=8)
    return [alt.Chart(limits).mark_point(**arrow).encode(x=x, y=y),
            alt.Chart(limits.iloc[:1]).mark_text(dy=-9, fontSize=11).encode(x=x, y=y, text=alt.Text("printed:N"))]


def _wedges(steps, rows, parameter, clock, slack, half_life):
    """Corners of the wedge from each value to the next sampling: everything between 'no fall' and the fastest fall."""
    bottom, corners = ENDS[parameter][0], []
    for i, step in enumerate(steps.to_dict("records")):
        if pd.isna(step["needed"]):
            continue
        start, top = clock[step["start"]], rows["value"][i]
        until_bottom = half_life * log2(top / bottom) - slack
        at = [0, step["elapsed"]] + ([until_bottom] if 0 < until_bottom < step["elapsed"] else [])
        for hour in sorted(at):
            low = max(bottom, top * kinetics.share_left(hour + slack, half_life))
            corners.append({"step": i, "x": place_of_hour(start + hour, clock), "top": top, "low": low,
                            "breaks": step["shortfall"] > slack + 1e-9})
    return pd.DataFrame(corners)


def _falls(parameter, gap=12, slack=0, reading="as printed", height=118, labels=True, title=""):
    """One row on its log scale: wedges, admissible bars, marks, values, limits, and the hours that a broken step
    lacks. Channels are made here: from a mere string Altair makes one by trial, slowly."""
    clock, half_life = kinetics.hours(gap), kinetics.HALF_LIVES[parameter]
    rows, steps = kinetics.values(parameter, reading), kinetics.steps(parameter, gap, reading=reading)
    spans = rows_of(table(), parameter).set_index("position").loc[rows["position"]].reset_index()
    solid = rows["placement"].iloc[0] == "printed"
    x, bottom = hours_axis(gap, labels), ENDS[parameter][0]
    y = log_axis(parameter)
    rows = rows.assign(x=[place_of_hour(clock[c], clock) for c in rows["column"]],
                       left=[place_of_hour(clock[COLUMNS[p]], clock) for p in spans["from"]],
                       right=[place_of_hour(clock[COLUMNS[p]], clock) for p in spans["to"]],
                       lacks=[None, *(f"{hours:.0f} h short" if hours > slack + 1e-9 else None
                                      for hours in steps["shortfall"])])
    wedges = _wedges(steps, rows, parameter, clock, slack, half_life).rename(columns={"top": "value"})
    layers = []
    for breaks, colour, opacity in ((False, ACCENT, 0.2), (True, SECOND, 0.28)):
        if len(part := wedges[wedges["breaks"] == breaks]):
            layers.append(alt.Chart(part).mark_area(color=colour, opacity=opacity)
                          .encode(x=x, y=y, y2=alt.Y2("low:Q"), detail=alt.Detail("step:N")))
    if not solid:
        layers.append(alt.Chart(rows).mark_rule(color=MUTED, strokeWidth=3, opacity=0.4)
                      .encode(x=hours_axis(gap, labels, "left:Q"), x2=alt.X2("right:Q"), y=y))
    measured, limits = rows[rows["qualifier"] == "="], rows[rows["qualifier"] == "<"]
    kept, broken = measured[measured["lacks"].isna()], measured[measured["lacks"].notna()]
    layers.append(alt.Chart(kept).mark_point(size=36, fill=ACCENT if solid else PAPER, stroke=ACCENT, strokeWidth=1.8)
                  .encode(x=x, y=y))
    layers += value_labels(measured, x, y)
    if len(broken):
        base = alt.Chart(broken).encode(x=x, y=y)
        layers.append(base.mark_point(size=60, shape="diamond", fill=PAPER, stroke=SECOND, strokeWidth=1.8))
        for sign, dx in (("", -4), ("!", 8)):             # the next one's words begin two columns before it
            layers.append(base.transform_filter(f"{sign}(datum.column == '3a')").mark_text(
                align="right", dx=dx, dy=17, fontSize=11, color=SECOND, fontWeight="bold")
                .encode(text=alt.Text("lacks:N")))
    if len(limits):
        layers += limit_marks(limits, x, y)
    layers.append(single(x=clock["8"] + 12, value=bottom).mark_text(text="//", fontSize=12, color=MUTED, dy=1)
                  .encode(x=x, y=y))
    return alt.layer(*layers).properties(width=WIDTH, height=height, title=title)


def _hours_text(hours):
    return f"{hours * 60:.0f} min" if hours < 2 else f"{hours:.0f} h"


def _token(printed, parameter):
    """A value of Table 1 that says whether its column is printed."""
    placement = kinetics.values(parameter)["placement"].iloc[0]
    return Markup('<span data-placement="{}">{}</span>').format(placement, printed)


def _steps_table(parameters, gap=12):
    rows = []
    for parameter in parameters:
        for step in kinetics.steps(parameter, gap).itertuples():
            needs = "no bound" if pd.isna(step.needed) else ("at least " if step.at_least
                                                             else "") + _hours_text(step.needed)
            short = "" if pd.isna(step.needed) else f"{step.shortfall:.1f} h short" if step.shortfall > 0 else "no"
            rows.append({"Row": parameter, "Step": f"{_token(step.first, parameter)} → {_token(step.last, parameter)}",
                         "Columns": f"{step.start} → {step.end}", "Nominal hours": step.elapsed,
                         "Needs": "nothing: no fall" if step.needed == 0 else needs, "Faster than its limit": short})
    return pd.DataFrame(rows)


def _below_in_words(parameters):
    """Which values lie below the wedge of the value before, row by row, as a sentence (12 h, no slack)."""
    below = {p: [f"{s.last} in column {s.end} (by {s.shortfall:.1f} h)"
                 for s in kinetics.broken(kinetics.steps(p), 0).itertuples()]
             for p in parameters}
    some = "; ".join(f"of {p} {listed(values)}" for p, values in below.items() if values)
    none = " or ".join(p for p, values in below.items() if not values)
    return f"No value of {none} lies below it. Below it lie: {some}."


def speed_limits() -> Figure:
    """Four rows of Table 1 on log scales, a wedge from each value: ProBNP, troponin I, CRP, procalcitonin (12 h, no
    slack)."""
    parameters = ("ProBNP", "troponin I", "CRP", "procalcitonin")
    panels = [_falls(p, labels=p == "procalcitonin", title=f"{p}, {unit_text(kinetics.values(p)['unit'].iloc[0])} · "
                                                           f"limit {_hours_text(kinetics.HALF_LIVES[p])}")
              for p in parameters]
    return Figure(
        "How fast could each value fall?",
        "Four rows of Table 1 on log scales, in hours. From each value a wedge opens to the next sampling: its lower "
        f"edge is the fastest fall, with production at zero. {_below_in_words(parameters)} The columns of CRP and "
        "procalcitonin are reconstructed.",
        _steps_table(parameters), [("Log scale", stacked(*panels))], name="speed-limits",
        note="Wedge: what the limit allows, from no fall to the fastest fall. Diamond: below the wedge, with the hours "
             "that are missing. Solid: printed column. Hollow, with a grey bar: reconstructed. 3a to 3b taken as 12 h, "
             "no slack. // marks five days drawn at a fifth of their length.")


SHORT = {"CRP": "CRP", "procalcitonin": "Procalcitonin"}
_SHORT_STEP = Markup('<li data-item="{}" data-now="{:.0f} h short">{} {} → {}, columns {} to {}: {:.0f} h short</li>')


@cache
def _crp(gap, slack):
    """Its panel, the same for each reading of procalcitonin."""
    return figure.specification(_falls("CRP", gap, slack, height=104, labels=False,
                                       title=f"CRP, mg/L · limit {kinetics.HALF_LIVES['CRP']} h"))


def _limit_panel(gap, slack, reading):
    """One state of ``limits``: what breaks in the reference placement, and whether any placement breaks nothing."""
    items, counts = [], []
    for parameter, name in SHORT.items():
        read = reading if parameter == "procalcitonin" else "as printed"
        steps = kinetics.broken(kinetics.steps(parameter, gap, reading=read), slack)
        for step in steps.itertuples():
            tokens = _token(step.first, parameter), _token(step.last, parameter)
            items.append(_SHORT_STEP.format(f"{name} {step.first} → {step.last}", step.shortfall, name, *tokens,
                                            step.start, step.end,
                                            step.shortfall))
        counts.append(_times(len(steps)) + (f" (by up to {steps['shortfall'].max():.0f} h)" if len(steps) else ""))
    blanks = kinetics.unbroken_crp(gap, slack)
    worst = kinetics.worst_shortfalls("procalcitonin", gap, reading)
    fits = sum(w <= slack + 1e-9 for w in worst.values())
    crp = f"{len(blanks)} of {len(COLUMNS)}" + (f" (blank on day {', '.join(blanks)})" if blanks else "")
    met, best = f"{fits} of {len(worst)}", f"{min(worst.values()):.0f} h short"
    pct = _falls("procalcitonin", gap, slack, reading, height=128,
                 title=f"procalcitonin, µg/L · limit {kinetics.HALF_LIVES['procalcitonin']} h")
    chart = figure.stacked_specifications(_crp(gap, slack), figure.specification(pct), start=30)
    title = f"CRP and procalcitonin with their limits: gap {gap} h, slack {slack} h, procalcitonin {reading}"
    words = f"In the reference placement CRP breaks its limit in {counts[0]}, procalcitonin in {counts[1]}."
    broken = Markup("<ul>{}</ul>").format(Markup("").join(items)) if items else ""
    item = lambda name, now: Markup('<span data-item="{}" data-now="{}">{}</span>').format(name, now, now)
    every = Markup("<p>Placements that break no limit: CRP {}; procalcitonin {}, its best is {}.</p>").format(
        item("CRP placements that break none", crp), item("Procalcitonin placements that break none", met),
        item("Procalcitonin, best placement", best))
    drawn = Markup(two_drawings(chart, title))
    return words, Markup('<div class="choice-drawing">{}</div>{}{}').format(drawn, broken, every)


def _times(n):
    return {0: "no step", 1: "one step", 2: "two steps", 3: "three steps"}.get(n, f"{n} steps")


def limits() -> Choices:
    """CRP and procalcitonin against their limits, for each gap 3a to 3b, slack and reading of the 41: 27 states in
    words."""
    return Choices("limits", "Which steps break which limit?", [
        Control("gap", "From 3a to 3b", {g: f"{g} h" for g in kinetics.GAPS}, 12),
        Control("slack", "Slack of the sampling times", {s: f"{s} h" for s in kinetics.SLACKS}, 6),
        Control("reading", "Procalcitonin", {r: r for r in kinetics.PCT_READINGS}),
    ], _limit_panel, changes=("Now broken", "No longer broken",
                              "Nothing changes: the same steps break, by the same hours.",
                              "Turn one switch, and read here what it changed."))


def procalcitonin_shortfalls() -> pd.DataFrame:
    """The smallest worst shortfall over all placements of procalcitonin: reading by half-life, as a table of numbers in
    hours."""
    lives = (kinetics.PROCALCITONIN_RANGE[0], kinetics.HALF_LIVES["procalcitonin"], kinetics.PROCALCITONIN_RANGE[1])
    return pd.DataFrame([{
        "Reading of the 41": r, "Placements": len(kinetics.worst_shortfalls("procalcitonin", reading=r)),
        **{f"Half-life {h:g} h": f"{kinetics.least_worst(r, h):.0f} h short" for h in lives}}
                         for r in kinetics.PCT_READINGS])
