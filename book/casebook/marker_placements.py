"""Where the laboratory markers could stand: how often one was already falling before anakinra's first column.

A marker's row keeps its printed order; every placement of it is enumerated, whatever the treatments do.
"""

from functools import cache
from itertools import combinations

import numpy as np

from .table1 import COLUMNS, load

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


def already(values: list[float], fall: str) -> np.ndarray:
    """For 0, 1, … samples seen: has the row's highest value been seen, and is the last sample that far below it?"""
    peak, limit = max(values), max(values) * (1 - FALLS[fall] / 100)
    return np.array([n > 0 and peak in values[:n] and values[n - 1] < limit for n in range(len(values) + 1)])


@cache
def marker_hits(marker: str, fall: str = "below", columns: int = len(COLUMNS)) -> tuple[np.ndarray, int]:
    """(hits, all): of all placements of the row in printed order, those with the marker already that far below its peak in the
    last sample before anakinra's first column, for each such column 0 … (array), and their number. Enumerated.
    """
    values = marker_values(marker)
    cells = np.array(list(combinations(range(columns), len(values))), dtype=np.int8)
    seen = already(values, fall)
    return np.array([int(seen[(cells < first).sum(axis=1)].sum()) for first in range(columns)]), len(cells)


@cache
def echo_hits(limit: float = 60, columns: int = len(COLUMNS)) -> tuple[np.ndarray, int]:
    """As ``marker_hits``, for an EF of at least ``limit`` % recorded before anakinra; the first echo stands in column 1."""
    values = load().query("parameter == 'EF'")["value"].tolist()
    cells = [(0, *rest) for rest in combinations(range(1, columns), len(values) - 1)]
    reached = [next(c for c, v in zip(row, values) if v >= limit) for row in cells]
    return np.array([sum(c < first for c in reached) for first in range(columns)]), len(cells)
