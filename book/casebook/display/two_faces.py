"""One object, two faces: HTML in a build of the site, widgets in JupyterLab; and the colours that JupyterLab lacks."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipywidgets import Widget

LIVE_COLOURS = {"ink": "#1d2730", "muted": "#55626d", "grid": "#d9dfe3", "accent": "#0b6b74", "second": "#a8431f",
                "paper": "#fff"}
LIVE_STYLE = ";".join(f"--chart-{n}:{c}" for n, c in LIVE_COLOURS.items()) + \
    ";color:#1d2730;background:#fff;max-width:44rem"


def building_the_book() -> bool:
    """True inside a build of the site, where only the static face may be shown."""
    return bool(os.environ.get("CASEBOOK_STATIC"))


class TwoFaces:
    """What a cell shows as its last value: complete HTML while the site is built, widgets in JupyterLab.

    A piece gives its ``title``, which stands where neither can be shown, and the two methods below.
    """

    title: str

    def static_html(self) -> str:
        """The piece as HTML, complete without script."""
        raise NotImplementedError

    def widget(self) -> "Widget":
        """The same behind ipywidgets."""
        raise NotImplementedError

    def page_html(self) -> str:
        """What a build puts on the page; a piece that takes long to draw may keep it from build to build."""
        return self.static_html()

    def _repr_mimebundle_(self, include=None, exclude=None):
        if building_the_book():
            return {"text/html": self.page_html(), "text/plain": self.title}
        return self.widget()._repr_mimebundle_(include=include, exclude=exclude)
