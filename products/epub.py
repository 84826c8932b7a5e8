"""The book as EPUB 3: the same reading matter as in the PDF, one XHTML file a page."""

import uuid
from html import escape
from pathlib import Path

from playwright.sync_api import Page

from _ext.archive import pack

from . import reading
from .browser import browser_page

NAME = "one-child-one-table.epub"
SERIALIZE = """([title, body]) => {
    const parsed = new DOMParser().parseFromString(
        `<!DOCTYPE html><html lang="en" data-theme="light"><head><title></title>` +
        `<link rel="stylesheet" href="book.css" type="text/css"></head><body>${body}</body></html>`, "text/html");
    parsed.title = title;
    return new XMLSerializer().serializeToString(parsed); }"""
ABOUT = "An open book about one published letter on a child with MIS-C. Education only, never medical advice."
CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"""


def build(out: Path) -> list[Path]:
    """Write the EPUB into ``out``; returns its path in a list."""
    with browser_page() as page:
        return [pack(out / NAME, files(page, reading.pages()))]


def files(page: Page, pages: list[reading.Page]) -> dict[str, bytes]:
    """Everything in the EPUB, name -> bytes. ``page``, of a browser, writes XHTML, drawings in their namespace."""
    homes = {e["id"]: f"{p.name}.xhtml" for p in pages for e in [p.body, *p.body.select("[id]")]}
    for link in (a for p in pages for a in p.body.select('a[href^="#"]')):
        link["href"] = homes[link["href"][1:]] + link["href"]
    cover, title = reading.cover(), reading.metadata()["title"]
    page.set_viewport_size({"width": 1000, "height": 1400})
    printed = Path(__file__).with_name("pdf.css").read_text("utf-8")
    page.set_content(f"<style>{reading.styles()}{printed} html {{ zoom: 1.45; padding: 24px; }}</style>{cover}")
    image = page.screenshot(type="png")
    texts = {"cover": page.evaluate(SERIALIZE, [title, cover])}
    texts |= {p.name: page.evaluate(SERIALIZE, [p.title, str(p.body)]) for p in pages}
    styles = reading.styles() + Path(__file__).with_name("epub.css").read_text("utf-8")
    return {"mimetype": b"application/epub+zip", "META-INF/container.xml": CONTAINER.encode(),
            "EPUB/package.opf": _package(texts).encode(),
            "EPUB/nav.xhtml": _nav(pages).encode(), "EPUB/book.css": styles.encode(), "EPUB/cover.png": image,
            **{f"EPUB/{name}.xhtml": text.encode() for name, text in texts.items()}}


def _package(texts):
    """The package document: what the book is, its files, their order."""
    book = reading.metadata()
    items = "".join(f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"'
                    + (' properties="svg"' if "<svg" in text else "") + "/>\n" for name, text in texts.items())
    access = "".join(f'<meta property="schema:{k}">{v}</meta>\n' for k, v in [
        ("accessMode", "textual"), ("accessMode", "visual"), ("accessModeSufficient", "textual"),
        ("accessibilityHazard", "none"),
        *(("accessibilityFeature", f)
          for f in ("alternativeText", "readingOrder", "structuralNavigation", "tableOfContents")),
        ("accessibilitySummary",
         "Every drawing has a description and its numbers as a table. No scripts, no sound, no motion.")])
    spine = "".join(f'<itemref idref="{n}"/>' for n in texts if n != "cover")
    return f"""<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f"{book['title']} {book['version']}")}</dc:identifier>
<dc:title>{escape(book["title"])}</dc:title><dc:language>en</dc:language><dc:creator>{reading.AUTHOR}</dc:creator>
<dc:rights>Text and figures {book["license"]}; code BSD-3-Clause.</dc:rights><dc:date>{book["date-released"]}</dc:date>
<dc:description>{ABOUT}</dc:description>
<meta property="dcterms:modified">{book["date-released"]}T00:00:00Z</meta>
{access}</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="style" href="book.css" media-type="text/css"/>
<item id="cover-image" href="cover.png" media-type="image/png" properties="cover-image"/>
{items}</manifest>
<spine><itemref idref="cover"/><itemref idref="nav"/>{spine}</spine>
</package>
"""


def _nav(pages):
    """The table of contents that reading systems show: parts, pages, their sections."""
    lines, part = "", None
    for page in pages:
        if page.part != part:
            lines += ("</ol></li>" if part else "") + f"<li><span>{escape(page.part)}</span><ol>"
            part = page.part
        below = "".join(f'<li><a href="{page.name}.xhtml#{i}">{escape(t)}</a></li>' for i, t in page.sections)
        lines += f'<li><a href="{page.name}.xhtml">{escape(page.title)}</a>{f"<ol>{below}</ol>" if below else ""}</li>'
    return f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en"
 data-theme="light"><head><title>Contents</title><link rel="stylesheet" href="book.css" type="text/css"/></head>
<body><nav epub:type="toc"><h1>Contents</h1><ol>{lines}</ol></li></ol></nav></body></html>
"""
