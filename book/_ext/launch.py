"""Links that open the book where nothing is installed: Binder, and a hub with nbgitpuller.

They are made from one setting, ``repository: url`` in _config.yml; launch.js makes them from a form as well.
"""

from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from _ext.notebooks import is_chapter
from casebook.display.text import template

BADGE = "https://mybinder.org/badge_logo.svg"


def binder(address: str, branch: str) -> str:
    """The address at which Binder opens the start page of a class from a repository."""
    place = f"{quote(address, safe='')}/{quote(branch, safe='')}"
    return f"https://mybinder.org/v2/git/{place}?urlpath=lab%2Ftree%2Flesson%2Fstart.ipynb"


class Launch(SphinxDirective):
    """```{launch}```: the form, with the book's own repository filled in where it is known."""

    def run(self) -> list[nodes.Node]:
        options = self.config.html_theme_options
        address, branch = options.get("repository_url", ""), options.get("repository_branch", "main")
        chapters = sorted(name.removeprefix("book/") for name in self.env.found_docs if is_chapter(name))
        html = template("launch.html").render(address=address, branch=branch, binder=binder(address, branch),
                                              chapters=chapters, badge=BADGE)
        return [nodes.raw("", html, format="html")]


def setup(app: Sphinx) -> dict[str, str | bool]:
    app.add_directive("launch", Launch)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
