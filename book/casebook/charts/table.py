"""Charts of the table before anything is reconstructed: how a limit of detection is stored."""

import altair as alt
import pandas as pd

from casebook.charts.case import rows_of, series
from casebook.display.figure import ACCENT, MUTED, SECOND, Figure, break_mark, columns_axis
from casebook.tables.wording import listed, unit_text


def censored(table: pd.DataFrame, parameter: str = "troponin I") -> Figure:
    """A row with detection limits: arrows start at the limit and point to where the value may be."""
    return series(table, parameter)


def substitutions(table: pd.DataFrame, parameter: str = "troponin I") -> Figure:
    """What four ways of replacing a limit do to a row's mean: zero, half the limit, the limit, or dropping it."""
    rows = rows_of(table, parameter)
    below = rows["qualifier"] == "<"
    ways = {"0": 0.0, "half the limit": 0.5, "the limit": 1.0, "missing": float("nan")}
    frames = [rows.assign(way=f"as {name}" if name != "missing" else "as missing",
                          shown=rows["value"].where(~below, rows["value"] * factor), swapped=below)
              for name, factor in ways.items()]
    data = pd.concat(frames).dropna(subset=["shown"])
    means = data.groupby("way", sort=False)["shown"].mean()
    unit = unit_text(rows["unit"].iloc[0])
    y = alt.Y("shown:Q").title(None).axis(tickCount=3).scale(domain=[0, float(rows["value"].max()) * 1.15])
    panels = []
    for way, part in data.groupby("way", sort=False):
        x = columns_axis("Column of Table 1 (day)" if way == "as missing" else "", labels=way == "as missing")
        base = alt.Chart(part).encode(x=x, y=y)
        line = base.mark_line(color=MUTED, strokeDash=[2, 3])
        dots = base.transform_filter("!datum.swapped").mark_point(fill=ACCENT, size=45)
        crosses = base.transform_filter("datum.swapped").mark_point(shape="cross", fill=SECOND, size=60)
        panels.append(alt.layer(line, dots, crosses, break_mark(64, x)).properties(
            width=254, height=64, title=f"{way}: mean {means[way]:.3f} {unit}"))
    numbers = pd.DataFrame({"&lt;0.01 stored": means.index, f"mean, {unit}": [f"{m:.3f}" for m in means],
                            "values used": data.groupby("way", sort=False).size().values})
    return Figure(f"{parameter}: four ways to store a limit, four means",
                  f"The same row by column, in {unit}, drawn in {len(ways)} small charts. Dots are measured values and "
                  f"never change; crosses stand in place of {int(below.sum())} limits. The mean depends on how a limit "
                  f"is stored: {listed(f'{m:.3f} {w}' for w, m in means.items())}.",
                  numbers, [("Ways", alt.vconcat(*panels, spacing=8))], name="ways",
                  note="Dots were measured. Crosses were invented by the rule in the title.")
