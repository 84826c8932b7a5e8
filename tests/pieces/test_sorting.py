"""Sentences to sort, and the claim of chapter 1: complete, quoted word for word, refused when damaged."""

import copy
import re

import pytest
import yaml

from casebook.pieces.belief_ledger import CLAIM
from casebook.pieces.questions import QUESTIONS, load_questions, load_sorting, sorting_html
from casebook.tables.resources import CaseDataError
from conftest import TOP

FILE = QUESTIONS / "01.yml"
CHAPTER = (TOP / "book" / "01-one-child-one-table.md").read_text("utf-8")
LETTER = [  # words of the letter that the chapter or its sorting quotes, copied from its text
    "supports the speculation that IL-1 plays a key role in the pathogenesis of MIS-C, and may "
    "potentially be a treatment target",
    "should be considered", "a high vasoactive score", "lack of improvement", "elevated"]


def test_ten_sentences_and_feedback_for_every_choice_of_each():
    sorting = load_sorting(FILE)
    assert len(sorting.sentences) == 10
    right = [option.text for item in sorting.sentences for option in item.right]
    assert [right.count(group) for group in sorting.groups] == [4, 3, 3] and len(right) == 10
    answers = [option.feedback for item in sorting.sentences for option in item.options]
    assert len(answers) == len(set(answers)) == 30, "each choice has its own feedback"
    assert not [f for f in answers if re.search(r"\b(?:wrong|incorrect|no,)\b", f, re.I)]


def test_the_html_marks_one_group_a_sentence_and_holds_all_feedback():
    html = sorting_html(1)
    assert html.count('data-correct="yes"') == 10 and html.count('data-correct="no"') == 20
    assert len(re.findall(r'data-feedback="\d">.', html)) == 30
    assert "{{" not in html and "[@" not in html


def test_words_in_quotation_marks_are_the_letters():
    quoted = [q for item in load_sorting(FILE).sentences for q in re.findall(r'"([^"]{12,})"', item.stem)]
    paragraph, = [p for p in CHAPTER.split("\n\n") if "letter's own words are" in p]
    quoted += re.findall(r'"([^"]+)"', paragraph)
    assert len(quoted) >= 5
    for words in quoted:
        assert any(words in line for line in LETTER), f"not the letter's words: {words}"


def test_the_claim_is_one_sentence_throughout():
    chapters = [p for p in (TOP / "book").glob("[0-9][0-9]-*.md") if "> Anakinra was" in p.read_text("utf-8")]
    assert len(chapters) >= 2
    for chapter in chapters:
        assert f"> {CLAIM}\n" in chapter.read_text("utf-8"), chapter.name


def test_the_map_names_thirteen_chapters_with_the_minutes_they_print():
    places = dict(re.findall(r"^\d+\. \[[^\]]+\]\((\d\d-[\w-]+\.md)\), (\d+) minutes\.", CHAPTER, re.M))
    assert [p[:2] for p in places] == [f"{n:02d}" for n in range(1, 14)]
    for file, minutes in places.items():
        chapter = TOP / "book" / file
        if chapter.exists():
            printed = re.search(r"\*\*(?:Minutes|Time):?\*\*:?\D*(\d+)", chapter.read_text("utf-8"))
            assert printed and printed[1] == minutes, \
                f"{file}: the map says {minutes} minutes, the chapter {printed and printed[1]}"


@pytest.mark.parametrize("change, where", [
    (lambda s: s["sentences"][2].update({"is": "observtion"}), "sentence 3, is"),
    (lambda s: s["sentences"][2]["feedback"].pop("missing"), "sentence 3, feedback"),
    (lambda s: s["sentences"][2]["feedback"].update(other="x"), "sentence 3, feedback"),
    (lambda s: s["sentences"][2]["feedback"].update(missing=""), "sorting, sentence 3, feedback, missing"),
    (lambda s: s["sentences"][0].pop("text"), "sorting, sentence 1"),
    (lambda s: s["sentences"][0].update(hint="x"), "sorting, sentence 1"),
    (lambda s: s["into"].pop("missing"), "sentence 1, feedback"),
    (lambda s: s["into"]["missing"].pop("means"), "sorting, into, missing"),
    (lambda s: s.pop("sentences"), "sorting"), (lambda s: s.clear(), "sorting")])
def test_an_incomplete_sorting_stops_the_build_by_name(tmp_path, change, where):
    content = copy.deepcopy(yaml.safe_load(FILE.read_text("utf-8")))
    change(content["sorting"])
    file = tmp_path / "01.yml"
    file.write_text(yaml.safe_dump(content), "utf-8")
    with pytest.raises(CaseDataError) as caught:
        load_sorting(file)
    assert "01.yml" in str(caught.value) and where in str(caught.value)


def test_a_chapter_without_a_sorting_says_so():
    assert load_questions(QUESTIONS / "04.yml")
    with pytest.raises(CaseDataError, match="no sorting"):
        load_sorting(QUESTIONS / "04.yml")
