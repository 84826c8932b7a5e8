"""ProBNP and troponin beside published levels, against published limits and hand calculations."""

import html
import math

import pytest

from casebook import charts, load, marker_levels
from casebook.tables.references import bibliography


def test_nt_probnp_limits_at_eight_years():
    assert round(marker_levels.nt_probnp_limit(8)) == 258 and round(marker_levels.nt_probnp_limit(8, 0)) == 44
    assert round(marker_levels.nt_probnp_limit(8, -1.96)) == 7


def test_levels_at_given_zlogs_by_hand():
    """8.0 years are 2922 days, log10 3.4657: 3.92 (3.7734 + 1.7744 - 3.417) / (1.489 + 0.0485) = 5.433: 5935 ng/L."""
    assert marker_levels.nt_probnp_limit(8, 5.433) == pytest.approx(5935, rel=0.003)


@pytest.mark.parametrize("age", [1, 8, 15])
def test_the_published_formula_gives_back_the_zlog(age):
    level, t = marker_levels.nt_probnp_limit(age, 1.3), math.log10(age * 365.25)
    assert 3.92 * (math.log10(level) + 0.512 * t - 3.417) / (1.489 + 0.014 * t) == pytest.approx(1.3)


def test_her_seventh_day_is_inside_at_eight_and_outside_just_before_nine():
    assert marker_levels.nt_probnp_limit(8.0) > 252 > marker_levels.nt_probnp_limit(8.99)


def test_natural_logarithms_would_give_an_absurd_limit():
    """The page says: about 1 ng/L."""
    t = math.log(8 * 365.25)
    assert math.exp(1.96 * (1.489 + 0.014 * t) / 3.92 - 0.512 * t + 3.417) == pytest.approx(1.1, abs=0.1)


def test_fall_that_rounding_allows_by_hand():
    """0.065 -> 0.035 falls by 46 %, 0.075 -> 0.025 by 67 %."""
    assert marker_levels.rounded_fall(0.07, 0.03, 0.01) == pytest.approx((46.15, 66.67), abs=0.01)
    assert marker_levels.rounded_fall(0.07, 0.02, 0.01) == pytest.approx((61.54, 80), abs=0.01)


def test_troponin_against_three_assays():
    """Limits 7, 16 and 38 ng/L; hers 70, 30, 20 and under 10."""
    table = load()
    compared = marker_levels.against_limits(table[table["parameter"] == "troponin I"])
    assert compared.values.tolist() == [["0.07", "70", "above", "above", "above"],
                                        ["0.03", "30", "above", "above", "below"],
                                        ["0.02", "20", "above", "above", "below"],
                                        ["<0.01", "<10", "cannot say", "below", "below"]]
    assert list(compared.columns[2:]) == ["Ortho", "Abbott", "Siemens"]


def test_published_levels_are_ordered_and_sourced():
    levels = marker_levels.levels()
    with_range = levels.dropna(subset=["low", "high"])
    assert ((with_range["low"] < with_range["value"]) & (with_range["value"] < with_range["high"])).all()
    assert set(levels["source"]) <= set(bibliography())


def test_her_peak_lies_where_the_page_says():
    levels = marker_levels.levels().query("marker == 'ProBNP'").set_index("short")
    for group in ("MIS-C, USA, sickest class", "MIS-C, France, EF reduced"):
        assert levels["low"][group] < 6340 < levels["high"][group]
    assert levels["value"]["MIS-C, EF 55 % or more"] < 6340 < levels["value"]["MIS-C, EF below 55 %"]


@pytest.mark.parametrize("marker, levels",
                         [("ProBNP", ["6,340", "1,570", "252", "<70"]), ("troponin I", ["70", "30", "20", "<10"])])
def test_the_chart_shows_her_values_in_their_printed_columns(marker, levels):
    """Table 1: ProBNP 6340, 1570, 252 and <70 ng/L in 2, 5, 7, 13; troponin I 0.07, 0.03, 0.02, <0.01 ug/L."""
    numbers = charts.markers.published(load(), marker).table
    hers = numbers[numbers["Who"].str.startswith("this girl")]
    assert hers["Level, ng/L"].map(html.unescape).tolist() == levels
    assert hers["What"].str.contains('data-placement="printed"').all(), "a reconstructed value among printed ones"
