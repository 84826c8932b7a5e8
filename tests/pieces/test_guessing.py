"""No answer can be guessed by its looks: not by its length, not by its place, not by "always lower"."""

from math import ceil, sqrt

import pytest
from bs4 import BeautifulSoup

from casebook import load
from casebook.pieces.case_panels import HITS, CasePanels
from casebook.pieces.questions import bank

SCRIPTS = [panel.script for panel in CasePanels(load()).panels if panel.script.get("scored")]
CHOICES = {f"chapter {chapter}": [[(option.correct, option.text) for option in item.options] for item in items]
           for chapter, items in bank().items()}
CHOICES["the case"] = [[(option["grade"] in HITS, option["text"]) for option in script["options"]]
                       for script in SCRIPTS]


def chance(questions):
    """How often a guess without looking is right."""
    return sum(sum(right for right, _ in options) / len(options) for options in questions)


@pytest.mark.parametrize("of", CHOICES)
def test_the_longest_option_is_right_no_more_often_than_by_chance(of):
    longest, questions = 0, CHOICES[of]
    assert len(questions) > 3
    for options in questions:
        lengths = [len(BeautifulSoup(text, "html.parser").get_text(" ").strip()) for _, text in options]
        longest += [right for right, _ in options][lengths.index(max(lengths))]
    assert longest <= ceil(chance(questions)), f"{of}: the longest option is right in {longest} of {len(questions)}"


@pytest.mark.parametrize("of", ["the case", "the bank"])
def test_each_place_is_right_about_equally_often(of):
    questions = [q for name, q in CHOICES.items() if (name == "the case") == (of == "the case")]
    for place in range(4):
        here = [options for options in sum(questions, []) if place < len(options)]
        assert abs(sum(options[place][0] for options in here) - chance(here)) <= 2 * sqrt(chance(here)), (of, place)


def test_always_lower_is_right_no_more_often_than_by_chance():
    ways = [p.way for panel in CasePanels(load()).panels for p in panel.predictions]
    assert len(ways) >= 8 and max(map(ways.count, ways)) <= len(ways) / 2, ways
