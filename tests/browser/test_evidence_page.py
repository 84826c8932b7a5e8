"""The evidence table, the forest plot and the table whose cells move, in a browser."""

import pytest

from casebook import evidence
from conftest import overflow, until, violations

PAGE = "book/11-beyond-the-case.html"
CHOICES = "[data-choices=one-event]"
TABLE = "table.case-table.long"


def shown(page):
    return page.locator(f"{TABLE} tbody tr:visible").count()


def choose(page, column):
    return page.locator(".table-bar label", has_text=column).first.locator("select")


def test_the_table_filters_and_sorts(open_page, server):
    page = open_page(f"{server}/{PAGE}")
    table = evidence.load()
    assert shown(page) == len(table)
    choose(page, "About").select_option("anakinra")
    choose(page, "Design").select_option("randomised trial")
    wanted = table[(table.about == "anakinra") & (table.design == "randomised trial")]
    assert (shown(page) == len(wanted)
            and f"{len(wanted)} of {len(table)} rows" in page.locator(".table-said").inner_text())
    choose(page, "About").select_option("")
    choose(page, "Design").select_option("")
    choose(page, "Effect").select_option("odds ratio")
    head = page.locator(f"{TABLE} thead button", has_text="Estimate")
    head.focus()
    page.keyboard.press("Enter")
    first = page.locator(f"{TABLE} tbody tr:visible td:nth-child(3)").first.inner_text()
    assert first.startswith(f"{table[table.effect_measure == 'odds ratio'].estimate.min():.2f}")
    assert (page.locator(f"{TABLE} th[aria-sort=ascending]").count() == 1
            and head.evaluate("e => e === document.activeElement"))


def test_every_state_of_the_two_by_two_table_is_that_of_python(shared_page, server):
    page = shared_page(f"{server}/{PAGE}", width=1280)
    box = page.locator(CHOICES)
    for i, treated in enumerate((2, 3, 4)):
        box.locator(f'input[name="one-event-treated"][value="{i}"]').check()
        for j, other in enumerate((65, 66, 67)):
            box.locator(f'input[name="one-event-other"][value="{j}"]').check()
            panel = box.locator(".choice:visible")
            risk, p = evidence.risk_ratio(treated, 21, other, 189), evidence.p_values(treated, 21, other, 189)
            words = (f"{treated} of 21 against {other} of 189: risk ratio {risk.value:.2f} "
                     f"({risk.low:.2f} to {risk.high:.2f})")
            assert (panel.count() == 1 and words in panel.inner_text()
                    and words in box.locator("[role=status]").inner_text())
            cells = panel.locator("table").nth(0).locator("td").all_inner_texts()
            assert cells == [str(v) for v in (treated, 21 - treated, 21, other, 189 - other, 189)]
            assert panel.locator("table").nth(1).locator("td").all_inner_texts() == [f"{v:.3f}" for v in p]
    assert not violations(page, CHOICES)


def test_the_two_by_two_table_by_keyboard(shared_page, server):
    page = shared_page(f"{server}/{PAGE}", width=1280)
    page.locator(CHOICES).locator("button[type=reset]").click()
    until(page, "s => document.querySelector(s + ' input[name=one-event-treated]:checked').value === '1'", CHOICES)
    radio = page.locator(f'{CHOICES} input[name="one-event-treated"]:checked')
    radio.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(f"{CHOICES} .choice:visible").inner_text().count("4 of 21 against 66 of 189") == 1
    assert page.evaluate("document.activeElement.name") == "one-event-treated"


@pytest.mark.parametrize("width, drawing", [(1280, ".wide-only"), (320, ".narrow-only")])
def test_the_forest_plot_is_readable_at_each_width(shared_page, server, width, drawing):
    page = shared_page(f"{server}/{PAGE}", width=width)
    svg = page.locator(f".chart-forest {drawing} svg")
    assert svg.is_visible() and overflow(page) <= 0
    sizes = svg.locator("text").evaluate_all("all => all.map(t => t.getBoundingClientRect().height)")
    assert min(sizes) >= 9, "text too small to read"
    texts = svg.locator("text").evaluate_all(
        "all => all.map(t => [t.textContent, t.getBoundingClientRect()]).filter(([t, b]) => t.trim().length > 12)"
        ".map(([t, b]) => [t, b.left, b.top + 2, b.right, b.bottom - 2])")
    clash = [(a[0], b[0]) for i, a in enumerate(texts) for b in texts[i + 1:] if a[1] < b[3] and b[1] < a[3]
             and a[2] < b[4] and b[2] < a[4]]
    assert not clash, clash
    assert all(t[1] >= 0 and t[3] <= width for t in texts)



def test_without_script_the_lesson_is_whole(open_page, server):
    page = open_page(f"{server}/{PAGE}", java_script_enabled=False)
    assert shown(page) == len(evidence.load())
    assert page.locator(f"{CHOICES} .choice:visible").count() == 9
    assert page.locator(".chart-forest svg:visible, .chart-matching svg:visible").count() == 2
