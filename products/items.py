"""The item bank for learning systems: Moodle XML, and IMS QTI 1.2 through text2qti.

Both hold every self-check and every sentence to sort, with feedback for each option. A sentence to sort is a choice of
one: a matching item could not carry the feedback for each choice. Neither format knows levels of confidence, so they
stay in the book.
"""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

from text2qti.config import Config
from text2qti.qti import QTI
from text2qti.quiz import Quiz

from casebook.pieces import learning_map
from casebook.pieces.questions import Item, bank

BOOK = "One Child, One Table"
TERMS = f"From {BOOK}. Education only, never medical advice. CC BY 4.0."
MOODLE = "moodle.xml"
RIGHTS = "Private (Copyrighted) - http://en.wikipedia.org/wiki/Copyright"
"""What text2qti writes into each package; the book's own terms take its place."""


def build(out: Path) -> list[Path]:
    """Write ``items/moodle.xml`` and a QTI package for each chapter; returns their paths."""
    folder = out / "items"
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / MOODLE]
    items_by_chapter = bank()
    tree = moodle(items_by_chapter)
    ET.indent(tree)
    ET.ElementTree(tree).write(written[0], "utf-8", xml_declaration=True)
    for chapter, items in items_by_chapter.items():
        written.append(folder / f"qti-chapter-{chapter:02d}.zip")
        qti(chapter, items).save(written[-1])
    return written


def title(chapter: int) -> str:
    """'Chapter 04: Day by day: the case'; two digits, so that a system that sorts by name keeps the order."""
    return f"Chapter {chapter:02d}: {learning_map.head(chapter).title}"


def moodle(items_by_chapter: dict[int, tuple[Item, ...]]) -> ET.Element:
    """A Moodle quiz, as an Element: a category for each chapter, in it its items as multiple choice."""
    quiz = ET.Element("quiz")
    for chapter, items in items_by_chapter.items():
        category = ET.SubElement(quiz, "question", type="category")
        path = "/".join(part.replace("/", "//") for part in (BOOK, title(chapter)))
        _text(category, "category", f"$course$/top/{path}")
        _text(category, "info", TERMS, format="html")
        quiz.extend(_multichoice(item) for item in items)
    return quiz


def _multichoice(item):
    question = ET.Element("question", type="multichoice")
    _text(question, "name", item.id)
    _text(question, "questiontext", _paragraphs(item), format="html")
    _text(question, "generalfeedback", "", format="html")
    right = len(item.right)
    for name, value in (("defaultgrade", "1"), ("penalty", "0"), ("hidden", "0"), ("idnumber", f"{BOOK} {item.id}"),
                        ("single", str(not item.several).lower()), ("shuffleanswers", "false"),
                        ("answernumbering", "ABCD")):
        ET.SubElement(question, name).text = value
    for option in item.options:
        wrong = -100 / (len(item.options) - right) if item.several else 0        # ticking all earns nothing
        share = round(100 / right if option.correct else wrong, 5)
        answer = ET.SubElement(question, "answer", fraction=f"{share:g}", format="html")
        ET.SubElement(answer, "text").text = option.text
        _text(answer, "feedback", option.feedback, format="html")
    tags = ET.SubElement(question, "tags")
    for tag in item.tags:
        _text(tags, "tag", tag)
    return question


def _text(parent, name, words, **attributes):
    """A child that holds its words in a <text>, as Moodle writes most of them."""
    ET.SubElement(ET.SubElement(parent, name, attributes), "text").text = words


def _paragraphs(item):
    return f"<p>{item.stem}</p>" + (f"<p>{item.dagger}</p>" if item.dagger else "")


def qti(chapter: int, items: tuple[Item, ...]) -> QTI:
    """The items of a chapter as a QTI package of text2qti."""
    lines = [f"Quiz title: {title(chapter)}", f"Quiz description: {_kept(TERMS)}", ""]
    for n, item in enumerate(items, 1):
        lines += [f"Title: {item.id}", f"{n}. {''.join(map(_kept, filter(None, (item.stem, item.dagger))))}"]
        for option in item.options:
            right = "*" if option.correct else ""
            mark = f"[{right or ' '}]" if item.several else f"{right}{option.letter.lower()})"
            lines += [f"{mark} {_kept(option.text)}", f"... {_kept(option.feedback)}"]
        lines.append("")
    package = QTI(Quiz("\n".join(lines), config=Config(), source_name=f"items of chapter {chapter}"))
    if RIGHTS not in package.imsmanifest_xml:
        raise RuntimeError("text2qti writes other terms into its packages than before: "
                           "correct RIGHTS in products/items.py")
    package.imsmanifest_xml = package.imsmanifest_xml.replace(RIGHTS, TERMS)
    practice = re.sub(r"(?s)\s*<assignment .*?</assignment>", "", package.assessment_meta)
    for name, old, new in (("quiz_type", "assignment", "practice_quiz"), ("allowed_attempts", "1", "-1")):
        if f"<{name}>{old}<" not in practice:
            raise RuntimeError(f"text2qti now writes another {name} into its packages: correct products/items.py")
        practice = practice.replace(f"<{name}>{old}<", f"<{name}>{new}<")
    package.assessment_meta = practice
    return package


def _kept(html):
    """A paragraph that text2qti takes as it is: HTML is no Markdown to it, signs of its formulas become references."""
    return f"<p>{html.replace('$', '&#36;').replace(chr(92), '&#92;')}</p>"
