"""Slides: one deck for each session plan, book/instructor/slides/NAME.md, made into slides/NAME.html after the pages are built.

A deck is Markdown with numbers and citations as in ``casebook.text``. Slides are parted by a line ``---``. Each begins with the
id of its plan step, ``step: column-1``, may name what it gives away, ``answers: assumption``, and may end with ``Note:`` and
words for the speaker alone. Figures come from their functions, tables and the stepper from the built pages: nothing is run twice.
"""

import copy
import dataclasses
import html
import importlib
import re
from functools import cache, cached_property
from pathlib import Path

import jinja2
import yaml
from bs4 import BeautifulSoup
from sphinx.util import logging

from casebook.appraisal import form
from casebook.plans import ORDER, plan
from casebook.questions import question
from casebook.resources import CaseDataError
from casebook.stepper import load_script
from casebook.text import BOOK, render

DECKS = BOOK / "instructor" / "slides"
GRADES_NOTE = "The grades are the book’s own; no clinician has reviewed them."
FEW = 62
"A slide with fewer words than this is set larger."
PLACED_NOTE = '<span data-placement="reconstructed">Italic</span>: its column is our reconstruction. <strong>Bold</strong>: printed column.'


@cache
def script():
    """The words of the case by time point, read once."""
    return {words["step"]: words for words in load_script()}


class Pages:
    """Built pages of the book, from which slides take tables, lists and the stepper; each is read once."""

    def __init__(self, folder):
        self.folder, self._read, self._found = folder, {}, {}

    def piece(self, page, selector):
        """A copy of the one element that ``selector`` finds first on a page; CaseDataError if there is none."""
        if (page, selector) not in self._found:
            self._found[page, selector] = self._find(page, selector)
        return copy.copy(self._found[page, selector])

    def _find(self, page, selector):
        path = self.folder / f"{page}.html"
        if page not in self._read:
            if not path.exists():
                raise CaseDataError(path, None, None, "no such page", "a built page of the book", "correct its name, or build the book")
            self._read[page] = BeautifulSoup(path.read_text("utf-8"), "html.parser").select_one("main")
        found = self._read[page].select_one(selector)
        if not found:
            raise CaseDataError(path, None, selector, "no such element", "an element of that page", "correct the selector on the slide")
        found = copy.copy(found)
        for link in found.select("a[href]"):
            if not re.match(r"[a-z]+:|/", link["href"]):
                link["href"] = f"../book/{path.name if link['href'][0] == '#' else ''}{link['href']}"
        return found

    @cached_property
    def stepper(self):
        """The day-stepper of chapter 4, whole."""
        found = self.piece("04-day-by-day", "[data-stepper=case]")
        found.name, found["role"] = "div", "region"                               # reveal.js takes every section for a slide
        return str(found)


class Slide:
    """One slide while it is made. Its methods are the functions that a deck may call between double braces.

    ``asks`` and ``answers`` name questions, so that no slide can give an answer before its question was on a slide.
    """

    def __init__(self, pages, head):
        self.pages, self.step = pages, head["step"]
        self.asks, self.answers, self.expected = set(), set(head.get("answers", "").split()), []

    # ---- what is asked ----

    def question(self, id):
        """A self-check: stem and lettered options. What to expect goes to the notes."""
        asked = question(id)
        self.asks.add(id)
        self.expected += [("right" if o["correct"] else "not the best", o["text"], o["feedback"]) for o in asked["options"]]
        return _asked(asked["stem"], asked["options"])

    def vote(self, step):
        """The question of a time point of the case, with lettered options."""
        words = self._words(step)
        self.asks.add(f"vote-{step}")
        self.expected += [(o["grade"], o["text"], o["feedback"]) for o in words["options"]]
        return _asked(words["question"], words["options"])

    def second(self, step):
        """The second question of a time point, asked before any measurement."""
        self.asks.add(f"second-{step}")
        return render(self._words(step)["second"])

    def assumption(self, step):
        """The question which assumption to give up, with lettered options."""
        asked = self._words(step)["assumption"]
        self.asks.add("assumption")
        self.expected += [("", o["text"], o["feedback"]) for o in asked["options"]]
        return _asked(asked["stem"], asked["options"])

    def second_vote(self, step):
        """The vote that follows a record."""
        asked = self._words(step)["vote"]
        self.expected += [("right" if o["correct"] else "not the best", o["text"], o["feedback"]) for o in asked["options"]]
        return _asked(asked["question"], asked["options"])

    def care(self, *numbers):
        """Items of the CARE form: number, name and what each asks."""
        items = form("care").items
        return "<dl>" + "".join(f"<dt>{n}. {items[n - 1]['name']}</dt><dd>{items[n - 1]['asks']}</dd>" for n in numbers) + "</dl>"

    # ---- what is shown ----

    def answer(self, id):
        """The options of a self-check again, the best supported one marked, with its feedback."""
        self.answers.add(id)
        options = question(id)["options"]
        right = "".join(f'<p class="feedback">{render(o["feedback"], inline=True)}</p>' for o in options if o["correct"])
        return _options(options, lambda o: "Best supported" if o["correct"] else "") + right

    def grades(self, step):
        """The options of a time point with the book's grades; the feedback stands in the notes of the vote."""
        self.answers.add(f"vote-{step}")
        return _options(self._words(step)["options"], lambda o: o["grade"].capitalize()) + f'<p class="small">{GRADES_NOTE}</p>'

    def known(self, step):
        """What is known at a time point before its record opens."""
        return render(self._words(step)["known"])

    def record(self, step, *parts):
        """Tables of a column: ``treatments`` and ``findings``, or one of them; they open after the vote and the second question."""
        self.answers |= {f"vote-{step}"} | ({f"second-{step}"} if "second" in self._words(step) and "treatments" not in parts else set())
        found = []
        for part in parts or ("treatments", "findings"):
            table = self.pages.piece("04-day-by-day", f'#step-{step} .scroll[aria-label^="{part.capitalize()} in column"] table')
            for note in table.select(".note"):
                note.decompose()
            table.caption.string = part.capitalize()
            for head in table.select("thead th:not(:first-child)"):
                head.string = re.sub(r"Column |before \((.*)\)", r"\1", head.get_text())
            found.append(str(table))
        return f'<div class="side-by-side">{"".join(found)}</div><p class="small">{PLACED_NOTE}</p>'

    def figure(self, page, selector, variant=0):
        """A figure of a built page, drawn as it starts; of one with several drawings the ``variant``."""
        return _still(self.pages.piece(page, selector), variant)

    def panel(self, name, number):
        """One panel of a stacked chart, large; ``name`` is its function in casebook, ``charts_causal.two_single_cases``."""
        return _panel(name, number)

    def piece(self, page, selector):
        """A part of a built page: a table, a list, a quotation."""
        return str(self.pages.piece(page, selector))

    def stepper(self):
        """The live day-stepper, in a window that scrolls; on paper a line in its place."""
        return ('<div class="live" role="group" aria-label="Day-stepper, scrolls" tabindex="0">' + self.pages.stepper +
                '</div><p class="on-paper">The day-stepper is live on the screen. On paper, print chapter 4: one step a page.</p>')

    def _words(self, step):
        found = script().get(step)
        if not found:
            raise CaseDataError(BOOK / "case.yml", None, None, f"no step {step!r}", "a time point of the case", "correct the slide")
        return found

    def functions(self):
        """The public methods by name, each giving HTML that Markdown leaves alone."""
        names = "question vote second second_vote assumption care answer grades known record figure panel piece stepper".split()
        line = lambda code: re.sub(r"\s*\n\s*", " ", re.sub(r"<pre.*?</pre>", lambda pre: pre[0].replace("\n", "&#10;"), code, flags=re.S))
        block = lambda method: lambda *args, **kwargs: line(f'<div class="shown">{method(*args, **kwargs)}</div>')
        return {name: block(getattr(self, name)) for name in names}


@cache
def _panel(name, number):
    module, _, function = name.partition(".")
    whole = getattr(importlib.import_module(f"casebook.{module}"), function)()
    stacked = whole.variants[0][1]
    one = stacked.vconcat[number].copy()
    one.config, one.title = stacked.config, ""                               # the slide has a title of its own
    shown = dataclasses.replace(whole, variants=[("", one)], narrow=None)
    return _still(BeautifulSoup(shown.html(), "html.parser").figure, 0)


def _still(figure, variant):
    """HTML of a figure without its controls, scripts and table of numbers, which stand in the chapter."""
    for extra in [*figure.select(".controls, .start, .said, script, details.numbers, .narrow-only"), *figure.select(".drawing")[:variant],
                  *figure.select(".drawing")[variant + 1:]]:
        extra.decompose()
    del figure["data-script"]
    return str(figure)


def _asked(stem, options):
    return f'<div class="stem">{render(stem)}</div>' + _options(options, lambda option: "")


def _options(options, mark):
    items = ""
    for option in options:
        said = mark(option)
        items += f'<li{" class=marked" if said else ""}><span>{render(option["text"], inline=True)}</span>' + (f' <strong class="grade">{said}</strong>' if said else "") + "</li>"
    return f'<ol class="options" type="A">{items}</ol>'


def read_deck(path, here=None):
    """The slides of a deck as (head, text, note), with those of ``shared/NAME.md`` where a slide says ``include: NAME``; there the step
    is ``here``. CaseDataError names file and slide if a head is broken."""
    slides = []
    for number, source in enumerate(re.split(r"^---$", path.read_text("utf-8"), flags=re.M), 1):
        head, _, rest = source.strip().partition("\n\n")
        text, _, note = rest.partition("\nNote:")
        try:
            head = yaml.safe_load(head)
        except yaml.YAMLError:
            head = None
        if not isinstance(head, dict) or "step" not in head or set(head) - {"step", "answers", "include"}:
            raise CaseDataError(path, None, f"slide {number}", "no head", "a line 'step: ID' above an empty line, perhaps 'answers: …'", "write it")
        if here:
            head["step"] = here
        slides += read_deck(path.parent / "shared" / f"{head['include']}.md", head["step"]) if "include" in head else [(head, text, note.strip())]
    return slides


def make_deck(path, pages):
    """A deck as a complete HTML page. Raises CaseDataError, with file and slide, if a slide names no step of the plan or a step out of
    order, a step has no slide, or an answer stands before its question."""
    of = plan(path.stem)
    steps = [(session, step) for session in of["sessions"] for step in session["steps"]]
    ids = [step["id"] for _, step in steps]
    slides, asked, at = read_deck(path), set(), 0
    made = []
    for number, (head, text, note) in enumerate(slides, 1):
        where = f"slide {number}"
        if head["step"] not in ids[max(at - 1, 0):at + 1]:
            raise CaseDataError(path, None, where, f"step {head['step']!r}", f"a step of the plan, in its order: {', '.join(ids)}",
                                "correct the step, or write the slide that is missing before it")
        first = at == 0 or head["step"] != ids[at - 1]
        at += first
        session, step = steps[at - 1]
        slide = Slide(pages, head)
        try:
            body = render(text, **slide.functions())
            notes = _notes(step if first else {}, render(note), slide.expected)
        except (CaseDataError, jinja2.TemplateError) as error:
            raise CaseDataError(path, None, where, str(error), "a text of the book", "correct the slide") from None
        early = slide.answers - asked
        if early:
            raise CaseDataError(path, None, where, f"the answer to {', '.join(sorted(early))}", "its question on an earlier slide", "move it")
        asked |= slide.asks
        id = "stepper" if "data-stepper" in body else head["step"] + ("" if first else f"-{number}")
        name = f"{session['name']}, " if len(of["sessions"]) > 1 else ""
        clock = f"{name}{step['minutes'][0]}–{step['minutes'][1]} min · {html.escape(step['title'])}"
        words = len(re.sub(r"<[^>]*>", " ", body).split())
        made.append(f'<section id="{id}"{" class=few" if words < FEW else ""} data-plan-step="{head["step"]}" data-asks="{" ".join(sorted(slide.asks))}" '
                    f'data-answers="{" ".join(sorted(slide.answers))}">{body}<p class="clock">{clock}</p>{notes}</section>')
    if at < len(ids):
        raise CaseDataError(path, None, None, f"no slide for {', '.join(ids[at:])}", "at least one slide for each step", "write it")
    return PAGE.format(title=html.escape(of["title"]), slides="\n".join(made))


def _notes(step, note, expected):
    lines = [f"<p><strong>{label}</strong> {render(step[key], inline=True)}</p>"
             for key, label in (("do", "Do."), ("say", "Say."), ("watch", "Expect."), ("if_short", "If time is short.")) if key in step]
    answers = "".join(f"<li>{f'<strong>{kind.capitalize()}.</strong> ' if kind else ''}<em>{render(text, inline=True)}</em> {render(feedback, inline=True)}</li>"
                      for kind, text, feedback in expected)
    return (f'<aside class="notes" role="note" aria-label="Notes for the speaker">{"".join(lines)}{note}'
            + (f'<p><strong>Answers to expect</strong></p><ol type="A">{answers}</ol>' if answers else "") + "</aside>")


PAGE = (Path(__file__).parent / "slides.html").read_text("utf-8")


def write_decks(site):
    """Write every deck into the folder ``slides`` of a built site; returns the files."""
    pages, files = Pages(site / "book"), []
    (site / "slides").mkdir(exist_ok=True)
    for name in ORDER:
        deck = make_deck(DECKS / f"{name}.md", pages)
        files.append(site / "slides" / f"{name}.html")
        files[-1].write_text(re.sub(r'href="references\.html', 'href="../book/references.html', deck), "utf-8")       # from citations
    return files


def write_after_pages(app, error):
    """Make the decks if any page is newer: whatever a deck is made from has its pages made anew."""
    site = Path(app.outdir)
    if error or app.builder.format != "html":
        return
    decks = [site / "slides" / f"{name}.html" for name in ORDER]
    newest = max(page.stat().st_mtime for page in (site / "book").rglob("*.html"))
    if not all(deck.exists() and deck.stat().st_mtime >= newest for deck in decks):
        write_decks(site)
        logging.getLogger(__name__).info("slides: %s", ", ".join(ORDER))


def setup(app):
    app.connect("build-finished", write_after_pages, priority=600)                # after the pages have been finished
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
