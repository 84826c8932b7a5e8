"""What many pages share, in a browser: self-checks, scales of a chart, glossary tips."""

import pytest

from conftest import CASE, until

TERMS = "/book/02-mis-c-as-code.html"


@pytest.mark.parametrize("address", [CASE, "/book/06-from-printed-table-to-tidy-data.html"])
def test_each_option_of_each_self_check_gives_its_own_feedback(open_page, server, address):
    page = open_page(server + address)
    page.evaluate("document.querySelector('.stepper')?.classList.add('rest-open')")
    for question in page.locator("[data-question^=q-]").all():
        assert question.locator("details").is_hidden(), "feedback waits for an answer"
        levels = question.locator(".confidence input")
        if levels.count():
            question.locator(".option input").first.check()
            assert "how sure" in question.locator("[role=status]").inner_text()
            levels.nth(1).check()
        for option in question.locator(".option input").all():
            option.check()
            i = option.get_attribute("value")
            said = " ".join(question.locator("[role=status]").inner_text().split())
            assert " ".join(question.locator(f'[data-feedback="{i}"]').text_content().split()) in said
            assert said.startswith("Best" if option.get_attribute("data-correct") == "yes" else "Not")


@pytest.mark.parametrize("how", ["focus", "hover"])
def test_glossary_tips_open_and_escape_closes_them(shared_page, server, how):
    page = shared_page(server + TERMS, 1280)
    link = page.locator("a[data-tip]:visible").first
    getattr(link, how)()
    tip = page.get_by_role("tooltip")
    assert (tip.inner_text() == link.get_attribute("data-tip")
            and link.get_attribute("aria-describedby") == tip.get_attribute("id"))
    page.keyboard.press("Escape")
    assert tip.count() == 0


def test_a_glossary_tip_stays_on_a_small_screen(shared_page, server):
    page = shared_page(server + TERMS, 375)
    links = page.locator("a[data-tip]:visible").all()
    assert len(links) >= 8
    for link in links[:8]:
        link.focus()
        box = page.get_by_role("tooltip").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 375 and box["y"] >= 0 and box["y"] + box["height"] <= 900


def test_buttons_that_show_an_icon_have_a_name_and_a_tip(open_page, server):
    page = open_page(server + "/book/index.html", 1280)
    for button in page.locator("button[data-tip]:visible").all():
        button.focus()
        page.keyboard.press("Shift+Tab"), page.keyboard.press("Tab")                 # as a keyboard comes to it
        assert page.locator(".tip").inner_text() == button.get_attribute(
            "data-tip") == button.get_attribute("aria-label")
        assert not button.get_attribute("title") and not button.get_attribute("aria-describedby"), \
            "the tip repeats the name: said once"
        button.hover()
        page.keyboard.press("Escape")
        assert page.locator(".tip").count() == 0


def test_a_button_leads_back_to_the_top_while_one_scrolls_up(open_page, server):
    page = open_page(server + "/book/glossary.html", 375)
    top = page.locator("#pst-back-to-top")
    page.mouse.wheel(0, 3000)
    until(page, "scrollY > 2000")
    top.wait_for(state="hidden")                                 # the page hears of the scrolling a moment later
    page.mouse.wheel(0, -300)
    top.click()
    until(page, "scrollY === 0")
    top.wait_for(state="hidden")                                 # the page hears of the scrolling a moment later


@pytest.mark.parametrize("side, opener", [("primary", ".primary-toggle"), ("secondary", ".secondary-toggle")])
def test_both_contents_open_on_a_phone_and_escape_closes_them(shared_page, server, side, opener):
    page = shared_page(server + CASE, 375)
    contents = page.locator(f"#pst-{side}-sidebar-modal")
    contents.wait_for(state="hidden")
    page.locator(f"{opener}:visible").first.click()
    assert contents.is_visible() and contents.locator("a:visible").count() > 5
    page.keyboard.press("Escape")
    contents.wait_for(state="hidden")


def test_one_switch_hides_the_code_on_all_pages_but_that_of_tasks(open_page, server):
    page = open_page(server + "/book/05-the-heart-in-numbers.html", 375)
    page.get_by_role("button", name="Hide the code").press("Enter")
    in_view = page.evaluate("[...document.querySelectorAll('.cell:not(.tag_hide-cell) > .cell_input')]"
                            ".filter((code) => code.checkVisibility()).map((code) => code.closest('section').id)")
    assert set(in_view) == {"change-one-line"}
    assert page.locator("#a-formula-of-one-diameter figure.chart svg:visible").count(), "charts stay"
    page.goto(server + "/book/09-falling-curves.html")
    limits, bug = (page.locator(f"#{section} .cell_input") for section in
                   ("four-rows-and-their-limits", "find-the-bug"))
    assert limits.is_hidden() and bug.is_visible()
    page.get_by_role("button", name="Show the code").click()
    assert limits.is_visible()


def test_a_tap_on_a_term_opens_its_tip_in_place_and_the_tip_leads_on(browser, server):
    context = browser.new_context(viewport={"width": 375, "height": 812}, has_touch=True)
    page = context.new_page()
    page.goto(server + TERMS)
    link = page.locator("a[data-tip]:visible").first
    link.tap()
    tip = page.get_by_role("tooltip")
    assert link.get_attribute("data-tip") in tip.inner_text() and page.url == server + TERMS
    tip.get_by_role("link", name="Glossary").tap()
    page.wait_for_url("**/glossary.html#*")
    context.close()
