"""The folder of a live class: a start page, the projector, and every chapter as a notebook, each a click away in
JupyterLab.

``make live`` writes it into ``lesson/``, beside ``book`` and ``data``, which git ignores: nothing that JupyterLab saves
there changes the book. The chapters are the teachers' notebooks of the built site.
"""

import json
import os
import re
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from casebook.classroom.session_plans import ORDER, place, plan
from casebook.display.live_html import TYPE
from casebook.pieces.learning_map import chapter_files
from casebook.tables.resources import BOOK

TEACHER = BOOK.parent / "_build" / "html" / "notebooks" / "teacher"
RECIPES = ("plot-it-yourself", "Plot it yourself in three lines")
_HEAD = """# Start: a class with *One Child, One Table*

**[Open the projector](projector.ipynb)**: the case in large type, with the hands of your class. Press Shift+Enter in \
it, then *Full
screen*.

A click below opens a page. To bring it to life, press the double arrow in its bar: \
*Restart the kernel and run all cells*. How to run
a class stands in [A live class](../book/instructor/live-class.md). These pages contain solutions.

Nothing that a reader chooses in a chapter is kept: it lasts until you reload the page of the browser."""
_PROJECTOR = """from casebook.classroom.projector import Projector

Projector(plan="one-hour")"""
_PROJECTOR_WORDS = """\
Select the cell above and press Shift+Enter. Then press *Full screen*; Escape leaves it. Counts stay until the
kernel stops; *Save counts* writes them to a new file beside this notebook. *Steps of* chooses the
screens that *Next* shows: those for which plan A has the time, or the whole case."""


def write(folder: Path) -> None:
    """Write the folder. A chapter that somebody has changed stays as it is; the start page says so.

    Raises CaseDataError for a plan that is not whole, as ``plans.load_plan`` does.
    """
    (folder / ".look").mkdir(parents=True, exist_ok=True)
    (folder / ".look" / "custom.css").write_text(TYPE, "utf-8")             # what JupyterLab loads with --custom-css
    if not (folder / "casebook").exists():
        # beside the notebooks, which import it
        (folder / "casebook").symlink_to(os.path.relpath(BOOK / "casebook", folder))
    kept = [file.stem for file in sorted(TEACHER.glob("*.ipynb")) if not _renewed(file, folder / file.name)]
    _save(folder / "projector.ipynb", [(new_code_cell, _PROJECTOR), (new_markdown_cell, _PROJECTOR_WORDS)])
    _save(folder / "start.ipynb", [(new_markdown_cell, text) for text in start_page(kept)])


def start_page(kept: Sequence[str] = ()) -> list[str]:
    """The page as cells of Markdown; ``kept`` are the chapters that somebody has changed."""
    return [_HEAD, *map(_plan, ORDER), _chapters(kept), *_cases()]


def _save(file, cells):
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    cells = [new_cell(text, id=f"cell-{n}") for n, (new_cell, text) in enumerate(cells)]
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), file)


def _renewed(built, file):
    """Put the built chapter where ``file`` stands, and note its cells in it; False if somebody has changed them
    since."""
    if file.exists():
        there = json.loads(file.read_text("utf-8"))
        if there["metadata"].get("casebook") != _sources(there):
            return False
    fresh = json.loads(built.read_text("utf-8"))
    fresh["metadata"]["casebook"] = _sources(fresh)
    file.write_text(json.dumps(fresh, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return True


def _sources(notebook):
    """A mark of what the cells of a notebook say, without their outputs."""
    return sha256("\0".join("".join(cell["source"]) for cell in notebook["cells"]).encode()).hexdigest()


def chapters() -> list[tuple[str, str]]:
    """Pairs of file name without ending and title, in the order of the book."""
    return [(path.stem, re.search(r"^# (.+)$", path.read_text("utf-8"), re.M)[1]) for path in chapter_files()]


def _plan(name):
    session_plan = plan(name)
    named = {"For": "for", "Aim": "aim", "Before class": "before", "Afterwards": "after"}
    parts = [f"## {session_plan['title']}",
             *(f"**{word}:** {session_plan[key]}" for word, key in named.items() if key in session_plan)]
    for session in session_plan["sessions"]:
        rows = [f"| {step['minutes'][0]}–{step['minutes'][1]} | {_cell(step)} "
                f"| {'<br>'.join(map(_link, step.get('pages', ())))} |"
                for step in session["steps"]]
        parts.append("\n".join([f"| {session['minutes']} minutes | {session['name']} | open |", "|:---|:---|:---|",
                                *rows]))
    return "\n\n".join(parts)


def _cell(step):
    texts = [f"**{step['title']}**", step["do"]]
    texts += [f"*{word}:* {step[key]}" for word, key in (("Say", "say"), ("If short", "if_short")) if key in step]
    return "<br>".join(" ".join(text.split()) for text in texts).replace("|", "\\|")


def _link(page):
    """A plan's page as a link; a step of the case is on the projector."""
    file, _, part = page.partition("#")
    if part.startswith("step-"):
        return f"[Projector](projector.ipynb), {place(page)}"
    number = re.match(r"\d+", file)
    if not number:
        return f"[{file}](../book/{file}.md)"
    return f"[Chapter {int(number[0])}]({file}.ipynb)" + (f", {place(page)}" if part else "")


def _chapters(kept):
    changed = " · yours: you changed it, so it isn't renewed; delete it for the book's own"
    lines = [f"- [{title}]({stem}.ipynb) · [source](../book/{stem}.md)" + changed * (stem in kept)
             for stem, title in [*chapters(), RECIPES]]
    why = "A source is for editors: what you save there changes the book, and its self-checks and computed numbers " \
        "show as code."
    return "\n\n".join(["## Chapters", why, "\n".join(lines)])


def _cases():
    """Other cases of the book, each with its own page."""
    links = [f"- [{re.search(r'^# (.+)$', page.read_text('utf-8'), re.M)[1]}](../book/{page.name})"
             for page in sorted(BOOK.glob("case-*.md"))]
    return ["## Other cases\n\n" + "\n".join(links)] if links else []


if __name__ == "__main__":
    write(Path(sys.argv[1]))
