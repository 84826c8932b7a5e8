"""Hands of a class: ballots, their pictures, the summary, the file. No names and no single answers, only counts."""

import csv
from dataclasses import dataclass
from pathlib import Path

import altair as alt
import pandas as pd

from casebook.display.figure import ACCENT, MUTED, PAPER, SECOND, Figure, either
from casebook.pieces.case_panels import HITS
from casebook.pieces.questions import CONFIDENCES, LETTERS
from casebook.tables.resources import CaseDataError
from casebook.tables.wording import spreadsheet_cell

FIELDS = ("step", "question", "letter", "option", "book_says", "hands")
GOOD = (*HITS, "best supported", "as recorded")
"""What the book says of an option whose bar is drawn filled."""


@dataclass
class Option:
    """One answer of a ballot: its text without markup, the book's mark on it if there is one, and its feedback as
    HTML."""

    text: str
    mark: str = ""
    feedback: str = ""
    hands: int = 0


@dataclass(eq=False)
class Ballot:
    """One question to the class: ``step`` is a panel's label, ``kind`` 'decision', 'sure', 'ProBNP', 'second question',
    'second vote' or 'assumption'.
    """

    step: str
    kind: str
    options: list

    @property
    def total(self) -> int:
        """Hands over all options."""
        return sum(o.hands for o in self.options)

    def lettered(self) -> list:
        """Pairs of letter and option: A, B, …"""
        return list(zip(LETTERS, self.options))

    def figure(self) -> Figure:
        """Bars of the hands beside the book's marks: good ones filled, all others hollow, each mark in words."""
        rows = pd.DataFrame([{"letter": letter, "hands": o.hands, "mark": o.mark or "–", "good": o.mark in GOOD,
                              "says": f"{o.hands} – {o.mark}" if o.mark else str(o.hands)}
                             for letter, o in self.lettered()])
        x = alt.X("hands:Q").axis(None).scale(domain=[0, max(rows["hands"].max(), 1) * 1.9])
        y = alt.Y("letter:N").sort(list(rows["letter"])).title(None).axis(
            labelFontSize=16, labelFontWeight="bold", domain=False, grid=False)
        base = alt.Chart(rows).encode(x=x, y=y)
        bars = base.mark_bar(height=17, stroke=ACCENT, strokeWidth=1.5).encode(fill=either("datum.good", ACCENT, PAPER))
        says = base.mark_text(align="left", dx=6, fontSize=16).encode(text="says:N")
        counts = "; ".join(f"{letter}: {o.hands}{f', {o.mark}' if o.mark else ''}" for letter, o in self.lettered())
        return Figure(f"{self.step}: {self.total} hands", f"A bar for each option. {counts}.",
                      rows[["letter", "mark", "hands"]].set_axis(["Option", "The book says", "Hands"], axis=1),
                      [("Hands", alt.layer(bars, says).properties(width=320, height=alt.Step(27)))], name="hands")


def summary(ballots: list[Ballot]) -> pd.DataFrame:
    """What the class did, a row a decision: step, hands, share in % on well-supported options, mean confidence in %.

    The last two are missing where nobody raised a hand, and where the book marks no option so.
    """
    rows = []
    for decision in (b for b in ballots if b.kind == "decision"):
        sure = next((b for b in ballots if b.kind == "sure" and b.step == decision.step), None)
        hits = sum(o.hands for o in decision.options if o.mark in HITS)
        rows.append({"step": decision.step, "hands": decision.total,
                     "share": 100 * hits / decision.total if sure and decision.total else None,
                     "sure": sum(c * o.hands for c, o in zip(CONFIDENCES, sure.options)) / sure.total
                     if sure and sure.total else None})
    return pd.DataFrame(rows).astype({"share": "Float64", "sure": "Float64"})


def calibration(rows: pd.DataFrame) -> Figure | None:
    """The class's mean confidence against its share on best-supported options, a row a step; None if no step has
    both."""
    both = rows.dropna(subset=["share", "sure"])
    if both.empty:
        return None
    x = lambda of: alt.X(of).title("%").scale(domain=[0, 100]) \
        .axis(values=[0, 25, 50, 75, 100], labelFontSize=13, titleFontSize=13)
    y = alt.Y("step:N").sort(list(both["step"])).title(None).axis(labelFontSize=13, domain=False)
    base = alt.Chart(both).encode(y=y)
    line = base.mark_rule(stroke=MUTED, strokeWidth=1.5).encode(x=x("share:Q"), x2="sure:Q")
    share = base.mark_point(shape="circle", size=140, fill=ACCENT).encode(x=x("share:Q"))
    sure = base.mark_point(shape="diamond", size=140, fill=PAPER, stroke=SECOND, strokeWidth=2.5).encode(x=x("sure:Q"))
    chart = alt.layer(line, share, sure).properties(width=260, height=alt.Step(27)).configure_axisY(minExtent=75)
    steps = [(r.step, f"{r.share:.0f} %", f"{r.sure:.0f} %") for r in both.itertuples()]
    return Figure("How sure was the class, and how often well supported?",
                  "; ".join(f"{step}: {share} on well-supported options, {sure} sure on average"
                            for step, share, sure in steps) + ".",
                  pd.DataFrame(steps, columns=["Step", "On well-supported options", "Sure, on average"]),
                  [("Calibration", chart)], name="calibration-class",
                  note="Filled circle: share of hands on options that the book marks well supported or supported. "
                       "Hollow diamond: how sure the hands were, on average. A diamond to the right of its circle: "
                       "surer than well supported.")


def save(ballots: list[Ballot], folder: Path | str = ".") -> Path:
    """Write every ballot with hands to the next free ``hands-N.csv`` of a folder, which it never overwrites; returns
    the path.

    One row an option, columns ``FIELDS``; a mark at its head tells spreadsheets the encoding. Raises
    CaseDataError if there is nothing to write, or the folder takes no file.
    """
    folder, counted = Path(folder).resolve(), [b for b in ballots if b.total]
    if not counted:
        raise CaseDataError(folder, None, None, "no hands counted", "a count at one question at least",
                            "type the hands first")
    for n in range(1, 10_000):
        path = folder / f"hands-{n}.csv"
        try:
            with path.open("x", encoding="utf-8-sig", newline="") as file:
                rows = csv.writer(file)
                rows.writerow(FIELDS)
                rows.writerows([spreadsheet_cell(c) for c in (b.step, b.kind, letter, o.text, o.mark, o.hands)]
                               for b in counted for letter, o in b.lettered())
        except FileExistsError:
            continue
        except OSError as error:
            raise CaseDataError(path, None, None, error.strerror, "a folder that takes a file",
                                "open the notebook in a folder you may write to") from None
        return path
    raise CaseDataError(folder, None, None, "hands-1.csv to hands-9999.csv", "a free name",
                        "move some of them elsewhere")
