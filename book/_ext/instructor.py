"""The instructor's edition: session plans, learning map, list of errors, links to self-checks, a notice a page."""

from bs4 import BeautifulSoup
from docutils import nodes
from docutils.parsers.rst.states import Inliner
from sphinx.application import Sphinx

from _ext.directive import BookDirective
from casebook.classroom.session_plans import ORDER, PLANS, SECONDS_A_VOTE, WORDS_A_MINUTE, place, plan
from casebook.display.text import render, template
from casebook.pieces import appraisal, learning_map, look_back
from casebook.pieces.belief_ledger import CHAPTERS
from casebook.pieces.case_panels import HITS, load_script
from casebook.pieces.questions import question
from casebook.tables.case_folder import LETTER
from casebook.tables.resources import BOOK, CaseDataError
from casebook.tables.table1 import COLUMNS

FOLDER = "book/instructor/"
BOARDS = BOOK / "instructor" / "boards"
NOTICE = "This page is for instructors and contains solutions."
FREE = {FOLDER + "worksheets": "This page is for instructors. It holds no solution and can be handed out."}
"Pages of the edition with a notice of their own."


def check_link(name: str) -> str:
    """A link from an instructor page to a self-check: '4.3', or its option '4.3 D'. CaseDataError if there is none."""
    item = question(name.split()[0])
    if name != item.id:
        learning_map.option(name)
    return f'<a href="../{look_back.address(item)}">{name.replace(" ", chr(160))}</a>'


def page_link(page: str) -> str:
    """A link from an instructor page to a plan's page, in words: 'Chapter 4, column 3b', 'Chapter 10: Both exits'."""
    name, _, part = page.partition("#")
    words = f"Chapter {int(name[:2])}" if name[:2].isdigit() else ""
    if not (words or part):
        words = name.replace("-", " ").capitalize()
    if part:
        words += (", " if part.startswith("step-") else ": " if words else "") + render(place(page), inline=True)
    return f'<a href="../{name}.html{"#" if part else ""}{part}">{words}</a>'


def section(id: str, title: str, html: str, *classes: str) -> nodes.section:
    """A section with its title and the rest as HTML; the page's table of contents lists it."""
    return nodes.section("", nodes.title("", title), nodes.raw("", html, format="html"), ids=[id],
                         classes=list(classes))


class Plan(BookDirective):
    """```{plan} flipped```: a session plan of book/instructor/plans, minute by minute."""

    required_arguments = 1

    def made(self) -> list[nodes.Node]:
        shown = plan(self.arguments[0])
        steps = [step for session in shown["sessions"] for step in session["steps"]]
        pages = {page.partition("#")[0] for step in steps for page in step.get("pages", ())}
        for file in (PLANS / f"{self.arguments[0]}.yml", *(BOOK / f"{page}.md" for page in pages)):
            self.env.note_dependency(str(file))
        return [nodes.raw("", template("plan.html").render(plan=shown, page_link=page_link), format="html")]


class RunSheets(BookDirective):
    """```{run-sheets}```: each session of each plan on one sheet, with the time of day once a start is typed in."""

    def made(self) -> list[nodes.Node]:
        sheets = [nodes.raw("", template("run-sheet.html").module.start(WORDS_A_MINUTE, SECONDS_A_VOTE), format="html")]
        for name in ORDER:
            self.env.note_dependency(str(PLANS / f"{name}.yml"))
            shown = plan(name)
            for number, session in enumerate(shown["sessions"], 1):
                words = shown["title"].partition(":")[0]
                words += f", {session['name']}" if len(shown["sessions"]) > 1 else ""
                sheet = template("run-sheet.html").module.sheet(shown, session)
                sheets.append(section(f"run-{name}-{number}", words, sheet, "sheet", "run"))
        return sheets


class ClassCode(BookDirective):
    """```{class-code}```: a student's answers as a short code, for the board of a class without a network."""

    def made(self) -> list[nodes.Node]:
        self.env.note_dependency(str(LETTER.script))
        steps = [words["step"] for words in load_script()]
        return [nodes.raw("", template("class-board.html").module.code(steps, CHAPTERS), format="html")]


class ClassBoard(BookDirective):
    """```{class-board}```: adds up the codes of a class, with the book's grades."""

    def made(self) -> list[nodes.Node]:
        self.env.note_dependency(str(LETTER.script))
        steps = [{"step": words["step"], "scored": words["scored"],
                  "label": f"Column {words['step']}" if words["step"] in COLUMNS else words["step"].capitalize(),
                  "options": [{"text": BeautifulSoup(render(o["text"], inline=True), "html.parser").get_text(),
                               "grade": o["grade"], "hit": o["grade"] in HITS} for o in words["options"]]}
                 for words in load_script()]
        return [nodes.raw("", template("class-board.html").module.board(steps), format="html")]


class LearningMap(BookDirective):
    """```{learning-map} 4```: objectives and misconceptions of chapter 4; without a number, what each chapter needs."""

    optional_arguments = 1

    def made(self) -> list[nodes.Node]:
        self.env.note_dependency(str(learning_map.LEARNING_MAP))
        for chapter in learning_map.chapters():
            self.env.note_dependency(str(learning_map.chapter_file(chapter)))
        if self.arguments:
            chapter = int(self.arguments[0])
            name, shown = "learning-map.html", {"chapter": chapter, "entry": learning_map.learning_map()[chapter]}
        else:
            name, shown = "learning-map-needs.html", {"chapters": learning_map.chapters(),
                                                      "unmapped": learning_map.unmapped()}
        html = template(name).render(head=learning_map.head, option=learning_map.option, check_link=check_link,
                                     chapter_link=chapter_link, **shown)
        return [nodes.raw("", html, format="html")]


class CommonErrors(BookDirective):
    """```{common-errors}```: every misconception of the learning map with a sign by which you notice it in class."""

    def made(self) -> list[nodes.Node]:
        self.env.note_dependency(str(learning_map.LEARNING_MAP))
        errors = [(chapter, misconception) for chapter, entry in learning_map.learning_map().items()
                  for misconception in entry["misconceptions"] if "sign" in misconception]
        html = template("common-errors.html").render(errors=errors, check_link=check_link, chapter_link=chapter_link)
        return [nodes.raw("", html, format="html")]


class Board(BookDirective):
    """```{board} NAME```: the sketch book/instructor/boards/NAME.svg with the directive's words below it."""

    required_arguments = 1
    has_content = True

    def made(self) -> list[nodes.Node]:
        file = BOARDS / f"{self.arguments[0]}.svg"
        self.env.note_dependency(str(file))
        caption = f'<figcaption>{render(" ".join(self.content), inline=True)}</figcaption>'
        return [nodes.raw("", f'<figure class="board">{file.read_text("utf-8")}{caption}</figure>', format="html")]


class Rubric(BookDirective):
    """```{rubric-levels} review```: the levels of a form of book/appraisal.yml, as the capstone shows them."""

    required_arguments = 1

    def made(self) -> list[nodes.Node]:
        self.env.note_dependency(str(appraisal.FORMS))
        asked = appraisal.form(self.arguments[0])
        table = appraisal.levels_table(asked.name, f"{asked.title}: {len(asked.judgements)} levels")
        return [nodes.raw("", table, format="html")]


def chapter_link(number: int | str) -> str:
    """A link from an instructor page to a chapter: its number."""
    return f'<a href="../{learning_map.chapter_file(number).stem}.html">{number}</a>'


def check(name: str, rawtext: str, text: str, lineno: int, inliner: Inliner, options: dict | None = None,
          content: list[str] | None = None) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """{check}`4.3` or {check}`4.3 D`: a link to a self-check that exists."""
    try:
        return [nodes.raw("", check_link(text), format="html")], []
    except (CaseDataError, ValueError) as error:
        return [], [inliner.reporter.error(f"check {text}: {error}", line=lineno)]


def add_notice(app: Sphinx, doctree: nodes.document) -> None:
    """Say below the title of every instructor page whom it is for."""
    if app.env.docname.startswith(FOLDER):
        title = next(iter(doctree.findall(nodes.title)), None)
        if title is not None:
            notice = f'<p class="for-instructors">{FREE.get(app.env.docname, NOTICE)}</p>'
            title.parent.insert(title.parent.index(title) + 1, nodes.raw("", notice, format="html"))


def setup(app: Sphinx) -> dict[str, str | bool]:
    app.add_directive("plan", Plan)
    app.add_directive("run-sheets", RunSheets)
    app.add_directive("class-code", ClassCode)
    app.add_directive("class-board", ClassBoard)
    app.add_directive("learning-map", LearningMap)
    app.add_directive("common-errors", CommonErrors)
    app.add_directive("board", Board)
    app.add_directive("rubric-levels", Rubric)
    app.add_role("check", check)
    app.connect("doctree-read", add_notice)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
