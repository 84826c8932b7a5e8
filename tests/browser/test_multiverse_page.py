"""The switches of Chapter 7: every state against Python, words for a change, one placement at a time, the gate."""

import re

import pytest
from bs4 import BeautifulSoup

from casebook import heart, load
from casebook.models.multiverse import state, summary
from casebook.models.placements import CORE, READINGS, RULES
from casebook.pieces.multiverse_switches import changes, slots, states
from casebook.pieces.one_placement import listing, placement_words
from conftest import overflow, violations

PAGE = "/book/07-the-table-that-lost-its-blanks.html"
ORDER = ["The attempt that looks finished", "How many tables could it have been?", "Nine rules, nine switches",
         "Which one would you give up?",
         "The finding", "Which claims survive?", "Every switch, one placement at a time", "From print to figure",
         "What it shows, and what it does not", "Self-checks", "Find the bug", "Exercise", "Key points", "References"]
SHOWN = """root => Object.fromEntries(
    [...root.querySelectorAll("[data-slot]")].map(e => [e.dataset.slot, e.textContent]))"""


@pytest.fixture
def page(shared_page, server):
    """Chapter 7 past its gate, with the switches as they stand at first."""
    page = shared_page(server + PAGE)
    if page.locator("[data-gate] button").is_visible():
        page.locator("[data-gate] button").click()
    panel(page).get_by_label("two samplings", exact=True).check()
    panel(page).get_by_role("button", name="Core set", exact=True).click()
    return page


def panel(page, which="all"):
    return page.locator(f'[data-multiverse="{which}"]')


def rule(page, name, which="all"):
    return panel(page, which).locator("input[type=checkbox]").nth(list(RULES).index(name))


def said(page, which="all"):
    return panel(page, which).locator("[data-changed]").inner_text()


@pytest.mark.parametrize("which", ["all", "counts"])
def test_the_panel_shows_every_state_as_python_computes_it(page, which):
    shown = panel(page, which).evaluate("""root => {
      const [boxes, radios] = ["checkbox", "radio"].map(kind => [...root.querySelectorAll(`input[type=${kind}]`)]);
      const read = """ + SHOWN + """, states = [];
      for (const radio of radios) for (let bits = 0; bits < 1 << boxes.length; bits++) {
        radio.checked = true;
        boxes.forEach((b, i) => { b.checked = Boolean(bits >> i & 1); });
        boxes[0].dispatchEvent(new Event("change", { bubbles: true }));
        states.push(read(root));
      }
      return states;
    }""")
    every = list(states())
    assert len(shown) == len(every) == 512 * len(READINGS)
    for (rules, reading), found in zip(every, shown):
        expected = slots(summary(rules, reading))
        wrong = {k: (v, expected[k]) for k, v in found.items() if v != expected[k]}
        assert not wrong, f"{rules}, {reading}: {wrong}"
    assert set(shown[0]) == (set(expected) if which == "all" else {"placements", "columns"}
                             | {f"{s}{a}" for s in ("start", "share") for a in range(7)})


@pytest.mark.parametrize("name", CORE)
def test_turning_a_switch_says_in_words_what_changed(page, name):
    before, after = slots(state("core")), slots(state("core", name))
    rule(page, name).click()
    assert said(page) == f"Switched off: {RULES[name].says} {changes(before, after)}"
    rule(page, name).click()
    assert said(page) == f"Switched on: {RULES[name].says} {changes(after, before)}"


def test_the_reading_of_day_3_and_the_presets_say_what_changed(page):
    panel(page).get_by_label("one day", exact=True).check()
    assert said(page) == f"Day 3 now read as: one day. {changes(slots(state()), slots(state(reading='one day')))}"
    panel(page).get_by_role("button", name="All nine").click()
    assert said(page).startswith("Preset: All nine. Placements left: 58, now 41.")
    assert "All nine, day 3 as one day" in panel(page).inner_text()
    panel(page).get_by_label("two samplings").check()
    rule(page, "support_added").click()
    assert "No number changes" in said(page)


def test_each_rule_stands_with_its_label(page):
    labels = panel(page).locator(".rules label:has([type=checkbox])").all_inner_texts()
    assert [" ".join(text.split()) for text in labels] == [f"{r.says} {r.label}" for r in RULES.values()]


def test_large_counts_show_every_digit(page):
    panel(page).get_by_role("button", name="No rule").click()
    assert "3,938,240,250,000 placements left" in panel(page).inner_text()
    assert overflow(page) == 0


@pytest.mark.parametrize("preset, reading, number", [("Core set", "two samplings", 41), ("Core set", "one day", 58),
                                                     ("All nine", "two samplings", 10)])
def test_single_placements_can_be_leafed_through(page, preset, reading, number):
    here = panel(page)
    here.get_by_role("button", name=preset, exact=True).click()
    here.get_by_label(reading, exact=True).check()
    rules = CORE if preset == "Core set" else tuple(RULES)
    expected, options = listing(rules, reading), here.locator("select option").all_inner_texts()
    assert options == [f"{i} of {number}: {placement_words(p)}" for i, p in enumerate(expected, 1)]
    for index in (0, number // 2, number - 1):
        here.locator("select").select_option(index=index)
        table = BeautifulSoup(here.locator("table.placed").evaluate("t => t.outerHTML"), "html.parser")
        heads = [th.get_text() for th in table.select("thead th")][1:]
        for drug, columns in expected[index].items():
            row = next(r for r in table.select("tbody tr") if r.th.get_text().startswith(drug))
            assert tuple(c for c, td in zip(heads, row.select("td")) if td.get_text()) == columns, \
                f"{drug}, placement {index + 1}"
            assert all(td.span["data-placement"] == "reconstructed" for td in row.select("td") if td.get_text()), \
                "a cell that looks printed"
        vis = [td.get_text() for td in table.select("tbody tr")[-1].select("td")]
        assert vis == [f"{v:g}" for v in heart.vis_by_column(load(), expected[index]).values()]
    assert here.get_by_role("button", name="Next").get_attribute("aria-disabled") == "true"
    here.get_by_role("button", name="Previous").click()
    assert here.locator("select").evaluate("s => s.selectedIndex") == number - 2
    assert f"Placement {number - 1} of {number}" in said(page)


def test_the_reference_placement_is_shown_first_and_named(page):
    assert "the reference placement" in panel(page).locator("select option:checked").inner_text()
    assert "(the reference placement). Every cell of this table is reconstructed" in panel(page).locator(
        ".placed-note").inner_text()
    rule(page, "support_until_anakinra").click()
    assert panel(page).locator("table.placed").is_hidden() and "too many to list" in panel(page).inner_text()


# ---- the order of the page, and the gate ----

def test_the_page_asks_before_it_tells(site):
    main = BeautifulSoup((site / PAGE[1:]).read_text("utf-8"), "html.parser").select_one("main article")
    assert [h.get_text().rstrip("#") for h in main.select("h2")] == ORDER
    first = main.select_one("h1").find_next("p").get_text()
    assert first.startswith("First, look at the printed table"), "the printed table comes first"
    text = main.get_text(" ")
    told = ["First, look at the printed table", "Nothing failed, and the table has no holes", "whole table: 4.2e+23",
            "Nine rules, the fact each rests on",
            "Which one would you give up first?", "stand on the same printed day, day 3.",
            "Read strictly, nothing is left", "Its limit.",
            "What the authors could answer", "Our printed table has its blanks: look there",
            "Claims and the share of placements", "One of these placements", "From print to figure, what happens"]
    places = [text.index(words) for words in told]
    assert places == sorted(places), "the page tells in another order"
    assert not re.search(r"same printed day|same\s+column",
                         text[:text.index("Which one would you give up first?")].split("After this chapter")[1]), \
        "the finding is told before the question"


def test_the_finding_waits_for_the_choice(open_page, server):
    page = open_page(server + PAGE)
    assert page.get_by_role("heading", name="The finding").is_hidden() and page.locator("[data-gate]").is_visible()
    page.locator('[data-question="give-up"] input').nth(1).check()
    assert page.get_by_role("heading", name="The finding").is_visible() and page.locator("[data-gate]").is_hidden()
    answer = page.locator('[data-question="give-up"] .question-answer').inner_text()
    assert "169 placements are left" in answer and "Best supported" not in answer
    page.get_by_role("button", name="Without what I would give up").click()
    assert panel(page).locator("[data-slot=placements]").inner_text() == "169"
    page.reload()
    assert page.get_by_role("heading", name="The finding").is_visible(), "the choice is kept"


def test_a_choice_that_is_no_switch_offers_none(open_page, server):
    page = open_page(server + PAGE)
    page.locator("[data-gate] button").click()
    page.locator('[data-question="give-up"] input').nth(7).check()
    assert page.get_by_role("button", name="Without what I would give up").count() == 0
    page.locator('[data-question="give-up"] input').nth(9).check()
    page.get_by_role("button", name="Without what I would give up").click()
    assert panel(page).locator("[data-slot=placements]").inner_text() == "1,894"


def test_a_link_into_the_rest_opens_it(open_page, server):
    page = open_page(f"{server}{PAGE}#key-points")
    assert page.get_by_role("heading", name="Key points").is_visible()


def test_opening_without_choosing_moves_the_focus_on(open_page, server):
    page = open_page(server + PAGE)
    page.locator("[data-gate] button").press("Enter")
    assert page.evaluate("document.activeElement.querySelector('h2')?.textContent").startswith("The finding")


def test_nothing_bars_a_listener_without_a_rule(open_page, server):
    page = open_page(server + PAGE, 375, "dark")
    page.locator("[data-gate] button").click()
    rule(page, "one_run").click()
    panel(page, "counts").get_by_role("button", name="No rule").click()
    assert (not violations(page, "[data-multiverse=all]") and not violations(page, "[data-multiverse=counts]")
            and overflow(page) == 0)


@pytest.mark.parametrize("width", [320, 1280])
def test_keyboard_alone_turns_a_switch_and_keeps_the_focus(open_page, server, width):
    page = open_page(server + PAGE, width)
    page.locator("[data-gate] button").press("Enter")
    box = rule(page, "anakinra_after_pulse")
    box.focus()
    page.keyboard.press("Space")
    assert panel(page).locator("[data-slot=placements]").inner_text() == "312"
    assert box.evaluate("b => b === document.activeElement") and overflow(page) == 0


def test_without_script_everything_is_there(open_page, server):
    page = open_page(server + PAGE, java_script_enabled=False)
    for heading in ORDER:
        assert page.get_by_role("heading", name=heading, exact=False).first.is_visible(), heading
    text = panel(page).inner_text()
    assert ("41 placements left" in text and "Core set, day 3 as two samplings" in text
            and "the reference placement" in text)
    assert panel(page).locator("form").is_hidden() and page.locator("[data-gate]").is_hidden()
    assert panel(page, "counts").locator("[data-slot=placements]").inner_text() == "33,075"


def test_shares_are_never_called_probabilities(site):
    text = BeautifulSoup((site / PAGE[1:]).read_text("utf-8"), "html.parser").select_one("main article").get_text(" ")
    for sentence in re.findall(r"[^.?!]*probabilit[^.?!]*[.?!]", text):
        assert re.search(r"never|may you write", sentence, re.I), sentence
