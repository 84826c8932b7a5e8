"""Pieces that take long to draw are drawn once for many builds: an edited chapter runs again, its drawings stay."""

import os
from collections.abc import Callable
from pathlib import Path


def drawn_once(name: str, draw: Callable[[], str]) -> str:
    """The HTML that ``draw`` makes, or made in an earlier build. ``name`` must say all that it depends on beside
    package and data: when one of these changes, the build empties the folder, which it names in CASEBOOK_KEPT.
    Elsewhere everything is drawn anew."""
    folder = os.environ.get("CASEBOOK_KEPT")
    if not folder:
        return draw()
    file = Path(folder, f"{name}.html")
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        begun = file.with_suffix(f".{os.getpid()}")
        begun.write_text(draw(), "utf-8")
        begun.replace(file)                                   # whole or not at all: chapters run side by side
    return file.read_text("utf-8")
