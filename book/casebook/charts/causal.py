"""Figures of chapter 10 beside its toys: the causal graph, Bayes with sliders, a chosen comparator, two made-up single cases."""

import altair as alt
import numpy as np
import pandas as pd

from casebook.charts.case import rows_of
from casebook.display.figure import ACCENT, MUTED, PAPER, SECOND, Figure, ParameterFigure, style, words_layer
from casebook.display.spoken import course
from casebook.models import kinetics, simulation
from casebook.models.simulation import SEED
from casebook.tables.resources import read_resource
from casebook.tables.wording import listed

# ---- Bayes ----

def bayes() -> ParameterFigure:
    """Belief after one outcome, with three sliders; starts at an even, empty position."""
    ask = lambda name, label, low, high, value: alt.param(name=name, value=value, bind=alt.binding_range(min=low, max=high, step=1, name=label))
    params = [ask("works", "Of 100 children, how many reach the outcome if the drug works?", 1, 99, 50),
              ask("idle", "And if it does nothing?", 1, 99, 50), ask("prior", "Belief before, %", 1, 99, 50)]
    grid = pd.DataFrame({"q": np.arange(1, 100)})
    x = alt.X("q:Q", title=["Children of 100 with the outcome", "if the drug does nothing"], scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(tickCount=5))
    y = alt.Y("after:Q", title="Belief afterwards, %", scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(tickCount=5))
    after = "100 * prior * works / (prior * works + (100 - prior) * datum.q)"
    curve = alt.Chart(grid).transform_calculate(after=after).mark_line(color=ACCENT, strokeWidth=2).encode(x=x, y=y)
    one = alt.Chart(pd.DataFrame({"zero": [0]}))
    flat = one.transform_calculate(after="prior + datum.zero").mark_rule(color=MUTED, strokeDash=[4, 3]).encode(y=y)
    flat_word = one.transform_calculate(after="prior + datum.zero", t="'before: ' + prior + ' %'").mark_text(align="left", dy=10, color=MUTED) \
        .encode(x=alt.value(4), y=y, text="t:N")
    here = one.transform_calculate(q="idle + datum.zero").transform_calculate(after=after)
    point = here.mark_point(size=120, filled=True, fill=SECOND, opacity=1).encode(x=x, y=y)
    label = here.transform_calculate(t="'after: ' + format(datum.after, '.1f') + ' %'") \
        .mark_text(align=alt.ExprRef("idle > 60 ? 'right' : 'left'"), dx=alt.ExprRef("idle > 60 ? -6 : 10"),
                   dy=alt.ExprRef("idle > 60 ? 17 : -10"), fontWeight="bold").encode(x=x, y=y, text="t:N")
    said = words_layer(here.transform_calculate(words=(
        "'With ' + works + ' of 100 if it works and ' + idle + ' of 100 if it does nothing, the likelihood ratio is ' + format(works / idle, '.2f') + '. "
        "Seeing the outcome once moves ' + prior + ' % to ' + format(datum.after, '.1f') + ' %: ' + "
        "(works == idle ? 'not at all.' : abs(datum.after - prior) < 2 ? 'hardly.' : "
        "works < idle ? 'downwards.' : datum.after - prior < 15 ? 'a little.' : 'a good way.')")))
    chart = style(alt.layer(flat, curve, flat_word, point, label, said).add_params(*params).properties(width=262, height=200))
    rows = [(99, 98, 40), (95, 90, 40), (95, 80, 40), (90, 50, 40), (90, 30, 40)]
    numbers = pd.DataFrame([{"If it works": w, "If it does nothing": q, "Likelihood ratio": f"{simulation.likelihood_ratio(w, q):.2f}", "Before": f"{p} %",
                             "After": f"{100 * simulation.posterior(p / 100, w / 100, q / 100):.1f} %"} for w, q, p in rows])
    told = [f"{w} of 100 against {q} of 100 moves {p} % to {100 * simulation.posterior(p / 100, w / 100, q / 100):.1f} %" for w, q, p in rows]
    return ParameterFigure("How far should one outcome move you?",
                           "A falling curve: belief after the outcome, in %, against how many of 100 children have the outcome if the drug does nothing. "
                           f"The more common it is anyway, the less one outcome moves the belief. Worked sums with made-up numbers: {'; '.join(told)}.",
                           numbers, [("Bayes", chart)], name="bayes",
                           note="The sliders start at 50 of 100 each: an empty position that is nobody’s finding. "
                                "The table holds worked sums with made-up numbers.",
                           start="Drawn: 50 of 100 with and without an effect, belief 50 % before; nothing moves.")

# ---- one chosen comparator ----

def comparator(table: pd.DataFrame) -> Figure:
    """CRP and inotropes of the girl (reference placement) beside one published child who was not given anakinra."""
    other = read_resource("comparator_case")
    clock = {c: 1 + h / 24 for c, h in kinetics.hours(12).items()}
    order = list(clock.values())
    crp = rows_of(table, "CRP").assign(day=lambda r: r["column"].map(clock))
    crp["from"], crp["to"] = [order[i] for i in crp["from"]], [order[i] for i in crp["to"]]
    theirs = other[other["finding"] == "CRP"].rename(columns={"from_day": "day"})
    x = lambda of, title="": alt.X(f"{of}:Q", title=title, scale=alt.Scale(domain=[0.5, 13.5]),
                                   axis=alt.Axis(values=list(range(1, 14)), labelOverlap=False, labels=bool(title)))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[0, 330]), axis=alt.Axis(tickCount=4))
    bars = alt.Chart(crp[crp["from"] < crp["to"]]).mark_rule(color=MUTED, strokeWidth=3, opacity=0.45).encode(x=x("from"), x2="to:Q", y=y)
    hers = alt.Chart(crp)
    line = hers.mark_line(color=ACCENT, strokeWidth=2, strokeDash=[2, 3]).encode(x=x("day"), y=y)
    points = hers.mark_point(size=55, filled=True, fill=PAPER, stroke=ACCENT, strokeWidth=2, opacity=1).encode(x=x("day"), y=y)
    base = alt.Chart(theirs)
    line2 = base.mark_line(color=SECOND, strokeWidth=2).encode(x=x("day"), y=y)
    points2 = base.mark_point(shape="square", size=60, filled=True, fill=SECOND, opacity=1).encode(x=x("day"), y=y)
    words = alt.Chart(pd.DataFrame([{"day": 1.5, "value": 315, "t": "comparator: no anakinra", "k": 1}, {"day": 5.2, "value": 88, "t": "the girl", "k": 0}]))
    label = lambda k, colour: words.transform_filter(f"datum.k == {k}").mark_text(align="left", color=colour, fontWeight="bold") \
        .encode(x=x("day"), y=y, text="t:N")
    top = alt.layer(bars, line, points, line2, points2, label(1, SECOND), label(0, ACCENT)).properties(width=262, height=180, title="CRP, mg/L")
    spans = _spans(table, other, clock)
    rows = alt.Y("what:N", sort=list(spans["what"].unique()), title=None, axis=None)
    look = {"the girl": dict(fill=ACCENT, stroke=ACCENT, fillOpacity=0.35, strokeDash=[3, 2]),
            "comparator": dict(fill=SECOND, stroke=SECOND, fillOpacity=0.9, strokeDash=[1, 0])}
    bar = lambda who: alt.Chart(spans[spans["who"] == who]).mark_bar(height=12, cornerRadius=2, yOffset=7, **look[who]).encode(
        x=x("start", "Day of each child's own record"), x2="end:Q", y=rows)
    names = alt.Chart(spans.drop_duplicates("what")).mark_text(align="left", dy=-8).encode(x=alt.value(0), y=rows, text="what:N")
    bottom = alt.layer(bar("the girl"), bar("comparator"), names).properties(width=262, height=alt.Step(33), title="Given")
    chart = style(alt.vconcat(top, bottom, spacing=40, bounds="flush").resolve_scale(x="independent"), plots_start=34)
    mark = lambda text, how: f'<span data-placement="{how}">{text}</span>'
    numbers = pd.DataFrame([*(("the girl", "CRP, mg/L", f"column {r.column}", mark(r.printed, "reconstructed")) for r in crp.itertuples()),
                            *(("comparator", "CRP, mg/L", f"hospital day {r.day}", f"{r.value:g}") for r in theirs.itertuples()),
                            *((r.who, r.what.partition(": ")[2], mark(r.when, "reconstructed") if r.who == "the girl" else r.when, "given")
                              for r in spans.itertuples())], columns=["Child", "What", "When", "Value"])
    return Figure("The girl, and one chosen child without anakinra",
                  f"CRP of both children in mg/L, by day of each child's own record. The girl’s {course(crp)}; her columns are "
                  f"reconstructed. The comparator’s is {listed(f'{r.value:g} on day {r.day}' for r in theirs.itertuples())}. Bars below: "
                  f"{'; '.join(f'{r.what}, {r.when}' for r in spans.itertuples())}. CRP falls in both; one chosen child is no control.",
                  numbers, [("Both", chart)], name="comparator",
                  note="Hollow marks and dashed bars: the girl in the reference placement, a reconstruction, with 12 h assumed between 3a and 3b; "
                       "grey bars: columns a value may stand in. Her day 1 is the column of the first echo, the comparator’s a hospital day; the two "
                       "clocks may differ by a day or more.")


def _spans(table, other, clock):
    """Bars of what each child was given: her infusions, IVIG and anakinra in the reference placement; the comparator's as recorded."""
    column = lambda drug: rows_of(table, drug)
    def hers(drugs):
        rows = pd.concat([column(d) for d in drugs])
        given = rows[rows["qualifier"] == "="]["column"].map(clock)
        stops = rows[rows["qualifier"] == "stop"]["column"].map(clock)
        last = stops.max() if len(stops) else given.max()
        named = {day: c for c, day in clock.items()}
        when = f"columns {named[given.min()]} to {named[last]}" + (", with their stop" if len(stops) else "")
        return given.min(), last if len(stops) else last + 0.9, when
    ends = ("start", "end", "when")
    recorded = lambda what: other[other["finding"] == what].iloc[0]
    days = lambda what: f"hospital days {recorded(what).from_day} to {recorded(what).to_day}"
    found = [{"what": "the girl: inotropes", "who": "the girl", **dict(zip(ends, hers(["dobutamine", "adrenaline", "milrinone"])))}]
    found.append({"what": "comparator: inotropes", "who": "comparator", "start": recorded("inotropes").from_day, "end": recorded("inotropes").to_day,
                  "when": days("inotropes")})
    found.append({"what": "the girl: IVIG", "who": "the girl", **dict(zip(ends, hers(["IVIG"])))})
    found.append({"what": "comparator: IVIG", "who": "comparator", "start": recorded("IVIG").from_day, "end": recorded("IVIG").to_day + 0.9,
                  "when": days("IVIG")})
    found.append({"what": "the girl: anakinra", "who": "the girl", **dict(zip(ends, hers(["anakinra"])))})
    return pd.DataFrame(found)

# ---- when one case convinces ----

def two_single_cases() -> Figure:
    """Two made-up patients: one whose single case convinces, one whose does not."""
    hour, on, count = simulation.on_off()
    day, after, reading = simulation.one_rise_and_fall()
    panels = []
    for x_title, title, frame in [("Hour", "Stable for months; drug on and off", pd.DataFrame({"x": hour, "y": count, "on": on})),
                                  ("Day", ["Rising and falling;", "a drug that does nothing, once"], pd.DataFrame({"x": day, "y": reading, "on": after}))]:
        last = frame["x"].max()
        scale = alt.Scale(domain=[frame["x"].min() - 0.5, last + 0.5], nice=False)
        x = alt.X("x:Q", title=x_title, scale=scale, axis=alt.Axis(tickCount=6))
        y = alt.Y("y:Q", title="Attacks an hour" if x_title == "Hour" else "Severity",
                  scale=alt.Scale(domain=[0, 26 if x_title == "Hour" else 17]), axis=alt.Axis(tickCount=4))
        blocks = frame.assign(block=(frame["on"] != frame["on"].shift()).cumsum())[lambda f: f["on"]].groupby("block")["x"].agg(["min", "max"]) \
            .assign(start=lambda f: f["min"] - 0.5, end=lambda f: f["max"] + 0.5, word="drug")
        bands = alt.Chart(blocks)
        given = bands.mark_rect(fill=SECOND, fillOpacity=0.16).encode(x=alt.X("start:Q", scale=scale), x2="end:Q")
        word = bands.transform_calculate(middle="(datum.start + datum.end) / 2").mark_text(color=SECOND).encode(x="middle:Q", y=alt.value(8), text="word:N")
        base = alt.Chart(frame)
        off = base.transform_filter("!datum.on").mark_point(size=32, filled=True, fill=ACCENT, opacity=1).encode(x=x, y=y)
        on_ = base.transform_filter("datum.on").mark_point(
            shape="diamond", size=36, filled=True, fill=PAPER, stroke=SECOND, strokeWidth=1.8, opacity=1).encode(x=x, y=y)
        panels.append(alt.layer(given, off, on_, word).properties(width=238, height=120, title=title))
    chart = style(alt.vconcat(*panels, spacing=22).resolve_scale(x="independent", y="independent"), plots_start=34)
    numbers = pd.DataFrame([{"Case": "on and off", "Time": f"hour {h}", "Drug": "on" if o else "off", "Value": str(c)} for h, o, c in zip(hour, on, count)]
                           + [{"Case": "on and off", "Time": "mean of all hours", "Drug": "on" if o else "off",
                              "Value": f"{np.mean(count[on == o]):.1f}"} for o in (False, True)]
                           + [{"Case": "once", "Time": f"day {d}", "Drug": "given" if o else "not yet", "Value": f"{r:.1f}"}
                              for d, o, r in zip(day, after, reading)])
    return Figure("Two made-up single cases",
                  f"Two scatters, attacks or severity against time. Above: {np.mean(count[~on]):.1f} attacks an hour on average without the drug and "
                  f"{np.mean(count[on]):.1f} with it, and back again each time; it is given in {int((np.diff(on.astype(int)) == 1).sum())} spans. "
                  f"Below: a severity that rises to {reading.max():.1f} on day {day[reading.argmax()]} and falls to {reading[-1]:.1f} on day "
                  f"{day[-1]}; the drug is given once, after day {day[~after].max()}, and does nothing. "
                  "Above the change follows the drug at every switch, below it may have come by itself.",
                  numbers, [("Two cases", chart)],
                  name="convincing", note=f"Made up; seed {SEED}. Dots: without the drug. Open diamonds in the shaded spans: with it.")
