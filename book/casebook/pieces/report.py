"""The reader's own report, and the short path that ends in it: what the page's scripts need, and words without them.

Everything that a reader entered stays in the browser. These pieces carry what it is held against: the right options of
the self-checks, the grades of the case's decisions, her ProBNP. ``report.js`` puts the two together.
"""

import json
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from casebook.display.text import render, template
from casebook.pieces import learning_map
from casebook.pieces.belief_ledger import CHAPTERS, CLAIM
from casebook.pieces.case_panels import TONES, load_script, steps
from casebook.pieces.look_back import address
from casebook.pieces.one_placement import named
from casebook.pieces.questions import CONFIDENCES, Item
from casebook.tables.table1 import COLUMNS, load


@dataclass(frozen=True)
class Stop:
    """A stop of the short path: its mark in the browser, its title, where it stands, minutes, what happens there."""

    key: str
    title: str
    page: str
    minutes: int
    does: str


STOPS = (
    Stop("opening", "The opening", "index.html", 4, "One marker, two drugs, and your first number."),
    Stop("case", "The case", "04-day-by-day.html#the-case", 45, "Her days, one by one. You decide before you see."),
    Stop("board", "The tile board", "07-the-table-that-lost-its-blanks.html#tile-board", 8,
         "Put her doses back into ten columns, and let the letter narrow them."),
    Stop("nothing", "A drug that does nothing", "10-does-one-case-prove-it.html#nothing-drug", 7,
         "Treat the worst readings with nothing, and watch them improve."),
    Stop("forest", "The studies beyond her", "11-beyond-the-case.html#forest-plot", 6,
         "One picture of what studies of many children estimate."),
    Stop("report", "Your report", "report.html", 5, "What you believed, how sure you were, what you missed."),
)
"""The short path. Its minutes are those that the pages themselves give; a test adds them up."""


def stop_of(key: str) -> tuple[int, Stop]:
    """Number and stop of a key. Raises ValueError for an unknown one."""
    for number, stop in enumerate(STOPS, 1):
        if stop.key == key:
            return number, stop
    raise ValueError(f"no stop {key!r} on the short path; there are {[stop.key for stop in STOPS]}")


def stop_html(key: str) -> str:
    """The line that ends a stop on its page: which it is, and the way on."""
    number, stop = stop_of(key)
    return template("report.html").module.stop(number, stop, STOPS)


def short_path_html() -> str:
    """The six stops as a list with marks of what is done."""
    return template("report.html").module.path(STOPS)


def sentence_html(when: str) -> str:
    """A field for the reader's sentence about anakinra, 'before' or 'after'. Raises ValueError for another word."""
    if when not in ("before", "after"):
        raise ValueError(f"a sentence is asked 'before' or 'after', not {when!r}")
    return template("report.html").module.sentence(when)


def _plain(text):
    """Markdown of a self-check or of the case as plain words."""
    return Markup(render(text, inline=True)).striptags()


def _check(item: Item) -> dict[str, Any]:
    return {"id": item.id, "chapter": item.chapter, "at": address(item), "stem": _plain(item.stem),
            "right": [o.at for o in item.right], "options": [_plain(o.text) for o in item.options]}


def report_data() -> dict[str, Any]:
    """What the script holds a reader's entries against, JSON-ready: self-checks, decisions, chapters of the ledger."""
    decided = [{"step": words["step"], "grades": [option["grade"] for option in words.get("options", [])]}
               for words in load_script()]
    return {"checks": [_check(item) for item in learning_map.self_checks() if item.confidence], "steps": decided,
            "tones": TONES, "levels": list(CONFIDENCES), "chapters": list(CHAPTERS)}


def report_html() -> str:
    """The page of the report; without script it says what to put side by side on paper."""
    rows = load().query("parameter == 'ProBNP'")
    top = float(rows["value"].max())
    high = {c: round(100 - 90 * float(v) / top) for c, v in zip(rows["column"], rows["value"])}
    line = " ".join(f"{100 * n + 150},{high[c]}" for n, c in enumerate(COLUMNS))
    placed = named()[0][0]
    bars = [(name, kind, 100 * COLUMNS.index(placed[row][first]) + 105, 100 * doses - 10) for name, kind, row, first,
            doses in (("pulse", "pulse", "methylprednisolone", 2, 3), ("anakinra", "anakinra", "anakinra", 0, 4))]
    data = json.dumps(report_data(), ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return template("report.html").module.report(claim=CLAIM, line=line, bars=bars, days=steps(), data=Markup(data))
