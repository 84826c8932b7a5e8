"""Units of the facts that case definitions compare, in UCUM; a missing one stops. Numbers for readers."""

from casebook.tables.wording import number

_COUNT: dict[str, float] = {"/uL": 1, "10*9/L": 1000}
UNITS: dict[str, dict[str, float]] = {
    "age": {"a": 1}, "fever for": {"d": 1, "h": 1 / 24}, "contact": {"d": 1, "wk": 7}, "temperature": {"Cel": 1},
    "systolic pressure": {"mm[Hg]": 1}, "diastolic pressure": {"mm[Hg]": 1}, "EF": {"%": 1},
    "CRP": {"mg/L": 1, "mg/dL": 10}, "procalcitonin": {"ug/L": 1, "ng/mL": 1}, "ESR": {"mm/h": 1},
    "ferritin": {"ug/L": 1, "ng/mL": 1}, "D-dimer": {"mg/L": 1, "ng/mL": 0.001},
    "fibrinogen": {"g/L": 1, "mg/dL": 0.01},
    "LDH": {"U/L": 1}, "IL-6": {"ng/L": 1, "pg/mL": 1}, "albumin": {"g/L": 1, "g/dL": 10},
    "troponin I": {"ug/L": 1, "ng/mL": 1, "ng/L": 0.001}, "ProBNP": {"ng/L": 1, "pg/mL": 1},
    "platelets": _COUNT, "lymphocytes": _COUNT, "neutrophils": _COUNT, "white cells": _COUNT,
    "urine white cells": {"/[HPF]": 1},
}
"""Facts with a unit: the UCUM units allowed, each with its size in the first one. One mg/dL is ten mg/L."""


class UnitError(ValueError):
    """A value whose unit is missing or unknown; the message names the value and the units allowed."""

    def __init__(self, name: str, value: float, unit: str) -> None:
        lack = f"the unknown unit '{unit}'" if unit else "no unit"
        super().__init__(f"{name} {number(value)} has {lack}. Allowed: {', '.join(UNITS[name])}.")


def convert(name: str, value: float, unit: str, to: str) -> float:
    """``value`` of the fact ``name`` from one unit into another: convert('CRP', 171, 'mg/L', 'mg/dL') is 17.1.

    Raises UnitError for a missing or unknown unit and KeyError for a fact without units.
    """
    for given in (unit, to):
        if given not in UNITS[name]:
            raise UnitError(name, value, given)
    return value * UNITS[name][unit] / UNITS[name][to]
