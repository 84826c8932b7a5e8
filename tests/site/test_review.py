"""Sheets for reviewers hold every cited statement of their chapter, source and certainty, and ask no other host."""

import re

import pytest
from bs4 import BeautifulSoup

from _ext import review
from casebook import learning_map
from casebook.tables.references import bibliography
from conftest import overflow, violations

PIECE = """<article><section><h1>9. Title</h1><p>No source here.</p><section><h2>Part</h2>
<p id="x">Two <em>words</em> of <a href="glossary.html#term-x" data-tip="tip">hers</a>, <a class="value"
data-placement="reconstructed" href="data-dictionary.html#ef-1">44</a><span hidden>gone</span> [<a
href="references.html#ref-gaies2010">Gaies 2010</a>].</p>
<ul><li>Outer [<a href="references.html#ref-gaies2010">Gaies 2010</a>]<ul><li>Inner
[<a href="references.html#ref-son2021">Son 2021</a>]</li></ul></li></ul>
<table><caption>Studies</caption><thead><tr><th>Study</th><th>Result</th><th>Read in</th></tr></thead><tbody>
<tr><th>Son</th><td>fewer</td><td>a secondary page (<a
href="references.html#ref-son2021" data-cite="son2021">Son 2021</a>)</td></tr>
<tr><th>Uncited</th><td>more</td><td></td></tr>
<tr class="noted"><th>EF</th><td>44</td><td></td></tr>
<tr class="note"><td colspan="3">Limit 55 (<a href="references.html#ref-gaies2010">Gaies 2010</a>).</td></tr>
</tbody></table>
<table><thead><tr><th>Who</th><th>Trial [<a href="references.html#ref-gaies2010">Gaies 2010</a>]</th></tr></thead>
<tbody><tr><td>first</td><td>1</td></tr><tr><td>second</td><td>2</td></tr></tbody></table>
<div class="question"><form><fieldset><legend><span>Self-check 9.1</span> Why?</legend></fieldset></form>
<details class="feedback"><ul>
<li>Because [<a href="references.html#ref-son2021">Son 2021</a>].</li></ul></details></div>
<article class="panel" data-label="Day 1: Choose"><div class="asked"><p>What now?</p></div>
<details class="feedback" data-grades=""><ul>
<li><strong>Wait.</strong> <span class="verdict">Risky.</span> She is ill.</li></ul></details></article>
<p>Again [<a href="references.html#ref-gaies2010">Gaies 2010</a>].</p>
<p>Again [<a href="references.html#ref-gaies2010">Gaies 2010</a>].</p>
<ul class="chapter-references"><li><a href="references.html#ref-gaies2010">Gaies 2010</a>. A work.</li></ul>
</section></section></article>"""


def parsed(path):
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def lacking(page, sheet):
    """Keys that a chapter's page cites in its text, and that no statement of the sheet names as its source."""
    for listed in page.select(".chapter-references"):
        listed.decompose()
    return set(review.cited(page.select_one("article"))) - {s["data-source"]
                                                            for s in sheet.select(".statement .sources [data-source]")}


@pytest.fixture(scope="module", params=learning_map.chapters())
def pair(site, request):
    """The page of a chapter and its sheet."""
    return parsed(site / "book" / f"{learning_map.chapter_file(request.param).stem}.html"), parsed(
        site / "review" / f"{request.param:02d}.html")


def test_statements_of_a_small_page():
    listed = review.statements(BeautifulSoup(PIECE, "html.parser").article)
    keys = [[source.key for source in s.sources] for s in listed]
    texts = [BeautifulSoup(s.html, "html.parser").get_text() for s in listed]
    assert list(zip(texts, keys)) == [
        ("Two words of hers, 44 [Gaies 2010].", ["gaies2010"]), ("Outer [Gaies 2010]", ["gaies2010"]),
        ("Inner [Son 2021]", ["son2021"]),
        ("Son · Result: fewer · Read in: a secondary page (Son 2021)", ["son2021"]),
        ("EF. Limit 55 (Gaies 2010).", ["gaies2010"]),
        ("first · Trial [Gaies 2010]: 1", ["gaies2010"]), ("second · Trial [Gaies 2010]: 2", ["gaies2010"]),
        ("Because [Son 2021].", ["son2021"]), ("Wait. Risky. She is ill.", [""]),
        ("Again [Gaies 2010].", ["gaies2010"])]
    assert ('<em>words</em>' in listed[0].html
            and '<span class="value" data-placement="reconstructed">44</span>' in listed[0].html)
    assert ("<a" not in "".join(s.html for s in listed) and [s.heading for s in listed] == ["Part"] * 8
            + ["Day 1: Choose", "Part"])
    assert [s.about for s in listed] == ["", "", "", "Studies", "Studies", "", "", "Self-check 9.1 Why?",
                                         "What now?", ""]
    assert ([s.row for s in listed] == ["", "", "", "B", "", "", "", "", "", ""]
            and listed[8].sources[0].certainty == "J")


def test_a_work_without_certainty_or_address_is_told_as_such(monkeypatch):
    bare = type("Entry", (), {"fields": {}})()
    monkeypatch.setattr(review, "bibliography", lambda: {"bare": bare})
    monkeypatch.setattr(review, "cite_label", lambda key: "Bare n.d.")
    work = review.source.__wrapped__("bare")
    assert (work.label, work.address, work.certainty) == ("Bare n.d", "no address known", "not stated")


def test_certainty_is_a_letter_where_it_is_stated():
    assert {entry.fields.get("certainty", "A") for entry in bibliography().values()} <= {"A", "B", "C"}


@pytest.mark.parametrize("count, words", [(0, "0 min"), (1, "5 min"), (60, "1 h"), (106, "1 h 50 min")])
def test_time_is_the_count_times_the_assumption(count, words):
    assert review.minutes(count) == words


def test_every_citation_of_the_page_is_on_its_sheet(pair):
    assert not lacking(*pair)


def test_a_citation_taken_from_a_sheet_is_noticed(site):
    page, sheet = parsed(site / "book" / "04-day-by-day.html"), parsed(site / "review" / "04.html")
    lost = sheet.select_one("[data-source]")["data-source"]
    for source in sheet.select(f'[data-source="{lost}"]'):
        source.decompose()
    assert lacking(page, sheet) == {lost}


def test_each_statement_has_words_sources_a_certainty_and_four_boxes(pair):
    _, sheet = pair
    listed = sheet.select(".statement")
    assert listed and [s.legend.get_text() for s in listed] == [f"Statement {n}" for n in range(1, len(listed) + 1)]
    for s in listed:
        assert len(s.select_one(".said").get_text()) > 15 and s.select("[data-source]"), s.legend
        for source in s.select("[data-source]"):
            assert re.fullmatch(r"[ABCJ]|not stated", source.select_one(".certainty").get_text()), source
            assert re.search(r"doi:\S|https?://\S|no address known|own judgement", source.get_text()), source
        assert [label.get_text(strip=True) for label in s.select("label.tick")] == list(review.BOXES)
        assert not s.select("[checked]") and s.select_one("textarea").get_text() == "", "a sheet is handed out empty"
    names = [field["name"] for field in sheet.select("form [name]")]
    assert len(names) == len(set(names)), "two fields of one name"


def test_a_sheet_says_what_it_is_and_loads_nothing_from_elsewhere(pair):
    page, sheet = pair
    head = sheet.header.get_text()
    assert page.h1.get_text(strip=True).rstrip("#").partition(". ")[2] in sheet.h1.get_text()
    assert review.edition() in head and "No clinician has reviewed this text yet" in head and "send it back" in head
    assert "What is missing?" in sheet.select("section")[-1].h2.get_text()
    assert not sheet.select("script:not([src]), style, [style], [onclick], iframe, img, form[action]")
    assert not [e for e in sheet.find_all(True) for a in ("src", "href", "action", "data")
                if re.match(r"\w+:|//", e.get(a, ""))]


def test_the_page_for_reviewers_counts_the_statements(site):
    page = parsed(site / "book" / "for-reviewers.html")
    for chapter in learning_map.chapters():
        count = len(parsed(site / "review" / f"{chapter:02d}.html").select(".statement"))
        assert page.select_one(f'[data-sheet="{chapter:02d}"]').get_text() == str(count), \
            f"chapter {chapter}: not its number of statements"
        assert page.select_one(f'[data-time="{chapter:02d}"]').get_text() == review.minutes(count)
        assert page.select_one(f'a[href="../review/{chapter:02d}.html"]')


def test_sheet_4_holds_the_feedback_of_the_case(site):
    page, sheet = parsed(site / "book" / "04-day-by-day.html"), parsed(site / "review" / "04.html")
    texts = {s.get_text() for s in sheet.select(".said")}
    feedback = page.select("details[data-grades] li")
    assert len(feedback) > 30
    for li in feedback:
        assert BeautifulSoup(review.reading(li), "html.parser").get_text() in texts


def test_a_sheet_is_kept_saved_cleared_and_brought_back(open_page, server):
    page = open_page(f"{server}/review/01.html", 375)
    assert overflow(page) <= 0 and not violations(page)
    first = page.locator(".statement").first
    first.get_by_label("too strong").check()
    first.get_by_label("In your words").fill("may <b>")
    page.get_by_label("What is missing?").fill("doses")
    page.reload()
    assert first.get_by_label("too strong").is_checked() and not first.get_by_label("wrong").is_checked()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    saved = download.value.path().read_text("utf-8")
    assert all(words in saved for words in ('"kind": "review"', '"chapter": "01"', '"too strong"', '"may <b>"',
                                            '"missing": "doses"', "Statement 1"))
    page.get_by_role("button", name="Clear this sheet").click()
    assert first.get_by_label("In your words").input_value() == ""
    page.get_by_role("button", name="Undo").click()
    assert first.get_by_label("In your words").input_value() == "may <b>"


@pytest.mark.parametrize("damaged", ["7", '{"01": 7}', '{"01": {"missing": {"x": 1}}}'])
def test_a_damaged_store_starts_anew(open_page, server, damaged):
    page = open_page(f"{server}/review/01.html")
    page.evaluate("damaged => localStorage.setItem('one-child-one-table:review', damaged)", damaged)
    page.reload()
    assert page.get_by_label("What is missing?").input_value() == ""
