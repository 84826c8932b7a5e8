"""The tile board of Chapter 7: every state against Python, tiles and lamps, the words for a change, the gate."""

import random
import re

import pandas as pd
import pytest

from casebook.models.multiverse import state, summary
from casebook.models.placements import CORE, FIRST_CUT, INFUSIONS, READINGS, RULES, placements, row_placements
from casebook.pieces.multiverse_switches import changes, slots, states
from casebook.pieces.one_placement import listing, placement_words
from casebook.tables.table1 import COLUMNS
from conftest import overflow, violations
from site_checks import soup

PAGE = "/book/07-the-table-that-lost-its-blanks.html"
ORDER = [
    "Put her doses back",
    "The attempt that looks finished",
    "How many tables could it have been?",
    "Nine rules",
    "Which one would you give up?",
    "The finding",
    "Which claims survive?",
    "Every rule, one placement at a time",
    "From print to figure",
    "What it shows, and what it does not",
    "Self-checks",
    "Find the bug",
    "Exercise",
    "Change one line",
    "Key points",
    "References",
]
SHOWN = """root => Object.fromEntries(
    [...root.querySelectorAll("[data-slot]")].map(e => [e.dataset.slot, e.textContent]))"""


@pytest.fixture
def page(shared_page, server):
    """Chapter 7 past its gate, with the switches as they stand at first."""
    page = shared_page(server + PAGE)
    if page.locator("[data-gate] button").is_visible():
        page.locator("[data-gate] button").click()
    panel(page).get_by_label("two samplings", exact=True).check()
    panel(page).get_by_role("button", name="Core rules", exact=True).click()
    return page


def panel(page, which="all"):
    return page.locator(f'[data-multiverse="{which}"]')


def rule(page, name, which="all"):
    return panel(page, which).locator("input[type=checkbox]").nth(list(RULES).index(name))


def said(page, which="all"):
    return panel(page, which).locator("[data-changed]").inner_text()


@pytest.mark.parametrize("which", ["all", pytest.param("counts", marks=pytest.mark.slow)])
def test_the_panel_shows_every_state_as_python_computes_it(page, which):
    shown = panel(page, which).evaluate(
        """root => {
      const boxes = [...root.querySelectorAll("input[type=checkbox]")];
      const radios = [...root.querySelectorAll("input[type=radio]")];
      const read = """
        + SHOWN
        + """, found = [];
      for (const radio of radios) for (let bits = 0; bits < 1 << boxes.length; bits++) {
        radio.checked = true;
        boxes.forEach((b, i) => { b.checked = Boolean(bits >> i & 1); });
        boxes[0].dispatchEvent(new Event("change", { bubbles: true }));
        found.push(read(root));
      }
      return found;
    }"""
    )
    every = list(states())
    assert len(shown) == len(every) == 512 * len(READINGS)
    for (rules, reading), texts in zip(every, shown):
        expected = slots(summary(rules, reading))
        wrong = {k: (v, expected[k]) for k, v in texts.items() if v != expected[k]}
        assert not wrong, f"{rules}, {reading}: {wrong}"
    assert set(shown[0]) == (
        set(expected)
        if which == "all"
        else {"placements", "columns"} | {f"{s}{a}" for s in ("start", "share") for a in range(7)}
    )


@pytest.mark.parametrize("name", CORE)
def test_turning_a_switch_says_in_words_what_changed(page, name):
    before, after = slots(state("core")), slots(state("core", name))
    rule(page, name).click()
    assert said(page) == f"No longer counts: {RULES[name].says} {changes(before, after)}"
    rule(page, name).click()
    assert said(page) == f"Counts now: {RULES[name].says} {changes(after, before)}"


def test_the_reading_of_day_3_and_the_presets_say_what_changed(page):
    panel(page).get_by_label("one day", exact=True).check()
    assert said(page) == f"Day 3 now read as: one day. {changes(slots(state()), slots(state(reading='one day')))}"
    panel(page).get_by_role("button", name="All nine").click()
    assert said(page).startswith("Preset: All nine. Placements left: 58, now 41.")
    assert "All nine, day 3 as one day" in panel(page).inner_text()
    panel(page).get_by_label("two samplings").check()
    rule(page, "support_added").click()
    assert "No number changes" in said(page)


def test_each_rule_stands_with_its_number_and_label_and_without_its_name_in_code(page):
    labels = [" ".join(text.split()) for text in panel(page).locator(".lamp-words").all_inner_texts()]
    for n, (text, one) in enumerate(zip(labels, RULES.values(), strict=True), 1):
        assert text.startswith(f"{n}. {one.says} {one.label}") and text.endswith(one.rests_on)
    shown = page.locator("[data-multiverse]").all_inner_texts()
    assert not [name for name in RULES for text in shown if name in text], "names in code stand before readers"


def test_large_counts_show_every_digit(page):
    panel(page).get_by_role("button", name="No rule").click()
    assert "3,938,240,250,000 placements left" in panel(page).inner_text()
    assert overflow(page) == 0


@pytest.mark.parametrize(
    "preset, reading, number",
    [("Core rules", "two samplings", 41), ("Core rules", "one day", 58), ("All nine", "two samplings", 10)],
)
def test_single_placements_can_be_leafed_through(page, preset, reading, number):
    here = panel(page)
    here.get_by_role("button", name=preset, exact=True).click()
    here.get_by_label(reading, exact=True).check()
    rules = CORE if preset == "Core rules" else tuple(RULES)
    expected, options = listing(rules, reading), here.locator("select option").all_inner_texts()
    assert options == [f"{i} of {number}: {placement_words(p)}" for i, p in enumerate(expected, 1)]
    for index in (0, number // 2, number - 1):
        here.locator("select").select_option(index=index)
        assert placed(here) == expected[index], f"placement {index + 1}"
        assert "One of" in here.locator("[data-note]").inner_text()
    assert here.locator(".tile:not([data-placement=reconstructed])").count() == 0, "a tile that looks printed"
    assert here.get_by_role("button", name="Next").get_attribute("aria-disabled") == "true"
    here.get_by_role("button", name="Previous").click()
    assert here.locator("select").evaluate("s => s.selectedIndex") == number - 2
    assert f"Placement {number - 1} of {number}" in here.locator("[data-moved]").inner_text()


def test_the_reference_placement_is_shown_first_and_named(page):
    assert "the reference placement" in panel(page).locator("select option:checked").inner_text()
    rule(page, "support_until_anakinra").click()
    assert panel(page).locator(".placement-bar").is_hidden() and "too many to list" in panel(page).inner_text()


# ---- tiles, lamps, cells ----


def placed(here):
    """Where the tiles of a board stand: {row: column labels}."""
    rows = here.locator(
        ".tile-row"
    ).evaluate_all("""rows => rows.map(r =>
        [r.getAttribute("aria-label").split(",")[0],
         [...r.querySelectorAll(".tile")].map(t => Number(t.dataset.at))])""")
    return {name: tuple(COLUMNS[at] for at in ats) for name, ats in rows}


def test_lamps_judge_any_tiles_as_the_rules_do(page):
    """Tiles are pushed about at random, under each reading of day 3; each lamp is held against the Python."""
    here, pick = panel(page), random.Random(11)
    here.get_by_role("button", name="No rule").click()
    seen = set()
    for reading in READINGS:
        here.locator("input[type=radio]").nth(list(READINGS).index(reading)).check()
        for _ in range(12 if reading == "two samplings" else 6):
            for row in range(6):
                tiles = here.locator(".tile-row").nth(row).locator(".tile")
                tile = tiles.nth(pick.randrange(tiles.count()))
                for _ in range(pick.randrange(4)):
                    tile.dispatch_event(
                        "keydown",
                        {
                            "key": pick.choice(["ArrowLeft", "ArrowRight", "ArrowRight"]),
                            "shiftKey": pick.random() < 0.5,
                        },
                    )
            tiles = placed(here)
            lamps = here.locator(".lamp").evaluate_all("lamps => lamps.map(l => l.dataset.kept)")
            for name, lamp in zip(RULES, lamps, strict=True):
                kept = fits(tiles, name, reading)
                assert (lamp == "yes") == kept, f"{name}, {reading}: {tiles}"
                seen.add((name, kept))
    assert len(seen) == 2 * len(RULES), f"not every rule was kept once and broken once: {seen}"


def fits(tiles, name, reading):
    """Whether one placement keeps one rule, by the Python."""
    columns = {drug: [COLUMNS.index(c) for c in at] for drug, at in tiles.items()}
    if name == "one_run":
        return all(tuple(at) in row_placements(drug, True, reading) for drug, at in columns.items())
    twice = lambda at: {2, 3} <= set(at)
    row = {f"{d}_cut": columns[d][FIRST_CUT[d] - 1] for d in INFUSIONS} | {
        d: columns[d][0] for d in (*INFUSIONS, "IVIG", "anakinra")
    }
    row |= {"pulse": columns["methylprednisolone"][2], "pulse_twice": twice(columns["methylprednisolone"][2:5])}
    row |= {f"{d}_twice": twice(columns[d]) for d in ("IVIG", "anakinra")}
    return bool(RULES[name].holds(pd.DataFrame([row])).iloc[0])


@pytest.mark.parametrize("reading", READINGS)
def test_a_free_cell_is_one_that_a_placement_uses(page, reading):
    here = panel(page)
    here.get_by_role("button", name="Core rules", exact=True).click()
    here.locator("input[type=radio]").nth(list(READINGS).index(reading)).check()
    every = placements(CORE, reading)
    for n, drug in enumerate(every[0]):
        free = (
            here.locator(".tile-row")
            .nth(n)
            .locator(".tile-cell")
            .evaluate_all("cells => cells.map(c => !c.classList.contains('cannot'))")
        )
        assert [c for c, is_free in zip(COLUMNS, free) if is_free] == [
            c for c in COLUMNS if any(c in p[drug] for p in every)
        ], drug


@pytest.mark.parametrize("how", ["keys", "mouse", "touch", "tap"])
def test_tiles_move_by_keys_mouse_finger_and_tap(browser, server, how):
    context = browser.new_context(viewport={"width": 375, "height": 812}, has_touch=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto(server + PAGE)
    here = panel(page, "counts")
    row = here.locator(".tile-row").nth(5)
    tile, cell = row.locator(".tile").first, row.locator(".tile-cell").nth(6)
    tile.scroll_into_view_if_needed()
    assert here.locator("[data-note]").inner_text().startswith("Day 1: before the reason for giving it.")
    at, to = tile.bounding_box(), cell.bounding_box()
    middle = lambda box: (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    if how == "keys":
        tile.focus()
        for _ in range(6):
            page.keyboard.press("Shift+ArrowRight")
    elif how == "mouse":
        page.mouse.move(*middle(at))
        page.mouse.down()
        page.mouse.move(*middle(to), steps=5)
        page.mouse.up()
    elif how == "touch":
        for kind, (x, y) in (("pointerdown", middle(at)), ("pointermove", middle(to)), ("pointerup", middle(to))):
            page.evaluate(
                """([tile, kind, x, y]) => {
                    tile.setPointerCapture = () => {};
                    tile.dispatchEvent(new PointerEvent(kind,
                        { pointerType: "touch", clientX: x, clientY: y, bubbles: true }));
                }""",
                [tile.element_handle(), kind, x, y],
            )
    else:
        cell.tap()
    assert (
        placed(here)["anakinra"][0 if how != "tap" else 3] == {"keys": "6", "mouse": "6", "touch": "6", "tap": "6"}[how]
    )
    assert tile.get_attribute("aria-valuetext").startswith("column")
    assert "anakinra now begins in column" in here.locator("[data-moved]").inner_text()
    context.close()


def test_counting_the_rules_one_by_one_ends_at_a_placement_that_fits(open_page, server):
    page = open_page(server + PAGE, 375)
    here, left = panel(page, "counts"), []
    for _ in CORE:
        here.locator("[data-next]").click()
        left.append(here.locator(".big [data-slot=placements]").inner_text())
    assert left == ["33,075", "6,615", "4,536", "1,554", "546", "275", "41"] and here.locator("[data-next]").is_hidden()
    here.get_by_role("button", name="Show one that fits").click()
    assert (
        here.locator("[data-note]")
        .inner_text()
        .startswith("One of 41. In every one of them anakinra begins in 3a or 3b.")
    )
    assert "same printed day" not in here.inner_text(), "the finding comes after the question"


def test_the_row_of_chapter_1_begins_packed_and_moves(open_page, server):
    page = open_page(f"{server}/book/01-one-child-one-table.html", 375, reduced_motion="reduce")
    here = page.locator(".teaser")
    assert "210 ways" in here.inner_text() and here.locator("[data-note]").inner_text().startswith(
        "Day 1: before the reason"
    )
    here.locator(".tile").first.press("ArrowRight")
    assert placed(here)["anakinra"] == ("2", "3a", "3b", "4") and here.locator("[data-note]").inner_text().startswith(
        "Column 2: possible."
    )
    assert not violations(page, ".teaser") and overflow(page) == 0


# ---- the order of the page, and the gate ----


def test_the_page_asks_before_it_tells(site):
    main = soup(site / PAGE[1:]).select_one("main article")
    assert [h.get_text().rstrip("#") for h in main.select("h2")] == ORDER
    text = main.get_text(" ")
    in_order = [
        "Push each dose to where you think it stood",
        "Nothing failed, and the table has no holes",
        "whole table: 4.2e+23",
        "Nine rules, the fact each rests on",
        "Which one would you give up first?",
        "stand on the same printed day, day 3.",
        "Read strictly, nothing is left",
        "Its limit.",
        "What the authors could answer",
        "Our printed table has its blanks: look there",
        "Claims and the share of placements",
        "Every combination of the rules",
        "From print to figure, what happens",
    ]
    places = [text.index(words) for words in in_order]
    assert places == sorted(places), "the page tells in another order"
    assert not re.search(
        r"same printed day|same\s+column",
        text[: text.index("Which one would you give up first?")].split("After this chapter")[1],
    ), "the finding is told before the question"


def test_the_finding_waits_for_the_choice(open_page, server):
    page = open_page(server + PAGE)
    assert page.get_by_role("heading", name="The finding").is_hidden() and page.locator("[data-gate]").is_visible()
    page.locator('[data-question="give-up"] input[value="1"]').check()
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
    page.locator('[data-question="give-up"] input[value="7"]').check()
    assert page.get_by_role("button", name="Without what I would give up").count() == 0
    page.locator('[data-question="give-up"] input[value="9"]').check()
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
    panel(page, "counts").locator("[data-next]").click()
    assert (
        not violations(page, "[data-multiverse=all]")
        and not violations(page, "[data-multiverse=counts]")
        and overflow(page) == 0
    )


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
    assert (
        "41 placements left" in text
        and "Core rules, day 3 as two samplings" in text
        and "Day 1: before the reason for giving it." in text
    )
    assert panel(page).locator("form").is_hidden() and page.locator("[data-gate]").is_hidden()
    assert panel(page, "counts").locator("[data-slot=placements]").inner_text() == "3,938,240,250,000"


def test_shares_are_never_called_probabilities(site):
    text = soup(site / PAGE[1:]).select_one("main article").get_text(" ")
    for sentence in re.findall(r"[^.?!]*probabilit[^.?!]*[.?!]", text):
        assert re.search(r"never|\bno probability|may you write", sentence, re.I), sentence
