"""A child's case as its folder holds it: the letter's, or another. Whatever shows, places or charts a case is given one.

What rests on the letter alone is a field of its case: another case has no such rule, limit or link, and says so.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from casebook.tables.resources import BOOK, PACKAGE, CaseDataError, Package


@dataclass(frozen=True, eq=False)
class Case:
    """A table of one child with its words. Made at once; each part is read when it is first asked for, and then kept."""

    package: Package
    own_script: Path | None = None
    "File of its words, if that is not case.yml in its folder."
    own_key: str = ""
    "Name under which a browser keeps the answers, if that is not the name of its package."
    letters_rules: bool = False
    "Whether all nine rules on placements hold for it; else a treatment is one unbroken run, and no more is known."
    first_cut: Mapping[str, int] = field(default_factory=dict)
    "Position of the first token below the one before it (Stop included), of each infusion that a rule asks for."
    pulsed: str | None = None
    "The row with pulses."
    suspect: str | None = None
    "The drug that is asked about: its start is marked in the chart of the whole case, and the last question is about it."
    has_limits: bool = False
    "Whether there are limits for orientation, for the age of this child."
    in_dictionary: bool = False
    "Whether each value has an entry in the data dictionary."
    own_words: bool = True
    "Whether its words may ask only for what stands in its table, and its grades are its own; not the book's."

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return self.package.folder

    @property
    def script(self) -> Path:
        """File of its words."""
        return self.own_script or self.folder / "case.yml"

    @property
    def key(self) -> str:
        """Name under which a browser keeps the answers."""
        return self.own_key or self.package.descriptor["name"]

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """The rows of the table, indexed by parameter in printed order: unit, cells, kind, meaning, doubt …"""
        rows = self.package.read("parameters")
        for line, row in rows.iterrows():
            if row["cells"] > len(self.columns):
                raise CaseDataError(self.folder / self.package.resource("parameters")["path"], line, "cells", row["cells"],
                                    f"at most {len(self.columns)}, one for each column", "count the values of the row")
        return rows.set_index("parameter")

    def allowed(self, column: str) -> tuple[str, ...]:
        """Values that the descriptor allows in one column of table1.csv."""
        fields = self.package.resource("table1")["schema"]["fields"]
        return tuple(v for f in fields if f["name"] == column for v in f.get("constraints", {}).get("enum", ()))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Columns of the table in printed order. Raises CaseDataError unless all are days, in order, each column once."""
        columns = self.allowed("column")
        days = [_day(c) for c in columns if re.fullmatch(r"\d+[a-z]?", c)]
        if not columns or len(days) != len(columns) or days != sorted(days) or len(set(columns)) != len(columns):
            raise CaseDataError(self.folder / "datapackage.json", None, "table1/column/enum", list(columns), "rising days, with a letter "
                                "where a day has several columns: 1, 2, 3a, 3b", "name the columns by their days")
        return columns

    @cached_property
    def days(self) -> tuple[int, ...]:
        """Printed day of each column."""
        return tuple(map(_day, self.columns))

    @cached_property
    def day_order(self) -> tuple[int, ...]:
        """Printed day of each column, counted 0 …: columns 3a and 3b share one."""
        order = sorted(set(self.days))
        return tuple(map(order.index, self.days))

    @cached_property
    def treatments(self) -> tuple[str, ...]:
        """Rows that are placed."""
        return self._rows("treatments")

    @cached_property
    def charted(self) -> tuple[str, ...]:
        """Rows that are drawn."""
        return self._rows("charted")

    @cached_property
    def infusions(self) -> tuple[str, ...]:
        """Rows that are placed and are infusions; the others are given by the day."""
        return tuple(t for t in self.treatments if self.parameters.kind[t] == "infusion")

    def _rows(self, key):
        """Rows that the descriptor lists, in its order; CaseDataError for any other."""
        named = tuple(self.package.descriptor[key])
        if unknown := [row for row in named if row not in self.parameters.index]:
            raise CaseDataError(self.folder / "datapackage.json", None, key, unknown,
                                f"rows of parameters.csv: {list(self.parameters.index)}", "correct the name")
        return named


LETTER = Case(PACKAGE, own_script=BOOK / "case.yml", own_key="case", letters_rules=True,
              first_cut={"dobutamine": 4, "adrenaline": 4, "milrinone": 5}, pulsed="methylprednisolone", suspect="anakinra",
              has_limits=True, in_dictionary=True, own_words=False)
"""The girl's case, which the chapters are about."""


def read_case(folder: Path | str) -> Case:
    """Another case, from a folder that is named by its path or stands in ``book``; read anew each time."""
    return Case(Package((BOOK / folder).resolve()))


def chosen() -> Case:
    """The case to check and to show in a class: the letter's, or the one whose folder CASEBOOK_CASE names."""
    folder = Path(os.environ.get("CASEBOOK_CASE") or LETTER.folder).resolve()
    return LETTER if folder == LETTER.folder else read_case(folder)


class Later(Sequence):
    """What stands in the letter's files, as a sequence that reads them when it is first asked for, not when a module is imported."""

    def __init__(self, read: Callable[[], tuple]) -> None:
        self._read = read

    def __getitem__(self, at: Any) -> Any:
        return self._read()[at]

    def __len__(self) -> int:
        return len(self._read())

    def __repr__(self) -> str:
        return repr(self._read())


def _day(column):
    """Printed day of a column: '3b' gives 3."""
    return int(column.rstrip("abcdefghijklmnopqrstuvwxyz"))
