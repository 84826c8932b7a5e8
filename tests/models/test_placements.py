"""Placements: every count and every share of the book, against numbers worked out apart from the package."""

from itertools import combinations

import pytest

from casebook.models.placements import (
    CORE,
    FIRST_CUT,
    FIRST_PULSE,
    INFUSIONS,
    READINGS,
    RULES,
    TREATMENTS,
    _row_allowed,
    admissible,
    classes,
    count,
    placements,
    row_placements,
    shared,
    starts,
)
from casebook.tables.table1 import COLUMNS, load, parameters
from placing import ALL, DROPPED, LOOSE, ONE, TWO, without

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
    "pulse_after_support": "told", "anakinra_after_pulse": "told", "support_until_anakinra": "told",
    "no_repeat_on_day_3": "our reading", "ivig_not_first_day": "told",
}


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
        assert count(without(CORE, rule)) == of_seven, f"the core rules without {rule} leaves another number"
    assert count(without(ALL, rule)) == of_nine, f"the nine rules without {rule} leave another number"


def test_core_set_is_the_first_seven_rules():
    assert CORE == tuple(rule for rule, *_ in STAGES[:7]), "the core rules are others"
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


@pytest.mark.parametrize("reading", list(READINGS))
@pytest.mark.parametrize("columns", [10, 12])
def test_unbroken_rows_are_those_among_all_combinations(reading, columns):
    """They are made without looking at every combination, which a table of thirty columns would not survive."""
    for drug in TREATMENTS:
        every = combinations(range(columns), int(parameters().cells[drug]))
        assert row_placements(drug, True, reading, columns) == \
            tuple(c for c in every if _row_allowed(c, drug not in INFUSIONS, True, reading)), drug


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
