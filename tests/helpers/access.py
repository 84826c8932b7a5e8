"""How accessible each page of the built site is, measured in a browser: the tests hold it, and a page of the book shows it.

`make measure-access` measures every page and writes benchmarks/accessibility.json, and accessibility.md from it.
"""

import json
import re
from datetime import date
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright

from conftest import RULES, SITE, TOP, serving
from products.browser import QUIET, chromium

MEASURED = TOP / "benchmarks" / "accessibility.json"
SCRIPT = Path(__file__).with_suffix(".js").read_text("utf-8")
PAGES = sorted(str(p.relative_to(SITE)) for p in SITE.rglob("*.html") if "_static" not in p.parts and p != SITE / "index.html")     # that one redirects
STATES = [(1280, "light"), (1280, "dark"), (320, "dark"), (320, "light")]
CHECKS = {"axe": "axe-core and contrast, as the page opens", "used": "the same, once everything on it was used", "keyboard": "keyboard",
          "text": "text at 200 %", "spacing": "wider spacing of text", "motion": "reduced motion", "forced": "forced colours", "print": "print"}
"""What is checked of each page; the keys of its troubles."""
SPACED = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }"
AXE_VERSION = re.search(r"axe v([\d.]+)", AXE_SCRIPT)[1]
PAPER, ACROSS = 718, 1047
"""Width of an A4 page within its margins, upright and across, in CSS pixels."""


class Access:
    """One open page and what is found on it."""

    def __init__(self, page, address):
        self.page, self.deck = page, "/slides/" in address
        page.emulate_media(reduced_motion="reduce")
        page.set_viewport_size({"width": STATES[0][0], "height": 900})
        page.goto(address)
        page.evaluate(SCRIPT)

    def ask(self, function, *arguments):
        return self.page.evaluate(f"(a) => access.{function}(...a)", list(arguments))

    def widen(self, width):
        """Another width; slides choose their form while they load."""
        self.page.set_viewport_size({"width": width, "height": 900})
        if self.deck:
            self.page.reload()
            self.page.evaluate(SCRIPT)
        self.page.wait_for_timeout(350)                 # the theme then looks which boxes scroll

    def states(self):
        """axe-core, contrast and width in four states: (elements that passed a rule, elements it can't judge, troubles)."""
        passed, unsure, troubles = [], 0, []
        for i, (width, theme) in enumerate(STATES):
            if i == 0 or STATES[i - 1][0] != width:
                self.widen(width)
            self.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            if not self.page.evaluate("Boolean(window.axe)"):
                self.page.evaluate(AXE_SCRIPT)
            found = self.ask("check", RULES)
            passed.append(found["passed"])
            unsure = max(unsure, found["unsure"])
            troubles += [f"{width} px, {theme}: {t}" for t in found["troubles"] + self.ask("cut")]
        return passed, unsure, troubles

    def walk(self):
        """Press Tab through the main part of the page: (stops, troubles)."""
        stops, reached, troubles = self.ask("begin"), [], []
        for _ in range(2 * stops + 20):
            self.page.keyboard.press("Tab")
            found = self.ask("here")
            if found["at"] == -1:
                break
            reached.append(found["at"])
            troubles += found["troubles"]
        else:
            troubles.append("Tab never leaves the page")
        order = [at for at in reached if at is not None]
        if order != sorted(set(order)):
            troubles.append("Tab doesn't follow the reading order")
        return stops, troubles + self.ask("missed", reached)

    def text(self):
        """Nothing is cut with letters twice as large; slides are zoomed."""
        self.widen(640 if self.deck else 1280)
        self.page.evaluate("deck => { document.documentElement.style.fontSize = deck ? '' : '200%' }", self.deck)
        troubles = self.ask("cut")
        self.page.evaluate("document.documentElement.style.fontSize = ''")
        return troubles

    def spacing(self):
        """Nothing is cut with the spacing of WCAG 1.4.12."""
        self.page.evaluate("css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }", SPACED)
        troubles = self.ask("cut")
        self.page.evaluate("document.adoptedStyleSheets = []")
        return troubles

    def forced(self):
        """What differs by colour still differs in colours of the reader's own, and the focus has an outline."""
        troubles = []
        for theme in ("light", "dark"):
            self.page.emulate_media(forced_colors="active", color_scheme=theme)
            troubles += [f"{theme}: {t}" for t in self.ask("forced")]
        self.page.emulate_media(forced_colors="none", color_scheme="light")
        return troubles

    def print(self):
        """Nothing is cut on paper, where folds are open."""
        self.page.set_viewport_size({"width": PAPER, "height": 900})
        self.page.emulate_media(media="print")
        self.page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
        troubles = self.ask("printed", ACROSS)
        self.page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
        self.page.emulate_media(media="screen")
        return troubles


def measure(page, address):
    """What is measured of one page: elements that passed, stops of Tab, and troubles by check. The tests want none."""
    there = Access(page, address)
    motion = there.ask("moving")
    opened, unsure, axe = there.states()
    used, found = [], []
    if not there.deck and there.ask("useful"):
        there.ask("use")
        page.wait_for_timeout(300)
        used, more, found = there.states()
        unsure = max(unsure, more)
    stops, keyboard = there.walk()
    spacing, forced = there.spacing(), there.forced()
    troubles = {"axe": axe, "used": found, "keyboard": keyboard, "spacing": spacing, "motion": motion, "forced": forced, "text": there.text(),
                "print": [] if there.deck else there.print()}
    return {"opened": opened, "used": used, "unsure": unsure, "stops": stops, "troubles": troubles}


def contents(path):
    """What stands on a built page: its title; its charts, and how many have a description and a table; the kinds of its pieces."""
    soup = BeautifulSoup((SITE / path).read_text("utf-8"), "html.parser")
    charts = soup.select("main figure.chart")
    return {"title": re.split(" [–—-] ", soup.title.get_text())[0],
            "charts": len(charts), "described": sum(bool(c.select_one(".visually-hidden")) for c in charts),
            "tabled": sum(bool(c.select_one("table")) for c in charts),
            "pieces": sorted({e["data-script"] for e in soup.select("main [data-script]")})}


def useful(path):
    """Whether a built page holds anything to use or to open."""
    return bool(BeautifulSoup((SITE / path).read_text("utf-8"), "html.parser").select("main :is(details, [data-question], [data-script])"))


def versions(browser):
    """The tools and their versions."""
    return {"axe-core": AXE_VERSION, "Chromium": browser.version,
            "Playwright": next(re.finditer(r"playwright==([\d.]+)", (TOP / "tests" / "requirements.txt").read_text("utf-8")))[1]}


def report(measured):
    """benchmarks/accessibility.md: the part of the page on accessibility that shows what was measured, as Markdown."""
    pages = measured["pages"]
    tools = ", ".join(f"{tool} {version}" for tool, version in measured["versions"].items())
    runs = sum(len(p["opened"]) + len(p["used"]) for p in pages.values())
    unsure = sum(p["unsure"] for p in pages.values())
    passed = sum(sum(p["opened"]) + sum(p["used"]) for p in pages.values())
    own = [p for path, p in pages.items() if not path.startswith("slides/")]
    count = lambda key: sum(p[key] for p in own)
    found = {check: sum(p["troubles"][check] for p in pages.values()) for check in CHECKS}
    span = lambda numbers: f"{min(numbers):,}–{max(numbers):,}" if numbers else "not used"
    rows = [(p["title"], span(p["opened"]), span(p["used"]), p["stops"], f"{p['charts']}", sum(p["troubles"].values())) for p in pages.values()]
    return f"""% written by `make measure-access` from benchmarks/accessibility.json
% numbers: of this book

Measured on {measured['date']} with {tools}: {len(pages)} pages, {runs} runs of axe-core, {passed:,} times an element passed a rule. Where \
it couldn't tell a contrast, for up to {unsure:,} texts at once, their colours were compared with the ground.

{table(("what", "troubles found"), [(CHECKS[check], n) for check, n in found.items()])}

The pages hold {count('charts')} charts and pictures: {count('described')} have a description in words, {count('tabled')} their numbers as \
a table. The others are pictures in stages, whose words stand beside them.

% numbers: of this book
One row a page. "As it opens" and "after use" say how often an element passed a rule of axe-core, the least and the most of the four states: \
light and dark, 1280 and 320 px wide. Pages that hold nothing to use are measured once; the day-stepper of the slides is that of chapter 4. "Stops" are the places Tab reaches in the page itself, after use.

{table(("page", "as it opens", "after use", "stops", "charts", "troubles"), rows)}
"""


def table(head, rows):
    """A Markdown table."""
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in (head, ["---"] * len(head), *rows))


def main():
    """Measure every page and write what was found; pages with troubles are printed."""
    pages = {}
    with serving(SITE) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        for path in PAGES:
            context = browser.new_context()
            found = measure(context.new_page(), f"{server}/{path}")
            context.close()
            print(path, *[f"\n  {check}: {t}" for check, troubles in found["troubles"].items() for t in troubles], flush=True)
            pages[path] = contents(path) | found | {"troubles": {check: len(found["troubles"][check]) for check in CHECKS}}
        measured = {"date": date.today().isoformat(), "versions": versions(browser), "pages": pages}
        browser.close()
    MEASURED.parent.mkdir(exist_ok=True)
    lines = ",\n".join(f"{json.dumps(path)}: {json.dumps(page)}" for path, page in pages.items())
    MEASURED.write_text(f'{{"date": {json.dumps(measured["date"])}, "versions": {json.dumps(measured["versions"])}, "pages": {{\n{lines}\n}}}}\n', "utf-8")
    MEASURED.with_suffix(".md").write_text(report(measured), "utf-8")


if __name__ == "__main__":
    main()
