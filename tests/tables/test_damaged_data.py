"""A damaged file never yields a table: loading stops and says file, line, column, what was found, what was expected."""

import pytest

from casebook.tables.table1 import load
from planting import HASH, TEXT, check_error, refused, swap

HEADER, *ROWS = TEXT.splitlines(keepends=True)


def without(line):
    """The file without a line (1 is the header)."""
    lines = [HEADER, *ROWS]
    return "".join(lines[:line - 1] + lines[line:])


def reordered(*spans):
    """The file with its lines in another order, given as spans of line numbers."""
    lines = [HEADER, *ROWS]
    return "".join(lines[n - 1] for first, last in spans for n in range(first, last + 1))


def fault(name, content, line, column, found, expected, marks=()):
    """A planted fault: what the file holds, and what the error must say."""
    content = content if isinstance(content, bytes) else content.encode("utf-8")
    return pytest.param(content, line, column, found, expected, id=name.replace(" ", "-"), marks=marks)


FAULTS = [
    # rows
    fault("row missing inside a parameter", without(4), 4, "position", "4", "3"),
    fault("row missing at the end of a parameter", without(9), 9, "parameter", "'FS'", "'EF' (its token 8)"),
    fault("row missing at the end of the file", without(105), 104, None, "103 rows", "104 rows"),
    fault("row extra inside", swap("FS,%,1,", "EF,%,9,80,80,=,13,reconstructed,\nFS,%,1,"), 10, "parameter", "'EF'",
          "'FS'"),
    fault("row extra at the end", TEXT + "procalcitonin,ug/L,8,0.04,0.04,=,13,reconstructed,\n",
          106, None, "105 rows", "104 rows"),
    fault("line duplicated", reordered((1, 49), (49, 105)), 50, "parameter", "second time (first on line 49)",
          "each row once"),
    fault("two lines swapped", reordered((1, 2), (4, 4), (3, 3), (5, 105)), 3, "position", "3", "2"),
    fault("rows of two parameters swapped", reordered((1, 45), (48, 51), (46, 47), (52, 105)),
          46, "parameter", "'anakinra'", "'IVIG'"),
    fault("numbers of two parameters swapped",
          swap("EF,%,1,44,44,", "EF,%,1,22,22,", swap("FS,%,1,22,22,", "FS,%,1,44,44,")), None, None, HASH, HASH),
    fault("blank line in the middle", swap("FS,%,1,", "\nFS,%,1,"), 10, None, "0 fields", "9 fields"),
    fault("last row cut off", TEXT[:-len("13,reconstructed,\n")], 105, None, "7 fields", "9 fields"),
    fault("second half cut off", "".join([HEADER, *ROWS[:50]]), 51, None, "50 rows", "104 rows"),
    # parameter, unit, position
    fault("parameter unknown", swap("EF,%,1,", "LVEF,%,1,"), 2, "parameter", "'LVEF'", "one of EF, FS"),
    fault("parameter empty", swap("EF,%,1,", ",%,1,"), 2, "parameter", "''", "a value"),
    fault("unit unknown", swap("adrenaline,ug/kg/min,1", "adrenaline,mcg/kg/min,1"), 36, "unit", "'mcg/kg/min'",
          "one of %, ug"),
    fault("unit of another row", swap("CRP,mg/L,1", "CRP,ug/L,1"), 90, "unit", "'ug/L'", "'mg/L' for CRP"),
    fault("unit lost", swap("CRP,mg/L,1", "CRP,,1"), 90, "unit", "''", "'mg/L' for CRP"),
    fault("unit invented", swap("LMWH,,2,", "LMWH,mg/kg,2,"), 53, "unit", "'mg/kg'", "'' for LMWH"),
    fault("time added to methylprednisolone", swap("methylprednisolone,mg/kg,3", "methylprednisolone,mg/kg/d,3"),
          64, "unit", "'mg/kg/d'", "'mg/kg' for methylprednisolone"),
    fault("positions shuffled", swap("ProBNP,ng/L,2,6340", "ProBNP,ng/L,5,6340",
                                     swap("ProBNP,ng/L,5,3280", "ProBNP,ng/L,2,3280")), 71, "position", "5", "2"),
    fault("positions with a gap", swap("CRP,mg/L,9", "CRP,mg/L,10"), 98, "position", "10", "9"),
    fault("position not whole", swap("CRP,mg/L,9", "CRP,mg/L,9.0"), 98, "position", "'9.0'", "a whole number"),
    fault("position zero", swap("CRP,mg/L,1,", "CRP,mg/L,0,"), 90, "position", "'0'", "at least 1"),
    # token, value, qualifier
    fault("number where a word belongs", swap("effusion,,1,+,,present", "effusion,,1,1,1,="),
          18, "printed", "'1'", "present absent in the row pericardial effusion"),
    fault("word where a number belongs", swap("CRP,mg/L,2,173,173,=", "CRP,mg/L,2,Mild,,mild"),
          91, "printed", "'Mild'", "in the row CRP"),
    fault("hyphen for a dash", TEXT.replace("–", "-"), 22, "printed", "'-'", "a token of one meaning"),
    fault("token lost", swap("CRP,mg/L,5,75,75", "CRP,mg/L,5,,75"), 94, "printed", "''", "a value"),
    fault("value disagrees with the print", swap("41,41,=", "41,4.1,="), 102, "value", "4.1",
          "41.0, as printed ('41')"),
    fault("value lost", swap("41,41,=", "41,,="), 102, "value", "nothing", "41.0, as printed ('41')"),
    fault("print and value corrected together", swap("41,41,=", "4.1,4.1,="), None, None, HASH, HASH),
    fault("split token mended", swap("4. 3,4.3", "4.3,4.3"), None, None, HASH, HASH),
    fault("value of a word", swap("Stop,,stop,5", "Stop,0,stop,5"), 35, "value", "0.0", "'Stop' is a word"),
    fault("negative number", swap("41,41,=", "41,-41,="), 102, "value", "'-41'", "at least 0"),
    fault("negative token", swap("41,41,=", "-41,41,="), 102, "value", "41.0", "-41.0, as printed"),
    fault("text in value", swap("41,41,=", "41,high,="), 102, "value", "'high'", "a number"),
    fault("infinite value", swap("41,41,=", "41,inf,="), 102, "value", "'inf'", "a number"),
    fault("value out of range", swap("EF,%,4,52,52", "EF,%,4,520,520"), 5, "value", "520.0 %", "0 to 100"),
    fault("limit stored as a measurement", swap("<70,70,<", "<70,70,="), 79, "qualifier", "'='",
          "'<', as printed ('<70')"),
    fault("limit lost from the print too", swap("<70,70,<", "70,70,="), None, None, HASH, HASH),
    fault("qualifier unknown", swap("<70,70,<", "<70,70,<="), 79, "qualifier", "'<='", "one of =, <"),
    # column, placement, flag
    fault("column unknown", swap("53,53,=,3a", "53,53,=,3"), 4, "column", "'3'", "one of 1, 2, 3a, 3b"),
    fault("column empty", swap("53,53,=,3a", "53,53,=,"), 4, "column", "''", "a value"),
    fault("columns out of order", swap("53,53,=,3a", "53,53,=,4"), 5, "column", "'3b'", "a column after 4"),
    fault("two tokens in one column", swap("52,52,=,3b", "52,52,=,3a"), 5, "column", "'3a'", "a column after 3a"),
    fault("token moved to another column", swap("9.8,9.8,=,7", "9.8,9.8,=,6"), None, None, HASH, HASH),
    fault("printed claimed for an incomplete row", swap("171,171,=,1,reconstructed", "171,171,=,1,printed"),
          90, "placement", "'printed'", "'reconstructed', since CRP has 9 of 10"),
    fault("reconstructed claimed for a complete row", swap("5935,5935,=,1,printed", "5935,5935,=,1,reconstructed"),
          70, "placement", "'reconstructed'", "'printed', since ProBNP has 10 of 10"),
    fault("flag unknown", swap("implausible kinetics", "misprint"), 102, "flag", "'misprint'", "implausible kinetics"),
    fault("flag lost", swap("implausible kinetics", ""), None, None, HASH, HASH),
    # the file as a whole
    fault("header misspelt", swap(HEADER, HEADER.replace("qualifier", "qualifer")), 1, None, "'qualifer'",
          "'qualifier'"),
    fault("header lacks a column", swap(HEADER, HEADER.replace(",flag", "")), 1, None, "'placement']", "'flag']"),
    fault("header in another order", swap(HEADER, HEADER.replace("printed,value", "value,printed")),
          1, None, "'value', 'printed'", "'printed', 'value'"),
    fault("header missing", "".join(ROWS), 1, None, "['EF', '%', '1'", "['parameter', 'unit'"),
    fault("header only", HEADER, None, None, "a header without rows", "rows"),
    fault("empty", "", None, None, "an empty file", "a header and rows"),
    fault("field too many", swap("41,41,=", "41,41,=,="), 102, None, "10 fields", "9 fields"),
    fault("decimal comma", swap("9.8,9.8", "9,8,9,8"), 96, None, "11 fields", "9 fields"),
    fault("semicolons", TEXT.replace(",", ";"), 1, None, "semicolons between the fields", "commas"),
    fault("quote in a field", swap("41,41,=", '4"1,41,='), 102, "printed", "4\"1", "a number"),
    fault("text after a quoted field", swap("EF,%,4,", '"EF"x,%,4,'), 5, None, "expected after", "comma-separated"),
    fault("quote never closed", swap("EF,%,4,", '"EF,%,4,'), 5, None, "unexpected end of data", "comma-separated"),
    fault("merge conflict", swap("FS,%,1,", "<<<<<<< HEAD\nFS,%,1,"), 10, None, "1 fields", "9 fields"),
    fault("Windows code page", TEXT.encode("cp1252"), 22, None, "byte 0x96", "UTF-8"),
    fault("Latin-1 byte", TEXT.encode("utf-8").replace(b"breaks", b"br\xe9aks", 1), 4, None, "byte 0xe9", "UTF-8"),
    fault("a workbook", b"PK\x03\x04" + TEXT.encode("utf-8"), None, None, "a workbook", "a CSV file"),
    fault("UTF-16", TEXT.encode("utf-16"), 1, None, "byte 0x", "UTF-8"),
    fault("byte order mark", TEXT.encode("utf-8-sig"), 1, None, "ufeffparameter", "'parameter'"),
    fault("last line break lost", TEXT[:-1], None, None, HASH, HASH),
]


def test_the_undamaged_copy_loads(tmp_path):
    copy = tmp_path / "table1.csv"
    copy.write_bytes(TEXT.encode("utf-8"))
    assert len(load(copy)) == 104, "the faults below would prove nothing: the copy itself doesn't load"


@pytest.mark.parametrize("content, line, column, found, expected", FAULTS)
def test_damaged_table_is_refused(tmp_path, content, line, column, found, expected):
    path = tmp_path / "table1.csv"
    path.write_bytes(content)
    check_error(refused(path), path, line, column, found, expected)


def test_missing_table_is_refused(tmp_path):
    path = tmp_path / "table1.csv"
    check_error(refused(path), path, None, None, "no file", "a CSV file")


def test_folder_in_place_of_the_table_is_refused(tmp_path):
    assert refused(tmp_path).file == str(tmp_path)


def test_path_may_be_a_string(tmp_path):
    path = tmp_path / "table1.csv"
    path.write_bytes(without(4).encode("utf-8"))
    check_error(refused(str(path)), path, 4, "position", "4", "3")
