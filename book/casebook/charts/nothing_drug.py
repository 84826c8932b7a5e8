"""Two toys of chapter 10, in which a drug does nothing: noise, and an illness that rises and falls by itself."""

from functools import cache
from itertools import product

import altair as alt
import numpy as np
import pandas as pd

from casebook.display.figure import ACCENT, INK, MUTED, PAPER, SECOND, Figure, ParameterFigure, single, words_layer
from casebook.display.prediction import Prediction
from casebook.models import simulation
from casebook.models.simulation import CHILDREN, COURSES, HORIZON, MOMENTS, NOISES, SEED, WAITS
from casebook.tables.wording import signed

THRESHOLDS = (0.0, 0.5, 1.0, 1.5, 2.0)
ERRORS = (0.5, 1.0, 2.0)
DRAWN = 300


def _radio(name, label, options, start, labels=None):
    bind = alt.binding_radio(options=list(options), labels=list(labels or map(str, options)), name=label)
    return alt.param(name=name, value=start, bind=bind)

# ---- toy 1: noise ----

@cache
def noise_states() -> list[dict]:
    """Every state of the first toy: reading error, threshold, outcome, words."""
    states = []
    start = simulation.treat_extremes().better
    for error, threshold in product(ERRORS, THRESHOLDS):
        outcome = simulation.treat_extremes(error, threshold)
        words = (f"Reading error {error:g}, treated above {threshold:g}: {outcome.better} of the treated have a lower "
                 f"second reading, and the mean change is {signed(outcome.change, 2)} (± {outcome.change_error:.2f}). "
                 f"The drug does nothing. With the start values it is {start}.")
        states.append({"error": error, "threshold": threshold, "outcome": outcome, "words": words})
    return states


def _range(states):
    """'from a to b': the smallest and the largest share of the better."""
    shares = sorted((s["outcome"].better for s in states), key=lambda share: share.value)
    return f"from {shares[0]} to {shares[-1]}"


def noise() -> Prediction:
    """Toy 1, after a prediction: two readings of a stable state; extreme first readings are treated, with nothing."""
    states = noise_states()
    points = []
    for error in ERRORS:
        first, second = simulation.extreme_readings(error)
        points.append(pd.DataFrame({"e": error, "x": first[:DRAWN].round(2), "y": second[:DRAWN].round(2)}))
    points = pd.concat(points)
    params = [_radio("error", "Reading error (the true values have a spread of 1)", ERRORS, 1.0),
              alt.param(name="threshold", value=1.5,
                        bind=alt.binding_range(min=0, max=2, step=0.5, name="Treat if the first reading is above"))]
    x, y = (channel.title(f"{which} reading").scale(domain=[-5, 5], clamp=True).axis(values=[-4, -2, 0, 2, 4])
            for channel, which in ((alt.X("x:Q"), "First"), (alt.Y("y:Q"), "Second")))
    here = alt.Chart(points).transform_filter("datum.e == error").encode(x=x, y=y)
    rest = here.transform_filter("datum.x <= threshold").mark_point(size=10, fill=MUTED, opacity=0.5)
    lower = here.transform_filter("datum.x > threshold && datum.y < datum.x") \
        .mark_point(shape="triangle-down", size=42, fill=ACCENT)
    higher = here.transform_filter("datum.x > threshold && datum.y >= datum.x") \
        .mark_point(shape="triangle-up", size=42, fill=PAPER, stroke=SECOND, strokeWidth=1.5)
    same = alt.Chart(pd.DataFrame({"x": [-5, 5], "y": [-5, 5]})).mark_line(color=INK, strokeWidth=1).encode(x=x, y=y)
    label = single(x=-2.9, y=-4.5).mark_text(text="below the line: second reading lower", align="left").encode(x=x, y=y)
    cut = single(a=0).transform_calculate(x="threshold + datum.a") \
        .mark_rule(color=SECOND, strokeDash=[5, 3], strokeWidth=1.5).encode(x=x)
    words = words_layer(alt.Chart(pd.DataFrame([{k: s[k] for k in ("error", "threshold", "words")} for s in states]))
                        .transform_filter("datum.error == error && datum.threshold == threshold"))
    chart = alt.layer(rest, same, cut, lower, higher, label, words).add_params(*params) \
        .properties(width=270, height=260)
    numbers = pd.DataFrame([(f"{s['error']:g}", f"{s['threshold']:g}", f"{o.better.of:,}", str(o.better),
                             f"{signed(o.change, 2)} (± {o.change_error:.2f})") for s in states
                            for o in [s["outcome"]]],
                           columns=["Reading error", "Treated above", "Treated", "Lower second reading", "Mean change"])
    start = next(s["outcome"] for s in states if (s["error"], s["threshold"]) == (1.0, 1.5))
    figure = ParameterFigure(
        "Toy 1: treat the extreme reading with a drug that does nothing",
        f"Scatter of second against first reading of {DRAWN} imagined children, with the line of equal readings. Those "
        f"right of the threshold are treated with nothing. At the start values {start.better} of the treated lie below "
        f"the line: their second reading is lower. The mean change is {signed(start.change, 2)}. The share depends on "
        f"the reading error and the threshold: {_range(states)}.", numbers, [("Noise", chart)], name="noise",
        note=f"Made up. {CHILDREN:,} imagined children, {DRAWN} drawn; seed {SEED}. Filled triangles down: treated, "
             "second reading lower. Open triangles up: treated, not lower. Dots: not treated. ± is one Monte Carlo "
             "standard error: how far another seed would move the result.",
        start="Drawn: reading error 1, treated above 1.5. All other values are in the table.")
    return _asked("Every treated child gets a drug that does nothing. What share will have a lower second reading?",
                  start, figure)


def _asked(ask, start, figure):
    """A toy, shown once the reader has said what share gets better at the start values."""
    return Prediction(figure.name, ask, round(100 * start.better.value, 1), f"In the toy it is {start.better}.", figure)

# ---- toy 2: an illness that rises and falls ----

@cache
def rescue_states() -> list[dict]:
    """Every state of the second toy, in the order of ``simulation.states``: controls, outcome, words."""
    start = simulation.nothing_drug().better
    states = []
    for course, moment, wait, error in simulation.states():
        outcome = simulation.nothing_drug(course, moment, wait, error)
        illness = {"resolving": "The illness rises and falls", "stable": "The illness is stable"}[course]
        window = f" on days {outcome.first_day} to {outcome.last_day}" if outcome.first_day < outcome.last_day else \
            f", all on day {outcome.first_day}"
        words = (f"{illness}; rescue {_moment(moment)}; reading error {NOISES[error]}: {WAITS[wait]} later "
                 f"{outcome.better} are better, and {outcome.much_better} by 30 % or more. The drug does nothing. "
                 f"{outcome.better.of:,} rescues{window}; seed {SEED}. With the start values {start} are better.")
        states.append({"course": course, "moment": moment, "wait": wait, "noise": error, "outcome": outcome,
                       "words": words})
    return states


def _moment(moment):
    return {"same days": "on the same days, but dealt out by lot", "days 3 to 5": "on a random day from 3 to 5",
            "days 3 to 12": "on a random day from 3 to 12"}.get(moment, MOMENTS[moment])


BINS = np.arange(-100, 110, 10)


def rescue() -> Prediction:
    """Toy 2, after a prediction: change after a rescue drug that does nothing."""
    states = rescue_states()
    bars = []
    for index, s in enumerate(states):
        if s["noise"] == 0 and s["course"] == "stable":
            continue                                      # nothing changes at all: one line in words says so
        counts, _ = np.histogram(np.clip(100 * s["outcome"].changes, -99.9, 99.9), BINS)
        bars += [{"s": index, "b": int(b), "p": round(100 * float(c) / s["outcome"].better.of, 1)}
                 for b, c in zip(BINS, counts) if c]
    order = list(COURSES), list(MOMENTS), list(WAITS), list(NOISES)
    sizes = [len(o) for o in order]
    params = [_radio("course", "The illness", range(sizes[0]), 0, COURSES.values()),
              _radio("moment", "The rescue drug is given", range(sizes[1]), 0, MOMENTS.values()),
              _radio("wait", "Read again after", range(sizes[2]), 1, WAITS.values()),
              _radio("reading", "Reading error", range(sizes[3]), 0, NOISES.values())]
    state = f"datum.s == ((course * {sizes[1]} + moment) * {sizes[2]} + wait) * {sizes[3]} + reading"
    x = alt.X("b:Q").title("Change after the rescue, % (below 0: better)").scale(domain=[-100, 100]) \
        .axis(values=[-100, -50, 0, 50, 100])
    y = alt.Y("p:Q").title("Share of the rescued, %").scale(domain=[0, 50]).axis(tickCount=5)
    here = alt.Chart(pd.DataFrame(bars)).transform_filter(state).transform_calculate(end="datum.b + 9") \
        .encode(x=x, x2="end:Q", y=y)
    better = here.transform_filter("datum.b < 0").mark_bar(fill=ACCENT, orient="vertical")
    worse = here.transform_filter("datum.b >= 0") \
        .mark_bar(fill=PAPER, stroke=SECOND, strokeWidth=1.5, orient="vertical")
    texts = pd.DataFrame([{"s": i, "better": f"better {100 * s['outcome'].better.value:.1f} %",
                           "worse": f"not better {100 - 100 * s['outcome'].better.value:.1f} %"}
                          for i, s in enumerate(states)])
    at = lambda place, field: alt.Chart(texts).transform_filter(state) \
        .mark_text(fontSize=14, fontWeight="bold", align="left") \
        .encode(x=alt.value(place), y=alt.value(8), text=f"{field}:N")
    zero = single(b=0).mark_rule(color=INK).encode(x=x)
    words = words_layer(alt.Chart(pd.DataFrame([{"s": i, "words": s["words"]} for i, s in enumerate(states)]))
                        .transform_filter(state))
    chart = alt.layer(better, worse, zero, at(4, "better"), at(138, "worse"), words).add_params(*params) \
        .properties(width=252, height=195)
    numbers = pd.DataFrame([(COURSES[s["course"]], MOMENTS[s["moment"]], WAITS[s["wait"]], NOISES[s["noise"]],
                             f"{o.better.of:,}",
                             f"{o.first_day}–{o.last_day}", str(o.better), str(o.much_better))
                            for s in states for o in [s["outcome"]]],
                           columns=["Illness", "Given", "After", "Reading error", "Rescues", "On days", "Better",
                                    "By 30 % or more"])
    start = simulation.nothing_drug()
    lot = next(s["outcome"].better for s in states if (s["course"], s["moment"], s["wait"], s["noise"]) == (
        "stable", "same days", order[2][1], order[3][0]))
    figure = ParameterFigure(
        "Toy 2: a rescue drug that does nothing, in an illness that rises and falls",
        "Histogram of the change after the rescue, in % of the reading before; below zero is better. At the start "
        f"values, the illness that rises and falls with rescue on a bad day, {start.better} are better and "
        f"{start.much_better} by 30 % or more, though the drug does nothing. Over all states the share runs "
        f"{_range(states)}; in the stable illness with rescue days dealt out by lot it is {lot}.", numbers,
        [("Rescue", chart)], name="rescue",
        note=f"Made up. {CHILDREN:,} imagined children for each state; no rescue is begun after day {HORIZON}; seed "
             f"{SEED}. “Same days, dealt out by lot”: the days on which the bad-day rule gave the drug, shuffled among "
             "all children. Filled bars: better. Open bars: not better. Changes beyond 100 % stand in the last bar. ± "
             "is one Monte Carlo standard error.",
        start="Drawn: the start values. All other states are in the table.")
    return _asked("The rescue drug does nothing. What share of the rescued will have a lower reading 48 h later?",
                  start, figure)


def three_courses() -> Figure:
    """The first three rescued children of toy 2: true course, readings, rescue day."""
    read = simulation.readings()
    true = simulation.readings(noise=0.0)
    who, day = simulation.bad_days(read)
    days = np.arange(1, 13)
    panels, rows, words, lower = [], [], [], 0
    for number, (child, rescued) in enumerate(zip(who[:3], day[:3]), 1):
        before, after = read[child, rescued - 1], read[child, rescued + 1]
        words.append(f"Child {number}: {before:.2f} on day {rescued}, {after:.2f} on day {rescued + 2}.")
        lower += int(after < before)
        frame = pd.DataFrame({"day": days, "true": true[child, :12], "read": read[child, :12]})
        rows += [{"Child": number, "Day": d, "Severity": f"{t:.2f}", "Reading": f"{r:.2f}", "": "rescue"
                  if d == rescued else ""}
                 for d, t, r in zip(days, frame["true"], frame["read"])]
        x = alt.X("day:Q").title("Day of the imagined illness" if number == 3 else None).scale(domain=[0.7, 12.3]) \
            .axis(values=list(days), labels=number == 3)
        y = alt.Y("read:Q").title("Severity").scale(domain=[0, 2.2]).axis(values=[0, 0.8, 1.6])
        base, mark = (alt.Chart(some).encode(x=x, y=y) for some in (frame, frame[frame["day"] == rescued]))
        line = base.mark_line(color=MUTED, strokeDash=[2, 3]).encode(y=alt.Y("true:Q").title("Severity"))
        points = base.mark_point(size=42, fill=ACCENT)
        ring = mark.mark_point(size=170, stroke=SECOND, strokeWidth=2, filled=False)
        word = mark.mark_text(text="rescue", dy=20, color=SECOND)
        panels.append(alt.layer(line, points, ring, word)
                      .properties(width=250, height=86, title=f"Imagined child {number}"))
    # a neutral title: readers predict next what the rescue seems to do
    return Figure("Three imagined children: the illness, the readings, the rescue",
                  "Three small charts of severity by day. A dashed line rises and falls: the illness. Points scatter "
                  f"around it: the readings. A ring marks the rescue. {' '.join(words)} So {lower} of 3 are lower two "
                  "days later, with a drug that does nothing.", pd.DataFrame(rows),
                  [("Courses", alt.vconcat(*panels, spacing=12).configure_axisY(minExtent=34))], name="courses",
                  note=f"Made up; the first three rescued children of the run with seed {SEED}, not chosen. The drug "
                       "does nothing.")
