"""Case definitions of MIS-C as code that can say 'unknown'.

A definition is a tree of criteria; a child is a dictionary of facts; what is not in the dictionary is unknown. Each
criterion is judged in three values (`criterion`), and the values are joined on the way up (`kleene`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

import pandas as pd

from casebook.models.criterion import judge
from casebook.models.kleene import SYMBOLS, WORDS, combine
from casebook.models.units import UNITS, UnitError
from casebook.tables import table1
from casebook.tables.resources import read_resource

DEFINITIONS = ("CDC 2020", "WHO 2020", "RCPCH 2020", "CSTE/CDC 2023")

YES_NO = ("fever", "admitted", "rash", "conjunctivitis", "mouth, hands or feet inflamed", "abdominal pain",
          "vomiting", "diarrhoea",
          "headache", "coronary change", "kidneys involved", "lungs involved", "IgG", "PCR", "antigen", "cultures",
          "other causes ruled out")
"""Facts that are True, False or None. ``cultures`` is True if they grew a bacterium that explains the illness."""

# ---- a child ----

@dataclass(frozen=True)
class Fact:
    """One thing that is known: a yes or no, or a number with its UCUM unit, and where it stands.

    ``called`` is the report's own word for it (raised, elevated, high, low, decreased, normal); a fact may have a word
    and no number. ``note`` is what a reader should know beside it.
    """

    value: float | bool | None = None
    unit: str = ""
    called: str = ""
    source: str = ""
    note: str = ""


def girl() -> dict[str, Fact]:
    """What letter and Table 1 say about the girl when MIS-C is considered, as {name: Fact}. All else is unknown."""
    def fact(value=True, unit="", called="", note=""):
        return Fact(value, unit, called, "letter", note)

    return {
        "age": fact(8, "a"), "admitted": fact(), "fever": fact(),
        "fever for": fact(3, "d", note="elsewhere “more than 3 days”"),
        "headache": fact(), "abdominal pain": fact(), "rash": fact(called="maculopapular"),
        "conjunctivitis": fact(called="bilateral nonpurulent"),
        "systolic pressure": fact(80, "mm[Hg]"), "diastolic pressure": fact(50, "mm[Hg]"),
        "EF": _first_token("EF", "decreased"), "troponin I": _first_token("troponin I"),
        "ProBNP": _first_token("ProBNP"),
        "CRP": _first_token("CRP", "elevated"), "procalcitonin": _first_token("procalcitonin", "elevated"),
        "D-dimer": fact(None, called="high"),
        "IgG": fact(), "contact": fact(10, "d", note="her parents’ diagnosis"),
    }


@cache
def _first_token(parameter, called=""):
    """The first printed value of a row of Table 1; the letter's text has a word (``called``) for those it repeats."""
    tokens = table1.load()
    row = tokens[tokens["parameter"] == parameter].iloc[0]
    return Fact(float(row["value"]), row["unit"], called, "letter and Table 1" if called else "Table 1")


def unreported(patient: dict[str, Fact]) -> list[str]:
    """Names of the facts that the four definitions read and ``patient`` lacks, in the order in which they are read."""
    read = dict.fromkeys(name for row in table()["fact"] for name in row.split("; "))
    return [name for name in read if name not in patient]

# ---- the definitions ----

@dataclass
class Node:
    """One criterion, or one group of them, with its value (True, False, None) and the reason in words."""

    id: str
    text: str
    value: bool | None
    why: str = ""
    rule: str = ""
    children: list = field(default_factory=list)

    def __getitem__(self, id):
        """The node with this ``id`` at or below this one; KeyError if there is none."""
        node = next((n for n in self.walk() if n.id == id), None)
        if node is None:
            raise KeyError(f"{id}: there are {', '.join(n.id for n in self.walk())}")
        return node

    def walk(self) -> Iterator["Node"]:
        """This node and all below it, from the top."""
        yield self
        for child in self.children:
            yield from child.walk()

    def __str__(self):
        lines = [f"{SYMBOLS[self.value]} {self.text}: {WORDS[self.value]}" + (f" ({self.why})" if self.why else "")]
        return "\n".join(lines + ["  " + line for child in self.children for line in str(child).split("\n")])


@cache
def table() -> pd.DataFrame:
    """The criteria (one row each, contested ones twice), as in data/case_definitions.csv."""
    return read_resource("case_definitions")


@cache
def differential_rows() -> pd.DataFrame:
    """Conditions beside MIS-C, feature by feature, as in data/differential.csv."""
    return read_resource("differential")


def differential_count(verdict: str) -> int:
    """How many rows of the differential have this verdict."""
    return int((differential_rows()["verdict"] == verdict).sum())


@cache
def contested() -> tuple[str, ...]:
    """Names of criteria and groups that printed copies print in two ways, for ``evaluate(..., other_copy=...)``."""
    rows = table()
    groups = [group_id(r.criterion, r.group) for r in rows.itertuples() if r.other_group_rule]
    return tuple(dict.fromkeys([*rows["criterion"][rows["copy"] == "other"], *groups]))


@cache
def _rows(definition):
    """The rows of one definition as tuples, in order."""
    return tuple(table()[table()["definition"] == definition].itertuples())


def definition_of(id: str) -> str:
    """Name of the definition that a criterion or group belongs to: 'WHO2020-fever' -> 'WHO 2020'."""
    return next(d for d in DEFINITIONS if d.replace("/CDC", "").replace(" ", "") == id.split("-")[0])


def group_id(criterion: str, group: str) -> str:
    """Name of the group that a criterion stands in: ('CDC2020-heart', 'organ systems') -> 'CDC2020-organ-systems'."""
    return f"{criterion.split('-')[0]}-{group.replace(' ', '-')}"


def evaluate(definition: str, patient: dict[str, Fact], other_copy: Iterable[str] = ()) -> Node:
    """Judge ``patient`` by one definition: a tree of Nodes, each leaf with its reason in words.

    ``patient`` is {name: Fact}. ``other_copy`` names the contested criteria and groups for which the copy that differs
    counts. Raises UnitError for a value without a known unit, KeyError for a definition, fact or contested criterion
    that does not exist.
    """
    other_copy = set(other_copy)
    _check(definition, patient, other_copy)
    top = Node(definition, definition, None, rule="all")
    for row in _rows(definition):
        if row.copy != ("other" if row.criterion in other_copy else "usual"):
            continue
        value, why = judge(row, patient)
        _place(top, row, other_copy).children.append(Node(row.criterion, row.text, value, why))
    join(top)
    return top


def _check(definition, patient, other_copy):
    """Raise the errors of ``evaluate``."""
    if definition not in DEFINITIONS:
        raise KeyError(f"{definition}: there are {', '.join(DEFINITIONS)}")
    check_facts(patient)
    for name in other_copy - set(contested()):
        raise KeyError(f"{name}: no copy differs there; contested are {', '.join(contested())}")


def check_facts(patient: dict[str, Fact], more: Iterable[str] = ()) -> None:
    """KeyError for a fact that neither definitions nor ``more`` name, UnitError for a number without known unit."""
    known = dict.fromkeys([*UNITS, *YES_NO, *more])
    for name in set(patient) - set(known):
        raise KeyError(f"{name}: no definition reads such a fact; it knows {', '.join(known)}")
    for name, fact in patient.items():
        if name in UNITS and fact.value is not None and fact.unit not in UNITS[name]:
            raise UnitError(name, fact.value, fact.unit)


def _place(top, row, other_copy):
    """The node under which a criterion stands."""
    if not row.group:
        return top
    id = group_id(row.criterion, row.group)
    group = _child(top, id, row.group, row.other_group_rule if id in other_copy else row.group_rule)
    return _child(group, f"{id}-{row.subgroup}", row.subgroup, "any") if row.subgroup else group


def _child(parent, id, text, rule):
    """The child of ``parent`` with this ``id``, made if it is not there yet."""
    child = next((c for c in parent.children if c.id == id), None)
    if child is None:
        child = Node(id, text, None, rule=rule)
        parent.children.append(child)
    return child


def join(node: Node) -> None:
    """Give every group at or below ``node`` its value, and a count to those that ask for a number of parts."""
    for child in node.children:
        if child.children:
            join(child)
    node.value = combine(node.rule, [c.value for c in node.children])
    if node.rule.startswith("at least"):
        met = sum(c.value is True for c in node.children)
        open_ = sum(c.value is None for c in node.children)
        node.why = f"{met} of {len(node.children)} met" + (f", {open_} cannot be told" if open_ else "")
