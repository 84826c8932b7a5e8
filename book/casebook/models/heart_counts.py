"""Numbers about EF, FS and VIS that texts quote, computed once. Texts reach them as ``echo``."""

from collections import Counter
from functools import cache
from types import SimpleNamespace

from casebook.models import heart
from casebook.models.placements import CORE, RULES, Placement, placements
from casebook.tables.table1 import COLUMNS, load

SETS = {"all nine rules": (tuple(RULES), "two samplings"), "core rules": (CORE, "two samplings"),
        "core rules, day 3 as one day": (CORE, "one day")}
"""The three sets of placements over which a VIS is given: rules and reading of day 3."""


@cache
def every(name: str) -> tuple[Placement, ...]:
    """All placements of one of SETS."""
    return tuple(placements(*SETS[name]))


@cache
def profiles() -> dict[str, Counter[tuple[str, str]]]:
    """Placements by the first columns of adrenaline and milrinone, which alone decide the VIS: {set: Counter}.

    Dobutamine starts in column 1 in every placement of the three sets.
    """
    return {name: Counter((p["adrenaline"][0], p["milrinone"][0]) for p in every(name)) for name in SETS}


def infusions(adrenaline: str, milrinone: str) -> Placement:
    """Columns of the three infusions, dobutamine from column 1, each in one run: {drug: columns}."""
    cells = {"dobutamine": ("1", 6), "adrenaline": (adrenaline, 4), "milrinone": (milrinone, 6)}
    return {drug: COLUMNS[COLUMNS.index(first):][:n] for drug, (first, n) in cells.items()}


@cache
def numbers() -> SimpleNamespace:
    """Results on the pairs and on the support, by name."""
    table = load()
    pairs = heart.pairs(table)
    off = heart.differences(pairs)
    out = off[off.abs() > heart.TOLERANCE]
    ends = [heart.ef_from_fs(pairs["FS"], d) for d in heart.DIAMETERS_CM]
    reach = heart.pairings(pairs)
    printed = int((off.abs() <= heart.TOLERANCE).sum())
    at_ends = [heart.differences(pairs, d)[out.index] for d in heart.DIAMETERS_CM]
    ten = [heart.vis_by_column(table, p) for p in every("all nine rules")]
    reference = heart.vis_by_column(table)
    others = [v["2"] for v in ten if v != reference]
    limits = heart.vis_range(table, every("core rules"))
    return SimpleNamespace(
        tolerance=heart.TOLERANCE, fitting=printed,
        worst_fit=f"{off.drop(out.index).abs().max():.1f}",
        rounding=int(heart.fits_rounding(pairs).sum()),
        rounding_small=int(heart.fits_rounding(pairs, heart.DIAMETERS_CM[0]).sum()),
        rounding_from=f"{_rounding_from(pairs, printed):.1f}",
        by_size=f"{(ends[0] - ends[1]).abs().max():.1f}",
        least_out={n: f"{min(abs(e[n]) for e in at_ends):.1f}" for n in out.index},
        all_pairings=f"{int(reach.sum()):,}", as_good=int(reach.loc[printed:].sum()),
        as_good_share=f"{100 * reach.loc[printed:].sum() / reach.sum():.2f} %",
        shifted=" or ".join(dict.fromkeys("{} of {}".format(*heart.shifted(pairs, cells)) for cells in (-1, 1))),
        ef_per_mm=f"{heart.ef_per_mm(36):.1f}",
        ranges_equal=len({heart.vis_range(table, every(name)).to_csv() for name in SETS}) == 1,
        smallest=limits["smallest"].map("{:g}".format).to_dict(),
        largest=limits["largest"].map("{:g}".format).to_dict(),
        others=len(others), day2_others=f"{min(others):g} to {max(others):g}",
        day2_equal_day4=sum(v["2"] == v["4"] for v in ten), day2_below_day4=sum(v["2"] < v["4"] for v in ten),
        support_on_7=sum(v["7"] > 0 for v in ten), falls_from_3b=sum(_falls(v) for v in ten), ten=len(ten),
        core=len(every("core rules")),
        one_day=len(every("core rules, day 3 as one day")), profiles=len(profiles()["core rules"]))


def _rounding_from(pairs, number):
    """Smallest diameter, in steps of 1 mm, from which on ``number`` pairs fit within rounding up to the largest one."""
    tenths = range(round(10 * heart.DIAMETERS_CM[0]), round(10 * heart.DIAMETERS_CM[1]) + 1)
    short = [t for t in tenths if heart.fits_rounding(pairs, t / 10).sum() < number]
    return (max(short) + 1) / 10 if short else tenths[0] / 10


def _falls(scores):
    """Whether a VIS by column never rises from 3b on."""
    late = [scores[c] for c in COLUMNS[COLUMNS.index("3b"):]]
    return all(a >= b for a, b in zip(late, late[1:]))
