"""Last corrections to built pages: names for listeners, tips for terms, scripts where asked for, nothing inline."""

import hashlib
import multiprocessing
import re
import textwrap
from html import escape
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.errors import ExtensionError
from sphinx.jinja2glue import BuiltinTemplateLoader

BOOK = Path(__file__).resolve().parents[1]
POLICY = ("default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src 'self' "
          "file: data:; font-src 'self' file:; form-action 'self' file:; base-uri 'none'")
"""What a page may load: files of its own site, from server or disk. Nothing inline, no eval, no connection."""

readable = multiprocessing.get_context("fork").Event()
"""Set when the pages of a build can be read, before decks and sheets are made of them; `make watch` waits for it."""

KNOWN_SCRIPTS = re.compile(r"\s*(document\.documentElement\.dataset\.mode =|let "
                           r"toggle(Hint|OpenOnPrint)|var togglebuttonSelector"
                           r"|\{\"state\": \{"      # of widgets, for a manager that no page carries
                           r"|DOCUMENTATION_OPTIONS\.(pagename|search_as_you_type) =|// Activate "
                           r"the search field on page load)")
"""Inline scripts of the theme, whose work early.js does, or which nothing here needs."""
KNOWN_STYLES = re.compile(r"\s*(\.pst-js-only|\.dataframe tbody tr th)")
KNOWN_ATTRIBUTES = r"text-align: right;|width: \d+%(; vertical-align: top;)?"
"""Styles of the theme, of pandas and of Sphinx's index; book.css says the same."""
TERM = re.compile(r'(?<=<a class="reference internal")(?: data-tip="[^"]*")?'
                  r'(?= href="[^"]*glossary\.html#(term-[^"]+)")')
"""Where the definition stands in a link to a term, today's or an earlier build's."""


def add_scripts(soup: BeautifulSoup, page: str) -> None:
    """Scripts that pieces of a page ask for: data-script="NAME" loads _static/NAME.js, once; code asks for run.js."""
    code = {"run"} if soup.select(".cell_input pre") else set()
    names = sorted({e["data-script"] for e in soup.select("[data-script]")} | code)
    shared = soup.select_one('script[src*="book.js"]')
    for name in names:
        file = BOOK / "_static" / f"{name}.js"
        if not file.exists():
            raise ExtensionError(f"{page}: a piece asks for the script {name}, and there is no {file}")
        version = hashlib.sha256(file.read_bytes()).hexdigest()[:8]
        address = re.sub(r"book\.js(\?.*)?$", f"{name}.js?v={version}", shared["src"])
        shared.insert_after(soup.new_tag("script", src=address, defer="defer"))


class Finished(BuiltinTemplateLoader):
    """Renders pages for Sphinx (`template_bridge` in _config.yml), and corrects each before it is written: what is
    written side by side is corrected side by side. The event `page-finished` (app, name, soup) follows."""

    def init(self, builder: Builder, *args: Any) -> None:
        self.app = builder.app
        super().init(builder, *args)

    def render(self, template: str, context: dict) -> str:  # type: ignore[override]
        text, page = super().render(template, context), context.get("pagename", "")
        if "<main" not in text:
            return text
        soup = _finish(text, search=page == "search")
        describe(soup)
        add_scripts(soup, page)
        secure(soup, page)
        self.app.emit("page-finished", page, soup)
        return str(soup)


def add_tips(app: Sphinx) -> list[tuple]:
    """Links to terms tell their definition, once all chapters and the glossary are written."""
    glossary = Path(app.outdir) / "book" / "glossary.html"
    tips = _definitions(glossary) if glossary.exists() else {}
    tip = lambda link: f' data-tip="{escape(tips[link[1]])}"' if link[1] in tips else ""
    for path in Path(app.outdir).rglob("*.html"):
        before = path.read_text("utf-8")
        if (after := TERM.sub(tip, before)) != before:
            path.write_text(after, "utf-8")
    readable.set()
    return []                                                     # no further pages


def describe(soup: BeautifulSoup) -> None:
    """A description for search engines: the first paragraph of the page's text, cut at a word."""
    paragraphs = (" ".join(p.get_text().split()) for p in soup.select("article p:not(.for-instructors)"))
    text = next((words for words in paragraphs if len(words) > 40), "")
    if text:
        content = textwrap.shorten(text, 200, placeholder=" …")
        soup.select_one("meta[charset]").insert_after(soup.new_tag("meta",
                                                                   attrs={"name": "description", "content": content}))


def secure(soup: BeautifulSoup, page: str) -> None:
    """Nothing inline and a Content-Security-Policy: scripts and styles come from the site, nothing leaves the page.

    Raises ExtensionError for an inline script or style that is not one of the known ones.
    """
    for script in soup.select("script:not([src]):not([type='application/json'])"):
        if not KNOWN_SCRIPTS.match(script.get_text()):
            raise ExtensionError(f"{page}: an inline script, which the page's policy forbids: "
                                 f"{script.get_text()[:80]!r}. Remedy: put it into a file")
        script.decompose()
    for style in soup.select("style"):
        if not KNOWN_STYLES.match(style.get_text()):
            raise ExtensionError(f"{page}: an inline style sheet, which the page's policy forbids: "
                                 f"{style.get_text()[:80]!r}. Remedy: move it to book.css")
        (style.find_parent("noscript") or style).decompose()
    for element in soup.select("[style]"):
        if not re.fullmatch(KNOWN_ATTRIBUTES, element["style"]):
            raise ExtensionError(f"{page}: <{element.name} style={element['style']!r}>, which the page's policy "
                                 "forbids. Remedy: a class in book.css")
        del element["style"]
    early = soup.select_one('script[src*="early.js"]')
    soup.select_one("meta[charset]").insert_after(soup.new_tag("meta",
                                                               attrs={"http-equiv": "Content-Security-Policy",
                                                                      "content": POLICY}), early.extract())


def _definitions(glossary):
    soup = BeautifulSoup(glossary.read_text("utf-8"), "html.parser")
    tips = {}
    for dt in soup.select("dl.glossary dt[id]"):
        definition = dt.find_next_sibling("dd")
        # citations stay on the glossary page
        text = re.sub(r"\s*\[[^\]]*\d{4}[^\]]*\]|\s*\([^)]*(?:\d{4}[a-z]?|n\.d\.)\)", "", definition.get_text())
        tips[dt["id"]] = " ".join(text.split())
    return tips


def _finish(text, search):
    soup = BeautifulSoup(text, "html.parser")
    names = soup.title.get_text().strip().split(" — ")
    soup.title.string = " — ".join(dict.fromkeys(names))  # home bears the book's name already
    soup.html["data-theme"] = "light"                     # without script the theme would have no colours at all
    for script in soup.select("script[src*=searchtools], script[src*=language_data], "
                              "script[src*=searchindex], script[src*=design-tabs]"):
        if not search:
            script.decompose()  # 27 kB on every page for a search that opens a page of its own
    for named in soup.select("button[aria-label], summary[aria-label], label[aria-label]"):
        if named.get_text(strip=True):
            del named["aria-label"]                       # it hid the visible text
    for button in soup.select("[data-bs-toggle=tooltip]"):    # book.js shows tips, in place of Bootstrap
        button["data-tip"] = button["aria-label"] = (button.get("data-bs-title")
                                                     or button["title"]).replace("Color", "Colour")
        for name in [name for name in button.attrs if name.startswith("data-bs-") or name == "title"]:
            del button[name]
    for link in soup.select("link[rel=next], link[rel=prev]"):
        link.decompose()                                  # Firefox fetches it ahead, which the policy forbids
    for copy in soup.select("#jb-print-docs-body"):
        copy.decompose()                                  # a second, hidden title
    for cell in soup.select("th"):
        if not cell.get_text(strip=True):
            cell.name = "td"
    for part in soup.select("main p.part"):               # part of a piece: a heading that listeners can jump to
        part["role"], part["aria-level"] = "heading", str(_level(part) + 1)
    for entry in soup.select("[role=doc-biblioentry]"):
        entry["role"] = "listitem"
    for element in soup.select(".bd-sidebar-primary, .bd-sidebar-secondary"):
        element["role"] = "region"
        element["aria-label"] = "Contents of the book" if "bd-sidebar-primary" in element["class"] else "On this page"
    return soup


def _level(part):
    """Level of the heading below which a part of a piece stands; parts that follow each other don't nest."""
    above = part.find_previous(lambda e: re.fullmatch("h[1-6]", e.name) or e.get("role") == "heading"
                               and "part" not in e.get("class", ()))
    return int(above.get("aria-level") or above.name[1])


def setup(app: Sphinx) -> dict[str, str | bool]:
    app.add_event("page-finished")
    app.connect("html-collect-pages", add_tips)                   # before notebooks and decks, for `make watch`
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
