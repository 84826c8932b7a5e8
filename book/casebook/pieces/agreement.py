"""How far readers of one form agree: two item by item, many pair by pair."""

from dataclasses import dataclass
from itertools import combinations

import altair as alt
import pandas as pd

from casebook.charts.capstone import LETTERS
from casebook.display.figure import ACCENT, INK, MUTED, PAPER, SECOND, Figure
from casebook.pieces.appraisal import Form
from casebook.tables.wording import listed


@dataclass(frozen=True)
class Agreement:
    """How far two readers agree: ``identical`` and ``differ`` list items both judged, ``open`` those that one left
    out."""

    form: Form
    identical: tuple
    differ: tuple
    open: tuple

    @property
    def share(self) -> float:
        """Identical judgements as a share of all items of the form, 0 … 1."""
        return len(self.identical) / len(self.form.items)

    def words(self) -> str:
        """The result in words; appraisal.js says the same."""
        names = lambda items: ", ".join(map(self.form.label, items))
        per_cent = int(100 * self.share + 0.5)
        return f"Raw agreement: {len(self.identical)} of {len(self.form.items)} items ({per_cent} %)." + \
            (f" The readings differ on {names(self.differ)}." if self.differ else "") + \
            (f" Not judged by both: {names(self.open)}." if self.open else "")


def raw(form: Form, first: dict[int, str], second: dict[int, str]) -> Agreement:
    """Raw agreement of two readers, each {item: judgement}: identical judgements out of all items."""
    numbers = range(1, len(form.items) + 1)
    both = [n for n in numbers if n in first and n in second]
    same = tuple(n for n in both if first[n] == second[n])
    return Agreement(form, same, tuple(n for n in both if n not in same), tuple(n for n in numbers if n not in both))


def pairs_that_agree(form: Form, readers: dict[str, dict[int, str]]) -> pd.Series:
    """Share of all pairs of readers that agree on an item, as a Series by item label (0 … 1).

    An item that one of a pair left out is no agreement of theirs. Raises ValueError for fewer than two readers.
    """
    pairs = list(combinations(readers.values(), 2))
    if not pairs:
        raise ValueError("agreement needs two readers")
    return pd.Series({form.label(n): sum(n in a and a[n] == b.get(n) for a, b in pairs) / len(pairs)
                      for n in range(1, len(form.items) + 1)}, name="pairs that agree")


def class_map(form: Form, readers: dict[str, dict], who: str = "Readers") -> Figure:
    """Judgements of several readers, item by item, with the share of pairs that agree; ``readers`` as in
    ``appraisal.readers``.

    An item that a reader left out has no tile. ``who`` they are begins the title.
    """
    agree = pairs_that_agree(form, readers)
    cells = pd.DataFrame([{"item": form.label(n), "reader": reader,
                           "judgement": judgement, "letter": LETTERS[judgement]}
                          for reader, given in readers.items() for n, judgement in given.items()])
    order = list(agree.index)
    shares = pd.DataFrame({"item": order, "share": [f"{100 * s:.0f} %" for s in agree], "low": (agree < 0.5).to_list()})
    y = alt.Y("item:N", sort=order, title=None, axis=alt.Axis(grid=False, ticks=False, domain=False, labelLimit=260))
    x = alt.X("reader:N", title="reader", scale=alt.Scale(paddingInner=0.08),
              axis=alt.Axis(orient="top", grid=False, ticks=False, domain=False, labelAngle=0))
    shades = alt.Scale(domain=list(LETTERS), range=[ACCENT, MUTED, SECOND, PAPER])
    fill = alt.Fill("judgement:N", scale=shades, legend=None)
    tiles = alt.Chart(cells).mark_rect(stroke=MUTED, strokeWidth=0.6).encode(x=x, y=y, fill=fill)
    letters = alt.Chart(cells).mark_text(fontSize=12, fontWeight="bold").encode(
        x=x, y=y, text="letter:N", color=alt.condition("datum.letter == '?'", alt.value(INK), alt.value(PAPER)))
    grid = alt.layer(tiles, letters).properties(width=132, height=alt.Step(21))
    column = alt.Chart(shares).mark_text(align="left", fontSize=11.5).encode(
        y=alt.Y("item:N", sort=order, axis=None), x=alt.value(0), text="share:N",
        color=alt.condition("datum.low", alt.value(SECOND), alt.value(INK))).properties(width=34, height=alt.Step(21))
    chart = alt.hconcat(grid, column, spacing=6).configure_axisY(minExtent=148)
    wide = cells.pivot(index="item", columns="reader", values="judgement").reindex(order).fillna("") \
        .assign(agree=shares.set_index("item")["share"]).reset_index()
    low = listed(f"{i} ({100 * s:.0f} %)" for i, s in agree.items() if s < 0.5) or "no item"
    return Figure(f"{who}, item by item",
                  f"A grid of {len(order)} items by {len(readers)} readers; each tile holds a judgement. All pairs of "
                  f"readers agree on {int((agree == 1).sum())} items. Fewer than half of the pairs agree on {low}.",
                  wide.rename(columns={"item": "Item", "agree": "Pairs that agree"}), [("Readers", chart)],
                  name="class-map", note="y yes, p partly, n no, ? cannot tell. Right: the share of all pairs of "
                                         "readers that agree on the item.")
