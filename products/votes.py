"""Every vote of a class for the tools that collect votes: a spreadsheet, GIFT, Kahoot's sheet, and one row a poll.

The case's votes come from case.yml, the self-checks from book/questions. A question or an answer that is too long for a
tool is never cut: its letters stand there, and the class reads the words on the slide.
"""

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from xlsxwriter import Workbook

from casebook.display.text import render
from casebook.pieces.case_panels import HITS, load_script
from casebook.pieces.questions import LETTERS, bank
from casebook.tables.table1 import COLUMNS

KAHOOT_HEAD = ("Question - max 120 characters", *(f"Answer {n} - max 75 characters" for n in range(1, 5)),
               "Time limit (sec) – 5, 10, 20, 30, 60, 90, 120, or 240 secs", "Correct answer(s) - choose at least one")
KAHOOT_ROW, SECONDS = 8, 60
"""The row of Kahoot's template in which its heads stand; how long a vote stays open."""


@dataclass(frozen=True)
class Vote:
    """One vote: its ``name``, the ``question``, and ``options`` as (text, is it one the book supports, feedback)."""

    name: str
    question: str
    options: tuple[tuple[str, bool, str], ...]

    @property
    def right(self) -> list[int]:
        """Places, from 1, of the supported options; of all where the book supports none above the others."""
        supported = [n for n, (_, right, _) in enumerate(self.options, 1) if right]
        return supported or list(range(1, len(self.options) + 1))


def votes() -> list[Vote]:
    """All votes: those of the case in its order, then the self-checks of each chapter."""
    of_the_case = []
    for step in load_script():
        name = f"Column {step['step']}" if step["step"] in COLUMNS else step["step"].capitalize()
        asked = [(name, step["question"], [(o, o["grade"] in HITS) for o in step["options"]])]
        if "vote" in step:
            asked += [(f"{name}, second vote", step["vote"]["question"],
                       [(o, o["correct"]) for o in step["vote"]["options"]])]
        if "assumption" in step:
            asked += [(f"{name}, assumption", step["assumption"]["stem"],
                       [(o, False) for o in step["assumption"]["options"]])]
        of_the_case += [Vote(label, _plain(render(question, inline=True)), tuple(
            (_plain(render(o["text"], inline=True)), right, _plain(render(o["feedback"], inline=True)))
            for o, right in options)) for label, question, options in asked]
    return of_the_case + [Vote(item.id, _plain(item.stem), tuple((_plain(o.text), o.correct, _plain(o.feedback))
                                                           for o in item.options))
                    for items in bank().values() for item in items]


def build(out: Path) -> list[Path]:
    """Write ``votes/votes.xlsx``, ``votes.gift.txt``, ``kahoot.xlsx`` and ``polls.xlsx``; returns their paths."""
    folder, found = out / "votes", votes()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "votes.gift.txt").write_text(gift(found), "utf-8")
    most = max(len(vote.options) for vote in found)
    letters = lambda vote: ", ".join(LETTERS[n - 1] for n in vote.right)
    head = ["Vote", "Question", *LETTERS[:most], "Supported", *(f"Feedback {letter}" for letter in LETTERS[:most])]
    _sheet(folder / "votes.xlsx", [head, *([v.name, v.question, *_padded((o[0] for o in v.options), most), letters(v),
                                            *_padded((o[2] for o in v.options), most)] for v in found)])
    short = [vote for vote in found if len(vote.options) <= 4]
    _sheet(folder / "kahoot.xlsx", [[]] * (KAHOOT_ROW - 1) + [["", *KAHOOT_HEAD], *(
        [str(n), *_kahoot(vote), str(SECONDS), ",".join(map(str, vote.right))] for n, vote in enumerate(short, 1))])
    _sheet(folder / "polls.xlsx", [["Type", "Title", "Correct", *(f"Choice {n}" for n in range(1, most + 1))], *(
        ["MCQ" if len(v.right) < len(v.options) else "Poll", f"{v.name}: {v.question}",
         ",".join(map(str, v.right)) if len(v.right) < len(v.options) else "", *(o[0] for o in v.options)]
        for v in found)])
    return [folder / name for name in ("votes.xlsx", "votes.gift.txt", "kahoot.xlsx", "polls.xlsx")]


def gift(found: list[Vote]) -> str:
    """The votes as Moodle's GIFT. Where no option is above the others, each counts as right."""
    lines = ["// From One Child, One Table. Education only, never medical advice. CC BY 4.0.",
             "$CATEGORY: One Child, One Table: votes", ""]
    for vote in found:
        several = vote.name[0].isdigit() and 1 < len(vote.right) < len(vote.options)     # a self-check wants them all
        none = len(vote.right) == len(vote.options)      # a lone "=" at each would ask for a short answer
        share = f"~%{100 / len(vote.right):.5f}%" if several else "~%100%" if none else "="
        wrong = f"~%{-100 / (len(vote.options) - len(vote.right)):.5f}%" if several else "~"
        lines += [f"::{_escaped(vote.name)}::{_escaped(vote.question)} {{"]
        lines += [f"{share if n in vote.right else wrong}{_escaped(text)}#{_escaped(feedback)}"
                  for n, (text, _, feedback) in enumerate(vote.options, 1)]
        lines += ["}", ""]
    return "\n".join(lines)


def _kahoot(vote):
    """Question and four answers within Kahoot's lengths, or the letters of what stands on the slide."""
    texts = [text for text, _, _ in vote.options]
    asked = f"{vote.name}: {vote.question}"
    fits = len(asked) <= 120 and max(map(len, texts)) <= 75
    return [asked if fits else f"{vote.name}: read it on the slide",
            *_padded(texts if fits else LETTERS[:len(texts)], 4)]


def _padded(texts, length):
    texts = list(texts)
    return texts + [""] * (length - len(texts))


def _plain(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def _escaped(text):
    return re.sub(r"([~=#{}:\\])", r"\\\1", text)


def _sheet(path, rows):
    """One sheet of text cells: nothing in them is a formula."""
    with Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet, head = book.add_worksheet("Votes"), book.add_format({"bold": True})
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                if text:
                    sheet.write_string(at, column, text, head if row is rows[0] else None)
