"""Charts of chapter 9: falls on a log scale, with the fastest fall that a half-life allows.

Time runs in hours here, so that a constant half-life is a straight line; after column 8 the axis is compressed.
The light wedge that opens from each value holds every later value that production at zero, or any more, could reach.
"""

from math import log2

import altair as alt
import pandas as pd
from markupsafe import Markup

from . import kinetics
from .charts import ARROW, rows_of
from .choices import Choices, Control
from .facts import table, unit_text
from .figure import ACCENT, INK, MUTED, PAPER, PLACES, SECOND, Figure, columns_axis, style, svg_of
from .placements import CORE, RULES, starts
from .table1 import COLUMNS

WIDTH, END, SQUEEZE = 292, 228, 5
ENDS = {"CRP": (1.4, 420), "procalcitonin": (0.005, 190), "ProBNP": (30, 16000), "troponin I": (0.004, 0.16)}
"""Ends of the log axes, in the units of Table 1."""
BESIDE = {("CRP", "3a"): "below", ("CRP", "4"): "right",
          ("troponin I", "3a"): "below", ("procalcitonin", "13"): "below", ("ProBNP", "3b"): "right", ("ProBNP", "4"): "right"}
"""Where a value's label stands, if not above its mark."""
TICKS = {"CRP": [10, 100], "procalcitonin": [0.1, 1, 10, 100], "ProBNP": [100, 1000, 10000], "troponin I": [0.01, 0.1]}


def _place(hour, clock):
    """Where an hour stands on the axis: as it is up to column 8, a fifth of the distance after it."""
    return hour if hour <= clock["8"] else clock["8"] + (hour - clock["8"]) / SQUEEZE


def _axis(gap, labels=True, of="x:Q"):
    clock = kinetics.hours(gap)
    shown = [c for c in COLUMNS if gap or c != "3b"]
    at = [_place(clock[c], clock) for c in shown]
    names = ["3a, 3b" if c == "3a" and not gap else c for c in shown]
    text = "{" + ",".join(f"'{p:g}':'{name}'" for p, name in zip(at, names)) + "}[format(datum.value, '~r')]"
    title = f"Column of Table 1, drawn in hours (3a to 3b: {gap} h)" if labels else None
    return alt.X(of, title=title, scale=alt.Scale(domain=[-18, END], nice=False),
                 axis=alt.Axis(values=at, labelExpr=text, labels=labels, ticks=labels, domain=labels, labelOverlap=False, labelFontSize=10))


def _log_axis(parameter, of="value:Q"):
    return alt.Y(of, title=None, scale=alt.Scale(type="log", domain=list(ENDS[parameter]), nice=False),
                 axis=alt.Axis(values=TICKS[parameter],
                               labelExpr="datum.value >= 1000 ? format(datum.value, ',') : format(datum.value, '~r')"))


def _value_labels(rows, x, y, beside=BESIDE):
    """Printed values beside their marks; a few stand below or to the right, so that neighbours stay readable."""
    where = pd.Series([beside.get((p, c), "above") for p, c in zip(rows["parameter"], rows["column"])], index=rows.index)
    looks: dict[str, dict] = {"above": dict(dy=-10), "below": dict(dy=13),
             "right": dict(align="left", dx=5, dy=-7), "left": dict(align="right", dx=-6, dy=2)}
    return [alt.Chart(rows[where == w]).mark_text(fontSize=10, **look).encode(x=x, y=y, text="printed:N")
            for w, look in looks.items() if (where == w).any()]


def _limit_marks(limits, x, y):
    """Arrows at limits of detection; the first one carries its label."""
    arrow = dict(shape=ARROW, size=240, stroke=ACCENT, strokeWidth=1.8, filled=False, yOffset=8, opacity=1)
    return [alt.Chart(limits).mark_point(**arrow).encode(x=x, y=y),
            alt.Chart(limits.iloc[:1]).mark_text(dy=-9, fontSize=10).encode(x=x, y=y, text="printed:N")]


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
            corners.append({"step": i, "x": _place(start + hour, clock), "top": top, "low": low,
                            "breaks": step["shortfall"] > slack + 1e-9})
    return pd.DataFrame(corners)


def _falls(parameter, gap=12, slack=0, reading="as printed", height=118, labels=True, title=None):
    """One row on its log scale: wedges, admissible bars, marks, values, limits, and the hours that a broken step lacks."""
    clock, half_life = kinetics.hours(gap), kinetics.HALF_LIVES[parameter]
    rows, steps = kinetics.values(parameter, reading), kinetics.steps(parameter, gap, reading=reading)
    spans = rows_of(table(), parameter).set_index("position").loc[rows["position"]].reset_index()
    solid = rows["placement"].iloc[0] == "printed"
    x, bottom = _axis(gap, labels), ENDS[parameter][0]
    y = _log_axis(parameter)
    rows = rows.assign(x=[_place(clock[c], clock) for c in rows["column"]],
                       left=[_place(clock[COLUMNS[p]], clock) for p in spans["from"]],
                       right=[_place(clock[COLUMNS[p]], clock) for p in spans["to"]],
                       lacks=[None, *(f"{s.shortfall:.0f} h short" if s.shortfall > slack + 1e-9 else None for s in steps.itertuples())])
    wedges = _wedges(steps, rows, parameter, clock, slack, half_life).rename(columns={"top": "value"})
    layers = []
    for breaks, colour, opacity in ((False, ACCENT, 0.2), (True, SECOND, 0.28)):
        if len(part := wedges[wedges["breaks"] == breaks]):
            layers.append(alt.Chart(part).mark_area(color=colour, opacity=opacity).encode(x=x, y=y, y2="low:Q", detail="step:N"))
    if not solid:
        layers.append(alt.Chart(rows).mark_rule(color=MUTED, strokeWidth=3, opacity=0.4)
                      .encode(x=_axis(gap, labels, "left:Q"), x2="right:Q", y=y))
    measured, limits = rows[rows["qualifier"] == "="], rows[rows["qualifier"] == "<"]
    kept, broken = measured[measured["lacks"].isna()], measured[measured["lacks"].notna()]
    look = dict(filled=True, strokeWidth=1.8, opacity=1)
    layers.append(alt.Chart(kept).mark_point(size=36, fill=ACCENT if solid else PAPER, stroke=ACCENT, **look).encode(x=x, y=y))
    layers += _value_labels(measured, x, y)
    if len(broken):
        layers.append(alt.Chart(broken).mark_point(size=60, shape="diamond", fill=PAPER, stroke=SECOND, **look).encode(x=x, y=y))
        layers.append(alt.Chart(broken).mark_text(dy=15, fontSize=10, color=SECOND, fontWeight="bold").encode(x=x, y=y, text="lacks:N"))
    if len(limits):
        layers += _limit_marks(limits, x, y)
    cut = pd.DataFrame({"x": [clock["8"] + 12], "value": [bottom]})
    layers.append(alt.Chart(cut).mark_text(text="//", fontSize=12, color=MUTED, dy=1).encode(x=x, y=y))
    unit = unit_text(rows["unit"].iloc[0])
    return alt.layer(*layers).properties(width=WIDTH, height=height, title=title or f"{parameter}, {unit}")


def _hours_text(hours):
    return f"{hours * 60:.0f} min" if hours < 2 else f"{hours:.0f} h"


def _token(printed, parameter):
    """A value of Table 1 that says whether its column is printed."""
    placement = kinetics.values(parameter)["placement"].iloc[0]
    return Markup('<span data-placement="{}">{}</span>').format(placement, printed)


def _steps_table(parameters, gap=12):
    found = []
    for parameter in parameters:
        for step in kinetics.steps(parameter, gap).itertuples():
            needs = "no bound" if pd.isna(step.needed) else ("at least " if step.at_least else "") + _hours_text(step.needed)
            rises = step.needed == 0
            short = "" if pd.isna(step.needed) else f"{step.shortfall:.1f} h short" if step.shortfall > 0 else "no"
            found.append({"Row": parameter, "Step": f"{_token(step.first, parameter)} → {_token(step.last, parameter)}",
                          "Columns": f"{step.start} → {step.end}", "Nominal hours": step.elapsed,
                          "Needs": "nothing: no fall" if rises else needs, "Faster than its limit": short})
    return pd.DataFrame(found)


def speed_limits():
    """Four rows of Table 1 on log scales, a wedge from each value: ProBNP, troponin I, CRP, procalcitonin (12 h, no slack)."""
    parameters = ("ProBNP", "troponin I", "CRP", "procalcitonin")
    panels = []
    for parameter in parameters:
        rows = kinetics.values(parameter)
        unit = unit_text(rows["unit"].iloc[0])
        panels.append(_falls(parameter, labels=parameter == "procalcitonin",
                             title=f"{parameter}, {unit} · limit {_hours_text(kinetics.HALF_LIVES[parameter])}"))
    chart = style(alt.vconcat(*panels, spacing=38, bounds="flush").resolve_scale(x="independent"), plots_start=38)
    return Figure(
        "How fast could each value fall?",
        "Four rows of Table 1 on log scales, in hours. From each value a wedge opens to the next sampling: its lower edge is the fastest "
        "fall, with production at zero. For ProBNP and troponin I the wedge drops to the floor within hours, so that every later value "
        "lies inside it. For CRP and procalcitonin it is narrow. Below it lie CRP 75 (by 1 hour) and the first 3.4 (by 5 hours), and "
        "procalcitonin 9.52 (by 13 hours), 4.3 (by 42) and 0.3 (by 20).",
        _steps_table(parameters), [("Log scale", chart)], name="speed-limits",
        note="Wedge: what the limit allows, from no fall to the fastest fall. Diamond: below the wedge, with the hours that are missing. "
             "Solid: printed column. Hollow, with a grey bar: reconstructed. 3a to 3b taken as 12 h, no slack. "
             "// marks five days drawn at a fifth of their length.")


SHORT = {"CRP": "CRP", "procalcitonin": "Procalcitonin"}


def _limit_panel(gap, slack, reading):
    """One state of ``limits``: what breaks in the reference placement, and whether any placement breaks nothing."""
    items, told = [], []
    for parameter in SHORT:
        row = kinetics.broken(kinetics.steps(parameter, gap, reading=reading if parameter == "procalcitonin" else "as printed"), slack)
        for step in row.itertuples():
            name = f"{SHORT[parameter]} {step.first} → {step.last}"
            items.append(Markup('<li data-item="{}" data-now="{:.0f} h short">{} {} → {}, columns {} to {}: {:.0f} h short</li>').format(
                name, step.shortfall, SHORT[parameter], _token(step.first, parameter), _token(step.last, parameter), step.start, step.end,
                step.shortfall))
        told.append(_times(len(row)))
    blanks = kinetics.unbroken_crp(gap, slack)
    worst = kinetics.worst_shortfalls("procalcitonin", gap, reading)
    fits = sum(w <= slack + 1e-9 for w in worst.values())
    crp = f"{len(blanks)} of 10" + (f" (blank on day {', '.join(blanks)})" if blanks else "")
    pct, best = f"{fits} of {len(worst)}", f"{min(worst.values()):.0f} h short"
    chart = style(alt.vconcat(_falls("CRP", gap, slack, height=104, labels=False, title="CRP, mg/L · limit 19 h"),
                              _falls("procalcitonin", gap, slack, reading, height=128,
                                     title=f"procalcitonin, µg/L, {reading} · limit 24 h"),
                              spacing=38, bounds="flush").resolve_scale(x="independent"), plots_start=30)
    title = f"CRP and procalcitonin with their limits: gap {gap} h, slack {slack} h, procalcitonin {reading}"
    words = f"In the reference placement CRP breaks its limit in {told[0]}, procalcitonin in {told[1]}."
    listed = Markup("<ul>{}</ul>").format(Markup("").join(items)) if items else ""
    every = Markup('<p>Placements that break no limit: CRP <span data-item="CRP placements that break none" data-now="{}">{}</span>; '
                   'procalcitonin <span data-item="Procalcitonin placements that break none" data-now="{}">{}</span>, its best is '
                   '<span data-item="Procalcitonin, best placement" data-now="{}">{}</span>.</p>').format(crp, crp, pct, pct, best, best)
    return words, Markup('<div class="choice-drawing">{}</div>{}{}').format(Markup(svg_of(chart, title)), listed, every)


def _times(n):
    return {0: "no step", 1: "one step", 2: "two steps", 3: "three steps"}.get(n, f"{n} steps")


def limits():
    """CRP and procalcitonin against their limits, for each gap 3a to 3b, slack and reading of the 41: 27 states, each in words."""
    return Choices("limits", "Which steps break which limit?", [
        Control("gap", "From 3a to 3b", {g: f"{g} h" for g in kinetics.GAPS}, 12),
        Control("slack", "Slack of the sampling times", {s: f"{s} h" for s in kinetics.SLACKS}, 6),
        Control("reading", "Procalcitonin", {r: r for r in kinetics.PCT_READINGS}),
    ], _limit_panel, changes=("Now broken", "No longer broken", "Nothing changes: the same steps break, by the same hours.",
                                "Change one switch: what it changes is said here."))


def procalcitonin_shortfalls():
    """The smallest worst shortfall over all placements of procalcitonin: reading by half-life, as a table of numbers in hours."""
    lives = (kinetics.PROCALCITONIN_RANGE[0], kinetics.HALF_LIVES["procalcitonin"], kinetics.PROCALCITONIN_RANGE[1])
    return pd.DataFrame([{
        "Reading of the 41": r, "Placements": len(kinetics.worst_shortfalls("procalcitonin", reading=r)),
        **{f"Half-life {h:g} h": f"{kinetics.least_worst(r, h):.0f} h short" for h in lives}} for r in kinetics.PCT_READINGS])


# ---- before or after? ----

RULE_SETS = (("core set", CORE), ("core, without anakinra_after_pulse", tuple(r for r in CORE if r != "anakinra_after_pulse")),
             ("core, without support_until_anakinra", tuple(r for r in CORE if r != "support_until_anakinra")),
             ("core, without dobutamine_first", tuple(r for r in CORE if r != "dobutamine_first")), ("all nine rules", tuple(RULES)))


def _printed_series(parameter, height):
    rows = rows_of(table(), parameter)
    y = _log_axis(parameter)
    x = columns_axis(None, labels=False)
    measured, limits = rows[rows["qualifier"] == "="], rows[rows["qualifier"] == "<"]
    line = alt.Chart(measured).mark_line(color=ACCENT, strokeWidth=1.5).encode(x=x, y=y)
    points = alt.Chart(measured).mark_point(size=40, filled=True, fill=ACCENT, stroke=ACCENT, opacity=1).encode(x=x, y=y)
    text = alt.Chart(measured).mark_text(dy=-10, fontSize=10).encode(x=x, y=y, text="printed:N")
    return alt.layer(line, points, text, *_limit_marks(limits, x, y)).properties(
        width=WIDTH, height=height, title=f"{parameter}, {unit_text(rows['unit'].iloc[0])}, log scale (printed columns)")


def before_after():
    """Columns in which the first pulse and anakinra can start, for five rule sets, under the two rows that are certain in time."""
    marks, numbers = [], []
    for name, rules in RULE_SETS:
        sums = starts(rules)
        for level, what in (("pulse", "first 30 mg/kg"), ("anakinra", "first anakinra")):
            counts = sums.groupby(level).sum()
            marks += [{"rules": name, "what": what, "place": PLACES[c]} for c in counts.index]
            numbers.append({"Rules": name, "Start": what, "Columns (placements)": ", ".join(
                f"{c} ({counts[c]:,})" for c in COLUMNS if c in counts.index)})
    marks = pd.DataFrame(marks)
    y = alt.Y("rules:N", sort=[n for n, _ in RULE_SETS], title=None, axis=None)
    x = columns_axis("Column of Table 1 (day)")
    layers = []
    for what, shape, colour, offset in (("first 30 mg/kg", "square", ACCENT, 4), ("first anakinra", "triangle-up", SECOND, 15)):
        layers.append(alt.Chart(marks[marks["what"] == what]).mark_point(shape=shape, size=70, filled=True, fill=PAPER, stroke=colour,
                                                                      strokeWidth=2, opacity=1, yOffset=offset).encode(x=x, y=y))
    names = alt.Chart(pd.DataFrame({"rules": [n for n, _ in RULE_SETS]})).mark_text(align="left", dy=-11, fontSize=11, color=INK) \
        .encode(x=alt.value(0), y=y, text="rules:N")
    strip = alt.layer(*layers, names).properties(width=WIDTH, height=alt.Step(46), title="□ first 30 mg/kg   △ first anakinra")
    chart = style(alt.vconcat(_printed_series("ProBNP", 105), _printed_series("troponin I", 95), strip, spacing=38, bounds="flush")
                  .resolve_scale(x="independent"), plots_start=38)
    return Figure("Before or after? Two certain rows above the columns in which the drugs can start",
                  "Above, ProBNP and troponin I by column: troponin falls from column 1 on, ProBNP is flat up to 3a and then "
                  "falls. Below, for five rule sets, the columns in which the first pulse (squares) and anakinra (triangles) can start. "
                  "Under the core set both start in 3a or 3b.",
                  pd.DataFrame(numbers), [("Strip", chart)], name="before-after",
                  note="Hollow marks, all reconstructed: a column in which at least one placement under these rules has the start. "
                       "Counts are in the numbers below.")


def _lost(parameter, column):
    share, at_least = kinetics.fall_before(parameter, column)
    if share < 0.005:
        return "at its peak"
    size = f"{'>' if at_least else ''}{100 * share:.{0 if share >= 0.095 else 1}f} % below"
    return f"{size} ({'more' if share > 0.1 else 'not more'} than 10 %)"


def before_first_dose():
    """For each first column that anakinra may have: what the last sample before it shows, and how many core placements have it."""
    core = kinetics.first_doses(CORE)
    every = sum(core.values())
    return pd.DataFrame([{
        "If anakinra starts in": c, "ProBNP before": _lost("ProBNP", c), "Troponin I before": _lost("troponin I", c),
        "Core set": f"{core.get(c, 0)} of {every}"} for c in COLUMNS[1:7]])


# ---- bends ----

def _pace_panel(gap):
    clock, pace = kinetics.hours(gap), kinetics.probnp_pace(gap)
    rows = kinetics.values("ProBNP").assign(x=lambda r: [_place(clock[c], clock) for c in r["column"]])
    level = dict(zip(rows["column"], rows["value"]))
    x, y = _axis(gap), _log_axis("ProBNP")
    sides = pd.DataFrame([{"x": clock[a], "x2": clock[b], "value": level[a], "to": level[b], "pace": f"{h:.0f} h",
                           "middle": (clock[a] + clock[b]) / 2, "half": (level[a] * level[b]) ** 0.5,
                           "above": (a, b) == ("3a", "4")} for (a, b), h in pace.items()])
    measured, limit = rows[rows["qualifier"] == "="], rows[rows["qualifier"] == "<"]
    chart = alt.layer(
        alt.Chart(sides).mark_rule(color=SECOND, strokeWidth=2.5).encode(x=x, x2="x2:Q", y=y, y2="to:Q"),
        alt.Chart(measured).mark_point(size=40, filled=True, fill=ACCENT, stroke=ACCENT, opacity=1).encode(x=x, y=y),
        *(alt.Chart(sides[sides["above"] == above]).mark_text(fontSize=10.5, fontWeight="bold", color=SECOND, **look)
          .encode(x=_axis(gap, of="middle:Q"), y=_log_axis("ProBNP", "half:Q"), text="pace:N")
          for above, look in ((False, dict(align="right", dx=-7, dy=9)), (True, dict(align="left", dx=10, dy=-8)))
          if above in set(sides["above"])),
        *_value_labels(measured, x, y, BESIDE if gap else {("ProBNP", "3b"): "left", ("ProBNP", "4"): "right"}),
        *_limit_marks(limit, x, y)).properties(width=WIDTH, height=190)
    title = f"ProBNP on a log scale, with halving times, if 3a and 3b are {gap} h apart"
    t = {step: f"{hours:.0f} h" for step, hours in pace.items()}
    later = f"Then {t['4', '5']}, {t['5', '6']} and {t['6', '7']}."
    words = {
        "no": f"With {gap} h ProBNP halves in {t.get(('3a', '3b'))} from 3a to 3b and in {t['3b', '4']} from 3b to day 4. {later} "
              "There is no bend after day 4.",
        "yes": f"With {gap} h the second label “3. day” is a misprint and every later column moves by a day. ProBNP "
               f"halves in {t.get(('3a', '3b'))} from 3a to 3b and in {t['3b', '4']} from 3b to the column labelled 4. {later} "
               "After that column it falls about twice as fast.",
        "either": f"With {gap} h the columns 3a and 3b are one moment with two values. From the 3b value to day 4 ProBNP "
                  f"halves in {t['3b', '4']}, from the 3a value in {t.get(('3a', '4'))}. {later} "
                  "Whether it bends after day 4 depends on which of the two you take.",
    }[kinetics.bend(gap)]
    return words, Markup('<div class="choice-drawing">{}</div>').format(Markup(svg_of(style(chart, plots_start=38), title)))


def probnp_bend():
    """ProBNP's halving times for a gap 3a to 3b of 0, 12 or 24 h, and the sentence about a bend that goes with each."""
    return Choices("bend", "Does ProBNP fall faster after day 4?",
                   [Control("gap", "From 3a to 3b", {g: f"{g} h" for g in kinetics.GAPS}, 12)], _pace_panel)


def unequal_samples():
    """A made-up level that halves every 24 h throughout, drawn by sample number and by the hour."""
    taken = [0, 6, 12, 36, 60, 84]
    data = pd.DataFrame({"sample": range(1, 7), "hour": taken, "level": [100 * kinetics.share_left(h, 24) for h in taken]})
    y = alt.Y("level:Q", title=None, scale=alt.Scale(type="log", domain=[6, 190], nice=False), axis=alt.Axis(values=[10, 100]))
    panels = []
    for field, title, ticks in (("sample", "By sample: it seems to bend at the third", list(range(1, 7))),
                                ("hour", "By the hour: one straight line", [0, 12, 36, 60, 84])):
        x = alt.X(f"{field}:Q", title="Sample" if field == "sample" else "Hour", axis=alt.Axis(values=ticks, format="d"),
                  scale=alt.Scale(domain=[0.7, 6.3] if field == "sample" else [-4, 88], nice=False))
        base = alt.Chart(data).encode(x=x, y=y)
        panels.append((base.mark_line(color=ACCENT, strokeWidth=2) + base.mark_point(size=45, filled=True, fill=ACCENT, opacity=1))
                      .properties(width=WIDTH, height=92, title=title))
    numbers = data.assign(level=[f"{v:.0f}" for v in data["level"]]).rename(columns={"sample": "Sample", "hour": "Hour", "level": "Level"})
    return Figure("Made-up level that halves every 24 h from the first hour to the last",
                  "Two drawings of six values of one made-up level on a log scale. By sample number the line is flat at "
                  "first and steeper from the third sample on. By the hour it is one straight "
                  "line: the first samples were 6 hours apart, the later ones 24.",
                  numbers, [("Log scale", style(alt.vconcat(*panels, spacing=24), plots_start=30))], name="unequal")


DAYS = (3, 4, 5, 6)


def _fading_panel(day):
    before, after = kinetics.two_slopes(day)
    curve = pd.DataFrame([{"x": d / 10, "level": 100 * kinetics.fading_level(d / 10)} for d in range(5, 96, 3)])
    ends = [day - 2, day, day + 2]
    lines = pd.DataFrame([{"x": a, "x2": b, "level": 100 * kinetics.fading_level(a), "to": 100 * kinetics.fading_level(b)}
                          for a, b in zip(ends, ends[1:])])
    x = alt.X("x:Q", title="Day (made up)", scale=alt.Scale(domain=[0.4, 9.6], nice=False),
              axis=alt.Axis(values=list(range(1, 10)), format="d"))
    y = alt.Y("level:Q", title=None, scale=alt.Scale(type="log", domain=[2, 220], nice=False), axis=alt.Axis(values=[10, 100]))
    told = [(pd.DataFrame([{"x": at, "level": 100 * kinetics.fading_level(at), "text": f"halves in {h:.0f} h"}]), look) for at, h, look in (
        (day - 1, before, dict(align="right", dx=8, dy=16)), (day + 1, after, dict(align="left", dx=9, dy=-6)))]
    chart = alt.layer(
        alt.Chart(curve).mark_line(color=ACCENT, strokeWidth=2).encode(x=x, y=y),
        alt.Chart(pd.DataFrame({"x": [day]})).mark_rule(color=MUTED, strokeDash=[5, 3]).encode(x=x),
        alt.Chart(lines).mark_rule(color=SECOND, strokeWidth=3).encode(x=x, x2="x2:Q", y=y, y2="to:Q"),
        *(alt.Chart(one).mark_text(fontSize=10.5, color=SECOND, fontWeight="bold", **look)
          .encode(x=x, y=y, text="text:N") for one, look in told),
        alt.Chart(pd.DataFrame({"x": [day], "level": [2.4]}))
        .mark_text(align="left", dx=5, fontSize=10.5, text="“drug”", color=MUTED).encode(x=x, y=y),
    ).properties(width=WIDTH, height=160)
    title = f"Made-up level with fading production, compared before and after day {day}"
    return (f"Before day {day} the level halves in {before:.0f} h, after it in {after:.0f} h. Nothing happened on day {day}.",
            Markup('<div class="choice-drawing">{}</div>').format(Markup(svg_of(style(chart, plots_start=30), title))))


def gradual():
    """A smooth made-up fall and an imaginary drug that does nothing, on a day of the reader's choice: it bends after each."""
    return Choices("gradual", "A drug that does nothing, on the day you choose",
                   [Control("day", "Imaginary drug given on day", {d: str(d) for d in DAYS}, 4)], _fading_panel)
