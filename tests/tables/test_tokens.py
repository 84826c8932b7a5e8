"""The vocabulary of published tables: what each printed token says, where in time a column stands, how a unit is
spelled."""

import pytest

from casebook.tables.spelling import drug, mixed, skeleton, ucum, visible
from casebook.tables.tokens import DOUBTFUL, MEANS, QUALIFIERS, RULES, Token, Unread, read, unclear_commas
from casebook.tables.when import gaps
from casebook.tables.wording import unit_text

READ = {
    ("0.10",): (0.1, "="), ("<0.01", "< 0.01"): (0.01, "<"), ("4. 3",): (4.3, "="),
    ("Stop", "stopped", "OFF"): (None, "stop"),
    (">60",): (60, ">"), ("≥35", ">=35"): (35, ">="), ("≤0.01",): (0.01, "<="), ("~5", "≈5", "ca. 5"): (5, "~"),
    ("−5.1", "-5.1", "–5.1"): (-5.1, "="), ("1,484", "1 484", "1\N{NO-BREAK SPACE}484"): (1484, "="),
    ("12,5",): (12.5, "="),
    ("1,234,567",): (1234567, "="), ("12 000,5",): (12000.5, "="), ("0,123",): (0.123, "="), (".5",): (0.5, "="),
    ("1.5e3", "1.5 × 10^3", "1.5×10^3"): (1500, "="), ("1E+05",): (100000, "="), ("< 1,000",): (1000, "<"),
    ("+", "Positive", "pos", "Detected", "present"): (None, "present"),
    ("neg", "Negative", "Not detected", "absent", "none"): (None, "absent"),
    ("NA", "N/A", "not measured", "Not done"): (None, "not_done"), ("1+", "++", "(+)", "±", "trace"): (None, "grade"),
    ("mild", "Mild"): (None, "mild"), ("Moderate",): (None, "moderate"), ("Severe",): (None, "severe"),
    ("120/80", "120 / 80"): (None, "pair"), ("3.2–4.1", "3.2-4.1", "3.2 to 4.1"): (None, "range"),
    ("1:160", "<1:80", "1:80 speckled"): (None, "titre"), ("5 → 2.5", "5->2.5"): (None, "change"),
    ("0·05",): (0.05, "="), ("1’484",): (1484, "="), ("10^4", "10⁴"): (10000, "="), ("<10³",): (1000, "<"),
    ("2.3 × 10⁵",): (230000, "="), ("≪0.05", "<<0.05"): (0.05, "<"), ("✓",): (None, "present"),
    ("Grade 2", "stage IIb"): (None, "grade"), ("↑↑", "normal (>55%)", "NG x 48 h"): (None, "word"),
    ("12.4 ± 0.3", "12.4±0.3"): (12.4, "mean"), ("<LLN", "E. coli", "Normal sinus rhythm"): (None, "word")}


@pytest.mark.parametrize("printed, says", [(p, says) for tokens, says in READ.items() for p in tokens])
def test_a_token_is_read_by_a_rule(printed, says):
    assert read(printed) == Token(*says)


@pytest.mark.parametrize("printed, says", [
    ("↓3.6", (3.6, "=", "↓")), ("↑1,484", (1484, "=", "↑")), ("159*", (159, "=", "*")), ("14 200*", (14200, "=", "*")),
    ("0.09†", (0.09, "=", "†")), ("170.2 !", (170.2, "=", "!")), ("3 (H)", (3, "=", "(H)")), ("<10*", (10, "<", "*")),
    ("#4", (4, "=", "#")), ("12ᵃ", (12, "=", "ᵃ")), ("500¹", (500, "=", "¹")), ("300[1]", (300, "=", "[1]")),
    ("5H", (5, "=", "H")),
    ("12 [3–20]", (12, "=", "[3–20]")), ("5 → 2.5 mg/d", (None, "change", "", "mg/d")), ("5?", (5, "=", "?")),
    ("410 mg/L", (410, "=", "", "mg/L")), ("38.5 °C", (38.5, "=", "", "Cel")),
    ("44%", (44, "=", "", "%")),
    ("24.1 × 10^9/L (10^3/μl)", (24.1, "=", "(10^3/μl)", "10*9/L")),
    ("113 g/L (11.3 g/dL)", (113, "=", "(11.3 g/dL)", "g/L"))])
def test_marks_remarks_and_a_unit_in_the_cell_stand_beside_the_value(printed, says):
    assert read(printed) == Token(*says)


@pytest.mark.parametrize("printed", DOUBTFUL)
def test_a_mark_of_two_meanings_is_asked_for_and_then_means_what_its_case_says(printed):
    with pytest.raises(Unread) as error:
        read(printed)
    assert error.value.doubtful
    for meaning in ("absent", "not_done"):
        assert read(printed, {meaning: [printed]}) == Token(None, meaning)


@pytest.mark.parametrize("printed", ["O.5", "l2", "15x", "12:30", "1,48,400", "9" * 40, "9" * 100000, "1e400", "10-5"])
def test_a_slip_is_no_number_and_no_word(printed):
    with pytest.raises(Unread) as error:
        read(printed)
    assert not error.value.doubtful


def test_a_letter_behind_a_number_is_a_footnote_only_where_its_case_says_so():
    for printed in ("12a", "12 a"):
        with pytest.raises(Unread):
            read(printed)
        assert read(printed, {"mark": ["a"]}) == Token(12, "=", "a")


def test_a_case_says_what_a_comma_parts_and_is_asked_only_where_its_table_prints_both():
    assert (read("1,484").value, read("1,484", {"decimal": ","}).value,
            read("1.484", {"decimal": ","}).value) == (1484, 1.484, 1484)
    assert unclear_commas(["1,484", "12,5", "3.2"]) == ("1,484",) and unclear_commas(["1,484", "2,100"]) == ()


def test_every_rule_gives_a_qualifier_that_the_vocabulary_names():
    assert {name for name, _ in RULES} | set(MEANS) <= set(QUALIFIERS)


@pytest.mark.parametrize("labels, days", [
    (["1", "2", "3a", "3b", "13"], (1, 1, 0, 10)), (["HD1", "HD2", "HD6"], (1, 4)), (["-1", "0", "1"], (1, 1)),
    (["D1", "Day 2"], (1,)),
    (["At presentation", "Onset MAS", "48 hours later", "At discharge", "2 months later"], (None, 2, None, 60.8)),
    (["Hospital day 1 (day 5)", "Discharge day 2 (day 14)", "Discharge day 11 (day 23)"], (9, 9)),
    (["Day 3", "6 wk after discharge", "8 weeks after discharge"], (None, 14)),
    (["0 h", "6 h", "24h", "Day 3"], (0.25, 0.75, None)),
    (["First stay, day 1", "First stay, day 3", "Second stay, day 1"], (2, None)),
    (["Day 1 08:00", "Day 1 20:00"], (0.5,)),
    (["Week 1", "Week 2"], (7,)), (["Hospital admission", "Eye clinic"], (None,))])
def test_a_label_has_a_place_in_time_or_says_that_it_has_none(labels, days):
    assert gaps(labels) == pytest.approx(days)


def test_what_a_case_says_of_its_columns_takes_the_place_of_a_rule():
    assert gaps(["onset", "Day 9", "late"], {"onset": 0, "Day 9": 9, "late": None}) == (9, None)


@pytest.mark.parametrize("printed, spelled, shown", [
    ("mcg/kg/min", "ug/kg/min", "µg/kg/min"), ("µg/kg/min", "ug/kg/min", "µg/kg/min"), ("μg/L", "ug/L", "µg/L"),
    ("× 10^9 cells/L", "10*9/L", "× 10⁹/L"), ("10⁹/L", "10*9/L", "× 10⁹/L"), ("x10^9 / L", "10*9/L", "× 10⁹/L"),
    ("mg/kg/day", "mg/kg/d", "mg/kg/day"), ("g/dl", "g/dL", "g/dL"), ("μmol/l", "umol/L", "µmol/L"),
    ("U/L", "U/L", "U/L"),
    ("°C", "Cel", "°C"), ("mmHg", "mm[Hg]", "mmHg"), ("mL/min/1.73 m²", "mL/min/1.73 m²", "mL/min/1.73 m²")])
def test_a_unit_has_one_spelling_however_it_is_printed(printed, spelled, shown):
    assert (ucum(printed), unit_text(ucum(printed)), ucum(spelled)) == (spelled, shown, spelled)


def test_names_are_one_where_a_reader_takes_them_for_one():
    assert drug("Epinephrine") == drug("ADRENALINE") == "adrenaline" and drug("Drug  A") == "drug a"
    assert skeleton("CRP") == skeleton("СRР") == skeleton("CRP\N{ZERO WIDTH SPACE}")
    assert mixed("СRP") and not mixed("β-hCG")
    assert visible("heart\N{NO-BREAK SPACE}rate") == "heart[no-break space]rate"
