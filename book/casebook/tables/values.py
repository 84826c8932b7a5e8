"""What texts and charts quote from Table 1: a printed token, a ratio, a change, each once."""

import re
from collections.abc import Mapping
from functools import cache
from html import escape

import pandas as pd

from casebook.tables.resources import A_TEXT, OWN_CASE, CaseDataError
from casebook.tables.table1 import load
from casebook.tables.wording import signed, unit_text


@cache
def table() -> pd.DataFrame:
    """Table 1, loaded once."""
    return load()


@cache
def token(parameter: str, column: str) -> pd.Series:
    """The row of ``table()`` that stands in ``column`` in the reference placement; CaseDataError if there is none."""
    found = table()[(table()["parameter"] == parameter) & (table()["column"] == column)]
    if found.empty:
        raise CaseDataError(A_TEXT, None, None, f"no {parameter} in column {column}", "a value of the reference placement",
                            "correct the expression that asks for it")
    return found.iloc[0]


def anchor(row: Mapping | pd.Series) -> str:
    """Anchor of a token on the data-dictionary page: 'troponin-i-3'."""
    return f"{re.sub(r'[^a-z0-9]+', '-', row['parameter'].lower())}-{row['position']}"


def marked(row: Mapping | pd.Series, unit: bool = False) -> str:
    """A token as HTML that says whether its column is printed and, if it is one of Table 1, which entry of the data dictionary it is."""
    text = escape(row["printed"]) + (f"\N{NO-BREAK SPACE}{unit_text(row['unit'])}" if unit and row["unit"] else "")
    entry = "" if OWN_CASE else f' data-value="{anchor(row)}"'
    return f'<span data-placement="{row["placement"]}"{entry}>{text}</span>'


def printed(parameter: str, column: str, unit: bool = True) -> str:
    """The printed token of the reference placement, marked as printed or reconstructed in place; HTML."""
    return marked(token(parameter, column), unit)


def _value(parameter, column):
    row = token(parameter, column)
    if row["qualifier"] != "=":
        raise CaseDataError(A_TEXT, None, None, f"'{row['printed']}' for {parameter} in column {column}", "a measured number, since it is compared",
                            "correct the expression that asks for it")
    return row["value"]


def ratio(parameter: str, first: str, last: str) -> str:
    """Value in column ``last`` as a share of that in ``first``, two decimals."""
    return f"{_value(parameter, last) / _value(parameter, first):.2f}"


def change(parameter: str, first: str, last: str) -> str:
    """Change between two columns in per cent with its sign: '−27 %'."""
    return f"{signed(100 * (_value(parameter, last) / _value(parameter, first) - 1), 0)} %"
