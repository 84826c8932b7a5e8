"""The belief ledger: one claim, one number, two reasons, at seven points of the book."""

from casebook.display.text import template
from casebook.tables.resources import BOOK, CaseDataError

CLAIM = "Anakinra was the main reason this child's heart and circulation recovered when they did."
"""The sentence the readers weigh. It is the book's, sharper than the letter, so that it can be tested."""

CHAPTERS = (1, 4, 5, 7, 9, 10, 11)
"""Chapters that end with an entry."""


def ledger_html(chapter: int | None) -> str:
    """Form for the entry of a chapter, and all entries so far; without script a card to fill in on paper.

    ``chapter`` None gives the entries alone, for the capstone. Raises CaseDataError for a chapter without an entry.
    """
    if chapter is not None and chapter not in CHAPTERS:
        raise CaseDataError(BOOK / "casebook" / "ledger.py", None, None, f"a ledger entry in chapter {chapter}",
                            f"one of the chapters {CHAPTERS}",
                            "correct the number on the page, or add the chapter to CHAPTERS")
    return template("ledger.html").render(chapter=chapter, chapters=CHAPTERS, claim=CLAIM)
