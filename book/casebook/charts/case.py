"""Charts of the case. Every public function returns a ``Figure``.

Solid mark: printed column. Hollow mark with a bar: reconstructed column, and the columns the value may stand in by
printed order. Arrow down: below a detection limit.
"""

from collections.abc import Iterable
from html import escape

import altair as alt
import pandas as pd

from casebook.display.figure import (
    ACCENT,
    HOLLOW,
    INK,
    PAPER,
    PLACES,
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
from casebook.models.placements import TREATMENTS, Placement, admissible
from casebook.tables.resources import OWN_CASE
from casebook.tables.table1 import COLUMNS, rows_named
from casebook.tables.values import marked
from casebook.tables.wording import in_columns, listed, unit_text

CHARTED = rows_named("charted")
PLOTS_START = 37
ARROW = "M0,-0.6 L0,0.35 M-0.4,-0.1 L0,0.5 L0.4,-0.1"


def rows_of(table: pd.DataFrame, parameter: str, through: str | None = None) -> pd.DataFrame:
    """Tokens of one parameter up to a column, with place (0 … 9), first and last admissible place, and what marks
    need."""
    rows = table[table["parameter"] == parameter].copy()
    rows["place"] = rows["column"].map(PLACES)
    spans = [(c,) if how == "printed" else admissible(parameter, p)
             for c, how, p in zip(rows["column"], rows["placement"], rows["position"])]
    rows["from"], rows["to"] = [PLACES[s[0]] for s in spans], [PLACES[s[-1]] for s in spans]
    rows["span"] = [s[0] if len(s) == 1 else f"{s[0]} to {s[-1]}" for s in spans]
    if through is not None:
        rows = rows[rows["place"] <= PLACES[through]]
    return rows


def _values_axis(rows, log):
    """The y axis of one row; a linear one leaves room for an arrow above its foot."""
    least, most = float(rows["value"].min()), float(rows["value"].max())
    y = alt.Y("value:Q").title(None)
    if log:
        bottom, top = least / 2.2, most * 2.2
        ticks = [v for v in (100, 1000, 10000) if bottom <= v <= top] or [round(top / 2)]
        return y.scale(type="log", domain=[bottom, top]).axis(values=ticks, format=",")
    top = most * 1.18
    return y.scale(domain=[-0.09 * top if (rows["qualifier"] == "<").any() else 0, top]).axis(
        tickCount=4, format="~r" if top < 1 else ",~r",
        labelExpr="datum.value >= 1000 ? format(datum.value, ',') : datum.label")


def _series(rows, log=False, width=252, height=135, x_title="Column of Table 1 (day)", labels=True, **properties):
    """Layered marks of one row of Table 1: line, admissible bars, points, limits, values."""
    solid = bool(len(rows)) and rows["placement"].iloc[0] == "printed"
    measured, limits = rows[rows["qualifier"] == "="], rows[rows["qualifier"] == "<"]
    x, y = columns_axis(x_title, labels), _values_axis(rows, log)
    spans = [] if solid else [alt.Chart(rows[rows["from"] < rows["to"]]).mark_rule(**SPAN)
                              .encode(x=columns_axis(x_title, labels, "from:Q"), x2="to:Q", y=y)]
    base = alt.Chart(measured).encode(x=x, y=y)
    line = base.mark_line(strokeDash=[1, 0] if solid else [2, 3])
    points = base.mark_point(size=55, **HOLLOW | {"fill": ACCENT if solid else PAPER})
    arrows = alt.Chart(limits).mark_point(shape=ARROW, size=330, strokeWidth=2, filled=False, yOffset=9) \
        .encode(x=x, y=y)
    size = 11 if width > 400 else 10
    limit_values = alt.Chart(limits[limits["printed"] != limits["printed"].shift()]).mark_text(dy=-9, fontSize=size) \
        .encode(x=x, y=y, text="printed:N")
    values = printed_values(measured, x, y, size)
    return alt.layer(*spans, line, points, arrows, *values, limit_values, break_mark(height, x)).properties(
        width=width, height=height, **properties)


def printed_values(measured: pd.DataFrame, x: alt.X, y: alt.Y, size: float = 10) -> list[alt.Chart]:
    """Printed values above their marks; every second long one stands higher, since those of neighbouring columns would
    touch."""
    raised = measured["printed"].str.len().ge(4) & (measured["place"] % 2 == 1)
    return [alt.Chart(measured[raised == high]).mark_text(dy=dy, fontSize=size).encode(x=x, y=y, text="printed:N")
            for high, dy in ((False, -11), (True, -20)) if (raised == high).any()]


def _numbers(rows):
    return pd.DataFrame({"Column": rows["column"], "Value": [marked(row) for row in rows.to_dict("records")],
                         "Placement": rows["placement"], "May stand in": rows["span"]})


def series(table: pd.DataFrame, parameter: str, through: str | None = None) -> Figure:
    """One numeric row of Table 1 up to a column, which the figure does not look beyond.

    ``table`` as from ``table1.load``; ``through`` a column label (None: all). ProBNP comes with a log scale to choose.
    """
    rows = rows_of(table, parameter, through)
    unit = rows["unit"].iloc[0]
    scales = {"Linear scale": False} | ({"Log scale": True} if parameter == "ProBNP" else {})
    variants = [(name, _series(rows, log).configure_axisY(minExtent=PLOTS_START)) for name, log in scales.items()]
    until = f", through column {through}" if through else ""
    return Figure(f"{parameter}, {unit_text(unit)}{until}", spoken(rows, through), _numbers(rows), variants,
                  name="series")


def _reference(table):
    """The reference placement of the treatment rows: parameter -> columns."""
    return {drug: tuple(table[table["parameter"] == drug]["column"]) for drug in TREATMENTS}


def placed(table: pd.DataFrame, rows: Iterable[str]) -> str:
    """'reconstructed' if any value of these rows is, else 'printed'."""
    placements = table.loc[table["parameter"].isin(rows), "placement"]
    return "reconstructed" if (placements == "reconstructed").any() else "printed"


def _bars(table, placement, width):
    """Treatment timeline: a bar per column with a dose, on the columns' own axis."""
    doses = []
    for drug in TREATMENTS:
        rows = table[table["parameter"] == drug]
        for column, printed, value in zip((placement or _reference(table))[drug], rows["printed"], rows["value"]):
            strength = 1.0 if pd.isna(value) else value / rows["value"].max()
            doses.append({"drug": f"{drug}, {unit_text(rows['unit'].iloc[0])}", "place": PLACES[column],
                          "printed": printed,
                          "stop": printed == "Stop", "strength": 0.18 + 0.5 * strength, "left": PLACES[column] - 0.46,
                          "right": PLACES[column] + 0.46, "placement": rows["placement"].iloc[0]})
    doses = pd.DataFrame(doses)
    order = list(doses["drug"].unique())
    y = alt.Y("drug:N").sort(order).axis(None)
    bars = alt.Chart(doses[~doses["stop"]]) \
        .mark_bar(height=17, cornerRadius=2, stroke=ACCENT, strokeWidth=1.2, yOffset=7) \
        .encode(x=columns_axis("", False, "left:Q"), x2="right:Q", y=y,
                fill=either("indexof(datum.drug, 'anakinra') == 0", SECOND, ACCENT),
                strokeDash=either("datum.placement == 'printed'", [1, 0], [3, 2]),
                fillOpacity=alt.FillOpacity("strength:Q").scale(None))
    text = alt.Chart(doses).mark_text(dy=8, fontSize=10).encode(x=columns_axis("", False), y=y, text="printed:N")
    names = alt.Chart(pd.DataFrame({"drug": order})).mark_text(align="left", dy=-9, color=INK) \
        .encode(x=alt.value(0), y=y, text="drug:N")
    return alt.layer(bars, names, text).properties(
        width=width, height=alt.Step(38), title=f"Treatments ({placed(table, TREATMENTS)})"), doses


def _score(table, placement, width):
    scores = pd.DataFrame([{"place": PLACES[c], "score": v, "printed": f"{v:g}"} for c, v in
                           heart.vis_by_column(table, placement).items()])
    y = alt.Y("score:Q").title(None).scale(domain=[0, max(34, 1.15 * scores["score"].max())]) \
        .axis(values=[0, 10, 20, 30])
    solid = placed(table, heart.VIS_WEIGHTS) == "printed"
    base = alt.Chart(scores).encode(x=columns_axis("", labels=False), y=y)
    bars = base.mark_bar(orient="vertical", width=14, fill=PAPER, stroke=ACCENT, strokeWidth=1.2, strokeDash=[1, 0]
                         if solid else [3, 2])
    text = base.mark_text(dy=-8, fontSize=10).encode(text="printed:N")
    return alt.layer(bars, text).properties(
        width=width, height=70, title=f"VIS (computed from {'printed columns' if solid else 'the reconstruction'})")


def _whole(table, placement, width):
    bars, doses = _bars(table, placement, width)
    panels = [bars] + ([_score(table, placement, width)] if heart.VIS_WEIGHTS else [])
    for parameter in CHARTED:
        rows = rows_of(table, parameter)
        unit, log = rows["unit"].iloc[0], parameter == "ProBNP"
        kind = "printed columns" if rows["placement"].iloc[0] == "printed" else "reconstructed"
        last = parameter == CHARTED[-1]
        panels.append(_series(rows, log=log, width=width, height=104, labels=last,
                              x_title="Column of Table 1 (day)" if last else "",
                              title=f"{parameter}, {unit_text(unit)}{', log scale' if log else ''} ({kind})"))
    if not OWN_CASE:
        start = PLACES[(placement or _reference(table))["anakinra"][0]]
        mark = single(place=start - 0.5).mark_rule(color=SECOND, strokeDash=[5, 3], strokeWidth=1.5)
        panels = [alt.layer(*p.layer, mark.encode(x=p.layer[-1].encoding.x), data=p.data)
                  .properties(width=p.width, height=p.height, title=p.title) for p in panels]
    return stacked(*panels, spacing=40, start=44), doses


def _whole_numbers(table, placement, doses):
    """Every number of ``whole_case``: row, column, value."""
    token = lambda how, text: f'<span data-placement="{how}">{text}</span>'
    given = [(r.drug, COLUMNS[r.place], token(r.placement, escape(r.printed))) for r in doses.itertuples()]
    how = placed(table, heart.VIS_WEIGHTS)
    score = [("VIS", c, f'<span class="vis">{token(how, f"{v:g}")}</span>')
             for c, v in heart.vis_by_column(table, placement).items()] if heart.VIS_WEIGHTS else []
    charted = [(f"{p}, {unit_text(row['unit'])}" if row["unit"] else p, row["column"], marked(row))
               for p in CHARTED for row in rows_of(table, p).to_dict("records")]
    return pd.DataFrame([*given, *score, *charted], columns=["Row", "Column", "Value"])


def _whole_spoken(table, placement):
    """The whole case in words: what starts together, the course of the score and of every charted row, what is
    printed."""
    sentences = [f"Bars of {len(TREATMENTS)} treatments above {len(CHARTED)} line charts on the same columns of Table "
                 "1."]
    if not OWN_CASE:
        starts = placement or _reference(table)
        drug = table[table["parameter"] == "methylprednisolone"]
        pulse = next(c for c, v in zip(starts["methylprednisolone"], drug["value"]) if v == drug["value"].max())
        second = starts["anakinra"][0]
        together = f"one column, {pulse}" if pulse == second else f"columns {pulse} and {second}"
        sentences.append(f"In this reconstruction the first {drug['value'].max():g} mg/kg pulse and the first anakinra "
                         f"stand in {together}; a dashed line marks the start of anakinra.")
    if heart.VIS_WEIGHTS:
        scores = heart.vis_by_column(table, placement)
        top = max(scores.values())
        sentences.append(f"VIS is highest, {top:g}, in {in_columns(c for c, v in scores.items() if v == top)}, "
                         f"and {scores[COLUMNS[-1]]:g} in column {COLUMNS[-1]}.")
    sentences += [f"{p[0].upper()}{p[1:]} {course(rows_of(table, p))}." for p in CHARTED]
    certain = [p for p in CHARTED if placed(table, [p]) == "printed"]
    sentences.append(f"Printed columns: {listed(certain) if certain else 'none'}. All other columns are a "
                     "reconstruction.")
    return " ".join(sentences)


def whole_case(table: pd.DataFrame, placement: Placement | None = None) -> Figure:
    """Treatments above aligned small multiples, on the columns' common axis.

    ``placement`` (parameter -> columns) moves the treatment rows; default is the reference placement.
    """
    chart, doses = _whole(table, placement, 600)
    narrow, _ = _whole(table, placement, 252)
    return Figure("The whole case" if OWN_CASE else "The whole case in the reference placement",
                  _whole_spoken(table, placement),
                  _whole_numbers(table, placement, doses),
                  [("Whole case", chart)], narrow=narrow, name="whole",
                  note="Dashed outlines and hollow marks: reconstructed. Grey bars: columns a value may stand in by "
                       "printed order. "
                       + ("" if OWN_CASE else "The dashed line: pulse and anakinra start in one column of this "
                                              "reconstruction. ")
                       + "Columns are not equal steps in time; // marks the days without a column.")
