"""What chapters and libraries ask of IPython in the page: showing an object. Nothing else of it is there."""

from .display import display as display

__version__ = "9.0"
version_info = (9, 0, 0, "")


def get_ipython() -> None:
    """No shell."""
