"""Every chapter as a notebook, made while the site is built: without solutions for students, complete and executed for
teachers.

Nothing runs a second time: outputs come from the cache of the build (jupyter-cache). The notebooks and one zip of each
kind stand in ``_build/html/notebooks``; the zips also hold all that the notebooks import and read.
"""

import ast
import functools
import os
import re
from concurrent.futures import ProcessPoolExecutor
from html import escape
from pathlib import Path

import nbformat
from docutils import nodes
from jupyter_cache import get_cache
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from _ext.archive import pack
from _ext.notebook_markdown import Piece, cells
from _ext.notebook_outputs import portable
from casebook.display.text import template
from casebook.tables.resources import BOOK

KINDS = {"student": "without solutions", "teacher": "with solutions folded, executed"}
IN_THE_ZIP = ("book/casebook", "book/_static/*.css", "book/_static/*.js", "book/case.yml", "book/appraisal.yml",
              "book/references.bib", "data", "constraints.txt", "LICENSE", "LICENSE-content")
TEACHERS_ONLY = ("book/questions", "book/figures")
"""What the self-checks and pictures of teachers' notebooks read; a student's holds their words, without the answers."""
BUILD_ONLY = ("jupyter-book", "jupytext", "beautifulsoup4", "tinycss2")
"""Lines of requirements.txt that a notebook doesn't need."""
README = Path(__file__).with_name("notebooks-readme.md")

FOLDED_BY = {"source_hidden": {"hide-input", "hide-cell", "remove-cell", "solution"},
             "outputs_hidden": {"hide-output", "hide-cell", "remove-cell", "solution"}}
"""Tags for which JupyterLab hides what the page folds."""

FETCH = """# Where the book isn't beside this notebook, as on Colab, fetch it and its packages; elsewhere do nothing.
from importlib.util import find_spec

if not find_spec("casebook"):
    import os
    import subprocess
    import sys

    subprocess.run(["git", "clone", "--quiet", "--depth=1", "--branch={branch}", "{address}", \
"one-child-one-table"], check=True)
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *"{packages}".split()], check=True)
    os.chdir("one-child-one-table/book")
    sys.path.insert(0, "")"""

HOLE = "> **Your work here**: double-click, and write."
ABOUT = """\
> **A notebook of “One Child, One Table”, {kind}.** Education, never medical advice. {folds} A value in italics is \
printed in the
> letter, in a row whose blank cells our copy has lost: its column is a reconstruction.
>
> **To run it** you need `casebook` and the data. Both come with all notebooks in `{zip}`, which the book's site links \
beside this
> file. Unpack it, do what its `README.md` says, and open the notebook of this name in its folder `book`."""
FOLDS = {"student": "Where the page folds an answer, a cell says “Your work here”.",
         "teacher": "What the page folds is folded here; *Run → Run All Cells* brings the pieces to life."}


def collect_pieces(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """What the notebooks of a chapter are made of, for ``write_notebooks``, and a link to the student's at the foot of
    its page."""
    if app.builder.name != "html" or not is_chapter(docname):
        return
    name = docname.removeprefix("book/")
    app.casebook_pieces[docname] = cells(doctree, docname)
    link, archive, words = f"../notebooks/student/{name}.ipynb", f"../notebooks/{zip_name('student')}", KINDS["student"]
    foot = f'<a href="{link}" download>{name}.ipynb</a>, {words}. ' \
        f'<a href="{archive}" download>All notebooks, with code and data</a>.'
    doctree += nodes.raw("", f'<p class="notebook-links">Notebook of this page: {foot}</p>', format="html")


def write_chapter(site: Path, fetch: str, docname: str, pieces: list[Piece]) -> None:
    """Both notebooks of a chapter."""
    ran = executed_cells(site, docname)
    for kind in KINDS:
        file = folder(site, kind) / f"{docname.removeprefix('book/')}.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(nbformat.writes(notebook(pieces, ran, kind, fetch)) + "\n", "utf-8")


def write_notebooks(app: Sphinx, error: Exception | None) -> None:
    """The notebooks of the chapters that were written, side by side, then the zips."""
    site = Path(app.outdir)
    if error or app.builder.name != "html":
        return
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        list(pool.map(functools.partial(write_chapter, site, fetching(app.config.html_theme_options)),
                      app.casebook_pieces, app.casebook_pieces.values()))
    write_zips(site)


def fetching(options: dict[str, str]) -> str:
    """Code that fetches the book from its repository, by the theme's options; empty as long as _config.yml names
    none."""
    if not options.get("repository_url"):
        return ""
    packages = " ".join(line.split()[0] for line in needed_packages() if not line.startswith("jupyterlab"))
    return FETCH.format(address=options["repository_url"], branch=options["repository_branch"], packages=packages)


def needed_packages() -> list[str]:
    """The lines of requirements.txt that name what a notebook needs."""
    lines = (BOOK.parent / "requirements.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith((*BUILD_ONLY, "#"))]


def executed_cells(site: Path, docname: str) -> list[NotebookNode]:
    """All cells of a chapter with their outputs. Raises ExtensionError if the build's cache has none."""
    build = site.parent
    try:
        # without outputs if they came from the cache
        read = nbformat.read(build / "jupyter_execute" / f"{docname}.ipynb", as_version=4)
        return get_cache(build / ".jupyter_cache").merge_match_into_notebook(read)[1].cells
    except (OSError, KeyError):
        raise ExtensionError(f"{docname}.md: its outputs are not in {build}. Remedy: `make clean`, then "
                             "`make book`") from None


def is_chapter(docname: str) -> bool:
    """Chapters have a notebook, and the page of recipes."""
    return bool(re.match(r"book/(\d\d-|plot-it-yourself$)", docname))


def folder(site: Path, kind: str) -> Path:
    return site / "notebooks" / kind


def zip_name(kind: str) -> str:
    return f"notebooks-{kind}.zip"


def notebook(pieces: list[Piece], ran: list[NotebookNode], kind: str, fetch: str = "") -> NotebookNode:
    """A notebook of ``pieces``: for students a hole stands where the page folds an answer, for teachers a fold.

    ``ran`` are the chapter's executed cells; ``fetch`` is code that fetches the book where it isn't at hand.
    """
    title, _, rest = pieces[0].text.partition("\n\n")
    about = ABOUT.format(kind=KINDS[kind], folds=FOLDS[kind], zip=zip_name(kind))
    parts, runs = [], int(bool(fetch))
    for n, piece in enumerate([Piece(f"{title}\n\n{about}\n\n{rest}"), *pieces[1:]]):
        if kind == "teacher" and piece.live and piece.answer:
            continue                                              # the live piece answers
        hole, folds = bool(piece.answer) and kind == "student", bool(piece.answer) and kind == "teacher"
        tags = ["your-work"] * hole + ["solution"] * folds
        if piece.live and kind == "teacher":
            runs += 1
            cell = new_code_cell(piece.live, execution_count=runs, outputs=portable([_output(piece.html)], runs))
            tags = ["hide-input"]
        elif piece.code is None:
            folded = f"<details><summary>{escape(piece.answer)}</summary>\n\n{piece.text}\n\n</details>"
            cell = new_markdown_cell(HOLE if hole else folded if folds else piece.text)
        else:
            source = ran[piece.code]
            tags = tags or source.metadata.get("tags", [])
            cell = new_code_cell(starting_lines(source.source) if hole else "# Solution\n" * folds + source.source)
            if kind == "teacher":
                runs += 1
                cell.execution_count, cell.outputs = runs, portable(source.outputs, runs)
        cell.id, cell.metadata = f"cell-{n:03}", NotebookNode({"tags": tags} if tags else {})
        if kind == "teacher" and (hidden := {key: True for key, those in FOLDED_BY.items() if those & set(tags)}) \
                and cell.cell_type == "code":
            cell.metadata["jupyter"] = hidden
        parts.append(cell)
    if fetch:
        ran_here = {"execution_count": 1} if kind == "teacher" else {}
        parts.insert(1, new_code_cell(fetch, id="cell-fetch", metadata={"jupyter": {"source_hidden": True}},
                                      **ran_here))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = new_notebook(cells=parts, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})
    nbformat.validate(whole)
    return whole


def _output(html):
    return new_output("execute_result", {"text/html": html}, execution_count=1)


def starting_lines(code: str) -> str:
    """What a student is given of a solution: its imports and the heads of its functions.

    >>> starting_lines("from math import log2\\n\\ndef f(x):\\n    return log2(x)\\n\\nprint(f(8))")
    '# Your work here\\nfrom math import log2\\n\\ndef f(x):\\n    ...'
    """
    given = []
    for part in ast.parse(code).body:
        if isinstance(part, (ast.Import, ast.ImportFrom)):
            given.append(ast.unparse(part))
        elif isinstance(part, ast.FunctionDef):
            part.body = [ast.Expr(ast.Constant(...))]
            given += ["", ast.unparse(part)]
    return "\n".join(["# Your work here", *given])


def write_zips(site: Path) -> None:
    """One zip of each kind, the same bytes for the same book."""
    for kind, words in KINDS.items():
        files = _files(IN_THE_ZIP + TEACHERS_ONLY * (kind == "teacher")) | {
            "README.md": README.read_text("utf-8").format(kind=words).encode(),
            "requirements.txt": ("\n".join(needed_packages()) + "\n").encode()}
        files |= {f"book/{file.name}": file.read_bytes() for file in folder(site, kind).glob("*.ipynb")}
        place = site / "notebooks" / zip_name(kind)
        place.parent.mkdir(exist_ok=True)                         # a book of one page has no chapter that made it
        pack(place, {f"one-child-one-table/{name}": files[name] for name in sorted(files)})


def _files(names):
    top = BOOK.parent
    return {path.relative_to(top).as_posix(): path.read_bytes()
            for name in names for place in sorted(top.glob(name))
            for path in ([place] if place.is_file() else sorted(place.rglob("*")))
            if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)}


class NotebookDownloads(SphinxDirective):
    """```{notebook-downloads}```: every notebook of both kinds, and the zips; for an instructor's page."""

    def run(self) -> list[nodes.Node]:
        chapters = sorted(name.removeprefix("book/") for name in self.env.found_docs if is_chapter(name))
        top = "../" * self.env.docname.count("/") + "notebooks"
        return [nodes.raw("", template("notebook-downloads.html").render(kinds=KINDS, chapters=chapters, top=top),
                          format="html")]


def setup(app: Sphinx) -> dict[str, str | bool]:
    app.add_directive("notebook-downloads", NotebookDownloads)
    app.casebook_pieces = {}
    app.connect("doctree-resolved", collect_pieces, priority=900)
    app.connect("build-finished", write_notebooks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
