"""Charts of chapters 12 and 13: readers item by item, and where a value first falls below a limit."""

import altair as alt
import pandas as pd

from casebook.display.figure import ACCENT, PAPER, SECOND, SPAN, Figure, break_mark, columns_axis
from casebook.tables.table1 import COLUMNS

LETTERS = {"yes": "y", "partly": "p", "no": "n", "cannot tell": "?"}


def where_first(runs: pd.DataFrame, title: str) -> Figure:
    """Where a value first falls below its limit: ``runs`` of ``capstone.first_below``, a strip per rule and reading."""
    runs = runs.assign(place=runs["column"].map(COLUMNS.index), text=[f"{100 * s:.0f}" for s in runs["share"]],
                       size=40 + 700 * runs["share"])
    readings = list(dict.fromkeys(runs["reading"]))
    strips = []
    for rule, rows in runs.groupby("rule", sort=False):
        last = rule == runs["rule"].iloc[-1]
        y = alt.Y("reading:N").sort(readings).title(None).axis(grid=False, domain=False)
        x = columns_axis("Column of Table 1 (day)" if last else "", labels=last)
        ends = rows.groupby("reading", sort=False)["place"].agg(["min", "max"]).reset_index()
        bars = alt.Chart(ends).mark_rule(**SPAN).encode(x=columns_axis("", last, "min:Q"), x2="max:Q", y=y)
        points = alt.Chart(rows).mark_point(fill=PAPER, strokeWidth=2).encode(
            x=x, y=y, size=alt.Size("size:Q").scale(None),
            shape=alt.Shape("reading:N").scale(domain=readings, range=["circle", "diamond"]).legend(None),
            stroke=alt.Stroke("reading:N").scale(domain=readings, range=[ACCENT, SECOND]).legend(None))
        text = alt.Chart(rows).mark_text(dy=-19).encode(x=x, y=y, text="text:N")
        height = 48 * len(readings)
        strips.append(alt.layer(bars, points, text, break_mark(height, x))
                      .properties(width=222, height=height, title=rule))
    table = runs[["rule", "reading", "column", "placements",
                  "all"]].assign(share=[f"{100 * s:.0f} %" for s in runs["share"]])
    earliest = []
    for names, rows in runs.groupby(["rule", "reading"], sort=False):
        most = rows.loc[rows["share"].idxmax()]
        earliest.append(f"{', '.join(names)}: earliest in {rows['column'].iloc[0]}, most often in {most.column} "
                        f"({100 * most.share:.0f} %)")
    return Figure(title, "Strips over the ten columns, one for each rule and reading. Bars run from the first to the "
                         f"last possible column; marks grow with the share of placements. {'; '.join(earliest)}. The "
                         "column can't be told; the shares are no probabilities.",
                  table.set_axis(["Rule", "Reading", "Column", "Placements", "Of", "Share"], axis=1),
                  [("Strips", alt.vconcat(*strips, spacing=14).configure_axisY(minExtent=84))], name="where-first",
                  note="Hollow: the column is reconstructed. Bar: all columns that the rule leaves. "
                       "Number: share of placements in per cent, which is no probability.")
