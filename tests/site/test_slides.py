"""Slides: one deck a plan, complete and in the plan's order, no answer before its question, nothing from elsewhere."""

import gzip
import os
import re

import pytest
import yaml
from bs4 import BeautifulSoup

from _ext import slides
from casebook.classroom.session_plans import ORDER
from casebook.tables.resources import CaseDataError
from conftest import SITE, TOP


def plan_steps(name):
    plan = yaml.safe_load((TOP / "book" / "instructor" / "plans" / f"{name}.yml").read_text("utf-8"))
    return [step for session in plan["sessions"] for step in session["steps"]]


@pytest.fixture(scope="module", params=ORDER)
def deck(site, request):
    soup = BeautifulSoup((site / "slides" / f"{request.param}.html").read_text("utf-8"), "html.parser")
    return request.param, soup, soup.select(".slides > section")


def first(sections, what):
    return next(i for i, section in enumerate(sections) if what(section))


def test_every_step_of_the_plan_has_slides_in_order_with_its_minutes_and_notes(deck):
    name, _, sections = deck
    steps, seen = plan_steps(name), list(dict.fromkeys(s["data-plan-step"] for s in sections))
    assert seen == [step["id"] for step in steps]
    for step in steps:
        mine = [s for s in sections if s["data-plan-step"] == step["id"]]
        clock = "{}–{} min".format(*step["minutes"])
        assert all(clock in s.select_one(".clock").get_text() for s in mine)
        labels = [e.get_text() for e in mine[0].select(".notes > p > strong")]
        assert [w for w, key in (("Do.", "do"), ("Say.", "say"), ("If time is short.", "if_short")) if key in step] == \
            [label for label in labels if label in ("Do.", "Say.", "If time is short.")]


def test_no_answer_before_its_question_and_the_finding_after_the_second_question_and_a_choice(deck):
    sections, asked = [s for s in deck[2] if not s.select(".stepper")], set()          # the stepper keeps its own order
    for section in sections:
        assert set(section["data-answers"].split()) <= asked, section["id"]
        asked |= set(section["data-asks"].split())
    second = first(sections, lambda s: "put your finger on every treatment row" in s.get_text())
    findings = first(sections, lambda s: "4564" in s.get_text())
    choice = first(sections, lambda s: "which one would you give up?" in s.get_text())
    finding = first(sections, lambda s: s.select_one(".chart-discovery"))
    authors = first(sections, lambda s: "What the authors could answer" in s.get_text())
    assert second < findings and max(second, choice) < finding < authors
    for section in sections[:finding]:
        shown = BeautifulSoup(str(section), "html.parser")
        for hidden in shown.select(".notes"):
            hidden.decompose()
        assert not re.search(r"\b(41 of 41|58 of 58)\b", shown.get_text()), f"{section['id']} tells the finding"


def test_a_deck_begins_with_the_notice_and_ends_with_both_exits(deck):
    _, soup, sections = deck
    opening, ending = sections[0].get_text(), sections[-1].get_text()
    assert "education, never medical advice" in opening and "real girl" in opening and "critically ill" in opening
    assert "It is not shown to work here." in ending and "It is not shown not to work here." in " ".join(ending.split())
    assert len(soup.select("h1")) == 1 and all(len(s.find_all(["h1", "h2"])) == 1 for s in sections)


def test_the_decks_hold_one_live_stepper_and_unique_anchors(deck):
    _, soup, _ = deck
    assert len(soup.select("[data-stepper=case]")) == len(soup.select("section#stepper")) == 1
    ids = [e["id"] for e in soup.select("[id]")]
    assert len(ids) == len(set(ids))


def test_every_figure_of_a_deck_has_a_name_and_a_description(deck):
    _, _, sections = deck
    figures = [figure for section in sections for figure in section.select("figure.chart")]
    assert figures
    for figure in figures:
        assert figure["aria-label"] and len(figure.select_one(".visually-hidden").get_text()) > 40
        assert all(svg["role"] == "img" and svg["aria-label"] for svg in figure.select("svg"))


def test_a_deck_has_no_inline_script_and_stays_within_its_weight(deck):
    name, soup, _ = deck
    assert not [s for s in soup.select("script") if not s.get("src")]
    assert not [a for e in soup.find_all(True) for a in e.attrs if a.startswith("on")]
    files = [(SITE / "slides" / (e.get("src") or e["href"])).resolve()
             for e in soup.select("script, link[rel=stylesheet]")]
    weight = sum(len(gzip.compress(f.read_bytes())) for f in [SITE / "slides" / f"{name}.html", *files])
    assert weight < 250_000, f"{weight} bytes"


def test_only_plan_pages_link_to_slides(site):
    linking = {p.stem for p in (site / "book").rglob("*.html")
               if re.search(r'href="[./]*slides/', p.read_text("utf-8"))}
    assert linking == {f"plan-{name}" for name in ORDER}


HEAD = "step: opening\n\n# Title\n"


@pytest.mark.parametrize("text, words", [
    ("no head\n\n# Title\n", "slide 1"),
    ("step: nowhere\n\n# Title\n", "step 'nowhere'"),
    (HEAD, "no slide for claim"),
    (HEAD + "\n---\nstep: column-3b\n\n## Late\n", "step 'column-3b'"),
    (HEAD + "\n{{ answer('10.1') }}\n", "the answer to 10.1"),
    (HEAD + "\n{{ question('10.99') }}\n", "no question 10.99"),
    (HEAD + "\n{{ piece('10-does-one-case-prove-it', '.nothing') }}\n", "no such element"),
    (HEAD + "\n{{ unknown }}\n", "unknown"),
    (None, "found slides, votes and talk of")])
def test_a_broken_deck_is_refused_by_file_and_place(tmp_path, site, text, words):
    file = tmp_path / "one-hour.md"
    whole = (slides.DECKS / "one-hour.md").read_text("utf-8")
    file.write_text(text or whole.replace("One child, one printed table,", "word " * 500), "utf-8")
    (tmp_path / "shared").symlink_to(slides.DECKS / "shared")
    with pytest.raises(CaseDataError) as refused:
        slides.make_deck(file, slides.Pages(site / "book"))
    assert str(file) in str(refused.value) and words in str(refused.value)


def test_a_deck_is_made_again_when_a_page_that_it_shows_is_newer_and_for_no_other(tmp_path):
    deck, *pages = (tmp_path / name for name in ("slides/x.html", "book/shown.html", "book/other.html"))
    for file in (deck, *pages):
        file.parent.mkdir(exist_ok=True)
        file.write_text('<main data-pages="shown">', "utf-8")
        os.utime(file, (1000, 1000))
    changes = [(None, False), (pages[1], False), (pages[0], True)]
    for file, made_again in changes:
        if file:
            os.utime(file, (2000, 2000))
        assert slides.stale(tmp_path, "x") == made_again, file
    assert slides.stale(tmp_path, "no deck yet")


def test_each_deck_names_the_pages_it_shows(deck, site):
    pages = deck[1].select_one("main")["data-pages"].split()
    assert "04-day-by-day" in pages and all((site / "book" / f"{p}.html").exists() for p in pages)
