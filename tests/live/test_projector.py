"""The projector: a class's hands asked, counted, summed up and saved, and nothing told too early; without a browser."""

import csv
import re

import pytest
import yaml
from bs4 import BeautifulSoup

from casebook import COLUMNS, CaseDataError, ballots
from casebook.classroom.projector import Projector, changed
from conftest import TOP, html, inside
from live_view import TOKENS, titles

BOOK = TOP / "book"
CASE = yaml.safe_load((BOOK / "case.yml").read_text("utf-8"))["steps"]


@pytest.fixture
def projector(stepper, tmp_path):
    return Projector(stepper, tmp_path)


def fields(projector):
    """The fields for hands that show now."""
    return [w for w in inside(projector.place) if type(w).__name__ == "BoundedIntText"]


def title(projector):
    return re.search(r'class="panel-title"[^>]*>(.*?)</p>', projector.place.children[0].value)[1]


def walk(projector):
    """Every screen in order, by the button."""
    while True:
        yield projector.screens[projector.now]
        if projector.now == len(projector.screens) - 1:
            return
        projector.next.click()


def raise_hands(projector):
    """Different hands everywhere, as screens pass; returns what was typed by step and kind."""
    typed, n = {}, 0
    for screen in walk(projector):
        for ballot in screen.ballots:
            for field in projector.fields[ballot].children[:-1]:
                field.value = n = (n + 3) % 17
            typed[ballot.step, ballot.kind] = [field.value for field in projector.fields[ballot].children[:-1]]
    return typed


def test_every_question_with_options_is_asked_and_keeps_its_hands_forth_and_back(projector):
    typed = raise_hands(projector)
    for step in CASE:
        label = f"Column {step['step']}" if step["step"] in COLUMNS else step["step"].capitalize()
        assert len(typed[label, "decision"]) == len(step["options"])
        assert ((label, "sure") in typed) == step["scored"]
        assert [kind for at, kind in typed if at == label and kind in step.get("predict", [])] \
            == step.get("predict", [])
    assert len(typed["Column 2", "second vote"]) == 3 and len(typed["Column 3b", "assumption"]) == 6
    assert len(typed["Column 3b", "second question"]) == 4, "three rows change, or none says anything alone"
    while projector.now:
        for ballot in projector.screens[projector.now].ballots:
            shown = [field.value for field in fields(projector) if field in projector.fields[ballot].children]
            assert shown == typed[ballot.step, ballot.kind] == [o.hands for o in ballot.options]
            assert f"Hands: {sum(shown)}<" in html(projector.fields[ballot])
        projector.back.click()


def test_no_grade_feedback_or_value_shows_before_its_question_was_passed(projector):
    steps = {f"Column {s['step']}" if s["step"] in COLUMNS else s["step"].capitalize(): s for s in CASE}
    graded, reached = set(), set()
    for screen in walk(projector):
        shown, label = html(projector.place), screen.panel.label if screen.panel else None
        if screen.title in ("Known today", "Decide", "How sure?") or screen.title.startswith("Predict"):
            assert label not in graded and "grades-note" not in shown
            here = {f"{p} {t}" for p, t, c in TOKENS if c == screen.panel.step}
            new = here - {f"{p} {t}" for p, t, c in reached}
            assert not titles(projector.place) & new, f"{label}: a value of its record stands in {screen.title}"
        if "grades-note" in shown and label:
            graded.add(label)
            for option in steps[label]["options"]:
                assert option["grade"] in shown
        if screen.title == "Trap and recap":
            reached |= {t for t in TOKENS if t[2] == screen.panel.step}
    assert graded == set(steps)


def test_column_3b_opens_treatments_and_second_question_before_grades_and_measurements(projector):
    order = [s.title for s in projector.screens if s.panel and s.panel.step == "3b"]
    assert order == ["Known today", "Decide", "Predict EF", "Predict procalcitonin", "What was done",
                     "Before the measurements", "Before the measurements: hands", "Verdict", "What changed", "Tables",
                     "Before the finding", "Before the finding: hands", "The finding", "What it rests on",
                     "Now ask, in this order", "Model sentence", "What you may have written", "Trap and recap"]
    seen = ""
    for screen in walk(projector):
        if screen.panel and screen.panel.step == "3b":
            if screen.title == "Verdict":
                assert "4564" not in seen, "ProBNP of 3b is told before the second question"
            if screen.title == "The finding":
                assert "41" in html(projector.place)
            if screen.title == "What it rests on":
                assert "What the authors could answer" in html(projector.place)
                assert "What the authors could answer" not in seen
            seen += html(projector.place)
    assert set(changed(projector.stepper.table, "3b")) == {"dobutamine", "anakinra", "methylprednisolone"}


def test_the_hour_has_the_minutes_for_the_screens_that_next_shows(projector):
    """The plan's own counts: 200 words a minute, 40 seconds a vote by hand and a minute to type it, and the talk."""
    hour = yaml.safe_load((BOOK / "instructor" / "plans" / "one-hour.yml").read_text("utf-8"))
    pages = {f"04-day-by-day#step-{step}" for step in hour["projector"]}
    steps = [step for step in hour["sessions"][0]["steps"] if pages & set(step.get("pages", ()))]
    projector.route.value, words, votes, shown = "one-hour", 0, 0, 0
    projector.go(0)
    while True:
        screen = projector.screens[projector.now]
        page = BeautifulSoup(screen.html(), "html.parser")
        for closed in page.select("svg, details > :not(summary), .visually-hidden, .legend-line"):
            closed.decompose()
        words += len(" ".join([page.get_text(" "), *(o.text for b in screen.ballots for o in b.options)]).split())
        votes, shown = votes + len(screen.ballots), shown + 1
        if screen.title == "The class":
            break
        assert screen.panel.step in hour["projector"]
        projector.next.click()
    votes += 1                                                                # column 1 votes again after the talk
    needed = words / 200 + votes * 100 / 60 + sum(step["talk"] for step in steps)
    assert needed <= sum(step["minutes"][1] - step["minutes"][0] for step in steps), f"{needed:.1f} minutes"
    assert shown < len(projector.screens) / 4
    print(f"{shown} of {len(projector.screens)} screens, {words} words, {votes} votes, {needed:.1f} minutes")


def test_passing_a_question_uncounted_is_said_on_the_button(projector):
    projector.next.click()
    assert title(projector) == "Decide" and projector.next.description == "Go on without counting"
    fields(projector)[1].value = 12
    assert projector.next.description == "Next: How sure?"
    projector.next.click()
    assert projector.next.description == "Go on without counting"
    projector.next.click()
    assert "12 hands" in html(projector.place)


def test_the_ends_hold_and_a_time_point_is_one_choice_away(projector):
    projector.back.click()
    assert projector.now == 0
    names = [name for name, _ in projector.jump.options]
    assert names == ["Admission", *(f"Column {c}" for c in COLUMNS), "Follow-up", "The class"]
    projector.jump.value = dict(projector.jump.options)["Column 3b"]
    assert projector.screens[projector.now].panel.step == "3b" and title(projector) == "Known today"
    projector.back.click()
    assert projector.jump.value == dict(projector.jump.options)["Column 3a"] and title(projector) == "Trap and recap"
    projector.jump.value = dict(projector.jump.options)["The class"]
    projector.next.click()
    assert title(projector) == "The class" and "No hands counted yet" in html(projector.place)


def test_what_cannot_be_a_count_is_not_kept(projector):
    projector.next.click()
    field = fields(projector)[0]
    for typed, kept in ((-3, 0), (5000, 999), (7, 7)):
        field.value = typed
        assert field.value == kept == projector.ballots[0].options[0].hands
    for wrong in ("many", None, [1]):
        with pytest.raises(Exception, match="(?i)value|int"):
            field.value = wrong
        assert projector.ballots[0].options[0].hands == 7


def test_a_screen_asks_for_one_vote_and_shows_two_figures_at_most(projector):
    assert max(len(screen.ballots) for screen in projector.screens) == 1
    assert max(html(projector.place).count("<figure") for _ in walk(projector)) <= 2


def test_the_picture_of_hands_says_every_number_and_mark_in_words():
    ballot = ballots.Ballot("Column 1", "decision", [ballots.Option("a", "risky", hands=3),
                                                     ballots.Option("b", "well supported", hands=0),
                                                     ballots.Option("c", hands=14)])
    figure = ballot.figure()
    assert figure.title == "Column 1: 17 hands" \
        and figure.description == "A bar for each option. A: 3, risky; B: 0, well supported; C: 14."
    assert figure.table.values.tolist() == [["A", "risky", 3], ["B", "well supported", 0], ["C", "–", 14]]
    [drawn] = figure.variants[0][1].to_dict()["datasets"].values()
    assert [row["says"] for row in drawn] == ["3 – risky", "0 – well supported", "14"]


def test_the_summary_agrees_with_a_count_by_hand(projector):
    typed = raise_hands(projector)
    rows = ballots.summary(projector.ballots).set_index("step")
    assert len(rows) == len(CASE)
    for step in CASE:
        label = f"Column {step['step']}" if step["step"] in COLUMNS else step["step"].capitalize()
        raised = typed[label, "decision"]
        assert rows.loc[label, "hands"] == sum(raised)
        if step["scored"]:
            good = sum(n for n, o in zip(raised, step["options"]) if o["grade"] in ("well supported", "supported"))
            a, b, c = typed[label, "sure"]
            assert rows.loc[label, "share"] == pytest.approx(100 * good / sum(raised))
            assert rows.loc[label, "sure"] == pytest.approx((50 * a + 70 * b + 90 * c) / (a + b + c))
        else:
            assert rows.loc[label, ["share", "sure"]].isna().all()
    told = html(projector.place)
    assert title(projector) == "The class" and told.count("<figure") == 1 \
        and f"{rows.loc['Column 1', 'share']:.0f} %" in told


def test_saving_writes_each_count_once_and_overwrites_nothing(projector, tmp_path):
    projector.saving.click()
    assert "Not saved: no hands counted" in projector.said.value and not list(tmp_path.iterdir())
    typed = raise_hands(projector)
    (tmp_path / "hands-1.csv").write_text("mine")
    projector.saving.click()
    assert "Saved as hands-2.csv" in projector.said.value and (tmp_path / "hands-1.csv").read_text() == "mine"
    with (tmp_path / "hands-2.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(key, n) for key, numbers in typed.items() for n in enumerate(numbers)} == \
        {((r["step"], r["question"]), (ord(r["letter"]) - 65, int(r["hands"]))) for r in rows}
    marks = {r["book_says"] for r in rows if r["step"] == "Admission" and r["question"] == "decision"}
    assert marks == {"risky", "well supported", "defensible"}
    projector.saving.click()
    assert (tmp_path / "hands-3.csv").read_bytes() == (tmp_path / "hands-2.csv").read_bytes()


def test_a_saved_count_opens_in_a_spreadsheet_as_text(tmp_path):
    path = ballots.save([ballots.Ballot("Column 1", "decision", [ballots.Option("=1+1", hands=2)])],
                        tmp_path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfstep,") and ",'=1+1," in path.read_text("utf-8")


def test_a_folder_that_takes_no_file_is_named_and_the_class_goes_on(projector, tmp_path):
    raise_hands(projector)
    projector.folder = tmp_path / "missing"
    projector.saving.click()
    assert "Not saved" in projector.said.value and "Remedy" in projector.said.value
    with pytest.raises(CaseDataError, match="missing"):
        ballots.save(projector.ballots, projector.folder)


def test_clearing_asks_once_more(projector):
    raise_hands(projector)
    counted = sum(b.total for b in projector.ballots)
    projector.clearing.click()
    assert projector.clearing.description == f"Clear all {counted}? Press again" \
        and sum(b.total for b in projector.ballots) == counted
    projector.back.click()
    assert projector.clearing.description == "Clear counts", "moving on takes the question back"
    projector.clearing.click()
    projector.clearing.click()
    assert sum(b.total for b in projector.ballots) == 0
