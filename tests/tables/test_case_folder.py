"""A case reads its files when they are asked for: importing the book's code reads none."""

import os
import subprocess
import sys

import pytest

from casebook.tables.case_folder import LETTER, Later, read_case
from casebook.tables.resources import CaseDataError
from casebook.tables.table1 import COLUMNS, DAYS
from conftest import TOP

IMPORT_ALL = """
import importlib, pkgutil, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
import casebook
names = ["casebook", *(module.name for module in pkgutil.walk_packages(casebook.__path__, "casebook."))]
for name in names:
    importlib.import_module(name)
print(len(names), *{path for path in opened if path.startswith(sys.argv[1]) and not path.endswith((".py", ".pyc")) and
".venv" not in path})
"""


def test_importing_any_module_reads_no_file_of_the_book_and_no_case():
    done = subprocess.run([sys.executable, "-B", "-c", IMPORT_ALL, str(TOP)], cwd=TOP / "book", capture_output=True,
                          encoding="utf-8",
                          env=os.environ | {"CASEBOOK_CASE": "/no/such/folder"})
    assert done.returncode == 0, done.stderr
    count, *read = done.stdout.split()
    assert int(count) > 80 and read == []


def test_a_case_without_a_folder_is_made_and_then_says_what_it_lacks(tmp_path):
    case = read_case(tmp_path / "none")
    for part in ("columns", "treatments", "parameters", "key"):
        with pytest.raises(CaseDataError, match="found no file, expected the data package descriptor"):
            getattr(case, part)


def test_columns_and_days_are_read_once_and_late():
    asked = []
    late = Later(lambda: asked.append(1) or ("1", "2"))
    assert not asked and (len(late), late[1], late[:1], list(late), late.index("2"), "3" in late, repr(late)) == \
        (2, "2", ("1",), ["1", "2"], 1, False, "('1', '2')")
    assert (*COLUMNS,) == LETTER.columns is LETTER.columns and (*DAYS,) == (1, 2, 3, 3, 4, 5, 6, 7, 8, 13)
