"""Self-checks and sentences to sort, each an ``Item``: book/questions/NN.yml is the one source of all that shows them.

Page, look-back, slide and notebook render an item as it is read. Answer key, worksheets and exports take it from the
``bank``: as HTML without links, since an item leaves the book. A citation stays there as author and year, and a value
whose column is reconstructed carries a dagger.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from string import ascii_uppercase as LETTERS

from markupsafe import Markup

from casebook.display.text import render_from, template
from casebook.tables.resources import BOOK, CaseDataError, check_schema, read_yaml

QUESTIONS = BOOK / "questions"
CONFIDENCES = (50, 70, 90)
"""Levels of confidence, in per cent, that the book asks for."""
DAGGER = "†"
DAGGER_NOTE = f"{DAGGER} The column of this value is reconstructed for teaching."

_text = {"type": "string", "minLength": 1}
OPTIONS = {"type": "array", "minItems": 2, "items": {
    "type": "object", "required": ["text", "correct", "feedback"], "additionalProperties": False,
    "properties": {"text": _text, "correct": {"type": "boolean"}, "feedback": _text}}}
_GROUP = {"type": "object", "required": ["name", "means"], "additionalProperties": False,
          "properties": {"name": _text, "means": _text}}
SORTING = {
    "type": "object", "required": ["into", "sentences"], "additionalProperties": False,
    "properties": {
        "numbers": _text, "into": {"type": "object", "minProperties": 2, "additionalProperties": _GROUP},
        "sentences": {"type": "array", "minItems": 2, "items": {
            "type": "object", "required": ["text", "is", "feedback"], "additionalProperties": False,
            "properties": {"text": _text, "is": _text,
                           "feedback": {"type": "object", "additionalProperties": _text}}}}}}
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


@dataclass(frozen=True)
class Option:
    """The choice that stands ``at`` a place from 0: ``text``, whether it is a ``correct`` one, ``feedback``."""

    at: int
    text: str
    correct: bool
    feedback: str

    @property
    def letter(self) -> str:
        """The letter by which the book names the choice."""
        return LETTERS[self.at]


@dataclass(frozen=True)
class Item:
    """A self-check '4.1', or the third sentence to sort of a chapter, '1 sentence 3'. Texts are Markdown, in the bank
    HTML.

    ``confidence`` is True where the book also asks how sure the reader is; ``numbers`` says why bare ones may stand in
    it.
    """

    id: str
    chapter: int
    stem: str
    options: tuple[Option, ...]
    tags: tuple[str, ...] = ()
    confidence: bool = False
    numbers: str = ""

    @property
    def anchor(self) -> str:
        """Where a self-check stands on its page: 'q-4-1'."""
        return f"q-{self.id.replace('.', '-')}"

    @property
    def right(self) -> tuple[Option, ...]:
        """The correct options."""
        return tuple(option for option in self.options if option.correct)

    @property
    def several(self) -> bool:
        """True where more than one option is correct."""
        return len(self.right) > 1

    @property
    def dagger(self) -> str:
        """What the dagger means, where a text of the item carries one."""
        texts = [self.stem, *(text for option in self.options for text in (option.text, option.feedback))]
        return DAGGER_NOTE if DAGGER in "".join(texts) else ""

    def html(self, file: Path, finish: Callable[[str], str] = Markup) -> "Item":
        """The item with its texts as HTML, each ``finish``ed; CaseDataError names the ``file`` and the text."""
        place = self.id.partition(" ")[2] or f"question {self.id}"
        shown = lambda where, text: finish(render_from(file, f"{place}, {where}", text, inline=True))
        return replace(self, stem=shown("stem", self.stem), options=tuple(
            replace(o, text=shown(f"option {o.at + 1}", o.text),
                    feedback=shown(f"option {o.at + 1}, feedback", o.feedback))
            for o in self.options))


@dataclass(frozen=True)
class Sorting:
    """Sentences as items whose options are the ``groups``, {name: what it means}, into which a chapter sorts them."""

    groups: dict[str, str]
    sentences: tuple[Item, ...]

    def alone(self) -> Iterator[Item]:
        """The sentences as questions that stand alone: each asks for a group, an option says what its group means."""
        *names, last = self.groups
        for item in self.sentences:
            options = (replace(option, text=f"{option.text}: {self.groups[option.text]}") for option in item.options)
            stem = f"{', '.join(names)} or {last.lower()}? Sort this sentence: {item.stem}"
            yield replace(item, stem=stem, options=tuple(options))


@cache
def load_questions(path: Path | str) -> dict[str, Item]:
    """Self-checks of one file as {id: Item}.

    Raises CaseDataError that names the file, the question and the option if YAML or schema is broken, an option has no
    feedback, a question has no correct option, or an id stands twice.
    """
    path = Path(path)
    content, items = _content(path), {}
    for asked in content["questions"]:
        item = Item(**asked | {"chapter": content["chapter"], "options": _options(asked["options"]),
                               "tags": tuple(asked.get("tags", ()))})
        if item.id in items:
            raise CaseDataError(path, None, item.id, "the id a second time", "each id once", "give it a new id")
        if not item.right:
            raise CaseDataError(path, None, item.id, "no correct option", "at least one", "mark one")
        items[item.id] = item
    return items


@cache
def load_sorting(path: Path | str) -> Sorting:
    """The sorting of one file, with feedback for every choice of each sentence.

    Raises CaseDataError that names the file and the sentence if there is none, a sentence belongs to no group, or its
    feedback doesn't answer each group once.
    """
    path = Path(path)
    content = _content(path)
    if not (sorting := content.get("sorting")):
        raise CaseDataError(path, None, None, "no sorting", "groups and sentences", "write it, or take it off the page")
    groups, items = sorting["into"], []
    for n, sentence in enumerate(sorting["sentences"], 1):
        where, right, feedback = f"sentence {n}", sentence["is"], sentence["feedback"]
        if right not in groups:
            raise CaseDataError(path, None, f"{where}, is", repr(right), f"one of {list(groups)}", "name its group")
        if set(feedback) != set(groups):
            raise CaseDataError(path, None, f"{where}, feedback", f"feedback for {sorted(feedback)}",
                                f"feedback for {list(groups)}", "answer every choice")
        options = _options({"text": group["name"], "correct": key == right, "feedback": feedback[key]}
                           for key, group in groups.items())
        items.append(Item(f"{content['chapter']} {where}", content["chapter"], sentence["text"], options, ("sorting",)))
    return Sorting({group["name"]: group["means"] for group in groups.values()}, tuple(items))


def bank(folder: Path = QUESTIONS) -> dict[int, tuple[Item, ...]]:
    """All items as {chapter: tuple of Items} in HTML without links, in the order of the files, sentences last.

    Raises CaseDataError that names file and question for what ``load_questions``, ``load_sorting`` or ``render_from``
    refuse.
    """
    return {int(file.stem): tuple(item.html(file, _unlinked) for item in _items(file))
            for file in sorted(folder.glob("[0-9][0-9].yml"))}


def questions_file(chapter: int | str) -> Path:
    """Where the self-checks of a chapter stand."""
    return QUESTIONS / f"{int(chapter):02d}.yml"


@cache
def question(id: str) -> Item:
    """The self-check with an id such as '4.1', from the file of its chapter."""
    path = questions_file(id.split(".")[0])
    items = load_questions(path)
    if id not in items:
        raise CaseDataError(path, None, None, f"no question {id}", f"one of {', '.join(items)}",
                            "correct the id on the page")
    return items[id]


def question_html(id: str) -> str:
    """A self-check as HTML: radios, and feedback for every option that is there without script."""
    item = question(id)
    item = item.html(questions_file(item.chapter))
    return template("question.html").module.question(
        item.anchor, item.stem, item.options, CONFIDENCES if item.confidence else (), legend=f"Self-check {id}")


def sorting_html(chapter: int | str) -> str:
    """The sorting of a chapter as HTML: a row of radios for each sentence, and feedback for every choice."""
    return template("sorting.html").render(chapter=int(chapter), sorting=load_sorting(questions_file(chapter)))


@cache
def _content(path):
    """What a file of self-checks holds; CaseDataError if YAML or schema is broken."""
    content = read_yaml(path, "a file of self-checks")
    check_schema(content, SCHEMA, path,
                 "chapter, and questions with id, stem and options of text, correct and feedback",
                 "complete the question")
    return content


def _options(given):
    return tuple(Option(at, **option) for at, option in enumerate(given))


def _items(file):
    """The self-checks of a file, then its sentences to sort."""
    return [*load_questions(file).values(), *(load_sorting(file).alone() if "sorting" in _content(file) else ())]


def _unlinked(html):
    """HTML on one line, without links, with daggers."""
    html = re.sub(r'<span data-placement="reconstructed"[^>]*>(.*?)</span>', rf"\1{DAGGER}", html.strip())
    return re.sub(r"[ \t]*\n[ \t]*", " ", re.sub(r"</?(?:a|span)\b[^>]*>", "", html))
