"""Placements counted again from scratch, with their own tokens, columns and rules: one by one where that can be."""

from functools import cache
from itertools import combinations, product

import pytest

from casebook.models.placements import CORE, count, placements
from placing import ALL, DROPPED, LOOSE, ONE, TWO, without

HEADS = "1 2 3a 3b 4 5 6 7 8 13".split()
DAYS = "1 2 3 4 5 6 7 8 13".split()
TOKENS = {
    "dobutamine": "10 15 15 7.5 5 Stop".split(),
    "adrenaline": "0.1 0.1 0.1 Stop".split(),
    "milrinone": "0.25 0.25 0.25 0.25 0.125 Stop".split(),
    "IVIG": "1 1".split(),
    "methylprednisolone": "2 2 30 30 30 2 2 2".split(),
    "anakinra": "8 8 8 8".split(),
}


def windows(line, size):
    """Unbroken stretches of a line of columns or of days."""
    return {tuple(line[i:i + size]) for i in range(len(line) - size + 1)}


def daily(size):
    """Unbroken stretches of days, with day 3 in either of its columns."""
    return {cells for days in windows(DAYS, size)
            for cells in product(*({"3": ("3a", "3b")}.get(d, (d,)) for d in days))}


def ways(drug, reading):
    """Columns that one row could take under a reading."""
    size, by_the_day = len(TOKENS[drug]), drug in ("IVIG", "methylprednisolone", "anakinra")
    if reading == TWO or (reading == ONE and not by_the_day):
        return windows(HEADS, size)
    return daily(size) if by_the_day else windows(HEADS, size) | daily(size)


def facts(drug, cells):
    """What the rules ask of one row: places of its start, its first 30 and its first cut; doses standing on day 3."""
    doses = [0.0 if token == "Stop" else float(token) for token in TOKENS[drug]]
    place = [HEADS.index(c) for c in cells]
    return {
        "cells": cells,
        "start": place[0],
        "pulse": next((p for p, dose in zip(place, doses) if dose == 30), None),
        "cut": next((place[n] for n in range(1, len(doses)) if doses[n] < doses[n - 1]), None),
        "day 3": [dose for c, dose in zip(cells, doses) if c in ("3a", "3b")],
    }


WORDING = {
    "dobutamine_first": lambda dob, adr, mil, ivig, mp, ana: dob["cells"][0] == "1",
    "support_added": lambda dob, adr, mil, ivig, mp, ana: dob["start"] < min(adr["start"], mil["start"]),
    "ivig_before_support": lambda dob, adr, mil, ivig, mp, ana: ivig["start"] <= min(adr["start"], mil["start"]),
    "pulse_after_support": lambda dob, adr, mil, ivig, mp, ana: max(adr["start"], mil["start"]) <= mp["pulse"],
    "anakinra_after_pulse": lambda dob, adr, mil, ivig, mp, ana: not ana["start"] < mp["pulse"],
    "support_until_anakinra": lambda dob, adr, mil, ivig, mp, ana:
        not min(dob["cut"], adr["cut"], mil["cut"]) < ana["start"],
    "no_repeat_on_day_3": lambda dob, adr, mil, ivig, mp, ana:
        len(ivig["day 3"]) < 2 and len(ana["day 3"]) < 2 and mp["day 3"] != [30, 30],
    "ivig_not_first_day": lambda dob, adr, mil, ivig, mp, ana: ivig["cells"][0] != "1",
}


@cache
def brute_force(rules, reading):
    """Every placement, tried one by one: tuples of the six rows' columns in the order of TOKENS."""
    rows = [[facts(drug, cells) for cells in ways(drug, reading)] for drug in TOKENS]
    tests = [WORDING[rule] for rule in rules if rule != "one_run"]
    return {tuple(row["cells"] for row in rows) for rows in product(*rows) if all(test(*rows) for test in tests)}


@pytest.mark.parametrize("reading, rules, number", [
    (TWO, CORE, 41), (ONE, CORE, 58), (LOOSE, CORE, 1894), (TWO, ALL, 10), (ONE, ALL, 41),
    *[(TWO, without(CORE, rule), seven) for rule, seven, _ in DROPPED[1:7]],
    *[(TWO, without(ALL, rule), nine) for rule, _, nine in DROPPED[1:]],
], ids=["seven", "seven-one-day", "seven-loose", "nine", "nine-one-day",
        *[f"seven-but-{d[0]}" for d in DROPPED[1:7]], *[f"nine-but-{d[0]}" for d in DROPPED[1:]]])
def test_trying_every_placement_gives_the_same_ones(reading, rules, number):
    tried = brute_force(rules, reading)
    listed = {tuple(p[drug] for drug in TOKENS) for p in placements(rules, reading)}
    assert len(tried) == number, "trying every placement leaves another number"
    assert listed == tried, f"only listed: {listed - tried}; only tried: {tried - listed}"


def test_trying_every_placement_gives_the_same_limit():
    apart = [p for p in brute_force(CORE, LOOSE)
             if HEADS[facts("methylprednisolone", p[4])["pulse"]] in ("3a", "3b") and p[5][0] == "4"]
    assert len(apart) == 394, "pulse on day 3 with anakinra on day 4"


@pytest.mark.parametrize("rules, reading", [(CORE, TWO), (ALL, TWO), (CORE, ONE)],
                         ids=["seven", "nine", "seven-one-day"])
def test_rows_with_gaps_are_too_many_to_try_but_can_be_multiplied(rules, reading):
    """Without one_run the rows meet only in IVIG's start, the pulse and anakinra's start: sum over these three."""
    rows = {drug: [facts(drug, cells) for cells in combinations(HEADS, len(TOKENS[drug]))] for drug in TOKENS}
    convention = "no_repeat_on_day_3" in rules

    def allowed(drug, row):
        twice = len(row["day 3"]) == 2 and drug in ("IVIG", "methylprednisolone", "anakinra")
        if reading == ONE:
            return not twice
        return not (convention and twice and row["day 3"] in ([1, 1], [8, 8], [30, 30]))

    def having(drug, holds):
        return sum(holds(row) and allowed(drug, row) for row in rows[drug])

    total = 0
    for ivig, pulse, anakinra in product(range(10), repeat=3):
        if ivig > pulse or pulse > anakinra or (convention and ivig == 0):
            continue
        total += (having("IVIG", lambda r: r["start"] == ivig)
                  * having("methylprednisolone", lambda r: r["pulse"] == pulse)
                  * having("anakinra", lambda r: r["start"] == anakinra)
                  * having("dobutamine", lambda r: r["start"] == 0 and r["cut"] >= anakinra)
                  * having("adrenaline", lambda r: max(1, ivig) <= r["start"] <= pulse and r["cut"] >= anakinra)
                  * having("milrinone", lambda r: max(1, ivig) <= r["start"] <= pulse and r["cut"] >= anakinra))
    assert total == count(without(rules, "one_run"), reading), "counting classes and multiplying rows differ"
