"""A chapter, as Sphinx has read it, in the Markdown that a plain notebook shows: terms, citations and numbers are text
by now.

``cells(doctree, docname)`` gives the pieces in the page's order. What this module cannot write stops the build.
"""

import re
from dataclasses import dataclass
from html import escape

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx_design.dropdown import dropdown_main

from _ext.notebook_pieces import PIECES, code, html_words, plain

KEPT = "reading"
"""A dropdown of this class (``:class-container: reading``) holds something to read. Every other one folds an answer."""


@dataclass
class Piece:
    """One cell to be: Markdown, or the code cell ``code`` (its number among the chapter's cells).

    ``answer`` says that the page folds it as an answer, with the words on the fold. ``live`` is code that shows in a
    notebook what the page shows here as ``html``; the text is the same in plain Markdown.
    """

    text: str = ""
    code: int | None = None
    answer: str = ""
    live: str = ""
    html: str = ""


def cells(doctree: nodes.document, docname: str) -> list[Piece]:
    """All pieces of a chapter. Raises ExtensionError naming file, line and remedy for what has no form in a
    notebook."""
    writer = _Writer(docname)
    writer.walk(doctree, 0)
    return writer.pieces


class _Writer:
    """Walks one doctree. ``inline_…`` and ``block_…`` methods are named after docutils' node classes and return
    Markdown."""

    def __init__(self, docname):
        self.docname, self.pieces, self.texts = docname, [], []

    # ---- the order of the page ----

    def walk(self, node, level):
        """Pieces of a document or section: a new cell at every title, code cell and answer."""
        for child in node.children:
            if isinstance(child, nodes.section):
                self.walk(child, level + 1)
            elif isinstance(child, nodes.title):
                self.end_cell()
                self.texts.append(f"{'#' * level} {self.inline(child)}")
            elif "cell_index" in getattr(child, "attributes", {}) or list(child.findall(_is_code_cell)):
                self.end_cell()
                self.pieces.append(self.code_cell(next(child.findall(_is_code_cell))))
            elif isinstance(child, dropdown_main):
                self.dropdown(child)
            elif isinstance(child, nodes.raw) and "piece" in child:
                kind, name = child["piece"]
                text, answer = PIECES[kind](name)
                if kind in ("references", "page-only"):
                    self.texts.append(text)
                    continue
                self.end_cell()
                live = f"# The {kind} of the page\nfrom casebook import piece\n\npiece({kind!r}, {name!r})"
                self.pieces.append(Piece(text, live=live, html=child.astext()))
                if answer:
                    self.pieces.append(Piece(answer, answer="Feedback", live=live))
            else:
                self.texts.append(self.block(child))
        if level < 2:
            self.end_cell()

    def end_cell(self):
        text = "\n\n".join(filter(None, self.texts)).strip()
        if text:
            self.pieces.append(Piece(text))
        self.texts = []

    def code_cell(self, cell):
        tags = cell["cell_metadata"].get("tags", [])
        folded = "hide-cell" in tags and KEPT not in tags
        return Piece(code=cell["cell_index"], answer="Solution" if folded else "")

    def dropdown(self, node):
        title = next(t for t in node[0].findall(nodes.inline) if "sd-summary-text" in t["classes"]).astext()
        text = self.blocks(node[1])
        if KEPT in node["classes"]:
            self.texts.append(f"<details><summary>{escape(title)}</summary>\n\n{text}\n\n</details>")
        else:
            self.end_cell()
            self.pieces.append(Piece(text, answer=title))

    # ---- blocks ----

    def block(self, node):
        return self._form("block", node)(node)

    def blocks(self, node, between="\n\n"):
        return between.join(filter(None, map(self.block, node.children)))

    def block_comment(self, node):
        return ""

    block_target = block_substitution_definition = block_index = block_comment

    def block_paragraph(self, node):
        # a paragraph that begins like a list or a title
        return re.sub(r"^(\d+)([.)] )|^([-+#>] )", r"\1\\\2\3", self.inline(node))

    block_container = block_compound = blocks

    def block_block_quote(self, node):
        return indent(self.blocks(node), "> ")

    def block_bullet_list(self, node, marks=None):
        marks = marks or ["- "] * len(node)
        items = [indent(self.blocks(item), mark, " " * len(mark)) for mark, item in zip(marks, node)]
        loose = any(len(item) > 1 and not isinstance(item[1], (nodes.bullet_list, nodes.enumerated_list))
                    for item in node)
        return ("\n\n" if loose else "\n").join(items)

    def block_enumerated_list(self, node):
        first = node.get("start", 1)
        return self.block_bullet_list(node, [f"{n}. " for n in range(first, first + len(node))])

    def block_literal_block(self, node):
        return f"```{node.get('language', '').replace('default', '')}\n{node.astext().rstrip()}\n```"

    def block_math_block(self, node):
        return f"$$\n{node.astext().strip()}\n$$"

    def block_transition(self, node):
        return "---"

    def block_table(self, node):
        rows = [[self.blocks(entry, "<br>").replace("\n", " ").replace("|", "\\|") for entry in row]
                for row in node.findall(nodes.row)]
        rule = ["---"] * len(rows[0])
        return "\n".join(f"| {' | '.join(row)} |" for row in [rows[0], rule, *rows[1:]])

    def block_raw(self, node):
        if node["format"] != "html":
            return ""
        self._refuse(node, "a piece of HTML")

    # ---- words ----

    def inline(self, node):
        return "".join(self._form("inline", child)(child) for child in node.children)

    def inline_Text(self, node):
        return plain(node.astext().replace("\n", " "))

    def inline_emphasis(self, node):
        return f"*{self.inline(node)}*"

    def inline_strong(self, node):
        return f"**{self.inline(node)}**"

    def inline_literal(self, node):
        return code(node.astext())

    def inline_inline(self, node):
        return self.inline(node)

    inline_generated = inline_inline

    def inline_superscript(self, node):
        return f"<sup>{self.inline(node)}</sup>"

    def inline_subscript(self, node):
        return f"<sub>{self.inline(node)}</sub>"

    def inline_math(self, node):
        return f"${node.astext()}$"

    def inline_target(self, node):
        return ""

    inline_comment = inline_index = inline_target

    def inline_raw(self, node):
        return html_words(node.astext()) if node["format"] == "html" else ""

    def inline_reference(self, node):
        """A link to the web stays one, a link to a chapter leads to its notebook, any other becomes its words."""
        words, address = self.inline(node), node.get("refuri", "")
        if re.match(r"https?:|mailto:", address):
            return f"[{words}]({address})"
        chapter = re.fullmatch(r"(?:\.\./book/)?(\d\d-[\w-]+)\.html(#.*)?", address)
        return f"[{words}]({chapter[1]}.ipynb)" if chapter else words

    def _form(self, kind, node):
        name = "Text" if isinstance(node, nodes.Text) else node.tagname
        return getattr(self, f"{kind}_{name}", None) or self._refuse(node, f"‘{name}’")

    def _refuse(self, node, what):
        line = next((n.line for n in [node, *_parents(node)] if n.line), "?")
        raise ExtensionError(f"{self.docname}.md, line {line}: {what} has no form in a notebook. Remedy: write it "
                             "another way, or teach it to book/_ext/notebook_markdown.py. It begins: "
                             f"{node.astext()[:80]!r}")


def _is_code_cell(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def _parents(node):
    while node.parent is not None:
        node = node.parent
        yield node


def indent(text: str, first: str, rest: str | None = None) -> str:
    """Text with ``first`` before its first line and ``rest`` before the others."""
    rest = first if rest is None else rest
    lines = text.split("\n")
    return "\n".join([first + lines[0], *((rest + line).rstrip() for line in lines[1:])])
