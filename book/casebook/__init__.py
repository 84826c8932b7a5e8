"""Everything the chapters of *One Child, One Table* compute, draw and show.

Floors, from the ground: ``tables``, ``models``, ``display``, ``charts``, ``pieces``, ``classroom``; each imports only
from those before it. Chapters ask the package itself: ``from casebook import charts, heart, load``.
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

# jsonschema, which Altair imports, would compile a grammar that nothing here asks for: over a second a kernel
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None marks a module that is not there

FLOORS = ("tables", "models", "display", "pieces", "classroom")
"""Where a module is looked up by its bare name; charts keep theirs: ``charts.heart``."""

_NAMES = {"tables.table1": ("COLUMNS", "complete", "load", "parameters", "parse_token", "wide"),
          "tables.resources": ("CaseDataError",), "display.html_table": ("table_html",), "pieces.by_name": ("piece",),
          "display.choices": ("Choices", "Control"), "pieces.stepper": ("CaseStepper",),
          "pieces.case_definitions": ("CaseDefinitions",), "pieces.multiverse_switches": ("Multiverse",)}
_HOME = {name: module for module, names in _NAMES.items() for name in names}

__all__ = list(_HOME)

import_module("casebook.display.plain_altair")     # so that a reader's own chart is shown as the book's are


def __getattr__(name: str) -> Any:
    """A name of ``__all__``, or a module of a floor, imported when it is first asked for."""
    if name in _HOME:
        return getattr(import_module(f"casebook.{_HOME[name]}"), name)
    for floor in FLOORS:
        if not name.startswith("_") and find_spec(f"casebook.{floor}.{name}"):
            return import_module(f"casebook.{floor}.{name}")
    raise AttributeError(f"casebook has no {name!r}")
