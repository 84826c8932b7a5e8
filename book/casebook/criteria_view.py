"""Case definitions for readers: trees of criteria, tables, and the piece in which a reader changes what is known.

One object, two faces. On the site: form controls, four trees, and criteria.js, which joins leaf values that were computed here
for every value of a control. In JupyterLab: the same controls as ipywidgets. Without script: the four trees of the letter's child.
"""

import json
import re
from itertools import product

import pandas as pd
from markupsafe import Markup, escape

from . import pressure
from .choices import Control
from .criteria import DEFINITIONS, SYMBOLS, WORDS, Fact, UnitError, contested, definition_of, differential_rows, evaluate, girl, number, readable, table, truth_table, unreported
from .figure import LIVE_STYLE
from .tables import Html, table_html
from .text import bibliography, building_the_book, cite_anchor, cite_label, template

CLASSES = {True: "is-met", False: "is-not-met", None: "is-unknown"}
_BY_WORD = {word: CLASSES[value] for value, word in WORDS.items()}
_SIGN = {word: SYMBOLS[value] for value, word in WORDS.items()}
_LIVE = ("<style>.criteria-tree, .criteria-tree ul {list-style:none; padding-left:1.2em} .is-met > .sign {color:var(--chart-accent)} "
         ".is-not-met > .sign {color:var(--chart-second)} .why {color:var(--chart-muted); display:block}</style>")


def label(node, rule=None):
    """A node's text; a group also says how many of its parts it asks for."""
    return f"{node.text}: {rule or node.rule} of {len(node.children)}" if node.children else node.text


def _items(node):
    parts = []
    for child in node.children:
        below = f"<ul>{_items(child)}</ul>" if child.children else ""
        parts.append(f'<li data-node="{escape(child.id)}" class="{CLASSES[child.value]}"><span class="sign" aria-hidden="true">{SYMBOLS[child.value]}</span> '
                     f'<span class="node-text">{escape(label(child))}</span> <strong class="node-word">{WORDS[child.value]}</strong> '
                     f'<span class="why">{escape(child.why)}</span>{below}</li>')
    return "".join(parts)


def tree_html(node):
    """A tree of criteria as HTML: a verdict and a nested list, each node with sign, text, word and reason."""
    body = (f'<p class="tree-verdict {CLASSES[node.value]}"><span class="sign" aria-hidden="true">{SYMBOLS[node.value]}</span> {escape(node.text)}: '
            f'<strong>{WORDS[node.value]}</strong></p><ul class="criteria-tree">{_items(node)}</ul>')
    return body if building_the_book() else f'{_LIVE}<div style="{LIVE_STYLE}">{body}</div>'


def known(patient):
    """What is known about ``patient`` as a table for a cell: fact, value, where it stands."""
    rows = []
    for name, fact in patient.items():
        value = {True: "yes", False: "no", None: "no value"}.get(fact.value) if isinstance(fact.value, bool) or fact.value is None else \
            f"{number(fact.value)}\N{NO-BREAK SPACE}{readable(fact.unit)}"
        if fact.value is not None and fact.source.startswith("Table 1"):
            placed = "printed" if name in ("troponin I", "ProBNP") else "reconstructed"
            value = Markup(f'<span data-placement="{placed}">{escape(value)}</span>')
        rows.append({"Fact": {"fever for": "fever lasted", "contact": "contact, before admission"}.get(name, name), "Value": value + (Markup(", “{}”").format(fact.called) if fact.called else ""),
                     "Where": fact.source})
    return table_html(pd.DataFrame(rows), "What the text tells about her when MIS-C is considered", classes="facts")


def not_told(patient):
    """What the four definitions read and nobody tells about ``patient``, as a line for a cell."""
    return Html(f"<p>{escape('; '.join(unreported(patient)))}.</p>")


def definitions():
    """All criteria as a table for a cell, with disagreements and sources."""
    rows = table()[table()["copy"] == "usual"]
    return table_html(pd.DataFrame({
        "Definition": rows["definition"], "About": rows["part"], "Criterion": rows["text"],
        "Counts": [f"{group}: {rule}" if group else "must be met" for group, rule in zip(rows["group"], rows["group_rule"])],
        "Where copies disagree": rows["disagreement"].map(_linked), "Source": rows["source"].map(_linked)}),
        "Four case definitions of MIS-C, one row a criterion", sortable=True, filters=["Definition", "About"], classes="sources")


def _linked(text):
    """A text of the data in which each citation key has become a link."""
    link = lambda key: f'<a href="references.html#{cite_anchor(key)}" data-cite="{key}">{escape(cite_label(key))}</a>'
    return Markup(re.sub(r"\w+", lambda m: link(m[0]) if m[0] in bibliography() else m[0], str(escape(text))))


def differential():
    """Five conditions beside MIS-C as a table for a cell."""
    rows = differential_rows()
    return table_html(pd.DataFrame({"Condition": rows["condition"], "Compared": rows["feature"], "For her": rows["verdict"], "In the letter": rows["letter"],
                                    "In MIS-C": rows["misc"], "In the other": rows["there"], "Source": rows["source"].map(_linked)}),
                      "Five conditions beside MIS-C", sortable=True, filters=["Condition", "For her"], classes="sources")


def truth(rule, name):
    """The truth table of ``rule`` for a cell, with signs and words."""
    cell = lambda word: Markup(f'<span class="{_BY_WORD[word]}"><span class="sign" aria-hidden="true">{_SIGN[word]}</span> {word}</span>')
    frame = truth_table(rule).map(cell)
    frame.insert(0, name, frame.index)
    return table_html(frame, f"First value {name} second value", classes="facts")


def pressures(systolic, age):
    """Three printed limits of systolic pressure beside one child's, for a cell."""
    limits = pressure.systolic_limits(age)
    return table_html(pd.DataFrame([{"Lower limit": formula, f"At {age} years": f"{limit:g} mmHg", "The child": f"{systolic:g} mmHg",
                                     "Low": "yes" if systolic < limit else "no", "Source": _linked(pressure.SYSTOLIC_LIMITS[formula][1])}
                                    for formula, limit in limits.items()]), "Three limits of systolic pressure", classes="facts")


# ---- the reader changes what is known ----

_NOTHING = "not reported"
CONTROLS = [
    Control("days", "Fever lasted", {None: "not known", **{n: f"{n} day" + "s" * (n > 1) for n in range(1, 8)}}, start=3),
    Control("temperature", "Highest temperature", {None: "not known", 38.2: "38.2 °C", 38.7: "38.7 °C"}),
    Control("search", "Another cause", {None: _NOTHING, "negative": "cultures negative", "positive": "cultures positive", "aside": "all looked for, set aside"}),
    Control("crp", "CRP", {171.0: "171", 4.2: "4.2", None: _NOTHING}),
    Control("unit", "Unit of CRP", {"mg/L": "mg/L", "mg/dL": "mg/dL", "": "missing"}),
    Control("ef", "Echo", {True: "EF 44 %", None: _NOTHING}),
    Control("platelets", "Platelets per µL", {None: _NOTHING, 90_000: "low: 90,000", 250_000: "normal: 250,000"}),
    Control("lymphocytes", "Lymphocytes per µL", {None: _NOTHING, 700: "low: 700", 2500: "normal: 2,500"}),
    Control("neutrophils", "Neutrophils per µL", {None: _NOTHING, 12_000: "raised: 12,000", 4000: "normal: 4,000"}),
    Control("WHO2020-fever", "WHO 2020, days of fever", {"usual": "3 or more", "other": "more than 3"}),
    Control("CDC2020-organ-systems", "CDC 2020, organ systems", {"usual": "2 or more", "other": "more than 2"}),
    Control("RCPCH2020-fever", "RCPCH 2020, fever", {"usual": "over 38.5 °C", "other": "no number"}),
]
"""What a reader can change. All values but the letter's own (3 days, CRP 171, EF 44) are made up."""

GROUPS = {"Fever": CONTROLS[:2], "Other diagnoses": CONTROLS[2:3], "Findings": CONTROLS[3:9], "Which printed copy counts": CONTROLS[9:]}
_READ_BY = {"fever for": ["days"], "temperature": ["temperature"], "cultures": ["search"], "other causes set aside": ["search"], "CRP": ["crp", "unit"], "EF": ["ef"],
            "platelets": ["platelets"], "lymphocytes": ["lymphocytes"], "neutrophils": ["neutrophils"]}
_CALLED = {90_000: "low", 250_000: "normal", 700: "low", 2500: "normal", 12_000: "raised", 4000: "normal"}


def child(days, temperature, search, crp, unit, ef, platelets, lymphocytes, neutrophils, **copies):
    """The girl of the letter with other things known: (patient, contested criteria whose other copy counts)."""
    patient = girl()
    own = patient["CRP"]

    def put(name, fact):
        patient.pop(name, None)
        if fact.value is not None:
            patient[name] = fact

    if days != 3:
        put("fever for", Fact(days, "d", source="made up"))
    put("temperature", Fact(temperature, "Cel", source="made up"))
    put("CRP", Fact(crp, unit, own.called if crp == own.value else "", "made up"))
    if ef is None:
        patient.pop("EF")
    for name, value in (("platelets", platelets), ("lymphocytes", lymphocytes), ("neutrophils", neutrophils)):
        put(name, Fact(value, "/uL", _CALLED.get(value, ""), "made up"))
    put("cultures", Fact({"negative": False, "positive": True, "aside": False}.get(search), source="made up"))
    put("other causes set aside", Fact(True if search == "aside" else None, source="made up"))
    return patient, [name for name, copy in copies.items() if copy == "other"]


class CaseDefinitions:
    """Four case definitions and what is known about one child; show it as the last value of a cell."""

    title = "What is known, and what four definitions make of it"
    controls, groups = CONTROLS, GROUPS

    def start(self):
        """The values of all controls for the letter's child."""
        return {c.name: c.start for c in self.controls}

    def trees(self, **changed):
        """The four trees for one state of the controls: {definition: Node}. Raises UnitError if CRP has a value and no unit."""
        return {d: self.tree(d, **changed) for d in DEFINITIONS}

    def tree(self, definition, **changed):
        """One of the four trees, as ``trees``."""
        patient, other = child(**{**self.start(), **changed})
        return evaluate(definition, patient, other)

    def data(self):
        """What criteria.js needs: controls, and four trees whose leaves hold a value and a reason for each value of their controls."""
        names = [c.name for c in self.controls]
        stop = {}
        for i, crp in enumerate(self._options("crp")):
            try:
                self.trees(crp=crp, unit="")
            except UnitError as error:
                stop[i] = str(error)
        return {"controls": [{"label": c.label, "options": list(c.options.values())} for c in self.controls],
                "words": {"t": WORDS[True], "f": WORDS[False], "u": WORDS[None]},
                "stop": {"value": names.index("crp"), "unit": names.index("unit"), "missing": self._options("unit").index(""), "messages": stop},
                "trees": [{"name": d, **self._node(tree)} for d, tree in self.trees().items()]}

    def _options(self, name):
        return list(next(c for c in self.controls if c.name == name).options)

    def _node(self, node):
        if not node.children:
            return self._leaf(node)
        group = {"id": node.id, "text": node.text, "rule": [node.rule], "parts": [self._node(c) for c in node.children]}
        if node.id in contested():
            group |= {"by": [c.name for c in self.controls].index(node.id), "rule": [self.tree(definition_of(node.id), **{node.id: copy})[node.id].rule
                                                                                    for copy in self._options(node.id)]}
        return group

    def _leaf(self, node):
        """Value, reason and text of a leaf for every combination of the controls that move it."""
        rows = table()[table()["criterion"] == node.id]
        facts = {name for fact in rows["fact"] for name in fact.split("; ")} | ({"fever for"} if rows["duration"].notna().any() else set())
        names = [c.name for c in self.controls]
        by = sorted({names.index(control) for f in facts for control in _READ_BY.get(f, ())} | ({names.index(node.id)} if node.id in names else set()))
        found = {}
        for values in product(*(self._options(names[i]) for i in by)):
            state = dict(zip((names[i] for i in by), values))
            if state.get("crp") is not None and state.get("unit") == "":
                state |= {"unit": "mg/L"}                       # the code stops before it reads this leaf
            leaf = self.tree(definition_of(node.id), **state)[node.id]
            found[values] = ["tfu"[[True, False, None].index(leaf.value)], leaf.why, leaf.text]
        kept = [n for n in range(len(by)) if any(found[v] != found[(*v[:n], o, *v[n + 1:])] for v in found for o in self._options(names[by[n]]))]
        first = {n: self._options(names[by[n]])[0] for n in range(len(by))}
        states = [found[tuple(dict(zip(kept, values)).get(n, first[n]) for n in range(len(by)))]
                  for values in product(*(self._options(names[by[n]]) for n in kept))]
        leaf = {"id": node.id, "by": [by[n] for n in kept], "states": [s[:2] for s in states]}
        texts = [s[2] for s in states]
        return leaf | ({"texts": texts} if len(set(texts)) > 1 else {"text": texts[0]})

    def static_html(self):
        """Controls, four verdicts and four trees of the letter's child as HTML."""
        trees = [{"name": name, "verdict": WORDS[tree.value], "sign": SYMBOLS[tree.value], "css": CLASSES[tree.value], "body": Markup(_items(tree))}
                 for name, tree in self.trees().items()]
        data = json.dumps(self.data(), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        return template("criteria.html").render(piece=self, trees=trees, data=Markup(data))

    def widget(self):
        """The same controls and trees as ipywidgets."""
        import ipywidgets as widgets

        shown = widgets.HTML()
        boxes = {c.name: widgets.Dropdown(options=[(text, i) for i, text in enumerate(c.options.values())], value=list(c.options).index(c.start),
                                          description=c.label, style={"description_width": "initial"}) for c in self.controls}
        before = {}

        def show(change=None):
            said = ""
            try:
                trees = self.trees(**{name: self._options(name)[box.value] for name, box in boxes.items()})
            except UnitError as error:
                before.clear()
                shown.value = f'<div style="{LIVE_STYLE}"><p role="status"><strong>{escape(error)} The code stops: no verdict.</strong></p></div>'
                return
            if change is not None:
                moved = [f"{name} moves from {WORDS[before[name]]} to {WORDS[t.value]}." for name, t in trees.items() if before and before[name] != t.value]
                said = " ".join(moved) or ("No verdict moves." if before else "The code runs again.")
            before.update({name: t.value for name, t in trees.items()})
            shown.value = f'<div style="{LIVE_STYLE}"><p role="status"><strong>{said}</strong></p></div>' + "".join(map(tree_html, trees.values()))

        for box in boxes.values():
            box.observe(show, "value")
        show()
        groups = [part for name, controls in self.groups.items() for part in (widgets.HTML(f"<strong>{name}</strong>"), *(boxes[c.name] for c in controls))]
        return widgets.VBox([widgets.HTML(f"<h4>{self.title}</h4>"), *groups, shown])

    def _repr_mimebundle_(self, include=None, exclude=None):
        if building_the_book():
            return {"text/html": self.static_html(), "text/plain": self.title}
        return self.widget()._repr_mimebundle_(include=include, exclude=exclude)
