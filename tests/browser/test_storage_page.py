"""What a reader chose is kept in the browser, given out and forgotten; a damaged store starts anew."""

import json

import pytest

from conftest import CASE, until, violations
from stepping import act, commit, panel, visible_steps


def test_answers_can_be_saved_cleared_and_brought_back(case):
    commit(case, "admission", 1, 50, "because")
    with case.expect_download() as download:
        act(case, "export")
    saved = json.loads(download.value.path().read_text("utf-8"))
    assert saved["steps"][0] | {"option": ""} == {"step": "admission", "option": "", "confidence": "50",
                                                  "reason": "because",
                                                  "bestSupported": True, "probnpPredicted": None, "probnpWas": None}
    act(case, "clear")
    assert panel(case, "admission").locator("[data-action=commit]").is_visible()
    assert case.locator('input[name="case-admission"]:checked').count() == 0
    act(case, "undo")
    assert "because" in panel(case, "admission").locator(".committed").inner_text()


def test_the_belief_ledger_keeps_draws_gives_out_and_forgets(open_page, server):
    page = open_page(server + CASE)
    act(page, "open-rest")
    ledger = page.locator('[data-ledger="4"]')
    assert ledger.locator(".ledger-tools").is_hidden()
    ledger.get_by_label("How sure are you").fill("35")
    ledger.get_by_label("First reason").fill("pulse the same day <b>")
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
    act(case, "next")
    other.locator("[data-question=q-6-1] input").first.check()
    act(case, "next")
    case.reload()
    other.reload()
    assert visible_steps(case) == ["2"]
    assert other.locator("[data-question=q-6-1] input").first.is_checked()


def test_a_half_entered_decision_outlives_another_tab_and_a_reload(case, server):
    here = panel(case, "admission")
    here.locator('input[name="case-admission"]').nth(2).check()
    here.locator('input[name="case-admission-reason"]').fill("half a reason")
    other = case.context.new_page()
    other.goto(server + "/book/06-from-printed-table-to-tidy-data.html")
    other.locator("[data-question=q-6-1] input").first.check()
    until(case, "casebook.checks.data['q-6-1']")
    def entered():
        return here.locator("input:checked").count(), here.locator('input[name="case-admission-reason"]').input_value()
    assert entered() == (1, "half a reason"), "an answer in another tab empties the form"
    case.reload()
    assert entered() == (1, "half a reason") and here.locator('input[name="case-admission"]').nth(2).is_checked(), \
        "lost on a reload"
    assert here.locator("[data-record=all]").is_hidden() and here.locator("[data-action=commit]").is_visible()
    act(case, "clear")
    assert entered() == (0, "")


def test_an_unsaved_ledger_entry_outlives_another_tab(case, server):
    act(case, "open-rest")
    ledger = case.locator('[data-ledger="4"]')
    ledger.get_by_label("First reason").fill("not kept yet")
    other = case.context.new_page()
    other.goto(server + "/book/index.html")
    other.evaluate("""localStorage.setItem('one-child-one-table:ledger', JSON.stringify({
        4: { number: 35, first: 'a', second: 'b' }, 5: { number: 40, first: 'c', second: 'd' } }))""")
    ledger.locator("tbody tr").nth(1).wait_for()
    assert ledger.get_by_label("First reason").input_value() == "not kept yet"


def test_with_a_full_store_the_page_remembers_every_answer(case):
    act(case, "open-rest")
    case.evaluate("() => { Storage.prototype.setItem = () => { throw new "
                  "DOMException('full', 'QuotaExceededError'); }; }")
    for question in ("q-4-1", "q-4-2"):
        case.locator(f"[data-question={question}] input").first.check()
    with case.expect_download() as download:
        act(case, "export")
    assert {"q-4-1", "q-4-2"} <= set(json.loads(download.value.path().read_text("utf-8"))["selfChecks"])


def test_another_case_keeps_its_answers_apart(case, server):
    act(case, "next")
    commit(case, "1", 1, 90)
    case.goto(server + "/book/bring-your-own-case.html")
    assert visible_steps(case) == ["admission"] and case.locator(".rest-note").is_hidden()
    act(case, "next")
    act(case, "next")
    commit(case, "1b", 0, 70)
    assert "70 % sure of: The table can’t say." in panel(case, "1b").locator(".committed").inner_text()
    act(case, "clear")
    assert visible_steps(case) == ["admission"]
    case.goto(server + CASE)
    assert visible_steps(case) == ["1"] and "You were 90 % sure" in panel(case, "1").locator(".committed").inner_text()


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
        admission: { state: 'revealed', option: '9', confidence: '70', reason: 'my words' },
        1: { state: 'revealed', option: '1', confidence: '60', reason: 'b' },
        2: { state: 'revealed', option: '1', confidence: '70', reason: 'c', probnp: 'sideways' } } }))""")
    case.goto(server + CASE)
    case.reload()
    assert visible_steps(case) == ["admission"]
    here = panel(case, "admission")
    assert (here.locator("[data-record=all]").is_hidden()
            and here.locator('input[name="case-admission-reason"]').input_value() == "my words")
    commit(case, "admission", 0, 50)
    act(case, "next")
    assert panel(case, "1").locator("[data-action=commit]").is_visible(), "60 % is no choice"
    act(case, "next")
    committed = panel(case, "2").locator(".committed").inner_text()
    assert "70 % sure" in committed and "You predicted" not in committed
