"""Limits printed elsewhere: against their sources, beside every finding, and refused when damaged."""

import math
import re

import pytest

from casebook import reference_ranges, resources
from casebook.pieces.stepper import CaseStepper
from casebook.tables.resources import DATA, CaseDataError
from casebook.tables.table1 import COLUMNS, load, parameters

FINDINGS = parameters().index[parameters()["kind"].isin(["echo", "laboratory"])]
TO_UNIT = {("ng/L", "ug/L"): 0.001, ("ng/mL", "ug/L"): 1, ("µg/L", "ug/L"): 1, ("mg/dL", "mg/L"): 10,
           ("mg/L", "mg/L"): 1, ("ng/L", "ng/L"): 1, ("pg/mL", "ng/L"): 1, ("%", "%"): 1}


def plain(html):
    return re.sub("<[^>]+>", "", html)


@pytest.mark.parametrize("row", [r for _, r in reference_ranges.load().iterrows()], ids=lambda r: r["id"])
def test_each_limit_is_what_its_source_prints_in_the_unit_of_the_finding(row):
    if row["id"] == "probnp-healthy":
        pytest.skip("computed below")
    unit = re.search(r"[a-zµ%/LdA-Z]+$", row["as_printed"])[0]
    printed = [float(n.replace(",", "")) for n in re.findall(r"\d[\d,.]*", row["as_printed"])]
    factor = 10 if row["id"] == "crp-misc-severe" else TO_UNIT[unit, row["unit"]]     # its source prints mg/L for mg/dL
    stored = sorted(row[c] for c in ("low", "value", "high", "sd") if row[c] == row[c])
    assert stored == pytest.approx(sorted(p * factor for p in printed), abs=0.051 if row["unit"] == "%" else 1e-9)


def test_the_limit_of_probnp_follows_from_the_published_formula():
    """Palm 2020: Zlog = 3.92 (log x + 0.512 log t - 3.417) / (1.489 + 0.014 log t), t in days; ±1.96, 0 at 8 years."""
    t = math.log10(8.0 * 365.25)
    at = [10 ** (z * (1.489 + 0.014 * t) / 3.92 - 0.512 * t + 3.417) for z in (-1.96, 0, 1.96)]
    row = reference_ranges.load().set_index("id").loc["probnp-healthy"]
    assert [round(x) for x in at] == [row["low"], row["value"], row["high"]] == [7, 44, 258]


@pytest.mark.parametrize("parameter", FINDINGS)
def test_each_finding_has_a_limit_of_healthy_children_or_the_words_that_none_was_found(parameter):
    table = reference_ranges.load()
    notes = reference_ranges.notes(parameter, table)
    healthy = table[(table["parameter"] == parameter) & (table["kind"] == "healthy") & (table["of_her_age"] == "yes")]
    assert 1 <= len(notes) <= reference_ranges.SHOWN, "at most two notes a row"
    if healthy.empty:
        assert notes[0] == reference_ranges.NONE_FOUND
    else:
        shown = healthy[healthy["shown"] == "yes"]
        assert not shown.empty and reference_ranges.NONE_FOUND not in notes
        assert plain(notes[0]).lower().startswith(shown.iloc[0]["of_whom"].lower())
    assert all("data-cite" in note for note in notes if note != reference_ranges.NONE_FOUND), \
        "a limit without its source"


def test_where_none_was_found():
    none = [p for p in FINDINGS if reference_ranges.NONE_FOUND in reference_ranges.notes(p, reference_ranges.load())]
    assert none == ["pericardial effusion", "mitral insufficiency", "CRP", "procalcitonin"]


def test_troponin_has_one_note_with_three_assays():
    note, = reference_ranges.notes("troponin I", reference_ranges.load())
    assert "Ortho 0.007, Abbott 0.016, Siemens 0.038" in plain(note)


def test_no_weak_source_reaches_the_table():
    assert set(reference_ranges.load()["certainty"]) <= {"A", "B", "D"}
    assert "C" not in next(f for f in resources.resource("reference_ranges")["schema"]["fields"]
                           if f["name"] == "certainty")["constraints"]["enum"]


def test_every_finding_of_the_stepper_stands_above_its_note_and_keeps_its_printed_value():
    table, notes = load(), {p: plain(" ".join(reference_ranges.notes(p, reference_ranges.load()))) for p in FINDINGS}
    seen = set()
    for panel in CaseStepper().panels:
        if panel.step not in COLUMNS:
            continue
        here = table[(table["column"] == panel.step) & table["parameter"].isin(FINDINGS)]
        rows = re.findall(r"<tr class=noted><th[^>]*>(.*?)</th><td>(.*?)</td>.*?</tr><tr "
                          r"class=\"note\"><td[^>]*>(.*?)</td></tr>", panel.findings)
        assert len(rows) == len(here)
        for (name, value, note), expected in zip(rows, here.to_dict("records")):
            parameter = expected["parameter"]
            printed = expected["printed"].replace("<", "&lt;")
            assert plain(name).startswith(parameter) and plain(value).replace(" ⚑", "") == printed
            assert plain(note) == notes[parameter]
            seen.add(parameter)
        assert "this laboratory" in panel.findings
    assert seen == set(FINDINGS)


@pytest.fixture
def damaged(tmp_path, monkeypatch):
    """Function that plants a fault in a copy of the file and returns its path; the hash is not compared."""
    def plant(old, new):
        text = (DATA / "reference_ranges.csv").read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times, the fault can't be planted"
        path = tmp_path / "reference_ranges.csv"
        path.write_text(text.replace(old, new), "utf-8", newline="\n")
        monkeypatch.setattr(resources, "check_digest", lambda *args: None)
        return path
    return plant


@pytest.mark.parametrize("old, new, line, column, expected", [
    pytest.param("fs-healthy,FS,", "fs-healthy,anakinra,", 7, "parameter", "one of EF", id="not-a-finding"),
    pytest.param("fs-healthy-mean", "fs-healthy", 8, "id", "each row once", id="id-twice"),
    pytest.param(",28,36,45,,%,", ",28,thirty-six,45,,%,", 7, "value", "a number", id="text-for-a-number"),
    pytest.param(",28,36,45,,%,", ",28,36,45,,ug/L,", 7, "unit", "the unit of FS", id="unit-of-another-row"),
    pytest.param(",28,36,45,,%,", ",,36,45,,%,", 7, "low", "a number", id="end-lost"),
    pytest.param(",28,36,45,,%,", ",28,36,45,8,%,", 7, "sd", "nothing beside", id="number-too-many"),
    pytest.param(",28,36,45,,%,", ",45,36,28,,%,", 7, "value", "rising order", id="ends-swapped"),
    pytest.param("mean and range", "average", 7, "statistic", "one of mean", id="statistic-unknown"),
    pytest.param("54–74 %,,,Not", "54–74 %,,yes,Not", 6, "shown", "not of her age", id="adults-beside-the-girl"),
    pytest.param("adults,no,", "adults,maybe,", 6, "of_her_age", "one of yes", id="age-unknown-word"),
    pytest.param("pedecho,B", "pedecho,C", 7, "certainty", "one of A, B, D", id="weak-source"),
    pytest.param("pedecho,B", ",B", 7, "source", "a value", id="source-lost"),
])
def test_damaged_limits_are_refused(damaged, old, new, line, column, expected):
    path = damaged(old, new)
    with pytest.raises(CaseDataError) as caught:
        reference_ranges.load(path)
    error = caught.value
    assert (error.file, error.line, error.column) == (str(path), line, column), str(error)
    assert expected in str(error.expected)


def test_a_changed_limit_is_refused_by_its_hash(tmp_path):
    file = tmp_path / "reference_ranges.csv"
    file.write_text((DATA / file.name).read_text("utf-8").replace(",,,55,,%", ",,,45,,%"), "utf-8", newline="\n")
    with pytest.raises(CaseDataError, match="sha256"):
        reference_ranges.load(file)
