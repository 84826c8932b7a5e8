"""Anakinra in the one-compartment model, against closed forms, an independent integration and published values."""

from math import exp, log

import numpy as np
import pytest

from casebook import pharmacokinetics as pk


def integrate(of, mg, times, until, step=0.005):
    """Levels by the classical Runge-Kutta method on the two amounts, depot and blood; knows nothing of exponentials."""
    def slope(y):
        return np.array([-of.absorption * y[0], of.absorption * y[0] - of.clearance / of.volume * y[1]])

    y, levels = np.zeros(2), []
    due = {round(t / step) for t in times}
    for i in range(round(until / step) + 1):
        if i in due:
            y[0] += mg
        levels.append(y[1] / of.volume)
        k1 = slope(y)
        k2 = slope(y + step / 2 * k1)
        k3 = slope(y + step / 2 * k2)
        k4 = slope(y + step * k3)
        y = y + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return np.arange(len(levels)) * step, np.array(levels)


# parameters

def test_parameters_at_70_kg_are_the_published_ones():
    of = pk.parameters(70)
    assert (of.clearance, of.volume, of.absorption) == (6.24, 65.2, 0.38)


def test_parameters_at_25_kg_by_hand():
    of = pk.parameters(25)
    assert of.clearance == pytest.approx(6.24 * exp(0.47 * log(25 / 70))) == pytest.approx(3.85, abs=0.005)
    assert of.volume == pytest.approx(65.2 * exp(0.76 * log(25 / 70))) == pytest.approx(29.8, abs=0.05)
    assert of.elimination == pytest.approx(0.129, abs=0.0005)
    assert pk.half_life(of) == pytest.approx(5.4, abs=0.05) and pk.peak_time(of) == pytest.approx(4.3, abs=0.05)
    assert 4 <= pk.half_life(of) <= 6 and 3 <= pk.peak_time(of) <= 7, "the label's intervals"


def test_grams_are_kilograms():
    assert pk.parameters(25000, "g") == pk.parameters(25, "kg")
    assert pk.convert(4, "d", "time") == 96 and pk.convert(90, "min", "time") == 1.5


@pytest.mark.parametrize("call, says", [
    (lambda: pk.parameters(55, "lb"), "unit 'lb' of a weight: expected one of kg, g"),
    (lambda: pk.parameters(25, "mg"), "unit 'mg' of a weight"),
    (lambda: pk.parameters(0), "weight 0: expected a positive number"),
    (lambda: pk.parameters(-25), "weight -25"),
    (lambda: pk.parameters(float("nan")), "weight nan"),
    (lambda: pk.parameters(25, "kg", 0), "clearance factor 0"),
    (lambda: pk.dose_mg(8, 25, "mg/lb"), "unit 'mg/lb' of a dose"),
    (lambda: pk.dose_mg(8, 25, "mL"), "unit 'mL' of a dose"),
    (lambda: pk.dose_mg(8, 0), "weight 0"),
    (lambda: pk.dose_mg(-8), "dose -8"),
    (lambda: pk.exposure(pk.parameters(), 24, 24, 200), "expected an end after the start"),
])
def test_what_makes_no_sense_is_refused_by_name(call, says):
    with pytest.raises(ValueError, match=says.replace("(", r"\(")):
        call()


def test_doses_in_mg():
    assert pk.dose_mg(8, 25) == pk.dose_mg(200, 25,
                                           "mg") == pk.dose_mg(0.2, 25, "g") == pk.dose_mg(0.008, 25, "g/kg") == 200


# levels

def test_a_single_dose_by_hand():
    # ke 0.1: 2 D/V (e^-0.1t - e^-0.2t), highest at ln 2 / 0.1
    of = pk.Parameters(clearance=1, volume=10, absorption=0.2)
    assert float(pk.one_dose(of, 10 * log(2), 100)) == pytest.approx(20 * (0.5 - 0.25))
    assert pk.peak_time(of) == pytest.approx(10 * log(2)) and pk.half_life(of) == pytest.approx(10 * log(2))
    assert float(pk.one_dose(of, 0, 100)) == 0 == float(pk.one_dose(of, -3, 100))


@pytest.mark.parametrize("nearly", [0.2, 0.2 * (1 + 1e-7)])
def test_equal_rates_are_the_limit_of_unequal_ones(nearly):
    of = pk.Parameters(clearance=nearly * 10, volume=10, absorption=0.2)
    assert float(pk.one_dose(of, 5, 100)) == pytest.approx(10 * 0.2 * 5 * exp(-1), rel=1e-5)
    assert pk.peak_time(of) == pytest.approx(5, rel=1e-5)


@pytest.mark.parametrize("regimen", pk.REGIMENS)
@pytest.mark.parametrize("factor", [1, 0.3])
def test_superposition_against_runge_kutta(regimen, factor):
    of, r = pk.parameters(25, "kg", factor), pk.REGIMENS[regimen]
    hours, levels = integrate(of, r.dose * 25, r.times, r.end + 12, step=0.02)
    assert pk.concentration(of, hours, r.dose * 25, r.times) == pytest.approx(levels, abs=1e-5)
    mean = np.trapezoid(levels[(hours > r.end - 24 - 1e-9) & (hours < r.end + 1e-9)], dx=0.02) / 24
    c = pk.course(regimen, 25, factor)
    assert (c.peak, c.trough, c.mean) == pytest.approx((levels.max(), levels[round(r.end / 0.02)], mean), rel=1e-3)


def test_all_of_a_dose_is_cleared_in_the_end():
    of = pk.parameters()
    assert of.clearance * pk.exposure(of, 0, 1000, 200) == pytest.approx(200)
    assert of.clearance * pk.exposure(of, 0, 1000, 50, [0, 6, 12, 18]) == pytest.approx(200)


# the book's numbers (fact sheet)

@pytest.mark.parametrize("regimen, peak, trough, mean, below", [
    ("daily", 4.1, 0.48, 2.2, 25), ("six-hourly", 2.3, 1.9, 2.2, None), ("one day", None, None, None, 19),
    ("trial", 1.03, 0.12, 0.54, None)])
def test_the_fact_sheet(regimen, peak, trough, mean, below):
    c = pk.course(regimen)
    for value, expected in ((c.peak, peak), (c.trough, trough), (c.mean, mean)):
        assert expected is None or value == pytest.approx(expected, abs=0.05 if expected > 1.5 else 0.005)
    assert below is None or round(c.below) == below
    assert c.daily_mg == (50 if regimen == "trial" else 200)


def test_the_second_reading_is_the_dose_of_mistic():
    """8 mg/kg a day, at most 100 mg every 6 h [mistic_registry]: the second reading: the cap must not bind."""
    r = pk.REGIMENS["six-hourly"]
    assert (r.interval, r.dose * 24 / r.interval) == (6, 8)
    assert all(pk.dose_mg(r.dose, kg) <= 100 for kg in (*pk.WEIGHT_RANGE_KG, 45)), \
        "45 kg is the end of the slider of charts_pk.regimens"


def test_the_range_of_weights():
    low, high = pk.WEIGHT_RANGE_KG
    assert [round(pk.course("daily", w).mean, 1) for w in (low, high)] == [1.9, 2.6]
    assert [round(pk.half_life(pk.parameters(w)), 1) for w in (low, high)] == [4.9, 6.0]


def test_the_exercise():
    assert [round(pk.trough_ratio(f), 2) for f in (1, 0.5, 0.2)] == [0.25, 0.54, 0.80]
    assert round(pk.half_life(pk.parameters(clearance_factor=0.2))) == 27


@pytest.mark.parametrize("level", [0.1, 0.4, 0.8])
def test_twice_the_dose_buys_one_half_life(level):
    of = pk.parameters()
    longer = [pk.time_above(of, 2 * mg, level=level) - pk.time_above(of, mg, level=level) for mg in (100, 200)]
    assert longer == pytest.approx([pk.half_life(of)] * 2, rel=0.06)


def test_time_above_a_level():
    of = pk.parameters()
    hours = pk.time_above(of, 200)
    assert float(pk.one_dose(of, hours, 200)) == pytest.approx(pk.LEVEL)
    assert pk.time_above(of, 1) == 0, "a level that is never reached"


def test_excess_by_weight():
    assert pk.excess(1.7, 17) == pytest.approx(100_000), "1.7 mg/L is 1,700,000 pg/mL"
    assert pk.spread() == pytest.approx((exp(-0.5488), exp(0.5488)))
