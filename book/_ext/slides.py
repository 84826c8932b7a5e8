"""Slides: a deck a session plan, book/instructor/slides/NAME.md, becomes slides/NAME.html after the pages are built.

A deck is Markdown with numbers and citations as in ``casebook.display.text``. Slides are parted by a line ``---``. Each
begins with the id of its plan step, ``step: column-1``, may name what it gives away, ``answers: assumption``, and may
end with ``Note:`` and words for the speaker alone. What ``slide.Slide`` offers stands between double braces. Nothing is
run twice: figures, tables and the stepper come from the built pages.
"""

import functools
import html
import os
import re
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import jinja2
import yaml
from bs4 import BeautifulSoup
from sphinx.application import Sphinx

from _ext.finished_pages import POLICY
from _ext.slide import Pages, Slide
from casebook.classroom.session_plans import ORDER, SECONDS_A_VOTE, WORDS_A_MINUTE, plan
from casebook.display.text import render, render_page, template
from casebook.tables.resources import BOOK, CaseDataError

DECKS = BOOK / "instructor" / "slides"


def read_deck(path: Path, here: str | None = None) -> list[tuple[dict, str, str]]:
    """The slides of a deck as (head, text, note), with those of ``shared/NAME.md`` where a slide says ``include:
    NAME``; there the step is ``here``. CaseDataError names file and slide if a head is broken."""
    slides = []
    for number, source in enumerate(re.split(r"^---$", path.read_text("utf-8"), flags=re.M), 1):
        head, _, rest = source.strip().partition("\n\n")
        text, _, note = rest.partition("\nNote:")
        try:
            head = yaml.safe_load(head)
        except yaml.YAMLError:
            head = None
        if not isinstance(head, dict) or "step" not in head or set(head) - {"step", "answers", "include", "core"}:
            raise CaseDataError(path, None, f"slide {number}", "no head",
                                "a line 'step: ID' above an empty line, perhaps 'answers: …' or 'core: no'", "write it")
        if here:
            head["step"] = here
        shared = head.get("include")
        slides += read_deck(path.parent / "shared" / f"{shared}.md",
                            head["step"]) if shared else [(head, text, note.strip())]
    return slides


def make_deck(path: Path, pages: Pages) -> str:
    """A deck as a complete HTML page. Raises CaseDataError, with file and slide, if a slide names no step of the plan
    or a step out of order, a step has no slide, or an answer stands before its question."""
    of = plan(path.stem)
    steps = [(session, step) for session in of["sessions"] for step in session["steps"]]
    ids = [step["id"] for _, step in steps]
    slides, asked, at = read_deck(path), set(), 0
    spent = {(step["id"], core): step.get("core", [0, 0])[1] if core else step.get("talk", 0)
             for _, step in steps for core in (False, True)}
    sections = []
    for number, (head, text, note) in enumerate(slides, 1):
        where = f"slide {number}"
        if head["step"] not in ids[max(at - 1, 0):at + 1]:
            raise CaseDataError(path, None, where, f"step {head['step']!r}",
                                f"a step of the plan, in its order: {', '.join(ids)}",
                                "correct the step, or write the slide that is missing before it")
        first = at == 0 or head["step"] != ids[at - 1]
        at += first
        session, step = steps[at - 1]
        slide = Slide(pages, head)
        try:
            body = render_page(text, **slide.functions())
            notes = _notes(step if first else {}, render(note), slide.expected)
        except (CaseDataError, jinja2.TemplateError) as error:
            raise CaseDataError(path, None, where, str(error), "a text of the book", "correct the slide") from None
        early = slide.answers - asked
        if early:
            raise CaseDataError(path, None, where, f"the answer to {', '.join(sorted(early))}",
                                "its question on an earlier slide", "move it")
        asked |= slide.asks
        took = _minutes(body, slide.votes)
        spent[step["id"], False] += took
        spent[step["id"], True] += took if head.get("core", True) else 0
        id = "stepper" if "data-stepper" in body else head["step"] + ("" if first else f"-{number}")
        name = f"{session['name']}, " if len(of["sessions"]) > 1 else ""
        clock = f"{name}{step['minutes'][0]}–{step['minutes'][1]} min · {html.escape(step['title'])}"
        title, rest = re.fullmatch(r"\s*(<h[12].*?</h[12]>)?(.*)", body, re.S).groups("")
        about = f'data-plan-step="{head["step"]}" data-until="{step["minutes"][1]}" data-case="{slide.case}"'
        if "core" in session:
            ends = sum(s["core"][0] for s in session["steps"][:session["steps"].index(step) + 1])
            kept = head.get("core", True) and step["core"][0]
            about += f' data-core="{ends - step["core"][0]}–{ends}"' if kept else ' data-core="no"'
        sections.append(f'<section id="{id}" {about} data-asks="{" ".join(sorted(slide.asks))}" '
                        f'data-answers="{" ".join(sorted(slide.answers))}">{title}<div class="body">{rest}</div>'
                        f'<p class="clock">{clock}</p>{notes}</section>')
    if at < len(ids):
        raise CaseDataError(path, None, None, f"no slide for {', '.join(ids[at:])}",
                            "at least one slide for each step", "write it")
    for _, step in steps:
        first, last = step["minutes"]
        for core, held in ((False, last - first), (True, step.get("core", [0])[0])):
            if spent[step["id"], core] > held and (held or not core):
                raise CaseDataError(path, None, f"step {step['id']}{' of the core' * core}",
                                    f"slides, votes and talk of {spent[step['id'], core]:.1f} minutes",
                                    f"{held} minutes at most", "give it more time, or fewer slides")
    return template("slides.html").render(policy=POLICY, title=of["title"], slides="\n".join(sections),
                                          pages=" ".join(sorted(pages.used)))


def _minutes(body, votes):
    """How long a slide takes, by the book's own counts: what it says, read aloud, and its votes by hand."""
    shown = BeautifulSoup(body, "html.parser")
    for silent in shown.select("svg, .visually-hidden, .stepper"):
        silent.decompose()
    return len(shown.get_text(" ").split()) / WORDS_A_MINUTE + votes * SECONDS_A_VOTE / 60


def _notes(step, note, expected):
    lines = [f"<p><strong>{label}</strong> {render(step[key], inline=True)}</p>"
             for key, label in (("do", "Do."), ("say", "Say."), ("watch", "Expect."), ("if_short", "If time is short."))
             if key in step]
    answers = "".join(
        f"<li>{f'<strong>{kind.capitalize()}.</strong> ' if kind else ''}<em>{render(text, inline=True)}</em> "
        f"{render(feedback, inline=True)}</li>" for kind, text, feedback in expected)
    return (f'<aside class="notes" role="note" aria-label="Notes for the speaker">{"".join(lines)}{note}'
            + (f'<p><strong>Answers to expect</strong></p><ol type="A">{answers}</ol>' if answers else "") + "</aside>")


def stale(site: Path, name: str) -> bool:
    """Whether a deck is missing, or older than a page from which it takes something."""
    deck = site / "slides" / f"{name}.html"
    if not deck.exists():
        return True
    pages = re.findall(r'data-pages="(.*?)"', deck.read_text("utf-8"))
    files = [site / "book" / f"{page}.html" for names in pages for page in names.split()]
    return not files or any(not file.exists() or file.stat().st_mtime > deck.stat().st_mtime for file in files)


def write_decks(site: Path, names: Iterable[str] = ORDER) -> list[Path]:
    """Write decks into the folder ``slides`` of a built site, side by side; returns the files."""
    (site / "slides").mkdir(exist_ok=True)
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(functools.partial(write_deck, site), names))


def write_deck(site: Path, name: str) -> Path:
    """Write one deck; returns the file."""
    deck = make_deck(DECKS / f"{name}.md", Pages(site / "book"))
    file = site / "slides" / f"{name}.html"
    file.write_text(re.sub(r'href="references\.html', 'href="../book/references.html', deck), "utf-8")  # from citations
    return file


def write_after_pages(app: Sphinx, error: Exception | None) -> None:
    """Make the decks whose pages are newer: all they show is in pages. A site without all chapters has none."""
    site = Path(app.outdir)
    chapters = [site / "book" / f"{file.stem}.html" for file in BOOK.glob("[01][0-9]-*.md")]
    if error or app.builder.format != "html" or not all(page.exists() for page in chapters):
        return
    for old in (site / "slides").glob("*.html"):
        if old.stem not in ORDER:                                                          # of a plan that was renamed
            old.unlink()
    if names := [name for name in ORDER if app.casebook_changed or stale(site, name)]:
        write_decks(site, names)
        print(f"wrote {len(names)} decks of slides", flush=True)


def setup(app: Sphinx) -> dict[str, str | bool]:
    app.connect("build-finished", write_after_pages, priority=600)                # after the pages have been finished
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
