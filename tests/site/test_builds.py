"""The same book gives the same bytes, in whatever folder it is built, and a build says little."""

import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest

from _ext.notebook_outputs import one_stream
from conftest import TOP

PROGRESS = 25
"A newcomer reads about so many lines."


def build(top):
    """Build a copy of the book as the Makefile does; what it said."""
    done = subprocess.run([sys.executable, "-m", "_ext.build", "-q"], cwd=top / "book", capture_output=True, text=True,
                          timeout=900)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout + done.stderr


def contents(site):
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_two_builds_in_two_folders_give_the_same_bytes(tmp_path):
    sites = []
    for name in ("one", "another folder"):
        top = shutil.copytree(TOP, tmp_path / name,
                              ignore=shutil.ignore_patterns(".*", "_build", "__pycache__", "tests"))
        output = build(top)
        assert output.count("\n") <= PROGRESS and "WARNING" not in output and "\x1b" not in output, output
        sites.append(contents(top / "_build" / "html"))
    one, other = sites
    assert one.keys() == other.keys()
    assert not [path for path in one if one[path] != other[path]]


def test_pages_name_no_folder_of_the_machine(site):
    """What would differ between two folders."""
    texts = [path for path in site.rglob("*") if path.suffix in (".html", ".ipynb", ".js", ".css", ".inv")
             or path.name == ".buildinfo"]
    assert texts
    assert not [path for path in texts if os.fsencode(TOP) in path.read_bytes()]


def test_what_a_cell_printed_in_pieces_is_one_piece():
    """A kernel sends what is printed as chance has it; chapter 6 gained a blank line by that."""
    outputs = [nbformat.v4.new_output("stream", name=name, text=text)
               for name, text in (("stdout", "one, "), ("stdout", "two\n"), ("stderr", "trouble"), ("stdout", "three"))]
    assert [(o.name, o.text) for o in one_stream(outputs)] == [("stdout", "one, two\n"), ("stderr", "trouble"),
                                                               ("stdout", "three")]


DRAWN = """
from _ext.drawers import drawers
from casebook.display import figure
spec = '{"data": {"values": [{"a": 1}]}, "mark": "point", "encoding": {"x": {"field": "a", "type": "quantitative"}}}'
with drawers(2):
    there = [figure.draw(spec) for _ in range(3)]
    try:
        figure.draw('{"mark": "dot"}')
    except ValueError as error:
        print(type(error).__name__)
print(there == [figure.draw(spec)] * 3)
"""


def test_a_drawer_draws_as_the_process_that_asks_would_and_says_what_it_can_not_draw():
    done = subprocess.run([sys.executable, "-c", DRAWN], cwd=TOP / "book", capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["ValueError", "True"], done.stdout + done.stderr


def test_make_help_names_every_target_that_a_reader_may_call():
    listed = subprocess.run(["make", "--no-print-directory", "help"], cwd=TOP, capture_output=True, text=True,
                            check=True).stdout
    targets = set(re.findall(r"^([a-z-]+):", (TOP / "Makefile").read_text("utf-8"), re.M))
    assert targets and targets == {line.split()[0] for line in listed.splitlines()}
