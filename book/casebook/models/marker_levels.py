"""ProBNP and troponin beside published levels: limits by age and by assay, units, what rounding hides."""

from functools import cache
from math import log10
from typing import TypeVar

import pandas as pd

from casebook.tables.resources import read_resource

DAYS_A_YEAR = 365.25
Level = TypeVar("Level", float, pd.Series)
"""One level, or a column of them."""


@cache
def levels() -> pd.DataFrame:
    """Published levels of the two markers (data/marker_levels.csv), for orientation; none is this laboratory's own."""
    return read_resource("marker_levels")


def nt_probnp_limit(age_years: float, z: float = 1.96) -> float:
    """NT-proBNP in ng/L at a Zlog: 1.96 is the 97.5th centile of healthy children of that age, 0 the median [palm2020].

    Solved for x from Zlog = 3.92 (log x + 0.512 log t - 3.417) / (1.489 + 0.014 log t), t in days. The abstract writes
    "log"; base 10 is this book's reading, since a natural logarithm would put the upper limit of an 8-year-old near 1
    ng/L.
    """
    t = log10(DAYS_A_YEAR * age_years)
    return 10 ** (z * (1.489 + 0.014 * t) / 3.92 - 0.512 * t + 3.417)


def ng_per_l(ug_per_l: Level) -> Level:
    """A troponin in ug/L as ng/L."""
    return 1000 * ug_per_l


def rounded_fall(first: float, last: float, step: float) -> tuple[float, float]:
    """Least and greatest fall in % between two values printed in steps of ``step``: 0.07, 0.03, 0.01 -> (46, 67)."""
    half = step / 2
    return 100 * (1 - (last + half) / (first - half)), 100 * (1 - (last - half) / (first + half))


def against_limits(tokens: pd.DataFrame) -> pd.DataFrame:
    """Troponin tokens against the 99th centile of each assay in ``levels()``: DataFrame, one row a token.

    ``tokens`` are rows of Table 1 (value in ug/L, qualifier). A value is 'above' or 'below'; one under a detection
    limit is 'below' where that limit lies at or under the assay's, else 'cannot say'.
    """
    limits = levels().query("marker == 'troponin I' and statistic == '99th centile'").set_index("assay")["value"]
    rows = []
    for token in tokens.itertuples():
        level = ng_per_l(token.value)
        answers = {assay: _against(level, token.qualifier, limit) for assay, limit in limits.items()}
        rows.append({"printed": token.printed, "ng/L": f"{'<' if token.qualifier == '<' else ''}{level:g}", **answers})
    return pd.DataFrame(rows).drop_duplicates(ignore_index=True)


def _against(level, qualifier, limit):
    if qualifier == "<":
        return "below" if level <= limit else "cannot say"
    return "above" if level > limit else "below"
