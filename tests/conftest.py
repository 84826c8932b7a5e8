"""What the tests of the built site share: the site, a server for it, a browser that reaches nothing else."""

import contextlib
import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from finished_pages import POLICY

from products.browser import QUIET, chromium

TOP = Path(__file__).resolve().parents[1]
SITE = TOP / "_build" / "html"
STEPS = "admission 1 2 3a 3b 4 5 6 7 8 13 follow-up".split()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def site():
    if not (SITE / "book" / "index.html").exists():
        pytest.fail("there is no built site: run `make book` first")
    return SITE


@contextlib.contextmanager
def serving(folder):
    """Address of a folder on a free port of this machine, with a strict Content-Security-Policy."""
    class Handler(SimpleHTTPRequestHandler):
        def end_headers(self):
            self.send_header("Content-Security-Policy", POLICY.replace(" file:", ""))
            super().end_headers()

        def log_message(self, *args):
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()


@pytest.fixture(scope="session")
def server(site):
    """Address of the built site."""
    with serving(site) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield running
        running.close()


@pytest.fixture
def watched(browser):
    """(open, troubles): a function that opens an address in a fresh browser profile, and the errors and outside requests so far."""
    contexts, troubles = [], []

    def opened(address, width=1280, theme="light", **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, **options)
        contexts.append(context)

        def guard(route):
            if route.request.url.startswith(("http://127.0.0.1", "file:", "data:", "blob:")):
                return route.continue_()
            troubles.append(f"asks another host: {route.request.url}")
            return route.abort()

        context.route("**/*", guard)
        page = context.new_page()
        page.on("console", lambda m: troubles.append(f"console: {m.text} {m.location['url']}") if m.type == "error" else None)
        page.on("pageerror", lambda e: troubles.append(f"page error: {e}"))
        page.goto(address)
        return page

    yield opened, troubles
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(watched):
    """Function that opens an address in a fresh browser profile; afterwards no error and no outside request may have occurred."""
    opened, troubles = watched
    yield opened
    assert not troubles, "\n".join(troubles)


def overflow(page):
    """Pixels by which a page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def violations(page, within="html"):
    """What axe-core finds on a page as it stands now."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("""() => { const still = new CSSStyleSheet();          // colours are judged once they have settled
                      still.replaceSync('* { transition: none !important; }'); document.adoptedStyleSheets.push(still); }""")
    found = Axe().run(page, context=within, options={"runOnly": RULES, "preload": False}).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:150]}" for v in found]
