"""Three values, as a case record needs them: True (met), False (not met), None (cannot tell). Kleene's logic.

A result is None only where the unknown parts could still change it.
"""

from collections.abc import Callable, Iterable

import pandas as pd

WORDS: dict[bool | None, str] = {True: "met", False: "not met", None: "cannot tell"}
SYMBOLS = {True: "✓", False: "✗", None: "?"}


def kleene_and(values: Iterable[bool | None]) -> bool | None:
    """True if all are True, False if any is False, else None. Raises ValueError for anything but True, False, None."""
    values = _three(values)
    return False if False in values else None if None in values else True


def kleene_or(values: Iterable[bool | None]) -> bool | None:
    """True if any is True, False if all are False, else None. Raises ValueError for anything but True, False, None."""
    values = _three(values)
    return True if True in values else None if None in values else False


def at_least(n: int, values: Iterable[bool | None]) -> bool | None:
    """True if ``n`` are certainly met, False if ``n`` cannot be reached any more, else None."""
    given = _three(values)
    sure = given.count(True)
    return True if sure >= n else False if sure + given.count(None) < n else None


def combine(rule: str, values: Iterable[bool | None]) -> bool | None:
    """One value for several, by a rule in words: 'all', 'any', 'at least 2', 'at least 3'."""
    return (kleene_and(values) if rule == "all" else kleene_or(values) if rule == "any"
            else at_least(int(rule.split()[-1]), values))


def truth_table(rule: Callable[[Iterable[bool | None]], bool | None]) -> pd.DataFrame:
    """What ``rule`` makes of every pair of values, in words (3 x 3): rows the first value, columns the second."""
    return pd.DataFrame({WORDS[b]: {WORDS[a]: WORDS[rule([a, b])] for a in WORDS} for b in WORDS})


def _three(values):
    values = list(values)
    for value in values:
        if value is not None and not isinstance(value, bool):
            raise ValueError(f"{value!r}: expected True, False or None")
    return values
