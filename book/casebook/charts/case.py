"""Charts of the case. Every public function returns a ``Figure``.

Solid mark: printed column. Hollow mark with a bar: reconstructed column, and the columns the value may stand in by
printed order. Arrow down: below a detection limit.
"""

from collections.abc import Iterable
from html import escape
from itertools import accumulate

import altair as alt
import pandas as pd

from casebook.display.figure import (
    ACCENT,
    HOLLOW,
    INK,
    PAPER,
    SECOND,
    SPAN,
    Figure,
    break_mark,
    columns_axis,
    either,
    single,
    stacked,
)
from casebook.display.spoken import course, spoken
from casebook.models import heart
from casebook.models.placements import Placement, admissible
from casebook.tables.case_folder import LETTER, Case
from casebook.tables.tokens import ABOVE, BELOW, DRAWN
from casebook.tables.values import marked
from casebook.tables.wording import in_columns, listed, unit_text

PLOTS_START = 37
NOT_GIVEN = ("stop", "absent", "not_done")
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


def with_unit(parameter: str, case: Case = LETTER) -> str:
    """'CRP, mg/L'; a row without a unit is its name alone."""
    unit = case.parameters.unit[parameter]
    return f"{parameter}, {unit_text(unit)}" if unit else parameter


def numbers_of(table: pd.DataFrame, parameter: str, through: str | None = None, case: Case = LETTER) -> pd.DataFrame:
    """``rows_of``, of them those that can be drawn as a number in the unit of their row."""
    rows = rows_of(table, parameter, through, case)
    return rows[rows["qualifier"].isin(DRAWN) & (rows["unit"] == case.parameters.unit[parameter])]


def _values_axis(rows, log):
    """The y axis of one row; a linear one leaves room for an arrow above its foot."""
    least, most = float(rows["value"].min()), float(rows["value"].max())
    y = alt.Y("value:Q").title(None)
    if log:
        bottom, top = least / 2.2, most * 2.2
        ticks = [v for v in (100, 1000, 10000) if bottom <= v <= top] or [round(top / 2)]
        return y.scale(type="log", domain=[bottom, top]).axis(values=ticks, format=",")
    top = (most if most > 0 else -0.1 * least or 1) * 1.18
    bottom = 1.18 * least if least < 0 else -0.09 * top if rows["qualifier"].isin(BELOW).any() else 0
    return y.scale(domain=[bottom, top]).axis(
        tickCount=4, format="~r" if top < 1 else ",~r",
        labelExpr="datum.value >= 1000 ? format(datum.value, ',') : datum.label")


def _series(rows, case, log=False, width=252, height=135, x_title=None, labels=True, **properties):
    """Layered marks of one row of Table 1: line, admissible bars, points, limits, values.

    No line leads over an unknown time.
    """
    solid = bool(len(rows)) and rows["placement"].iloc[0] == "printed"
    limits = rows[rows["qualifier"].isin((*BELOW, *ABOVE))]
    measured = rows.drop(limits.index)
    x_title = case.axis_title if x_title is None else x_title
    x, y = columns_axis(x_title, labels, case=case), _values_axis(rows, log)
    spans = [] if solid else [alt.Chart(rows[rows["from"] < rows["to"]]).mark_rule(**SPAN)
                              .encode(x=columns_axis(x_title, labels, "from:Q", case), x2="to:Q", y=y)]
    base = alt.Chart(measured).encode(x=x, y=y)
    line = base.mark_line(strokeDash=[1, 0] if solid else [2, 3])
    if None in case.gaps:
        stretch = list(accumulate((gap is None for gap in case.gaps), initial=0))
        line = line.transform_calculate(stretch=f"{stretch}[datum.place]").encode(detail="stretch:N")
    points = base.mark_point(size=55, **HOLLOW | {"fill": ACCENT if solid else PAPER})
    arrows = alt.Chart(limits).mark_point(shape=ARROW, size=330, strokeWidth=2, filled=False, yOffset=9) \
        .encode(x=x, y=y)
    size = 11 if width > 400 else 10
    limit_values = alt.Chart(limits[limits["printed"] != limits["printed"].shift()]).mark_text(dy=-9, fontSize=size) \
        .encode(x=x, y=y, text="printed:N")
    values = printed_values(measured, x, y, size)
    return alt.layer(*spans, line, points, arrows, *values, limit_values, break_mark(height, x, case)).properties(
        width=width, height=height, **properties)


def printed_values(measured: pd.DataFrame, x: alt.X, y: alt.Y, size: float = 10) -> list[alt.Chart]:
    """Printed values above their marks; every second long one stands higher, since those of neighbouring columns would
    touch."""
    raised = measured["printed"].str.len().ge(4) & (measured["place"] % 2 == 1)
    return [alt.Chart(measured[raised == high]).mark_text(dy=dy, fontSize=size).encode(x=x, y=y, text="printed:N")
            for high, dy in ((False, -11), (True, -20)) if (raised == high).any()]


def _numbers(rows, case):
    return pd.DataFrame({"Column": rows["column"].map(escape),
                         "Value": [marked(row, case=case) for row in rows.to_dict("records")],
                         "Placement": rows["placement"], "May stand in": rows["span"].map(escape)})


def series(table: pd.DataFrame, parameter: str, through: str | None = None, case: Case = LETTER) -> Figure:
    """One numeric row of Table 1 up to a column, which the figure does not look beyond.

    ``table`` as from ``table1.load``; ``through`` a column label (None: all). ProBNP comes with a log scale to choose.
    """
    rows = numbers_of(table, parameter, through, case)
    scales = {"Linear scale": False} | ({"Log scale": True} if parameter == "ProBNP" else {})
    variants = [(name, _series(rows, case, log).configure_axisY(minExtent=PLOTS_START)) for name, log in scales.items()]
    until = f", through column {through}" if through else ""
    return Figure(f"{with_unit(parameter, case)}{until}", spoken(rows, through, case.table_name),
                  _numbers(rows_of(table, parameter, through, case), case), variants,
                  name="series")


def _reference(table, case):
    """The reference placement of the treatment rows: parameter -> columns."""
    return {drug: tuple(table[table["parameter"] == drug]["column"]) for drug in case.treatments}


def placed(table: pd.DataFrame, rows: Iterable[str]) -> str:
    """'reconstructed' if any value of these rows is, else 'printed'."""
    placements = table.loc[table["parameter"].isin(rows), "placement"]
    return "reconstructed" if (placements == "reconstructed").any() else "printed"


def _bars(table, placement, width, case):
    """Treatment timeline: a bar per column with a dose, on the columns' own axis."""
    doses, place = [], case.columns.index
    for drug in case.treatments:
        rows = table[table["parameter"] == drug]
        columns = (placement or _reference(table, case))[drug]
        for column, printed, qualifier, value in zip(columns, rows["printed"], rows["qualifier"], rows["value"]):
            strength = value / rows["value"].max() if value > 0 else 1.0
            doses.append({"drug": with_unit(drug, case), "place": place(column),
                          "printed": printed,
                          "stop": value == 0 or qualifier in NOT_GIVEN,
                          "strength": 0.18 + 0.5 * strength, "left": place(column) - 0.46,
                          "right": place(column) + 0.46, "placement": rows["placement"].iloc[0]})
    doses = pd.DataFrame(doses)
    order = list(doses["drug"].unique())
    y = alt.Y("drug:N").sort(order).axis(None)
    bars = alt.Chart(doses[~doses["stop"]]) \
        .mark_bar(height=17, cornerRadius=2, stroke=ACCENT, strokeWidth=1.2, yOffset=7) \
        .encode(x=columns_axis("", False, "left:Q", case), x2="right:Q", y=y,
                fill=either("indexof(datum.drug, 'anakinra') == 0", SECOND, ACCENT),
                strokeDash=either("datum.placement == 'printed'", [1, 0], [3, 2]),
                fillOpacity=alt.FillOpacity("strength:Q").scale(None))
    text = alt.Chart(doses).mark_text(dy=8, fontSize=10).encode(x=columns_axis("", False, case=case), y=y,
                                                                text="printed:N")
    names = alt.Chart(pd.DataFrame({"drug": order})).mark_text(align="left", dy=-9, color=INK) \
        .encode(x=alt.value(0), y=y, text="drug:N")
    return alt.layer(bars, names, text).properties(
        width=width, height=alt.Step(38), title=f"Treatments ({placed(table, case.treatments)})"), doses


def _score(table, placement, width, case):
    scores = pd.DataFrame([{"place": case.columns.index(c), "score": v, "printed": f"{v:g}"} for c, v in
                           heart.vis_by_column(table, placement, case).items()])
    top = max(34, 1.15 * scores["score"].max())
    ticks = {"values": [0, 10, 20, 30]} if top < 40 else {"tickCount": 3}
    y = alt.Y("score:Q").title(None).scale(domain=[0, top]).axis(**ticks)
    solid = placed(table, heart.vis_weights(case)) == "printed"
    base = alt.Chart(scores).encode(x=columns_axis("", labels=False, case=case), y=y)
    bars = base.mark_bar(orient="vertical", width=14, fill=PAPER, stroke=ACCENT, strokeWidth=1.2, strokeDash=[1, 0]
                         if solid else [3, 2])
    text = base.mark_text(dy=-8, fontSize=10).encode(text="printed:N")
    return alt.layer(bars, text).properties(
        width=width, height=70, title=f"VIS (computed from {'printed columns' if solid else 'the reconstruction'})")


def _whole(table, placement, width, case):
    bars, doses = _bars(table, placement, width, case) if case.treatments else (None, pd.DataFrame())
    panels = [bars] * bool(case.treatments)
    panels += [_score(table, placement, width, case)] if heart.vis_weights(case) else []
    for parameter in case.charted:
        rows = numbers_of(table, parameter, case=case)
        log = parameter == "ProBNP"
        kind = "printed columns" if rows["placement"].iloc[0] == "printed" else "reconstructed"
        last = parameter == case.charted[-1]
        panels.append(_series(rows, case, log=log, width=width, height=104, labels=last,
                              x_title=None if last else "",
                              title=f"{with_unit(parameter, case)}{', log scale' if log else ''} ({kind})"))
    if case.suspect:
        start = case.columns.index((placement or _reference(table, case))[case.suspect][0])
        mark = single(place=start - 0.5).mark_rule(color=SECOND, strokeDash=[5, 3], strokeWidth=1.5)
        panels = [alt.layer(*p.layer, mark.encode(x=p.layer[-1].encoding.x), data=p.data)
                  .properties(width=p.width, height=p.height, title=p.title) for p in panels]
    return stacked(*panels, spacing=40, start=44), doses


def _whole_numbers(table, placement, doses, case):
    """Every number of ``whole_case``: row, column, value."""
    token = lambda how, text: f'<span data-placement="{how}">{text}</span>'
    given = [(escape(r.drug), escape(case.columns[r.place]), token(r.placement, escape(r.printed)))
             for r in doses.itertuples()]
    how = placed(table, heart.vis_weights(case))
    score = [("VIS", escape(c), f'<span class="vis">{token(how, f"{v:g}")}</span>')
             for c, v in heart.vis_by_column(table, placement, case).items()] if heart.vis_weights(case) else []
    charted = [(escape(with_unit(p, case)), escape(row["column"]),
                marked(row, case=case))
               for p in case.charted for row in rows_of(table, p, case=case).to_dict("records")]
    return pd.DataFrame([*given, *score, *charted], columns=["Row", "Column", "Value"])


def _whole_spoken(table, placement, case):
    """The whole case in words: what starts together, the course of the score and of every charted row, what is
    printed."""
    sentences = [f"Bars of {len(case.treatments)} treatments above {len(case.charted)} line charts on the same columns "
                 f"of {case.table_name}."]
    if case.suspect and case.pulsed:
        starts, row = placement or _reference(table, case), table[table["parameter"] == case.pulsed]
        pulse = next(c for c, v in zip(starts[case.pulsed], row["value"]) if v == row["value"].max())
        second = starts[case.suspect][0]
        together = f"one column, {pulse}" if pulse == second else f"columns {pulse} and {second}"
        sentences.append(f"In this reconstruction the first {row['value'].max():g} mg/kg pulse and the first "
                         f"{case.suspect} stand in {together}; a dashed line marks the start of {case.suspect}.")
    if heart.vis_weights(case):
        scores = heart.vis_by_column(table, placement, case)
        top = max(scores.values())
        sentences.append(f"VIS is highest, {top:g}, in {in_columns(c for c, v in scores.items() if v == top)}, "
                         f"and {scores[case.columns[-1]]:g} in column {case.columns[-1]}.")
    sentences += [f"{p[0].upper()}{p[1:]} {course(numbers_of(table, p, case=case))}." for p in case.charted]
    certain = [p for p in case.charted if placed(table, [p]) == "printed"]
    sentences.append(f"Printed columns: {listed(certain) if certain else 'none'}. All other columns are a "
                     "reconstruction." if case.lost_blanks else "All columns are printed.")
    return " ".join(sentences)


def whole_case(table: pd.DataFrame, placement: Placement | None = None, case: Case = LETTER) -> Figure:
    """Treatments above aligned small multiples, on the columns' common axis.

    ``placement`` (parameter -> columns) moves the treatment rows; default is the reference placement.
    """
    chart, doses = _whole(table, placement, 600, case)
    narrow, _ = _whole(table, placement, 252, case)
    return Figure("The whole case in the reference placement" if case.letters_rules else "The whole case",
                  _whole_spoken(table, placement, case),
                  _whole_numbers(table, placement, doses, case),
                  [("Whole case", chart)], narrow=narrow, name="whole",
                  note=("Dashed outlines and hollow marks: reconstructed. Grey bars: columns a value may stand in by "
                        "printed order. " if case.lost_blanks else "")
                       + (f"The dashed line: pulse and {case.suspect} start in one column of this reconstruction. "
                          if case.suspect else "")
                       + "Columns are not equal steps in time; // marks the days without a column"
                       + (", or a time that isn't known." if None in case.gaps else "."))
