"""The files that Table 1 is checked against: a damaged one stops loading, too, and is named."""

import json
import shutil
from dataclasses import replace

import pytest

from casebook.tables.case_folder import LETTER
from casebook.tables.resources import DATA, Package
from casebook.tables.table1 import load
from planting import HASH, check_error, refused, swap


@pytest.fixture
def data(tmp_path):
    """A copy of data/."""
    return shutil.copytree(DATA, tmp_path / "data")


def letter_in(folder):
    """The letter's case, read from a copy of its folder."""
    return replace(LETTER, package=Package(folder, kept=True))


def damage(path, old, new):
    """Plant a fault in a file; returns its path."""
    path.write_text(swap(old, new, path.read_text("utf-8")), "utf-8", newline="\n")
    return path


def test_the_undamaged_package_loads(data):
    assert len(load(case=letter_in(data))) == 104, "the faults below would prove nothing: the copy itself doesn't load"


@pytest.mark.parametrize("old, new, line, column, found, expected", [
    pytest.param("CRP,CRP (mg/L)", "crp,CRP (mg/L)", 15, "parameter", "'crp'", "one of EF", id="parameter-unknown"),
    pytest.param("FS,FS (%)", "EF,FS (%)", 3, "parameter", "a second time (first on line 2)", "each row once",
                 id="parameter-twice"),
    pytest.param("mg/L,mg/L,9,", "mg/L,mg/dL,9,", 15, "unit", "'mg/dL'", "one of %", id="unit-unknown"),
    pytest.param("mg/L,mg/L,9,", "mg/L,mg/L,11,", 15, "cells", "'11'", "at most 10", id="cells-out-of-range"),
    pytest.param("mg/L,mg/L,9,", "mg/L,mg/L,8,", None, None, HASH, HASH, id="cells-changed"),
    pytest.param("=,0,600,", "=,0,high,", 15, "high", "'high'", "a number", id="text-in-limit"),
    pytest.param("=,0,600,", "=,0,6000,", None, None, HASH, HASH, id="limit-changed"),
    pytest.param("daily drug,present,", "drug,present,", 11, "kind", "'drug'", "one of echo", id="kind-unknown"),
    pytest.param("low,high,", "high,low,", 1, None, "'high', 'low'", "'low', 'high'", id="header-in-another-order"),
    pytest.param(",,,Fractional", ",,,,Fractional", 3, None, "14 fields", "13 fields", id="field-too-many"),
])
def test_damaged_parameters_are_refused(data, old, new, line, column, found, expected):
    path = damage(data / "parameters.csv", old, new)
    check_error(refused(None, letter_in(data)), path, line, column, found, expected)


@pytest.mark.parametrize("content, found", [(b"", "an empty file"), (None, "no file")], ids=["empty", "missing"])
def test_empty_or_missing_parameters_are_refused(data, content, found):
    path = data / "parameters.csv"
    path.unlink() if content is None else path.write_bytes(content)
    check_error(refused(None, letter_in(data)), path, None, None, found, "a")


@pytest.mark.parametrize("content, line, found", [
    pytest.param(None, None, "no file", id="missing"),
    pytest.param(b"", 1, "line 1", id="empty"),
    pytest.param(b'{\n "name": "x",\n "resources": [\n', 4, "line 4", id="cut-off"),
    pytest.param(b"\xff\xfe{\x00}\x00", 1, "0xff", id="UTF-16"),
])
def test_unreadable_descriptor_is_refused(data, content, line, found):
    path = data / "datapackage.json"
    path.unlink() if content is None else path.write_bytes(content)
    check_error(refused(None, letter_in(data)), path, line, None, found, "descriptor" if content is None else "UTF-8")


def test_wrong_hash_in_the_descriptor_is_refused(data):
    descriptor = json.loads((data / "datapackage.json").read_text("utf-8"))
    digest = next(r["hash"] for r in descriptor["resources"] if r["name"] == "table1")
    damage(data / "datapackage.json", digest, HASH + 64 * "0")
    check_error(refused(None, letter_in(data)), data / "table1.csv", None, None, digest, HASH + 64 * "0")


@pytest.mark.parametrize("change", [
    pytest.param(lambda d: None, id="null"),
    pytest.param(lambda d: [d], id="a-list"),
    pytest.param(lambda d: d | {"resources": []}, id="no-table-named-table1"),
    pytest.param(lambda d: {k: v for k, v in d.items() if k != "resources"}, id="no-resources"),
    pytest.param(lambda d: d | {"resources": [{k: v for k, v in r.items() if k != "hash"} for r in d["resources"]]},
                 id="no-hash"),
    pytest.param(lambda d: d | {"resources": [{k: v for k, v in r.items() if k != "schema"} for r in d["resources"]]},
                 id="no-schema"),
])
def test_descriptor_of_the_wrong_shape_is_refused(data, change):
    path = data / "datapackage.json"
    path.write_text(json.dumps(change(json.loads(path.read_text("utf-8")))), "utf-8")
    assert refused(None, letter_in(data)).file == str(path)
