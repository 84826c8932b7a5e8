"""Placements: every count and every share of the book, against numbers worked out apart from the package.

The second half counts again from scratch, with its own tokens, its own columns and its own wording of the rules.
"""

from functools import cache
from itertools import combinations, product

import pytest
from casebook.placements import (
    CORE,
    FIRST_CUT,
    FIRST_PULSE,
    INFUSIONS,
    READINGS,
    RULES,
    TREATMENTS,
    admissible,
    classes,
    count,
    placements,
    row_placements,
    shared,
    starts,
)
from casebook.table1 import COLUMNS, load

ALL = tuple(RULES)
TWO, ONE, LOOSE = "two samplings", "one day", "one day, infusions too"

STAGES = [  # rule added, placements left, first anakinra columns
    ("one_run", 33075, "1 2 3a 3b 4 5 6"),
    ("dobutamine_first", 6615, "1 2 3a 3b 4 5 6"),
    ("support_added", 4536, "1 2 3a 3b 4 5 6"),
    ("ivig_before_support", 1554, "1 2 3a 3b 4 5 6"),
    ("pulse_after_support", 546, "1 2 3a 3b 4 5 6"),
    ("anakinra_after_pulse", 275, "3a 3b 4 5 6"),
    ("support_until_anakinra", 41, "3a 3b"),
    ("no_repeat_on_day_3", 19, "3b"),
    ("ivig_not_first_day", 10, "3b"),
]

LABELS = {
    "one_run": "our reading", "dobutamine_first": "told", "support_added": "stated", "ivig_before_support": "told",
    "pulse_after_support": "told", "anakinra_after_pulse": "stated", "support_until_anakinra": "stated",
    "no_repeat_on_day_3": "our reading", "ivig_not_first_day": "told",
}

DROPPED = [  # rule dropped, left of the seven, left of the nine
    ("one_run", 35628050340, 9178199100),
    ("dobutamine_first", 169, 67),
    ("support_added", 58, 10),
    ("ivig_before_support", 153, 63),
    ("pulse_after_support", 222, 35),
    ("anakinra_after_pulse", 312, 31),
    ("support_until_anakinra", 275, 103),
    ("no_repeat_on_day_3", None, 24),
    ("ivig_not_first_day", None, 19),
]


def without(rules, dropped):
    return tuple(r for r in rules if r != dropped)


# Counts

@pytest.mark.parametrize("rule, left, anakinra", STAGES, ids=[s[0] for s in STAGES])
def test_rules_added_one_by_one(rule, left, anakinra):
    rules = tuple(s[0] for s in STAGES[:[s[0] for s in STAGES].index(rule) + 1])
    assert count(rules) == left, f"{rule} leaves another number of placements"
    first = {COLUMNS[c] for c in classes(rules).anakinra}
    assert first == set(anakinra.split()), f"{rule} leaves other first columns of anakinra"


@pytest.mark.parametrize("rule, of_seven, of_nine", DROPPED, ids=[d[0] for d in DROPPED])
def test_rules_dropped_singly(rule, of_seven, of_nine):
    if of_seven is not None:
        assert count(without(CORE, rule)) == of_seven, f"the core set without {rule} leaves another number"
    assert count(without(ALL, rule)) == of_nine, f"the nine rules without {rule} leave another number"


def test_core_set_is_the_first_seven_rules():
    assert CORE == tuple(rule for rule, *_ in STAGES[:7]), "the core set is another"
    assert ALL == tuple(rule for rule, *_ in STAGES), "the rules come in another order"


def test_counts_do_not_depend_on_the_order_of_the_rules():
    assert count(ALL[::-1]) == 10


# The finding and its limit

@pytest.mark.parametrize("rules, reading, pairs", [
    (CORE, TWO, {("3a", "3a"): 9, ("3a", "3b"): 9, ("3b", "3b"): 23}),
    (CORE, ONE, {("3a", "3a"): 13, ("3a", "3b"): 13, ("3b", "3b"): 32}),
    (CORE + ("ivig_not_first_day",), ONE, {("3a", "3a"): 9, ("3a", "3b"): 9, ("3b", "3b"): 23}),
    (ALL, TWO, {("3b", "3b"): 10}),
], ids=["seven-rules", "one-day", "one-day-and-IVIG-later", "nine-rules"])
def test_first_pulse_and_first_anakinra_stand_in_these_columns(rules, reading, pairs):
    assert starts(rules, reading).to_dict() == pairs, "(first pulse, first anakinra) stand elsewhere"


@pytest.mark.parametrize("reading, everything, same_column", [(TWO, 41, 32), (ONE, 58, 45)])
def test_pulse_and_anakinra_always_share_a_printed_day(reading, everything, same_column):
    assert shared(starts(CORE, reading)) == (everything, everything, same_column), "the finding doesn't hold as told"


def test_finding_is_not_forced_if_an_infusion_may_have_one_cell_on_day_3():
    sums = starts(CORE, LOOSE)
    assert sums.sum() == count(CORE, LOOSE) == 1894, "another number of placements under the loosest reading"
    apart = {pair: n for pair, n in sums.items() if pair[0] in ("3a", "3b") and pair[1] == "4"}
    assert apart == {("3a", "4"): 158, ("3b", "4"): 236}, "pulse on day 3 with anakinra on day 4: 394 in all"
    everything, same_day, _ = shared(sums)
    assert everything - same_day == 394, "the finding's limit is told wrongly"


def test_no_repeat_on_day_3_is_built_into_one_day():
    assert count(CORE, ONE) == count(CORE + ("no_repeat_on_day_3",), ONE) == 58


def pulse_anakinra_first_cut(placement):
    cuts = placement["dobutamine"][3], placement["adrenaline"][3], placement["milrinone"][4]
    return [COLUMNS.index(c) for c in
            (placement["methylprednisolone"][2], placement["anakinra"][0], min(cuts, key=COLUMNS.index))]


def test_in_the_ten_pulse_anakinra_and_first_cut_share_a_column():
    for placement in placements(ALL):
        assert len(set(pulse_anakinra_first_cut(placement))) == 1, f"one of the three stands apart: {placement}"


def test_no_placement_has_pulse_anakinra_and_first_cut_one_after_the_other():
    for placement in placements(CORE):
        pulse, anakinra, cut = pulse_anakinra_first_cut(placement)
        assert not pulse < anakinra < cut, f"a placement without a tie: {placement}"


# Lists of placements

@pytest.mark.parametrize("rules", [CORE, ALL], ids=["seven-rules", "nine-rules"])
@pytest.mark.parametrize("reading", READINGS)
def test_as_many_placements_are_listed_as_counted(rules, reading):
    listed = placements(rules, reading)
    different = {tuple(p[drug] for drug in TREATMENTS) for p in listed}
    assert len(listed) == count(rules, reading), "listed and counted placements differ in number"
    assert len(different) == len(listed), "a placement is listed twice"


def test_listing_without_one_run_is_refused():
    with pytest.raises(ValueError, match="without one_run"):
        placements(without(ALL, "one_run"))


@pytest.mark.parametrize("ask", [classes, count, starts, placements])
@pytest.mark.parametrize("rules, reading, named", [
    (("one_run", "no_such_rule"), TWO, "no_such_rule"), (CORE, "three days", "three days")], ids=["rule", "reading"])
def test_unknown_rule_or_reading_is_refused(ask, rules, reading, named):
    with pytest.raises(KeyError, match=named):
        ask(rules, reading)


def test_unknown_reading_of_one_row_is_refused():
    with pytest.raises(KeyError):
        row_placements("dobutamine", reading="three days")


def test_rules_may_come_from_a_generator():
    assert count(rule for rule in CORE) == 41


# One token, one rule

@pytest.mark.parametrize("parameter, position, columns", [
    ("EF", 1, "1 2 3a"), ("EF", 2, "2 3a 3b"), ("EF", 8, "7 8 13"),
    ("methylprednisolone", 3, "3a 3b 4"),
    ("IVIG", 1, "1 2 3a 3b 4 5 6 7 8"), ("IVIG", 2, "2 3a 3b 4 5 6 7 8 13"),
    ("anakinra", 1, "1 2 3a 3b 4 5 6"), ("CRP", 7, "6 7"), ("procalcitonin", 4, "3b 4 5 6"),
])
def test_admissible_columns_worked_by_hand(parameter, position, columns):
    assert list(admissible(parameter, position)) == columns.split(), f"{parameter}, token {position}"


@pytest.mark.parametrize("parameter", ["LMWH", "ProBNP", "troponin I"])
def test_token_of_a_complete_row_has_one_column(parameter):
    assert [admissible(parameter, n) for n in range(1, 11)] == [(c,) for c in COLUMNS], f"{parameter} floats"


@pytest.mark.parametrize("position", [0, 9])
def test_admissible_refuses_a_position_outside_the_row(position):
    with pytest.raises((ValueError, IndexError)):
        admissible("EF", position)


def test_reference_placement_is_admissible():
    for row in load().itertuples():
        assert row.column in admissible(row.parameter, row.position), f"{row.parameter}, token {row.position}"


@pytest.mark.parametrize("name", RULES)
def test_rule_says_what_it_rests_on(name):
    rule = RULES[name]
    assert rule.name == name
    assert rule.says.endswith(".") and rule.rests_on.endswith("."), f"{name} lacks a sentence"
    assert rule.label in {"stated", "told", "our reading"}, f"{name} has an unknown label"
    assert rule.label == LABELS[name], f"{name} claims another footing"


def test_a_reading_that_rests_on_no_sentence_says_so():
    for rule in RULES.values():
        assert (rule.label == "our reading") == rule.rests_on.startswith("No sentence of the letter"), rule.name


def test_first_cuts_and_first_pulse_are_those_of_the_table():
    table = load()
    values = {drug: rows["value"].fillna(0).tolist() for drug, rows in table.groupby("parameter")}
    for drug in INFUSIONS:
        falls = [n for n, (a, b) in enumerate(zip(values[drug], values[drug][1:]), 2) if b < a]
        assert FIRST_CUT[drug] == falls[0], f"the first cut of {drug} is another token"
    assert FIRST_PULSE == values["methylprednisolone"].index(30) + 1, "the first 30 mg/kg is another token"


# The reference placement

def test_reference_placement_is_the_earliest_of_the_ten():
    table, ten = load(), placements(ALL)
    reference = {drug: tuple(table.loc[table["parameter"] == drug, "column"]) for drug in TREATMENTS}
    assert len(ten) == 10 and reference in ten, "table1.csv holds a placement that the nine rules exclude"
    begin = {drug: COLUMNS.index(columns[0]) for drug, columns in reference.items()}
    for other in ten:
        late = [drug for drug in TREATMENTS if COLUMNS.index(other[drug][0]) < begin[drug]]
        assert not late, f"{late} could start earlier: {other}"


# Counted again from scratch

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
    return {cells for days in windows(DAYS, size) for cells in product(*({"3": ("3a", "3b")}.get(d, (d,)) for d in days))}


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
    "support_until_anakinra": lambda dob, adr, mil, ivig, mp, ana: not min(dob["cut"], adr["cut"], mil["cut"]) < ana["start"],
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


@pytest.mark.parametrize("rules, reading", [(CORE, TWO), (ALL, TWO), (CORE, ONE)], ids=["seven", "nine", "seven-one-day"])
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
