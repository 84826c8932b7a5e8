"""The matrix of findings and hypotheses as a piece: fill in a few cells, then open the model; its evidence as
tables."""

import re

import pandas as pd
from markupsafe import Markup, escape

from casebook.display.html_table import table_html
from casebook.display.text import render, template
from casebook.display.two_faces import TwoFaces
from casebook.models.mechanisms import evidence, hypotheses, keys, matrix, share
from casebook.tables.wording import listed

SPEAKS = {"for": "▲", "against": "▼", "silent": "·"}
"""What a finding does for a hypothesis, with the mark the matrix draws."""

ASKED = (("TRBV11-2 skew", "superantigen"), ("TRBV11-2 skew", "IL-1 axis"), ("rare gene defects", "inborn errors"),
         ("IL-1β near zero in plasma", "IL-1 axis"), ("recovery under several treatments", "IL-1 axis"))
"""Cells that readers fill in before the matrix opens."""


def words(row: pd.Series) -> Markup:
    """The evidence of one row as HTML: sentence, count with interval, citations."""
    number = "" if pd.isna(row["count"]) else f" {share(row['count'], row['of'])}."
    cites = "; ".join(f"@{key}" for key in keys(row["source"]))
    return Markup(render(f"{row['evidence']}{number} [{cites}]", inline=True))


def sentence(finding: str) -> str:
    """To which hypotheses a finding speaks, in words."""
    row = matrix().loc[finding]
    parts = [f"{speaks} {listed(row.index[row == speaks])}" for speaks in ("for", "against") if (row == speaks).any()]
    rest = "; silent on the rest" if (row == "silent").any() else ""
    return f"{upper(finding)}: {', '.join(parts)}{rest}." if parts else f"{upper(finding)}: silent on every one."


def upper(text: str) -> str:
    """A text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def soft(hypothesis: str) -> str:
    """Name of a hypothesis with soft hyphens, so that it breaks well in a narrow cell."""
    breaks = "(?<=super)(?=antigen)|(?<=auto)(?=antibodies)|(?<=re)(?=activation)"
    return re.sub(breaks, "\N{SOFT HYPHEN}", upper(hypothesis), flags=re.I)


def slug(*names: str) -> str:
    """Anchor of a finding, or of a pair: 'trbv11-2-skew-superantigen'."""
    return "-".join(re.sub(r"[^a-z0-9]+", "-", name.lower().replace("β", "beta")).strip("-") for name in names)


def evidence_table(silent: bool = False) -> str:
    """The pairs that speak, or those that are silent, as a table that sorts and filters on the page.

    Each row carries the anchor that its cell in the matrix leads to.
    """
    shown = evidence()[(evidence()["speaks"] == "silent") == silent]
    rows = [{"Finding": Markup(f'<span id="{slug(r["finding"], r["hypothesis"])}">'
                               f'{escape(upper(r["finding"]))}</span>'),
             "Idea": upper(r["hypothesis"]), "Speaks": f"{SPEAKS[r['speaks']]} {r['speaks']}: {r['clause']}",
             "Evidence": words(r), "Rests on": r["certainty"]} for _, r in shown.iterrows()]
    table, filters = pd.DataFrame(rows), ["Finding", "Idea", "Speaks", "Rests on"]
    if silent:
        table, filters = table.drop(columns=["Speaks", "Rests on"]), filters[:2]
    do = "are silent, and why: our inference" if silent else "speak"
    return table_html(table, f"The {len(rows)} pairs that {do}", sortable=True, filters=filters,
                      classes="words evidence")


class Matrix(TwoFaces):
    """Fill in a few cells, then open the model matrix; show it as the last value of a cell.

    On the site: a form, the matrix behind a disclosure, and mechanisms.js, which sets the reader's cells beside the
    model's and lights up what a chosen finding speaks to. Without script everything is there. In JupyterLab: the same
    behind ipywidgets.
    """

    title = "Hypotheses and findings"

    def rows(self) -> list[dict]:
        """The matrix as the template needs it: finding, anchor, words, and its cells."""
        table = matrix()
        return [{"finding": upper(f), "slug": slug(f), "sentence": sentence(f), "cells": [
            {"head": soft(h), "speaks": speaks, "mark": SPEAKS[speaks], "anchor": slug(f, h)}
            for h, speaks in row.items()]}
            for f, row in table.iterrows()]

    def asked(self) -> list[dict]:
        """The cells that readers fill in first, with the model's answer."""
        return [{"finding": f, "hypothesis": h, "slug": slug(f, h), "speaks": matrix().loc[f, h]} for f, h in ASKED]

    def static_html(self) -> str:
        """Form, matrix and evidence as HTML, complete without script."""
        return template("mechanisms.html").render(
            rows=self.rows(), asked=self.asked(), heads=[soft(h) for h in hypotheses()], answers=list(SPEAKS),
            evidence=Markup(evidence_table()), silent=Markup(evidence_table(silent=True)))
