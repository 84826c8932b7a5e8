"""Numbers that texts quote: halving times, shares, texts of the case."""

import pytest

from casebook import counts, kinetics, values
from casebook.display.text import render
from casebook.tables.references import cite_label
from casebook.tables.resources import CaseDataError


# Hand calculation: t = hours * ln 2 / ln(first / last), e.g. 3b to 4, 12 h: 12 * 0.693 / ln(4564 / 3280) = 25.2 h
@pytest.mark.parametrize("gap, first, last, hours", [
    (12, "3a", "3b", "26 h"), (24, "3a", "3b", "52 h"),
    (0, "3b", "4", "50 h"), (12, "3b", "4", "25 h"), (24, "3b", "4", "50 h"),
    (0, "4", "5", "23 h"), (12, "4", "5", "23 h"), (24, "4", "5", "23 h"),
    (12, "5", "6", "23 h"), (12, "6", "7", "15 h")])
def test_probnp_halves_in_these_hours_for_each_gap_between_3a_and_3b(gap, first, last, hours):
    assert counts.halving("ProBNP", first, last, gap=gap) == hours


def test_a_gap_of_a_day_moves_every_later_column():
    assert kinetics.hours(24)["4"] - kinetics.hours(12)["4"] == 24
    assert kinetics.hours(12)["13"] == 12 * 24


@pytest.mark.parametrize("first, last, elapsed", [(10, 20, 12), (10, 10, 12), (10, 5, 0), (0, 0, 5)])
def test_a_value_that_does_not_fall_has_no_halving_time(first, last, elapsed):
    with pytest.raises(ValueError, match="expected a fall"):
        kinetics.halving_time(first, last, elapsed)


def test_a_gap_beyond_a_day_is_refused():
    with pytest.raises(ValueError, match="0 to 24"):
        kinetics.hours(30)


def test_counts_quoted_in_texts():
    n = counts.numbers()
    assert (n.first, n.core, n.core_same_day, n.core_same_column, n.core_pulse_earlier) == ("33,075", 41, 41, 32, 9)
    assert (n.one_day, n.one_day_same_day, n.one_day_same_column, n.all_rules) == (58, 58, 45, 10)
    assert (n.strict_anakinra_later, n.strict_cut_later, n.strict_both) == (9, 9, 0)
    assert n.without_anakinra_first == 271
    assert n.without["support_until_anakinra"] == 275 and n.without_same_column["support_until_anakinra"] == 78
    assert n.vis_day7_not_zero == "4 of 10"


def test_parts_of_the_limit_add_up():
    n = counts.numbers()
    parts = n.loose_pulse3_anakinra4 + n.loose_both_day3 + n.loose_both_day4
    assert parts == int(n.loose.replace(",", "")) == 1894
    assert n.loose_share == "21 %"


def test_share_of_placements_with_ef_67_before_anakinra():
    # First echo fixed in column 1: of the 36 places of the other seven, 28 put the 67 in column 2 and 7 in 3a.
    # Anakinra in 3a (9 placements) needs the 67 in column 2; in 3b (32, or all ten) it may also stand in 3a.
    assert counts.numbers().ef60_core == f"{100 * (9 * 28 + 32 * 35) / (41 * 36):.0f} %" == "93 %"
    assert counts.numbers().ef60_all == f"{100 * 35 / 36:.0f} %" == "97 %"


def test_quoted_values_are_marked_as_printed_or_reconstructed():
    assert values.printed("ProBNP", "3b") == '<span data-placement="printed" data-value="probnp-4">4564\xa0ng/L</span>'
    procalcitonin = values.printed("procalcitonin", "5")
    assert 'data-placement="reconstructed" data-value="procalcitonin-5">4. 3\xa0' in procalcitonin
    assert values.change("ProBNP", "3a", "3b") == "−27 %" and values.ratio("ProBNP", "3b", "4") == "0.72"
    assert (counts.vis("2"), counts.vis("2", variant=True)) == ("27.5", "15")
    assert (counts.expected_fs("3a"), counts.expected_fs("3b")) == ("27", "26")


@pytest.mark.parametrize("broken, message", [
    ("{{ n.nothing }}", "nothing"), ("{{ printed('CRP', '6') }}", "no CRP in column 6"),
    ("{{ change('troponin I', '3b', '4') }}", "a measured number"), ("see [@nobody1999]", "no entry 'nobody1999'"),
    ("{{ n.core", "braces")])
def test_a_text_that_asks_for_what_is_not_there_stops_with_its_name(broken, message):
    with pytest.raises(CaseDataError, match=message):
        render(broken)


def test_citations_become_links_to_the_references_page():
    assert cite_label("gaies2014").startswith("Gaies et al. 2014")
    assert cite_label("vanseviciene2022") == "Vansevičienė et al. 2022", "accents written in LaTeX"
    assert 'href="references.html#ref-err-bnp"' in render("[@err_bnp]")


def test_a_citation_label_spells_accents():
    from casebook.tables.references import cite_label

    assert cite_label("caglayan2022") == "Çağlayan et al. 2022"
