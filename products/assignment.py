"""The exercises whose answer can be checked, as an assignment for nbgrader, with the chapters' own solutions.

nbgrader stands in no requirements of the book: it adds panels and a second server to JupyterLab. Instructors have it
where they grade; a slow test runs this assignment through it in an environment of its own.
"""

import re
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from casebook.models import kinetics
from casebook.pieces.learning_map import chapter_file

NAME = "one-child-one-table"
CONFIG = f"""c = get_config()
c.CourseDirectory.course_id = "{NAME}"
c.ClearSolutions.code_stub = {{"python": "raise NotImplementedError()        # your work here"}}
"""


MARKERS = ("CRP", "procalcitonin")
TEXTS = {
    "start": """# One Child, One Table: exercises

Education only, never medical advice. Fill each gap, then run *Kernel → Restart and Run All*.""",
    "parser": """## Chapter 6: one token, two answers

Complete `parse_again`, so that `"<70"` gives `(70.0, "<")` and `"Mild"` gives `(None, "mild")`.
An unknown token must raise an error.""",
    "fall": """## Chapter 9: how fast can it fall?

Write `min_hours(a, b, half_life)`: the hours that a fall from `a` to `b` takes at least, if production stops
and the half-life is `half_life` hours.""",
    "steps": """`FALLS` holds every step of two rows in the reference placement, which is a reconstruction, with a gap
of 12 hours between 3a and 3b: first value, last value, hours between them. Write `too_fast(falls, half_life, slack)`,
which gives the steps that are more than `slack` hours short.""",
    "why": """Take a step of procalcitonin that stays too fast with 6 hours of slack. Give two explanations that have
nothing to do with a drug.""",
    "rule": """## Chapter 7: one rule more

Name one rule of your own from the letter's text. Quote its sentence, say how many placements remain and whether the two
drugs still share the printed day, and report the result with and without the rule."""}
PARSER = """assert parse_again("<70") == (70.0, "<")
assert parse_again("Mild") == (None, "mild")
### BEGIN HIDDEN TESTS
assert parse_again("4. 3") == (4.3, "=") and parse_again("8") == (8.0, "=")
assert parse_again("< 0.01") == (0.01, "<")
for token in ("12a", "mild"):
    try:
        parse_again(token)
    except (KeyError, ValueError):
        continue
    raise AssertionError(f"{token} was read as if it were known")
### END HIDDEN TESTS"""
LEAST = """assert isclose(min_hours(80, 40, 19), 19)
### BEGIN HIDDEN TESTS
assert isclose(min_hours(80, 10, 24), 72)
### END HIDDEN TESTS"""
TOO_FAST = """def too_fast(falls, half_life, slack=0):
    return [(a, b, elapsed) for a, b, elapsed in falls if min_hours(a, b, half_life) - elapsed > slack]"""
SHORT = """short = {marker: [len(too_fast(FALLS[marker], HALF_LIFE[marker], slack)) for slack in (0, 6)]
         for marker in FALLS}
### BEGIN HIDDEN TESTS
assert short == EXPECTED, "steps that break their limit, without slack and with 6 hours"
### END HIDDEN TESTS"""


def build(out: Path) -> list[Path]:
    """Write ``nbgrader/``: a course folder with its settings and one assignment; returns the files."""
    course = out / "nbgrader"
    folder = course / "source" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    (course / "nbgrader_config.py").write_text(CONFIG, "utf-8")
    nbformat.write(notebook(), folder / "exercises.ipynb")
    return [course / "nbgrader_config.py", folder / "exercises.ipynb"]


def notebook() -> nbformat.NotebookNode:
    """Exercises of chapters 6 and 9 with autograded tests, and of chapter 7 in words, to be read by a person."""
    known = re.search(r"^WORDS = .*$", chapter_file(6).read_text("utf-8"), re.M)[0]
    falls = {marker: _falls(marker) for marker in MARKERS}
    half_lives = {marker: kinetics.HALF_LIVES[marker] for marker in MARKERS}
    cells = [
        _words("start", TEXTS["start"]), _code("setup", f"import re\nfrom math import isclose, log2\n\n{known}"),
        _words("parser", TEXTS["parser"]), _code("parse-again", _gap(_solution(6, "parse_again")), solution=True),
        _code("test-parser", PARSER, points=3),
        _words("fall", TEXTS["fall"]), _code("min-hours", _gap(_solution(9, "min_hours")), solution=True),
        _code("test-min-hours", LEAST, points=2),
        _words("steps", TEXTS["steps"]),
        _code("falls", f"HALF_LIFE = {half_lives!r}\nFALLS = {falls!r}"),
        _code("too-fast", _gap(TOO_FAST), solution=True),
        _code("test-too-fast", SHORT.replace("EXPECTED", repr(_short())), points=3),
        _words("why", TEXTS["why"], points=2), _words("rule", TEXTS["rule"], points=5)]
    assignment = new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3",
                                                              "language": "python"}})
    nbformat.validate(assignment)
    return assignment


def _falls(marker):
    """Steps between measured values: (first, last, hours between), without those that start or end below a limit."""
    rows, clock = kinetics.values(marker), kinetics.hours(12)
    at = [(row["value"], clock[row["column"]], row["qualifier"]) for _, row in rows.iterrows()]
    return [(a, b, end - start) for (a, start, sign), (b, end, last) in zip(at, at[1:]) if "<" not in (sign, last)]


def _short():
    """How many of the steps in ``_falls`` are too fast, without slack and with 6 hours: by the book's own functions."""
    return {marker: [sum(kinetics.min_hours(a, b, kinetics.HALF_LIVES[marker]) - elapsed > slack
                         for a, b, elapsed in _falls(marker)) for slack in (0, 6)] for marker in MARKERS}


def _solution(chapter, name):
    """The function of this name in the folded solution of a chapter's exercise, as it ran when the page was built."""
    source = chapter_file(chapter).read_text("utf-8").partition("\n## Exercise")[2]
    return re.search(rf"^def {name}\(.*?(?=^\S)", source.partition("hide-cell")[2], re.M | re.S)[0].strip()


def _gap(function):
    """A function whose body nbgrader takes out of the students' version."""
    head, _, body = function.partition("\n")
    return f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"


def _code(id, source, solution=False, points=None):
    return new_code_cell(source, id=id, metadata=_grading(id, solution, points))


def _words(id, source, points=None):
    return new_markdown_cell(source, id=id, metadata=_grading(id, points is not None, points))


def _grading(id, solution, points):
    """What nbgrader asks of a cell: a test and a text to be read have points; a gap and such a text get filled."""
    if not solution and points is None:
        return {}
    about = {"grade_id": id, "grade": points is not None, "solution": solution, "locked": not solution, "task": False,
             "schema_version": 3}
    return {"nbgrader": about | ({"points": points} if points is not None else {})}
