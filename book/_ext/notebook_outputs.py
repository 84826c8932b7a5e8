"""Outputs of a notebook as any program shows them, trusted or not: drawings as images, nothing that needs the book's scripts or styles."""

import base64
import re

import nbformat
from bs4 import BeautifulSoup
from casebook.figure import LIVE_COLOURS
from casebook.text import BOOK

FORMS = ".controls, button, input, textarea, select, output"
BOOK_CSS = BOOK / "_static" / "book.css"


def portable(output, count):
    """An output of the build for a notebook, with the number of its cell."""
    output = nbformat.from_dict(output)
    if output.output_type == "execute_result":
        output.execution_count = count
    html = output.get("data", {}).get("text/html")
    if html:
        output.data = {"text/html": plain_html(html)}
    return output


def plain_html(html):
    """HTML of a chart or piece as it reads without script and style sheet."""
    soup = BeautifulSoup(re.sub(r"<svg\b.*?</svg>", _image, html, flags=re.S), "html.parser")
    for part in soup.select(f"{FORMS}, script, style, template, [hidden], .narrow-only, .question-answer, [role=status]:empty"):
        part.decompose()
    for value in soup.select("[data-placement=reconstructed]"):
        value.wrap(soup.new_tag("em"))                                     # as in the text: a value in a reconstructed place
    for link in soup.select("a:not([href^=http])"):
        link.unwrap()
    for kind in soup.select(".question-kind"):
        kind.name = "strong"
    for fold in soup.select("details:not(.numbers)"):
        fold["open"] = ""
    for label in soup.select("label"):
        label.name = "p"
    return str(soup)


def _image(svg):
    label, width = (re.search(rf'^<svg[^>]* {name}="([^"]*)"', svg[0]) for name in ("aria-label", "width"))
    return f'<img src="{drawing(svg[0])}" alt="{label[1] if label else ""}" width="{width[1] if width else 440}">'


def drawing(svg):
    """An SVG of the book as an image that needs no style sheet: colours of the light page, as a data address."""
    box = re.search(r'viewBox="([-\d.]+) ([-\d.]+) ([\d.]+) ([\d.]+)"', svg).groups()
    ground = f'<rect x="{box[0]}" y="{box[1]}" width="{box[2]}" height="{box[3]}" fill="{LIVE_COLOURS["paper"]}"/>'
    if "class=" in svg:                                                     # the causal graph: its looks stand in the site's style sheet
        rules = re.findall(r"^\.chart-dag (.+)$", _colours(BOOK_CSS.read_text("utf-8")), re.M)
        ground += f"<style>{' '.join(rules)}</style>"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{" ".join(box)}" font-family="sans-serif" color="{LIVE_COLOURS["ink"]}">'
    alone = re.sub(r"^\s*<svg[^>]*>", head + ground, _colours(svg), count=1)
    return "data:image/svg+xml;base64," + base64.b64encode(alone.encode()).decode()


def _colours(text):
    return re.sub(r"var\(--chart-(\w+)\)", lambda name: LIVE_COLOURS[name[1]], text)
