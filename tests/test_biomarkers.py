"""ProBNP and troponin beside published levels, against published limits and hand calculations."""

import math

import pytest

from casebook import biomarkers, load
from casebook.text import bibliography


def test_nt_probnp_limits_at_eight_years():
    assert round(biomarkers.nt_probnp_limit(8)) == 258 and round(biomarkers.nt_probnp_limit(8, 0)) == 44
    assert round(biomarkers.nt_probnp_limit(8, -1.96)) == 7


def test_zlog_of_her_values_by_hand():
    """8.0 years are 2922 days, log10 3.4657: 3.92 (3.7734 + 1.7744 - 3.417) / (1.489 + 0.0485) = 5.43 for 5935."""
    assert biomarkers.nt_probnp_zlog(5935, 8) == pytest.approx(5.43, abs=0.005)
    assert [round(biomarkers.nt_probnp_zlog(v, 8), 2) for v in (252, 226, 70)] == [1.93, 1.81, 0.52]


def test_level_and_zlog_are_inverse():
    for age in (1, 8, 15):
        assert biomarkers.nt_probnp_zlog(biomarkers.nt_probnp_limit(age, 1.3), age) == pytest.approx(1.3)


def test_her_seventh_day_is_inside_at_eight_and_outside_just_before_nine():
    assert biomarkers.nt_probnp_limit(8.0) > 252 > biomarkers.nt_probnp_limit(8.99)


def test_natural_logarithms_would_give_an_absurd_limit():
    """The page says: about 1 ng/L."""
    t = math.log(8 * 365.25)
    assert math.exp(1.96 * (1.489 + 0.014 * t) / 3.92 - 0.512 * t + 3.417) == pytest.approx(1.1, abs=0.1)


def test_fall_that_rounding_allows_by_hand():
    """0.065 -> 0.035 falls by 46 %, 0.075 -> 0.025 by 67 %."""
    assert biomarkers.rounded_fall(0.07, 0.03, 0.01) == pytest.approx((46.15, 66.67), abs=0.01)
    assert biomarkers.rounded_fall(0.07, 0.02, 0.01) == pytest.approx((61.54, 80), abs=0.01)


def test_troponin_against_three_assays():
    """Limits 7, 16 and 38 ng/L; hers 70, 30, 20 and under 10."""
    table = load()
    found = biomarkers.against_limits(table[table["parameter"] == "troponin I"])
    assert found.values.tolist() == [["0.07", "70", "above", "above", "above"], ["0.03", "30", "above", "above", "below"],
                                     ["0.02", "20", "above", "above", "below"], ["<0.01", "<10", "cannot say", "below", "below"]]
    assert list(found.columns[2:]) == ["Ortho", "Abbott", "Siemens"]


def test_published_levels_are_ordered_and_sourced():
    levels = biomarkers.levels()
    with_range = levels.dropna(subset=["low", "high"])
    assert ((with_range["low"] < with_range["value"]) & (with_range["value"] < with_range["high"])).all()
    assert set(levels["source"]) <= set(bibliography())


def test_her_peak_lies_where_the_page_says():
    levels = biomarkers.levels().query("marker == 'ProBNP'").set_index("short")
    for group in ("MIS-C, USA, sickest class", "MIS-C, France, EF reduced"):
        assert levels["low"][group] < 6340 < levels["high"][group]
    assert levels["value"]["MIS-C, EF 55 % or more"] < 6340 < levels["value"]["MIS-C, EF below 55 %"]
