"""Pieces that a page names (self-checks, sortings, the ledger, pictures in stages, the look back), for a notebook."""

from collections.abc import Callable

from casebook.display.html_table import Html
from casebook.pieces.belief_ledger import ledger_html
from casebook.pieces.look_back import look_back_html
from casebook.pieces.questions import question_html, sorting_html
from casebook.pieces.stages import stages_html

PIECES: dict[str, Callable[..., str]] = {"question": question_html, "sorting": sorting_html, "ledger": ledger_html,
                                         "look-back": look_back_html, "stages": stages_html}


def piece(kind: str, name: str | int | None) -> Html:
    """The piece of a page, to be shown by a cell: ``piece("question", "4.1")`` for ```{question} 4.1```.

    Raises KeyError for a kind that isn't in ``PIECES``, CaseDataError for a name that the kind doesn't have.
    """
    return Html(PIECES[kind](name))
