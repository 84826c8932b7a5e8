"""Worksheets hold every question of the case and no solution; record cards hold the rest; both print a sheet a page."""

import io
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml
from bs4 import BeautifulSoup
from pypdf import PdfReader

from casebook.display.text import render
from casebook.pieces.belief_ledger import CHAPTERS, CLAIM
from casebook.pieces.case_panels import GRADES, load_script
from conftest import SITE, STEPS, TOP
from products import worksheets

BOOK = TOP / "book"
FOLDER = SITE / "book" / "instructor"


def words(html):
    return " ".join(BeautifulSoup(html, "html.parser").get_text().split())


def written(source):
    return words(render(source))


def solutions():
    """Every sentence of 30 characters or more that stands in the sources as a solution: record, feedback, grade,
    reason, judgement."""
    texts = []
    for step in load_script():
        texts += [step[k] for k in ("done", "shows", "trap", "recap", "finding", "concordance") if k in step]
        answered = [step, step.get("vote", {}), step.get("assumption", {})]
        texts += [o["feedback"] for part in answered for o in part.get("options", ())]
        texts += [w[k] for w in step.get("written", ()) for k in ("text", "feedback")]
    texts += [item["reason"]
              for item in yaml.safe_load((BOOK / "appraisal.yml").read_text("utf-8"))["forms"]["care"]["items"]]
    for file in (BOOK / "questions").glob("*.yml"):
        content = yaml.safe_load(file.read_text("utf-8"))
        texts += [o["feedback"] for q in content["questions"] for o in q["options"]]
        texts += [f for s in content.get("sorting", {"sentences": []})["sentences"] for f in s["feedback"].values()]
    return {s for t in texts for s in re.split(r"(?<=[.?:]) ", written(t)) if len(s) >= 30}


@pytest.fixture(scope="module")
def sheets(site):
    return BeautifulSoup((FOLDER / "worksheets.html").read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module")
def cards(site):
    return BeautifulSoup((FOLDER / "record-cards.html").read_text("utf-8"), "html.parser")


@pytest.fixture(scope="module")
def printed(site, tmp_path_factory):
    with ThreadPoolExecutor() as beside:         # a browser of its own: one thread can drive only one
        files = beside.submit(worksheets.build, tmp_path_factory.mktemp("dist")).result()
    assert [f.name for f in files] == ["worksheets.pdf", "record-cards.pdf", "run-sheets.pdf"]
    return [PdfReader(f) for f in files]


def test_no_solution_stands_on_a_worksheet(sheets):
    text, known = words(str(sheets.select_one("main"))), solutions()
    assert len(known) > 500
    assert not [s for s in known if s in text]
    assert not sheets.select("[data-correct], [data-hit], [data-feedback], [data-probnp], .right, .answers, "
                             ".card-mark, .sheet details")
    for sheet in sheets.select(".sheet.case"):
        assert not [g for g in GRADES if re.search(rf"\b{g}\b", sheet.get_text(), re.IGNORECASE)], sheet["id"]


def test_every_step_and_option_stands_on_a_worksheet_in_order(sheets):
    assert [s["id"].removeprefix("sheet-") for s in sheets.select(".sheet.case")
            if not s["id"].endswith("-second")] == STEPS
    for step in load_script():
        sheet = sheets.select_one(f"#sheet-{step['step']}")
        text = words(str(sheet))
        assert step["title"] in text and written(step["known"]) in text and written(step["question"]) in text
        assert [words(str(o)) for o in sheet.select("[data-option]")] == [written(o["text"]) for o in step["options"]]
        boxes = (len(sheet.select(".options .box")), len(sheet.select(".ticks:not(.prediction) .box")),
                 len(sheet.select(".prediction .box")))
        assert boxes == (len(step["options"]), 3, 3 * len(step.get("predict", ()))), "options, confidence, predictions"
        second = sheets.select_one(f"#sheet-{step['step']}-second")
        assert bool(second) == ("second" in step or "vote" in step)
        if second:
            asked = step.get("vote") or step["assumption"]
            assert [words(str(o)) for o in second.select("[data-option]")] \
                == [written(o["text"]) for o in asked["options"]]


def test_ledger_form_and_self_checks_are_whole(sheets):
    ledger = sheets.select_one("#sheet-ledger")
    assert CLAIM in words(str(ledger))
    assert [int(r.th.get_text().partition(".")[0]) for r in ledger.select("tbody tr")] == list(CHAPTERS)
    care = yaml.safe_load((BOOK / "appraisal.yml").read_text("utf-8"))["forms"]["care"]
    rows = sheets.select("#sheet-care tbody tr")
    assert [r.select_one(".asks").get_text() for r in rows] == [written(i["asks"]) for i in care["items"]]
    assert {len(r.select(".box")) for r in rows} == {len(care["judgements"])}
    asked = [q for f in sorted((BOOK / "questions").glob("*.yml"))
             for q in yaml.safe_load(f.read_text("utf-8"))["questions"]]
    checks = sheets.select(".sheet.checks .check")
    assert [c["data-item"] for c in checks] == [q["id"] for q in asked]
    assert [len(c.select("[data-option]")) for c in checks] == [len(q["options"]) for q in asked]


def test_record_cards_hold_record_and_feedback_and_say_so(cards):
    assert all(c.select_one(".card-mark") for c in cards.select(".sheet"))
    for step in load_script():
        record = " ".join(words(str(c))
                          for c in cards.select(f"#card-{step['step']}-treatments, #card-{step['step']}-record"))
        feedback = words(str(cards.select_one(f"#card-{step['step']}-feedback")))
        assert written(step["done"]) in record and written(step["shows"]) in record \
            and "no clinician has reviewed" in feedback
        for o in step["options"]:
            assert f"{written(o['text'])} {o['grade'].capitalize()}. {written(o['feedback'])}" in feedback
    treatments = words(str(cards.select_one("#card-3b-treatments")))
    assert written(load_script()[4]["shows"]) not in treatments, "the second question comes before the measurements"


def outline(reader):
    """{title: number of pages} of the sheets of a PDF, from its bookmarks; those below them are parts of a sheet."""
    found = [(node.title, reader.get_destination_page_number(node))
             for node in reader.outline if not isinstance(node, list)]
    ends = [page for _, page in found[1:]] + [len(reader.pages)]
    return {title: end - page for (title, page), end in zip(found, ends)}


def test_the_pdfs_are_tagged_with_each_sheet_on_a_page_of_its_own(printed, sheets, cards):
    for reader, page in zip(printed, (sheets, cards)):
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        pages = outline(reader)
        assert len(pages) == len(page.select(".sheet")) and min(pages.values()) >= 1
        assert round(float(reader.pages[0].mediabox.height)) == 843, "A4"
        assert not [a for p in reader.pages for a in p.get("/Annots", ())
                    if "/URI" in a.get_object().get("/A", {})], "a link on paper"


def test_no_solution_is_printed_on_worksheets(printed):
    text = re.sub(r"\s", "", " ".join(p.extract_text() for p in printed[0].pages))
    assert "Treatitasaviralstomachinfection" in text
    assert not [s for s in solutions() if re.sub(r"\s", "", s) in text]


def test_on_us_letter_too_a_step_of_the_case_fits_on_a_page(browser, site, sheets):
    page = browser.new_page()
    page.goto((FOLDER / "worksheets.html").as_uri())
    pages = outline(PdfReader(io.BytesIO(page.pdf(format="Letter", tagged=True, outline=True))))
    page.close()
    single = [t for t in pages if re.match(r"Column|Admission|Follow-up|Belief|Calibration|CARE", t)]
    assert len(single) == len(STEPS) + 2 + 3 and {t: pages[t] for t in single if pages[t] != 1} == {}
