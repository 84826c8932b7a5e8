"""A number the reader commits to before a figure opens. Without script, and in print, the figure is simply there."""

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from casebook.display.figure import Figure
from casebook.display.text import template
from casebook.display.two_faces import LIVE_STYLE, TwoFaces

if TYPE_CHECKING:
    from ipywidgets import Widget

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

    def answer(self, predicted: float) -> str:
        """What is said to a reader who predicted a number; prediction.js says the same."""
        off = abs(predicted - self.truth)
        distance = f"{off:.0f} points away" if off >= 0.5 else "what you said"
        return f"You said {predicted} %. {self.result} That is {distance}."

    def widget(self) -> "Widget":
        """Slider and button; the figure opens below."""
        import ipywidgets as widgets
        from IPython.display import display

        number = widgets.IntSlider(50, 0, 100, description="Your prediction, %", style={"description_width": "initial"})
        button, answer, below = widgets.Button(description="Commit and see"), widgets.HTML(), widgets.Output()

        def commit(_):
            answer.value = f"<p>{escape(self.answer(number.value))}</p>"
            below.clear_output()
            with below:
                display(self.figure)

        button.on_click(commit)
        ask = widgets.HTML(f'<div style="{LIVE_STYLE}"><strong>{escape(self.ask)}</strong></div>')
        return widgets.VBox([ask, widgets.HBox([number, button]), answer, below])
