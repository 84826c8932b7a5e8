"""A child's case as its folder holds it: the letter's, or another. Whatever shows, places or charts a case is given
one.

What rests on the letter alone is a field of its case: another case has no such rule, limit or link, and says so.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property, partial
from itertools import accumulate
from pathlib import Path
from typing import Any

import pandas as pd

from casebook.tables import when
from casebook.tables.resources import BOOK, PACKAGE, CaseDataError, Package, raise_all, read_yaml
from casebook.tables.spelling import mixed, runs, skeleton, ucum
from casebook.tables.wording import listed

GIVEN = ("infusion", "daily drug")
"""Kinds of rows that are treatments; rows of any other kind are findings."""
MOST_COLUMNS = 60
"""Columns of a table, at most: a chart of more can't be read."""


@dataclass(frozen=True, eq=False)
class Case:
    """A table of one child with its words. Made at once; each part is read when it is first asked for, and then
    kept."""

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
    "The drug that is asked about: the chart of the whole case marks its start, and the last question is about it."
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
        raise_all([] if self.letters_rules else list(self._faults(rows)))
        if not self.letters_rules:
            rows = rows.assign(unit=rows["unit"].map(ucum), kind=rows["kind"].str.casefold())
        return rows.set_index("parameter")

    def _faults(self, rows):
        """What another case can get wrong in the rows of its table."""
        names = {}
        for line, row in rows.iterrows():
            fault = partial(CaseDataError, self.folder / self.package.resource("parameters")["path"], line)
            if row["cells"] > len(self.columns):
                yield fault("cells", row["cells"], f"at most {len(self.columns)}, one for each column",
                            "count the values of the row")
            if ucum(row["unit"]) != ucum(row["printed_unit"]):
                yield fault("unit", f"'{row['unit']}'",
                            f"'{ucum(row['printed_unit'])}', as printed ('{row['printed_unit']}')",
                            "write the printed unit; nothing is converted")
            if (kind := row["kind"].casefold()) not in GIVEN and get_close_matches(kind, GIVEN):
                yield fault("kind", f"'{row['kind']}'", f"{listed(GIVEN)}, or another word for a finding", "correct it")
            if runs(row["parameter"]) or runs(row["printed_label"]):
                yield fault("parameter", f"'{row['parameter']}', which a spreadsheet would run",
                            "a name that begins with a letter", "put a word before the sign")
            if (seen := names.setdefault(skeleton(row["parameter"]),
                                         row["parameter"])) != row["parameter"] or mixed(row["parameter"]):
                yield fault("parameter", f"'{row['parameter']}', which looks like '{seen}'",
                            "names that an eye can tell apart",
                            "type the name anew, in letters of one alphabet")

    def allowed(self, column: str) -> tuple[str, ...]:
        """Values that the descriptor allows in one column of table1.csv."""
        fields = self.package.resource("table1")["schema"]["fields"]
        return tuple(v for f in fields if f["name"] == column for v in f.get("constraints", {}).get("enum", ()))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Labels of the columns in printed order. Raises CaseDataError unless each stands once, in the order of
        time."""
        columns = self.allowed("column")

        def fault(found, expected, remedy):
            raise CaseDataError(self.folder / "datapackage.json", None, "table1/column/enum", found, expected, remedy)

        if not columns or len(columns) > MOST_COLUMNS:
            fault(f"{len(columns)} columns", f"1 to {MOST_COLUMNS}", "name the columns of the table")
        if twice := sorted({c for c in columns if columns.count(c) > 1}):
            fault(f"{twice} twice", "each label once", "name the columns apart, as 3a and 3b")
        if back := [columns[n + 1] for n, gap in enumerate(when.gaps(columns, self.times)) if gap is not None
                    and gap < 0]:
            fault(f"{back} after a later one", "columns in the order of time",
                  "put them in order, or give their places in time under "
                  "`times`: days from the first column, or null where that isn't known")
        return columns

    @cached_property
    def gaps(self) -> tuple[float | None, ...]:
        """Days from each column to the next, one fewer than columns; None where that can't be told."""
        return when.gaps(self.columns, self.times)

    @cached_property
    def days(self) -> tuple[float, ...]:
        """Day of each column as printed; where labels are no days, days from the first, and many after a time that
        nobody knows."""
        first = when.moment(self.columns[0]).days or 0
        days = accumulate((1000 if gap is None else gap for gap in self.gaps), initial=first)
        return tuple(int(day) if day == int(day) else day for day in days)

    @cached_property
    def day_order(self) -> tuple[int, ...]:
        """Day of each column, counted 0 …: columns 3a and 3b share one."""
        return tuple(accumulate((int(gap != 0) for gap in self.gaps), initial=0))

    @cached_property
    def times(self) -> Mapping[str, float | None]:
        """Places in time that the descriptor gives to labels which no rule reads: days from the first column, None if
        unknown."""
        return self.package.descriptor.get("times", {})

    @cached_property
    def tokens(self) -> Mapping:
        """What the descriptor says of tokens: {qualifier: [tokens]}; where it says nothing, ‘–’ is a finding that is
        absent."""
        return self.package.descriptor.get("tokens", {"absent": ["–"]})

    @cached_property
    def said(self) -> Mapping:
        """What case.yml says beside its steps: ``table``, the table's name; ``charted``; ``lang`` and ``dir`` of its
        words."""
        if not self.own_words:
            return {"table": "Table 1"}
        if not self.script.exists():
            return {}
        words = read_yaml(self.script, "the words of the case", texts=True)
        return {key: part for key, part in words.items() if key != "steps"} if isinstance(words, dict) else {}

    @property
    def table_name(self) -> str:
        """What its table is called: 'Table 1'."""
        return self.said.get("table", "the table")

    @cached_property
    def lost_blanks(self) -> bool:
        """Whether its table lost blank cells, so that columns are reconstructed."""
        return "reconstructed" in self.allowed("placement")

    @property
    def whose(self) -> str:
        """'letter's' or 'table's', for what is said of its order."""
        return "letter's" if self.letters_rules else "table's"

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
        named = tuple(self.said.get(key) or self.package.descriptor[key])
        if twice := sorted({row for row in named if named.count(row) > 1}):
            raise CaseDataError(self.folder / "datapackage.json", None, key, f"{twice} twice", "each row once",
                                "name it once")
        if unknown := [row for row in named if row not in self.parameters.index]:
            raise CaseDataError(self.folder / "datapackage.json", None, key, unknown,
                                f"rows of parameters.csv: {list(self.parameters.index)}", "correct the name")
        return named


LETTER = Case(PACKAGE, own_script=BOOK / "case.yml", own_key="case", letters_rules=True,
              first_cut={"dobutamine": 4, "adrenaline": 4, "milrinone": 5}, pulsed="methylprednisolone",
              suspect="anakinra",
              has_limits=True, in_dictionary=True, own_words=False)
"""The girl's case, which the chapters are about."""


def read_case(folder: Path | str) -> Case:
    """Another case, from a folder that is named by its path or stands in ``book``; read anew each time."""
    return Case(Package((BOOK / folder).resolve()))


def chosen() -> Case:
    """The case to check and to show in a class: the letter's, or the one whose folder CASEBOOK_CASE names."""
    folder = Path(os.environ.get("CASEBOOK_CASE") or LETTER.folder).expanduser().resolve()
    return LETTER if folder == LETTER.folder else read_case(folder)


class Later(Sequence):
    """What stands in the letter's files, as a sequence that reads them when it is first asked for, not when a module
    is imported."""

    def __init__(self, read: Callable[[], tuple]) -> None:
        self._read = read

    def __getitem__(self, at: Any) -> Any:
        return self._read()[at]

    def __len__(self) -> int:
        return len(self._read())

    def __repr__(self) -> str:
        return repr(self._read())
