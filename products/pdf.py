"""The book as one tagged PDF, printed by Chromium from one joined document.

Chromium knows no page number of a link's target, so the document is printed twice: the first print tells on which page
each target stands, the second carries the numbers.
"""

import io
from html import escape
from pathlib import Path

from bs4 import BeautifulSoup
from playwright.sync_api import Page
from pypdf import PdfReader, PdfWriter

from _ext.slide import Pages, Slide
from casebook.display.text import render_page
from casebook.pieces.learning_map import chapter_files

from . import reading
from .browser import browser_page

NAME, HANDOUT = "one-child-one-table.pdf", "handout.pdf"


def build(out: Path) -> list[Path]:
    """Write the book, its chapters one by one in ``chapters/``, and the handout of two pages; returns their paths."""
    with browser_page() as page:
        pages = reading.pages()
        (out / NAME).write_bytes(printed(page, pages))
        (out / HANDOUT).write_bytes(handout(page))
    return [out / NAME, out / HANDOUT, *offprints(out / NAME, pages, out / "chapters")]


def offprints(whole: Path, pages: list[reading.Page], folder: Path) -> list[Path]:
    """Each chapter of the ``whole`` PDF as a file of its own, with the book's page numbers; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    read, starts = PdfReader(whole), _numbers(whole.read_bytes())
    ends = {one.name: starts[after.name] - 1 for one, after in zip(pages, pages[1:])}
    ends[pages[-1].name] = len(read.pages)
    written = []
    for file in (file for file in chapter_files() if reading.slug(file.stem) in ends):
        chapter, name = PdfWriter(), reading.slug(file.stem)
        chapter.append(read, pages=(starts[name] - 1, ends[name]), import_outline=False)
        chapter.add_metadata({"/Title": next(page.title for page in pages if page.name == name),
                              "/Author": reading.AUTHOR})
        written.append(folder / f"{file.stem}.pdf")
        chapter.write(written[-1])
    return written


def handout(page: Page) -> bytes:
    """Two pages of A4 to hand out after the case: its course in one picture, and the one finding with its limit.

    Raises CaseDataError if a piece of it is gone, RuntimeError if it doesn't fill two pages.
    """
    parts = Slide(Pages(reading.SITE / "book"), {"step": "handout"}).functions()
    body = BeautifulSoup(render_page(Path(__file__).with_name("handout.md").read_text("utf-8"), **parts), "html.parser")
    reading.describe_drawings(body)
    for link in body.select("a"):
        link.unwrap()
    book = reading.metadata()
    body.append(BeautifulSoup(f'<p class="small">From {book["title"]}, version {book["version"]}, by {reading.AUTHOR}. '
                              "CC BY 4.0. The book, its data and its sources go with it.</p>", "html.parser"))
    page.set_content(_document(f"{book['title']}: a handout", body))
    content = page.pdf(prefer_css_page_size=True, tagged=True)
    if (length := len(PdfReader(io.BytesIO(content)).pages)) != 2:
        raise RuntimeError(f"the handout fills {length} pages, not two: change products/handout.md")
    return _signed(content)


def _document(title, body):
    styles = reading.styles() + Path(__file__).with_name("pdf.css").read_text("utf-8")
    return (f'<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>{title}</title>'
            f"<style>{styles}</style></head><body>{body}</body></html>")


def printed(page: Page, pages: list[reading.Page]) -> bytes:
    """The pages as a PDF, bytes: cover, contents, pages. ``page`` is an empty page of a browser."""
    page.set_content(joined(pages))
    numbers = _numbers(page.pdf(prefer_css_page_size=True, tagged=True, outline=True))
    page.evaluate("""numbers => { for (const link of document.querySelectorAll("a.paged"))
        link.querySelector(".on").textContent = numbers[link.getAttribute("href").slice(1)] }""", numbers)
    result = page.pdf(prefer_css_page_size=True, tagged=True, outline=True)
    moved = [target for target, number in _numbers(result).items() if number != numbers[target]]
    if moved:
        raise RuntimeError(f"writing the page numbers moved {len(moved)} targets, first {moved[0]}: "
                           "give .on in pdf.css a fixed width")
    return _signed(result)


def _numbers(pdf):
    """Page number of each link target."""
    read = PdfReader(io.BytesIO(pdf))
    numbers = {page.indirect_reference.idnum: number for number, page in enumerate(read.pages, 1)}
    return {name.lstrip("/"): numbers[where.page.idnum] for name, where in read.named_destinations.items()}


def _signed(pdf):
    """With author and date of this version in place of the browser's name and the clock."""
    book, signed, file = reading.metadata(), PdfWriter(clone_from=io.BytesIO(pdf)), io.BytesIO()
    date = f"D:{book['date-released'].replace('-', '')}000000Z"
    signed.metadata = {"/Title": signed.metadata["/Title"], "/Author": reading.AUTHOR,
                       "/Subject": "Education only, never medical advice", "/Keywords": f"version {book['version']}",
                       "/CreationDate": date, "/ModDate": date}
    signed.write(file)
    return file.getvalue()


def joined(pages: list[reading.Page]) -> str:
    """One HTML document: cover, contents with places for page numbers, pages."""
    body = BeautifulSoup(reading.cover() + contents(pages) + "".join(str(p.body) for p in pages), "html.parser")
    for figure in body.select("figure"):
        figure["role"] = "group"                 # the drawing inside is tagged as the figure, with its description
    for link in body.select("a.paged"):
        number = BeautifulSoup('<span class="on">000</span>', "html.parser").span
        if link.find_parent(class_="contents"):
            link.append(number)
        else:
            link.append(", page ")
            link.append(number)
    return _document(reading.metadata()["title"], body)


def contents(pages: list[reading.Page]) -> str:
    """The table of contents by part, as nested lists of links."""
    html, part = "", None
    for page in pages:
        if page.part != part:
            html += f'{"</ol>" if part else ""}<p class="caption">{escape(page.part)}</p><ol>'
            part = page.part
        lines = "".join(f'<li><a class="paged" href="#{id}"><span>{escape(title)}</span></a></li>'
                        for id, title in page.sections)
        html += (f'<li><a class="paged" href="#{page.name}"><span>{escape(page.title)}</span></a>'
                 f'{f"<ol>{lines}</ol>" if lines else ""}</li>')
    return f'<nav class="contents" aria-label="Contents"><h1>Contents</h1>{html}</ol></nav>'
