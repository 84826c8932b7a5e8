"""The four case definitions: the script against Python for every state, its words, keyboard, no script, phones."""

from functools import cache
from itertools import product

import numpy as np
import pytest

from casebook.models.criteria import DEFINITIONS
from casebook.models.kleene import SYMBOLS, WORDS
from casebook.models.units import UnitError
from casebook.pieces.case_definitions import CONTROLS, LETTERS, CaseDefinitions
from conftest import overflow, until, violations

PAGE = "book/02-mis-c-as-code.html"
READ = {"CDC 2020": ["days", "search", "crp", "unit", "ef", "platelets", "lymphocytes", "CDC2020-organ-systems"],
        "WHO 2020": ["days", "search", "crp", "unit", "ef", "WHO2020-fever"],
        "RCPCH 2020": ["temperature", "search", "crp", "unit", "ef", "lymphocytes", "neutrophils", "RCPCH2020-fever"],
        "CSTE/CDC 2023": ["search", "crp", "unit", "ef", "platelets", "lymphocytes"]}
"""The controls that can move each verdict."""


@pytest.fixture
def page(open_page, server):
    page = open_page(f"{server}/{PAGE}")
    page.wait_for_selector("[data-criteria] select")
    return page


@cache
def expected(definition):
    """Verdicts of one definition as letters, one axis a control; of length one where the control can't move it."""
    piece, shape = CaseDefinitions(), [len(c.options) if c.name in READ[definition] else 1 for c in CONTROLS]
    letters = np.empty(shape, dtype="U1")
    read = [c for c in CONTROLS if c.name in READ[definition]]
    for at in product(*(range(n) for n in shape)):
        state = {c.name: list(c.options)[i] for c, i in zip(CONTROLS, at) if c in read}
        try:
            letters[at] = LETTERS[piece.tree(definition, **state).value]
        except UnitError:
            letters[at] = "s"
    return letters


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_no_other_control_moves_a_verdict(definition):
    """Random states against the table that the script is held to."""
    letters, piece, chance = expected(definition), CaseDefinitions(), np.random.default_rng(2)
    for _ in range(300):
        at = [int(chance.integers(len(c.options))) for c in CONTROLS]
        try:
            letter = LETTERS[piece.tree(definition, **{c.name: list(c.options)[i] for c, i in zip(CONTROLS, at)}).value]
        except UnitError:
            letter = "s"
        assert letter == letters[tuple(i if n > 1 else 0 for i, n in zip(at, letters.shape))], at


def test_the_script_agrees_with_python_in_every_state(shared_page, server):
    page = shared_page(f"{server}/{PAGE}", width=1280)
    page.wait_for_selector("[data-criteria] select")
    every = [len(c.options) for c in CONTROLS]
    strings = ["".join(np.broadcast_to(expected(d), every).ravel()) for d in DEFINITIONS]
    count, wrong, seen = page.evaluate("""([sizes, expected]) => {
        const data = JSON.parse(document.querySelector('[data-criteria] script[type="application/json"]').textContent);
        const choice = sizes.map(() => 0), wrong = [], seen = expected.map(() => ({}));
        let count = 0;
        for (;;) {
          window.casebook.criteria.verdicts(data, choice).forEach((v, i) => {
            seen[i][v] = (seen[i][v] ?? 0) + 1;
            if (v !== expected[i][count] && wrong.length < 5) wrong.push([i, [...choice], v, expected[i][count]]);
          });
          count += 1;
          let at = sizes.length - 1;
          while (at >= 0 && ++choice[at] === sizes[at]) choice[at--] = 0;
          if (at < 0) return [count, wrong, seen];
        }
      }""", [every, strings])
    assert count == np.prod(every) and not wrong, wrong
    assert all(set(s) == set("tfus") for s in seen), "each definition can be met, not met, open and stopped"


def choose(page, label, option):
    page.locator("[data-criteria] label", has_text=label).first.locator("select").select_option(label=option)


def said(page):
    return page.locator("[data-criteria] [role=status]").inner_text()


def test_it_says_what_changed(page):
    choose(page, "Other causes", "cultures negative")
    assert said(page) == "Other causes: cultures negative. WHO 2020 moves from cannot tell to met."
    assert page.locator("[data-verdict='WHO 2020']").inner_text().split() == ["WHO", "2020", "✓", "met"]
    choose(page, "Platelets", "low: 90,000")
    assert ("No verdict moves." in said(page)
            and "“platelets below 150,000 per µL” moves from cannot tell to met" in said(page))
    choose(page, "Unit of CRP", "missing")
    assert "CRP 171 has no unit. Allowed: mg/L, mg/dL. The code stops: no verdict." in said(page)
    assert page.locator("[data-verdict] .node-word").all_inner_texts() == ["no verdict"] * 4
    choose(page, "Unit of CRP", "mg/L")
    assert "The code runs again." in said(page)
    page.get_by_role("button", name="The letter’s child").click()
    until(page, "document.querySelector('[data-criteria] [role=status]').textContent.startsWith('Back')")
    assert page.locator("[data-verdict] .node-word").all_inner_texts() == ["cannot tell"] * 4


def test_every_shown_node_follows_python(page):
    """Words and reasons in the page for some states of the controls, node by node."""
    piece = CaseDefinitions()
    page.evaluate("document.querySelectorAll('[data-criteria] details').forEach((d) => { d.open = true; })")
    state = {}
    for name, value in (("search", "all"), ("days", None), ("WHO2020-fever", "other"), ("ef", None),
                        ("CDC2020-organ-systems", "other"), ("crp", 4.2), ("lymphocytes", 700), ("temperature", 38.2)):
        control = next(c for c in CONTROLS if c.name == name)
        page.locator("[data-criteria] "
                     "select").nth(CONTROLS.index(control)).select_option(index=list(control.options).index(value))
        state[name] = value
        shown = page.evaluate("""() => {
            const text = (node, part) => node.querySelector(part).textContent;
            return Object.fromEntries([...document.querySelectorAll('[data-criteria] [data-node]')].map((n) =>
                [n.dataset.node, [text(n, '.node-word'), text(n, '.why'), text(n, '.sign')]]));
          }""")
        for tree in piece.trees(**state).values():
            for node in list(tree.walk())[1:]:
                assert shown[node.id] == [WORDS[node.value], node.why, SYMBOLS[node.value]], node.id


def test_keyboard_and_focus(page):
    select = page.locator("[data-criteria] label", has_text="Fever lasted").locator("select")
    select.focus()
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.tagName") == "SELECT" and "Fever lasted: 2 days." in said(page)
    assert "WHO 2020 moves from cannot tell to not met." in said(page)


def test_it_is_accessible_when_the_code_stops(open_page, server):
    page = open_page(f"{server}/{PAGE}", width=375, theme="dark")
    choose(page, "Other causes", "cultures positive")
    page.evaluate("document.querySelectorAll('[data-criteria] details').forEach((d) => { d.open = true; })")
    choose(page, "Unit of CRP", "missing")
    assert not violations(page, "[data-criteria]")


def test_on_a_narrow_phone_nothing_sticks_out_and_targets_are_large(open_page, server):
    page = open_page(f"{server}/{PAGE}", width=320)
    page.evaluate("document.querySelectorAll('[data-criteria] details').forEach((d) => { d.open = true; })")
    assert overflow(page) == 0
    sizes = page.evaluate("""[...document.querySelectorAll('[data-criteria] :is(select, button, summary)')]
        .map((e) => e.getBoundingClientRect().height)""")
    assert sizes and min(sizes) >= 24


def test_without_script_all_four_trees_are_there(open_page, server):
    page = open_page(f"{server}/{PAGE}", java_script_enabled=False)
    assert page.locator("[data-criteria] details[open] .criteria-tree").count() == 4
    assert page.locator("[data-criteria] .controls").is_hidden()
    assert page.get_by_text("no culture and no search for another cause is reported").first.is_visible()
