"""Charts of the case. Every public function returns a ``Figure``.

Solid mark: printed column. Hollow mark with a bar: reconstructed column, and the columns the value may stand in by
printed order. Arrow down: below a detection limit.
"""

from collections.abc import Iterable
from html import escape

import altair as alt
import pandas as pd

from casebook.display.figure import ACCENT, INK, MUTED, PAPER, SECOND, Figure, break_mark, columns_axis, style
from casebook.display.spoken import course, spoken
from casebook.models import heart
from casebook.models.placements import Placement, admissible
from casebook.tables.case_folder import LETTER, Case
from casebook.tables.values import marked
from casebook.tables.wording import in_columns, listed, unit_text

PLOTS_START = 37
ARROW = "M0,-0.6 L0,0.35 M-0.4,-0.1 L0,0.5 L0.4,-0.1"


def rows_of(table: pd.DataFrame, parameter: str, through: str | None = None, case: Case = LETTER) -> pd.DataFrame:
    """Tokens of one parameter up to a column, with place (0 … 9), first and last admissible place, and what marks need."""
    rows, place = table[table["parameter"] == parameter].copy(), case.columns.index
    rows["place"] = rows["column"].map(place)
    spans = [(c,) if how == "printed" else admissible(parameter, p, case)
             for c, how, p in zip(rows["column"], rows["placement"], rows["position"])]
    rows["from"], rows["to"] = [place(s[0]) for s in spans], [place(s[-1]) for s in spans]
    rows["span"] = [s[0] if len(s) == 1 else f"{s[0]} to {s[-1]}" for s in spans]
    if through is not None:
        rows = rows[rows["place"] <= place(through)]
    return rows


def _series(rows, log=False, width=252, height=135, title=None, x_title="Column of Table 1 (day)", labels=True, top=None, case=LETTER):
    """Layered marks of one row of Table 1: line, admissible bars, points, limits, values."""
    solid = bool(len(rows)) and rows["placement"].iloc[0] == "printed"
    rows = rows.assign(shown=rows["value"])
    measured, limits = rows[rows["qualifier"] == "="], rows[rows["qualifier"] == "<"]
    top = top or float(rows["value"].max()) * (2.2 if log else 1.18)
    bottom = float(rows["value"].min()) / 2.2 if log else -0.09 * top if len(limits) else 0       # room for an arrow above the axis
    scale = alt.Scale(type="log", domain=[bottom, top], nice=False) if log else alt.Scale(domain=[bottom, top], nice=False)
    y_axis = alt.Axis(tickCount=4, format="~r" if top < 1 else ",~r", labelExpr="datum.value >= 1000 ? format(datum.value, ',') : datum.label")
    if log:
        y_axis = alt.Axis(values=[v for v in (100, 1000, 10000) if bottom <= v <= top] or [round(top / 2)], format=",")
    y = alt.Y("shown:Q", title=None, scale=scale, axis=y_axis)
    x = columns_axis(x_title, labels, case=case)
    layers = [alt.Chart(rows[rows["from"] < rows["to"]]).mark_rule(color=MUTED, strokeWidth=3, opacity=0.45)
              .encode(x=columns_axis(x_title, labels, "from:Q", case), x2="to:Q", y=y)] if not solid else []
    line = alt.Chart(measured).mark_line(color=ACCENT, strokeWidth=2, strokeDash=[1, 0] if solid else [2, 3]).encode(x=x, y=y)
    points = alt.Chart(measured).mark_point(size=55, filled=True, fill=ACCENT if solid else PAPER, stroke=ACCENT,
                                            strokeWidth=2, opacity=1).encode(x=x, y=y)
    arrows = alt.Chart(limits).mark_point(shape=ARROW, size=330, stroke=ACCENT, strokeWidth=2, filled=False,
                                          yOffset=9, opacity=1).encode(x=x, y=y)
    size = 11 if width > 400 else 10
    limit_values = alt.Chart(limits[limits["printed"] != limits["printed"].shift()]).mark_text(dy=-9, fontSize=size).encode(x=x, y=y, text="printed:N")
    return alt.layer(*layers, line, points, arrows, *printed_values(measured, x, y, size), limit_values, break_mark(height, x, case)).properties(
        width=width, height=height, **({"title": title} if title else {}))


def printed_values(measured: pd.DataFrame, x: alt.X, y: alt.Y, size: float = 10) -> list[alt.Chart]:
    """Printed values above their marks; every second long one stands higher, since those of neighbouring columns would touch."""
    raised = measured["printed"].str.len().ge(4) & (measured["place"] % 2 == 1)
    return [alt.Chart(measured[raised == high]).mark_text(dy=dy, fontSize=size).encode(x=x, y=y, text="printed:N")
            for high, dy in ((False, -11), (True, -20)) if (raised == high).any()]


def _numbers(rows, case):
    shown = rows.assign(Value=rows["printed"], Column=rows["column"], Placement=rows["placement"])
    shown["May stand in"] = rows["span"]
    shown["Value"] = [marked(row, case=case) for row in rows.to_dict("records")]
    return shown[["Column", "Value", "Placement", "May stand in"]]


def series(table: pd.DataFrame, parameter: str, through: str | None = None, case: Case = LETTER) -> Figure:
    """One numeric row of Table 1 up to a column, which the figure does not look beyond.

    ``table`` as from ``table1.load``; ``through`` a column label (None: all). ProBNP comes with a log scale to choose.
    """
    rows = rows_of(table, parameter, through, case)
    unit = rows["unit"].iloc[0]
    variants = [("Linear scale", style(_series(rows, case=case), PLOTS_START))]
    if parameter == "ProBNP":
        variants.append(("Log scale", style(_series(rows, log=True, case=case), PLOTS_START)))
    until = f", through column {through}" if through else ""
    return Figure(f"{parameter}, {unit_text(unit)}{until}", spoken(rows, through), _numbers(rows, case), variants, name="series")


def _reference(table, case):
    """The reference placement of the treatment rows: parameter -> columns."""
    return {drug: tuple(table[table["parameter"] == drug]["column"]) for drug in case.treatments}


def placed(table: pd.DataFrame, rows: Iterable[str]) -> str:
    """'reconstructed' if any value of these rows is, else 'printed'."""
    return "reconstructed" if "reconstructed" in set(table.loc[table["parameter"].isin(rows), "placement"]) else "printed"


def _bars(table, placement, width, case):
    """Treatment timeline: a bar per column with a dose, on the columns' own axis."""
    doses, place = [], case.columns.index
    for drug in case.treatments:
        rows = table[table["parameter"] == drug]
        for column, printed, value in zip((placement or _reference(table, case))[drug], rows["printed"], rows["value"]):
            strength = 1.0 if pd.isna(value) else value / rows["value"].max()
            doses.append({"drug": f"{drug}, {unit_text(rows['unit'].iloc[0])}", "place": place(column), "printed": printed,
                          "stop": printed == "Stop", "strength": 0.18 + 0.5 * strength, "left": place(column) - 0.46,
                          "right": place(column) + 0.46, "placement": rows["placement"].iloc[0]})
    doses = pd.DataFrame(doses)
    order = list(doses["drug"].unique())
    y = alt.Y("drug:N", sort=order, title=None, axis=None)
    x = columns_axis("", labels=False, case=case)
    given = doses[~doses["stop"]]
    step = 38
    bars = alt.Chart(given).mark_bar(height=17, cornerRadius=2, stroke=ACCENT, strokeWidth=1.2, yOffset=7) \
        .encode(x=columns_axis("", False, "left:Q", case), x2="right:Q", y=y,
                fill=alt.condition("indexof(datum.drug, 'anakinra') == 0", alt.value(SECOND), alt.value(ACCENT)),
                strokeDash=alt.condition("datum.placement == 'printed'", alt.value([1, 0]), alt.value([3, 2])),
                fillOpacity=alt.FillOpacity("strength:Q", scale=None))
    text = alt.Chart(doses).mark_text(dy=8, fontSize=10).encode(x=x, y=y, text="printed:N")
    names = alt.Chart(pd.DataFrame({"drug": order})).mark_text(align="left", dy=-9, fontSize=11, color=INK) \
        .encode(x=alt.value(0), y=y, text="drug:N")
    return alt.layer(bars, names, text).properties(width=width, height=alt.Step(step), title=f"Treatments ({placed(table, case.treatments)})"), doses


def _score(table, placement, width, case):
    scores = pd.DataFrame([{"place": case.columns.index(c), "score": v, "printed": f"{v:g}"} for c, v in
                           heart.vis_by_column(table, placement, case).items()])
    y = alt.Y("score:Q", title=None, scale=alt.Scale(domain=[0, max(34, 1.15 * scores["score"].max())]), axis=alt.Axis(values=[0, 10, 20, 30]))
    x = columns_axis("", labels=False, case=case)
    how, dash = ("the reconstruction", [3, 2]) if placed(table, heart.vis_weights(case)) == "reconstructed" else ("printed columns", [1, 0])
    bars = alt.Chart(scores).mark_bar(orient="vertical", width=14, fill=PAPER, stroke=ACCENT, strokeDash=dash, strokeWidth=1.2).encode(x=x, y=y)
    text = alt.Chart(scores).mark_text(dy=-8, fontSize=10).encode(x=x, y=y, text="printed:N")
    return alt.layer(bars, text).properties(width=width, height=70, title=f"VIS (computed from {how})"), scores


def _whole(table, placement, width, case):
    bars, doses = _bars(table, placement, width, case)
    panels = [bars] + ([_score(table, placement, width, case)[0]] if heart.vis_weights(case) else [])
    for parameter in case.charted:
        rows = rows_of(table, parameter, case=case)
        unit, log = rows["unit"].iloc[0], parameter == "ProBNP"
        kind = "printed columns" if rows["placement"].iloc[0] == "printed" else "reconstructed"
        last = parameter == case.charted[-1]
        panels.append(_series(rows, log=log, width=width, height=104, labels=last, case=case,
                              x_title="Column of Table 1 (day)" if last else "",
                              title=f"{parameter}, {unit_text(unit)}{', log scale' if log else ''} ({kind})"))
    if case.suspect:
        start = case.columns.index((placement or _reference(table, case))[case.suspect][0])
        mark = alt.Chart(pd.DataFrame({"place": [start - 0.5]})).mark_rule(color=SECOND, strokeDash=[5, 3], strokeWidth=1.5)
        panels = [alt.layer(*p.layer, mark.encode(x=p.layer[-1].encoding.x), data=p.data)
                  .properties(width=p.width, height=p.height, title=p.title) for p in panels]
    return style(alt.vconcat(*panels, spacing=40, bounds="flush").resolve_scale(x="independent"), plots_start=44), doses


def _whole_numbers(table, placement, doses, case):
    """Every number of ``whole_case``: row, column, value."""
    given = [(r.drug, case.columns[r.place], f'<span data-placement="{r.placement}">{escape(r.printed)}</span>') for r in doses.itertuples()]
    weights = heart.vis_weights(case)
    how, scores = placed(table, weights), heart.vis_by_column(table, placement, case) if weights else {}
    score = [("VIS", c, f'<span class="vis"><span data-placement="{how}">{v:g}</span></span>') for c, v in scores.items()]
    found = [(f"{p}, {unit_text(row['unit'])}" if row["unit"] else p, row["column"], marked(row, case=case))
             for p in case.charted for row in rows_of(table, p, case=case).to_dict("records")]
    return pd.DataFrame([*given, *score, *found], columns=["Row", "Column", "Value"])


def _whole_spoken(table, placement, case):
    """The whole case in words: what starts together, the course of the score and of every charted row, what is printed."""
    told = [f"Bars of {len(case.treatments)} treatments above {len(case.charted)} line charts on the same columns of Table 1."]
    if case.suspect and case.pulsed:
        starts = placement or _reference(table, case)
        row, first = table[table["parameter"] == case.pulsed], starts[case.suspect][0]
        pulse = next(c for c, v in zip(starts[case.pulsed], row["value"]) if v == row["value"].max())
        together = f"stand in one column, {pulse}" if pulse == first else f"stand in columns {pulse} and {first}"
        told.append(f"In this reconstruction the first {row['value'].max():g} mg/kg pulse and the first {case.suspect} {together}; a dashed line marks the "
                    f"start of {case.suspect}.")
    if heart.vis_weights(case):
        scores, last = heart.vis_by_column(table, placement, case), case.columns[-1]
        top = max(scores.values())
        told.append(f"VIS is highest, {top:g}, in {in_columns(c for c, v in scores.items() if v == top)}, and {scores[last]:g} in column {last}.")
    told += [f"{p[0].upper()}{p[1:]} {course(rows_of(table, p, case=case))}." for p in case.charted]
    certain = [p for p in case.charted if placed(table, [p]) == "printed"]
    told.append(f"Printed columns: {listed(certain) if certain else 'none'}. All other columns are a reconstruction.")
    return " ".join(told)


def whole_case(table: pd.DataFrame, placement: Placement | None = None, case: Case = LETTER) -> Figure:
    """Treatments above aligned small multiples, on the columns' common axis.

    ``placement`` (parameter -> columns) moves the treatment rows; default is the reference placement.
    """
    chart, doses = _whole(table, placement, 600, case)
    narrow, _ = _whole(table, placement, 252, case)
    return Figure("The whole case in the reference placement" if case.letters_rules else "The whole case", _whole_spoken(table, placement, case),
                  _whole_numbers(table, placement, doses, case),
                  [("Whole case", chart)], narrow=narrow, name="whole",
                  note="Dashed outlines and hollow marks: reconstructed. Grey bars: columns a value may stand in by printed order. "
                       + (f"The dashed line: pulse and {case.suspect} start in one column of this reconstruction. " if case.suspect else "")
                       + "Columns are not equal steps in time; // marks the days without a column.")
