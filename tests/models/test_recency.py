"""The evidence has a date: what was searched, what is held, what was left out, and a warning after a year."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from casebook import evidence, recency
from casebook.tables.resources import CaseDataError


def test_a_search_is_good_for_a_year_and_then_a_warning():
    last = recency.last_search()
    assert not recency.overdue(last + timedelta(days=365)) and recency.overdue(last + timedelta(days=366))
    assert (recency.state(last).startswith("The evidence was last searched for on")
            and "Warning" not in recency.state(last))
    assert (recency.state(last + timedelta(days=400)).startswith("Warning:")
            and recency.in_words(date(2026, 11, 28)) == "28 November 2026")


def test_a_day_that_is_none_is_refused(monkeypatch, tmp_path):
    text = (recency.DATA / "searches.csv").read_text("utf-8")
    copy = tmp_path / "searches.csv"
    copy.write_text(text.replace("2026-11-28", "2026-11-31", 1), "utf-8")
    read = recency.read_resource
    monkeypatch.setattr(recency, "read_resource", lambda name: read(name, copy, check_hash=False))
    with pytest.raises(CaseDataError, match="2026-11-31"):
        recency.searches.__wrapped__()


def test_every_comparison_of_anakinra_is_listed_with_its_largest_groups():
    held = recency.held().set_index("Study")
    assert set(held.index) == {"Akkoyun 2023", "Chang 2023", "Dizon 2023", "MISTIC 2025",
                               "RECOVERY, second randomisation 2024", "Taddio 2024"}
    assert (held.loc["Chang 2023", "Against"] == "IVIG + steroid (389)"
            and held.loc["Akkoyun 2023", "Children on anakinra"] == 57)
    assert held.loc["MISTIC 2025", "Children on anakinra"] == evidence.randomised_to_anakinra()["MISTIC"]


def test_the_page_says_when_with_which_words_and_what_was_left_out(site):
    page = BeautifulSoup((site / "book/how-current.html").read_text("utf-8"), "html.parser")
    assert page.select_one(".admonition").get_text().strip().endswith(recency.state().partition(": ")[2]
                                                                      or recency.state())
    tables = {table.caption.get_text(): len(table.select("tbody tr")) for table in page.select("table")}
    assert tables["Searches, word for word"] == len(recency.searches()) >= 25
    assert tables["Comparisons of anakinra in MIS-C that the book holds"] == len(recency.held())
    assert tables["Found and not taken"] >= 10 and tables["Looked for and not found"] >= 8


def test_an_old_search_is_a_warning_on_the_page_and_has_it_built_again(monkeypatch):
    from _ext import how_current
    monkeypatch.setattr(recency, "overdue", lambda today=None: True)
    assert how_current.when_overdue(None, SimpleNamespace(found_docs={how_current.PAGE}), set(), set(),
                                    set()) == [how_current.PAGE]
    asked = SimpleNamespace(arguments=["state"], env=SimpleNamespace(note_dependency=lambda file: None))
    [box] = how_current.HowCurrent.made(asked)
    assert box.tagname == "warning" and "more than a year ago" in box.astext()
    monkeypatch.setattr(recency, "overdue", lambda today=None: False)
    [box] = how_current.HowCurrent.made(asked)
    assert box.tagname == "note" and "Look again by" in box.astext()
