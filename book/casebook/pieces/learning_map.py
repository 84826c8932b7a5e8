"""The instructor's learning map: which self-checks show each objective, which wrong option a misconception.

book/instructor/learning-map.yml ties a chapter's objectives to self-checks and names misconceptions. The objectives
themselves, the minutes and what a chapter needs are read from its head, so that they stand in one place.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from casebook.pieces.questions import QUESTIONS, Item, Option, load_questions, question, questions_file
from casebook.tables.resources import BOOK, CaseDataError, check_schema, in_words, read_yaml

LEARNING_MAP = BOOK / "instructor" / "learning-map.yml"

_text = {"type": "string", "minLength": 1}
_check = {"type": "string", "pattern": r"^\d+\.\d+$"}
_option = {"type": "string", "pattern": r"^\d+\.\d+ [A-F]$"}
_CHAPTER = {"type": "object", "required": ["objectives", "misconceptions"], "additionalProperties": False,
            "properties": {
    "objectives": {"type": "array", "items": {
        "type": "object", "required": ["checks"], "additionalProperties": False,
        "properties": {"checks": {"type": "array", "items": _check}, "also": _text}}},
    "misconceptions": {"type": "array", "minItems": 1, "items": {
        "type": "object", "required": ["thinks", "shows", "ask"], "additionalProperties": False,
        "properties": {"thinks": _text, "sign": _text, "ask": _text, "shows": {"type": "array", "items": _option}}}}}}
SCHEMA = {"type": "object", "additionalProperties": False, "patternProperties": {r"^\d+$": _CHAPTER}}


@dataclass(frozen=True)
class Head:
    """What a chapter says of itself: ``title`` without number, ``objectives`` as Markdown, ``minutes``, chapters that
    it ``needs``."""

    title: str
    objectives: tuple
    minutes: int
    needs: tuple


def chapter_files() -> list[Path]:
    """The Markdown files of the chapters, in order."""
    return sorted(BOOK.glob("[0-9][0-9]-*.md"))


def chapters() -> list[int]:
    """Numbers of the chapters, in order."""
    return [int(p.stem[:2]) for p in chapter_files()]


@cache
def self_checks() -> list[Item]:
    """All self-checks in the book's order."""
    return [item for chapter in chapters() for item in load_questions(questions_file(chapter)).values()]


def chapter_file(number: int | str) -> Path:
    """The Markdown file of a chapter. Raises CaseDataError if there is none."""
    file = next(BOOK.glob(f"{int(number):02d}-*.md"), None)
    if not file:
        raise CaseDataError(BOOK, None, None, f"no chapter {number}", f"one of {chapters()}", "correct the number")
    return file


@cache
def head(number: int) -> Head:
    """The Head of a chapter. Raises CaseDataError that names the file and the part that is not where it should be."""
    path = chapter_file(number)
    text = path.read_text("utf-8")
    parts = {"title": re.search(r"^# \d+\. (.+)$", text, re.M),
             "objectives": re.search(r"^\**After this chapter you can\**\n\n((?:- .+\n)+)", text, re.M),
             "minutes": re.search(r"^\*\*(?:Minutes|Time):\*\* (\d+)", text, re.M),
             "needs": re.search(r"\*\*You need:\*\* (.+)$", text, re.M)}
    for name, match in parts.items():
        if not match:
            raise CaseDataError(path, None, name, "none in the chapter's head", "it as in the other chapters",
                                f"write the {name}")
    objectives = tuple(line[2:].rstrip(";.") for line in parts["objectives"][1].splitlines())
    needs = tuple(dict.fromkeys(int(n) for n in re.findall(r"\]\((\d\d)-[\w-]+\.md\)", parts["needs"][1])))
    return Head(parts["title"][1], objectives, int(parts["minutes"][1]), needs)


@cache
def learning_map(path: Path = LEARNING_MAP) -> dict[int, dict]:
    """The map as {chapter: {"objectives": [...], "misconceptions": [...]}}.

    Raises CaseDataError that names chapter and entry if YAML or schema is broken, a chapter is missing, the objectives
    are not one for each of the chapter's head, a self-check or an option does not exist, or an option that is to show a
    misconception is a correct one.
    """
    path = Path(path)
    content = read_yaml(path, "the learning map")
    if not isinstance(content, dict):
        raise CaseDataError(path, None, None, repr(content)[:80], "an entry for each chapter", "write it")
    content = {str(chapter): entry for chapter, entry in content.items()}
    check_schema(content, SCHEMA, path, "a map as casebook.guide describes it", "complete the entry",
                 lambda *at: f"chapter {in_words(*at)}")
    entries = {int(chapter): entry for chapter, entry in content.items()}
    if sorted(entries) != chapters():
        raise CaseDataError(path, None, None, f"chapters {sorted(entries)}", f"chapters {chapters()}",
                            "write or remove the entry")
    for chapter, entry in entries.items():
        wanted = len(head(chapter).objectives)
        if len(entry["objectives"]) != wanted:
            raise CaseDataError(path, None, f"chapter {chapter}, objectives", f"{len(entry['objectives'])} entries",
                                f"{wanted}, one for each objective of the chapter's head", "add or remove one")
        for n, objective in enumerate(entry["objectives"], 1):
            if not objective["checks"] and "also" not in objective:
                raise CaseDataError(path, None, f"chapter {chapter}, objective {n}", "nothing that checks it",
                                    "self-checks, or words in `also`", "add one")
            for check in objective["checks"]:
                question(check)
        for misconception in entry["misconceptions"]:
            for name in misconception["shows"]:
                if option(name).correct:
                    raise CaseDataError(path, None, f"chapter {chapter}, “{misconception['thinks']}”",
                                        f"{name}, a correct option", "a wrong one", "correct the letter")
    return entries


def option(name: str) -> Option:
    """The option of a self-check with a name such as '4.3 D'. Raises CaseDataError if there is none."""
    id, letter = name.split()
    options = {option.letter: option for option in question(id).options}
    if letter not in options:
        raise CaseDataError(QUESTIONS, None, id, f"no option {letter}", f"one of {''.join(options)}",
                            "correct the letter")
    return options[letter]


def unexplained() -> list[str]:
    """Names such as '4.3 D' of wrong options that stand for no misconception of the map."""
    shown = _named("misconceptions", "shows")
    wrong = [f"{item.id} {option.letter}" for item in self_checks() for option in item.options if not option.correct]
    return [name for name in wrong if name not in shown]


def unmapped() -> list[str]:
    """Ids of self-checks that the map ties to no objective."""
    return [item.id for item in self_checks() if item.id not in _named("objectives", "checks")]


def _named(part, key):
    return {name for entry in learning_map().values() for element in entry[part] for name in element[key]}
