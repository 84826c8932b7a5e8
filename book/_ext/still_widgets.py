"""A plain widget of ipywidgets on the built page: what it shows at its start, and in words what it offers.

A page has no kernel and carries no widget manager; without this, a reader would see Python's name for the object.
"""

from html import escape
from typing import Any

from IPython import get_ipython
from IPython.display import HTML, display


def still(widget: Any) -> str:
    """HTML of a control, of HTML, or of a box that holds such; the children of a box in order."""
    if hasattr(widget, "children"):
        return "".join(map(still, widget.children))
    if not hasattr(widget, "options"):
        return str(getattr(widget, "value", ""))
    return (f'<p class="still-widget">In a notebook you choose <strong>{escape(widget.description)}</strong> here: '
            f"{escape(', '.join(map(str, widget.options)))}. Below: {escape(str(widget.value))}.</p>")


def enable() -> None:
    """Show every plain widget of this kernel as it stands; kernels of the build run it as they start."""
    get_ipython().display_formatter.ipython_display_formatter.for_type_by_name(
        "ipywidgets.widgets.widget", "Widget", lambda widget: display(HTML(still(widget))))
