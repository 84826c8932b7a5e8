"""The panels of the case, one a time point: the words of case.yml, and what the table holds there, as HTML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from html import escape
from pathlib import Path

import pandas as pd

from casebook.charts.case import numbers_of, placed, series, whole_case
from casebook.display.text import template, words_of
from casebook.models import heart
from casebook.pieces import reference_ranges
from casebook.pieces.questions import CONFIDENCES, OPTIONS
from casebook.tables.case_folder import GIVEN, LETTER, Case, chosen
from casebook.tables.resources import CaseDataError, check_schema, read_yaml
from casebook.tables.table1 import load
from casebook.tables.values import anchor, marked
from casebook.tables.wording import unit_text

GRADES = ("well supported", "defensible", "risky", "not graded", "supported", "not supported")
HITS = ("well supported", "supported")
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
    "title": _text, "table": _text, "charted": {"type": "array", "items": _text}, "lang": {"pattern": "^[A-Za-z-]{2,20}$"},
    "dir": {"enum": ["ltr", "rtl"]}, "steps": {"type": "array", "items": _STEP}}}


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
    def anchor(self) -> str:
        """The step as part of an identifier: '6-weeks-later'."""
        return re.sub(r"[^\w-]+", "-", self.step)

    @property
    def label(self) -> str:
        """'Column 3a', or the step's own name."""
        return self.step.capitalize() if self.step in ("admission", "follow-up") else f"Column {self.step}"


def steps(case: Case = LETTER) -> tuple[str, ...]:
    """The time points of a case: its columns, between admission and follow-up."""
    return ("admission", *case.columns, "follow-up")


def load_script(path: Path | str | None = None, case: Case = LETTER) -> list[dict]:
    """The words of the case, one mapping per step in the order of ``steps``.

    Raises CaseDataError that names the step and what it lacks.
    """
    path = Path(path or case.script)
    content = read_yaml(path, "the words of the case", texts=True)
    check_schema(content, SCHEMA, path, "a title, and steps of all their parts, with options of text, grade and feedback", "complete the option or the step")
    found = [words["step"] for words in content["steps"]]
    if found != list(steps(case)):
        raise CaseDataError(path, None, "step", found, list(steps(case)), "one entry per step, in order")
    return content["steps"]


_LIMITS_NOTE = ('<p class="chart-note">None of these limits is this laboratory\'s own. Their age groups, methods and certainty, and further ones, '
                'stand in the <a href="data-dictionary.html#limits">data dictionary</a>.</p>')
_NO_LIMITS = '<p class="chart-note">This case brings no limits for orientation.</p>'


def reflection(case: Case = LETTER) -> list[str]:
    """What a reader is asked to write at the end."""
    return ["What did I think, and how sure was I?", "What supports it?", "What speaks against it?", "What did I expect and not find?",
            "What else could explain it?", *([f"My number now, 0 to 100 %: was {case.suspect} the main reason?"] if case.suspect else [])]


class CasePanels:
    """A child's course, a time point at a time, as panels and as the HTML of a page.

    ``table`` as from ``table1.load`` and ``script`` as from ``load_script`` default to those of ``case``; that to the one ``chosen``.
    """

    def __init__(self, table: pd.DataFrame | None = None, script: list[dict] | None = None, case: Case | None = None) -> None:
        self.case = case or chosen()
        self.books = table is None and script is None and self.case is LETTER
        self.table = load(case=self.case) if table is None else table
        self.script = script or load_script(case=self.case)

    title = cached_property(lambda self: read_yaml(self.case.script, "the words of the case", texts=True)["title"])

    @cached_property
    def panels(self) -> list[Panel]:
        """A panel for each time point, in order of ``steps``."""
        cells = {(row["parameter"], row["column"]): row for _, row in self.table.iterrows()}
        return [self._panel(step, words, cells) for step, words in zip(steps(self.case), self.script)]

    def _panel(self, step, words, cells):
        case, columns = self.case, self.case.columns
        here = columns.index(step) if step in columns else None
        before = columns[here - 1] if here else None
        seen = columns[:here] if here is not None else columns if step == "follow-up" else ()
        charted = [p for p in case.charted if here is not None and len(numbers_of(self.table, p, step, case))]
        drawn = [cache(lambda p=p: series(self.table, p, step, case).html()) for p in charted] if here is not None else \
            [cache(lambda: whole_case(self.table, case=case).html())] \
            if step == "follow-up" and (case.treatments or case.charted) else []
        return Panel(step, words["title"], words, _so_far(cells, seen, case),
                     _treatments(cells, step, before, case) + _vis(self.table, step, case), _findings(cells, step, before, case), drawn,
                     _probnp(cells, step, before))

    def static_html(self) -> str:
        """The stepper as HTML: every panel, to be read without script and turned into steps by book.js."""
        return template("stepper.html").render(panels=self.panels, hits=HITS, confidences=CONFIDENCES, same=SAME, title=self.title,
                                               reflection=reflection(self.case), own_case=self.case.own_words, name=self.case.key, said=self.case.said, lost_blanks=self.case.lost_blanks,
                                               **words_of(self.case))


def value_link(row: Mapping | pd.Series, case: Case = LETTER) -> str:
    """A table value that shows whether its column is printed, and links to its entry in the data dictionary if it has one; HTML."""
    where = "column printed" if row["placement"] == "printed" else "column reconstructed"
    flag = f' <abbr class="flag" title="{escape(row["flag"])}">⚑</abbr>' if row["flag"] else ""
    if not case.in_dictionary:
        return f'<span data-placement="{row["placement"]}">{escape(row["printed"])}</span>{flag}'
    return (f'<a class="value" data-placement="{row["placement"]}" href="data-dictionary.html#{anchor(row)}" '
            f'aria-label="{escape(row["parameter"])} {escape(row["printed"])}, {where}">{escape(row["printed"])}</a>{flag}')


def _cell(cells, parameter, column, case):
    row = cells.get((parameter, column))
    return "" if row is None else value_link(row, case)


def _grid(head, rows, caption, classes="case-table", notes=None):
    """An HTML table of a head, in plain text, and rows in HTML; ``notes`` holds a line below some rows, by the row's first cell."""
    if not rows:
        return ""
    cells = ""
    for first, *others in rows:
        note = (notes or {}).get(first)
        cells += (f'<tr{" class=noted" if note else ""}><th scope="row">{first}</th>' + "".join(f"<td>{c}</td>" for c in others) + "</tr>"
                  + (f'<tr class="note"><td colspan="{len(head)}">{note}</td></tr>' if note else ""))
    caption, head = escape(caption), map(escape, head)
    return (f'<div class="scroll" role="group" aria-label="{caption}" tabindex="0"><table class="{classes}"><caption>{caption}</caption><thead><tr>'
            + "".join(f'<th scope="col">{h}</th>' for h in head) + f"</tr></thead><tbody>{cells}</tbody></table></div>")


def _name(parameter, case):
    """The head of a row with its unit, as HTML."""
    unit = case.parameters.unit[parameter]
    return escape(parameter) + (f' <span class="unit">{escape(unit_text(unit))}</span>' if unit else "")


def _so_far(cells, columns, case):
    """Every value of the columns seen, as a wide table; ``cells`` are rows of the table by (parameter, column)."""
    rows = []
    for parameter in case.parameters.index:
        found = [cells.get((parameter, column)) for column in columns]
        if any(row is not None for row in found):
            rows.append([_name(parameter, case), *("" if row is None else marked(row, case=case) for row in found)])
    return _grid(["Row", *columns], rows, "All values so far, by column", "case-table so-far")


def _treatments(cells, step, before, case):
    if step not in case.columns:
        return ""
    given = case.parameters.index[case.parameters["kind"].isin(GIVEN)]
    drugs = (*case.treatments, *(p for p in given if p not in case.treatments))
    rows = [[_name(d, case), _cell(cells, d, step, case), _cell(cells, d, before, case)] for d in drugs]
    head = ["Treatment", f"Column {step}", f"before ({before})" if before else "before"]
    return _grid(head, [r for r in rows if r[1] or r[2]], f"Treatments in column {step}")


def _vis(table, column, case):
    weights = heart.vis_weights(case)
    if column not in case.columns:
        return ""
    left_out = "".join(f" Not in the score: {escape(f'{row}, {why}')}." for row, why in heart.not_in_vis(table, column, case).items())
    if not weights:
        return f'<p class="vis">No VIS is computed.{left_out}</p>' if left_out else ""
    how = placed(table, weights)
    rates = heart.rates_by_column(table, case=case)[column]
    parts = " + ".join((f"{weight} × " if weight > 1 else "") + f"{rates[drug]:g} ({escape(drug)})"
                       for drug, weight in weights.items())
    return (f'<p class="vis"><strong>VIS <span data-placement="{how}">{heart.vis(rates, case):g}</span></strong> = {parts}. '
            f"Computed from {how} columns; ‘Stop’ and empty cells count as 0.{left_out}</p>")


def _findings(cells, step, before, case):
    if step not in case.columns:
        return ""
    known, rows, notes = reference_ranges.load() if case.has_limits else None, [], {}
    for parameter in case.parameters.index[~case.parameters["kind"].isin(GIVEN)]:
        here, name = _cell(cells, parameter, step, case), _name(parameter, case)
        if here:
            rows.append([name, here, _cell(cells, parameter, before, case)])
            notes[name] = " ".join(reference_ranges.notes(parameter, known)) if case.has_limits else ""
    head = ["Finding", f"Column {step}", f"before ({before})" if before else "before"]
    caption = f"Findings in column {step}" + (", with limits printed elsewhere for orientation" if case.has_limits else "")
    return _grid(head, rows, caption, notes=notes) + (_LIMITS_NOTE if case.has_limits else _NO_LIMITS)


def _probnp(cells, step, before):
    now, then = cells.get(("ProBNP", step)), cells.get(("ProBNP", before))
    if now is None or then is None or not (now["value"] >= 0 and then["value"] > 0):        # a word has no value, and a change from 0 no per cent
        return None
    change = 100 * (now["value"] / then["value"] - 1)
    way = "same" if abs(change) <= SAME else "up" if change > 0 else "down"
    if now["qualifier"] == "<" and way != "down" or then["qualifier"] == "<" and way != "up":
        return None                                                                         # below a limit may be far below it
    return way
