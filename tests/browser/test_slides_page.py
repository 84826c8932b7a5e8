"""Slides as an instructor meets them: keys, stepper, speaker's window, no script. access.py asks more of each."""

import pytest

from casebook.classroom.session_plans import ORDER
from conftest import overflow, until


def at(page):
    return page.evaluate("Reveal.getState().indexh")




def test_keys_move_the_slides_and_in_the_stepper_its_days(open_page, site):
    page = open_page((site / "slides" / "fifty-minutes.html").as_uri())
    until(page, "Reveal.isReady()")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    assert at(page) == 2
    page.keyboard.press("Escape")
    assert page.evaluate("Reveal.isOverview()")
    page.keyboard.press("Escape")
    page.evaluate("location.hash = '#/stepper'")
    page.wait_for_timeout(200)
    here = at(page)
    page.locator(".stepper-bar input").focus()
    page.keyboard.press("ArrowRight")
    page.locator("[data-action=next]").focus()
    page.keyboard.press("Space")
    assert page.locator(".stepper-bar input").input_value() == "2" and at(page) == here, "the stepper has its keys"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid", "the focus is visible"
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert at(page) == here + 1 and not page.evaluate("Reveal.isOverview()"), "Escape gives the keys back"


def test_the_speakers_window_shows_notes_and_both_move_together(open_page, site):
    page = open_page((site / "slides" / "flipped.html").as_uri())
    until(page, "Reveal.isReady()")
    page.keyboard.press("ArrowRight")
    with page.context.expect_page() as opening:
        page.keyboard.press("s")
    speaker = opening.value
    until(speaker, "window.Reveal?.isReady() && Reveal.getState().indexh === 1")
    assert "Answers to expect" in speaker.locator(".speaker-notes").inner_text()
    speaker.keyboard.press("ArrowRight")
    until(page, "Reveal.getState().indexh === 2")
    page.keyboard.press("ArrowLeft")
    until(speaker, "Reveal.getState().indexh === 1")


@pytest.mark.parametrize("name", ORDER)
def test_without_script_slides_fit_a_phone(open_page, server, name):
    assert overflow(open_page(f"{server}/slides/{name}.html", width=320, java_script_enabled=False)) <= 0
