"""The sorting of chapter 1 as readers meet it."""

import pytest

from casebook.pieces.questions import QUESTIONS, load_sorting
from conftest import overflow, violations

PAGE = "/book/01-one-child-one-table.html"
SORTING = load_sorting(QUESTIONS / "01.yml")
RIGHT = [item.right[0].at for item in SORTING.sentences]


@pytest.fixture
def page(open_page, server):
    return open_page(server + PAGE)


def sentence(page, n):
    return page.locator(f'[data-question="s-1-{n}"]')


def words(locator):
    return " ".join(locator.text_content().split())


def test_every_choice_of_every_sentence_gives_its_own_feedback(page):
    for n, right in enumerate(RIGHT, 1):
        here = sentence(page, n)
        assert here.locator("details").is_hidden(), "feedback waits for a choice"
        for i, radio in enumerate(here.locator("input").all()):
            radio.check()
            feedback = words(here.locator("[role=status]"))
            assert words(here.locator(f'[data-feedback="{i}"]')) in feedback
            name = list(SORTING.groups)[right]
            assert feedback.startswith("The book sorts it here." if i == right
                                       else f"The book sorts it under ‘{name}’.")


def test_the_count_follows_the_choices_and_survives_a_reload(page):
    count = page.locator(".sorting-count")
    assert count.get_attribute("aria-live") == "polite"
    assert count.inner_text() == "0 of 10 sorted, 0 of them as the book sorts them."
    for n, right in enumerate(RIGHT, 1):
        sentence(page, n).locator("input").nth(right if n != 4 else (right + 1) % 3).check()
    assert count.inner_text() == "10 of 10 sorted, 9 of them as the book sorts them."
    sentence(page, 4).locator("input").nth(RIGHT[3]).check()
    page.reload()
    assert count.inner_text() == "10 of 10 sorted, 10 of them as the book sorts them."
    page.locator("[data-question=q-1-1] input").first.check()
    page.locator('[data-action="again"]').click()
    assert (count.inner_text() == "0 of 10 sorted, 0 of them as the book sorts them."
            and page.locator(".sorting input:checked").count() == 0)
    assert page.locator("[data-question=q-1-1] input").first.is_checked(), "the self-checks are kept"


def test_with_the_keyboard_alone(page):
    sentence(page, 1).locator("input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    assert sentence(page, 1).locator("input").nth(1).is_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "s-1-2"
    top = page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert top > page.locator(".sorting-count").bounding_box()["y"] + 10, "the count does not cover what has the focus"


@pytest.mark.parametrize("width, theme", [(1280, "dark"), (320, "light")])
def test_accessible_and_fits_after_use(open_page, server, width, theme):
    page = open_page(server + PAGE, width, theme)
    for n in range(1, 11):
        sentence(page, n).locator("input").nth(n % 3).check()
    page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
    assert overflow(page) <= 0
    assert not violations(page, ".sorting")
    small = page.locator(".sorting label").evaluate_all("all => all.filter(e => "
                                                        "e.getBoundingClientRect().height < 24).length")
    assert small == 0


def test_without_script_all_feedback_is_there(open_page, server):
    page = open_page(server + PAGE, java_script_enabled=False)
    assert page.locator(".sorting-count").is_hidden() and page.locator(".sorting-tools").is_hidden()
    for n in (1, 10):
        sentence(page, n).locator("summary").click()
        assert sentence(page, n).locator("li:visible").count() == 3


def test_on_paper_all_feedback_is_there(page):
    page.emulate_media(media="print")
    assert sentence(page, 7).locator("li:visible").count() == 3
    assert page.locator(".sorting-tools").is_hidden()
