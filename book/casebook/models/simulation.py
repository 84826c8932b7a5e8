"""Two toys of a drug that does nothing, and one of a drug that plainly works. Everybody in them is imagined.

Regression to the mean: a stable state, a noisy reading, treatment of the extreme. Rescue: an illness that rises and
falls, and a drug given on a bad day. Each toy takes a seed and reports its Monte Carlo standard error.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import sqrt

import numpy as np

SEED = 10
CHILDREN = 100_000
HORIZON = 12
"""Last day on which the rescue drug may be started."""

COURSES = {"resolving": "rises and falls", "stable": "stable"}
MOMENTS = {"bad day": "on a bad day after a bad day", "same days": "same days, dealt out by lot",
           "days 3 to 5": "random, days 3 to 5", "days 3 to 12": "random, days 3 to 12"}
WAITS = {1: "24 h", 2: "48 h", 3: "72 h"}
NOISES = {0.15: "15 %", 0.0: "none", 0.3: "30 %"}


@dataclass(frozen=True)
class Share:
    """A share of ``of`` imagined children, 0 … 1."""

    value: float
    of: int

    @property
    def error(self) -> float:
        """Monte Carlo standard error: sqrt(p (1 - p) / n)."""
        return sqrt(self.value * (1 - self.value) / self.of)

    def __str__(self):
        # an error that rounds to 0.0 would say that there is none
        error = max(100 * self.error, 0.05) if 0 < self.value < 1 else 0
        return f"{100 * self.value:.1f} % (± {error:.1f})"


def _share(yes):
    return Share(float(np.mean(yes)), len(yes))


def extreme_readings(noise: float = 1.0, children: int = CHILDREN, seed: int = SEED) -> tuple[np.ndarray, np.ndarray]:
    """Two readings of a stable state: true value N(0, 1), reading error N(0, ``noise``); two arrays of ``children``."""
    rng = np.random.default_rng(seed)
    true, first, second = rng.standard_normal((3, children))
    return true + noise * first, true + noise * second


@dataclass(frozen=True)
class Extreme:
    """Outcome of treating every reading above a threshold with a drug that does nothing."""

    better: Share
    change: float
    change_error: float
    children: int


def treat_extremes(noise: float = 1.0, threshold: float = 1.5, children: int = CHILDREN, seed: int = SEED) -> Extreme:
    """Treat if the first reading exceeds ``threshold``; no effect. Share lower at the second, mean change, its SE.

    The mean change has the closed form -noise**2 / sd * phi(z) / (1 - Phi(z)) with sd = sqrt(1 + noise**2), z =
    threshold / sd.
    """
    first, second = extreme_readings(noise, children, seed)
    change = (second - first)[first > threshold]
    return Extreme(_share(change < 0), float(change.mean()), float(change.std(ddof=1) / sqrt(len(change))), children)


@lru_cache(maxsize=6)
def readings(course: str = "resolving", noise: float = 0.15, children: int = CHILDREN, seed: int = SEED) -> np.ndarray:
    """One reading a day: array (children, HORIZON + 3), column 0 is day 1.

    Severity A (t / tau) e^(1 - t / tau), or A on all days if ``course`` is stable; A log-normal (0, 0.3), peak day tau
    uniform 2 … 5, reading error log-normal (0, ``noise``). KeyError for an unknown course.
    """
    if course not in COURSES:
        raise KeyError(f"unknown course {course!r}; known: {list(COURSES)}")
    rng = np.random.default_rng(seed)
    top, peak = np.exp(rng.normal(0, 0.3, (children, 1))), rng.uniform(2, 5, (children, 1))
    day = np.arange(1, HORIZON + 4)
    severity = top * (day / peak * np.exp(1 - day / peak) if course == "resolving" else np.ones(day.shape))
    return severity * np.exp(noise * rng.standard_normal((children, len(day))))


def bad_days(read: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(who, day) of the rescues: from day 3 to HORIZON, the first of >= 0.8, as is the day before, not falling.

    ``who`` are rows of ``read``, ``day`` counts from 1.
    """
    now, before = read[:, 2:HORIZON], read[:, 1:HORIZON - 1]
    bad = (now >= 0.8) & (before >= 0.8) & (now >= before)
    who = np.flatnonzero(bad.any(axis=1))
    return who, bad[who].argmax(axis=1) + 3


@dataclass(frozen=True)
class Rescue:
    """Outcome of a rescue drug that does nothing."""

    better: Share
    much_better: Share
    changes: np.ndarray
    first_day: int
    last_day: int


def nothing_drug(course: str = "resolving", moment: str = "bad day", wait: int = 2, noise: float = 0.15,
                 children: int = CHILDREN, seed: int = SEED) -> Rescue:
    """Give a drug without effect at a ``moment`` and read again ``wait`` days later.

    ``moment``: 'bad day' (rule of ``bad_days``), 'same days' (the days of that rule, dealt out by lot among all
    children), 'days 3 to 5' or 'days 3 to 12' (uniform). Returns the shares with a lower reading and with one lower by
    30 % or more, the relative changes, and the window of days. KeyError for an unknown course or moment; ValueError for
    a wait that is not 1, 2 or 3 days.
    """
    if moment not in MOMENTS:
        raise KeyError(f"unknown moment {moment!r}; known: {list(MOMENTS)}")
    if wait not in WAITS:
        raise ValueError(f"wait of {wait} days: expected 1, 2 or 3")
    read = readings(course, noise, children, seed)
    lot = np.random.default_rng(seed + 1)
    who, day = bad_days(read)
    if moment == "same days":
        who, day = np.arange(children), lot.choice(day, children)
    elif moment != "bad day":
        who, day = np.arange(children), lot.integers(3, int(moment.split()[-1]) + 1, children)
    before, after = read[who, day - 1], read[who, day - 1 + wait]
    change = after / before - 1
    return Rescue(_share(change < 0), _share(change <= -0.3), change, int(day.min()), int(day.max()))


def states() -> list[tuple[str, str, int, float]]:
    """Every (course, moment, wait, noise) of the simulator, in the order of its controls."""
    return list(product(COURSES, MOMENTS, WAITS, NOISES))


def on_off(rate_off: float = 12.0, rate_on: float = 0.5, periods: int = 8, hours: int = 6,
           seed: int = SEED) -> tuple[np.ndarray,
np.ndarray, np.ndarray]:
    """Attacks an hour in a made-up patient: (hour, drug on?, count) arrays; Poisson, drug off, on, and so forth."""
    hour = np.arange(periods * hours)
    on = hour // hours % 2 == 1
    return hour, on, np.asarray(np.random.default_rng(seed).poisson(np.where(on, rate_on, rate_off)))


def one_rise_and_fall(start: int = 6, days: int = 16, peak: float = 5.0,
                      seed: int = SEED) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Readings of a made-up illness; a drug that does nothing is given on day ``start``: (day, on?, reading) arrays."""
    day = np.arange(1, days + 1)
    severity = 12 * day / peak * np.exp(1 - day / peak)
    return day, day > start, severity * np.exp(0.1 * np.random.default_rng(seed).standard_normal(days))


def rate_ratio(on: np.ndarray, count: np.ndarray) -> float:
    """Attacks an hour without the drug over those with it."""
    return float(count[~on].mean() / count[on].mean())


def all_by_chance(switches: int) -> float:
    """Chance that each of ``switches`` separate pairs of readings moves as hoped, with a drug that does nothing."""
    return 0.5 ** switches


def likelihood_ratio(if_works: float, if_not: float) -> float:
    """P(outcome | the drug works) / P(outcome | it does nothing)."""
    return if_works / if_not


def posterior(prior: float, if_works: float, if_not: float) -> float:
    """Belief that the drug works after seeing the outcome once; probabilities, 0 < ``if_not`` or ``if_works``."""
    return prior * if_works / (prior * if_works + (1 - prior) * if_not)
