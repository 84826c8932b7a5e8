"""The book's prose as passages with their place, for tests: pages, texts as data, words that code shows.

And what counts as a clinical number in it, and as its support: see test_truth.
"""

import ast
import csv
import json
import re
from functools import cache
from typing import NamedTuple

import textstat
import yaml

from conftest import TOP

BOOK = TOP / "book"
PAGES = sorted(BOOK.glob("*.md"))
DATA_TEXTS = [BOOK / "case.yml", BOOK / "appraisal.yml", *sorted((BOOK / "figures").glob("*.yml")),
              *sorted((BOOK / "questions").glob("*.yml"))]
MODULES = sorted((BOOK / "casebook").rglob("*.py"))
TABLES = sorted((TOP / "data").glob("*.csv"))
NOT_PROSE = re.compile(
    "id|tags|numbers|step|grade|correct|scored|name|source|key|.*_source|.*_id|printed|printed_unit|interval|path|hash"
    "|qualifier|constraints|n|words|record")

UNITS = (r"(?:%|per cent|mg|µg|ug|mcg|ng|kg|g/|mL|µL|L/|L\b|cm|mm|mmHg|°C|h\b"
         r"|hours?\b|days?\b|weeks?\b|months?\b|years?\b|children\b|patients\b|adults\b)")
NUMBER = re.compile(rf"\d[\d,.]*(?:\s*(?:to|–|-|/|and)\s*\d[\d,.]*)?[\s\u00a0]*{UNITS}|\b\d+ of "
                    rf"(?:the )?\d+|\bCI\b.{{0,12}}\d")
SUPPORT = re.compile(r"\{cite|\[@|\{glue|\{fact|\{\{")
REASONS = ("the letter", "made up", "arithmetic", "of this book")
CODE = re.compile(r"=>|const |\w\(|[-\w]+:\s*[-#.\w ]+[;\"]|^\w+ \{")


def without_code(text):
    """The text with code cells and code blocks empty, line for line; what other directives hold is prose."""
    lines, open_fences = [], []  # of each fence that is open: its backticks, and whether it holds code
    for line in text.splitlines():
        fence = re.match(r"(`{3,})(.*)", line)
        if fence and open_fences and fence[1] == open_fences[-1][0] and not fence[2].strip():
            open_fences.pop()
            line = ""
        elif fence:
            open_fences.append((fence[1], fence[2].strip() in ("", "python", "text") or "{code-cell}" in fence[2]))
        lines.append("" if any(code for _, code in open_fences) else line)
    assert not open_fences, f"a fence of {open_fences[-1][0]} is never closed"
    return "\n".join(lines)


def blocks(text, bare=True):
    """(line, remark, block) for each block of prose without code cells; ``bare``: nor code, options and addresses."""
    text = re.sub(r"^---\n.*?^---\n", lambda m: "\n" * m[0].count("\n"), text, count=1, flags=re.S | re.M)
    text = without_code(text)
    line, remark, in_list = 1, None, False
    for block in re.split(r"(\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s))", text):
        at, line = line + len(block) - len(block.lstrip("\n")), line + block.count("\n")
        own_remark = re.search(r"^% numbers: (.+)$", block, re.M)
        prose = re.sub(r"^%.*$|`[^`{}]*`(?<!\})|\]\([^)]*\)|\"3\. day\"", "", block, flags=re.M) if bare else block
        if own_remark and not re.sub(r"^%.*$", "", block, flags=re.M).strip():
            remark = own_remark[1]
        elif prose.strip():
            item = re.match(r"\s*(?:[-*]|\d+\.)\s", block)
            if in_list and not item:                               # a remark above a list holds for its items
                remark = None
            yield at, own_remark[1] if own_remark else remark, prose
            in_list = bool(item)
            # the remark is the last line: it speaks of what follows
            if own_remark and block.rstrip().endswith(own_remark[0]):
                remark = own_remark[1]
            elif not item:
                remark = None


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
    """String literals of three words or more, without docstrings; f-strings come as one text."""
    tree = ast.parse(path.read_text("utf-8"))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)
              if part is not node}
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
    listed = [p for path in PAGES for p in _of_page(path)]
    listed += [p for path in DATA_TEXTS
               for p in _of_tree(str(path.relative_to(TOP)), yaml.safe_load(path.read_text("utf-8")))]
    listed += [p for path in MODULES for p in _of_module(path)] + [p for path in TABLES for p in _of_table(path)]
    listed += _of_tree("data/datapackage.json", json.loads((TOP / "data/datapackage.json").read_text("utf-8")))
    return listed


def plain(text):
    """A passage nearly as a reader sees it: no roles, citations, markup, addresses, code; what is computed is ‹x›."""
    text = re.sub(r"^%.*$|\{cite:\w+\}`[^`]*`|\[@[^\]]*\]|<[^>\n]*>(?!`)|https?://\S+|^```+.*$|^:+.*$|^\([\w-]+\)=$",
                  "", text, flags=re.M)
    text = re.sub(r"\{(?:fact|glue:text)\}`[^`]*`|\{\{.*?\}\}", "‹x›", text, flags=re.S)
    text = re.sub(r"\{(?:term|ref)\}`([^<`]*?)(?: <[^>]*>)?`", r"\1", text)
    text = re.sub(r"\{\w+\}`([^`]*)`", r"\1", text)
    text = re.sub(r"`[^`]*`", "‹code›", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"(?<!\w)[*_]+|[*_]+(?!\w)", "", text)


def sentences(path):
    """Running text of a page as plain sentences of three words or more; tables, headings, directives and code left out.
    What is computed counts as one short word."""
    listed = []
    for passage in _of_page(path):
        lines = [line for line in plain(passage.text).splitlines() if not line.lstrip().startswith(("|", "#", ":"))]
        text = " ".join(" ".join(lines).replace("‹x›", "7").replace("‹code›", "word").split())
        listed += [s for s in re.split(r"(?<=[.?!])\s+", text) if len(s.split()) >= 3]
    return listed


def reading_ease(path):
    """Flesch reading ease of a page: 60 and more is plain English, 30 and less is what most journals print."""
    return textstat.flesch_reading_ease(" ".join(s.rstrip(".?!:;") + "." for s in sentences(path)))
