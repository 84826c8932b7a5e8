"""Does a fall bend? ProBNP for each gap between 3a and 3b, and two made-up levels that only seem to bend."""

import altair as alt
import pandas as pd
from markupsafe import Markup

from casebook.charts.kinetics import WIDTH, hours_axis, limit_marks, log_axis, place_of_hour, value_labels
from casebook.display.choices import Choices, Control
from casebook.display.figure import ACCENT, MUTED, SECOND, SOLID, Figure, single, two_drawings
from casebook.models import kinetics
from casebook.tables.wording import listed


def _drawing(chart, title, start):
    """A drawing of a choice; ``start``: px left of its plot at least."""
    drawings = two_drawings(chart.configure_axisY(minExtent=start), title)
    return Markup('<div class="choice-drawing">{}</div>').format(Markup(drawings))


def _pace_panel(gap):
    clock, pace = kinetics.hours(gap), kinetics.probnp_pace(gap)
    rows = kinetics.values("ProBNP").assign(x=lambda r: [place_of_hour(clock[c], clock) for c in r["column"]])
    level = dict(zip(rows["column"], rows["value"]))
    x, y = hours_axis(gap), log_axis("ProBNP")
    sides = pd.DataFrame([{"x": clock[a], "x2": clock[b], "value": level[a], "to": level[b], "pace": f"{h:.0f} h",
                           "middle": (clock[a] + clock[b]) / 2, "half": (level[a] * level[b]) ** 0.5,
                           "above": (a, b) == ("3a", "4")} for (a, b), h in pace.items()])
    measured, limit = rows[rows["qualifier"] == "="], rows[rows["qualifier"] == "<"]
    chart = alt.layer(
        alt.Chart(sides).mark_rule(color=SECOND, strokeWidth=2.5).encode(x=x, x2="x2:Q", y=y, y2="to:Q"),
        alt.Chart(measured).mark_point(size=40, **SOLID).encode(x=x, y=y),
        *(alt.Chart(sides[sides["above"] == above]).mark_text(fontSize=11, fontWeight="bold", color=SECOND, **look)
          .encode(x=hours_axis(gap, of="middle:Q"), y=log_axis("ProBNP", "half:Q"), text="pace:N")
          for above, look in ((False, dict(align="right", dx=-7, dy=9)), (True, dict(align="left", dx=10, dy=-8)))
          if above in set(sides["above"])),
        *value_labels(measured, x, y, {("ProBNP", "2"): "high", ("ProBNP", "3b"): "right" if gap else "left",
                                       ("ProBNP", "4"): "right"}),
        *limit_marks(limit, x, y)).properties(width=WIDTH, height=190)
    title = f"ProBNP on a log scale, with halving times, if 3a and 3b are {gap} h apart"
    t = {step: f"{hours:.0f} h" for step, hours in pace.items()}
    later = f"Then {t['4', '5']}, {t['5', '6']} and {t['6', '7']}."
    words = {
        "no": f"With {gap} h ProBNP halves in {t.get(('3a', '3b'))} from 3a to 3b and in {t['3b', '4']} from 3b to day "
              f"4. {later} There is no bend after day 4.",
        "yes": f"With {gap} h the second label “3. day” is a misprint and every later column moves by a day. ProBNP "
               f"halves in {t.get(('3a', '3b'))} from 3a to 3b and in {t['3b', '4']} from 3b to the column labelled 4. "
               f"{later} After that column it falls about twice as fast.",
        "either": f"With {gap} h the columns 3a and 3b are one moment with two values. From the 3b value to day 4 "
                  f"ProBNP halves in {t['3b', '4']}, from the 3a value in {t.get(('3a', '4'))}. {later} Whether it "
                  "bends after day 4 depends on which of the two you take.",
    }[kinetics.bend(gap)]
    return words, _drawing(chart, title, 38)


def probnp_bend() -> Choices:
    """ProBNP's halving times for a gap 3a to 3b of 0, 12 or 24 h, and the sentence about a bend that goes with each."""
    return Choices("bend", "Does ProBNP fall faster after day 4?",
                   [Control("gap", "From 3a to 3b", {g: f"{g} h" for g in kinetics.GAPS}, 12)], _pace_panel)


def unequal_samples() -> Figure:
    """A made-up level that halves every 24 h throughout, drawn by sample number and by the hour."""
    taken = [0, 6, 12, 36, 60, 84]
    data = pd.DataFrame({"sample": range(1, 7), "hour": taken,
                         "level": [100 * kinetics.share_left(h, 24) for h in taken]})
    y = alt.Y("level:Q").title(None).scale(type="log", domain=[6, 190]).axis(values=[10, 100])
    panels = []
    for field, domain, title, ticks in (("sample", [0.7, 6.3], "By sample: it seems to bend at the third",
                                         list(range(1, 7))),
                                        ("hour", [-4, 88], "By the hour: one straight line", [0, 12, 36, 60, 84])):
        x = alt.X(f"{field}:Q").title(field.capitalize()).scale(domain=domain).axis(values=ticks, format="d")
        base = alt.Chart(data).encode(x=x, y=y)
        panels.append((base.mark_line() + base.mark_point(size=45, fill=ACCENT))
                      .properties(width=WIDTH, height=92, title=title))
    numbers = data.assign(level=[f"{v:.0f}" for v in data["level"]]).rename(columns=str.capitalize)
    return Figure("A made-up level that halves every 24 h seems to bend if drawn by sample",
                  f"Two drawings of {len(taken)} values of one made-up level on a log scale, from "
                  f"{data['level'].iloc[0]:.0f} down to {data['level'].iloc[-1]:.0f}. By sample number the line is "
                  "flat at first and steeper from the third sample on. By the hour it is one straight line: the first "
                  f"samples were taken at hours {listed(taken[:3])}, the later ones at {listed(taken[3:])}.", numbers,
                  [("Log scale", alt.vconcat(*panels, spacing=24).configure_axisY(minExtent=30))], name="unequal")


DAYS = (3, 4, 5, 6)


def _fading_panel(day):
    before, after = kinetics.two_slopes(day)
    curve = pd.DataFrame([{"x": d / 10, "level": 100 * kinetics.fading_level(d / 10)} for d in range(5, 96, 3)])
    ends = [day - 2, day, day + 2]
    lines = pd.DataFrame([{"x": a, "x2": b, "level": 100 * kinetics.fading_level(a),
                           "to": 100 * kinetics.fading_level(b)}
                          for a, b in zip(ends, ends[1:])])
    x = alt.X("x:Q").title("Day (made up)").scale(domain=[0.4, 9.6]).axis(values=list(range(1, 10)), format="d")
    y = alt.Y("level:Q").title(None).scale(type="log", domain=[2, 220]).axis(values=[10, 100])
    chart = alt.layer(
        alt.Chart(curve).mark_line().encode(x=x, y=y),
        single(x=day).mark_rule(color=MUTED, strokeDash=[5, 3]).encode(x=x),
        alt.Chart(lines).mark_rule(color=SECOND, strokeWidth=3).encode(x=x, x2="x2:Q", y=y, y2="to:Q"),
        *(single(x=at, level=100 * kinetics.fading_level(at), text=f"halves in {h:.0f} h")
          .mark_text(fontSize=11, color=SECOND, fontWeight="bold", **look).encode(x=x, y=y, text="text:N")
          for at, h, look in ((day - 1, before, dict(align="right", dx=8, dy=16)),
                              (day + 1, after, dict(align="left", dx=9, dy=-6)))),
        single(x=day, level=2.4).mark_text(align="left", dx=5, fontSize=11, text="“drug”", color=MUTED)
        .encode(x=x, y=y),
    ).properties(width=WIDTH, height=160)
    title = f"Made-up level with fading production, compared before and after day {day}"
    return (f"Before day {day} the level halves in {before:.0f} h, after it in {after:.0f} h. Nothing happened on day "
            f"{day}.",
            _drawing(chart, title, 30))


def gradual() -> Choices:
    """A smooth made-up fall and an imaginary drug that does nothing, on a day of the reader's choice."""
    return Choices("gradual", "A drug that does nothing, on the day you choose",
                   [Control("day", "Imaginary drug given on day", {d: str(d) for d in DAYS}, 4)], _fading_panel)
