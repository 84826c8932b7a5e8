"""A printed table becomes a case: nothing typed twice, nothing lost, what no rule knows asked for once; what is whole
is drawn."""

import csv
import re
import string

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from casebook import CaseDataError, case, check, load, own_case
from casebook.charts.bedside import bedside
from casebook.charts.case import numbers_of
from casebook.models import heart
from casebook.tables.case_folder import LETTER, read_case
from conftest import TOP

PRINTED = """row,unit,kind,Onset,HD1,HD2,48 hours later,6 weeks after discharge
CRP,mg/L,,NA,↑171,< 0.6,"1,484",
"Platelets, 10^9/L",,,98,188,,,237
Blood pressure (mmHg),,,120/80,,90/60,,
Effusion,,,+,–,trace,–,–
dobutamine,µg/kg/min,,,7.5,0,Stop,
Epinephrine,mcg/kg/min,,,0.1,5–10,,
antibiotic,,daily drug,–,+,+,–,
Echo,,,,,,,
"""


def made(tmp_path, text=PRINTED, **more):
    (tmp_path / "table.csv").write_text(text, "utf-8")
    told = case.new(tmp_path / "table.csv", tmp_path / "mine", says={"absent": ["–"]}, **more)
    return read_case(tmp_path / "mine"), told


def test_a_table_as_printed_becomes_a_case_with_a_step_a_column_and_every_token_kept(tmp_path):
    mine, told = made(tmp_path)
    table = load(case=mine)
    cells = [c for line in list(csv.reader(PRINTED.splitlines()))[1:] for c in line[3:] if c]
    assert check.problems(mine) == [] and list(table["printed"]) == cells
    assert mine.columns == ("Onset", "HD1", "HD2", "48 hours later", "6 weeks after discharge") and mine.gaps == (None,
                                                                                                                  1, 2,
                                                                                                                  None)
    assert mine.treatments == ("dobutamine", "Epinephrine", "antibiotic") and mine.charted == ("CRP", "Platelets")
    assert list(mine.parameters.unit) == ["mg/L", "10*9/L", "mm[Hg]", "", "ug/kg/min", "ug/kg/min", ""]
    assert told[0] == "Left out, since no cell of it holds anything: Echo." and "charted" in told[-1]
    assert [p.step for p in own_case.stepper(mine.folder).panels] == ["admission", *mine.columns, "follow-up"]


def test_a_second_run_makes_the_tables_anew_and_leaves_the_words(tmp_path):
    made(tmp_path)
    words = tmp_path / "mine" / "case.yml"
    words.write_text(words.read_text("utf-8").replace("title: mine", "title: Mine in my words"), "utf-8")
    mine, _ = made(tmp_path, PRINTED.replace("188", "199"))
    assert mine.said["title"] == "Mine in my words" and "199" in set(load(case=mine)["printed"])


def test_a_long_table_gives_the_same_case_as_a_wide_one(tmp_path):
    mine, _ = made(tmp_path)
    (tmp_path / "long").mkdir()
    again, _ = made(tmp_path / "long", (mine.folder / "table1.csv").read_text("utf-8"))
    assert load(case=again)["printed"].tolist() == load(case=mine)["printed"].tolist()
    assert set(again.columns) == set(mine.columns)


def test_all_that_no_rule_knows_is_asked_at_once_each_thing_once_with_the_answer_to_give(tmp_path):
    (tmp_path / "table.csv").write_text("row,1,2,3,3\nA,-,-,n.d.,1\nB,15x,15x,12:30,2\nA,\"1,484\",\"12,5\",3,1\n",
                                        "utf-8")
    with pytest.raises(CaseDataError) as error:
        case.new(tmp_path / "table.csv", tmp_path / "mine")
    assert [str(e.found) for e in error.value.all] == ["this head twice", "this head twice", "2 rows of this name"]
    (tmp_path / "table.csv").write_text("row,1,2,3\nA,-,-,n.d.\nB,15x,15x,12:30\nC,\"1,484\",\"12,5\",3\n", "utf-8")
    with pytest.raises(CaseDataError) as error:
        case.new(tmp_path / "table.csv", tmp_path / "mine")
    assert [e.found for e in error.value.all] == ["‘-’", "‘n.d.’", "‘15x’", "‘12:30’", "‘1,484’ beside decimal commas"]
    assert "--say not_done '-'" in str(error.value) and not (tmp_path / "mine").exists()
    case.new(tmp_path / "table.csv", tmp_path / "mine", says={"not_done": ["-", "n.d."], "word": ["15x", "12:30"]},
             decimal=".")
    assert check.problems(read_case(tmp_path / "mine")) == []


@pytest.mark.parametrize("table, says", [
    ("row,2021-03-04\nA,1\n", "a calendar date"), ("row,Day 3,Day 1\nA,1,2\n", "say --unordered"),
    ("row,1\n=cmd(),1\n", "which a spreadsheet would run"), ("row,1,\nA,1,2\n", "no head above column 3"),
    ("row,12 March\nA,1\n", "a calendar date"),
    ("row,1\n" + "".join(f"r{n},1\n" for n in range(5001)), "found 5,001 cells"),
    ("row,1\nA," + "1" * 100000 + "\n", "100,000 letters in one cell"),
    ("row,1\n" + "a(" * 1000 + ",1\n", "2,000 letters"),
    ("row,1,2\nA,12a,13 a\n", "--say mark 'a'"),
    ("row," + ",".join(map(str, range(99))) + "\nA,1\n", "found 99 columns, expected 1 to 60"), ("", "found 0 lines"),
    ("row,1,2\nA,1,2,3\n", "found 4 cells"), ("row,1\nA,\n", "found no value")])
def test_a_table_that_would_harm_or_mislead_is_refused_with_its_remedy(tmp_path, table, says):
    with pytest.raises(CaseDataError, match=re.escape(says)):
        made(tmp_path, table)


def test_an_order_that_nobody_knows_and_a_slip_in_a_kind_are_kept_apart(tmp_path):
    mine, _ = made(tmp_path, "row,kind,Day 3,Day 1\nA,Infuson,1,2\n", unordered=True)
    assert mine.gaps == (None,)
    assert [e.found for e in check.problems(mine)] == ["'infuson'"]


def test_a_table_whose_rows_are_days_is_turned_and_says_so(tmp_path):
    mine, told = made(tmp_path, "day,CRP (mg/L),dobutamine\n1,120,15\n2,90,7.5\n3,,Stop\n")
    assert mine.columns == ("1", "2", "3") and mine.treatments == ("dobutamine",) and told[0].startswith("Turned")
    assert list(load(case=mine)["printed"]) == ["120", "90", "15", "7.5", "Stop"]


def test_a_person_is_told_what_was_taken_for_a_treatment_and_what_for_a_word(tmp_path):
    mine, told = made(tmp_path, "row,1,2\nmethylprednisolone,30 mg/kg,2 mg/kg\nanakinra,+,+\nEffusion,kein,klein\n")
    assert mine.treatments == ("methylprednisolone", "anakinra") and mine.charted == ()
    assert "Taken for treatments: methylprednisolone, anakinra." in told[0] and "Kept as words: kein, klein." in told[1]


def test_two_rows_of_one_name_keep_their_units_in_it_and_cells_of_two_units_are_not_drawn(tmp_path):
    mine, _ = made(tmp_path, "row,1,2\nTemperature (°C),39.6,38\nTemperature (°F),103.3,100.4\nSpO2,98% RA,94%\n")
    assert mine.charted == ("Temperature (°C)", "Temperature (°F)") and check.problems(mine) == []
    (mine.folder / "case.yml").write_text((mine.folder / "case.yml").read_text("utf-8").replace(
        "- Temperature (°F)", "- SpO2"), "utf-8")
    assert [e.found for e in check.problems(read_case(mine.folder))] == [
        "'SpO2', in which no value is a number in the row's unit"]


def test_lost_blanks_are_said_by_the_person_and_then_placed(tmp_path):
    mine, _ = made(tmp_path, "row,1,2,3\nCRP,1,2,3\nIVIG,2,,\n", lost_blanks=True)
    assert list(load(case=mine)["placement"]) == ["printed"] * 3 + ["reconstructed"]
    assert own_case.placed_in_words(mine).endswith("could stand in 3 ways, in 3 of them each in one unbroken run.")


def test_nothing_is_drawn_that_is_not_printed(tmp_path):
    """A drug marked absent, a dose of 0 and Stop have no bar; words, pairs and values in another unit no point;
    unknown time no line."""
    mine, _ = made(tmp_path)
    page = BeautifulSoup(own_case.stepper(mine.folder).static_html(), "html.parser")
    table = load(case=mine)
    assert list(numbers_of(table, "CRP", case=mine)["printed"]) == ["↑171", "< 0.6", "1,484"]
    assert numbers_of(table, "Blood pressure", case=mine).empty
    text = page.get_text(" ")
    assert "reconstruct" not in text and "Table 1" not in text and not re.search(r"\b(her|she)\b", text)


def test_a_printed_dose_stands_in_its_lane_and_a_word_that_no_rule_knows_is_no_dose(tmp_path):
    mine, _ = made(tmp_path, "row,1,2,3\ndobutamine,7.5 µg/kg/min,5 → 2.5,weaned\nCRP,3,2,1\n")
    drawing = BeautifulSoup(bedside(load(case=mine), case=mine), "html.parser").svg
    cells = [group for group in drawing.find_all("g", attrs={"data-c": True})]
    assert [text for g in cells for text in ("7.5 µg/kg/min", "5 → 2.5", "weaned") if text in g.get_text()] == [
        "7.5 µg/kg/min", "5 → 2.5", "weaned"]
    assert [bool(g.find("rect")) for g in cells] == [True, True, False]
    page = BeautifulSoup(own_case.stepper(mine.folder).static_html(), "html.parser")
    assert "dobutamine: weaned" in page.select_one('[data-step="3"]').get_text(" ")
    assert "no more dobutamine" not in page.get_text(" ")


@pytest.mark.parametrize("columns", [["constructor"], ["__proto__", "toString", "O'Brien \\"]])
def test_labels_that_mean_something_to_javascript_stand_below_a_chart_as_any_other(tmp_path, columns):
    mine, _ = made(tmp_path, f"row,{','.join(columns)}\nconstructor,{','.join('123'[:len(columns)])}\n")
    drawing = BeautifulSoup(bedside(load(case=mine), case=mine), "html.parser").svg
    assert set(columns) == {text.get_text() for text in drawing.find_all("text", class_="column")}


def test_the_figure_says_how_far_apart_its_columns_are(tmp_path):
    mine, _ = made(tmp_path, "row,0 h,6 h,24 h,72 h,later\nCRP,1,2,3,4,1\n")
    drawing = BeautifulSoup(bedside(load(case=mine), case=mine), "html.parser").svg
    words = [text.get_text() for text in drawing("text", class_=False)]
    assert [word for word in words if re.fullmatch(r"[\d.]+ [hd]|\?", word)] == ["6 h", "18 h", "2 d", "?"]


def test_vis_counts_drugs_by_any_of_their_names_and_says_what_it_could_not(tmp_path):
    mine, _ = made(tmp_path)
    assert heart.vis_weights(mine) == {"dobutamine": 1, "Epinephrine": 100}
    assert heart.vis_by_column(load(case=mine), case=mine)["HD1"] == pytest.approx(7.5 + 10)
    assert heart.not_in_vis(load(case=mine), "HD2", mine) == {"Epinephrine": "printed here as 5–10"}
    assert heart.not_in_vis(load(), "4", LETTER) == {}


TOKENS = st.sampled_from(["1", "0", "-3.5", "<0.5", ">60", "≤1", "~2", "1,484", "12 000", "1.5e3", "120/80", "3–4",
                          "5 ± 1", "5 → 2", "98% RA", "94%", "+", "NA",
                          "neg", "mild", "1+", "trace", "Stop", "1:160", "3*", "↓2", "410 mg/L", "E. coli", ""])
LABELS = st.lists(st.sampled_from([*map(str, range(1, 9)), "3a", "HD2", "Onset", "48 h", "6 weeks after discharge",
                                   "O'Brien"]),
                  min_size=1, max_size=5, unique=True)
NAMES = st.text(string.ascii_letters + "<>&'\"-= é", min_size=1, max_size=9).map(str.strip).filter(bool)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(columns=LABELS, rows=st.dictionaries(NAMES, st.lists(TOKENS, min_size=5, max_size=5), min_size=1, max_size=4),
       kinds=st.lists(st.sampled_from(["", "infusion", "daily drug"]), min_size=4, max_size=4))
def test_what_the_check_calls_whole_is_drawn(tmp_path_factory, columns, rows, kinds):
    folder = tmp_path_factory.mktemp("any")
    with (folder / "table.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "kind", *columns])
        writer.writerows([name, kind, *cells[:len(columns)]] for (name, cells), kind in zip(rows.items(), kinds))
    try:
        case.new(folder / "table.csv", folder / "mine")
    except CaseDataError as error:
        assert error.remedy
        assume(False)
    mine = read_case(folder / "mine")
    if not check.problems(mine):
        page = BeautifulSoup(own_case.stepper(mine.folder).static_html(), "html.parser")
        assert {c for cells in rows.values() for c in cells[:len(columns)]} - {""} <= set(load(case=mine)["printed"])
        assert len(page.select("[data-step]")) == len(columns) + 2
        assert str(own_case.values(mine.folder))


def test_the_case_of_a_stranger_holds_the_table_of_its_source():
    mine = read_case("cases/eid-2022")
    printed = [c for line in list(csv.reader((TOP / "book/cases/eid-2022/table.csv").open(encoding="utf-8")))[1:]
               for c in line[2:]]
    table = load(case=mine)
    assert list(table["printed"]) == printed and len(printed) == 14 * 6
    assert (table["qualifier"] == "not_done").sum() == 5
    assert mine.treatments == () and set(table["placement"]) == {"printed"}
