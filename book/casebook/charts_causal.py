"""Figures of chapter 10: the causal graph, two toys, Bayes with sliders, a chosen comparator, two made-up single cases."""

from functools import cache

import altair as alt
import numpy as np
import pandas as pd

from . import kinetics, simulation
from .charts import rows_of
from .dag import DagBuilder
from .figure import ACCENT, INK, MUTED, PAPER, SECOND, Figure, ParameterFigure, style, words_layer
from .prediction import Prediction
from .resources import read_resource
from .simulation import CHILDREN, COURSES, HORIZON, MOMENTS, NOISES, SEED, WAITS

THRESHOLDS = (0.0, 0.5, 1.0, 1.5, 2.0)
ERRORS = (0.5, 1.0, 2.0)
DRAWN = 300


def dag_builder():
    """The causal graph with its switches."""
    return DagBuilder()


def _radio(name, label, options, start, labels=None):
    return alt.param(name=name, value=start, bind=alt.binding_radio(options=list(options), labels=list(labels or map(str, options)), name=label))


# ---- toy 1: noise ----

@cache
def noise_states():
    """Every state of the first toy: reading error, threshold, outcome, words."""
    rows = []
    start = simulation.treat_extremes().better
    for error in ERRORS:
        for threshold in THRESHOLDS:
            found = simulation.treat_extremes(error, threshold)
            words = (f"Reading error {error:g}, treated above {threshold:g}: {found.better} of the treated have a lower second reading, and the mean "
                     f"change is {_signed(found.change)} (± {found.change_error:.2f}). The drug does nothing. With the start values it is {start}.")
            rows.append({"error": error, "threshold": threshold, "found": found, "words": words})
    return rows


def _signed(number):
    return f"{number:+.2f}".replace("-", "−")


def noise():
    """Toy 1, after a prediction: two readings of a stable state; the extreme first readings are treated, with nothing."""
    states = noise_states()
    points = []
    for error in ERRORS:
        first, second = simulation.extreme_readings(error)
        points.append(pd.DataFrame({"e": error, "x": first[:DRAWN].round(2), "y": second[:DRAWN].round(2)}))
    points = pd.concat(points)
    params = [_radio("error", "Reading error (the true values have a spread of 1)", ERRORS, 1.0),
              alt.param(name="threshold", value=1.5, bind=alt.binding_range(min=0, max=2, step=0.5, name="Treat if the first reading is above"))]
    scale = alt.Scale(domain=[-5, 5], clamp=True)
    x = alt.X("x:Q", title="First reading", scale=scale, axis=alt.Axis(values=[-4, -2, 0, 2, 4]))
    y = alt.Y("y:Q", title="Second reading", scale=scale, axis=alt.Axis(values=[-4, -2, 0, 2, 4]))
    here = alt.Chart(points).transform_filter("datum.e == error")
    rest = here.transform_filter("datum.x <= threshold").mark_point(size=10, filled=True, fill=MUTED, opacity=0.5).encode(x=x, y=y)
    lower = here.transform_filter("datum.x > threshold && datum.y < datum.x") \
        .mark_point(shape="triangle-down", size=42, filled=True, fill=ACCENT, opacity=1).encode(x=x, y=y)
    higher = here.transform_filter("datum.x > threshold && datum.y >= datum.x") \
        .mark_point(shape="triangle-up", size=42, filled=True, fill=PAPER, stroke=SECOND, strokeWidth=1.5, opacity=1).encode(x=x, y=y)
    same = alt.Chart(pd.DataFrame({"x": [-5, 5], "y": [-5, 5]})).mark_line(color=INK, strokeWidth=1).encode(x=x, y=y)
    label = alt.Chart(pd.DataFrame({"x": [-2.9], "y": [-4.5], "t": ["below the line: second reading lower"]})).mark_text(align="left", color=INK) \
        .encode(x=x, y=y, text="t:N")
    cut = alt.Chart(pd.DataFrame({"a": [0]})).transform_calculate(x="threshold + datum.a").mark_rule(color=SECOND, strokeDash=[5, 3], strokeWidth=1.5).encode(x=x)
    said = words_layer(alt.Chart(pd.DataFrame([{k: s[k] for k in ("error", "threshold", "words")} for s in states]))
                       .transform_filter("datum.error == error && datum.threshold == threshold"))
    chart = style(alt.layer(rest, same, cut, lower, higher, label, said).add_params(*params).properties(width=330, height=300))
    numbers = pd.DataFrame([{"Reading error": f"{s['error']:g}", "Treated above": f"{s['threshold']:g}", "Treated": f"{s['found'].better.of:,}",
                             "Lower second reading": str(s["found"].better), "Mean change": f"{_signed(s['found'].change)} (± {s['found'].change_error:.2f})"}
                            for s in states])
    start = next(s["found"] for s in states if (s["error"], s["threshold"]) == (1.0, 1.5))
    figure = ParameterFigure(
        "Toy 1: treat the extreme reading with a drug that does nothing",
        f"Scatter of first against second reading of {DRAWN} imagined children. Those right of the threshold are treated. Most of them lie below "
        "the line of equal readings: the second reading is lower, though nothing was done.", numbers, [("Noise", chart)], name="noise",
        note=f"Made up. {CHILDREN:,} imagined children, {DRAWN} drawn; seed {SEED}. Filled triangles down: treated, second reading lower. Open "
             "triangles up: treated, not lower. Dots: not treated. ± is one Monte Carlo standard error: how far another seed would move the result.",
        start="Drawn: reading error 1, treated above 1.5. All other values are in the table.")
    return Prediction("noise", "Every treated child gets a drug that does nothing. What share will have a lower second reading?",
                      round(100 * start.better.value, 1), f"In the toy it is {start.better}.", figure)


# ---- toy 2: an illness that rises and falls ----

@cache
def rescue_states():
    """Every state of the second toy, in the order of ``simulation.states``: controls, outcome, words."""
    start = simulation.nothing_drug().better
    rows = []
    for course, moment, wait, error in simulation.states():
        found = simulation.nothing_drug(course, moment, wait, error)
        illness = {"resolving": "The illness rises and falls", "stable": "The illness is stable"}[course]
        window = f"{found.better.of:,} rescues on days {found.first_day} to {found.last_day}" if found.first_day < found.last_day else \
            f"{found.better.of:,} rescues, all on day {found.first_day}"
        words = (f"{illness}; rescue {_moment(moment)}; reading error {NOISES[error]}: {WAITS[wait]} later {found.better} are better, and {found.much_better} by "
                 f"30 % or more. The drug does nothing. {window}; seed {SEED}. With the start values {start} are better.")
        rows.append({"course": course, "moment": moment, "wait": wait, "noise": error, "found": found, "words": words})
    return rows


def _moment(moment):
    return {"same days": "on the same days, but dealt out by lot", "days 3 to 5": "on a random day from 3 to 5",
            "days 3 to 12": "on a random day from 3 to 12"}.get(moment, MOMENTS[moment])


BINS = np.arange(-100, 110, 10)


def rescue():
    """Toy 2, after a prediction: change after a rescue drug that does nothing."""
    states = rescue_states()
    bars = []
    for index, state in enumerate(states):
        counts, _ = np.histogram(np.clip(100 * state["found"].changes, -99.9, 99.9), BINS)
        if state["noise"] == 0 and state["course"] == "stable":
            continue                                      # nothing changes at all: one line in words says so
        bars += [{"s": index, "b": int(b), "p": round(100 * float(c) / state["found"].better.of, 1)} for b, c in zip(BINS, counts) if c]
    order = list(COURSES), list(MOMENTS), list(WAITS), list(NOISES)
    sizes = [len(o) for o in order]
    params = [_radio("course", "The illness", range(sizes[0]), 0, COURSES.values()),
              _radio("moment", "The rescue drug is given", range(sizes[1]), 0, MOMENTS.values()),
              _radio("wait", "Read again after", range(sizes[2]), 1, WAITS.values()),
              _radio("reading", "Reading error", range(sizes[3]), 0, NOISES.values())]
    state = f"datum.s == ((course * {sizes[1]} + moment) * {sizes[2]} + wait) * {sizes[3]} + reading"
    x = alt.X("b:Q", title="Change after the rescue, % (below 0: better)", scale=alt.Scale(domain=[-100, 100]), axis=alt.Axis(values=[-100, -50, 0, 50, 100]))
    y = alt.Y("p:Q", title="Share of the rescued, %", scale=alt.Scale(domain=[0, 50]), axis=alt.Axis(tickCount=5))
    here = alt.Chart(pd.DataFrame(bars)).transform_filter(state).transform_calculate(end="datum.b + 9")
    better = here.transform_filter("datum.b < 0").mark_bar(fill=ACCENT, orient="vertical").encode(x=x, x2="end:Q", y=y)
    worse = here.transform_filter("datum.b >= 0").mark_bar(fill=PAPER, stroke=SECOND, strokeWidth=1.5, orient="vertical").encode(x=x, x2="end:Q", y=y)
    texts = pd.DataFrame([{"s": i, "better": f"better {s['found'].better}", "worse": f"not better {100 - 100 * s['found'].better.value:.1f} %"}
                          for i, s in enumerate(states)])
    at = lambda place, field: alt.Chart(texts).transform_filter(state).mark_text(fontSize=12, fontWeight="bold", align="left").encode(
        x=alt.value(place), y=alt.value(8), text=f"{field}:N")
    zero = alt.Chart(pd.DataFrame({"b": [0]})).mark_rule(color=INK).encode(x=x)
    said = words_layer(alt.Chart(pd.DataFrame([{"s": i, "words": s["words"]} for i, s in enumerate(states)])).transform_filter(state))
    chart = style(alt.layer(better, worse, zero, at(4, "better"), at(172, "worse"), said).add_params(*params).properties(width=330, height=210))
    numbers = pd.DataFrame([{"Illness": COURSES[s["course"]], "Given": MOMENTS[s["moment"]], "After": WAITS[s["wait"]], "Reading error": NOISES[s["noise"]],
                             "Rescues": f"{s['found'].better.of:,}", "On days": f"{s['found'].first_day}–{s['found'].last_day}",
                             "Better": str(s["found"].better), "By 30 % or more": str(s["found"].much_better)} for s in states])
    start = simulation.nothing_drug()
    figure = ParameterFigure(
        "Toy 2: a rescue drug that does nothing, in an illness that rises and falls",
        "Histogram of the change after the rescue. In the resolving illness with rescue on a bad day most bars lie below zero, that is better; in the "
        "stable illness with rescue days dealt out by lot the bars lie evenly on both sides.", numbers, [("Rescue", chart)], name="rescue",
        note=f"Made up. {CHILDREN:,} imagined children for each state; no rescue is begun after day {HORIZON}; seed {SEED}. “Same days, dealt out by "
             "lot”: the days on which the bad-day rule gave the drug, shuffled among all children. Filled bars: better. Open bars: not better. "
             "Changes beyond 100 % stand in the last bar. ± is one Monte Carlo standard error.",
        start="Drawn: the start values. All other states are in the table.")
    return Prediction("rescue", "The rescue drug does nothing. What share of the rescued will have a lower reading 48 h later?",
                      round(100 * start.better.value, 1), f"In the toy it is {start.better}.", figure)


def three_courses():
    """The first three rescued children of toy 2: true course, readings, rescue day."""
    read = simulation.readings()
    true = simulation.readings(noise=0.0)
    who, day = simulation.bad_days(read)
    panels, rows = [], []
    lower = sum(bool(read[c, d + 1] < read[c, d - 1]) for c, d in zip(who[:3], day[:3]))
    for number, (child, rescued) in enumerate(zip(who[:3], day[:3]), 1):
        days = np.arange(1, 13)
        frame = pd.DataFrame({"day": days, "true": true[child, :12], "read": read[child, :12]})
        rows += [{"Child": number, "Day": d, "Severity": f"{t:.2f}", "Reading": f"{r:.2f}", "": "rescue" if d == rescued else ""}
                 for d, t, r in zip(days, frame["true"], frame["read"])]
        x = alt.X("day:Q", title="Day of the imagined illness" if number == 3 else None, scale=alt.Scale(domain=[0.7, 12.3]),
                  axis=alt.Axis(values=list(range(1, 13)), labels=number == 3, ticks=number == 3))
        y = alt.Y("read:Q", title="Severity", scale=alt.Scale(domain=[0, 2.2]), axis=alt.Axis(values=[0, 0.8, 1.6]))
        base = alt.Chart(frame)
        line = base.mark_line(color=MUTED, strokeDash=[2, 3]).encode(x=x, y=alt.Y("true:Q", title="Severity"))
        points = base.mark_point(size=42, filled=True, fill=ACCENT, opacity=1).encode(x=x, y=y)
        mark = alt.Chart(frame[frame["day"] == rescued])
        ring = mark.mark_point(size=170, stroke=SECOND, strokeWidth=2, filled=False, opacity=1).encode(x=x, y=y)
        word = mark.mark_text(text="rescue", dy=20, color=SECOND).encode(x=x, y=y)
        panels.append(alt.layer(line, points, ring, word).properties(width=290, height=86, title=f"Imagined child {number}"))
    chart = style(alt.vconcat(*panels, spacing=12), plots_start=34)
    return Figure("Three imagined children: the illness, the readings, the rescue",
                  "Three small charts. A dashed line rises and falls: the illness. Points scatter around it: the readings. A ring marks the day of the "
                  f"rescue. Two days later {lower} of the three readings are lower.",
                  pd.DataFrame(rows), [("Courses", chart)], name="courses",
                  note=f"Made up; the first three rescued children of the run with seed {SEED}, not chosen. The drug does nothing.")


# ---- Bayes ----

def bayes():
    """Belief after one outcome, with three sliders; starts at an even, empty position."""
    ask = lambda name, label, low, high, value: alt.param(name=name, value=value, bind=alt.binding_range(min=low, max=high, step=1, name=label))
    params = [ask("works", "Of 100 children, how many reach the outcome if the drug works?", 1, 99, 50),
              ask("idle", "And if it does nothing?", 1, 99, 50), ask("prior", "Belief before, %", 1, 99, 50)]
    grid = pd.DataFrame({"q": np.arange(1, 100)})
    x = alt.X("q:Q", title="Children of 100 with the outcome if the drug does nothing", scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(tickCount=5))
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
        .mark_text(align=alt.ExprRef("idle > 60 ? 'right' : 'left'"), dx=alt.ExprRef("idle > 60 ? -6 : 10"), dy=alt.ExprRef("idle > 60 ? 17 : -10"), fontWeight="bold").encode(x=x, y=y, text="t:N")
    said = words_layer(here.transform_calculate(words=(
        "'With ' + works + ' of 100 if it works and ' + idle + ' of 100 if it does nothing, the likelihood ratio is ' + format(works / idle, '.2f') + '. "
        "Seeing the outcome once moves ' + prior + ' % to ' + format(datum.after, '.1f') + ' %: ' + "
        "(works == idle ? 'not at all.' : abs(datum.after - prior) < 2 ? 'hardly.' : works < idle ? 'downwards.' : datum.after - prior < 15 ? 'a little.' : 'a good way.')")))
    chart = style(alt.layer(flat, curve, flat_word, point, label, said).add_params(*params).properties(width=330, height=220))
    rows = [(99, 98, 40), (95, 90, 40), (95, 80, 40), (90, 50, 40), (90, 30, 40)]
    numbers = pd.DataFrame([{"If it works": w, "If it does nothing": q, "Likelihood ratio": f"{simulation.likelihood_ratio(w, q):.2f}", "Before": f"{p} %",
                             "After": f"{100 * simulation.posterior(p / 100, w / 100, q / 100):.1f} %"} for w, q, p in rows])
    return ParameterFigure("How far should one outcome move you?",
                           "A falling curve: belief after the outcome, against how often the outcome comes without any effect. The more common it is "
                           "anyway, the less one outcome moves the belief.", numbers, [("Bayes", chart)], name="bayes",
                           note="The sliders start at 50 of 100 each: an empty position that is nobody’s finding. The table holds worked sums with made-up numbers.",
                           start="Drawn: 50 of 100 with and without an effect, belief 50 % before; nothing moves.")


# ---- one chosen comparator ----

def comparator(table):
    """CRP and inotropes of the girl (reference placement) beside one published child who was not given anakinra."""
    other = read_resource("comparator_case")
    clock = {c: 1 + h / 24 for c, h in kinetics.hours(12).items()}
    order = list(clock.values())
    crp = rows_of(table, "CRP").assign(day=lambda r: r["column"].map(clock))
    crp["from"], crp["to"] = [order[i] for i in crp["from"]], [order[i] for i in crp["to"]]
    theirs = other[other["finding"] == "CRP"].rename(columns={"from_day": "day"})
    x = lambda of, title="": alt.X(f"{of}:Q", title=title, scale=alt.Scale(domain=[0.5, 13.5]),
                                   axis=alt.Axis(values=list(range(1, 14)), labelOverlap=False, labels=bool(title), ticks=bool(title)))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[0, 330]), axis=alt.Axis(tickCount=4))
    bars = alt.Chart(crp[crp["from"] < crp["to"]]).mark_rule(color=MUTED, strokeWidth=3, opacity=0.45).encode(x=x("from"), x2="to:Q", y=y)
    hers = alt.Chart(crp)
    line = hers.mark_line(color=ACCENT, strokeWidth=2, strokeDash=[2, 3]).encode(x=x("day"), y=y)
    points = hers.mark_point(size=55, filled=True, fill=PAPER, stroke=ACCENT, strokeWidth=2, opacity=1).encode(x=x("day"), y=y)
    base = alt.Chart(theirs)
    line2 = base.mark_line(color=SECOND, strokeWidth=2).encode(x=x("day"), y=y)
    points2 = base.mark_point(shape="square", size=60, filled=True, fill=SECOND, opacity=1).encode(x=x("day"), y=y)
    words = alt.Chart(pd.DataFrame([{"day": 1.5, "value": 315, "t": "comparator: no anakinra", "k": 1}, {"day": 5.2, "value": 88, "t": "the girl", "k": 0}]))
    label = lambda k, colour: words.transform_filter(f"datum.k == {k}").mark_text(align="left", color=colour, fontWeight="bold").encode(x=x("day"), y=y, text="t:N")
    top = alt.layer(bars, line, points, line2, points2, label(1, SECOND), label(0, ACCENT)).properties(width=310, height=190, title="CRP, mg/L")
    spans = _spans(table, other, clock)
    rows = alt.Y("what:N", sort=list(spans["what"].unique()), title=None, axis=None)
    bar = lambda who: alt.Chart(spans[spans["who"] == who]).mark_bar(
        height=12, cornerRadius=2, yOffset=7, fill=ACCENT if who == "the girl" else SECOND, fillOpacity=0.35 if who == "the girl" else 0.9,
        stroke=ACCENT if who == "the girl" else SECOND, strokeDash=[3, 2] if who == "the girl" else [1, 0]).encode(x=x("start", "Day of each child's own record"), x2="end:Q", y=rows)
    names = alt.Chart(spans.drop_duplicates("what")).mark_text(align="left", dy=-8).encode(x=alt.value(0), y=rows, text="what:N")
    bottom = alt.layer(bar("the girl"), bar("comparator"), names).properties(width=310, height=alt.Step(33), title="Given")
    chart = style(alt.vconcat(top, bottom, spacing=40, bounds="flush").resolve_scale(x="independent"), plots_start=34)
    mark = lambda text, how: f'<span data-placement="{how}">{text}</span>'
    numbers = pd.DataFrame([{"Child": "the girl", "Day": f"column {r.column}", "CRP, mg/L": mark(r.printed, "reconstructed")} for r in crp.itertuples()]
                           + [{"Child": "comparator", "Day": f"hospital day {r.day}", "CRP, mg/L": f"{r.value:g}"} for r in theirs.itertuples()])
    return Figure("The girl, and one chosen child without anakinra",
                  "CRP of both children by day. The girl’s falls from 171 through 121 to 3.4, with reconstructed days; the comparator’s from 298.5 through 166 on "
                  "day 6 to 15.0 on day 12. Bars below: the comparator has inotropes until day 4, the girl, in the reference placement, until day 6.",
                  numbers, [("Both", chart)], name="comparator",
                  note="Hollow marks and dashed bars: the girl in the reference placement, a reconstruction, with 12 h assumed between 3a and 3b; grey bars: columns a "
                       "value may stand in. Her day 1 is the column of the first echo, the comparator’s a hospital day; the two clocks may differ by a day or more.")


def _spans(table, other, clock):
    """Bars of what each child was given: her infusions, IVIG and anakinra in the reference placement; the comparator's as recorded."""
    column = lambda drug: rows_of(table, drug)
    def hers(drugs):
        rows = pd.concat([column(d) for d in drugs])
        given = rows[rows["qualifier"] == "="]["column"].map(clock)
        stops = rows[rows["qualifier"] == "stop"]["column"].map(clock)
        return given.min(), stops.max() if len(stops) else given.max() + 0.9
    found = [{"what": "the girl: inotropes", "who": "the girl", **dict(zip(("start", "end"), hers(["dobutamine", "adrenaline", "milrinone"])))}]
    recorded = lambda what: other[other["finding"] == what].iloc[0]
    found.append({"what": "comparator: inotropes", "who": "comparator", "start": recorded("inotropes").from_day, "end": recorded("inotropes").to_day})
    found.append({"what": "the girl: IVIG", "who": "the girl", **dict(zip(("start", "end"), hers(["IVIG"])))})
    found.append({"what": "comparator: IVIG", "who": "comparator", "start": recorded("IVIG").from_day, "end": recorded("IVIG").to_day + 0.9})
    found.append({"what": "the girl: anakinra", "who": "the girl", **dict(zip(("start", "end"), hers(["anakinra"])))})
    return pd.DataFrame(found)


# ---- when one case convinces ----

def two_single_cases():
    """Two made-up patients: one whose single case convinces, one whose does not."""
    hour, on, count = simulation.on_off()
    day, after, reading = simulation.one_rise_and_fall()
    panels = []
    for x_title, title, frame in [("Hour", "Stable for months; drug on and off", pd.DataFrame({"x": hour, "y": count, "on": on})),
                                  ("Day", "Rising and falling; a drug that does nothing, once", pd.DataFrame({"x": day, "y": reading, "on": after}))]:
        last = frame["x"].max()
        scale = alt.Scale(domain=[frame["x"].min() - 0.5, last + 0.5], nice=False)
        x = alt.X("x:Q", title=x_title, scale=scale, axis=alt.Axis(tickCount=6))
        y = alt.Y("y:Q", title="Attacks an hour" if x_title == "Hour" else "Severity", scale=alt.Scale(domain=[0, 26 if x_title == "Hour" else 17]), axis=alt.Axis(tickCount=4))
        blocks = frame.assign(block=(frame["on"] != frame["on"].shift()).cumsum())[lambda f: f["on"]].groupby("block")["x"].agg(["min", "max"]) \
            .assign(start=lambda f: f["min"] - 0.5, end=lambda f: f["max"] + 0.5, word="drug")
        bands = alt.Chart(blocks)
        given = bands.mark_rect(fill=SECOND, fillOpacity=0.16).encode(x=alt.X("start:Q", scale=scale), x2="end:Q")
        word = bands.transform_calculate(middle="(datum.start + datum.end) / 2").mark_text(color=SECOND).encode(x="middle:Q", y=alt.value(8), text="word:N")
        base = alt.Chart(frame)
        off = base.transform_filter("!datum.on").mark_point(size=32, filled=True, fill=ACCENT, opacity=1).encode(x=x, y=y)
        on_ = base.transform_filter("datum.on").mark_point(shape="diamond", size=36, filled=True, fill=PAPER, stroke=SECOND, strokeWidth=1.8, opacity=1).encode(x=x, y=y)
        panels.append(alt.layer(given, off, on_, word).properties(width=290, height=120, title=title))
    chart = style(alt.vconcat(*panels, spacing=22).resolve_scale(x="independent", y="independent"), plots_start=34)
    numbers = pd.DataFrame([{"Case": "on and off", "Time": f"hour {h}", "Drug": "on" if o else "off", "Value": str(c)} for h, o, c in zip(hour, on, count)]
                           + [{"Case": "once", "Time": f"day {d}", "Drug": "given" if o else "not yet", "Value": f"{r:.1f}"} for d, o, r in zip(day, after, reading)])
    return Figure("Two made-up single cases",
                  "Above: about twelve attacks an hour without the drug, almost none with it, and back again, four times. Below: a severity that rises, "
                  "stays level from day four to seven and falls; the drug is given once, after day six, and readings fall as they would have done.", numbers, [("Two cases", chart)],
                  name="convincing", note=f"Made up; seed {SEED}. Dots: without the drug. Open diamonds in the shaded spans: with it.")
