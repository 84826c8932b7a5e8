"""Table 1 is loaded as printed: nothing lost, nothing corrected, nothing guessed beyond the marked placement."""

import hashlib
from pathlib import Path

import frictionless
import pytest

from casebook.tables.resources import DATA, CaseDataError, read_resource, resource
from casebook.tables.table1 import COLUMNS, complete, load, parameters, parse_token, ucum, wide

PRINTED_ROWS = [line.split(" | ") for line in
                (Path(__file__).parent / "printed_table.txt").read_text("utf-8").splitlines()]

PARAMETERS = ["EF", "FS", "pericardial effusion", "mitral insufficiency", "dobutamine", "adrenaline", "milrinone",
              "IVIG",
              "anakinra", "LMWH", "methylprednisolone", "ProBNP", "troponin I", "CRP", "procalcitonin"]

REFERENCE = {
    "EF": "1 2 3a 3b 4 5 7 13",
    "FS": "1 2 3a 3b 4 5 7 13",
    "pericardial effusion": "1 2 3a 3b 4 5",
    "mitral insufficiency": "1 2 3a 3b 4 5",
    "dobutamine": "1 2 3a 3b 4 5",
    "adrenaline": "2 3a 3b 4",
    "milrinone": "2 3a 3b 4 5 6",
    "IVIG": "2 3a",
    "anakinra": "3b 4 5 6",
    "LMWH": "1 2 3a 3b 4 5 6 7 8 13",
    "methylprednisolone": "2 3a 3b 4 5 6 7 8",
    "ProBNP": "1 2 3a 3b 4 5 6 7 8 13",
    "troponin I": "1 2 3a 3b 4 5 6 7 8 13",
    "CRP": "1 2 3a 3b 4 5 7 8 13",
    "procalcitonin": "1 2 3a 3b 5 8 13",
}

UNITS = {
    "EF": "%", "FS": "%", "pericardial effusion": "", "mitral insufficiency": "",
    "dobutamine": "ug/kg/min", "adrenaline": "ug/kg/min", "milrinone": "ug/kg/min",
    "IVIG": "g/kg", "anakinra": "mg/kg/d", "LMWH": "", "methylprednisolone": "mg/kg",
    "ProBNP": "ng/L", "troponin I": "ug/L", "CRP": "mg/L", "procalcitonin": "ug/L",
}

FLAGS = {
    ("EF", 3): "breaks Teichholz with FS", ("EF", 4): "breaks Teichholz with FS",
    ("FS", 3): "breaks Teichholz with EF", ("FS", 4): "breaks Teichholz with EF",
    ("procalcitonin", 4): "implausible kinetics", ("procalcitonin", 5): "extraction split",
}

GRID = {  # columns           1      2      3a     3b     4      5      6     7     8     13
    "EF":                   ["44", "67", "53", "52", "62", "66", "", "64", "", "76"],
    "mitral insufficiency": ["Mild", "Mild", "Mild", "Mild", "–", "–", "", "", "", ""],
    "adrenaline":           ["", "0.1", "0.1", "0.1", "Stop", "", "", "", "", ""],
    "anakinra":             ["", "", "", "8", "8", "8", "8", "", "", ""],
    "methylprednisolone":   ["", "2", "2", "30", "30", "30", "2", "2", "2", ""],
    "ProBNP":               ["5935", "6340", "6280", "4564", "3280", "1570", "755", "252", "226", "<70"],
    "CRP":                  ["171", "173", "110", "121", "75", "40", "", "9.8", "3.4", "3.4"],
    "procalcitonin":        ["53", "28", "9.52", "41", "", "4. 3", "", "", "0.3", "0.04"],
}


@pytest.fixture
def table():
    return load()


def printed_tokens(row):
    """Tokens of one row of printed_table.txt; extraction put a blank after each '<', the print has none."""
    return [token.replace("< ", "<") for token in row[1:]]


# The print

def test_table_has_one_row_for_each_of_the_104_printed_tokens(table):
    assert sum(len(row) - 1 for row in PRINTED_ROWS) == 104, "printed_table.txt is not complete"
    assert table.shape == (104, 9), "tokens or columns lost or added"
    assert list(table.index) == list(range(2, 106)), "index is not the line in the file"


def test_parameters_stand_in_the_letters_order(table):
    assert list(table["parameter"].unique()) == PARAMETERS, "rows of the table out of the letter's order"
    assert list(parameters().index) == PARAMETERS, "parameters.csv out of the letter's order"


@pytest.mark.parametrize("parameter, row", list(zip(PARAMETERS, PRINTED_ROWS)), ids=PARAMETERS)
def test_tokens_equal_the_print(table, parameter, row):
    rows = table[table["parameter"] == parameter]
    assert list(rows["printed"]) == printed_tokens(row), f"{parameter}: tokens differ from the print"
    assert list(rows["position"]) == list(range(1, len(row))), f"{parameter}: positions are not 1, 2, 3 …"


@pytest.mark.parametrize("parameter, row", list(zip(PARAMETERS, PRINTED_ROWS)), ids=PARAMETERS)
def test_parameters_know_label_and_number_of_cells(parameter, row):
    label = {"LMWH)": "LMWH"}.get(row[0], row[0])  # a bracket without its partner
    assert parameters().printed_label[parameter] == label, f"{parameter}: label differs from the print"
    assert parameters().cells[parameter] == len(row) - 1, f"{parameter}: number of printed values is wrong"


# Tokens and units

@pytest.mark.parametrize("printed, value, qualifier", [
    ("44", 44.0, "="), ("5935", 5935.0, "="), ("7.5", 7.5, "="), ("0.125", 0.125, "="), ("9.52", 9.52, "="),
    ("41", 41.0, "="), ("4. 3", 4.3, "="), ("<0.01", 0.01, "<"), ("< 0.01", 0.01, "<"), ("<70", 70.0, "<"),
    ("Stop", None, "stop"), ("+", None, "present"), ("–", None, "absent"), ("Mild", None, "mild"),
])
def test_token_is_split_into_value_and_qualifier(printed, value, qualifier):
    assert parse_token(printed) == (value, qualifier), f"{printed!r} is read wrongly"


@pytest.mark.parametrize("printed", ["", " ", "-", "—", "<", "4.", "4 .3", "7 0", " 44", "15x", "12:30", "5–3",
                                     "12/11/2021", "1e999"])
def test_unknown_token_is_refused(printed):
    with pytest.raises(ValueError, match="unknown token"):
        parse_token(printed)


@pytest.mark.parametrize("token, value", [("41", 41.0), ("4. 3", 4.3), ("<70", 70.0), ("0.125", 0.125)])
def test_value_is_the_number_in_the_token(table, token, value):
    found = table.loc[table["printed"] == token, "value"]
    assert list(found) == [value], f"value of {token!r} was changed"


def test_words_have_no_value(table):
    words = table[table["printed"].isin(["Stop", "+", "–", "Mild"])]
    assert len(words) == 25, "3 Stop, 14 +, 4 – and 4 Mild are printed"
    assert words["value"].isna().all(), "a word was given a number"


def test_limits_keep_their_qualifier(table):
    limits = table[table["qualifier"] == "<"]
    assert list(limits["printed"]) == ["<70"] + ["<0.01"] * 6, "a limit was read as a measurement or the reverse"


def test_ucum_micrograms():
    assert ucum("mcg/L") == "ug/L"


def test_ucum_micrograms_per_minute():
    assert ucum("mcg/kg/min") == "ug/kg/min"


def test_ucum_per_day():
    assert ucum("mg/kg/day") == "mg/kg/d"


def test_ucum_adds_no_time_to_methylprednisolone():
    assert ucum("mg/kg") == "mg/kg"
    assert parameters().unit["methylprednisolone"] == "mg/kg", "the letter prints no time for methylprednisolone"


@pytest.mark.parametrize("parameter, unit", UNITS.items(), ids=UNITS)
def test_unit_of_each_row(table, parameter, unit):
    assert set(table.loc[table["parameter"] == parameter, "unit"]) == {unit}, f"{parameter}: wrong unit in table1.csv"
    assert parameters().unit[parameter] == unit, f"{parameter}: wrong unit in parameters.csv"
    assert ucum(parameters().printed_unit[parameter]) == unit, f"{parameter}: printed unit does not give {unit!r}"


# The reference placement

@pytest.mark.parametrize("parameter, columns", REFERENCE.items(), ids=REFERENCE)
def test_reference_placement(table, parameter, columns):
    found = " ".join(table.loc[table["parameter"] == parameter, "column"])
    assert found == columns, f"{parameter} stands in other columns than the reference placement"


def test_only_complete_rows_are_called_printed(table):
    printed = set(table.loc[table["placement"] == "printed", "parameter"])
    assert printed == {"LMWH", "ProBNP", "troponin I"}, "a reconstructed column passes for printed, or the reverse"
    assert complete(table) == ["LMWH", "ProBNP", "troponin I"]


def test_wide_view_has_every_row_and_column_in_printed_order(table):
    grid = wide(table)
    assert list(grid.index) == PARAMETERS, "rows out of order"
    assert list(grid.columns) == list(COLUMNS) == "1 2 3a 3b 4 5 6 7 8 13".split(), "columns out of order"
    assert (grid != "").to_numpy().sum() == 104, "the wide view lost or doubled a token"


@pytest.mark.parametrize("parameter, cells", GRID.items(), ids=GRID)
def test_wide_view_shows_tokens_and_blanks(table, parameter, cells):
    assert list(wide(table).loc[parameter]) == cells, f"{parameter} is shown wrongly"


def test_flags_are_exactly_these(table):
    flagged = table[table["flag"] != ""]
    found = {(row.parameter, row.position): row.flag for row in flagged.itertuples()}
    assert found == FLAGS, "a doubt was added, lost or moved"


# The data package and the hash

def test_data_package_is_valid_for_frictionless():
    report = frictionless.validate(str(DATA / "datapackage.json"))
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "type", "message"])
    tables = {path.name for path in DATA.glob("*.csv")}
    assert {task.place for task in report.tasks} == tables, "a table in data/ is not described, or was not checked"
    assert report.stats["warnings"] == 0, report.warnings


@pytest.mark.parametrize("name", ["table1", "parameters"])
def test_windows_line_endings_change_nothing(tmp_path, name):
    copy = tmp_path / f"{name}.csv"
    copy.write_bytes((DATA / copy.name).read_bytes().replace(b"\n", b"\r\n"))
    assert read_resource(name, copy).equals(read_resource(name)), f"{name} depends on line endings"
    assert name != "table1" or load(copy).equals(load()), "Table 1 depends on line endings"


@pytest.fixture
def anakinra_before_the_pulse(tmp_path):
    """A file whose anakinra row is shifted to 2, 3a, 3b, 4: in printed order, but before the pulse in 3b."""
    text = (DATA / "table1.csv").read_text("utf-8")
    for position, (old, new) in enumerate(zip(["3b", "4", "5", "6"], ["2", "3a", "3b", "4"]), 1):
        line = f"anakinra,mg/kg/d,{position},8,8,=,{{}},reconstructed,"
        assert line.format(old) in text, "the reference placement of anakinra has moved"
        text = text.replace(line.format(old), line.format(new))
    copy = tmp_path / "table1.csv"
    copy.write_text(text, "utf-8", newline="\n")
    return copy


def test_other_placement_is_refused_by_the_hash_and_by_no_rule(anakinra_before_the_pulse):
    with pytest.raises(CaseDataError) as caught:
        load(anakinra_before_the_pulse)
    error = caught.value
    assert (error.line, error.column) == (None, None), "loading judged a placement"
    assert error.found.startswith("sha256:") and resource("table1")["hash"] in error.expected, str(error)
    assert "put the new hash into datapackage.json" in str(error), "the message doesn't say how to change a placement"
    assert "pulse" not in str(error) and "anakinra" not in str(error), "loading applied a placement rule"


def test_other_placement_loads_once_its_hash_is_known(anakinra_before_the_pulse, monkeypatch):
    digest = hashlib.sha256(anakinra_before_the_pulse.read_bytes()).hexdigest()
    monkeypatch.setitem(resource("table1"), "hash", f"sha256:{digest}")
    moved = load(anakinra_before_the_pulse)
    assert " ".join(moved.loc[moved["parameter"] == "anakinra", "column"]) == "2 3a 3b 4", "loading moved tokens"
