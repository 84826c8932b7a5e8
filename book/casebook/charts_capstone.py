"""Charts of chapters 12 and 13: readers item by item, and where a value first falls below a limit."""

import altair as alt
import pandas as pd

from .agreement import pairs_that_agree
from .appraisal import Form
from .course import listed
from .figure import ACCENT, INK, MUTED, PAPER, PLACES, SECOND, Figure, break_mark, columns_axis, style

LETTERS = {"yes": "y", "partly": "p", "no": "n", "cannot tell": "?"}


def class_map(form: Form, readers: dict[str, dict], who: str = "Readers") -> Figure:
    """Judgements of several readers, item by item, with the share of pairs that agree; ``readers`` as in ``appraisal.readers``.

    An item that a reader left out has no tile. ``who`` they are begins the title.
    """
    agree = pairs_that_agree(form, readers)
    cells = pd.DataFrame([{"item": form.label(n), "reader": r, "judgement": j} for r, given in readers.items() for n, j in given.items()])
    cells["letter"] = cells["judgement"].map(LETTERS)
    order = list(agree.index)
    shares = pd.DataFrame({"item": order, "share": [f"{100 * s:.0f} %" for s in agree], "low": (agree < 0.5).to_list()})
    y = alt.Y("item:N", sort=order, title=None, axis=alt.Axis(grid=False, ticks=False, domain=False, labelLimit=190))
    x = alt.X("reader:N", title="reader", axis=alt.Axis(orient="top", grid=False, ticks=False, domain=False, labelAngle=0), scale=alt.Scale(paddingInner=0.08))
    fill = alt.Fill("judgement:N", scale=alt.Scale(domain=list(LETTERS), range=[ACCENT, MUTED, SECOND, PAPER]), legend=None)
    tiles = alt.Chart(cells).mark_rect(stroke=MUTED, strokeWidth=0.6).encode(x=x, y=y, fill=fill)
    letters = alt.Chart(cells).mark_text(fontSize=12, fontWeight="bold").encode(
        x=x, y=y, text="letter:N", color=alt.condition("datum.letter == '?'", alt.value(INK), alt.value(PAPER)))
    grid = alt.layer(tiles, letters).properties(width=132, height=alt.Step(21))
    column = alt.Chart(shares).mark_text(align="left", fontSize=11.5).encode(
        y=alt.Y("item:N", sort=order, axis=None), x=alt.value(0), text="share:N", color=alt.condition("datum.low", alt.value(SECOND), alt.value(INK))) \
        .properties(width=34, height=alt.Step(21))
    chart = style(alt.hconcat(grid, column, spacing=6), plots_start=148)
    wide = cells.pivot(index="item", columns="reader", values="judgement").reindex(order).fillna("") \
        .assign(agree=shares.set_index("item")["share"]).reset_index()
    low = listed(f"{i} ({100 * s:.0f} %)" for i, s in agree.items() if s < 0.5) or "no item"
    return Figure(f"{who}, item by item",
                  f"A grid of {len(order)} items by {len(readers)} readers; each tile holds a judgement. All pairs of readers agree on "
                  f"{int((agree == 1).sum())} items. Fewer than half of the pairs agree on {low}.",
                  wide.rename(columns={"item": "Item", "agree": "Pairs that agree"}), [("Readers", chart)], name="class-map",
                  note="y yes, p partly, n no, ? cannot tell. Right: the share of all pairs of readers that agree on the item.")


def where_first(runs: pd.DataFrame, title: str) -> Figure:
    """Where a value first falls below its limit: ``runs`` of ``capstone.first_below``, one strip per rule and reading."""
    runs = runs.assign(place=runs["column"].map(PLACES), text=[f"{100 * s:.0f}" for s in runs["share"]], size=[40 + 700 * s for s in runs["share"]])
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
