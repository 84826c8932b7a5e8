"""A number the reader commits to before a figure opens. Without script, and in print, the figure is simply there."""


from markupsafe import Markup

from casebook.display.figure import Figure
from casebook.display.text import template
from casebook.display.two_faces import TwoFaces


class Prediction(TwoFaces):
    """A question with a number for an answer in front of a figure; show it as the last value of a cell.

    ``name`` is unique in the book; ``ask`` names the quantity, in per cent; ``truth`` is its value, ``result`` that
    value in words; ``figure`` a ``Figure``.
    """

    def __init__(self, name: str, ask: str, truth: float, result: str, figure: Figure) -> None:
        self.name, self.ask, self.truth, self.result, self.figure = name, ask, truth, result, figure
        self.title = ask

    def static_html(self) -> str:
        """Question and figure as HTML."""
        return template("prediction.html").render(asked=self, figure=Markup(self.figure.html()))
