"""Ten self-checks of earlier chapters to answer again: those a reader missed while sure, as far as the browser knows, else a mixture."""

import re
from functools import cache
from itertools import chain, zip_longest

from markupsafe import Markup

from casebook.display.text import render, template
from casebook.pieces.learning_map import chapter_files
from casebook.pieces.questions import QUESTIONS, load_questions

TEN = 10
FIRST = 2
"""The first chapter whose self-checks are asked again; chapter 1 has the ledger for that."""


@cache
def self_checks(before: int) -> list[dict]:
    """Self-checks of the chapters from FIRST to below ``before``, in the book's order.

    Each is a dictionary: id, chapter, address, stem as HTML without citations, whether it asks how sure one is, right options (from 0).
    """
    found = []
    for page in chapter_files():
        chapter = int(page.stem[:2])
        if not FIRST <= chapter < before:
            continue
        for id, question in load_questions(QUESTIONS / f"{chapter:02d}.yml").items():
            stem = re.sub(r'\s*<span class="cite">.*?</span>', "", render(question["stem"], inline=True))
            found.append({"id": id, "chapter": chapter, "address": f"{page.stem}.html#q-{id.replace('.', '-')}",
                          "stem": Markup(re.sub(r"</?a\b[^>]*>", "", stem)),
                          "sure": bool(question.get("confidence")), "right": [i for i, o in enumerate(question["options"]) if o["correct"]]})
    return found


def mixed(before: int, size: int = TEN) -> list[dict]:
    """``size`` self-checks spread over the chapters: of each chapter first those that ask how sure the reader is."""
    chapters = {}
    for check in sorted(self_checks(before), key=lambda check: not check["sure"]):
        chapters.setdefault(check["chapter"], []).append(check)
    in_turn = chain.from_iterable(zip_longest(*(chapters[c] for c in sorted(chapters))))
    return sorted([c for c in in_turn if c][:size], key=lambda check: [int(n) for n in check["id"].split(".")])


def look_back_html(before: int) -> str:
    """The list as HTML: the mixture, and all others for the script to choose from."""
    chosen = mixed(before)
    return template("look-back.html").render(chosen=chosen, others=[c for c in self_checks(before) if c not in chosen], size=TEN)
