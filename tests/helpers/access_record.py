"""The record of what was measured of each page, and which pages have to be measured anew.

`make measure-access` measures every page and writes benchmarks/accessibility.json, and accessibility.md from it; with
ARGS=--changed only the pages that differ from the record. A page with troubles is never recorded.
"""

import argparse
import contextlib
import hashlib
import json
import os
import random
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from pathlib import Path

from playwright.sync_api import sync_playwright

import access
import site_checks
from access import AXE_VERSION, CHECKS
from conftest import SITE, TOP, serving
from products.browser import QUIET, chromium

RECORD = TOP / "benchmarks" / "accessibility.json"
PAGES = sorted(str(p.relative_to(SITE)) for p in SITE.rglob("*.html")
               if "_static" not in p.parts and p != SITE / "index.html")                    # that one redirects
SHOWS_THE_RECORD = "book/accessibility.html"
LOADED = re.compile(r'(?:src|href)="([^"?#]+\.(?:css|js))(?:\?[^"]*)?"')
"""The styles and scripts a page names. Their contents count, not what Sphinx writes behind the question mark."""
LOADED_LATER = {"parameters.js": "vega.js"}
NOT_SHOWN = "searchindex.js"
"""It changes with every page, and is shown only after a search, which no measurement makes."""


@cache
def _contents(file):
    return hashlib.sha256(file.read_bytes()).digest()


def loads(path):
    """The files of the site whose styles and scripts a page loads."""
    page = SITE / path
    files = {(page.parent / name).resolve() for name in LOADED.findall(page.read_text("utf-8"))}
    files |= {file.with_name(later) for file in files for name, later in LOADED_LATER.items() if file.name == name}
    return sorted(file for file in files if file.name != NOT_SHOWN)


def digest(path, browser):
    """SHA-256 of all that can change what is measured: HTML, what it loads, our checks, axe-core, the browser."""
    html = LOADED.sub(r'src="\1"', (SITE / path).read_text("utf-8"))
    if path == SHOWS_THE_RECORD:
        html = re.sub(r"[\d,]+", "", html)                          # its own figures can't be in its digest
    sha = hashlib.sha256(f"{AXE_VERSION} {browser.version} {html}".encode())
    for file in (*loads(path), Path(access.__file__), Path(access.__file__).with_suffix(".js")):
        sha.update(file.name.encode() + _contents(file))
    return sha.hexdigest()


def changed(record, browser):
    """The pages that differ from the record."""
    return {path for path in PAGES if record["pages"].get(path, {}).get("digest") != digest(path, browser)}


def due(record, browser, choice):
    """The pages to measure: those that changed, and two others at random; ``choice`` is the seed, or "all"."""
    if choice == "all":
        return set(PAGES)
    due = changed(record, browser)
    others = [path for path in PAGES if path not in due]
    return due | set(random.Random(choice).sample(others, min(2, len(others))))


def soup(path):
    """A built page, read once."""
    return site_checks.soup(SITE / path)


def contents(path):
    """What stands on a built page: title; charts, how many have a description and a table; the kinds of its pieces."""
    page = soup(path)
    charts = page.select("main figure.chart")
    return {"title": re.split(" [–—-] ", page.title.get_text())[0],
            "charts": len(charts), "described": sum(bool(c.select_one(".visually-hidden")) for c in charts),
            "tabled": sum(bool(c.select_one("table")) for c in charts),
            "pieces": sorted({e["data-script"] for e in page.select("main [data-script]")})}


def useful(path):
    """Whether a built page holds anything to use or to open."""
    return bool(soup(path).select("main :is(details, [data-question], [data-script])"))


def versions(browser):
    """The tools and their versions."""
    return {"axe-core": AXE_VERSION, "Chromium": browser.version,
            "Playwright": next(re.finditer(r"playwright==([\d.]+)",
                                           (TOP / "tests" / "requirements.txt").read_text("utf-8")))[1]}


def report(record):
    """benchmarks/accessibility.md: the part of the page on accessibility that shows what was measured, as Markdown."""
    pages = record["pages"]
    tools = ", ".join(f"{tool} {version}" for tool, version in record["versions"].items())
    runs = sum(len(p["opened"]) + len(p["used"]) for p in pages.values())
    unsure = sum(p["unsure"] for p in pages.values())
    passed = sum(sum(p["opened"]) + sum(p["used"]) for p in pages.values())
    own = [p for path, p in pages.items() if not path.startswith("slides/")]
    count = lambda key: sum(p[key] for p in own)
    counts = {check: sum(p["troubles"][check] for p in pages.values()) for check in CHECKS}
    span = lambda numbers: f"{min(numbers):,}–{max(numbers):,}" if numbers else "not used"
    rows = [(p["title"], span(p["opened"]), span(p["used"]), p["stops"], f"{p['charts']}", sum(p["troubles"].values()))
            for p in pages.values()]
    return f"""% written by `make measure-access` from benchmarks/accessibility.json
% numbers: of this book

Measured, last on {record['date']}, with {tools}: {len(pages)} pages, {runs} runs of axe-core, {passed:,} times an \
element passed a rule. Where it couldn't tell a contrast, for up to {unsure:,} texts at once, their \
colours were compared with the ground.

{table(("what", "troubles found"), [(CHECKS[check], n) for check, n in counts.items()])}

The pages hold {count('charts')} charts and pictures: {count('described')} have a description in words, \
{count('tabled')} their numbers as a table. The others are pictures in stages, whose words stand beside them.

% numbers: of this book
One row a page. "As it opens" and "after use" say how often an element passed a rule of axe-core, the least and the \
most of two states: light on 1280 px, dark on 320 px. The other two combinations were looked at for contrast. Pages \
that hold nothing to use are measured once; the day-stepper of the slides is that of chapter 4. "Stops" are the \
places Tab reaches in the page itself, after use.

{table(("page", "as it opens", "after use", "stops", "charts", "troubles"), rows)}
"""


def table(head, rows):
    """A Markdown table."""
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in (head, ["---"] * len(head), *rows))


@contextlib.contextmanager
def launched():
    """A browser for one thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()


def measured(path, server):
    """What is measured of one page, as the record keeps it; None if there were troubles, which are printed."""
    with launched() as browser:
        result = access.measure(browser.new_page(), f"{server}/{path}")
        troubles = [f"  {check}: {t}" for check, words in result["troubles"].items() for t in words]
        print("\n".join([path, *troubles]), flush=True)
        return (None if troubles else contents(path) | result
                | {"troubles": dict.fromkeys(CHECKS, 0), "digest": digest(path, browser)})


def write(record):
    """Write the record, a line a page, and the part of the page on accessibility that is made from it."""
    lines = ",\n".join(f"{json.dumps(path)}: {json.dumps(page)}" for path, page in record["pages"].items())
    RECORD.write_text(f'{{"date": {json.dumps(record["date"])}, "versions": {json.dumps(record["versions"])}, '
                      f'"pages": {{\n{lines}\n}}}}\n', "utf-8")
    RECORD.with_suffix(".md").write_text(report(record), "utf-8")


def main():
    """Measure every page, or those that changed, and write the record. Returns the number of pages with troubles."""
    ask = argparse.ArgumentParser(description=main.__doc__)
    ask.add_argument("--changed", action="store_true", help="only the pages that differ from the record")
    only_changed = ask.parse_args().changed
    before = json.loads(RECORD.read_text("utf-8"))
    with launched() as browser:
        anew, tools = [*(changed(before, browser) if only_changed else PAGES)], versions(browser)
    with serving(SITE) as server, ThreadPoolExecutor(os.cpu_count()) as threads:
        found = dict(zip(anew, threads.map(lambda path: measured(path, server), anew)))
    pages = {path: found[path] if path in found else before["pages"][path] for path in PAGES}
    write({"date": date.today().isoformat(), "versions": tools, "pages": {p: q for p, q in pages.items() if q}})
    return sum(page is None for page in pages.values())


if __name__ == "__main__":
    sys.exit(main())
