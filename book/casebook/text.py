"""Short texts of the book: Markdown with computed numbers ({{ … }}) and citations ([@key]) to HTML.

Used for what Sphinx does not render itself: the case script and the self-checks.
"""

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from pybtex.database import Entry, parse_file
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

from . import facts
from .resources import A_TEXT, CaseDataError

BOOK = Path(__file__).resolve().parents[1]
BIBLIOGRAPHY = BOOK / "references.bib"

_markdown = MarkdownIt("commonmark", {"typographer": True}).enable(["table", "replacements", "smartquotes"])
_jinja = jinja2.Environment(undefined=jinja2.StrictUndefined)


def building_the_book() -> bool:
    """True inside a build of the site, where only the static face may be shown."""
    return bool(os.environ.get("CASEBOOK_STATIC"))


@cache
def bibliography() -> Mapping[str, Entry]:
    """Entries of references.bib by key. Raises CaseDataError if the file is missing or broken."""
    try:
        return parse_file(str(BIBLIOGRAPHY), bib_format="bibtex").entries
    except (OSError, UnicodeDecodeError, PybtexError) as error:
        raise CaseDataError(BIBLIOGRAPHY, getattr(error, "lineno", None), None, " ".join(str(error).split()), "a BibTeX file in UTF-8",
                            "correct the entry") from None


def cite_label(key: str) -> str:
    """'Gaies et al. 2010' for a citation key, the same as Sphinx prints on pages; a letter after the year stands in references.bib.

    Raises CaseDataError of the text that cites it if references.bib has no such entry.
    """
    if key not in bibliography():
        raise CaseDataError(A_TEXT, None, None, f"no entry '{key}'", f"an entry of {BIBLIOGRAPHY.name} for each citation", "add the entry or correct the key")
    entry = bibliography()[key]
    people = [str(Text.from_latex(" ".join(p.prelast_names + p.last_names) or str(p))) for p in entry.persons.get("author", ())]
    if not people:
        people = [short_title(entry)]
    first = people[0] if len(people) == 1 else f"{people[0]} & {people[1]}" if len(people) == 2 and people[1] != "others" \
        else f"{people[0]} et al."
    return f"{first} {entry.fields.get('year', 'n.d.')}"


def short_title(entry: Entry) -> str:
    """The first words of a title, for a work whose authors no copy names: '“Anakinra and hepatotoxicity in pediatric…”'."""
    whole = str(Text.from_latex(entry.fields["title"])).strip("[]")
    words = whole.split(": ")[0].split()
    return f"“{' '.join(words[:5]).rstrip(',;')}{'…' if len(words) > 5 or ': ' in whole else ''}”"


def cite_anchor(key: str) -> str:
    """Anchor of an entry on the references page, spelled as docutils spells identifiers."""
    return "ref-" + key.lower().replace("_", "-")


def _cite(match):
    keys = re.findall(r"@([\w-]+)", match[0])
    links = "; ".join(f'<a href="references.html#{cite_anchor(k)}" data-cite="{k}">{escape(cite_label(k))}</a>' for k in keys)
    return f'<span class="cite">({links})</span>'


def render(source: object, inline: bool = False, **names: Any) -> str:
    """HTML of a short text. ``inline`` gives no paragraph around it; ``names`` are known in it beside those of casebook.facts.

    Raises CaseDataError for an unknown citation key or an unknown number.
    """
    try:
        filled = _jinja.from_string(str(source)).render(facts.namespace() | names)
    except jinja2.TemplateError as error:
        raise CaseDataError(A_TEXT, None, None, f"{error} in “{str(source).strip()[:120]}”",
                            "names that casebook.facts knows", "correct the expression between the braces") from None
    cited = re.sub(r"\[@[\w-]+(?:\s*;\s*@[\w-]+)*\]", _cite, filled)
    return _markdown.renderInline(cited) if inline else _markdown.render(cited)


def render_from(file: Path | str, where: str, source: object, inline: bool = False) -> str:
    """``render`` for a text whose place is known: an error of the text names file and place, damage of what it quotes stays that of its own file."""
    try:
        return render(source, inline)
    except CaseDataError as error:
        if error.file != A_TEXT:
            raise
        raise CaseDataError(file, None, where, error.found, error.expected, error.remedy) from None


def linked(html: str, page: str = "data-dictionary.html") -> str:
    """HTML in which each value of Table 1 (``facts.marked``) is a link to its entry on ``page``."""
    return re.sub(r'<span (data-placement="\w+") data-value="([\w-]+)">(.*?)</span>',
                  rf'<a class="value" \1 data-value="\2" href="{page}#\2">\3</a>', html)


def rendered(options: list[dict]) -> list[dict]:
    """Options of a question with text and feedback as HTML."""
    return [{"correct": False, **o, "text": Markup(render(o["text"], inline=True)),
             "feedback": Markup(render(o["feedback"], inline=True))} for o in options]


_templates = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True,
                                trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
_templates.globals.update(render=lambda *args, **kwargs: Markup(render(*args, **kwargs)), rendered=rendered,
                          linked=lambda source: Markup(linked(render(source))))


def template(name: str) -> jinja2.Template:
    """A Jinja template of this package; ``render`` and ``rendered`` are known inside it."""
    return _templates.get_template(name)
