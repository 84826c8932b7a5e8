"""Slides as an instructor meets them: nothing overflows, keys, stepper, speaker's window, without script, on paper."""

import pypdf
import pytest

from casebook.classroom.session_plans import ORDER
from conftest import overflow, until, violations

MEASURE = """() => {
  const slide = document.querySelector(".slides > .present"), box = slide.getBoundingClientRect(), scale = box.width / 1280;
  const end = slide.querySelector(".clock").getBoundingClientRect().top, found = [];
  for (const e of slide.querySelectorAll("*")) {
    if (e.closest(".notes, .live, .visually-hidden, .clock") || ![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    const r = e.getBoundingClientRect(), svg = e.closest("svg");
    if (!r.width) continue;
    const size = parseFloat(getComputedStyle(e).fontSize) * (svg ? svg.getScreenCTM().a / scale : 1);
    const out = r.bottom > end + 1 || r.top < box.top || r.left < box.left || r.right > box.right;
    if (out || size < (svg ? 20 : 23.9)) found.push(`${slide.id}: ${Math.round(size)} px ${out ? "outside" : ""} ${e.textContent.trim().slice(0, 40)}`);
  }
  return found;
}"""


def opened(open_page, server, name, **options):
    page = open_page(f"{server}/slides/{name}.html", **options)
    until(page, "Reveal.isReady()")
    return page


def at(page):
    return page.evaluate("Reveal.getState().indexh")


@pytest.mark.parametrize("size", [(1280, 720), (1024, 768)])
@pytest.mark.parametrize("name", ORDER)
def test_nothing_overflows_a_slide_and_all_type_is_large(open_page, server, name, size):
    page = opened(open_page, server, name)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    troubles = []
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate(f"Reveal.slide({number})")
        troubles += page.evaluate(MEASURE)
    assert not troubles, "\n".join(troubles)


@pytest.mark.parametrize("name, theme", [(name, theme) for name in ORDER for theme in ("light", "dark")])
def test_first_stepper_and_last_slide_are_accessible(open_page, server, name, theme):
    page = opened(open_page, server, name, theme=theme)
    for where in ("Reveal.slide(0)", "location.hash = '#/stepper'", "Reveal.slide(Reveal.getTotalSlides() - 1)"):
        page.evaluate(where)
        page.wait_for_timeout(100)
        assert not violations(page), where


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
def test_without_script_all_is_readable_and_prints_one_slide_a_page(open_page, server, tmp_path, name):
    page = open_page(f"{server}/slides/{name}.html", width=320, java_script_enabled=False)
    slides = page.locator(".slides > section")
    assert slides.count() == page.locator(".slides > section:visible").count() and page.locator(".notes:visible").count() == slides.count()
    assert overflow(page) <= 0
    page.pdf(path=tmp_path / "plain.pdf", prefer_css_page_size=True)
    running = opened(open_page, server, name)
    running.pdf(path=tmp_path / "running.pdf", prefer_css_page_size=True)
    for file in ("plain", "running"):
        printed = pypdf.PdfReader(tmp_path / f"{file}.pdf").pages
        assert len(printed) == slides.count() and {tuple(map(round, p.mediabox[2:])) for p in printed} == {(960, 540)}
