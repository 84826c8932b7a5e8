"""Outputs of a notebook as any program shows them, trusted or not: drawings as images, nothing that needs the book's
scripts or styles."""

import base64
import re
from collections.abc import Iterable

import nbformat
from bs4 import BeautifulSoup
from nbformat import NotebookNode

from casebook.display.two_faces import LIVE_COLOURS
from casebook.tables.resources import BOOK

FORMS = ".controls, .confidence, label.reason, button, input, textarea, select, output"
BOOK_CSS = BOOK / "_static" / "book.css"
CAUSAL_GRAPH = re.compile(r"^\.chart-dag (.+)$", re.M)


def one_stream(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """Outputs in which what a cell printed in pieces, as chance had it, is one piece: the same in every build."""
    whole: list[NotebookNode] = []
    for output in outputs:
        if output.output_type == "stream" and whole and whole[-1].get("name") == output.name:
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def portable(outputs: list[NotebookNode], count: int) -> list[NotebookNode]:
    """Outputs of a cell of the build for the cell ``count`` of a notebook."""
    made = []
    for output in one_stream(map(nbformat.from_dict, outputs)):
        if output.output_type == "execute_result":
            output.execution_count = count
        if html := output.get("data", {}).get("text/html"):
            output.data = {"text/html": plain_html(html)}
        made.append(output)
    return made


def plain_html(html: str) -> str:
    """HTML of a chart or piece as it reads without script and style sheet."""
    soup = BeautifulSoup(re.sub(r"<svg\b.*?</svg>", _image, html, flags=re.S), "html.parser")
    for part in soup.select(f"{FORMS}, script, style, template, [hidden], .narrow-only, .question-answer, "
                            "[role=status]:empty"):
        part.decompose()
    for value in soup.select("[data-placement=reconstructed]"):
        value.wrap(soup.new_tag("em"))                             # as in the text: a value in a reconstructed place
    for link in soup.select("a:not([href^=http])"):
        link.unwrap()
    for head in soup.select(".question-kind, .part, .panel-when, figcaption"):
        head.insert(0, head_words := soup.new_tag("strong"))
        head_words.extend(list(head_words.next_siblings))
    for title in soup.select(".panel-title"):
        title.name = "h3"
    for mark, sign in ((".legend-line .solid", "●"), (".legend-line .hollow", "○")):
        for drawn in soup.select(mark):
            drawn.string = sign
    for label in soup.select("label"):
        label.name = "p"
    return str(soup)


def _image(svg):
    label, width = (re.search(rf'^<svg[^>]* {name}="([^"]*)"', svg[0]) for name in ("aria-label", "width"))
    return f'<img src="{drawing(svg[0])}" alt="{label[1] if label else ""}" width="{width[1] if width else 440}">'


def drawing(svg: str) -> str:
    """An SVG of the book as an image that needs no style sheet: colours of the light page, as a data address."""
    box, looks = re.search(r'viewBox="([^"]*)"', svg)[1], ""
    if "class=" in svg:                                    # the causal graph: its looks stand in the site's style sheet
        looks = f"<style>{' '.join(CAUSAL_GRAPH.findall(BOOK_CSS.read_text('utf-8')))}</style>"
    width, height = (1.3 * float(side) for side in box.split()[2:])
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{width:.0f}" height="{height:.0f}" '
            f'font-family="sans-serif" style="color: {LIVE_COLOURS["ink"]}; background: {LIVE_COLOURS["paper"]}">')
    alone = re.sub(r"^\s*<svg[^>]*>", head + looks, svg, count=1)
    alone = re.sub(r"var\(--chart-(\w+)\)", lambda name: LIVE_COLOURS[name[1]], alone)
    return "data:image/svg+xml;base64," + base64.b64encode(alone.encode()).decode()
