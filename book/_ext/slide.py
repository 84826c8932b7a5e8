"""What a slide can show: questions, answers, records, figures, pieces of built pages. ``slides`` makes decks."""

import copy
import dataclasses
import importlib
import re
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, SoupStrainer, Tag

from casebook.charts.bedside import bedside
from casebook.display.drawn_once import drawn_once
from casebook.display.text import render
from casebook.pieces.appraisal import form
from casebook.pieces.case_panels import load_script
from casebook.pieces.questions import question
from casebook.tables.resources import BOOK, CaseDataError
from casebook.tables.table1 import load

VERDICT = {True: "right", False: "not the best"}
GRADES_NOTE = "The grades are the book’s own; no clinician has reviewed them."
PLACED_NOTE = ('<span data-placement="reconstructed">Italic</span>: its column is our reconstruction. '
               '<strong>Bold</strong>: printed column.')


@cache
def script() -> dict[str, dict]:
    """The words of the case by time point, read once."""
    return {words["step"]: words for words in load_script()}


@cache
def _read(path, changed):
    """The main part of a built page, its links as a deck needs them; ``changed`` is when the file did."""
    page = BeautifulSoup(path.read_text("utf-8"), "html.parser", parse_only=SoupStrainer("main"))
    for link in page.select("a[href]"):
        if not re.match(r"[a-z]+:|/", link["href"]):
            link["href"] = f"../book/{path.name if link['href'][0] == '#' else ''}{link['href']}"
    return page


def large() -> str:
    """The case's figure, drawn for the back row."""
    return drawn_once("bedside-in-a-room", lambda: str(bedside(load(), room=True)))


class Pages:
    """Built pages of the book, from which slides take tables, lists and the stepper."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.used: set[str] = set()

    def piece(self, page: str, selector: str) -> Tag:
        """A copy of the one element that ``selector`` finds first on a page; CaseDataError if there is none."""
        return copy.copy(self._find(page, selector))

    def _find(self, page, selector):
        path = self.folder / f"{page}.html"
        self.used.add(page)
        if not path.exists():
            raise CaseDataError(path, None, None, "no such page", "a built page of the book",
                                "correct its name, or build the book")
        element = _read(path, path.stat().st_mtime_ns).select_one(selector)
        if not element:
            raise CaseDataError(path, None, selector, "no such element", "an element of that page",
                                "correct the selector on the slide")
        return element

    @cached_property
    def stepper(self) -> str:
        """The day-stepper of chapter 4, its figure drawn for the back row and without the rows that open below."""
        found = self.piece("04-day-by-day", "[data-stepper=case]")
        found.select_one(".chart-bedside > .wide-only > svg").replace_with(BeautifulSoup(large(), "html.parser").svg)
        found.select_one(".chart-bedside > .numbers").decompose()
        whole = str(found)
        # reveal.js takes every section for a slide
        return re.sub(r"^<section(.*)</section>$", r'<div role="region"\1</div>', whole, flags=re.S)


class Slide:
    """One slide while it is made. Its methods are the functions that a deck may call between double braces.

    ``asks`` and ``answers`` name questions, so that no slide can give an answer before its question was on a slide;
    ``case`` is the time point it speaks of, or ''; ``votes`` counts how often hands go up.
    """

    def __init__(self, pages: Pages, head: dict) -> None:
        self.pages, self.step = pages, head["step"]
        self.asks, self.answers = set(), set(head.get("answers", "").split())
        self.expected, self.case, self.votes = [], "", 0

    # ---- what is asked ----

    def question(self, id: str) -> str:
        """A self-check: stem and lettered options. What to expect goes to the notes."""
        item = question(id)
        self.asks.add(id)
        return self._asked(item.stem, [(VERDICT[o.correct], o.text, o.feedback) for o in item.options])

    def vote(self, step: str, times: int = 1) -> str:
        """The question of a time point of the case, with lettered options; ``times`` says how often all vote on it."""
        words = self._words(step)
        self.votes += times - 1
        self.asks.add(f"vote-{step}")
        return self._asked(words["question"], [(o["grade"], o["text"], o["feedback"]) for o in words["options"]])

    def hands(self, question: str) -> str:
        """A question that hands answer without letters: up, the same, or down."""
        self.votes += 1
        return f"<p><strong>{render(question, inline=True)}</strong></p>"

    def second(self, step: str) -> str:
        """The second question of a time point, asked before any measurement."""
        self.asks.add(f"second-{step}")
        return render(self._words(step)["second"])

    def assumption(self, step: str) -> str:
        """The question which assumption to give up, with lettered options."""
        asked = self._words(step)["assumption"]
        self.asks.add("assumption")
        return self._asked(asked["stem"], [("", o["text"], o["feedback"]) for o in asked["options"]])

    def second_vote(self, step: str) -> str:
        """The vote that follows a record."""
        asked = self._words(step)["vote"]
        return self._asked(asked["question"],
                           [(VERDICT[o["correct"]], o["text"], o["feedback"]) for o in asked["options"]])

    def care(self, *numbers: int) -> str:
        """Items of the CARE form: number, name and what each asks."""
        items = form("care").items
        asked = ((n, items[n - 1]) for n in numbers)
        return "<dl>" + "".join(f"<dt>{n}. {item['name']}</dt><dd>{item['asks']}</dd>" for n, item in asked) + "</dl>"

    # ---- what is shown ----

    def answer(self, id: str) -> str:
        """The options of a self-check again, the best supported one marked, with its feedback."""
        self.answers.add(id)
        item = question(id)
        right = "".join(f'<p class="feedback">{render(option.feedback, inline=True)}</p>' for option in item.right)
        return _options((option.text, "Best supported" if option.correct else "") for option in item.options) + right

    def grades(self, step: str) -> str:
        """The options of a time point with the book's grades; the feedback stands in the notes of the vote."""
        self.answers.add(f"vote-{step}")
        options = _options((o["text"], o["grade"].capitalize()) for o in self._words(step)["options"])
        return f'{options}<p class="small">{GRADES_NOTE}</p>'

    def known(self, step: str) -> str:
        """What is known at a time point before its record opens."""
        return render(self._words(step)["known"])

    def record(self, step: str, *parts: str) -> str:
        """Tables of a column, ``treatments``, ``findings`` or both; they open after vote and second question."""
        self.answers.add(f"vote-{step}")
        if "second" in self._words(step) and "treatments" not in parts:
            self.answers.add(f"second-{step}")
        tables = ""
        for part in parts or ("treatments", "findings"):
            scroll = f'#step-{step} .scroll[aria-label^="{part.capitalize()} in column"]'
            table = self.pages.piece("04-day-by-day", f"{scroll} table")
            for note in table.select(".note"):
                note.decompose()
            table.caption.string = part.capitalize()
            for head in table.select("thead th:not(:first-child)"):
                head.string = re.sub(r"Column |before \((.*)\)", r"\1", head.get_text())
            tables += str(table)
        return f'<div class="side-by-side">{tables}</div><p class="small">{PLACED_NOTE}</p>'

    def figure(self, page: str, selector: str, variant: int = 0) -> str:
        """A figure of a built page, as it starts; the ``variant`` of several drawings; the case's large."""
        piece = self.pages.piece(page, selector)
        return large() if "chart-bedside" in piece["class"] else _still(piece, variant)

    def panel(self, name: str, number: int) -> str:
        """One panel of a stacked chart, large; ``name`` is its function, ``charts.causal.two_single_cases``."""
        return _panel(name, number)

    def piece(self, page: str, selector: str, without: str = "") -> str:
        """A part of a built page: a table, a list, a quotation; a table ``without`` the column under a head."""
        found = self.pages.piece(page, selector)
        heads = [th.get_text(strip=True) for th in found.select("thead th")]
        for cell in found.select(f"tr > :nth-child({heads.index(without) + 1})") if without else ():
            cell.decompose()
        return str(found)

    def stepper(self) -> str:
        """The live day-stepper, in a window that scrolls; on paper as it opens."""
        window = '<div class="live" role="group" aria-label="Day-stepper, scrolls" tabindex="0">'
        return f"{window}{self.pages.stepper}</div>"

    def _asked(self, stem, options):
        """Stem and lettered options, each (verdict, text, feedback); what to expect goes to the notes."""
        self.expected += options
        self.votes += 1
        return f'<div class="stem">{render(stem)}</div>' + _options((text, "") for _, text, _ in options)

    def _words(self, step):
        if step not in script():
            raise CaseDataError(BOOK / "case.yml", None, None, f"no step {step!r}", "a time point of the case",
                                "correct the slide")
        self.case = step
        return script()[step]

    def functions(self) -> dict[str, Any]:
        """The public methods by name, each giving HTML that Markdown leaves alone."""
        names = ("question", "vote", "hands", "second", "second_vote", "assumption", "care", "answer", "grades",
                 "known", "record", "figure", "panel", "piece", "stepper")
        kept = lambda code: re.sub(r"<pre.*?</pre>", lambda pre: pre[0].replace("\n", "&#10;"), code, flags=re.S)
        line = lambda code: re.sub(r"\s*\n\s*", " ", kept(code))
        block = lambda method: lambda *args, **kwargs: line(f'<div class="shown">{method(*args, **kwargs)}</div>')
        return {name: block(getattr(self, name)) for name in names}


@cache
def _panel(name, number):
    module, _, function = name.rpartition(".")
    whole = getattr(importlib.import_module(f"casebook.{module}"), function)()
    stacked = whole.variants[0][1]
    one = stacked.vconcat[number].copy()
    one.config, one.title = stacked.config, ""                               # the slide has a title of its own
    shown = dataclasses.replace(whole, variants=[("", one)], narrow=None)
    return _still(BeautifulSoup(shown.html(), "html.parser").figure, 0)


def _still(figure, variant):
    """HTML of a figure without its controls, scripts and table of numbers, which stand in the chapter."""
    drawings = figure.select(".drawing")
    for extra in [*figure.select(".controls, .start, .said, script, details.numbers, .narrow-only, [hidden]"),
                  *drawings[:variant], *drawings[variant + 1:]]:
        extra.decompose()
    for wide in figure.select(".wide-only"):
        wide.unwrap()
    del figure["data-script"]
    return str(figure)


def _options(options):
    """Pairs of text and mark as a lettered list."""
    items = ""
    for text, mark in options:
        grade = f' <strong class="grade">{mark}</strong>' if mark else ""
        items += f'<li{" class=marked" if mark else ""}><span>{render(text, inline=True)}</span>{grade}</li>'
    return f'<ol class="options" type="A">{items}</ol>'
