"""Another case goes through loader, placements, VIS and stepper from its own folder, with no change of code and beside
the girl's.

The case is SYNTHETIC; what is expected is counted by hand here.
"""

import csv
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from itertools import product

import pytest
from bs4 import BeautifulSoup
from sphinx.errors import ExtensionError

from casebook import CaseDataError, CaseStepper, complete, load, own_case, wide
from casebook.classroom.projector import Projector
from casebook.display.text import render
from casebook.models.heart import vis_by_column
from casebook.models.placements import READINGS, admissible, count, placements
from casebook.pieces.case_panels import load_script
from casebook.tables.case_folder import LETTER, chosen, read_case
from casebook.tables.values import printed
from conftest import TOP

FOLDER = TOP / "book" / "synthetic-case"
STEPS = ["admission", "1a", "1b", "3", "follow-up"]


def walk(widget):
    return [widget, *(w for child in getattr(widget, "children", ()) for w in walk(child))]


def checked(folder):
    """`make check` of the case in ``folder``: (exit code, output, errors)."""
    done = subprocess.run([sys.executable, "-X", "utf8", "-m", "casebook.check"], cwd=TOP / "book",
                          env=os.environ | {"CASEBOOK_CASE": str(folder)}, capture_output=True, encoding="utf-8",
                          timeout=120)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def case():
    return read_case("synthetic-case")


@pytest.fixture(scope="module")
def table(case):
    return load(case=case)


@pytest.fixture(scope="module")
def stepper():
    return own_case.stepper("synthetic-case")


@pytest.fixture(scope="module")
def html(stepper):
    return stepper.static_html()


@pytest.fixture(scope="module")
def page(html):
    return BeautifulSoup(html, "html.parser")


def tokens(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_loader_reads_every_token_and_each_says_that_it_is_synthetic(case, table):
    mine = tokens(FOLDER / "table1.csv")
    names = ["parameter", "printed", "column", "placement", "flag"]
    assert table[names].values.tolist() == [[t[k] for k in names] for t in mine] and len(mine) == 16
    assert {t["flag"] for t in mine} == {"SYNTHETIC"}
    assert table["value"].sum() == pytest.approx(171 + 158 + 127 + 39 + 58 + 6.3 + 4.9 + 1.1 + 7.5 + 0.09 + 11 + 11)
    assert case.columns == ("1a", "1b", "3") and complete(table, case) == ["heart rate", "lactate", "drug B"]


def test_placements_of_the_incomplete_rows_are_those_counted_by_hand(case):
    """Two values in three columns: 1a 1b, 1a 3, 1b 3. Unbroken in columns: without 1a 3. Unbroken in days, 1a and 1b
    one day: without 1a 1b."""
    assert [admissible("drug A", n, case) for n in (1, 2)] == [("1a", "1b"), ("1b", "3")]
    with pytest.raises(KeyError, match="known: \\['one_run', "):
        count(("one_run", "support_added"), case=case)
    assert {reading: [count((), reading, case), count(("one_run",), reading, case)] for reading in READINGS} == {
        "two samplings": [3 * 3 * 3, 2 * 3 * 2], "one day": [3 * 3 * 2, 2 * 3 * 2],
        "one day, infusions too": [3 * 3 * 2, 3 * 3 * 2]}
    runs, single = (("1a", "1b"), ("1b", "3")), (("1a",), ("1b",), ("3",))
    found = {tuple(p[drug] for drug in ("dobutamine", "noradrenaline", "drug A")) for p in placements(case=case)}
    assert found == set(product(runs, single, runs)) and len(placements(case=case)) == 12


def test_vis_is_that_computed_by_hand(case, table, page):
    assert vis_by_column(table, case=case) == {"1a": 7.5, "1b": pytest.approx(0 + 100 * 0.09), "3": 0}
    shown = [p.get_text() for p in page.select("p.vis")]
    assert shown[1].startswith("VIS 9 = 0 (dobutamine) + 100 × 0.09 (noradrenaline).") and len(shown) == 3


def test_the_stepper_has_the_case_s_own_steps_in_order(stepper, page):
    assert [p.step for p in stepper.panels] == STEPS == [e["data-step"] for e in page.select("[data-step]")]
    live = next(w for w in walk(stepper.widget()) if hasattr(w, "index"))
    assert [p.label for p in stepper.panels] == [label for label, _ in live.options] \
        == ["Admission", "Column 1a", "Column 1b", "Column 3", "Follow-up"]
    columns = {g["data-c"] for g in page.select(".chart-bedside svg g[data-c]")}
    assert columns == {"0", "1", "2"} and len(page.select(".chart-bedside")) == 1, "one figure, a group a column"
    assert not any(p.predictions for p in stepper.panels), "its script asks for none"
    third = page.select_one("[data-step='3']")
    assert third.select_one("[data-card=changed] .second").get_text(strip=True).startswith("Before the measurements")
    assert third.select_one("[data-question=synthetic-case-vote-3] [data-correct=yes]"), "its vote"
    first = page.select_one("[data-step='1b']")
    cells = {tuple(c.get_text(" ", strip=True).replace(" ⚑", "") for c in row.select("th, td"))
             for row in first.select(".case-table tbody tr")}
    assert {("dobutamine µg/kg/min", "Stop", "7.5"), ("noradrenaline µg/kg/min", "0.09", ""),
            ("drug A mg/kg/day", "11", ""), ("drug B", "+", "+"),
            ("heart rate /min", "158", "171"), ("lactate mmol/L", "4.9", "6.3")} <= cells
    assert "Lactate is 4.9\N{NO-BREAK SPACE}mmol/L: −22 % since" in first.get_text() \
        and not any(c[0].startswith("EF") and c[1:] != ("39",) for c in cells)


def test_the_page_is_whole_and_holds_nothing_of_the_girl(html, page):
    text = page.get_text(" ")
    for panel in page.select("[data-step]"):
        assert "SYNTHETIC" in panel.select_one("[role=heading]").get_text()
        assert len(panel.select(".decision .option")) == len(panel.select("[data-grades] li")) == 2
    assert page.select_one("[data-stepper=synthetic-case]")["aria-label"].startswith("SYNTHETIC") \
        and len(page.select("figure.chart")) == 1
    mine = {t["printed"] for t in tokens(FOLDER / "table1.csv")}
    shown = {e.get_text().split("\N{NO-BREAK SPACE}")[0] for e in page.select("[data-placement]:not(.vis *)")}
    assert shown == mine
    hers = {t["printed"] for t in tokens(TOP / "data" / "table1.csv")} - mine
    hers = {t for t in hers if len(t) > 2}                              # shorter ones also stand on axes
    assert len(hers) > 25 and not [t for t in hers if re.search(rf"(?<![\d.]){re.escape(t)}(?![\d.])", text)]
    assert not re.search(r"girl|anakinra|ProBNP|troponin|MIS-C|\bher\b|no clinician|Limits? found", html)
    assert not page.select("a[href]"), "a value would lead to the girl's dictionary"


def test_damaged_cells_are_refused_by_name(case, tmp_path):
    """Columns: what is planted, and what the message says."""
    faults = {"158,158,=,1b": ("15x,158,=,1b", "line 3, column 'printed'"),
              "58,58,=,3": ("58,85,=,3", "line 6, column 'value'"),
              "11,11,=,3": ("11,11,=,1a", "line 14, column 'column'"),
              "Stop,,stop,1b": ("Stop,,stop,2", "one of 1a, 1b, 3"),
              "lactate,mmol/L,3": ("lactate,mg/L,3", "'mmol/L' for lactate"),
              "6.3,6.3": ("6.5,6.5", "sha256"), "0.09,0.09": ("9,9", "0 to 2")}
    text = (FOLDER / "table1.csv").read_text("utf-8")
    for n, (old, (new, _)) in enumerate(faults.items()):
        assert text.count(old) == 1
        (tmp_path / f"{n}.csv").write_text(text.replace(old, new), "utf-8", newline="\n")
    spreadsheet = text.replace("\n", "\r\n").encode("utf-8-sig")          # as a spreadsheet's "CSV UTF-8" has it
    (tmp_path / "marked.csv").write_bytes(spreadsheet)
    for mark in (";", "\t"):
        faults[mark] = (mark, "line 1: found " + ("semicolons" if mark == ";" else "tabs"))
        (tmp_path / f"{len(faults) - 1}.csv").write_text(text.replace(",", mark), "utf-8")
    assert len(load(tmp_path / "marked.csv", case)) == 16
    for n, (_, says) in enumerate(faults.values()):
        with pytest.raises(CaseDataError) as refused:
            load(tmp_path / f"{n}.csv", case)
        line = str(refused.value)
        assert f"{n}.csv" in line and says in line and "Remedy" in line and "repository" not in line, line


@pytest.mark.parametrize("file, old, new, says", [
    (None, None, None, "Data and case: whole"),
    ("datapackage.json", '"drug A"]', '"drug C"]', "datapackage.json, column 'treatments': found ['drug C']"),
    ("datapackage.json", '["1a", "1b", "3"]', '["3", "1b", "1a"]', "expected columns in the order of time"),
    ("table1.csv", "158,158,=,1b", "15x,158,=,1b", "table1.csv, line 3, column 'printed'"),
    ("case.yml", "step: 1b", "step: 1c", "one entry per step, in order"),
    ("case.yml", "printed('EF', '3')", "printed('EF', '1b')",
     "case.yml, column 'steps/3/shows': found no EF in column 1b")])
def test_make_check_speaks_of_the_case(tmp_path, file, old, new, says):
    case = shutil.copytree(FOLDER, tmp_path / "case")
    package = case / "datapackage.json"
    # a draft: no hash tells of the fault as well
    package.write_text(re.sub(r' *"hash": .*\n', "", package.read_text("utf-8")), "utf-8")
    if file:
        text = (case / file).read_text("utf-8")
        assert text.count(old) == 1
        (case / file).write_text(text.replace(old, new), "utf-8", newline="\n")
    code, said, errors = checked(case)
    assert code == bool(file) and says in said + errors and (not file or str(case) in errors)
    assert errors.count("Remedy") == bool(file), f"one fault, told once: {errors}"


def test_a_prediction_is_refused_where_what_the_row_did_is_not_known():
    """Another case's row may begin at 0, or lie below a limit, twice or once."""
    table, script = load(), load_script()
    given = {"1": (0, "="), "2": (40, "="), "3a": (100, "<"), "3b": (100, "<"), "4": (300, "="), "5": (100, "<"),
             "6": (290, "<"), "7": (310, "<")}
    for column, (value, qualifier) in given.items():
        table.loc[(table["parameter"] == "ProBNP") & (table["column"] == column),
                  ["value", "qualifier"]] = value, qualifier
    ways = []
    for column in given:
        words = [{**step, "predict": ["ProBNP"] if step["step"] == column else []} for step in script]
        try:
            ways += [p.way for panel in CaseStepper(table, words).panels for p in panel.predictions]
        except CaseDataError as error:
            assert f"step {column}, predict" in str(error)
            ways.append(None)
    assert ways == [None, None, None, None, "up", "down", None, None]


def test_a_draft_whose_table_kept_its_blanks_calls_no_column_reconstructed(tmp_path):
    case = shutil.copytree(FOLDER, tmp_path / "case")
    package = re.sub(r' *"hash": .*\n', "", (case / "datapackage.json").read_text("utf-8"))
    package = package.replace('["printed", "reconstructed"]', '["printed"]') \
        .replace('"primaryKey": ["parameter"]', '"primaryKey": "parameter"')
    (case / "datapackage.json").write_text(package, "utf-8")
    (case / "table1.csv").write_text((case / "table1.csv").read_text("utf-8").replace("reconstructed", "printed"),
                                     "utf-8", newline="\n")
    page = BeautifulSoup(own_case.stepper(case).static_html(), "html.parser")
    assert {e["data-placement"] for e in page.select("[data-placement]")} == {"printed"}
    assert "Computed from printed columns" in page.get_text()
    assert not [td["data-why"] for td in page.select("td[data-why]") if "reconstruction" in td["data-why"]]


def test_the_book_is_not_built_from_another_case(monkeypatch):
    from _ext import casebook_book

    monkeypatch.setenv("CASEBOOK_CASE", str(FOLDER))
    with pytest.raises(ExtensionError, match="CASEBOOK_CASE is set"):
        casebook_book.notice_changes(None)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["letter-first", "synthetic-first"])
def test_two_cases_in_one_process_keep_their_columns_values_and_words(order):
    """Both are read anew, in either order, and asked in turns: neither takes anything from the other."""
    expected = [("case", "1 2 3a 3b 4 5 6 7 8 13", 104, 41, "Column 13", "ProBNP", "171"),
                ("synthetic-case", "1a 1b 3", 16, 12, "Column 3", "lactate", "6.3")]
    cases = [replace(LETTER), read_case("synthetic-case")]
    steppers = {n: CaseStepper(case=cases[n]) for n in order}
    pages = {n: BeautifulSoup(steppers[n].static_html(), "html.parser") for n in order}
    for n in order:
        case, (key, columns, tokens, left, label, row, value) = cases[n], expected[n]
        assert " ".join(case.columns) == " ".join(wide(load(case=case), case).columns) == columns
        assert len(load(case=case)) == tokens and count(case=case) == left
        assert [p.label for p in steppers[n].panels][-2] == label \
            == pages[n].select("[data-label]")[-2]["aria-label"].replace("Day", "Column")
        assert {e["data-stepper"] for e in pages[n].select("[data-stepper]")} == {key}
        shown = {r.select_one("th").find(string=True).strip()
                 for r in pages[n].select(".case-table tbody tr:not(.note, .vis)")}
        assert row in shown and (expected[1 - n][5] in shown) is False and shown <= set(case.parameters.index)
        assert value in {e.get_text() for e in pages[n].select("[data-placement]")}
        assert len(Projector(steppers[n]).screens) > 5 * len(case.columns)
    assert bool(pages[0].select("a.value[href]")) and not pages[1].select("a.value[href]"), \
        "only the girl's values have a dictionary"
    assert "171" in printed("CRP", "1", case=cases[0]) and "171" in printed("heart rate", "1a", case=cases[1])
    with pytest.raises(CaseDataError, match="no CRP in column 1"):
        printed("CRP", "1", case=cases[1])
    with pytest.raises(CaseDataError, match="more between braces than a function"):
        render("{{ kinetics.GAPS }}", case=cases[1])


def test_casebook_case_chooses_what_a_new_stepper_and_the_projector_show(monkeypatch):
    assert chosen() is LETTER and CaseStepper().case is LETTER
    monkeypatch.setenv("CASEBOOK_CASE", str(FOLDER))
    assert CaseStepper().title.startswith("SYNTHETIC") and Projector().stepper.case.key == "synthetic-case"
    assert len(load()) == 104, "the chapters' own table is another"
