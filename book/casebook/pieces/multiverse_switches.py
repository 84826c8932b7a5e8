"""The tile board: her doses as tiles to put back, the rules and the reading of day 3 as switches; a rule of
one's own.

Every state is written into the page as whole numbers; multiverse.js words them and moves the tiles. ``slots`` says what
the panel shows for a state; a test holds the script against it for every state.
"""

import inspect
import json
import math
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import product
from typing import Any

from markupsafe import Markup, escape

from casebook.display.choices import Choices, Control
from casebook.display.html_table import Html
from casebook.display.text import template
from casebook.display.two_faces import TwoFaces, building_the_book
from casebook.models.ensemble import VIS_STEP
from casebook.models.marker_placements import FALLS, MARKERS, marker_hits
from casebook.models.multiverse import Summary, left_by, percent, summary, summary_of
from casebook.models.placements import CORE, FIRST_CUT, INFUSIONS, READINGS, RULES, TREATMENTS, Placement
from casebook.models.possible_cells import possible_in
from casebook.pieces.one_placement import (
    LISTED,
    as_columns,
    listing,
    named,
    tokens,
    unit_of,
)
from casebook.tables.table1 import COLUMNS

STARTS = range(7)
"""Columns in which four doses of anakinra can begin."""
TWIN = {"two samplings": "two samplings", "one day": "one day",
        "one day, infusions too": "one day, and an infusion may have one cell on it"}
PRESETS = {
    "core": ("Core rules", CORE), "all": ("All nine", tuple(RULES)), "none": ("No rule", ()),
    "one": ("Unbroken runs only", ("one_run",)),
    "without": ("Core rules without rule 7", tuple(r for r in CORE if r != "support_until_anakinra")),
}
TOLD = {"placements": "Placements left", "columns": "Anakinra can start in",
        "day": "Same printed day as the first pulse",
        "column": "Same column as the first pulse", "both": "Placements without a tie", "peak": "Highest VIS",
        "at": "VIS in anakinra's first column"}
"""What the panel says in words when a switch is turned: slot and its name. The markers follow in one sentence."""


def _span(span):
    if span is None:
        return "–"
    low, high = (f"{v:g}" for v in span)
    return low if low == high else f"{low} to {high}"


def slots(s: Summary) -> dict[str, str]:
    """What the panel shows for a Summary: {slot: text}."""
    shown = {"placements": f"{s.placements:,}", "columns": s.columns,
             "day": s.of("same_day"), "column": s.of("same_column"),
             "apart": s.of("day_3_then_4"), "first": s.of("anakinra_first"), "later": f"{s.anakinra_later:,}",
             "cut": f"{s.cut_later:,}", "both": f"{s.both_later:,}", "peak": _span(s.peak), "at": _span(s.at_start)}
    shown |= {f"start{a}": f"{int(s.anakinra[a]):,}" for a in STARTS}
    shown |= {f"share{a}": percent(int(s.anakinra[a]), s.placements) for a in STARTS}
    shown |= {f"vis{c}": _span(span) for c, span in enumerate(s.by_column)}
    shown |= {f"m{i}-{f}": s.share(marker, fall) for i, marker in enumerate(MARKERS) for f, fall in enumerate(FALLS)}
    return shown


def changes(before: dict[str, str], after: dict[str, str]) -> str:
    """What a turned switch changes, in words, from the slots before and after."""
    sentences = [f"{words}: {before[slot]}, now {after[slot]}." for slot, words in TOLD.items()
                 if before[slot] != after[slot]]
    below = lambda shown, i: f"{shown[f'm{i}-0']} ({shown[f'm{i}-1']})"
    moved = [f"{marker} {below(before, i)}, now {below(after, i)}" for i, marker in enumerate(MARKERS)
             if below(before, i) != below(after, i)]
    if moved:
        sentences.append(f"Below its peak before anakinra (by more than 10 %): {'; '.join(moved)}.")
    if any(before[f"m{i}-2"] != after[f"m{i}-2"] for i in range(len(MARKERS))):
        sentences.append("Shares of “more than halved” change as well.")
    return " ".join(sentences) or \
        "No number changes: with the other switches as they are, this one makes no difference."

# ---- what the script gets ----

def states() -> Iterator[tuple[tuple[str, ...], str]]:
    """(rules, reading) of every state in the order of the packed data: readings outside, rules as bits inside."""
    names = tuple(RULES)
    for reading, bits in product(READINGS, range(1 << len(names))):
        yield tuple(n for i, n in enumerate(names) if bits >> i & 1), reading


def _number(known, part):
    """The number of a part among those known; a new one is added at the end."""
    return known.setdefault(part, len(known))


@cache
def packed() -> dict[str, Any]:
    """All states for the script, as JSON-ready whole numbers; equal parts stand once.

    `of`: for each of ``states`` its entry in `sums`; a sum: [entry in `vis`, cut later, both later, then pulse
    column * 10 + anakinra column and the number of placements, …]; `vis`: peak, anakinra's first column, and the ten
    columns, each lowest and highest in steps of VIS_STEP; `hits`: for each marker [all, [hits by anakinra's first
    column] for each fall]; `rows`, `placed` and `lists`: the rows and single placements of the states that list them;
    `may`: for each state its entry in `cells`, the columns in which each row can stand, as bits; `cuts`: position of
    the first cut of each infusion.
    """
    sums, vis, rows, placed = {}, {}, {}, {}                        # each distinct part with its number
    of, lists, cells, may = [], {}, {}, []
    for number, (rules, reading) in enumerate(states()):
        s = summary(rules, reading)
        steps = tuple(round(v / VIS_STEP) for span in (s.peak, s.at_start, *s.by_column) for v in span)
        starts = [int(v) for p, a in zip(*s.starts.nonzero()) for v in (p * 10 + a, s.starts[p, a])]
        of.append(_number(sums, (_number(vis, steps), s.cut_later, s.both_later, *starts)))
        for placement in listing(rules, reading) or ():
            lists.setdefault(number, []).append(
                _number(placed, tuple(_number(rows, row) for row in as_columns(placement))))
        may.append(_number(cells, possible_in(rules, reading)))
    hits = [[marker_hits(m)[1], *(marker_hits(m, f)[0][:len(STARTS)].tolist() for f in FALLS)] for m in MARKERS]
    return {"of": of, "sums": list(sums), "vis": list(vis), "hits": hits, "rows": list(rows), "placed": list(placed),
            "lists": lists, "step": VIS_STEP, "columns": list(COLUMNS), "told": list(TOLD.items()),
            "markers": list(MARKERS),
            "may": may, "cells": list(cells), "cuts": [FIRST_CUT[drug] for drug in INFUSIONS],
            "presets": [[words, [list(RULES).index(r) for r in rules]] for words, rules in PRESETS.values()],
            "named": [[placed.get(tuple(rows.get(r) for r in as_columns(p))), name] for p, name in named()]}

# ---- the board ----

ASKS = {"all": "Turn one rule or one reading, and read what changes. Then move a tile.",
        "counts": "The printed table had blank cells. Our copy kept the order of her doses and lost the blanks. Push "
                  "each dose to where you think it stood; then let the letter speak, rule by rule."}


def board_rows(drugs: Iterable[str], may: Iterable[int] | None = None) -> list[dict[str, Any]]:
    """Rows of tiles, packed to the left: name, unit, colour class, tokens, and for each column whether the row can
    stand in it."""
    drugs = list(drugs)
    bits = [(1 << len(COLUMNS)) - 1] * len(drugs) if may is None else list(may)
    kind = {"methylprednisolone": "pulse", "anakinra": "anakinra"}
    return [{"drug": drug, "unit": unit_of(drug), "kind": kind.get(drug, "other"), "tokens": tokens(drug),
             "may": [bool(m >> c & 1) for c in range(len(COLUMNS))]} for drug, m in zip(drugs, bits)]


def one_row() -> Html:
    """The first half of the board: the row of anakinra alone, to push about before any rule counts."""
    row, = board_rows(["anakinra"])
    anywhere, (first, last) = math.comb(len(COLUMNS), len(row["tokens"])), (COLUMNS[0], COLUMNS[-1])
    html = template("multiverse.html").module.teaser(row=row, columns=COLUMNS, anywhere=anywhere,
                                                     first=first, last=last)
    return Html(html)


class Multiverse(TwoFaces):
    """Six rows of tiles, nine rules and the reading of day 3; show it as the last value of a cell.

    ``show='counts'`` leaves it at how many placements there are and in which cells a row can stand; ``start`` names the
    preset shown first. On the site the script takes its numbers from the piece with ``show='all'``, which the page must
    hold as well. ``own_rule``, a function of one placement {parameter: column labels} that says True or False, shows in
    place of the board what each preset leaves with it and without; its docstring is its label.
    """

    def __init__(self, own_rule: Callable[[Placement], bool] | None = None, show: str = "all",
                 start: str = "core") -> None:
        if start not in PRESETS or show not in ("all", "counts"):
            raise KeyError(f"start {start!r}, show {show!r}: expected one of {list(PRESETS)}, and 'all' or 'counts'")
        self.own_rule, self.show, self.start = own_rule, show, start
        self.title = "Every combination of the rules" if show == "all" else "Put her doses back"

    def results(self, s: Summary, live: bool = False) -> Markup:
        """What the panel shows for a Summary, as HTML; ``live``: with the count, which the page shows on its board."""
        return Markup(template("multiverse.html").module.results(
            show=self.show, live=live, slots=slots(s), columns=COLUMNS, markers=list(MARKERS),
            widths={a: int(s.anakinra[a]) / max(s.placements, 1) for a in STARTS}))

    def static_html(self) -> str:
        """The board as HTML, at its start state without script."""
        if self.own_rule:
            return self._with_own_rule(self.own_rule).static_html()
        rules = PRESETS[self.start][1]
        s = summary(rules)
        has_data = self.show == "all" or not building_the_book()
        data = json.dumps(packed(), separators=(",", ":"), ensure_ascii=False) if has_data else ""
        return template("multiverse.html").render(
            view=self, asks=ASKS[self.show], rules=RULES.values(), start=rules, presets=PRESETS, names=list(RULES),
            readings=TWIN, core=len(CORE), data=Markup(data.replace("</", "<\\/")), filled=self.results(s),
            placements=f"{s.placements:,}",
            limit=LISTED, columns=COLUMNS, rows=board_rows(TREATMENTS, possible_in(rules, "two samplings")))

    def _with_own_rule(self, rule: Callable[[Placement], bool]) -> Choices:
        """What each preset of several rules leaves, with the student's rule and without."""
        def panel(rules: tuple[str, ...], reading: str, own: bool) -> tuple[str, str]:
            try:
                s = summary_of(left_by(rule, rules, reading)) if own else summary(rules, reading)
            except Exception as error:                    # whatever a student's function does wrong, the panel says it
                return f"Your rule stopped with {type(error).__name__}: {escape(error)}.", ""
            return f"Placements left: {s.placements:,}.", f'<div class="multiverse">{self.results(s, live=True)}</div>'

        presets = {rules: words for words, rules in PRESETS.values() if len(rules) > 1}   # fewer leave too many to list
        return Choices("own-rule", f"My own rule: {label_of(rule)}", [
            Control("own", "My own rule", {True: "on", False: "off"}), Control("rules", "Rules", presets),
            Control("reading", "Day 3 is", TWIN)], panel)


def label_of(rule: Callable) -> str:
    """The label of a student's own rule: its docstring's first line, or its name."""
    return (inspect.getdoc(rule) or rule.__name__).splitlines()[0]
