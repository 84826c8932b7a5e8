"""What only a real JupyterLab can show, as `make live` opens it, without a network: a chapter stepped through, every
control of every chapter, a class with the projector."""

import re

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from casebook.classroom.start_page import chapters
from casebook.display.live_html import GONE
from conftest import TOP, until, violations
from live_view import WITH_RECORD

BACK_ROW = (TOP / "tests/helpers/back_row.js").read_text("utf-8")
MOVE = (TOP / "tests/helpers/move_controls.js").read_text("utf-8")
ALWAYS = "08"
"""The chapter of every `make test`: charts with parameters, stages. The rest is slow."""
RAW = re.compile(r"\{(?:term|cite|fact|ref|glue|sup|doc|numref|question|code-cell|dropdown)[\w:-]*\}")
BUSY = "![...document.querySelectorAll('.jp-InputPrompt')].some((prompt) => prompt.textContent.includes('*'))"
PATIENCE = 8000
"""Milliseconds until a control counts as dead: a kernel may have to draw."""


def test_an_instructor_opens_a_chapter_by_double_click_runs_all_and_steps(lab_page):
    page = lab_page
    size = page.locator(".jp-RenderedMarkdown p").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert size >= 16, "the start page is too small for a room"
    page.locator('.jp-DirListing-item[title*="04-day-by-day.ipynb"]').dblclick()
    page.locator(".jp-MarkdownCell h1", has_text="Day by day").wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    stepper = page.locator(".jp-OutputArea-output .casebook-live:has(.casebook-bar)")
    button = lambda name: stepper.get_by_role("button", name=name, exact=True)
    slider = stepper.get_by_role("slider", name="Time point", exact=True)
    for named in (button("Previous"), button("Play or pause"), button("Next"), slider):
        named.wait_for()

    troubles = lambda: violations(page, ".casebook-live:has(.casebook-bar)")
    stepper.get_by_text("Admission to the ward").wait_for()
    assert not troubles()
    for n in range(2, 6):
        button("Next").click()
        stepper.get_by_text(f"{n} of 12").wait_for()
    stepper.get_by_text("what would you change?").wait_for()
    page.wait_for_function("document.querySelector('[role=slider]').ariaValueText === 'Column 3b'")
    assert not stepper.get_by_text("4564").count()
    button(WITH_RECORD).click()
    button("Now open the measurements").click()
    stepper.get_by_text("6280 → 4564").wait_for()
    stepper.locator("figure svg:visible").first.wait_for()
    assert stepper.locator("figure:visible").count() == 1
    assert stepper.get_by_text("You opened the record without committing").is_visible()
    assert not troubles()

    ink = lambda: stepper.evaluate("e => getComputedStyle(e).getPropertyValue('--chart-ink')")
    light = ink()
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    assert light and ink() != light, "charts don't follow the dark theme"

    button("Previous").click()
    stepper.get_by_text("4 of 12").wait_for()
    slider.focus()
    page.keyboard.press("ArrowRight")
    stepper.get_by_text("5 of 12").wait_for()
    button("Play or pause").click()
    stepper.get_by_text("6 of 12").wait_for()
    button("Play or pause").click()

    cells = page.locator(".jp-Cell").count()
    stepper.locator("input[type=radio]").first.click()
    for words in (None, stepper.locator(".panel-title").first):
        if words:
            words.click()
        page.keyboard.press("d")
        page.keyboard.press("d")
    assert page.locator(".jp-Cell").count() == cells, "JupyterLab took the keys pressed in an output"


def run_all(page):
    """Run all cells of the notebook that shows, and wait until they have run."""
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.locator(".jp-InputPrompt", has_text="*").first.wait_for(state="attached")
    page.wait_for_function(BUSY)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()


@pytest.mark.parametrize("chapter", [
    pytest.param(stem, id=stem[:2], marks=[] if stem[:2] == ALWAYS else pytest.mark.slow) for stem, _ in chapters()])
def test_a_chapter_runs_and_each_of_its_controls_does_something(lab_page, chapter):
    page = lab_page
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


@pytest.fixture(scope="module")
def projector(lab_tab):
    """The projector, opened from the start page and run, once for the tests below; the last one ends its kernel."""
    return open_projector(lab_tab())


def open_projector(page):
    link = lambda words: page.locator('a[href*="/files/"]', has_text=words).first         # JupyterLab has taken it over
    link("4. Day by day: the case").click()
    page.locator(".jp-MarkdownCell h1", has_text="Day by day").wait_for()
    page.get_by_role("tab", name="start.ipynb").click()
    link("Open the projector").click()
    page.locator(".jp-CodeCell", has_text="Projector(").wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    projector = page.locator(".jp-OutputArea-output .casebook-projector")
    for _ in range(3):                                    # a kernel that isn't connected yet lets the keys pass unheard
        page.locator(".jp-CodeCell .jp-InputArea-editor", has_text="Projector(").click()
        page.keyboard.press("Shift+Enter")
        try:
            projector.locator(".panel-title", has_text="Known today").wait_for(timeout=40_000)
            break
        except PlaywrightTimeout:
            continue
    projector.locator(".panel-title", has_text="Known today").wait_for()
    return projector


@pytest.mark.parametrize("steps", ["One hour", pytest.param("Whole case", marks=pytest.mark.slow)])
def test_a_clicker_shows_every_screen_whole_and_large_enough_for_the_back_row(projector, steps):
    page = projector.page
    page.set_viewport_size({"width": 1920, "height": 1080})
    projector.get_by_role("combobox", name="Steps of").select_option(label=steps)
    projector.get_by_role("combobox", name="Go to").select_option(index=0)
    projector.locator(".casebook-next").focus()
    page.keyboard.press("F5")
    page.wait_for_function("document.fullscreenElement?.classList.contains('casebook-projector')")
    page.keyboard.press("b")
    assert not projector.locator(".panel-title").is_visible()
    page.keyboard.press("b")
    jump = projector.get_by_role("combobox", name="Go to")
    place = lambda: (jump.input_value(), projector.locator(".casebook-where").inner_text())
    seen, troubles = [], []
    while True:
        page.wait_for_timeout(200)                       # type has grown into the screen
        if (here := place())[0] == "The class":
            break
        title = projector.locator(".panel-title").inner_text()
        seen.append(projector.evaluate(BACK_ROW))
        told = (*here, title, seen[-1]["words"], seen[-1]["smallest"])
        if seen[-1]["smallest"] < 24:
            troubles.append(("small", *told))
        if seen[-1]["cut"]:
            troubles.append(("cut off", *told, seen[-1]["cut"]))
        if (below := projector.evaluate("e => e.scrollHeight - e.clientHeight")) > 4:
            troubles.append((f"{below} px below the screen", *told))
        while place() == here:                           # first to the end of a screen that is too long
            room = projector.evaluate("e => e.scrollHeight - e.clientHeight - e.scrollTop")
            page.keyboard.press("PageDown")
            if room <= 4:
                page.wait_for_function("([e, was]) => e.querySelector('.casebook-where').innerText !== was",
                                       arg=[projector.element_handle(), here[1]])
    assert not troubles, "\n".join(map(str, troubles))
    page.evaluate("document.exitFullscreen()")
    print(f"{len(seen)} screens, smallest text {min(s['smallest'] for s in seen):.1f} px")


def test_a_class_opens_from_the_start_page_and_counts_hands_by_keyboard(projector):
    page = projector.page
    page.set_viewport_size({"width": 1280, "height": 720})
    projector.get_by_role("combobox", name="Steps of").select_option(label="Whole case")
    projector.get_by_role("combobox", name="Go to").select_option(index=0)
    titled = lambda words: projector.locator(".panel-title", has_text=words).wait_for()
    size = "parseFloat(getComputedStyle(e.querySelector('.panel-title ~ :not(.panel-when)')).fontSize)"
    until(projector, f"e => {size} >= 28")                                                      # read from the back row
    projector.get_by_role("button", name="Full screen").click()
    page.wait_for_function("document.fullscreenElement?.classList.contains('casebook-projector')")
    for name in ("Back", "Save counts", "Clear counts"):
        assert projector.get_by_role("button", name=name).count() == 1
    assert projector.get_by_role("combobox", name="Go to").count() == 1

    projector.locator(".casebook-next").focus()
    page.keyboard.press("Enter")
    titled("Decide")
    page.keyboard.press("Tab")
    for number in ("3", "0", "14", "2"):
        page.keyboard.type(number)
        page.keyboard.press("Enter")
    projector.locator(".total", has_text="Hands: 19").wait_for()
    for field in projector.get_by_role("spinbutton").all():
        assert field.evaluate("e => e.labels[0].innerText"), "a field without a name"
    troubles = lambda: violations(page, ".casebook-projector")
    assert not troubles()
    page.keyboard.press("Enter")
    titled("How sure?")
    page.keyboard.press("Tab")
    for number in ("5", "9", "5"):
        page.keyboard.type(number)
        page.keyboard.press("Enter")
    projector.locator(".total", has_text="Hands: 19").wait_for()
    page.keyboard.press("Enter")
    titled("Verdict")
    assert projector.locator("figure.chart-hands svg:visible").get_attribute("aria-label") == "Admission: 19 hands"
    drawn = projector.locator("figure.chart-hands svg:visible text").all_text_contents()
    assert {"3 – risky", "14 – well supported"} <= {" ".join(words.split()) for words in drawn}
    assert not troubles()
    projector.get_by_role("combobox", name="Go to").select_option(label="Column 3b")
    projector.locator(".panel-when", has_text="Day 3, second column").wait_for()
    wider = page.evaluate("document.fullscreenElement.scrollWidth > document.fullscreenElement.clientWidth")
    assert not wider, "wider than the screen"
    projector.get_by_role("combobox", name="Go to").select_option(label="The class")
    projector.locator(".case-table", has_text="74 %").first.wait_for()
    page.evaluate("document.exitFullscreen()")


@pytest.mark.parametrize("way", [pytest.param("Restart Kernel…", marks=pytest.mark.slow), "it dies"])
def test_a_widget_whose_kernel_is_gone_says_in_sight_what_to_do(projector, way):
    page = projector.page
    page.set_viewport_size({"width": 1280, "height": 900})
    advice = f"e => getComputedStyle(e, '::before').content.includes({GONE!r})"
    if way == "it dies":
        code = page.locator(".jp-CodeCell", has_text="Projector(").locator(".cm-content")
        code.fill("import os, threading\nfrom casebook.classroom.projector import Projector\n\n"
                  "threading.Timer(5, os._exit, [1]).start()\nProjector()")
        code.press("Shift+Enter")
        until(projector, f"e => !({advice})(e)")
        page.locator(".jp-Dialog", has_text="died").get_by_role("button").last.click()
    else:
        assert not projector.evaluate(advice)
        page.get_by_role("menuitem", name="Kernel", exact=True).click()
        page.locator(".lm-Menu-itemLabel").get_by_text(way, exact=True).click()
        with page.expect_response("**/restart*"):       # a server stopped while a kernel restarts would not end
            page.locator(".jp-Dialog .jp-mod-accept").click()
    until(projector, advice)
