"""Chapter 9: every state of the switches against Python, what a change is said to do, keyboard, no script."""

import re
from itertools import product

from casebook import charts, kinetics
from conftest import overflow, until

PAGE = "/book/09-falling-curves.html"
LIMITS = "[data-choices=limits]"
READINGS = list(kinetics.PCT_READINGS)


def choose(page, name, index, choices=LIMITS):
    page.locator(f"{choices} input[name$='-{name}'][value='{index}']").evaluate("radio => radio.click()")


def shown(page, choices=LIMITS):
    panel = page.locator(f"{choices} .choice:visible")
    assert panel.count() == 1
    return panel


def test_every_state_says_which_steps_break_which_limit(shared_page, server):
    page = shared_page(server + PAGE)
    for g, s, r in product(range(3), range(3), range(3)):
        for name, index in zip(("gap", "slack", "reading"), (g, s, r)):
            choose(page, name, index)
        gap, slack, reading = kinetics.GAPS[g], kinetics.SLACKS[s], READINGS[r]
        rows = (("CRP", kinetics.steps("CRP", gap)),
                ("Procalcitonin", kinetics.steps("procalcitonin", gap, reading=reading)))
        expected = [f"{name} {step.first} → {step.last}, columns {step.start} to "
                    f"{step.end}: {step.shortfall:.0f} h short"
                    for name, steps in rows for step in kinetics.broken(steps, slack).itertuples()]
        panel = shown(page)
        assert panel.locator("li").all_inner_texts() == expected, f"gap {gap}, slack {slack}, {reading}"
        assert panel.locator("svg:visible").get_attribute("aria-label").endswith(
            f"gap {gap} h, slack {slack} h, procalcitonin {reading}")
        drawn = " | ".join(panel.locator("svg:visible text").all_text_contents())
        assert sorted(re.findall(r"\d+ h short", drawn)) == sorted(re.findall(r"\d+ h short", " | ".join(expected)))
        blanks = kinetics.unbroken_crp(gap, slack)
        assert f"CRP {len(blanks)} of 10" in panel.inner_text()


def test_a_change_is_told_in_words_and_announced(open_page, server):
    page = open_page(server + PAGE)
    changed, live = page.locator(f"{LIMITS} .choice-changed"), page.locator(f"{LIMITS} [role=status]")
    assert changed.inner_text() == "Turn one switch, and read here what it changed." and live.inner_text() == ""
    choose(page, "slack", 0)
    assert changed.inner_text() == ("Now broken: CRP 121 → 75 (1 h short); CRP 9.8 → 3.4 (5 h short). "
                                    "CRP placements that break none: 1 of 10 (blank on day 6) before, 0 of 10 now.")
    assert (live.text_content().startswith(changed.inner_text())
            and "CRP breaks its limit in two steps" in live.text_content())
    choose(page, "gap", 0)
    assert changed.inner_text() == ("No longer broken: CRP 121 → 75 (1 h short). Procalcitonin 41 → 4.3: 42 "
                                    "h short before, 30 h short now. "
                                    "Procalcitonin, best placement: 42 h short before, 30 h short now.")
    choose(page, "slack", 1)
    choose(page, "slack", 2)
    assert changed.inner_text() == "Nothing changes: the same steps break, by the same hours."
    page.locator(f"{LIMITS} button[type=reset]").click()
    until(page, "s => document.querySelector(s + ' .choice.start:not([hidden])')", arg=LIMITS)
    assert "42 h short now" in changed.inner_text()


def test_the_sentence_about_a_bend_follows_the_gap(shared_page, server):
    page = shared_page(server + PAGE)
    for index, gap in enumerate(kinetics.GAPS):
        choose(page, "gap", index, "[data-choices=bend]")
        panel = shown(page, "[data-choices=bend]")
        assert panel.locator(".choice-said").inner_text() == charts.bends._pace_panel(gap)[0]
        drawn = panel.locator("svg:visible text").all_text_contents()
        assert sorted(t for t in drawn if t.endswith(" h")) == sorted(f"{h:.0f} h"
                                                                      for h in kinetics.probnp_pace(gap).values())


def test_the_imaginary_drug_can_be_given_on_each_day(shared_page, server):
    page = shared_page(server + PAGE)
    for index, day in enumerate(charts.bends.DAYS):
        choose(page, "day", index, "[data-choices=gradual]")
        before, after = kinetics.two_slopes(day)
        assert shown(page, "[data-choices=gradual]").locator(".choice-said").inner_text() == \
            f"Before day {day} the level halves in {before:.0f} h, after it in {after:.0f} h. " \
            f"Nothing happened on day {day}."


def test_by_keyboard_on_a_narrow_screen(open_page, server):
    page = open_page(server + PAGE, 320)
    page.locator(f"{LIMITS} input[name$='-reading'][value='0']").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.value") == "1", "focus stays on the choice"
    assert "No longer broken: Procalcitonin 41 → 4.3" in page.locator(f"{LIMITS} .choice-changed").inner_text()
    assert overflow(page) == 0


def test_the_lesson_is_whole_without_script(open_page, server):
    page = open_page(server + PAGE, 320, java_script_enabled=False)
    assert (page.locator(f"{LIMITS} .choice-said:visible").count() == 27
            and not page.locator(f"{LIMITS} .choice-changed").is_visible())
    assert page.locator(f"{LIMITS} svg:visible").count() == 1, \
        "one drawing, of the start values; the other states in words"
    for choices, states in (("bend", 3), ("gradual", 4)):
        assert page.locator(f"[data-choices={choices}] svg:visible").count() == states
    for name in ("speed-limits", "before-after", "unequal"):
        assert page.locator(f"figure.chart-{name} svg:visible").is_visible()
    assert overflow(page) == 0
