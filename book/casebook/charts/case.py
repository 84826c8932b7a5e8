"""Rows of the table as charts take them, and the chart of one row.

Solid mark: printed column. Hollow mark with a bar: reconstructed column, and the columns the value may stand in by
printed order. Arrow down: below a detection limit.
"""

from collections.abc import Iterable

import altair as alt
import pandas as pd

from casebook.display.figure import ACCENT, HOLLOW, PAPER, SPAN, Figure, break_mark, columns_axis
from casebook.display.spoken import spoken
from casebook.models.placements import admissible
from casebook.tables.case_folder import LETTER, Case
from casebook.tables.tokens import ABOVE, BELOW, DRAWN
from casebook.tables.values import marked
from casebook.tables.wording import unit_text

UNSAID = ("not_done", "word")
"""Qualifiers of a treatment's tokens that don't say whether it was given."""
NOT_GIVEN = ("stop", "absent", *UNSAID)
"""Qualifiers of a treatment's tokens that are no dose: their print stands in the column, without a bar."""
ARROW = "M0,-0.6 L0,0.35 M-0.4,-0.1 L0,0.5 L0.4,-0.1"


def rows_of(table: pd.DataFrame, parameter: str, through: str | None = None, case: Case = LETTER) -> pd.DataFrame:
    """Tokens of one parameter up to a column, with place (0 … 9), first and last admissible place, and what marks
    need."""
    rows, place = table[table["parameter"] == parameter].copy(), case.columns.index
    rows["place"] = rows["column"].map(place)
    spans = [(c,) if how == "printed" else admissible(parameter, p, case)
             for c, how, p in zip(rows["column"], rows["placement"], rows["position"])]
    rows["from"], rows["to"] = [place(s[0]) for s in spans], [place(s[-1]) for s in spans]
    rows["span"] = [s[0] if len(s) == 1 else f"{s[0]} to {s[-1]}" for s in spans]
    if through is not None:
        rows = rows[rows["place"] <= place(through)]
    return rows


def numbers_of(table: pd.DataFrame, parameter: str, through: str | None = None, case: Case = LETTER) -> pd.DataFrame:
    """``rows_of``, of them those that can be drawn as a number in the unit of their row."""
    rows = rows_of(table, parameter, through, case)
    return rows[rows["qualifier"].isin(DRAWN) & (rows["unit"] == case.parameters.unit[parameter])]


def _values_axis(rows):
    """The y axis of one row; it leaves room for an arrow above its foot."""
    top = rows["value"].max() * 1.18
    bottom = -0.09 * top if rows["qualifier"].isin(BELOW).any() else 0
    return alt.Y("value:Q").title(None).scale(domain=[bottom, top]).axis(
        tickCount=4, format="~r" if top < 1 else ",~r",
        labelExpr="datum.value >= 1000 ? format(datum.value, ',') : datum.label")


def _series(rows, height=135):
    """Layered marks of one row of Table 1: line, admissible bars, points, limits, values."""
    solid = bool(len(rows)) and rows["placement"].iloc[0] == "printed"
    limits = rows[rows["qualifier"].isin((*BELOW, *ABOVE))]
    measured = rows.drop(limits.index)
    x, y = columns_axis(), _values_axis(rows)
    spans = [] if solid else [alt.Chart(rows[rows["from"] < rows["to"]]).mark_rule(**SPAN)
                              .encode(x=columns_axis(of="from:Q"), x2="to:Q", y=y)]
    base = alt.Chart(measured).encode(x=x, y=y)
    line = base.mark_line(strokeDash=[1, 0] if solid else [2, 3])
    points = base.mark_point(size=55, **HOLLOW | {"fill": ACCENT if solid else PAPER})
    arrows = alt.Chart(limits).mark_point(shape=ARROW, size=330, strokeWidth=2, filled=False, yOffset=9) \
        .encode(x=x, y=y)
    limit_values = alt.Chart(limits[limits["printed"] != limits["printed"].shift()]).mark_text(dy=-9, fontSize=11) \
        .encode(x=x, y=y, text="printed:N")
    return alt.layer(*spans, line, points, arrows, *printed_values(measured, x, y), limit_values,
                     break_mark(height, x)).properties(width=252, height=height).configure_axisY(minExtent=37)


def printed_values(measured: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Printed values above their marks; every second long one stands higher, since those of neighbouring columns would
    touch."""
    raised = measured["printed"].str.len().ge(4) & (measured["place"] % 2 == 1)
    return [alt.Chart(measured[raised == high]).mark_text(dy=dy, fontSize=11).encode(x=x, y=y, text="printed:N")
            for high, dy in ((False, -11), (True, -27)) if (raised == high).any()]


def series(table: pd.DataFrame, parameter: str, through: str | None = None) -> Figure:
    """One numeric row of Table 1 up to a column, which the figure does not look beyond.

    ``table`` as from ``table1.load``; ``through`` a column label (None: all).
    """
    rows = numbers_of(table, parameter, through)
    until = f", through column {through}" if through else ""
    numbers = pd.DataFrame({"Column": rows["column"], "Value": [marked(row) for row in rows.to_dict("records")],
                            "Placement": rows["placement"], "May stand in": rows["span"]})
    return Figure(f"{parameter}, {unit_text(rows['unit'].iloc[0])}{until}", spoken(rows, through), numbers,
                  [("Series", _series(rows))], name="series")


def placed(table: pd.DataFrame, rows: Iterable[str]) -> str:
    """'reconstructed' if any value of these rows is, else 'printed'."""
    placements = table.loc[table["parameter"].isin(rows), "placement"]
    return "reconstructed" if (placements == "reconstructed").any() else "printed"
