"""``display`` hands what it is given to the cell that runs."""

from typing import Any

import page_runner


class DisplayObject:
    mime = "text/plain"

    def __init__(self, data: Any = None, **kwargs: Any):
        self.data = data

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {self.mime: self.data}


class HTML(DisplayObject):
    mime = "text/html"


class Markdown(DisplayObject):
    mime = "text/markdown"


class SVG(DisplayObject):
    mime = "image/svg+xml"


def display(*objects: Any, raw: bool = False, **kwargs: Any) -> None:
    """Show objects below the cell; with ``raw`` they are dictionaries, type -> content."""
    for one in objects:
        page_runner.sink(one, raw)


def clear_output(*args: Any, **kwargs: Any) -> None:
    """Nothing is there to clear: ipywidgets imports it for the live stepper alone."""
