"""Short texts of the book: Markdown with computed numbers ({{ … }}) and citations ([@key]) to HTML.

Used for what Sphinx does not render itself: the case script and the self-checks. A text is data: what it holds of HTML
shows as letters, its links lead to pages of the book or to the web, and its expressions run in a sandbox.
"""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from casebook.display.names import namespace
from casebook.tables.case_folder import LETTER, Case
from casebook.tables.references import cite_anchor, cite_label
from casebook.tables.resources import A_TEXT, BOOK, CaseDataError

_LINKS = re.compile(r"https?://[^\s]+|(?!/)[\w./#?=&%-]*")
_ASKS = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Call, nodes.Name, nodes.Const, nodes.Keyword)
"""What the expressions of another case are made of: a function by its name, with what is asked for; no loop, no
arithmetic."""


def _reader(*rules, html=False):
    reader = MarkdownIt("commonmark", {"typographer": True, "html": html}).enable(["table", *rules])
    if html:
        return reader
    reader.disable("image")
    setattr(reader, "validateLink", _LINKS.fullmatch)  # noqa: B010  # a method, as markdown-it is told of links
    return reader


_markdown = _reader("replacements", "smartquotes")
_others_markdown = _reader("smartquotes")
"""For another case, whose `(c)` stays `(c)`."""
_page_markdown = _reader("replacements", "smartquotes", html=True)


def _held(html):
    """HTML of ours, as letters that Markdown lets pass: what a text itself holds of HTML is escaped."""
    return f"\ue000{html.encode().hex()}\ue001"


def _set_free(html):
    return re.sub("\ue000([0-9a-f]*)\ue001", lambda match: bytes.fromhex(match[1]).decode(), html)


_page_jinja = jinja2.Environment(undefined=jinja2.StrictUndefined)
_jinja = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, finalize=lambda value: _held(str(value)))
_jinja.globals.clear()


def _cite(match):
    keys = re.findall(r"@([\w-]+)", match[0])
    links = "; ".join(f'<a href="references.html#{cite_anchor(k)}" data-cite="{k}">{escape(cite_label(k))}</a>'
                      for k in keys)
    return _held(f'<span class="cite">({links})</span>')


def _cited(text):
    return re.sub(r"\[@[\w-]+(?:\s*;\s*@[\w-]+)*\]", _cite, text)


def render_page(source: str, **names: Any) -> str:
    """HTML of Markdown that is a page of the book, such as a slide: its HTML stands. ``names`` give HTML, too."""
    filled = _page_jinja.from_string(source).render(namespace(LETTER) | names)
    return _set_free(_page_markdown.render(_cited(filled)))


def _expression(source, case):
    """A template of a text; raises TemplateError for what the words of another case may not hold."""
    if case.own_words:
        for node in _jinja.parse(source).find_all(nodes.Node):
            if not isinstance(node, _ASKS):
                raise jinja2.TemplateError("more between braces than a function and what it is asked for")
    return _jinja.from_string(source)


def render(source: object, inline: bool = False, case: Case = LETTER) -> str:
    """HTML of a short text about a case, which may ask for what casebook.display.names knows. ``inline``: no paragraph
    around it.

    Raises CaseDataError for an unknown citation key or an unknown number.
    """
    known = namespace(case)
    text = re.sub("[\ue000\ue001]", "\ufffd", str(source))
    try:
        filled = _expression(text, case).render(known) if re.search("{[{%#]", text) else text.removesuffix("\n")
    except (jinja2.TemplateError, TypeError, LookupError, RecursionError) as error:
        expected = (f"one of {', '.join(known)}, as in {{{{ printed('CRP', '1') }}}}" if case.own_words
                    else "names that casebook.display.names knows")
        raise CaseDataError(A_TEXT, None, None, f"{error} in “{text.strip()[:120]}”", expected,
                            "correct the expression between the braces") from None
    markdown = _others_markdown if case.own_words else _markdown
    return _set_free(markdown.renderInline(_cited(filled)) if inline else markdown.render(_cited(filled)))


def render_from(file: Path | str, where: str, source: object, inline: bool = False, case: Case = LETTER) -> str:
    """``render`` for a text whose place is known: an error of the text names file and place, damage of what it quotes
    stays that of its own file."""
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
    return dict(render=lambda source, inline=False: Markup(render(source, inline, case)),
                rendered=partial(rendered, case=case), linked=lambda source: Markup(linked(render(source, case=case))))


_templates = jinja2.Environment(loader=jinja2.FileSystemLoader(BOOK / "casebook" / "templates"), autoescape=True,
                                trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
_templates.globals.update(words_of(LETTER))


def template(name: str) -> jinja2.Template:
    """A Jinja template of this package; those of ``words_of`` the letter's case are known inside it."""
    return _templates.get_template(name)
