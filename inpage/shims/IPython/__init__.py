"""What chapters and libraries ask of IPython in the page: showing an object. Nothing else of it is there."""

from types import SimpleNamespace

import page_runner

from .display import display as display

__version__ = "9.0"
version_info = (9, 0, 0, "")


def get_ipython() -> SimpleNamespace:
    """As much of a shell as tells how a type is shown as HTML."""
    html = SimpleNamespace(for_type=page_runner.html_of.__setitem__)
    return SimpleNamespace(display_formatter=SimpleNamespace(formatters={"text/html": html}))
