"""The day-stepper as readers meet it: cards, committing, the rail, listening, without script, from disk, on paper."""

import io
import re

import pytest
from pypdf import PdfReader

from casebook import COLUMNS, load
from conftest import CASE, STEPS, overflow, until, violations
from stepping import act, card, choose, commit, go_on, go_to, open_all, panel, reveal, see, visible_steps

REACHABLE = """() => {
    const texts = [];
    const walk = (node) => {
        if (node.nodeType === 3) { texts.push(node.textContent); return; }
        if (node.nodeType !== 1 || ["SCRIPT", "STYLE", "TEMPLATE", "DIALOG"].includes(node.tagName)) return;
        if (getComputedStyle(node).display === "none") return;
        for (const { name, value } of node.attributes) {
            if (/^(aria-|title$|alt$|placeholder$)/.test(name)) texts.push(value);
        }
        node.childNodes.forEach(walk);
    };
    walk(document.querySelector("main"));
    return texts.join(" ");
}"""
"""Text and attributes that reach a reader or a listener: all but what is not displayed, folded or not."""


def values(columns):
    """Printed values that single out a column: three letters at least, and in no other column of the table."""
    rows = load()
    mine = set(rows[rows["column"].isin(columns)]["printed"])
    mine.discard("0.25")                               # the primer quotes it, too: the foot of a range for newborns
    others = set(rows[~rows["column"].isin(columns)]["printed"])
    return {v for v in mine - others if len(v) >= 3 and any(map(str.isdigit, v))}


def told(text, value):
    return re.search(rf"(?<![\w.,]){re.escape(value)}(?![\w]|[.,]\d)", text)


def test_no_value_of_a_later_column_can_be_reached_before_its_step(open_page, server):
    page = open_page(server + CASE)
    for fold in page.locator(".stepper details").all():
        fold.evaluate("fold => { fold.open = true; }")
    for i, step in enumerate(STEPS[:-1]):
        assert visible_steps(page) == [step]
        early = values(COLUMNS[max(i - 1, 0) + (step == "1"):])                # day 1 begins with her first findings
        for width in (375, 1280)[:2 if i < 6 else 1]:                # each width has drawings of its own
            page.set_viewport_size({"width": width, "height": 900})
            text = page.evaluate(REACHABLE)
            assert not [v for v in early if told(text, v)], f"{step}: values of its record or later stand on the page"
            assert overflow(page) == 0
        go_on(page, step) if step != STEPS[-2] else reveal(page, step)
    assert told(page.evaluate(REACHABLE), "755")


def test_the_case_has_forty_cards_at_most_and_four_a_step(case):
    cards = case.locator("[data-card]").evaluate_all(
        "all => all.map((c) => [c.closest('[data-step]').dataset.step, c.dataset.card])")
    assert len(cards) <= 40
    for step in STEPS:
        mine = [name for s, name in cards if s == step]
        assert mine == [n for n in ("known", "decide", "verdict", "changed") if n in mine] and 2 <= len(mine) <= 4


def test_no_card_of_a_phone_is_taller_than_a_screen_and_a_third(open_page, server):
    page = open_page(server + CASE, 375)
    page.set_viewport_size({"width": 375, "height": 812})
    for step in STEPS:
        for name, after in (("known", lambda: act(page, "decide")), ("decide", lambda s=step: commit(page, s, 0, 70)),
                            ("verdict", lambda s=step: see(page, s)), ("changed", None)):
            if name == "known" and not panel(page, step).locator("[data-card=known]").count():
                continue
            assert card(page).get_attribute("data-card") == name
            height = card(page).bounding_box()["height"]
            assert height <= 1.3 * 812, f"{step}, {name}: {height:.0f} px"
            if after:
                after()
        bed = page.locator(".bed").bounding_box()
        assert bed["height"] <= 0.45 * 812, "the figure takes more than 45 % of the screen"
        if step != STEPS[-1]:
            panel(page, step).locator("[data-action=next]").click()


def test_one_figure_grows_by_a_column_a_step(case):
    drawing = case.locator(".wide-only svg").first
    columns = lambda: drawing.locator("g[data-c]:visible").evaluate_all("all => all.map((g) => g.dataset.c)")
    for i, step in enumerate(STEPS[:-1]):
        assert columns() == [str(n) for n in range(max(i - 1, 0))]
        assert drawing.get_attribute("aria-label") == "The case so far"
        reveal(case, step)
        assert columns() == [str(n) for n in range(i)]
        panel(case, step).locator("[data-action=next]").click()
    assert len(columns()) == len(COLUMNS) and drawing.get_attribute("aria-label") == "The whole case"
    box = case.locator(".bed").bounding_box()
    assert box["height"] <= 800 - 54, "the whole case fits a laptop's screen"


def test_one_s_own_verdict_comes_first_and_the_others_are_folded(case):
    commit(case, "admission", 0, 90)
    own = panel(case, "admission").locator(".own")
    assert own.locator(".own-word").inner_text() == "Risky" and own.locator("svg").count() == 1
    said = own.inner_text()
    assert said.index("You, 90 % sure: Treat it as a viral") < said.index("Fever and abdominal pain fit")
    fold = panel(case, "admission").locator("[data-grades]")
    assert fold.locator("summary").inner_text() == "The other 3 options" and fold.get_attribute("open") is None
    assert fold.locator("li:not([hidden])").count() == 3
    assert case.evaluate("document.activeElement.textContent") == "Your verdict", "the focus goes to the card"
    act(case, "changed")
    case.locator('[data-open="decide"]:visible').click()
    assert card(case).locator("input[type=radio]").first.is_disabled(), "a commitment stands"


def test_a_reason_is_asked_at_three_turning_points_and_ends_as_a_sentence(case):
    assert case.locator("textarea[name$='-reason']").evaluate_all("all => all.map((t) => t.name)") == [
        "case-3a-reason", "case-3b-reason", "case-follow-up-reason"]
    go_to(case, "3a")
    commit(case, "3a", 1, 70, "because I think so", ef="down")
    assert panel(case, "3a").locator(".own-reason").inner_text() == "Your reason: because I think so."
    assert panel(case, "3a").locator(".predicted").is_hidden(), "what happened is not told before its card"
    see(case, "3a")
    assert panel(case, "3a").locator(".predicted").inner_text() == (
        "✓ EF: you said lower; it was lower, 67 → 53 (reconstructed).")


def test_a_reason_without_a_space_stays_in_its_card(open_page, server):
    page = open_page(server + CASE, 375)
    go_to(page, "3a")
    commit(page, "3a", 1, 70, "x" * 300, ef="down")
    assert overflow(page) == 0, "the page grows wider than the phone"


def test_a_draft_is_never_thrown_away_unasked(case):
    choose(case, "admission", 2, 70)
    act(case, "reveal")
    assert panel(case, "admission").locator(".ask").is_visible() and card(case).get_attribute("data-card") == "decide"
    panel(case, "admission").locator(".ask [data-action=commit]").click()
    assert "70 % sure" in panel(case, "admission").locator(".own").inner_text()
    see(case, "admission")
    act(case, "next")
    choose(case, "1", 1)
    case.locator(".rail input").nth(0).check(force=True)
    assert visible_steps(case) == ["admission"]
    case.locator(".rail input").nth(1).check(force=True)
    assert panel(case, "1").locator('input[name="case-1"][value="1"]').is_checked()
    case.reload()
    assert panel(case, "1").locator('input[name="case-1"][value="1"]').is_checked()
    choose(case, "1", 1)
    act(case, "reveal")
    act(case, "reveal-anyway")
    assert card(case).get_attribute("data-card") == "changed"
    case.locator('[data-open="verdict"]:visible').click()
    assert "Not predicted" in card(case).inner_text()


def test_the_rail_is_a_native_control_and_opens_nothing_that_was_not_reached(case):
    days = case.locator(".rail input")
    assert case.locator(".rail label").all_inner_texts() == ["Admission", *COLUMNS, "later"]
    assert [days.nth(n).is_disabled() for n in range(12)] == [False] + [True] * 11
    go_to(case, "3a")
    assert [days.nth(n).is_disabled() for n in range(12)] == [False] * 4 + [True] * 8
    days.nth(3).focus()
    case.keyboard.press("ArrowRight")
    assert visible_steps(case) == ["admission"], "behind the last open day the first follows, as in any radios"
    case.keyboard.press("ArrowRight")
    case.keyboard.press("ArrowRight")
    assert visible_steps(case) == ["2"] and case.evaluate("document.activeElement.ariaLabel") == "Day 2"
    assert not case.locator("[role=status]:not(:empty):visible").count(), "the control says it; nothing says it twice"


def test_the_case_can_be_played_by_keyboard_alone(case):
    def press(name, key="Enter"):
        case.locator(f'[data-action="{name}"]:visible').first.focus()
        case.keyboard.press(key)

    case.locator('input[name="case-admission"][value="2"]').focus()
    case.keyboard.press("Space")
    case.locator('input[name="case-admission-confidence"]').first.focus()
    case.keyboard.press("Space")
    press("commit")
    assert case.evaluate("document.activeElement.textContent") == "Your verdict"
    press("changed")
    press("next", "Space")
    assert case.evaluate("document.activeElement.textContent").startswith("Day 1"), "the focus tells where one is"


def test_in_3b_treatments_come_before_measurements_and_the_finding_after_a_choice(case):
    go_to(case, "3b")
    here = panel(case, "3b")
    commit(case, "3b", 2, 90, "a reason", ef="down", procalcitonin="up")
    act(case, "changed")
    assert "anakinra 8 begins" in here.inner_text() and not told(case.evaluate(REACHABLE), "4564")
    here.locator("textarea:visible").first.fill("nothing about it alone")
    case.evaluate("""() => { window.told = [];
        document.addEventListener("focusin", (event) => window.told.push(event.target.ariaLabel)); }""")
    act(case, "measure")
    assert case.evaluate("window.told.filter((name) => name !== null)") == ["The measurements"], "one move, told once"
    assert "ProBNP −27 %" in here.inner_text()
    assert here.locator(".predicted").inner_text().split("\n") == [
        "✗ EF: you said lower; it was the same, 53 → 52 (reconstructed).",
        "✓ procalcitonin: you said higher; it was higher, 9.52 → 41 (reconstructed)."]
    finding = here.locator("[data-after]")
    here.locator(".discovery > summary").click()
    assert finding.is_hidden(), "readers choose an assumption before they see the finding"
    here.locator('[data-question="case-assumption"] input').nth(2).check()
    text = finding.inner_text()
    assert text.index("41 of 33,075") < text.index("authors could answer")
    assert "58 of 58" in text and "32 of 41" in text and "45 of 58" in text


def test_a_value_leads_to_its_own_card_and_to_the_dictionary_only_after_the_case(case):
    assert not case.locator(".stepper a[href*=data-dictionary]:visible").count()
    go_on(case, "admission")
    panel(case, "1").locator("button.value").first.click()
    said = case.locator("dialog.provenance p").first.inner_text()
    assert said.startswith("EF: printed “44” %, value 1 of 8 in its row.") and "may stand in columns 1 to 3a" in said
    assert not [v for v in values(COLUMNS[1:]) if told(said, v)] and case.locator(".provenance-entry").is_hidden()
    case.keyboard.press("Escape")
    assert case.locator("dialog.provenance").is_hidden()
    assert case.evaluate("document.activeElement.className") == "value", "the focus comes back"
    whys = case.locator(".so-far td[data-why]").evaluate_all("all => all.map((td) => td.dataset.why)")
    assert len(whys) == len(load()) == 104
    act(case, "open-rest")
    panel(case, "1").locator("button.value").first.click()
    assert case.locator(".provenance-entry a").get_attribute("href") == "data-dictionary.html#ef-1"


def test_options_stand_in_an_order_of_the_reader_s_own_that_stays(open_page, server):
    orders = []
    for _ in range(2):                                               # 11 steps of 4 or more options: never the same
        page = open_page(server + CASE)
        order = lambda p=page: p.locator(".options").evaluate_all(
            "all => all.map((o) => [...o.querySelectorAll('input')].map((i) => i.value).join(''))")
        orders.append(order())
        page.reload()
        assert order() == orders[-1], "the order changes from visit to visit"
        assert all(sorted(o) == list("012345"[:len(o)]) for o in orders[-1])
    assert len({tuple(o) for o in orders}) > 1, "every reader gets the same order"


def test_a_reader_who_returns_finds_the_way_back(case, server):
    assert case.locator(".continue").is_hidden()
    go_to(case, "2")
    case.goto(server + "/book/index.html")
    link = case.locator("[data-continue]")
    assert link.inner_text() == "Continue with day 2"
    link.click()
    case.goto(server + CASE)
    assert case.locator(".continue a").inner_text() == "Continue with day 2"
    case.goto(server + CASE + "#step-6")
    assert visible_steps(case) == ["2"], "an address opens only what was reached"


def test_the_end_of_a_step_leads_to_the_next_one_and_never_to_chapter_5(case):
    reveal(case, "admission")
    assert card(case).locator(".go:visible button").all_inner_texts() == ["Next: day 1 →"]
    assert case.locator(".prev-next-footer").is_hidden()
    act(case, "open-rest")
    assert case.locator(".prev-next-footer").is_visible()
    case.reload()
    assert case.locator(".prev-next-footer").is_visible()
    act(case, "clear")
    assert case.locator(".prev-next-footer").is_hidden(), "a cleared case still leads to chapter 5"


def test_calibration_counts_confidence_against_hits(case):
    # hits by the script: admission C, 1 A, 2 D, 3a B or D; misses: 4 A. 3b has no best option and must not count.
    for step, option, confidence, guess in [
            ("admission", 2, 90, {}), ("1", 0, 90, {}), ("2", 3, 70, {"vis": "down"}), ("3a", 3, 70, {"ef": "down"}),
            ("3b", 0, 50, {"ef": "down", "procalcitonin": "up"}), ("4", 0, 90, {"ef": "down"})]:
        commit(case, step, option, confidence, **guess)
        see(case, step)
        act(case, "next")
    for step in STEPS[6:-1]:
        go_on(case, step)
    reveal(case, "follow-up")
    shown = panel(case, "follow-up").locator("[data-calibration]")
    rows = shown.locator("tbody tr").evaluate_all("rows => rows.map(r => [...r.cells].map(c => c.textContent))")
    assert rows == [["50 %", "0", "0"], ["70 %", "2", "2"], ["90 %", "3", "2"]]
    assert "5 of 11 steps" in shown.inner_text()
    assert "2 of 5 right" in shown.inner_text()       # EF lower in 3a, procalcitonin higher in 3b


def test_the_rest_of_the_chapter_waits_for_the_last_step(case):
    """Or for those who skip the case; from disk the last step opens it, below."""
    rest = case.locator("#what-the-case-leaves-you-with")
    assert rest.is_hidden() and case.locator("#self-checks").is_hidden()
    act(case, "open-rest")
    assert rest.is_visible()


@pytest.mark.parametrize(("width", "theme"), [pytest.param(1280, "light", marks=pytest.mark.slow), (375, "dark")])
def test_nothing_bars_a_reader_on_any_kind_of_card(open_page, server, width, theme):
    page = open_page(server + CASE, width, theme)
    go_to(page, "3b")
    until(page, "!document.getAnimations().some((a) => a.playState === 'running')")
    found = [f"known: {v}" for v in violations(page, ".current")]
    choose(page, "3b", 2, 90)
    act(page, "reveal")
    panel(page, "3b").evaluate("panel => panel.scrollIntoView()")          # no control half below what sticks
    found += [f"asked: {v}" for v in violations(page, ".current")]
    panel(page, "3b").locator(".ask [data-action=commit]").click()
    found += [f"verdict: {v}" for v in violations(page, ".current")]
    see(page, "3b")
    until(page, "!document.getAnimations().some((a) => a.playState === 'running')")
    found += [f"changed: {v}" for v in violations(page, ".current")]
    page.locator(".chart-bedside summary").click()
    panel(page, "3b").locator(".more > summary").click()
    panel(page, "3b").locator("button.value:visible").first.click()
    found += [f"provenance: {v}" for v in violations(page, "dialog.provenance")]
    assert not found


def test_without_script_everything_is_there_in_order_decisions_first(open_page, server):
    page = open_page(server + CASE, java_script_enabled=False)
    text = page.locator(".stepper .cards").inner_text()
    places = [text.index(t) for column in ("1", "2", "3a", "3b", "4") for t in (f"Day {column}\n", )]
    assert places == sorted(places)
    assert page.locator("[data-step]:visible").count() == 12
    assert page.locator("[data-card]:visible").count() == page.locator("[data-card]").count()
    assert page.locator(".chart-bedside svg:visible").count() == 1
    drawn = page.locator(".chart-bedside svg:visible path[stroke]").first.evaluate("e => getComputedStyle(e).stroke")
    assert drawn not in ("none", ""), "charts have no colours without script"
    assert page.locator("#self-checks").is_visible()
    assert page.locator(".stepper button:visible, .rail:visible").count() == 0, "a control that does nothing"
    for box in page.locator("[data-step]").all():
        asked, answered = box.locator(".decision").bounding_box(), box.locator("[data-card=changed]").bounding_box()
        assert asked["y"] < answered["y"]
    feedback = page.locator("[data-question=q-4-1] details")
    feedback.locator("summary").click()
    assert feedback.locator("li").first.is_visible()


def test_from_disk(open_page, site):
    page = open_page((site / "book" / "04-day-by-day.html").as_uri())
    assert page.locator("#self-checks").is_hidden()
    open_all(page)
    assert visible_steps(page) == ["follow-up"] and page.locator("#self-checks").is_visible()


def test_on_paper_every_panel_is_there_in_black_on_white(open_page, server):
    page = open_page(server + CASE, theme="dark")
    page.emulate_media(media="print")
    assert visible_steps(page) == STEPS
    assert page.locator("[data-card]:visible").count() == page.locator("[data-card]").count()
    assert page.locator(".rail").is_hidden()
    light = lambda colour: sum(map(float, re.findall(r"[\d.]+", colour)[:3])) / 3
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light(paper) > 240 or paper.endswith(", 0)"), paper
    inks = page.locator(".bd-article :is(p, li, th, td, pre, pre span, h1, h2, h3)").evaluate_all("""all => all
        .filter((e) => e.offsetWidth && e.textContent.trim())
        .map((e) => [getComputedStyle(e).color, e.outerHTML.slice(0, 90)])""")
    assert len(inks) > 500 and [ink for ink in inks if light(ink[0]) > 110] == []


def test_the_printed_chapter_is_short_and_its_case_follows_its_heading(open_page, server):
    page = open_page(server + CASE, theme="dark")
    pages = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    assert len(pages) <= 35
    on = next(p for p in map(lines, pages) if "The case" in p)
    assert any("ProBNP" in text for text in on[on.index("The case"):]), "the figure is not below its heading"


@pytest.mark.slow
def test_no_head_of_a_card_is_the_last_line_of_a_printed_page(case):
    feet = {lines(p)[-1] for p in PdfReader(io.BytesIO(case.pdf(format="A4"))).pages}
    assert not {"Known today", "Your verdict", "What changed", "How sure are you?"} & feet


def lines(page):
    """The lines of text on a printed page, from the highest to the lowest."""
    found = {}

    def seen(text, matrix, at, *_):
        height = round(matrix[1] * at[4] + matrix[3] * at[5] + matrix[5])
        found[height] = found.get(height, "") + text.strip()

    page.extract_text(visitor_text=seen)
    return [text for _, text in sorted(found.items(), reverse=True) if text]
