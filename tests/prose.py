"""The book's prose as passages with their place, for tests that read words: pages, texts as data, words that code shows."""

import ast
import csv
import json
import re
from functools import cache
from typing import NamedTuple

import textstat
import yaml
from conftest import TOP
from test_truth import blocks

BOOK = TOP / "book"
PAGES = sorted(BOOK.glob("*.md"))
DATA_TEXTS = [BOOK / "case.yml", BOOK / "appraisal.yml", *sorted((BOOK / "figures").glob("*.yml")),
              *sorted((BOOK / "questions").glob("*.yml"))]
MODULES = sorted((BOOK / "casebook").glob("*.py"))
TABLES = sorted((TOP / "data").glob("*.csv"))
NOT_PROSE = re.compile(r"id|tags|numbers|step|grade|correct|scored|name|source|key|.*_source|.*_id|printed|printed_unit|interval|path|hash|qualifier|constraints|n")

CODE = re.compile(r"=>|const |\w\(|[-\w]+:\s*[-#.\w ]+[;\"]|^\w+ \{")


class Passage(NamedTuple):
    """A paragraph, a list item or a text of YAML, CSV or Python, as its source has it."""

    place: str
    text: str
    remark: str | None = None


def _of_page(path):
    for line, remark, block in blocks(path.read_text("utf-8"), bare=False):
        yield Passage(f"{path.relative_to(TOP)}:{line}", block, remark)


def _of_tree(place, node, remark=None):
    if isinstance(node, dict):
        remark = node.get("numbers", remark)
        for key, value in node.items():
            if not NOT_PROSE.fullmatch(str(key)):
                yield from _of_tree(f"{place}, {node.get('id', node.get('step', ''))} {key}", value, remark)
    elif isinstance(node, list):
        for value in node:
            yield from _of_tree(place, value, remark)
    elif isinstance(node, str):
        for part in re.split(r"\n\s*\n|\n(?=\s*[-*|]|\s*\d+\.\s)", node):
            yield Passage(place, part, remark)


def _of_module(path):
    """String literals of three words or more; docstrings are for maintainers and left out, f-strings come as one text."""
    tree = ast.parse(path.read_text("utf-8"))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node) if part is not node}
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in inside or id(node) in docstrings:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "{{ … }}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if len(re.findall(r"[A-Za-z]{2,}", text)) >= 3 and " " in text.strip() and not CODE.search(text):
            yield Passage(f"{path.relative_to(TOP)}:{node.lineno}", text)


def _of_table(path):
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            for column, cell in row.items():
                if " " in (cell or "") and not NOT_PROSE.fullmatch(column):
                    yield Passage(f"{path.relative_to(TOP)}:{number}, {column}", cell)


@cache
def passages():
    """All passages of the student's side of the book."""
    found = [p for path in PAGES for p in _of_page(path)]
    found += [p for path in DATA_TEXTS for p in _of_tree(str(path.relative_to(TOP)), yaml.safe_load(path.read_text("utf-8")))]
    found += [p for path in MODULES for p in _of_module(path)] + [p for path in TABLES for p in _of_table(path)]
    found += _of_tree("data/datapackage.json", json.loads((TOP / "data/datapackage.json").read_text("utf-8")))
    return found


def plain(text):
    """A passage as a reader sees it, nearly: roles, citations, markup, addresses and code gone; what is computed is ‹x›."""
    text = re.sub(r"^%.*$|\{cite:\w+\}`[^`]*`|\[@[^\]]*\]|<[^>\n]*>(?!`)|https?://\S+|^```+.*$|^:+.*$|^\([\w-]+\)=$", "", text, flags=re.M)
    text = re.sub(r"\{(?:fact|glue:text)\}`[^`]*`|\{\{.*?\}\}", "‹x›", text, flags=re.S)
    text = re.sub(r"\{(?:term|ref)\}`([^<`]*?)(?: <[^>]*>)?`", r"\1", text)
    text = re.sub(r"\{\w+\}`([^`]*)`", r"\1", text)
    text = re.sub(r"`[^`]*`", "‹code›", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"(?<!\w)[*_]+|[*_]+(?!\w)", "", text)


def sentences(path):
    """Running text of a page as plain sentences of three words or more; tables, headings, directives and code left out. What is computed
    counts as one short word."""
    found = []
    for passage in _of_page(path):
        lines = [line for line in plain(passage.text).splitlines() if not line.lstrip().startswith(("|", "#", ":"))]
        text = " ".join(" ".join(lines).replace("‹x›", "7").replace("‹code›", "word").split())
        found += [s for s in re.split(r"(?<=[.?!])\s+", text) if len(s.split()) >= 3]
    return found


def reading_ease(path):
    """Flesch reading ease of a page: 60 and more is plain English, 30 and less is what most journals print."""
    return textstat.flesch_reading_ease(" ".join(s.rstrip(".?!:;") + "." for s in sentences(path)))
