"""```{used-on}```: for each row of Table 1, links to the pages that show its values."""

import re
from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from casebook.tables.table1 import parameters
from casebook.tables.values import anchor

DICTIONARY = "book/data-dictionary"


class UsedOn(nodes.General, nodes.Element):
    """Placeholder for the table, filled once every page is read."""


class UsedOnDirective(SphinxDirective):
    """The placeholder on the page of the data dictionary."""

    def run(self) -> list[nodes.Node]:
        return [UsedOn()]


def rows_shown(doctree: nodes.document) -> set[str]:
    """Anchors of the rows of Table 1 ('troponin-i') whose values a page shows, in text, tables and output."""
    return {row for raw in doctree.findall(nodes.raw) for row in re.findall(r'data-value="([\w-]+)-\d+"', raw.astext())}


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace the placeholder by a table; the instructor's pages are left out."""
    for place in doctree.findall(UsedOn):
        pages = sorted(d for d in app.env.found_docs if d.startswith("book/") and d != DICTIONARY
                       and not d.startswith("book/instructor/"))
        shown = {page: rows_shown(app.env.get_doctree(page)) for page in pages}
        body = ""
        for parameter in parameters().index:
            row = anchor({"parameter": parameter, "position": ""}).rstrip("-")
            links = ['<a '
                     f'href="{app.builder.get_relative_uri(docname, page)}">{escape(app.env.titles[page].astext())}</a>'
                     for page in pages if row in shown[page]]
            body += f'<tr><th scope="row">{escape(parameter)}</th><td>{"; ".join(links)}</td></tr>'
        place.replace_self(nodes.raw("", '<div class="scroll" role="group" '
                                         'aria-label="Where each row is used" tabindex="0">'
                                     '<table class="case-table used-on"><caption>Where each row is used</caption>'
                                     '<thead><tr><th scope="col">Row</th>'
                                     f'<th scope="col">Used on</th></tr></thead><tbody>{body}</tbody></table></div>',
                                     format="html"))


def with_the_others(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str],
                    removed: set[str]) -> list[str]:
    """The dictionary is made anew with any page, whose values may have changed."""
    return [DICTIONARY] if (added or changed or removed) and DICTIONARY in env.found_docs else []


def setup(app: Sphinx) -> dict[str, str | bool]:
    app.add_node(UsedOn)
    app.add_directive("used-on", UsedOnDirective)
    app.connect("env-get-outdated", with_the_others)
    app.connect("doctree-resolved", fill)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
