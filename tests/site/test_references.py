"""References read like references: who, what, where, when, an address, what of it was read. Exceptions say why."""

import re

import pytest

from casebook.tables.references import bibliography, cite_label
from conftest import TOP

ENTRIES = bibliography()
FIELDS = ("author", "title", "year", "place", "address", "note")

NO_AUTHORS = "the stored copies, the journal's own page among them, break off before the authors or leave them out"
WITHOUT: dict[str, dict[str, str]] = {
    "bwbmi2019": {"author": "only the abstract is stored, without title and authors; a second "
                            "estimate of how anakinra is taken up"},
    "caseA": {"author": "passages without title and authors; a child who recovered without anakinra",
              "year": "not printed there"},
    "cells2022spike": {"author": NO_AUTHORS},
    "dinarello_hypotension": {"year": "chapter of a book whose year its page leaves out"},
    "dobut_label": {"year": "undated page"},
    "exhaustion2025": {"author": NO_AUTHORS},
    "fped7485110": {"author": "a bare table; of the copies that print more than 3 days none names its article"},
    "hepatotox2023": {"author": NO_AUTHORS},
    "milrinone_emc": {"year": "undated page"},
    "misc_def2024": {"author": NO_AUTHORS},
    "pedecho": {"year": "undated page"},
    "pulsemp2021": {"author": NO_AUTHORS},
    "repo_loinc": {"year": "a register of codes, not a dated work"},
    "riley_vaso": {"year": "undated page"},
    "tibs2023": {"author": NO_AUTHORS},
    "vantassell2013": {"author": NO_AUTHORS},
}
"""What an entry may lack, with the reason: {key: {field: reason}}."""

WEAK = re.compile(
    r"medilib|scribd|studylib|researcher\.life|e-kd\.org/download|highwire/markup|globalrph|renalandurology"
    r"|beckershospital|caribbeannews|clustermed|pill2trip|labce|dharsaty|aihaoyisheng|reliasmedia|medicaldialogues"
    r"|contemporarypediatrics|/table/|acemap|bridgearcenciel|webharvest|readkong|webmd|wikipedia")
"""Addresses of copies, digests, answer sites and bare tables: the work itself can be cited."""

WEAK_ALLOWED: dict[str, str] = {}
"""A weak address that stays, with the reason."""


def has(entry, field):
    """Whether an entry says who (``author``), where it appeared (``place``), and so on."""
    if field == "author":
        return bool(entry.persons.get("author") or entry.persons.get("editor"))
    if field == "place":
        return entry.type != "article" or "journal" in entry.fields
    if field == "address":
        return bool({"doi", "url"} & set(entry.fields))
    if field == "year":
        return re.fullmatch(r"\d{4}[a-z]?", entry.fields.get("year", "")) is not None
    return bool(entry.fields.get(field, "").strip())


@pytest.mark.parametrize("field", FIELDS)
def test_each_reference_says_who_what_where_when_and_what_was_read(field):
    lacking = [key for key, entry in ENTRIES.items() if not has(entry, field) and field not in WITHOUT.get(key, {})]
    assert not lacking, f"references.bib, without {field}: {lacking}; find it, or give the reason in WITHOUT"
    needless = [key for key, excused in WITHOUT.items() if field in excused and has(ENTRIES[key], field)]
    assert not needless, f"{needless} have a {field} now: take them out of WITHOUT"


def test_no_journal_or_label_stands_as_author():
    journals = {entry.fields["journal"].strip("{}").casefold() for entry in ENTRIES.values()
                if "journal" in entry.fields}
    odd = [f"{key}: {person}" for key, entry in ENTRIES.items() for person in entry.persons.get("author", ())
           if str(person).strip("{}").casefold() in journals
           or re.match(r"\{?(?:Table|Case report|Systematic review|Preprint|Trial)\b", str(person))]
    assert not odd


def test_nothing_is_left_to_confirm_or_to_fill_in():
    open_ends = [f"{key}, {name}" for key, entry in ENTRIES.items() for name, text in entry.fields.items()
                 if re.search(r"(?i)not confirmed|take from|\bTODO\b|to be (?:found|completed)", text)]
    assert not open_ends


def test_no_copy_or_digest_is_cited_where_the_work_can_be():
    weak = {key for key, entry in ENTRIES.items() if WEAK.search(entry.fields.get("url", ""))}
    assert not weak - set(WEAK_ALLOWED), "cite the work itself, or give the reason in WEAK_ALLOWED"
    assert not set(WEAK_ALLOWED) - weak, "no weak address any more: take them out of WEAK_ALLOWED"


def test_dois_are_dois_and_no_work_stands_twice():
    dois = [entry.fields["doi"].casefold() for entry in ENTRIES.values() if "doi" in entry.fields]
    assert all(re.fullmatch(r"10\.\d{4,9}/\S+", doi) for doi in dois)
    assert len(set(dois)) == len(dois), {doi for doi in dois if dois.count(doi) > 1}
    labels = [cite_label(key) for key in ENTRIES]
    assert len(set(labels)) == len(labels), {label for label in labels if labels.count(label) > 1}


def test_every_reference_is_used():
    texts = "".join(path.read_text("utf-8") for folder in ("book", "data") for ending in ("md", "yml", "csv", "py")
                    for path in (TOP / folder).rglob(f"*.{ending}") if "references.bib" not in path.name)
    unused = [key for key in ENTRIES if not re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", texts)]
    assert not unused, f"references.bib holds works that nothing cites: {unused}"
