"""Four case definitions, and a reader who changes what is known: form controls, verdicts and trees.

One object, two faces. On the site: form controls, four trees, and criteria.js, which joins leaf values that were
computed here for every value of a control. In JupyterLab: the same controls as ipywidgets. Without script: the four
trees of the letter's child.
"""

import json
from itertools import product

from markupsafe import Markup

from casebook.display.choices import Control
from casebook.display.text import template
from casebook.display.two_faces import TwoFaces
from casebook.models.criteria import DEFINITIONS, Fact, Node, contested, definition_of, evaluate, girl, table
from casebook.models.kleene import SYMBOLS, WORDS
from casebook.models.units import UnitError
from casebook.pieces.criteria_tables import CLASSES, items

_NOTHING = "not reported"
CONTROLS = [
    Control("days", "Fever lasted",
            {None: "not known", **{n: f"{n} day" + "s" * (n > 1) for n in range(1, 8)}}, start=3),
    Control("crp", "CRP", {171.0: "171", 4.2: "4.2", None: _NOTHING}),
    Control("unit", "Unit of CRP", {"mg/L": "mg/L", "mg/dL": "mg/dL", "": "missing"}),
    Control("ef", "Echo", {True: "EF 44 %", None: _NOTHING}),
    Control("search", "Other causes", {None: _NOTHING, "negative": "cultures negative", "positive": "cultures positive",
                                       "all": "all ruled out"}),
    Control("temperature", "Temperature", {None: _NOTHING, 38.2: "38.2 °C", 38.7: "38.7 °C"}),
    Control("platelets", "Platelets per µL", {None: _NOTHING, 90_000: "low: 90,000", 250_000: "normal: 250,000"}),
    Control("lymphocytes", "Lymphocytes per µL", {None: _NOTHING, 700: "low: 700", 2500: "normal: 2,500"}),
    Control("neutrophils", "Neutrophils per µL", {None: _NOTHING, 12_000: "raised: 12,000", 4000: "normal: 4,000"}),
    Control("WHO2020-fever", "WHO 2020, days of fever", {"usual": "3 or more", "other": "more than 3"}),
    Control("CDC2020-organ-systems", "CDC 2020, organ systems", {"usual": "2 or more", "other": "more than 2"}),
    Control("RCPCH2020-fever", "RCPCH 2020, fever", {"usual": "over 38.5 °C", "other": "no number"}),
]
"""What a reader can change. All values but the letter's own (3 days, CRP 171 mg/L, EF 44 %) are made up."""

GROUPS = {"What the letter tells": CONTROLS[:4], "What it doesn’t tell": CONTROLS[4:9],
          "Which printed copy counts": CONTROLS[9:]}
"""The controls under headings; the last group is folded on the page."""

READ_BY = {"fever for": ["days"], "CRP": ["crp", "unit"], "EF": ["ef"], "cultures": ["search"],
           "other causes ruled out": ["search"],
           **{name: [name] for name in ("temperature", "platelets", "lymphocytes", "neutrophils")}}
"""The controls that set a fact."""

LETTERS = {True: "t", False: "f", None: "u"}
"""The three values as criteria.js reads them."""


def child(days: float | None, crp: float | None, unit: str, ef: float | None, search: str | None,
          temperature: float | None, platelets: float | None, lymphocytes: float | None, neutrophils: float | None,
          **copies: str) -> tuple[dict[str, Fact], list[str]]:
    """The girl of the letter with other things known: (patient, contested criteria whose other copy counts)."""
    patient = girl()
    own = patient["CRP"]

    def put(name, value, unit="", called=""):
        patient.pop(name, None)
        if value is not None:
            patient[name] = Fact(value, unit, called, "made up")

    if days != patient["fever for"].value:
        put("fever for", days, "d")
    if (crp, unit) != (own.value, own.unit):
        put("CRP", crp, unit, own.called if crp == own.value else "")
    if ef is None:
        del patient["EF"]
    put("cultures", {"negative": False, "positive": True, "all": False}.get(search or ""))
    put("other causes ruled out", True if search == "all" else None)
    put("temperature", temperature, "Cel")
    for name, count in (("platelets", platelets), ("lymphocytes", lymphocytes), ("neutrophils", neutrophils)):
        put(name, count, "/uL", _options(name)[count].split(":")[0] if count else "")
    return patient, [name for name, copy in copies.items() if copy == "other"]


def _options(name):
    """The options {value: label} of a control."""
    return next(c for c in CONTROLS if c.name == name).options


class CaseDefinitions(TwoFaces):
    """Four case definitions and what is known about one child; show it as the last value of a cell."""

    title = "What is known, and what four definitions make of it"
    controls, groups = CONTROLS, GROUPS

    def trees(self, **changed: float | str | None) -> dict[str, Node]:
        """The four trees for one state of the controls: {definition: Node}. Raises UnitError if CRP has a value and no
        unit."""
        return {d: self.tree(d, **changed) for d in DEFINITIONS}

    def tree(self, definition: str, **changed: float | str | None) -> Node:
        """One of the four trees, as ``trees``."""
        patient, other = child(**{c.name: c.start for c in self.controls} | changed)
        return evaluate(definition, patient, other)

    def data(self) -> dict:
        """What criteria.js needs: controls, and four trees whose leaves hold a value and a reason for each value of
        their controls."""
        names = [c.name for c in self.controls]
        stop = {}
        for i, crp in enumerate(_options("crp")):
            try:
                self.trees(crp=crp, unit="")
            except UnitError as error:
                stop[i] = str(error)
        return {"controls": [{"label": c.label, "options": list(c.options.values())} for c in self.controls],
                "words": {letter: WORDS[value] for value, letter in LETTERS.items()},
                "stop": {"value": names.index("crp"), "unit": names.index("unit"),
                         "missing": list(_options("unit")).index(""), "messages": stop},
                "trees": [{"name": d, **self._node(tree)} for d, tree in self.trees().items()]}

    def _node(self, node):
        """A tree for criteria.js: a group holds its rule (one for each copy, if copies differ) and its parts."""
        if not node.children:
            return self._leaf(node.id)
        group = {"id": node.id, "text": node.text, "rule": [node.rule], "parts": [self._node(c) for c in node.children]}
        if node.id in contested():
            group["by"] = [c.name for c in self.controls].index(node.id)
            group["rule"] = [self.tree(definition_of(node.id), **{node.id: copy})[node.id].rule
                             for copy in _options(node.id)]
        return group

    def _leaf(self, id):
        """Value, reason and text of a leaf for every combination of the controls that move it, the last control running
        fastest."""
        by = self._controls_of(id)
        states = {values: self._state(id, dict(zip(by, values))) for values in product(*map(_options, by))}
        for name in list(by):                                   # leave out a control that makes no difference
            at, without = by.index(name), {}
            for values, state in states.items():
                without.setdefault(values[:at] + values[at + 1:], set()).add(state)
            if all(len(alike) == 1 for alike in without.values()):
                by.remove(name)
                states = {values: alike.pop() for values, alike in without.items()}
        names, texts = [c.name for c in self.controls], [text for _, _, text in states.values()]
        leaf = {"id": id, "by": [names.index(name) for name in by],
                "states": [[letter, why] for letter, why, _ in states.values()]}
        return leaf | ({"texts": texts} if len(set(texts)) > 1 else {"text": texts[0]})

    def _controls_of(self, id):
        """Names of the controls that set a fact of this criterion, or choose its copy, in order."""
        rows = table()[table()["criterion"] == id]
        facts = {name for fact in rows["fact"] for name in fact.split("; ")}
        if rows["duration"].notna().any():
            facts.add("fever for")
        read = {control for fact in facts for control in READ_BY.get(fact, ())} | {id}
        return [c.name for c in self.controls if c.name in read]

    def _state(self, id, state):
        """(letter, reason, text) of a leaf in one state of its controls."""
        if state.get("crp") is not None and state.get("unit") == "":
            state |= {"unit": "mg/L"}                           # the code stops before it reads this leaf
        leaf = self.tree(definition_of(id), **state)[id]
        return LETTERS[leaf.value], leaf.why, leaf.text

    def static_html(self) -> str:
        """Controls, four verdicts and four trees of the letter's child as HTML."""
        trees = [{"name": name, "verdict": WORDS[tree.value], "sign": SYMBOLS[tree.value], "css": CLASSES[tree.value],
                  "body": items(tree)} for name, tree in self.trees().items()]
        data = json.dumps(self.data(), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        return template("criteria.html").render(piece=self, trees=trees, data=Markup(data))
