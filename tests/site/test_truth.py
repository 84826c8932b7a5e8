"""Every clinical number of the book's texts is computed, cited, or says where else it is from.

How it works: the text of each page is cut into blocks (paragraphs, list items, tables, questions). A block that holds a
number with a unit, a share or an interval must hold one of these as well: a citation, a number from code ({fact},
{glue}, {{ … }}), or, in the line above it, the remark `% numbers: the letter`, `% numbers: made up` or `% numbers:
arithmetic`. Self-checks may carry the same remark as `numbers:`. What cells print comes from code.
"""

import re

import pytest
import yaml

from casebook.tables.references import bibliography
from conftest import TOP
from prose import NUMBER, REASONS, SUPPORT, blocks

BOOK = TOP / "book"
CHAPTERS = sorted(BOOK.glob("[0-9][0-9]-*.md"))
QUESTIONS = sorted((BOOK / "questions").glob("*.yml"))


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda p: p.name)
def test_every_clinical_number_of_a_chapter_is_computed_or_cited(chapter):
    bare = []
    for line, remark, block in blocks(chapter.read_text("utf-8")):
        number = NUMBER.search(block)
        if number and not SUPPORT.search(block) and not re.match(r"\**(?:Minutes|Time)", block.strip()):
            if remark not in REASONS:
                bare.append(f"{chapter.name}, about line {line}: “{number[0]}” in “{' '.join(block.split())[:90]}”")
    assert not bare, ("neither computed nor cited; cite it, compute it, or say with `% numbers: …` where it is from:\n"
                      + "\n".join(bare))


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
