"""What tests share: the built site and its server, a browser that reaches nothing else, `make live` offline."""

import contextlib
import functools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from _ext.finished_pages import POLICY
from access import AXE_SCRIPT, RULES, SCRIPT
from casebook import CaseStepper, figure
from casebook.display.jupyterlab import style
from products.browser import QUIET, chromium

TOP = Path(__file__).resolve().parents[1]
SITE = TOP / "_build" / "html"
CASE = "/book/04-day-by-day.html"
HERE = ("http://127.0.0.1", "http://localhost", "file:", "data:", "blob:", "about:")
"""How addresses begin that leave this machine alone."""
STEPS = "admission 1 2 3a 3b 4 5 6 7 8 13 follow-up".split()


def pytest_configure():
    os.environ.setdefault("MEASURE", str(random.randrange(1_000_000)))             # workers of pytest-xdist inherit it


def pytest_terminal_summary(terminalreporter):
    if any("test_nothing_bars_a_reader" in report.nodeid for report in terminalreporter.getreports("skipped")):
        terminalreporter.write_line("Two unchanged pages were measured again by chance: "
                                    f"MEASURE={os.environ['MEASURE']} repeats it, MEASURE=all measures all.")


@pytest.fixture(scope="session")
def site():
    if not (SITE / "book" / "index.html").exists():
        pytest.fail("there is no built site: run `make book` first")
    return SITE


@contextlib.contextmanager
def serving(folder, policy=POLICY.replace(" file:", "")):
    """Address of a folder on a free port of this machine, with a strict Content-Security-Policy."""
    class Handler(SimpleHTTPRequestHandler):
        def end_headers(self):
            self.send_header("Content-Security-Policy", policy)
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
    """A browser that finds no other host, and compiles of Python in the page only what runs."""
    from playwright.sync_api import sync_playwright

    own = [*QUIET, "--js-flags=--wasm-lazy-compilation",
           "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=own)
        yield running
        running.close()


class Profile:
    """A browser profile with one page. ``troubles`` gets each error and each request of another host, in any tab."""

    def __init__(self, browser, **options):
        self.troubles, self.origins = [], set()
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.storage = self.context.new_cdp_session(self.page)
        self.context.on("request", self._asked)
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.troubles.append(f"page error: {error.error}"))

    def _asked(self, request):
        self.origins.add("/".join(request.url.split("/")[:3]))
        if not request.url.startswith(HERE):
            self.troubles.append(f"asks another host: {request.url}")

    def _said(self, message):
        if message.type == "error":
            self.troubles.append(f"console: {message.text} {message.location['url']}")

    def leave(self):
        """Forget what its reader did, close other tabs, show nothing."""
        for tab in self.context.pages:
            if tab != self.page:
                tab.close()
        self.page.unroute_all()
        self.page.goto("about:blank")
        for origin in self.origins:
            self.storage.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        self.page.emulate_media(media="screen", reduced_motion="no-preference", forced_colors="none")
        self.origins = set()


@pytest.fixture(scope="session")
def kept_profile(browser):
    """The profile that tests use one after the other; a new one for each would take twice the time."""
    profile = Profile(browser)
    yield profile
    profile.context.close()


@contextlib.contextmanager
def watching(browser, kept=None):
    """(open, troubles): a function that opens an address as one who was never here, and errors and outside requests so
    far. The first page is that of ``kept``; each further one has a profile of its own, and so has one with options of
    the context, or ``alone``, as a test wants it that changes the context for good."""
    troubles, used = [], []

    def opened(address, width=1280, theme="light", height=900, alone=False, **options):
        again = kept and kept not in used and not options and not alone and not kept.page.is_closed()
        profile = kept if again else Profile(browser, **options)
        used.append(profile)
        profile.troubles = troubles
        profile.page.set_viewport_size({"width": width, "height": height})
        profile.page.emulate_media(color_scheme=theme)
        profile.page.goto(address)
        return profile.page

    yield opened, troubles
    for profile in used:
        profile.leave() if profile is kept else profile.context.close()


@pytest.fixture
def watched(browser, kept_profile):
    """(open, troubles) of one test."""
    with watching(browser, kept_profile) as both:
        yield both


@pytest.fixture(scope="module")
def watched_together(browser):
    """(open, troubles) of a module: each address, width and theme is opened once."""
    with watching(browser) as (opened, troubles):
        yield functools.cache(opened), troubles


@pytest.fixture
def shared_page(watched_together):
    """Function that opens an address once for all tests of a module, which leave the page as they found it: they read,
    or set every control they read. Tests that keep answers in the browser use open_page."""
    opened, troubles = watched_together
    before = len(troubles)
    yield opened
    assert len(troubles) == before, "\n".join(troubles[before:])


@pytest.fixture
def open_page(watched):
    """Function that opens an address in a fresh profile; afterwards no error and no outside request may have been."""
    opened, troubles = watched
    yield opened
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def case(open_page, server):
    """Chapter 4, just opened."""
    return open_page(server + CASE)


def overflow(page):
    """Pixels by which a page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


JUDGE = r"""async ([within, rules]) => {
    const still = new CSSStyleSheet();                                      // colours are judged once they have settled
    still.replaceSync("* { transition: none !important; }");
    document.adoptedStyleSheets.push(still);
    const { violations } = await axe.run(within, { runOnly: rules, preload: false, resultTypes: ["violations"],
        rules: { "color-contrast": { enabled: false } } });
    const apart = ".visually-hidden, :disabled, [aria-disabled=true]";
    const speaks = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && /[\p{L}\p{N}]/u.test(n.data))
        && e.checkVisibility({ visibilityProperty: true }) && !e.closest(apart);
    return [...violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 150)}`),
        ...[...document.querySelectorAll(`:is(${within}) *`)].filter(speaks).flatMap(access.faint)];
}"""


def violations(page, within="html"):
    """What axe-core finds on a page as it stands now; contrast by our own check, which takes a tenth of its time."""
    if not page.evaluate("Boolean(window.axe && window.access)"):
        page.evaluate(AXE_SCRIPT)
        page.evaluate(SCRIPT)
    return page.evaluate(JUDGE, [within, RULES])


# ---- live ----

@pytest.fixture(scope="module")
def stepper():
    """The book's stepper, with empty drawings: charts are looked at in JupyterLab below."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CASEBOOK_STATIC", raising=False)
        patch.setattr(figure, "svg_of", lambda chart, title: '<svg viewBox="0 0 1 1"></svg>')
        yield CaseStepper()


def inside(widget, hidden=False):
    """A widget and all below it, without the hidden ones unless asked for."""
    if hidden or widget.layout.display != "none":
        yield widget
        for child in getattr(widget, "children", ()):
            yield from inside(child, hidden)


def html(view, hidden=False):
    """All that the view holds as HTML, without its style."""
    return " ".join(w.value for w in inside(view, hidden) if isinstance(getattr(w, "value", None), str)
                    and w.value != style())


NO_NETWORK = """
import socket
connect = socket.socket.connect
def local(self, address):
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise OSError(f"this test allows no network: {address}")
    return connect(self, address)
socket.socket.connect = local
"""


def lonely(folder, patch):
    """Make an environment whose Python processes reach no other host and read no settings of the user."""
    (folder / "site").mkdir()
    (folder / "site" / "sitecustomize.py").write_text(NO_NETWORK)
    patch.setenv("PYTHONPATH", str(folder / "site"))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        patch.setenv(name, "http://127.0.0.1:9")
    patch.setenv("no_proxy", "127.0.0.1,localhost")
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
        patch.setenv(name, str(folder / name.lower()))
    patch.delenv("CASEBOOK_STATIC", raising=False)


@pytest.fixture(scope="session")
def lab(site, tmp_path_factory):
    """`make live` on a copy of the book, once for all tests, with its settings and no others: the address it opens."""
    settings = Path(sys.prefix, "share", "jupyter", "lab", "settings", "overrides.json")
    if not settings.exists() or settings.read_text() != (TOP / "book" / "_jupyter" / "overrides.json").read_text():
        pytest.fail("JupyterLab lacks the book's settings: run `make .venv/.installed`")
    tmp_path, patch = tmp_path_factory.mktemp("lab"), pytest.MonkeyPatch()
    repo, opened = tmp_path / "repo", tmp_path / "opened"
    for folder in "book", "data":
        shutil.copytree(TOP / folder, repo / folder, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    built = Path("_build", "html", "notebooks")
    shutil.copytree(site / "notebooks" / "teacher", repo / built / "teacher")
    shutil.copy(TOP / "Makefile", repo)
    (repo / ".venv").symlink_to(sys.prefix)
    (tmp_path / "browser").write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    (tmp_path / "browser").chmod(0o755)
    (tmp_path / "jupyter_config_dir").mkdir()
    (tmp_path / "jupyter_config_dir" / "jupyter_server_config.json").write_text(json.dumps(
        {"ServerApp": {"port": 0, "allow_root": True}, "IdentityProvider": {"token": "book"}}))
    with (tmp_path / "lab.log").open("w") as log, patch.context() as during:
        lonely(tmp_path, during)
        during.setenv("BROWSER", str(tmp_path / "browser"))
        done = ["-o", ".venv/.installed", "-o", built / "notebooks-teacher.zip"]
        make = subprocess.Popen(["make", *done, "live"], cwd=repo, stdout=log, stderr=log, start_new_session=True)
    try:
        for _ in range(360):
            if (opened.exists() and opened.read_text()) or make.poll() is not None:
                break
            time.sleep(0.25)
        else:
            pytest.fail(f"make live opens nothing: {(tmp_path / 'lab.log').read_text()[-2000:]}")
        assert make.poll() is None, (tmp_path / "lab.log").read_text()[-2000:]
        yield opened.read_text().strip()
        running = json.loads(next((tmp_path / "jupyter_runtime_dir").glob("jpserver-*.json")).read_text())
        os.kill(running["pid"], signal.SIGTERM)
        assert make.wait(60) == 0, (tmp_path / "lab.log").read_text()[-2000:]
    finally:
        if make.poll() is None:
            os.killpg(make.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def lab_tab(lab, browser):
    """Function that opens the page of `make live` in a new tab; at the end no host was asked."""
    context, asked = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce"), []
    context.set_default_timeout(120_000)
    context.on("request", lambda request: asked.append(request.url))
    start, clean = lab, ""

    def opened():
        nonlocal start, clean
        page = context.new_page()
        dialog = page.locator('.jp-Dialog:not(:has-text("Restart Kernel"), :has-text("died"))')   # tests answer these

        def close():
            print("JupyterLab asked:", dialog.inner_text())
            dialog.locator(".jp-mod-accept").click()

        page.add_locator_handler(dialog, close)       # a slow machine's: a lost connection, a kernel of the test before
        page.goto(start + clean)
        page.locator(".jp-MarkdownCell h1", has_text="Start").wait_for()
        start, clean = page.url.partition("?")[0], "?reset"               # from now on without tabs of tests before
        sessions = f"{page.evaluate('location.origin')}/api/sessions"                    # kernels of the tests before
        for session in context.request.get(f"{sessions}?token=book").json():
            if not session["path"].endswith("start.ipynb"):
                context.request.delete(f"{sessions}/{session['id']}?token=book")
        return page

    yield opened
    context.close()
    assert not (outside := [url for url in asked if not url.startswith(HERE)]), f"asked other hosts: {outside}"


@pytest.fixture
def lab_page(lab_tab):
    """The page of `make live`; then no cell failed."""
    page = lab_tab()
    yield page
    errors = "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']"
    assert not page.locator(errors).all_inner_texts()
    page.close()


def until(page, expression, arg=None, seconds=15):
    """Wait until a JavaScript expression holds, of a page or of a locator's element. Playwright's own needs eval, which
    the page's policy forbids."""
    for _ in range(20 * seconds):
        if page.evaluate(expression, arg):
            return
        getattr(page, "page", page).wait_for_timeout(50)
    raise AssertionError(f"never came true: {expression}")


@pytest.fixture(scope="session")
def npm():
    """A folder with the readers from npm that slow tests use, fetched once."""
    folder, wanted = Path(sys.prefix, "readers"), [
        "scorm-again@3.4.3", "gift-pegjs@1.0.2", "@lumieducation/h5p-server@10.0.4"]
    if not (folder / "node_modules").exists():
        if not shutil.which("npm"):
            pytest.fail("Node.js with npm is needed")
        subprocess.run(["npm", "install", "--silent", "--prefix", folder, *wanted], check=True)
    return folder


# ---- which tests run when ----

settings.register_profile("book", max_examples=100, deadline=None, derandomize=True,
                          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
settings.register_profile("nightly", settings.get_profile("book"), max_examples=1000)       # make test-all
settings.load_profile("book")


def pytest_collection_modifyitems(items):
    """A test is `unit`, unless its folder or a fixture wants the built site or a browser. The longest files come first,
    so that two workers end together; each file is one worker's, and shares its pages, builds and servers."""
    for item in items:
        folder = item.path.relative_to(TOP / "tests").parts[0]
        kind = "browser" if folder == "browser" or {"browser", "lab"} & set(item.fixturenames) else \
            "site" if folder in ("site", "products") or "site" in item.fixturenames else "unit"
        item.add_marker(kind)
    long = ["test_jupyterlab", "test_run_page", "browser", "products", "site", "test_house", "live"]
    place = lambda item: min(map(long.index, {*item.path.parts, item.path.stem} & {*long}), default=len(long))
    items.sort(key=place)
