"""What a reader chose is kept in the browser, given out and forgotten; a damaged store starts anew."""

import json

import pytest

from conftest import CASE, until, violations
from stepping import act, choose, commit, go_on, panel, see, visible_steps


def turn_to(tab):
    """Bring a tab to the front, as readers do before they act in it; a tab behind another draws about once a second."""
    tab.bring_to_front()


def test_answers_can_be_saved_cleared_and_brought_back(case):
    commit(case, "admission", 2, 50)
    with case.expect_download() as download:
        act(case, "export")
    saved = json.loads(download.value.path().read_text("utf-8"))
    assert saved["steps"][0] | {"option": ""} == {
        "step": "admission", "option": "", "optionNumber": 3, "confidence": "50", "reason": None, "bestSupported": True,
        "predicted": {}, "draft": None}
    act(case, "clear")
    assert panel(case, "admission").locator(".go [data-action=commit]").first.is_visible()
    assert case.locator('input[name="case-admission"]:checked').count() == 0
    act(case, "undo")
    assert "50 % sure" in panel(case, "admission").locator(".own").text_content()
    act(case, "clear")
    commit(case, "admission", 0, 90)
    assert case.locator(".stepper-tools [data-action=undo]").is_hidden(), "it would take the new answer"


def test_clearing_the_case_clears_the_case_alone(case):
    act(case, "open-rest")
    case.locator("[data-question=q-4-1] input").first.check()
    case.evaluate("""localStorage.setItem('one-child-one-table:ledger', JSON.stringify(
        { 4: { number: 35, first: 'a', second: 'b' } }))""")
    code = '{"04-day-by-day/1": {"of": "old", "text": "new"}}'
    case.evaluate("text => localStorage.setItem('one-child-one-table:code', text)", code)
    choose(case, "admission", 2, 50)
    act(case, "clear")
    assert case.evaluate("localStorage.getItem('one-child-one-table:code')") == code, "code that was edited went, too"
    assert case.locator("[data-question=q-4-1] input:checked").count() == 1, "the chapter's self-checks went, too"
    assert case.evaluate("JSON.parse(localStorage.getItem('one-child-one-table:ledger'))[4].number") == 35
    assert case.locator('input[name="case-admission"]:checked').count() == 0


def test_the_belief_ledger_keeps_draws_gives_out_and_forgets(open_page, server):
    page = open_page(server + CASE)
    act(page, "open-rest")
    ledger = page.locator('[data-ledger="4"]')
    assert ledger.locator(".ledger-tools").is_hidden()
    ledger.get_by_label("How sure are you").fill("35")
    ledger.get_by_label("Your reason").fill("pulse the same day <b>")
    ledger.get_by_label("The best reason against").fill("fast fall after 3a")
    ledger.get_by_role("button", name="Keep this entry").press("Enter")
    assert "Kept: 35 %" in ledger.locator(".ledger-said").inner_text()
    page.reload()
    assert ledger.locator("tbody").inner_text().split("\t") == ["Chapter 4", "35 %", "pulse the same day <b>",
                                                                "fast fall after 3a"]
    assert ledger.get_by_role("img", name="chapter 4, 35 %").is_visible()
    with page.expect_download() as download:
        ledger.get_by_role("button", name="Save my ledger").click()
    saved = json.loads(download.value.path().read_text("utf-8"))
    assert saved["ledger"]["4"]["number"] == 35 and saved["claim"].startswith("Anakinra was the main reason")
    ledger.get_by_role("button", name="Clear my ledger").click()
    assert ledger.locator("tbody").count() == 0
    ledger.get_by_role("button", name="Undo").click()
    assert "35 %" in ledger.locator("tbody").inner_text()
    assert not violations(page, '[data-ledger="4"]')


@pytest.mark.parametrize("damaged", ["7", '{"4": {"number": 400}}', '{"4": "x", "<img>": {"number": 5}}',
                                     '{"4": {"number": "5"}}'])
def test_a_damaged_ledger_starts_anew(open_page, server, damaged):
    page = open_page(server + CASE)
    page.evaluate("damaged => localStorage.setItem('one-child-one-table:ledger', damaged)", damaged)
    page.reload()
    act(page, "open-rest")
    assert page.locator('[data-ledger="4"] tbody').count() == 0 and page.locator('[data-ledger="4"] form').is_visible()


def test_two_open_pages_keep_each_others_answers(case, server):
    other = case.context.new_page()
    other.goto(server + "/book/06-from-printed-table-to-tidy-data.html")
    turn_to(case)
    go_on(case, "admission")
    turn_to(other)
    other.locator("[data-question=q-6-1] input").first.check()
    turn_to(case)
    go_on(case, "1")
    case.reload()
    assert visible_steps(case) == ["2"]
    turn_to(other)
    other.reload()
    assert other.locator("[data-question=q-6-1] input").first.is_checked()


def test_two_tabs_of_the_case_neither_drag_each_other_nor_close_a_draft(case, server):
    other = case.context.new_page()
    other.goto(server + CASE)
    choose(other, "admission", 3, 50)
    until(case, "document.querySelector('input[name=case-admission][value=\"3\"]').checked")
    turn_to(case)
    panel(case, "admission").locator("[data-action=reveal]").click()
    panel(case, "admission").locator("[data-action=reveal-anyway]").click()       # asked: the draft shows here, too
    panel(case, "admission").locator("[data-action=next]").click()
    go_on(case, "1")
    until(other, "document.querySelectorAll('.rail input:not([disabled])').length === 3")
    assert visible_steps(other) == ["admission"] and visible_steps(case) == ["2"]
    draft = other.locator('input[name="case-admission"][value="3"]')
    assert draft.is_checked() and draft.is_enabled(), "the other tab threw the draft away"


def test_a_commitment_stands_in_both_tabs(case, server):
    other = case.context.new_page()
    other.goto(server + CASE)
    turn_to(case)
    choose(case, "admission", 3, 50)
    until(other, "document.querySelector('input[name=case-admission][value=\"3\"]').checked")
    act(case, "commit")
    until(other, "document.querySelector('[data-step=admission]').dataset.state === 'verdict'")   # its draft was ours
    see(case, "admission")
    act(case, "next")
    turn_to(other)
    act(other, "open-rest")
    turn_to(case)
    case.reload()
    case.locator(".rail input").first.check(force=True)
    case.locator('[data-open="verdict"]:visible').click()
    assert "50 % sure" in panel(case, "admission").locator(".own").inner_text()


def test_a_half_entered_decision_outlives_another_tab_and_a_reload(case, server):
    here = panel(case, "admission")
    choose(case, "admission", 2)
    other = case.context.new_page()
    other.goto(server + "/book/06-from-printed-table-to-tidy-data.html")
    other.locator("[data-question=q-6-1] input").first.check()
    turn_to(case)
    until(case, "casebook.checks.data['q-6-1']")
    entered = lambda: [i.get_attribute("value") for i in here.locator(".decision input:checked").all()]
    assert entered() == ["2"], "an answer in another tab empties the form"
    case.reload()
    assert entered() == ["2"], "lost on a reload"
    act(case, "clear")
    assert entered() == []


def test_an_unsaved_ledger_entry_outlives_another_tab(case, server):
    act(case, "open-rest")
    ledger = case.locator('[data-ledger="4"]')
    ledger.get_by_label("Your reason").fill("not kept yet")
    other = case.context.new_page()
    other.goto(server + "/book/index.html")
    other.evaluate("""localStorage.setItem('one-child-one-table:ledger', JSON.stringify({
        4: { number: 35, first: 'a', second: 'b' }, 5: { number: 40, first: 'c', second: 'd' } }))""")
    ledger.locator("tbody tr").nth(1).wait_for()
    assert ledger.get_by_label("Your reason").input_value() == "not kept yet"


def test_with_a_full_store_the_page_remembers_every_answer(case):
    act(case, "open-rest")
    case.evaluate("() => { Storage.prototype.setItem = () => { throw new "
                  "DOMException('full', 'QuotaExceededError'); }; }")
    for question in ("q-4-1", "q-4-2"):
        case.locator(f"[data-question={question}] input").first.check()
    assert case.locator(".unkept").count() == 1, "the page says once that nothing is kept"
    with case.expect_download() as download:
        act(case, "export")
    assert {"q-4-1", "q-4-2"} <= set(json.loads(download.value.path().read_text("utf-8"))["selfChecks"])


def test_another_case_keeps_its_answers_apart(case, server):
    go_on(case, "admission")
    commit(case, "1", 0, 90)
    case.goto(server + "/book/bring-your-own-case.html")
    assert visible_steps(case) == ["admission"]
    go_on(case, "admission")
    go_on(case, "1a")
    commit(case, "1b", 0, 70)
    assert "70 % sure: The table can’t say." in panel(case, "1b").locator(".own").inner_text()
    act(case, "clear")
    assert visible_steps(case) == ["admission"]
    case.goto(server + CASE)
    assert visible_steps(case) == ["1"] and "You, 90 % sure" in panel(case, "1").locator(".own").inner_text()


@pytest.mark.parametrize("label", ["constructor", "__proto__"])
def test_a_column_with_the_name_of_what_any_object_has_keeps_its_answer_to_itself(open_page, server, label):
    page, address = open_page("about:blank"), server + "/book/bring-your-own-case.html"

    def renamed(route):
        body = route.fetch().text()
        route.fulfill(body=body.replace('data-step="1a"', f'data-step="{label}"').replace('"case-1a', f'"case-{label}'),
                      content_type="text/html")

    page.route(address, renamed)
    page.goto(address)
    go_on(page, "admission")
    commit(page, label, 0, 70)
    page.reload()
    assert visible_steps(page) == [label] and "70 % sure" in panel(page, label).locator(".own").inner_text()
    see(page, label)
    act(page, "next")
    assert panel(page, "1b").get_attribute("data-state") == "open", "its answer passed to the next step"


@pytest.mark.parametrize("place", ["/book/index.html", CASE, "/search.html"])
def test_where_the_store_is_shut_menu_search_and_theme_still_work_and_nothing_says_kept(watched, server, place):
    opened, troubles = watched
    page = opened("about:blank", alone=True)
    page.context.add_init_script("""for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, name, { configurable: true,
            get() { throw new DOMException('denied', 'SecurityError'); } });""")
    page.goto(server + place)
    mode = page.evaluate("document.documentElement.dataset.mode")
    page.locator(".theme-switch-button:visible").first.click()
    assert page.evaluate("document.documentElement.dataset.mode") != mode, "the theme switch does nothing"
    if place == CASE:
        choose(page, "admission", 2, 70)
        assert page.locator(".unkept").count() == 1
        act(page, "open-rest")
        assert page.get_by_text("stays in this browser").locator("visible=true").count() == 0
        ledger = page.locator('[data-ledger="4"]')
        ledger.get_by_label("How sure are you").fill("50")
        ledger.get_by_label("Your reason").fill("a")
        ledger.get_by_label("The best reason against your number").fill("b")
        ledger.get_by_role("button", name="Keep this entry").click()
        assert "Kept" not in ledger.locator(".ledger-said").inner_text()
    assert not [t for t in troubles if "page error" in t]


def test_with_a_full_store_menu_and_theme_still_work(open_page, server):
    page = open_page("about:blank", alone=True)
    page.context.add_init_script("""Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError"); };""")
    page.goto(server + CASE)
    mode = page.evaluate("document.documentElement.dataset.mode")
    page.locator(".theme-switch-button:visible").first.click()
    assert page.evaluate("document.documentElement.dataset.mode") != mode, "the theme switch does nothing"


@pytest.mark.parametrize("damaged",
                         ["5", "[]", "not json", '{"steps": 5, "at": 99, "reached": "z"}', '{"steps": {"1": 7}}'])
def test_a_damaged_store_starts_anew(open_page, server, damaged):
    page = open_page(server + CASE)
    page.evaluate("damaged => localStorage.setItem('one-child-one-table:case', damaged)", damaged)
    page.goto(server + CASE + "#%E0%A4%A")
    page.reload()
    assert visible_steps(page) == ["admission"]


def test_a_stored_option_that_is_gone_leaves_its_step_undecided(case, server):
    case.evaluate("""localStorage.setItem('one-child-one-table:case', JSON.stringify({ at: 0, reached: 2, steps: {
        admission: { state: 'revealed', option: '9', confidence: '70' },
        1: { state: 'revealed', option: '1', confidence: '60' },
        2: { state: 'revealed', option: '1', confidence: '70', predict: { vis: 'sideways' } } } }))""")
    case.goto(server + CASE)
    case.reload()
    assert visible_steps(case) == ["admission"]
    commit(case, "admission", 0, 50)
    see(case, "admission")
    act(case, "next")
    choose(case, "1", 0)
    assert panel(case, "1").locator(".go [data-action=commit]").first.is_visible(), "60 % is no choice"
    case.locator(".rail input").nth(2).check(force=True)
    case.locator('[data-open="verdict"]:visible').click()
    assert "70 % sure" in panel(case, "2").locator(".own").inner_text()
    assert not panel(case, "2").locator(".predicted").text_content()
