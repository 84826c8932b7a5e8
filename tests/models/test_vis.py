"""The vasoactive-inotropic score against hand calculations, and its range over every set of placements."""

import pytest

from casebook import charts, heart, heart_counts
from casebook.models.heart import rates_by_column, vis, vis_by_column, vis_weights
from casebook.models.placements import CORE, RULES, placements
from casebook.tables.table1 import COLUMNS, load


@pytest.fixture(scope="module")
def table():
    return load()


@pytest.fixture(scope="module")
def ten(table):
    """VIS by column under each placement of the nine rules, as lists."""
    return [list(vis_by_column(table, p).values()) for p in placements(tuple(RULES))]


@pytest.mark.parametrize("rates, score", [
    ({"dobutamine": 15, "adrenaline": 0.1, "milrinone": 0.25}, 27.5),  # 1*15 + 100*0.1 + 10*0.25 = 15 + 10 + 2.5
    ({"dobutamine": 10}, 10),
    ({"adrenaline": 0.1}, 10),     # 100 * 0.1
    ({"milrinone": 0.125}, 1.25),  # 10 * 0.125
    ({"milrinone": 0.25}, 2.5),    # the test that the page asks for
    ({}, 0),
])
def test_score_by_hand(rates, score):
    assert vis(rates) == pytest.approx(score), f"VIS of {rates}"


def test_drug_without_a_weight_is_refused():
    with pytest.raises(KeyError, match="levosimendan"):
        vis({"dobutamine": 10, "levosimendan": 0.1})


def test_reference_rates_by_column(table):
    rates = rates_by_column(table)
    assert list(rates) == list(COLUMNS)
    assert rates["1"] == {"dobutamine": 10, "adrenaline": 0, "milrinone": 0}
    assert rates["4"] == {"dobutamine": 5, "adrenaline": 0, "milrinone": 0.25}, "'Stop' must count as 0"
    assert rates["13"] == dict.fromkeys(vis_weights(), 0)


def test_reference_score_by_column(table):
    scores = vis_by_column(table)
    assert list(scores) == list(COLUMNS)
    assert list(scores.values()) == pytest.approx([10, 27.5, 27.5, 20, 7.5, 1.25, 0, 0, 0, 0])


def test_score_follows_the_placement(table):
    later = {"dobutamine": ("1", "2", "3a", "3b", "4", "5"), "adrenaline": ("3a", "3b", "4", "5"),
             "milrinone": ("3a", "3b", "4", "5", "6", "7")}
    # 3a: 15 + 10 + 2.5; 3b: 7.5 + 10 + 2.5; 4: 5 + 10 + 2.5; 5: 0 + 0 + 2.5; 6: 10 * 0.125
    assert list(vis_by_column(table, later).values()) == pytest.approx([10, 15, 27.5, 20, 17.5, 2.5, 1.25, 0, 0, 0])


@pytest.mark.parametrize("change", [{"adrenaline": ("3", "3b", "4", "5")}, {"adrenaline": None}],
                         ids=["column", "drug"])
def test_placement_must_name_known_columns_and_every_drug(table, change):
    placement = {"dobutamine": COLUMNS[:6], "adrenaline": COLUMNS[:4], "milrinone": COLUMNS[:6]} | change
    with pytest.raises(KeyError):
        vis_by_column(table, {drug: columns for drug, columns in placement.items() if columns})


@pytest.mark.parametrize("columns", [COLUMNS[:3], COLUMNS[:5]], ids=["too-few", "too-many"])
def test_placement_must_give_each_token_a_column(table, columns):
    with pytest.raises(ValueError):
        vis_by_column(table, {"dobutamine": COLUMNS[:6], "adrenaline": columns, "milrinone": COLUMNS[:6]})


def test_peak_is_at_most_27_5_in_every_placement(table):
    peaks = {max(vis_by_column(table, p).values()) for p in placements(CORE)}
    assert max(peaks) == pytest.approx(27.5), f"peaks over the 41 placements: {sorted(peaks)}"


def test_range_of_each_column_over_the_ten(ten):
    assert [min(c) for c in zip(*ten)] == pytest.approx([10, 15, 15, 20, 7.5, 1.25, 0, 0, 0, 0]), "lowest per column"
    assert [max(c) for c in zip(*ten)] == pytest.approx([10, 27.5, 27.5, 20, 17.5, 12.5, 2.5, 1.25, 0, 0]), \
        "highest per column"


@pytest.mark.parametrize("peak, number", [(27.5, 4), (25, 2), (20, 4)])
def test_peaks_of_the_ten(ten, peak, number):
    assert sum(max(scores) == pytest.approx(peak) for scores in ten) == number, f"placements with peak {peak}"


def test_milrinone_still_runs_on_day_7_in_four_of_the_ten(ten):
    on_day_7 = [scores[COLUMNS.index("7")] for scores in ten]
    assert sorted(on_day_7) == pytest.approx([0] * 6 + [1.25] * 4)


# VIS by its parts

def test_parts_by_hand():
    assert heart.vis_parts({"dobutamine": 15, "adrenaline": 0.1, "milrinone": 0.25}) == pytest.approx(
        {"dobutamine": 15, "adrenaline": 10, "milrinone": 2.5})


@pytest.mark.parametrize("name, number",
                         [("all nine rules", 10), ("core rules", 41), ("core rules, day 3 as one day", 58)])
def test_range_of_each_column_over_every_set_of_placements(table, name, number):
    every = heart_counts.every(name)
    assert len(every) == number
    limits = heart.vis_range(table, every)
    assert limits["smallest"].tolist() == pytest.approx([10, 15, 15, 20, 7.5, 1.25, 0, 0, 0, 0])
    assert limits["largest"].tolist() == pytest.approx([10, 27.5, 27.5, 20, 17.5, 12.5, 2.5, 1.25, 0, 0])
    assert heart_counts.numbers().ranges_equal


@pytest.mark.parametrize("name", heart_counts.SETS)
def test_the_start_of_two_infusions_gives_the_support_of_every_placement(table, name):
    for p in heart_counts.every(name):
        starts = p["adrenaline"][0], p["milrinone"][0]
        assert set(starts) <= {"2", "3a", "3b"}
        assert vis_by_column(table, p) == vis_by_column(table, heart_counts.infusions(*starts)), starts


def test_what_the_exercise_says_about_the_ten():
    n = heart_counts.numbers()
    assert (n.others, n.day2_others, n.day2_equal_day4, n.day2_below_day4, n.support_on_7,
            n.falls_from_3b) == (9, "15 to 25", 2, 5, 4, 10)


def test_every_choice_of_starts_says_what_holds_there(table):
    choices = charts.vis.choices(table)
    panels = {tuple(s.values()): choices.panel(**s)[0] for s in choices.states()}
    assert len(panels) == 9 == heart_counts.numbers().profiles
    assert "the reference placement" in panels["2", "2"] and "stands on VIS 27.5, the 62 on VIS 7.5" in panels["2", "2"]
    assert "the 3a variant" in panels["3a", "3a"] and "stands on VIS 15, the 62 on VIS 17.5" in panels["3a", "3a"]
    late = {k for k, words in panels.items() if words.endswith("the 76 of column 13.")}
    assert late == {(a, "3b") for a in ("2", "3a", "3b")}, "milrinone from 3b still runs in column 7"
