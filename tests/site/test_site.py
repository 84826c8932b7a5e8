"""The built site against its sources: nothing missing, nothing dead, nothing from elsewhere, nothing mislabelled."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from _ext.finished_pages import POLICY
from casebook import dictionary, load
from casebook.models.placements import admissible
from casebook.pieces.case_panels import load_script
from casebook.pieces.questions import load_questions
from casebook.tables.references import bibliography
from casebook.tables.resources import PACKAGE, read_resource
from casebook.tables.values import anchor
from conftest import SITE, STEPS, TOP
from site_checks import changed_files, dead_links, loaded_from_elsewhere, missing, soup, unfinished, unreadable_charts

BOOK = TOP / "book"
VENDOR = BOOK / "_static" / "vendor"
TOC = yaml.safe_load((TOP / "_toc.yml").read_text("utf-8"))
SOURCES = [TOC["root"], *(c["file"] for part in TOC["parts"] for c in part["chapters"])]


def built(source):
    return SITE / f"{source}.html"


def source_text(source):
    return (TOP / f"{source}.md").read_text("utf-8")


@pytest.fixture(scope="module", autouse=True)
def _built(site):
    """Every test here looks at the built site."""


@pytest.mark.parametrize("source", SOURCES)
def test_page_is_whole(source):
    assert not unfinished(soup(built(source)))
    assert soup(built(source)).title.get_text().count("One Child, One Table") == 1, "the book's name once in the title"


@pytest.mark.parametrize("source", SOURCES)
def test_every_chart_and_question_of_the_source_is_on_the_page(source):
    assert not missing(soup(built(source)), source_text(source))


def test_the_stepper_draws_one_figure_with_a_group_for_each_column():
    figure, = soup(built("book/04-day-by-day")).select("[data-stepper] figure.chart")
    assert [g["data-c"] for g in figure.select_one("svg").select("g[data-c]")] == [str(n) for n in range(10)]


def test_the_stepper_holds_every_step_of_the_script_in_order():
    page = soup(built("book/04-day-by-day"))
    panels = page.select("[data-stepper=case] [data-step]")
    assert [p["data-step"] for p in panels] == STEPS == [s["step"] for s in load_script()]
    for panel, words in zip(panels, load_script()):
        assert words["title"] in panel.get_text()
        assert len(panel.select(".decision .option")) == len(words["options"])
        assert len(panel.select("[data-grades] li")) == len(words["options"]), "feedback for every option"
        assert len(panel.select("[data-action=reveal]")) == 1 and len(panel.select("[data-card]")) <= 4
        assert "no clinician has reviewed" in panel.get_text()


@pytest.mark.parametrize("file", sorted((BOOK / "questions").glob("*.yml")), ids=lambda p: p.name)
def test_every_self_check_is_placed_and_gives_feedback_for_each_option(file):
    questions = load_questions(file)
    page = next(soup(built(s)) for s in SOURCES if Path(s).name.startswith(file.stem))
    for id, question in questions.items():
        block = page.select_one(f"[data-question=q-{id.replace('.', '-')}]")
        assert block, f"question {id} is on no page"
        feedback = [f.get_text(strip=True) for f in block.select("[data-feedback]")]
        assert len(feedback) == len(question.options) and all(feedback)
        assert [r.get("data-correct") == "yes" for r in block.select(f"input[name={block['data-question']}]")] == \
            [option.correct for option in question.options]


@pytest.mark.parametrize("source", SOURCES)
def test_charts_can_be_read_by_anyone(source):
    assert not list(unreadable_charts(soup(built(source))))


def test_the_way_by_next_leads_students_from_home_to_chapter_1_past_no_page_of_others(site):
    page, way = "index", []
    while not page.startswith("01-") and len(way) < 5:
        page = Path(soup(site / "book" / f"{page}.html").select_one("a.right-next")["href"]).stem
        way.append(page)
    assert way == ["for-students", "short-path", "01-one-child-one-table"]


def test_every_value_shown_says_whether_its_column_is_printed():
    placement = {anchor(row): row["placement"] for row in load().to_dict("records")}
    links = soup(built("book/04-day-by-day")).select("a.value")
    assert len(links) > 150
    for link in links:
        assert link["data-placement"] == placement[link["href"].partition("#")[2]], link
    cells = soup(built("book/04-day-by-day")).select(".so-far td, figure.chart-series tbody "
                                                     "td:nth-of-type(2), .case-table td:not([colspan])")
    bare = [c for c in cells if c.get_text(strip=True) and not c.select_one("[data-placement]")]
    assert not bare, f"values without their placement: {bare[:3]}"


def test_the_dictionary_has_an_anchor_for_each_of_the_104_values():
    page, rows = soup(built("book/data-dictionary")), load().to_dict("records")
    assert len(page.select("table.values tbody tr")) == len(rows) == 104
    for row in rows:
        cells = [c.get_text(strip=True) for c in page.select_one(f"tr#{anchor(row)}").select("td")]
        assert (cells[0] == row["printed"] and cells[2] == row["column"] and cells[3] == row["placement"]
                and cells[6] == row["flag"])
        assert cells[4].split() == list(admissible(row["parameter"], row["position"]))


def test_the_dictionary_file_is_made_from_the_descriptor():
    assert (TOP / "data" / "README.md").read_text("utf-8") == dictionary.readme(), "run `make dictionary`"


PAGES = sorted(p for p in SITE.rglob("*.html") if "_static" not in p.parts)


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(SITE)))
def test_no_dead_internal_link(path):
    assert not list(dead_links(path))


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(SITE)))
def test_page_loads_nothing_from_another_host(path):
    assert not loaded_from_elsewhere(soup(path))


def test_no_stylesheet_or_script_in_use_loads_from_another_host():
    used = {(p.parent / urlsplit(e.get("src") or e["href"]).path).resolve() for p in PAGES
            for e in soup(p).select("script[src], link[rel=stylesheet]")}
    for file in used:
        text = file.read_text("utf-8", errors="replace")
        addresses = re.findall(r"(?:@import\s+(?:url\()?|url\()\s*['\"]?((?:https?:)?//[^'\")\s]+)", text)
        addresses += re.findall(r"(?:import|importScripts|fetch|\.src\s*=)\s*\(?\s*['\"]((?:https?:)?//[^'\"]+)", text)
        assert not addresses, f"{file.name} loads {addresses}"


def test_the_maintainers_page_shows_the_policy_of_the_pages():
    policy = POLICY.replace(" file:", "")
    assert f"Content-Security-Policy: {policy}; frame-ancestors 'none'" in source_text("book/for-maintainers"), \
        "for-maintainers.md: not the policy in use"
    for path in PAGES:
        if path != SITE / "index.html":                                  # that one only sends on
            assert soup(path).select_one("meta[http-equiv=Content-Security-Policy]")["content"] == POLICY, path


def test_vendored_files_are_what_their_list_says():
    assert not changed_files(VENDOR)


def test_bibliography_holds_exactly_the_works_that_are_cited():
    texts = {p: p.read_text("utf-8") for ending in ("md", "yml", "py") for p in BOOK.rglob(f"*.{ending}")}
    texts |= {p: p.read_text("utf-8") for p in (TOP / "data").glob("*.csv")}
    cited = Counter(k.strip() for t in texts.values() for m in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", t)
                    for k in m.split(","))
    cited.update(k for t in texts.values() for m in re.findall(r"\[@[^\]]+\]", t) for k in re.findall(r"@([\w-]+)", m))
    for resource in PACKAGE.descriptor["resources"]:
        for column in (f["name"] for f in resource["schema"]["fields"] if "source" in f["name"]):
            cited.update(k for cell in read_resource(resource["name"])[column] for k in re.split(r"[;,\s]+", cell) if k)
    cited.pop("key", None)     # the example on the maintainers' page
    assert set(cited) == set(bibliography()), "cited and listed works differ"
    listed = {e["id"] for e in soup(built("book/references")).select("[id^=ref-]")}
    assert len(listed) == len(bibliography())
