"""What many pages share, in a browser: self-checks, scales of a chart, glossary tips."""

import pytest
from conftest import CASE
from stepping import act, panel


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
        for i, option in enumerate(question.locator(".option input").all()):
            option.check()
            said = " ".join(question.locator("[role=status]").inner_text().split())
            assert " ".join(question.locator(f'[data-feedback="{i}"]').text_content().split()) in said
            assert said.startswith("Best" if option.get_attribute("data-correct") == "yes" else "Not")


@pytest.mark.parametrize("how", ["focus", "hover"])
def test_glossary_tips_open_and_escape_closes_them(case, how):
    link = case.locator("a[data-tip]").first
    getattr(link, how)()
    tip = case.get_by_role("tooltip")
    assert tip.inner_text() == link.get_attribute("data-tip") and link.get_attribute("aria-describedby") == tip.get_attribute("id")
    case.keyboard.press("Escape")
    assert tip.count() == 0


def test_a_glossary_tip_stays_on_a_small_screen(open_page, server):
    page = open_page(server + CASE, 375)
    for link in page.locator("a[data-tip]:visible").all()[:8]:
        link.focus()
        box = page.get_by_role("tooltip").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 375 and box["y"] >= 0 and box["y"] + box["height"] <= 900


def test_probnp_can_be_seen_on_a_log_scale(case):
    act(case, "next")
    panel(case, "1").locator("[data-action=reveal]").click()
    chart = panel(case, "1").locator("figure.chart").first
    chart.get_by_role("button", name="Log scale").press("Enter")
    assert chart.locator('[data-variant="Log scale"]').is_visible() and chart.locator('[data-variant="Linear scale"]').is_hidden()
