"""How a citation names a work: by its authors, or by the first words of its title where no copy names them."""

from dataclasses import dataclass, field
from typing import Any

import pybtex.plugin
import sphinxcontrib.bibtex.plugin
from pybtex.database import Entry
from pybtex.richtext import Text
from pybtex.style import FormattedEntry
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.template import Node, node
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinxcontrib.bibtex.style.referencing import PersonStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

from casebook.tables.references import short_title


@node
def _who(children: list[Any], context: dict, person: PersonStyle, full: bool) -> Text:
    entry = context["entry"]
    role = next((role for role in ("author", "editor") if entry.persons.get(role)), None)
    if not role:
        return Text(short_title(entry))
    people = entry.persons[role]
    if len(people) == 2 and str(people[1]) == "others":  # one name known: 'Jain et al.', not 'Jain and others'
        return Text(person.style_plugin.format(people[0], person.abbreviate).format(), person.other)
    return person.names(role, full).format_data(context)


class People(PersonStyle):
    """Authors or editors as the extension prints them; without either, a short title in place of the whole."""

    def author_or_editor_or_title(self, full: bool) -> Node:
        return _who(person=self, full=full)


@dataclass
class Citing(AuthorYearReferenceStyle):
    """Author and year, with ``People``."""

    person: PersonStyle = field(default_factory=People)


class FormattedOnce(PlainStyle):
    """Pybtex's plain style. Each entry is formatted once: its tip and later builds take it from there, since all would
    take a second and a half."""

    texts: dict[str, tuple[Entry, Text]] = {}

    def format_entry(self, label: str, entry: Entry, bib_data: Any = None) -> FormattedEntry:
        before, text = self.texts.get(entry.key, (None, None))
        if before != entry:
            text = super().format_entry(label, entry, bib_data).text
            self.texts[entry.key] = entry, text
        return FormattedEntry(entry.key, text, label)


def remember(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Take over what the build before formatted, which is in Sphinx's environment."""
    FormattedOnce.texts |= {known.entry.key: (known.entry, known.formatted_entry.text)
                            for known in env.get_domain("cite").citations}


def setup(app: Sphinx) -> dict[str, str | bool]:
    sphinxcontrib.bibtex.plugin.register_plugin("sphinxcontrib.bibtex.style.referencing", "casebook", Citing)
    pybtex.plugin.register_plugin("pybtex.style.formatting", "casebook", FormattedOnce)
    app.connect("env-before-read-docs", remember)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
