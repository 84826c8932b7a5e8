"""The built pages as plain reading matter, for PDF and EPUB: no script, no form to fill in, nothing folded.

What a page keeps folded until the reader opens it (answers, feedback, model judgements) moves to the end of its
chapter.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml
from bs4 import BeautifulSoup, Tag

from casebook.display.two_faces import LIVE_COLOURS

TOP = Path(__file__).resolve().parents[1]
SITE = TOP / "_build" / "html"
AUTHOR = "The contributors of One Child, One Table"
LEFT_OUT = ("for-maintainers", "instructor/")
"""Pages of the table of contents that are no reading matter for students."""
SCRIPTED = ("script, style, template, button, input[type=file], .headerlink, .with-script, "
            ".controls, [role=status], .narrow-only, .report-drawn, "
            ".choice-changed, .table-bar, [data-choices=limits] .choice:not(.start) .choice-drawing, summary svg")
"""What stands on a page for its script alone, or for narrow screens."""
KEPT = ("data-placement", "data-stage", "data-speaks")
"""Attributes that styles look at."""
FOLDED = "details.feedback, details.model, details.sd-dropdown"
"""What a reader has to open by choice."""


@dataclass
class Page:
    """One page: its part of the book, its name (also the prefix of its ids), its title, its content as one element."""

    part: str
    name: str
    title: str
    body: BeautifulSoup

    @property
    def sections(self) -> list[tuple[str, str]]:
        """(id, title) of the sections below the page's title."""
        return [(h.find_parent("section")["id"], h.get_text(" ", strip=True)) for h in self.body.select("section > h2")]


def metadata() -> dict:
    """Title, licence, version and date of the book, from CITATION.cff."""
    return yaml.safe_load((TOP / "CITATION.cff").read_text("utf-8"))["preferred-citation"]


def styles() -> str:
    """The style sheet of the reading forms."""
    return "".join(f.read_text("utf-8")
                   for f in (SITE / "_static" / "pygments.css", TOP / "book" / "_static" / "book.css",
                             Path(__file__).with_name("reading.css")))


def pages(site: Path = SITE, only: Iterable[str] | None = None) -> list[Page]:
    """The pages of the book in order of _toc.yml, without the instructor's edition; ``only`` names some of them.

    Internal links become '#NAME-ID' ('#NAME' for a page itself); a link to a page that is left out becomes text.
    """
    toc = yaml.safe_load((TOP / "_toc.yml").read_text("utf-8"))
    listed = [(part["caption"], c["file"].removeprefix("book/")) for part in toc["parts"] for c in part["chapters"]]
    kept = [(part, name) for part, name in listed if not name.startswith(LEFT_OUT) and (not only or name in only)]
    names = {slug(name): name for _, name in kept}
    return [Page(part, slug(name), *_read(site / "book" / f"{name}.html", slug(name), names)) for part, name in kept]


def cover() -> str:
    """The title page, with the picture of the opening page."""
    book = metadata()
    opening = BeautifulSoup((SITE / "book" / "index.html").read_text("utf-8"), "html.parser")
    describe_drawings(opening)
    lead, picture = opening.select_one(".minute .without-script p"), opening.select_one(".minute figure.chart svg")
    return (f'<section class="cover"><h1>{book["title"]}</h1><p class="lead">{lead.decode_contents()}</p>{picture}'
            f'<p class="small"><strong>{AUTHOR}</strong>. Version {book["version"]}, {book["date-released"]}.</p>'
            '<p class="small">Education only, never medical advice. No clinician has reviewed the text yet.</p>'
            '<p class="small">Answers, feedback and model judgements stand at the end of each chapter, '
            'so that you can commit before you '
            "look. In chapter 4 each record begins on a new page: decide, then turn it. Charts with "
            "controls show their start values; the book's web pages let you change them.</p>"
            '<p class="small">Text and figures CC BY 4.0, code BSD-3-Clause.</p></section>')


def slug(name: str) -> str:
    """'chapter-4' for '04-day-by-day', other names as they are: an id must not begin with a digit."""
    number = re.match(r"\d\d", name)
    return f"chapter-{int(number[0])}" if number else name


def _read(path, name, names):
    article = BeautifulSoup(path.read_text("utf-8"), "html.parser").select_one("article.bd-article")
    article.name, article.attrs = "article", {"class": "page", "id": name}
    for ask in article.select(".controls .ask"):
        ask.find_parent(class_="controls").insert_before(ask.extract())
    for element in [*article.select(SCRIPTED), *article.select("[hidden]")]:
        element.decompose()
    describe_drawings(article)
    _address(article, name, {f"{n}.html": s for s, n in names.items()})
    _write_forms(article)
    _fold_out(article, name)
    title = article.find("h1").get_text(" ", strip=True)
    return title, article


def _address(article, name, files):
    """Ids carry the page's name; links follow them, and links to what is not in the book become text."""
    for element in article.select("[id]"):
        element["id"] = f"{name}-{element['id']}"
    for element in article.find_all(True):
        for attribute in [a for a in element.attrs if a.startswith("data-") and a not in KEPT
                          or a in ("tabindex", "for", "autocomplete", "aria-live", "scoped", "border")]:
            del element[attribute]
    for link in article.select("a[href]"):
        file, _, fragment = link["href"].partition("#")
        if re.match(r"[a-z]+:", link["href"]):
            continue
        if file and file not in files:
            link.unwrap()
        else:
            link["href"] = f"#{files[file] if file else name}" + (f"-{fragment}" if fragment else "")


def describe_drawings(article: Tag) -> None:
    """A drawing's alternative is its title and the description hidden beside it; its colours become plain ones."""
    for figure in article.select("figure.chart"):
        hidden = figure.find("p", class_="visually-hidden")
        words = (f"{figure['aria-label'].rstrip('.')}. {hidden.get_text(' ', strip=True)}" if hidden
                 else figure["aria-label"])
        for svg in figure.select("svg"):
            svg["role"], svg["aria-label"] = "img", words
        if hidden:
            hidden.decompose()
        del figure["aria-label"]
        variants = figure.select("[data-variant]")
        for variant in variants if len(variants) > 1 else ():
            variant.insert(0, _element("p", "drawing-title", variant["data-variant"]))
    for element in article.select("svg, svg *"):
        for attribute, value in element.attrs.items():
            if "var(--chart" in value:
                element[attribute] = re.sub(r"var\(--chart-(\w+)\)", lambda m: LIVE_COLOURS[m[1]], value)


def _write_forms(article):
    """Choices become lines with an empty ring, fields become lines to write on."""
    for field in article.select("input, textarea, select"):
        if field.get("type") in ("radio", "checkbox"):
            field.replace_with(_element("span", "ring", "○" if field["type"] == "radio" else "☐",
                                        **{"aria-hidden": "true"}))
        else:
            field.replace_with(_element("span", "line short" if field.get("type") == "number" else "line"))
    for old, tag in (("form", "div"), ("fieldset", "div"), ("legend", "p"), ("label", "div")):
        for element in article.select(old):
            element.name = tag
            element["class"] = [*element.get("class", []), old]
            for attribute in ("aria-label", "method", "action"):
                element.attrs.pop(attribute, None)
    for heading in article.select("[role=heading]"):
        heading.name = f"h{heading['aria-level']}"
        del heading["role"], heading["aria-level"]
    for element in article.select("section[aria-label], div[role=group]"):
        element.attrs.pop("aria-label", None)
        element.attrs.pop("role", None)


def _fold_out(article, name):
    """Open every disclosure; move what holds answers to the end of the page, with links there and back."""
    section = _element("section", "answers", id=f"{name}-answers")
    section.append(_element("h2", "", "Answers and other folded text"))
    folded = [d for d in article.select(FOLDED)
              if not d.find_parent("details", class_=["feedback", "model", "sd-dropdown"])]
    for number, details in enumerate(folded, 1):
        title, here, there = _title(details), f"{name}-fold-{number}", f"{name}-answer-{number}"
        pointer, answer, back = _element("p", "fold", "→ ",
                                         id=here), _element("div", "answer", id=there), _element("p", "asked")
        pointer.append(_element("a", "paged", title, href=f"#{there}"))
        back.append(_element("a", "paged", "Where it is asked", href=f"#{here}"))
        details.replace_with(pointer)
        details.find("summary").decompose()
        details.name, details.attrs = "div", {"class": "folded"}
        answer.extend([_element("h3", "", title), back, details])
        section.append(answer)
    if folded:
        article.append(section)
    for details in article.select("details"):
        _open(details)


def _element(tag, css, text="", **attributes):
    """A new element."""
    element = BeautifulSoup("", "html.parser").new_tag(tag, attrs={**({"class": css} if css else {}), **attributes})
    element.string = text
    return element


def _title(details):
    """What a folded text answers: 'Self-check 4.1. Feedback for every option', 'Exercise. A solution'."""
    words = details.find("summary").get_text(" ", strip=True).partition(" of sentence")[0]
    asked, panel = details.find_parent(class_="question"), details.find_parent(class_="panel")
    heading = asked.select_one(".question-kind") if asked else panel.select_one(".panel-when") if panel \
        else details.find_previous(["h1", "h2", "h3"])
    place = heading.get_text(" ", strip=True)
    return words if heading.name == "h1" else f"{place}{'' if place[-1] in '.?!' else '.'} {words}"


def _open(details):
    summary = details.find("summary")
    code = "hide" in details.get("class", [])
    details.name, details.attrs = "div", {"class": ["unfolded", *(c for c in details.get("class", [])
                                                                  if c not in ("admonition", "hide"))]}
    if code:
        summary.decompose()
    else:
        summary.name, summary.attrs = "p", {"class": "unfolded-title"}
