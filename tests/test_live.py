"""The live face: notebooks that run top to bottom without a network, and the stepper in a real JupyterLab."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import jupytext
import pytest
from nbclient import NotebookClient

from casebook import COLUMNS, CaseStepper, load
from casebook.text import render
from conftest import STEPS, TOP

BOOK = TOP / "book"
CHAPTERS = ["index", "04-day-by-day", "06-from-printed-table-to-tidy-data", "data-dictionary"]
NO_NETWORK = {k: "http://127.0.0.1:9" for k in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")} | {"no_proxy": "127.0.0.1,localhost"}


def probnp(column):
    rows = load()
    return rows[(rows["parameter"] == "ProBNP") & (rows["column"] == column)]["printed"].iloc[0]


@pytest.fixture
def view(monkeypatch):
    monkeypatch.delenv("CASEBOOK_STATIC", raising=False)
    return CaseStepper().widget()


def widget(view, description):
    """The first widget below ``view`` with this description."""
    found, waiting = None, [view]
    while waiting and found is None:
        here = waiting.pop(0)
        found = here if getattr(here, "description", None) == description else None
        waiting += getattr(here, "children", ())
    assert found is not None, f"no control named {description}"
    return found


def text(view):
    return " ".join(c.value for c in view.children if hasattr(c, "value") and isinstance(c.value, str))


def test_live_steps_show_each_column_and_nothing_later(view):
    for i, step in enumerate(STEPS):
        if step in COLUMNS:
            assert probnp(step).replace("<", "&lt;") not in text(view), f"column {step} shows before its record is opened"
        widget(view, "Open the record without committing").click()
        if step in COLUMNS:
            assert probnp(step).replace("<", "&lt;") in text(view), f"ProBNP of column {step} is missing"
        if i < len(STEPS) - 1:
            widget(view, "Next").click()
    assert widget(view, "Next").disabled
    widget(view, "Previous").click()
    assert probnp("13").replace("<", "&lt;") in text(view), "an opened record stays open"


def test_live_commitment_is_shown_with_the_record(view):
    widget(view, "Decision").value = 1
    widget(view, "How sure?").value = 90
    widget(view, "One reason").value = "the list is long"
    widget(view, "Commit and open the record").click()
    assert "90 % sure" in text(view) and "the list is long" in text(view) and "What was done" in text(view)


def test_live_commitment_needs_an_option(view):
    widget(view, "Commit and open the record").click()
    assert "What was done" not in text(view)


def test_both_faces_hold_the_same_words(view, monkeypatch):
    strip = lambda html: " ".join(re.sub(r"<[^>]+>", " ", html).split())
    static, live = strip(CaseStepper().static_html()), ""
    for i, step in enumerate(STEPS):
        live += strip(text(view))
        widget(view, "Open the record without committing").click()
        live += strip(text(view))
        if i < len(STEPS) - 1:
            widget(view, "Next").click()
    for panel in CaseStepper().panels:
        for part in ("known", "done", "shows", "trap", "recap"):
            words = strip(render(panel.script[part]))
            assert words in static and words in live, f"step {panel.step}: '{part}' differs between the faces"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_notebook_runs_top_to_bottom_without_a_network(chapter, monkeypatch):
    for name, value in NO_NETWORK.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CASEBOOK_STATIC", raising=False)
    notebook = jupytext.read(BOOK / f"{chapter}.md")
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(BOOK)}}).execute()
    shown = json.dumps([c.get("outputs", []) for c in notebook.cells])
    if chapter.startswith("04"):
        assert "application/vnd.jupyter.widget-view+json" in shown, "the stepper is not an ipywidgets view"


@pytest.fixture
def lab(tmp_path):
    """Address of a real JupyterLab with the book's settings, serving book/."""
    lab_settings = TOP / ".venv" / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    if not lab_settings.exists():
        pytest.fail("JupyterLab lacks the book's settings: run `make .venv/.installed`")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | NO_NETWORK | {f"JUPYTER_{k}_DIR": str(tmp_path / k) for k in ("CONFIG", "RUNTIME", "DATA")}
    environment.pop("CASEBOOK_STATIC", None)
    shutil.copytree(BOOK, tmp_path / "repo" / "book", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(TOP / "data", tmp_path / "repo" / "data")
    log = (tmp_path / "lab.log").open("w")
    server = subprocess.Popen([sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}", "--ServerApp.port_retries=0",
                               "--IdentityProvider.token=book", "--allow-root", f"--ServerApp.root_dir={tmp_path / 'repo' / 'book'}"],
                              cwd=tmp_path / "repo" / "book", env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{address}/api?token=book", timeout=2)
            break
        except OSError:
            time.sleep(0.5)
    else:
        server.kill()
        pytest.fail((tmp_path / "lab.log").read_text()[-2000:])
    yield f"{address}/lab?token=book"
    server.terminate()
    server.wait(20)


def test_an_instructor_opens_a_chapter_by_double_click_runs_all_and_steps(lab, browser):
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    outside = []
    context.route("**/*", lambda r: r.continue_() if "127.0.0.1" in r.request.url or r.request.url.startswith(("data:", "blob:"))
                  else (outside.append(r.request.url), r.abort()))
    page = context.new_page()
    page.set_default_timeout(180_000)
    page.goto(lab)
    page.locator('.jp-DirListing-item[title*="04-day-by-day.md"]').dblclick()
    page.locator(".jp-MarkdownCell h1", has_text="Day by day").wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    stepper = page.locator(".jp-OutputArea-output .widget-vbox").first
    stepper.get_by_role("button", name="Next").wait_for()
    for _ in range(4):
        stepper.get_by_role("button", name="Next").click()
    stepper.get_by_text("Column 3b:").first.wait_for()
    stepper.get_by_role("button", name="Open the record without committing").click()
    stepper.get_by_text("What was done").wait_for()
    stepper.get_by_text("Then open the measurements").click()
    stepper.locator('.case-table [data-placement="printed"]', has_text="4564").first.wait_for()
    assert stepper.locator("figure svg").first.is_visible(), "charts show without a renderer"
    assert stepper.get_by_role("button", name="Previous").is_visible()
    assert stepper.get_by_label("Time point").count() or stepper.get_by_text("Time point").is_visible()
    assert stepper.locator(".widget-play").is_visible()
    assert page.locator(".jp-OutputArea-output[data-mime-type*=error], .jp-RenderedText[data-mime-type*=stderr]").count() == 0
    assert not outside, f"asked other hosts: {outside}"
    context.close()
