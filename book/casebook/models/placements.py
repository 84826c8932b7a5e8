"""Which column could each value stand in?

Our copy of Table 1 lost its blank cells. A *placement* puts the tokens of the six treatment rows into the ten columns,
in printed order. Nine rules, each with a switch, say which placements fit the letter; a reading says what the two
columns headed '3. day' are. Results are shares of placements under named rules, never probabilities.

Columns are counted 0 … 9 inside this module and named as in the table at its edge.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from math import comb, prod

import numpy as np
import pandas as pd

from casebook.tables.case_folder import LETTER, Case, Later

TREATMENTS = Later(lambda: LETTER.treatments)
"""The rows of the letter's table that are placed."""
INFUSIONS = Later(lambda: LETTER.infusions)
"""Those of them that are infusions."""
FIRST_CUT = LETTER.first_cut
"""Position of the first token below the one before it (Stop included)."""
FIRST_PULSE = 3
"""Position of the first 30 mg/kg in the methylprednisolone row."""

READINGS = {
    "two samplings": "3a and 3b are two columns like any other; runs are unbroken in columns.",
    "one day": "3a and 3b are one day: a drug given by the day has one cell there and runs unbroken in days; "
               "an infusion still runs unbroken in columns, so one that crosses day 3 has a cell in each.",
    "one day, infusions too": "As 'one day', and an infusion, too, may have just one cell on day 3.",
}


MOST = 200_000
"""Placements that are listed, at most: memory and a reader have limits."""


class TooMany(ValueError):
    """Too many to list, and how many there are."""

    def __init__(self, many: str) -> None:
        super().__init__(f"{many}, too many to list (at most {MOST:,}); count() counts them")


Placement = dict[str, tuple[str, ...]]
"""Where the tokens of some rows stand: parameter -> a column label for each token, in printed order."""


@dataclass(frozen=True)
class Rule:
    """A rule on the treatment rows: its name, what it says, the fact it rests on, its label, and its test.

    ``label`` is 'stated' (the letter says so), 'told' (the letter tells it in that order; no word of its sentence says
    when) or 'our reading'. ``holds`` maps a table as from ``classes`` to a Boolean per row; None for `one_run`, which
    limits the rows themselves. It must treat adrenaline and milrinone alike, and ask of the three cuts only what the
    earliest decides: ``ensemble`` keeps the two starts as the earlier and the later one, and one cut for all three. A
    test names a rule that asks for more, which the switches would miscount.
    """

    name: str
    says: str
    rests_on: str
    label: str
    holds: Callable | None


RULES = {r.name: r for r in (
    Rule("one_run", "A treatment row is one unbroken run of columns, 'Stop' included.",
         "No sentence of the letter; infusions and short courses are seldom interrupted.", "our reading", None),
    Rule("dobutamine_first", "Dobutamine starts in column 1.",
         "The letter begins dobutamine with the first echo.", "told", lambda t: t.dobutamine == 0),
    Rule("support_added", "Adrenaline and milrinone start after dobutamine.",
         "The letter says that they were added.", "stated",
         lambda t: (t.adrenaline > t.dobutamine) & (t.milrinone > t.dobutamine)),
    Rule("ivig_before_support", "IVIG starts no later than adrenaline and milrinone.",
         "The letter tells IVIG first, then the two.", "told",
         lambda t: (t.IVIG <= t.adrenaline) & (t.IVIG <= t.milrinone)),
    Rule("pulse_after_support", "The first 30 mg/kg is not before adrenaline and milrinone have both started.",
         "The letter tells the two first, then the pulse.", "told",
         lambda t: (t.pulse >= t.adrenaline) & (t.pulse >= t.milrinone)),
    Rule("anakinra_after_pulse", "Anakinra starts no earlier than the first 30 mg/kg.",
         "The letter tells the pulse first, then anakinra. Its “Thereafter” follows “steroid and IVIG "
         "treatments” and names no pulse.", "told",
         lambda t: t.anakinra >= t.pulse),
    Rule("support_until_anakinra", "No inotrope is reduced before anakinra's first column.",
         "The letter tells anakinra first, then less support. Its “After” is said of her cardiac functions.", "told",
         lambda t: (t.dobutamine_cut >= t.anakinra) & (t.adrenaline_cut >= t.anakinra)
         & (t.milrinone_cut >= t.anakinra)),
    Rule("no_repeat_on_day_3", "The same daily dose of anakinra, pulse or IVIG does not stand in both 3a and 3b.",
         "No sentence of the letter; a daily dose is usually given once a day. A convention.", "our reading",
         lambda t: ~(t.anakinra_twice | t.pulse_twice | t.IVIG_twice)),
    Rule("ivig_not_first_day", "IVIG starts after column 1.",
         "The letter tells IVIG after a lack of improvement.", "told", lambda t: t.IVIG > 0),
)}
CORE = tuple(RULES)[:7]
"""The seven rules the finding rests on; the last two of RULES only pick one reference placement."""
CASES_OWN = ("one_run",)
"""The rule that another case has; the other eight rest on the letter."""


def admissible(parameter: str, position: int, case: Case = LETTER) -> tuple[str, ...]:
    """Columns in which a token could stand by printed order alone: token j of k lies, in ten columns, in j … 10-k+j.

    Raises ValueError for a position that the row does not have.
    """
    cells = int(case.parameters.cells[parameter])
    if not 1 <= position <= cells:
        raise ValueError(f"{parameter} has positions 1 to {cells}, not {position}")
    return case.columns[position - 1:len(case.columns) - cells + position]


@cache
def row_placements(parameter: str, unbroken: bool = True, reading: str = "two samplings",
                   columns: int | None = None, case: Case = LETTER) -> tuple[tuple[int, ...], ...]:
    """All column tuples (0 … 9) the tokens of one treatment row could stand in, in printed order.

    ``columns``, if more than the table has, asks what a longer one would hold; its further columns are days of their
    own.
    """
    if reading not in READINGS:
        raise KeyError(f"unknown reading {reading!r}; known: {sorted(READINGS)}")
    cells, columns = int(case.parameters.cells[parameter]), columns or len(case.columns)
    if (many := _row_count(parameter, unbroken, reading, columns, case)) > MOST:
        raise TooMany(f"{parameter} could stand in {many:,} ways")
    every = _runs(cells, columns, case) if unbroken else combinations(range(columns), cells)
    return tuple(c for c in every if _row_allowed(c, parameter not in case.infusions, unbroken, reading, case))


def _row_count(parameter, unbroken, reading, columns, case):
    """How many ``row_placements`` has, or for unbroken runs a little more: an exact integer, without listing them."""
    cells, sizes = int(case.parameters.cells[parameter]), Counter(day_of(c, case) for c in range(columns))
    days = [sizes[day] for day in sorted(sizes)]
    if unbroken:
        return columns - cells + 1 + sum(prod(days[n:n + cells]) for n in range(len(days) - cells + 1))
    if reading == "two samplings" or parameter in case.infusions:
        return comb(columns, cells)
    ways = [1] + [0] * cells                                # of choosing 0, 1, 2 … columns, at most one a day
    for size in days:
        ways = [n + size * before for n, before in zip(ways, [0, *ways])]
    return ways[cells]


def _runs(cells, columns, case):
    """Columns of each run that is unbroken in columns or in days, in the order of ``combinations``."""
    of_day: dict[int, list[int]] = {}
    for column, day in enumerate(day_of(c, case) for c in range(columns)):
        of_day.setdefault(day, []).append(column)
    runs = {tuple(range(first, first + cells)) for first in range(columns - cells + 1)}
    for first in range(len(of_day) - cells + 1):
        runs |= set(product(*(of_day[day] for day in range(first, first + cells))))
    return sorted(runs)


def _row_allowed(columns, daily, unbroken, reading, case=LETTER):
    in_columns = columns[-1] - columns[0] == len(columns) - 1
    days = [day_of(c, case) for c in columns]
    on_both = len(set(days)) < len(days)
    in_days = not on_both and days[-1] - days[0] == len(days) - 1
    if reading == "two samplings":
        return in_columns or not unbroken
    if daily:
        return in_days if unbroken else not on_both
    if reading == "one day":
        return in_columns or not unbroken
    return in_columns or in_days or not unbroken


def day_of(column: int, case: Case = LETTER) -> int:
    """Printed day, counted 0 …, of a column 0 …: 3a and 3b share one; each column beyond the table is a day."""
    order = case.day_order
    return order[column] if column < len(order) else order[-1] + 1 + column - len(order)


def _twice(columns, case):
    """Whether two of these columns are one day, as 3a and 3b are."""
    return len({day_of(c, case) for c in columns}) < len(columns)


def row_features(parameter: str, unbroken: bool = True, reading: str = "two samplings", columns: int | None = None,
                 case: Case = LETTER) -> pd.DataFrame:
    """What the rules ask about one row, with the number of row placements (`weight`) that share the answer.

    Returns a table with one row per answer: first column and column of the first cut of an infusion; first 30 mg/kg
    of methylprednisolone, or first dose of IVIG and anakinra, and whether that dose stands in both 3a and 3b.
    """
    counts = Counter()
    for places in row_placements(parameter, unbroken, reading, columns, case):
        if parameter in case.first_cut:
            counts[places[0], places[case.first_cut[parameter] - 1]] += 1
        elif parameter == case.pulsed:
            pulses = places[FIRST_PULSE - 1:FIRST_PULSE + 2]
            counts[pulses[0], _twice(pulses, case)] += 1
        else:
            counts[places[0], _twice(places, case)] += 1
    names = {case.pulsed: ("pulse", "pulse_twice")}.get(
        parameter, (parameter, f"{parameter}_{'cut' if parameter in case.first_cut else 'twice'}"))
    table = pd.DataFrame(list(counts), columns=list(names))
    return table.assign(weight=np.array(list(counts.values()), dtype="int64"))


@cache
def _unfiltered(unbroken, reading, case):
    table = pd.DataFrame({"weight": [1]})
    for parameter in case.treatments:
        row = row_features(parameter, unbroken, reading, case=case)
        table = table.merge(row, how="cross", suffixes=("", "_row"))
        table["weight"] *= table.pop("weight_row")
    return table


def _named(rules, case):
    return tuple(rules) if rules is not None else CORE if case.letters_rules else CASES_OWN


def _known(rules, reading, case):
    """The names of rules, with the default; KeyError for one that the case doesn't have, or for an unknown reading."""
    rules, known = _named(rules, case), tuple(RULES) if case.letters_rules else CASES_OWN
    if unknown := set(rules) - set(known) or {reading} - set(READINGS):
        raise KeyError(f"unknown rule or reading: {sorted(unknown)}; known: {sorted(known) + sorted(READINGS)}")
    return rules


def classes(rules: Iterable[str] | None = None, reading: str = "two samplings", case: Case = LETTER) -> pd.DataFrame:
    """Placements left by the named rules (default: core, or ``CASES_OWN`` of another case), grouped by what they see.

    Returns a table with one row per class: first columns (0 … 9) of dobutamine, adrenaline, milrinone, IVIG, the first
    30 mg/kg (`pulse`) and anakinra; columns of the first cuts; whether a daily dose stands in both 3a and 3b; and
    `weight`, the number of placements in the class. Raises KeyError for an unknown rule or reading.
    """
    rules = _known(rules, reading, case)
    table = _unfiltered("one_run" in rules, reading, case)
    for name in rules:
        holds = RULES[name].holds
        if holds is not None:
            table = table[holds(table)]
    return table


def count(rules: Iterable[str] | None = None, reading: str = "two samplings", case: Case = LETTER) -> int:
    """Number of placements left by the named rules, exact however large."""
    if not case.letters_rules:                              # nothing binds its rows to each other
        unbroken = "one_run" in _known(rules, reading, case)
        return prod(len(row_placements(t, True, reading, case=case)) if unbroken
                    else _row_count(t, False, reading, len(case.columns), case) for t in case.treatments)
    return int(classes(rules, reading, case).weight.sum())


def starts(rules: Iterable[str] = CORE, reading: str = "two samplings") -> pd.Series:
    """How many placements put the first pulse and the first anakinra dose where: Series by (pulse, anakinra) column."""
    left = classes(rules, reading)
    sums = left.groupby(["pulse", "anakinra"])["weight"].sum()
    sums.index = pd.MultiIndex.from_tuples([(LETTER.columns[p], LETTER.columns[a]) for p, a in sums.index],
                                           names=sums.index.names)
    return sums


def shared(sums: pd.Series) -> tuple[int, int, int]:
    """Of the placements in ``starts()``: (all, first pulse and anakinra on one printed day, in one column)."""
    day = dict(zip(LETTER.columns, LETTER.days))
    same_day = sum(n for (p, a), n in sums.items() if day[p] == day[a])
    same_column = sum(n for (p, a), n in sums.items() if p == a)
    return int(sums.sum()), int(same_day), int(same_column)


def placements(rules: Iterable[str] | None = None, reading: str = "two samplings",
               case: Case = LETTER) -> list[Placement]:
    """Every single placement under the named rules, which must include `one_run`.

    Returns a list of dictionaries parameter -> tuple of column labels. Raises ValueError without `one_run`: the
    placements are then too many to list, though ``count`` still counts them.
    """
    rules = _named(rules, case)
    if "one_run" not in rules:
        raise ValueError("without one_run there are billions of placements: use count() or starts()")
    if (many := count(rules, reading, case)) > MOST:
        raise TooMany(f"there are {many:,} placements")
    left = classes(rules, reading, case)
    listed = []
    for row in left.to_dict("records"):
        choices = [[c for c in row_placements(p, True, reading, case=case) if _fits(p, c, row, case)]
                   for p in case.treatments]
        listed += [{p: tuple(case.columns[i] for i in c) for p, c in zip(case.treatments, rows)}
                   for rows in product(*choices)]
    return listed


def _fits(parameter, columns, row, case):
    if parameter in case.first_cut:
        return columns[0] == row[parameter] and columns[case.first_cut[parameter] - 1] == row[f"{parameter}_cut"]
    if parameter == case.pulsed:
        pulses = columns[FIRST_PULSE - 1:FIRST_PULSE + 2]
        return pulses[0] == row["pulse"] and _twice(pulses, case) == row["pulse_twice"]
    return columns[0] == row[parameter] and _twice(columns, case) == row[f"{parameter}_twice"]
