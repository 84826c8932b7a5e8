"""The built site's notebooks: teachers' complete, students' with holes, plain Markdown, the zip enough to run them."""

import functools
import json
import re
import subprocess
import venv
import zipfile
from base64 import b64decode
from html import unescape

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from docutils import nodes
from nbclient import NotebookClient
from sphinx.errors import ExtensionError

from _ext import notebook_outputs, notebooks
from _ext.notebook_markdown import cells
from conftest import SITE, TOP
from site_checks import soup

BOOK = TOP / "book"
CHAPTERS = sorted(p.stem for p in BOOK.glob("[0-9][0-9]-*.md"))
HOLES = {"your-work", "solution"}
NOTEBOOKS = [*CHAPTERS, "plot-it-yourself"]
RUN = ("06-from-printed-table-to-tidy-data",
       *(pytest.param(name, marks=pytest.mark.slow) for name in ("plot-it-yourself", "09-falling-curves")))
"""Students' notebooks that the tests run: code and static charts; nightly widgets, too, and a hole in code."""


@pytest.fixture(scope="module", autouse=True)
def _built(site):
    """Every test here looks at the built site."""


def made(kind, chapter):
    return nbformat.read(SITE / "notebooks" / kind / f"{chapter}.ipynb", as_version=4)


def tags(cell):
    return set(cell.metadata.get("tags", []))


def words(text):
    """Words of Markdown or HTML without marks, for comparison."""
    marks = (
        r"</?(?:em|strong|sup|sub|br|details|summary|code)>|\]\([^)]*\)|\[@[^\]]*\]|\([^()]*\d{4}[^()]*\)|\{\{.*?\}\}")
    text = unescape(re.sub(marks, " ", text))
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def feedback(chapter):
    """Every feedback of the chapter's self-checks and sortings: pieces of 25 letters or more, no computed numbers."""
    content = yaml.safe_load((BOOK / "questions" / f"{chapter[:2]}.yml").read_text("utf-8"))
    texts = [o["feedback"] for q in content["questions"] for o in q["options"]]
    texts += [t for s in content.get("sorting", {"sentences": []})["sentences"] for t in s["feedback"].values()]
    parts = [words(part) for text in texts for part in re.split(r"\{\{.*?\}\}|\[@[^\]]*\]|[.?!:;]\s", text)]
    return [part for part in parts if len(part) >= 25]


def folded(chapter):
    """Sentences of the chapter's source that stand folded as an answer, as words, and all that stands open.

    Every dropdown is an answer but those marked to be read.
    """
    source = (BOOK / f"{chapter}.md").read_text("utf-8")
    answers, unfolded = [], source
    for _fence, body in re.findall(r"^(`{3,})\{dropdown\}[^\n]*\n(.*?)^\1$", source, re.M | re.S):
        if ":class-container: reading" not in body:
            unfolded = unfolded.replace(body, "")
            body = re.sub(r"^%.*$|```.*?```", "", body, flags=re.M | re.S)
            answers += [words(s) for s in re.split(r"\{[\w:]+\}`[^`]*`|`[^`]*`|[.?!:;|]\s", body)]
    return [s for s in answers if len(s) >= 25], words(re.sub(r"\{[\w:]+\}`[^`]*`", " ", unfolded))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_students_notebook_is_the_teachers_with_holes(chapter):
    student, teacher = made("student", chapter), made("teacher", chapter)
    by_id = {c.id: c for c in teacher.cells}
    answered = [c for c in student.cells if c.id not in by_id]
    assert len(student.cells) - len(answered) == len(teacher.cells)
    assert all(tags(c) == {"your-work"} for c in answered), "a teacher's notebook lacks a cell of the student's"
    for mine in student.cells[1:]:
        if mine.id not in by_id or "casebook import piece" in by_id[mine.id].source:
            continue                                              # a live piece, which answers by itself
        full = by_id[mine.id]
        assert mine.cell_type == full.cell_type
        if tags(full) & HOLES:
            assert (tags(mine), tags(full)) == ({"your-work"}, {"solution"})
            assert "Your work here" in mine.source and mine.source != full.source
        else:
            assert mine.source == full.source and not tags(mine) & HOLES
    assert not any(c.get("outputs") for c in student.cells), "a student's notebook holds an output"
    asked = re.findall(r"^```\{(?:question|sorting)\}|^`{3,}\{dropdown\}.*\n(?!:class-container: reading)|^tags: "
                       r"\[hide-cell\]",
                       (BOOK / f"{chapter}.md").read_text("utf-8"), re.M)
    assert sum("solution" in tags(c) for c in teacher.cells) + len(answered) == len(asked), \
        "an answer of the page has no hole, or a hole has no answer"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_answer_is_in_the_students_notebook_and_all_are_in_the_teachers(chapter):
    whole = lambda c: " ".join([c.source, *(str(o.get("data", {}).get("text/html", "")) for o in c.get("outputs", []))])
    student, teacher = (words(" ".join(map(whole, made(kind, chapter).cells))) for kind in notebooks.KINDS)
    given, (answers, unfolded) = feedback(chapter), folded(chapter)
    assert given and answers
    assert not [s for s in given + answers if s in student and s not in unfolded], \
        "an answer stands in the student's notebook"
    assert not [s for s in given + answers if s not in teacher], "an answer is missing from the teacher's notebook"
    standing_open = re.compile(r'<details open|class="feedback" open')
    assert not [c for c in made("teacher", chapter).cells if standing_open.search(whole(c))], "an answer stands open"
    assert not re.search(r"(open the (answer|solution)|before you open it)\b", student), \
        "there is nothing to open in a student's notebook"
    assert "best supported" not in student and "data-correct" not in student and "the book sorts it" not in student


def test_a_hole_in_code_keeps_imports_and_heads_of_functions_alone():
    complete = {(ch, c.id): c.source for ch in CHAPTERS for c in made("teacher", ch).cells}
    code = [(tags(c), c.source, complete[ch, c.id]) for ch in CHAPTERS for c in made("student", ch).cells
            if c.cell_type == "code" and "your-work" in tags(c)]
    assert len(code) == sum((BOOK / f"{ch}.md").read_text("utf-8").count("tags: [hide-cell]") for ch in CHAPTERS) >= 10
    for _, hole, solution in code:
        kept = [line for line in hole.splitlines() if line.strip() not in ("", "...", "# Your work here")]
        assert all(line in solution.splitlines() and re.match(r"from |import |def ", line) for line in kept), hole
    assert notebooks.starting_lines("x = 1\ndef f(a):\n    '''Says it.'''\n    return "
                                    "a\nf(x)") == "# Your work here\n\ndef f(a):\n    ..."


MYST = re.compile(r"\{(?:term|cite|fact|ref|glue|sup|doc|numref)\b|\{[\w:-]+\}`|`{3,}\{|^:::|^% "
                  r"|\[@|\{\{|^\(.+\)=$|data-placement", re.M)


@pytest.mark.parametrize("kind", notebooks.KINDS)
@pytest.mark.parametrize("chapter", NOTEBOOKS)
def test_a_notebook_is_valid_plain_and_at_home_anywhere(kind, chapter):
    notebook = made(kind, chapter)
    nbformat.validate(notebook)
    prose = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    assert not MYST.findall(prose)
    assert f"notebooks-{kind}.zip" in notebook.cells[0].source and "never medical advice" in notebook.cells[0].source
    raw = (SITE / "notebooks" / kind / f"{chapter}.ipynb").read_text("utf-8")
    traces = rf"{re.escape(str(TOP))}|(?<![\w.])/(?:home|tmp|Users|root)/|site-packages| at 0x[0-9a-f]+"
    assert not re.search(traces, raw), "a path or an address of this machine"
    without = re.sub(r"```.*?```|``.*?``|`[^`]*`|\(data:[^)]*\)|\\[<\[]", "", prose, flags=re.S)
    assert set(re.findall(r"</?([a-zA-Z]+)", without)) <= {"em", "strong", "sup", "sub", "br", "details", "summary"}
    for _, address in re.findall(r"(?<!\\)\[([^\]]*)\]\(([^)\s]+)\)", without):
        assert address.startswith(("http", "attachment:")) or address.removesuffix(".ipynb") in CHAPTERS, address


@pytest.mark.parametrize("chapter", NOTEBOOKS)
def test_the_teachers_notebook_is_executed_without_an_error(chapter):
    code = [c for c in made("teacher", chapter).cells if c.cell_type == "code"]
    assert [c.execution_count for c in code] == list(range(1, len(code) + 1))
    assert not [o for c in code for o in c.outputs if o.output_type == "error" or o.get("name") == "stderr"]
    page = soup(SITE / "book" / f"{chapter}.html")
    drawn = len([s for s in page.select(".cell_output svg, .stages svg") if not s.find_parent(class_="narrow-only")])
    images = sum(str(o.get("data", {}).get("text/html", "")).count('src="data:image/svg+xml') for c in code
                 for o in c.outputs)
    assert drawn == images, "a drawing of the page is not in the notebook, or another way round"
    pieces = [c for c in code if "casebook import piece" in c.source]
    there = ("main :is(.question:not([data-sentence]), .sorting, .ledger, .look-back, .stages)"
             ":not(.sorting .question, .cell *)")
    assert len(pieces) == len(page.select(there))
    assert all(c.metadata["jupyter"]["source_hidden"] for c in pieces)
    assert sum(bool(c.outputs) for c in code) - len(pieces) == len(page.select("main .cell_output"))


def test_a_reconstructed_value_stays_marked_and_a_drawing_needs_no_style_sheet():
    html = notebook_outputs.plain_html('<a data-placement="reconstructed" href="x.html">44</a> '
                                       '<i data-placement="printed">7</i>')
    assert [e.get_text() for e in BeautifulSoup(html, "html.parser").select("em")] == ["44"]
    for svg in (BOOK / "figures").glob("*.svg"):
        assert "var(" not in b64decode(notebook_outputs.drawing(svg.read_text("utf-8")).partition(",")[2]).decode()


def test_what_a_cell_printed_in_pieces_is_one_output():
    printed = [nbformat.v4.new_output("stream", name="stdout", text=text) for text in ("one, ", "two\n", "three\n")]
    [output] = notebook_outputs.portable([*printed], 1)
    assert output.text == "one, two\nthree\n"
    assert notebook_outputs.portable(printed[:1], 1)[0].text == "one, ", "the outputs given were changed"


def test_what_a_notebook_cannot_hold_stops_with_file_line_and_remedy():
    document = nodes.section("", nodes.paragraph("", "", nodes.problematic("", "odd")))
    document[0].line = 7
    with pytest.raises(ExtensionError, match=r"book/01-x\.md, line 7: ‘problematic’.*Remedy"):
        cells(document, "book/01-x")
    with pytest.raises(ExtensionError, match="HTML.*Remedy"):
        cells(nodes.section("", nodes.raw("", "<b>x</b>", format="html")), "book/01-x")


def links(page):
    soup = BeautifulSoup((SITE / "book" / f"{page}.html").read_text("utf-8"), "html.parser")
    return [a["href"] for a in soup.select("main a[href*='notebooks/']")]


def test_students_pages_lead_to_students_notebooks_alone():
    for chapter in NOTEBOOKS:
        assert links(chapter) == [f"../notebooks/student/{chapter}.ipynb", "../notebooks/notebooks-student.zip"]
    teachers = [p for p in (SITE / "book").rglob("*.html") if re.search(r"notebooks[/-]teacher", p.read_text("utf-8"))]
    assert teachers and all("instructor" in p.parts for p in teachers)
    listed = links("instructor/live-class")
    assert (len(listed) == 2 * len(NOTEBOOKS) + 2
            and all((SITE / "book" / "instructor" / a).resolve().is_file() for a in listed))


@pytest.mark.parametrize("kind", notebooks.KINDS)
def test_the_zip_holds_what_a_notebook_needs_and_no_answer_for_students(kind):
    archive = zipfile.ZipFile(SITE / "notebooks" / f"notebooks-{kind}.zip")
    names = {n.removeprefix("one-child-one-table/") for n in archive.namelist()}
    assert {"README.md", "requirements.txt", "constraints.txt", "LICENSE", "data/table1.csv",
            "book/casebook/__init__.py"} <= names
    assert {f"book/{c}.ipynb" for c in NOTEBOOKS} <= names
    kept_back = r"instructor/|_ext|\.md$" + r"|questions/" * (kind == "student")
    assert not [n for n in names if re.search(kept_back, n) and n not in ("README.md", "data/README.md")]
    assert kind == "student" or \
        {"book/questions/08.yml", "book/figures/infection-to-heart.yml", "book/_static/book.js"} <= names
    assert {i.date_time for i in archive.infolist()} == {(2026, 1, 1, 0, 0, 0)}, \
        "a zip of the same book differs from day to day"
    assert {(i.create_system, i.external_attr >> 16) for i in archive.infolist()} == {(3, 0o644)}, \
        "unpacked files others may read, whatever built them"
    for chapter in CHAPTERS:
        there = SITE / "notebooks" / kind / f"{chapter}.ipynb"
        assert archive.read(f"one-child-one-table/book/{chapter}.ipynb") == there.read_bytes()
    needed = archive.read("one-child-one-table/requirements.txt").decode()
    pins = [line for line in (TOP / "requirements.txt").read_text("utf-8").splitlines() if line and line[0] != "#"]
    left_out = [line for line in pins if line not in needed]
    assert [line.partition("==")[0] for line in left_out] == list(notebooks.BUILD_ONLY)
    code = "\n".join(file.read_text("utf-8") for file in (BOOK / "casebook").rglob("*.py"))
    imported = set(re.findall(r"^(?:import|from) (\w+)", code, re.M))
    assert not imported & {"bs4", "sphinx", "docutils", "jupytext"}, \
        "casebook imports a package that the zip doesn't ask for"


@pytest.mark.parametrize("chapter", RUN)
def test_a_students_notebook_runs_with_the_zip_alone(chapter, tmp_path, monkeypatch):
    for name in ("PYTHONPATH", "CASEBOOK_STATIC"):
        monkeypatch.delenv(name, raising=False)
    zipfile.ZipFile(SITE / "notebooks" / "notebooks-student.zip").extractall(tmp_path)
    folder = tmp_path / "one-child-one-table" / "book"
    notebook = nbformat.read(folder / f"{chapter}.ipynb", as_version=4)
    ran = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    assert not [o for c in ran.cells for o in c.get("outputs", []) if o.get("name") == "stderr"]
    assert any(o.get("data") for c in ran.cells for o in c.get("outputs", []))


@pytest.mark.slow
def test_a_notebook_alone_fetches_the_book_where_nothing_is_installed(tmp_path, monkeypatch):
    """As on Colab: a notebook, a Python with ipykernel alone, and the book's repository at an address."""
    repository, empty = tmp_path / "book.git", tmp_path / "empty"
    run = functools.partial(subprocess.run, check=True, capture_output=True)
    run(["git", "init", "--quiet", "--bare", repository])
    run(["git", "-C", TOP, "push", "--quiet", repository, "HEAD:refs/heads/main"])
    venv.create(empty, with_pip=True)
    run([empty / "bin/pip", "install", "--quiet", "ipykernel", "-c", TOP / "constraints.txt"])
    kernel = tmp_path / "kernels/empty/kernel.json"
    kernel.parent.mkdir(parents=True)
    command = [str(empty / "bin/python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel.write_text(json.dumps({"argv": command, "display_name": "empty", "language": "python"}), "utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    notebook, folder = made("student", "plot-it-yourself"), tmp_path / "alone"
    folder.mkdir()
    fetch = notebooks.fetching({"repository_url": repository.as_uri(), "repository_branch": "main"})
    notebook.cells.insert(0, nbformat.v4.new_code_cell(fetch))
    NotebookClient(notebook, timeout=600, kernel_name="empty", resources={"metadata": {"path": folder}}).execute()
    shown = [o.get("data", {}).get("text/html", "") for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    assert sum("<svg" in html for html in shown) >= 3, "no charts"
