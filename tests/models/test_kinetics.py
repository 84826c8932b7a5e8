"""Falls and their limits against sums done by hand, published values, and all placements counted one by one."""

import math
from itertools import combinations

import pytest

from casebook import charts, kinetics
from casebook.display.figure import Figure
from casebook.models.placements import CORE, RULES, placements
from casebook.tables.table1 import COLUMNS


@pytest.mark.parametrize("gap, expected", [
    (0, [0, 24, 48, 48, 72, 96, 120, 144, 168, 288]), (12, [0, 24, 48, 60, 72, 96, 120, 144, 168, 288]),
                                           (24, [0, 24, 48, 72, 96, 120, 144, 168, 192, 312])])
def test_the_clock_of_the_columns(gap, expected):
    assert list(kinetics.hours(gap).values()) == expected


@pytest.mark.parametrize("call", [lambda: kinetics.hours(25), lambda: kinetics.hours(-1),
                                  lambda: kinetics.halving_time(3, 4, 24),
                                  lambda: kinetics.halving_time(4, 3, 0), lambda: kinetics.share_left(24, 0),
                                  lambda: kinetics.share_left(-1, 19),
                                  lambda: kinetics.min_hours(0, 1, 19), lambda: kinetics.fall_before("CRP", "4"),
                                  lambda: kinetics.fall_before("ProBNP", "1")])
def test_what_makes_no_sense_is_refused(call):
    with pytest.raises(ValueError):
        call()


@pytest.mark.parametrize("parameter, reading", [("LMWH", "as printed"), ("procalcitonin", "41 read as 14")])
def test_a_row_without_numbers_or_an_unknown_reading_is_refused(parameter, reading):
    with pytest.raises(KeyError):
        kinetics.values(parameter, reading)


def test_crp_can_fall_by_58_per_cent_in_a_day():
    assert 1 - kinetics.share_left(24, 19) == pytest.approx(0.583, abs=0.0005)
    assert kinetics.share_left(19, 19) == 0.5 and kinetics.share_left(0, 19) == 1


@pytest.mark.parametrize("first, last, half_life, expected", [
    (40, 9.8, 19, 38.6), (9.8, 3.4, 19, 29.0), (173, 110, 19, 12.4), (121, 75, 19, 13.1), (28, 9.52, 24, 37.4),
    (41, 4.3, 24, 78.1), (4.3, 0.3, 24, 92.2), (53, 28, 24, 22.1), (0.3, 0.04, 24, 69.8), (28, 9.52, 22.3, 34.7),
    (0.3, 0.04, 22.3, 64.8), (8, 1, 10, 30), (1, 8, 10, 0)])
def test_hours_that_a_fall_needs(first, last, half_life, expected):
    assert kinetics.min_hours(first, last, half_life) == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize("first, last, hours, expected",
                         [(75, 40, 24, 26.5), (40, 9.8, 24, 11.8), (121, 75, 24, 34.8), (8, 1, 30, 10)])
def test_apparent_half_lives(first, last, hours, expected):
    assert kinetics.halving_time(first, last, hours) == pytest.approx(expected, abs=0.05)
    assert kinetics.halving_time(first, last,
                                 hours) == pytest.approx(hours * math.log(2) / (math.log(first) - math.log(last)))


@pytest.mark.parametrize("gap", kinetics.GAPS)
def test_one_crp_placement_of_ten_respects_its_limit_with_six_hours_of_slack(gap):
    worst = kinetics.worst_shortfalls("CRP", gap)
    by_blank = {(set(COLUMNS) - set(columns)).pop(): hours for columns, hours in worst.items()}
    assert list(by_blank) == list(COLUMNS)[::-1] and by_blank.pop("6") == pytest.approx(5.0, abs=0.05)
    assert list(by_blank.values()) == pytest.approx([14.6] * 9, abs=0.05)
    assert [kinetics.unbroken_crp(gap, s) for s in (0, 5, 6, 12, 15)] == [[], [], ["6"], ["6"], list(COLUMNS)[::-1]]


@pytest.mark.parametrize("half_life, expected", [(24, (42, 17, 13)), (22.3, (37, 14, 11))])
def test_no_procalcitonin_placement_respects_its_limit(half_life, expected):
    worst = [kinetics.least_worst(reading, half_life) for reading in kinetics.PCT_READINGS]
    assert [round(h) for h in worst] == list(expected)
    assert [len(kinetics.worst_shortfalls("procalcitonin", reading=r))
            for r in kinetics.PCT_READINGS] == [120, 120, 210]


def test_the_smallest_worst_shortfall_against_counting_by_hand():
    """Once more, without a line of the module: 41 read as 4.1, a clock typed in, all 120 placements."""
    level, clock = [53, 28, 9.52, 4.1, 4.3, 0.3, 0.04], [0, 24, 48, 60, 72, 96, 120, 144, 168, 288]
    worst = [max(24 * math.log2(a / b) - (clock[j] - clock[i])
                 for a, b, i, j in zip(level, level[1:], c, c[1:]) if a > b)
             for c in combinations(range(10), 7)]
    assert min(worst) == pytest.approx(kinetics.least_worst("41 read as 4.1", 24)) and len(worst) == 120


def test_one_pair_of_switches_lets_procalcitonin_pass_and_no_other():
    fits = {(gap, slack, reading) for gap in kinetics.GAPS for slack in kinetics.SLACKS
            for reading in kinetics.PCT_READINGS
            if kinetics.least_worst(reading, gap=gap) <= slack}
    assert fits == {(24, 6, "41 left out"), (24, 12, "41 left out")}
    assert kinetics.least_worst("41 left out", gap=24) == pytest.approx(3.5, abs=0.05)


def test_readings_of_the_41_change_procalcitonin_alone(monkeypatch):
    monkeypatch.setattr(kinetics, "_row", lambda parameter, row=kinetics._row: row(parameter).assign(value=41.0))
    for reading, kept in (("as printed", 41), ("41 read as 4.1", 4.1), ("41 left out", None)):
        assert set(kinetics.values("CRP", reading)["value"]) == {41}
        assert set(kinetics.values("procalcitonin", reading)["value"]) == ({kept} if kept else set())


def test_the_steps_of_the_reference_placement_that_break_their_limit():
    def short(parameter, slack, gap=12):
        return [(s.first, s.last, round(s.shortfall))
                for s in kinetics.broken(kinetics.steps(parameter, gap), slack).itertuples()]

    assert short("CRP", 0) == [("121", "75", 1), ("9.8", "3.4", 5)] and short("CRP", 6) == []
    assert short("procalcitonin", 6) == short("procalcitonin", 12) == [("28", "9.52", 13), ("41", "4.3", 42),
                                                                       ("4.3", "0.3", 20)]
    assert short("procalcitonin", 6, 0)[1] == ("41", "4.3", 30)
    assert short("ProBNP", 0) == short("troponin I", 0) == []


def test_a_limit_of_detection_bounds_a_step_and_gives_none_after_it():
    last = kinetics.steps("ProBNP").iloc[-1]
    assert last.at_least and last["last"] == "<70" and last.needed == pytest.approx(70 / 60 * math.log2(226 / 70))
    steps = kinetics.steps("troponin I")
    assert (list(steps["at_least"]) == [False] * 3 + [True] * 6
            and list(steps["needed"].isna()) == [False] * 4 + [True] * 5)
    assert kinetics.fall_before("troponin I", "5") == (pytest.approx(1 - 0.01 / 0.07), True)


@pytest.mark.parametrize("gap, expected, bend", [
    (0, {("3a", "4"): 26, ("3b", "4"): 50, ("4", "5"): 23, ("5", "6"): 23, ("6", "7"): 15}, "either"),
    (12, {("3a", "3b"): 26, ("3b", "4"): 25, ("4", "5"): 23, ("5", "6"): 23, ("6", "7"): 15}, "no"),
    (24, {("3a", "3b"): 52, ("3b", "4"): 50, ("4", "5"): 23, ("5", "6"): 23, ("6", "7"): 15}, "yes")])
def test_probnp_halving_times_and_the_sentence_about_a_bend(gap, expected, bend):
    assert {step: round(h) for step, h in kinetics.probnp_pace(gap).items()} == expected and kinetics.bend(gap) == bend
    words, _ = charts.bends._pace_panel(gap)
    assert all(f"{h} h" in words for h in expected.values())
    assert {"no": "no bend", "yes": "twice as fast", "either": "which of the two"}[bend] in words


def test_falls_before_anakinra_against_the_placements_listed_one_by_one():
    level = [5935, 6340, 6280, 4564, 3280, 1570, 755, 252, 226, 70]
    below = {size: 0 for size in (0, 0.1)}
    for placement in placements(CORE):
        seen = level[:COLUMNS.index(placement["anakinra"][0])]
        for size in below:
            below[size] += seen[-1] < (1 - size) * max(seen)
    assert below == {0: 32, 0.1: 0} and kinetics.first_doses() == {"3a": 9, "3b": 32}
    assert kinetics.first_doses(tuple(RULES)) == {"3b": 10}
    assert (kinetics.fall_before("ProBNP", "3b")[0] == pytest.approx(60 / 6340)
            and kinetics.fall_before("ProBNP", "3a")[0] == 0)
    assert kinetics.fall_before("troponin I", "3a")[0] == pytest.approx(4 / 7)
    table = charts.before_after.before_first_dose()
    assert list(table["ProBNP before"])[:4] == ["at its peak", "at its peak", "0.9 % below (not more than 10 %)",
                                                "28 % below (more than 10 %)"]
    assert list(table["Troponin I before"])[1:] == [f"{p} % below (more than 10 %)"
                                                    for p in ("57", "71", "71", ">86", ">86")]
    assert list(table["Core rules"]) == [f"{n} of 41" for n in (0, 9, 32, 0, 0, 0)]


def test_the_third_crp_value_stands_on_day_3_in_every_placement():
    assert kinetics.columns_of("CRP", 3) == {"3a": 7, "3b": 3}


def test_the_imaginary_drug_seems_to_work_on_every_day():
    for day in charts.bends.DAYS:
        before, after = kinetics.two_slopes(day)
        assert before > 1.5 * after, f"day {day}"
    level = [kinetics.fading_level(d / 10) for d in range(100)]
    assert all(a > b for a, b in zip(level, level[1:])) and kinetics.fading_level(5) == 0.5


def test_each_state_of_the_switches_says_what_it_draws():
    """Words, list and items of three telling states; the browser test goes through all 27."""
    words, html = charts.kinetics._limit_panel(12, 6, "as printed")
    assert (words == "In the reference placement CRP breaks its limit in no step, procalcitonin "
                     "in three steps (by up to 42 h).")
    assert html.count("<li") == 3 and "42 h short" in html and "1 of 10 (blank on day 6)" in html and "0 of 120" in html
    words, html = charts.kinetics._limit_panel(12, 0, "41 left out")
    assert "CRP breaks its limit in two steps (by up to 5 h)" in words and "0 of 10" in html and "0 of 210" in html


def test_wedges_start_at_the_value_and_end_at_the_fastest_fall():
    rows, steps = kinetics.values("CRP"), kinetics.steps("CRP")
    wedges = charts.kinetics._wedges(steps, rows, "CRP", kinetics.hours(12), 6, 19)
    first = wedges[wedges["step"] == 0]
    assert (list(first["low"]) == pytest.approx([171 * 0.5 ** (6 / 19), 171 * 0.5 ** (30 / 19)])
            and set(first["top"]) == {171})
    troponin = charts.kinetics._wedges(kinetics.steps("troponin I"), kinetics.values("troponin I"), "troponin I",
                                       kinetics.hours(12), 0, 4)
    assert set(troponin["step"]) == {0, 1, 2, 3}, "no wedge opens from a limit of detection"
    assert not wedges["breaks"].any()


@pytest.mark.parametrize("draw", [charts.kinetics.speed_limits, charts.before_after.before_after,
                                  charts.bends.unequal_samples], ids=lambda f: f.__name__)
def test_each_figure_speaks_and_has_its_numbers(draw):
    figure = draw()
    assert isinstance(figure, Figure) and len(figure.description) > 100 and len(figure.table) >= 6


def test_the_description_of_the_four_rows_tells_the_steps_that_break():
    broken = [(s["last"], round(s["shortfall"]))
              for p in ("CRP", "procalcitonin") for s in kinetics.broken(kinetics.steps(p), 0).to_dict("records")]
    assert broken == [("75", 1), ("3.4", 5), ("9.52", 13), ("4.3", 42), ("0.3", 20)]
    text = charts.kinetics.speed_limits().description
    assert "of CRP 75 in column 4 (by 1.1 h) and 3.4 in column 8 (by 5.0 h)" in text, text
    assert ("of procalcitonin 9.52 in column 3a (by 13.4 h), 4.3 in column 5 (by 42.1 h) "
            "and 0.3 in column 8 (by 20.2 h)") in text, text
    assert "No value of ProBNP or troponin I lies below" in text
