"""Damage nobody thought of: mutated tables are refused with file and remedy, or are the very table; never a wrong one,
never a traceback.

100 damaged files a table here, 1,000 in `make test-all`.
"""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook import parse_token, resources, table1
from casebook.tables.resources import DATA, PACKAGE, CaseDataError, read_resource

RAW = (DATA / "table1.csv").read_bytes()
CELLS = st.sampled_from(["", "0", "-1", "1e3", "NaN", "inf", "<", "<0", "Stop", "+", "–", "4. 3", "mg/dL", "3. day",
                         "3a", "13", "=", '"', ",", ";",
                         "\n", "\r", "\x00", "\ufeff", "٣", "0x1F", "1_000",
                         "breaks Teichholz with EF"]) | st.text(max_size=8) | st.floats().map(str)


@st.composite
def damaged(draw, raw):
    """``raw`` with one to three of: a cell, a byte, a line, an end, an encoding or a separator changed."""
    for _ in range(draw(st.integers(1, 3))):
        text = raw.decode("utf-8", "replace")
        lines = text.splitlines(keepends=True) or [""]
        kind = draw(st.sampled_from(["cell", "byte", "swap", "drop", "double", "cut", "encoding", "separator",
                                     "digit"]))
        at = draw(st.integers(0, len(lines) - 1))
        if kind == "cell":
            cells = lines[at].rstrip("\n").split(",")
            cells[draw(st.integers(0, len(cells) - 1))] = draw(CELLS)
            lines[at] = ",".join(cells) + "\n"
        elif kind == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == "drop":
            del lines[at]
        elif kind == "double":
            lines.insert(at, lines[at])
        raw = "".join(lines).encode("utf-8", "surrogatepass")
        if kind == "byte" and raw:
            place = draw(st.integers(0, len(raw) - 1))
            raw = raw[:place] + bytes([draw(st.integers(0, 255))]) + raw[place + 1:]
        elif kind == "digit" and raw:
            places = [i for i, b in enumerate(raw) if chr(b).isdigit()] or [0]
            place = draw(st.sampled_from(places))
            raw = raw[:place] + str(draw(st.integers(0, 9))).encode() + raw[place + 1:]
        elif kind == "cut":
            raw = raw[:draw(st.integers(0, len(raw)))]
        elif kind == "encoding":
            raw = raw.decode("utf-8", "replace").encode(draw(st.sampled_from(["utf-16", "latin-1", "cp1252",
                                                                              "utf-8-sig"])), "replace")
        elif kind == "separator":
            raw = raw.replace(b",", draw(st.sampled_from([b";", b"\t", b", "])))
    return raw


def read(function, *args):
    """The table, or the error that refuses it; anything else that is raised fails the test."""
    try:
        return function(*args)
    except CaseDataError as error:
        return error


def well_refused(error, path):
    assert str(path) in str(error) and "Remedy: " in str(error) and error.expected


@given(raw=damaged(RAW))
def test_a_mutated_table_1_is_refused_or_unchanged(tmp_path, raw):
    path, whole = tmp_path / "table1.csv", table1.load()
    path.write_bytes(raw)
    got = read(table1.load, path)
    if isinstance(got, CaseDataError):
        well_refused(got, path)
    else:
        assert got.equals(whole), "a damaged file gave another table"


@given(raw=damaged(RAW))
def test_without_its_hash_a_table_still_says_only_what_it_prints(tmp_path, monkeypatch, raw):
    """The hash refuses every change. Here it is off: what still loads is consistent, read again by other means."""
    monkeypatch.setattr(table1, "check_digest", lambda *args: None)
    path = tmp_path / "table1.csv"
    path.write_bytes(raw)
    got = read(table1.load, path)
    if isinstance(got, CaseDataError):
        return well_refused(got, path)
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8").replace("\r\n", "\n"))))
    assert [r["printed"] for r in rows] == list(got["printed"]) and len(rows) == 104
    for row, read_back in zip(rows, got.itertuples()):
        value, qualifier = parse_token(row["printed"])
        assert qualifier == read_back.qualifier == row["qualifier"]
        assert value == read_back.value or (value is None and read_back.value != read_back.value)


@pytest.mark.parametrize("name", [r["name"] for r in PACKAGE.descriptor["resources"]])
def test_other_mutated_tables_are_refused_or_unchanged(tmp_path, name):
    spec = resources.resource(name)
    path, whole = tmp_path / spec["path"], read_resource(name)

    @given(raw=damaged((DATA / spec["path"]).read_bytes()))
    def mutated(raw):
        path.write_bytes(raw)
        got = read(read_resource, name, path)
        if isinstance(got, CaseDataError):
            well_refused(got, path)
        else:
            assert got.equals(whole), "changed"

    mutated()
