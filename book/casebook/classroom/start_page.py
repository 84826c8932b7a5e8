"""The start page of a live class: session plans, projector and chapters, each a click away in JupyterLab.

``make live`` writes it to book/instructor/start.md before JupyterLab opens it. It is a notebook of Markdown cells alone: JupyterLab shows
these rendered, without anything to run, and opens their relative links as notebooks.
"""

import re

from casebook.classroom.session_plans import ORDER, place, plan
from casebook.pieces.learning_map import chapter_files
from casebook.tables.resources import BOOK

TEACHER = BOOK.parent / "_build" / "html" / "notebooks" / "teacher"
_HEAD = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
    format_version: 0.13
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# Start: a class with *One Child, One Table*

**[Open the projector](projector.md)**: the case in large type, with the hands of your class. Press Shift+Enter in it, then *Full screen*.

A click below opens a page as a notebook. To run it, press the double arrow in its bar. How to run a class stands in
[A live class](live-class.md). These pages contain solutions."""


def start_page() -> str:
    """The page as a MyST notebook. Raises CaseDataError for a plan that is not whole, as ``plans.load_plan`` does."""
    return "\n\n+++\n\n".join([_HEAD, *map(_plan, ORDER), _chapters(), *_cases()]) + "\n"


def chapters() -> list[tuple[str, str]]:
    """Pairs of file name without ending and title, in the order of the book."""
    return [(path.stem, re.search(r"^# (.+)$", path.read_text("utf-8"), re.M)[1]) for path in chapter_files()]


def _plan(name):
    session_plan = plan(name)
    named = {"For": "for", "Aim": "aim", "Before class": "before", "Afterwards": "after"}
    parts = [f"## {session_plan['title']}", *(f"**{word}:** {session_plan[key]}" for word, key in named.items() if key in session_plan)]
    for session in session_plan["sessions"]:
        rows = [f"| {step['minutes'][0]}–{step['minutes'][1]} | {_cell(step)} | {'<br>'.join(map(_link, step.get('pages', ())))} |"
                for step in session["steps"]]
        parts.append("\n".join([f"| {session['minutes']} minutes | {session['name']} | open |", "|:---|:---|:---|", *rows]))
    return "\n\n".join(parts)


def _cell(step):
    texts = [f"**{step['title']}**", step["do"]]
    texts += [f"*{word}:* {step[key]}" for word, key in (("Say", "say"), ("If short", "if_short")) if key in step]
    return "<br>".join(" ".join(text.split()) for text in texts).replace("|", "\\|")


def _link(page):
    """A plan's page as a link; a step of the case is on the projector."""
    file, _, part = page.partition("#")
    if part.startswith("step-"):
        return f"[Projector](projector.md), {place(page)}"
    number = re.match(r"\d+", file)
    return f"[{f'Chapter {int(number[0])}' if number else file}](../{file}.md)"


def _chapters():
    built = {stem for stem, _ in chapters() if (TEACHER / f"{stem}.ipynb").exists()}
    teacher = " · [teacher's notebook](../../_build/html/notebooks/teacher/{}.ipynb)"
    lines = [f"- [{title}](../{stem}.md)" + (teacher.format(stem) if stem in built else "") for stem, title in chapters()]
    why = "A chapter opens as its source: its cells run, while self-checks and computed numbers in the text show as code. " + (
        "The teacher's notebook has them in plain words." if built else
        "`make book` once, then `make live` again, and a teacher's notebook with both in plain words is linked here.")
    return "\n\n".join(["## Chapters", why, "\n".join(lines)])


def _cases():
    """Other cases of the book, each with its own page."""
    links = [f"- [{re.search(r'^# (.+)$', page.read_text('utf-8'), re.M)[1]}](../{page.name})" for page in sorted(BOOK.glob("case-*.md"))]
    return ["## Other cases\n\n" + "\n".join(links)] if links else []


if __name__ == "__main__":
    print(start_page(), end="")
