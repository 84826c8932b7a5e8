"""Forms on which a reader judges a report item by item; ``agreement`` compares two readers of one.

book/appraisal.yml holds the items, what they ask, and the book's own judgements. One object, two faces: on the site
radios, a line for each item, and appraisal.js, which keeps what the reader enters, opens the book's judgement of an
item once it is judged, writes the form as a file and compares two such files; in JupyterLab the same items behind
ipywidgets.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from casebook.display.html_table import table_html
from casebook.display.text import render, template
from casebook.display.two_faces import TwoFaces
from casebook.tables.resources import BOOK, CaseDataError, check_schema, read_yaml

FORMS = BOOK / "appraisal.yml"
LARGEST_FILE = 100_000
"""Bytes of the largest file that is read back."""
LONGEST_NOTE = 300
"""Characters of the longest note."""

_text = {"type": "string", "minLength": 1}
_ITEM = {"type": "object", "required": ["name", "asks"], "additionalProperties": False, "properties": {
    "name": _text, "asks": _text, "judgement": _text, "qualified": _text, "reason": _text, "numbers": _text,
    "levels": {"type": "array", "items": _text}}}
_FORM = {"type": "object", "required": ["title", "of", "note", "judgements", "items"],
         "additionalProperties": False, "properties": {
    "title": _text, "of": _text, "note": _text, "sums": {"type": "boolean"},
    "judgements": {"type": "array", "minItems": 2, "uniqueItems": True, "items": _text},
    "items": {"type": "array", "minItems": 1, "items": _ITEM}}}
SCHEMA = {"type": "object", "required": ["forms"], "additionalProperties": False, "properties": {
    "forms": {"type": "object", "minProperties": 1, "additionalProperties": _FORM},
    "readers": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": _text}}}}


@dataclass(frozen=True)
class Form(TwoFaces):
    """A form: ``name`` for code, ``title``, what it is ``of``, the label of the ``note``, ``judgements``, ``items`` in
    order.

    Show it as the last value of a cell. Items are counted from 1.
    """

    name: str
    title: str
    of: str
    note: str
    judgements: tuple
    items: tuple
    sums: bool = False

    @property
    def judged(self) -> bool:
        """True where the book has judged every item itself."""
        return all("judgement" in item for item in self.items)

    def label(self, n: int) -> str:
        """'7 Timeline' for item 7."""
        return f"{n} {self.items[n - 1]['name']}"

    def model(self) -> dict[int, str]:
        """The book's judgements as {item: judgement}."""
        return {n: item["judgement"] for n, item in enumerate(self.items, 1) if "judgement" in item}

    def count(self, judgement: str) -> int:
        """How many items the book judges so. Raises ValueError for a word that the form doesn't have."""
        if judgement not in self.judgements:
            raise ValueError(f"{self.name} has {', '.join(self.judgements)}, not {judgement!r}")
        return list(self.model().values()).count(judgement)

    def static_html(self) -> str:
        """The form as HTML; without script every judgement of the book stands behind a disclosure."""
        return template("appraisal.html").render(form=self, largest=LARGEST_FILE, longest=LONGEST_NOTE)

    def scale(self, item: dict) -> list[tuple[str, str]]:
        """(judgement, what it means for this item or '') for each choice of an item."""
        return list(zip(self.judgements, item.get("levels", [""] * len(self.judgements))))

    @staticmethod
    def verdict(item: dict) -> str:
        """The book's judgement of an item in words: 'yes, as far as our copy shows'."""
        return ", ".join(filter(None, [item["judgement"], item.get("qualified")]))


def load_forms(path: Path | str | None = None) -> dict[str, Form]:
    """All forms of a file as {name: Form}.

    Raises CaseDataError that names file, form and item if YAML or schema is broken, a judgement isn't one of the
    form's, a judgement has no reason (or a reason no judgement), or the levels of an item are not one for each
    judgement.
    """
    path = Path(path or FORMS)
    forms = {}
    for name, form in _content(path)["forms"].items():
        words = form["judgements"]
        for n, item in enumerate(form["items"], 1):
            where = f"form {name}, item {n} ({item['name']})"
            if ("judgement" in item) != ("reason" in item):
                missing = "reason" if "judgement" in item else "judgement"
                raise CaseDataError(path, None, where, f"no {missing}", "a judgement with its reason, or neither",
                                    f"write the {missing}")
            if item.get("judgement", words[0]) not in words:
                raise CaseDataError(path, None, f"{where}, judgement", repr(item["judgement"]), f"one of {words}",
                                    "correct the word")
            if "levels" in item and len(item["levels"]) != len(words):
                raise CaseDataError(path, None, f"{where}, levels", f"{len(item['levels'])} levels",
                                    f"one for each of {words}", "describe each level")
        forms[name] = Form(name, **form | {"judgements": tuple(words), "items": tuple(form["items"])})
    return forms


@cache
def _forms():
    return load_forms()


def form(name: str) -> Form:
    """One form of book/appraisal.yml; CaseDataError if there is none of this name."""
    if name not in _forms():
        raise CaseDataError(FORMS, None, None, f"no form '{name}'", f"one of {', '.join(_forms())}",
                            "correct the name on the page")
    return _forms()[name]


def forms_with_readers() -> list[str]:
    """Names of the forms that made-up readers have filled in."""
    return list(_content(FORMS).get("readers", {}))


def readers(name: str) -> dict[str, dict[int, str]]:
    """Made-up readers of a form as {reader: {item: judgement}}.

    Raises CaseDataError that names the reader if one hasn't judged every item with a word of the form.
    """
    asked, judgements = form(name), {}
    for reader, line in _content(FORMS).get("readers", {}).get(name, {}).items():
        words = [w.replace("-", " ") for w in line.split()]
        unknown = set(words) - set(asked.judgements)
        if len(words) != len(asked.items) or unknown:
            raise CaseDataError(FORMS, None, f"readers, {name}, {reader}",
                                f"{len(words)} words, {sorted(unknown)} unknown",
                                f"{len(asked.items)} of {', '.join(asked.judgements)}", "write one word for each item")
        judgements[reader] = dict(enumerate(words, 1))
    return judgements


def counts() -> pd.DataFrame:
    """How often the book judges so, form by judgement (2 x 4), for the forms on the letter."""
    return pd.DataFrame({f.title: {j: f.count(j) for j in f.judgements} for f in _forms().values() if f.judged}).T


def levels_table(name: str, caption: str) -> str:
    """The levels of a form as an HTML table: items in rows, judgements in columns."""
    asked = form(name)
    rows = [[item["name"], *(Markup(render(level, inline=True)) for level in item["levels"])] for item in asked.items]
    return table_html(pd.DataFrame(rows, columns=["Criterion", *asked.judgements]), caption, classes="levels")


def _content(path):
    content = read_yaml(path, "a file of forms")
    check_schema(content, SCHEMA, path, "forms with items of name, asks, judgement and reason", "complete the item",
                 _where)
    return content


def _where(content, steps):
    """'form care, item 7 (Timeline), reason' from a schema error's path."""
    names, here, before = [], content, None
    for step in steps:
        here = here[step]
        if before == "forms":
            names.append(f"form {step}")
        elif before == "items":
            names.append(f"item {step + 1}"
                         + (f" ({here['name']})" if isinstance(here, dict) and "name" in here else ""))
        elif step not in ("forms", "items"):
            names.append(str(step))
        before = step
    return ", ".join(names) or None
