"""What texts and charts quote from the table of a case: a printed token, a ratio, a change, each once."""

import re
from collections.abc import Mapping
from functools import cache
from html import escape

import pandas as pd

from casebook.tables.case_folder import LETTER, Case
from casebook.tables.resources import A_TEXT, CaseDataError
from casebook.tables.table1 import load
from casebook.tables.wording import signed, unit_text


@cache
def table(case: Case = LETTER) -> pd.DataFrame:
    """The table of a case, loaded once."""
    return load(case=case)


@cache
def token(parameter: str, column: str, case: Case = LETTER) -> pd.Series:
    """The row of ``table`` that stands in ``column`` in the reference placement; CaseDataError if there is none."""
    rows = table(case)
    cells = rows[(rows["parameter"] == parameter) & (rows["column"] == column)]
    if cells.empty:
        raise CaseDataError(A_TEXT, None, None, f"no {parameter} in column {column}",
                            "a value of the reference placement",
                            "correct the expression that asks for it")
    return cells.iloc[0]


def anchor(row: Mapping | pd.Series) -> str:
    """Anchor of a token on the data-dictionary page: 'troponin-i-3'."""
    return f"{re.sub(r'[^a-z0-9]+', '-', row['parameter'].lower())}-{row['position']}"


def marked(row: Mapping | pd.Series, unit: bool = False, case: Case = LETTER) -> str:
    """A token as HTML that says whether its column is printed and, if it has one, which entry of the data dictionary
    it is."""
    text = escape(row["printed"]) + (f"\N{NO-BREAK SPACE}{escape(unit_text(row['unit']))}" if unit and row["unit"]
                                     else "")
    entry = f' data-value="{anchor(row)}"' if case.in_dictionary else ""
    return f'<span data-placement="{row["placement"]}"{entry}>{text}</span>'


def printed(parameter: str, column: str, unit: bool = True, case: Case = LETTER) -> str:
    """The printed token of the reference placement, marked as printed or reconstructed in place; HTML."""
    return marked(token(parameter, column, case), unit, case)


def _value(parameter, column, case=LETTER):
    row = token(parameter, column, case)
    if row["qualifier"] != "=":
        raise CaseDataError(A_TEXT, None, None, f"'{row['printed']}' for {parameter} in column {column}",
                            "a measured number, since it is compared",
                            "correct the expression that asks for it")
    return row["value"]


def _first(parameter, column, case):
    if (value := _value(parameter, column, case)) == 0:
        raise CaseDataError(A_TEXT, None, None, f"0 for {parameter} in column {column}",
                            "a number that others can be compared with",
                            "quote both values with printed() instead")
    return value


def ratio(parameter: str, first: str, last: str, case: Case = LETTER) -> str:
    """Value in column ``last`` as a share of that in ``first``, two decimals."""
    return f"{_value(parameter, last, case) / _first(parameter, first, case):.2f}"


def change(parameter: str, first: str, last: str, case: Case = LETTER) -> str:
    """Change between two columns in per cent with its sign: '−27 %'."""
    return f"{signed(100 * (_value(parameter, last, case) / _first(parameter, first, case) - 1), 0)} %"
