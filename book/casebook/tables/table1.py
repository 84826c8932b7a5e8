"""Table 1 of the letter: 104 printed tokens, loaded with nothing lost and nothing corrected."""

import re
from pathlib import Path

import pandas as pd

from casebook.tables.case_folder import LETTER, Case, Later
from casebook.tables.resources import CaseDataError, check_digest

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


COLUMNS = Later(lambda: LETTER.columns)
"""Columns of the letter's table in printed order; of its ten, 3a and 3b are the two headed '3. day'."""
DAYS = Later(lambda: LETTER.days)
"""Printed day of each column."""


def parameters(case: Case = LETTER) -> pd.DataFrame:
    """The rows of a case's table, indexed by parameter in printed order (the letter's are 15 x 12): unit, cells, kind, meaning, doubt …"""
    return case.parameters


def load(path: Path | str | None = None, case: Case = LETTER) -> pd.DataFrame:
    """The table of a case in long form: one row per printed token (the letter's is 104 x 9), indexed by line of the file.

    Columns as in ``data/datapackage.json``; ``value`` is a float in the row's ``unit`` (NaN for words).
    Every token is kept as printed; a limit keeps its qualifier '<'. Which column a token could stand in otherwise
    is computed by ``placements``. Raises CaseDataError (file, line, column, found, expected) for any damage.
    """
    path = Path(path) if path else case.folder / "table1.csv"
    table = case.package.read("table1", path, check_hash=False)
    _check_order(table, path, case.parameters["cells"])
    for line, row in table.iterrows():
        _check_row(line, row, path, case.parameters.loc[row["parameter"]])
    _check_columns(table, path, case)
    check_digest(path, case.package.resource("table1"), case.package.encoding)
    return table


def wide(table: pd.DataFrame, case: Case = LETTER) -> pd.DataFrame:
    """The printed tokens in a grid (15 parameters x 10 columns) at the placement ``table`` gives; '' for a blank."""
    grid = table.pivot(index="parameter", columns="column", values="printed")
    return grid.reindex(index=list(case.parameters.index), columns=list(case.columns)).fillna("")


def complete(table: pd.DataFrame, case: Case = LETTER) -> list[str]:
    """Names of the parameters whose values, one for each column, fix their columns."""
    return [p for p, rows in table.groupby("parameter", sort=False) if len(rows) == len(case.columns)]


def _check_order(table, path, cells):
    """Parameters in the letter's order, each with its printed number of tokens, positions 1, 2, 3 …"""
    expected = [(p, n + 1) for p, tokens in cells.items() for n in range(tokens)]
    found = list(zip(table["parameter"], table["position"], table.index))
    for (parameter, position), (p, n, line) in zip(expected, found):
        if p != parameter:
            raise CaseDataError(path, line, "parameter", f"'{p}'", f"'{parameter}' (its token {position})",
                                f"one line too many or too few above, or rows out of the letter's order: "
                                f"'{parameter}' has {cells[parameter]} tokens")
        if n != position:
            raise CaseDataError(path, line, "position", n, position, "put the tokens back in printed order, or restore the missing line")
    if len(found) != len(expected):
        last = table.index[-1]
        raise CaseDataError(path, last, None, f"{len(found)} rows", f"{len(expected)} rows",
                            "restore the missing or delete the extra lines at the end")


def _check_row(line, row, path, spec):
    """One token against its parameter: unit, form, number or word, range."""
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


def _check_columns(table, path, case):
    """Columns rise along each row; 'printed' exactly where a row is complete, or everywhere if the descriptor knows no other placement."""
    full = complete(table, case) if "reconstructed" in case.allowed("placement") else list(table["parameter"])
    for parameter, rows in table.groupby("parameter", sort=False):
        last = -1
        for line, row in rows.iterrows():
            here = case.columns.index(row["column"])
            if here <= last:
                raise CaseDataError(path, line, "column", f"'{row['column']}'", f"a column after {case.columns[last]}",
                                    "tokens keep their printed order")
            last = here
            expected = "printed" if parameter in full else "reconstructed"
            if row["placement"] != expected:
                raise CaseDataError(path, line, "placement", f"'{row['placement']}'", f"'{expected}', since {parameter} has "
                                    f"{len(rows)} of {len(case.columns)} values")
