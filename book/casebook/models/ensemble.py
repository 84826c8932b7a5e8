"""All placements of the treatments at once, without listing them: groups that no rule and no result tells apart.

``placements`` says which columns a row could take and what the rules ask. Here the rows are joined for a whole table:
512 sets of rules under three readings would leave billions of placements to list, so placements with the same answers
are counted together. Nothing is sampled. VIS is kept as its lowest and highest value in each group.
"""

from functools import cache
from types import SimpleNamespace

import numpy as np

from casebook.models import heart
from casebook.models.placements import FIRST_CUT, INFUSIONS, RULES, row_features, row_placements
from casebook.tables.table1 import COLUMNS, load

FLOATING = tuple(RULES)[1:]
"""Rules on several rows; `one_run`, the first of RULES, limits single rows."""
VIS_STEP = 1.25
"""Every infusion rate of Table 1, weighted, is a whole multiple of this VIS; whole numbers keep the arrays small."""


def _infusion(drug, unbroken, reading, columns):
    """One infusion row, by class (first column, column of the first cut).

    Returns start, cut and weight (classes); lowest and highest part of VIS in each column (classes x columns); the
    different dose vectors (vectors x columns) sorted by class, and where each class begins among them.
    """
    cells = np.array(row_placements(drug, unbroken, reading, columns))
    rates = load().query("parameter == @drug")["value"].fillna(0).to_numpy() * heart.vis_weights()[drug] / VIS_STEP
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
    classes = np.asarray(np.searchsorted(dobutamine.begins, np.arange(len(dobutamine.vectors)), side="right")) - 1
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

    That is: first column of dobutamine, the earlier and the later start of adrenaline and milrinone (the rules treat
    the two alike), and the earliest cut.
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
    return SimpleNamespace(dobutamine=keys // columns**3, early=keys // columns**2 % columns,
                           late=keys // columns % columns,
                           cut=keys % columns, weight=weight, low=lows[0], peak_low=lows[1], high=highs[0],
                           peak_high=highs[1])


@cache
def ensemble(unbroken: bool = True, reading: str = "two samplings", columns: int | None = None) -> SimpleNamespace:
    """All placements without the rules on several rows, in groups that no rule and no result tells apart.

    Arrays, one entry per group: `met` (bit i set: rule FLOATING[i] holds), `pulse`, `anakinra` (columns 0 …),
    `cut_later` (the first cut of an inotrope stands in a later column than anakinra), `weight` (placements), and VIS in
    steps of VIS_STEP: `low` and `high` by column, lowest and highest `peak`, and `at_low`, `at_high` in anakinra's
    first column.
    """
    columns = columns or len(COLUMNS)
    if reading != "two samplings" and not unbroken:
        reading = "one day"                                         # infusions are free in either case
    support = _support(unbroken, reading, columns)
    ivig, steroid, drug = (row_features(p, unbroken, reading, columns)
                           for p in ("IVIG", "methylprednisolone", "anakinra"))
    shape = (len(support.cut), len(ivig))
    weight = (support.weight[:, None] * ivig.weight.to_numpy()).ravel()
    index = np.repeat(np.arange(shape[0]), shape[1])
    met, groups = np.empty(shape, dtype=np.int32), []
    for pulse in steroid.itertuples():
        for first in drug.itertuples():
            rows = SimpleNamespace(
                dobutamine=support.dobutamine[:, None], adrenaline=support.early[:, None],
                milrinone=support.late[:, None],
                dobutamine_cut=support.cut[:, None], adrenaline_cut=support.cut[:, None],
                milrinone_cut=support.cut[:, None],
                IVIG=ivig.IVIG.to_numpy(), IVIG_twice=ivig.IVIG_twice.to_numpy(), pulse=np.int64(pulse.pulse),
                pulse_twice=np.bool_(pulse.pulse_twice), anakinra=np.int64(first.anakinra),
                anakinra_twice=np.bool_(first.anakinra_twice))
            met[:] = 0
            for bit, name in enumerate(FLOATING):
                holds = RULES[name].holds(rows)                     # type: ignore[misc]  # every floating rule has a test
                met |= np.asarray(holds).astype(np.int32) << bit
            later = (support.cut > first.anakinra)[:, None]
            lows, highs = [support.low[index], support.peak_low[index]], [support.high[index], support.peak_high[index]]
            keys, sums, lows, highs = _merge((2 * met + later).ravel(),
                                             weight * (pulse.weight * first.weight), lows, highs)
            groups.append((keys // 2, np.full(len(keys), pulse.pulse), np.full(len(keys), first.anakinra),
                           keys % 2 == 1, sums,
                           lows[0], highs[0], lows[1], highs[1], lows[0][:, first.anakinra],
                           highs[0][:, first.anakinra]))
    names = "met pulse anakinra cut_later weight low high peak_low peak_high at_low at_high".split()
    return SimpleNamespace(**{name: np.concatenate(parts) for name, parts in zip(names, zip(*groups))})
