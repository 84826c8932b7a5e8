"""Worksheets, record cards and run sheets as PDF, printed from built pages by Chromium: A4, tagged, with bookmarks."""

from pathlib import Path

from playwright.sync_api import sync_playwright

from .browser import QUIET, chromium

PAGES = Path(__file__).resolve().parents[1] / "_build" / "html" / "book" / "instructor"
NAMES = ("worksheets", "record-cards", "run-sheets")


def build(out: Path) -> list[Path]:
    """Write ``worksheets.pdf``, which holds no solution, and ``record-cards.pdf`` and ``run-sheets.pdf``, which
    do; returns their paths.

    Raises FileNotFoundError if a page isn't built.
    """
    for name in NAMES:
        if not (PAGES / f"{name}.html").exists():
            raise FileNotFoundError(f"there is no {PAGES / name}.html: run `make book` first")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        page = browser.new_page(color_scheme="light")
        for name in NAMES:
            page.goto((PAGES / f"{name}.html").as_uri())
            page.pdf(path=out / f"{name}.pdf", format="A4", tagged=True, outline=True)
        browser.close()
    return [out / f"{name}.pdf" for name in NAMES]
