"""One spelling for what is printed in many: units, names of drugs, letters that look alike or not at all."""

import re
import unicodedata

_UNITS = (
    (r"\s+", " "), (r" ?/ ?", "/"), (r"(?:mc|µ|μ)(?=g|mol|[lL]|kat|M\b|U\b|m\b)", "u"),
    (r"^(?:[×x] ?)?10 ?(?:\^|\*\*?)? ?(\d{1,2})(?: ?cells?)?/", r"10*\1/"), (r"/mm(?:\^?3|³)(?!\w)", "/uL"),
    (r"/(?:day|24 ?h)\b", "/d"), (r"/(?:hr|hour)\b", "/h"), (r"/minute\b", "/min"), (r"(?<=[dmu/])l\b", "L"),
    (r"^(?:bpm|beats/min)$", "/min"), (r"°C", "Cel"), (r"\bmm ?Hg\b", "mm[Hg]"))
"""What is printed, and the UCUM spelling that takes its place; in this order."""
LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
DRUGS = {"epinephrine": "adrenaline", "norepinephrine": "noradrenaline", "arginine vasopressin": "vasopressin",
         "argipressin": "vasopressin", "immunoglobulin": "ivig", "intravenous immunoglobulin": "ivig"}
"""Other names of drugs that the book's code knows, by its own."""
_ALIKE = str.maketrans("АВСЕНІЈКМОРЅТУХасеіјорѕухΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABCEHIJKMOPSTYXaceijopsyxABEZHIKMNOPTYXo")
"""Letters of Cyrillic and Greek that look like Latin ones."""


def ucum(printed_unit: str) -> str:
    """UCUM spelling of a printed unit: mcg, µg and μg become ug, a day becomes d. An unknown unit stays as it is."""
    unit = printed_unit.strip()
    if raised := re.search(r"10([⁰¹²³⁴-⁹⁻]+)", unit):
        unit = unit.replace(raised[1], f"^{raised[1].translate(LOWERED)}")
    for printed, spelled in _UNITS:
        unit = re.sub(printed, spelled, unit)
    return unit


def drug(name: str) -> str:
    """The name by which the book's code knows a drug: 'Epinephrine' gives 'adrenaline'; another name in small
    letters."""
    known = " ".join(name.casefold().split())
    return DRUGS.get(known, known)


def visible(text: str) -> str:
    """A text in which letters that no eye sees are named: 'heart[no-break space]rate'."""
    return "".join(f"[{unicodedata.name(c, f'U+{ord(c):04X}').lower()}]" if c not in " \n\t"
                   and unicodedata.category(c) in ("Zs", "Cf", "Cc", "Zl", "Zp") else c for c in text)


def runs(text: str) -> bool:
    """Whether a spreadsheet would run a cell of this: a formula, or a sign before a call of a function or program."""
    return bool(re.match(r"[=@]|[-+].*(?:[|!]|\w\()", text))


def skeleton(name: str) -> str:
    """What an eye sees of a name: two names of one skeleton can't be told apart."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) not in ("Cf", "Cc"))
    return " ".join(seen.translate(_ALIKE).casefold().split())


def mixed(name: str) -> bool:
    """Whether a word of a name mixes Latin with Cyrillic letters, which look alike."""
    scripts = [{unicodedata.name(c, "").split()[0] for c in word if c.isalpha()} for word in name.split()]
    return any({"LATIN", "CYRILLIC"} <= found for found in scripts)
