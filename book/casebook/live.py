"""The live face of the day-stepper: the same panels as an ipywidgets view, for a class."""

from html import escape

import ipywidgets as widgets

from .charts import LIVE_STYLE
from .questions import CONFIDENCES
from .text import render

_CSS = """<style>.casebook-live table{border-collapse:collapse;margin:.3em 0}.casebook-live td,.casebook-live th{padding:.15em .6em;
border-bottom:1px solid var(--chart-grid);text-align:left}.casebook-live [data-placement=reconstructed]{font-style:italic;
border-bottom:1px dashed currentColor}.casebook-live .visually-hidden{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.casebook-live figure{display:inline-block;width:20.5rem;margin:.4em;vertical-align:top}.casebook-live .chart-whole{width:42rem}
.casebook-live .narrow-only{display:none}.casebook-live a{color:inherit;text-decoration:none}.casebook-live{font-size:1.05em;line-height:1.5}</style>"""


def _html(content):
    return f'{_CSS}<div class="casebook-live" style="{LIVE_STYLE};max-width:62rem;padding:.4rem">{content}</div>'


def live_view(stepper):
    """An ipywidgets VBox: previous, next, play and a slider above the current panel; decision, then record.

    Stepping shows a panel's question; its record opens with the button, with or without a commitment, and stays open.
    """
    panels = stepper.panels
    opened, committed = set(), {}
    slider = widgets.SelectionSlider(options=[(p.label, i) for i, p in enumerate(panels)], description="Time point",
                                     continuous_update=False, layout=widgets.Layout(width="22rem"))
    play = widgets.Play(min=0, max=len(panels) - 1, interval=4000, description="Play")
    back, forth = widgets.Button(description="Previous", icon="arrow-left"), widgets.Button(description="Next", icon="arrow-right")
    question, record = widgets.HTML(), widgets.HTML()
    choice = widgets.RadioButtons(description="Decision", layout=widgets.Layout(width="100%"))
    sure = widgets.ToggleButtons(options=[(f"{c} %", c) for c in CONFIDENCES], description="How sure?")
    reason = widgets.Text(description="One reason", layout=widgets.Layout(width="38rem"))
    commit = widgets.Button(description="Commit and open the record", button_style="primary", layout=widgets.Layout(width="16rem"))
    reveal = widgets.Button(description="Open the record without committing", layout=widgets.Layout(width="18rem"))
    decision = widgets.VBox([choice, sure, reason, widgets.HBox([commit, reveal])])
    view = widgets.VBox([widgets.HBox([back, play, forth, slider]), question, decision, record])

    def show(_=None):
        panel = panels[slider.value]
        s = panel.script
        question.value = _html(f"<h3>{panel.label}: {escape(panel.heading)}</h3><h4>Known so far</h4>{render(s['known'])}"
                               f"<details><summary>All values so far</summary>{panel.so_far}</details>"
                               f"<h4>Your decision</h4>{render(s['question'])}"
                               + "<ol type='A'>" + "".join(f"<li>{render(o['text'], inline=True)}</li>" for o in s["options"]) + "</ol>")
        choice.options = [(chr(65 + i), i) for i in range(len(s["options"]))]
        choice.value = committed.get(slider.value, (None,))[0]
        decision.layout.display = "none" if slider.value in opened else ""
        record.value = _html(_record(panel, committed.get(slider.value))) if slider.value in opened else ""
        back.disabled, forth.disabled = slider.value == 0, slider.value == len(panels) - 1

    def step(by):
        slider.value = min(max(slider.value + by, 0), len(panels) - 1)

    def open_record(_=None):
        opened.add(slider.value)
        show()

    def keep(_):
        if choice.value is not None:
            committed[slider.value] = (choice.value, sure.value, reason.value)
            open_record()

    back.on_click(lambda _: step(-1))
    forth.on_click(lambda _: step(1))
    commit.on_click(keep)
    reveal.on_click(open_record)
    widgets.jslink((play, "value"), (slider, "index"))
    slider.observe(show, "value")
    show()
    return view


def _record(panel, commitment):
    s = panel.script
    parts = []
    if commitment:
        option, sure, reason = commitment
        parts.append(f"<p><strong>You chose {chr(65 + option)}, {sure} % sure.</strong> {escape(reason)}</p>")
    parts += ["<h4>What was done</h4>", render(s["done"]), panel.treatments]
    if "second" in s:
        parts.append(f"<h4>Second question</h4>{render(s['second'])}<details><summary>Then open the measurements</summary>")
    parts += ["<h4>What the data show</h4>", panel.findings, render(s["shows"]), *(f.html() for f in panel.figures)]
    if "vote" in s:
        parts.append(_options("Second vote", s["vote"]["question"], s["vote"]["options"]))
    if "assumption" in s:
        parts += [_options("Before the finding", s["assumption"]["stem"], s["assumption"]["options"]),
                  f"<details><summary>The finding</summary>{render(s['finding'])}</details>"]
    if "second" in s:
        parts.append("</details>")
    grades = "".join(f"<li>{render(o['text'], inline=True)} <em>{o['grade'].capitalize()}.</em> "
                     f"{render(o['feedback'], inline=True)}</li>" for o in s["options"])
    parts.append(f"<details><summary>Feedback for every option</summary><ol type='A'>{grades}</ol><p>The grades are the book's own; "
                 "no clinician has reviewed them.</p></details>"
                 f"<p><strong>Trap.</strong> {render(s['trap'], inline=True)}</p><p><strong>Recap.</strong> {render(s['recap'], inline=True)}</p>")
    return "".join(parts)


def _options(title, stem, options):
    told = "".join(f"<li>{render(o['text'], inline=True)}<br><small>{render(o['feedback'], inline=True)}</small></li>" for o in options)
    asked = "".join(f"<li>{render(o['text'], inline=True)}</li>" for o in options)
    return (f"<h4>{title}</h4>{render(stem)}<ol type='A'>{asked}</ol>"
            f"<details><summary>Feedback for every option</summary><ol type='A'>{told}</ol></details>")
