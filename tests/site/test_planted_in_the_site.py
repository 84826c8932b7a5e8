"""Damage a copy of the built site, and see that the tests of the site and of the browser find it."""

import os
import re
import shutil

import pytest
import test_site

from conftest import overflow, serving, violations
from planting import fault, plant

PAGE = "book/04-day-by-day.html"
# file, old text, new text, the test that must fail and with what

PAGES_OF_THE_SITE = [
    fault("script of another host", PAGE, "</head>", '<script src="https://cdn.example/x.js"></script></head>',
          "test_page_loads_nothing_from_another_host", "cdn.example"),
    fault("picture of another host", PAGE, "</main>", '<img alt="x" src="//img.example/x.png"></main>',
          "test_page_loads_nothing_from_another_host", "img.example"),
    fault("style that fetches a font", PAGE, "</head>", "<style>@import url(https://fonts.example/x.css);</style></head>",
          "test_page_loads_nothing_from_another_host", "fonts.example"),
    fault("dead link", PAGE, "</main>", '<a href="no-such-page.html">x</a></main>', "test_no_dead_internal_link", "no-such-page.html: no such page"),
    fault("dead anchor", PAGE, "</main>", '<a href="glossary.html#no-such-term">x</a></main>', "test_no_dead_internal_link", "no-such-term: no such anchor"),
]
SOURCES_OF_THE_SITE = [
    fault("chart lost", r'<figure [^>]*class="chart .*?</figure>', "", "test_every_chart_and_question_of_the_source_is_on_the_page", "a chart went missing"),
    fault("self-check lost", r'data-question="q-4-2"', 'data-lost=""', "test_every_chart_and_question_of_the_source_is_on_the_page", "q-4-2"),
    fault("stepper lost", r'data-stepper="case"', "", "test_every_chart_and_question_of_the_source_is_on_the_page", "=="),
    fault("notice lost", "Education only, never medical advice", "", "test_page_is_whole", "the notice is missing"),
    fault("second title", "</main>", "<h1>Again</h1></main>", "test_page_is_whole", "one title a page"),
    fault("unrendered number", "</main>", "{{ n.core }}</main>", "test_page_is_whole", "unfinished or unrendered"),
    fault("chart without a name", r'aria-label="[^"]*" class="chart ', 'class="chart ', "test_charts_can_be_read_by_anyone", "a chart without a name"),
    fault("chart without its numbers", r'<details class="numbers">.*?</details>', "", "test_charts_can_be_read_by_anyone", "no numbers as a table"),
]


@pytest.fixture
def damaged(site, tmp_path, monkeypatch):
    """A copy of the built site, by links, that the tests of the site look at."""
    copy = tmp_path / "html"
    shutil.copytree(site, copy, copy_function=os.link)
    monkeypatch.setattr(test_site, "SITE", copy)
    return copy


@pytest.mark.parametrize("file, old, new, test, says", PAGES_OF_THE_SITE)
def test_a_damaged_page_of_the_site_is_found(damaged, file, old, new, test, says):
    plant(damaged / file, old, new)
    with pytest.raises(AssertionError, match=re.escape(says)):
        getattr(test_site, test)(damaged / file)


@pytest.mark.parametrize("pattern, new, test, says", SOURCES_OF_THE_SITE)
def test_a_page_that_lost_something_is_found(damaged, pattern, new, test, says):
    file = damaged / PAGE
    text = file.read_text("utf-8")
    changed = re.sub(pattern, new, text, count=1, flags=re.S)
    assert changed != text, "the fault can't be planted"
    file.unlink()
    file.write_text(changed, "utf-8")
    with pytest.raises(AssertionError, match=re.escape(says)):
        getattr(test_site, test)("book/04-day-by-day")


def test_a_changed_vendored_file_is_found(tmp_path, monkeypatch):
    vendor = shutil.copytree(test_site.VENDOR, tmp_path / "vendor")
    monkeypatch.setattr(test_site, "VENDOR", vendor)
    test_site.test_vendored_files_are_what_their_list_says()
    file = next(p for p in vendor.rglob("*.woff2"))
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(AssertionError, match=file.name):
        test_site.test_vendored_files_are_what_their_list_says()
    (vendor / "new.js").write_text("1")
    with pytest.raises(AssertionError, match="new.js"):
        test_site.test_vendored_files_are_what_their_list_says()


BROKEN = [
    fault("script that fails", "</body>", '<script src="../_static/broken.js"></script></body>', "page error"),
    fault("address that is not there", "</body>", '<script src="../_static/lost.js"></script></body>', "404"),
    fault("request to another host", "</main>", '<img alt="" src="http://other.example/x.png"></main>', "other.example"),
    fault("eval", "</body>", '<script src="../_static/eval.js"></script></body>', "unsafe-eval"),
]


@pytest.fixture
def student_page(site, tmp_path, watched):
    """Function that plants a fault on one page of a copy of the site and opens it; returns the page and what the browser complained of."""
    copy, (opened, troubles) = tmp_path / "html", watched
    shutil.copytree(site, copy, copy_function=os.link)
    (copy / "_static/broken.js").write_text("undefined_function();")
    (copy / "_static/eval.js").write_text("eval('1');")
    (copy / "_static/pale.css").write_text("main p { color: #bbb; background: #fff }")
    (copy / "_static/wide.css").write_text("main p { width: 1500px }")
    with serving(copy) as address:
        def planted(old, new):
            plant(copy / "book/for-students.html", old, new)
            shown = opened(f"{address}/book/for-students.html")
            shown.wait_for_load_state("networkidle")
            return shown, troubles
        yield planted


@pytest.mark.parametrize("old, new, says", BROKEN)
def test_what_a_page_does_wrong_is_found_in_the_browser(student_page, old, new, says):
    _, troubles = student_page(old, new)
    assert says in "\n".join(troubles)


@pytest.mark.parametrize("rule, says", [("pale", "color-contrast"), ("wide", "overflow")])
def test_what_a_reader_could_not_read_is_found_in_the_browser(student_page, rule, says):
    shown, _ = student_page("</head>", f'<link rel="stylesheet" href="../_static/{rule}.css"></head>')
    assert says in " ".join(violations(shown) + ["overflow"] * (overflow(shown) > 0))
