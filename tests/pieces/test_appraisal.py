"""Forms of judgement: what they hold, what an incomplete one is told, what a reader sees when."""

import pytest
import yaml

from casebook import appraisal
from casebook.tables.resources import CaseDataError
from prose import NUMBER, REASONS, SUPPORT

# abstract of care2013
CARE = ("Title, Key words, Abstract, Introduction, Patient information, Clinical findings, Timeline, "
        "Diagnostic assessment, Therapeutic intervention, Follow-up and outcomes, Discussion, Patient perspective, "
        "Informed consent").split(", ")
# table 1 of murad2018
DOMAINS = ["Selection"] + ["Ascertainment"] * 2 + ["Causality"] * 4 + ["Reporting"]


def test_the_forms_hold_the_items_of_the_two_tools():
    assert [i["name"] for i in appraisal.form("care").items] == CARE
    assert [i["name"].split(":")[0] for i in appraisal.form("murad").items] == DOMAINS


def test_what_our_copy_lost_is_held_against_nobody():
    care = appraisal.form("care")
    assert care.model()[7] == "yes" and "not in the letter" in care.items[6]["reason"]
    assert {n for n, j in care.model().items() if j == "cannot tell"} == {1, 2, 9, 13}, \
        "these the journal's page would settle"


def test_every_judgement_of_the_book_has_a_reason_and_one_of_the_words():
    for name in ("care", "murad"):
        form = appraisal.form(name)
        assert form.judged and set(form.model().values()) <= {"yes", "partly", "no", "cannot tell"}
    assert not appraisal.form("review").judged, "a peer's work has no model judgement"


@pytest.mark.parametrize("change, where, found", [
    (lambda f: f["care"]["items"][6].pop("reason"), "form care, item 7 (Timeline)", "no reason"),
    (lambda f: f["care"]["items"][6].pop("judgement"), "form care, item 7 (Timeline)", "no judgement"),
    (lambda f: f["care"]["items"][1].pop("asks"), "form care, item 2 (Key words)", "'asks' is a required property"),
    (lambda f: f["murad"]["items"][0].update(judgement="maybe"),
     "form murad, item 1 (Selection: the whole experience), judgement", "'maybe'"),
    (lambda f: f["review"]["items"][2]["levels"].pop(),
     "form review, item 3 (Uncertainty of the record), levels", "3 levels"),
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
    from _ext import casebook_book as extension

    assert "book/appraisal.yml" in extension.READ_BY_NOTEBOOKS
