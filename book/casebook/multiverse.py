"""Every state of the switches: each set of rules with each reading of the twin column, and all placements of the markers.

``placements`` says which placements fit a set of rules. This module sums them up for all 512 sets and three readings: how many
are left, where anakinra can start, how that lies to the first 30 mg/kg pulse, which VIS values occur, and in what share of
readings a laboratory marker was already below its peak before anakinra. Nothing is sampled: placements that the rules cannot
tell apart are counted together, markers are enumerated. Shares are shares of placements under named rules, never probabilities.
``casebook.cost`` measures what that takes.
"""

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pandas as pd

from . import heart
from .placements import CORE, FIRST_CUT, FIRST_PULSE, INFUSIONS, READINGS, RULES, classes, placements, row_features, row_placements
from .table1 import COLUMNS, load

FLOATING = tuple(RULES)[1:]
"""Rules on several rows; `one_run`, the first of RULES, limits single rows."""
VIS_STEP = 1.25
"""Every infusion rate of Table 1, weighted, is a whole multiple of this VIS; whole numbers keep the arrays small."""
MARKERS: dict[str, tuple] = {
    "troponin I": ("troponin I", {}), "ProBNP": ("ProBNP", {}), "CRP": ("CRP", {}),
    "procalcitonin, as printed": ("procalcitonin", {}),
    "procalcitonin, 41 read as 4.1": ("procalcitonin", {41: 4.1}),
    "procalcitonin, 41 left out": ("procalcitonin", {41: None}),
}
"""Laboratory markers: row of Table 1, and printed values that are read otherwise (None: left out)."""
FALLS = {"below": 0, "by more than 10 %": 10, "more than halved": 50}
"""How far below its peak, in per cent of the peak."""
SETS = {"core": CORE, "all": tuple(RULES), "none": ()}


# ---- how many placements ----

def _infusion(drug, unbroken, reading, columns):
    """One infusion row, by class (first column, column of the first cut).

    Returns start, cut and weight (classes); lowest and highest part of VIS in each column (classes x columns); the
    different dose vectors (vectors x columns) sorted by class, and where each class begins among them.
    """
    cells = np.array(row_placements(drug, unbroken, reading, columns))
    rates = load().query("parameter == @drug")["value"].fillna(0).to_numpy() * heart.VIS_WEIGHTS[drug] / VIS_STEP
    if not np.allclose(rates, rates.round()):
        raise ValueError(f"{drug}: a rate is no multiple of {VIS_STEP} VIS")
    vectors = np.zeros((len(cells), columns), dtype=np.uint8)
    vectors[np.arange(len(cells))[:, None], cells] = rates.round().astype(np.uint8)
    keys, weight = np.unique(cells[:, 0] * columns + cells[:, FIRST_CUT[drug] - 1], return_counts=True)
    different = np.unique(np.column_stack([cells[:, 0], cells[:, FIRST_CUT[drug] - 1], vectors]), axis=0)
    begins = np.searchsorted(different[:, 0] * columns + different[:, 1], keys)
    different = different[:, 2:].astype(np.uint8)
    return SimpleNamespace(start=keys // columns, cut=keys % columns, weight=weight, vectors=different, begins=begins,
                           low=np.minimum.reduceat(different, begins), high=np.maximum.reduceat(different, begins))


def _lowest_peaks(dobutamine, adrenaline, milrinone):
    """Lowest peak VIS for each class of the three rows: every combination of their dose vectors is tried."""
    pairs = np.ascontiguousarray((adrenaline.vectors[:, None] + milrinone.vectors[None]).transpose(2, 0, 1))
    lowest = np.full((len(dobutamine.start), len(adrenaline.start), len(milrinone.start)), 255, dtype=np.uint8)
    classes = np.searchsorted(dobutamine.begins, np.arange(len(dobutamine.vectors)), side="right") - 1
    for doses, which in zip(dobutamine.vectors, classes):
        peak = pairs[0] + doses[0]
        for column, dose in zip(pairs[1:], doses[1:]):
            np.maximum(peak, column + dose, out=peak)
        by_class = np.minimum.reduceat(np.minimum.reduceat(peak, adrenaline.begins), milrinone.begins, axis=1)
        np.minimum(lowest[which], by_class, out=lowest[which])
    return lowest


def _merge(keys, weight, lows, highs):
    """Rows with equal keys become one: weights added, lows and highs (lists of arrays) at their extremes."""
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    begins = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    return (keys[begins], np.add.reduceat(weight[order], begins), [np.minimum.reduceat(v[order], begins) for v in lows],
            [np.maximum.reduceat(v[order], begins) for v in highs])


def _support(unbroken, reading, columns):
    """The three infusions together, grouped by what the rules compare.

    That is: first column of dobutamine, the earlier and the later start of adrenaline and milrinone (the rules treat the two
    alike), and the earliest cut.
    """
    rows = [_infusion(drug, unbroken, reading, columns) for drug in INFUSIONS]
    d, a, m = np.meshgrid(*(np.arange(len(r.start)) for r in rows), indexing="ij")
    dob, adr, mil = rows
    early, late = np.minimum(adr.start[a], mil.start[m]), np.maximum(adr.start[a], mil.start[m])
    cut = np.minimum(np.minimum(dob.cut[d], adr.cut[a]), mil.cut[m])
    key = ((dob.start[d] * columns + early) * columns + late) * columns + cut
    low, high = (getattr(dob, v)[d] + getattr(adr, v)[a] + getattr(mil, v)[m] for v in ("low", "high"))
    weight = dob.weight[d] * adr.weight[a] * mil.weight[m]
    flat = lambda v: v.reshape(-1, columns)
    keys, weight, lows, highs = _merge(key.ravel(), weight.ravel(), [flat(low), _lowest_peaks(*rows).ravel()],
                                       [flat(high), high.max(axis=-1).ravel()])
    return SimpleNamespace(dobutamine=keys // columns**3, early=keys // columns**2 % columns, late=keys // columns % columns,
                           cut=keys % columns, weight=weight, low=lows[0], peak_low=lows[1], high=highs[0], peak_high=highs[1])


@cache
def ensemble(unbroken=True, reading="two samplings", columns=len(COLUMNS)):
    """All placements without the rules on several rows, in groups that no rule and no result tells apart.

    Arrays, one entry per group: `met` (bit i set: rule FLOATING[i] holds), `pulse`, `anakinra` (columns 0 …), `cut_later` (the
    first cut of an inotrope stands in a later column than anakinra), `weight` (placements), and VIS in steps of VIS_STEP:
    `low` and `high` by column, lowest and highest `peak`, and `at_low`, `at_high` in anakinra's first column.
    """
    if reading != "two samplings" and not unbroken:
        reading = "one day"                                         # infusions are free in either case
    support = _support(unbroken, reading, columns)
    ivig, steroid, drug = (row_features(p, unbroken, reading, columns) for p in ("IVIG", "methylprednisolone", "anakinra"))
    shape = (len(support.cut), len(ivig))
    weight = (support.weight[:, None] * ivig.weight.to_numpy()).ravel()
    index = np.repeat(np.arange(shape[0]), shape[1])
    met, groups = np.empty(shape, dtype=np.int32), []
    for pulse in steroid.itertuples():
        for first in drug.itertuples():
            rows = SimpleNamespace(
                dobutamine=support.dobutamine[:, None], adrenaline=support.early[:, None], milrinone=support.late[:, None],
                dobutamine_cut=support.cut[:, None], adrenaline_cut=support.cut[:, None], milrinone_cut=support.cut[:, None],
                IVIG=ivig.IVIG.to_numpy(), IVIG_twice=ivig.IVIG_twice.to_numpy(), pulse=np.int64(pulse.pulse),
                pulse_twice=np.bool_(pulse.pulse_twice), anakinra=np.int64(first.anakinra), anakinra_twice=np.bool_(first.anakinra_twice))
            met[:] = 0
            for bit, name in enumerate(FLOATING):
                met |= np.asarray(RULES[name].holds(rows)).astype(np.int32) << bit     # type: ignore[misc]  # every floating rule has a test
            later = (support.cut > first.anakinra)[:, None]
            lows, highs = [support.low[index], support.peak_low[index]], [support.high[index], support.peak_high[index]]
            keys, sums, lows, highs = _merge((2 * met + later).ravel(), weight * (pulse.weight * first.weight), lows, highs)
            groups.append((keys // 2, np.full(len(keys), pulse.pulse), np.full(len(keys), first.anakinra), keys % 2 == 1, sums,
                           lows[0], highs[0], lows[1], highs[1], lows[0][:, first.anakinra], highs[0][:, first.anakinra]))
    names = "met pulse anakinra cut_later weight low high peak_low peak_high at_low at_high".split()
    return SimpleNamespace(**{name: np.concatenate(parts) for name, parts in zip(names, zip(*groups))})


@dataclass(frozen=True)
class Summary:
    """What one state of the switches leaves. ``starts[p, a]``: placements with the first pulse in column p, anakinra in a."""

    starts: np.ndarray
    cut_later: int
    "Placements with the first cut of an inotrope in a later column than anakinra."
    both_later: int
    "… and anakinra in a later column than the first pulse."
    peak: tuple
    "Lowest and highest peak VIS; None where nothing is left."
    at_start: tuple
    "Lowest and highest VIS in anakinra's first column."
    by_column: tuple
    "Lowest and highest VIS in each column."

    @property
    def placements(self):
        """How many placements are left."""
        return int(self.starts.sum())

    @property
    def anakinra(self):
        """Placements by anakinra's first column (0 …)."""
        return self.starts.sum(axis=0)

    def _sum(self, holds):
        return int(sum(n for (p, a), n in np.ndenumerate(self.starts) if holds(p, a)))

    @property
    def same_column(self):
        """Placements with the first pulse and the first anakinra in one column."""
        return self._sum(lambda p, a: p == a)

    @property
    def same_day(self):
        """Placements with both on one printed day."""
        return self._sum(lambda p, a: _day(p) == _day(a))

    @property
    def on_day_3(self):
        """Placements with anakinra's first column on printed day 3."""
        return self._sum(lambda p, a: _day(a) == 2)

    @property
    def day_3_then_4(self):
        """Placements with the first pulse on day 3 and anakinra on day 4."""
        return self._sum(lambda p, a: _day(p) == 2 and _day(a) == 3)

    @property
    def anakinra_later(self):
        """Placements with anakinra in a later column than the first pulse."""
        return self._sum(lambda p, a: a > p)

    @property
    def anakinra_first(self):
        """Placements with anakinra in an earlier column than the first pulse."""
        return self._sum(lambda p, a: a < p)

    @property
    def columns(self):
        """Labels of the columns in which anakinra can start: '3a, 3b'."""
        return ", ".join(COLUMNS[a] for a in np.flatnonzero(self.anakinra)) or "none"

    def readings(self, marker, fall="below"):
        """(readings in which the marker was already that far below its peak before anakinra, all readings).

        A reading is one placement of the treatments with one of the marker's row.
        """
        hits, every = marker_hits(marker, fall, len(self.starts))
        return int((self.anakinra * hits).sum()), self.placements * every

    def share(self, marker, fall="below"):
        """``readings`` as text: '55 %'."""
        return percent(*self.readings(marker, fall))

    def of(self, what):
        """A count of this state as text with its share: '32 of 41 (78 %)'."""
        return f"{getattr(self, what):,} of {self.placements:,} ({percent(getattr(self, what), self.placements)})"


def _day(column):
    return column - (column > COLUMNS.index("3a"))


def summary(rules=CORE, reading="two samplings", columns=len(COLUMNS)):
    """What is left under the named rules and reading. Raises KeyError for an unknown rule or reading."""
    rules = set(rules)
    if rules - set(RULES) or reading not in READINGS:
        raise KeyError(f"unknown rule or reading in {sorted(rules)}, {reading!r}; known: {list(RULES)}, {list(READINGS)}")
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


def summary_of(listed):
    """The same from single placements, as ``placements.placements`` lists them; also for a rule of one's own.

    ``listed``: dictionaries parameter -> column labels.
    """
    starts, cut_later, both_later = np.zeros((len(COLUMNS),) * 2, dtype=np.int64), 0, 0
    scores, at_start = [], []
    rates = {drug: (heart.VIS_WEIGHTS[drug] * load().query("parameter == @drug")["value"].fillna(0)).tolist() for drug in INFUSIONS}
    for placement in listed:
        pulse, first = COLUMNS.index(placement["methylprednisolone"][FIRST_PULSE - 1]), COLUMNS.index(placement["anakinra"][0])
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
def state(name="core", without=None, reading="two samplings"):
    """``summary`` by name, as the texts ask for it: a set ('core', 'all', 'none'), less one rule, under a reading."""
    if without is not None and without not in SETS[name]:
        raise KeyError(f"{without!r} is no rule of {name}: {SETS[name]}")
    return summary(tuple(r for r in SETS[name] if r != without), reading)


def left_by(rule, rules=CORE, reading="two samplings"):
    """Placements of the named rules for which ``rule``, a function of one placement, says yes."""
    return [p for p in placements(rules, reading) if rule(p)]


def before(first, second):
    """True if column label ``first`` stands left of ``second``: before('3b', '13'). Raises ValueError for an unknown label."""
    return COLUMNS.index(first) < COLUMNS.index(second)


# ---- the laboratory markers ----

def marker_values(marker):
    """Values of a marker's row in printed order; a limit counts as its bound, so that 'below' is certain."""
    row, read_as = MARKERS[marker]
    values = [read_as.get(v, v) for v in load().query("parameter == @row")["value"]]
    return [float(v) for v in values if v is not None]


def already(values, fall):
    """For 0, 1, … samples seen: has the row's highest value been seen, and is the last sample that far below it?"""
    peak, limit = max(values), max(values) * (1 - FALLS[fall] / 100)
    return np.array([n > 0 and peak in values[:n] and values[n - 1] < limit for n in range(len(values) + 1)])


@cache
def marker_hits(marker, fall="below", columns=len(COLUMNS)):
    """(hits, all): of all placements of the row in printed order, those with the marker already that far below its peak in the
    last sample before anakinra's first column, for each such column 0 … (array), and their number. Enumerated.
    """
    values = marker_values(marker)
    cells = np.array(list(combinations(range(columns), len(values))), dtype=np.int8)
    seen = already(values, fall)
    return np.array([int(seen[(cells < first).sum(axis=1)].sum()) for first in range(columns)]), len(cells)


@cache
def echo_hits(limit=60, columns=len(COLUMNS)):
    """As ``marker_hits``, for an EF of at least ``limit`` % recorded before anakinra; the first echo stands in column 1."""
    values = load().query("parameter == 'EF'")["value"].tolist()
    cells = [(0, *rest) for rest in combinations(range(1, columns), len(values) - 1)]
    reached = [next(c for c, v in zip(row, values) if v >= limit) for row in cells]
    return np.array([sum(c < first for c in reached) for first in range(columns)]), len(cells)


def percent(part, whole):
    """A share as text, rounded half up; never 0 or 100 % unless exactly so: '55 %', '<1 %', '>99 %', '–' of nothing."""
    if not whole:
        return "–"
    rounded = (200 * part + whole) // (2 * whole)
    if part and not rounded:
        return "<1 %"
    return ">99 %" if rounded == 100 and part < whole else f"{rounded} %"


# ---- tables for the chapter ----

def rules():
    """The nine rules as a table of words."""
    return pd.DataFrame([(r.name, r.label, r.says, r.rests_on) for r in RULES.values()], columns=["Rule", "Label", "It says", "It rests on"])


def funnel():
    """Placements left as the rules are added in order: rule, label, placements, first anakinra columns."""
    names = tuple(RULES)
    states = [summary(names[:n]) for n in range(1, len(names) + 1)]
    return pd.DataFrame({"rule": names, "label": [RULES[r].label for r in names], "placements": [s.placements for s in states],
                         "anakinra": [s.columns for s in states]})


def dropped_singly(name="core", reading="two samplings"):
    """What each rule of a set holds up: the state without it, the others kept. One row per rule, first the whole set."""
    rows = []
    for rule in (None, *SETS[name]):
        s = state(name, rule, reading)
        rows.append((rule or "none", RULES[rule].label if rule else "", f"{s.placements:,}", s.columns,
                     percent(s.same_day, s.placements), percent(s.same_column, s.placements)))
    return pd.DataFrame(rows, columns=["Dropped", "Label", "Placements left", "Anakinra can start in", "Same printed day", "Same column"])


def strict(name="core"):
    """What is left of a set of rules if 'after' means a later column: one row per demand, one column per reading."""
    left = {words: [f"{getattr(state(name, reading=r), what):,}" for r in READINGS] for words, what in (
        ("as the rules stand, ties allowed", "placements"), ("anakinra later than the first pulse", "anakinra_later"),
        ("the first cut later than anakinra", "cut_later"), ("both", "both_later"))}
    heads = [f"Day 3 as {r}" for r in READINGS]
    return pd.DataFrame(left, index=heads).T.rename_axis("Demand").reset_index()


def cut_in_column_of_anakinra(rules=CORE):
    """Placements whose first cut of an inotrope stands in anakinra's first column, as text: '32 of 41'."""
    left = classes(rules)
    cut = left[[f"{drug}_cut" for drug in INFUSIONS]].min(axis=1)
    return f"{left.weight[cut == left.anakinra].sum():,} of {left.weight.sum():,}"


def heaviest_class(reading="one day, infusions too"):
    """The largest number of placements that one line of ``placements.classes`` stands for, core set."""
    return int(classes(CORE, reading).weight.max())


@cache
def example():
    """The exercise of Chapter 7 as a Summary: the core set, and both doses of IVIG before the first pulse."""
    return summary_of(left_by(lambda p: before(p["IVIG"][-1], p["methylprednisolone"][FIRST_PULSE - 1])))


CLAIMS = {
    "The first pulse and anakinra start on the same printed day": lambda s: (s.same_day, s.placements),
    "They start in the same column": lambda s: (s.same_column, s.placements),
    "Anakinra starts on printed day 3": lambda s: (s.on_day_3, s.placements),
    "Pulse, anakinra and first cut stand in three columns, one after the other": lambda s: (s.both_later, s.placements),
    "Troponin I was more than halved before anakinra": lambda s: s.readings("troponin I", "more than halved"),
    "CRP was below its peak before anakinra": lambda s: s.readings("CRP"),
    "CRP was below it by more than 10 %": lambda s: s.readings("CRP", "by more than 10 %"),
    "Procalcitonin (as printed) was below its peak by more than 10 %": lambda s: s.readings("procalcitonin, as printed", "by more than 10 %"),
    "ProBNP was below its peak before anakinra": lambda s: s.readings("ProBNP"),
    "ProBNP was below it by more than 10 %": lambda s: s.readings("ProBNP", "by more than 10 %"),
    "ProBNP was more than halved before anakinra": lambda s: s.readings("ProBNP", "more than halved"),
    "An EF of 60 % or more was recorded before anakinra": lambda s: (int((s.anakinra * echo_hits()[0]).sum()), s.placements * echo_hits()[1]),
}
"""Claims, and how to count the placements (or readings) in which each holds: (these, all)."""


def claims():
    """Which claims survive: share under the core set in both readings of the twin column, and the range over dropped rules."""
    rows = []
    for words, holds in CLAIMS.items():
        core = percent(*holds(state()))
        ranked = sorted((holds(state("core", r))[0] / holds(state("core", r))[1], r) for r in CORE)
        low, high = ranked[0][1], ranked[-1][1]
        span = [percent(*holds(state("core", r))) for r in (low, high)]
        rows.append((words, core, percent(*holds(state(reading="one day"))), percent(*holds(state(reading="one day, infusions too"))),
                     "the same" if span[0] == span[1] == core else f"{span[0]} ({low}) to {span[1]} ({high})"))
    return pd.DataFrame(rows, columns=["Claim", "Core set, two samplings", "Core set, one day", "One day, infusions too",
                                       "Core set less one rule: lowest and highest share"])
