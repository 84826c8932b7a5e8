"""Ejection fraction from fractional shortening, and the pairs of Table 1, against hand calculations."""

from itertools import permutations

import pandas as pd
import pytest

from casebook import heart, heart_counts
from casebook.models.heart import ef_from_fs, teichholz_volume
from casebook.tables.table1 import load

PAIRS = [  # EF and FS as printed, EF that the formula expects at 3.8 cm
    (44, 22, 45.1), (67, 37, 67.7), (53, 22, 45.1), (52, 36, 66.4), (62, 33, 62.3), (66, 36, 66.4), (64, 34, 63.7),
    (76, 44, 76.0),
]


@pytest.fixture(scope="module")
def table():
    return load()


# Teichholz

@pytest.mark.parametrize("diameter, volume", [
    (1.6, 7.168),    # 7 * 4.096 / (2.4 + 1.6) = 28.672 / 4
    (2.6, 24.6064),  # 7 * 17.576 / (2.4 + 2.6) = 123.032 / 5
    (3.2, 40.96),    # 7 * 32.768 / (2.4 + 3.2) = 229.376 / 5.6
    (0, 0),
])
def test_volume_by_hand(diameter, volume):
    assert teichholz_volume(diameter) == pytest.approx(volume), f"volume at {diameter} cm"


@pytest.mark.parametrize("fs, diameter, ef", [
    (50, 3.2, 82.5),  # 3.2 cm -> 1.6 cm: 1 - 7.168 / 40.96 = 1 - 0.175
    (0, 3.8, 0),      # no shortening, nothing leaves
    (100, 3.8, 100),  # closed, everything leaves
])
def test_ejection_fraction_by_hand(fs, diameter, ef):
    assert ef_from_fs(fs, diameter) == pytest.approx(ef), f"FS {fs} at {diameter} cm"


def test_first_pair_by_hand():
    filled = 7 * 54.872 / 6.2           # 3.8^3 = 54.872; 2.4 + 3.8 = 6.2
    contracted = 7 * 26.03961 / 5.364   # 3.8 * 0.78 = 2.964; 2.964^3 = 26.03961; 2.4 + 2.964 = 5.364
    assert ef_from_fs(22) == pytest.approx(100 * (1 - contracted / filled), abs=0.001), "FS 22 at the typical diameter"


def test_pairs_are_those_of_the_table(table):
    columns = [table.loc[table["parameter"] == p, "value"].tolist() for p in ("EF", "FS")]
    assert list(zip(*columns)) == [(ef, fs) for ef, fs, _ in PAIRS]


@pytest.mark.parametrize("ef, fs, expected", PAIRS, ids=[f"pair-{n}" for n in range(1, 9)])
def test_prediction_for_each_pair(ef, fs, expected):
    assert ef_from_fs(fs, 3.8) == pytest.approx(expected, abs=0.051), f"EF expected for FS {fs}"


@pytest.mark.parametrize("diameter", [3.0, 3.8, 4.6])
def test_just_pairs_3_and_4_break_the_formula(diameter):
    broken = [n for n, (ef, fs, _) in enumerate(PAIRS, 1) if abs(ef - ef_from_fs(fs, diameter)) > 3]
    assert broken == [3, 4], f"other pairs than 3 and 4 are more than 3 points off at {diameter} cm"


@pytest.mark.parametrize("fs", sorted({fs for _, fs, _ in PAIRS}))
def test_diameter_hardly_matters(fs):
    assert 0 < ef_from_fs(fs, 3.0) - ef_from_fs(fs, 4.6) <= 1.6, f"3.0 to 4.6 cm moves the EF for FS {fs} by more"


def test_a_whole_row_is_predicted_at_once(table):
    predicted = ef_from_fs(table.loc[table["parameter"] == "FS", "value"])
    assert predicted.tolist() == pytest.approx([expected for *_, expected in PAIRS], abs=0.051)


@pytest.mark.parametrize("diameter", [0, -3.8])
def test_diameter_must_be_positive(diameter):
    with pytest.raises(ValueError, match="positive"):
        ef_from_fs(30, diameter)


# Pairs of EF and FS

@pytest.fixture(scope="module")
def pairs(table):
    return heart.pairs(table)


def test_pairs_stand_in_printed_order(pairs):
    assert [tuple(map(int, row)) for row in pairs.itertuples()] == [(n, ef, fs)
                                                                    for n, (ef, fs, _) in enumerate(PAIRS, 1)]


def test_ef_from_a_cube_by_hand():
    assert heart.ef_from_cube(50) == pytest.approx(87.5), "1 - 0.5^3"
    assert heart.ef_from_cube(22) == pytest.approx(52.5448), "1 - 0.78^3 = 1 - 0.474552"


@pytest.mark.parametrize("ef, fs, fits", [
    (44, 22, True),    # FS 21.5 gives 44.2: inside 43.5 to 44.5
    (43, 22, False),   # 44.2 is above 43.5
    (47, 22, False),   # FS 22.5 gives 45.9: under 46.5
    (76, 44, True)])
def test_rounding_hides_this_much(ef, fs, fits):
    assert bool(heart.fits_rounding(pd.DataFrame({"EF": [ef], "FS": [fs]})).iloc[0]) == fits


def test_six_pairs_agree_within_rounding_from_3_6_cm_up(pairs):
    n = heart_counts.numbers()
    assert (n.rounding, n.rounding_small, n.rounding_from) == (6, 3, "3.6")
    assert heart.fits_rounding(pairs, 3.6).sum() == 6 > heart.fits_rounding(pairs, 3.5).sum()


@pytest.mark.parametrize("number, some, count",
                         [(22, {12, 20, 27, 92}, 17), (7, {0, 1, 9}, 9), (105, {205, 115, 100}, 26)])
def test_numbers_that_differ_in_one_digit(number, some, count):
    numbers = heart.one_digit_changes(number)
    assert some <= set(numbers) and number not in numbers and len(numbers) == len(set(numbers)) == count, numbers


def test_one_digit_repairs_against_every_number_of_two_digits(pairs):
    """Brute force: any EF and FS from 10 to 99 at 17 diameters; those that share one digit place with the print."""
    expected = set()
    for pair in (3, 4):
        for parameter in ("EF", "FS"):
            for value in range(10, 100):
                if sum(a != b for a, b in zip(str(value), str(int(pairs[parameter][pair])))) != 1:
                    continue
                changed = dict(pairs.loc[pair]) | {parameter: value}
                if min(abs(changed["EF"] - ef_from_fs(changed["FS"], 3 + d / 10)) for d in range(17)) <= 3:
                    expected.add((pair, parameter, value))
    repairs = heart.repairs(pairs)
    assert set(zip(repairs["pair"], repairs["parameter"], repairs["hypothesis"])) == expected
    assert expected == {(3, "EF", 43), *((3, "FS", n) for n in (25, 26, 27, 28, 29)), (4, "FS", 26)}
    at_some_sizes = repairs[["at_smallest", "at_largest"]].abs().max(axis=1) > 3
    assert set(repairs.loc[at_some_sizes, "hypothesis"]) == {25, 29}


def test_repairs_leave_the_print_alone(table, pairs):
    heart.repairs(pairs)
    assert pairs.equals(heart.pairs(table)) and pairs.loc[3, "FS"] == 22 and pairs.loc[4, "FS"] == 36


def test_a_slip_by_one_cell_by_hand(pairs):
    """EF 44 67 53 52 62 66 64, FS behind: 37 22 36 33 36 34 44, which expect 67.7 45.1 66.4 62.3 66.4 63.7 76.0."""
    expected = [67.7, 45.1, 66.4, 62.3, 66.4, 63.7, 76.0]
    assert sum(abs(ef - e) <= 3 for ef, e in zip([44, 67, 53, 52, 62, 66, 64], expected)) == 1
    assert heart.shifted(pairs) == (1, 7)
    behind = [67, 53, 52, 62, 66, 64, 76], [45.1, 67.7, 45.1, 66.4, 62.3, 66.4, 63.7]
    assert sum(abs(ef - e) <= 3 for ef, e in zip(*behind)) == 1
    assert heart.shifted(pairs, 1) == (1, 7) and heart_counts.numbers().shifted == "1 of 7"


def test_pairings_by_brute_force(pairs):
    expected = {fs: e for _, fs, e in PAIRS}
    counts = [0] * 9
    for order in permutations([fs for _, fs, _ in PAIRS]):
        counts[sum(abs(ef - expected[fs]) <= 3 for (ef, _, _), fs in zip(PAIRS, order))] += 1
    assert heart.pairings(pairs).tolist() == counts and sum(counts) == 40320
    assert counts[6:] == [96, 0, 0]


def test_pairings_of_three_by_hand():
    """EF 45, 62, 76 with FS 22, 33, 44: in order all fit, a swap leaves one, a rotation none."""
    three = pd.DataFrame({"EF": [45, 62, 76], "FS": [22, 33, 44]})
    assert heart.pairings(three).tolist() == [2, 3, 0, 1]


def test_no_fs_of_the_row_fits_the_two_odd_efs(pairs):
    for ef in (53, 52):
        assert min(abs(ef - e) for _, _, e in PAIRS) > 3, f"an FS fits EF {ef}"


def test_a_millimetre_by_hand():
    assert heart.contracted_mm(36) == pytest.approx(24.32), "38 mm * 0.64"
    assert heart.contracted_mm(34) - heart.contracted_mm(36) == pytest.approx(0.76)
    # 25.32 mm: 7 * 2.532^3 / 4.932 = 23.04 mL; filled 61.95 mL; EF 62.8 against 66.4
    assert heart_counts.numbers().ef_per_mm == "3.6"
