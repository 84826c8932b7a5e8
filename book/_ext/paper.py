"""What a class has on paper: answer key, worksheets without solutions, record cards with; each part a section."""

from functools import cache

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx

from _ext.directive import BookDirective
from _ext.instructor import FOLDER, check_link, section
from casebook.display.text import template
from casebook.pieces import appraisal, belief_ledger, learning_map, questions
from casebook.pieces.case_panels import SAME, Panel, reflection
from casebook.pieces.questions import CONFIDENCES, DAGGER, DAGGER_NOTE, LETTERS, QUESTIONS, bank
from casebook.pieces.stepper import CaseStepper
from casebook.tables.case_folder import LETTER

PAGES = ("answer-key", "worksheets", "record-cards", "run-sheets")
LEGEND = (('class="value" data-placement="printed"', "Bold with a line below: the column of this value is printed."),
          ('data-placement="reconstructed"',
           "Italic with a dashed line: the column is reconstructed for teaching, and not the authors'."),
          (DAGGER, DAGGER_NOTE), ("⚑", "⚑ The book doubts this value."))
"""What each mark on a sheet means; a sheet explains those that it carries."""


def sheet(id: str, title: str, html: str, *classes: str) -> nodes.section:
    """A section that starts a new page in print, has no links and explains the marks of its values."""
    legend = " ".join(words for mark, words in LEGEND if mark in html)
    soup = BeautifulSoup(html, "html.parser")
    for link in soup("a"):
        link.name = "span"
        for name in ("href", "aria-label", "data-cite"):
            del link[name]
    return section(id, title, str(soup) + (f'<p class="legend-line">{legend}</p>' if legend else ""), "sheet", *classes)


@cache
def panels() -> list[Panel]:
    """The panels of the case, computed once for both kinds of paper."""
    return CaseStepper().panels


class AnswerKey(BookDirective):
    """```{answer-key}```: every item of book/questions with its right options and all feedback, a section a chapter."""

    def made(self) -> list[nodes.Node]:
        for chapter in learning_map.chapters():
            self.env.note_dependency(str(questions.questions_file(chapter)))
        part = template("answer-key.html").module
        title = lambda chapter: f"Chapter {chapter}: {learning_map.head(chapter).title}"
        return [section(f"key-{chapter}", title(chapter), part.key(items, check_link))
                for chapter, items in bank().items()]


class Worksheets(BookDirective):
    """```{worksheets}```: ledger, the case step by step, calibration, CARE form and self-checks, without a solution."""

    def made(self) -> list[nodes.Node]:
        for file in (LETTER.script, appraisal.FORMS, *QUESTIONS.glob("*.yml")):
            self.env.note_dependency(str(file))
        part = template("worksheets.html").make_module({"letters": LETTERS})
        chapters = [(c, learning_map.head(c).title) for c in belief_ledger.CHAPTERS]
        sheets = [sheet("sheet-ledger", "Belief ledger", part.ledger(belief_ledger.CLAIM, chapters))]
        for n, panel in enumerate(panels(), 1):
            id, of = f"sheet-{panel.step}", len(panels())
            asked = part.step(panel, n, of, CONFIDENCES, SAME)
            sheets.append(sheet(id, f"{panel.label}: {panel.heading}", asked, "case"))
            if "vote" in panel.script or "second" in panel.script:
                asked = part.second(panel.script, n, of)
                sheets.append(sheet(f"{id}-second", f"{panel.label}: with the record in hand", asked, "case"))
        sheets.append(sheet("sheet-calibration", "Calibration card", part.calibration(panels(), CONFIDENCES)))
        sheets.append(sheet("sheet-reflection", "Reflection", part.reflection(reflection())))
        care = appraisal.form("care")
        sheets.append(sheet("sheet-care", care.title, part.form(care)))
        for chapter, items in bank().items():
            checks = [item for item in items if "sorting" not in item.tags]
            sorting = questions.load_sorting(questions.questions_file(chapter)) if len(checks) < len(items) else None
            title = f"Self-checks of chapter {chapter}: {learning_map.head(chapter).title}"
            asked = part.checks(checks, sorting, CONFIDENCES)
            sheets.append(sheet(f"sheet-self-checks-{chapter}", title, asked, "checks"))
        return sheets


class RecordCards(BookDirective):
    """```{record-cards}```: what was done and measured at each step, and the feedback to hand out later."""

    def made(self) -> list[nodes.Node]:
        self.env.note_dependency(str(LETTER.script))
        part = template("record-cards.html").module
        cards = []
        for panel in panels():
            id, both = f"card-{panel.step}", "second" not in panel.script
            if not both:
                cards.append(sheet(f"{id}-treatments", f"{panel.label}: treatments", part.record(panel, True, False)))
            title = f"{panel.label}: {'record' if both else 'measurements'}"
            cards.append(sheet(f"{id}-record", title, part.record(panel, both, True)))
            cards.append(sheet(f"{id}-feedback", f"{panel.label}: feedback", part.feedback(panel.script, LETTERS)))
        return cards


def add_style(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None) -> None:
    """The style of paper on its pages alone."""
    if pagename.removeprefix(FOLDER) in PAGES:
        app.add_css_file("paper.css")


def setup(app: Sphinx) -> dict[str, str | bool]:
    app.add_directive("answer-key", AnswerKey)
    app.add_directive("worksheets", Worksheets)
    app.add_directive("record-cards", RecordCards)
    app.connect("html-page-context", add_style)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
