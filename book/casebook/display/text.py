"""Short texts of the book: Markdown with computed numbers ({{ … }}) and citations ([@key]) to HTML.

Used for what Sphinx does not render itself: the case script and the self-checks.
"""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from casebook.display.names import namespace
from casebook.tables.case_folder import LETTER, Case
from casebook.tables.references import cite_anchor, cite_label
from casebook.tables.resources import A_TEXT, BOOK, CaseDataError

_markdown = MarkdownIt("commonmark", {"typographer": True}).enable(["table", "replacements", "smartquotes"])
_jinja = jinja2.Environment(undefined=jinja2.StrictUndefined)


def _cite(match):
    keys = re.findall(r"@([\w-]+)", match[0])
    links = "; ".join(f'<a href="references.html#{cite_anchor(k)}" data-cite="{k}">{escape(cite_label(k))}</a>' for k in keys)
    return f'<span class="cite">({links})</span>'


def render(source: object, inline: bool = False, case: Case = LETTER, **names: Any) -> str:
    """HTML of a short text about a case. ``inline`` gives no paragraph around it; ``names`` are known in it beside those of casebook.display.names.

    Raises CaseDataError for an unknown citation key or an unknown number.
    """
    try:
        filled = _jinja.from_string(str(source)).render(namespace(case) | names)
    except jinja2.TemplateError as error:
        raise CaseDataError(A_TEXT, None, None, f"{error} in “{str(source).strip()[:120]}”",
                            "names that casebook.display.names knows", "correct the expression between the braces") from None
    cited = re.sub(r"\[@[\w-]+(?:\s*;\s*@[\w-]+)*\]", _cite, filled)
    return _markdown.renderInline(cited) if inline else _markdown.render(cited)


def render_from(file: Path | str, where: str, source: object, inline: bool = False, case: Case = LETTER) -> str:
    """``render`` for a text whose place is known: an error of the text names file and place, damage of what it quotes stays that of its own file."""
    try:
        return render(source, inline, case)
    except CaseDataError as error:
        if error.file != A_TEXT:
            raise
        raise CaseDataError(file, None, where, error.found, error.expected, error.remedy) from None


def linked(html: str, page: str = "data-dictionary.html") -> str:
    """HTML in which each value of Table 1 (``values.marked``) is a link to its entry on ``page``."""
    return re.sub(r'<span (data-placement="\w+") data-value="([\w-]+)">(.*?)</span>',
                  rf'<a class="value" \1 data-value="\2" href="{page}#\2">\3</a>', html)


def rendered(options: list[dict], case: Case = LETTER) -> list[dict]:
    """Options of a question with text and feedback as HTML."""
    return [{"correct": False, **o, "text": Markup(render(o["text"], True, case)),
             "feedback": Markup(render(o["feedback"], True, case))} for o in options]


def words_of(case: Case) -> dict[str, Callable]:
    """What a template renders texts with: ``render``, ``rendered`` and ``linked``, for the words of a case."""
    return dict(render=lambda source, inline=False, **names: Markup(render(source, inline, case, **names)),
                rendered=partial(rendered, case=case), linked=lambda source: Markup(linked(render(source, case=case))))


_templates = jinja2.Environment(loader=jinja2.FileSystemLoader(BOOK / "casebook" / "templates"), autoescape=True,
                                trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
_templates.globals.update(words_of(LETTER))


def template(name: str) -> jinja2.Template:
    """A Jinja template of this package; those of ``words_of`` the letter's case are known inside it."""
    return _templates.get_template(name)
