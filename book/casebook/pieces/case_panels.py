"""The panels of the case, one a time point: the words of case.yml, and what the table holds there, as HTML."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from html import escape
from pathlib import Path

import pandas as pd

from casebook.charts.bedside import bedside, given_rows, rows_drawn
from casebook.charts.case import NOT_GIVEN, UNSAID, placed
from casebook.display.html_table import Html
from casebook.display.text import template, words_of
from casebook.models import heart
from casebook.pieces import reference_ranges
from casebook.pieces.questions import CONFIDENCES, OPTIONS
from casebook.tables.case_folder import GIVEN, LETTER, Case, chosen
from casebook.tables.resources import CaseDataError, check_schema, read_yaml
from casebook.tables.table1 import load
from casebook.tables.values import anchor
from casebook.tables.wording import listed, signed, unit_text

GRADES = ("well supported", "defensible", "risky", "not graded", "supported", "not supported")
HITS = ("well supported", "supported")
TONES = {"well supported": "good", "supported": "good", "defensible": "mid", "risky": "bad", "not supported": "bad",
         "not graded": "none"}
"""How a verdict looks, by its grade: each tone has its icon and its colour."""
SAME = 10
"""A prediction of 'the same' means within this many per cent of the value before."""
WAYS = {"up": "higher", "same": "the same", "down": "lower"}
"""What a prediction can say of a row, and what a panel says the row did."""
OWN_CARD = 300
"""From so many letters on, what is known has a card of its own; else it stands above the question."""

_text = {"type": "string", "minLength": 1}
_choice = {"type": "object", "required": ["text", "feedback"], "additionalProperties": False,
           "properties": {"text": _text, "feedback": _text}}
_graded = {"type": "object", "required": ["text", "grade", "feedback"], "additionalProperties": False, "properties": {
    "text": _text, "grade": {"enum": list(GRADES)}, "feedback": _text}}
_STEP = {
    "type": "object",
    "required": ["step", "title", "known", "question", "scored", "options", "done", "shows", "trap", "recap"],
    "additionalProperties": False, "dependentRequired": {"assumption": ["finding"]}, "properties": {
        "step": {}, "title": _text, "known": _text, "question": _text, "scored": {"type": "boolean"}, "reason": _text,
        "predict": {"type": "array", "items": _text}, "options": {"type": "array", "minItems": 2, "items": _graded},
        "done": _text, "shows": _text, "trap": _text, "recap": _text,
        "second": _text, "finding": _text, "concordance": _text, "written": {"type": "array", "items": _graded},
        "vote": {"type": "object", "required": ["question", "options"], "additionalProperties": False, "properties": {
            "question": _text, "options": OPTIONS}},
        "assumption": {"type": "object", "required": ["stem", "options"], "additionalProperties": False, "properties": {
            "stem": _text, "options": {"type": "array", "minItems": 2, "items": _choice}}}}}
SCHEMA = {"type": "object", "required": ["title", "steps"], "additionalProperties": False, "properties": {
    "title": _text, "table": _text, "charted": {"type": "array", "items": _text},
    "lang": {"pattern": "^[A-Za-z-]{2,20}$"}, "dir": {"enum": ["ltr", "rtl"]},
    "steps": {"type": "array", "items": _STEP}}}


@dataclass(frozen=True)
class Prediction:
    """A row whose next value the reader predicts: ``before`` and ``after`` as printed, of VIS as computed; ``way`` what
    the row did; ``placement`` as in Table 1."""

    row: str
    before: str
    after: str
    way: str
    placement: str

    @property
    def moved(self) -> str:
        """Both values, and whether the columns they stand in are printed."""
        return f"{self.before} → {self.after}" + " (reconstructed)" * (self.placement != "printed")

    @property
    def key(self) -> str:
        """Its name in a form: 'troponin-i'."""
        return re.sub(r"[^a-z0-9]+", "-", self.row.lower())


@dataclass
class Panel:
    """One time point: the script's words as HTML, and what the table holds there."""

    step: str
    heading: str
    script: dict
    treatments: str
    findings: str
    values: str
    "The findings without limits, for a projector."
    predictions: list[Prediction]
    chips: list[dict]
    """What changed against the column before, at most three: ``tone``, ``text``, ``small``, and whether it is a
    treatment, ``given``."""
    before: Callable[..., str]
    "The figure as it is known when the reader decides, as HTML; ``room=True`` for a projector."
    after: Callable[..., str]
    "The figure with this column."
    between: Callable[..., str]
    "The figure with the treatments of this column alone."
    known_apart: bool

    @property
    def anchor(self) -> str:
        """The step as part of an identifier: '6-weeks-later'."""
        return re.sub(r"[^\w-]+", "-", self.step)

    @property
    def label(self) -> str:
        """'Column 3a', or the step's own name."""
        return self.step.capitalize() if self.step in ("admission", "follow-up") else f"Column {self.step}"

    @property
    def day(self) -> str:
        """'Day 3a', or the step's own name."""
        return re.sub(r"^Column (?=\d+[a-z]?$)", "Day ", self.label).removeprefix("Column ")

    @property
    def cards(self) -> list[str]:
        """The cards of the step, in order."""
        return ["known"] * self.known_apart + ["decide", "verdict", "changed"]


def steps(case: Case = LETTER) -> tuple[str, ...]:
    """The time points of a case: its columns, between admission and follow-up."""
    return ("admission", *case.columns, "follow-up")


def load_script(path: Path | str | None = None, case: Case = LETTER) -> list[dict]:
    """The words of the case, one mapping per step in the order of ``steps``.

    Raises CaseDataError that names the step and what it lacks, or a row to predict that the case does not have.
    """
    path = Path(path or case.script)
    content = read_yaml(path, "the words of the case", texts=True)
    check_schema(content, SCHEMA, path,
                 "a title, and steps of all their parts, with options of text, grade and feedback",
                 "complete the option or the step")
    names = [words["step"] for words in content["steps"]]
    if names != list(steps(case)):
        raise CaseDataError(path, None, "step", names, list(steps(case)), "one entry per step, in order")
    return content["steps"]


_LIMITS_NOTE = ('<p class="chart-note">None of these limits is this laboratory\'s own. Their age groups, methods and '
                'certainty, and further ones, stand in the <a href="data-dictionary.html#limits">data dictionary</a>.'
                '</p>')
_NO_LIMITS = '<p class="chart-note">This case brings no limits for orientation.</p>'


def reflection(case: Case = LETTER) -> list[str]:
    """What a reader is asked to write at the end."""
    return ["What did I think, and how sure was I?", "What supports it?", "What speaks against it?",
            "What did I expect and not find?", "What else could explain it?",
            *([f"My number now, 0 to 100 %: was {case.suspect} the main reason?"] if case.suspect else [])]


class CasePanels:
    """A child's course, a time point at a time, as panels and as the HTML of a page.

    ``table`` as from ``table1.load`` and ``script`` as from ``load_script`` default to those of ``case``; that to the
    one ``chosen``.
    """

    def __init__(self, table: pd.DataFrame | None = None, script: list[dict] | None = None,
                 case: Case | None = None) -> None:
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
        drawn = lambda through, given=None: cache(lambda room=False: self.figure(through, given, room))
        now = step if here is not None else columns[-1] if step == "follow-up" else None
        then = before if here is not None else now
        return Panel(step, words["title"], words, _treatments(cells, step, before, case) + _vis(self.table, step, case),
                     _findings(cells, step, before, case), _findings(cells, step, before, case, limits=False),
                     _predictions(self.table, words.get("predict", ()), step, case),
                     _chips(self.table, cells, step, before, case), drawn(then), drawn(now),
                     drawn(then, step if here is not None else None), len(words["known"]) > OWN_CARD)

    def figure(self, through: str | None, given: str | None = None, room: bool = False) -> Html:
        """The record through a column (None: nothing known yet), with the treatments of the column ``given``;
        ``room``: for a projector."""
        return bedside(self.table, through, self.case, given if through or given else "", room)

    def static_html(self) -> str:
        """The stepper as HTML: every panel, to be read without script and turned into steps by stepper.js."""
        return template("stepper.html").render(
            panels=self.panels, hits=HITS, tones=TONES, ways=WAYS, confidences=CONFIDENCES, same=SAME, title=self.title,
            whole=bedside(self.table, case=self.case), reflection=reflection(self.case), own_case=self.case.own_words,
            name=self.case.key, said=self.case.said, in_dictionary=self.case.in_dictionary, **words_of(self.case))


def value_link(row: Mapping | pd.Series, case: Case = LETTER) -> str:
    """A table value that shows whether its column is printed, and links to its entry in the data dictionary if it has
    one; HTML."""
    where = "column printed" if row["placement"] == "printed" else "column reconstructed"
    flag = f' <abbr class="flag" title="{escape(row["flag"])}">⚑</abbr>' if row["flag"] else ""
    if not case.in_dictionary:
        return f'<span data-placement="{row["placement"]}">{escape(row["printed"])}</span>{flag}'
    return (f'<a class="value" data-placement="{row["placement"]}" href="data-dictionary.html#{anchor(row)}" '
            f'aria-label="{escape(row["parameter"])} {escape(row["printed"])}, {where}">{escape(row["printed"])}</a>'
            f'{flag}')


def _cell(cells, parameter, column, case):
    row = cells.get((parameter, column))
    return "" if row is None else value_link(row, case)


def _grid(head, rows, caption, classes="case-table", notes=None):
    """An HTML table of a head, in plain text, and rows in HTML; ``notes``: lines below some rows, by the first cell."""
    if not rows:
        return ""
    cells = ""
    for first, *others in rows:
        note = (notes or {}).get(first)
        cells += (f'<tr{" class=noted" if note else ""}><th scope="row">{first}</th>'
                  + "".join(f"<td>{c}</td>" for c in others) + "</tr>"
                  + (f'<tr class="note"><td colspan="{len(head)}">{note}</td></tr>' if note else ""))
    caption, head = escape(caption), map(escape, head)
    return (f'<div class="scroll" role="group" aria-label="{caption}" tabindex="0"><table class="{classes}">'
            f'<caption>{caption}</caption><thead><tr>'
            + "".join(f'<th scope="col">{h}</th>' for h in head) + f"</tr></thead><tbody>{cells}</tbody></table></div>")


def _name(parameter, case):
    """The head of a row with its unit, as HTML."""
    unit = case.parameters.unit[parameter]
    return escape(parameter) + (f' <span class="unit">{escape(unit_text(unit))}</span>' if unit else "")


def _treatments(cells, step, before, case):
    if step not in case.columns:
        return ""
    drugs = given_rows(case)
    rows = [[_name(d, case), _cell(cells, d, step, case), _cell(cells, d, before, case)] for d in drugs]
    head = ["Treatment", f"Column {step}", f"before ({before})" if before else "before"]
    return _grid(head, [r for r in rows if r[1] or r[2]], f"Treatments in column {step}")


def _vis(table, column, case):
    weights = heart.vis_weights(case)
    if column not in case.columns:
        return ""
    left_out = "".join(f" Not in the score: {escape(f'{row}, {why}')}."
                       for row, why in heart.not_in_vis(table, column, case).items())
    if not weights:
        return f'<p class="vis">No VIS is computed.{left_out}</p>' if left_out else ""
    how = placed(table, weights)
    rates = heart.rates_by_column(table, case=case)[column]
    parts = " + ".join((f"{weight} × " if weight > 1 else "") + f"{rates[drug]:g} ({escape(drug)})"
                       for drug, weight in weights.items())
    return (f'<p class="vis"><strong>VIS <span data-placement="{how}">{heart.vis(rates, case):g}</span></strong> = '
            f'{parts}. '
            f"Computed from {how} columns; ‘Stop’ and empty cells count as 0.{left_out}</p>")


def _findings(cells, step, before, case, limits=True):
    if step not in case.columns:
        return ""
    note = "" if not limits else _LIMITS_NOTE if case.has_limits else _NO_LIMITS
    known, rows, notes = reference_ranges.load() if note == _LIMITS_NOTE else None, [], {}
    for parameter in case.parameters.index[~case.parameters["kind"].isin(GIVEN)]:
        here, name = _cell(cells, parameter, step, case), _name(parameter, case)
        if here:
            rows.append([name, here, _cell(cells, parameter, before, case)])
            notes[name] = " ".join(reference_ranges.notes(parameter, known)) if known is not None else ""
    head = ["Finding", f"Column {step}", f"before ({before})" if before else "before"]
    caption = f"Findings in column {step}" \
        + (", with limits printed elsewhere for orientation" if known is not None else "")
    return _grid(head, rows, caption, notes=notes) + note


def way(now: Mapping, then: Mapping) -> str | None:
    """What a row did between two values: 'up', 'same', 'down'; None where that can't be told."""
    if not (now["value"] >= 0 and then["value"] > 0):             # a word has no value, and a change from 0 no per cent
        return None
    change = 100 * (now["value"] / then["value"] - 1)
    moved = "same" if abs(change) <= SAME else "up" if change > 0 else "down"
    if now["qualifier"] == "<" and moved != "down" or then["qualifier"] == "<" and moved != "up":
        return None                                                   # below a limit may be far below it
    return moved


def _predictions(table, names, step, case):
    """The rows to predict in a column; CaseDataError where a row has no value there, or none before, to compare."""
    asked = []
    for name in names:
        if name == "VIS":
            scores = heart.vis_by_column(table, case=case)
            rows = [{"column": c, "value": v, "qualifier": "=", "printed": f"{v:g}", "placement": "reconstructed"}
                    for c, v in scores.items()]
        else:
            rows = table[table["parameter"] == name].to_dict("records")
        columns = [row["column"] for row in rows]
        here = columns.index(step) if step in columns else 0
        moved = way(rows[here], rows[here - 1]) if here else None
        if moved is None:
            raise CaseDataError(case.script, None, f"step {step}, predict", name,
                                "rows with a value in this column and one before", "predict another row")
        asked.append(Prediction(name, str(rows[here - 1]["printed"]), str(rows[here]["printed"]), moved,
                                str(rows[here]["placement"])))
    return asked


def _chips(table, cells, step, before, case):
    """What a column changes: the large row, doses that change or stop, drugs that begin; findings where drugs leave
    room."""
    if step not in case.columns:
        return []
    large, small = rows_drawn(case)
    given, begins, changes = given_rows(case), [], []
    for drug in given:
        now, then = cells.get((drug, step)), cells.get((drug, before))
        on, was = _is_given(now), _is_given(then)
        if any(cell is not None and cell["qualifier"] in UNSAID for cell in (now, then)):
            changes += [f"{drug}: {now['printed']}"] * (now is not None and now["qualifier"] != "not_done")
        elif on and not was:
            begins.append(f"{drug} {now['printed']}" if now["value"] == now["value"] else drug)
        elif was and now is not None and now["qualifier"] == "stop":
            changes.append(f"{drug} stops")
        elif on and was and now["printed"] != then["printed"]:
            changes.append(f"{drug} {then['printed']} → {now['printed']}")
        elif was and not on:
            changes.append(f"no more {drug}")
    where = f"{placed(table, case.treatments)} column"
    certain = [drug for drug in given
               if (drug, step) in cells and (drug, before) not in cells and placed(table, [drug]) == "printed"]
    where_begins = where + (f"; that of {listed(certain)} is printed" if certain and where.startswith("re") else "")
    tone = lambda words: "ana" if case.suspect and case.suspect in words \
        else "pulse" if case.pulsed and case.pulsed in words else "drug"
    chips = [_finding(cells, large, step, case)]
    if changes:
        chips.append({"tone": tone(" ".join(changes)), "text": ", ".join(changes), "small": where, "given": True})
    if begins:
        chips.append({"tone": tone(" ".join(begins)),
                      "text": f"{listed(begins)} {'begins' if len(begins) == 1 else 'begin'}",
                      "small": where_begins, "given": True})
    chips += [_finding(cells, name, step, case) for name in (*small, *case.charted) if name != large]
    chosen, names = [], set()
    for chip in chips:
        if chip and chip["text"] not in names:
            chosen.append(chip)
            names.add(chip["text"])
    return chosen[:3]


def _is_given(row):
    """Whether a token of a treatment is a dose."""
    return row is not None and row["qualifier"] not in NOT_GIVEN and row["value"] != 0


def _finding(cells, name, step, case):
    """The chip of one row of measurements, against its last value; None where it has none in the column."""
    now, earlier = cells.get((name, step)), case.columns[:case.columns.index(step)]
    then = next((cells[name, c] for c in reversed(earlier) if (name, c) in cells), None)
    if now is None:
        return None
    unit = f" {unit_text(now['unit'])}" if now["unit"] else ""
    how = f"{now['placement']} column"
    if then is None:
        return {"tone": "measured", "text": f"{name} {now['printed']}{unit}", "small": how, "given": False}
    if now["qualifier"] == then["qualifier"] == "=" and then["value"] > 0 and now["value"] != then["value"]:
        by = f"{signed(now['value'] - then['value'], 0)} points" if now["unit"] == "%" else \
            f"{signed(100 * (now['value'] / then['value'] - 1), 0)} %"
        return {"tone": "measured", "text": f"{name} {by}",
                "small": f"{then['printed']} → {now['printed']}{unit}, {how}", "given": False}
    return {"tone": "measured", "text": f"{name} {now['printed']}{unit}", "small": f"{then['printed']} before, {how}",
            "given": False}
