"""The toys against closed forms, a plain loop and the published shares; Bayes against sums by hand."""

from itertools import product

import numpy as np
import pytest
from scipy import integrate
from scipy.stats import norm, truncnorm

from casebook import charts, simulation


def percent(share):
    return round(100 * share.value)


@pytest.mark.parametrize("error, threshold", list(product(charts.nothing_drug.ERRORS, charts.nothing_drug.THRESHOLDS)))
def test_treating_the_extreme_agrees_with_the_closed_form(error, threshold):
    """First reading ~ N(0, 1 + error²), cut at the threshold; second given first ~ N(first / (1 + error²), …)."""
    toy, sd = simulation.treat_extremes(error, threshold), np.sqrt(1 + error ** 2)
    mean = truncnorm.mean(threshold / sd, np.inf, scale=sd)
    assert toy.change == pytest.approx(-mean * error ** 2 / sd ** 2, abs=4 * toy.change_error)
    pull, rest = 1 / sd ** 2, np.sqrt(sd ** 2 - 1 / sd ** 2)
    lower, _ = integrate.quad(lambda x: norm.pdf(x, scale=sd) * norm.cdf((x - pull * x) / rest), threshold, 12 * sd)
    assert toy.better.value == pytest.approx(lower / norm.sf(threshold / sd), abs=4 * toy.better.error)


def test_the_published_numbers_of_toy_1():
    toy = simulation.treat_extremes()
    assert f"{toy.change:.2f}" == "-1.11" and percent(toy.better) == 81


@pytest.mark.parametrize("course, moment, better",
                         [("resolving", "bad day", 79), ("stable", "bad day", 69), ("stable", "same days", 50),
                           ("resolving", "days 3 to 5", 75), ("resolving", "days 3 to 12", 88)])
def test_the_published_shares_of_toy_2(course, moment, better):
    assert percent(simulation.nothing_drug(course, moment).better) == better


def test_29_per_cent_improve_by_30_per_cent_or_more():
    assert percent(simulation.nothing_drug().much_better) == 29


def test_days_dealt_out_by_lot_give_71_per_cent_and_not_77():
    """Sum over days: how often the rule uses a day times how often an unselected child is better two days later."""
    read = simulation.readings(seed=99)
    _, day = simulation.bad_days(read)
    expected = sum(np.mean(day == d) * np.mean(read[:, d + 1] < read[:, d - 1])
                   for d in range(3, simulation.HORIZON + 1))
    toy = simulation.nothing_drug("resolving", "same days")
    assert toy.better.value == pytest.approx(expected, abs=0.01) and percent(toy.better) == 71


def test_the_bad_day_rule_agrees_with_a_plain_loop():
    read = simulation.readings(children=400)
    who, day = simulation.bad_days(read)
    expected = {}
    for child, row in enumerate(read):
        for d in range(3, simulation.HORIZON + 1):
            now, before = row[d - 1], row[d - 2]
            if now >= 0.8 and before >= 0.8 and now >= before:
                expected[child] = d
                break
    assert dict(zip(who.tolist(), day.tolist())) == expected and 100 < len(expected) < 400


def test_without_noise_and_course_nothing_changes():
    assert simulation.nothing_drug("stable", "bad day", noise=0.0).better.value == 0


def test_the_true_course_peaks_at_its_peak_day():
    true = simulation.readings(noise=0.0, children=500)
    assert set(true.argmax(axis=1) + 1) <= {2, 3, 4, 5}


def test_the_same_seed_gives_the_same_children_and_another_seed_others():
    simulation.readings.cache_clear()
    once = simulation.nothing_drug(children=3000).better
    simulation.readings.cache_clear()
    another = simulation.nothing_drug(children=3000, seed=1).better
    assert simulation.nothing_drug(children=3000).better == once != another


def test_the_monte_carlo_error_is_the_spread_over_seeds():
    runs = [simulation.nothing_drug(children=2000, seed=s).better for s in range(60)]
    assert np.std([r.value for r in runs]) == pytest.approx(np.mean([r.error for r in runs]), rel=0.3)


def test_wrong_arguments_are_refused():
    for wrong in ({"course": "chronic"}, {"moment": "never"}):
        with pytest.raises(KeyError):
            simulation.nothing_drug(children=10, **wrong)
    with pytest.raises(ValueError, match="expected 1, 2 or 3"):
        simulation.nothing_drug(wait=4, children=10)


@pytest.mark.parametrize("works, idle, ratio, after",
                         [(0.99, 0.98, 1.01, 40.2), (0.95, 0.90, 1.06, 41.3), (0.95, 0.80, 1.19, 44.2),
                          (0.90, 0.50, 1.80, 54.5), (0.90, 0.30, 3.00, 66.7)])
def test_bayes_by_hand(works, idle, ratio, after):
    assert simulation.likelihood_ratio(works, idle) == pytest.approx(ratio, abs=0.005)
    assert 100 * simulation.posterior(0.4, works, idle) == pytest.approx(after, abs=0.05)
    odds = 0.4 / 0.6 * works / idle
    assert simulation.posterior(0.4, works, idle) == pytest.approx(odds / (1 + odds))


def test_the_convincing_case_has_a_large_rate_ratio_and_seven_switches():
    hour, on, count = simulation.on_off()
    assert simulation.rate_ratio(on, count) > 10
    assert int(np.sum(on[1:] != on[:-1])) == 7
    assert simulation.all_by_chance(7) == np.mean([all(way) for way in product([True, False], repeat=7)])


def test_every_share_on_the_page_states_seed_error_and_window():
    for state in charts.nothing_drug.rescue_states():
        assert (f"seed {simulation.SEED}" in state["words"] and "±" in state["words"] and "rescues" in state["words"]
                and " day" in state["words"])
    for figure in (charts.nothing_drug.noise().figure, charts.nothing_drug.rescue().figure):
        assert f"seed {simulation.SEED}" in figure.note and "Monte Carlo standard error" in figure.note
    assert f"day {simulation.HORIZON}" in charts.nothing_drug.rescue().figure.note


def test_the_sliders_start_where_nothing_is_claimed():
    starts = {p["name"]: p["value"] for (_, chart), in [charts.causal.bayes().variants]
              for p in chart.to_dict()["params"]}
    assert starts == {"works": 50, "idle": 50, "prior": 50}
