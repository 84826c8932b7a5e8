"""Chapter 5 in a browser: the slider's words against Python, every choice of starts, keyboard, phone, no script."""

import re

import pytest
from playwright.sync_api import expect

from casebook import charts, heart, load
from casebook.models.heart_counts import infusions
from casebook.tables.wording import signed
from conftest import violations

PAGE = "/book/05-the-heart-in-numbers.html"


@pytest.fixture
def page(shared_page, server):
    """Chapter 5 with its start values."""
    page = shared_page(server + PAGE)
    page.locator("figure.chart-sizes button[type=reset], [data-choices=support] "
                 "button[type=reset]").evaluate_all("all => all.forEach(b => b.click())")
    return page


@pytest.fixture(scope="module")
def table():
    return load()


def expected_words(table, size):
    off = heart.differences(heart.pairs(table), size)
    out = off[off.abs() > 3]
    pairs = ", ".join(f"{n} ({signed(v)})" for n, v in out.items())
    return (f"With a filled diameter of {size:.1f} cm, these pairs stay out: {pairs}. "
            f"The largest difference among the others is {off.drop(out.index).abs().max():.1f} points.")


def test_the_slider_says_what_python_computes(page, table):
    figure = page.locator("figure.chart-sizes")
    expect(figure.locator(".said")).to_have_text(expected_words(table, 3.8))
    figure.scroll_into_view_if_needed()
    expect(figure.locator(".drawing svg.marks")).to_have_count(1)
    slider = figure.locator("input[type=range]")
    for size in (3.0, 3.3, 3.7, 4.1, 4.6):
        slider.fill(str(size))
        expect(figure.locator(".said")).to_have_text(expected_words(table, size))
    labels = figure.locator(".drawing svg text").all_text_contents()
    drawn = {signed(v) for v in heart.differences(heart.pairs(table), 4.6)}
    assert drawn <= set(labels), "the labels of the points do not follow the slider"
    assert not violations(page, "figure.chart-sizes")


def test_the_slider_moves_by_keyboard_and_goes_back(page, table):
    figure = page.locator("figure.chart-sizes")
    slider = figure.locator("input[type=range]")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(figure.locator(".said")).to_have_text(expected_words(table, 3.9))
    assert page.evaluate("document.activeElement.type") == "range", "focus stays on the slider"
    figure.locator("button[type=reset]").click()
    expect(figure.locator(".said")).to_have_text(expected_words(table, 3.8))


def test_every_choice_of_starts_shows_its_own_panel_and_is_told(page, table):
    choices, states = page.locator("[data-choices=support]"), charts.vis.choices(table)
    for state in states.states():
        for control in states.controls:
            index = list(control.options).index(state[control.name])
            choices.locator(f"input[name=support-{control.name}][value='{index}']").evaluate("e => e.click()")
        shown = choices.locator(".choice:visible")
        assert shown.count() == 1
        words, _ = states.panel(**state)
        assert shown.locator(".choice-said").inner_text() == words
        if state != states.states()[0]:
            assert choices.locator("[role=status]").text_content() == words
        totals = shown.locator("figure svg text").all_text_contents()
        assert {f"{v:g}" for v in heart.vis_by_column(table, infusions(**state)).values()} <= set(totals)
    assert not violations(page, "[data-choices=support]")


def test_without_script_the_whole_lesson_is_there(open_page, server, table):
    page = open_page(server + PAGE, java_script_enabled=False)
    assert page.locator(".choice:visible").count() == 9
    assert page.locator("figure.chart-sizes .said").inner_text() == expected_words(table, 3.8)
    assert (page.locator("figure.chart-sizes .start").is_visible()
            and not page.locator("figure.chart-sizes .controls").is_visible())
    assert page.locator("figure.chart-sizes svg:visible").count() == 1
    assert page.locator("[data-question] details").count() >= 5



def test_numbers_taught_beside_each_other_stand_on_the_page(page):
    """EF 67 'on three infusions' never stands without the variant."""
    text = re.sub(r"\s+", " ", page.locator("main").inner_text())
    assert "stands on VIS 27.5. In the 3a variant" in text and "it stands on 15: dobutamine alone" in text
    assert "96 of 40,320 pairings" in text and "1 of 7 pairs fit" in text
