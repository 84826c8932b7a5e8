"""How fast a value falls between two columns of Table 1."""

from math import log

from .table1 import COLUMNS


def hours(gap=12):
    """Hours from column 1 to each column of Table 1, if ``gap`` hours lie between 3a and 3b.

    Nominal: one sampling a day at the same hour. A gap of 24 h means that the twin label '3. day' is a misprint, so
    that every later label moves by a day. Raises ValueError for a gap outside 0 … 24.
    """
    if not 0 <= gap <= 24:
        raise ValueError(f"gap of {gap} h between 3a and 3b: expected 0 to 24")
    shift = 24 if gap == 24 else 0
    days = (int(c.rstrip("ab")) - 1 for c in COLUMNS)
    return {c: 24 * d + (gap if c == "3b" else shift if d > 2 else 0) for c, d in zip(COLUMNS, days)}


def halving_time(first, last, elapsed):
    """Hours in which a value would halve, from ``first`` to ``last`` in ``elapsed`` hours.

    Raises ValueError unless the value falls and time passes.
    """
    if not 0 < last < first or elapsed <= 0:
        raise ValueError(f"from {first} to {last} in {elapsed} h: expected a fall in a positive time")
    return elapsed * log(2) / log(first / last)
