"""Another case beside the girl's on one page."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from casebook.pieces.stepper import CaseStepper
from casebook.tables.case_folder import read_case
from casebook.tables.resources import CaseDataError

SECONDS = 120
"""Seconds of computing that a case may take to be drawn, where the system counts them."""


def stepper(folder: Path | str) -> CaseStepper:
    """The day-stepper of the case in ``folder``, a path or a folder of ``book``, to be shown by a cell."""
    return OwnStepper(case=read_case(folder))


class OwnStepper(CaseStepper):
    """The day-stepper of another case, which is given up when drawing it takes too long."""

    def static_html(self) -> str:
        """As of a ``CaseStepper``. Raises CaseDataError after ``SECONDS``."""
        with _within(SECONDS, self.case.folder):
            return super().static_html()


@contextmanager
def _within(seconds: float, folder: Path) -> Iterator[None]:
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield                                                   # no alarm here; what a case may ask for is bounded all the same
        return

    def late(*_):
        raise CaseDataError(folder, None, None, f"a case that takes more than {seconds:g} seconds to draw", "a smaller one",
                            "leave rows out of `charted`, or split the table")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
