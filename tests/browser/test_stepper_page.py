"""The day-stepper as readers meet it: stepping, committing, listening, without script, from disk, on paper."""

import pytest

from casebook import COLUMNS, load
from conftest import CASE, STEPS
from stepping import act, commit, open_all, panel, visible_steps

FINDINGS = ["EF", "FS", "pericardial effusion", "mitral insufficiency", "ProBNP", "troponin I", "CRP", "procalcitonin"]


def tokens(column, parameters=FINDINGS):
    rows = load()
    return rows[(rows["column"] == column) & rows["parameter"].isin(parameters)]


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
                assert tokens(later, ["ProBNP"])["printed"].iloc[0] not in surface, \
                    f"column {later} shows before it is reached"
        panel(page, step).locator("[data-action=reveal]").click()
        text = panel(page, step).inner_text()
        assert "not predicted" in text
        if step in COLUMNS:
            table = panel(page, step).locator(".case-table").last.inner_text()
            for row in tokens(step).itertuples():
                assert row.parameter in table and row.printed in table, \
                    f"{row.parameter} {row.printed} is missing in column {step}"
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
        assert (step in case.locator(".stepper-live").inner_text()
                or "Follow-up" in case.locator(".stepper-live").inner_text())
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
    committed = here.locator(".committed").inner_text()
    assert "70 % sure" in committed and "the list is long" in committed
    assert here.locator("input[type=radio]").first.is_disabled(), "a commitment stands"
    assert case.evaluate("document.activeElement.textContent") == "What was done", "the focus goes to the record"


def test_in_3b_treatments_come_before_measurements_and_the_finding_after_a_choice(case):
    for _ in range(4):
        act(case, "next")
    here = panel(case, "3b")
    commit(case, "3b", 2, 90)
    assert (here.get_by_text("Treatments in column 3b").is_visible()
            and here.get_by_text("Findings in column 3b").is_hidden())
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


def test_calibration_counts_confidence_against_hits(case):
    # hits by the script: admission B, 1 B, 2 A, 3a B or D; misses: 4 A. 3b has no best option and must not count.
    for step, option, confidence, probnp in [("admission", 1, 90, None), ("1", 1, 90, None), ("2", 0, 70, "same"),
                                             ("3a", 3, 70, "up"), ("3b", 0, 50, "down"), ("4", 0, 90, "down")]:
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


def test_without_script_everything_is_there_in_order_decisions_first(open_page, server):
    page = open_page(server + CASE, java_script_enabled=False)
    text = page.locator(".stepper").inner_text()
    places = [text.index(t) for column in ("1", "2", "3a", "3b", "4")
              for t in (f"Column {column}\n", f"Findings in column {column},")]
    assert places == sorted(places)
    assert page.locator("[data-step]:visible").count() == 12
    assert page.locator("figure.chart-series:visible").count() == 50
    drawn = page.locator("figure.chart-series svg path[stroke]").first.evaluate("e => getComputedStyle(e).stroke")
    assert drawn not in ("none", ""), "charts have no colours without script"
    assert page.locator("#self-checks").is_visible()
    for box in page.locator("[data-step]").all():
        asked, record = box.locator(".decision").bounding_box(), box.locator("[data-record=all]").bounding_box()
        assert asked["y"] < record["y"]
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
