"""Plain widgets of ipywidgets on the built page, which has no kernel and no widget manager: drawn as they stand.

Without this, a reader would see Python's name for the object.
"""

from IPython import get_ipython
from IPython.display import HTML, display

from casebook.display.still import still


def enable() -> None:
    """Show every plain widget of this kernel as it stands; kernels of the build run it as they start."""
    get_ipython().display_formatter.ipython_display_formatter.for_type_by_name(
        "ipywidgets.widgets.widget", "Widget", lambda widget: display(HTML(still(widget))))
