"""The item bank: every self-check and every sentence to sort as one item with its texts as HTML.

Answer key, printed self-checks and the exports for learning systems are made from it. It has no links, since an item leaves the book;
a citation stays as author and year, and a value whose column is reconstructed carries a dagger.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from casebook.display.text import render_from
from casebook.pieces.questions import QUESTIONS, load_questions, load_sorting
from casebook.tables.resources import read_yaml

DAGGER = "†"
DAGGER_NOTE = f"{DAGGER} The column of this value is reconstructed for teaching."


@dataclass(frozen=True)
class Option:
    """One choice of an item: ``text`` and ``feedback`` as HTML, and whether it is a ``correct`` one."""

    text: str
    correct: bool
    feedback: str


@dataclass(frozen=True)
class Item:
    """A self-check '4.1', or the third sentence to sort of a chapter, '1 sentence 3'; ``stem`` and ``dagger`` (a note or '') are HTML.

    ``confidence`` is True where the book also asks how sure the reader is.
    """

    id: str
    stem: str
    options: tuple
    tags: tuple = ()
    confidence: bool = False

    @property
    def several(self) -> bool:
        """True where more than one option is correct."""
        return sum(option.correct for option in self.options) > 1

    @property
    def dagger(self) -> str:
        """What the dagger means, where a text of the item carries one."""
        texts = [self.stem, *(text for option in self.options for text in (option.text, option.feedback))]
        return DAGGER_NOTE if DAGGER in "".join(texts) else ""


def bank(folder: Path = QUESTIONS) -> dict[int, tuple[Item, ...]]:
    """All items as {chapter: tuple of Items}, in the order of the files; sentences to sort follow the self-checks.

    Raises CaseDataError that names file and question for what ``load_questions``, ``load_sorting`` or ``render_from`` refuse.
    """
    return {int(file.stem): _items(file) for file in sorted(folder.glob("[0-9][0-9].yml"))}


def _items(file):
    found = []
    for id, question in load_questions(file).items():
        where = f"question {id}"
        options = tuple(Option(_html(file, f"{where}, option {n}", o["text"]), o["correct"],
                               _html(file, f"{where}, option {n}, feedback", o["feedback"])) for n, o in enumerate(question["options"], 1))
        stem = _html(file, f"{where}, stem", question["stem"])
        found.append(Item(id, stem, options, tuple(question.get("tags", ())), question.get("confidence", False)))
    content = read_yaml(file, "a file of self-checks")
    if "sorting" in content:
        found += _sentences(file, content["chapter"])
    return tuple(found)


def _sentences(file, chapter):
    sorting = load_sorting(file)
    names = [group["name"] for group in sorting["into"].values()]
    for n, sentence in enumerate(sorting["sentences"], 1):
        where = f"sentence {n}"
        options = tuple(Option(_html(file, f"group {key}", f"{group['name']}: {group['means']}"), key == sentence["is"],
                               _html(file, f"{where}, feedback", sentence["feedback"][key])) for key, group in sorting["into"].items())
        asked = f"{', '.join(names[:-1])} or {names[-1].lower()}? Sort this sentence:"
        yield Item(f"{chapter} {where}", f"{asked} {_html(file, where, sentence['text'])}", options, ("sorting",))


def _html(file, where, text):
    """A text on one line, without links; CaseDataError names the file and the place."""
    html = re.sub(r'<span data-placement="reconstructed"[^>]*>(.*?)</span>', rf"\1{DAGGER}", render_from(file, where, text.strip(), inline=True))
    return re.sub(r"[ \t]*\n[ \t]*", " ", re.sub(r"</?(?:a|span)\b[^>]*>", "", html))
