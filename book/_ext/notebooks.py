"""Every chapter as a notebook, made while the site is built: without solutions for students, complete and executed for teachers.

Nothing runs a second time: outputs come from the cache of the build (jupyter-cache). The notebooks and one zip of each kind
stand in ``_build/html/notebooks``; the zips also hold all that the notebooks import and read.
"""

import ast
import functools
import re
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat
from docutils import nodes
from jupyter_cache import get_cache
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from _ext.archive import pack
from _ext.notebook_markdown import Piece, cells, indent
from _ext.notebook_outputs import portable
from casebook.display.text import template
from casebook.tables.resources import BOOK

KINDS = {"student": "without solutions", "teacher": "with solutions, executed"}
IN_THE_ZIP = ("book/casebook", "book/_static/book.css", "book/case.yml", "book/appraisal.yml", "book/references.bib", "data",
              "constraints.txt", "LICENSE", "LICENSE-content")
BUILD_ONLY = ("jupyter-book", "jupytext", "beautifulsoup4", "tinycss2")
"""Lines of requirements.txt that a notebook doesn't need."""
README = Path(__file__).with_name("notebooks-readme.md")

HOLE = "> **Your work here**: double-click, and write."
ABOUT = """> **A notebook of “One Child, One Table”, {kind}.** Education, never medical advice. {folds} A value in italics is printed in the
> letter, in a row whose blank cells our copy has lost: its column is a reconstruction.
>
> **To run it** you need `casebook` and the data. Both come with all notebooks in `{zip}`, which the book's site links beside this
> file. Unpack it, do what its `README.md` says, and open the notebook of this name in its folder `book`."""
FOLDS = {"student": "Where the page folds an answer, a cell says “Your work here”.", "teacher": "What the page folds stands open here."}


def collect_pieces(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """What the notebooks of a chapter are made of, for ``write_notebooks``, and a link to the student's at the foot of its page."""
    if app.builder.name != "html" or not is_chapter(docname):
        return
    name = docname.removeprefix("book/")
    app.casebook_pieces[docname] = cells(doctree, docname)
    link, archive, words = f"../notebooks/student/{name}.ipynb", f"../notebooks/{zip_name('student')}", KINDS["student"]
    foot = f'<a href="{link}" download>{name}.ipynb</a>, {words}. <a href="{archive}" download>All notebooks, with code and data</a>.'
    doctree += nodes.raw("", f'<p class="notebook-links">Notebook of this page: {foot}</p>', format="html")


def write_chapter(site: Path, docname: str, pieces: list[Piece]) -> None:
    """Both notebooks of a chapter."""
    ran = executed_cells(site, docname)
    for kind in KINDS:
        file = folder(site, kind) / f"{docname.removeprefix('book/')}.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(nbformat.writes(notebook(pieces, ran, kind)) + "\n", "utf-8")


def write_notebooks(app: Sphinx, error: Exception | None) -> None:
    """The notebooks of the chapters that were written, side by side, then the zips."""
    site = Path(app.outdir)
    if error or app.builder.name != "html":
        return
    with ProcessPoolExecutor(max_workers=app.parallel) as pool:
        list(pool.map(functools.partial(write_chapter, site), app.casebook_pieces, app.casebook_pieces.values()))
    write_zips(site)


def executed_cells(site: Path, docname: str) -> list[NotebookNode]:
    """All cells of a chapter with their outputs. Raises ExtensionError if the build's cache has none."""
    build = site.parent
    try:
        read = nbformat.read(build / "jupyter_execute" / f"{docname}.ipynb", as_version=4)     # without outputs if they came from the cache
        return get_cache(build / ".jupyter_cache").merge_match_into_notebook(read)[1].cells
    except (OSError, KeyError):
        raise ExtensionError(f"{docname}.md: its outputs are not in {build}. Remedy: `make clean`, then `make book`") from None


def is_chapter(docname: str) -> bool:
    """Chapters have a notebook, and the page of recipes."""
    return bool(re.match(r"book/(\d\d-|plot-it-yourself$)", docname))


def folder(site: Path, kind: str) -> Path:
    return site / "notebooks" / kind


def zip_name(kind: str) -> str:
    return f"notebooks-{kind}.zip"


def notebook(pieces: list[Piece], ran: list[NotebookNode], kind: str) -> NotebookNode:
    """A notebook of ``pieces``: for students a hole stands where the page folds an answer. ``ran`` are the chapter's executed cells."""
    title, _, rest = pieces[0].text.partition("\n\n")
    about = ABOUT.format(kind=KINDS[kind], folds=FOLDS[kind], zip=zip_name(kind))
    pieces, made, runs = [Piece(f"{title}\n\n{about}\n\n{rest}"), *pieces[1:]], [], 0
    for n, piece in enumerate(pieces):
        hole, tags = bool(piece.answer) and kind == "student", []
        if piece.answer:
            tags = ["your-work" if hole else "solution"]
        if piece.code is None:
            text = HOLE if hole else indent(f"**{piece.answer}**\n\n{piece.text}", "> ") if piece.answer else piece.text
            cell = new_markdown_cell(text, metadata={"tags": tags} if tags else {})
        else:
            source, runs = ran[piece.code], runs + 1
            metadata = {"tags": tags} if tags else {}
            if not piece.answer and source.metadata.get("tags"):
                metadata = {"tags": source.metadata["tags"]}
            cell = new_code_cell(starting_lines(source.source) if hole else source.source, metadata=metadata)
            if kind == "teacher":
                cell.execution_count, cell.outputs = runs, portable(source.outputs, runs)
        cell.id = f"cell-{n:03}"
        made.append(cell)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = new_notebook(cells=made, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})
    nbformat.validate(made)
    return made


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
    top = BOOK.parent
    shared = {path.relative_to(top).as_posix(): path.read_bytes()
              for name in IN_THE_ZIP for path in ([top / name] if (top / name).is_file() else sorted((top / name).rglob("*")))
              if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)}
    needed = [line for line in (top / "requirements.txt").read_text("utf-8").splitlines() if not line.startswith((*BUILD_ONLY, "#"))]
    shared["requirements.txt"] = ("\n".join(needed) + "\n").encode()
    for kind, words in KINDS.items():
        files = shared | {"README.md": README.read_text("utf-8").format(kind=words).encode()}
        files |= {f"book/{file.name}": file.read_bytes() for file in folder(site, kind).glob("*.ipynb")}
        place = site / "notebooks" / zip_name(kind)
        place.parent.mkdir(exist_ok=True)                         # a book of one page has no chapter that made it
        pack(place, {f"one-child-one-table/{name}": files[name] for name in sorted(files)})


class NotebookDownloads(SphinxDirective):
    """```{notebook-downloads}```: every notebook of both kinds, and the zips; for an instructor's page."""

    def run(self) -> list[nodes.Node]:
        chapters = sorted(name.removeprefix("book/") for name in self.env.found_docs if is_chapter(name))
        top = "../" * self.env.docname.count("/") + "notebooks"
        return [nodes.raw("", template("notebook-downloads.html").render(kinds=KINDS, chapters=chapters, top=top), format="html")]


def setup(app: Sphinx) -> dict[str, str | bool]:
    app.add_directive("notebook-downloads", NotebookDownloads)
    app.casebook_pieces = {}
    app.connect("doctree-resolved", collect_pieces, priority=900)
    app.connect("build-finished", write_notebooks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
