"""What the book asks of Sphinx beyond Jupyter Book: directives, a fresh execution cache, plain MathML."""

import functools
import hashlib
import os
import re
import shutil
from collections.abc import Iterable
from multiprocessing.context import ForkProcess
from pathlib import Path

import vl_convert
from docutils import nodes
from docutils.parsers.rst.states import Inliner
from docutils.utils.math import latex2mathml
from pybtex.plugin import find_plugin, register_plugin
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from _ext.directive import BookDirective
from casebook.display.figure import VEGA_LITE
from casebook.display.text import linked, render
from casebook.pieces.belief_ledger import ledger_html
from casebook.pieces.look_back import look_back_html
from casebook.pieces.questions import question_html, questions_file, sorting_html
from casebook.pieces.report import report_html, sentence_html, short_path_html, stop_html
from casebook.pieces.stages import FIGURES, stages_html
from casebook.tables.case_folder import LETTER, chosen
from casebook.tables.references import bibliography, cite_anchor, cite_label
from casebook.tables.resources import CaseDataError

BOOK = Path(__file__).resolve().parents[1]

# Unregistered, each of these is looked for among all installed packages at every citation, 1,500 times a build.
for group, name in [("style.formatting", "plain"), ("style.names", "plain"), ("style.labels", "number"),
                    ("style.sorting", "author_year_title"),
                    ("backends", "html"), ("backends", "docutils"), ("backends", "plaintext")]:
    register_plugin(f"pybtex.{group}", name, find_plugin(f"pybtex.{group}", name), force=True)


def piece(kind: str, name: object, html: str) -> nodes.raw:
    """HTML of a piece of the page, with what notebook_markdown needs to write it into a notebook."""
    return nodes.raw("", html, format="html", piece=(kind, name))


class Question(BookDirective):
    """```{question} 4.1```: a self-check of book/questions/04.yml."""

    required_arguments = 1

    def made(self) -> list[nodes.Node]:
        self.env.note_dependency(str(questions_file(self.arguments[0].split(".")[0])))
        return [piece("question", self.arguments[0], question_html(self.arguments[0]))]


class Sorting(BookDirective):
    """```{sorting} 1```: the sentences to sort of book/questions/01.yml."""

    required_arguments = 1

    def made(self) -> list[nodes.Node]:
        self.env.note_dependency(str(questions_file(self.arguments[0])))
        return [piece("sorting", self.arguments[0], sorting_html(self.arguments[0]))]


def fact(name: str, rawtext: str, text: str, lineno: int, inliner: Inliner, options: dict | None = None,
         content: list[str] | None = None) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """{fact}`n.core`: a number or a printed value in running text, by a name of casebook.display.names."""
    try:
        env = inliner.document.settings.env
        page = env.app.builder.get_relative_uri(env.docname, "book/data-dictionary")
        return [nodes.raw("", linked(render("{{ " + text + " }}", inline=True), page), format="html")], []
    except CaseDataError as error:
        return [], [inliner.reporter.error(f"fact {text}: {error}", line=lineno)]


class Ledger(BookDirective):
    """```{ledger} 4```: the belief-ledger entry of chapter 4; without a number, all entries."""

    optional_arguments = 1

    def made(self) -> list[nodes.Node]:
        chapter = int(self.arguments[0]) if self.arguments else None
        return [piece("ledger", chapter, ledger_html(chapter))]


class LookBack(BookDirective):
    """```{look-back} 13```: ten self-checks of the chapters before 13 to answer again."""

    required_arguments = 1

    def made(self) -> list[nodes.Node]:
        for file in (BOOK / "questions").glob("*.yml"):
            self.env.note_dependency(str(file))
        return [piece("look-back", int(self.arguments[0]), look_back_html(int(self.arguments[0])))]


class Stop(BookDirective):
    """```{stop} board```: the line that ends a stop of the short path, and leads to the next."""

    required_arguments = 1

    def made(self) -> list[nodes.Node]:
        return [piece("page-only", self.arguments[0], stop_html(self.arguments[0]))]


class Sentence(BookDirective):
    """```{sentence} before```: a field for the reader's sentence, which the report shows."""

    required_arguments = 1

    def made(self) -> list[nodes.Node]:
        return [piece("page-only", self.arguments[0], sentence_html(self.arguments[0]))]


class ShortPath(BookDirective):
    """```{short-path}```: the stops of the short path."""

    def made(self) -> list[nodes.Node]:
        return [piece("page-only", None, short_path_html())]


class Report(BookDirective):
    """```{report}```: the reader's report."""

    def made(self) -> list[nodes.Node]:
        for file in [*(BOOK / "questions").glob("*.yml"), BOOK / "case.yml"]:
            self.env.note_dependency(str(file))
        return [piece("page-only", None, report_html())]


class Stages(BookDirective):
    """```{stages} NAME```: the staged picture book/figures/NAME.svg with its words."""

    required_arguments = 1

    def made(self) -> list[nodes.Node]:
        for ending in (".svg", ".yml"):
            self.env.note_dependency(str(FIGURES / f"{self.arguments[0]}{ending}"))
        return [piece("stages", self.arguments[0], stages_html(self.arguments[0]))]


class References(nodes.General, nodes.Element):
    """Placeholder for the references of a page, filled once all citations are known."""


class ChapterReferences(SphinxDirective):
    """```{chapter-references}```: the works this page cites, in prose, stepper and self-checks."""

    def run(self) -> list[nodes.Node]:
        return [References()]


def fill_references(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace each placeholder by a list of the works cited on the page, each linked to the references page."""
    cited = {key for ref in app.env.get_domain("cite").citation_refs if ref.docname == docname
             for key in (t.key for t in ref.targets)}
    for raw in doctree.findall(nodes.raw):
        cited.update(re.findall(r'data-cite="([\w-]+)"', raw.astext()))
    for place in doctree.findall(References):
        page = app.builder.get_relative_uri(docname, "book/references")
        items = [f'<a href="{page}#{cite_anchor(key)}">{cite_label(key).removesuffix(".")}</a>. {formatted(key)}'
                 for key in sorted(cited, key=lambda key: (cite_label(key).lower(), key))]
        listed = "".join(f"<li>{item}</li>" for item in items)
        place.replace_self(piece("references", items,
                                     f'<details class="references"><summary>{len(items)} works</summary>'
                                     f'<ul class="chapter-references">{listed}</ul></details>'))


@functools.cache
def formatted(key: str) -> str:
    """One entry of references.bib as HTML."""
    style = find_plugin("pybtex.style.formatting", "casebook")()
    text = next(style.format_entries([bibliography()[key]])).text
    return text.render(find_plugin("pybtex.backends", "html")())


def visit_math(translator: nodes.NodeVisitor, node: nodes.Element) -> None:
    """Formulas as MathML, which browsers draw without script: no MathJax, nothing to load."""
    tree = latex2mathml.tex2mathml(node.astext(), as_block=isinstance(node, nodes.math_block))
    translator.body.append(tree)
    raise nodes.SkipNode


READ_BY_NOTEBOOKS = ("data", "book/casebook", "book/synthetic-case", "book/cases", "book/case.yml",
                     "book/appraisal.yml", "book/references.bib")
PUT_INTO_PAGES = ("book/_static", "book/_ext", "book/questions", "book/figures", "book/instructor/boards",
                  "book/instructor/plans", "book/instructor/slides", "book/instructor/learning-map.yml")


def digest(top: Path, paths: Iterable[str]) -> str:
    """SHA-256 over names and contents of all files below ``paths`` of ``top`` but hidden ones, which editors leave."""
    sha = hashlib.sha256()
    for path in sorted(p for name in paths
                       for p in ([top / name] if (top / name).is_file() else (top / name).rglob("*"))):
        if path.is_file() and not any(part[0] == "." or part == "__pycache__" for part in path.relative_to(top).parts):
            sha.update(str(path.relative_to(top)).encode() + path.read_bytes())
    return sha.hexdigest()


def notice_changes(app: Sphinx) -> None:
    """Drop the execution cache when what notebooks read has changed: jupyter-cache looks at the notebooks alone.

    Also tells casebook, in the kernels too, that a site is being built.
    """
    if (case := chosen()) is not LETTER:
        raise ExtensionError(f"CASEBOOK_CASE is set to {case.folder}, but the chapters are the "
                             "girl's. Remedy: unset it, then build.")
    build, top = Path(app.outdir).parent, BOOK.parent
    os.environ |= {"CASEBOOK_STATIC": "1", "CASEBOOK_KEPT": str(build / "kept")}
    app.casebook_digests = f"{digest(top, READ_BY_NOTEBOOKS)}\n{digest(top, PUT_INTO_PAGES)}\n"
    stamp = build / "casebook.sha256"
    before = stamp.read_text() if stamp.exists() else "\n"
    app.casebook_changed = before != app.casebook_digests
    if before.split("\n")[0] != app.casebook_digests.split("\n")[0]:
        for folder in (".jupyter_cache", "kept"):
            shutil.rmtree(build / folder, ignore_errors=True)


def reread_all(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str],
               removed: set[str]) -> set[str] | list[str]:
    """After a change in either list every page is made anew."""
    return set(env.found_docs) if app.casebook_changed else []


def remember_digests(app: Sphinx, error: Exception | None) -> None:
    """What this build was made from, for the next one to compare."""
    if not error and app.builder.format == "html":
        (Path(app.outdir).parent / "casebook.sha256").write_text(app.casebook_digests)


def write_vega(bundle: Path) -> None:
    """Write the Vega bundle that vl-convert carries, wrapped so that it adds nothing but its three names."""
    begun = bundle.with_suffix(".begun")
    begun.write_text(f"(() => {{\n{vl_convert.javascript_bundle(vl_version=VEGA_LITE)}\n}})();\n", "utf-8")
    begun.replace(bundle)                                   # whole or not at all


def provide_vega(app: Sphinx, config: Config) -> None:
    """Have vega.js written, which takes two seconds, while pages are read; in a fork, as pages are read in forks of
    this process, where vl-convert would wait for a thread of here."""
    folder = BOOK.parent / "_build" / "vega"
    bundle = folder / f"vega-{vl_convert.__version__}" / "vega.js"
    if not bundle.exists():
        bundle.parent.mkdir(parents=True, exist_ok=True)
        app.writes_vega = ForkProcess(target=write_vega, args=(bundle,))
        app.writes_vega.start()
    # no folder of this machine in .buildinfo
    config.html_static_path.append(os.path.relpath(bundle.parent, app.srcdir))


def wait_for_vega(app: Sphinx, env: BuildEnvironment) -> None:
    if hasattr(app, "writes_vega"):
        app.writes_vega.join()
        if app.writes_vega.exitcode:
            raise ExtensionError("vega.js wasn't written. Remedy: what is said above")


def setup(app: Sphinx) -> dict[str, str | bool]:
    for name in ("instructor", "paper", "used_on", "how_current", "citing", "notebooks", "launch", "finished_pages",
                 "review", "slides", "slim_styles", "parallel_execution"):
        app.setup_extension(f"_ext.{name}")
    for name, directive in {"question": Question, "sorting": Sorting, "ledger": Ledger, "look-back": LookBack,
                            "stages": Stages, "stop": Stop, "sentence": Sentence, "short-path": ShortPath,
                            "report": Report, "chapter-references": ChapterReferences}.items():
        app.add_directive(name, directive)
    app.add_role("fact", fact)
    app.add_node(References)
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math, None))
    app.connect("config-inited", provide_vega)
    app.connect("env-updated", wait_for_vega)
    app.connect("builder-inited", notice_changes)
    app.connect("env-get-outdated", reread_all)
    app.connect("doctree-resolved", fill_references)
    app.connect("build-finished", remember_digests)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
