"""Every count of placements and every computed number of the case that texts quote, computed once."""

from functools import cache
from itertools import combinations
from types import SimpleNamespace

from casebook.models import heart, kinetics
from casebook.models.placements import CORE, RULES, classes, count, placements, shared, starts
from casebook.tables.table1 import COLUMNS
from casebook.tables.values import _value, table


def halving(parameter: str, first: str, last: str, gap: float = 12) -> str:
    """Halving time between two columns in hours, for a 3a–3b gap in hours: '25 h'."""
    clock = kinetics.hours(gap)
    return (
        f"{kinetics.halving_time(_value(parameter, first), _value(parameter, last), clock[last] - clock[first]):.0f} h")


@cache
def vis_scores(variant: bool = False) -> dict[str, float]:
    """VIS per column: of the reference placement, or of the variant with adrenaline and milrinone from 3a.

    The variant is the one of the ten nine-rule placements that is the reference in all other rows.
    """
    every = placements(tuple(RULES))
    wanted = "3a" if variant else "2"
    placement = next(p for p in every if p["adrenaline"][0] == p["milrinone"][0] == wanted and p["IVIG"][0] == "2")
    return heart.vis_by_column(table(), placement)


def vis(column: str, variant: bool = False) -> str:
    """VIS of a column as text: '27.5'."""
    return f"{vis_scores(variant)[column]:g}"


def expected_ef(column: str) -> str:
    """EF in % that the Teichholz formula expects from the FS in a column."""
    return f"{heart.ef_from_fs(_value('FS', column)):.0f}"


def expected_fs(column: str) -> str:
    """The whole FS in % whose expected EF comes nearest to the EF in a column."""
    return str(min(range(1, 60), key=lambda fs: abs(heart.ef_from_fs(fs) - _value("EF", column))))


def _echo_before_anakinra(rules):
    """Share of (treatment placement, EF placement) with the 67 before anakinra; first echo in column 1."""
    echoes = [(0, *rest)[1] for rest in combinations(range(1, len(COLUMNS)), 7)]
    left = classes(rules)
    before = sum(row.weight * sum(e < row.anakinra for e in echoes) for row in left.itertuples())
    return before / (left.weight.sum() * len(echoes))


@cache
def numbers() -> SimpleNamespace:
    """Counts and shares of placements by name, as the texts use them."""
    core, day, loose = starts(), starts(reading="one day"), starts(reading="one day, infusions too")
    every, left = tuple(RULES), classes()
    all_, same_day, same_column = shared(core)
    day_all, day_same_day, day_same_column = shared(day)
    cut = left[["dobutamine_cut", "adrenaline_cut", "milrinone_cut"]].min(axis=1)
    later, cut_later = left.anakinra > left.pulse, cut > left.anakinra
    pairs = lambda pulse, drug: int(sum(n for (p, a), n in loose.items() if p in pulse and a in drug))
    without = {rule: starts(tuple(r for r in CORE if r != rule)) for rule in CORE if rule != "one_run"}
    free = without["anakinra_after_pulse"]
    day7 = [heart.vis_by_column(table(), p)["7"] for p in placements(every)]
    return SimpleNamespace(
        first=f"{count(('one_run',)):,}",
        core=all_, core_same_day=same_day, core_same_column=same_column, core_pulse_earlier=int(core["3a", "3b"]),
        one_day=day_all, one_day_same_day=day_same_day, one_day_same_column=day_same_column,
        all_rules=count(every),
        loose=f"{int(loose.sum()):,}", loose_pulse3_anakinra4=pairs(("3a", "3b"), ("4",)),
        loose_both_day3=pairs(("3a", "3b"), ("3a", "3b")), loose_both_day4=pairs(("4",), ("4",)),
        loose_share=f"{100 * pairs(('3a', '3b'), ('4',)) / loose.sum():.0f} %",
        without={r: int(s.sum()) for r, s in without.items()},
        without_same_column={r: shared(s)[2] for r, s in without.items()},
        without_anakinra_first=int(sum(n for (p, a), n in free.items() if COLUMNS.index(a) < COLUMNS.index(p))),
        strict_anakinra_later=int(left[later].weight.sum()), strict_cut_later=int(left[cut_later].weight.sum()),
        strict_both=int(left[later & cut_later].weight.sum()),
        vis_day7_not_zero=f"{sum(v > 0 for v in day7)} of {len(day7)}",
        ef60_core=f"{100 * _echo_before_anakinra(CORE):.0f} %", ef60_all=f"{100 * _echo_before_anakinra(every):.0f} %")
