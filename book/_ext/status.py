"""The page on the state of the build: ```{budgets}```, ```{growth} tables``` and ```{execution-times}```."""

from concurrent.futures import ProcessPoolExecutor
from html import escape

from casebook import charts_status, status
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

PAGE = "book/status"


class Budgets(SphinxDirective):
    """```{budgets}```: what `make bench` measured last, beside its budgets."""

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(status.BASELINE))
        return [nodes.raw("", f"<p>{escape(status.machine(status.baseline()))}</p>{status.budgets()}", format="html")]


class Growth(SphinxDirective):
    """```{growth} tables```, or ``books``: the chart of how cost grows."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(charts_status.GROWTH))
        with ProcessPoolExecutor(max_workers=1) as apart:      # a chart drawn in this process would leave its later forks waiting for ever
            chart = apart.submit(drawn, self.arguments[0]).result()
        return [nodes.raw("", f"{chart}<p>{escape(status.machine(charts_status.measured()))}</p>", format="html")]


def drawn(kind: str) -> str:
    """The chart of ``charts_status.growth`` as HTML."""
    return charts_status.growth(kind).html()


class ExecutionTimes(nodes.General, nodes.Element):
    """Placeholder for the table, filled once every page is read."""


class ExecutionTimesDirective(SphinxDirective):
    """```{execution-times}```: how long the cells of each page ran, as this build's cache tells."""

    def run(self) -> list[nodes.Node]:
        return [ExecutionTimes()]


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace the placeholder by a table of the pages that run code, by file name."""
    for place in doctree.findall(ExecutionTimes):
        ran = {name: data["exec_data"]["runtime"] for name, data in app.env.nb_metadata.items() if data.get("exec_data")}
        pages = sorted(name for name, seconds in ran.items() if seconds is not None)
        rows = "".join(f'<tr><th scope="row"><a href="{app.builder.get_relative_uri(docname, name)}">{escape(app.env.titles[name].astext())}</a></th>'
                       f"<td>{ran[name]:.1f}\u00a0s</td></tr>" for name in pages)
        total = f'<tr><th scope="row">All, one after another</th><td>{sum(ran[name] for name in pages):.1f}\u00a0s</td></tr>'
        place.replace_self(nodes.raw("", '<table class="case-table execution-times"><caption>Seconds that the cells of a page ran</caption><thead><tr>'
                                     f'<th scope="col">Page</th><th scope="col">Ran</th></tr></thead><tbody>{rows}{total}</tbody></table>', format="html"))


def with_the_others(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """The page is made anew with any other, whose cells may have run again."""
    return [PAGE] if (added or changed or removed) and PAGE in env.found_docs else []


def setup(app: Sphinx) -> dict[str, str | bool]:
    app.add_directive("budgets", Budgets)
    app.add_directive("growth", Growth)
    app.add_node(ExecutionTimes)
    app.add_directive("execution-times", ExecutionTimesDirective)
    app.connect("env-get-outdated", with_the_others)
    app.connect("doctree-resolved", fill)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
