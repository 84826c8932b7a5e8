"""Table 1 of the letter: 104 printed tokens, loaded with nothing lost and nothing corrected."""

from pathlib import Path

import pandas as pd

from casebook.tables import tokens
from casebook.tables.case_folder import LETTER, Case, Later
from casebook.tables.resources import CaseDataError, check_digest, raise_all
from casebook.tables.spelling import ucum


def parse_token(printed: str, case: Case = LETTER) -> tuple[float | None, str]:
    """Split a printed token into (value, qualifier), as ``tokens.read`` reads it for a case.

    ``<70`` gives (70.0, '<'): a limit, not a measurement. Words give (None, qualifier). Raises ValueError on a token of
    no known form.
    """
    token = tokens.read(printed, case.tokens)
    return token.value, token.qualifier


COLUMNS = Later(lambda: LETTER.columns)
"""Columns of the letter's table in printed order; of its ten, 3a and 3b are the two headed '3. day'."""
DAYS = Later(lambda: LETTER.days)
"""Printed day of each column."""


def parameters(case: Case = LETTER) -> pd.DataFrame:
    """The rows of a case's table, indexed by parameter in printed order (the letter's are 15 x 12): unit, cells, kind,
    meaning, doubt …"""
    return case.parameters


def load(path: Path | str | None = None, case: Case = LETTER) -> pd.DataFrame:
    """The table of a case in long form: one row per printed token (the letter's is 104 x 9), indexed by line of the
    file.

    Columns as in ``data/datapackage.json``; ``value`` is a float in the row's ``unit`` (NaN for words).
    Every token is kept as printed; a limit keeps its qualifier '<'. Which column a token could stand in otherwise
    is computed by ``placements``. Raises CaseDataError (file, line, column, found, expected) for any damage.
    """
    path = Path(path) if path else case.folder / "table1.csv"
    table = case.package.read("table1", path, check_hash=False)
    faults = list(_order(table, path, case))
    for line, row in table.iterrows():
        if row["parameter"] in case.parameters.index:
            faults += _row(line, row, path, case)
    raise_all(faults + list(_columns(table, path, case)))
    check_digest(path, case.package.resource("table1"), case.package.encoding)
    return table if case is LETTER else _in_one_unit(table, case)


def _in_one_unit(table, case):
    """Each token in the unit of its row, spelled alike, but where its cell prints another."""
    cells = [tokens.read(printed, case.tokens).unit for printed in table["printed"]]
    return table.assign(unit=[unit or case.parameters.unit[row] for unit, row in zip(cells, table["parameter"])])


def wide(table: pd.DataFrame, case: Case = LETTER) -> pd.DataFrame:
    """The printed tokens in a grid (15 parameters x 10 columns) at the placement ``table`` gives; '' for a blank."""
    grid = table.pivot(index="parameter", columns="column", values="printed")
    return grid.reindex(index=list(case.parameters.index), columns=list(case.columns)).fillna("")


def complete(table: pd.DataFrame, case: Case = LETTER) -> list[str]:
    """Names of the parameters whose values, one for each column, fix their columns."""
    return [p for p, rows in table.groupby("parameter", sort=False) if len(rows) == len(case.columns)]


def _order(table, path, case):
    """Faults: parameters in the table's order, each with its number of tokens, positions 1, 2, 3 …; tells the first."""
    cells = case.parameters["cells"]
    expected = [(p, n + 1) for p, number in cells.items() for n in range(number)]
    rows = list(zip(table["parameter"], table["position"], table.index))
    for (parameter, position), (p, n, line) in zip(expected, rows):
        if p != parameter:
            yield CaseDataError(path, line, "parameter", f"'{p}'", f"'{parameter}' (its token {position})",
                                f"one line too many or too few above, or rows out of the {case.whose} order: "
                                f"'{parameter}' has {cells[parameter]} tokens")
            return
        if n != position:
            yield CaseDataError(path, line, "position", n, position,
                                "put the tokens back in printed order, or restore the missing line")
            return
    if len(rows) != len(expected):
        yield CaseDataError(path, table.index[-1], None, f"{len(rows)} rows", f"{len(expected)} rows",
                            "restore the missing or delete the extra lines at the end")


def _row(line, row, path, case):
    """Faults of one token against its parameter: unit, form, number or word, range."""
    spec, name, printed = case.parameters.loc[row["parameter"]], row["parameter"], f"'{row['printed']}'"

    def fault(column, found, expected, remedy=""):
        return CaseDataError(path, line, column, found, expected, remedy)

    try:
        token = tokens.read(row["printed"], case.tokens)
    except tokens.Unread as error:
        yield unread(path, line, row["printed"], error)
        return
    unit = ucum(row["unit"])
    if unit not in (ucum(spec["printed_unit"]), token.unit or None):
        yield fault("unit", f"'{row['unit']}'", f"'{ucum(spec['printed_unit'])}' for {name}")
    if token.qualifier not in spec["qualifiers"].split():
        yield fault("printed", printed, f"a token of kind {spec['qualifiers']} in the row {name}",
                    f"correct the token, or add {token.qualifier} to the row's `qualifiers` in parameters.csv")
    if row["qualifier"] != token.qualifier:
        yield fault("qualifier", f"'{row['qualifier']}'", f"'{token.qualifier}', as printed ({printed})")
    if token.value is None and pd.notna(row["value"]):
        yield fault("value", row["value"], f"nothing, since {printed} is a word" if token.qualifier in tokens.MEANS else
                    f"nothing, since {printed} is no single number")
    if token.value is not None and row["value"] != token.value:
        yield fault("value", row["value"] if pd.notna(row["value"]) else "nothing",
                    f"{token.value}, as printed ({printed})")
    if token.value is not None and not token.unit and (token.value < spec["low"] or token.value > spec["high"]):
        yield fault("value", f"{token.value} {row['unit']}", f"{spec['low']:g} to {spec['high']:g}")


def unread(path: Path, line: int | None, printed: str, error: tokens.Unread) -> CaseDataError:
    """The fault of a token that no rule reads, with the remedy that is the right one."""
    if error.doubtful:
        return CaseDataError(path, line, "printed", f"'{printed}'", "a token of one meaning",
                             f"say what `{printed}` means, once: under `tokens` in datapackage.json, as not_done, "
                             "absent or present; or leave the cell empty")
    return CaseDataError(path, line, "printed", f"'{printed}'",
                         "a number, a limit such as <70, or a word such as Stop, +, – or Mild",
                         f"correct it, or name `{printed}` under `tokens` in datapackage.json, as a word")


def _columns(table, path, case):
    """Faults: columns rise along each row; 'printed' exactly where a row is complete, or everywhere if nothing else is
    allowed."""
    full = complete(table, case) if "reconstructed" in case.allowed("placement") else list(table["parameter"])
    for parameter, rows in table.groupby("parameter", sort=False):
        last, expected = -1, "printed" if parameter in full else "reconstructed"
        for line, row in rows.iterrows():
            here = case.columns.index(row["column"])
            if here <= last:
                yield CaseDataError(path, line, "column", f"'{row['column']}'", f"a column after {case.columns[last]}",
                                    "tokens keep their printed order")
            last = here
            if row["placement"] != expected:
                yield CaseDataError(path, line, "placement", f"'{row['placement']}'",
                                    f"'{expected}', since {parameter} has "
                                    f"{len(rows)} of {len(case.columns)} values")
