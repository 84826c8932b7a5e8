"""Two toys of chapter 10, in which a drug does nothing: noise, and an illness that rises and falls by itself. All of it is made up."""

from functools import cache

import altair as alt
import numpy as np
import pandas as pd

from casebook.display.figure import ACCENT, INK, MUTED, PAPER, SECOND, Figure, ParameterFigure, style, words_layer
from casebook.display.prediction import Prediction
from casebook.models import simulation
from casebook.models.simulation import CHILDREN, COURSES, HORIZON, MOMENTS, NOISES, SEED, WAITS
from casebook.tables.wording import signed

THRESHOLDS = (0.0, 0.5, 1.0, 1.5, 2.0)
ERRORS = (0.5, 1.0, 2.0)
DRAWN = 300


def _radio(name, label, options, start, labels=None):
    return alt.param(name=name, value=start, bind=alt.binding_radio(options=list(options), labels=list(labels or map(str, options)), name=label))

# ---- toy 1: noise ----

@cache
def noise_states() -> list[dict]:
    """Every state of the first toy: reading error, threshold, outcome, words."""
    rows = []
    start = simulation.treat_extremes().better
    for error in ERRORS:
        for threshold in THRESHOLDS:
            found = simulation.treat_extremes(error, threshold)
            words = (f"Reading error {error:g}, treated above {threshold:g}: {found.better} of the treated have a lower second reading, and the mean "
                     f"change is {signed(found.change, 2)} (± {found.change_error:.2f}). The drug does nothing. With the start values it is {start}.")
            rows.append({"error": error, "threshold": threshold, "found": found, "words": words})
    return rows


def _smallest(states):
    return str(min((s["found"].better for s in states), key=lambda share: share.value))


def _largest(states):
    return str(max((s["found"].better for s in states), key=lambda share: share.value))


def noise() -> Prediction:
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
    cut = alt.Chart(pd.DataFrame({"a": [0]})).transform_calculate(x="threshold + datum.a") \
        .mark_rule(color=SECOND, strokeDash=[5, 3], strokeWidth=1.5).encode(x=x)
    said = words_layer(alt.Chart(pd.DataFrame([{k: s[k] for k in ("error", "threshold", "words")} for s in states]))
                       .transform_filter("datum.error == error && datum.threshold == threshold"))
    chart = style(alt.layer(rest, same, cut, lower, higher, label, said).add_params(*params).properties(width=270, height=260))
    numbers = pd.DataFrame([{"Reading error": f"{s['error']:g}", "Treated above": f"{s['threshold']:g}", "Treated": f"{s['found'].better.of:,}",
                             "Lower second reading": str(s["found"].better),
                             "Mean change": f"{signed(s['found'].change, 2)} (± {s['found'].change_error:.2f})"}
                            for s in states])
    start = next(s["found"] for s in states if (s["error"], s["threshold"]) == (1.0, 1.5))
    figure = ParameterFigure(
        "Toy 1: treat the extreme reading with a drug that does nothing",
        f"Scatter of second against first reading of {DRAWN} imagined children, with the line of equal readings. Those right of the threshold are "
        f"treated with nothing. At the start values {start.better} of the treated lie below the line: their second reading is lower. The "
        f"mean change is {signed(start.change, 2)}. The share depends on the reading error and the threshold: from {_smallest(states)} to {_largest(states)}.",
        numbers, [("Noise", chart)], name="noise",
        note=f"Made up. {CHILDREN:,} imagined children, {DRAWN} drawn; seed {SEED}. Filled triangles down: treated, second reading lower. Open "
             "triangles up: treated, not lower. Dots: not treated. ± is one Monte Carlo standard error: how far another seed would move the result.",
        start="Drawn: reading error 1, treated above 1.5. All other values are in the table.")
    return Prediction("noise", "Every treated child gets a drug that does nothing. What share will have a lower second reading?",
                      round(100 * start.better.value, 1), f"In the toy it is {start.better}.", figure)

# ---- toy 2: an illness that rises and falls ----

@cache
def rescue_states() -> list[dict]:
    """Every state of the second toy, in the order of ``simulation.states``: controls, outcome, words."""
    start = simulation.nothing_drug().better
    rows = []
    for course, moment, wait, error in simulation.states():
        found = simulation.nothing_drug(course, moment, wait, error)
        illness = {"resolving": "The illness rises and falls", "stable": "The illness is stable"}[course]
        window = f"{found.better.of:,} rescues on days {found.first_day} to {found.last_day}" if found.first_day < found.last_day else \
            f"{found.better.of:,} rescues, all on day {found.first_day}"
        words = (f"{illness}; rescue {_moment(moment)}; reading error {NOISES[error]}: {WAITS[wait]} later {found.better} are better, "
                 f"and {found.much_better} by 30 % or more. The drug does nothing. {window}; seed {SEED}. With the start values {start} are better.")
        rows.append({"course": course, "moment": moment, "wait": wait, "noise": error, "found": found, "words": words})
    return rows


def _moment(moment):
    return {"same days": "on the same days, but dealt out by lot", "days 3 to 5": "on a random day from 3 to 5",
            "days 3 to 12": "on a random day from 3 to 12"}.get(moment, MOMENTS[moment])


BINS = np.arange(-100, 110, 10)


def rescue() -> Prediction:
    """Toy 2, after a prediction: change after a rescue drug that does nothing."""
    states = rescue_states()
    bars = []
    for index, s in enumerate(states):
        counts, _ = np.histogram(np.clip(100 * s["found"].changes, -99.9, 99.9), BINS)
        if s["noise"] == 0 and s["course"] == "stable":
            continue                                      # nothing changes at all: one line in words says so
        bars += [{"s": index, "b": int(b), "p": round(100 * float(c) / s["found"].better.of, 1)} for b, c in zip(BINS, counts) if c]
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
    chart = style(alt.layer(better, worse, zero, at(4, "better"), at(138, "worse"), said).add_params(*params).properties(width=252, height=195))
    numbers = pd.DataFrame([{"Illness": COURSES[s["course"]], "Given": MOMENTS[s["moment"]], "After": WAITS[s["wait"]], "Reading error": NOISES[s["noise"]],
                             "Rescues": f"{s['found'].better.of:,}", "On days": f"{s['found'].first_day}–{s['found'].last_day}",
                             "Better": str(s["found"].better), "By 30 % or more": str(s["found"].much_better)} for s in states])
    start = simulation.nothing_drug()
    lot = next(s["found"].better for s in states if (s["course"], s["moment"], s["wait"], s["noise"]) == (
        "stable", "same days", order[2][1], order[3][0]))
    figure = ParameterFigure(
        "Toy 2: a rescue drug that does nothing, in an illness that rises and falls",
        "Histogram of the change after the rescue, in % of the reading before; below zero is better. At the start values, the illness that rises and "
        f"falls with rescue on a bad day, {start.better} are better and {start.much_better} by 30 % or more, though the drug does nothing. Over all states the "
        f"share runs from {_smallest(states)} to {_largest(states)}; in the stable illness with rescue days dealt out by lot it is {lot}.",
        numbers, [("Rescue", chart)], name="rescue",
        note=f"Made up. {CHILDREN:,} imagined children for each state; no rescue is begun after day {HORIZON}; seed {SEED}. “Same days, dealt out by "
             "lot”: the days on which the bad-day rule gave the drug, shuffled among all children. Filled bars: better. Open bars: not better. "
             "Changes beyond 100 % stand in the last bar. ± is one Monte Carlo standard error.",
        start="Drawn: the start values. All other states are in the table.")
    return Prediction("rescue", "The rescue drug does nothing. What share of the rescued will have a lower reading 48 h later?",
                      round(100 * start.better.value, 1), f"In the toy it is {start.better}.", figure)


def three_courses() -> Figure:
    """The first three rescued children of toy 2: true course, readings, rescue day."""
    read = simulation.readings()
    true = simulation.readings(noise=0.0)
    who, day = simulation.bad_days(read)
    told = [f"Child {n}: {read[c, d - 1]:.2f} on day {d}, {read[c, d + 1]:.2f} on day {d + 2}." for n, (c, d) in enumerate(zip(who[:3], day[:3]), 1)]
    panels, rows = [], []
    lower = sum(bool(read[c, d + 1] < read[c, d - 1]) for c, d in zip(who[:3], day[:3]))
    for number, (child, rescued) in enumerate(zip(who[:3], day[:3]), 1):
        days = np.arange(1, 13)
        frame = pd.DataFrame({"day": days, "true": true[child, :12], "read": read[child, :12]})
        rows += [{"Child": number, "Day": d, "Severity": f"{t:.2f}", "Reading": f"{r:.2f}", "": "rescue" if d == rescued else ""}
                 for d, t, r in zip(days, frame["true"], frame["read"])]
        x = alt.X("day:Q", title="Day of the imagined illness" if number == 3 else None, scale=alt.Scale(domain=[0.7, 12.3]),
                  axis=alt.Axis(values=list(range(1, 13)), labels=number == 3))
        y = alt.Y("read:Q", title="Severity", scale=alt.Scale(domain=[0, 2.2]), axis=alt.Axis(values=[0, 0.8, 1.6]))
        base = alt.Chart(frame)
        line = base.mark_line(color=MUTED, strokeDash=[2, 3]).encode(x=x, y=alt.Y("true:Q", title="Severity"))
        points = base.mark_point(size=42, filled=True, fill=ACCENT, opacity=1).encode(x=x, y=y)
        mark = alt.Chart(frame[frame["day"] == rescued])
        ring = mark.mark_point(size=170, stroke=SECOND, strokeWidth=2, filled=False, opacity=1).encode(x=x, y=y)
        word = mark.mark_text(text="rescue", dy=20, color=SECOND).encode(x=x, y=y)
        panels.append(alt.layer(line, points, ring, word).properties(width=250, height=86, title=f"Imagined child {number}"))
    chart = style(alt.vconcat(*panels, spacing=12), plots_start=34)
    return Figure("Three imagined children: the illness, the readings, the rescue",
                  "Three small charts of severity by day. A dashed line rises and falls: the illness. Points scatter around it: the readings. A ring marks "
                  f"the rescue. {' '.join(told)} So {lower} of 3 are lower two days later, with a drug that does nothing.",
                  pd.DataFrame(rows), [("Courses", chart)], name="courses",
                  note=f"Made up; the first three rescued children of the run with seed {SEED}, not chosen. The drug does nothing.")
