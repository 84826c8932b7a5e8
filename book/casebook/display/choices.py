"""A choice with few states: every state is computed at build, and the page shows the one that is chosen.

One object, two faces. On the site: radios, all panels, and choices.js, which shows the panel of the chosen values and
reads its first sentence out. Without script, and in print, every panel is there under the values it belongs to. In
JupyterLab: the same panels behind ipywidgets.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import product
from typing import Any

from markupsafe import Markup

from casebook.display.drawn_once import drawn_once
from casebook.display.text import template
from casebook.display.two_faces import TwoFaces


@dataclass
class Control:
    """One choice: a short ``name`` for code, a ``label`` for readers, ``options`` {value: label}, and its start."""

    name: str
    label: str
    options: dict
    start: Any = None

    def __post_init__(self):
        self.start = next(iter(self.options)) if self.start is None else self.start
        if self.start not in self.options:
            raise KeyError(f"{self.name} starts at {self.start!r}, which is none of {list(self.options)}")


class Choices(TwoFaces):
    """Panels behind radios; show it as the last value of a cell.

    ``name`` is unique on its page; ``panel(**values)`` returns (words, html) for one state: one or two sentences that
    say what holds there, and what to show. It is called once for every combination of the controls' values.

    With ``changes`` the page also says what a change of a control changed: elements of a panel with ``data-item`` (a
    name) and ``data-now`` (its state in words) are compared with those of the panel before. ``changes`` holds four
    phrases: what to say of added items, of items that are gone, if all are the same, and before any change.
    """

    def __init__(self, name: str, title: str, controls: Iterable[Control], panel: Callable[..., tuple[str, str]],
                 changes: tuple[str, str, str, str] | None = None) -> None:
        self.name, self.title, self.controls, self.panel, self.changes = name, title, list(controls), panel, changes

    def states(self) -> list[dict]:
        """Every combination of values, as dictionaries in the order of the controls."""
        names = [c.name for c in self.controls]
        return [dict(zip(names, values)) for values in product(*(c.options for c in self.controls))]

    def label(self, state: dict) -> str:
        """The values of one state in words."""
        return "; ".join(f"{c.label}: {c.options[state[c.name]]}" for c in self.controls)

    def static_html(self) -> str:
        """All panels as HTML."""
        panels = []
        for state in self.states():
            words, html = self.panel(**state)
            key = " ".join(str(list(c.options).index(state[c.name])) for c in self.controls)
            panels.append({"key": key, "label": self.label(state), "words": Markup(words), "html": Markup(html),
                           "start": all(state[c.name] == c.start for c in self.controls)})
        return template("choices.html").render(choices=self, panels=panels)

    def page_html(self) -> str:
        """The same, drawn once for many builds if the panels come from the package and hold nothing of a cell."""
        if not self.panel.__module__.startswith("casebook.") or self.panel.__closure__:
            return self.static_html()
        all_of_it = repr((self.name, self.title, self.controls, self.panel.__qualname__, self.changes))
        return drawn_once(f"{self.name}-{sha256(all_of_it.encode()).hexdigest()[:16]}", self.static_html)
