"""Table 1 of the letter: 104 printed tokens, loaded with nothing lost and nothing corrected."""

import re
from functools import cache
from pathlib import Path

import pandas as pd

from casebook.tables.resources import DATA, CaseDataError, check_digest, descriptor, read_resource, resource

WORDS = {"Stop": "stop", "+": "present", "–": "absent", "Mild": "mild"}


def parse_token(printed: str) -> tuple[float | None, str]:
    """Split a printed token into (value, qualifier).

    ``<70`` gives (70.0, '<'): a limit, not a measurement. ``4. 3`` gives (4.3, '='): the blank inside is an
    artefact of extraction. Words give (None, qualifier). Raises ValueError on a token of no known form.
    """
    if printed in WORDS:
        return None, WORDS[printed]
    match = re.fullmatch(r"(<\s*)?(\d+(?:\.\s?\d+)?)", printed)
    if not match:
        raise ValueError(f"unknown token {printed!r}")
    return float(match[2].replace(" ", "")), "<" if match[1] else "="


def ucum(printed_unit: str) -> str:
    """UCUM spelling of a printed unit: mcg becomes ug, a day becomes d. The only place where units are respelled."""
    return printed_unit.replace("mcg", "ug").replace("/day", "/d")


def _allowed(column):
    """Values that the descriptor allows in one column of table1.csv."""
    return tuple(v for f in resource("table1")["schema"]["fields"] if f["name"] == column for v in f.get("constraints", {}).get("enum", ()))


def _days(columns):
    """Printed day of each column: '3b' gives 3. Raises CaseDataError unless all are days, in order, each column once."""
    days = tuple(int(c[:-1] if c[-1:].isalpha() else c) for c in columns if re.fullmatch(r"\d+[a-z]?", c))
    if not columns or len(days) != len(columns) or list(days) != sorted(days) or len(set(columns)) != len(columns):
        raise CaseDataError(DATA / "datapackage.json", None, "table1/column/enum", list(columns), "rising days, with a letter where a day "
                            "has several columns: 1, 2, 3a, 3b", "name the columns by their days")
    return days


COLUMNS = _allowed("column")
"""Columns of the table in printed order; of Table 1's ten, 3a and 3b are the two headed '3. day'."""
DAYS = _days(COLUMNS)
"""Printed day of each column."""


@cache
def parameters() -> pd.DataFrame:
    """The rows of Table 1, indexed by parameter in the letter's order (15 x 12): unit, cells, kind, meaning, doubt …"""
    return read_resource("parameters").set_index("parameter")


def rows_named(key: str) -> tuple[str, ...]:
    """Rows that the descriptor lists under ``key``, in its order: 'treatments' are placed, 'charted' are drawn. CaseDataError for any other row."""
    named = tuple(descriptor()[key])
    if unknown := [row for row in named if row not in parameters().index]:
        raise CaseDataError(DATA / "datapackage.json", None, key, unknown, f"rows of parameters.csv: {list(parameters().index)}", "correct the name")
    return named


def load(path: Path | str | None = None) -> pd.DataFrame:
    """Table 1 in long form: one row per printed token (104 x 9), indexed by line of the file.

    Columns as in ``data/datapackage.json``; ``value`` is a float in the row's ``unit`` (NaN for words).
    Every token is kept as printed; a limit keeps its qualifier '<'. Which column a token could stand in otherwise
    is computed by ``placements``. Raises CaseDataError (file, line, column, found, expected) for any damage.
    """
    path = Path(path) if path else DATA / "table1.csv"
    table = read_resource("table1", path, check_hash=False)
    _check_order(table, path)
    for line, row in table.iterrows():
        _check_row(line, row, path)
    _check_columns(table, path)
    check_digest(path, resource("table1"))
    return table


def wide(table: pd.DataFrame) -> pd.DataFrame:
    """The printed tokens in a grid (15 parameters x 10 columns) at the placement ``table`` gives; '' for a blank."""
    grid = table.pivot(index="parameter", columns="column", values="printed")
    return grid.reindex(index=list(parameters().index), columns=list(COLUMNS)).fillna("")


def complete(table: pd.DataFrame) -> list[str]:
    """Names of the parameters whose ten values fix their columns."""
    return [p for p, rows in table.groupby("parameter", sort=False) if len(rows) == len(COLUMNS)]


def _check_order(table, path):
    """Parameters in the letter's order, each with its printed number of tokens, positions 1, 2, 3 …"""
    expected = [(p, n + 1) for p, cells in parameters()["cells"].items() for n in range(cells)]
    found = list(zip(table["parameter"], table["position"], table.index))
    for (parameter, position), (p, n, line) in zip(expected, found):
        if p != parameter:
            raise CaseDataError(path, line, "parameter", f"'{p}'", f"'{parameter}' (its token {position})",
                                f"one line too many or too few above, or rows out of the letter's order: "
                                f"'{parameter}' has {parameters().cells[parameter]} tokens")
        if n != position:
            raise CaseDataError(path, line, "position", n, position, "put the tokens back in printed order, or restore the missing line")
    if len(found) != len(expected):
        last = table.index[-1]
        raise CaseDataError(path, last, None, f"{len(found)} rows", f"{len(expected)} rows",
                            "restore the missing or delete the extra lines at the end")


def _check_row(line, row, path):
    """One token against its parameter: unit, form, number or word, range."""
    spec = parameters().loc[row["parameter"]]

    def refuse(column, found, expected, **more):
        raise CaseDataError(path, line, column, found, expected, **more)

    if row["unit"] != ucum(spec["printed_unit"]):
        refuse("unit", f"'{row['unit']}'", f"'{ucum(spec['printed_unit'])}' for {row['parameter']}")
    try:
        value, qualifier = parse_token(row["printed"])
    except ValueError:
        refuse("printed", f"'{row['printed']}'", "a number, a limit such as <70, or one of " + ", ".join(WORDS))
    if qualifier not in spec["qualifiers"].split():
        refuse("printed", f"'{row['printed']}'", f"a token of kind {spec['qualifiers']} in the row {row['parameter']}")
    if row["qualifier"] != qualifier:
        refuse("qualifier", f"'{row['qualifier']}'", f"'{qualifier}', as printed ('{row['printed']}')")
    if value is None and pd.notna(row["value"]):
        refuse("value", row["value"], f"nothing, since '{row['printed']}' is a word")
    if value is not None and row["value"] != value:
        refuse("value", row["value"] if pd.notna(row["value"]) else "nothing", f"{value}, as printed ('{row['printed']}')")
    if value is not None and not spec["low"] <= value <= spec["high"]:
        refuse("value", f"{value} {row['unit']}", f"{spec['low']:g} to {spec['high']:g}")


def _check_columns(table, path):
    """Columns rise along each row; 'printed' exactly where a row is complete, or everywhere if the descriptor knows no other placement."""
    full = complete(table) if "reconstructed" in _allowed("placement") else list(table["parameter"])
    for parameter, rows in table.groupby("parameter", sort=False):
        last = -1
        for line, row in rows.iterrows():
            here = COLUMNS.index(row["column"])
            if here <= last:
                raise CaseDataError(path, line, "column", f"'{row['column']}'", f"a column after {COLUMNS[last]}",
                                    "tokens keep their printed order")
            last = here
            expected = "printed" if parameter in full else "reconstructed"
            if row["placement"] != expected:
                raise CaseDataError(path, line, "placement", f"'{row['placement']}'", f"'{expected}', since {parameter} has "
                                    f"{len(rows)} of {len(COLUMNS)} values")
