"""Cells that a row can still stand in, against placements listed one by one."""

import pytest

from casebook.models.placements import CORE, READINGS, RULES, count, placements
from casebook.models.possible_cells import possible_in
from casebook.tables.table1 import COLUMNS


@pytest.mark.parametrize("reading", READINGS)
def test_a_cell_is_possible_where_some_placement_uses_it(reading):
    names, listed = tuple(RULES), 0
    for bits in range(1, 1 << len(names), 6):
        rules = [name for i, name in enumerate(names) if bits >> i & 1]
        if not 0 < count(rules, reading) < 3000:
            continue
        listed += 1
        every, cells = placements(rules, reading), possible_in(rules, reading)
        for drug, columns in zip(every[0], cells):
            assert {COLUMNS[c] for c in range(10) if columns >> c & 1} == {c for p in every for c in p[drug]}, (
                f"{rules}: {drug}"
            )
    assert listed >= 4


def test_without_unbroken_runs_order_alone_bounds_a_row():
    assert possible_in((), "two samplings") == (1023,) * 6
    core = possible_in([name for name in CORE if name != "one_run"], "two samplings")
    assert core[1] == 0b1111111110 and core[5] == 0b1111111100, (
        "adrenaline after dobutamine in column 1; anakinra not before the third value of steroid"
    )
