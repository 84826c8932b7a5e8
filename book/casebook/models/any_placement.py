"""What Table 1 shows with no placement assumed: statements that hold wherever the lost blanks are.

Only the printed order within a row is used; a function that needs rules takes them by name.
"""

from collections.abc import Iterable
from functools import cache

from casebook.models.heart import vis, vis_weights
from casebook.models.placements import CORE, INFUSIONS, admissible, placements
from casebook.tables.table1 import COLUMNS, load


@cache
def _row(parameter):
    """The tokens of one row by position."""
    table = load()
    return table[table["parameter"] == parameter].set_index("position")


def columns(parameter: str, position: int) -> str:
    """All columns in which a token can stand by printed order: '3a, 3b or 4'. ValueError for no such position."""
    places = admissible(parameter, position)
    return places[0] if len(places) == 1 else f"{', '.join(places[:-1])} or {places[-1]}"


def below_peak(parameter: str, position: int) -> str:
    """How far a measured token lies below the row's highest value up to it, in per cent: '36'.

    Raises ValueError for a word or a limit.
    """
    row = _row(parameter)
    if row["qualifier"][position] != "=":
        raise ValueError(f"{parameter}, position {position}: '{row['printed'][position]}' is no measured number")
    return f"{100 * (1 - row['value'][position] / row['value'][:position].max()):.0f}"


def highest_vis() -> str:
    """The highest VIS that any overlap of the three infusions can give: all three at their highest printed rate."""
    return f"{vis({drug: _row(drug)['value'].max() for drug in vis_weights()}):g}"


def support_ends(rules: Iterable[str] = CORE) -> str:
    """The latest column in which the last of the three infusions stops, over all placements under the named rules."""
    return COLUMNS[max(COLUMNS.index(p[drug][-1]) for p in placements(rules) for drug in INFUSIONS)]
