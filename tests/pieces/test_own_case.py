"""Another case goes through loader, placements, VIS and stepper from its own folder, with no change of code.

The case is SYNTHETIC. Each test reads it in a process of its own, as an instructor would; what is expected is counted by hand here.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from itertools import product

import pytest
from bs4 import BeautifulSoup
from sphinx.errors import ExtensionError

from casebook import CaseStepper, load
from conftest import TOP

FOLDER = TOP / "book" / "synthetic-case"
STEPS = ["admission", "1a", "1b", "3", "follow-up"]
TOLD = """
import json
from casebook import COLUMNS, CaseStepper, complete, load
from casebook.models.heart import vis_by_column
from casebook.models.placements import READINGS, RULES, admissible, count, placements
table, stepper = load(), CaseStepper()
walk = lambda widget: [widget, *(w for child in getattr(widget, "children", ()) for w in walk(child))]
print(json.dumps(dict(
    columns=COLUMNS, complete=complete(table), rules=list(RULES), title=stepper.title, placements=placements(), vis=vis_by_column(table),
    tokens=table[["parameter", "printed", "column", "placement", "flag"]].values.tolist(), value=table["value"].sum(),
    counts={reading: [count((), reading), count(("one_run",), reading)] for reading in READINGS},
    admissible=[admissible("drug A", n) for n in (1, 2)], html=stepper.static_html(),
    panels=[[p.step, p.label, p.probnp] for p in stepper.panels],
    live=[label for label, _ in next(w for w in walk(stepper.widget()) if hasattr(w, "index")).options])))
"""


def python(folder, *arguments):
    """Python in a process that reads the case in ``folder``: (exit code, output, errors)."""
    done = subprocess.run([sys.executable, "-X", "utf8", *arguments], cwd=TOP / "book", env=os.environ | {"CASEBOOK_CASE": str(folder)},
                          capture_output=True, encoding="utf-8", timeout=120)
    return done.returncode, done.stdout, done.stderr


def answers(folder):
    code, said, errors = python(folder, "-c", TOLD)
    assert code == 0, errors
    return json.loads(said)


@pytest.fixture(scope="module")
def told():
    return answers(FOLDER)


@pytest.fixture(scope="module")
def page(told):
    return BeautifulSoup(told["html"], "html.parser")


def tokens(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_loader_reads_every_token_and_each_says_that_it_is_synthetic(told):
    mine = tokens(FOLDER / "table1.csv")
    assert told["tokens"] == [[t[k] for k in ("parameter", "printed", "column", "placement", "flag")] for t in mine] and len(mine) == 16
    assert {t["flag"] for t in mine} == {"SYNTHETIC"}
    assert told["value"] == pytest.approx(171 + 158 + 127 + 39 + 58 + 6.3 + 4.9 + 1.1 + 7.5 + 0.09 + 11 + 11)
    assert told["columns"] == ["1a", "1b", "3"] and told["complete"] == ["heart rate", "lactate", "drug B"]


def test_placements_of_the_incomplete_rows_are_those_counted_by_hand(told):
    """Two values in three columns: 1a 1b, 1a 3, 1b 3. Unbroken in columns: without 1a 3. Unbroken in days, 1a and 1b one day: without 1a 1b."""
    assert told["rules"] == ["one_run"] and told["admissible"] == [["1a", "1b"], ["1b", "3"]]
    assert told["counts"] == {"two samplings": [3 * 3 * 3, 2 * 3 * 2], "one day": [3 * 3 * 2, 2 * 3 * 2], "one day, infusions too": [3 * 3 * 2, 3 * 3 * 2]}
    runs, single = (("1a", "1b"), ("1b", "3")), (("1a",), ("1b",), ("3",))
    found = {tuple(tuple(p[drug]) for drug in ("dobutamine", "noradrenaline", "drug A")) for p in told["placements"]}
    assert found == set(product(runs, single, runs)) and len(told["placements"]) == 12


def test_vis_is_that_computed_by_hand(told, page):
    assert told["vis"] == {"1a": 7.5, "1b": pytest.approx(0 + 100 * 0.09), "3": 0}
    shown = [p.get_text() for p in page.select("p.vis")]
    assert shown[1].startswith("VIS 9 = 0 (dobutamine) + 100 × 0.09 (noradrenaline).") and len(shown) == 3


def test_the_stepper_has_the_case_s_own_steps_in_order(told, page):
    assert [p[0] for p in told["panels"]] == STEPS == [e["data-step"] for e in page.select("[data-step]")]
    assert [p[1] for p in told["panels"]] == told["live"] == ["Admission", "Column 1a", "Column 1b", "Column 3", "Follow-up"]
    charts = ["heart rate, /min", "lactate, mmol/L", "EF, %"]
    for step in STEPS[1:4]:
        drawn = [f["aria-label"] for f in page.select(f"[data-step='{step}'] figure.chart")]
        assert drawn == [f"{chart}, through column {step}" for chart in charts]
    assert not any(p[2] for p in told["panels"]), "there is no ProBNP to predict"
    third = page.select_one("[data-step='3']")
    assert third.select_one("[data-record=done] .second").get_text(strip=True).startswith("Second question")
    assert third.select_one("[data-question=synthetic-case-vote-3] [data-correct=yes]"), "its vote"
    first = page.select_one("[data-step='1b']")
    cells = {tuple(c.get_text(" ", strip=True).replace(" ⚑", "") for c in row.select("th, td")) for row in first.select(".case-table tbody tr")}
    assert {("dobutamine µg/kg/min", "Stop", "7.5"), ("noradrenaline µg/kg/min", "0.09", ""), ("drug A mg/kg/day", "11", ""), ("drug B", "+", "+"),
            ("heart rate /min", "158", "171"), ("lactate mmol/L", "4.9", "6.3")} <= cells
    assert "Lactate is 4.9\N{NO-BREAK SPACE}mmol/L: −22 % since" in first.get_text() and not any(c[0].startswith("EF") and c[1:] != ("39",) for c in cells)


def test_the_page_is_whole_and_holds_nothing_of_the_girl(told, page):
    text = page.get_text(" ")
    for panel in page.select("[data-step]"):
        assert "SYNTHETIC" in panel.select_one("[role=heading]").get_text()
        assert len(panel.select(".decision .option")) == len(panel.select("[data-grades] li")) == 2
    assert page.select_one("[data-stepper=synthetic-case]")["aria-label"].startswith("SYNTHETIC") and len(page.select("figure.chart")) == 3 * 3 + 1
    mine = {t["printed"] for t in tokens(FOLDER / "table1.csv")}
    shown = {e.get_text().split("\N{NO-BREAK SPACE}")[0] for e in page.select("[data-placement]:not(.vis *)")}
    assert shown == mine
    hers = {t["printed"] for t in tokens(TOP / "data" / "table1.csv")} - mine
    hers = {t for t in hers if len(t) > 2}                              # shorter ones also stand on axes
    assert len(hers) > 25 and not [t for t in hers if re.search(rf"(?<![\d.]){re.escape(t)}(?![\d.])", text)]
    assert not re.search(r"girl|anakinra|ProBNP|troponin|MIS-C|\bher\b|no clinician|Limits? found", told["html"])
    assert not page.select("a[href]"), "a value would lead to the girl's dictionary"


def test_damaged_cells_are_refused_by_name(tmp_path):
    """Columns: what is planted, and what the message says."""
    faults = {"158,158,=,1b": ("15x,158,=,1b", "line 3, column 'printed'"), "58,58,=,3": ("58,85,=,3", "line 6, column 'value'"),
              "11,11,=,3": ("11,11,=,1a", "line 14, column 'column'"), "Stop,,stop,1b": ("Stop,,stop,2", "one of 1a, 1b, 3"),
              "lactate,mmol/L,3": ("lactate,mg/L,3", "'mmol/L' for lactate"), "6.3,6.3": ("6.5,6.5", "sha256"), "0.09,0.09": ("9,9", "0 to 2")}
    text = (FOLDER / "table1.csv").read_text("utf-8")
    for n, (old, (new, _)) in enumerate(faults.items()):
        assert text.count(old) == 1
        (tmp_path / f"{n}.csv").write_text(text.replace(old, new), "utf-8", newline="\n")
    spreadsheet = text.replace("\n", "\r\n").encode("utf-8-sig")          # as a spreadsheet's "CSV UTF-8" has it
    (tmp_path / "marked.csv").write_bytes(spreadsheet)
    for mark in (";", "\t"):
        faults[mark] = (mark, "line 1: found " + ("semicolons" if mark == ";" else "tabs"))
        (tmp_path / f"{len(faults) - 1}.csv").write_text(text.replace(",", mark), "utf-8")
    code, said, errors = python(FOLDER, "-c", f"""
from casebook import CaseDataError, load
assert len(load(r"{tmp_path}/marked.csv")) == 16
for n in range({len(faults)}):
    try:
        load(r"{tmp_path}/%d.csv" % n)
        print("not refused")
    except CaseDataError as error:
        print(error)""")
    assert code == 0, errors
    for n, (line, (_, says)) in enumerate(zip(said.splitlines(), faults.values(), strict=True)):
        assert f"{n}.csv" in line and says in line and "Remedy" in line and "repository" not in line, line


@pytest.mark.parametrize("file, old, new, says", [
    (None, None, None, "Data and case: whole"),
    ("datapackage.json", '"drug A"]', '"drug C"]', "datapackage.json, column 'treatments': found ['drug C']"),
    ("datapackage.json", '["1a", "1b", "3"]', '["day 1", "1b", "3"]', "name the columns by their days"),
    ("table1.csv", "158,158,=,1b", "15x,158,=,1b", "table1.csv, line 3, column 'printed'"),
    ("case.yml", "step: 1b", "step: 1c", "one entry per step, in order"),
    ("case.yml", "printed('EF', '3')", "printed('EF', '1b')", "case.yml, column 'steps/3/shows': found no EF in column 1b")])
def test_make_check_speaks_of_the_case(tmp_path, file, old, new, says):
    case = shutil.copytree(FOLDER, tmp_path / "case")
    package = case / "datapackage.json"
    package.write_text(re.sub(r' *"hash": .*\n', "", package.read_text("utf-8")), "utf-8")       # a draft: no hash tells of the fault as well
    if file:
        text = (case / file).read_text("utf-8")
        assert text.count(old) == 1
        (case / file).write_text(text.replace(old, new), "utf-8", newline="\n")
    code, said, errors = python(case, "-m", "casebook.check")
    assert code == bool(file) and says in said + errors and (not file or str(case) in errors)
    assert errors.count("Remedy") == bool(file), f"one fault, told once: {errors}"


def test_a_prediction_is_asked_only_where_the_way_of_probnp_is_known():
    """Another case's ProBNP may begin at 0, or lie below a limit, twice or once."""
    table = load()
    given = {"1": (0, "="), "2": (40, "="), "3a": (100, "<"), "3b": (100, "<"), "4": (300, "="), "5": (100, "<"), "6": (290, "<"), "7": (310, "<")}
    for column, (value, qualifier) in given.items():
        table.loc[(table["parameter"] == "ProBNP") & (table["column"] == column), ["value", "qualifier"]] = value, qualifier
    ways = {panel.step: panel.probnp for panel in CaseStepper(table).panels}
    assert [ways[column] for column in given] == [None, None, None, None, "up", "down", None, None]


def test_a_draft_whose_table_kept_its_blanks_calls_no_column_reconstructed(tmp_path):
    case = shutil.copytree(FOLDER, tmp_path / "case")
    package = re.sub(r' *"hash": .*\n', "", (case / "datapackage.json").read_text("utf-8"))
    package = package.replace('["printed", "reconstructed"]', '["printed"]').replace('"primaryKey": ["parameter"]', '"primaryKey": "parameter"')
    (case / "datapackage.json").write_text(package, "utf-8")
    (case / "table1.csv").write_text((case / "table1.csv").read_text("utf-8").replace("reconstructed", "printed"), "utf-8", newline="\n")
    page = BeautifulSoup(answers(case)["html"], "html.parser")
    assert {e["data-placement"] for e in page.select("[data-placement]")} == {"printed"}
    assert "Computed from printed columns" in page.get_text() and "Treatments (printed)" in page.select_one(".whole svg").get_text(" ")
    places = page.select_one("[data-step='3'] figure.chart:nth-of-type(3) tbody").select("tr")
    assert [[c.get_text() for c in row.select("td")] for row in places] == [["1a", "39", "printed", "1a"], ["3", "58", "printed", "3"]]


def test_the_book_is_not_built_from_another_case(tmp_path, monkeypatch):
    from _ext import casebook_book

    monkeypatch.setattr(casebook_book, "OWN_CASE", True)
    with pytest.raises(ExtensionError, match="CASEBOOK_CASE is set"):
        casebook_book.notice_changes(None)
