"""The panels of the case, one a time point: the words of case.yml, and what the table holds there, as HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from html import escape
from pathlib import Path

import pandas as pd

from casebook.charts import case
from casebook.display.text import template
from casebook.models import heart
from casebook.models.placements import INFUSIONS, TREATMENTS
from casebook.pieces import reference_ranges
from casebook.pieces.questions import CONFIDENCES, OPTIONS
from casebook.tables.resources import BOOK, DATA, OWN_CASE, CaseDataError, check_schema, descriptor, read_yaml
from casebook.tables.table1 import COLUMNS, load, parameters
from casebook.tables.values import anchor, marked
from casebook.tables.wording import unit_text

STEPS = ("admission", *COLUMNS, "follow-up")
GIVEN = ("infusion", "daily drug")
"""Kinds of rows that are treatments; rows of any other kind are findings."""
GRADES = ("well supported", "defensible", "risky", "not graded", "supported", "not supported")
HITS = ("well supported", "supported")
SCRIPT = (DATA if OWN_CASE else BOOK) / "case.yml"
SAME = 10
"""A prediction of ProBNP 'about the same' means within this many per cent of the column before."""

_text = {"type": "string", "minLength": 1}
_choice = {"type": "object", "required": ["text", "feedback"], "additionalProperties": False, "properties": {"text": _text, "feedback": _text}}
_graded = {"type": "object", "required": ["text", "grade", "feedback"], "additionalProperties": False, "properties": {
    "text": _text, "grade": {"enum": list(GRADES)}, "feedback": _text}}
_STEP = {
    "type": "object", "required": ["step", "title", "known", "question", "scored", "options", "done", "shows", "trap", "recap"],
    "additionalProperties": False, "dependentRequired": {"assumption": ["finding"]}, "properties": {
        "step": {}, "title": _text, "known": _text, "question": _text, "scored": {"type": "boolean"},
        "options": {"type": "array", "minItems": 2, "items": _graded}, "done": _text, "shows": _text, "trap": _text, "recap": _text,
        "second": _text, "finding": _text, "concordance": _text, "written": {"type": "array", "items": _graded},
        "vote": {"type": "object", "required": ["question", "options"], "additionalProperties": False, "properties": {
            "question": _text, "options": OPTIONS}},
        "assumption": {"type": "object", "required": ["stem", "options"], "additionalProperties": False, "properties": {
            "stem": _text, "options": {"type": "array", "minItems": 2, "items": _choice}}}}}
SCHEMA = {"type": "object", "required": ["title", "steps"], "additionalProperties": False, "properties": {
    "title": _text, "steps": {"type": "array", "items": _STEP}}}


@dataclass
class Panel:
    """One time point: the script's words as HTML, and what the table holds there."""

    step: str
    heading: str
    script: dict
    so_far: str
    treatments: str
    findings: str
    charts: list
    "Functions that draw a chart as HTML, once: drawing takes time, and a live class waits for no chart it has not come to."
    probnp: str | None
    "What ProBNP did against the column before: 'up', 'same', 'down'; None where that can't be told."

    @property
    def label(self) -> str:
        """'Column 3a', or the step's own name."""
        return f"Column {self.step}" if self.step in COLUMNS else self.step.capitalize()


def load_script(path: Path | str = SCRIPT) -> list[dict]:
    """The words of the case, one mapping per step in the order of ``STEPS``.

    Raises CaseDataError that names the step and what it lacks.
    """
    path = Path(path)
    content = read_yaml(path, "the words of the case")
    check_schema(content, SCHEMA, path, "a title, and steps of all their parts, with options of text, grade and feedback", "complete the option or the step")
    found = [words["step"] for words in content["steps"]]
    if found != list(STEPS):
        raise CaseDataError(path, None, "step", found, list(STEPS), "one entry per step, in order")
    return content["steps"]


LIMITS_NOTE = ('<p class="chart-note">None of these limits is this laboratory\'s own. Their age groups, methods and certainty, and further ones, '
               'stand in the <a href="data-dictionary.html#limits">data dictionary</a>.</p>')
if OWN_CASE:
    LIMITS_NOTE = '<p class=\"chart-note\">This case brings no limits for orientation.</p>'
REFLECTION = ("What did I think, and how sure was I?", "What supports it?", "What speaks against it?",
              "What did I expect and not find?", "What else could explain it?",
              *([] if OWN_CASE else ["My number now, 0 to 100 %: was anakinra the main reason?"]))


class CasePanels:
    """The girl's course, a time point at a time, as panels and as the HTML of a page.

    ``table`` as from ``table1.load`` and ``script`` as from ``load_script``; both default to the book's own.
    """

    def __init__(self, table: pd.DataFrame | None = None, script: list[dict] | None = None) -> None:
        self.own = table is None and script is None
        self.table = load() if table is None else table
        self.script = script or load_script()

    title = cached_property(lambda self: read_yaml(SCRIPT, "the words of the case")["title"])

    @cached_property
    def panels(self) -> list[Panel]:
        """The twelve panels, in order of ``STEPS``."""
        cells = {(row["parameter"], row["column"]): row for _, row in self.table.iterrows()}
        return [self._panel(step, words, cells) for step, words in zip(STEPS, self.script)]

    def _panel(self, step, words, cells):
        here = COLUMNS.index(step) if step in COLUMNS else None
        before = COLUMNS[here - 1] if here else None
        seen = COLUMNS[:here] if here is not None else COLUMNS if step == "follow-up" else ()
        charted = [p for p in case.CHARTED if here is not None and len(case.rows_of(self.table, p, step))]
        drawn = [cache(lambda p=p: case.series(self.table, p, step).html()) for p in charted] if here is not None else \
            [cache(lambda: case.whole_case(self.table).html())] if step == "follow-up" else []
        return Panel(step, words["title"], words, _so_far(cells, seen),
                     _treatments(cells, step, before) + _vis(self.table, step), _findings(cells, step, before), drawn,
                     _probnp(cells, step, before))

    def static_html(self) -> str:
        """The stepper as HTML: every panel, to be read without script and turned into steps by book.js."""
        return template("stepper.html").render(panels=self.panels, hits=HITS, confidences=CONFIDENCES, same=SAME, reflection=REFLECTION,
                                               title=self.title, own_case=OWN_CASE, name=descriptor()["name"] if OWN_CASE else "case")


def value_link(row: Mapping | pd.Series) -> str:
    """A table value that shows whether its column is printed, and links to its entry in the data dictionary; HTML."""
    where = "column printed" if row["placement"] == "printed" else "column reconstructed"
    flag = f' <abbr class="flag" title="{escape(row["flag"])}">⚑</abbr>' if row["flag"] else ""
    if OWN_CASE:                                # the data dictionary is that of Table 1
        return f'<span data-placement="{row["placement"]}">{escape(row["printed"])}</span>{flag}'
    return (f'<a class="value" data-placement="{row["placement"]}" href="data-dictionary.html#{anchor(row)}" '
            f'aria-label="{escape(row["parameter"])} {escape(row["printed"])}, {where}">{escape(row["printed"])}</a>{flag}')


def _cell(cells, parameter, column):
    row = cells.get((parameter, column))
    return "" if row is None else value_link(row)


def _grid(head, rows, caption, classes="case-table", notes=None):
    """An HTML table; ``notes`` holds a line of text below some rows, by the row's first cell."""
    if not rows:
        return ""
    cells = ""
    for first, *others in rows:
        note = (notes or {}).get(first)
        cells += (f'<tr{" class=noted" if note else ""}><th scope="row">{first}</th>' + "".join(f"<td>{c}</td>" for c in others) + "</tr>"
                  + (f'<tr class="note"><td colspan="{len(head)}">{note}</td></tr>' if note else ""))
    return (f'<div class="scroll" role="group" aria-label="{caption}" tabindex="0"><table class="{classes}"><caption>{caption}</caption><thead><tr>'
            + "".join(f'<th scope="col">{h}</th>' for h in head) + f"</tr></thead><tbody>{cells}</tbody></table></div>")


def _unit(parameter):
    unit = parameters().unit[parameter]
    return f' <span class="unit">{unit_text(unit)}</span>' if unit else ""


def _so_far(cells, columns):
    """Every value of the columns seen, as a wide table; ``cells`` are rows of Table 1 by (parameter, column)."""
    rows = []
    for parameter in parameters().index:
        found = [cells.get((parameter, column)) for column in columns]
        if any(row is not None for row in found):
            rows.append([parameter + _unit(parameter), *("" if row is None else marked(row) for row in found)])
    return _grid(["Row", *columns], rows, "All values so far, by column", "case-table so-far")


def _treatments(cells, step, before):
    if step not in COLUMNS:
        return ""
    drugs = (*TREATMENTS, *(p for p in parameters().index if parameters().kind[p] in GIVEN and p not in TREATMENTS))
    rows = [[d + _unit(d), _cell(cells, d, step), _cell(cells, d, before)] for d in drugs]
    head = ["Treatment", f"Column {step}", f"before ({before})" if before else "before"]
    return _grid(head, [r for r in rows if r[1] or r[2]], f"Treatments in column {step}")


def _vis(table, column):
    if column not in COLUMNS or not heart.VIS_WEIGHTS:
        return ""
    how = case.placed(table, heart.VIS_WEIGHTS)
    left_out = "".join(f" Not in the score: {d}, which has no weight in its unit." for d in INFUSIONS if d not in heart.VIS_WEIGHTS)
    rates = heart.rates_by_column(table)[column]
    parts = " + ".join((f"{weight} × " if weight > 1 else "") + f"{rates[drug]:g} ({drug})"
                       for drug, weight in heart.VIS_WEIGHTS.items())
    return (f'<p class="vis"><strong>VIS <span data-placement="{how}">{heart.vis(rates):g}</span></strong> = {parts}. '
            f"Computed from {how} columns; ‘Stop’ and empty cells count as 0.{left_out}</p>")


def _findings(cells, step, before):
    if step not in COLUMNS:
        return ""
    known, rows, notes = None if OWN_CASE else reference_ranges.load(), [], {}
    for parameter in parameters().index[~parameters()["kind"].isin(GIVEN)]:
        here, name = _cell(cells, parameter, step), parameter + _unit(parameter)
        if here:
            rows.append([name, here, _cell(cells, parameter, before)])
            notes[name] = "" if OWN_CASE else " ".join(reference_ranges.notes(parameter, known))
    head = ["Finding", f"Column {step}", f"before ({before})" if before else "before"]
    caption = f"Findings in column {step}" + ("" if OWN_CASE else ", with limits printed elsewhere for orientation")
    return _grid(head, rows, caption, notes=notes) + LIMITS_NOTE


def _probnp(cells, step, before):
    now, then = cells.get(("ProBNP", step)), cells.get(("ProBNP", before))
    if now is None or then is None or not (now["value"] >= 0 and then["value"] > 0):        # a word has no value, and a change from 0 no per cent
        return None
    change = 100 * (now["value"] / then["value"] - 1)
    way = "same" if abs(change) <= SAME else "up" if change > 0 else "down"
    if now["qualifier"] == "<" and way != "down" or then["qualifier"] == "<" and way != "up":
        return None                                                                         # below a limit may be far below it
    return way
