"""Pieces that directives put on a page (self-checks, pictures in stages, references …), as Markdown for a notebook."""

import re

from bs4 import BeautifulSoup, NavigableString

from _ext.notebook_outputs import drawing
from casebook.display.text import render
from casebook.pieces.belief_ledger import CHAPTERS, CLAIM
from casebook.pieces.look_back import mixed, stem
from casebook.pieces.questions import CONFIDENCES, load_sorting, question, questions_file
from casebook.pieces.stages import load_stages


def plain(text: str) -> str:
    """Words that Markdown leaves alone."""
    return re.sub(r"([\\`*_$<\[\]~])", r"\\\1", text)


def code(text: str) -> str:
    """Text as code in Markdown."""
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}"


def html_words(html: str) -> str:
    """Words of short HTML as Markdown; values in a reconstructed place are set in italics, as on the page."""
    return "".join(map(_words, BeautifulSoup(html, "html.parser").contents))


def _words(node):
    if isinstance(node, NavigableString):
        return plain(re.sub(r"[ \n]+", " ", str(node)))
    inner = "".join(map(_words, node.contents))
    if node.name == "code":
        return code(node.get_text())
    if node.name in ("em", "i") or node.get("data-placement") == "reconstructed":
        return f"<em>{inner}</em>"
    if node.name in ("strong", "b", "sup", "sub"):
        return f"<{node.name}>{inner}</{node.name}>"
    if node.name == "a" and node.get("href", "").startswith("http"):
        return f"[{inner}]({node['href']})"
    return "<br>" if node.name == "br" else inner


def _question(id):
    item = question(id)
    text = f"**Self-check {id}.** {_short(item.stem)}\n\n" + \
        "\n".join(f"- **{o.letter}.** {_short(o.text)}" for o in item.options)
    if item.confidence:
        text += f"\n\nHow sure are you: {', '.join(f'{c} %' for c in CONFIDENCES[:-1])} or {CONFIDENCES[-1]} %?"
    verdict = {True: "Best supported.", False: "Not the best answer."}
    return text, "\n".join(f"- **{o.letter}. {verdict[o.correct]}** {_short(o.feedback)}" for o in item.options)


def _sorting(chapter):
    sorting = load_sorting(questions_file(chapter))
    text = "\n".join(f"- **{name}**: {_short(means)}" for name, means in sorting.groups.items()) + "\n\n" + \
        "\n".join(f"{n}. {_short(item.stem)}" for n, item in enumerate(sorting.sentences, 1))
    return text, "\n".join(f"{n}. The book sorts it under **{item.right[0].text}**.\n" +
                           "\n".join(f"   - {option.text}: {_short(option.feedback)}" for option in item.options)
                           for n, item in enumerate(sorting.sentences, 1))


def _ledger(chapter):
    if not chapter:
        return f"> {CLAIM}\n\nPut your entries of chapters {', '.join(map(str, CHAPTERS))} side by side.", ""
    asked = ("- How sure are you that this is true, from 0 to 100 %?\n- Your reason:\n"
             "- The best reason against your number:")
    return f"**Belief ledger, entry {CHAPTERS.index(chapter) + 1} of {len(CHAPTERS)}**\n\n> {CLAIM}\n\n{asked}", ""


def _look_back(before):
    return "\n".join(f"- **{item.id}** {html_words(stem(item))}" for item in mixed(before)), ""


def _stages(name):
    words, svg = load_stages(name)
    steps = "\n".join(f"{n}. **{_short(s['name'])}** {_short(s['text'])}" for n, s in enumerate(words["stages"], 1))
    return f"**{words['title']}**\n\n![{plain(words['description'].strip())}]({drawing(svg)})\n\n{steps}", ""


def _references(entries):
    return "\n".join(f"- {html_words(entry)}" for entry in entries), ""


def _short(text):
    return html_words(render(text, inline=True))


PIECES = {"question": _question, "sorting": _sorting, "ledger": _ledger, "look-back": _look_back, "stages": _stages,
          "references": _references, "page-only": lambda name: ("", "")}
"""For each kind of piece a function that returns (text, answer), both Markdown; without an answer it is empty."""
