"""Slides as an instructor meets them: keys, stepper, speaker's window, no script. access.py asks more of each."""

import pytest

from casebook.classroom.session_plans import ORDER
from conftest import TOP, overflow, until
from stepping import go_on

EVERY_SLIDE = f"""() => {{
    const look = {(TOP / "tests/helpers/back_row.js").read_text("utf-8")};
    return [...Array(Reveal.getTotalSlides()).keys()].map((number) => {{
        Reveal.slide(number);
        const slide = document.querySelector(".slides > .present"), body = slide.querySelector(".body");
        const bottom = (e) => e.getBoundingClientRect().bottom;
        return {{ ...look(slide), id: slide.id, stem: Boolean(slide.querySelector(".stem")),
            votes: [...slide.querySelectorAll(".options")].filter((e) => e.checkVisibility()).length,
            below: bottom(body) - Math.max(...[...body.children].map(bottom)),
            fit: parseFloat(getComputedStyle(body).getPropertyValue("--fit") || 1) }};
    }});
}}"""


def at(page):
    return page.evaluate("Reveal.getState().indexh")


@pytest.mark.parametrize("name", ORDER)
def test_the_back_row_reads_every_slide_and_a_vote_fills_it(shared_page, site, name):
    page = shared_page((site / "slides" / f"{name}.html").as_uri(), width=1920)
    page.set_viewport_size({"width": 1920, "height": 1080})
    until(page, "Reveal.isReady()")
    for seen in page.evaluate(EVERY_SLIDE):
        assert seen["smallest"] >= 24 and not seen["cut"], seen
        assert seen["votes"] <= 1, f"{seen['id']}: two votes on a slide"
        assert not seen["stem"] or seen["below"] < 250 or seen["fit"] > 1.6, f"{seen}: empty below a vote"


def test_a_clicker_moves_the_slides_from_anywhere(open_page, site):
    page = open_page((site / "slides" / "one-hour.html").as_uri() + "#/stepper")
    until(page, "Reveal.isReady() && Reveal.getCurrentSlide().id === 'stepper'")
    here = at(page)
    page.locator(".live").focus()
    page.keyboard.press("PageDown")
    assert at(page) == here + 1
    page.keyboard.press("PageUp")
    page.keyboard.press("PageUp")
    assert at(page) == here - 1
    page.keyboard.press("F5")
    until(page, "document.fullscreenElement === document.documentElement")
    page.keyboard.press("b")
    assert page.evaluate("Reveal.isPaused()")


def test_keys_move_the_slides_and_in_the_stepper_its_days(open_page, site):
    page = open_page((site / "slides" / "one-hour.html").as_uri())
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
    go_on(page, "admission")
    page.locator(".rail input:checked").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator(".rail input:checked").input_value() == "0" and at(page) == here, "the stepper has its keys"
    page.locator("[data-action=changed]:visible, [data-action=next]:visible").first.focus()
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
    assert "left for this step · next slide: " in speaker.locator(".elapsed").inner_text()
    assert "Answers to expect" in speaker.locator(".speaker-notes").inner_text()
    speaker.keyboard.press("ArrowRight")
    until(page, "Reveal.getState().indexh === 2")
    page.keyboard.press("ArrowLeft")
    until(speaker, "Reveal.getState().indexh === 1")


@pytest.mark.parametrize("name", ORDER)
def test_without_script_slides_fit_a_phone(open_page, server, name):
    assert overflow(open_page(f"{server}/slides/{name}.html", width=320, java_script_enabled=False)) <= 0
