"""How accessible a page is, measured in a browser. A change here has every page measured anew: access_record.py."""

import re
from io import BytesIO
from pathlib import Path

import pypdf
from axe_playwright_python.base import AXE_SCRIPT

SCRIPT = Path(__file__).with_suffix(".js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LINKS = ["link-in-text-block"]
STATES = [(1280, "light"), (320, "dark")]
"""Width and theme in which all rules are run, so that each rule meets each width and each theme. In the other theme at
the same width only what colours can change is looked at: contrast by our own check, and links in text."""
OTHER = {"light": "dark", "dark": "light"}
CHECKS = {"axe": "axe-core and contrast, as the page opens", "used": "the same, once everything on it was used",
          "keyboard": "keyboard",
          "text": "text at 200 %", "spacing": "wider spacing of text", "motion": "reduced motion",
          "forced": "forced colours", "print": "print", "slides": "every slide in the room"}
"""What is checked of each page; the keys of its troubles."""
SPACED = ("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { "
          "margin-block-end: 2em !important; }")
AXE_VERSION = re.search(r"axe v([\d.]+)", AXE_SCRIPT)[1]
PAPER, ACROSS = 718, 1047
"""Width of an A4 page within its margins, upright and across, in CSS pixels."""


class Access:
    """One open page and what is found on it."""

    def __init__(self, page, address):
        self.page, self.address = page, address
        page.emulate_media(reduced_motion="reduce")
        page.set_viewport_size({"width": STATES[0][0], "height": 900})
        page.goto(address)
        page.evaluate(SCRIPT)

    def ask(self, function, *arguments):
        return self.page.evaluate(f"(a) => access.{function}(...a)", list(arguments))

    def widen(self, width):
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.wait_for_timeout(350)                 # the theme then looks which boxes scroll

    def states(self):
        """axe-core, contrast, width at two widths in two themes: (elements passed, elements unjudged, troubles)."""
        passed, unsure, troubles = [], 0, []
        for width, theme in STATES:
            self.widen(width)
            state = self.judge(theme, RULES)
            passed.append(state["passed"])
            unsure = max(unsure, state["unsure"])
            troubles += [f"{width} px, {theme}: {t}" for t in state["troubles"] + self.ask("cut")]
            troubles += [f"{width} px, {OTHER[theme]}: {t}" for t in self.judge(OTHER[theme], LINKS)["troubles"]
                         + self.ask("cut")]
        return passed, unsure, troubles

    def judge(self, theme, rules):
        """What axe-core and our own checks of contrast say of the page as it stands, in a theme."""
        self.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        if not self.page.evaluate("Boolean(window.axe)"):
            self.page.evaluate(AXE_SCRIPT)
        return self.ask("check", rules)

    def walk(self):
        """Press Tab through the main part of the page: (stops, troubles)."""
        stops, reached, troubles = self.ask("begin"), [], []
        for _ in range(2 * stops + 20):
            self.page.keyboard.press("Tab")
            place = self.ask("here")
            if place["at"] == -1:
                break
            reached.append(place["at"])
            troubles += place["troubles"]
        else:
            troubles.append("Tab never leaves the page")
        order = [at for at in reached if at is not None]
        if order != sorted(set(order)):
            troubles.append("Tab doesn't follow the reading order")
        return stops, troubles + self.ask("missed", reached)

    def text(self):
        """Nothing is cut with letters twice as large."""
        self.widen(1280)
        self.page.evaluate("document.documentElement.style.fontSize = '200%'")
        troubles = self.ask("cut")
        self.page.evaluate("document.documentElement.style.fontSize = ''")
        return troubles

    def spacing(self):
        """Nothing is cut with the spacing of WCAG 1.4.12."""
        self.page.evaluate("css => { const s = new CSSStyleSheet(); s.replaceSync(css); "
                           "document.adoptedStyleSheets = [s]; }", SPACED)
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


class Deck(Access):
    """The slides of a plan. They choose their form as they load: one at a time, or on a narrow screen all."""

    def widen(self, width):
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.reload()
        self.page.evaluate(SCRIPT)
        self.page.wait_for_timeout(350)

    def slides(self):
        """No slide is cut on two projectors, type is large; axe-core finds nothing on first slide, stepper and last."""
        troubles = []
        for width, height in ((1280, 720), (1024, 768)):
            self.page.set_viewport_size({"width": width, "height": height})
            for number in range(self.page.evaluate("Reveal.getTotalSlides()")):
                self.page.evaluate(f"Reveal.slide({number})")
                troubles += [f"{width} × {height}: {t}" for t in self.ask("slide")]
        for where in ("location.hash = '#/stepper'", "Reveal.slide(Reveal.getTotalSlides() - 1)"):
            self.page.evaluate(where)
            self.page.wait_for_timeout(100)
            troubles += [f"{where}, {theme}: {t}" for theme in ("light", "dark")
                         for t in self.judge(theme, RULES)["troubles"]]
        return troubles

    def text(self):
        """Nothing is cut when slides are zoomed."""
        self.widen(640)
        return self.ask("cut")

    def print(self):
        """One slide a page, with script and without, where all slides and notes stand below each other."""
        plain = self.page.context.browser.new_context(viewport={"width": 320, "height": 900},
                                                      java_script_enabled=False).new_page()
        plain.goto(self.address)
        slides = plain.locator(".slides > section").count()
        hidden = [part for part in (".slides > section", ".notes")
                  if plain.locator(f"{part}:visible").count() != slides]
        troubles = [f"without script a slide has no visible {part}" for part in hidden]
        for how, page in (("with", self.page), ("without", plain)):
            pages = pypdf.PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
            if len(pages) != slides or {tuple(map(round, p.mediabox[2:])) for p in pages} != {(960, 540)}:
                troubles.append(f"{how} script {slides} slides print on {len(pages)} pages, "
                                "or the pages have another size")
        plain.context.close()
        return troubles


def opened(page, address):
    """What opens an address: slides are a deck."""
    return (Deck if "/slides/" in address else Access)(page, address)


def measure(page, address):
    """What is measured of one page: elements that passed, stops of Tab, and troubles by check. The tests want none."""
    there = opened(page, address)
    troubles = {check: [] for check in CHECKS} | {"motion": there.ask("moving")}
    if isinstance(there, Deck):
        troubles |= {"print": there.print(), "slides": there.slides()}
    first, unsure, troubles["axe"] = there.states()
    used = []
    if not isinstance(there, Deck) and there.ask("useful"):
        there.ask("use")
        page.wait_for_timeout(300)
        used, more, troubles["used"] = there.states()
        unsure = max(unsure, more)
    stops, troubles["keyboard"] = there.walk()
    troubles |= {"spacing": there.spacing(), "forced": there.forced(), "text": there.text()}
    if not isinstance(there, Deck):
        troubles["print"] = there.print()
    return {"opened": first, "used": used, "unsure": unsure, "stops": stops, "troubles": troubles}
