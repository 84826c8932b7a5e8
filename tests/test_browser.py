"""The built site as readers meet it: stepping, committing, listening, without script, from disk, on paper."""

import json
import re

import pytest
from casebook import COLUMNS, load
from conftest import SITE, STEPS, overflow, violations

CASE = "/book/04-day-by-day.html"
PAGES = sorted(str(p.relative_to(SITE)) for p in SITE.rglob("*.html") if "_static" not in p.parts and p != SITE / "index.html")     # that one redirects
FINDINGS = ["EF", "FS", "pericardial effusion", "mitral insufficiency", "ProBNP", "troponin I", "CRP", "procalcitonin"]


@pytest.fixture
def case(open_page, server):
    return open_page(server + CASE)


def panel(page, step):
    return page.locator(f'[data-step="{step}"]')


def act(page, name):
    page.locator(f'[data-action="{name}"]:visible').first.click()


def open_all(page):
    """Step through the whole case, opening each record."""
    for step in STEPS:
        panel(page, step).locator("[data-action=reveal]").click()
        if step != STEPS[-1]:
            act(page, "next")


def commit(page, step, option, confidence, reason="a reason", probnp=None):
    here = panel(page, step)
    here.locator(f'input[name="case-{step}"]').nth(option).check()
    here.locator(f'input[name="case-{step}-confidence"][value="{confidence}"]').check()
    here.locator(f'input[name="case-{step}-reason"]').fill(reason)
    if probnp:
        here.locator(f'input[name="case-{step}-probnp"][value="{probnp}"]').check()
    here.locator("[data-action=commit]").click()


def tokens(column, parameters=FINDINGS):
    rows = load()
    return rows[(rows["column"] == column) & rows["parameter"].isin(parameters)]


def visible_steps(page):
    return page.locator("[data-step]:visible").evaluate_all("all => all.map(e => e.dataset.step)")


@pytest.mark.parametrize("width", [1280, 375])
def test_stepping_with_the_mouse_shows_each_column_and_nothing_later(open_page, server, width):
    page = open_page(server + CASE, width)
    for i, step in enumerate(STEPS):
        assert visible_steps(page) == [step]
        assert panel(page, step).locator("[data-record=all]").is_hidden(), "the record waits for the reader"
        surface = page.locator("main").inner_text()
        if step in COLUMNS:
            # what only this or a later column holds: ProBNP is different in every column
            for later in COLUMNS[COLUMNS.index(step):]:
                assert tokens(later, ["ProBNP"])["printed"].iloc[0] not in surface, f"column {later} shows before it is reached"
        panel(page, step).locator("[data-action=reveal]").click()
        text = panel(page, step).inner_text()
        assert "not predicted" in text
        if step in COLUMNS:
            table = panel(page, step).locator(".case-table").last.inner_text()
            for row in tokens(step).itertuples():
                assert row.parameter in table and row.printed in table, f"{row.parameter} {row.printed} is missing in column {step}"
            assert panel(page, step).locator("figure.chart:visible").count() == 5
            charts = panel(page, step).locator("figure.chart").all_inner_texts()
            for later in COLUMNS[COLUMNS.index(step) + 1:]:
                assert not any(tokens(later, ["ProBNP"])["printed"].iloc[0] in c for c in charts), "a chart looks ahead"
        if i < len(STEPS) - 1:
            act(page, "next")
    assert page.locator("[data-action=next]").get_attribute("aria-disabled") == "true"
    assert panel(page, "follow-up").locator(".chart-whole").is_visible()


def test_stepping_with_the_keyboard_alone(case):
    case.locator(".stepper-bar input").focus()
    case.keyboard.press("ArrowRight")
    assert visible_steps(case) == ["1"]
    assert case.locator(".stepper-bar input").get_attribute("aria-valuetext").startswith("Column 1")
    case.keyboard.press("Tab")
    for step in STEPS[2:]:
        case.keyboard.press("Enter")
        assert visible_steps(case) == [step]
        assert case.evaluate("document.activeElement.dataset.action") == "next", "the focus stays on the button"
        assert step in case.locator(".stepper-live").inner_text() or "Follow-up" in case.locator(".stepper-live").inner_text()
    case.keyboard.press("Shift+Tab")
    case.keyboard.press("ArrowLeft")
    assert visible_steps(case) == ["13"]
    panel(case, "13").locator("[data-action=reveal]").wait_for(state="hidden")     # passed by: its record is open


def test_the_slider_opens_one_step_at_a_time(case):
    case.locator(".stepper-bar input").fill("9")
    assert visible_steps(case) == ["1"] and case.locator(".stepper-bar input").input_value() == "1"


def test_a_commitment_needs_option_confidence_and_reason(case):
    here = panel(case, "admission")
    here.locator("[data-action=commit]").click()
    assert "an option, how sure you are, one reason" in here.locator(".decision-hint").inner_text()
    assert here.locator("[data-record=all]").is_hidden()
    commit(case, "admission", 1, 70, "the list is long")
    said = here.locator(".committed").inner_text()
    assert "70 % sure" in said and "the list is long" in said
    assert here.locator("input[type=radio]").first.is_disabled(), "a commitment stands"
    assert case.evaluate("document.activeElement.textContent") == "What was done", "the focus goes to the record"


def test_in_3b_treatments_come_before_measurements_and_the_finding_after_a_choice(case):
    for _ in range(4):
        act(case, "next")
    here = panel(case, "3b")
    commit(case, "3b", 2, 90)
    assert here.get_by_text("Treatments in column 3b").is_visible() and here.get_by_text("Findings in column 3b").is_hidden()
    assert "4564" not in here.inner_text()
    here.locator("textarea").first.fill("nothing about it alone")
    here.locator("[data-action=reveal]").click()
    assert "4564" in here.inner_text()
    finding = here.locator("[data-after]")
    assert finding.is_hidden(), "readers choose an assumption before they see the finding"
    here.locator('[data-question="case-assumption"] input').nth(2).check()
    text = finding.inner_text()
    assert text.index("look at the printed table") < text.index("41 of 33,075") < text.index("authors could answer")
    assert "58 of 58" in text and "32 of 41" in text and "45 of 58" in text


def test_the_finding_can_be_seen_without_a_choice(case):
    for _ in range(4):
        act(case, "next")
    panel(case, "3b").locator("[data-action=reveal]").click()
    act(case, "show-finding")
    assert panel(case, "3b").locator("[data-after]").is_visible()


def test_an_address_opens_only_what_was_reached_and_answers_survive_a_reload(open_page, server):
    page = open_page(server + CASE + "#step-6")
    assert visible_steps(page) == ["admission"]
    commit(page, "admission", 1, 90)
    act(page, "next")
    act(page, "next")
    page.reload()
    assert visible_steps(page) == ["2"]
    page.goto(server + CASE + "#step-admission")
    assert "90 % sure" in panel(page, "admission").locator(".committed").inner_text()


def test_answers_can_be_saved_cleared_and_brought_back(case):
    commit(case, "admission", 1, 50, "because")
    with case.expect_download() as download:
        act(case, "export")
    saved = json.loads(download.value.path().read_text("utf-8"))
    assert saved["steps"][0] | {"option": ""} == {"step": "admission", "option": "", "confidence": "50", "reason": "because",
                                                  "bestSupported": True, "probnpPredicted": None, "probnpWas": None}
    act(case, "clear")
    assert panel(case, "admission").locator("[data-action=commit]").is_visible()
    assert case.locator('input[name="case-admission"]:checked').count() == 0
    act(case, "undo")
    assert "because" in panel(case, "admission").locator(".committed").inner_text()


def test_calibration_counts_confidence_against_hits(case):
    # hits by the script: admission B, 1 B, 2 A, 3a B or D; misses: 4 A. 3b has no best option and must not count.
    for step, option, confidence, probnp in [("admission", 1, 90, None), ("1", 1, 90, None), ("2", 0, 70, "same"), ("3a", 3, 70, "up"),
                                             ("3b", 0, 50, "down"), ("4", 0, 90, "down")]:
        commit(case, step, option, confidence, probnp=probnp)
        act(case, "next")
    for _ in range(5):
        act(case, "next")
    panel(case, "follow-up").locator("[data-action=reveal]").click()
    shown = panel(case, "follow-up").locator("[data-calibration]")
    rows = shown.locator("tbody tr").evaluate_all("rows => rows.map(r => [...r.cells].map(c => c.textContent))")
    assert rows == [["50 %", "0", "0"], ["70 %", "2", "2"], ["90 %", "3", "2"]]
    assert "5 of 11 steps" in shown.inner_text()
    assert "3 of 4 right" in shown.inner_text()       # 2 same (+7 %), 3a same, not up; 3b and 4 down


def test_the_rest_of_the_chapter_waits_for_the_last_step(open_page, server):
    page = open_page(server + CASE)
    rest = page.locator("#what-the-case-leaves-you-with")
    assert rest.is_hidden() and page.locator("#self-checks").is_hidden()
    act(page, "open-rest")
    assert rest.is_visible()
    page = open_page(server + CASE)
    open_all(page)
    assert page.locator("#self-checks").is_visible() and page.locator(".rest-note").is_hidden()


def test_probnp_can_be_seen_on_a_log_scale(case):
    act(case, "next")
    panel(case, "1").locator("[data-action=reveal]").click()
    chart = panel(case, "1").locator("figure.chart").first
    chart.get_by_role("button", name="Log scale").click()
    assert chart.locator('[data-variant="Log scale"]').is_visible() and chart.locator('[data-variant="Linear scale"]').is_hidden()


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


def test_without_script_everything_is_there_in_order_decisions_first(open_page, server):
    page = open_page(server + CASE, java_script_enabled=False)
    text = page.locator(".stepper").inner_text()
    places = [text.index(t) for column in ("1", "2", "3a", "3b", "4") for t in (f"Column {column}\n", f"Findings in column {column},")]
    assert places == sorted(places)
    assert page.locator("[data-step]:visible").count() == 12
    assert page.locator("figure.chart-series:visible").count() == 50
    drawn = page.locator("figure.chart-series svg path[stroke]").first.evaluate("e => getComputedStyle(e).stroke")
    assert drawn not in ("none", ""), "charts have no colours without script"
    assert page.locator("#self-checks").is_visible()
    for box in page.locator("[data-step]").all():
        asked, told = box.locator(".decision").bounding_box(), box.locator("[data-record=all]").bounding_box()
        assert asked["y"] < told["y"]
    feedback = page.locator("[data-question=q-4-1] details")
    feedback.locator("summary").click()
    assert feedback.locator("li").first.is_visible()


def test_from_disk(open_page, site):
    page = open_page((site / "book" / "04-day-by-day.html").as_uri())
    open_all(page)
    assert visible_steps(page) == ["follow-up"]


def test_on_paper_every_panel_is_there(case):
    case.emulate_media(media="print")
    assert visible_steps(case) == STEPS
    assert case.locator("figure.chart-series:visible").count() == 50
    assert case.locator(".stepper-bar").is_hidden()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_is_accessible_and_fits(open_page, server, width, theme):
    troubles = []
    for path in PAGES:
        page = open_page(f"{server}/{path}", width, theme)
        troubles += [f"{path}: {v}" for v in violations(page)]
        if overflow(page) > 0:
            troubles.append(f"{path}: {overflow(page)} px wider than the screen")
        page.context.close()
    assert not troubles, "\n".join(troubles)


USE_EVERYTHING = """() => {
  const change = (e, type) => e.dispatchEvent(new Event(type, { bubbles: true }));
  for (const d of document.querySelectorAll("main details")) d.open = true;
  for (const set of document.querySelectorAll(".controls fieldset")) { const last = [...set.querySelectorAll("input")].at(-1); if (last) last.click(); }
  for (const range of document.querySelectorAll(".controls input[type=range]")) { range.value = range.max; change(range, "input"); change(range, "change"); }
  for (const select of document.querySelectorAll("main select")) { select.selectedIndex = 1; change(select, "change"); }
  for (const box of document.querySelectorAll("main .controls input[type=checkbox]")) box.click();
  for (const button of document.querySelectorAll('.stages [data-action="next"], button.sort')) button.click();
  for (const question of document.querySelectorAll("[data-question]")) question.querySelector("input").click();
}"""
PIECES = [p for p in PAGES if re.search('<[a-z]+ [^>]*data-script=', (SITE / p).read_text("utf-8")) and not p.endswith(CASE[1:])]


@pytest.mark.parametrize("width, theme", [(1280, "light"), (320, "dark")])
@pytest.mark.parametrize("path", PIECES)
def test_a_page_is_accessible_and_fits_after_every_piece_was_used(open_page, server, path, width, theme):
    page = open_page(f"{server}/{path}", width, theme)
    page.evaluate(USE_EVERYTHING)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    assert overflow(page) <= 0, "wider than the screen after use"
    assert not violations(page)


def test_the_belief_ledger_keeps_draws_gives_out_and_forgets(open_page, server):
    page = open_page(server + CASE)
    act(page, "open-rest")
    ledger = page.locator('[data-ledger="4"]')
    assert ledger.locator(".ledger-tools").is_hidden()
    ledger.get_by_label("How sure are you").fill("35")
    ledger.get_by_label("First reason").fill("pulse the same day <b>")
    ledger.get_by_label("Second reason").fill("fast fall after 3a")
    ledger.get_by_role("button", name="Keep this entry").press("Enter")
    assert "Kept: 35 %" in ledger.locator(".ledger-said").inner_text()
    page.reload()
    assert ledger.locator("tbody").inner_text().split("\t") == ["Chapter 4", "35 %", "pulse the same day <b>", "fast fall after 3a"]
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


@pytest.mark.parametrize("damaged", ["7", '{"4": {"number": 400}}', '{"4": "x", "<img>": {"number": 5}}', '{"4": {"number": "5"}}'])
def test_a_damaged_ledger_starts_anew(open_page, server, damaged):
    page = open_page(server + CASE)
    page.evaluate("damaged => localStorage.setItem('one-child-one-table:ledger', damaged)", damaged)
    page.reload()
    act(page, "open-rest")
    assert page.locator('[data-ledger="4"] tbody').count() == 0 and page.locator('[data-ledger="4"] form').is_visible()


@pytest.mark.parametrize("width, theme", [(1280, "light"), (320, "dark")])
def test_the_case_is_accessible_and_fits_while_stepping(open_page, server, width, theme):
    page = open_page(server + CASE, width, theme)
    for step in STEPS:
        if step == "3b":
            commit(page, step, 1, 70)
        panel(page, step).locator("[data-action=reveal]").click()
        if step == "3b":
            panel(page, step).locator('[data-question="case-assumption"] input').first.check()
        panel(page, step).locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
        assert overflow(page) <= 0, f"step {step} is wider than the screen"
        if step in ("1", "3b", "follow-up"):
            assert not violations(page, f'[data-step="{step}"]'), step
        if step != STEPS[-1]:
            act(page, "next")
    page.locator("[data-question=q-4-2] input").first.check()
    assert not violations(page), "after a self-check"


def test_menus_on_a_phone_are_accessible(open_page, server):
    for button in (".sidebar-toggle.primary-toggle", ".sidebar-toggle.secondary-toggle"):
        page = open_page(server + CASE, 375)
        page.locator(f"{button}:visible").first.click()
        page.wait_for_timeout(400)      # the menu slides in
        assert not violations(page), button


@pytest.mark.parametrize("address", [CASE, "/book/index.html"])
def test_nothing_is_cut_with_text_at_200_per_cent(open_page, server, address):
    page = open_page(server + address, 1280)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert overflow(page) <= 0


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


@pytest.mark.parametrize("damaged", ["5", "[]", "not json", '{"steps": 5, "at": 99, "reached": "z"}', '{"steps": {"1": 7}}'])
def test_a_damaged_store_starts_anew(open_page, server, damaged):
    page = open_page(server + CASE)
    page.evaluate("damaged => localStorage.setItem('one-child-one-table:case', damaged)", damaged)
    page.goto(server + CASE + "#%E0%A4%A")
    page.reload()
    assert visible_steps(page) == ["admission"]


def test_a_glossary_tip_stays_on_a_small_screen(open_page, server):
    page = open_page(server + CASE, 375)
    for link in page.locator("a[data-tip]:visible").all()[:8]:
        link.focus()
        box = page.get_by_role("tooltip").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 375 and box["y"] >= 0 and box["y"] + box["height"] <= 900
