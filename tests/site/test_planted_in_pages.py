"""Damage pages, a table or a package of a small copy of the book, and see that the build stops by name.

Faults that leave the build running are planted side by side, each on a page of its own, and one build must name them
all. What stops a build at once has a build of its own.
"""

import os
import re
import shutil
import subprocess
import sys

import pytest

from planting import copy_of_the_repository, fault, plant

TEXT = """
A {term}`word`, a number {fact}`n.core`, a work {cite:p}`wong2022`, a {ref}`place <top>`, a [page](probe.md).

```{question} 4.1
```
"""
CELL = """
```{code-cell} ipython3
from casebook import charts, load
charts.case.series(load(), "CRP", "3a")
```
"""
NOTEBOOK = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---
"""
PROBE = f"""{NOTEBOOK}
(top)=
# A probe
{TEXT}{CELL}
```{{glossary}}
word
: What it means.
```

```{{bibliography}}
```
"""
NAMED = [
    fault("citation unknown", "wong2022`", "wong1922`", ["wong1922"]),
    fault("link to no page", "(probe.md)", "(probes.md)", [":4", "probes.md"]),
    fault("reference to no label", "<top>", "<bottom>", [":4", "bottom"]),
    fault("anchor that is not there", "(probe.md)", "(probe.md#nowhere)", [":4", "nowhere"]),
    fault("term not in the glossary", "{term}`word`", "{term}`wrod`", [":4", "wrod"]),
    fault("number unknown", "n.core`", "n.corn`", [":4", "corn", "casebook.display.names"]),
    fault("self-check unknown", "{question} 4.1", "{question} 4.9",
          [":6", "04.yml", "no question 4.9", "correct the id on the page"]),
    fault("directive unknown", "{question} 4.1", "{quiz} 4.1", [":6", "quiz"]),
    fault("role unknown", "{fact}`", "{fakt}`", [":4", "fakt"]),
    fault("picture unknown", "```{question} 4.1", "```{stages} nowhere", [":6", "nowhere.yml", "no file"]),
    fault("image lost", "A {term}", "![A picture](lost.png) A {term}", [":4", "lost.png"]),
    fault("warning in a cell", "charts.case.series(",
          "import warnings; warnings.warn('old way')\ncharts.case.series(", ["stderr"]),
]
FAILING = [
    fault("exception in a cell", 'charts.case.series(load(), "CRP", "3a")', "load()['nothing']",
          ["KeyError", "nothing"]),
    fault("chart of nothing", "series(load()", "series(load().head(0)", ["CellExecutionError"]),
]
STOPPING = [
    fault("table damaged after a build", "data/table1.csv", "CRP,mg/L,1,171,171", "CRP,mg/L,1,177,177",
          ["table1.csv", "sha256"]),
    fault("package missing", "requirements.txt", "vl-convert-python==", "vl-convert-python-of-tomorrow==",
          ["requirements.txt, line", "found nothing", "vl-convert-python", "Remedy"]),
]


def build(top):
    """Build the probe as the Makefile builds the book; (exit code, output without colours)."""
    done = subprocess.run([sys.executable, "-m", "_ext.build"], cwd=top / "book", capture_output=True, text=True,
                          timeout=300, env={**os.environ, "NO_COLOR": "1"})
    return done.returncode, re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)


@pytest.fixture(scope="module")
def probe(tmp_path_factory):
    """A copy of the repository whose book is one page, built without a fault."""
    top = copy_of_the_repository(tmp_path_factory.mktemp("probe"))
    (top / "book/probe.md").write_text(PROBE, "utf-8")
    (top / "_toc.yml").write_text("format: jb-book\nroot: book/probe\n", "utf-8")
    code, output = build(top)
    assert code == 0 and (top / "_build/html/book/probe.html").exists(), \
        f"the faults below would prove nothing: {output[-3000:]}"
    return top


def page(name, old, new):
    """A page with one fault; a notebook only where the fault stands in the cell."""
    assert (TEXT + CELL).count(old) == 1, f"{old!r} does not stand there once: the fault can't be planted"
    body = TEXT.replace(old, new) if old in TEXT else CELL.replace(old, new)
    return f"{NOTEBOOK * (old in CELL)}# {name}\n\n{body}"


def messages(probe, folder, rows):
    """What one build says of each page, all of them planted in it."""
    top = shutil.copytree(probe, folder / "copy")
    for row in rows:
        (top / f"book/{row.id}.md").write_text(page(row.id, *row.values[:2]), "utf-8")
    (top / "_toc.yml").write_text("format: jb-book\nroot: book/probe\nchapters:\n"
                                  + "".join(f"- file: book/{row.id}\n" for row in rows), "utf-8")
    code, output = build(top)
    assert code != 0, "the build went on:\n" + output[-2000:]
    parts = re.split(r"^(?=/\S+\.md:)", output, flags=re.M)
    return {row.id: "".join(part for part in parts if part.partition(":")[0].endswith(f"/{row.id}.md")) or output
            for row in rows}


@pytest.fixture(scope="module")
def told(probe, tmp_path_factory):
    """What two builds say of each page: one reads them, one stops when their cells have run."""
    return {name: text for rows in (NAMED, FAILING)
            for name, text in messages(probe, tmp_path_factory.mktemp("told"), rows).items()}


@pytest.mark.parametrize("old, new, says", NAMED + FAILING)
def test_every_damaged_page_is_named(told, request, old, new, says):
    message = told[request.node.callspec.id]
    assert f"{request.node.callspec.id}.md" in message and not [part for part in says if part not in message], \
        message[-4000:]


@pytest.mark.parametrize("file, old, new, says", STOPPING)
def test_what_stops_the_build_is_named(probe, tmp_path, file, old, new, says):
    top = shutil.copytree(probe, tmp_path / "copy")
    plant(top / file, old, new)
    code, output = build(top)
    assert code != 0, "the build went on:\n" + output[-2000:]
    assert not [part for part in says if part not in output], output[-4000:]


def test_a_changed_package_or_work_is_not_answered_from_the_build_before(probe, tmp_path):
    """After an edit of casebook or references.bib the page shows what stands there now, though it is unchanged."""
    top, planted = shutil.copytree(probe, tmp_path / "copy"), ("The planted title", "Outcomes by another name")
    page = top / "_build/html/book/probe.html"
    assert not [words for words in planted if words in page.read_text("utf-8")]
    plant(top / "book/casebook/display/figure.py", "escape(self.title)}</figcaption>", f"'{planted[0]}'}}</figcaption>")
    plant(top / "book/references.bib", "Medium-Term Cardiac Outcomes in Young People", planted[1])
    code, output = build(top)
    assert code == 0, output[-2000:]
    assert not [words for words in planted if words not in page.read_text("utf-8")]
