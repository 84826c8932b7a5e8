"""Nothing bars a reader: every page and state, by keyboard, text large or spaced, no motion, forced colours, paper.

What is checked stands in access.py and access.js; the last tests here damage a page and want it found.
"""

import json
import os

import pytest

import access
import access_record
from conftest import CASE, STEPS, overflow, until, violations
from stepping import act, commit, panel, reveal, see


@pytest.fixture(scope="module")
def record():
    """What `make measure-access` wrote."""
    return json.loads(access_record.RECORD.read_text("utf-8"))


@pytest.fixture(scope="module")
def due(record, browser):
    """The pages to measure in this run."""
    return access_record.due(record, browser, os.environ["MEASURE"])


@pytest.mark.parametrize("path", access_record.PAGES)
def test_nothing_bars_a_reader(due, open_page, server, path):
    if path not in due:
        pytest.skip("as it was measured")
    by_check = access.measure(open_page("about:blank"), f"{server}/{path}")["troubles"]
    assert set(by_check) == set(access.CHECKS)
    assert not any(by_check.values()), \
        "\n".join(f"{access.CHECKS[check]}: {t}" for check, troubles in by_check.items() for t in troubles)


def test_what_was_measured_is_this_book(record, browser):
    again = "; run `make measure-access ARGS=--changed` and commit what it writes"
    assert set(record["pages"]) == set(access_record.PAGES), f"not the pages of the site{again}"
    for path, page in record["pages"].items():
        assert set(page["troubles"]) == set(access.CHECKS) and not any(page["troubles"].values()), \
            f"{path} was saved with troubles{again}"
        assert len(page["opened"]) == len(access.STATES) and all(page["opened"]), f"{path}: a state is missing{again}"
    for path in access_record.changed(record, browser):
        page, now = record["pages"][path], access_record.contents(path)
        assert {key: page[key] for key in now} == now, f"{path} holds other charts or pieces than were measured{again}"
        assert bool(page["used"]) == (not path.startswith("slides/") and access_record.useful(path)), \
            f"{path}: not measured after use{again}"
    assert record["versions"]["axe-core"] == access.AXE_VERSION, f"another version of axe-core{again}"


def test_the_page_on_accessibility_is_made_from_the_measurements(record):
    assert access_record.RECORD.with_suffix(".md").read_text("utf-8") == access_record.report(record), \
        "run `make measure-access`"


def test_a_page_is_due_once_anything_it_loads_has_changed(tmp_path, monkeypatch, site, browser):
    """Its own words, a style, a script, one loaded later, axe-core; not the version Sphinx writes behind a style."""
    path, other = "book/08-blocking-il-1.html", "book/index.html"
    files = {file.relative_to(site) for file in access_record.loads(path)}
    assert {f.name for f in files} >= {"book.css", "book.js", "parameters.js", "vega.js"}
    for name in (path, other, *files, *(f.relative_to(site) for f in access_record.loads(other))):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((site / name).read_bytes())
    monkeypatch.setattr(access_record, "SITE", tmp_path)
    monkeypatch.setattr(access_record, "PAGES", [path, other])
    now = lambda: {name: {"digest": access_record.digest(name, browser)} for name in (path, other)}
    record = {"pages": now()}
    assert access_record.changed(record, browser) == set() and len(access_record.due(record, browser, "1")) == 2
    for name in (path, *files):
        access_record._contents.cache_clear()
        (tmp_path / name).write_bytes((tmp_path / name).read_bytes() + b" ")
        assert path in access_record.changed(record, browser), f"{name} changed, and the page is not measured"
        record = {"pages": now()}
    html = (tmp_path / path).read_text("utf-8")
    (tmp_path / path).write_text(html.replace("book.css?v=", "book.css?v=0"), "utf-8")
    assert "book.css?v=" in html and access_record.changed(record, browser) == set()
    monkeypatch.setattr(access_record, "AXE_VERSION", "0")
    assert access_record.changed(record, browser) == {path, other}
    access_record._contents.cache_clear()


def test_every_chart_is_described_and_has_its_numbers(record):
    for path, page in record["pages"].items():
        assert page["described"] == page["charts"], f"{path}: a chart without words"
        if not path.startswith("slides/"):
            wordy = sum(page["pieces"].count(piece) for piece in ("stages", "dag"))   # without numbers: words, switches
            assert page["tabled"] + wordy >= page["charts"], \
                f"{path}: a chart without its numbers"


def test_the_case_is_accessible_while_stepping(open_page, server):
    page = open_page(server + CASE, 320)
    for step in STEPS:
        if step == "3b":
            commit(page, step, 1, 70)
            see(page, step)
        else:
            reveal(page, step)
        panel(page, step).locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
        if step == "3b":
            panel(page, step).locator('[data-question="case-assumption"] input').first.check()
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert overflow(page) <= 0, f"step {step} is wider than the screen"
        if step == "1":                            # test_stepper_page.py looks at each card of 3b
            assert not violations(page, f'[data-step="{step}"]'), step
        if step != STEPS[-1]:
            act(page, "next")


def test_menus_on_a_phone_are_accessible(open_page, server):
    for button in (".sidebar-toggle.primary-toggle", ".sidebar-toggle.secondary-toggle"):
        page = open_page(f"{server}/book/for-students.html", 375)
        page.locator(f"{button}:visible").first.click()
        page.wait_for_timeout(400)      # the menu slides in
        assert not violations(page), button


def test_the_first_link_leads_past_the_menu(case):
    case.keyboard.press("Tab")
    assert case.evaluate("document.activeElement.textContent.trim()") == "Skip to main content"
    until(case, "document.activeElement.getBoundingClientRect().top >= 0")                     # it slides in
    case.keyboard.press("Enter")
    case.keyboard.press("Tab")
    assert case.evaluate("Boolean(document.activeElement.closest('main'))")


@pytest.mark.parametrize("path, selector, key, then", [
    ("08-blocking-il-1", '.stages [data-action="next"]', "Enter",
     "e.closest('.stages').querySelector('[role=status]').textContent.startsWith('Stage 2')"),
    ("06-from-printed-table-to-tidy-data", "[data-question=q-6-1] input", "Space",
     "e.checked && e.closest('[data-question]').querySelector('[role=status]').textContent"),
    ("06-from-printed-table-to-tidy-data", "[data-question=q-6-1] .feedback summary", "Enter", "e.parentElement.open"),
    ("10-does-one-case-prove-it", "[data-prediction=noise] input", "ArrowRight",
     "e.value === '51' && e.form.querySelector('output').textContent === '51'"),
    ("10-does-one-case-prove-it", "[data-prediction=noise] button", "Enter",
     "e.closest('[data-prediction]').classList.contains('opened')"),
    ("10-does-one-case-prove-it", "details.sd-dropdown summary", "Space", "e.parentElement.open"),
    ("03-competing-mechanisms", ".table-bar select", "ArrowDown",
     "e.selectedIndex === 1 && e.closest('.table-bar').querySelector('[role=status]').textContent.includes(' of ')"),
    ("07-the-table-that-lost-its-blanks", "[data-question=give-up] input", "Space",
     "document.documentElement.classList.contains('finding-open')"),
])
def test_a_piece_is_worked_by_keyboard_and_keeps_the_focus(open_page, server, path, selector, key, then):
    page = open_page(f"{server}/book/{path}.html")
    page.evaluate("document.querySelectorAll('details.model, details.feedback').forEach(d => { if "
                  "(!d.matches('.feedback')) d.open = true; })")
    if "summary" in selector and "feedback" in selector:
        page.locator("[data-question=q-6-1] input").first.check()
    piece = page.locator(f"{selector}:visible").first
    piece.focus()
    page.keyboard.press(key)
    assert piece.evaluate(f"e => Boolean({then})"), "the key does nothing"
    assert piece.evaluate("e => e === document.activeElement"), "the focus has gone"


def test_what_happens_is_said_once(site):
    """No live region inside another, and none for the number beside a slider, which the slider says itself."""
    for path in access_record.PAGES:
        main = access_record.soup(path).select_one("main")
        live = main.select("[role=status], [role=alert], [role=log], [aria-live]:not([aria-live=off])")
        assert not [e for e in live if any(p in live for p in e.parents)], f"{path}: said twice"
        assert all(e.get("aria-live") == "off" for e in main.select("output[for]")), \
            f"{path}: a slider's number is said twice"


# ---- damage must be found ----

MAIN = "document.querySelector('main')"
BOX = ("const box = document.createElement('div'); box.textContent = 'x'.repeat(999); box.tabIndex = -1; "
       f"box.style.cssText = 'overflow: auto; white-space: nowrap'; {MAIN}.querySelector('p').after(box);")
PLANTED = [     # page, check, what to do to the page, what must be said
    ("06-from-printed-table-to-tidy-data", "walk", "main a { outline: none !important; box-shadow: none !important; "
                                                   "background: none !important; }", "the focus is not to be seen"),
    ("for-students", "walk", "body::after { content: ''; position: fixed; inset: 0; z-index: 9999; background: #fff; }",
     "the focus is covered"),
    ("for-students", "walk", f"{MAIN}.querySelectorAll('p a')[1].addEventListener('focus', (e) => e.target.blur());",
     "Tab never reaches"),
    ("for-students", "walk",
     f"{MAIN}.addEventListener('keydown', (e) => {{ if (e.key === 'Tab') e.preventDefault(); }});", "Tab never leaves"),
    ("for-students", "walk", f"let n = 0; {MAIN}.addEventListener('keydown', (e) => {{ if (++n === 6) "
                             f"{MAIN}.querySelector('p a').focus(); }});", "Tab doesn't follow the reading order"),
    ("for-students", "walk", BOX, "it scrolls, and Tab never reaches it"),
    ("for-students", "text", "main h1 { height: 2rem; overflow: hidden; line-height: 3rem; }", "it cuts its text"),
    ("for-students", "text", "main h1 { width: 110vw; }", "px wider than the screen"),
    ("for-students", "print", BOX, "too wide for paper"),
    ("04-day-by-day", "forced", ".mark { background: Canvas !important; }", "a solid mark of a legend looks hollow"),
    ("07-the-table-that-lost-its-blanks", "forced",
     ".variants button { background: Canvas !important; color: CanvasText !important; }",
     "pressed looks like not pressed"),
    ("04-day-by-day", "forced", "html[data-theme] { --chart-muted: #888 !important; --chart-accent: #888 !important; "
                                "--chart-ink: #888 !important; } svg [stroke] { stroke: #bbb !important; }",
     "a chart draws with contrast"),
    ("for-students", "forced", "main p { color: Canvas !important; }", "text with contrast 1.0"),
    ("for-students", "forced", "html main a:focus-visible { outline: none !important; }",
     "no outline in forced colours"),
    ("for-students", "moving", "main p { transition: color 1s !important; }", "it moves"),
    ("for-students", "states", "main p { color: #999 !important; }", "color-contrast"),
    ("for-students", "states", "@media (max-width: 400px) { html[data-theme=light] main p { color: #999 !important; } "
                               "}", "320 px, light: contrast 2."),
    ("for-students", "states", "@media (min-width: 1000px) { html[data-theme=dark] main p { color: #444 !important; } "
                               "}", "1280 px, dark: contrast 1."),
    ("for-students", "states", "html[data-theme=dark] main p a { color: inherit !important; text-decoration: none "
                               "!important; }", "dark: axe-core can't tell link-in-text-block"),
    ("../slides/flipped", "slides", ".slides h2 { font-size: 12px !important; } .slides h1 { margin-top: 700px "
                                    "!important; }", ("12 px", "outside")),
    ("../slides/flipped", "print", "@media print { .slides > section { min-height: 2000px !important; height: 2000px "
                                   "!important; } }", "slides print on"),
    ("for-students", "faint", "main p { color: #999 !important; }", "contrast 2."),
]


@pytest.mark.parametrize("path, check, damage, words", [
    pytest.param(*row, id=str(row[-1]), marks=[pytest.mark.slow] * ("slides" in row[0])) for row in PLANTED])
def test_planted_barriers_are_found(open_page, server, path, check, damage, words):
    there = access.opened(open_page("about:blank"), f"{server}/book/{path}.html")
    if damage.endswith(";"):
        there.page.evaluate(f"() => {{ {damage} }}")
    else:
        there.page.evaluate("css => { const s = new CSSStyleSheet(); s.replaceSync(css); "
                            "document.adoptedStyleSheets = [s]; }", damage)
    if check == "faint":
        troubles = there.page.evaluate("access.faint(document.querySelector('main p'))")
    else:
        troubles = there.ask("moving") if check == "moving" else getattr(there, check)()
    troubles = troubles[-1] if isinstance(troubles, tuple) else troubles
    for word in (words,) if isinstance(words, str) else words:
        assert any(word in trouble for trouble in troubles), f"{word} not found; found instead: {troubles[:5]}"
