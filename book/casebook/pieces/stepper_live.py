"""The live face of the day-stepper: the panels of the static face in an ipywidgets view, for a class.

Words, tables, charts and style are those of the site; widgets take the place of its bar, forms and notes. Nothing is
stored: running the cell again starts anew.
"""

import re
from copy import copy
from functools import partial
from html import escape, unescape

import ipywidgets as widgets

from casebook.display.jupyterlab import NOTE, button, draw_ahead, folded, on_show, plain, style, unlinked
from casebook.display.text import render
from casebook.pieces.case_panels import HITS, SAME, CasePanels
from casebook.pieces.questions import CONFIDENCES, LETTERS

# ipywidgets names neither the handle of a slider nor the buttons of Play.
_NAMES = """const handle = root.querySelector('[role=slider]'), play = root.querySelectorAll('.widget-play button');
    if (!handle || play.length < 2) return setTimeout(finish, 50);
    handle.setAttribute('aria-label', 'Time point'); handle.setAttribute('aria-valuetext', step);
    ['Play or pause', 'Stop and go back to the start'].forEach((name, i) => { play[i].ariaLabel = play[i].title = name; });"""
_PARTS = re.compile(r'(?s)(<header>.*?)<form class="decision">.*?</form>(.*?)<p class="reveal">.*?</p>(.*)</article>')
_CHARTS = "<!-- charts -->"
PROBNP = {"up": f"more than {SAME} % higher", "same": f"within {SAME} %", "down": f"more than {SAME} % lower"}
"""What a prediction of ProBNP can say, by what a panel says it did."""


def live_view(stepper: CasePanels) -> widgets.Widget:
    """An ipywidgets view of a case: previous, next, play and a slider above one panel at a time.

    As on the site, a record opens by committing or by asking for it, and going on opens the records passed by.
    """
    panels, pages = stepper.panels, articles(stepper)
    last, steps = len(panels) - 1, []
    slider = widgets.SelectionSlider(options=[(p.label, i) for i, p in enumerate(panels)], description="Time point",
                                     readout=False, continuous_update=False, layout=widgets.Layout(width="18rem"))
    play = widgets.Play(max=last, interval=6000, show_repeat=False)
    widgets.jslink((play, "value"), (slider, "index"))
    back, forth = button("Previous"), button("Next")
    where, place = widgets.HTML(), widgets.VBox()

    def show(_=None):
        now = min(slider.index, len(steps))
        if now != slider.index:
            slider.index = now                       # not past the next step; comes back here
            return
        if now == len(steps):
            for passed in steps:
                passed.state = "revealed"
            steps.append(_Step(panels[now], pages[now], steps, stepper.case))
        where.value = f"{now + 1} of {last + 1}: {escape(panels[now].label)}" + on_show(panels[now].label, each=_NAMES)
        for end_button, end in (back, 0), (forth, last):
            (end_button.add_class if now == end else end_button.remove_class)("casebook-end")
        place.children = [steps[now].view]
        steps[now].show(still_wanted=lambda: slider.index == now)

    def step(by):
        slider.index = min(max(slider.index + by, 0), last)

    back.on_click(lambda _: step(-1))
    forth.on_click(lambda _: step(1))
    slider.observe(show, "index")
    show()
    bar = widgets.HBox([back, play, forth, slider, where]).add_class("casebook-bar")
    return widgets.VBox([widgets.HTML(style()), bar, place]).add_class("casebook-live")


class _Step:
    """One panel as widgets, which keep what is entered: the decision, then the record in one or two openings.

    ``state`` is 'open', 'treatments' (where a second question comes before the measurements) or 'revealed', as in book.js.
    """

    def __init__(self, panel, article, steps, case):
        self.panel, self.script, self.steps, self.words = panel, panel.script, steps, partial(render, case=case)
        self.state, self.committed = "open", False
        known, self.done_html, self.record_html = _PARTS.search(article).groups()
        self.option = _radios("Your option", [f"{letter}. {plain(o['text'], case)}" for letter, o in zip(LETTERS, self.script["options"])])
        self.sure = _radios("How sure are you?", [f"{c} %" for c in CONFIDENCES], CONFIDENCES, orientation="horizontal")
        self.reason = widgets.Text(description="One reason", continuous_update=False)
        self.probnp = _radios("Your prediction: ProBNP in this column, against the one before", PROBNP.values(), PROBNP,
                              orientation="horizontal")
        self.inputs = [self.option, self.sure, self.reason] + [self.probnp] * (panel.probnp is not None)
        self.commit = button(f"Commit and {'see the treatments' if 'second' in self.script else 'open the record'}", button_style="primary")
        self.reveal = button("Open the record without committing")
        self.hint, self.done, self.record = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.done_notes, self.notes = _notes(self.done_html), _notes(self.record_html)
        question = f'<p class="part">Your decision</p><div class="asked">{self.words(self.script["question"])}</div>'
        self.view = widgets.VBox([widgets.HTML(unlinked(known + question)), *self.inputs, widgets.HBox([self.commit, self.hint]),
                                  self.done, self.done_notes, self.reveal, self.record, self.notes])
        self.commit.on_click(self._commit)
        self.reveal.on_click(lambda _: self._next())

    def show(self, still_wanted):
        """Fill in what is open; draw the charts while the reader still reads the question."""
        self._draw()
        self.task = draw_ahead(self.panel.charts, still_wanted)

    def _commit(self, _):
        wanted = zip((self.option, self.sure, self.reason), ("an option", "how sure you are", "one reason"))
        missing = [words for control, words in wanted if control.value in (None, "")]
        self.hint.value = f'<span class="decision-hint" role="alert">Still missing: {", ".join(missing)}.</span>' if missing else ""
        if not missing:
            self.committed = True
            self._next()

    def _next(self):
        self.state = "treatments" if "second" in self.script and self.state == "open" else "revealed"
        self._draw()

    def _draw(self):
        for control in self.inputs:
            control.disabled = self.state != "open"
        for control, there in ((self.commit, self.state == "open"), (self.reveal, self.state != "revealed"),
                               (self.done, self.state != "open"), (self.done_notes, self.state != "open"),
                               (self.record, self.state == "revealed"), (self.notes, self.state == "revealed")):
            control.layout.display = "" if there else "none"
        if self.state == "treatments":
            self.reveal.description = "Now open the measurements"
        if self.state != "open":
            self.done.value = unlinked(self.done_html)
        if self.state == "revealed":
            words = unlinked(self.record_html.replace('<p class="committed" hidden></p>', self._own()))
            words = re.sub(r"(?s)<div data-calibration>.*?</div>", self._calibration, words)
            if not all(chart.cache_info().currsize for chart in self.panel.charts):
                self.record.value = words.replace(_CHARTS, "<p>Drawing the charts …</p>")
            self.record.value = words.replace(_CHARTS, folded("".join(chart() for chart in self.panel.charts)))

    def _own(self):
        """One's commitment with the feedback on it."""
        if not self.committed:
            return '<p class="committed">You opened the record without committing: this step counts as not predicted.</p>'
        chosen = self.script["options"][self.option.value]
        told = f"You were {self.sure.value} % sure of: {self.words(chosen['text'], inline=True)} Your reason: {escape(self.reason.value)}"
        if self.probnp.value:
            told += f"<br>You predicted ProBNP {PROBNP[self.probnp.value]}; it was {PROBNP[self.panel.probnp]}."
        return (f'<div class="committed"><p>{told}</p><p><span class="verdict">{chosen["grade"].capitalize()}.</span> '
                f'{self.words(chosen["feedback"], inline=True)}</p></div>')

    def _calibration(self, _):
        """How sure, against how often right, in text."""
        committed = [s for s in self.steps if s.committed and s.script["scored"]]
        levels = []
        for level in CONFIDENCES:
            hits = [s.script["options"][s.option.value]["grade"] in HITS for s in committed if s.sure.value == level]
            levels.append(f"{level} % sure: {f'{sum(hits)} of {len(hits)}' if hits else 'none chosen'}")
        guesses = [s.probnp.value == s.panel.probnp for s in self.steps if s.committed and s.probnp.value]
        return (f"<p>You committed at {len(committed)} of {sum(s.script['scored'] for s in self.steps)} steps that have a best-supported option. "
                f"Hits: {'; '.join(levels)}. A hit is an option that the book marks well supported or supported; "
                "those marks are the book's own.</p>"
                f"<p>Your ProBNP predictions: {f'{sum(guesses)} of {len(guesses)} right' if guesses else 'none made'}. "
                "These are checked against printed columns.</p>")


def articles(stepper: CasePanels) -> list[str]:
    """The panels of the static face, with a mark where the charts go: drawing them takes time and waits."""
    bare = copy(stepper)
    bare.panels = [copy(panel) for panel in stepper.panels]
    for panel in bare.panels:
        panel.charts = [lambda: _CHARTS]
    return re.findall(r"(?s)<article.*?</article>", bare.static_html())


def _notes(html):
    return widgets.VBox([widgets.Textarea(description=unescape(label), rows=2, continuous_update=False) for label in NOTE.findall(html)])


def _radios(description, labels, values=range(99), **kwargs):
    return widgets.RadioButtons(description=description, options=list(zip(labels, values)), value=None, **kwargs)
