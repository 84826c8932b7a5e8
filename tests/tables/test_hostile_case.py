"""A case folder from a stranger does no harm: its texts are data, its files stay its own, its work is bounded."""

import json
import re
import shutil
from html import unescape
from math import comb

import pytest
from bs4 import BeautifulSoup

from casebook import CaseDataError, check, own_case
from casebook.classroom.ballots import Ballot, Option, save
from casebook.classroom.projector import Projector
from casebook.display.text import render
from casebook.models.placements import MOST, TooMany, count, placements
from casebook.pieces.questions import load_questions
from casebook.tables.case_folder import read_case
from conftest import TOP
from products import items as exports

QUOTES = str.maketrans("‘’“”", "''\"\"")
IMAGE = '<img src=x onerror="window.PWN=1">'


@pytest.fixture
def folder(tmp_path):
    """A copy of the SYNTHETIC case without hashes."""
    copy = shutil.copytree(TOP / "book" / "synthetic-case", tmp_path / "case")
    descriptor = (copy / "datapackage.json").read_text("utf-8")
    (copy / "datapackage.json").write_text(re.sub(r' *"hash": .*\n', "", descriptor), "utf-8")
    return copy


def put(folder, file, *swaps):
    """Swap every ``old`` for ``new`` in a file of a case, each of which must be there."""
    text = (folder / file).read_text("utf-8")
    for old, new in swaps:
        assert old in text, f"{old!r} is not in {file}"
        text = text.replace(old, new)
    (folder / file).write_text(text, "utf-8", newline="\n")
    return folder


def faults(folder):
    """What the check says of a case, on one line."""
    try:
        return " ".join(map(str, check.problems(read_case(folder))))
    except CaseDataError as error:
        return str(error)


KNOWN = "  A made-up child of five is brought to a made-up hospital."


@pytest.mark.parametrize("text", [
    "{{ printed.__globals__['__builtins__']['__import__']('os').popen('touch PWNED') }}", "{{ ''.__class__.__mro__ }}",
    "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}", "{{ 'a' * 999999999 }}",
    "{{ cycler }}{{ lipsum(9) }}", "{% set x = 1 %}", "{% include 'x' %}", "{{ table.to_csv('PWNED') }}",
    "{{ vis('zz') }}",
    "{{ printed() }}", "{{ printed('EF', '1a') | replace('3', '4') }}", "{{ [1] * 9 }}", "{{ printed"])
def test_an_expression_that_is_more_than_a_question_to_the_table_is_refused(folder, text, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    told = faults(put(folder, "case.yml", (KNOWN, f"  {text}")))
    assert "case.yml, column 'steps/admission/known'" in told and "Remedy: correct the expression" in told
    assert not list(tmp_path.rglob("PWNED")), "the text was run"


@pytest.mark.parametrize("text, shown", [
    (IMAGE, IMAGE), ("Platelets <LLN and CRP >ULN today.", "Platelets <LLN and CRP >ULN today."),
    ("<meta http-equiv=refresh content='0;url=//x'>", "<meta http-equiv=refresh content='0;url=//x'>"),
    ("[x](javascript:alert(1))", "[x](javascript:alert(1))"), ("![x](https://x.org/a.png)", "!x"),
    ("group (c), (r)", "group (c), (r)"),
    ("\ue0003c623e\ue001", "\ufffd3c623e\ufffd"), ("<b onmouseover=x()>", "<b onmouseover=x()>")])
def test_html_of_a_text_shows_as_letters_and_no_letter_is_lost(folder, text, shown):
    case = read_case(folder)
    for inline in (True, False):
        page = BeautifulSoup(render(text, inline, case), "html.parser")
        assert page.get_text().strip().translate(QUOTES) == shown
        assert not [e for e in page.find_all(True) if e.name not in ("p", "a")]
        assert all(a["href"].startswith("https://") for a in page.find_all("a"))


def test_names_units_flags_and_titles_are_escaped_wherever_a_case_shows(folder):
    put(folder, "table1.csv", ("heart rate", f'"heart rate{IMAGE.replace(chr(34), chr(34) * 2)}"'),
        ("mmol/L", "<i>mmol/L"),
        ("SYNTHETIC", "<u>flag</u>"), ("drug A", "drug <s>A"), ("dobutamine", "dobutamine"))
    put(folder, "parameters.csv", ("heart rate,", f'"heart rate{IMAGE.replace(chr(34), chr(34) * 2)}",'),
        ("mmol/L", "<i>mmol/L"),
        ("drug A", "drug <s>A"))
    put(folder, "datapackage.json", ("heart rate", json.dumps(f"heart rate{IMAGE}")[1:-1]),
        ("SYNTHETIC\"]", "<u>flag</u>\"]"),
        ("drug A", "drug <s>A"))
    put(folder, "case.yml", ("printed('heart rate'", f"printed('heart rate{IMAGE}'"),
        ("title: SYNTHETIC, day 3", f"title: '{IMAGE}'"))
    assert faults(folder) == ""
    stepper = own_case.stepper(folder)
    live = " ".join(s.html() for s in Projector(stepper).screens)
    for html in (stepper.static_html(), live):
        page = BeautifulSoup(html, "html.parser")
        assert not page.select("img, i, u, s, script, [onerror]")
        assert "heart rate<img" in page.get_text() and "<i>mmol/L" in page.get_text()


@pytest.mark.parametrize("file, old, new, says", [
    ("case.yml", "title: SYNTHETIC case", "title: x\ntitle: SYNTHETIC case", "line 3: found 'title' a second time"),
    ("case.yml", "title: SYNTHETIC case", "title: &a [x]\nmore: *a\nsteps: #", "an alias (*name)"),
    ("case.yml", "title: SYNTHETIC case", f"title: {'[' * 40}{']' * 40}\nx: ", "more than 30 levels"),
    ("case.yml", "title: SYNTHETIC case", "title: !!python/object/apply:os.system ['touch PWNED']\nx: a",
     "could not determine a constructor"),
    ("case.yml", "title: SYNTHETIC case", "title: \0", "special characters are not allowed"),
    ("case.yml", "title: SYNTHETIC case", f"title: {'x' * 4_000_001}", "more than 4,000,000 bytes"),
    ("datapackage.json", '"title":', '"name": "other", "title":', "the key 'name' twice"),
    ("datapackage.json", '"title":', f'"deep": {"[" * 100_000}{"]" * 100_000}, "title":', "valid JSON"),
    ("datapackage.json", '"name": "synthetic-case"', '"name": "../x"', "'../x' does not match"),
    ("datapackage.json", '"path": "table1.csv"', '"path": "../../../../../../../../etc/passwd"',
     "expected a file of this folder"),
    ("datapackage.json", '"path": "parameters.csv"', '"path": "/etc/passwd"', "expected a file of this folder"),
    ("parameters.csv", "drug B,Drug B", "=cmd|' /C calc'!A0,Drug B", "which a spreadsheet would run"),
    ("parameters.csv", "drug B,Drug B", "lаctate,Drug B", "which looks like 'lactate'"),
    ("parameters.csv", "/min,/min,3,", "/min,/min,999999999,", "expected at most 3, one for each column")])
def test_what_would_cost_or_lose_or_reach_out_is_refused_by_name(folder, tmp_path, monkeypatch, file, old, new, says):
    monkeypatch.chdir(tmp_path)
    told = faults(put(folder, file, (old, new)))
    assert says in told and "Remedy" in told and not list(tmp_path.rglob("PWNED")), told[:2000]


def many(folder, columns, cells, drugs):
    """A case with so many columns, and drugs that have so many values each and are placed."""
    labels = [str(n + 1) for n in range(columns)]
    rows = [(f"drug {d}", n + 1) for d in range(drugs) for n in range(cells)]
    head = "parameter,unit,position,printed,value,qualifier,column,placement,flag\n"
    (folder / "table1.csv").write_text(head + "".join(
        f"{name},mg,{n},1,1,=,{labels[n - 1]},reconstructed,SYNTHETIC\n" for name, n in rows), "utf-8")
    head = "parameter,printed_label,printed_unit,unit,cells,kind,qualifiers,low,high,meaning,doubt\n"
    (folder / "parameters.csv").write_text(head + "".join(f"drug {d},d,mg,mg,{cells},daily drug,=,0,9,m,d\n"
                                                          for d in range(drugs)), "utf-8")
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    descriptor |= {"treatments": [f"drug {d}" for d in range(drugs)], "charted": []}
    for column in descriptor["resources"][0]["schema"]["fields"]:
        if column["name"] == "column":
            column["constraints"]["enum"] = labels
    (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    return read_case(folder)


@pytest.mark.parametrize("columns, cells, drugs", [(14, 5, 6), (20, 10, 6), (30, 15, 3)])
def test_counts_of_placements_are_exact_however_many_and_no_list_outgrows_the_memory(folder, columns, cells, drugs):
    case = many(folder, columns, cells, drugs)
    assert count((), case=case) == comb(columns, cells) ** drugs
    assert count((), "one day", case) == comb(columns, cells) ** drugs, "each column is a day of its own"
    runs = (columns - cells + 1) ** drugs
    assert count(case=case) == runs
    if runs > MOST:
        with pytest.raises(TooMany, match=f"{runs:,} placements, too many to list"):
            placements(case=case)


def test_runs_through_days_of_two_columns_each_are_counted_before_they_are_listed(folder):
    case = many(folder, 40, 20, 1)
    case.__dict__["day_order"] = tuple(n // 2 for n in range(40))
    with pytest.raises(TooMany, match=f"could stand in {2 ** 20 + 21:,} ways"):
        count(reading="one day", case=case)


def test_a_case_that_takes_too_long_is_given_up(folder, monkeypatch):
    monkeypatch.setattr(own_case, "SECONDS", 0.01)
    with pytest.raises(CaseDataError, match="takes more than 0.01 seconds to draw"):
        own_case.stepper(folder).static_html()


def test_hands_open_in_a_spreadsheet_as_text(tmp_path):
    texts = ["=cmd|' /C calc'!A0", "+1", "@x", "-1", "β"]
    raw = save([Ballot("=1+1", "decision", [Option(t, hands=1) for t in texts])], tmp_path).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and "β".encode() in raw
    cells = [c.strip('"') for line in raw.decode("utf-8-sig").splitlines()[1:] for c in line.split(",")]
    assert not [c for c in cells if c[:1] in "=+-@" and c], cells


def test_texts_of_a_self_check_reach_moodle_and_qti_whole(tmp_path):
    wanted = ["Platelets <LLN and CRP >ULN", "=cmd|' /C calc'!A0", "<script>alert(1)</script> ]]>"]
    options = [{"text": text, "correct": text == wanted[0], "feedback": "ok"} for text in wanted]
    question = {"id": "1.1", "stem": "Below <70 pg/mL, $5 and \\alpha?", "options": options}
    (tmp_path / "01.yml").write_text(json.dumps({"chapter": 1, "questions": [question]}), "utf-8")
    item = load_questions(tmp_path / "01.yml")["1.1"].html(tmp_path / "01.yml")
    moodle = exports.moodle({1: (item,)})
    texts = [BeautifulSoup(e.text or "", "html.parser") for e in moodle.iter("text")]
    told = " ".join(t.get_text() for t in texts).translate(QUOTES)
    assert all(w in told for w in [*wanted, "Below <70 pg/mL"]) and not any(t.select("script, img") for t in texts)
    assert "<LLN" in unescape(unescape(exports.qti(1, (item,)).assessment))
