"""What the book asks of Sphinx beyond Jupyter Book: two directives, a fresh execution cache, plain MathML, finished pages."""

import hashlib
import os
import re
import shutil
import sys
from pathlib import Path

from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils.math import latex2mathml
from pybtex.plugin import find_plugin
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

BOOK = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BOOK))

from casebook.questions import question_html  # noqa: E402
from casebook.text import bibliography, cite_anchor, cite_label  # noqa: E402


class Question(SphinxDirective):
    """```{question} 4.1```: a self-check of book/questions/04.yml."""

    required_arguments = 1

    def run(self):
        self.env.note_dependency(str(BOOK / "questions" / f"{int(self.arguments[0].split('.')[0]):02d}.yml"))
        return [nodes.raw("", question_html(self.arguments[0]), format="html")]


class References(nodes.General, nodes.Element):
    """Placeholder for the references of a page, filled once all citations are known."""


class ChapterReferences(SphinxDirective):
    """```{chapter-references}```: the works this page cites, in prose, stepper and self-checks."""

    def run(self):
        return [References()]


def fill_references(app, doctree, docname):
    """Replace each placeholder by a list of the works cited on the page, each linked to the references page."""
    cited = {key for ref in app.env.get_domain("cite").citation_refs if ref.docname == docname for key in (t.key for t in ref.targets)}
    for raw in doctree.findall(nodes.raw):
        cited.update(re.findall(r'data-cite="([\w-]+)"', raw.astext()))
    for place in doctree.findall(References):
        page = app.builder.get_relative_uri(docname, "book/references")
        items = "".join(f'<li><a href="{page}#{cite_anchor(key)}">{cite_label(key)}</a>. {formatted(key)}</li>'
                        for key in sorted(cited, key=lambda key: cite_label(key).lower()))
        place.replace_self(nodes.raw("", f'<ul class="chapter-references">{items}</ul>', format="html"))


def formatted(key):
    """One entry of references.bib as HTML."""
    style = find_plugin("pybtex.style.formatting", "plain")()
    text = next(style.format_entries([bibliography()[key]])).text
    return text.render(find_plugin("pybtex.backends", "html")())


def visit_math(translator, node):
    """Formulas as MathML, which browsers draw without script: no MathJax, nothing to load."""
    tree = latex2mathml.tex2mathml(node.astext(), as_block=isinstance(node, nodes.math_block))
    translator.body.append(tree)
    raise nodes.SkipNode


def forget_old_results(app):
    """Drop the execution cache when what notebooks read has changed: jupyter-cache looks at the notebooks alone.

    Also tells casebook, in the kernels too, that a site is being built.
    """
    os.environ["CASEBOOK_STATIC"] = "1"
    digest = hashlib.sha256()
    watched = [BOOK.parent / "data", BOOK / "casebook", BOOK / "case.yml", BOOK / "references.bib"]
    for path in sorted(p for w in watched for p in ([w] if w.is_file() else w.rglob("*"))):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(BOOK.parent)).encode() + path.read_bytes())
    stamp = Path(app.outdir).parent / "casebook.sha256"
    if not stamp.exists() or stamp.read_text() != digest.hexdigest():
        shutil.rmtree(Path(app.outdir).parent / ".jupyter_cache", ignore_errors=True)
        app.casebook_changed = digest.hexdigest()


def reread_all(app, env, added, changed, removed):
    """After such a change every page is read anew."""
    return set(env.found_docs) if getattr(app, "casebook_changed", None) else []


def finish_pages(app, error):
    """Corrections to the built pages that the theme needs: names for listeners, tips for terms, nothing empty."""
    if error or app.builder.format != "html":
        return
    stamp = getattr(app, "casebook_changed", None)
    if stamp:
        (Path(app.outdir).parent / "casebook.sha256").write_text(stamp)
    glossary = Path(app.outdir) / "book" / "glossary.html"
    tips = _definitions(glossary) if glossary.exists() else {}
    for path in Path(app.outdir).rglob("*.html"):
        text = path.read_text("utf-8")
        if "data-finished" not in text and "<main" in text:
            path.write_text(_finish(text, tips), "utf-8")


def _definitions(glossary):
    soup = BeautifulSoup(glossary.read_text("utf-8"), "html.parser")
    found = {}
    for dt in soup.select("dl.glossary dt[id]"):
        definition = dt.find_next_sibling("dd")
        text = re.sub(r"\s*\[[^\]]*\d{4}[^\]]*\]|\s*\([^)]*(?:\d{4}|n\.d\.)\)", "", definition.get_text())   # citations stay on the glossary page
        found[dt["id"]] = " ".join(text.split())
    return found


def _finish(text, tips):
    soup = BeautifulSoup(text, "html.parser")
    soup.html["data-finished"] = ""
    for named in soup.select("button[aria-label], summary[aria-label], label[aria-label]"):
        if named.get_text(strip=True):
            del named["aria-label"]                       # it hid the visible text
    for cell in soup.select("th"):
        if not cell.get_text(strip=True):
            cell.name = "td"
    for link in soup.select("a.reference.internal"):
        target = link.get("href", "").partition("#")[2]
        if target.startswith("term-") and target in tips and "glossary.html" in link["href"]:
            link["data-tip"] = tips[target]
    for entry in soup.select("[role=doc-biblioentry]"):
        entry["role"] = "listitem"
    for element in soup.select(".bd-sidebar-primary, .bd-sidebar-secondary"):
        element["role"] = "region"
        element["aria-label"] = "Contents of the book" if "bd-sidebar-primary" in element["class"] else "On this page"
    return str(soup)


def setup(app):
    app.add_directive("question", Question)
    app.add_directive("chapter-references", ChapterReferences)
    app.add_node(References)
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math, None))
    app.connect("builder-inited", forget_old_results)
    app.connect("env-get-outdated", reread_all)
    app.connect("doctree-resolved", fill_references)
    app.connect("build-finished", finish_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
