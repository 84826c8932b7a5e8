"""Every deck as a PDF, one slide a page, printed from the built site."""

from pathlib import Path

from playwright.sync_api import sync_playwright

from .browser import QUIET, chromium

DECKS = Path(__file__).resolve().parents[1] / "_build" / "html" / "slides"


def build(out: Path) -> list[Path]:
    """Write slides/NAME.pdf for each deck of the built site; returns the files."""
    (out / "slides").mkdir(parents=True, exist_ok=True)
    files = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        page = browser.new_page(viewport={"width": 1280, "height": 720}, color_scheme="light")
        for deck in sorted(DECKS.glob("*.html")):
            page.goto(deck.as_uri())
            page.locator(".reveal.ready").wait_for()             # its type grows to the size it has on the screen
            files.append(out / "slides" / f"{deck.stem}.pdf")
            page.pdf(path=files[-1], prefer_css_page_size=True, print_background=True, tagged=True)
        browser.close()
    return files
