"""A plain widget of ipywidgets where none moves: what it shows at its start, and in words what it offers."""

from html import escape
from typing import Any


def still(widget: Any) -> str:
    """HTML of a control, of HTML, or of a box that holds such; the children of a box in order."""
    if hasattr(widget, "children"):
        return "".join(map(still, widget.children))
    if not hasattr(widget, "options"):
        return str(getattr(widget, "value", ""))
    return (f'<p class="still-widget">In a notebook you choose <strong>{escape(widget.description)}</strong> here: '
            f"{escape(', '.join(map(str, widget.options)))}. Below: {escape(str(widget.value))}.</p>")
