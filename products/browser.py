"""The system's Chromium, which prints and checks pages; nothing is downloaded."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run"]


def chromium() -> str:
    """Path of the system's Chromium or Chrome, without a window (a quarter faster) if there is one. Raises
    FileNotFoundError that says how to get one."""
    names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    mac = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    path = (os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
            or (mac if Path(mac).exists() else None))
    if not path:
        raise FileNotFoundError("no Chromium found: run tests/ensure-chromium.sh or set CHROMIUM to the browser's path")
    return path


@contextmanager
def browser_page() -> Iterator[Page]:
    """An empty page of a browser that can reach nothing."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        page = browser.new_page()
        page.route("**/*", lambda route: route.abort())
        yield page
        browser.close()
