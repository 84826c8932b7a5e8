"""The report and the short path: drawn from a browser's entries, printed on one or two sheets, moved as a file."""

import json
import re

import pytest

from casebook.pieces.report import report_data
from conftest import overflow, violations

DATA = report_data()
LEDGER = {str(c): {"number": n, "first": f"reason {c}", "second": f"but {c}", "date": "2026-01-01"}
          for c, n in zip(DATA["chapters"], (75, 60, 60, 42, 40, 30, 35))}
CHECKS = {check["id"]: {"option": str((check["right"][0] + (n % 3 == 0)) % len(check["options"])),
                        "confidence": str(DATA["levels"][n // 3 % 3])} for n, check in enumerate(DATA["checks"])}
CASE = {"steps": {step["step"]: {"option": "0", "confidence": "70", "state": "revealed"}
                  for step in DATA["steps"] if step["grades"]}, "reached": 11}
ENTRIES = {"ledger": LEDGER, "self-checks": CHECKS, "case": CASE,
           "sentence": {"before": "She got better because of anakinra.",
                        "after": "This table can't part the two drugs."}}


@pytest.fixture
def report(open_page, server):
    """The report of a reader who has answered everything."""
    page = open_page(f"{server}/book/report.html", 375)
    for name, value in ENTRIES.items():
        page.evaluate("([k, v]) => localStorage.setItem('one-child-one-table:' + k, v)", [name, json.dumps(value)])
    page.reload()
    return page


def test_a_reader_without_entries_gets_no_figures_but_the_way_to_them(open_page, server):
    page = open_page(f"{server}/book/report.html", 375)
    assert "No number yet" in page.locator(".belief").inner_text()
    assert "No decision yet" in page.locator(".report-card.course").inner_text()
    assert page.locator("[data-head=held]").inner_text() == "–"
    assert not violations(page, ".report") and overflow(page) == 0


def test_the_report_puts_a_readers_entries_side_by_side(report):
    head = lambda name: report.locator(f"[data-head={name}]").inner_text()
    decided = [step for step in DATA["steps"] if step["grades"]]
    judged = [step for step in decided if DATA["tones"][step["grades"][0]] != "none"]
    right = sum(int(CHECKS[c["id"]]["option"]) in c["right"] for c in DATA["checks"]) + \
        sum(DATA["tones"][step["grades"][0]] != "bad" for step in judged)
    assert head("belief") == "75 → 35" and head("decisions") == f"{len(decided)} of 12"
    assert head("held") == f"{right} of {len(DATA['checks']) + len(judged)}"
    belief = report.locator(".belief").inner_text()
    assert "Your largest move." in belief.split("reason 7")[1][:60], "60 to 42 is the largest move"
    sure = [(c, CHECKS[c["id"]]) for c in DATA["checks"]]
    missed = [c for c, mine in sure if int(mine["option"]) not in c["right"] and int(mine["confidence"]) >= 70]
    assert report.locator(".miss").count() == min(3, len(missed))
    assert "because of anakinra" in report.locator("[data-part=before]").inner_text()
    assert not violations(report, ".report") and overflow(report) == 0


@pytest.mark.parametrize("hits, of, low, high", [(4, 6, 0.300, 0.903), (0, 5, 0.0, 0.434), (10, 10, 0.722, 1.0)])
def test_the_interval_is_wilsons(report, hits, of, low, high):
    """Limits as printed by any table of Wilson's score interval."""
    assert report.evaluate(f"window.casebook.interval({hits}, {of})") == pytest.approx([low, high], abs=0.001)


def test_it_prints_on_one_or_two_sheets(report):
    sheets = len(re.findall(rb"/Type\s*/Page[^s]", report.pdf(format="A4")))
    assert 1 <= sheets <= 2, f"{sheets} sheets"


def test_a_saved_report_loads_in_another_browser(report, open_page, server, tmp_path):
    with report.expect_download() as download:
        report.get_by_role("button", name="Save as a file").click()
    file = tmp_path / "report.json"
    download.value.save_as(file)
    assert json.loads(file.read_text("utf-8"))["entries"]["ledger"] == LEDGER
    other = open_page(f"{server}/book/report.html")
    other.locator("input[type=file]").set_input_files(file)
    other.locator("[data-said]", has_text="Loaded").wait_for()
    assert other.locator("[data-head=belief]").inner_text() == "75 → 35"
    file.write_text('{"entries": [1]}')
    other.locator("input[type=file]").set_input_files(file)
    other.locator("[data-said]", has_text="holds no entries of this book").wait_for()
    assert other.locator("[data-head=belief]").inner_text() == "75 → 35", "a damaged file must change nothing"


def test_clear_all_takes_everything_the_book_keeps_and_nothing_else_and_can_be_undone(report):
    report.evaluate("localStorage.setItem('another-book', '1')")
    report.evaluate("localStorage.setItem('one-child-one-table:code', '{}')")
    report.get_by_role("button", name="Clear all").click()
    assert "No number yet" in report.locator(".belief").inner_text()
    assert report.evaluate("Object.keys(localStorage).filter(k => k.startsWith('one-child'))") == []
    assert report.evaluate("localStorage.getItem('another-book')") == "1"
    report.keyboard.press("Enter")
    assert report.evaluate("document.activeElement.textContent") == "Clear all"
    report.reload()
    assert report.evaluate("localStorage.getItem('one-child-one-table:code')") == "{}"
    assert "No number yet" not in report.locator(".belief").inner_text()


def test_marks_of_the_short_path_follow_the_reader(open_page, server):
    page = open_page(f"{server}/book/short-path.html")
    assert page.locator(".path-done:visible").count() == 0
    page.evaluate("localStorage.setItem('one-child-one-table:ledger', JSON.stringify({1: {number: 50}}))")
    page.goto(f"{server}/book/11-beyond-the-case.html#forest-plot")
    page.locator(".stop-next").click()
    page.wait_for_url("**/report.html")
    page.locator('.bd-sidebar-primary a[href$="short-path.html"]', has_text="3 of 6 done").wait_for(state="attached")
    page.goto(f"{server}/book/short-path.html")
    assert page.locator("[data-path]:has(.path-done:visible)").evaluate_all("all => all.map(s => s.dataset.path)") == \
        ["opening", "forest", "report"]


def test_without_script_the_report_says_what_to_put_side_by_side(open_page, server):
    page = open_page(f"{server}/book/report.html", java_script_enabled=False)
    assert "On paper, put these side by side" in page.locator(".report").inner_text()
    assert page.locator(".report-drawn").is_hidden()
