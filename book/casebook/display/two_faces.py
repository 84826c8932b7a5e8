"""One HTML, two places: as it is in a build of the site, with its style and scripts in a notebook; and colours."""

import os

from casebook.display.live_html import in_lab

LIVE_COLOURS = {"ink": "#1d2730", "muted": "#55626d", "grid": "#d9dfe3", "accent": "#0b6b74", "second": "#a8431f",
                "paper": "#fff", "pulse": "#5b3f9e"}
"""The light page's, for what stands where no style sheet reaches."""


def building_the_book() -> bool:
    """True inside a build of the site, where only the static face may be shown."""
    return bool(os.environ.get("CASEBOOK_STATIC"))


def shown(html: str) -> str:
    """HTML of the site as a cell shows it."""
    return html if building_the_book() else in_lab(html)


class TwoFaces:
    """What a cell shows as its last value: the same piece on the site and in a notebook.

    A piece gives its ``title``, which stands where HTML can't be shown, and ``static_html``.
    """

    title: str

    def static_html(self) -> str:
        """The piece as HTML, complete without script."""
        raise NotImplementedError

    def page_html(self) -> str:
        """What a build puts on the page; a piece that takes long to draw may keep it from build to build."""
        return self.static_html()

    def _repr_mimebundle_(self, include=None, exclude=None):
        html = self.page_html() if building_the_book() else in_lab(self.static_html())
        return {"text/html": html, "text/plain": self.title}
