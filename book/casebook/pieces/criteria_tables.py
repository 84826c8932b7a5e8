"""Case definitions for readers: the girl's facts, criteria, trees, truth tables and the differential as tables."""

import re
from collections.abc import Callable

import pandas as pd
from IPython import get_ipython
from markupsafe import Markup, escape

from casebook.display.html_table import Html, table_html
from casebook.display.two_faces import shown
from casebook.models import blood_pressure
from casebook.models.criteria import Fact, Node, differential_rows, table, unreported
from casebook.models.kleene import SYMBOLS, WORDS, truth_table
from casebook.tables.references import bibliography, cite_anchor, cite_label
from casebook.tables.values import printed
from casebook.tables.wording import quantity

CLASSES = {True: "is-met", False: "is-not-met", None: "is-unknown"}


def _sign(value):
    return f'<span class="sign" aria-hidden="true">{SYMBOLS[value]}</span>'


def label(node: Node) -> str:
    """A node's text; a group also says how many of its parts it asks for."""
    return f"{node.text}: {node.rule} of {len(node.children)}" if node.children else node.text


def items(node: Node) -> str:
    """The nodes below ``node`` as list items, each with sign, text, word and reason."""
    parts = []
    for child in node.children:
        below = f"<ul>{items(child)}</ul>" if child.children else ""
        parts.append(f'<li data-node="{escape(child.id)}" class="{CLASSES[child.value]}">{_sign(child.value)} '
                     f'<span class="node-text">{escape(label(child))}</span> '
                     f'<strong class="node-word">{WORDS[child.value]}</strong> '
                     f'<span class="why">{escape(child.why)}</span>{below}</li>')
    return Markup("".join(parts))


def tree_html(node: Node) -> str:
    """A tree of criteria as HTML: a verdict and a nested list, each node with sign, text, word and reason."""
    return shown(f'<p class="tree-verdict {CLASSES[node.value]}">{_sign(node.value)} {escape(node.text)}: '
                 f'<strong>{WORDS[node.value]}</strong></p><ul class="criteria-tree">{items(node)}</ul>')


_NAMES = {"fever for": "fever lasted", "contact": "contact, before admission"}


def known(patient: dict[str, Fact]) -> str:
    """What is known about ``patient`` as a table for a cell: fact, value, where it stands."""
    return table_html(pd.DataFrame([{"Fact": _NAMES.get(name, name), "Value": _value(name, fact),
                                     "Where": "; ".join(filter(None, [fact.source, fact.note]))}
                                    for name, fact in patient.items()]),
                      "What the text tells about her around the time MIS-C is considered", classes="facts")


def _value(name, fact):
    """A fact's value and the report's word for it; values of Table 1 marked as printed or reconstructed in place."""
    if fact.value is None or isinstance(fact.value, bool):
        shown = {True: "yes", False: "no", None: "no value"}[fact.value]
    elif "Table 1" in fact.source:
        shown = Markup(printed(name, "1"))
    else:
        shown = quantity(fact.value, fact.unit)
    return shown + Markup(", “{}”").format(fact.called) if fact.called else shown


def not_told(patient: dict[str, Fact]) -> str:
    """What the four definitions read and nobody tells about ``patient``, as a line for a cell."""
    return Html(f"<p>{escape('; '.join(unreported(patient)))}.</p>")


def definitions() -> str:
    """All criteria as a table for a cell, with disagreements and sources; a disagreement about a group is told once."""
    rows = table()[table()["copy"] == "usual"]
    again = rows.duplicated(["definition", "group", "disagreement"]) & (rows["disagreement"] != "")
    return table_html(pd.DataFrame({
        "Definition": rows["definition"], "About": rows["part"], "Criterion": rows["text"],
        "Counts": (rows["group"] + ": " + rows["group_rule"]).where(rows["group"] != "", "must be met"),
        "Where copies disagree": rows["disagreement"].map(_linked).mask(again, "as above"),
        "Source": rows["source"].map(_linked)}),
        "Four case definitions of MIS-C, one row a criterion", filters=["Definition", "About"], classes="stacked")


def _linked(text):
    """A text of the data in which each citation key has become a link."""
    link = lambda key: f'<a href="references.html#{cite_anchor(key)}" data-cite="{key}">{escape(cite_label(key))}</a>'
    return Markup(re.sub(r"\w+", lambda m: link(m[0]) if m[0] in bibliography() else m[0], str(escape(text))))


def differential() -> str:
    """Conditions beside MIS-C as a table for a cell."""
    rows = differential_rows()
    heads = {"condition": "Condition", "feature": "Compared", "verdict": "For her", "letter": "In the letter",
             "misc": "In MIS-C", "there": "In that condition", "source": "Source"}
    return table_html(rows.assign(source=rows["source"].map(_linked))[[*heads]].rename(columns=heads),
                      "Conditions beside MIS-C", sortable=True, filters=["Condition", "For her"], classes="stacked")


def truth(rule: Callable, name: str) -> str:
    """The truth table of ``rule`` for a cell, with signs and words."""
    values = {word: value for value, word in WORDS.items()}

    def cell(word):
        return Markup(f'<span class="{CLASSES[values[word]]}">{_sign(values[word])} {word}</span>')

    frame = truth_table(rule).map(cell)
    frame.insert(0, name, frame.index)
    return table_html(frame, f"First value {name} second value", classes="facts")


def pressures(systolic: float, age: float) -> str:
    """Three printed limits of systolic pressure beside one child's, for a cell."""
    limits = blood_pressure.systolic_limits(age)
    rows = [{"Lower limit": formula, f"At {age} years": f"{limit:g} mmHg", "The child": f"{systolic:g} mmHg",
             "Low": "yes" if systolic < limit else "no", "Source": _linked(blood_pressure.SYSTOLIC_LIMITS[formula][1])}
            for formula, limit in limits.items()]
    return table_html(pd.DataFrame(rows), "Three limits of systolic pressure", classes="facts")


def show_trees() -> None:
    """Let a notebook show a tree of criteria as ``tree_html``; elsewhere there is nothing to tell."""
    shell = get_ipython()
    if shell is not None:
        shell.display_formatter.formatters["text/html"].for_type(Node, tree_html)


show_trees()
