"""Another case beside the girl's on one page."""

from pathlib import Path

from casebook.pieces.stepper import CaseStepper
from casebook.tables.case_folder import read_case


def stepper(folder: Path | str) -> CaseStepper:
    """The day-stepper of the case in ``folder``, a path or a folder of ``book``, to be shown by a cell."""
    return CaseStepper(case=read_case(folder))
