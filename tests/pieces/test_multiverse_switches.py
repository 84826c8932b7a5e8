"""The switches: what the script gets, what is said, a rule of one's own."""

import gzip
import json

import numpy as np
from bs4 import BeautifulSoup

from casebook.models.multiverse import state, summary, summary_of
from casebook.models.placements import CORE, placements
from casebook.pieces.assumption import options, question_before_finding
from casebook.pieces.multiverse_switches import TWIN, Multiverse, changes, packed, slots, states
from casebook.pieces.one_placement import LISTED, listing, named
from casebook.tables.table1 import COLUMNS
from placing import ONE, TWO, without


def test_nothing_left_is_told_as_nothing():
    s = summary_of([])
    assert (s.placements, s.columns, s.peak, s.share("CRP"), s.of("same_day")) == (0, "none", None, "–", "0 of 0 (–)")
    assert slots(s)["peak"] == "–"


# ---- what the pages show ----

def test_packed_states_unpack_to_the_summaries():
    data, every = packed(), list(states())
    assert len(data["of"]) == len(every) == 512 * 3
    for number in range(0, len(every), 7):
        look, cut, both, *flat = data["sums"][data["of"][number]]
        s = summary(*every[number])
        starts = np.zeros((10, 10), dtype="int64")
        for pair, n in zip(flat[::2], flat[1::2]):
            starts[divmod(pair, 10)] = n
        assert (starts == s.starts).all() and (cut, both) == (s.cut_later, s.both_later)
        assert [v * data["step"] for v in data["vis"][look][:4]] == [*s.peak, *s.at_start]
    assert max(n for entry in data["sums"] for n in entry) * 210 < 2**53, "the script counts in doubles"
    assert len(gzip.compress(json.dumps(data).encode())) < 45_000, "the page carries this"


def test_packed_lists_hold_every_placement_of_a_short_state():
    data, every = packed(), list(states())
    short = [n for n, s in enumerate(every) if "one_run" in s[0] and summary(*s).placements <= LISTED]
    assert sorted(data["lists"]) == short and every.index((CORE, TWO)) in short and every.index((CORE, ONE)) in short
    for number in short:
        listed = {tuple(tuple(data["rows"][r]) for r in data["placed"][i]) for i in data["lists"][number]}
        assert listed == {tuple(tuple(COLUMNS.index(c) for c in row) for row in p.values())
                          for p in placements(*every[number])}
    assert [name for _, name in data["named"]] == ["the reference placement", "the 3a variant"] \
        == [name for _, name in named()]


def test_turning_a_rule_that_follows_from_the_others_is_said_to_change_nothing():
    before, after = slots(state("all")), slots(state("all", "support_added"))
    assert changes(before, after).startswith("No number changes")
    told = changes(slots(state("core")), slots(state("core", "support_until_anakinra")))
    assert "Placements left: 41, now 275." in told and "CRP 55 % (55 %), now 93 % (93 %)" in told \
        and "ProBNP 78 % (0 %), now 97 % (85 %)" in told


def test_each_assumption_can_be_given_up_and_its_feedback_is_computed(monkeypatch):
    monkeypatch.setenv("CASEBOOK_STATIC", "1")
    asked = options()
    assert [o.get("rule") for o in asked[:7]] == list(CORE) and len(asked) == 10
    for option in asked[:7]:
        assert f"{state('core', option['rule']).placements:,} placements are left" in option["feedback"]
    helps = {o["rule"]: "does not help" not in o["feedback"] for o in asked[:7]}
    assert [r for r, h in helps.items() if h] == ["one_run", "dobutamine_first", "anakinra_after_pulse",
                                                  "support_until_anakinra"]
    html = question_before_finding()
    assert html.count('type="radio"') == 10 and "data-correct" not in html and html.count("data-give=") == 9


# ---- a rule of the student's own ----

def panels(rule):
    page = BeautifulSoup(Multiverse(own_rule=rule).static_html(), "html.parser")
    return page, {p.select_one(".choice-when").get_text(): p.select_one(".choice-said").get_text()
                  for p in page.select("[data-choice]")}


def test_a_rule_of_the_students_own_is_a_switch_beside_presets_and_readings():
    def mine(placement):
        """Pulse in 3b."""
        return placement["methylprednisolone"][2] == "3b"

    page, said = panels(mine)
    assert "My own rule: Pulse in 3b." in page.get_text() and len(said) == 2 * 3 * len(TWIN)
    core = "Rules: Core rules; Day 3 is: two samplings"
    assert said[f"My own rule: on; {core}"] == "Placements left: 23."
    assert said[f"My own rule: off; {core}"] == "Placements left: 41."


def test_a_broken_rule_is_told_in_words():
    _, said = panels(lambda p: p["heparin"])
    assert next(iter(said.values())) == "Your rule stopped with KeyError: 'heparin'."


def test_listing_stops_where_it_should():
    assert listing(without(CORE, "one_run"), TWO) is None and listing(("one_run",), TWO) is None
    assert len(listing(CORE, ONE)) == 58
