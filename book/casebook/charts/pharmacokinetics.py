"""Charts of anakinra's levels in the model of ``pharmacokinetics``. Every public function returns a ``Figure``.

Dashed curve: the daily dose lies beyond the model's data. Triangle under the axis: a dose.
"""

import altair as alt
import numpy as np
import pandas as pd

from casebook.display import figure
from casebook.display.figure import ACCENT, HOLLOW, INK, MUTED, SECOND, Figure, ParameterFigure, either, single
from casebook.models import pharmacokinetics as pk
from casebook.tables.wording import listed

WEEK = 168
INTERVALS = [6, 8, 12, 24]
DOSE = dict(shape="triangle-up", size=28, color=MUTED, yOffset=-5)
DEFINED = "Peak: highest level of all. Trough: level at the end of the interval after the last dose. " \
          "Mean: over the last 24 hours of dosing."


def two(level: float) -> str:
    """A level for readers: two decimals below 1, one above."""
    return f"{level:.2f}" if level < 1 else f"{level:.1f}"


def _hours(title, values, labels=True):
    return alt.X("t:Q").title(title).scale(domain=[0, values[-1]], nice=False).axis(values=values, labels=labels)


def _level_line():
    """Dotted line at 0.4 mg/L."""
    return single(level=pk.LEVEL).mark_rule(color=INK, strokeDash=[2, 3]).encode(y="level:Q")


def one_dose() -> Figure:
    """A single dose in a child of 25 kg, as a share of its peak: when could anything change, and for how long?"""
    of = pk.parameters()
    peak, half = pk.peak_time(of), pk.half_life(of)
    full = float(pk.one_dose(of, peak, 1))
    hours = np.arange(0, 36.25, 0.25)
    curve = pd.DataFrame({"t": hours, "share": 100 * pk.one_dose(of, hours, 1) / full})
    start = 14.0
    marks = pd.DataFrame({"t": [peak, start, start + half, start + 2 * half]})
    marks["share"] = 100 * pk.one_dose(of, marks["t"], 1) / full
    tail = [f"{s:.0f} %" for s in marks["share"][1:]]
    marks["text"] = [f"peak after {peak:.1f} h", tail[0], f"{half:.1f} h later: {tail[1]}", f"then {tail[2]}"]
    x = _hours("Hours after the dose", list(range(0, 37, 6)))
    y = alt.Y("share:Q").title(None).scale(domain=[0, 118]) \
        .axis(values=[0, 25, 50, 75, 100], labelExpr="datum.label + ' %'")
    window = single(t=3, end=7).mark_rect(color=MUTED, opacity=0.16).encode(x=x, x2="end:Q")
    named = single(t=7.3, share=5).mark_text(text="label: peak at 3 to 7 h", align="left", color=MUTED).encode(x=x, y=y)
    line = alt.Chart(curve).mark_line(strokeWidth=2.5).encode(x=x, y=y)
    base = alt.Chart(marks).encode(x=x, y=y)
    layers = window, named, line, base.mark_point(size=60, **HOLLOW), base.mark_text(align="left", dx=9, dy=-8) \
        .encode(text="text:N")
    shown = [0.5, 1, 2, round(peak, 1), 6, 12, 24, 36]
    numbers = pd.DataFrame({"Hours after the dose": [f"{h:g}" for h in shown],
                            "Level, % of the peak": [f"{100 * float(pk.one_dose(of, h, 1)) / full:.0f}"
                                                     for h in shown]})
    next_day = curve.loc[curve["t"] == 24, "share"].iloc[0]
    return Figure(f"After a day {next_day:.0f} % of the peak is left: one dose in the model",
                  f"A curve of the level, in % of its peak, over {hours[-1]:g} hours after one dose. It rises to its "
                  f"peak in {peak:.1f} hours, inside the 3 to 7 hours of the label, then falls by half every "
                  f"{half:.1f} hours: {curve.loc[curve['t'] == 12, 'share'].iloc[0]:.0f} % of the peak is left after "
                  f"12 hours and {next_day:.0f} % after 24.",
                  numbers, [("One dose", alt.layer(*layers).properties(width=255, height=175))], name="one-dose",
                  note=f"Model for {pk.WEIGHT_KG:g} kg, an assumed weight. The form of this curve does not depend on "
                       "the dose.")


def _panel(key, last, bottom):
    """One regimen at 25 kg: curve, doses, the line at 0.4 mg/L."""
    r, of = pk.REGIMENS[key], pk.parameters()
    mg, c = pk.dose_mg(r.dose), pk.course(key)
    hours = np.arange(0, last + 0.5, 0.5)
    curve = pd.DataFrame({"t": hours, "level": pk.concentration(of, hours, mg, r.times)})
    x = _hours("Hours after the first dose" if bottom else None, list(range(0, last + 1, 24)), bottom)
    y = alt.Y("level:Q").title(None).scale(domain=[0, 5]).axis(values=[0, 2, 4])
    beyond = c.daily_mg > pk.MOST_STUDIED_MG
    line = alt.Chart(curve).mark_line(color=SECOND if key == "trial" else ACCENT, strokeDash=[5, 2] if beyond
                                      else [1, 0]) \
        .encode(x=x, y=y)
    doses = alt.Chart(pd.DataFrame({"t": r.times, "level": 0.0})).mark_point(**DOSE).encode(x=x, y=y)
    levels = f"peak {two(c.peak)} · trough {two(c.trough)} · mean {two(c.mean)}"
    text = single(t=last, level=5).mark_text(align="right", baseline="top", text=levels).encode(x=x, y=y)
    title = {"daily": "8 mg/kg once a day", "six-hourly": "2 mg/kg every 6 h", "one day": "2 mg/kg every 6 h, one day",
             "trial": "RECOVERY: 2 mg/kg once a day"}[key]
    return alt.layer(line, doses, _level_line(), text) \
        .properties(width=275, height=88, title=f"{title} ({c.daily_mg:g} mg/d)")


def numbers(weight: float = pk.WEIGHT_KG, clearance_factor: float = 1.0) -> pd.DataFrame:
    """Peak, trough, mean, and hours from the last dose until the level is below 0.4 mg/L, of every regimen, as text."""
    courses = [(r.name, pk.course(key, weight, clearance_factor)) for key, r in pk.REGIMENS.items()]
    return pd.DataFrame([{"Regimen": name, "mg a day": f"{c.daily_mg:g}", "Peak, mg/L": two(c.peak),
                          "Trough, mg/L": two(c.trough),
                          "Mean, mg/L": two(c.mean), "Below 0.4 mg/L, h after the last dose": f"{c.below:.0f}"}
                         for name, c in courses])


def readings() -> Figure:
    """Three readings of '8 mg/kg/day in four doses', and RECOVERY's dose, on one scale."""
    keys = list(pk.REGIMENS)
    panels = [_panel(key, 120, key == keys[-1]) for key in keys]
    table = numbers()
    levels = "; ".join(f"{r[0]}: peak {r[2]}, trough {r[3]}, mean {r[4]}" for r in table.itertuples(index=False))
    whole, parts, one_day = (pk.course(key) for key in keys[:3])
    return Figure("In the model the level swings widely if given once a day, little if six-hourly (mg/L)",
                  f"Four small charts of the level in mg/L by hour, on one scale, in the model for {pk.WEIGHT_KG:g} "
                  f"kg. {levels}. So the same {whole.daily_mg:g} mg a day swings between {two(whole.trough)} and "
                  f"{two(whole.peak)} in one dose and between {two(parts.trough)} and {two(parts.peak)} in four; for "
                  f"one day only it is below {pk.LEVEL:g} mg/L {one_day.below:.0f} hours after its last dose; "
                  "RECOVERY's dose has the lowest peak.",
                  table, [("Readings", figure.stacked(*panels, spacing=36, start=22))], name="readings",
                  note=f"{pk.WEIGHT_KG:g} kg is assumed: the letter gives no weight. Clearance as in the model: kidney "
                       f"function is not reported. Dashed curves: more than {pk.MOST_STUDIED_MG} mg a day, beyond the "
                       "model's data, extrapolated. Triangles: doses. Dotted line: 0.4 mg/L, proposed in another "
                       f"disease, not a target here. {DEFINED}")


def doubling() -> Figure:
    """Single doses of 2, 4 and 8 mg/kg on a log scale: each doubling buys one half-life."""
    of = pk.parameters()
    hours = np.arange(0.25, 32.25, 0.25)
    rows, ends = [], []
    for dose in (2, 4, 8):
        mg = pk.dose_mg(dose)
        rows.append(pd.DataFrame({"t": hours, "level": pk.one_dose(of, hours, mg), "dose": f"{dose} mg/kg"}))
        above, peak = pk.time_above(of, mg), pk.peak_time(of)
        ends.append({"t": above, "level": pk.LEVEL, "text": f"{above:.1f}", "dose": f"{dose} mg/kg", "mg": mg,
                     "top": float(pk.one_dose(of, peak, mg)), "peak": peak})
    curves, ends = pd.concat(rows).query("level >= 0.1"), pd.DataFrame(ends)
    x = _hours("Hours after the dose", list(range(0, 33, 4)))
    y = alt.Y("level:Q").title("mg/L, log scale").scale(type="log", domain=[0.1, 6], nice=False) \
        .axis(values=[0.1, 0.2, 0.4, 1, 2, 4], format="~r")
    line = alt.Chart(curves).mark_line().encode(
        x=x, y=y, detail="dose:N", strokeDash=either("datum.dose == '8 mg/kg'", [5, 2], [1, 0]))
    base = alt.Chart(ends).encode(x=x, y=y)
    points, labels = base.mark_point(size=60, **HOLLOW), base.mark_text(align="left", dx=2, dy=-8) \
        .encode(text="text:N")
    names = alt.Chart(ends).mark_text(dx=9, dy=-9, fontWeight="bold").encode(x="peak:Q", y="top:Q", text="dose:N")
    table = pd.DataFrame({"Single dose": ends["dose"], "mg at 25 kg": [f"{m:g}" for m in ends["mg"]],
                          "Peak, mg/L": [two(v) for v in ends["top"]],
                          "Below 0.4 mg/L after, h": ends["text"],
                          "Longer than the dose before, h": ["", *(f"{d:.1f}" for d in np.diff(ends["t"]))]})
    added = listed(dict.fromkeys(f"{d:.1f}" for d in np.diff(ends["t"])))
    return Figure(f"In the model each doubling of the dose lasts one half-life longer, {pk.half_life(of):.1f} hours",
                  "Three curves of the level in mg/L by hour on a log scale, one for each dose, of the same form and "
                  f"equally far apart. They peak at {listed(two(v) for v in ends['top'])} mg/L and fall below "
                  f"{pk.LEVEL:g} mg/L after {listed(ends['text'])} hours: the doublings of the dose add {added} hours, "
                  f"each about one half-life ({pk.half_life(of):.1f} hours) and not twice the time.",
                  table, [("Doubling", alt.layer(line, _level_line(), points, labels, names)
                           .properties(width=255, height=200))],
                  name="doubling",
                  note=f"Model for an assumed {pk.WEIGHT_KG:g} kg. Dashed: {pk.dose_mg(8):g} mg, beyond the model's "
                       "data. The line at 0.4 mg/L was proposed in another disease and is not a target here; any other "
                       "line would show the same.")


def _expressions():
    """The model once more, as Vega expressions: a closed sum instead of single doses. Held against Python by a test."""
    r = list(pk.REGIMENS.values())
    pick = lambda values, own: f"[{','.join(f'{v:g}' for v in values)},{own}][regimen]"
    crossing = f"log(scale * sum_e / {pk.LEVEL}) / ke"
    named = {"dose": pick([x.dose for x in r], "own_dose"), "tau": pick([x.interval for x in r], "own_interval"),
             "many": pick([x.number for x in r], "own_number"),
             "volume": f"{pk.VOLUME_70} * pow(weight / 70, {pk.VOLUME_EXPONENT})",
             "ke": f"clearance * {pk.CLEARANCE_70} * pow(weight / 70, {pk.CLEARANCE_EXPONENT}) / volume",
             "scale": f"dose * weight / volume * {pk.ABSORPTION} / ({pk.ABSORPTION} - ke)",
             "sum_e": "(1 - exp(-many * ke * tau)) / (1 - exp(-ke * tau))",
             "sum_a": f"(1 - exp(-many * {pk.ABSORPTION} * tau)) / (1 - exp(-{pk.ABSORPTION} * tau))",
             "below0": crossing}
    for i in range(1, 5):                                 # the absorption term is small there: a few rounds settle it
        absorbed = f"scale * sum_a * exp(-{pk.ABSORPTION} * below{i - 1})"
        named[f"below{i}"] = f"log(scale * sum_e / ({pk.LEVEL} + {absorbed})) / ke"
    named |= {"daily_mg": "dose * weight * min(many, 24 / tau)",
              "last": f"max({WEEK}, 24 * ceil((many * tau + 48) / 24))"}     # hours drawn: the course and two days more
    return [alt.param(name=name, expr=expr) for name, expr in named.items()]


def _shown(value):
    return f"format({value}, {value} < 1 ? '.2f' : '.1f')"


def regimens() -> Figure:
    """The model with controls: regimen (one of four, or the reader's own), weight, clearance; its words say peak,
    trough, mean, and from which hour the level is below 0.4 mg/L."""
    choices = list(pk.REGIMENS.values())
    most = max(r.number for r in choices)
    slider = lambda name, value, low, high, step, label: alt.param(
        name=name, value=value, bind=alt.binding_range(min=low, max=high, step=step, name=label))
    params = [
        alt.param(name="regimen", value=0, bind=alt.binding_radio(options=list(range(len(choices) + 1)), labels=[
            *(f"{r.name}{' (RECOVERY’s dose)' if r is choices[-1] else ''}" for r in choices),
            "Your own"], name="Doses")),
        slider("own_dose", 4, 2, 10, 1, "Your own only: mg/kg per injection"),
        slider("own_number", 8, 1, most, 1, "Your own only: number of doses"),
        alt.param(name="own_interval", value=12, bind=alt.binding_radio(
            options=INTERVALS, labels=[f"every {h} h" for h in INTERVALS], name="Your own only: interval")),
        slider("weight", 25, 15, 45, 1, "Weight, kg (assumed)"),
        slider("clearance", 1, 0.2, 1, 0.05, "Clearance, as a share of the model's"), *_expressions()]
    ka = pk.ABSORPTION
    times = alt.Chart(alt.sequence(0, max(INTERVALS) * most + 48.25, 0.25, as_="t")) \
        .transform_filter("datum.t <= last") \
        .transform_calculate(given="min(many, floor(datum.t / tau) + 1)") \
        .transform_calculate(since="datum.t - (datum.given - 1) * tau") \
        .transform_calculate(level="scale * (exp(-ke * datum.since) * (1 - exp(-datum.given * ke * tau)) / (1 - "
                                   f"exp(-ke * tau)) - exp(-{ka} * datum.since) * (1 - exp(-datum.given * {ka} * tau)) "
                                   f"/ (1 - exp(-{ka} * tau)))")
    x = alt.X("t:Q").title("Hours after the first dose") \
        .scale(domainMin=0, domainMax=alt.expr("last"), nice=False).axis(
        values=alt.expr(f"sequence(0, last + 1, last >= {WEEK} ? 48 : 24)"))
    y = alt.Y("level:Q").title("mg/L").scale(nice=True, zero=True).axis(tickCount=5)
    room = single(level=5).mark_point(opacity=0).encode(y=y)
    beyond = f"daily_mg > {pk.MOST_STUDIED_MG}"
    line = times.mark_line(strokeWidth=2.2, strokeDash=alt.expr(f"{beyond} ? [5, 2] : [1, 0]")).encode(x=x, y=y)
    doses = alt.Chart(alt.sequence(0, most, 1, as_="i")).transform_filter("datum.i < many") \
        .transform_calculate(t="datum.i * tau", level="0").mark_point(**DOSE).encode(x=x, y=y)
    lines = [("weight + ' kg: assumed, the letter gives no weight'", MUTED),
             ("'Clearance × ' + format(clearance, '.2~f') + ': kidney function is not reported'", MUTED),
             (f"format(daily_mg, '.0f') + ' mg a day: ' + ({beyond} ? 'extrapolated, data end at {pk.MOST_STUDIED_MG} "
              f"mg' : 'within the data (up to {pk.MOST_STUDIED_MG} mg)')", SECOND),
             ("'Dotted, 0.4 mg/L: proposed in another disease,'", INK), ("'not a target here'", INK)]
    notes = [single(one=1).mark_text(align="left", text=alt.expr(text), color=colour)
             .encode(x=alt.value(-32), y=alt.value(15 * (i - len(lines)) - 1))
             for i, (text, colour) in enumerate(lines)]
    start = "max(0, many * tau - 24)"
    whole = times.transform_calculate(
        inside=f"datum.t >= {start} && datum.t <= many * tau ? (datum.t == {start} || datum.t == many * tau ? 0.5 : 1) "
               ": 0",
        trough="datum.t == many * tau ? datum.level : 0").transform_calculate(part="datum.inside * datum.level") \
        .transform_aggregate(peak="max(level)", trough="max(trough)", part="sum(part)", inside="sum(inside)") \
        .transform_calculate(mean="datum.part / datum.inside")
    own = ("'Your own, ' + own_dose + ' mg/kg every ' + own_interval + ' hours, ' "
           "+ own_number + (own_number == 1 ? ' dose' : ' doses')")
    names = "[" + ",".join(f"'{r.name}'" for r in choices) + f",{own}][regimen]"
    words = figure.words_layer(whole.transform_calculate(
        words=f"{names} + ', ' + weight + ' kg, clearance × ' + format(clearance, '.2~f') + ': peak ' + "
              f"{_shown('datum.peak')} + ', trough ' + {_shown('datum.trough')} + ', mean ' + {_shown('datum.mean')} + "
              "' mg/L. The level is below 0.4 mg/L from ' + format(below4, '.0f') + ' hours after the last dose. ' + "
              f"format(daily_mg, '.0f') + ' mg a day' + ({beyond} ? ', beyond the {pk.MOST_STUDIED_MG} mg of the "
              "model’s data: extrapolated.' : ', within the model’s data.')"))
    chart = alt.layer(line, room, _level_line(), doses, *notes, words).properties(width=262, height=190) \
        .add_params(*params)
    start_course = pk.course(next(iter(pk.REGIMENS)))
    return ParameterFigure("Anakinra in the model: choose doses, weight and clearance",
                           "A curve of the level in mg/L by hour after the first dose, over a week or longer, with a "
                           f"triangle for each dose and a dotted line at {pk.LEVEL:g} mg/L. At the start values, "
                           f"{choices[0].name}, the level swings {choices[0].number} times between a peak of "
                           f"{two(start_course.peak)} and a trough of {two(start_course.trough)} mg/L and then fades. "
                           "The words below the chart say what the controls change.",
                           numbers(), [("Model", chart)], name="regimens",
                           note=f"Dashed curve: beyond the model's data. Triangles: doses. {DEFINED} The numbers below "
                                "are those of the four regimens at 25 kg and full clearance. The chart is for thinking "
                                "about the model, not for dosing.",
                           start="Drawn at the start values; with scripts on, the controls redraw it.")
