"""In which cells can a row still stand? For every set of rules and every reading, exactly, without listing placements.

``ensemble`` adds placements up and keeps no row apart. Here nothing is counted: a cell is possible if one
placement that fits uses it.
"""

from collections.abc import Iterable
from functools import cache
from types import SimpleNamespace

import numpy as np

from casebook.models.ensemble import FLOATING
from casebook.models.placements import (
    FIRST_CUT,
    FIRST_PULSE,
    INFUSIONS,
    RULES,
    TREATMENTS,
    row_features,
    row_placements,
)


def _cells(drug, table, unbroken, reading):
    """For each line of a row's table, the columns its placements use, as bits: array of whole numbers."""
    bits = dict.fromkeys(zip(table.iloc[:, 0], table.iloc[:, 1]), 0)
    for places in row_placements(drug, unbroken, reading):
        at = FIRST_PULSE - 1 if drug == "methylprednisolone" else 0
        days = [c - (c > 2) for c in (places[at:at + 3] if at else places)]  # 3a and 3b are one day
        second = places[FIRST_CUT[drug] - 1] if drug in FIRST_CUT else len(set(days)) < len(days)
        bits[places[at], second] |= sum(1 << c for c in places)
    return np.array(list(bits.values()))


@cache
def possible_cells(unbroken: bool, reading: str) -> np.ndarray:
    """Columns in which some value of a row can stand, as bits (column 0 is 1), under each set of rules.

    ``unbroken``: whether `one_run` holds. Returns an array (sets x rows): sets in the order of bits of FLOATING, rows
    as in TREATMENTS; 0 where the set leaves no placement.
    """
    rows = {drug: row_features(drug, unbroken, reading) for drug in TREATMENTS}
    dob, adr, mil = (rows[drug] for drug in INFUSIONS)
    shape = (len(dob), len(adr), len(mil))
    along = lambda values, axis: values.to_numpy().reshape([-1 if axis == a else 1 for a in range(3)])
    support = {
        f"{drug}{end}": along(rows[drug][f"{drug}{end}"], a) for a, drug in enumerate(INFUSIONS) for end in ("", "_cut")
    }
    met_by = {drug: np.zeros((len(rows[drug]), 1 << len(FLOATING)), dtype=bool) for drug in TREATMENTS}
    daily = [rows[drug] for drug in TREATMENTS if drug not in INFUSIONS]
    for i, ivig in enumerate(daily[0].to_dict("records")):
        for p, pulse in enumerate(daily[1].to_dict("records")):
            for a, first in enumerate(daily[2].to_dict("records")):
                others = {name: np.asarray(v) for name, v in (ivig | pulse | first).items()}
                placed = SimpleNamespace(**support, **others)
                met = np.zeros(shape, dtype=np.uint8)
                for bit, name in enumerate(FLOATING):
                    met |= np.asarray(RULES[name].holds(placed)).astype(np.uint8) << np.uint8(bit)  # type: ignore[misc]
                seen = np.unique(met)
                for drug, line in zip(TREATMENTS[3:], (i, p, a)):
                    met_by[drug][line, seen] = True
                for axis, drug in enumerate(INFUSIONS):
                    for line, part in enumerate(np.moveaxis(met, axis, 0)):
                        met_by[drug][line, part] = True
    bits = np.arange(1 << len(FLOATING))
    fits = (bits[:, None] & bits[None]) == bits[:, None]  # set x what a placement meets
    left = np.zeros((len(bits), len(TREATMENTS)), dtype=int)
    for r, drug in enumerate(TREATMENTS):
        cells = _cells(drug, rows[drug], unbroken, reading)
        some = fits.astype(int) @ met_by[drug].T.astype(int) > 0  # set x line
        for line, columns in enumerate(cells):
            left[:, r] |= np.where(some[:, line], columns, 0)
    return left


def possible_in(rules: Iterable[str], reading: str) -> tuple[int, ...]:
    """The same for one set of rules: columns of each row of TREATMENTS as bits (column 0 is 1)."""
    rules = set(rules)
    bits = sum(1 << bit for bit, name in enumerate(FLOATING) if name in rules)
    return tuple(int(columns) for columns in possible_cells("one_run" in rules, reading)[bits])
