"""Case definitions of MIS-C as code that can say 'unknown'.

Three values: True (met), False (not met), None (cannot tell). A definition is a tree of criteria; a child is a dictionary of
facts; what is not in the dictionary is unknown. Values with a unit are converted before they are compared, and a value without
a unit stops the code.
"""

from dataclasses import dataclass, field
from functools import cache

import pandas as pd

from . import pressure, table1
from .resources import read_resource

DEFINITIONS = ("CDC 2020", "WHO 2020", "RCPCH 2020", "CSTE/CDC 2023")
WORDS = {True: "met", False: "not met", None: "cannot tell"}
SYMBOLS = {True: "✓", False: "✗", None: "?"}

# ---- three values ----


def kleene_and(values):
    """True if all are True, False if any is False, else None. Raises ValueError for anything but True, False, None."""
    values = _three(values)
    return False if False in values else None if None in values else True


def kleene_or(values):
    """True if any is True, False if all are False, else None. Raises ValueError for anything but True, False, None."""
    values = _three(values)
    return True if True in values else None if None in values else False


def at_least(n, values):
    """True if ``n`` are certainly met, False if ``n`` cannot be reached any more, else None."""
    values = _three(values)
    sure = values.count(True)
    return True if sure >= n else False if sure + values.count(None) < n else None


def truth_table(rule):
    """What ``rule`` makes of every pair of values, in words (3 x 3): rows the first value, columns the second."""
    return pd.DataFrame({WORDS[b]: {WORDS[a]: WORDS[rule([a, b])] for a in WORDS} for b in WORDS})


def _three(values):
    values = list(values)
    for value in values:
        if value is not None and not isinstance(value, bool):
            raise ValueError(f"{value!r}: expected True, False or None")
    return values


# ---- units ----

_COUNT = {"/uL": 1, "10*9/L": 1000}
UNITS = {
    "age": {"a": 1}, "fever for": {"d": 1, "h": 1 / 24}, "contact": {"d": 1, "wk": 7}, "temperature": {"Cel": 1},
    "systolic pressure": {"mm[Hg]": 1}, "diastolic pressure": {"mm[Hg]": 1}, "EF": {"%": 1},
    "CRP": {"mg/L": 1, "mg/dL": 10}, "procalcitonin": {"ug/L": 1, "ng/mL": 1}, "ESR": {"mm/h": 1}, "ferritin": {"ug/L": 1, "ng/mL": 1},
    "D-dimer": {"mg/L": 1, "ng/mL": 0.001}, "fibrinogen": {"g/L": 1, "mg/dL": 0.01}, "LDH": {"U/L": 1}, "IL-6": {"ng/L": 1, "pg/mL": 1},
    "albumin": {"g/L": 1, "g/dL": 10}, "troponin I": {"ug/L": 1, "ng/mL": 1, "ng/L": 0.001}, "ProBNP": {"ng/L": 1, "pg/mL": 1},
    "platelets": _COUNT, "lymphocytes": _COUNT, "neutrophils": _COUNT,
}
"""Facts with a unit: the UCUM units allowed, each with its size in the first one. One mg/dL is ten mg/L."""

YES_NO = ("fever", "admitted", "rash", "conjunctivitis", "mouth, hands or feet inflamed", "abdominal pain", "vomiting", "diarrhoea", "headache",
          "coronary change", "kidneys involved", "lungs involved", "IgG", "PCR", "antigen", "cultures", "other causes set aside")
"""Facts that are True, False or None. ``cultures`` is True if they grew a bacterium that explains the illness."""

TESTS = ("IgG", "PCR", "antigen")
"""Yes-or-no facts that readers know as positive and negative."""

READABLE = {"a": "years", "d": "days", "h": "hours", "wk": "weeks", "Cel": "°C", "mm[Hg]": "mmHg", "10*9/L": "× 10⁹/L"}


class UnitError(ValueError):
    """A value whose unit is missing or unknown; the message names the value and the units allowed."""

    def __init__(self, name, value, unit):
        said = f"the unknown unit '{unit}'" if unit else "no unit"
        super().__init__(f"{name} {number(value)} has {said}. Allowed: {', '.join(UNITS[name])}.")


def convert(name, value, unit, to):
    """``value`` of the fact ``name`` from one unit into another: convert('CRP', 171, 'mg/L', 'mg/dL') is 17.1.

    Raises UnitError for a missing or unknown unit and KeyError for a fact without units.
    """
    for given in (unit, to):
        if given not in UNITS[name]:
            raise UnitError(name, value, given)
    return value * UNITS[name][unit] / UNITS[name][to]


def number(value):
    """A number for readers: 150000 -> '150,000', 3.0 -> '3', 0.42 -> '0.42'."""
    return f"{value:,.6g}" if value < 1e6 else f"{value:,.0f}"


def readable(unit):
    """A UCUM unit for readers: /uL -> per µL, Cel -> °C."""
    return READABLE.get(unit, unit.replace("/uL", "per µL").replace("u", "µ") if unit in ("/uL", "ug/L") else unit)


# ---- a child ----

@dataclass(frozen=True)
class Fact:
    """One thing that is known: a yes or no, or a number with its UCUM unit, and where it stands.

    ``called`` is the report's own word for it (raised, elevated, high, low, decreased, normal); a fact may have a word and no number.
    """

    value: object = None
    unit: str = ""
    called: str = ""
    source: str = ""


def girl():
    """What the letter and Table 1 say about the girl when MIS-C is considered, as {name: Fact}. All else is unknown."""
    letter, yes = "letter", lambda: Fact(True, source="letter")
    first = {name: _first_token(name) for name in ("EF", "CRP", "procalcitonin", "troponin I", "ProBNP")}
    return {
        "age": Fact(8, "a", source=letter), "admitted": yes(), "fever": yes(), "fever for": Fact(3, "d", source="letter (elsewhere “more than 3 days”)"),
        "headache": yes(), "abdominal pain": yes(), "rash": _called(yes(), "maculopapular"),
        "conjunctivitis": _called(yes(), "bilateral nonpurulent"),
        "systolic pressure": Fact(80, "mm[Hg]", source=letter), "diastolic pressure": Fact(50, "mm[Hg]", source=letter),
        "EF": _called(first["EF"], "decreased"), "troponin I": first["troponin I"], "ProBNP": first["ProBNP"],
        "CRP": _called(first["CRP"], "elevated"), "procalcitonin": _called(first["procalcitonin"], "elevated"),
        "D-dimer": Fact(called="high", source="letter"),
        "IgG": yes(), "contact": Fact(10, "d", source="letter: parents diagnosed"),
    }


@cache
def _first_token(parameter):
    """The first printed value of a row of Table 1."""
    tokens = table1.load()
    row = tokens[tokens["parameter"] == parameter].iloc[0]
    return Fact(float(row["value"]), row["unit"], source="Table 1")


def _called(fact, word):
    return Fact(fact.value, fact.unit, word, fact.source if fact.source == "letter" else f"{fact.source} and letter")


def unreported(patient):
    """Names of the facts that the four definitions read and ``patient`` lacks, in the order in which they are read."""
    read = dict.fromkeys(name for row in table()["fact"] for name in row.split("; "))
    return [name for name in read if name not in patient]


# ---- the definitions ----

@dataclass
class Node:
    """One criterion, or one group of them, with its value (True, False, None) and the reason in words."""

    id: str
    text: str
    value: object
    why: str = ""
    rule: str = ""
    children: list = field(default_factory=list)

    def __getitem__(self, id):
        """The node with this ``id`` at or below this one; KeyError if there is none."""
        found = next((n for n in self.walk() if n.id == id), None)
        if found is None:
            raise KeyError(f"{id}: there are {', '.join(n.id for n in self.walk())}")
        return found

    def walk(self):
        """This node and all below it, from the top."""
        yield self
        for child in self.children:
            yield from child.walk()

    def _repr_html_(self):
        from .criteria_view import tree_html

        return tree_html(self)

    def __str__(self):
        lines = [f"{SYMBOLS[self.value]} {self.text}: {WORDS[self.value]}" + (f" ({self.why})" if self.why else "")]
        return "\n".join(lines + ["  " + line for child in self.children for line in str(child).split("\n")])


@cache
def table():
    """The criteria (one row each, contested ones twice), as in data/case_definitions.csv."""
    return read_resource("case_definitions")


@cache
def differential_rows():
    """Five conditions beside MIS-C, feature by feature, as in data/differential.csv."""
    return read_resource("differential")


def differential_count(verdict, condition=None):
    """Rows of the differential with this verdict, of one condition or of all five."""
    rows = differential_rows()
    return int(((rows["verdict"] == verdict) & ((rows["condition"] == condition) | (condition is None))).sum())


@cache
def contested():
    """Names of criteria and groups that printed copies print in two ways, for ``evaluate(..., other_copy=...)``."""
    rows = table()
    groups = [group_id(r.criterion, r.group) for r in rows.itertuples() if r.other_group_rule]
    return tuple(dict.fromkeys([*rows["criterion"][rows["copy"] == "other"], *groups]))


@cache
def _rows(definition):
    """The rows of one definition as tuples, in order."""
    return tuple(table()[table()["definition"] == definition].itertuples())


def definition_of(id):
    """Name of the definition that a criterion or group belongs to: 'WHO2020-fever' -> 'WHO 2020'."""
    return next(d for d in DEFINITIONS if d.replace("/CDC", "").replace(" ", "") == id.split("-")[0])


def group_id(criterion, group):
    """Name of the group that a criterion stands in: ('CDC2020-heart', 'organ systems') -> 'CDC2020-organ-systems'."""
    return f"{criterion.split('-')[0]}-{group.replace(' ', '-')}"


def evaluate(definition, patient, other_copy=()):
    """Judge ``patient`` by one definition: a tree of Nodes, each leaf with its reason in words.

    ``patient`` is {name: Fact}. ``other_copy`` names the contested criteria and groups for which the copy that differs counts.
    Raises UnitError for a compared value without a known unit, KeyError for a definition, fact or contested criterion that
    does not exist.
    """
    if definition not in DEFINITIONS:
        raise KeyError(f"{definition}: there are {', '.join(DEFINITIONS)}")
    for name in set(patient) - set(UNITS) - set(YES_NO):
        raise KeyError(f"{name}: no definition reads such a fact; it knows {', '.join([*UNITS, *YES_NO])}")
    for name in set(other_copy) - set(contested()):
        raise KeyError(f"{name}: no copy differs there; contested are {', '.join(contested())}")
    for name, fact in patient.items():
        if isinstance(fact.value, (int, float)) and not isinstance(fact.value, bool) and fact.unit not in UNITS.get(name, ()):
            raise UnitError(name, fact.value, fact.unit)
    top = Node(definition, definition, None, rule="all")
    for row in _rows(definition):
        if row.copy != ("other" if row.criterion in other_copy else "usual"):
            continue
        value, why = _judge(row, patient)
        _place(top, row, other_copy).children.append(Node(row.criterion, row.text, value, why))
    _combine(top)
    return top


def combine(rule, values):
    """One value for several, by a rule in words: 'all', 'any', 'at least 2', 'at least 3'."""
    return kleene_and(values) if rule == "all" else kleene_or(values) if rule == "any" else at_least(int(rule.split()[-1]), values)


def _place(top, row, other_copy):
    """The node under which a criterion stands, made if it is not there yet."""
    if not row.group:
        return top
    id = group_id(row.criterion, row.group)
    group = _child(top, id, row.group, row.other_group_rule if id in other_copy else row.group_rule)
    return _child(group, f"{id}-{row.subgroup}", row.subgroup, "any") if row.subgroup else group


def _child(parent, id, text, rule):
    found = next((c for c in parent.children if c.id == id), None)
    if found is None:
        found = Node(id, text, None, rule=rule)
        parent.children.append(found)
    return found


def _combine(node):
    for child in node.children:
        if child.children:
            _combine(child)
    node.value = combine(node.rule, [c.value for c in node.children])
    if node.rule.startswith("at least"):
        met = sum(c.value is True for c in node.children)
        open_ = sum(c.value is None for c in node.children)
        node.why = f"{met} of {len(node.children)} met" + (f", {open_} cannot be told" if open_ else "")


# ---- one criterion ----

HIGH, LOW = ("raised", "elevated", "high"), ("low", "decreased")
_COMPARE = {"<": (lambda a, b: a < b, "below", "not below"), ">": (lambda a, b: a > b, "above", "not above"),
            ">=": (lambda a, b: a >= b, "at least", "less than"), "<=": (lambda a, b: a <= b, "at most", "more than")}


def _judge(row, patient):
    """Value of one criterion and the reason in words."""
    names = row.fact.split("; ")
    operator = row.operator
    if operator == "any":
        return True, row.reading
    if operator == "undefined":
        return None, "; ".join(filter(None, [_said(names[0], patient), row.reading]))
    if operator in ("no microbe", "nothing likelier"):
        return _other_cause(row, patient)
    if operator == "hypotension":
        return _hypotension(names[0], patient)
    if operator in _COMPARE:
        value, why = _compared(row, names[0], patient)
    elif operator == "yes":
        value, why = _reported(names, patient)
    else:
        value, why = _named(operator, names, patient, row.reading)
    if pd.notna(row.duration):
        lasted, how_long = _lasted(row, patient)
        return kleene_and([value, lasted]), f"{why}; {how_long}"
    if operator == "yes" and row.reading and value:
        why = f"{why}; {row.reading}"
    return value, why


def _said(name, patient):
    """A fact in words: 'CRP 171 mg/L', 'D-dimer, called high', 'rash'."""
    fact = patient.get(name)
    if fact is None or (fact.value is None and not fact.called):
        return f"{name}: not reported"
    words = name if isinstance(fact.value, bool) or fact.value is None else f"{name} {number(fact.value)} {readable(fact.unit)}"
    if name in TESTS and fact.value is not None:
        words = f"{name} {'positive' if fact.value else 'negative'}"
    elif fact.value is False:
        words = f"no {name}"
    if name == "contact":
        words += " ago"
    return words + (f", called {fact.called}" if fact.called else "")


def _compared(row, name, patient):
    fact = patient.get(name)
    if fact is None or fact.value is None:
        return None, f"{name}: not reported"
    value = convert(name, fact.value, fact.unit, row.unit)
    holds, yes, no = _COMPARE[row.operator]
    met = bool(holds(value, row.threshold))
    if row.operator == ">" and row.unit == "d":
        yes, no = "more than", "not more than"
    own = f"{name} {number(fact.value)} {readable(fact.unit)}" + (" ago" if name == "contact" else "")
    if fact.unit != row.unit and name != "contact":
        own += f" = {number(round(value, 6))} {readable(row.unit)}"
    why = f"{own}: {yes if met else no} {number(row.threshold)} {readable(row.unit)}"
    if name == "fever for" and not met and "more than" in fact.source:
        why += "; elsewhere the letter says “more than 3 days”"
    return met, why


def _reported(names, patient):
    values = [_yes(patient.get(n)) for n in names]
    value = kleene_or(values)
    told = [n for n, v in zip(names, values) if v == value]
    if value is None:
        return None, f"{', '.join(told)}: not reported"
    return value, "; ".join(_said(n, patient) for n in told)


def _yes(fact):
    return None if fact is None or fact.value is None else fact.value is not False


def _named(operator, names, patient, reading):
    """A criterion without a cut-off: met by a value that the report itself calls raised or low."""
    wanted = {"called raised": HIGH, "called low": LOW, "called abnormal": HIGH + LOW}[operator]
    values = [_called_so(patient.get(n), wanted) for n in names]
    value = kleene_or(values)
    told = [n for n, v in zip(names, values) if v == value and (v is not None or n in patient)]
    if not told:
        return None, (", ".join(names) if len(names) < 4 else "all of them") + ": not reported"
    why = "; ".join(_said(n, patient) for n in told)
    return value, why if value is not None else f"{why}; " + ("no value" if all(patient[n].value is None for n in told) else reading)


def _called_so(fact, wanted):
    if fact is None or fact.value is None:
        return None
    if isinstance(fact.value, bool):
        return fact.value
    return True if fact.called in wanted else False if fact.called else None


def _lasted(row, patient):
    fact = patient.get("fever for")
    if fact is None or fact.value is None:
        return None, "for how long is not reported"
    hours = convert("fever for", fact.value, fact.unit, row.duration_unit)
    return bool(hours >= row.duration - 1e-9), f"for {number(fact.value)} {readable(fact.unit)}"


def _hypotension(name, patient):
    fact, age = patient.get(name), patient.get("age")
    if fact is None or fact.value is None or age is None or age.value is None:
        return None, f"{name}: not reported"
    value = convert(name, fact.value, fact.unit, "mm[Hg]")
    if not pressure.AGES[0] <= age.value <= pressure.AGES[1]:
        return None, f"systolic {number(value)} mmHg; the three limits are printed for {pressure.AGES[0]} to {pressure.AGES[1]} years"
    limits = sorted(pressure.systolic_limits(age.value).values())
    low = pressure.is_low(value, age.value)
    where = {True: "below all three printed limits", False: "below none of three printed limits", None: "three printed limits disagree"}[low]
    return low, f"systolic {number(value)} mmHg: {where} ({', '.join(map(number, limits))})"


def _other_cause(row, patient):
    """Exclusion of other causes. Cultures that explain the illness break it; a full search settles it; negative cultures settle
    only a criterion that asks for an obvious microbe."""
    grown, aside = (patient[n].value if n in patient else None for n in ("cultures", "other causes set aside"))
    if grown:
        return False, "cultures grew a bacterium that explains the illness"
    if aside:
        return True, "other causes were looked for and set aside"
    if grown is False and row.operator == "no microbe":
        return True, f"cultures are negative; {row.reading}"
    if grown is False:
        return None, "cultures are negative; other causes are not discussed"
    return None, "no culture and no search for another cause is reported"
