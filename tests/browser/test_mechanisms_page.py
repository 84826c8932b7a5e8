"""The matrix of chapter 3 as readers meet it: fill in, open, choose a finding, follow a cell to its evidence."""

import pytest

from casebook import mechanism_matrix, mechanisms
from conftest import overflow, violations

CHAPTER = "/book/03-competing-mechanisms.html"


@pytest.fixture
def page(open_page, server):
    return open_page(server + CHAPTER)


def fill(page, answer="for"):
    for f, h in mechanism_matrix.ASKED:
        page.locator(f'[data-asked="{mechanism_matrix.slug(f, h)}"] input[value="{answer}"]').check()


def open_model(page):
    page.locator("details.model > summary").click()
    if not page.locator("details.model").evaluate("d => d.open"):
        page.locator("details.model > summary").click()


def test_the_matrix_asks_for_the_cells_first(page):
    summary, model = page.locator("details.model > summary"), page.locator("details.model")
    page.locator("[data-asked] input").first.check()
    summary.click()
    assert not model.evaluate("d => d.open")
    assert "4 of 5 cells" in page.locator(".mechanisms .decision-hint").inner_text()
    assert page.locator(".model-said:visible").count() == 0
    summary.click()
    assert model.evaluate("d => d.open"), "a second press opens it"


def test_the_readers_cells_stand_beside_the_models(page):
    fill(page, "silent")
    page.locator("details.model > summary").click()
    for f, h in mechanism_matrix.ASKED:
        words, model = page.locator(f'[data-asked="{mechanism_matrix.slug(f, h)}"] '
                                    '.model-said').inner_text(), mechanisms.matrix().loc[f, h]
        assert words == ("You and the model say: silent." if model == "silent" else
                         f"You say: silent. The model says: {model}. Read why below, and judge.")
    page.reload()
    assert page.locator("[data-asked] input:checked").count() == 5, "kept in this browser"
    page.get_by_role("button", name="Clear my cells").click()
    page.wait_for_timeout(50)
    assert page.locator("[data-asked] input:checked").count() == 0
    page.reload()
    assert page.locator("[data-asked] input:checked").count() == 0


def test_each_finding_lights_up_what_it_speaks_to(page):
    open_model(page)
    for finding in mechanisms.findings():
        button = page.locator(f'tr[data-finding="{mechanism_matrix.slug(finding)}"] button')
        button.click()
        assert button.evaluate("b => b === document.activeElement && b.getAttribute('aria-pressed')") == "true"
        row = mechanisms.matrix().loc[finding]
        lit = page.locator(".matrix thead th").evaluate_all("all => all.slice(1).map(h => h.dataset.lit || 'silent')")
        assert lit == list(row)
        assert page.locator(".picked").inner_text() == mechanism_matrix.sentence(finding)
        words = page.locator(".picked-words")
        assert words.count() == 1 and words.locator("li").count() == (row != "silent").sum()
        for hypothesis in row.index[row != "silent"]:
            assert mechanisms._row(finding, hypothesis)["evidence"].replace("'", "’") in words.inner_text()
    button.click()
    assert page.locator(".picked-words").count() == 0 and page.locator(".matrix [data-lit]").count() == 0


def test_a_cell_leads_to_its_evidence_whatever_is_closed_or_filtered(page):
    open_model(page)
    page.locator(".mechanisms .table-bar").first.locator("select").nth(1).select_option("Gut leak")
    for f, h in (("TRBV11-2 skew", "superantigen"), ("IL-1β near zero in plasma", "gut leak")):
        anchor = mechanism_matrix.slug(f, h)
        page.locator(f'.matrix a[href="#{anchor}"]').click()
        target = page.locator(f'[id="{anchor}"]')
        assert target.is_visible() and page.url.endswith(anchor)
        assert target.evaluate("e => { const r = e.getBoundingClientRect(); return r.top >= "
                               "0 && r.bottom <= innerHeight; }")


def test_by_keyboard_alone(page):
    fill(page)
    page.locator("details.model > summary").press("Enter")
    pick = page.locator(".matrix button.pick").nth(1)
    pick.focus()
    pick.press("Enter")
    assert "for superantigen" in page.locator(".picked-words").inner_text()
    pick.press("Space")
    assert page.locator(".picked-words").count() == 0


@pytest.mark.parametrize("width, theme", [(1280, "light"), (320, "dark")])
def test_anyone_can_use_it(open_page, server, width, theme):
    page = open_page(server + CHAPTER, width, theme)
    fill(page)
    open_model(page)
    page.locator(".silent-pairs > summary").click()
    page.locator(".matrix button.pick").nth(7).click()
    page.evaluate("scrollTo(0, 0)")            # or the bar of the page lies on a target
    assert violations(page, ".mechanisms") == []
    assert overflow(page) <= 0
    clipped = page.locator(".matrix td[data-speaks] > a").evaluate_all(
        "all => all.filter(a => a.scrollWidth > a.clientWidth + 1).map(a => a.textContent)")
    assert clipped == []


def test_without_script_everything_is_there(open_page, server):
    page = open_page(server + CHAPTER, java_script_enabled=False)
    page.locator("details.model > summary").click()
    page.locator(".silent-pairs > summary").click()
    assert page.locator(".matrix td[data-speaks]:visible").count() == 90
    assert page.locator(".evidence tbody tr:visible").count() == 90
    assert page.locator(".stage-texts li:visible").count() == 7


def test_the_picture_steps_through_its_stages(open_page, server):
    page = open_page(server + CHAPTER, 320)
    figure = page.locator("[data-stages=infection-to-heart]")
    for stage in range(1, 8):
        assert figure.locator("[data-stage].now").get_attribute("data-stage") == str(stage)
        assert figure.locator(".stage-texts li:visible").count() == 1
        assert figure.locator("[data-stage].later").count() == 7 - stage
        if stage < 7:
            figure.get_by_role("button", name="Next stage").click()
    assert overflow(page) <= 0
