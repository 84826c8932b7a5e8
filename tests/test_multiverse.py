"""Every state of the switches: counts, shares and VIS against listing, closed forms, brute force and numbers worked out apart."""

import gzip
import json
import subprocess
import sys
from itertools import combinations, product
from math import comb, prod

import numpy as np
import pytest
from casebook import facts, heart, multiverse
from casebook.assumption import options, question_before_finding
from casebook.multiverse import FALLS, MARKERS, already, marker_hits, marker_values, percent, state, summary, summary_of
from casebook.placements import CORE, READINGS, RULES, classes, count, placements
from casebook.switches import LISTED, PRESETS, Multiverse, changes, listing, named, packed, slots, states
from casebook.table1 import COLUMNS, load
from conftest import TOP

ALL = tuple(RULES)
TWO, ONE, LOOSE = READINGS
CELLS = {"dobutamine": 6, "adrenaline": 4, "milrinone": 6, "IVIG": 2, "methylprednisolone": 8, "anakinra": 4}


def without(rules, dropped):
    return tuple(r for r in rules if r != dropped)


# ---- counts ----

@pytest.mark.parametrize("reading", READINGS)
def test_every_state_with_unbroken_rows_counts_as_the_rules_alone_do(reading):
    for rules, r in states():
        if r == reading and "one_run" in rules:
            assert summary(rules, r).placements == count(rules, r), f"{rules}, {r}"


@pytest.mark.parametrize("rules, reading", [((), ONE), (("support_added",), TWO), (without(ALL, "one_run"), TWO), (without(CORE, "one_run"), ONE),
                                            (("anakinra_after_pulse", "no_repeat_on_day_3"), TWO)])
def test_states_with_gaps_count_as_the_rules_alone_do(rules, reading):
    left = classes(rules, reading)
    s = summary(rules, reading)
    assert s.placements == left.weight.sum()
    assert s.same_column == left.weight[left.pulse == left.anakinra].sum()
    cut = left[["dobutamine_cut", "adrenaline_cut", "milrinone_cut"]].min(axis=1)
    assert s.cut_later == left.weight[cut > left.anakinra].sum()
    assert s.both_later == left.weight[(cut > left.anakinra) & (left.anakinra > left.pulse)].sum()


@pytest.mark.parametrize("columns", [10, 11, 12])
def test_without_rules_the_rows_multiply(columns):
    assert summary((), columns=columns).placements == prod(comb(columns, k) for k in CELLS.values())
    assert summary(("one_run",), columns=columns).placements == prod(columns - k + 1 for k in CELLS.values())


def test_an_infusion_is_free_in_the_loosest_reading_as_in_one_day_once_rows_may_have_gaps():
    assert summary(without(CORE, "one_run"), LOOSE).placements == summary(without(CORE, "one_run"), ONE).placements


@pytest.mark.parametrize("name, dropped, left, columns, same_column", [
    ("core", None, 41, "3a, 3b", 32), ("core", "dobutamine_first", 169, "3a, 3b, 4, 5, 6", 106), ("core", "support_added", 58, "3a, 3b", 44),
    ("core", "ivig_before_support", 153, "3a, 3b", 117), ("core", "pulse_after_support", 222, "3a, 3b", 148),
    ("core", "anakinra_after_pulse", 312, "1, 2, 3a, 3b", 32), ("core", "support_until_anakinra", 275, "3a, 3b, 4, 5, 6", 78),
    ("all", None, 10, "3b", 10), ("all", "one_run", 9178199100, "3a, 3b, 4, 5, 6", None), ("all", "dobutamine_first", 67, "3b, 4, 5, 6", 43),
    ("all", "support_added", 10, "3b", 10), ("all", "ivig_before_support", 63, "3b", 63), ("all", "pulse_after_support", 35, "3b", 35),
    ("all", "anakinra_after_pulse", 31, "3b", 10), ("all", "support_until_anakinra", 103, "3b, 4, 5, 6", 31),
    ("all", "no_repeat_on_day_3", 24, "3a, 3b", 19), ("all", "ivig_not_first_day", 19, "3b", 19)])
def test_rules_dropped_singly(name, dropped, left, columns, same_column):
    s = state(name, dropped)
    assert (s.placements, s.columns) == (left, columns)
    assert same_column is None or s.same_column == same_column


def test_dropped_singly_tells_the_shares_of_the_fact_sheet():
    table = multiverse.dropped_singly("all").set_index("Dropped")
    assert table["Same column"].to_dict() == {"none": "100 %", "one_run": "58 %", "dobutamine_first": "64 %", "support_added": "100 %",
                                              "ivig_before_support": "100 %", "pulse_after_support": "100 %", "anakinra_after_pulse": "32 %",
                                              "support_until_anakinra": "30 %", "no_repeat_on_day_3": "79 %", "ivig_not_first_day": "100 %"}
    assert multiverse.funnel()["placements"].tolist() == [33075, 6615, 4536, 1554, 546, 275, 41, 19, 10]


def test_the_finding_its_strict_counts_and_its_limit():
    for reading, left, column, strict in ((TWO, 41, 32, (9, 9, 0)), (ONE, 58, 45, (13, 13, 0))):
        s = state(reading=reading)
        assert (s.placements, s.same_day, s.on_day_3, s.same_column) == (left, left, left, column)
        assert (s.anakinra_later, s.cut_later, s.both_later) == strict, f"{reading}: read strictly"
    nine, eight = state("all"), state("all", "no_repeat_on_day_3")
    assert (nine.anakinra_later, nine.cut_later) == (0, 0) and (eight.anakinra_later, eight.cut_later) == (5, 5)
    loose = state(reading=LOOSE)
    assert (loose.placements, loose.day_3_then_4, loose.same_day) == (1894, 394, 1500)
    assert loose.of("day_3_then_4") == "394 of 1,894 (21 %)"


# ---- single placements ----

@pytest.mark.parametrize("rules, reading", [(CORE, TWO), (CORE, ONE), (ALL, TWO), (CORE, LOOSE), (without(CORE, "support_until_anakinra"), TWO),
                                            (("one_run", "dobutamine_first", "support_added"), TWO), (without(ALL, "anakinra_after_pulse"), ONE)])
def test_summing_up_single_placements_gives_the_same(rules, reading):
    counted, listed = summary(rules, reading), summary_of(placements(rules, reading))
    assert (counted.starts == listed.starts).all()
    for part in ("cut_later", "both_later", "peak", "at_start", "by_column"):
        assert getattr(counted, part) == getattr(listed, part), part


def test_a_listing_sums_up_vis_as_the_heart_module_does():
    every = placements(CORE)
    scores = [heart.vis_by_column(load(), p) for p in every]
    assert summary_of(every).by_column == tuple((min(s[c] for s in scores), max(s[c] for s in scores)) for c in COLUMNS)


def test_nothing_left_is_told_as_nothing():
    s = summary_of([])
    assert (s.placements, s.columns, s.peak, s.share("CRP"), s.of("same_day")) == (0, "none", None, "–", "0 of 0 (–)")
    assert slots(s)["peak"] == "–"


def test_a_rule_of_ones_own():
    mine = multiverse.example()
    assert mine.placements == 26 and mine.columns == "3a, 3b"
    assert (mine.anakinra[2], mine.anakinra[3], mine.same_day, mine.same_column) == (4, 22, 26, 22)
    assert multiverse.before("8", "13") and not multiverse.before("3b", "3a")
    assert len(multiverse.left_by(lambda p: p["methylprednisolone"][2] == "3b")) == 23


# ---- VIS ----

def test_vis_by_column_of_the_ten():
    low, high = zip(*state("all").by_column)
    assert low == (10, 15, 15, 20, 7.5, 1.25, 0, 0, 0, 0)
    assert high == (10, 27.5, 27.5, 20, 17.5, 12.5, 2.5, 1.25, 0, 0)
    assert state("all").at_start == (20, 20) and state("core").peak == (20, 27.5)


def _infusion_vectors():
    """VIS of every gapped placement of the three infusions, in steps of 1.25, with first column and column of the first cut."""
    found = []
    for rates, cut in (((8, 12, 12, 6, 4, 0), 3), ((8, 8, 8, 0), 3), ((2, 2, 2, 2, 1, 0), 4)):
        cells = np.array(list(combinations(range(10), len(rates))))
        doses = np.zeros((len(cells), 10), dtype=np.uint8)
        doses[np.arange(len(cells))[:, None], cells] = rates
        found.append((cells[:, 0], cells[:, cut], doses))
    return found


def test_peak_vis_over_all_gapped_infusions_tried_one_by_one():
    (ds, dc, dv), (as_, ac, av), (ms, mc, mv) = _infusion_vectors()
    sums = (av[:, None] + mv[None]).reshape(-1, 10)
    start = np.repeat(as_, len(ms)), np.tile(ms, len(as_))
    cut = np.minimum(np.repeat(ac, len(mc)), np.tile(mc, len(ac)))
    peaks = {"any": [99, 0], "core": [99, 0]}
    for s, c, doses in zip(ds, dc, dv):
        peak, first_cut = (sums + doses).max(axis=1), np.minimum(cut, c)
        # core without one_run: dobutamine in column 1, the others later, and a pulse in 3a … 4 between their starts and the first cut
        fits = (s == 0) & (np.minimum(*start) > 0) & (np.maximum(np.maximum(*start), 2) <= np.minimum(first_cut, 4))
        for name, kept in (("any", slice(None)), ("core", fits)):
            if peak[kept].size:
                peaks[name] = [min(peaks[name][0], peak[kept].min()), max(peaks[name][1], peak[kept].max())]
    assert [1.25 * float(v) for v in peaks["any"]] == [15, 27.5] == list(summary(()).peak)
    assert [1.25 * float(v) for v in peaks["core"]] == list(state("core", "one_run").peak)


def test_no_state_has_a_higher_vis_than_all_peaks_together():
    assert max(summary(rules, reading).peak[1] for rules, reading in states()) == 15 + 10 + 2.5


# ---- markers ----

def test_markers_of_the_table():
    assert marker_values("CRP") == [171, 173, 110, 121, 75, 40, 9.8, 3.4, 3.4]
    assert marker_values("procalcitonin, as printed") == [53, 28, 9.52, 41, 4.3, 0.3, 0.04]
    assert marker_values("procalcitonin, 41 read as 4.1")[3] == 4.1
    assert marker_values("procalcitonin, 41 left out") == [53, 28, 9.52, 4.3, 0.3, 0.04]
    assert marker_values("ProBNP")[-1] == 70, "a limit counts as its bound"


@pytest.mark.parametrize("fall", FALLS)
@pytest.mark.parametrize("marker", MARKERS)
def test_marker_placements_against_a_closed_form(marker, fall):
    """j of k samples lie before column a in C(a, j) * C(n-a, k-j) of the C(n, k) placements."""
    for n in (10, 12):
        hits, every = marker_hits(marker, fall, n)
        seen, k = already(marker_values(marker), fall), len(marker_values(marker))
        assert every == comb(n, k)
        assert hits.tolist() == [sum(comb(a, j) * comb(n - a, k - j) for j in range(k + 1) if seen[j]) for a in range(n)]


def test_every_reading_of_crp_and_procalcitonin_tried_one_by_one():
    for marker in ("CRP", "procalcitonin, as printed"):
        values, found = marker_values(marker), {fall: 0 for fall in FALLS}
        tried = 0
        for placement, cells in product(placements(CORE), combinations(COLUMNS, len(values))):
            before = [v for v, c in zip(values, cells) if COLUMNS.index(c) < COLUMNS.index(placement["anakinra"][0])]
            tried += 1
            for fall, share in FALLS.items():
                found[fall] += bool(before) and max(before) == max(values) and before[-1] < max(values) * (100 - share) / 100
        for fall, hits in found.items():
            assert state().readings(marker, fall) == (hits, tried), f"{marker}, {fall}"


SHARES = {  # rules added up to here: troponin, ProBNP, CRP, procalcitonin as printed, 41 read as 4.1, 41 left out
    "below": {5: "71 57 53 61 61 55", 6: "100 97 93 95 95 90", 7: "100 78 55 74 74 59", 8: "100 100 70 82 82 67", 9: "100 100 70 82 82 67"},
    "more than halved": {5: "71 14 21 26 41 33", 6: "100 28 43 46 77 62", 7: "100 0 0 23 23 13", 9: "100 0 0 29 29 17"},
}


@pytest.mark.parametrize("fall", SHARES)
def test_shares_of_the_fact_sheet(fall):
    for stage, shares in SHARES[fall].items():
        for rules in [ALL[:n] for n in range(1, 6)] if stage == 5 else [ALL[:stage]]:
            assert [summary(rules).share(m, fall) for m in MARKERS] == [f"{v} %" for v in shares.split()], rules


def test_more_than_10_per_cent_changes_probnp_alone():
    for stage, share in ((6, "85 %"), (7, "0 %"), (8, "0 %"), (9, "0 %")):
        s = summary(ALL[:stage])
        assert s.share("ProBNP", "by more than 10 %") == share
        assert all(s.share(m) == s.share(m, "by more than 10 %") for m in MARKERS if m != "ProBNP")


def test_only_a_start_on_day_6_leaves_room_for_a_halved_probnp():
    assert [COLUMNS[a] for a in range(7) if marker_hits("ProBNP", "more than halved")[0][a]] == ["6"]
    assert [r for r in CORE if state("core", r).share("troponin I", "more than halved") != "100 %"] == ["anakinra_after_pulse"]


def test_the_rule_on_support_lowers_the_crp_share():
    assert (state("all").share("CRP"), state("all", "support_until_anakinra").share("CRP")) == ("70 %", "97 %")
    assert (state("core").share("CRP"), state("core", "support_until_anakinra").share("CRP")) == ("55 %", "93 %")


def test_ef_before_anakinra_as_the_texts_say_it():
    hits, every = multiverse.echo_hits()
    assert every == 36
    for name, told in (("core", facts.numbers().ef60_core), ("all", facts.numbers().ef60_all)):
        assert percent(int((state(name).anakinra * hits).sum()), state(name).placements * every) == told


@pytest.mark.parametrize("part, whole, text", [(1, 2, "50 %"), (1, 8, "13 %"), (1, 1000, "<1 %"), (999, 1000, ">99 %"), (0, 7, "0 %"), (7, 7, "100 %"),
                                               (0, 0, "–"), (10**15, 3 * 10**15, "33 %")])
def test_percent(part, whole, text):
    assert percent(part, whole) == text


def test_unknown_rules_readings_and_sets_are_refused():
    for ask in (lambda: summary(("no_such_rule",)), lambda: summary(CORE, "three days"), lambda: state("core", "ivig_not_first_day"),
                lambda: Multiverse(start="nothing")):
        with pytest.raises(KeyError):
            ask()


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
        assert listed == {tuple(tuple(COLUMNS.index(c) for c in row) for row in p.values()) for p in placements(*every[number])}
    assert [name for _, name in data["named"]] == ["the reference placement", "the 3a variant"] == [name for _, name in named()]


def test_turning_a_rule_that_follows_from_the_others_is_said_to_change_nothing():
    before, after = slots(state("all")), slots(state("all", "support_added"))
    assert changes(before, after).startswith("No number changes")
    told = changes(slots(state("core")), slots(state("core", "support_until_anakinra")))
    assert "Placements left: 41, now 275." in told and "CRP 55 % (55 %), now 93 % (93 %)" in told and "ProBNP 78 % (0 %), now 97 % (85 %)" in told


def test_each_assumption_can_be_given_up_and_its_feedback_is_computed(monkeypatch):
    monkeypatch.setenv("CASEBOOK_STATIC", "1")
    asked = options()
    assert [o.get("rule") for o in asked[:7]] == list(CORE) and len(asked) == 10
    for option in asked[:7]:
        assert f"{state('core', option['rule']).placements:,} placements are left" in option["feedback"]
    helps = {o["rule"]: "does not help" not in o["feedback"] for o in asked[:7]}
    assert [r for r, h in helps.items() if h] == ["one_run", "dobutamine_first", "anakinra_after_pulse", "support_until_anakinra"]
    html = question_before_finding()
    assert html.count('type="radio"') == 10 and "data-correct" not in html and html.count("data-give=") == 9


def test_claims_name_their_rules_and_give_the_size_of_a_fall():
    table = multiverse.claims().set_index("Claim")
    assert table.loc["They start in the same column", "Core set, two samplings"] == "78 %"
    assert table.loc["The first pulse and anakinra start on the same printed day", "One day, infusions too"] == "79 %"
    assert table.iloc[:, -1].str.contains(r"\(|same").all()
    for marker in ("CRP", "ProBNP"):
        assert [c for c in table.index if c.startswith(marker) and "10 %" in c], f"{marker}: a share without a size"


def test_all_states_take_under_ten_seconds_and_500_mb():
    told = subprocess.run([sys.executable, "-m", "casebook.cost", "10"], cwd=TOP / "book", capture_output=True, text=True, check=True).stdout.split()
    columns, found, free, markers, seconds, _, megabytes = told
    assert (columns, found, free, markers) == ("10", "1536", "3938240250000", str(1 + 1 + 10 + 120 + 120 + 210))
    assert float(seconds) < 10 and float(megabytes) < 500


# ---- live ----

@pytest.fixture
def live(monkeypatch):
    monkeypatch.delenv("CASEBOOK_STATIC", raising=False)

    def made(**kwargs):
        box = Multiverse(**kwargs).widget()
        controls = {w.description: w for w in box.children if getattr(w, "description", "")}
        return box, controls, lambda: box.children[-1].value, lambda: box.children[-3].value
    return made


def test_live_panel_follows_its_switches(live):
    box, controls, shown, said = live()
    assert ">41<" in shown() and len([c for c in controls if c.endswith(")")]) == 9
    rule = RULES["support_until_anakinra"]
    controls[f"{rule.says} ({rule.label})"].value = False
    assert ">275<" in shown() and "Placements left: 41, now 275." in said() and controls["Placement"].layout.display == "none"
    controls["Day 3 is"].value = ONE
    assert f">{summary(without(CORE, 'support_until_anakinra'), ONE).placements}<" in shown()
    next(b for b in box.children[1].children if b.description == PRESETS["all"][0]).click()
    assert ">41<" in shown(), "all nine rules, day 3 as one day"
    assert len(controls["Placement"].options) == 41
    controls["Placement"].value = 3
    assert "reconstructed" in shown()


def test_live_panel_takes_a_rule_of_the_students_own(live):
    def mine(placement):
        """Pulse in 3b."""
        return placement["methylprednisolone"][2] == "3b"

    box, controls, shown, said = live(own_rule=mine)
    controls["My own rule: Pulse in 3b."].value = True
    assert ">23<" in shown() and "With your own rule." in said() and len(controls["Placement"].options) == 23
    rule = RULES["one_run"]
    controls[f"{rule.says} ({rule.label})"].value = False
    assert "not applied" in said()


def test_live_panel_says_what_a_broken_rule_did(live):
    box, controls, shown, said = live(own_rule=lambda p: p["heparin"])
    controls["My own rule: <lambda>"].value = True
    assert "KeyError" in said() and ">41<" in shown()


def test_listing_stops_where_it_should():
    assert listing(without(CORE, "one_run"), TWO) is None and listing(("one_run",), TWO) is None
    assert len(listing(CORE, ONE)) == 58
