"""The day-stepper: one object, two faces.

``CaseStepper`` holds one panel per time point (admission, each column, follow-up). On the published site it shows
as HTML that is complete without script; in JupyterLab the same panels are an ipywidgets view.
"""

from ipywidgets import Widget

from casebook.display.drawn_once import drawn_once
from casebook.display.two_faces import TwoFaces, building_the_book
from casebook.pieces.case_panels import CasePanels
from casebook.pieces.stepper_live import live_view


class CaseStepper(TwoFaces, CasePanels):
    """A child's course, a time point at a time. Show it as the last value of a cell.

    Parameters as of ``CasePanels``.
    """

    static_html = CasePanels.static_html

    def widget(self) -> Widget:
        """The stepper as an ipywidgets view for a live class."""
        return live_view(self)

    def _repr_mimebundle_(self, include=None, exclude=None):
        if building_the_book():
            return super()._repr_mimebundle_(include, exclude)
        return self.widget()._repr_mimebundle_(include=include, exclude=exclude)

    def page_html(self) -> str:
        """``static_html``; the book's own is drawn once for many builds."""
        return drawn_once("stepper", self.static_html) if self.books else self.static_html()
