"""The book says one thing in one way: terms, spelling, units, values of Table 1, days of treatment."""

import re
from functools import cache
from importlib.resources import files

import pytest
import textstat
import yaml

from casebook.tables.table1 import load
from casebook.tables.values import anchor
from casebook.tables.wording import unit_text
from conftest import SITE, TOP
from prose import BOOK, PAGES, passages, plain, reading_ease, sentences
from site_checks import soup

TESTS = TOP / "tests"
CHAPTERS = sorted(BOOK.glob("[0-9][0-9]-*.md"))


def said(pattern, texts):
    """'place: …words around a hit…' for each hit of a pattern in (place, text) pairs."""
    return [f"{place}: …{text[max(0, m.start() - 30):m.end() + 30]}…" for place, text in texts
            for m in re.finditer(pattern, text)]


@cache
def read():
    """(place, plain text on one line) of every passage."""
    return [(p.place, " ".join(plain(p.text).split())) for p in passages()]


# one term for one thing

@pytest.mark.parametrize("entry", yaml.safe_load((TESTS / "terms.yml").read_text("utf-8")), ids=lambda e: e["term"])
def test_one_term_for_one_thing(entry):
    texts = read()
    for allowed in entry.get("but", ()):
        texts = [(place, text.replace(allowed, "")) for place, text in texts]
    places = said("|".join(rf"(?<!\w)(?:{never})(?!\w)" for never in entry["never"]), texts)
    assert not places, f"say “{entry['term']}”:\n" + "\n".join(places)


# spelling

LETTERS = re.compile(r"(?<!\w)[A-Za-zÀ-ÖØ-öø-ɏα-ωµ]+(?:'[a-z]+)*(?!\w)")
AMERICAN_ENDING = re.compile(r"(?!.*(?:size|seize|prize|resize)s?d?$)\w{2,}(?:iz|yz)(?:e|ed|es|ing|er|ation|ations)")


def codespell_list(name):
    """wrong -> right from one of codespell's lists."""
    lines = (files("codespell_lib") / "data" / name).read_text("utf-8").splitlines()
    return dict(line.split("->", 1) for line in lines if "->" in line)


def test_every_word_is_known_and_spelt_the_british_way():
    """A word stands in pyspellchecker's English list or in words.txt, which also allows what codespell would change."""
    from spellchecker import SpellChecker

    own = (TESTS / "words.txt").read_text("utf-8").split()
    assert own == sorted(set(own)), "words.txt: one word a line, sorted, none twice"
    known, misspelt = SpellChecker(language="en").word_frequency, codespell_list("dictionary.txt")
    british = codespell_list("dictionary_en-GB_to_en-US.txt")
    american = {w.strip() for words in british.values() for w in words.split(",") if w.strip()} - set(british)
    faults, used = [], set()
    for place, text in read():
        for word in LETTERS.findall(text.replace("’", "'")):
            word = word.removesuffix("'s")
            if word in own:
                used.add(word)
            elif word.lower() in american or AMERICAN_ENDING.fullmatch(word.lower()):
                faults.append(f"{place}: American spelling “{word}”")
            elif word.lower() in misspelt:
                faults.append(f"{place}: “{word}”, rather {misspelt[word.lower()]}")
            elif word.lower() not in known and word.lower() not in own:
                faults.append(f"{place}: unknown word “{word}”")
    assert not faults, "correct it, or add it to tests/words.txt:\n" + "\n".join(faults)
    assert not set(own) - used, f"words.txt holds words that no text uses: {sorted(set(own) - used)}"


# plain words

@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_reads_easily(page):
    assert not sentences(page) or reading_ease(page) >= 60, \
        f"{page.name}: Flesch reading ease {reading_ease(page):.0f}, plain English has 60 and more"
    assert not [s for s in sentences(page) if len(s.split()) > 45], \
        f"{page.name}: cut these sentences of more than 45 words"


def test_reading_ease_is_as_by_hand():
    words, sentences_, syllables = 8, 2, 11
    by_hand = 206.835 - 1.015 * words / sentences_ - 84.6 * syllables / words
    assert abs(textstat.flesch_reading_ease("The child had a fever. The doctor listened.") - by_hand) < 0.01


# units and numbers

FORMS = {
    "a space before %": r"\d%(?! of)",
    "µg, not mcg or ug": r"\d\s?(?:mcg|ug)(?:/|\b)",
    "the micro sign µ, not the Greek letter": "μ",
    "a space between number and unit": r"(?<![\w/.])\d[\d.,]*(?:mg|µg|ng|pg|kg|mL|mm|cm|kDa|mmHg)\b",
    "“mg/kg a day”, or “mg/kg/day” as printed": r"mg/kg (?:per day|daily|/ ?d)\b|mg/kg/d\b",
    "an en dash or “to” in ranges, not a hyphen": r"(?<![\w./:-])\d+(?:\.\d+)?-\d+(?:\.\d+)?(?![\w-])",
    "a minus sign, not a hyphen": r"(?<![\w‹›\])-])-\d",
    "a decimal point": r"(?<![\d,])\d{1,3},\d{1,2}(?!\d)",
    "a comma in thousands": r"(?<![\w.,/:#-])(?!(?:19|20)\d\d(?!\d))[1-9]\d{3,}(?![\w/.:-]\d|\w|/)",
    "hours or h": r"\d\s?(?:hrs?|Hrs?)\b",
}
AS_PRINTED = ["44%", "18043-0", "1988-5", "33762-6", "53 mcg/L", "(mcg/kg/m)", "(mcg/L)",  # the letter, and LOINC codes
              "5935", "at 1280 and 320–375", "at 1280 × 720"]                                       # a token; pixels


@pytest.mark.parametrize("form", FORMS)
def test_numbers_and_units_have_one_form(form):
    texts = read()
    for allowed in AS_PRINTED:
        texts = [(place, text.replace(allowed, "")) for place, text in texts]
    places = said(FORMS[form], texts)
    assert not places, f"{form}:\n" + "\n".join(places)


# values of Table 1

ROWS = {row: row for row in load()["parameter"].unique()} | {"troponin": "troponin I"}
BESIDE = re.compile(
    rf"(?<![\w-])({'|'.join(sorted(ROWS, key=len, reverse=True))})(?: I)?(?: "
    r"(?:of|at|is|was|by|about|values?|falls?|fell|rises|rose|from|first|last|the|a|an|alone))*"
    r" (<?\d[\d,]*(?:\.\d+)?)(?![\w.]*[ab]\b)(?:\s?(?:%|µg/kg/min|mg/L|ng/L|µg/L|g/kg|mg/kg(?:/day)?))?"
    r"(?: (?:to|and|then) (<?\d[\d,]*(?:\.\d+)?)(?![\w]))?", re.I)
NOT_HERS = ("an FS of 30 %", "EF of 60 % or more", "FS 26 and 27",  # the made-up heart; a threshold; hypotheses
            "the milrinone 2.5", "procalcitonin on 1, 2", "EF below 55 %")  # points of VIS; columns; a criterion


def test_a_number_beside_a_row_of_table_1_is_a_token_of_that_row():
    """Typed numbers only: what is computed is ‹x›. A citation or `% numbers: made up` says that it isn't hers."""
    tokens = {p: {re.sub(r"\s", "", t) for t in rows} for p, rows in load().groupby("parameter")["printed"]}
    wrong, seen = [], 0
    for passage, (place, text) in zip(passages(), read()):
        if place.startswith("data/") or re.search(r"\{cite|\[@", passage.text) or passage.remark == "made up":
            continue
        for allowed in NOT_HERS:
            text = text.replace(allowed, "")
        for match in BESIDE.finditer(text):
            row = next(v for k, v in ROWS.items() if k.lower() == match[1].lower())
            seen += 1
            wrong += [f"{place}: {match[0]}" for n in (match[2], match[3]) if n
                      and n.replace(",", "") not in tokens[row]]
    assert seen > 15, "the pattern finds nothing any more"
    assert not wrong, "no such token in that row:\n" + "\n".join(wrong)


@pytest.mark.parametrize("page", sorted(SITE.glob("book/**/*.html")), ids=lambda p: p.name)
def test_a_value_on_a_page_is_the_token_it_names(page):
    """Each marked value names its entry in the data dictionary, has its token and placement, and links to it."""
    rows = {anchor(row): row for row in load().to_dict("records")}
    for element in soup(page).select("[data-placement]"):
        named = element.get("data-value") or element.get("href", "").partition("#")[2]
        if not named:
            continue
        row, text = rows[named], element.get_text().strip()
        assert text in (row["printed"], f"{row['printed']}\N{NO-BREAK SPACE}{unit_text(row['unit'])}"), element
        assert element["data-placement"] == row["placement"], element
        if element.name == "a":
            assert element["href"].endswith(f"data-dictionary.html#{named}"), element


def test_the_dictionary_says_where_each_row_is_used(site):
    dictionary = soup(site / "book/data-dictionary.html")
    for line in dictionary.select("table.used-on tbody tr"):
        row = anchor({"parameter": line.th.get_text(), "position": 1}).removesuffix("-1")
        using = {p.name for p in (site / "book").glob("*.html")
                 if re.search(rf'data-value="{row}-\d', p.read_text("utf-8"))}
        assert using and {a["href"] for a in line.select("a")} == using - {"data-dictionary.html"}, row


# days of treatment

DRUG = r"(?i:\b(?:anakinra|pulses?|IVIG|methylprednisolone|steroids?|dobutamine|adrenaline|milrinone|infusions?))\b"
DAY = r"\b(?:[Dd]ay \d|columns? \d|3a|3b|printed day|same day\b|on one day|same column|one column)"
CONDITION = (r"(?i:reference placement|reconstruct|core "
             r"(?:rules?|set|placements?)|placements?\b|\brules?\b|variant|convention|left-pack|reading|made[- ]up)")
NO_CLAIM = [
    "You have a cold.",                                              # not about her
    "day 3 of intensive care",  # the handover says that the first days are not certain
    # what left-packing makes of the table, said as its error
    "On day 1 she has an EF of 44", "moves anakinra to day 1",
    "CRP was below 60 mg/L by day 3", "A child who worsens on day 3", "girl of 11",   # other children
    # options of 4.3, whose stem names the placement
    "methylprednisolone row once more", "the second portion of IVIG one column before",
    # rules, quoted; counts of placements
    "started no earlier", "with the first echo", "The pulse led by one column", "first 30 mg/kg column",
    # rules and their chart
    "A grid of columns", "stand in both 3a and 3b", "IVIG starts after column 1", "Dobutamine starts in column 1",
    "They differ a great deal. Without",                             # options of 7.2, whose stem names the core rules
    "start on the same printed day", "Anakinra starts on printed day 3",       # heads of a table of claims and shares
    "Same printed day as", "just one cell on day 3", "one column of support later"]


def test_a_claim_on_day_and_drug_names_its_condition():
    bare = [f"{place}: {text[:160]}" for place, text in read() if not place.startswith("data/")
            and re.search(DRUG, text)
            and re.search(DAY, text) and not re.search(CONDITION, text) and not any(e in text for e in NO_CLAIM)]
    assert not bare, "which rules, or is it the reconstruction? Say so in the paragraph:\n" + "\n".join(bare)


# links between chapters

def links(chapter):
    """Numbers of the chapters that a chapter links to, the map of the book left out."""
    text = re.sub(r"% map-start.*% map-end", "", chapter.read_text("utf-8"), flags=re.S)
    return {int(n) for n in re.findall(r"\]\((\d\d)-[\w-]+\.md", text)}


def test_each_chapter_says_where_it_goes_on_and_is_led_to():
    leading = {int(c.name[:2]): links(c) for c in CHAPTERS}
    for number, to in leading.items():
        line = re.search(r"^\*\*Where this goes on\.\*\* (.+)$", CHAPTERS[number - 1].read_text("utf-8"), re.M)
        assert number == max(leading) or line and max(to) > number, f"chapter {number} doesn't say where it goes on"
        assert any(number in others for n, others in leading.items() if n != number), \
            f"no chapter leads to chapter {number}"


def test_the_index_leads_into_the_chapters(site):
    index = soup(site / "genindex.html")
    targets = [a["href"] for a in index.select("main a[href*='.html#']")]
    for chapter in CHAPTERS:
        assert any(t.startswith(f"book/{chapter.stem}.html#") for t in targets), \
            f"the index holds nothing of {chapter.name}"
    assert sum("glossary.html" in t for t in targets) > 100
