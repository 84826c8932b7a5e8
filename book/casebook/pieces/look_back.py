"""Ten self-checks of earlier chapters to answer again: those missed while sure, as the browser knows, or a mixture."""

import re
from itertools import chain, groupby, zip_longest

from markupsafe import Markup

from casebook.display.text import render, template
from casebook.pieces import learning_map
from casebook.pieces.questions import Item

TEN = 10
FIRST = 2
"""The first chapter whose self-checks are asked again; chapter 1 has the ledger for that."""


def self_checks(before: int) -> list[Item]:
    """Self-checks of the chapters from FIRST to below ``before``, in the book's order."""
    return [item for item in learning_map.self_checks() if FIRST <= item.chapter < before]


def mixed(before: int, size: int = TEN) -> list[Item]:
    """``size`` self-checks spread over the chapters: of each chapter first those that ask how sure the reader is."""
    surest_first = sorted(self_checks(before), key=lambda item: (item.chapter, not item.confidence))
    by_chapter = [list(items) for _, items in groupby(surest_first, key=lambda item: item.chapter)]
    taken = [item for item in chain.from_iterable(zip_longest(*by_chapter)) if item][:size]
    return [item for item in self_checks(before) if item in taken]


def stem(item: Item) -> Markup:
    """What an item asks, as HTML without citations and links."""
    html = re.sub(r'\s*<span class="cite">.*?</span>', "", render(item.stem, inline=True))
    return Markup(re.sub(r"</?a\b[^>]*>", "", html))


def address(item: Item) -> str:
    """Where an item stands, for a link from another chapter."""
    return f"{learning_map.chapter_file(item.chapter).stem}.html#{item.anchor}"


def look_back_html(before: int) -> str:
    """The list as HTML: the mixture, and all others for the script to choose from."""
    chosen = mixed(before)
    others = [item for item in self_checks(before) if item not in chosen]
    return template("look-back.html").render(chosen=chosen, others=others, size=TEN, stem=stem, address=address)
