"""The works of references.bib: entries, labels as on pages, anchors."""

from collections.abc import Mapping
from functools import cache

from pybtex.database import Entry, parse_file
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

from casebook.tables.resources import A_TEXT, BOOK, CaseDataError

BIBLIOGRAPHY = BOOK / "references.bib"


@cache
def bibliography() -> Mapping[str, Entry]:
    """Entries of references.bib by key. Raises CaseDataError if the file is missing or broken."""
    try:
        return parse_file(str(BIBLIOGRAPHY), bib_format="bibtex").entries
    except (OSError, UnicodeDecodeError, PybtexError) as error:
        raise CaseDataError(BIBLIOGRAPHY, getattr(error, "lineno", None), None, " ".join(str(error).split()),
                            "a BibTeX file in UTF-8",
                            "correct the entry") from None


def cite_label(key: str) -> str:
    """'Gaies et al. 2010' for a citation key, the same as Sphinx prints on pages; a letter after the year stands in
    references.bib.

    Raises CaseDataError of the text that cites it if references.bib has no such entry.
    """
    if key not in bibliography():
        raise CaseDataError(A_TEXT, None, None, f"no entry '{key}'",
                            f"an entry of {BIBLIOGRAPHY.name} for each citation", "add the entry or correct the key")
    entry = bibliography()[key]
    people = [str(Text.from_latex(" ".join(p.prelast_names + p.last_names) or str(p)))
              for p in entry.persons.get("author", ())]
    if not people:
        people = [short_title(entry)]
    first = people[0] if len(people) == 1 else \
        f"{people[0]} & {people[1]}" if len(people) == 2 and people[1] != "others" \
        else f"{people[0]} et al."
    return f"{first} {entry.fields.get('year', 'n.d.')}"


def short_title(entry: Entry) -> str:
    """The first words of a title, for a work whose authors no copy names: '“Anakinra and hepatotoxicity in
    pediatric…”'."""
    whole = str(Text.from_latex(entry.fields["title"])).strip("[]")
    words = whole.split(": ")[0].split()
    return f"“{' '.join(words[:5]).rstrip(',;')}{'…' if len(words) > 5 or ': ' in whole else ''}”"


def cite_anchor(key: str) -> str:
    """Anchor of an entry on the references page, spelled as docutils spells identifiers."""
    return "ref-" + key.lower().replace("_", "-")
