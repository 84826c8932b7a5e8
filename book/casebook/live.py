"""The live face of the day-stepper: the panels of the static face in an ipywidgets view, for a class.

Words, tables, charts and style are those of the site; widgets take the place of its bar, forms and notes. Nothing is
stored: running the cell again starts anew.
"""

import asyncio
import re
from copy import copy
from functools import cache, cached_property
from html import escape, unescape
from types import SimpleNamespace

import ipywidgets as widgets

from .questions import CONFIDENCES
from .stepper import HITS, SAME
from .text import BOOK, render

_SITE = (BOOK / "_static" / "book.css").read_text("utf-8").replace('html[data-theme="light"]', "&") \
    .replace('html[data-theme="dark"]', "[data-jp-theme-light=false] &")
_STYLE = f"""<style>
:is(.jp-OutputArea, .jp-OutputArea-child, .jp-OutputArea-output):has(.casebook-bar) {{ overflow: visible; }}
.casebook-live {{ {_SITE}
  & {{ --pst-color-background: var(--jp-layout-color0); --pst-color-text-base: var(--jp-content-font-color0);
       color: var(--pst-color-text-base); max-width: 60rem; padding: 0 0.8rem 1rem; overflow: visible; }}
  .widget-html-content {{ font-size: 0.95rem; line-height: 1.55; white-space: normal; }}
  .widget-html, .widget-html-content {{ overflow: visible; height: auto; }}
  :is(.known, .asked, .second, .committed) > :is(p, ul):last-child {{ margin-bottom: 0; }}
  :is(.committed, .second) > :first-child {{ margin-top: 0; }}
  .casebook-bar {{ position: sticky; top: 0; z-index: 5; flex-wrap: wrap; align-items: center; gap: 0.4rem; padding: 0.4rem 0; overflow: visible;
                   border-bottom: 1px solid var(--panel-line); background: var(--jp-layout-color0); }}
  .casebook-end {{ opacity: 0.55; }}
  .widget-button {{ align-self: flex-start; }}
  .decision-hint, .casebook-bar .widget-html {{ margin-inline-start: 0.6rem; }}
  .close :is(dt, dd) {{ float: none; width: auto; }}
  .widget-radio, .widget-textarea, .widget-text {{ flex-direction: column; align-items: stretch; width: auto; height: auto; }}
  .widget-label {{ width: auto; max-width: none; height: auto; text-align: start; white-space: normal; font-weight: 600;
                   font-size: 0.95rem; line-height: 1.45; color: inherit; }}
  .casebook-bar .widget-label {{ margin-inline-end: 0.6rem; }}
  .widget-radio-box {{ margin: 0; max-width: none; }}
  .widget-radio-box label {{ width: auto; height: auto; white-space: normal; line-height: 1.45; color: inherit;
                             padding: 0.25rem 0.25rem 0.25rem 1.6rem; position: relative; font-size: 0.95rem; }}
  .widget-radio-box input {{ position: absolute; inset-inline-start: 0; top: 0.3rem; }}
  :is(.widget-textarea textarea, .widget-text input) {{ width: 100%; color: inherit; background: var(--jp-layout-color0); }}
  .gate summary {{ width: fit-content; }}
  .discovery:not(:has(input:checked, .gate[open])) [data-after], .discovery:has(input:checked) .gate,
  .question:not(:has(input:checked)) details.feedback {{ display: none; }}
  .widget-radio, .widget-text, .widget-textarea, .committed {{ margin-block: 0.5rem; }}
  .reflection {{ background: none; border: 0; padding: 0; margin-bottom: 0; }}
  {", ".join(f'.question:has(input[value="{n}"]:checked) li:nth-child({n + 1})' for n in range(8))} {{
    border-inline-start: 4px solid var(--chart-accent); padding-inline-start: 0.6rem; }}
}}</style>"""
# Runs in the browser when a step shows. ipywidgets names neither the handle of a slider nor the buttons of Play, leaves the
# arrow keys to JupyterLab, and does not scroll.
_ON_STEP = """<style onload="const root = this.closest('.casebook-live'), step = '{label}';
  const finish = () => {{ const handle = root.querySelector('[role=slider]'), play = root.querySelectorAll('.widget-play button');
    if (!handle || play.length < 2) return setTimeout(finish, 50);
    if (!root.dataset.step) root.addEventListener('focusin', (e) => {{ e.target.dataset.lmSuppressShortcuts = true; }});
    handle.setAttribute('aria-label', 'Time point'); handle.setAttribute('aria-valuetext', step);
    ['Play or pause', 'Stop and go back to the start'].forEach((name, i) => {{ play[i].ariaLabel = play[i].title = name; }});
    if ((root.dataset.step ?? step) !== step &amp;&amp; root.getBoundingClientRect().top &lt; 0) root.scrollIntoView();
    root.dataset.step = step; }}; finish();"></style>"""
_PARTS = re.compile(r'(?s)(<header>.*?)<form class="decision">.*?</form>(.*?)<p class="reveal">.*?</p>(.*)</article>')
_NOTE = re.compile(r'(?s)<label class="reason"><span>(.*?)</span><textarea.*?</textarea></label>')
_SCALE = re.compile(r'(?s)<div class="drawing" data-variant="(Log scale)">(.*?</svg></div>)</div>')
_CHARTS = "<!-- charts -->"
_PROBNP = {"up": f"more than {SAME} % higher", "same": f"within {SAME} %", "down": f"more than {SAME} % lower"}


def live_view(stepper):
    """An ipywidgets view of a CaseStepper: previous, next, play and a slider above one panel at a time.

    As on the site, a record opens by committing or by asking for it, and going on opens the records passed by.
    """
    panels, articles = stepper.panels, _articles(stepper)
    last, steps = len(panels) - 1, []
    slider = widgets.SelectionSlider(options=[(p.label, i) for i, p in enumerate(panels)], description="Time point",
                                     readout=False, continuous_update=False, layout=widgets.Layout(width="18rem"))
    play = widgets.Play(max=last, interval=6000, show_repeat=False)
    widgets.jslink((play, "value"), (slider, "index"))
    back, forth = _button("Previous"), _button("Next")
    where, place = widgets.HTML(), widgets.VBox()

    def show(_=None):
        now = min(slider.index, len(steps))
        if now != slider.index:
            slider.index = now                       # not past the next step; comes back here
            return
        if now == len(steps):
            for passed in steps:
                passed.state = "revealed"
            steps.append(_Step(panels[now], articles[now], steps))
        where.value = f"{now + 1} of {last + 1}: {panels[now].label}" + _ON_STEP.format(label=panels[now].label)
        for button, end in (back, 0), (forth, last):
            (button.add_class if now == end else button.remove_class)("casebook-end")
        place.children = [steps[now].view]
        steps[now].show(still_wanted=lambda: slider.index == now)

    def step(by):
        slider.index = min(max(slider.index + by, 0), last)

    back.on_click(lambda _: step(-1))
    forth.on_click(lambda _: step(1))
    slider.observe(show, "index")
    show()
    bar = widgets.HBox([back, play, forth, slider, where]).add_class("casebook-bar")
    return widgets.VBox([widgets.HTML(_STYLE), bar, place]).add_class("casebook-live")


class _Step:
    """One panel as widgets, which keep what is entered: the decision, then the record in one or two openings.

    ``state`` is 'open', 'treatments' (where a second question comes before the measurements) or 'revealed', as in book.js.
    """

    def __init__(self, panel, article, steps):
        self.panel, self.script, self.steps = panel, panel.script, steps
        self.state, self.committed = "open", False
        known, self.done_html, self.record_html = _PARTS.search(article).groups()
        self.option = _radios("Your option", [f"{chr(65 + n)}. {_plain(o['text'])}" for n, o in enumerate(self.script["options"])])
        self.sure = _radios("How sure are you?", [f"{c} %" for c in CONFIDENCES], CONFIDENCES, orientation="horizontal")
        self.reason = widgets.Text(description="One reason", continuous_update=False)
        self.probnp = _radios("Your prediction: ProBNP in this column, against the one before", _PROBNP.values(), _PROBNP,
                              orientation="horizontal")
        self.inputs = [self.option, self.sure, self.reason] + [self.probnp] * (panel.probnp is not None)
        self.commit = _button(f"Commit and {'see the treatments' if 'second' in self.script else 'open the record'}", button_style="primary")
        self.reveal = _button("Open the record without committing")
        self.hint, self.done, self.record = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.done_notes, self.notes = _notes(self.done_html), _notes(self.record_html)
        question = f'<p class="part">Your decision</p><div class="asked">{render(self.script["question"])}</div>'
        self.view = widgets.VBox([widgets.HTML(_unlinked(known + question)), *self.inputs, widgets.HBox([self.commit, self.hint]),
                                  self.done, self.done_notes, self.reveal, self.record, self.notes])
        self.commit.on_click(self._commit)
        self.reveal.on_click(lambda _: self._next())

    def show(self, still_wanted):
        """Fill in what is open; draw the charts while the reader still reads the question."""
        self._draw()
        try:
            self.task = asyncio.get_running_loop().create_task(self._draw_ahead(still_wanted))
        except RuntimeError:        # no event loop: a script, not a kernel
            pass

    async def _draw_ahead(self, still_wanted):
        for chart in self.charts:
            await asyncio.sleep(0.05)
            if not still_wanted():
                return
            chart()

    @cached_property
    def charts(self):
        return [cache(figure.html) for figure in self.panel.figures]

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
            self.done.value = _unlinked(self.done_html)
        if self.state == "revealed":
            words = _unlinked(self.record_html.replace('<p class="committed" hidden></p>', self._own()))
            words = re.sub(r"(?s)<div data-calibration>.*?</div>", self._calibration, words)
            if not all(chart.cache_info().currsize for chart in self.charts):
                self.record.value = words.replace(_CHARTS, "<p>Drawing the charts …</p>")
            self.record.value = words.replace(_CHARTS, _folded("".join(chart() for chart in self.charts)))

    def _own(self):
        """One's commitment with the feedback on it."""
        if not self.committed:
            return '<p class="committed">You opened the record without committing: this step counts as not predicted.</p>'
        chosen = self.script["options"][self.option.value]
        told = f"You were {self.sure.value} % sure of: {render(chosen['text'], inline=True)} Your reason: {escape(self.reason.value)}"
        if self.probnp.value:
            told += f"<br>You predicted ProBNP {_PROBNP[self.probnp.value]}; it was {_PROBNP[self.panel.probnp]}."
        return (f'<div class="committed"><p>{told}</p><p><span class="verdict">{chosen["grade"].capitalize()}.</span> '
                f'{render(chosen["feedback"], inline=True)}</p></div>')

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


def in_lab(html):
    """HTML of the site, such as a chart, as a cell of JupyterLab shows it: in the site's style, light or dark."""
    return f'{_STYLE}<div class="casebook-live">{_folded(html)}</div>'


def _folded(html):
    """Charts with their second scale folded away; on the site book.js makes a switch of the two."""
    return _SCALE.sub(r'<details class="drawing"><summary>\1</summary>\2</details>', html)


def _articles(stepper):
    """The panels of the static face, with a mark where the charts go: drawing them takes time and waits."""
    bare = copy(stepper)
    bare.panels = [copy(panel) for panel in stepper.panels]
    for panel in bare.panels:
        panel.figures = [SimpleNamespace(html=lambda: _CHARTS)]
    return re.findall(r"(?s)<article.*?</article>", bare.static_html())


def _unlinked(html):
    """Without links, which would leave JupyterLab, forms, which would reload it, landmarks, and notes."""
    html = re.sub(r' href="[^"]*"', "", _NOTE.sub("", html))
    html = re.sub(r"(<a [^>]*)aria-label=", r"\1title=", html)
    html = re.sub(r'(?s)<p class="gate">.*?</p>', '<details class="gate"><summary>Show the finding</summary></details>', html)
    return re.sub(r"<(/?)(?:form|header)\b", r"<\1div", html)


def _notes(html):
    return widgets.VBox([widgets.Textarea(description=unescape(label), rows=2, continuous_update=False) for label in _NOTE.findall(html)])


def _radios(description, labels, values=range(99), **kwargs):
    return widgets.RadioButtons(description=description, options=list(zip(labels, values)), value=None, **kwargs)


def _button(description, **kwargs):
    return widgets.Button(description=description, layout=widgets.Layout(width="auto"), **kwargs)


def _plain(text):
    return unescape(re.sub("<[^>]+>", "", render(text, inline=True)))
