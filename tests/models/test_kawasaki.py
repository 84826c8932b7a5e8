"""Kawasaki disease, complete and incomplete: hand-made children, answers worked out from the statement's wording."""

from itertools import product

import pytest

from casebook import criteria, kawasaki
from casebook.models.criteria import Fact
from casebook.models.kawasaki import ALGORITHM, Step, evaluate, girl
from casebook.models.units import UnitError

YES, NO = Fact(True), Fact(False)
FEATURES = ("rash", "conjunctivitis", "mouth inflamed", "hands or feet inflamed", "neck lymph node")
CALM = {"CRP": Fact(12, "mg/L"), "ESR": Fact(14, "mm/h")}
NO_BLOOD = {"anaemia": NO, "platelets": Fact(300, "10*9/L"), "albumin": Fact(41, "g/L"), "ALT raised": NO,
            "white cells": Fact(9, "10*9/L"), "urine white cells": Fact(2, "/[HPF]")}
NO_ECHO = {"coronary aneurysm": NO, "EF": Fact(64, "%", "normal"), "mitral insufficiency": NO,
           "pericardial effusion": NO, "coronary z of 2 to 2.5": NO}


def child(days, features, **more):
    """A made-up child of 3 years: days of fever, so many features, CRP 80 mg/L, no finding in blood or echo."""
    signs = {name: Fact(i < features) for i, name in enumerate(FEATURES)}
    facts = {"age": Fact(3, "a"), "fever": YES, "fever for": Fact(days, "d"), "CRP": Fact(80, "mg/L"),
             "ESR": Fact(14, "mm/h")}
    return facts | signs | NO_BLOOD | NO_ECHO | {name.replace("_", " "): fact for name, fact in more.items()}


def forms(patient):
    """(complete, incomplete) as the algorithm judges them."""
    tree = evaluate(patient)
    return tree["KD-complete"].value, tree["KD-incomplete"].value


# ---- the girl ----

def at_day(days, **without):
    return {name: fact for name, fact in girl().items() if name not in without} | {"fever for": Fact(days, "d")}


@pytest.mark.parametrize("days, complete, incomplete, either", [
    (3, False, False, False),          # the letter's count at admission
    (4, None, False, None),            # two features are told, three are not: four would do
    (5, None, True, True)])            # two features, CRP 17.1 mg/dL, three milder findings of the echo
def test_the_girl_day_by_day(days, complete, incomplete, either):
    assert forms(at_day(days)) == (complete, incomplete)
    assert evaluate(at_day(days)).value is either


def test_what_the_girl_s_verdict_hangs_on():
    assert girl()["fever for"] == criteria.girl()["fever for"], "days of fever are the letter's"
    uncounted = {name: fact for name, fact in girl().items() if name != "fever for"}
    assert forms(uncounted) == (None, None), "with no count of days nothing is settled"
    assert forms(criteria.girl() | {"fever for": Fact(5, "d")}) == (None, None), \
        "the letter's text tells one finding of the echo"
    assert forms(at_day(5, EF=0)) == (None, None)
    tree = evaluate(at_day(5))
    assert (tree["KD-incomplete-support-laboratory"].value is None
            and tree["KD-incomplete-support-echo-coronary"].value is None)
    assert "171 mg/L = 17.1 mg/dL" in tree["KD-incomplete-inflammation-crp"].why
    assert "reconstructed" in tree["KD-incomplete-support-echo-suggestive-effusion"].why


def test_only_the_girl_s_two_rows_come_from_table_1():
    more = set(girl()) - set(criteria.girl())
    assert more == {"mitral insufficiency", "pericardial effusion"}
    assert all(girl()[name].value is True and girl()[name].source == "Table 1" for name in more)


def test_a_table_that_prints_a_dash_first_gives_a_no(monkeypatch):
    tokens = kawasaki.table1.load().replace({"qualifier": {"mild": "absent"}})
    monkeypatch.setattr(kawasaki.table1, "load", lambda: tokens)
    assert girl()["mitral insufficiency"].value is False and girl()["pericardial effusion"].value is True


# ---- made-up children: each branch, each limit ----

@pytest.mark.parametrize("days, features, complete",
                         [(4, 4, True), (4, 3, False), (3, 5, False), (5, 4, True), (6, 5, True)])
def test_complete_form_needs_four_features_and_four_days(days, features, complete):
    assert forms(child(days, features))[0] is complete


@pytest.mark.parametrize("days, features, incomplete",
                         [(5, 2, True), (5, 3, True), (4, 3, False), (5, 1, False), (9, 0, False)])
def test_incomplete_form_needs_two_features_and_five_days(days, features, incomplete):
    assert forms(child(days, features, coronary_aneurysm=YES))[1] is incomplete


THREE_OF_SIX = {"anaemia": YES, "albumin": Fact(3.0, "g/dL"), "ALT_raised": YES}


@pytest.mark.parametrize("crp, esr, incomplete", [
    (Fact(3.0, "mg/dL"), Fact(10, "mm/h"), True), (Fact(30, "mg/L"), Fact(10, "mm/h"), True),
    (Fact(2.9, "mg/dL"), Fact(10, "mm/h"), False),
    (Fact(29, "mg/L"), Fact(10, "mm/h"), False), (Fact(10, "mg/L"), Fact(40, "mm/h"), True),
    (Fact(10, "mg/L"), Fact(39, "mm/h"), False),
    (Fact(10, "mg/L"), Fact(None), None), (Fact(None), Fact(None), None), (Fact(None), Fact(40, "mm/h"), True)])
def test_either_marker_of_inflammation_lets_a_child_go_on(crp, esr, incomplete):
    assert forms(child(6, 3, CRP=crp, ESR=esr, **THREE_OF_SIX))[1] is incomplete


def test_a_crp_of_17_mg_per_l_is_not_one_of_17_mg_per_dl():
    """A bare 17.1 >= 3 would pass both; a number without a unit stops the code, also where no limit is compared."""
    assert forms(child(6, 3, CRP=Fact(17.1, "mg/dL"), **THREE_OF_SIX))[1] is True
    assert forms(child(6, 3, CRP=Fact(17.1, "mg/L"), **THREE_OF_SIX))[1] is False
    for name in ("CRP", "EF", "white cells"):
        with pytest.raises(UnitError, match="has no unit"):
            evaluate(child(6, 3) | {name: Fact(17.1)})


LABORATORY = {"anaemia": (YES, NO), "albumin": (Fact(30, "g/L"), Fact(31, "g/L")), "ALT raised": (YES, NO),
              "white cells": (Fact(15000, "/uL"), Fact(14.9, "10*9/L")),
              "urine white cells": (Fact(10, "/[HPF]"), Fact(9, "/[HPF]")),
              "platelets": (Fact(450, "10*9/L"), Fact(449, "10*9/L"))}


@pytest.mark.parametrize("name", LABORATORY)
def test_each_laboratory_finding_is_the_third_at_its_limit_and_not_beyond(name):
    two = [n for n in LABORATORY if n != name][:2]
    patient = child(8, 2) | {n: LABORATORY[n][0] for n in two}
    assert [forms(patient | {name: fact})[1] for fact in (*LABORATORY[name], Fact(None))] == [True, False, None]


@pytest.mark.parametrize("days, counts", [(7, False), (8, True)])
def test_platelets_count_after_the_seventh_day_of_fever_only(days, counts):
    patient = child(days, 2, platelets=Fact(600, "10*9/L"), anaemia=YES, ALT_raised=YES)
    assert forms(patient)[1] is counts


MILDER = {"EF": (Fact(44, "%", "decreased"), Fact(64, "%", "normal")), "mitral insufficiency": (YES, NO),
          "pericardial effusion": (YES, NO), "coronary z of 2 to 2.5": (YES, NO)}


@pytest.mark.parametrize("findings", list(product((True, False, None), repeat=4)))
def test_an_echo_is_positive_by_three_of_four_milder_findings(findings):
    patient = child(5, 2) | {name: Fact(None) if f is None else MILDER[name][0 if f else 1]
                             for name, f in zip(MILDER, findings)}
    sure, possible = findings.count(True), findings.count(True) + findings.count(None)
    assert forms(patient)[1] is (True if sure >= 3 else False if possible < 3 else None)


def test_one_coronary_finding_is_enough_and_an_unread_echo_settles_nothing():
    assert forms(child(5, 2))[1] is False
    assert forms(child(5, 2, coronary_aneurysm=YES))[1] is True
    assert forms(child(5, 2, coronary_aneurysm=Fact(None)))[1] is None


def test_an_ejection_fraction_without_a_word_is_not_judged():
    """The copies print no limit for the left ventricle."""
    assert evaluate(child(5, 2, EF=Fact(44, "%")))["KD-incomplete-support-echo-suggestive-function"].value is None


@pytest.mark.parametrize("complete, features", [(True, 4), (None, 3)])
def test_a_feature_that_nobody_mentions_is_not_absent(complete, features):
    patient = child(5, features)
    del patient["neck lymph node"]
    assert forms(patient)[0] is complete


def test_an_infant_and_an_unknown_fact_stop_the_code():
    with pytest.raises(ValueError, match="infants"):
        evaluate(child(8, 0, age=Fact(0.5, "a")))
    with pytest.raises(KeyError, match="feaver: no definition reads such a fact"):
        evaluate({"feaver": YES})


# ---- the steps as the reader sees them ----

def leaves(part):
    return [part] if isinstance(part, Step) else [leaf for p in part.parts for leaf in leaves(p)]


def test_each_limit_is_the_one_that_its_words_say():
    for step in leaves(ALGORITHM):
        if step.threshold is not None:
            assert f"{step.threshold:g}" in step.text.replace("3.0", "3"), step.id
    ids = [node.id for node in evaluate(girl()).walk()]
    assert len(ids) == len(set(ids)) and all(node.why or node.children for node in evaluate(girl()).walk())


def test_facts_that_give_no_limit_away_leave_the_rest_as_it_is():
    """What CDC and WHO read besides, IgG say, changes nothing here."""
    assert str(evaluate(girl())) == str(evaluate({name: f for name, f in girl().items()
                                                  if name not in ("IgG", "contact", "admitted")}))
