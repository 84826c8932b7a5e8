"""How fast a value falls between two columns of Table 1, and how fast it can fall at most.

A half-life is a *speed limit*: with production at zero a value halves in that time, and nothing known makes it fall
faster. A step between two printed values breaks the limit if it needs more hours than lie between their columns,
sampling slack included. A limit of detection counts as its bound, so that what a step needs is 'at least'.
"""

from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import combinations
from math import exp, inf, log, log2

import pandas as pd

from casebook.models.placements import CORE, starts
from casebook.tables.table1 import COLUMNS, DAYS, load

HALF_LIVES = {"CRP": 19, "procalcitonin": 24, "ProBNP": 70 / 60, "troponin I": 240 / 60}
"""Hours in which a level halves without production, as the charts use them: CRP [vigushin1993], procalcitonin (a round
value inside the published 22.3 to 30 h) [meisner2000; meisner2001], ProBNP if it is NT-proBNP [err_bnp], troponin I
[kristensen2024]."""
PROCALCITONIN_RANGE = (22.3, 30.0)
"""Fast end (25th centile, first study), median of the second, normal kidneys, in hours [meisner2000; meisner2001]."""

PCT_READINGS: dict[str, dict] = {"as printed": {}, "41 read as 4.1": {41: 4.1}, "41 left out": {41: None}}
"""Readings of the flagged procalcitonin value; nothing is corrected in the data."""
GAPS = (0, 12, 24)
"""Hours between 3a and 3b that the chapter tries."""
SLACKS = (0, 6, 12)
"""Hours by which two samplings may lie further apart than their columns say."""


def hours(gap: float = 12) -> dict[str, float]:
    """Hours from column 1 to each column of Table 1, if ``gap`` hours lie between 3a and 3b.

    Nominal: one sampling a day at the same hour. A gap of 24 h means that the twin label '3. day' is a misprint, so
    that every later label moves by a day. Raises ValueError for a gap outside 0 … 24.
    """
    if not 0 <= gap <= 24:
        raise ValueError(f"gap of {gap} h between 3a and 3b: expected 0 to 24")
    shift = 24 if gap == 24 else 0
    return {c: 24 * (day - 1) + (gap if c == "3b" else shift if day > 3 else 0) for c, day in zip(COLUMNS, DAYS)}


def halving_time(first: float, last: float, elapsed: float) -> float:
    """Hours in which a value would halve, from ``first`` to ``last`` in ``elapsed`` hours.

    Raises ValueError unless the value falls and time passes.
    """
    if not 0 < last < first or elapsed <= 0:
        raise ValueError(f"from {first} to {last} in {elapsed} h: expected a fall in a positive time")
    return elapsed * log(2) / log(first / last)


def share_left(elapsed: float, half_life: float) -> float:
    """Share of a level that is left after ``elapsed`` hours if production stops: 0.5 ** (elapsed / half_life).

    Raises ValueError for a half-life that is not positive or a negative time.
    """
    if half_life <= 0 or elapsed < 0:
        raise ValueError(f"half-life {half_life} h, {elapsed} h elapsed: expected a positive "
                         "half-life and no negative time")
    return 0.5 ** (elapsed / half_life)


def min_hours(first: float, last: float, half_life: float) -> float:
    """Hours that a fall from ``first`` to ``last`` takes at least; 0 for a rise. ValueError unless both are > 0."""
    if min(first, last, half_life) <= 0:
        raise ValueError(f"from {first} to {last} at a half-life of {half_life} h: expected positive numbers")
    return max(0.0, half_life * log2(first / last))


@cache
def _row(parameter):
    return load().query("parameter == @parameter and qualifier in ['=', '<']")


def values(parameter: str, reading: str = "as printed") -> pd.DataFrame:
    """A laboratory row in printed order: printed, value, qualifier, position, column (reference), placement, flag.

    ``reading``, one of ``PCT_READINGS``, says what becomes of the flagged 41 of procalcitonin; a value read otherwise
    is 'printed' in its new form. Raises KeyError for a row without numbers or an unknown reading.
    """
    rows = _row(parameter)
    if rows.empty:
        raise KeyError(f"{parameter}: no row of numbers")
    changed = PCT_READINGS[reading]
    for number, meant in changed.items() if parameter == "procalcitonin" else ():
        if meant is None:
            rows = rows[rows["value"] != number]
        else:
            hit = rows["value"] == number
            rows = rows.assign(value=rows["value"].where(~hit, meant),
                               printed=rows["printed"].where(~hit, f"{meant:g}"))
    return rows.assign(printed=rows["printed"].str.replace(r"(?<=\.)\s", "", regex=True)).reset_index(drop=True)


def steps(parameter: str, gap: float = 12, columns: Iterable[str] | None = None, reading: str = "as printed",
          half_life: float | None = None) -> pd.DataFrame:
    """Every step between neighbouring values of a row, with what it needs and what it has.

    ``columns`` gives each value its column (default: the reference placement), ``half_life`` in hours (default: that of
    ``HALF_LIVES``). Returns one row per step: ``start``, ``end`` (columns), ``first``, ``last`` (as printed),
    ``elapsed`` (nominal hours), ``needed`` (hours at the speed limit, NaN if the step starts below a limit of
    detection), ``at_least`` (the step ends below one) and ``shortfall`` (needed less elapsed; negative: hours to
    spare).
    """
    rows, clock, half_life = values(parameter, reading), hours(gap), half_life or HALF_LIVES[parameter]
    columns = list(rows["column"] if columns is None else columns)
    listed = []
    for i in range(len(rows) - 1):
        a, b = rows.loc[i], rows.loc[i + 1]
        needed = float("nan") if a["qualifier"] == "<" else min_hours(a["value"], b["value"], half_life)
        elapsed = clock[columns[i + 1]] - clock[columns[i]]
        listed.append(dict(start=columns[i], end=columns[i + 1], first=a["printed"], last=b["printed"], elapsed=elapsed,
                           needed=needed, at_least=bool(b["qualifier"] == "<"), shortfall=needed - elapsed))
    return pd.DataFrame(listed)


def broken(table: pd.DataFrame, slack: float = 6) -> pd.DataFrame:
    """The steps of ``steps()`` that break their limit: more than ``slack`` hours short."""
    return table[table["shortfall"] > slack + 1e-9]


def worst_shortfalls(parameter: str, gap: float = 12, reading: str = "as printed",
                     half_life: float | None = None) -> dict[tuple[str, ...], float]:
    """Largest shortfall in hours of each placement of a row: {columns: hours}, over all placements in printed order."""
    rows, clock, half_life = values(parameter, reading), hours(gap), half_life or HALF_LIVES[parameter]
    measured = list(zip(rows["value"], rows["qualifier"]))
    needed = [-inf if q == "<" else min_hours(a, b, half_life) for (a, q), (b, _) in zip(measured, measured[1:])]
    return {columns: max(n - clock[b] + clock[a] for n, a, b in zip(needed, columns, columns[1:]))
            for columns in combinations(COLUMNS, len(rows))}


def unbroken_crp(gap: float = 12, slack: float = 6) -> list[str]:
    """Blank columns of the CRP placements that break no limit with ``slack`` hours: ['6']."""
    return [next(c for c in COLUMNS if c not in columns) for columns, worst in worst_shortfalls("CRP", gap).items()
            if worst <= slack + 1e-9]


def least_worst(reading: str = "as printed", half_life: float | None = None, gap: float = 12,
                parameter: str = "procalcitonin") -> float:
    """The worst shortfall of the placement that has the smallest one, in hours: no placement does better."""
    return min(worst_shortfalls(parameter, gap, reading, half_life).values())


def fall_before(parameter: str, column: str) -> tuple[float, bool]:
    """How far a complete row had fallen from its peak in the last sample before ``column``: (share lost, at least?).

    The share is 0 … 1 of the highest value seen so far. 'At least' if the last sample lies below a limit of detection.
    Raises ValueError for a row whose columns are not printed, and for column 1.
    """
    rows = values(parameter)
    seen = rows[[COLUMNS.index(c) < COLUMNS.index(column) for c in rows["column"]]]
    if len(rows) != len(COLUMNS) or seen.empty:
        raise ValueError(f"{parameter} before column {column}: expected a row with ten printed "
                         "columns and a column after the first")
    last = seen.iloc[-1]
    return float(1 - last["value"] / seen["value"].max()), bool(last["qualifier"] == "<")


def columns_of(parameter: str, position: int) -> dict[str, int]:
    """In which columns a value stands over all placements of its row in printed order: {column: placements}."""
    return dict(Counter(columns[position - 1] for columns in combinations(COLUMNS, len(values(parameter)))))


def first_doses(rules: Iterable[str] = CORE, reading: str = "two samplings") -> dict[str, int]:
    """Placements by anakinra's first column under named rules: {column: count}."""
    sums = starts(rules, reading).groupby("anakinra").sum()
    return {c: int(sums[c]) for c in COLUMNS if c in sums}


BEND = 1.5
"""A pace at least this many times faster (or slower) is called a bend here: a convention of the book."""


def probnp_pace(gap: float) -> dict[tuple[str, str], float]:
    """Halving times of ProBNP's falls from 3a to column 7, in hours: {(start, end): hours}.

    With a ``gap`` of 0 h no time passes from 3a to 3b; day 4 is then reached from either value, and 3a to 4 stands in
    its place.
    """
    clock, level = hours(gap), dict(zip(COLUMNS, values("ProBNP")["value"]))
    pairs = [("3a", "3b") if gap else ("3a", "4"), ("3b", "4"), ("4", "5"), ("5", "6"), ("6", "7")]
    return {(a, b): halving_time(level[a], level[b], clock[b] - clock[a]) for a, b in pairs}


def bend(gap: float) -> str:
    """Does ProBNP fall faster after day 4 than before it? 'no', 'yes', or 'either' if two values stand for one moment.

    The halving time of 3b to 4 (for a gap of 0 h also of 3a to 4) is compared with that of 4 to 5; see ``BEND``.
    """
    pace = probnp_pace(gap)
    before = [pace["3b", "4"]] + ([pace["3a", "4"]] if gap == 0 else [])
    answers = {hours_ / pace["4", "5"] >= BEND for hours_ in before}
    return "either" if len(answers) == 2 else "yes" if answers == {True} else "no"


def fading_level(day: float, turn: float = 5.0, pace: float = 1.2) -> float:
    """A made-up level that follows its production at once, while production fades smoothly around day ``turn``.

    1 / (1 + exp((day - turn) / pace)), a share of the first production. Nothing happens at any moment.
    """
    return 1 / (1 + exp((day - turn) / pace))


def two_slopes(day: float, span: float = 2.0) -> tuple[float, ...]:
    """Halving times in hours of ``fading_level`` over ``span`` days before ``day`` and over ``span`` days after it."""
    levels = [fading_level(day + d) for d in (-span, 0, span)]
    return tuple(halving_time(a, b, 24 * span) for a, b in zip(levels, levels[1:]))
