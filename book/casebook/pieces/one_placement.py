"""One placement at a time: which are listed, and what the book calls them."""

from collections.abc import Iterable
from functools import cache

from casebook.models.multiverse import summary
from casebook.models.placements import FIRST_PULSE, RULES, TREATMENTS, Placement, placements
from casebook.tables.table1 import COLUMNS
from casebook.tables.values import table
from casebook.tables.wording import unit_text

LISTED = 60
"""Placements are listed one by one where no more than so many are left."""


def as_columns(placement: Placement) -> tuple[tuple[int, ...], ...]:
    """A placement as hashable rows of columns 0 …, in the order of TREATMENTS."""
    return tuple(tuple(COLUMNS.index(c) for c in placement[drug]) for drug in TREATMENTS)


def listing(rules: Iterable[str], reading: str) -> list[Placement] | None:
    """Every single placement of a state, earliest starts first; None where more than LISTED are left."""
    rules = tuple(rules)
    if "one_run" not in rules or summary(rules, reading).placements > LISTED:
        return None
    return sorted(placements(rules, reading), key=as_columns)


def tokens(drug: str) -> list[str]:
    """The printed tokens of a treatment's row, in order."""
    return table().loc[table()["parameter"] == drug, "printed"].tolist()


def unit_of(drug: str) -> str:
    """The unit of a treatment's row, as readers see it."""
    return unit_text(table().loc[table()["parameter"] == drug, "unit"].iloc[0])


@cache
def named() -> list[tuple[Placement, str]]:
    """The two placements that the book names: [(placement, name)]."""
    reference = {drug: tuple(table().loc[table()["parameter"] == drug, "column"]) for drug in TREATMENTS}
    variant = next(p for p in placements(tuple(RULES))
                   if p["adrenaline"][0] == p["milrinone"][0] == "3a" and p["IVIG"] == reference["IVIG"])
    return [(reference, "the reference placement"), (variant, "the 3a variant")]


def placement_words(placement: Placement) -> str:
    """One line on a placement: where each treatment starts."""
    starts = [(drug, placement[drug][0]) for drug in TREATMENTS if drug != "methylprednisolone"]
    name = next((f" ({n})" for p, n in named() if p == placement), "")
    return (f"first pulse {placement['methylprednisolone'][FIRST_PULSE - 1]}, anakinra {placement['anakinra'][0]}; "
            + ", ".join(f"{drug} {column}" for drug, column in starts if drug != "anakinra") + name)
