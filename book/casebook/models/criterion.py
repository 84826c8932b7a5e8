"""One criterion held against what is known about a child: a value (True, False, None) and the reason in words.

A criterion is a row of data/case_definitions.csv; its ``operator`` says how it is judged. A child is {name: Fact}.
"""

from typing import Any

import pandas as pd

from casebook.models import blood_pressure
from casebook.models.kleene import kleene_and, kleene_or
from casebook.models.units import convert
from casebook.tables.wording import number, quantity

TESTS = ("IgG", "PCR", "antigen")
"""Yes-or-no facts that readers know as positive and negative."""

HIGH, LOW = ("raised", "elevated", "high"), ("low", "decreased")
_COMPARE = {"<": (lambda a, b: a < b, "below", "not below"), ">": (lambda a, b: a > b, "above", "not above"),
            ">=": (lambda a, b: a >= b, "at least", "less than"), "<=": (lambda a, b: a <= b, "at most", "more than")}


def judge(row: Any, patient: dict) -> tuple:
    """Value of one criterion and the reason in words. Raises UnitError for a value whose unit cannot be converted."""
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
    words = name if isinstance(fact.value, bool) or fact.value is None else f"{name} {quantity(fact.value, fact.unit)}"
    if name in TESTS and fact.value is not None:
        words = f"{name} {'positive' if fact.value else 'negative'}"
    elif fact.value is False:
        words = f"no {name}"
    if name == "contact":
        words += " ago"
    return words + (f", called {fact.called}" if fact.called else "")


def _compared(row, name, patient):
    """A criterion with a limit: the fact in the unit of the limit, compared."""
    fact = patient.get(name)
    if fact is None or fact.value is None:
        return None, f"{name}: not reported"
    value = convert(name, fact.value, fact.unit, row.unit)
    holds, yes, no = _COMPARE[row.operator]
    met = bool(holds(value, row.threshold))
    if row.operator == ">" and row.unit == "d":
        yes, no = "more than", "not more than"
    own = f"{name} {quantity(fact.value, fact.unit)}" + (" ago" if name == "contact" else "")
    if fact.unit != row.unit and name != "contact":
        own += f" = {quantity(round(value, 6), row.unit)}"
    why = f"{own}: {yes if met else no} {quantity(row.threshold, row.unit)}"
    return met, f"{why}; {fact.note}" if fact.note and not met else why


def _reported(names, patient):
    """A criterion that one of several facts meets by being there."""
    values = [_yes(patient.get(n)) for n in names]
    value = kleene_or(values)
    deciding = [n for n, v in zip(names, values) if v == value]
    if value is None:
        return None, f"{', '.join(deciding)}: not reported"
    return value, "; ".join(_said(n, patient) for n in deciding)


def _yes(fact):
    """True for anything reported that is not a plain no, None for what is not reported."""
    return None if fact is None or fact.value is None else fact.value is not False


def _named(operator, names, patient, reading):
    """A criterion without a cut-off: met by a value that the report itself calls raised or low."""
    wanted = {"called raised": HIGH, "called low": LOW, "called abnormal": HIGH + LOW}[operator]
    values = [_called_so(patient.get(n), wanted) for n in names]
    value = kleene_or(values)
    deciding = [n for n, v in zip(names, values) if v == value and (v is not None or n in patient)]
    if not deciding:
        return None, (", ".join(names) if len(names) < 4 else "all of them") + ": not reported"
    why = "; ".join(_said(n, patient) for n in deciding)
    return (value, why if value is not None
            else f"{why}; " + ("no value" if all(patient[n].value is None for n in deciding) else reading))


def _called_so(fact, wanted):
    """Whether the report calls a value one of the ``wanted`` words; None without a value or a word."""
    if fact is None or fact.value is None:
        return None
    if isinstance(fact.value, bool):
        return fact.value
    return True if fact.called in wanted else False if fact.called else None


def _lasted(row, patient):
    """Whether the fever lasted as long as the criterion asks."""
    fact = patient.get("fever for")
    if fact is None or fact.value is None:
        return None, "for how long is not reported"
    hours = convert("fever for", fact.value, fact.unit, row.duration_unit)
    return bool(hours >= row.duration - 1e-9), f"for {quantity(fact.value, fact.unit)}"


def _hypotension(name, patient):
    """A low systolic pressure where the definition prints no limit: met below all three printed, not met below none."""
    fact, age = patient.get(name), patient.get("age")
    if fact is None or fact.value is None or age is None or age.value is None:
        return None, f"{name}: not reported"
    value = convert(name, fact.value, fact.unit, "mm[Hg]")
    if not blood_pressure.AGES[0] <= age.value <= blood_pressure.AGES[1]:
        return (None, f"systolic {number(value)} mmHg; the three limits are printed for {blood_pressure.AGES[0]} to "
                      f"{blood_pressure.AGES[1]} years")
    limits = sorted(blood_pressure.systolic_limits(age.value).values())
    low = blood_pressure.is_low(value, age.value)
    where = {True: "below all three printed limits", False: "below none of three printed limits",
             None: "three printed limits disagree"}[low]
    return (low, f"{'hypotension: ' if low else ''}systolic {number(value)} mmHg, {where} "
                 f"({', '.join(map(number, limits))})")


def _other_cause(row, patient):
    """Exclusion of other causes.

    Cultures that explain the illness break it; a full search settles it; negative cultures settle only a criterion that
    asks for an obvious microbe.
    """
    grown, ruled_out = (patient[n].value if n in patient else None for n in ("cultures", "other causes ruled out"))
    if grown:
        return False, "cultures grew a bacterium that explains the illness"
    if ruled_out:
        return True, "other causes were looked for and ruled out"
    if grown is False and row.operator == "no microbe":
        return True, f"cultures are negative; {row.reading}"
    if grown is False:
        return None, "cultures are negative; other causes are not discussed"
    return None, "no culture and no search for another cause is reported"
