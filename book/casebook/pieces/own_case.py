"""Another case beside the girl's on a page of its own: its stepper, the whole of it, and every value."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from casebook.charts.bedside import bedside
from casebook.display.html_table import Html, table_html
from casebook.models.placements import TooMany, admissible, count
from casebook.pieces.stepper import CaseStepper
from casebook.tables import tokens
from casebook.tables.case_folder import Case, read_case
from casebook.tables.resources import CaseDataError
from casebook.tables.table1 import complete, load
from casebook.tables.wording import listed, unit_text

SECONDS = 120
"""Seconds of computing that a case may take to be drawn, where the system counts them."""


def stepper(folder: Path | str) -> CaseStepper:
    """The day-stepper of the case in ``folder``, a path or a folder of ``book``, to be shown by a cell."""
    return OwnStepper(case=read_case(folder))


def whole(folder: Path | str) -> Html:
    """The whole case as one figure; a sentence if nothing of it can be drawn."""
    case = read_case(folder)
    if not case.treatments and not case.charted:
        return Html("<p>No row of this table holds treatments, or numbers that can be drawn.</p>")
    with _within(SECONDS, case.folder):
        return bedside(load(case=case), case=case)


def values(folder: Path | str) -> Html:
    """Every value as it is printed, what the rules read in it and where it may stand, as a table; below it what was
    lost."""
    case = read_case(folder)
    rows = load(case=case)
    read = [tokens.read(printed, case.tokens) for printed in rows["printed"]]
    frame = pd.DataFrame({
        "Row": rows["parameter"], "Column": rows["column"], "Printed": rows["printed"],
        "Unit": rows["unit"].map(unit_text),
        "Read as": [_read_as(token) for token in read], "Marks": [token.marks for token in read], "Flag": rows["flag"]})
    lost = "reconstructed" in set(rows["placement"])
    if lost:
        frame["May stand in"] = [column if how == "printed" else listed(admissible(row, at, case)) for row, at, column,
                                 how in
                                 zip(rows["parameter"], rows["position"], rows["column"], rows["placement"])]
    for name in ("Marks", "Flag"):
        frame = frame.drop(columns=[name] * (not frame[name].any()))
    below = placed_in_words(case) if lost else "Every column is printed."
    return Html(f"{table_html(frame, f'All {len(rows)} values')}<p>{below}</p>")


def placed_in_words(case: Case) -> str:
    """In how many ways the treatments of a case could stand, since its table lost blank cells; a sentence."""
    whole_rows = complete(load(case=case), case)
    sentence = (f"{len(whole_rows)} of {len(case.parameters)} rows have a value for every "
            "column; the others lost blank cells.")
    if not case.treatments:
        return sentence
    sentence += f" By printed order alone its treatments could stand in {count((), case=case):,} ways"
    try:
        return f"{sentence}, in {count(case=case):,} of them each in one unbroken run."
    except TooMany as error:
        return f"{sentence}. Unbroken runs weren't counted: {error}."


def _read_as(token):
    if token.value is None:
        return token.qualifier.replace("_", " ")
    return f"{'' if token.qualifier == '=' else token.qualifier} {token.value:.15g}".strip()


class OwnStepper(CaseStepper):
    """The day-stepper of another case, which is given up when drawing it takes too long."""

    def static_html(self) -> str:
        """As of a ``CaseStepper``. Raises CaseDataError after ``SECONDS``."""
        with _within(SECONDS, self.case.folder):
            return super().static_html()


@contextmanager
def _within(seconds: float, folder: Path) -> Iterator[None]:
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield                                           # no alarm here; what a case may ask for is bounded all the same
        return

    def late(*_):
        raise CaseDataError(folder, None, None, f"a case that takes more than {seconds:g} seconds to draw",
                            "a smaller one",
                            "leave rows out of `charted`, or split the table")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
