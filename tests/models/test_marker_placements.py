"""Where the markers could stand: shares against closed forms, brute force and the fact sheet."""

from itertools import combinations, product
from math import comb

import pytest

from casebook import counts, values
from casebook.models.marker_placements import FALLS, MARKERS, already, echo_hits, half_units, marker_hits, marker_values
from casebook.models.multiverse import percent, state, summary
from casebook.models.placements import CORE, READINGS, placements
from casebook.tables.table1 import COLUMNS
from placing import ALL


def test_markers_of_the_table():
    assert marker_values("CRP") == [171, 173, 110, 121, 75, 40, 9.8, 3.4, 3.4]
    assert marker_values("procalcitonin, as printed") == [53, 28, 9.52, 41, 4.3, 0.3, 0.04]
    assert marker_values("procalcitonin, 41 read as 4.1")[3] == 4.1
    assert marker_values("procalcitonin, 41 left out") == [53, 28, 9.52, 4.3, 0.3, 0.04]
    assert marker_values("ProBNP")[-1] == 70, "a limit counts as its bound"


@pytest.mark.parametrize("fall", FALLS)
@pytest.mark.parametrize("marker", MARKERS)
def test_marker_placements_against_a_closed_form(marker, fall):
    """j of k samples lie before column a in C(a, j) * C(n-a, k-j) of the C(n, k) placements."""
    for n in (10, 12):
        hits, every = marker_hits(marker, fall, n)
        seen, k = already(marker_values(marker), fall), len(marker_values(marker))
        assert every == comb(n, k)
        assert hits.tolist() == [sum(comb(a, j) * comb(n - a, k - j) for j in range(k + 1) if seen[j])
                                 for a in range(n)]


def test_every_reading_of_crp_and_procalcitonin_tried_one_by_one():
    for marker in ("CRP", "procalcitonin, as printed"):
        values, hits_of = marker_values(marker), {fall: 0 for fall in FALLS}
        tried = 0
        for placement, cells in product(placements(CORE), combinations(COLUMNS, len(values))):
            before = [v for v, c in zip(values, cells) if COLUMNS.index(c) < COLUMNS.index(placement["anakinra"][0])]
            tried += 1
            for fall, share in FALLS.items():
                low = max(values) * (100 - share) / 100
                hits_of[fall] += bool(before) and max(before) == max(values) and before[-1] < low
        for fall, hits in hits_of.items():
            assert state().readings(marker, fall) == (hits, tried), f"{marker}, {fall}"


SHARES = {  # rules added up to here: troponin, ProBNP, CRP, procalcitonin as printed, 41 read as 4.1, 41 left out
    "below": {5: "71 57 53 61 61 55", 6: "100 97 93 95 95 90", 7: "100 78 55 74 74 59", 8: "100 100 70 82 82 67",
              9: "100 100 70 82 82 67"},
    "more than halved": {5: "71 14 21 26 41 33", 6: "100 28 43 46 77 62", 7: "100 0 0 23 23 13", 9: "100 0 0 29 29 17"},
}


@pytest.mark.parametrize("fall", SHARES)
def test_shares_of_the_fact_sheet(fall):
    for stage, shares in SHARES[fall].items():
        for rules in [ALL[:n] for n in range(1, 6)] if stage == 5 else [ALL[:stage]]:
            assert [summary(rules).share(m, fall) for m in MARKERS] == [f"{v} %" for v in shares.split()], rules


def test_more_than_10_per_cent_changes_probnp_alone():
    for stage, share in ((6, "85 %"), (7, "0 %"), (8, "0 %"), (9, "0 %")):
        s = summary(ALL[:stage])
        assert s.share("ProBNP", "by more than 10 %") == share
        assert all(s.share(m) == s.share(m, "by more than 10 %") for m in MARKERS if m != "ProBNP")


def test_only_a_start_on_day_6_leaves_room_for_a_halved_probnp():
    assert [COLUMNS[a] for a in range(7) if marker_hits("ProBNP", "more than halved")[0][a]] == ["6"]
    assert [r for r in CORE
            if state("core", r).share("troponin I", "more than halved") != "100 %"] == ["anakinra_after_pulse"]


def test_a_printed_value_stands_for_half_a_unit_of_its_last_digit_to_either_side():
    assert half_units("troponin I") == [0.005] * 4 + [0] * 6, "a limit is a bound and has no rounding"
    assert half_units("CRP") == [0.5] * 6 + [0.05] * 3
    assert half_units("procalcitonin, as printed") == [0.5, 0.5, 0.005, 0.5, 0.05, 0.05, 0.005], \
        "'4. 3' is printed to a tenth"
    assert half_units("procalcitonin, 41 read as 4.1")[3] == 0.05 and len(half_units("procalcitonin, 41 left out")) == 6


def test_troponin_is_certainly_halved_only_with_anakinra_in_3b():
    """0.07, 0.03, 0.02: 0.03 may be 0.034 after 0.066, more than half; 0.02 is less than half of 0.07 anyway."""
    assert (0.025 / 0.075 < 0.5 < 0.035 / 0.065) and 0.025 / 0.065 < 0.5
    hits, _ = marker_hits("troponin I", "more than halved", rounded=True)
    assert [COLUMNS[a] for a in range(10) if hits[a]] == list(COLUMNS[3:]), \
        "certain from 3b on, whose last value before is that of 3a"
    core = [p["anakinra"][0] for p in placements(CORE)]
    assert state().readings("troponin I", "more than halved") == (41, 41)
    assert state().readings("troponin I", "more than halved", rounded=True) == (core.count("3b"), len(core)) == (32, 41)


def test_rounding_changes_no_other_share_of_the_chapter():
    states = [state(reading=r) for r in READINGS] + [state("core", rule) for rule in CORE]
    changed = {(m, f) for m in MARKERS for f in FALLS for s in states
               if s.readings(m, f) != s.readings(m, f, rounded=True)}
    assert changed == {("troponin I", "more than halved")}
    assert all(abs(ef - 60) > 0.5 for ef in values.table().query("parameter == 'EF'")["value"]), \
        "an EF is 60 or not, by rounding"


def test_the_rule_on_support_lowers_the_crp_share():
    assert (state("all").share("CRP"), state("all", "support_until_anakinra").share("CRP")) == ("70 %", "97 %")
    assert (state("core").share("CRP"), state("core", "support_until_anakinra").share("CRP")) == ("55 %", "93 %")


def test_ef_before_anakinra_as_the_texts_say_it():
    hits, every = echo_hits()
    assert every == 36
    for name, words in (("core", counts.numbers().ef60_core), ("all", counts.numbers().ef60_all)):
        assert percent(int((state(name).anakinra * hits).sum()), state(name).placements * every) == words
