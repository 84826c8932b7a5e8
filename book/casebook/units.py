"""Units of the facts that case definitions compare, in UCUM; converting, and stopping where a unit is missing. Numbers for readers."""

MINUS = "−"
"""The minus sign as it is printed; Python writes a hyphen."""

_COUNT: dict[str, float] = {"/uL": 1, "10*9/L": 1000}
UNITS: dict[str, dict[str, float]] = {
    "age": {"a": 1}, "fever for": {"d": 1, "h": 1 / 24}, "contact": {"d": 1, "wk": 7}, "temperature": {"Cel": 1},
    "systolic pressure": {"mm[Hg]": 1}, "diastolic pressure": {"mm[Hg]": 1}, "EF": {"%": 1},
    "CRP": {"mg/L": 1, "mg/dL": 10}, "procalcitonin": {"ug/L": 1, "ng/mL": 1}, "ESR": {"mm/h": 1},
    "ferritin": {"ug/L": 1, "ng/mL": 1}, "D-dimer": {"mg/L": 1, "ng/mL": 0.001}, "fibrinogen": {"g/L": 1, "mg/dL": 0.01},
    "LDH": {"U/L": 1}, "IL-6": {"ng/L": 1, "pg/mL": 1}, "albumin": {"g/L": 1, "g/dL": 10},
    "troponin I": {"ug/L": 1, "ng/mL": 1, "ng/L": 0.001}, "ProBNP": {"ng/L": 1, "pg/mL": 1},
    "platelets": _COUNT, "lymphocytes": _COUNT, "neutrophils": _COUNT, "white cells": _COUNT,
    "urine white cells": {"/[HPF]": 1},
}
"""Facts with a unit: the UCUM units allowed, each with its size in the first one. One mg/dL is ten mg/L."""

READABLE = {"a": "years", "d": "days", "h": "hours", "wk": "weeks", "Cel": "°C", "mm[Hg]": "mmHg", "/uL": "per µL",
            "10*9/L": "× 10⁹/L", "ug/L": "µg/L", "/[HPF]": "a field"}


class UnitError(ValueError):
    """A value whose unit is missing or unknown; the message names the value and the units allowed."""

    def __init__(self, name: str, value: float, unit: str) -> None:
        said = f"the unknown unit '{unit}'" if unit else "no unit"
        super().__init__(f"{name} {number(value)} has {said}. Allowed: {', '.join(UNITS[name])}.")


def convert(name: str, value: float, unit: str, to: str) -> float:
    """``value`` of the fact ``name`` from one unit into another: convert('CRP', 171, 'mg/L', 'mg/dL') is 17.1.

    Raises UnitError for a missing or unknown unit and KeyError for a fact without units.
    """
    for given in (unit, to):
        if given not in UNITS[name]:
            raise UnitError(name, value, given)
    return value * UNITS[name][unit] / UNITS[name][to]


def number(value: float) -> str:
    """A number for readers: 150000 -> '150,000', 3.0 -> '3', 0.42 -> '0.42'."""
    return f"{value:,.6g}" if value < 1e6 else f"{value:,.0f}"


def signed(number: float, digits: int = 1) -> str:
    """'+7.9' or '−14.4', with a minus sign as it is printed."""
    return f"{number:+.{digits}f}".replace("-", MINUS)


def readable(unit: str) -> str:
    """A UCUM unit for readers: /uL -> per µL, Cel -> °C."""
    return READABLE.get(unit, unit)


def quantity(value: float, unit: str) -> str:
    """A number with its unit for readers: (90000, '/uL') -> '90,000 per µL'."""
    return f"{number(value)} {readable(unit)}"
