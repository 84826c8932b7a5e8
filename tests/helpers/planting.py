"""Planting faults: a copy of the repository, one place of it changed, and the rows that say what must be told."""

import shutil

import pytest

from casebook.tables.case_folder import LETTER
from casebook.tables.resources import DATA, CaseDataError
from casebook.tables.table1 import load
from conftest import TOP

TEXT = (DATA / "table1.csv").read_text("utf-8")
HASH = "sha256:"
COPIED = ("_config.yml", "_toc.yml", "requirements.txt", "Makefile", "CITATION.cff", "CHANGELOG.md", "book", "data")


def copy_of_the_repository(to):
    """The files that a build reads, in a folder of their own."""
    skip = shutil.ignore_patterns(".ipynb_checkpoints", ".jupyter")   # compiled modules are valid there too
    for name in COPIED:
        (shutil.copytree if (TOP / name).is_dir()
         else shutil.copy)(TOP / name, to / name, **({"ignore": skip} if (TOP / name).is_dir() else {}))
    return to


def plant(file, old, new, count=1):
    """Replace ``old`` by ``new`` in a file; a fault that would change nothing is an error here."""
    text = file.read_bytes()
    old, new = (s if isinstance(s, bytes) else s.encode("utf-8") for s in (old, new))
    assert old in text, f"{old!r} is not in {file}: the fault can't be planted"
    file.unlink()                                       # the copy may be a link to the original
    file.write_bytes(text.replace(old, new, count))


def fault(name, *parts):
    """A named row of one of the tables below."""
    return pytest.param(*parts, id=name.replace(" ", "-"))


def swap(old, new, text=TEXT):
    """``text`` with its one occurrence of ``old`` replaced; a fault that would plant nothing is an error here."""
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times, the fault can't be planted"
    return text.replace(old, new)


def refused(path, case=LETTER):
    """The error that loading ``path`` as the table of a case raises."""
    with pytest.raises(CaseDataError) as caught:
        load(path, case)
    return caught.value


def check_error(error, file, line, column, found, expected):
    """The error's attributes and message say where and what."""
    assert error.file == str(file), f"wrong file: {error}"
    assert (error.line, error.column) == (line, column), f"wrong line or column: {error}"
    assert found in str(error.found), f"what was found is not said: {error}"
    assert expected in str(error.expected), f"what was expected is not said: {error}"
    message = str(error)
    parts = [str(file), f"found {error.found}", f"expected {error.expected}", f"Remedy: {error.remedy}"]
    parts += [f"line {line}"] * bool(line) + [f"column '{column}'"] * bool(column)
    assert all(part in message for part in parts), f"the message lacks a part: {message}"
