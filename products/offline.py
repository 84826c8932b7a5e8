"""The built site as zip files that open from disk: unpack, open index.html.

There are two. The instructor's edition is the whole site. The student's edition holds what can be reached from its
first page once every link to the instructor's pages leads to one page that says where to find them.
"""

import functools
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from html import escape
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import unquote, urldefrag

from bs4 import BeautifulSoup, Tag

from _ext.archive import pack

from . import reading

STUDENTS, INSTRUCTORS = "one-child-one-table-site.zip", "one-child-one-table-site-instructors.zip"
FOLDER = "one-child-one-table/"
LEFTOVERS = (".*", "*/.*", "*.map", "objects.inv", "_static/locales/*", "*webpack-macros.html")
"""Files of the built site that no page uses."""
USED_BY_SCRIPTS = ("_static/*.js", "_static/*.css", "_static/*.woff2", "_static/*.ttf", "_static/*.svg",
                   "_static/*.png", "searchindex.js")
INSIDE = "book/instructor/"
DOOR = INSIDE + "index.html"


def build(out: Path) -> list[Path]:
    """Write both zip files into ``out``; returns their paths."""
    return [pack(out / name, {FOLDER + path: content for path, content in sorted(files.items())})
            for name, files in ((STUDENTS, students_files(reading.SITE)), (INSTRUCTORS, site_files(reading.SITE)))]


def site_files(site: Path) -> dict[str, bytes]:
    """The files of the built site, path -> bytes, without leftovers of the build."""
    files = {p.relative_to(site).as_posix(): p for p in site.rglob("*") if p.is_file()}
    return {path: p.read_bytes() for path, p in files.items()
            if not any(fnmatch(path, pattern) for pattern in LEFTOVERS)}


@functools.cache
def students_files(site: Path) -> dict[str, bytes]:
    """The student's edition of the built site."""
    files = site_files(site)
    kept = {path: content for path, content in files.items() if any(fnmatch(path, p) for p in USED_BY_SCRIPTS)}
    waiting = ["index.html", "search.html"]
    while waiting:
        path = waiting.pop()
        if path in kept or path not in files:
            continue
        kept[path] = files[path]
        if path.endswith(".html"):
            page = BeautifulSoup(files[path].decode(), "html.parser")
            _lead_to_the_door(page, path)
            if path == DOOR:
                _say_where(page)
            kept[path] = str(page).encode()
            waiting += [there for _, _, there in links(page, path)]
    return kept


def links(page: BeautifulSoup, path: str) -> Iterator[tuple[Tag, str, str]]:
    """(element, attribute, path in the site) of every link of a page to a file of the site."""
    for element in page.find_all(True):
        for attribute in ("href", "src", "content"):
            address = element.get(attribute, "")
            if attribute == "content":
                if not (element.name == "meta" and element.get("http-equiv", "").lower() == "refresh"):
                    continue
                address = address.partition("url=")[2]
            address = unquote(urldefrag(address)[0].partition("?")[0])
            if address and not re.match(r"[a-z]+:|//", address):
                yield element, attribute, normpath(str(PurePosixPath(path).parent / address))


def _lead_to_the_door(page, path):
    """Take the instructor's part out of the contents; what else leads to it leads to its first page."""
    for caption in page.select("p.caption"):
        part = caption.find_next_sibling("ul")
        if part is None:
            continue
        inside = [there.startswith(INSIDE) for _, _, there in links(part, path)]
        if (inside and all(inside)) or (path == DOOR and part.select(".current")):
            caption.decompose()
            part.decompose()
    for element, attribute, there in list(links(page, path)):
        if (there.startswith(INSIDE)
            and (element.name == "link" or element.find_parent(class_="prev-next-area") or element.get("rel"))):
            element.decompose()
        elif there.startswith(INSIDE):
            element[attribute] = re.sub(r"instructor/[^\"]*$", "instructor/index.html", element[attribute])


def _say_where(page):
    """The instructor's first page becomes one that says where to find them."""
    title = "Instructor's edition"
    page.title.string = f"{title} — {reading.metadata()['title']}"
    for element in page.select(".sidebar-secondary-items, .prev-next-area, meta[name=description], "
                               "link[rel=prev], link[rel=next]"):
        element.decompose()
    words = (f"<section><h1>{escape(title)}</h1><p>This is the student's edition. The instructor's pages "
             "hold plans, slides and solutions; "
             f"they stand in the file <code>{INSTRUCTORS}</code>, beside the one that you unpacked this from.</p>"
             '<p><a href="../index.html">Back to the book</a></p></section>')
    article = page.select_one("article.bd-article")
    article.clear()
    article.append(BeautifulSoup(words, "html.parser"))
