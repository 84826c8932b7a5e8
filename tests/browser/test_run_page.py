"""Python in the page: what a reader gets who presses Run. `make site` runs once for all tests."""

import gzip
import os
import re
import shutil
from http.server import SimpleHTTPRequestHandler

import pytest

from _ext.finished_pages import POLICY
from conftest import TOP, serving, until, violations
from inpage import assemble, fetch
from inpage.assemble import LATE
from running import CELLS, cell, press, shown, write

SIX = "/book/06-from-printed-table-to-tidy-data.html"
SCRIPTS, ADDED = "script-src 'self' 'wasm-unsafe-eval'", "; connect-src 'self'"
HEADER = POLICY.replace(" file:", "").replace("script-src 'self'", SCRIPTS) + ADDED
ONE_LINE = 'placements.admissible("anakinra", 1)'
CHAPTERS = sorted(page.stem for page in (TOP / "book").glob("[01][0-9]-*.md"))


@pytest.fixture(scope="session")
def with_python(site, tmp_path_factory):
    """A folder with the site and Python in its pages."""
    folder = tmp_path_factory.mktemp("with-python") / "site"
    try:
        assemble.assemble(folder)
    except fetch.InputError as error:
        pytest.fail(str(error))
    return folder


@pytest.fixture(scope="session")
def address(with_python):
    with serving(with_python, HEADER) as at:
        yield at


@pytest.fixture(scope="session")
def without_policy(with_python):
    """A host that sends no policy of ours: a cell is no safer there, and JupyterLab needs more than ours allows."""
    with serving(with_python, "img-src *") as at:
        yield at


@pytest.fixture
def six(shared_page, without_policy):
    """Chapter 6, for tests that put back what they change: Python is loaded once for all of them."""
    return shared_page(without_policy + SIX)


@pytest.fixture
def own(six):
    """The cell of the reader's own, empty again after the test."""
    last = six.locator(CELLS).count() - 1
    yield last
    write(six, last, "")


def test_the_header_that_a_server_may_send_is_the_one_of_the_docs():
    assert SCRIPTS in HEADER and SCRIPTS + ADDED in (TOP / "book" / "for-maintainers.md").read_text("utf-8")


def test_an_edited_query_gives_its_rows_and_outlives_a_reload(open_page, address, monkeypatch):
    """And what a first visit and a second one bring, as a server sends it that presses scripts (packs are pressed)."""
    sent = {}

    def copyfile(self, source, out):
        content = source.read()
        sent[self.path] = len(content if self.path.endswith(".data") else gzip.compress(content))
        out.write(content)

    monkeypatch.setattr(SimpleHTTPRequestHandler, "copyfile", copyfile)
    live = lambda: {path: size for path, size in sent.items() if "/_live/" in path}
    assert len(gzip.compress((TOP / "book" / "_static" / "run.js").read_bytes())) <= 8_000, "before a press"
    page = open_page(address + SIX, alone=True)
    assert not violations(page, ".cell_input") and not live(), "loaded before the first press"
    assert press(page, 11).startswith("Done")
    assert 0 < sum(live().values()) <= 22_000_000, sent
    late = lambda name: any(name in path for path in sent)
    assert not any(map(late, LATE)), "late packs wait until a cell imports them"
    write(page, 11, "import networkx\ntable1.load().query(\"parameter == 'CRP'\")")
    assert press(page, 11).startswith("Done")
    assert late("networkx") and not late("scipy")
    rows = cell(page, 11).locator("[data-run] tbody tr")
    assert rows.count() == 9 and "171" in rows.first.inner_text()
    assert not violations(page, ".cell:has([data-run])")
    sent.clear()
    page.reload()
    assert "CRP" in cell(page, 11).locator("textarea").input_value()
    assert press(page, 11).startswith("Done") and not live(), "a second visit loads it again"
    cell(page, 11).get_by_role("button", name="Reset").click()
    assert cell(page, 11).locator("textarea").is_hidden()
    assert "anakinra" in cell(page, 11).locator(".highlight").first.inner_text()


def test_an_error_names_the_readers_line_and_keeps_the_result(six):
    write(six, 3, "x = 2\nx / 0")
    assert press(six, 3) == "It stopped with an error."
    assert (
        cell(six, 3).locator(".run-error").inner_text().strip() == "Line 2: x / 0\nZeroDivisionError: division by zero"
    )
    assert cell(six, 3).locator(".cell_output:not([data-run])").is_visible()
    assert not violations(six, ".cell:has(.run-error)")
    cell(six, 3).get_by_role("button", name="Reset").click()
    assert press(six, 4).startswith("Done"), "the next cell runs"
    write(six, 3, "while True:\n    pass")
    here = cell(six, 3)
    here.get_by_role("button", name="Run").click()
    until(here, "e => e.querySelector('.run-words').textContent === 'Running'")
    here.get_by_role("button", name="Stop").click()
    assert here.locator(".run-words").inner_text().startswith("Stopped")
    here.get_by_role("button", name="Reset").click()
    assert press(six, 3).startswith("Done"), "Python starts anew"


def test_readers_own_chart_is_drawn_as_the_books(six, own):
    write(
        six,
        own,
        """import altair as alt
        from casebook import table1
        alt.Chart(table1.load().query("parameter == 'CRP'")).mark_line().encode(x="position:Q", y="value:Q").properties(
            title="CRP", description="A line of CRP, mg/L, over its nine printed values, from 171 to 3.4.")""".replace(
            "\n        ", "\n"
        ),
    )
    assert press(six, own).startswith("Done"), cell(six, own).locator(".run-error").inner_text()
    assert cell(six, own).locator("figure.chart svg[role=img][aria-label=CRP]:visible").count() == 1
    assert cell(six, own).locator("details.numbers tbody tr").count() == 9
    assert not violations(six, ".cell:has(figure[aria-label=CRP], svg[aria-label=CRP])")


REACHES = [
    "from js import fetch",
    "from js import XMLHttpRequest",
    "from js import WebSocket",
    "import js\njs.eval('1')",
    "from js import Object\nObject.constructor('return 1')()",
    "import js\njs.localStorage.length",
    "import js\njs.document.cookie.length",
    "import urllib.request\nurllib.request.urlopen('http://127.0.0.1/')",
]


def test_a_cell_reaches_no_address_and_no_answer_of_the_reader(six, own):
    for code in REACHES:
        write(six, own, code)
        assert press(six, own) == "It stopped with an error.", code


@pytest.mark.parametrize("chapter", [pytest.param(c, marks=[pytest.mark.slow] * (c not in SIX)) for c in CHAPTERS])
def test_every_cell_gives_what_the_page_shows(shared_page, without_policy, chapter):
    page = shared_page(f"{without_policy}/book/{chapter}.html")
    for n in range(page.locator(CELLS).count() - 1):
        assert press(page, n).startswith("Done"), f"cell {n}: {cell(page, n).locator('.run-error').inner_text()}"
        built, run = (re.sub(r"(python|pandas|numpy|altair) \d[\d.]+", r"\1", text) for text in shown(page, n))
        assert run == built, f"cell {n}"  # but for their versions, which chapter 13 lists


@pytest.mark.parametrize(
    "policy, words",
    [(POLICY.replace(" file:", ""), "forbids WebAssembly"), (HEADER.removesuffix(ADDED), "")],
)
def test_a_server_that_forbids_it_is_told_in_a_sentence(with_python, watched, policy, words):
    opened, _ = watched  # the browser logs what was refused
    with serving(with_python, policy) as at:
        page = opened(at + SIX)
        said = press(page, 3, seconds=5)
    assert said.startswith("Python ") and words in said and said.endswith("The page’s own result stays.")
    assert cell(page, 3).locator(".cell_output:not([data-run])").is_visible()


def test_a_missing_pack_and_no_network_are_told_in_a_sentence(with_python, watched, tmp_path):
    opened, _ = watched
    lost = shutil.ignore_patterns("pandas-*", "lab", "notebooks")
    copy = shutil.copytree(with_python, tmp_path / "site", ignore=lost, copy_function=os.link)
    with serving(copy, HEADER) as at:
        assert re.match(
            r"Python didn’t start: pandas-\w+\.data is missing on this site\. ", press(opened(at + SIX), 3, seconds=5)
        )
        page = opened(at + SIX)
        page.context.set_offline(True)
        said = "Python couldn’t be loaded: this browser is offline, or the site lacks a file."
        assert press(page, 3, seconds=5) == f"{said} The page’s own result stays."
        (pack,) = (with_python / "_live").glob("pandas-*")
        content = bytearray(pack.read_bytes())
        content[len(content) // 2] ^= 1
        (copy / "_live" / pack.name).write_bytes(content)
        assert f"{pack.name} is damaged on this site. " in press(opened(at + SIX), 3, seconds=20)


@pytest.mark.parametrize("lacks", ["WebAssembly", "DecompressionStream", "Worker"])
def test_an_old_browser_is_told_in_a_sentence(address, open_page, lacks):
    page = open_page("about:blank", alone=True)
    page.add_init_script(f"delete window.{lacks}")
    page.goto(address + SIX)
    assert press(page, 3, seconds=5) == "This browser is too old to run Python. The page’s own result stays."


def test_from_disk_it_says_so(with_python, open_page):
    page = open_page(f"file://{with_python}{SIX}")
    assert press(page, 3, seconds=5).startswith("Python runs only where the book is opened from a web address")


def test_a_book_without_python_shows_no_button(open_page, server):
    page = open_page(server + SIX)
    assert page.locator(".cell_input").count() > 20 and page.locator(".run-bar, #try-your-own").count() == 0


def test_one_changed_byte_stops_it(with_python, tmp_path, monkeypatch):
    """The inputs are looked at one by one: a wrong one is named, with what to do."""
    for file in fetch.lock()["files"]:
        (tmp_path / file).symlink_to(fetch.folder() / file)
    monkeypatch.setenv("INPUTS", str(tmp_path))
    assert fetch.fetch() == fetch.inputs()
    name, entry = list(fetch.lock()["files"].items())[-1]
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / name).unlink()
    (tmp_path / name).write_bytes(content)
    with pytest.raises(
        fetch.InputError, match=f"{re.escape(name)}: its SHA-256 is .* the lock says {entry['sha256']}.*Remedy"
    ):
        fetch.fetch()


def test_a_task_says_whether_its_result_is_the_one(six):
    task = next(
        n for n in range(six.locator(CELLS).count()) if cell(six, n).locator("textarea").input_value() == ONE_LINE
    )
    assert "task" not in press(six, task), "unchanged, there is nothing to judge"
    write(six, task, 'placements.admissible("EF", 7)')
    assert press(six, task).endswith("The task asks for another result.")
    write(six, task, 'list(placements.admissible("EF", 8)) and placements.admissible("EF", 8)')
    assert press(six, task).endswith("This is the result that the task asks for.")
    cell(six, task).get_by_role("button", name="Reset").click()


@pytest.mark.slow
def test_the_lab_opens_a_chapter_and_a_key_moves_the_stepper(without_policy, browser):
    outside, context = [], browser.new_context(viewport={"width": 1280, "height": 900})
    context.on(
        "request", lambda r: None if r.url.startswith(("http://127.0.0.1", "data:", "blob:")) else outside.append(r)
    )
    page = context.new_page()
    page.goto(f"{without_policy}/lab/lab/index.html?path=book/04-day-by-day.ipynb")
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    cells.first.wait_for(timeout=120_000)
    stepper = cells.filter(has_text="CaseStepper()")
    stepper.click()
    page.keyboard.press("Shift+Enter")
    slider = stepper.locator("[role=slider]").first
    slider.wait_for(timeout=180_000)
    before = stepper.inner_text()
    slider.press("ArrowRight")
    until(stepper, "(cell, before) => cell.innerText !== before", before)
    assert stepper.locator("text=2 of 12").count()
    assert not outside
    context.close()
