"""The day-stepper for the back row: the same panels in large type, one thing at a time, with the hands of a class.

A screen asks, the next one shows: known so far, decision and hands, hands against the grades, record. The order is that
of ``CaseStepper``: in column 3b the treatments and the second question come before any grade or measurement.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from html import escape
from pathlib import Path

import ipywidgets as widgets
import pandas as pd

from casebook.classroom.ballots import GOOD, Ballot, Option, calibration, save, summary
from casebook.classroom.phones import Phones, qr
from casebook.classroom.session_plans import ORDER, plan
from casebook.display.html_table import table_html
from casebook.display.jupyterlab import button, on_show, plain, style, unlinked
from casebook.display.text import render
from casebook.pieces.case_panels import WAYS, reflection
from casebook.pieces.questions import CONFIDENCES
from casebook.pieces.stepper import CaseStepper
from casebook.pieces.stepper_live import articles
from casebook.tables.case_folder import LETTER, Case
from casebook.tables.resources import BOOK, CaseDataError
from casebook.tables.table1 import wide

SLIDES = BOOK.parent / "_build" / "html" / "slides"
"""Where a build puts the decks; without it the projector offers no way to them."""
_HERE = Path(__file__)
_KINDS = {"decision": "Decide", "sure": "How sure?", "second question": "Before the measurements",
          "second vote": "Second vote", "assumption": "Before the finding"}
_EXTRA = ("How sure?", "Tables", "Now ask, in this order", "Model sentence", "What you may have written",
          "Trap and recap", "Reflection")
_CHIPS = re.compile(r'(?s)<ul class="chips">.*?</ul>')


@dataclass(eq=False)
class Screen:
    """One thing to show: ``html()`` is made when it shows; below it the fields of its ``ballots``. ``core`` screens are
    those for which a session plan has the time."""

    panel: object
    title: str
    html: Callable[[], str]
    ballots: list = field(default_factory=list)
    core: bool = True


class Projector:
    """A child's course for a class. Show it as the last value of a cell.

    ``stepper`` as in CaseStepper; ``folder`` is where counts are saved, by default that of the notebook;
    ``host`` is the address at which votes by phone listen once they are opened, by default all of this machine's;
    ``plan`` is the session plan whose screens *Next* passes through at first, by default all screens.
    """

    def __init__(self, stepper: CaseStepper | None = None, folder: Path | str = ".", host: str = "0.0.0.0",
                 plan: str = "") -> None:
        self.stepper, self.folder, self.now, self.sure_to_clear = stepper or CaseStepper(), folder, 0, False
        self.render, self.plain = partial(render, case=self.stepper.case), partial(plain, case=self.stepper.case)
        pages = articles(self.stepper)
        self.grades_note = re.findall(r'<p class="grades-note">.*?</p>', pages[0])[0]
        self.chips = {panel.step: _CHIPS.findall(page) for panel, page in zip(self.stepper.panels, pages)}
        self.ballots, self.screens = [], []
        self.phones, self.host = Phones(self._asked, self._counted), host
        for panel in self.stepper.panels:
            self.screens += self._screens(panel)
        self.screens.append(Screen(None, "The class", self._class))
        self.fields = {b: _fields(b) for b in self.ballots}
        self._build(plan if self.stepper.books else "")
        self.go(0)

    def _ballot(self, panel, kind, options):
        self.ballots.append(Ballot(panel.label, kind, options))
        return self.ballots[-1]

    def _screens(self, panel):
        """The screens of one panel, in the order in which they may be seen."""
        s, render, plain = panel.script, self.render, self.plain
        decision = self._ballot(panel, "decision", [Option(plain(o["text"]), o["grade"], render(o["feedback"]))
                                                    for o in s["options"]])
        sure = [self._ballot(panel, "sure", [Option(f"{c} % sure") for c in CONFIDENCES])] if s["scored"] else []
        guesses = {p: self._ballot(panel, p.row, [Option(words, "as recorded" if p.way == way else "")
                                                  for way, words in WAYS.items()]) for p in panel.predictions}

        voted = panel.step in self.stepper.case.columns              # admission and follow-up are only read in the core

        def screen(title, html, *ballots):
            core = title == "Known today" or voted and title not in _EXTRA and not title.startswith("Predict")
            return Screen(panel, title, html if callable(html) else lambda: html, list(ballots), core)

        def asked(kind, html, *ballots):
            return screen(_KINDS.get(kind, f"Predict {kind}"), f'<div class="asked">{html}</div>', *ballots)

        def hands(ballot, title, note=""):
            return screen(title, lambda: f'<div class="beside">{ballot.figure().html()}'
                                         f'<div>{_told(ballot)}{note}</div></div>')

        beside = lambda figure, html: lambda: f'<div class="bedside">{figure(room=True)}<div>{html}</div></div>'
        chips = self.chips[panel.step]
        measured, given = (chips[-1:], chips[:-1]) if "second" in s else (chips[:1], chips[1:])
        screens = [asked("decision", render(s["question"]), decision)]
        screens += [asked("sure", "<p>How sure are you? One hand each.</p>", b) for b in sure]
        screens += [asked(p.row, f"<p>{p.row}, {p.before} before. What comes next?</p>", b) for p, b in guesses.items()]
        graded = hands(decision, "Verdict", self.grades_note)
        done = screen("What was done", beside(panel.between, "".join(given) + render(s["done"])))
        if "second" in s:
            second = self._ballot(panel, "second question", [
                *map(Option, (*changed(self.stepper.table, panel.step, self.stepper.case), "none of them"))])
            raised = "<p>Hands up: for which row can tomorrow's values say something about it <em>alone</em>?</p>"
            screens += [done, asked("second question", render(s["second"]) + raised, second),
                      hands(second, "Before the measurements: hands"), graded]
        else:
            screens += [graded, done]
        screens.append(screen("What changed", lambda: beside(panel.after, "".join(measured))()
                            + "".join(b.figure().html() for b in guesses.values() if b.total)))
        screens.append(screen("Tables", f'<div class="beside"><div>{panel.treatments}</div>'
                                        f'<div>{panel.values}{render(s["shows"])}</div></div>'))
        if "vote" in s:
            answers = [Option(plain(o["text"]), "best supported" if o["correct"] else "", render(o["feedback"]))
                       for o in s["vote"]["options"]]
            vote = self._ballot(panel, "second vote", answers)
            screens += [asked("second vote", render(s["vote"]["question"]), vote), hands(vote, "Second vote: hands")]
        if "assumption" in s:
            answers = [Option(plain(o["text"]), "", render(o["feedback"])) for o in s["assumption"]["options"]]
            given_up = self._ballot(panel, "assumption", answers)
            screens += [asked("assumption", render(s["assumption"]["stem"]), given_up),
                      hands(given_up, "Before the finding: hands"),
                      *(screen(lead or "The finding", render(text)) for lead, text in in_parts(s["finding"]))]
        if "written" in s:
            written = [Option(plain(w["text"]), w["grade"], render(w["feedback"])) for w in s["written"]]
            screens.append(screen("What you may have written",
                                  _told(Ballot(panel.label, "written", written)) + render(s["concordance"])))
        screens.append(screen("Trap and recap", f'<p class="part">Trap</p>{render(s["trap"])}'
                                                f'<p class="part">Recap</p>{render(s["recap"])}'))
        if panel is self.stepper.panels[-1]:
            screens.append(screen("Reflection",
                                  f'<ol>{"".join(f"<li>{line}</li>" for line in reflection(self.stepper.case))}</ol>'))
        return [screen("Known today", beside(panel.before, render(s["known"]))), *screens]

    def _class(self):
        """The summary: a row a step, and how sure the class was against how often it chose well."""
        rows, picture = summary(self.ballots), calibration(summary(self.ballots))
        counted = rows[rows["hands"] > 0]
        if counted.empty:
            return "<p>No hands counted yet.</p>"
        per_cent = lambda column: ["–" if missing else f"{value:.0f} %"
                                   for value, missing in zip(counted[column], counted[column].isna())]
        shown = counted.assign(share=per_cent("share"), sure=per_cent("sure"))[["step", "hands", "share", "sure"]]
        shown.columns = ["Step", "Hands", "On well-supported options", "Sure, on average"]
        return (picture.html() if picture else "") + str(table_html(shown, "Your class, step by step")) + \
            '<p class="chart-note">Well supported: by the book\'s own grades, which no clinician has reviewed.</p>'

    # ---- the view ----

    def _build(self, plan_name):
        self.back, self.next = (button("Back").add_class("casebook-back"),
                                button("Next", button_style="primary").add_class("casebook-next"))
        full = button("Full screen").add_class("casebook-full")
        self.saving, self.clearing = button("Save counts"), button("Clear counts")
        self.phoning = button("Phones")
        self.phoning.on_click(self._by_phone)
        first = {}
        for n, screen in enumerate(self.screens):
            first.setdefault(screen.panel.label if screen.panel else screen.title, n)
        self.jump = widgets.Dropdown(options=list(first.items()), description="Go to")
        self.said, self.where, self.place = widgets.HTML(), widgets.HTML().add_class("casebook-where"), widgets.VBox()
        self.back.on_click(lambda _: self.go(self._nearest(-1)))
        self.next.on_click(lambda _: self.go(self._nearest(1)))
        routes = {"Whole case": "",
                  **{name.replace("-", " ").capitalize(): name for name in ORDER if "projector" in plan(name)}}
        self.route = widgets.Dropdown(options=list(routes.items()), value=plan_name, description="Steps of")
        self.route.layout.display = "" if self.stepper.books else "none"
        self.route.observe(lambda _: self.go(self.now), "value")
        self.jump.observe(lambda change: None if change["new"] == self._start() else self.go(change["new"]), "value")
        self.saving.on_click(self._save)
        self.clearing.on_click(self._clear)
        for ballot in self.ballots:
            for control in self.fields[ballot].children[:len(ballot.options)]:
                control.observe(lambda _: self._label_next(), "value")
        bar = widgets.HBox([self.jump, self.route, full, self.saving, self.clearing, self.phoning, self.said,
                            self.where, self.back, self.next])
        large = f"{style()}<style>{_HERE.with_suffix('.css').read_text('utf-8')}</style>"
        self.view = widgets.VBox([widgets.HTML(large), bar.add_class("casebook-bar"), self.place])
        self.view.add_class("casebook-live").add_class("casebook-projector")

    def go(self, n: int) -> None:
        """Show screen ``n``, counted from 0; beyond the ends nothing moves."""
        if not 0 <= n < len(self.screens):
            return
        self.now, screen = n, self.screens[n]
        self.jump.value = self._start()
        panel = screen.panel
        when = "" if not panel else f"{panel.label}: {panel.heading}" if panel.step in self.stepper.case.columns \
            else panel.heading
        head = f'<p class="panel-when">{escape(when)}</p>' if when else ""
        head += f'<p class="panel-title" role="heading" aria-level="3">{screen.title}</p>'
        shown = widgets.HTML(unlinked(head + screen.html()))
        here = [s for s in self.screens if s.panel is screen.panel and (s is screen or self._on_route(s))]
        slides = f' <button class="casebook-slides" data-step="{panel.step}">Slides</button>' \
            if panel and SLIDES.exists() else ""
        self.where.value = f"{here.index(screen) + 1} of {len(here)}{slides}" \
            + on_show(str(n), first=_HERE.with_suffix('.js').read_text('utf-8'))
        joined = f'<p class="small">Phones: {self.phones.addresses()[0]}</p>' \
            if self.phones.server and screen.ballots else ""
        self.place.children = [shown, *(self.fields[b] for b in screen.ballots),
                               *([widgets.HTML(joined)] if joined else [])]
        self._say("")
        for control, way in (self.back, -1), (self.next, 1):
            (control.add_class if self._nearest(way) == n else control.remove_class)("casebook-end")
        self._label_next()

    def _on_route(self, screen):
        """Whether *Next* stops at a screen: at all, or at those for which the chosen plan has the time."""
        if not self.route.value or not screen.panel:
            return True
        return screen.core and screen.panel.step in plan(self.route.value)["projector"]

    def _nearest(self, way):
        """The next screen on the route, forth (1) or back (-1); the one that shows if there is none."""
        ahead = range(self.now + way, len(self.screens) if way > 0 else -1, way)
        return next((n for n in ahead if self._on_route(self.screens[n])), self.now)

    def _start(self):
        """The first screen of the time point that shows."""
        return max(first for _, first in self.jump.options if first <= self.now)

    def _label_next(self):
        """Say what comes next; without hands at a question, that it is passed uncounted."""
        screen, after = self.screens[self.now], self.screens[self._nearest(1)]
        uncounted = screen.ballots and not screen.ballots[0].total
        self.next.description = "The end" if after is screen else "Go on without counting" if uncounted \
            else f"Next: {after.title}" if after.panel is screen.panel or not after.panel \
            else f"Next: {after.panel.label}"

    def _say(self, words):
        self.said.value = f'<span role="status">{escape(words)}</span>'
        self.sure_to_clear, self.clearing.description = False, "Clear counts"

    def _save(self, _):
        try:
            self._say(f"Saved as {save(self.ballots, self.folder).name}.")
        except CaseDataError as error:
            self._say(f"Not saved: {error.found}. Remedy: {error.remedy}.")

    def _clear(self, _):
        if not self.sure_to_clear:
            self.sure_to_clear, self.clearing.description = \
                True, f"Clear all {sum(b.total for b in self.ballots)}? Press again"
            return
        self.phones.choices.clear()
        for ballot in self.ballots:
            for control in self.fields[ballot].children[:len(ballot.options)]:
                control.value = 0
        self.go(self.now)
        self._say("All counts are 0.")

    def _asked(self):
        """What phones vote on now: the ballot on the screen, and its title."""
        screen = self.screens[self.now]
        return (screen.ballots[0], f"{screen.panel.label}: {screen.title}") if screen.ballots else None

    def _counted(self, ballot, option, by):
        """A phone's vote counts like a hand."""
        control = self.fields[ballot].children[option]
        control.value = max(control.value + by, 0)

    def _by_phone(self, _):
        """Open the page for phones and show where it is; or close it."""
        if self.phones.server:
            self.phones.stop()
            self.phoning.description = "Phones"
            self.go(self.now)
            self._say("Votes by phone are closed. Nothing of them is kept but the counts.")
            return
        self.phones.start(self.host)
        self.phoning.description = "Close votes"
        first, *others = self.phones.addresses()
        also = f"<p>Or {' or '.join(others)}.</p>" if others else ""
        self.place.children = [widgets.HTML(
            f'<p class="panel-title" role="heading" aria-level="3">Vote by phone</p> <div class="beside">'
            f'<img class="casebook-qr" src="{qr(first)}" data-address="{first}" alt="QR code of {first}"> '
            f" <div><p>Join the network of this room, then open</p><p><strong>{first}</strong></p>{also}"
            "<p>No name, no account. Only counts are kept.</p></div></div>")]

    def _repr_mimebundle_(self, include=None, exclude=None):
        return self.view._repr_mimebundle_(include=include, exclude=exclude)


def changed(table: pd.DataFrame, step: str, case: Case = LETTER) -> list[str]:
    """Treatment rows with a value in column ``step`` that differs from the column before."""
    grid, before = wide(table, case), case.columns[case.columns.index(step) - 1]
    return [d for d in case.treatments if grid.loc[d, step] and grid.loc[d, step] != grid.loc[d, before]]


def in_parts(text: str, words: int = 180) -> list[tuple[str, str]]:
    """A long text in Markdown as (name, text) of parts for a screen each. Only a paragraph that begins with a bold line
    begins one, and gives its name; the first has none."""
    parts = [["", ""]]
    for paragraph in re.split(r"\n\s*\n(?=\*\*)", text):
        if parts[-1][1] and len(f"{parts[-1][1]} {paragraph}".split()) > words:
            parts.append([re.match(r"\*\*(.*?)\.?\*\*", paragraph)[1], ""])
        parts[-1][1] += f"\n\n{paragraph}"
    return [(name, part) for name, part in parts]


def _fields(ballot):
    """A box with a field for each option's hands, and their total; what is typed lands in the ballot."""
    total = widgets.HTML()

    def show(_=None):
        total.value = f'<p class="total" role="status">Hands: {ballot.total}</p>'

    def field_of(label, option):
        control = widgets.BoundedIntText(description=label, min=0, max=999, continuous_update=True)

        def typed(change):
            option.hands = change["new"]
            show()

        control.observe(typed, "value")
        return control

    show()
    labels = [o.text if ballot.kind == "sure" else f"{letter}. {o.text}" for letter, o in ballot.lettered()]
    box = widgets.VBox([*map(field_of, labels, ballot.options), total]).add_class("hands")
    return box.add_class("sure") if ballot.kind == "sure" else box


def _told(ballot):
    """Options with what the book says of them, to open one by one."""
    return "".join(f'<details class="told{" good" if o.mark in GOOD else ""}"><summary>'
                   f'{letter}. {escape(o.text)}{" – " * bool(o.mark)}'
                   f"<em>{o.mark}</em></summary>{o.feedback}</details>"
                   for letter, o in ballot.lettered() if o.feedback)
