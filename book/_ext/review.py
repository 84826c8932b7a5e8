"""Sheets for reviewers: review/NN.html for each chapter, made from its built page, so that they can't differ.

A statement is the smallest piece of a page that holds a citation: a paragraph, a list item, a row of a table, the
feedback of an option, a text of the stepper. Options that the book grades are statements without a citation, too. Each
stands on the sheet as readers see it, with its sources, how certain they are, and four boxes to tick.
```{review-sheets}``` is the table of sheets on the page for reviewers.
"""

import functools
import hashlib
import re
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

import yaml
from bs4 import BeautifulSoup, Tag
from docutils import nodes
from sphinx.application import Sphinx

from _ext.directive import BookDirective
from _ext.finished_pages import POLICY
from _ext.paper import LEGEND
from casebook.display.text import template
from casebook.pieces import learning_map
from casebook.pieces.evidence_tables import READ_IN
from casebook.tables.references import bibliography, cite_anchor, cite_label
from casebook.tables.resources import BOOK, read_resource

PAGE = "book/for-reviewers"
CITATION = 'a[href*="references.html#ref-"]'
GRADED = "details[data-grades] li"
BLOCKS = ("p", "li", "dd", "dt", "legend", "caption", "figcaption", "summary", "td", "th")
NOT_READ = "[hidden], [role=status], button, input, select, textarea, script, svg, .headerlink"
SET_OFF = ("em", "strong", "sub", "sup", "code")
"""Markup of running text that a sheet keeps; formulas and values of Table 1 stay, too."""
RESTS_ON = {words: letter for letter, words in READ_IN.items()} | {"the work itself": "A", "secondary text": "B",
                                                                   "our inference": "J"}
"""How rows of tables say in words how certain they are, and the letter for it."""
NOT_STATED = "not stated"
MEANING = {"A": "the work itself or its abstract was read", "B": "a secondary page was read", "C": "a weak source",
           "D": "arithmetic from such sources", "J": "the book's own judgement"}
BOXES = ("right", "wrong", "too strong", "missing")
MINUTES = 1
"""The book's assumption: minutes for one statement."""


@dataclass(frozen=True)
class Source:
    """A work as a sheet lists it: key in references.bib, label as on pages, address, certainty or 'not stated'."""

    key: str
    label: str
    address: str
    certainty: str


@dataclass(frozen=True)
class Statement:
    """One statement: the heading it stands under, what it belongs to (a question, a table; or ''), its words as HTML,
    its sources, the certainty of its row of a table (or ''), and a name that stays while the words stay."""

    heading: str
    about: str
    html: str
    sources: tuple[Source, ...]
    row: str
    name: str


JUDGED = Source("", "None cited", "The book's own judgement", "J")
"""Stands where a graded option cites nothing."""


@functools.cache
def source(key: str) -> Source:
    """The work of a key of references.bib, which may lack a certainty or an address."""
    fields = bibliography()[key].fields
    address = f"doi:{fields['doi']}" if "doi" in fields else fields.get("url", "no address known")
    return Source(key, cite_label(key).removesuffix("."), address, fields.get("certainty", NOT_STATED))


@functools.cache
def _keys():
    return {cite_anchor(key): key for key in bibliography()}


def cited(element: Tag) -> list[str]:
    """Keys that an element of a page cites, in order, each once. KeyError for a link to no entry of references.bib."""
    return list(dict.fromkeys(_keys()[link["href"].partition("#")[2]] for link in element.select(CITATION)
                              if not _deeper(link, element)))


def _deeper(part, element):
    """Whether a part of a list item stands in a list within it, which holds statements of its own."""
    inner = part.find_parent(["ul", "ol"]) if element.name == "li" else None
    return inner is not None and any(parent is element for parent in inner.parents)


def statements(article: Tag) -> list[Statement]:
    """The statements of a page's article, in order; of those with the same words the first."""
    by_name = {}
    for unit in _units(article):
        head = unit.find_parent("table").find("thead") if unit.name == "tr" else None
        keys = list(dict.fromkeys([*cited(unit), *(cited(head) if head else ())]))
        words = _row(unit) if unit.name == "tr" else reading(unit)
        name = hashlib.sha256(words.encode()).hexdigest()[:8]
        by_name.setdefault(name, Statement(_heading(unit), _about(unit), words, tuple(map(source, keys)) or (JUDGED,),
                                           _row_certainty(unit, keys) if unit.name == "tr" else "", name))
    return list(by_name.values())


def _units(article: Tag) -> Iterator[Tag]:
    """Elements that make one statement each; a citation in the head of a table holds for every row."""
    seen = set()
    for link in article.select(f"{CITATION}, {GRADED}"):
        if link.find_parent(class_="chapter-references"):
            continue
        row = link.find_parent("tr")
        if row is None:
            units = [link if link.name == "li" else link.find_parent(BLOCKS)]
        else:
            units = row.find_parent("table").select("tbody > tr") if row.find_parent("thead") else [row]
        for unit in units:
            if id(unit) not in seen:
                seen.add(id(unit))
                yield unit


def reading(element: Tag) -> str:
    """The words of an element as HTML of one line: no links, no tips, no lists that are statements of their own."""
    part = copy(element)
    for gone in part.select(NOT_READ + (", ul, ol" if part.name == "li" else "")):
        gone.decompose()
    for block in part.find_all(["p", "div", "li", "dt", "dd", "br"]):
        block.insert_after(" ")
    for tag in part.find_all(True):
        value = tag.get("data-placement")
        if tag.find_parent("math") or tag.name in ("math", *SET_OFF) or (tag.name in ("a", "span") and value):
            tag.name = "span" if value else tag.name
            tag.attrs = {"class": "value", "data-placement": value} if value else {}
        else:
            tag.unwrap()
    return " ".join(part.decode_contents().replace("\N{SOFT HYPHEN}", "").split())


def _words(element):
    return BeautifulSoup(reading(element), "html.parser").get_text() if element else ""


def _row(row):
    """A row of a table: its first cell, then each other after its column's name. A note takes the name of its row."""
    cells = row.find_all(["th", "td"], recursive=False)
    if "note" in row.get("class", ()):
        return f"<strong>{escape(_words(_above(row).find(['th', 'td'])))}.</strong> {' '.join(map(reading, cells))}"
    head = row.find_parent("table").select("thead tr:last-child > *")
    names = [_words(cell) for cell in head] if len(head) == len(cells) else [""] * len(cells)
    rest = [(f'<span class="column">{escape(name)}:</span> ' if name else "") + words
            for name, cell in zip(names[1:], cells[1:])
            if (words := reading(cell))]
    return " · ".join([f"<strong>{reading(cells[0])}</strong>", *rest])


@functools.cache
def _stated(table, column):
    """Letters that rows of a table of data/ state, by what a column holds and by source."""
    letters = {}
    for _, row in read_resource(table).iterrows():
        letters.setdefault((row[column], row["source"]), set()).add(row["certainty"])
    return letters


def _row_certainty(row, keys):
    """The letters of a row that says its own certainty, or whose rows of data/ do; otherwise ''."""
    table, cells = row.find_parent("table"), [_words(cell) for cell in row.find_all(["th", "td"], recursive=False)]
    caption = _words(table.find("caption"))
    for name, cell in [*zip([_words(h) for h in table.select("thead tr:last-child > *")], cells),
                       ("Rests on", caption.rpartition(": ")[2])]:
        letter = next((letter for words, letter in RESTS_ON.items() if name in ("Read in", "Rests on")
                       and cell.startswith(words)), "")
        if letter:
            return letter
    if "note" in row.get("class", ()):  # limits below a finding, whose name comes before its unit
        stated = [letters for (parameter, key), letters in _stated("reference_ranges", "parameter").items()
                  if key in keys and re.match(rf"{re.escape(parameter)}\b", _words(_above(row).find(["th", "td"])))]
    else:
        stated = [_stated("marker_levels", "group").get((cells[0], key), set()) for key in keys]
    return ", ".join(sorted(set().union(*stated)))


def _above(note):
    """The row of a finding whose note this is."""
    return next(r for r in note.find_previous_siblings("tr") if "note" not in r.get("class", ()))


def _heading(unit):
    """What a reader looks for on the page: the day of the stepper, or the heading."""
    if panel := unit.find_parent(class_="panel"):
        return panel["data-label"]
    heading = next(h for s in unit.find_parents("section") if (h := s.find(["h1", "h2", "h3", "h4"], recursive=False)))
    return "Before the first heading" if heading.name == "h1" else _words(heading)


def _about(unit):
    """What the statement answers or belongs to."""
    for kind, of, what in (("div", "question", "legend"), ("fieldset", "appraisal-item", "legend"),
                           ("article", "panel", ".asked"), ("details", "sd-dropdown", "summary")):
        around = unit.find_parent(kind, class_=of)
        if (around and unit.name != "legend"
            and (of != "panel" or unit.find_parent("details", attrs={"data-grades": True}))):
            return _words(around.select_one(what))
    if around := unit.find_parent("table"):
        if caption := around.find("caption"):
            return _words(caption)
    figure = unit.find_parent("figure")
    return figure.get("aria-label", "") if figure else ""


def edition() -> str:
    """'Edition 0.1.0 of 2026-11-23', and whether the changelog holds changes since."""
    of = yaml.safe_load((BOOK.parent / "CITATION.cff").read_text("utf-8"))
    since = re.search(r"^## \[Unreleased\]\n+(?!## )\S", (BOOK.parent / "CHANGELOG.md").read_text("utf-8"), re.M)
    return f"Edition {of['version']} of {of['date-released']}" + (", with changes since then that have no number yet"
                                                                  if since else "")


def sheet(chapter: int, listed: Iterable[Statement]) -> str:
    """The sheet of a chapter as a complete HTML page."""
    numbered = list(enumerate(listed, 1))
    groups = [(heading, list(some)) for heading, some in groupby(numbered, lambda pair: pair[1].heading)]
    words = "".join(s.html for _, s in numbered)
    return template("review.html").render(
        policy=POLICY, chapter=chapter, title=learning_map.head(chapter).title,
        page=learning_map.chapter_file(chapter).stem, edition=edition(),
        groups=groups, count=len(numbered), meaning=MEANING, boxes=BOXES,
        legend=" ".join(meaning for mark, meaning in LEGEND if mark in words))


def minutes(count: int) -> str:
    """How long a sheet of so many statements takes: '45 min', '1 h 50 min'; rounded up to five minutes."""
    hours, left = divmod(-(-count * MINUTES // 5) * 5, 60)
    return " ".join(f"{n} {unit}" for n, unit in ((hours, "h"), (left, "min")) if n) or "0 min"


class ReviewSheets(BookDirective):
    """```{review-sheets}```: the table of sheets. ``complete`` fills in its numbers once the pages are built."""

    def made(self) -> list[nodes.Node]:
        rows = "".join(f'<tr><th scope="row">{n}. {escape(learning_map.head(n).title)}</th><td '
                       f'data-sheet="{n:02d}"></td><td data-time="{n:02d}"></td>'
                       f'<td><a href="../review/{n:02d}.html">Sheet {n}</a></td></tr>' for n in learning_map.chapters())
        head = "".join(f'<th scope="col">{name}</th>'
                       for name in ("Chapter", "Statements", "Time, about", "To print or fill in"))
        return [nodes.raw("", '<div class="scroll" role="group" aria-label="The sheets" tabindex="0"><table '
                              'class="case-table"><caption>The sheets'
                              f"</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>",
                          format="html")]


def count_sheets(page: Path, counts: dict[int, int]) -> None:
    """Write numbers of statements and times into the table of sheets of a built page, if they aren't there yet."""
    before = text = page.read_text("utf-8")
    for chapter, count in counts.items():
        for name, words in (("sheet", str(count)), ("time", minutes(count))):
            text = re.sub(rf'(<td data-{name}="{chapter:02d}">)[^<]*', rf"\g<1>{words}", text)
    if text != before:
        page.write_text(text, "utf-8")


def write_sheet(app: Sphinx, page: str, soup: BeautifulSoup) -> None:
    """Write the sheet of a chapter when its page is finished."""
    chapter = next((n for n in learning_map.chapters() if page == f"book/{learning_map.chapter_file(n).stem}"), 0)
    if chapter:
        folder = Path(app.outdir) / "review"
        folder.mkdir(exist_ok=True)
        (folder / f"{chapter:02d}.html").write_text(sheet(chapter, statements(soup.select_one("article"))), "utf-8")


def complete(app: Sphinx, error: Exception | None) -> None:
    """Count the sheets' statements in the table, and name today's edition on sheets that an earlier build made."""
    if error or app.builder.format != "html":
        return
    counts, today = {}, escape(edition())
    for file in (Path(app.outdir) / "review").glob("*.html"):
        before = file.read_text("utf-8")
        counts[int(file.stem)] = before.count('<fieldset class="statement"')
        text = re.sub(r'(data-edition="|class="edition">)[^"<]*', rf"\g<1>{today}", before)
        if text != before:
            file.write_text(text, "utf-8")
    table = Path(app.outdir) / f"{PAGE}.html"
    if table.exists():
        count_sheets(table, counts)


def setup(app: Sphinx) -> dict[str, str | bool]:
    app.add_directive("review-sheets", ReviewSheets)
    app.connect("page-finished", write_sheet)
    app.connect("build-finished", complete)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
