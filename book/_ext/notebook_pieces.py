"""The pieces that directives put on a page as HTML (self-checks, pictures in stages, references …), written in Markdown for a notebook."""

import re

from bs4 import BeautifulSoup, NavigableString

from _ext.notebook_outputs import drawing
from casebook.display.text import render
from casebook.pieces.belief_ledger import CHAPTERS, CLAIM
from casebook.pieces.look_back import mixed
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
    asked = question(id)
    options = list(zip("ABCDEFGH", asked["options"]))
    text = f"**Self-check {id}.** {_short(asked['stem'])}\n\n" + "\n".join(f"- **{letter}.** {_short(o['text'])}" for letter, o in options)
    if asked.get("confidence"):
        text += f"\n\nHow sure are you: {', '.join(f'{c} %' for c in CONFIDENCES[:-1])} or {CONFIDENCES[-1]} %?"
    return text, "\n".join(f"- **{letter}. {'Best supported.' if o['correct'] else 'Not the best answer.'}** {_short(o['feedback'])}"
                           for letter, o in options)


def _sorting(chapter):
    found = load_sorting(questions_file(chapter))
    groups = found["into"]
    text = "\n".join(f"- **{g['name']}**: {_short(g['means'])}" for g in groups.values()) + "\n\n" + \
        "\n".join(f"{n}. {_short(s['text'])}" for n, s in enumerate(found["sentences"], 1))
    return text, "\n".join(f"{n}. The book sorts it under **{groups[s['is']]['name']}**.\n" +
                           "\n".join(f"   - {groups[key]['name']}: {_short(s['feedback'][key])}" for key in groups)
                           for n, s in enumerate(found["sentences"], 1))


def _ledger(chapter):
    if not chapter:
        return f"> {CLAIM}\n\nPut your entries of chapters {', '.join(map(str, CHAPTERS))} side by side.", ""
    asked = "- How sure are you that this is true, from 0 to 100 %?\n- First reason:\n- Second reason, best one that pulls the other way:"
    return f"**Belief ledger, entry {CHAPTERS.index(chapter) + 1} of {len(CHAPTERS)}**\n\n> {CLAIM}\n\n{asked}", ""


def _look_back(before):
    return "\n".join(f"- **{check['id']}** {html_words(check['stem'])}" for check in mixed(before)), ""


def _stages(name):
    words, svg = load_stages(name)
    steps = "\n".join(f"{n}. **{_short(s['name'])}** {_short(s['text'])}" for n, s in enumerate(words["stages"], 1))
    return f"**{words['title']}**\n\n![{plain(words['description'].strip())}]({drawing(svg)})\n\n{steps}", ""


def _references(entries):
    return "\n".join(f"- {html_words(entry)}" for entry in entries), ""


def _short(text):
    return html_words(render(text, inline=True))


PIECES = {"question": _question, "sorting": _sorting, "ledger": _ledger, "look-back": _look_back, "stages": _stages,
          "references": _references}
"""For each kind of piece a function of its name that returns (text, answer), both Markdown; without an answer it is empty."""
