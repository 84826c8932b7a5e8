"""Forms of judgement, their agreement, the statements that need no rule, and the worked run of the capstone."""

import hashlib
import json
import re
from itertools import combinations
from math import comb

import pytest
import yaml
from casebook import COLUMNS, appraisal, capstone, certain, load, lookback
from casebook.placements import placements
from casebook.questions import QUESTIONS, load_questions
from casebook.resources import DATA, CaseDataError
from casebook.text import BOOK
from conftest import TOP
from test_truth import NUMBER, REASONS, SUPPORT

CARE = ("Title, Key words, Abstract, Introduction, Patient information, Clinical findings, Timeline, Diagnostic assessment, "
        "Therapeutic intervention, Follow-up and outcomes, Discussion, Patient perspective, Informed consent").split(", ")     # abstract of care2013
DOMAINS = ["Selection"] + ["Ascertainment"] * 2 + ["Causality"] * 4 + ["Reporting"]                                            # table 1 of murad2018


def export(judgements, form="care", **more):
    entries = {str(n): {"judgement": j, "note": ""} for n, j in judgements.items()}
    return json.dumps({"book": "One Child, One Table", "saved": "2026-01-01T00:00:00Z", "kind": "appraisal", "form": form, "judgements": entries} | more)


# ---- the forms

def test_the_forms_hold_the_items_of_the_two_tools():
    assert [i["name"] for i in appraisal.form("care").items] == CARE
    assert [i["name"].split(":")[0] for i in appraisal.form("murad").items] == DOMAINS


def test_what_our_copy_lost_is_held_against_nobody():
    care = appraisal.form("care")
    assert care.model()[7] == "yes" and "not in the letter" in care.items[6]["reason"]
    assert {n for n, j in care.model().items() if j == "cannot tell"} == {1, 2, 9, 13}, "these the journal's page would settle"


def test_every_judgement_of_the_book_has_a_reason_and_one_of_the_words():
    for name in ("care", "murad"):
        form = appraisal.form(name)
        assert form.judged and set(form.model().values()) <= {"yes", "partly", "no", "cannot tell"}
    assert not appraisal.form("review").judged, "a peer's work has no model judgement"


@pytest.mark.parametrize("change, where, found", [
    (lambda f: f["care"]["items"][6].pop("reason"), "form care, item 7 (Timeline)", "no reason"),
    (lambda f: f["care"]["items"][6].pop("judgement"), "form care, item 7 (Timeline)", "no judgement"),
    (lambda f: f["care"]["items"][1].pop("asks"), "form care, item 2 (Key words)", "'asks' is a required property"),
    (lambda f: f["murad"]["items"][0].update(judgement="maybe"), "form murad, item 1 (Selection: the whole experience), judgement", "'maybe'"),
    (lambda f: f["review"]["items"][2]["levels"].pop(), "form review, item 3 (Uncertainty of the record), levels", "3 levels"),
    (lambda f: f["care"]["items"][0].update(hint="x"), "form care, item 1 (Title)", "'hint'"),
    (lambda f: f["murad"].pop("note"), "form murad", "'note'")])
def test_an_incomplete_form_stops_the_build_by_name(tmp_path, change, where, found):
    content = yaml.safe_load(appraisal.FORMS.read_text("utf-8"))
    change(content["forms"])
    file = tmp_path / "appraisal.yml"
    file.write_text(yaml.safe_dump(content), "utf-8")
    with pytest.raises(CaseDataError) as caught:
        appraisal.load_forms(file)
    assert caught.value.column == where and found in caught.value.found and "appraisal.yml" in str(caught.value)


def test_an_unknown_form_is_named():
    with pytest.raises(CaseDataError, match="no form 'jbi'"):
        appraisal.form("jbi")


def test_every_clinical_number_of_the_forms_is_computed_or_cited():
    bare = []
    for name, form in yaml.safe_load(appraisal.FORMS.read_text("utf-8"))["forms"].items():
        for n, item in enumerate(form["items"], 1):
            texts = " ".join([item["asks"], item.get("reason", ""), *item.get("levels", [])])
            if NUMBER.search(texts) and not SUPPORT.search(texts) and item.get("numbers") not in REASONS:
                bare.append(f"{name}, item {n}: “{NUMBER.search(texts)[0]}”")
    assert not bare


def test_an_edited_form_rebuilds_the_pages():
    import casebook_book as extension

    assert "book/appraisal.yml" in extension.READ_BY_NOTEBOOKS


def test_the_live_face_shows_the_books_judgement_only_after_the_readers():
    box = appraisal.form("care").widget()
    asked, chosen, note, model = box.children[1:5]
    assert "1 Title" in asked.value and chosen.value is None and model.value == ""
    chosen.value = "no"
    assert "The book: cannot tell" in model.value


# ---- agreement

def test_agreement_of_two_readers_by_hand():
    care = appraisal.form("care")
    first = dict.fromkeys(range(1, 14), "partly")
    second = first | {3: "no", 7: "yes"}
    del second[13]
    found = appraisal.agreement(care, first, second)
    assert (found.identical, found.differ, found.open) == ((1, 2, 4, 5, 6, 8, 9, 10, 11, 12), (3, 7), (13,))
    assert found.words() == ("Raw agreement: 10 of 13 items (77 %). The readings differ on 3 Abstract, 7 Timeline. "
                             "Not judged by both: 13 Informed consent.")
    assert appraisal.agreement(care, first, first).words() == "Raw agreement: 13 of 13 items (100 %)."


def test_half_a_per_cent_is_rounded_up_as_the_page_does():
    murad = appraisal.form("murad")
    first = dict.fromkeys(range(1, 9), "no")
    assert "(63 %)" in appraisal.agreement(murad, first, first | {1: "yes", 2: "yes", 3: "yes"}).words()     # 5 of 8
    assert "(13 %)" in appraisal.agreement(murad, {1: "no"}, {1: "no"}).words()                             # 1 of 8


def test_pairs_that_agree_by_hand():
    """Four readers make six pairs: 2 + 2 marks agree in two of them, 3 + 1 in three, 4 in all."""
    care = appraisal.form("care")
    given = [dict.fromkeys(range(1, 14), "yes") for _ in range(4)]
    given[0][1] = given[1][1] = given[0][2] = "no"
    shares = appraisal.pairs_that_agree(care, dict(zip("ABCD", given)))
    assert list(shares[:3]) == [pytest.approx(2 / 6), pytest.approx(3 / 6), 1.0] and shares.index[0] == "1 Title"
    with pytest.raises(ValueError, match="two readers"):
        appraisal.pairs_that_agree(care, {"A": given[0]})


def test_the_made_up_readers_split_where_the_chapter_says():
    shares = appraisal.pairs_that_agree(appraisal.form("care"), appraisal.readers("care"))
    assert [n for n, s in enumerate(shares, 1) if s < 0.5] == [7, 9, 10]


def test_a_bug_of_the_chapter_flatters():
    c, d = (appraisal.readers("care")[r] for r in "CD")
    decided = [n for n in c if "cannot tell" not in (c[n], d[n])]
    honest = appraisal.agreement(appraisal.form("care"), c, d)
    assert sum(c[n] == d[n] for n in decided) / len(decided) > honest.share and 9 not in decided and c[9] != d[9]


REFUSED = {
    "no JSON": "{", "a list": "[]", "another book": export({1: "no"}, book="Another"), "another kind": export({1: "no"}, kind="ledger"),
    "another form": export({1: "no"}, form="murad"), "an unknown word": export({1: "perhaps"}), "an unknown item": export({14: "no"}),
    "a prototype": export({1: "no"}).replace('"1":', '"__proto__":'), "something more": export({1: "no"}, extra="<b>"),
    "no note": export({1: "no"}).replace(', "note": ""', ""), "a long note": export({1: "no"}).replace('"note": ""', f'"note": "{"x" * 301}"'),
    "a number for a word": export({1: "no"}).replace('"no"', "1"), "a list of judgements": export({}).replace('"judgements": {}', '"judgements": []'),
    "too large": export({1: "no"}, saved="x" * 100_001)}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_a_file_that_no_form_has_written_is_refused(content):
    with pytest.raises(ValueError):
        appraisal.read_export(content, "care")


def test_a_file_is_read_back():
    given = {1: "no", 9: "cannot tell"}
    assert appraisal.read_export(export(given), "care") == given


# ---- what needs no rule

def every_placement(parameter):
    """Column indices of all placements of a row in printed order, by brute force."""
    return list(combinations(range(len(COLUMNS)), len(load()[load()["parameter"] == parameter])))


@pytest.mark.parametrize("parameter, position, words", [
    ("CRP", 3, "3a or 3b"), ("methylprednisolone", 3, "3a, 3b or 4"), ("methylprednisolone", 5, "4, 5 or 6"),
    ("anakinra", 1, "1, 2, 3a, 3b, 4, 5 or 6"), ("EF", 8, "7, 8 or 13"), ("troponin I", 4, "3b"), ("procalcitonin", 5, "4, 5, 6 or 7")])
def test_columns_hold_in_every_placement_of_the_row(parameter, position, words):
    seen = {COLUMNS[p[position - 1]] for p in every_placement(parameter)}
    assert re.split(", | or ", words) == sorted(seen, key=COLUMNS.index) and certain.columns(parameter, position) == words


def test_complete_rows_say_what_the_chapter_says():
    value = {p: load()[load()["parameter"] == p].set_index("column") for p in ("troponin I", "ProBNP")}
    troponin, probnp = value["troponin I"], value["ProBNP"]["value"]
    assert (troponin["placement"] == "printed").all()
    assert troponin["value"].idxmax() == "1" and (0.02 + 0.005) / (0.07 - 0.005) < 0.5, "less than half whatever the rounding hid"
    assert (troponin["qualifier"][4:] == "<").all() and (troponin["qualifier"][:4] == "=").all()
    assert (probnp.loc["3a":].diff().dropna() < 0).all() and certain.below_peak("ProBNP", 3) == "1" and certain.below_peak("ProBNP", 4) == "28"


def test_falls_are_measured_from_the_highest_value_before():
    assert certain.below_peak("CRP", 3) == "36"          # 110 of 173
    with pytest.raises(ValueError, match="no measured number"):
        certain.below_peak("ProBNP", 10)


def test_no_overlap_of_the_infusions_passes_the_ceiling():
    rates = {d: [0 if v != v else v for v in load()[load()["parameter"] == d]["value"]] for d in ("dobutamine", "adrenaline", "milrinone")}
    highest = max(d + 100 * a + 10 * m for d in rates["dobutamine"] for a in rates["adrenaline"] for m in rates["milrinone"])
    assert certain.highest_vis() == f"{highest:g}" == "27.5"


def test_support_ends_within_the_table_under_the_core_set():
    ends = [max(COLUMNS.index(p[d][-1]) for d in ("dobutamine", "adrenaline", "milrinone")) for p in placements()]
    assert len(ends) == 41 and COLUMNS[max(ends)] == certain.support_ends() and max(ends) < 9


def test_ivig_starts_no_later_than_the_pulse_under_the_core_set():
    """The model answer says so."""
    assert all(COLUMNS.index(p["IVIG"][0]) <= COLUMNS.index(p["methylprednisolone"][2]) for p in placements())


# ---- the worked run

RULES = {"order": lambda places: True, "first": lambda places: places[0] == "1"}
READINGS = {"41": {}, "4.1": {4: 4.1}}


def test_where_procalcitonin_first_falls_against_the_closed_form():
    """Token j of k stands in column c of n in C(c-1, j-1) C(n-c, k-j) placements; with the first in column 1, one row and column fewer."""
    runs = capstone.first_below("procalcitonin", 0.1, RULES, READINGS).set_index(["rule", "reading", "column"])
    for reading, j in (("41", 5), ("4.1", 4)):
        for c in range(j, 10 - 7 + j + 1):
            whole, fixed = comb(c - 1, j - 1) * comb(10 - c, 7 - j), comb(c - 2, j - 2) * comb(10 - c, 7 - j)
            assert runs.loc[("order", reading, COLUMNS[c - 1]), ["placements", "all"]].tolist() == [whole, 120]
            assert runs.loc[("first", reading, COLUMNS[c - 1]), ["placements", "all"]].tolist() == [fixed, 84]
    assert runs.groupby(["rule", "reading"])["share"].sum().round(9).eq(1).all()


def test_a_run_in_words_names_ties():
    runs = capstone.first_below("procalcitonin", 0.1, RULES, READINGS)
    assert capstone.span(runs, "order", "41") == "columns 4 to 7, most often 6 (45 of 120 placements)"
    assert capstone.span(runs, "order", "4.1") == "columns 3b to 6, most often 4 and 5 (40 of 120 placements each)"


@pytest.mark.parametrize("asked, message", [
    (("ProBNP", 0.1, RULES, READINGS), "words or limits"), (("EF", 0.1, RULES, {"as printed": {}}), "never falls below 10%"),
    (("CRP", 0.1, {"none": lambda places: False}, {"as printed": {}}), "left by 'none'")])
def test_a_run_that_cannot_be_answered_says_so(asked, message):
    with pytest.raises(ValueError, match=message):
        capstone.first_below(*asked)


def test_the_data_version_is_the_hash_of_the_file():
    assert capstone.data_version().endswith(hashlib.sha256((DATA / "table1.csv").read_bytes()).hexdigest()[:12])
    assert "104 values" in capstone.data_version() and list(capstone.environment().index) == ["python", "pandas", "numpy", "altair"]


# ---- looking back, and the model answer

def test_ten_self_checks_of_chapters_2_to_12_are_asked_again():
    chosen = lookback.mixed(13)
    chapters = {int(f.stem) for f in QUESTIONS.glob("[0-9][0-9].yml")} & set(range(2, 13))
    assert len({c["id"] for c in chosen}) == 10 and {c["chapter"] for c in chosen} <= chapters
    assert len({c["chapter"] for c in chosen}) == min(10, len(chapters)), "spread over the chapters"
    for check in chosen:
        options = load_questions(QUESTIONS / f"{check['chapter']:02d}.yml")[check["id"]]["options"]
        assert [i for i, o in enumerate(options) if o["correct"]] == check["right"]
        page, anchor = check["address"].split("#")
        assert (BOOK / page.replace(".html", ".md")).exists() and anchor == f"q-{check['id'].replace('.', '-')}"
        assert "<a" not in check["stem"] and 'class="cite"' not in check["stem"]


def test_the_model_answer_keeps_its_own_limit():
    text = (TOP / "book" / "13-capstone.md").read_text("utf-8")
    model = re.search(r"\{dropdown\} A model of option A\n> (.+)", text)[1]
    assert len(model.split()) <= 120 and "Adverse events were not described" in model
    assert not re.search(r"\bshock\b|\bsafe\b|\bproves?\b", model)
