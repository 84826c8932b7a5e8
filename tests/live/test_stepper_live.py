"""The live face of the stepper as widgets, without a browser."""

import re

import pytest

from casebook import COLUMNS
from casebook.display.jupyterlab import style
from casebook.display.text import render
from conftest import STEPS, html, inside
from live_view import TOKENS, WITH_RECORD, click, commit, control, go_to, spoken, titles, words


@pytest.fixture
def view(stepper):
    return stepper.widget()


def test_each_record_holds_the_tokens_of_its_column_and_none_shows_before(view):
    reached = set()
    for step in STEPS:
        assert titles(view, hidden=True) <= spoken(reached), \
            f"values of column {step} or later are there before its record is opened"
        if step in COLUMNS:
            probnp = next(t for p, t, c in TOKENS if p == "ProBNP" and c == step)
            assert not re.search(rf"\b{re.escape(probnp)}\b", words(html(view, hidden=True))), \
                f"ProBNP of column {step} is told too early"
        click(view, WITH_RECORD)
        if step == "3b":
            click(view, "Now open the measurements")
        here = {(p, t) for p, t, c in TOKENS if c == step}
        reached |= here
        assert spoken(here) <= titles(view), f"tokens of column {step} are missing from its record"
        assert html(view).count("<figure") == 1, "one figure, which grows"
        if step != STEPS[-1]:
            click(view, "Next")


def test_previous_next_and_slider_move_and_stop_at_the_ends(view):
    slider = control(view, "Time point")
    click(view, "Previous")
    assert slider.index == 0
    for i in range(1, len(STEPS) + 1):
        click(view, "Next")
        assert slider.index == min(i, len(STEPS) - 1)
    assert f"{len(STEPS)} of {len(STEPS)}" in html(view)
    click(view, "Previous")
    assert slider.index == len(STEPS) - 2 and f"{len(STEPS) - 1} of {len(STEPS)}" in html(view)
    slider.index = 0
    assert "1 of 12: Admission" in html(view)
    slider.index = 9
    assert "10 of 12" in html(view), "a step once reached stays reached"


def test_the_slider_does_not_jump_past_the_next_step(view):
    slider = control(view, "Time point")
    slider.index = 8
    assert slider.index == 1 and "2 of 12: Column 1" in html(view)


def test_a_step_passed_by_counts_as_opened_and_not_predicted(view):
    go_to(view, "2")
    assert "What changed" not in html(view)
    click(view, "Previous")
    assert "You opened the record without committing" in html(view) and "5935" in html(view)


def test_nothing_is_chosen_beforehand_and_a_commitment_needs_both(view):
    option, sure = (control(view, d) for d in ("Your option", "How sure are you?"))
    assert (option.value, sure.value) == (None, None)
    for control_, value, missing in ((None, None, "an option, how sure you are"), (option, 1, "how sure you are")):
        if control_:
            control_.value = value
        click(view, "Commit")
        assert f"Still missing: {missing}." in html(view) and "Your verdict" not in html(view)
    sure.value = 90
    click(view, "Commit")
    assert "Your verdict" in html(view) and "What changed" not in html(view)
    click(view, "See what changed")
    assert "What changed" in html(view)


def test_a_draft_is_not_passed_by_unasked(view):
    control(view, "Your option").value = 1
    for way_on in "Next", WITH_RECORD:
        assert "1 of 12" in html(view)
        click(view, way_on)
        if way_on == "Next":
            assert "Commit this?" in html(view) and control(view, "Your option").value == 1
    assert "without committing" in html(view), "the second time it opens"


def test_a_commitment_stays_and_its_own_verdict_comes_first(view, stepper):
    go_to(view, "3a")
    commit(view, 2, confidence=90, reason="a <b> & c", ef="same")
    click(view, "See what changed")
    for _ in "now", "after going on and back":
        told = words(html(view))
        assert "Defensible You, 90 % sure: Yes. Step up treatment today" in told and "Your reason: a <b> & c." in told
        assert "✗ EF: you said the same; it was lower, 67 → 53 (reconstructed)." in told
        assert told.index("On several inotropes this can be argued") < told.index("Feedback for every option")
        click(view, "Next")
        click(view, "Previous")


def test_options_show_their_letters_and_texts(view, stepper):
    for panel in stepper.panels:
        labels = [label for label, _ in control(view, "Your option").options]
        assert [label[:3] for label in labels] == [f"{letter}. " for letter in "ABCDEF"[:len(panel.script["options"])]]
        assert all(len(label) > 10 for label in labels)
        click(view, "Next")


@pytest.mark.parametrize("committing", [True, False])
def test_the_second_question_opens_treatments_first(view, committing):
    go_to(view, "3b")
    if committing:
        commit(view, 0)
        click(view, "See what was done")
    else:
        click(view, WITH_RECORD)
    assert "Before the measurements" in html(view) and "anakinra 8 begins" in html(view)
    assert "ProBNP 4564" not in titles(view, hidden=True) and "4564" not in html(view, hidden=True)
    control(view, "Your note").value = "mine"
    click(view, "Now open the measurements")
    assert "ProBNP 4564" in titles(view) and "which assumption would you give up" in html(view)
    click(view, "Next")
    click(view, "Previous")
    assert control(view, "Your note").value == "mine"


def test_calibration_counts_hits_by_confidence(view, stepper):
    hits = [next((n for n, o in enumerate(p.script["options"]) if o["grade"] in ("well supported", "supported")), 0)
            for p in stepper.panels]
    commit(view, hits[0], confidence=90)
    click(view, "Next")
    commit(view, 3, confidence=90)
    click(view, "Next")
    commit(view, hits[2], confidence=50, vis="same")
    for _ in STEPS[3:]:
        click(view, "Next")
    click(view, WITH_RECORD)
    told = words(html(view))
    assert "You committed at 3 of 11 steps" in told
    assert "Hits: 50 % sure: 1 of 1; 70 % sure: none chosen; 90 % sure: 1 of 2." in told
    assert "Your predictions: 0 of 1 right." in told
    assert "Your calibration: confidence against hits" in told \
        and "lasts until the kernel stops; no file keeps it" in told


def strings(part):
    """Every text of a part of the script; keys that hold no text for readers are left out."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key not in ("step", "grade", "scored", "correct"):
                yield from strings(value)
    elif isinstance(part, list):
        for value in part:
            yield from strings(value)
    else:
        yield part


def test_both_faces_hold_the_same_words(view, stepper):
    told = ""
    for step in STEPS:
        told += html(view) + " ".join(label for label, _ in control(view, "Your option").options) \
            + " ".join(w.description for w in inside(view) if hasattr(w, "description"))
        click(view, WITH_RECORD)
        if step == "3b":
            told += html(view) + " ".join(w.description for w in inside(view) if hasattr(w, "description"))
            click(view, "Now open the measurements")
        told += html(view) + " ".join(w.description for w in inside(view) if hasattr(w, "description"))
        click(view, "Next")
    static, told = words(stepper.static_html()), words(told)
    every = [words(render(text)) for panel in stepper.panels
             for text in strings({k: v for k, v in panel.script.items() if k != "predict"})] + \
        [words(block) for block in re.findall(
            r'(?s)<(?:p class="(?:vis|legend-line|grades-note)"|ul class="chips")[^>]*>(.*?)</(?:p|ul)>',
            stepper.static_html())]
    assert len(every) > 240
    for text in every:
        assert text in static, f"the static face lacks: {text}"
        assert text in told, f"the live face lacks: {text}"


def test_the_live_face_asks_for_nothing_and_leads_nowhere(view):
    assert "[data-jp-theme-light=false] & {" in style() and "& {" in style(), \
        "the site's colours no longer reach JupyterLab"
    for _step in STEPS:
        click(view, WITH_RECORD)
        shown = html(view, hidden=True) + style()
        assert not re.search(r"https?://(?!www\.w3\.org)|@import|url\(", shown), "an address of another host"
        assert not re.search(r" href=|<form|<script|<textarea", shown), "a link or form that would leave JupyterLab"
        click(view, "Next")
