"""How numbers, units and lists are written for readers."""

import re
from collections.abc import Iterable


def listed(items: Iterable[object]) -> str:
    """'a', 'a and b', 'a, b and c'; '' of nothing."""
    *first, last = [str(i) for i in items] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def in_columns(labels: Iterable[str]) -> str:
    """'column 2', 'columns 2 and 3a'."""
    labels = list(labels)
    return f"column{'s' * (len(labels) > 1)} {listed(labels)}"


def spreadsheet_cell(value: object) -> object:
    """A cell of a CSV file that a spreadsheet shows and doesn't run: a text that begins like a formula gets an
    apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


_SHOWN = ((r"/d$", "/day"), (r"\bu(?=g|mol|L|kat|M\b|U\b|m\b)", "µ"), (r"\bCel\b", "°C"), (r"mm\[Hg\]", "mmHg"))
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def unit_text(unit: str) -> str:
    """A UCUM unit as readers know it: ug/kg/min -> µg/kg/min, mg/kg/d -> mg/kg/day, 10*9/L -> × 10⁹/L."""
    for spelled, shown in _SHOWN:
        unit = re.sub(spelled, shown, unit)
    return re.sub(r"^10\*(\d+)", lambda power: f"× 10{power[1].translate(_RAISED)}", unit)


MINUS = "−"
"""The minus sign as it is printed; Python writes a hyphen."""

READABLE = {"a": "years", "d": "days", "h": "hours", "wk": "weeks", "Cel": "°C", "mm[Hg]": "mmHg", "/uL": "per µL",
            "10*9/L": "× 10⁹/L", "ug/L": "µg/L", "/[HPF]": "a field"}


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
