"""Charts, one module a subject: ``charts.heart.pairings(table)``. Every public function returns a ``Figure``."""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    """A module of charts, imported when it is first asked for."""
    if name.startswith("_"):
        raise AttributeError(name)
    return import_module(f"casebook.charts.{name}")
