"""The short path and the report: minutes that add up, stops that exist, and what the script holds entries against."""

import re

import pytest

from casebook.pieces.case_panels import GRADES, TONES, load_script
from casebook.pieces.questions import question
from casebook.pieces.report import STOPS, report_data, sentence_html, stop_of
from casebook.tables.resources import BOOK

SAYS = {"case": r"\*\*Minutes:\*\* \d+: .*the case (\d+)", "board": r"of them the board (\d+)",
        "nothing": r"of them a drug that does nothing (\d+)", "forest": r"of them the forest plot (\d+)"}
"""Where a page says how long its stop takes; the opening and the report are pages of their own."""


def test_the_short_path_takes_75_minutes_by_the_counts_of_its_pages():
    for stop in STOPS:
        page = (BOOK / stop.page.partition("#")[0]).with_suffix(".md").read_text("utf-8")
        if stop.key in SAYS:
            says = re.search(SAYS[stop.key], page)
            assert says is None and stop.key == "case" or int(says[1]) == stop.minutes, stop.title
            assert f"```{{stop}} {stop.key}\n" in page
    assert sum(stop.minutes for stop in STOPS) == 75 and len(STOPS) == 6
    assert "75 minutes" in (BOOK / "short-path.md").read_text("utf-8")


def test_a_report_knows_the_right_options_and_a_tone_for_each_grade():
    data = report_data()
    assert set(TONES) == set(GRADES) and len(data["steps"]) == 12
    for words, step in zip(load_script(), data["steps"], strict=True):
        assert step["grades"] == [option["grade"] for option in words.get("options", [])]
    for check in data["checks"]:
        item = question(check["id"])
        assert check["right"] == [o.at for o in item.right] and len(check["options"]) == len(item.options)
        assert "<" not in check["stem"].replace("<0.01", "") and "{{" not in str(check)


def test_an_unknown_stop_or_sentence_is_refused():
    with pytest.raises(ValueError, match="no stop 'rest'"):
        stop_of("rest")
    with pytest.raises(ValueError, match="'before' or 'after'"):
        sentence_html("later")
