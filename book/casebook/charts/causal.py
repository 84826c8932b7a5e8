"""Figures of chapter 10 beside its toys: Bayes with sliders, a chosen comparator, two made-up single cases."""

import altair as alt
import numpy as np
import pandas as pd

from casebook.charts.case import rows_of
from casebook.display import figure
from casebook.display.figure import ACCENT, HOLLOW, MUTED, PAPER, SECOND, SPAN, Figure, ParameterFigure, single
from casebook.display.spoken import course
from casebook.models import kinetics, simulation
from casebook.models.simulation import SEED
from casebook.tables.resources import read_resource
from casebook.tables.wording import listed

# ---- Bayes ----

def bayes() -> ParameterFigure:
    """Belief after one outcome, with three sliders; starts at an even, empty position."""
    params = [alt.param(name=name, value=50, bind=alt.binding_range(min=1, max=99, step=1, name=label))
              for name, label in (
        ("works", "Of 100 children, how many reach the outcome if the drug works?"),
                  ("idle", "And if it does nothing?"),
        ("prior", "Belief before, %"))]
    x = alt.X("q:Q").title(["Children of 100 with the outcome", "if the drug does nothing"]) \
        .scale(domain=[0, 100]).axis(tickCount=5)
    y = alt.Y("after:Q").title("Belief afterwards, %").scale(domain=[0, 100]).axis(tickCount=5)
    after = "100 * prior * works / (prior * works + (100 - prior) * datum.q)"
    curve = alt.Chart(pd.DataFrame({"q": np.arange(1, 100)})).transform_calculate(after=after).mark_line() \
        .encode(x=x, y=y)
    before = single(zero=0).transform_calculate(after="prior + datum.zero", t="'before: ' + prior + ' %'").encode(y=y)
    flat = before.mark_rule(color=MUTED, strokeDash=[4, 3])
    flat_word = before.mark_text(align="left", dy=10, color=MUTED).encode(x=alt.value(4), text="t:N")
    here = single(zero=0).transform_calculate(q="idle + datum.zero").transform_calculate(after=after)
    point = here.mark_point(size=120, fill=SECOND).encode(x=x, y=y)
    label = here.transform_calculate(t="'after: ' + format(datum.after, '.1f') + ' %'") \
        .mark_text(align=alt.expr("idle > 60 ? 'right' : 'left'"), dx=alt.expr("idle > 60 ? -6 : 10"),
                   dy=alt.expr("idle > 60 ? 17 : -10"), fontWeight="bold").encode(x=x, y=y, text="t:N")
    words = figure.words_layer(here.transform_calculate(words=(
        "'With ' + works + ' of 100 if it works and ' + idle + ' of 100 if it does nothing, the likelihood ratio is ' "
        "+ format(works / idle, '.2f') + '. "
        "Seeing the outcome once moves ' + prior + ' % to ' + format(datum.after, '.1f') + ' %: ' + "
        "(works == idle ? 'not at all.' : abs(datum.after - prior) < 2 ? 'hardly.' : "
        "works < idle ? 'downwards.' : datum.after - prior < 15 ? 'a little.' : 'a good way.')")))
    chart = alt.layer(flat, curve, flat_word, point, label, words).add_params(*params).properties(width=262, height=200)
    sums = [(w, q, "40 %", f"{100 * simulation.posterior(0.4, w / 100, q / 100):.1f} %")
            for w, q in ((99, 98), (95, 90), (95, 80), (90, 50), (90, 30))]
    numbers = pd.DataFrame([{"If it works": w, "If it does nothing": q, "Before": prior, "After": posterior,
                             "Likelihood ratio": f"{simulation.likelihood_ratio(w, q):.2f}"}
                            for w, q, prior, posterior in sums])
    worked = "; ".join(f"{w} of 100 against {q} of 100 moves {prior} to {posterior}" for w, q, prior, posterior in sums)
    return ParameterFigure("How far should one outcome move you?",
                           "A falling curve: belief after the outcome, in %, against how many of 100 children have the "
                           "outcome if the drug does nothing. The more common it is anyway, the less one outcome moves "
                           f"the belief. Worked sums with made-up numbers: {worked}.",
                           numbers.iloc[:, [0, 1, 4, 2, 3]], [("Bayes", chart)], name="bayes",
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
    x = lambda of, title="": alt.X(f"{of}:Q").title(title).scale(domain=[0.5, 13.5]).axis(
        values=list(range(1, 14)), labelOverlap=False, labels=bool(title))
    y = alt.Y("value:Q").title(None).scale(domain=[0, 330]).axis(tickCount=4)
    bars = alt.Chart(crp[crp["from"] < crp["to"]]).mark_rule(**SPAN).encode(x=x("from"), x2="to:Q", y=y)
    hers, other_child = (alt.Chart(rows).encode(x=x("day"), y=y) for rows in (crp, theirs))
    label = lambda day, value, text, colour: single(day=day, value=value, t=text) \
        .mark_text(align="left", color=colour, fontWeight="bold").encode(x=x("day"), y=y, text="t:N")
    top = alt.layer(bars, hers.mark_line(strokeDash=[2, 3]), hers.mark_point(size=55, **HOLLOW),
                    other_child.mark_line(color=SECOND), other_child.mark_point(shape="square", size=60, fill=SECOND),
                    label(1.5, 315, "comparator: no anakinra", SECOND), label(5.2, 88, "the girl", ACCENT)) \
        .properties(width=262, height=180, title="CRP, mg/L")
    spans = _spans(table, other, clock)
    rows = alt.Y("what:N").sort(list(spans["what"].unique())).axis(None)
    look = {"the girl": dict(fill=ACCENT, stroke=ACCENT, fillOpacity=0.35, strokeDash=[3, 2]),
            "comparator": dict(fill=SECOND, stroke=SECOND, fillOpacity=0.9, strokeDash=[1, 0])}
    bar = lambda who: alt.Chart(spans[spans["who"] == who]) \
        .mark_bar(height=12, cornerRadius=2, yOffset=7, **look[who]).encode(
        x=x("start", "Day of each child's own record"), x2="end:Q", y=rows)
    names = alt.Chart(spans.drop_duplicates("what")).mark_text(align="left", dy=-8) \
        .encode(x=alt.value(0), y=rows, text="what:N")
    bottom = alt.layer(bar("the girl"), bar("comparator"), names) \
        .properties(width=262, height=alt.Step(33), title="Given")
    mark = lambda text: f'<span data-placement="reconstructed">{text}</span>'
    numbers = [*(("the girl", "CRP, mg/L", f"column {r.column}", mark(r.printed)) for r in crp.itertuples()),
               *(("comparator", "CRP, mg/L", f"hospital day {r.day}", f"{r.value:g}") for r in theirs.itertuples()),
               *((r.who, r.what.partition(": ")[2], mark(r.when) if r.who == "the girl" else r.when, "given")
                 for r in spans.itertuples())]
    return Figure("The girl, and one chosen child without anakinra",
                  f"CRP of both children in mg/L, by day of each child's own record. The girl’s {course(crp)}; her "
                  "columns are reconstructed. The comparator’s is "
                  f"{listed(f'{r.value:g} on day {r.day}' for r in theirs.itertuples())}. Bars below: "
                  f"{'; '.join(f'{r.what}, {r.when}' for r in spans.itertuples())}. CRP falls in both; one chosen "
                  "child is no control.", pd.DataFrame(numbers, columns=["Child", "What", "When", "Value"]),
                  [("Both", figure.stacked(top, bottom, spacing=40, start=34))], name="comparator",
                  note="Hollow marks and dashed bars: the girl in the reference placement, a reconstruction, with 12 h "
                       "assumed between 3a and 3b; grey bars: columns a value may stand in. Her day 1 is the column of "
                       "the first echo, the comparator’s a hospital day; the two clocks may differ by a day or more.")


def _spans(table, other, clock):
    """Bars of what each child was given: hers in the reference placement, the comparator's as recorded."""
    column_at = {day: c for c, day in clock.items()}

    def hers(what, drugs):
        rows = pd.concat([rows_of(table, drug) for drug in drugs])
        given = rows[rows["qualifier"] == "="]["column"].map(clock)
        stops = rows[rows["qualifier"] == "stop"]["column"].map(clock)
        last = stops.max() if len(stops) else given.max()
        when = f"columns {column_at[given.min()]} to {column_at[last]}" + (", with their stop" if len(stops) else "")
        return f"the girl: {what}", "the girl", given.min(), last if len(stops) else last + 0.9, when

    def recorded(what, rest):
        row = other[other["finding"] == what].iloc[0]
        when = f"hospital days {row.from_day} to {row.to_day}"
        return f"comparator: {what}", "comparator", row.from_day, row.to_day + rest, when

    return pd.DataFrame([hers("inotropes", ["dobutamine", "adrenaline", "milrinone"]), recorded("inotropes", 0),
                         hers("IVIG", ["IVIG"]), recorded("IVIG", 0.9), hers("anakinra", ["anakinra"])],
                        columns=["what", "who", "start", "end", "when"])

# ---- when one case convinces ----

def two_single_cases() -> Figure:
    """Two made-up patients: one whose single case convinces, one whose does not."""
    hour, on, count = simulation.on_off()
    day, after, reading = simulation.one_rise_and_fall()
    panels = []
    for x_title, y_title, top, title, frame in [
            ("Hour", "Attacks an hour", 26, "Stable for months; drug on and off",
             pd.DataFrame({"x": hour, "y": count, "on": on})),
            ("Day", "Severity", 17, ["Rising and falling;", "a drug that does nothing, once"],
             pd.DataFrame({"x": day, "y": reading, "on": after}))]:
        domain = [frame["x"].min() - 0.5, frame["x"].max() + 0.5]
        x, start, middle = (alt.X(of).title(x_title).scale(domain=domain).axis(tickCount=6)
                            for of in ("x:Q", "start:Q", "middle:Q"))
        y = alt.Y("y:Q").title(y_title).scale(domain=[0, top]).axis(tickCount=4)
        blocks = frame.assign(block=(frame["on"] != frame["on"].shift()).cumsum())[frame["on"]].groupby("block")["x"]
        spans = pd.DataFrame({"start": blocks.min() - 0.5, "end": blocks.max() + 0.5})
        given = alt.Chart(spans).mark_rect(fill=SECOND, fillOpacity=0.16).encode(x=start, x2="end:Q")
        word = alt.Chart(spans).transform_calculate(middle="(datum.start + datum.end) / 2") \
            .mark_text(text="drug", color=SECOND, fontSize=11.5) \
            .encode(x=middle, y=alt.value(8))
        base = alt.Chart(frame).encode(x=x, y=y)
        dots = base.transform_filter("!datum.on").mark_point(size=32, fill=ACCENT)
        diamonds = base.transform_filter("datum.on") \
            .mark_point(shape="diamond", size=36, fill=PAPER, stroke=SECOND, strokeWidth=1.8)
        panels.append(alt.layer(given, dots, diamonds, word).properties(width=233, height=120, title=title))
    switched = lambda with_drug: "on" if with_drug else "off"
    numbers = [*(("on and off", f"hour {h}", switched(o), str(c)) for h, o, c in zip(hour, on, count)),
               *(("on and off", "mean of all hours", switched(o), f"{np.mean(count[on == o]):.1f}")
                 for o in (False, True)),
               *(("once", f"day {d}", "given" if o else "not yet", f"{r:.1f}") for d, o, r in zip(day, after, reading))]
    # a neutral title: readers say first which case could convince them
    return Figure("Two made-up single cases",
                  f"Two scatters, attacks or severity against time. Above: {np.mean(count[~on]):.1f} attacks an hour "
                  f"on average without the drug and {np.mean(count[on]):.1f} with it, and back again each time; it is "
                  f"given in {int((np.diff(on.astype(int)) == 1).sum())} spans. Below: a severity that rises to "
                  f"{reading.max():.1f} on day {day[reading.argmax()]} and falls to {reading[-1]:.1f} on day "
                  f"{day[-1]}; the drug is given once, after day {day[~after].max()}, and does nothing. Above the "
                  "change follows the drug at every switch, below it may have come by itself.",
                  pd.DataFrame(numbers, columns=["Case", "Time", "Drug", "Value"]),
                  [("Two cases", alt.vconcat(*panels, spacing=22).configure_axisY(minExtent=34))], name="convincing",
                  note=f"Made up; seed {SEED}. Dots: without the drug. Open diamonds in the shaded spans: with it.")
