"""The live stepper as tests use it: controls by their names, what it shows, and a decision committed."""

import csv
import re
from html import unescape

from conftest import STEPS, TOP, html, inside

WITH_RECORD = "Open without committing"
with (TOP / "data" / "table1.csv").open(encoding="utf-8", newline="") as _file:
    TOKENS = [(row["parameter"], row["printed"], row["column"]) for row in csv.DictReader(_file)]


def words(html):
    """The text of HTML, without tags and line ends."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split()).replace(" .", ".").replace(" ,", ",")


def control(view, description):
    controls = [w for w in inside(view) if getattr(w, "description", None) == description]
    assert len(controls) == 1, f"{len(controls)} controls named {description!r} show"
    return controls[0]


def click(view, description):
    control(view, description).click()


def spoken(tokens):
    """Tokens as the title of a value says them."""
    return {f"{parameter} {printed}" for parameter, printed in tokens}


def titles(view, hidden=False):
    return {unescape(title)
            for title in re.findall(r'class="value"[^>]*? title="(.*?), column (?:printed|reconstructed)"',
                                    html(view, hidden))}


def go_to(view, step):
    for _ in STEPS[:STEPS.index(step)]:
        click(view, "Next")


def commit(view, option, confidence=70, reason="because", **guesses):
    """Commit, and see all that changed; ``guesses`` are predictions by the row's key."""
    control(view, "Your option").value = option
    control(view, "How sure are you?").value = confidence
    for w in inside(view):
        if type(w).__name__ == "Textarea":
            w.value = reason
        for row, way in guesses.items():
            if getattr(w, "description", "").lower().startswith(f"your prediction: {row}"):
                w.value = way
    click(view, "Commit")
