"""The capstone: statements that need no rule, the worked run, the model answer, and the self-checks asked again."""

import hashlib
import re
from itertools import combinations
from math import comb

import pytest

from casebook import COLUMNS, any_placement, capstone, load, look_back
from casebook.models.placements import placements
from casebook.pieces.questions import QUESTIONS
from casebook.tables.resources import BOOK, DATA
from conftest import TOP

# ---- what needs no rule

def every_placement(parameter):
    """Column indices of all placements of a row in printed order, by brute force."""
    return list(combinations(range(len(COLUMNS)), len(load()[load()["parameter"] == parameter])))


@pytest.mark.parametrize("parameter, position, words", [
    ("CRP", 3, "3a or 3b"), ("methylprednisolone", 3, "3a, 3b or 4"), ("methylprednisolone", 5, "4, 5 or 6"),
    ("anakinra", 1, "1, 2, 3a, 3b, 4, 5 or 6"), ("EF", 8, "7, 8 or 13"), ("troponin I", 4, "3b"),
    ("procalcitonin", 5, "4, 5, 6 or 7")])
def test_columns_hold_in_every_placement_of_the_row(parameter, position, words):
    seen = {COLUMNS[p[position - 1]] for p in every_placement(parameter)}
    assert (re.split(", | or ", words) == sorted(seen, key=COLUMNS.index)
            and any_placement.columns(parameter, position) == words)


def test_complete_rows_say_what_the_chapter_says():
    value = {p: load()[load()["parameter"] == p].set_index("column") for p in ("troponin I", "ProBNP")}
    troponin, probnp = value["troponin I"], value["ProBNP"]["value"]
    assert (troponin["placement"] == "printed").all()
    assert troponin["value"].idxmax() == "1" and (0.02 + 0.005) / (0.07 - 0.005) < 0.5, \
        "less than half whatever the rounding hid"
    assert (troponin["qualifier"][4:] == "<").all() and (troponin["qualifier"][:4] == "=").all()
    assert ((probnp.loc["3a":].diff().dropna() < 0).all() and any_placement.below_peak("ProBNP", 3) == "1"
            and any_placement.below_peak("ProBNP", 4) == "28")


def test_falls_are_measured_from_the_highest_value_before():
    assert any_placement.below_peak("CRP", 3) == "36"          # 110 of 173
    with pytest.raises(ValueError, match="no measured number"):
        any_placement.below_peak("ProBNP", 10)


def test_no_overlap_of_the_infusions_passes_the_ceiling():
    rates = {d: [0 if v != v else v for v in load()[load()["parameter"] == d]["value"]]
             for d in ("dobutamine", "adrenaline", "milrinone")}
    highest = max(d + 100 * a + 10 * m for d in rates["dobutamine"] for a in rates["adrenaline"]
                  for m in rates["milrinone"])
    assert any_placement.highest_vis() == f"{highest:g}" == "27.5"


def test_support_ends_within_the_table_under_the_core_set():
    ends = [max(COLUMNS.index(p[d][-1]) for d in ("dobutamine", "adrenaline", "milrinone")) for p in placements()]
    assert len(ends) == 41 and COLUMNS[max(ends)] == any_placement.support_ends() and max(ends) < 9


def test_ivig_starts_no_later_than_the_pulse_under_the_core_set():
    """The model answer says so."""
    assert all(COLUMNS.index(p["IVIG"][0]) <= COLUMNS.index(p["methylprednisolone"][2]) for p in placements())


# ---- the worked run

RULES = {"order": lambda places: True, "first": lambda places: places[0] == "1"}
READINGS = {"41": {}, "4.1": {4: 4.1}}


def test_where_procalcitonin_first_falls_against_the_closed_form():
    """Token j of k stands in column c of n in C(c-1, j-1) C(n-c, k-j) placements; first in 1: one fewer of both."""
    runs = capstone.first_below("procalcitonin", 0.1, RULES, READINGS).set_index(["rule", "reading", "column"])
    for reading, j in (("41", 5), ("4.1", 4)):
        for c in range(j, 10 - 7 + j + 1):
            whole, fixed = comb(c - 1, j - 1) * comb(10 - c, 7 - j), comb(c - 2, j - 2) * comb(10 - c, 7 - j)
            assert runs.loc[("order", reading, COLUMNS[c - 1]), ["placements", "all"]].tolist() == [whole, 120]
            assert runs.loc[("first", reading, COLUMNS[c - 1]), ["placements", "all"]].tolist() == [fixed, 84]
    assert runs.groupby(["rule", "reading"])["share"].sum().round(9).eq(1).all()


def test_a_run_in_words_names_ties():
    runs = capstone.first_below("procalcitonin", 0.1, RULES, READINGS)
    assert capstone.span(runs, "order", "41") == "columns 4 to 7, most often 6 (45 of 120 placements)"
    assert capstone.span(runs, "order", "4.1") == "columns 3b to 6, most often 4 and 5 (40 of 120 placements each)"


@pytest.mark.parametrize("asked, message", [
    (("ProBNP", 0.1, RULES, READINGS), "words or limits"),
    (("EF", 0.1, RULES, {"as printed": {}}), "never falls below 10%"),
    (("CRP", 0.1, {"none": lambda places: False}, {"as printed": {}}), "left by 'none'")])
def test_a_run_that_cannot_be_answered_says_so(asked, message):
    with pytest.raises(ValueError, match=message):
        capstone.first_below(*asked)


def test_the_data_version_is_the_hash_of_the_file():
    assert capstone.data_version().endswith(hashlib.sha256((DATA / "table1.csv").read_bytes()).hexdigest()[:12])
    assert ("104 values" in capstone.data_version()
            and list(capstone.environment().index) == ["python", "pandas", "numpy", "altair"])


# ---- looking back, and the model answer

def test_ten_self_checks_of_chapters_2_to_12_are_asked_again():
    chosen = look_back.mixed(13)
    chapters = {int(f.stem) for f in QUESTIONS.glob("[0-9][0-9].yml")} & set(range(2, 13))
    assert len({c.id for c in chosen}) == 10 and {c.chapter for c in chosen} <= chapters
    assert len({c.chapter for c in chosen}) == min(10, len(chapters)), "spread over the chapters"
    for item in chosen:
        page, anchor = look_back.address(item).split("#")
        assert (BOOK / page.replace(".html", ".md")).exists() and anchor == f"q-{item.id.replace('.', '-')}"
        assert "<a" not in look_back.stem(item) and 'class="cite"' not in look_back.stem(item)


def test_the_model_answer_keeps_its_own_limit():
    text = (TOP / "book" / "13-capstone.md").read_text("utf-8")
    model = re.search(r"\{dropdown\} A model of option A\n> (.+)", text)[1]
    assert len(model.split()) <= 120 and "Adverse events were not described" in model
    assert not re.search(r"\bshock\b|\bsafe\b|\bproves?\b", model)
