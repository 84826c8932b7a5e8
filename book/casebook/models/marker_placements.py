"""Where the laboratory markers could stand: how often one was already falling before anakinra's first column.

A marker's row keeps its printed order; every placement of it is enumerated, whatever the treatments do. Values count as
printed, or, where a share is asked with ``rounded``, only what holds for every value that would be printed so.
"""

from functools import cache
from itertools import combinations

import numpy as np

from casebook.tables.table1 import COLUMNS, load

MARKERS: dict[str, tuple] = {
    "troponin I": ("troponin I", {}), "ProBNP": ("ProBNP", {}), "CRP": ("CRP", {}),
    "procalcitonin, as printed": ("procalcitonin", {}),
    "procalcitonin, 41 read as 4.1": ("procalcitonin", {41: 4.1}),
    "procalcitonin, 41 left out": ("procalcitonin", {41: None}),
}
"""Laboratory markers: row of Table 1, and printed values that are read otherwise (None: left out)."""
FALLS = {"below": 0, "by more than 10 %": 10, "more than halved": 50}
"""How far below its peak, in per cent of the peak."""


def marker_values(marker: str) -> list[float]:
    """Values of a marker's row in printed order; a limit counts as its bound, so that 'below' is certain."""
    row, read_as = MARKERS[marker]
    values = [read_as.get(v, v) for v in load().query("parameter == @row")["value"]]
    return [float(v) for v in values if v is not None]


def half_units(marker: str) -> list[float]:
    """Half a unit of the last digit of each of ``marker_values``: 0.07 is 0.065 to 0.075. 0 at a limit."""
    row, read_as = MARKERS[marker]
    halves = []
    for token in load().query("parameter == @row").itertuples():
        value = read_as.get(token.value, token.value)
        if value is not None:
            digits = f"{value:g}" if value != token.value else token.printed
            halves.append(0.0 if token.qualifier == "<"
                          else 0.5 * 10.0 ** -len("".join(digits.split()).partition(".")[2]))
    return halves


def already(values: list[float], fall: str, slack: list[float] | None = None) -> np.ndarray:
    """For 0, 1, … samples seen: has the row's highest value been seen, and is the last sample that far below it?

    With ``slack``, as from ``half_units``: is it, wherever the true values lie within it?
    """
    slack = slack or [0.0] * len(values)
    peak = max(values)
    limit = (peak - slack[values.index(peak)]) * (1 - FALLS[fall] / 100)
    return np.array([n > 0 and peak in values[:n] and values[n - 1] + slack[n - 1] < limit
                     for n in range(len(values) + 1)])


@cache
def marker_hits(marker: str, fall: str = "below", columns: int | None = None,
                rounded: bool = False) -> tuple[np.ndarray, int]:
    """(hits, all): of all placements of the row in printed order, those with the marker already that far below its peak
    in the last sample before anakinra's first column, for each such column 0 … (array), and their number. Enumerated.

    ``rounded``: only those in which that holds whatever rounding hid.
    """
    values, columns = marker_values(marker), columns or len(COLUMNS)
    cells = np.array(list(combinations(range(columns), len(values))), dtype=np.int8)
    seen = already(values, fall, half_units(marker) if rounded else None)
    return np.array([int(seen[(cells < first).sum(axis=1)].sum()) for first in range(columns)]), len(cells)


@cache
def echo_hits(limit: float = 60, columns: int | None = None) -> tuple[np.ndarray, int]:
    """As ``marker_hits``, for an EF of at least ``limit`` % before anakinra; the first echo stands in column 1."""
    values, columns = load().query("parameter == 'EF'")["value"].tolist(), columns or len(COLUMNS)
    cells = [(0, *rest) for rest in combinations(range(1, columns), len(values) - 1)]
    reached = [next(c for c, v in zip(row, values) if v >= limit) for row in cells]
    return np.array([sum(c < first for c in reached) for first in range(columns)]), len(cells)
