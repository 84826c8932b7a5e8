"""Damage a copy of the repository in one place, and see that something stops and says file, place and remedy.

Three gates catch the faults, the cheapest first: ``make check`` reads the sources, the build makes pages from them, and the tests of
the built site and of the browser look at what came out. Here the first runs as it is, the second on a probe of one page, and the third
calls the very tests on a damaged copy of the site. Damage to Table 1 itself stands in test_damaged_data.py and test_fuzzed_data.py.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import test_site
from casebook.resources import read_resource
from conftest import TOP, overflow, serving, violations

COPIED = ("_config.yml", "_toc.yml", "requirements.txt", "Makefile", "book", "data")
PAGE = "book/04-day-by-day.html"


def copy_of_the_repository(to):
    """The files that a build reads, in a folder of their own."""
    skip = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", ".jupyter")
    for name in COPIED:
        (shutil.copytree if (TOP / name).is_dir() else shutil.copy)(TOP / name, to / name, **({"ignore": skip} if (TOP / name).is_dir() else {}))
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


# 1. The sources, as `make check` reads them: file, old text, new text, what the message must hold

TABLE, MECHANISMS, STUDIES, Q4, CASE = ("data/table1.csv", "data/mechanisms.csv", "data/treatment_studies.csv", "book/questions/04.yml", "book/case.yml")
SOURCES = [
    fault("value of Table 1 changed", TABLE, "ProBNP,ng/L,1,5935,5935", "ProBNP,ng/L,1,5953,5953", ["table1.csv", "sha256", "restore the file"]),
    fault("unit of Table 1 changed", TABLE, "CRP,mg/L,1", "CRP,mg/dL,1", ["table1.csv", "line 90", "column 'unit'", "'mg/dL'", "Remedy"]),
    fault("column of Table 1 lost", TABLE, ",flag\n", "\n", ["table1.csv", "line 1", "'flag'", "Remedy"]),
    fault("Table 1 in a Windows code page", TABLE, "–", b"\x96", ["table1.csv", "line 22", "byte 0x96", "save the file as UTF-8"]),
    fault("old Macintosh line endings", TABLE, "\nEF,", "\rEF,", ["table1.csv", "line 1", "Remedy"]),
    fault("row of Table 1 lost", TABLE, "CRP,mg/L,3,", "#,", ["table1.csv", "line 92", "Remedy"]),
    fault("decimal comma in a table of limits", "data/reference_ranges.csv", "69.4", "69,4", ["reference_ranges.csv", "fields", "Remedy"]),
    fault("text for a number", STUDIES, ",2021,", ",MMXXI,", ["treatment_studies.csv", "column 'year'", "'MMXXI'", "a whole number"]),
    fault("interval that misses its estimate", "data/treatment_studies.csv", None, None, ["treatment_studies.csv", "column 'estimate'", "correct the row"]),
    fault("citation of a table unknown", MECHANISMS, None, None, ["mechanisms.csv", "line 2, column 'source'", "yousuf2024", "add the entry or correct the key"]),
    fault("table changed after its hash was taken", MECHANISMS, "\n", " \n", ["mechanisms.csv", "Remedy"]),
    fault("table without its description", "data/datapackage.json", '"name": "mechanisms"', '"name": "mechanism"', ["datapackage.json", "mechanisms", "Remedy"]),
    fault("descriptor cut off", "data/datapackage.json", '"resources": [', '"resources": [[', ["datapackage.json", "line", "valid JSON"]),
    fault("self-check without feedback", Q4, "        feedback: |\n", "        remark: |\n", ["04.yml", "question 4.1, option 1", "feedback", "complete the question"]),
    fault("self-check without a right option", Q4, "correct: true", "correct: false", ["04.yml", "4.1", "no correct option", "mark one"]),
    fault("self-check with an id twice", Q4, 'id: "4.2"', 'id: "4.1"', ["04.yml", "4.1", "a second time", "new id"]),
    fault("self-check with an unknown number", Q4, "{{ n.core }}", "{{ n.cores }}", ["04.yml", "cores", "correct the expression"]),
    fault("self-check with an unknown source", Q4, "Both rows have", "Both rows [@nobody1999] have", ["04.yml", "4.1", "nobody1999", "add the entry"]),
    fault("self-checks that are no YAML", Q4, "questions:\n", "questions: [\n", ["04.yml", "line", "valid YAML", "correct the line"]),
    fault("sorting that leaves a choice unanswered", "book/questions/01.yml", "      is: observation\n      feedback:\n", "      is: observation\n      feedback:\n        also: x\n",
          ["01.yml", "sentence 1", "feedback", "answer every choice"]),
    fault("step of the case lost", CASE, 'step: "3a"', 'step: "3c"', ["case.yml", "3c", "one entry per step"]),
    fault("option of the case without a grade", CASE, "grade: defensible", "grade: good", ["case.yml", "option", "'good'", "complete the option"]),
    fault("source of the case unknown", CASE, "[@wong2022]", "[@wong]", ["case.yml", "wong", "add the entry"]),
    fault("judgement without a reason", "book/appraisal.yml", "        reason:", "        because:", ["appraisal.yml", "item", "complete the item"]),
    fault("picture with a stage too few", None, None, None, [".svg", "stages 1 to", "draw the missing stage"]),
    fault("picture lost", None, None, None, [".svg", "no file", "staged picture"]),
    fault("plan with a gap", "book/instructor/plans/fifty-minutes.yml", "minutes: [4, 10]", "minutes: [5, 10]", ["fifty-minutes.yml", "column-1", "close the gap"]),
    fault("plan that sends to no page", "book/instructor/plans/fifty-minutes.yml", "pages: [04-day-by-day#step-1]", "pages: [04-day-by-night]",
          ["fifty-minutes.yml", "column-1", "04-day-by-night", "correct its name"]),
    fault("bibliography with a broken entry", "book/references.bib", "author = {", "author = ", ["references.bib", "correct the entry"]),
    fault("cited work lost from the bibliography", "book/references.bib", "{wong2022,", "{wong2023,", ["wong2022", "add the entry or correct the key"]),
]


def wreck_meaning(top, name, old, new):
    """Damage a table and take its hash anew, so that only what it says is wrong."""
    file = top / name
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    plant(file, old, new)
    plant(top / "data/datapackage.json", digest, hashlib.sha256(file.read_bytes()).hexdigest())


def wreck_an_interval(top):
    row = next(r for r in read_resource("treatment_studies").itertuples() if r.ci_low == r.ci_low)
    line = (top / STUDIES).read_text("utf-8").splitlines()[row.Index - 1]
    wreck_meaning(top, STUDIES, line, line.replace(f",{row.estimate:g},", ",99,", 1))


def wreck_a_picture(top, lose=False):
    file = sorted((top / "book/figures").glob("*.svg"))[0]
    file.unlink() if lose else plant(file, 'data-stage="1"', 'data-stage="9"')


SPECIAL = {"interval that misses its estimate": wreck_an_interval,
           "citation of a table unknown": lambda top: wreck_meaning(top, MECHANISMS, ",yousaf2024,", ",yousuf2024,"),
           "picture with a stage too few": wreck_a_picture,
           "picture lost": lambda top: wreck_a_picture(top, lose=True)}


def check(top):
    """What `make check` says of a copy of the repository, as (exit code, output)."""
    done = subprocess.run([sys.executable, "-m", "casebook.check"], cwd=top / "book", capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def test_the_undamaged_copy_is_whole(tmp_path):
    code, said = check(copy_of_the_repository(tmp_path))
    assert code == 0, f"the faults below would prove nothing: {said}"


@pytest.mark.parametrize("file, old, new, says", SOURCES)
def test_damaged_sources_are_refused_by_name(tmp_path, request, file, old, new, says):
    top = copy_of_the_repository(tmp_path)
    special = SPECIAL.get(request.node.callspec.id.replace("-", " "))
    special(top) if special else plant(top / file, old, new)
    code, said = check(top)
    assert code == 1 and "Traceback" not in said, said[-2000:]
    assert not [part for part in says if part not in said], said


# 2. The build, on a probe of one page

PROBE = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3}
---

(top)=
# A probe

A {term}`word`, a number {fact}`n.core`, a work {cite:p}`wong2022`, a {ref}`place <top>`, a [page](probe.md).

```{code-cell} ipython3
from casebook import charts, load
charts.series(load(), "CRP", "3a")
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
    fault("self-check unknown", "{question} 4.1", "{question} 4.9", ["04.yml", "no question 4.9", "correct the id on the page"]),
    fault("directive unknown", "{question} 4.1", "{quiz} 4.1", ["probe.md:", "quiz"]),
    fault("role unknown", "{fact}`", "{fakt}`", ["probe.md:10", "fakt"]),
    fault("picture unknown", "```{question} 4.1", "```{stages} nowhere", ["nowhere.yml", "no file"]),
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
        plant(top / TABLE, "CRP,mg/L,1,171,171", "CRP,mg/L,1,177,177")
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


# 3. The built site: file, old text, new text, the test that must fail and with what

PAGES_OF_THE_SITE = [
    fault("script of another host", PAGE, "</head>", '<script src="https://cdn.example/x.js"></script></head>',
          "test_page_loads_nothing_from_another_host", "cdn.example"),
    fault("picture of another host", PAGE, "</main>", '<img alt="x" src="//img.example/x.png"></main>',
          "test_page_loads_nothing_from_another_host", "img.example"),
    fault("style that fetches a font", PAGE, "</head>", "<style>@import url(https://fonts.example/x.css);</style></head>",
          "test_page_loads_nothing_from_another_host", "fonts.example"),
    fault("dead link", PAGE, "</main>", '<a href="no-such-page.html">x</a></main>', "test_no_dead_internal_link", "no-such-page.html: no such page"),
    fault("dead anchor", PAGE, "</main>", '<a href="glossary.html#no-such-term">x</a></main>', "test_no_dead_internal_link", "no-such-term: no such anchor"),
]
SOURCES_OF_THE_SITE = [
    fault("chart lost", r'<figure [^>]*class="chart .*?</figure>', "", "test_every_chart_and_question_of_the_source_is_on_the_page", "a chart went missing"),
    fault("self-check lost", r'data-question="q-4-2"', 'data-lost=""', "test_every_chart_and_question_of_the_source_is_on_the_page", "q-4-2"),
    fault("stepper lost", r'data-stepper="case"', "", "test_every_chart_and_question_of_the_source_is_on_the_page", "=="),
    fault("notice lost", "Education only, never medical advice", "", "test_page_is_whole", "the notice is missing"),
    fault("second title", "</main>", "<h1>Again</h1></main>", "test_page_is_whole", "one title a page"),
    fault("unrendered number", "</main>", "{{ n.core }}</main>", "test_page_is_whole", "unfinished or unrendered"),
    fault("chart without a name", r'aria-label="[^"]*" class="chart ', 'class="chart ', "test_charts_can_be_read_by_anyone", "a chart without a name"),
    fault("chart without its numbers", r'<details class="numbers">.*?</details>', "", "test_charts_can_be_read_by_anyone", "no numbers as a table"),
]


@pytest.fixture
def damaged(site, tmp_path, monkeypatch):
    """A copy of the built site, by links, that the tests of the site look at."""
    copy = tmp_path / "html"
    shutil.copytree(site, copy, copy_function=os.link)
    monkeypatch.setattr(test_site, "SITE", copy)
    return copy


@pytest.mark.parametrize("file, old, new, test, says", PAGES_OF_THE_SITE)
def test_a_damaged_page_of_the_site_is_found(damaged, file, old, new, test, says):
    plant(damaged / file, old, new)
    with pytest.raises(AssertionError, match=re.escape(says)):
        getattr(test_site, test)(damaged / file)


@pytest.mark.parametrize("pattern, new, test, says", SOURCES_OF_THE_SITE)
def test_a_page_that_lost_something_is_found(damaged, pattern, new, test, says):
    file = damaged / PAGE
    text = file.read_text("utf-8")
    changed = re.sub(pattern, new, text, count=1, flags=re.S)
    assert changed != text, "the fault can't be planted"
    file.unlink()
    file.write_text(changed, "utf-8")
    with pytest.raises(AssertionError, match=re.escape(says)):
        getattr(test_site, test)("book/04-day-by-day")


def test_a_changed_vendored_file_is_found(tmp_path, monkeypatch):
    vendor = shutil.copytree(test_site.VENDOR, tmp_path / "vendor")
    monkeypatch.setattr(test_site, "VENDOR", vendor)
    test_site.test_vendored_files_are_what_their_list_says()
    file = next(p for p in vendor.rglob("*.woff2"))
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(AssertionError, match=file.name):
        test_site.test_vendored_files_are_what_their_list_says()
    (vendor / "new.js").write_text("1")
    with pytest.raises(AssertionError, match="new.js"):
        test_site.test_vendored_files_are_what_their_list_says()


BROKEN = [
    fault("script that fails", "</body>", '<script src="../_static/broken.js"></script></body>', "page error"),
    fault("address that is not there", "</body>", '<script src="../_static/lost.js"></script></body>', "404"),
    fault("request to another host", "</main>", '<img alt="" src="http://other.example/x.png"></main>', "other.example"),
    fault("eval", "</body>", '<script src="../_static/eval.js"></script></body>', "unsafe-eval"),
]


@pytest.fixture
def student_page(site, tmp_path, watched):
    """Function that plants a fault on one page of a copy of the site and opens it; returns the page and what the browser complained of."""
    copy, (opened, troubles) = tmp_path / "html", watched
    shutil.copytree(site, copy, copy_function=os.link)
    (copy / "_static/broken.js").write_text("undefined_function();")
    (copy / "_static/eval.js").write_text("eval('1');")
    (copy / "_static/pale.css").write_text("main p { color: #bbb; background: #fff }")
    (copy / "_static/wide.css").write_text("main p { width: 1500px }")
    with serving(copy) as address:
        def planted(old, new):
            plant(copy / "book/for-students.html", old, new)
            shown = opened(f"{address}/book/for-students.html")
            shown.wait_for_load_state("networkidle")
            return shown, troubles
        yield planted


@pytest.mark.parametrize("old, new, says", BROKEN)
def test_what_a_page_does_wrong_is_found_in_the_browser(student_page, old, new, says):
    _, troubles = student_page(old, new)
    assert says in "\n".join(troubles)


@pytest.mark.parametrize("rule, says", [("pale", "color-contrast"), ("wide", "overflow")])
def test_what_a_reader_could_not_read_is_found_in_the_browser(student_page, rule, says):
    shown, _ = student_page("</head>", f'<link rel="stylesheet" href="../_static/{rule}.css"></head>')
    assert says in " ".join(violations(shown) + ["overflow"] * (overflow(shown) > 0))
