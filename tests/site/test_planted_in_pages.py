"""Damage a page, a table or a package of a small copy of the book, and see that the build stops by name."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from planting import copy_of_the_repository, fault, plant

PROBE = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---

(top)=
# A probe

A {term}`word`, a number {fact}`n.core`, a work {cite:p}`wong2022`, a {ref}`place <top>`, a [page](probe.md).

```{code-cell} ipython3
from casebook import charts
from casebook import load
charts.case.series(load(), "CRP", "3a")
```

```{question} 4.1
```

```{glossary}
word
: What it means.
```

```{bibliography}
```
"""
BUILT = [
    fault("citation unknown", "wong2022`", "wong1922`", ["probe.md", "wong1922"]),
    fault("link to no page", "(probe.md)", "(probes.md)", ["probe.md:10", "probes.md"]),
    fault("reference to no label", "<top>", "<bottom>", ["probe.md:10", "bottom"]),
    fault("anchor that is not there", "(probe.md)", "(probe.md#nowhere)", ["probe.md:10", "nowhere"]),
    fault("term not in the glossary", "{term}`word`", "{term}`wrod`", ["probe.md:10", "wrod"]),
    fault("number unknown", "n.core`", "n.corn`", ["probe.md:10", "corn", "casebook.facts"]),
    fault("self-check unknown", "{question} 4.1", "{question} 4.9", ["probe.md:17", "04.yml", "no question 4.9", "correct the id on the page"]),
    fault("directive unknown", "{question} 4.1", "{quiz} 4.1", ["probe.md:", "quiz"]),
    fault("role unknown", "{fact}`", "{fakt}`", ["probe.md:10", "fakt"]),
    fault("picture unknown", "```{question} 4.1", "```{stages} nowhere", ["probe.md:17", "nowhere.yml", "no file"]),
    fault("image lost", "A {term}", "![A picture](lost.png) A {term}", ["probe.md:10", "lost.png"]),
    fault("exception in a cell", "charts.series(load(), \"CRP\", \"3a\")", "load()['nothing']", ["probe.md", "KeyError", "nothing"]),
    fault("warning in a cell", "charts.series(", "import warnings; warnings.warn('old way')\ncharts.series(", ["probe.md", "stderr"]),
    fault("chart of nothing", "charts.series(load(), \"CRP\", \"3a\")", "charts.series(load().head(0), \"CRP\", \"3a\")", ["probe.md", "CellExecutionError"]),
    fault("table damaged after a build", None, None, ["table1.csv", "sha256"]),
    fault("package missing", None, None, ["requirements.txt, line", "found nothing", "vl-convert-python", "Remedy"]),
]


def build(top):
    """Build the probe as the Makefile builds the book; (exit code, output without colours)."""
    done = subprocess.run([Path(sys.executable).with_name("jupyter-book"), "build", ".", "-W", "-n", "--keep-going"], cwd=top, capture_output=True,
                          text=True, timeout=300, env={**os.environ, "NO_COLOR": "1"})
    return done.returncode, re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)


@pytest.fixture(scope="module")
def probe(tmp_path_factory):
    """A copy of the repository whose book is one page, built without a fault."""
    top = copy_of_the_repository(tmp_path_factory.mktemp("probe"))
    (top / "book/probe.md").write_text(PROBE, "utf-8")
    (top / "_toc.yml").write_text("format: jb-book\nroot: book/probe\n", "utf-8")
    code, said = build(top)
    assert code == 0 and (top / "_build/html/book/probe.html").exists(), f"the faults below would prove nothing: {said[-3000:]}"
    return top


@pytest.mark.parametrize("old, new, says", BUILT)
def test_a_damaged_page_stops_the_build_by_name(probe, tmp_path, request, old, new, says):
    top = shutil.copytree(probe, tmp_path / "copy", dirs_exist_ok=True)
    if old:
        plant(top / "book/probe.md", old, new)
    elif request.node.callspec.id == "package-missing":
        plant(top / "requirements.txt", "vl-convert-python==", "vl-convert-python-of-tomorrow==")
    else:
        plant(top / "data/table1.csv", "CRP,mg/L,1,171,171", "CRP,mg/L,1,177,177")
    code, said = build(top)
    assert code != 0, "the build went on:\n" + said[-2000:]
    assert not [part for part in says if part not in said], said[-4000:]


def test_a_changed_package_is_not_answered_from_the_cache(probe, tmp_path):
    """After an edit of casebook the page shows what the edited code says, though the page itself is unchanged."""
    top = shutil.copytree(probe, tmp_path / "copy")
    text = (top / "_build/html/book/probe.html").read_text("utf-8")
    assert "The planted title" not in text
    plant(top / "book/casebook/figure.py", "escape(self.title)}</figcaption>", "'The planted title'}</figcaption>")
    code, said = build(top)
    assert code == 0, said[-2000:]
    assert "The planted title" in (top / "_build/html/book/probe.html").read_text("utf-8")
