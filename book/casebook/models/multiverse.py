"""Every state of the switches: each set of rules with each reading of day 3; all placements of markers.

``placements`` says which placements fit a set of rules, ``ensemble`` counts them all. This module sums them up for all
512 sets and three readings: how many are left, where anakinra can start, how that lies to the first 30 mg/kg pulse,
which VIS values occur, and in what share of readings a laboratory marker was already below its peak before anakinra.
Shares are shares of placements under named rules, never probabilities.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np

from casebook.models import heart
from casebook.models.ensemble import FLOATING, VIS_STEP, ensemble
from casebook.models.marker_placements import marker_hits
from casebook.models.placements import (
    CORE,
    FIRST_CUT,
    FIRST_PULSE,
    INFUSIONS,
    READINGS,
    RULES,
    Placement,
    classes,
    day_of,
    placements,
)
from casebook.tables.table1 import COLUMNS, load

SETS = {"core": CORE, "all": tuple(RULES), "none": ()}


@dataclass(frozen=True)
class Summary:
    """What a state of the switches leaves. ``starts[p, a]``: placements with the first pulse in p, anakinra in a."""

    starts: np.ndarray
    cut_later: int
    "Placements with the first cut of an inotrope in a later column than anakinra."
    both_later: int
    "… and anakinra in a later column than the first pulse."
    peak: tuple[float, float] | None
    "Lowest and highest peak VIS; None where nothing is left."
    at_start: tuple[float, float] | None
    "Lowest and highest VIS in anakinra's first column."
    by_column: tuple[tuple[float, float] | None, ...]
    "Lowest and highest VIS in each column."

    @property
    def placements(self) -> int:
        """How many placements are left."""
        return int(self.starts.sum())

    @property
    def anakinra(self) -> np.ndarray:
        """Placements by anakinra's first column (0 …)."""
        return self.starts.sum(axis=0)

    def _sum(self, holds):
        return int(sum(n for (p, a), n in np.ndenumerate(self.starts) if holds(p, a)))

    @property
    def same_column(self) -> int:
        """Placements with the first pulse and the first anakinra in one column."""
        return self._sum(lambda p, a: p == a)

    @property
    def same_day(self) -> int:
        """Placements with both on one printed day."""
        return self._sum(lambda p, a: day_of(p) == day_of(a))

    @property
    def on_day_3(self) -> int:
        """Placements with anakinra's first column on printed day 3."""
        return self._sum(lambda p, a: day_of(a) == 2)

    @property
    def day_3_then_4(self) -> int:
        """Placements with the first pulse on day 3 and anakinra on day 4."""
        return self._sum(lambda p, a: day_of(p) == 2 and day_of(a) == 3)

    @property
    def anakinra_later(self) -> int:
        """Placements with anakinra in a later column than the first pulse."""
        return self._sum(lambda p, a: a > p)

    @property
    def anakinra_first(self) -> int:
        """Placements with anakinra in an earlier column than the first pulse."""
        return self._sum(lambda p, a: a < p)

    @property
    def columns(self) -> str:
        """Labels of the columns in which anakinra can start: '3a, 3b'."""
        return ", ".join(COLUMNS[a] for a in np.flatnonzero(self.anakinra)) or "none"

    def readings(self, marker: str, fall: str = "below", rounded: bool = False) -> tuple[int, int]:
        """(readings in which the marker was already that far below its peak before anakinra, all readings).

        A reading is one placement of the treatments with one of the marker's row. ``rounded``: only where it holds
        whatever rounding hid.
        """
        hits, every = marker_hits(marker, fall, len(self.starts), rounded)
        return int((self.anakinra * hits).sum()), self.placements * every

    def share(self, marker: str, fall: str = "below", rounded: bool = False) -> str:
        """``readings`` as text: '55 %'."""
        return percent(*self.readings(marker, fall, rounded))

    def of(self, what: str) -> str:
        """A count of this state as text with its share: '32 of 41 (78 %)'."""
        return f"{getattr(self, what):,} of {self.placements:,} ({percent(getattr(self, what), self.placements)})"


def summary(rules: Iterable[str] = CORE, reading: str = "two samplings", columns: int | None = None) -> Summary:
    """What is left under the named rules and reading. Raises KeyError for an unknown rule or reading."""
    rules, columns = set(rules), columns or len(COLUMNS)
    if rules - set(RULES) or reading not in READINGS:
        raise KeyError(f"unknown rule or reading in {sorted(rules)}, {reading!r}; known: "
                       f"{list(RULES)}, {list(READINGS)}")
    every = ensemble("one_run" in rules, reading, columns)
    wanted = sum(1 << bit for bit, name in enumerate(FLOATING) if name in rules)
    kept = np.flatnonzero((every.met & wanted) == wanted)
    starts = np.zeros((columns, columns), dtype=np.int64)
    np.add.at(starts, (every.pulse[kept], every.anakinra[kept]), every.weight[kept])
    later = kept[every.cut_later[kept]]
    both = later[every.anakinra[later] > every.pulse[later]]
    span = lambda low, high: (float(low.min()) * VIS_STEP, float(high.max()) * VIS_STEP) if len(kept) else None
    return Summary(starts, int(every.weight[later].sum()), int(every.weight[both].sum()),
                   span(every.peak_low[kept], every.peak_high[kept]), span(every.at_low[kept], every.at_high[kept]),
                   tuple(span(every.low[kept, c], every.high[kept, c]) for c in range(columns)))


def summary_of(listed: list[Placement]) -> Summary:
    """The same from single placements, as ``placements.placements`` lists them; also for a rule of one's own.

    ``listed``: dictionaries parameter -> column labels.
    """
    starts, cut_later, both_later = np.zeros((len(COLUMNS),) * 2, dtype=np.int64), 0, 0
    scores, at_start = [], []
    rates = {drug: (heart.vis_weights()[drug] * load().query("parameter == @drug")["value"].fillna(0)).tolist()
             for drug in INFUSIONS}
    for placement in listed:
        pulse, first = COLUMNS.index(placement["methylprednisolone"][FIRST_PULSE
                                                                     - 1]), COLUMNS.index(placement["anakinra"][0])
        cut = min(COLUMNS.index(placement[drug][FIRST_CUT[drug] - 1]) for drug in INFUSIONS)
        starts[pulse, first] += 1
        cut_later += cut > first
        both_later += cut > first > pulse
        scores.append([0.0] * len(COLUMNS))
        for drug in INFUSIONS:
            for column, rate in zip(placement[drug], rates[drug]):
                scores[-1][COLUMNS.index(column)] += rate
        at_start.append(scores[-1][first])
    span = lambda values: (float(np.min(values)), float(np.max(values))) if len(listed) else None
    peaks = [max(row) for row in scores]
    return Summary(starts, cut_later, both_later, span(peaks), span(at_start),
                   tuple(span([row[c] for row in scores]) for c in range(len(COLUMNS))))


@cache
def state(name: str = "core", without: str | None = None, reading: str = "two samplings") -> Summary:
    """``summary`` by name, as the texts ask for it: a set ('core', 'all', 'none'), less one rule, under a reading."""
    if without is not None and without not in SETS[name]:
        raise KeyError(f"{without!r} is no rule of {name}: {SETS[name]}")
    return summary(tuple(r for r in SETS[name] if r != without), reading)


def left_by(rule: Callable[[Placement], bool], rules: Iterable[str] = CORE,
            reading: str = "two samplings") -> list[Placement]:
    """Placements of the named rules for which ``rule``, a function of one placement, says yes."""
    return [p for p in placements(rules, reading) if rule(p)]


def before(first: str, second: str) -> bool:
    """True if column label ``first`` stands left of ``second``: before('3b', '13'). ValueError for an unknown label."""
    return COLUMNS.index(first) < COLUMNS.index(second)


def core_rules(label: str) -> int:
    """How many core rules carry a label: 'stated', 'told' or 'our reading'. KeyError for any other."""
    if label not in {r.label for r in RULES.values()}:
        raise KeyError(f"no rule is labelled {label!r}; labels: {sorted({r.label for r in RULES.values()})}")
    return sum(RULES[name].label == label for name in CORE)


def cut_in_column_of_anakinra(rules: Iterable[str] = CORE) -> str:
    """Placements whose first cut of an inotrope stands in anakinra's first column, as text: '32 of 41'."""
    left = classes(rules)
    cut = left[[f"{drug}_cut" for drug in INFUSIONS]].min(axis=1)
    return f"{left.weight[cut == left.anakinra].sum():,} of {left.weight.sum():,}"


def heaviest_class(reading: str = "one day, infusions too") -> int:
    """The largest number of placements that one line of ``placements.classes`` stands for, core rules."""
    return int(classes(CORE, reading).weight.max())


@cache
def example() -> Summary:
    """The exercise of Chapter 7 as a Summary: the core rules, and both doses of IVIG before the first pulse."""
    return summary_of(left_by(lambda p: before(p["IVIG"][-1], p["methylprednisolone"][FIRST_PULSE - 1])))


def percent(part: int, whole: int) -> str:
    """A share as text, rounded half up; never 0 or 100 % unless exactly so: '55 %', '<1 %', '>99 %', '–' of nothing."""
    if not whole:
        return "–"
    rounded = (200 * part + whole) // (2 * whole)
    if part and not rounded:
        return "<1 %"
    return ">99 %" if rounded == 100 and part < whole else f"{rounded} %"
