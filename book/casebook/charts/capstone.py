"""Charts of chapters 12 and 13: readers item by item, and where a value first falls below a limit."""

import altair as alt
import pandas as pd

from casebook.display.figure import ACCENT, MUTED, PAPER, SECOND, Figure, break_mark, columns_axis, style
from casebook.tables.table1 import COLUMNS

LETTERS = {"yes": "y", "partly": "p", "no": "n", "cannot tell": "?"}


def where_first(runs: pd.DataFrame, title: str) -> Figure:
    """Where a value first falls below its limit: ``runs`` of ``capstone.first_below``, one strip per rule and reading."""
    runs = runs.assign(place=runs["column"].map(COLUMNS.index), text=[f"{100 * s:.0f}" for s in runs["share"]], size=[40 + 700 * s for s in runs["share"]])
    readings = list(dict.fromkeys(runs["reading"]))
    strips = []
    for rule, rows in runs.groupby("rule", sort=False):
        last = rule == runs["rule"].iloc[-1]
        y = alt.Y("reading:N", sort=readings, title=None, axis=alt.Axis(grid=False, ticks=False, domain=False))
        x = columns_axis("Column of Table 1 (day)" if last else "", labels=last)
        ends = rows.groupby("reading", sort=False)["place"].agg(["min", "max"]).reset_index()
        bars = alt.Chart(ends).mark_rule(color=MUTED, strokeWidth=3, opacity=0.45).encode(x=columns_axis("", last, "min:Q"), x2="max:Q", y=y)
        look = dict(fill=PAPER, strokeWidth=2, opacity=1)
        points = alt.Chart(rows).mark_point(**look).encode(
            x=x, y=y, size=alt.Size("size:Q", scale=None),
            shape=alt.Shape("reading:N", scale=alt.Scale(domain=readings, range=["circle", "diamond"]), legend=None),
            stroke=alt.Stroke("reading:N", scale=alt.Scale(domain=readings, range=[ACCENT, SECOND]), legend=None))
        text = alt.Chart(rows).mark_text(fontSize=11, dy=-19).encode(x=x, y=y, text="text:N")
        strips.append(alt.layer(bars, points, text, break_mark(48 * len(readings), x)).properties(width=222, height=48 * len(readings), title=rule))
    chart = style(alt.vconcat(*strips, spacing=14), plots_start=84)
    table = runs[["rule", "reading", "column", "placements", "all"]].assign(share=[f"{100 * s:.0f} %" for s in runs["share"]])
    early = [(f"{rule}, {reading}", rows.iloc[0], rows.loc[rows["share"].idxmax()]) for (rule, reading), rows in runs.groupby(["rule", "reading"], sort=False)]
    told = "; ".join(f"{name}: earliest in {first.column}, most often in {most.column} ({100 * most.share:.0f} %)" for name, first, most in early)
    return Figure(title, "Strips over the ten columns, one for each rule and reading. Bars run from the first to the last possible column; "
                  f"marks grow with the share of placements. {told}. The column can't be told; the shares are no probabilities.",
                  table.set_axis(["Rule", "Reading", "Column", "Placements", "Of", "Share"], axis=1), [("Strips", chart)], name="where-first",
                  note="Hollow: the column is reconstructed. Bar: all columns that the rule leaves. "
                       "Number: share of placements in per cent, which is no probability.")
