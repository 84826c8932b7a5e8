"""Session plans: book/instructor/plans/*.yml, the one source of plan pages, slides and a live class's start page."""

import re
from functools import cache
from pathlib import Path

from casebook.pieces.case_panels import steps
from casebook.tables.resources import BOOK, CaseDataError, check_schema, read_yaml
from casebook.tables.table1 import COLUMNS

PLANS = BOOK / "instructor" / "plans"
ORDER = ("one-hour", "two-sessions", "flipped")

WORDS_A_MINUTE, SECONDS_A_VOTE = 200, 40
"""How fast a slide is read aloud, and how long a vote by hand takes: a step must hold its slides, votes and talk."""

_text = {"type": "string", "minLength": 1}
_step = {"type": "object", "required": ["id", "minutes", "title", "do"], "additionalProperties": False, "properties": {
    "id": {"type": "string", "pattern": "^[a-z0-9-]+$"}, "title": _text, "do": _text, "say": _text, "watch": _text,
    "if_short": _text, "minutes": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
    "talk": {"type": "number", "minimum": 0}, "pages": {"type": "array", "items": _text},
    "core": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}}}
SCHEMA = {
    "type": "object", "required": ["plan", "title", "for", "sessions"], "additionalProperties": False,
    "properties": {
        "plan": {"enum": list(ORDER)}, "title": _text, "for": _text, "aim": _text, "cut": _text, "before": _text,
        "after": _text, "projector": {"type": "array", "items": _text},
        "sessions": {"type": "array", "minItems": 1, "items": {
            "type": "object", "required": ["name", "minutes", "steps"], "additionalProperties": False, "properties": {
                "name": _text, "minutes": {"type": "integer"}, "core": {"type": "integer"},
                "steps": {"type": "array", "minItems": 1, "items": _step}}}}}}


@cache
def plan(name: str) -> dict:
    """The session plan of a name in ``ORDER``, as from ``load_plan``."""
    return load_plan(PLANS / f"{name}.yml")


def place(page: str) -> str | None:
    """Where a plan's ``page`` leads, in words: 'column 3b' for '04-day-by-day#step-3b', elsewhere the heading.

    '' for a whole page, None if there is no such page, heading or step.
    """
    file, _, part = page.partition("#")
    source = BOOK / f"{file}.md"
    if not source.exists():
        return None
    step = part.removeprefix("step-")
    if step != part and step in steps():
        return f"column {step}" if step in COLUMNS else step
    headings = re.findall(r"^#+ (.+)$", source.read_text("utf-8"), re.M)
    return next((h for h in headings if re.sub("[^a-z0-9]+", "-", h.lower()).strip("-") == part), None) if part else ""


def load_plan(path: Path | str) -> dict:
    """One session plan: title, audience and sessions of steps; a step's ``minutes`` are [from, to] within its session.

    ``talk`` is how many of them go to talk and writing. Where a session has a shorter ``core``, the ``core`` of a step
    is [its minutes there, talk among them]; steps without minutes drop out. ``projector``: the time points for which a
    class counted on the projector has time.

    Raises CaseDataError that names file and step if YAML or schema is broken, a page or a heading does not exist, a
    step's id stands twice, or the steps of a session leave a gap, overlap, or do not fill it.
    """
    path = Path(path)
    content = read_yaml(path, "a session plan")
    check_schema(content, SCHEMA, path, "a plan as casebook.classroom.session_plans describes it", "complete the step")
    if unknown := [name for name in content.get("projector", ()) if name not in steps()]:
        raise CaseDataError(path, None, "projector", ", ".join(unknown), f"steps of the case: {', '.join(steps())}",
                            "correct the name")
    ids = set()
    for session in content["sessions"]:
        clock = 0
        for step in session["steps"]:
            where = f"{session['name']}, step {step['id']}"
            if step["id"] in ids:
                raise CaseDataError(path, None, where, "the id a second time", "each id once", "give it a new id")
            ids.add(step["id"])
            if step["minutes"][0] != clock or step["minutes"][1] <= clock:
                raise CaseDataError(path, None, where, f"minutes {step['minutes']}", f"from {clock} on",
                                    "close the gap or the overlap")
            clock = step["minutes"][1]
            for page in step.get("pages", ()):
                if place(page) is None:
                    raise CaseDataError(path, None, where, f"page {page!r}",
                                        "a page of the book, and a heading or step on it", "correct its name")
        core = sum(step.get("core", [0])[0] for step in session["steps"])
        if core != session.get("core", 0):
            raise CaseDataError(path, None, session["name"], f"a core of {core} minutes",
                                f"{session.get('core', 0)} minutes", "fill the core")
        if clock != session["minutes"]:
            raise CaseDataError(path, None, session["name"], f"steps for {clock} minutes",
                                f"{session['minutes']} minutes", "fill the session")
    return content
