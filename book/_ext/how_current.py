"""The page "How current is this": ```{how-current} state```, ``held``, ``not taken``, ``not found`` or ``searches``."""

from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from _ext.directive import BookDirective
from casebook.models import recency
from casebook.pieces import recency_tables
from casebook.tables.resources import DATA

PAGE = "book/how-current"


class HowCurrent(BookDirective):
    """One part of the page, from searches and studies; ``state`` is a warning once the last search is a year old."""

    required_arguments = 1
    final_argument_whitespace = True

    def made(self) -> list[nodes.Node]:
        for name in ("searches", "left_out", "treatment_studies"):
            self.env.note_dependency(str(DATA / f"{name}.csv"))
        part = self.arguments[0]
        if part == "state":
            warning = nodes.warning if recency.overdue() else nodes.note
            return [warning("", nodes.paragraph("", recency.state()))]
        if part == "searches":
            summary = escape(f"All {len(recency.searches())} searches, word for word")
            html = f"<details><summary>{summary}</summary>{recency_tables.show_searches()}</details>"
            return [nodes.raw("", html, format="html")]
        return [nodes.raw("", str(recency_tables.show_held() if part == "held" else recency_tables.left_out(part)),
                          format="html")]


def when_overdue(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str],
                 removed: set[str]) -> list[str]:
    """A build that changes nothing else still says when the search has become too old."""
    return [PAGE] if recency.overdue() and PAGE in env.found_docs else []


def setup(app: Sphinx) -> dict[str, str | bool]:
    app.add_directive("how-current", HowCurrent)
    app.connect("env-get-outdated", when_overdue)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
