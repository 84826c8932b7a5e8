"""Every chapter in a real JupyterLab, as `make live` opens it: it runs, and every control does something."""

import re
from pathlib import Path

import pytest

from casebook.classroom.start_page import chapters

MOVE = Path(__file__).parents[1].joinpath("helpers", "move_controls.js").read_text("utf-8")
ALWAYS = ("08", "10")
"""Chapters of every `make test`: charts with parameters and stages; the causal graph. The rest is slow."""
RAW = re.compile(r"\{(?:term|cite|fact|ref|glue|sup|doc|numref|question|code-cell|dropdown)[\w:-]*\}")
BUSY = "![...document.querySelectorAll('.jp-InputPrompt')].some((prompt) => prompt.textContent.includes('*'))"
PATIENCE = 8000
"""Milliseconds until a control counts as dead: a kernel may have to draw."""


def run_all(page):
    """Run all cells of the notebook that shows, and wait until they have run."""
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.locator(".jp-InputPrompt", has_text="*").first.wait_for(state="attached")
    page.wait_for_function(BUSY)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()


@pytest.mark.parametrize("chapter", [
    pytest.param(stem, id=stem[:2], marks=[] if stem[:2] in ALWAYS else pytest.mark.slow) for stem, _ in chapters()])
def test_a_chapter_runs_and_each_of_its_controls_does_something(lab_page, chapter):
    page = lab_page()
    page.locator('a[href*="/files/"]', has_text=re.compile(rf"^{int(chapter[:2])}\. ")).last.click()
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)",
                         has=page.locator(".jp-RenderedMarkdown", has_text="never medical advice"))
    panel.wait_for()
    words = " ".join(panel.locator(".jp-RenderedMarkdown").all_text_contents())
    assert not RAW.findall(words), "a role or directive stands raw"
    run_all(page)
    assert not panel.locator(".jp-OutputArea-output details.feedback[open], "
                             ".jp-RenderedMarkdown details[open]").count(), "an answer stands open"
    assert panel.locator(".question").count() >= 3, "self-checks are missing"
    cells = panel.locator(".jp-Cell").count()
    panel.locator(".question label").first.click()
    page.wait_for_function("document.activeElement.closest('.casebook-live')")
    page.keyboard.press("d")
    page.keyboard.press("d")
    assert panel.locator(".jp-Cell").count() == cells, "JupyterLab took the keys pressed in an output"
    assert panel.locator(".jp-RenderedMarkdown p").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 16
    done = page.evaluate(MOVE, PATIENCE)
    assert len(done["moved"]) > 20 and not done["dead"], \
        f"{len(done['dead'])} of {len(done['moved'])} controls do nothing"
