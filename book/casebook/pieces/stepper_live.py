"""The live face of the day-stepper: the panels of the static face in an ipywidgets view, for a class.

Words, tables, charts and style are those of the site; widgets take the place of its bar, forms and notes. Nothing is
stored: running the cell again starts anew.
"""

import re
from functools import partial
from html import escape, unescape

import altair as alt
import ipywidgets as widgets
import pandas as pd

from casebook.display.figure import ACCENT, INK, MUTED, Figure
from casebook.display.jupyterlab import NOTE, button, draw_ahead, on_show, plain, style, unlinked
from casebook.display.text import render
from casebook.pieces.case_panels import HITS, TONES, WAYS, CasePanels
from casebook.pieces.questions import CONFIDENCES, LETTERS

# ipywidgets names neither the handle of a slider nor the buttons of Play.
_NAMES = """const handle = root.querySelector('[role=slider]'), play = root.querySelectorAll('.widget-play button');
    if (!handle || play.length < 2) return setTimeout(finish, 50);
    handle.setAttribute('aria-label', 'Time point'); handle.setAttribute('aria-valuetext', step);
    ['Play or pause', 'Stop and go back to the start'].forEach((name, i) => { \
play[i].ariaLabel = play[i].title = name; });"""
_PARTS = re.compile(r'(?s)(<details class="feedback" data-grades>.*?</details>)</div>\s*'
                    r'<div data-card="changed"[^>]*>(.*)</div>\s*</article>')
_MEASURED = re.compile(r'(?s)<p class="go with-script" data-until="measured">.*?</p>')
_BUTTONS = re.compile(r'(?s)<p class="go with-script">.*?</p>')
ICONS = {"good": "✓", "mid": "≈", "bad": "!", "none": "–"}


def live_view(stepper: CasePanels) -> widgets.Widget:
    """An ipywidgets view of a case: previous, next, play and a slider above one panel at a time.

    As on the site, a record opens by committing or by asking for it, and a draft is never passed by unasked.
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
        now = min(slider.index, len(steps) - (bool(steps) and slider.index >= len(steps) and steps[-1].asks()))
        if now != slider.index:
            slider.index = now                       # not past the next step, nor past a draft; comes back here
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
    kept = widgets.HTML("<p>What you choose and write lasts until the kernel stops; no file keeps it.</p>")
    return widgets.VBox([widgets.HTML(style()), bar, place, kept]).add_class("casebook-live")


class _Step:
    """One panel as widgets, which keep what is entered: the figure, then one card after the other.

    ``state`` is 'open', 'verdict' once committed, 'treatments' (where a second question comes before the measurements)
    or 'revealed', as in stepper.js.
    """

    def __init__(self, panel, article, steps, case):
        self.panel, self.script, self.steps, self.words = panel, panel.script, steps, partial(render, case=case)
        self.state, self.committed = "open", False
        self.grades_html, changed = _PARTS.search(article).groups()
        self.done_html, self.record_html = _MEASURED.split(_BUTTONS.sub("", changed)) if "second" in self.script \
            else ("", _BUTTONS.sub("", changed))
        self.option = _radios("Your option", [f"{letter}. {plain(o['text'], case)}"
                                              for letter, o in zip(LETTERS, self.script["options"])])
        self.sure = _radios("How sure are you?", [f"{c} %" for c in CONFIDENCES], CONFIDENCES, orientation="horizontal")
        self.guesses = {p.key: _radios(f"Your prediction: {p.row}, {p.before} before", WAYS.values(), WAYS,
                                       orientation="horizontal")
                        for p in panel.predictions}
        self.reason = widgets.Textarea(description=plain(self.script.get("reason", ""), case), rows=2,
                                       continuous_update=False)
        self.inputs = [self.option, self.sure, *self.guesses.values(), *[self.reason] * ("reason" in self.script)]
        self.commit, self.on = button("Commit", button_style="primary"), button("", button_style="primary")
        self.reveal = button("Open without committing")
        self.figure, self.hint, self.verdict, self.done, self.record = (widgets.HTML() for _ in range(5))
        self.done_notes, self.notes = _notes(self.done_html), _notes(self.record_html)
        head = f'<p class="panel-when">{escape(panel.label)}</p>' \
            f'<p class="panel-title" role="heading" aria-level="3">{escape(panel.heading)}</p>'
        known = f'<div class="known"><p class="part">Known today</p>{self.words(self.script["known"])}</div>'
        self.question = widgets.HTML(unlinked(f'{known}<p class="part">Decide</p>'
                                              f'<div class="asked">{self.words(self.script["question"])}</div>'))
        self.decide = widgets.VBox([self.question, *self.inputs, widgets.HBox([self.commit, self.reveal, self.hint])])
        cards = widgets.VBox([widgets.HTML(head), self.decide, self.verdict, self.done, self.done_notes, self.on,
                              self.record, self.notes])
        self.view = widgets.HBox([self.figure, cards]).add_class("casebook-bedside")
        self.commit.on_click(self._commit)
        self.reveal.on_click(lambda _: self._next(asked=True))
        self.on.on_click(lambda _: self._next())
        self.sure_to_open = False

    def show(self, still_wanted):
        """Fill in what is open; draw the next figure while the reader still reads the question."""
        self._draw()
        self.task = draw_ahead([self.panel.between, self.panel.after], still_wanted)

    def _commit(self, _):
        wanted = zip((self.option, self.sure), ("an option", "how sure you are"))
        missing = [words for control, words in wanted if control.value in (None, "")]
        self.hint.value = f'<span class="decision-hint" role="alert">Still missing: {", ".join(missing)}.</span>' \
            if missing else ""
        if not missing:
            self.committed, self.state = True, "verdict"
            self._draw()

    def asks(self):
        """True, once, where an answer is begun and not committed: then the step asks what to do with it."""
        begun = self.state == "open" and any(control.value not in (None, "") for control in self.inputs)
        if not begun or self.sure_to_open:
            return False
        self.sure_to_open = True
        self.hint.value = '<span class="decision-hint" role="alert">Commit this? ' \
            'Or press again to open without committing.</span>'
        return True

    def _next(self, asked=False):
        if asked and self.asks():
            return
        self.state = "treatments" if "second" in self.script and self.state in ("open", "verdict") else "revealed"
        self._draw()

    def _draw(self):
        deciding, opened = self.state == "open", self.state in ("treatments", "revealed")
        for control in self.inputs:
            control.disabled = not deciding
        for part, there in ((self.decide, deciding), (self.verdict, not deciding),
                            (self.on, self.state in ("verdict", "treatments")),
                            (self.done, opened and bool(self.done_html)), (self.done_notes, opened),
                            (self.record, self.state == "revealed"), (self.notes, self.state == "revealed")):
            part.layout.display = "" if there else "none"
        seen = {"treatments": self.panel.between, "revealed": self.panel.after}.get(self.state, self.panel.before)
        self.figure.value = unlinked(seen())
        self.on.description = "Now open the measurements" if self.state == "treatments" else \
            "See what was done" if "second" in self.script else "See what changed"
        if not deciding:
            self.verdict.value = unlinked(self._own() + self.grades_html)
        if opened:
            self.done.value = unlinked(f'<p class="part">What changed</p>{self.done_html}')
        if self.state == "revealed":
            record = re.sub(r"(?s)<div data-calibration>.*?</div>", self._calibration, self.record_html)
            record = record.replace('<p class="predicted"></p>', self._predicted())
            self.record.value = unlinked(record)

    def _own(self):
        """One's commitment with the verdict on it."""
        if not self.committed:
            return (f'<div class="own tone-none"><span class="own-icon">{ICONS["none"]}</span>'
                    '<p class="own-word">Not predicted</p> '
                    '<p class="own-line">You opened the record without committing.</p></div>')
        chosen = self.script["options"][self.option.value]
        tone, reason = TONES[chosen["grade"]], self.reason.value.strip()
        ended = reason if not reason or reason[-1] in ".!?…" else f"{reason}."
        reason_line = f'<p class="own-line own-reason">Your reason: {escape(ended)}</p>' if reason else ""
        return (f'<p class="part">Your verdict</p><div class="own tone-{tone}">'
                f'<span class="own-icon" aria-hidden="true">{ICONS[tone]}</span>'
                f'<p class="own-word">{chosen["grade"].capitalize()}</p>'
                f'<p class="own-line">You, {self.sure.value} % sure: {self.words(chosen["text"], inline=True)}</p>'
                f'{reason_line}'
                f'<p class="own-why">{self.words(chosen["feedback"], inline=True)}</p></div>')

    def _right(self):
        """(prediction, what one said) of each one that was made."""
        return [(p, self.guesses[p.key].value) for p in self.panel.predictions
                if self.committed and self.guesses[p.key].value]

    def _predicted(self):
        lines = "".join(f'<span class="tone-{"good" if guess == p.way else "bad"}">{"✓" if guess == p.way else "✗"} '
                        f'{escape(p.row)}: you said {WAYS[guess]}; it was {WAYS[p.way]}, '
                        f"{escape(p.moved)}.</span>" for p, guess in self._right())
        return f'<p class="predicted">{lines}</p>' if lines else ""

    def _calibration(self, _):
        """How sure, against how often right."""
        committed = [s for s in self.steps if s.committed and s.script["scored"]]
        levels, counts = [], []
        for level in CONFIDENCES:
            hits = [s.script["options"][s.option.value]["grade"] in HITS for s in committed if s.sure.value == level]
            counts.append((level, len(hits), sum(hits)))
            levels.append(f"{level} % sure: {f'{sum(hits)} of {len(hits)}' if hits else 'none chosen'}")
        right = [guess == p.way for s in self.steps if s.state == "revealed" for p, guess in s._right()]
        scored = sum(s.script["scored"] for s in self.steps)
        return (f"<p>You committed at {len(committed)} of {scored} steps that have a best-supported option. "
                f"Hits: {'; '.join(levels)}. A hit is an option that the book marks well supported or supported; "
                f"those marks are the book's own.</p>{calibration(counts).html() if committed else ''}"
                f"<p>Your predictions: {f'{sum(right)} of {len(right)} right' if right else 'none made'}. "
                "Those of reconstructed rows rest on the printed order.</p>")


def calibration(counts: list[tuple[int, int, int]]) -> Figure:
    """How sure one was in percent, against how often right: a row of sure, commitments and hits for each level."""
    table = pd.DataFrame(counts, columns=["sure", "n", "hits"])
    chosen = table[table["n"] > 0].assign(share=lambda t: 100 * t["hits"] / t["n"],
                                          of=lambda t: t["hits"].astype(str) + " of " + t["n"].astype(str))
    x = alt.X("sure:Q").title("how sure you were, %").scale(domain=[45, 100]).axis(values=list(CONFIDENCES))
    y = alt.Y("share:Q").title("% best-supported options").scale(domain=[0, 100]).axis(values=[0, 50, 100])
    line = alt.Chart(pd.DataFrame({"sure": [45, 100], "share": [45, 100]})) \
        .mark_line(stroke=MUTED, strokeDash=[4, 4]).encode(x=x, y=y)
    dots = alt.Chart(chosen).encode(x=x, y=y)
    chart = alt.layer(line, dots.mark_circle(size=140, fill=ACCENT),
                      dots.mark_text(fill=INK, align="left", dx=10, dy=-9).encode(text="of:N"))
    words = "; ".join(f"{sure} % sure: {hits} of {n}" for sure, n, hits in counts if n)
    return Figure("Your calibration: confidence against hits", f"{words}.",
                  table.set_axis(["Sure, %", "Commitments", "Hits"], axis=1),
                  [("Calibration", chart.properties(width=260, height=150))], name="calibration",
                  note="A dot on the dashed line: as often right as you were sure. Below it: too sure.")


def articles(stepper: CasePanels) -> list[str]:
    """The panels of the static face, one HTML text each."""
    return re.findall(r"(?s)<article.*?</article>", stepper.static_html())


def _notes(html):
    return widgets.VBox([widgets.Textarea(description=unescape(label), rows=2, continuous_update=False)
                         for label in NOTE.findall(html)])


def _radios(description, labels, values=range(99), **kwargs):
    return widgets.RadioButtons(description=description, options=list(zip(labels, values)), value=None, **kwargs)
