"""Studies and guidelines as tables on the page. The text stands in the data; nothing is written here."""

import pandas as pd
from markupsafe import Markup, escape

from casebook.display.html_table import table_html
from casebook.display.text import render
from casebook.models import evidence

READ_IN = {"A": "the source itself", "B": "a secondary page"}
_ORDER = ["anakinra", "biologics", "tocilizumab", "IVIG and steroid", "infliximab"]


def _cite(keys):
    return Markup(render("[" + "; ".join(f"@{k.strip()}" for k in keys.split(";")) + "]", inline=True))


def _read_in(row):
    return Markup(f"{READ_IN[row.certainty]} {_cite(row.source)}")


def _side(treatment, n):
    return treatment + (f" ({n})" if pd.notna(n) else "")


def _compared(row):
    """Outcome, then who was compared with whom, with the groups' sizes where they are verified."""
    other = f" against {_side(row.comparator, row.n_comparator)}" if row.comparator else "; no comparison"
    return f"{row.outcome[0].upper()}{row.outcome[1:]}: {_side(row.intervention, row.n_intervention)}{other}"


def _reading(row):
    other = f" {render(row.other_reading, inline=True)}" if row.other_reading else ""
    return Markup(f"{escape(evidence.read_as_words(row))}{other}")


def _ours(row):
    return "" if pd.isna(row.estimate) or row.estimate_origin == "printed" else " (our arithmetic)"


def studies_frame(studies: pd.DataFrame) -> pd.DataFrame:
    """Rows of the evidence table as words, anakinra first, the columns a phone shows first in front."""
    ranked = studies.assign(rank=[_ORDER.index(a) for a in studies["about"]]).sort_values("rank", kind="stable")
    return pd.DataFrame([{
        "Study": f"{row.study} {row.year}", "Reads as": _reading(row), "Estimate": evidence.figures(row) + _ours(row),
        "Effect": row.effect_measure or "none", "Compared": _compared(row), "About": row.about,
        "Patients": row.patients,
        "Design": row.design, "Weak points": row.limitations, "Read in": _read_in(row)} for row in ranked.itertuples()])


def studies(table: pd.DataFrame | None = None) -> str:
    """The evidence table, sortable, with a choice by treatment, patients, design and measure. To be shown by a cell."""
    table = evidence.load() if table is None else table
    return table_html(studies_frame(table), "Studies of treatment, one row a comparison", sortable=True,
                      filters=["About", "Patients", "Design", "Effect"], classes="words long")


def guidelines() -> str:
    """What guidelines say, with the strength they print. To be shown by a cell."""
    rows = evidence.guidelines().itertuples()
    return table_html(pd.DataFrame([{"Who": f"{r.body} {r.year}", "Says": r.says, "Strength": r.strength,
                                     "Rests on": r.rests_on, "Read in": _read_in(r)} for r in rows]),
                      "What guidelines say, and how strongly", classes="words guide")
