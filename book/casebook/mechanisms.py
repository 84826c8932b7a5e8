"""Hypotheses of how MIS-C comes about, held against findings: the matrix, its evidence, and what separates two ideas.

``data/mechanisms.csv`` has one row for each pair of a finding and a hypothesis. A pair speaks *for*, *against*, or is *silent*,
by the rule of chapter 3; each row names the clause that it rests on. The reading of a pair is the book's; each rests on cited work.
"""

import re
from functools import cache
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from markupsafe import Markup, escape

from .course import listed
from .figure import LIVE_STYLE
from .resources import DATA, CaseDataError, read_resource, resource
from .tables import table_html
from .text import building_the_book, cite_label, render, template

if TYPE_CHECKING:
    from ipywidgets import Widget

SPEAKS = {"for": "▲", "against": "▼", "silent": "·"}
"""What a finding does for a hypothesis, with the mark the matrix draws."""

CLAUSES = {"for": ("expected", "needed"), "against": ("unexpected", "support lost"), "silent": ("either way", "too little")}
"""The rule of chapter 3: a reading rests on one of its own clauses, or it is refused."""

ASKED = (("TRBV11-2 skew", "superantigen"), ("TRBV11-2 skew", "IL-1 axis"), ("rare gene defects", "inborn errors"),
         ("IL-1β near zero in plasma", "IL-1 axis"), ("recovery under several treatments", "IL-1 axis"))
"""Cells that readers fill in before the matrix opens."""


@cache
def evidence() -> pd.DataFrame:
    """Every pair of a finding and a hypothesis, as in data/mechanisms.csv; index ``line``."""
    return load()


def load(path: Path | str | None = None, check_hash: bool = True) -> pd.DataFrame:
    """Read the pairs from ``data/mechanisms.csv`` or from another file of the same form.

    Raises CaseDataError for what the descriptor does not allow, a citation key that references.bib does not have, a pair that is
    missing, a reading by a clause of another one, and a count without its whole or above it.
    """
    table = read_resource("mechanisms", path, check_hash)
    path = path or DATA / "mechanisms.csv"
    for line, row in table.iterrows():
        for key in keys(row["source"]):
            try:
                cite_label(key)
            except CaseDataError:
                raise CaseDataError(path, line, "source", f"'{key}'", "keys of references.bib, separated by semicolons",
                                    "add the entry or correct the key") from None
        if row["clause"] not in CLAUSES[row["speaks"]]:
            raise CaseDataError(path, line, "clause", f"'{row['clause']}' for a pair that is '{row['speaks']}'", listed(CLAUSES[row["speaks"]]),
                                "ask whether you would see the finding if the idea were wrong, and correct the reading or the clause")
        if pd.isna(row["count"]) != pd.isna(row["of"]) or row["count"] > row["of"]:
            raise CaseDataError(path, line, "count", f"{row['count']:g} of {row['of']:g}", "a count and the number looked at, or neither")
    for finding in findings():
        for hypothesis in hypotheses():
            if not ((table["finding"] == finding) & (table["hypothesis"] == hypothesis)).any():
                raise CaseDataError(path, None, "hypothesis", f"no row for '{finding}' and '{hypothesis}'", "one row for each pair")
    return table


def _values(field):
    return next(f for f in resource("mechanisms")["schema"]["fields"] if f["name"] == field)["constraints"]["enum"]


def hypotheses() -> list[str]:
    """The hypotheses, in the order of the matrix."""
    return list(_values("hypothesis"))


def findings() -> list[str]:
    """The findings, in the order of the matrix."""
    return list(_values("finding"))


def keys(source: str) -> list[str]:
    """Citation keys of a source: 'a; b' -> ['a', 'b']."""
    return [key.strip() for key in source.split(";")]


def matrix() -> pd.DataFrame:
    """Findings as rows, hypotheses as columns, 'for', 'against' or 'silent' as cells."""
    return evidence().pivot(index="finding", columns="hypothesis", values="speaks").loc[findings(), hypotheses()] \
        .rename_axis(index=None, columns=None)


def separates(one: str, other: str) -> pd.DataFrame:
    """Findings on which two hypotheses differ: a DataFrame with a column for each of the two.

    Raises KeyError for an unknown hypothesis.
    """
    pair = matrix()[[one, other]]
    return pair[pair[one] != pair[other]]


def reach() -> pd.Series:
    """For each finding, to how many of the hypotheses it speaks, for or against."""
    return (matrix() != "silent").sum(axis=1).rename("speaks to")


def interval(count: float, of: float) -> tuple[float, float]:
    """95 % Wilson interval of a share, as (low, high) between 0 and 1.

    For a share p of n it holds every true share that lies within 1.96 standard errors of p; it stays inside 0 and 1, which
    matters for few patients.
    """
    z, p = 1.959964, count / of
    middle, half = p + z * z / (2 * of), z * sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return max(0.0, (middle - half) / (1 + z * z / of)), min(1.0, (middle + half) / (1 + z * z / of))


def share(count: float, of: float) -> str:
    """'13 of 21 (62 %; 95 % CI 41 to 79)': a count with its share and Wilson interval in per cent."""
    low, high = interval(count, of)
    digits = 0 if count / of >= 0.1 or not count else 1
    return f"{count:g} of {of:g} ({100 * count / of:.{digits}f} %; 95 % CI {100 * low:.{digits}f} to {100 * high:.{digits}f})"


def counted(finding: str, hypothesis: str) -> str:
    """``share`` of the patients that one row counts. Raises KeyError if it counts none."""
    return share(*_count(finding, hypothesis))


def tally(finding: str, hypothesis: str) -> str:
    """'5 of 558': what one row counts, where a share would mislead. Raises KeyError if it counts none."""
    return "{:g} of {:g}".format(*_count(finding, hypothesis))


def _count(finding, hypothesis):
    row = _row(finding, hypothesis)
    if pd.isna(row["count"]):
        raise KeyError(f"no count for {finding!r} and {hypothesis!r}")
    return row["count"], row["of"]


def _row(finding, hypothesis):
    found = evidence()[(evidence()["finding"] == finding) & (evidence()["hypothesis"] == hypothesis)]
    if found.empty:
        raise KeyError(f"no row for {finding!r} and {hypothesis!r}")
    return found.iloc[0]


def words(row: pd.Series) -> Markup:
    """The evidence of one row as HTML: sentence, count with interval, citations."""
    number = "" if pd.isna(row["count"]) else f" {share(row['count'], row['of'])}."
    cites = "; ".join(f"@{key}" for key in keys(row["source"]))
    return Markup(render(f"{row['evidence']}{number} [{cites}]", inline=True))


def sentence(finding: str) -> str:
    """To which hypotheses a finding speaks, in words."""
    row = matrix().loc[finding]
    parts = [f"{said} {listed(row.index[row == said])}" for said in ("for", "against") if (row == said).any()]
    quiet = (row == "silent").any()
    if not parts:
        return f"{upper(finding)}: silent on every one."
    return f"{upper(finding)}: {', '.join(parts)}; silent on the rest." if quiet else f"{upper(finding)}: {', '.join(parts)}."


def upper(text: str) -> str:
    """A text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def soft(hypothesis: str) -> str:
    """Name of a hypothesis with soft hyphens, so that it breaks well in a narrow cell."""
    return re.sub("(?<=super)(?=antigen)|(?<=auto)(?=antibodies)|(?<=re)(?=activation)", "\N{SOFT HYPHEN}", upper(hypothesis), flags=re.I)


def slug(*names: str) -> str:
    """Anchor of a finding, or of a pair: 'trbv11-2-skew-superantigen'."""
    return "-".join(re.sub(r"[^a-z0-9]+", "-", name.lower().replace("β", "beta")).strip("-") for name in names)


def evidence_table(silent: bool = False) -> str:
    """The pairs that speak, or those that are silent, as a table that sorts and filters on the page.

    Each row carries the anchor that its cell in the matrix leads to.
    """
    shown = evidence()[(evidence()["speaks"] == "silent") == silent]
    rows = [{"Finding": Markup(f'<span id="{slug(r["finding"], r["hypothesis"])}">{escape(upper(r["finding"]))}</span>'),
             "Idea": upper(r["hypothesis"]), "Speaks": f"{SPEAKS[r['speaks']]} {r['speaks']}: {r['clause']}", "Evidence": words(r),
             "Rests on": r["certainty"]} for _, r in shown.iterrows()]
    table, filters = pd.DataFrame(rows), ["Finding", "Idea", "Speaks", "Rests on"]
    if silent:
        table, filters = table.drop(columns=["Speaks", "Rests on"]), filters[:2]
    return table_html(table, f"The {len(rows)} pairs that {'are silent, and why: our inference' if silent else 'speak'}", sortable=True,
                      filters=filters, classes="words evidence")


class Matrix:
    """Fill in a few cells, then open the model matrix; show it as the last value of a cell.

    On the site: a form, the matrix behind a disclosure, and mechanisms.js, which sets the reader's cells beside the model's and
    lights up what a chosen finding speaks to. Without script everything is there. In JupyterLab: the same behind ipywidgets.
    """

    def rows(self) -> list[dict]:
        """The matrix as the template needs it: finding, anchor, words, and its cells."""
        table = matrix()
        return [{"finding": upper(f), "slug": slug(f), "sentence": sentence(f), "cells": [
            {"head": soft(h), "speaks": table.loc[f, h], "mark": SPEAKS[table.loc[f, h]], "anchor": slug(f, h)} for h in table.columns]}
            for f in table.index]

    def asked(self) -> list[dict]:
        """The cells that readers fill in first, with the model's answer."""
        return [{"finding": f, "hypothesis": h, "slug": slug(f, h), "speaks": matrix().loc[f, h]} for f, h in ASKED]

    def static_html(self) -> str:
        """Form, matrix and evidence as HTML, complete without script."""
        return template("mechanisms.html").render(
            rows=self.rows(), asked=self.asked(), heads=[soft(h) for h in hypotheses()], answers=list(SPEAKS),
            evidence=Markup(evidence_table()), silent=Markup(evidence_table(silent=True)))

    def widget(self) -> "Widget":
        """The same behind ipywidgets: radios, a button that opens the matrix, a choice of finding with its evidence."""
        import ipywidgets as widgets

        wide = {"style": {"description_width": "initial"}, "layout": {"width": "auto"}}
        guesses = [(cell, widgets.RadioButtons(options=list(SPEAKS), value=None, **wide,
                                             description=f"Idea: {cell['hypothesis']}. Finding: {cell['finding']}."))
                   for cell in self.asked()]
        opener, compared, below = widgets.Button(description="Open the model matrix"), widgets.HTML(), widgets.VBox()
        chosen, said = widgets.Dropdown(options=[(upper(f), f) for f in findings()], description="Finding", **wide), widgets.HTML()

        def show(_=None):
            found = evidence()[evidence()["finding"] == chosen.value]
            items = "".join(f"<li><strong>{upper(r['hypothesis'])}: {r['speaks']}.</strong> {words(r)}</li>" for _, r in found.iterrows())
            said.value = f'<div style="{LIVE_STYLE}"><p><strong>{sentence(chosen.value)}</strong></p><ul>{items}</ul></div>'

        def reveal(_):
            compared.value = "<ul>" + "".join(f"<li>{cell['finding']}: {cell['hypothesis']}: you {radio.value or 'no answer'}, model {cell['speaks']}</li>"
                                              for cell, radio in guesses) + "</ul>"
            table = table_html(matrix().map(lambda v: f"{SPEAKS[v]} {v}").rename(index=upper, columns=upper).reset_index(names="Finding"), "The model matrix")
            below.children = [compared, widgets.HTML(f'<div style="{LIVE_STYLE}">{table}</div>'), chosen, said]

        chosen.observe(show, "value")
        opener.on_click(reveal)
        show()
        return widgets.VBox([*(radio for _, radio in guesses), opener, below])

    def _repr_mimebundle_(self, include=None, exclude=None):
        if building_the_book():
            return {"text/html": self.static_html(), "text/plain": "Hypotheses and findings"}
        return self.widget()._repr_mimebundle_(include=include, exclude=exclude)
