"""A picture that is read in stages: book/figures/NAME.svg with the words in NAME.yml.

Groups of the SVG carry ``data-stage="1"`` … in reading order; the YAML holds ``title``, ``description`` and ``stages``,
each with ``name`` and ``text`` (Markdown with [@key] citations). On the page stages.js shows one stage after another;
without script, and in print, the whole picture and all words are there.
"""

import re
from pathlib import Path
from xml.etree import ElementTree

from casebook.display.text import template
from casebook.tables.resources import BOOK, CaseDataError, check_schema, read_yaml

FIGURES = BOOK / "figures"

_text = {"type": "string", "minLength": 1}
_STAGE = {"type": "object", "required": ["name", "text"], "additionalProperties": False,
          "properties": {"name": _text, "text": _text}}
SCHEMA = {"type": "object", "required": ["title", "description", "stages"], "additionalProperties": False,
          "properties": {"title": _text, "description": _text,
                         "stages": {"type": "array", "minItems": 1, "items": _STAGE}}}


def load_stages(name: str, folder: Path | str = FIGURES) -> tuple[dict, str]:
    """Words and SVG of a staged picture, as (words, svg).

    Raises CaseDataError if a file is missing or broken, a stage lacks name or text, or picture and words have different
    stages.
    """
    words_file, svg_file = Path(folder) / f"{name}.yml", Path(folder) / f"{name}.svg"
    for file in (words_file, svg_file):
        if not file.exists():
            raise CaseDataError(file, None, None, "no file", "words (.yml) and drawing (.svg) of a staged picture")
    words = read_yaml(words_file, "the words of a staged picture")
    check_schema(words, SCHEMA, words_file, "title, description, stages with name and text", "write it")
    try:
        svg = ElementTree.fromstring(re.sub(r' xmlns="[^"]*"', "", svg_file.read_text("utf-8")))
    except ElementTree.ParseError as error:
        raise CaseDataError(svg_file, error.position[0], None, str(error), "well-formed SVG",
                            "correct the line") from None
    drawn, last = sorted({int(g.attrib["data-stage"]) for g in svg.iter() if g.get("data-stage")}), len(words["stages"])
    if drawn != list(range(1, last + 1)):
        raise CaseDataError(svg_file, None, "data-stage", drawn, f"stages 1 to {last}, as in {words_file.name}",
                            "draw the missing stage or correct the number")
    svg.attrib = {"viewBox": svg.attrib["viewBox"], "role": "img", "aria-label": words["title"]}
    return words, ElementTree.tostring(svg, encoding="unicode")


def stages_html(name: str) -> str:
    """A staged picture as HTML, complete without script."""
    words, svg = load_stages(name)
    return template("stages.html").render(name=name, words=words, svg=svg)
