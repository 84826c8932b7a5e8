"""Every state of the switches: counts, placements and VIS against listing, closed forms, brute force."""

from itertools import combinations
from math import comb, prod

import numpy as np
import pytest

from casebook import ensemble as ensemble_module
from casebook import heart, multiverse, multiverse_claims, one_placement
from casebook.models.multiverse import percent, state, summary, summary_of
from casebook.models.placements import CORE, READINGS, RULES, Rule, classes, count, placements
from casebook.pieces.multiverse_switches import Multiverse, states
from casebook.tables.table1 import COLUMNS, load
from placing import ALL, LOOSE, ONE, TWO, without

CELLS = {"dobutamine": 6, "adrenaline": 4, "milrinone": 6, "IVIG": 2, "methylprednisolone": 8, "anakinra": 4}


# ---- counts ----

@pytest.mark.parametrize("reading", READINGS)
def test_every_state_with_unbroken_rows_counts_as_the_rules_alone_do(reading):
    for rules, r in states():
        if r == reading and "one_run" in rules:
            assert summary(rules, r).placements == count(rules, r), f"{rules}, {r}"


def miscounted():
    """Rules that the switches count otherwise than ``placements`` does, each asked alone under each reading."""
    return [r for r in RULES for reading in READINGS
            if summary(("one_run", r), reading).placements != count(("one_run", r), reading)]


def test_each_rule_asks_only_what_the_switches_can_count():
    assert not miscounted(), ("these rules tell adrenaline from milrinone, or one infusion's cut from the earliest "
                              "(see Rule.holds): word them for both, or let ensemble._support keep what they ask for")


@pytest.mark.parametrize("asks", [lambda t: t.milrinone_cut >= 7, lambda t: t.adrenaline <= t.milrinone,
                                  lambda t: t.adrenaline_cut <= t.milrinone_cut])
def test_a_rule_on_a_single_infusion_is_noticed(asks, monkeypatch):
    monkeypatch.setattr(ensemble_module, "FLOATING", (*ensemble_module.FLOATING, "mine"))
    monkeypatch.setattr(multiverse, "FLOATING", ensemble_module.FLOATING)
    monkeypatch.setitem(RULES, "mine", Rule("mine", "Says.", "Rests.", "told", asks))
    ensemble_module.ensemble.cache_clear()
    try:
        assert set(miscounted()) == {"mine"}
    finally:
        ensemble_module.ensemble.cache_clear()


@pytest.mark.parametrize("rules, reading", [((), ONE), (("support_added",), TWO), (without(ALL, "one_run"), TWO),
                                            (without(CORE, "one_run"), ONE),
                                            (("anakinra_after_pulse", "no_repeat_on_day_3"), TWO)])
def test_states_with_gaps_count_as_the_rules_alone_do(rules, reading):
    left = classes(rules, reading)
    s = summary(rules, reading)
    assert s.placements == left.weight.sum()
    assert s.same_column == left.weight[left.pulse == left.anakinra].sum()
    cut = left[["dobutamine_cut", "adrenaline_cut", "milrinone_cut"]].min(axis=1)
    assert s.cut_later == left.weight[cut > left.anakinra].sum()
    assert s.both_later == left.weight[(cut > left.anakinra) & (left.anakinra > left.pulse)].sum()


@pytest.mark.parametrize("columns", [10, 11, 12])
def test_without_rules_the_rows_multiply(columns):
    assert summary((), columns=columns).placements == prod(comb(columns, k) for k in CELLS.values())
    assert summary(("one_run",), columns=columns).placements == prod(columns - k + 1 for k in CELLS.values())


def test_an_infusion_is_free_in_the_loosest_reading_as_in_one_day_once_rows_may_have_gaps():
    assert summary(without(CORE, "one_run"), LOOSE).placements == summary(without(CORE, "one_run"), ONE).placements


@pytest.mark.parametrize("name, dropped, left, columns, same_column", [
    ("core", None, 41, "3a, 3b", 32), ("core", "dobutamine_first", 169, "3a, 3b, 4, 5, 6", 106),
    ("core", "support_added", 58, "3a, 3b", 44),
    ("core", "ivig_before_support", 153, "3a, 3b", 117), ("core", "pulse_after_support", 222, "3a, 3b", 148),
    ("core", "anakinra_after_pulse", 312, "1, 2, 3a, 3b", 32),
    ("core", "support_until_anakinra", 275, "3a, 3b, 4, 5, 6", 78),
    ("all", None, 10, "3b", 10), ("all", "one_run", 9178199100, "3a, 3b, 4, 5, 6", None),
    ("all", "dobutamine_first", 67, "3b, 4, 5, 6", 43),
    ("all", "support_added", 10, "3b", 10), ("all", "ivig_before_support", 63, "3b", 63),
    ("all", "pulse_after_support", 35, "3b", 35),
    ("all", "anakinra_after_pulse", 31, "3b", 10), ("all", "support_until_anakinra", 103, "3b, 4, 5, 6", 31),
    ("all", "no_repeat_on_day_3", 24, "3a, 3b", 19), ("all", "ivig_not_first_day", 19, "3b", 19)])
def test_rules_dropped_singly(name, dropped, left, columns, same_column):
    s = state(name, dropped)
    assert (s.placements, s.columns) == (left, columns)
    assert same_column is None or s.same_column == same_column


def test_dropped_singly_tells_the_shares_of_the_fact_sheet():
    table = multiverse_claims.dropped_singly("all").set_index("Dropped")
    assert table["Same column"].tolist() == ["100 %", "58 %", "64 %", "100 %", "100 %", "100 %", "32 %", "30 %",
                                             "79 %", "100 %"]
    names = [f"{n}. {multiverse_claims.SHORT[rule]}" for n, rule in enumerate(RULES, 1)]
    assert table.index.tolist() == ["none", *names]
    assert multiverse_claims.funnel()["placements"].tolist() == [33075, 6615, 4536, 1554, 546, 275, 41, 19, 10]


def test_the_finding_its_strict_counts_and_its_limit():
    for reading, left, column, strict in ((TWO, 41, 32, (9, 9, 0)), (ONE, 58, 45, (13, 13, 0))):
        s = state(reading=reading)
        assert (s.placements, s.same_day, s.on_day_3, s.same_column) == (left, left, left, column)
        assert (s.anakinra_later, s.cut_later, s.both_later) == strict, f"{reading}: read strictly"
    nine, eight = state("all"), state("all", "no_repeat_on_day_3")
    assert (nine.anakinra_later, nine.cut_later) == (0, 0) and (eight.anakinra_later, eight.cut_later) == (5, 5)
    loose = state(reading=LOOSE)
    assert (loose.placements, loose.day_3_then_4, loose.same_day) == (1894, 394, 1500)
    assert loose.of("day_3_then_4") == "394 of 1,894 (21 %)"


def test_the_finding_rests_chiefly_on_an_order_of_telling():
    """Chapter 7 counts the labels, and says what is left of the shared day without each rule that names anakinra."""
    assert [multiverse.core_rules(label) for label in ("stated", "told", "our reading")] == [1, 5, 1]
    assert [r for r in CORE if "nakinra" in RULES[r].says and RULES[r].label != "told"] == [], \
        "a rule on anakinra claims a statement"
    assert state("core", "support_until_anakinra").of("same_day") == "87 of 275 (32 %)"
    assert state("core", "anakinra_after_pulse").of("same_day") == "64 of 312 (21 %)"
    always = [r for r in CORE if state("core", r).same_day == state("core", r).placements]
    assert always == ["support_added", "ivig_before_support", "pulse_after_support"]
    with pytest.raises(KeyError, match="labels"):
        multiverse.core_rules("proved")


# ---- single placements ----

@pytest.mark.parametrize("rules, reading", [(CORE, TWO), (CORE, ONE), (ALL, TWO), (CORE, LOOSE),
                                            (without(CORE, "support_until_anakinra"), TWO),
                                            (("one_run", "dobutamine_first", "support_added"), TWO),
                                            (without(ALL, "anakinra_after_pulse"), ONE)])
def test_summing_up_single_placements_gives_the_same(rules, reading):
    counted, listed = summary(rules, reading), summary_of(placements(rules, reading))
    assert (counted.starts == listed.starts).all()
    for part in ("cut_later", "both_later", "peak", "at_start", "by_column"):
        assert getattr(counted, part) == getattr(listed, part), part


def test_a_listing_sums_up_vis_as_the_heart_module_does():
    every = placements(CORE)
    scores = [heart.vis_by_column(load(), p) for p in every]
    assert summary_of(every).by_column == tuple((min(s[c] for s in scores), max(s[c] for s in scores)) for c in COLUMNS)


def test_a_rule_of_ones_own():
    mine = multiverse.example()
    assert mine.placements == 26 and mine.columns == "3a, 3b"
    assert (mine.anakinra[2], mine.anakinra[3], mine.same_day, mine.same_column) == (4, 22, 26, 22)
    assert multiverse.before("8", "13") and not multiverse.before("3b", "3a")
    assert len(multiverse.left_by(lambda p: p["methylprednisolone"][2] == "3b")) == 23


# ---- VIS ----

def test_vis_by_column_of_the_ten():
    low, high = zip(*state("all").by_column)
    assert low == (10, 15, 15, 20, 7.5, 1.25, 0, 0, 0, 0)
    assert high == (10, 27.5, 27.5, 20, 17.5, 12.5, 2.5, 1.25, 0, 0)
    assert state("all").at_start == (20, 20) and state("core").peak == (20, 27.5)


def _infusion_vectors():
    """VIS of every gapped placement of the three infusions, in steps of 1.25; first column; column of the first cut."""
    vectors = []
    for rates, cut in (((8, 12, 12, 6, 4, 0), 3), ((8, 8, 8, 0), 3), ((2, 2, 2, 2, 1, 0), 4)):
        cells = np.array(list(combinations(range(10), len(rates))))
        doses = np.zeros((len(cells), 10), dtype=np.uint8)
        doses[np.arange(len(cells))[:, None], cells] = rates
        vectors.append((cells[:, 0], cells[:, cut], doses))
    return vectors


def test_peak_vis_over_all_gapped_infusions_tried_one_by_one():
    (ds, dc, dv), (as_, ac, av), (ms, mc, mv) = _infusion_vectors()
    sums = (av[:, None] + mv[None]).reshape(-1, 10)
    start = np.repeat(as_, len(ms)), np.tile(ms, len(as_))
    cut = np.minimum(np.repeat(ac, len(mc)), np.tile(mc, len(ac)))
    peaks = {"any": [99, 0], "core": [99, 0]}
    for s, c, doses in zip(ds, dc, dv):
        peak, first_cut = (sums + doses).max(axis=1), np.minimum(cut, c)
        # core without one_run: dobutamine in 1, others later, a pulse in 3a … 4 between their starts and the first cut
        fits = (s == 0) & (np.minimum(*start) > 0) & (np.maximum(np.maximum(*start), 2) <= np.minimum(first_cut, 4))
        for name, kept in (("any", slice(None)), ("core", fits)):
            if peak[kept].size:
                peaks[name] = [min(peaks[name][0], peak[kept].min()), max(peaks[name][1], peak[kept].max())]
    assert [1.25 * float(v) for v in peaks["any"]] == [15, 27.5] == list(summary(()).peak)
    assert [1.25 * float(v) for v in peaks["core"]] == list(state("core", "one_run").peak)


def test_no_state_has_a_higher_vis_than_all_peaks_together():
    assert max(summary(rules, reading).peak[1] for rules, reading in states()) == 15 + 10 + 2.5


@pytest.mark.parametrize("part, whole, text", [(1, 2, "50 %"), (1, 8, "13 %"), (1, 1000, "<1 %"), (999, 1000, ">99 %"),
                                               (0, 7, "0 %"), (7, 7, "100 %"),
                                               (0, 0, "–"), (10**15, 3 * 10**15, "33 %")])
def test_percent(part, whole, text):
    assert percent(part, whole) == text


def test_unknown_rules_readings_and_sets_are_refused():
    for ask in (lambda: summary(("no_such_rule",)), lambda: summary(CORE, "three days"),
                lambda: state("core", "ivig_not_first_day"), lambda: Multiverse(start="nothing")):
        with pytest.raises(KeyError):
            ask()


def test_claims_name_their_rules_and_give_the_size_of_a_fall():
    table = multiverse_claims.claims().set_index("Claim")
    assert table.loc["They start in the same column", "Core rules, two samplings"] == "78 %"
    assert table.loc["The first pulse and anakinra start on the same printed day", "One day, infusions too"] == "79 %"
    assert table.iloc[:, -1].str.contains(r"\(|same").all()
    for marker in ("CRP", "ProBNP"):
        assert [c for c in table.index if c.startswith(marker) and "10 %" in c], f"{marker}: a share without a size"
    printed, rounded = (table.loc[f"Troponin I{words}"]
                        for words in (", as printed, was more than halved before anakinra",
                                        " was more than halved, whatever rounding hid"))
    assert printed.iloc[:3].tolist() == ["100 %"] * 3 and rounded.iloc[:3].tolist() == ["78 %", "78 %", "87 %"]
    assert rounded.iloc[3] == "25 % (without 6) to 97 % (without 7)"


def test_a_listing_takes_its_rules_from_an_iterator():
    assert (one_placement.listing(iter(ALL), TWO) == one_placement.listing(ALL, TWO)
            and len(one_placement.listing(ALL, TWO)) == count(ALL))
