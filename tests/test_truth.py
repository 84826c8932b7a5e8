"""Every clinical number of the book's texts is computed, cited, or says where else it is from.

How it works: the text of each page is cut into blocks (paragraphs, list items, tables, questions). A block that holds a number
with a unit, a share or an interval must hold one of these as well: a citation, a number from code ({fact}, {glue}, {{ … }}),
or, in the line above it, the remark `% numbers: the letter`, `% numbers: made up` or `% numbers: arithmetic`. Self-checks may
carry the same remark as `numbers:`. What cells print comes from code.
"""

import re

import pytest
import yaml
from casebook.text import bibliography
from conftest import TOP

BOOK = TOP / "book"
CHAPTERS = sorted(BOOK.glob("[0-9][0-9]-*.md"))
QUESTIONS = sorted((BOOK / "questions").glob("*.yml"))
UNITS = r"(?:%|per cent|mg|µg|ug|mcg|ng|kg|g/|mL|µL|L/|L\b|cm|mm|mmHg|°C|h\b|hours?\b|days?\b|weeks?\b|months?\b|years?\b|children\b|patients\b|adults\b)"
NUMBER = re.compile(rf"\d[\d,.]*(?:\s*(?:to|–|-|/|and)\s*\d[\d,.]*)?[\s\u00a0]*{UNITS}|\b\d+ of (?:the )?\d+|\bCI\b.{{0,12}}\d")
SUPPORT = re.compile(r"\{cite|\[@|\{glue|\{fact|\{\{")
REASONS = ("the letter", "made up", "arithmetic", "of this book")


def without_code(text):
    """The text with code cells and code blocks empty, line for line; what other directives hold is prose."""
    lines, open_fences = [], []                                    # of each fence that is open: its backticks, and whether it holds code
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
    """(line, remark, block) for each block of prose without code cells; ``bare`` leaves out code, options and addresses in it too."""
    text = re.sub(r"^---\n.*?^---\n", lambda m: "\n" * m[0].count("\n"), text, count=1, flags=re.S | re.M)
    text = without_code(text)
    line, remark, in_list = 1, None, False
    for block in re.split(r"(\n\s*\n|\n(?=\s*(?:[-*]|\d+\.)\s))", text):
        at, line = line + len(block) - len(block.lstrip("\n")), line + block.count("\n")
        found = re.search(r"^% numbers: (.+)$", block, re.M)
        prose = re.sub(r"^%.*$|`[^`{}]*`(?<!\})|\]\([^)]*\)|\"3\. day\"", "", block, flags=re.M) if bare else block
        if found and not re.sub(r"^%.*$", "", block, flags=re.M).strip():
            remark = found[1]
        elif prose.strip():
            item = re.match(r"\s*(?:[-*]|\d+\.)\s", block)
            if in_list and not item:                               # a remark above a list holds for its items
                remark = None
            yield at, found[1] if found else remark, prose
            in_list = bool(item)
            if found and block.rstrip().endswith(found[0]):        # the remark is the last line: it speaks of what follows
                remark = found[1]
            elif not item:
                remark = None


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda p: p.name)
def test_every_clinical_number_of_a_chapter_is_computed_or_cited(chapter):
    bare = []
    for line, remark, block in blocks(chapter.read_text("utf-8")):
        number = NUMBER.search(block)
        if number and not SUPPORT.search(block) and not re.match(r"\**(?:Minutes|Time)", block.strip()):
            if remark not in REASONS:
                bare.append(f"{chapter.name}, about line {line}: “{number[0]}” in “{' '.join(block.split())[:90]}”")
    assert not bare, "neither computed nor cited; cite it, compute it, or say with `% numbers: …` where it is from:\n" + "\n".join(bare)


@pytest.mark.parametrize("file", QUESTIONS, ids=lambda p: p.name)
def test_every_clinical_number_of_a_self_check_is_computed_or_cited(file):
    bare, content = [], yaml.safe_load(file.read_text("utf-8"))
    for question in content["questions"]:
        texts = " ".join([question["stem"], *(o[k] for o in question["options"] for k in ("text", "feedback"))])
        if NUMBER.search(texts) and not SUPPORT.search(texts) and question.get("numbers") not in REASONS:
            bare.append(f"{file.name}, question {question['id']}: “{NUMBER.search(texts)[0]}”")
    sorting = content.get("sorting", {"sentences": []})
    for n, sentence in enumerate(sorting["sentences"], 1):
        texts = " ".join([sentence["text"], *sentence["feedback"].values()])
        if NUMBER.search(texts) and not SUPPORT.search(texts) and sorting.get("numbers") not in REASONS:
            bare.append(f"{file.name}, sentence {n}: “{NUMBER.search(texts)[0]}”")
    assert not bare, "neither computed nor cited:\n" + "\n".join(bare)


def test_every_work_has_an_address():
    bare = [key for key, entry in bibliography().items() if not {"doi", "url"} & set(entry.fields)]
    assert not bare, f"references.bib, {bare}: neither doi nor url"
