"""Budgets and what was last measured against them, from benchmarks/baseline.json, which `make bench` writes."""

import json
from functools import cache

from casebook.tables.resources import BOOK

BASELINE = BOOK.parent / "benchmarks" / "baseline.json"


@cache
def baseline() -> dict:
    """benchmarks/baseline.json: date, machine, and ``figures``, each with what, measured, unit, must and aim."""
    return json.loads(BASELINE.read_text("utf-8"))


def shown(value: float | None, unit: str) -> str:
    """A measurement as a table shows it: '4.8 s'; nothing for None."""
    unit = unit.replace(" ", "\u00a0")
    return "" if value is None else f"{value:,.1f}{unit}" if isinstance(value, float) else f"{value:,}{unit}"


def kept(figure: dict) -> str:
    """'aim reached', 'must kept' or 'NOT KEPT'; nothing for a figure without a budget."""
    if figure["must"] is None:
        return ""
    better = ((lambda limit: figure["measured"] >= limit) if figure["least"]
              else (lambda limit: figure["measured"] <= limit))
    return "NOT KEPT" if not better(figure["must"]) else "aim reached" if better(figure["aim"]) else "must kept"
