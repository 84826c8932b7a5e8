"""Measure the built site against its budgets and print a Markdown table: `make bench`.

Weights and latencies come from a browser, build times from a copy of the book, scores from Lighthouse if `make
lighthouse` installed it. The last committed figures, benchmarks/baseline.json, stand beside them as ratios; times
depend on the machine and on what else it does. Options: --no-build and --no-lighthouse leave a part out, --save writes
the figures as the new baseline, which the page on the state of the build shows.
"""

import functools
import gzip
import io
import json
import mimetypes
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from jupyter_cache import get_cache
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from budgets import BASELINE, baseline, kept, shown
from conftest import QUIET, SITE, STEPS, TOP, chromium, until

CASE = "book/04-day-by-day.html"
VEGA = "book/08-blocking-il-1.html"
LISTED = (CASE, VEGA, "book/06-from-printed-table-to-tidy-data.html", "book/index.html")
LIGHTHOUSE = TOP / ".venv-lighthouse" / "node_modules" / ".bin" / "lighthouse"
ROUNDS = 5
figures, notes = [], []


def report(what, measured, unit="", must=None, aim=None, least=False):
    """One line of the table; ``least`` if a budget is a floor and not a ceiling."""
    figures.append({"what": what, "measured": round(measured, 1), "unit": unit, "must": must, "aim": aim,
                    "least": least})


def table():
    """The Markdown table of everything reported, with the ratio to the committed figure."""
    before = {f["what"]: f["measured"] for f in baseline()["figures"]} if BASELINE.exists() else {}
    rows = ["| what | measured | must | aim | kept | against the baseline |", "|---|---|---|---|---|---|"]
    for f in figures:
        was, now = before.get(f["what"]), f["measured"]
        ratio = "new" if was is None else "same" if was == now else f"{now / was:.2f}" if was else f"was {was}"
        rows.append(f"| {f['what']} | {' | '.join(shown(f[key], f['unit']) for key in ('measured', 'must', 'aim'))} | "
                    f"{kept(f)} | {ratio} |")
    return "\n".join([*rows, "", *notes]).replace("\u00a0", " ")


@functools.cache
def packed(path):
    body = path.read_bytes()
    return (gzip.compress(body) if path.suffix in (".html", ".js", ".css", ".svg", ".json", ".xml", ".txt")
            else None, body)


class Gzip(BaseHTTPRequestHandler):
    """The site as a usual host serves it: texts gzipped, files kept by the browser."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = SITE / self.path.partition("?")[0].lstrip("/")
        small, body = packed(path) if path.is_file() else (None, b"")
        self.send_response(200 if path.is_file() else 404)
        self.send_header("Content-Type", mimetypes.guess_type(path.name)[0] or "application/octet-stream")
        self.send_header("Cache-Control", "max-age=3600")
        if small is not None:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body if small is None else small)))
        self.end_headers()
        self.wfile.write(body if small is None else small)

    def log_message(self, *args):
        pass


def weights(browser, address):
    """Bytes on the wire of every page with all it loads, requests to other hosts, console errors."""
    outside, errors, bytes_of = [], [], {}
    for path in sorted(p.relative_to(SITE).as_posix() for p in SITE.rglob("*.html") if "_static" not in p.parts):
        if 'http-equiv="Refresh"' in (SITE / path).read_text("utf-8"):
            continue
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        loaded = []
        page.on("response", lambda r: loaded.append(r))
        page.on("request", lambda r: None if r.url.startswith((address, "data:", "blob:")) else outside.append(r.url))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: errors.append(str(e)))
        page.goto(f"{address}/{path}", wait_until="networkidle")
        for piece in page.locator("[data-script=parameters]").all():  # wake up what loads when it comes near the screen
            piece.evaluate("piece => piece.scrollIntoView()")
            page.wait_for_timeout(100)
        page.wait_for_load_state("networkidle")
        bytes_of[path] = sum(r.request.sizes()["responseBodySize"] for r in loaded
                             if not r.url.startswith(("data:", "blob:")))
        page.close()
    drawn = {path for path in bytes_of if 'data-script="parameters"' in (SITE / path).read_text("utf-8")}
    for path in LISTED:
        report(f"Weight of {path}", round(bytes_of[path] / 1000), " kB", *((520, 430) if path in drawn else (250, 170)))
    for kind, paths, must, aim in (("text, charts and pieces", bytes_of.keys() - drawn, 250, 170),
                                   ("Vega charts", drawn, 520, 430)):
        sizes = sorted((round(bytes_of[path] / 1000), path) for path in paths)
        report(f"Weight of the heaviest page with {kind}", sizes[-1][0], " kB", must, aim)
        notes.append(f"{len(sizes)} pages with {kind}, {sum(size > aim for size, _ in sizes)} of them above the aim; "
                     f"the heaviest is {sizes[-1][1]}.")
    report("Requests to other hosts, all pages", len(outside), "", 0, 0)
    report("Console errors, all pages", len(errors), "", 0, 0)
    print(*outside, *errors, sep="\n", file=sys.stderr)


PAINTED = """range => { window.times = []; document.addEventListener("keydown", (event) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => window.times.push(performance.now() - event.timeStamp);
    channel.port2.postMessage(0); })); range.focus(); }"""


def latency(browser, address, slower):
    """Milliseconds from key press to painted panel, over all steps, back and forth, every record open."""
    page = browser.new_page(viewport={"width": 375, "height": 800})
    page.goto(f"{address}/{CASE}")
    for step in STEPS:
        for action in ("decide", "reveal", "measure", "next"):
            button = page.locator(f'[data-step="{step}"] [data-action={action}]')
            if button.count() and button.is_visible():
                button.click()
    if slower > 1:
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    day = page.locator(".rail input:checked")
    day.evaluate(PAINTED)
    for _ in range(ROUNDS):
        for key, goal in (("ArrowLeft", reversed(STEPS[:-1])), ("ArrowRight", STEPS[1:])):
            for step in goal:
                before = page.evaluate("window.times.length")
                page.keyboard.press(key)
                until(page, "n => window.times.length > n", before)
                assert page.locator("[data-step]:visible").get_attribute("data-step") == step
    times = sorted(page.evaluate("window.times"))
    page.close()
    name = "Key press to new panel" + (f", processor slowed {slower} times" if slower > 1 else "")
    report(f"{name}, p50 of {len(times)}", statistics.median(times), " ms")
    # budgets are for a usual processor
    report(f"{name}, p95", times[int(0.95 * len(times))], " ms", *((100, 50) if slower == 1 else ()))


def screens(browser, address):
    """Phone screens (375 x 812) from the home page to her first decision and of all cards; printed pages."""
    page = browser.new_page(viewport={"width": 375, "height": 812})
    page.goto(f"{address}/book/index.html")
    start = page.get_by_role("link", name="Start her case").first
    home = start.evaluate("link => link.getBoundingClientRect().bottom + scrollY") / 812
    start.click()
    page.locator(".stepper.started").wait_for()
    first = page.locator("[data-card=decide]").first
    case = first.evaluate("card => card.getBoundingClientRect().top + scrollY") / 812
    report("Phone screens, home page to her first decision", home + case, "", 12, 6)
    heights = []
    for step in STEPS:
        panel = page.locator(f'[data-step="{step}"]')
        for action in ("decide", "reveal", "measure", "next"):
            shown = panel.locator("[data-card]:visible")
            heights += [box["height"] / 812 for box in [shown.bounding_box()] if box] if shown.count() == 1 else []
            button = panel.locator(f"[data-action={action}]")
            if button.count() and button.is_visible():
                button.click()
    report("Phone screens, the tallest card of the case", max(heights), "", 1.3, 1)
    report("Phone screens, all cards of the case opened without a decision", sum(heights), "", 75, 40)
    pages = len(PdfReader(io.BytesIO(page.pdf(format="A4"))).pages)
    report("Printed pages of chapter 4", pages, "", 35, 30)
    page.close()


def builds():
    """Seconds of a build in a copy of the book: from clean, unchanged, and after an edit of a code cell."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "book")
        shutil.copytree(TOP, copy,
                        ignore=shutil.ignore_patterns(".venv*", "_build", ".git", ".pytest_cache", "__pycache__"))

        def build(what, must, aim):
            began = time.perf_counter()
            done = subprocess.run([sys.executable, "-m", "_ext.build"], cwd=copy / "book", capture_output=True,
                                  text=True)
            assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
            report(f"Build, {what}", time.perf_counter() - began, " s", must, aim)

        build("executed from clean", 180, 60)
        ran = get_cache(copy / "_build" / ".jupyter_cache").list_cache_records()
        report("Cells of all pages, one after another", sum(record.data["execution_seconds"] for record in ran), " s")
        build("unchanged", 15, 5)
        chapter = copy / "book" / "04-day-by-day.md"
        text = chapter.read_text("utf-8")
        edited = re.sub(r"^CaseStepper\(\)$", "CaseStepper()  # edited", text, flags=re.M)
        assert edited != text
        chapter.write_text(edited, "utf-8")
        build("a code cell of chapter 4 edited", 20, 8)


def lighthouse(address):
    """Scores of the mobile audit, or a line that says how to get them."""
    if not LIGHTHOUSE.exists():
        notes.append("Lighthouse is not installed: `make lighthouse`, then `make bench` again.")
        return
    for path in LISTED:
        done = subprocess.run([LIGHTHOUSE, f"{address}/{path}", "--quiet", "--output=json",
                               "--no-enable-error-reporting",
                               "--chrome-flags=--headless=new " + " ".join(QUIET)], capture_output=True, text=True,
                              env={**os.environ, "CHROME_PATH": chromium()})
        assert done.returncode == 0, done.stderr[-2000:]
        for name, (must, aim) in {"performance": (70, 85) if path == VEGA else (90, 95), "accessibility": (100, 100),
                                  "best-practices": (100, 100), "seo": (90, 100)}.items():
            score = json.loads(done.stdout)["categories"][name]["score"]
            report(f"Lighthouse mobile, {name}, {path}", round(100 * (score or 0)), "", must, aim, least=True)


def main():
    load = round(os.getloadavg()[1], 1)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gzip)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        weights(browser, address)
        screens(browser, address)
        latency(browser, address, 1)
        latency(browser, address, 4)
        browser.close()
    if "--no-lighthouse" not in sys.argv:
        lighthouse(address)
    if "--no-build" not in sys.argv:
        builds()
    print(table())
    if "--save" in sys.argv:
        machine = {"measured": time.strftime("%Y-%m-%d"), "cores": os.cpu_count(),
                   "python": sys.version.split()[0], "load": load}
        BASELINE.write_text(json.dumps(machine | {"figures": figures}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
