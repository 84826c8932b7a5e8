"""How cost grows with a longer table or a longer book, drawn from benchmarks/growth.json."""

import json
from functools import cache

import altair as alt
import numpy as np
import pandas as pd

from .figure import ACCENT, INK, MUTED, PAPER, SECOND, Figure, style
from .text import BOOK

GROWTH = BOOK.parent / "benchmarks" / "growth.json"
SERIES = {
    "tables": ("columns", {"loader": ("loader", "s"), "placements": ("counting placements", "s"), "stepper": ("stepper", "s"),
                           "page": ("HTML of the stepper", "kB")}),
    "books": ("chapters", {"build": ("all pages anew", "s"), "page": ("glossary page, gzip", "kB"), "search": ("search index, gzip", "kB")})}
"""For each kind of measurement: what grows, and of each series its name and unit."""
TITLES = {"tables": "A longer table", "books": "A longer book"}
LOOKS = ((ACCENT, [1, 0], "circle"), (SECOND, [6, 3], "square"), (INK, [2, 2], "triangle-up"), (MUTED, [8, 2, 2, 2], "diamond"))


@cache
def measured() -> dict:
    """The content of benchmarks/growth.json: a date, and under ``tables`` and ``books`` a row for each size."""
    return json.loads(GROWTH.read_text("utf-8"))


def exponent(sizes: list[float], costs: list[float]) -> float:
    """The power of the size with which the cost grows: slope of a straight line through the logarithms, by least squares.

    >>> exponent([10, 100, 1000], [2, 20, 200])
    1.0
    """
    return round(float(np.polyfit(np.log(sizes), np.log(costs), 1)[0]), 2)


def late(sizes: list[float], costs: list[float]) -> float:
    """The same between the last two sizes, where fixed costs count least."""
    return exponent(sizes[-2:], costs[-2:])


def grown(kind: str) -> pd.DataFrame:
    """Each measurement of ``kind``, 'tables' or 'books': columns series, unit, size, cost, times (the first of its series), exponent, late."""
    size, names = SERIES[kind]
    found = []
    for key, (name, unit) in names.items():
        rows = [(row[size], row[key]) for row in measured()[kind] if key in row]
        sizes, costs = map(list, zip(*rows))
        found += [(name, unit, n, cost, cost / costs[0], exponent(sizes, costs), late(sizes, costs)) for n, cost in rows]
    return pd.DataFrame(found, columns=["series", "unit", "size", "cost", "times", "exponent", "late"])


def growth(kind: str) -> Figure:
    """Cost against size on two log scales, each series as a multiple of its first measurement; ``kind`` is 'tables' or 'books'."""
    rows, size = grown(kind), SERIES[kind][0]
    order = list(dict.fromkeys(rows["series"]))
    top, right = float(rows["times"].max()) * 2, float(rows["size"].max())
    ticks = sorted(set(rows["size"]))
    x = alt.X("size:Q", title=f"{size} (log scale)", scale=alt.Scale(type="log", domain=[0.85 * min(ticks), right], nice=False),
              axis=alt.Axis(values=ticks, format=",d"))
    y = alt.Y("times:Q", title="times the first (log scale)", scale=alt.Scale(type="log", domain=[min(0.8, float(rows["times"].min())), top], nice=False),
              axis=alt.Axis(values=[n for n in (1, 2, 5, 10, 20, 50, 100) if n <= top], format=",d"))
    look = lambda n: alt.Scale(domain=order, range=[looks[n] for looks in LOOKS[:len(order)]])
    colour, shape = alt.Color("series:N", scale=look(0), legend=None), alt.Shape("series:N", scale=look(2), legend=None)
    drawn = alt.Chart(rows).encode(x=x, y=y, color=colour)
    lines = drawn.mark_line(strokeWidth=2).encode(strokeDash=alt.StrokeDash("series:N", scale=look(1), legend=None))
    points = drawn.mark_point(filled=True, size=60, opacity=1, stroke=PAPER, strokeWidth=1).encode(shape=shape)
    powers = rows.drop_duplicates("series").set_index("series")["late"]
    key = pd.DataFrame({"series": order, "label": [f"{name}: power {powers[name]:g}" for name in order]})
    names = alt.Chart(key).encode(y=alt.Y("series:N", sort=order, axis=None))
    legend = alt.layer(names.mark_point(filled=True, size=60, opacity=1).encode(x=alt.value(8), color=colour, shape=shape),
                       names.mark_text(align="left", fontSize=11.5).encode(x=alt.value(20), text="label:N")).properties(width=260, height=alt.Step(18))
    chart = style(alt.vconcat(alt.layer(lines, points).properties(width=260, height=200), legend, spacing=8).resolve_scale(
        color="shared", shape="shared"))
    numbers = pd.DataFrame({"What": rows["series"], size.capitalize(): [f"{n:,}" for n in rows["size"]],
                            "Cost": [f"{c:.3g} {u}" if c < 100 else f"{c:,.0f} {u}" for c, u in zip(rows["cost"], rows["unit"])],
                            "Power, all sizes": [f"{p:g}" for p in rows["exponent"]], "Power, last two": [f"{p:g}" for p in rows["late"]]})
    told = "; ".join(f"{name} with power {powers[name]:g}" for name in order)
    return Figure(f"{TITLES[kind]}: what grows, and how fast",
                  f"A line for each cost against the number of {size}, both on log scales; its slope is the power with "
                  f"which the cost grows. Between the last two sizes: {told}.",
                  numbers, [("Growth", chart)], name=f"growth-{kind}",
                  note="Power 1: twice the size costs twice as much. Power 2: four times as much. Named are the powers between the last two sizes.")
