"""Self-checks and sortings: book/questions/NN.yml is the single source of page, answer key and exports."""

from functools import cache
from pathlib import Path

from markupsafe import Markup

from casebook.display.text import render, rendered, template
from casebook.tables.resources import BOOK, CaseDataError, check_schema, read_yaml

QUESTIONS = BOOK / "questions"
CONFIDENCES = (50, 70, 90)
"""Levels of confidence, in per cent, that the book asks for."""

_text = {"type": "string", "minLength": 1}
OPTIONS = {"type": "array", "minItems": 2, "items": {
    "type": "object", "required": ["text", "correct", "feedback"], "additionalProperties": False,
    "properties": {"text": _text, "correct": {"type": "boolean"}, "feedback": _text}}}
SORTING = {
    "type": "object", "required": ["into", "sentences"], "additionalProperties": False,
    "properties": {
        "numbers": _text,
        "into": {"type": "object", "minProperties": 2, "additionalProperties": {
            "type": "object", "required": ["name", "means"], "additionalProperties": False, "properties": {"name": _text, "means": _text}}},
        "sentences": {"type": "array", "minItems": 2, "items": {
            "type": "object", "required": ["text", "is", "feedback"], "additionalProperties": False,
            "properties": {"text": _text, "is": _text, "feedback": {"type": "object", "additionalProperties": _text}}}}}}
SCHEMA = {
    "type": "object", "required": ["chapter", "questions"], "additionalProperties": False,
    "properties": {
        "chapter": {"type": "integer"}, "sorting": SORTING,
        "questions": {"type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["id", "stem", "options"], "additionalProperties": False,
            "properties": {
                "id": {"type": "string", "pattern": r"^\d+\.\d+$"}, "stem": _text,
                "tags": {"type": "array", "items": _text}, "confidence": {"type": "boolean"}, "numbers": _text,
                "options": OPTIONS}}}}}


@cache
def load_questions(path: Path | str) -> dict[str, dict]:
    """Self-checks of one file as a dictionary id -> question.

    Raises CaseDataError that names the file, the question and the option if YAML or schema is broken, an option has no
    feedback, a question has no correct option, or an id stands twice.
    """
    path = Path(path)
    content = _content(path)
    found = {}
    for question in content["questions"]:
        if question["id"] in found:
            raise CaseDataError(path, None, question["id"], "the id a second time", "each id once", "give it a new id")
        if not any(option["correct"] for option in question["options"]):
            raise CaseDataError(path, None, question["id"], "no correct option", "at least one", "mark one")
        found[question["id"]] = question
    return found


@cache
def load_sorting(path: Path | str) -> dict:
    """The sorting of one file: groups ``into`` which ``sentences`` are sorted, with feedback for every choice of each.

    Raises CaseDataError that names the file and the sentence if there is none, a sentence belongs to no group, or its feedback
    doesn't answer each group once.
    """
    path = Path(path)
    found = _content(path).get("sorting")
    if not found:
        raise CaseDataError(path, None, None, "no sorting", "groups and sentences", "write it, or take it off the page")
    groups = list(found["into"])
    for n, sentence in enumerate(found["sentences"], 1):
        if sentence["is"] not in groups:
            raise CaseDataError(path, None, f"sentence {n}, is", repr(sentence["is"]), f"one of {groups}", "name its group")
        if set(sentence["feedback"]) != set(groups):
            raise CaseDataError(path, None, f"sentence {n}, feedback", f"feedback for {sorted(sentence['feedback'])}",
                                f"feedback for {groups}", "answer every choice")
    return found


def questions_file(chapter: int | str) -> Path:
    """Where the self-checks of a chapter stand."""
    return QUESTIONS / f"{int(chapter):02d}.yml"


@cache
def question(id: str) -> dict:
    """The self-check with an id such as '4.1', from the file of its chapter."""
    path = questions_file(id.split(".")[0])
    found = load_questions(path)
    if id not in found:
        raise CaseDataError(path, None, None, f"no question {id}", f"one of {', '.join(found)}", "correct the id on the page")
    return found[id]


def question_html(id: str) -> str:
    """A self-check as HTML: radios, and feedback for every option that is there without script."""
    asked = question(id)
    return template("question.html").module.question(
        f"q-{id.replace('.', '-')}", Markup(render(asked["stem"], inline=True)), rendered(asked["options"]),
        CONFIDENCES if asked.get("confidence") else (), legend=f"Self-check {id}")


def sorting_html(chapter: int | str) -> str:
    """The sorting of a chapter as HTML: a row of radios for each sentence, and feedback for every choice without script."""
    found = load_sorting(questions_file(chapter))
    return template("sorting.html").render(chapter=int(chapter), groups=found["into"], sentences=found["sentences"])


def _content(path):
    """What a file of self-checks holds; CaseDataError if YAML or schema is broken."""
    content = read_yaml(path, "a file of self-checks")
    check_schema(content, SCHEMA, path, "chapter, and questions with id, stem and options of text, correct and feedback", "complete the question")
    return content
