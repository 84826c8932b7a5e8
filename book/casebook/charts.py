"""Charts of the case. Every public function returns a ``Figure``.

Solid mark: printed column. Hollow mark with a bar: reconstructed column, and the columns the value may stand in by
printed order. Arrow down: below a detection limit.
"""

from html import escape

import altair as alt
import pandas as pd

from . import heart
from .facts import marked, unit_text
from .figure import ACCENT, INK, MUTED, PAPER, PLACES, SECOND, Figure, break_mark, columns_axis, style
from .placements import TREATMENTS, admissible
from .resources import OWN_CASE
from .table1 import COLUMNS, complete, rows_named

CHARTED = rows_named("charted")
ARROW = "M0,-0.6 L0,0.35 M-0.4,-0.1 L0,0.5 L0.4,-0.1"


def rows_of(table, parameter, through=None):
    """Tokens of one parameter up to a column, with place (0 … 9), first and last admissible place, and what marks need."""
    rows = table[table["parameter"] == parameter].copy()
    rows["place"] = rows["column"].map(PLACES)
    spans = [(c,) if how == "printed" else admissible(parameter, p) for c, how, p in zip(rows["column"], rows["placement"], rows["position"])]
    rows["from"], rows["to"] = [PLACES[s[0]] for s in spans], [PLACES[s[-1]] for s in spans]
    rows["span"] = [s[0] if len(s) == 1 else f"{s[0]} to {s[-1]}" for s in spans]
    if through is not None:
        rows = rows[rows["place"] <= PLACES[through]]
    return rows


def _series(rows, log=False, width=300, height=150, title=None, x_title="Column of Table 1 (day)", labels=True, top=None):
    """Layered marks of one row of Table 1: line, admissible bars, points, limits, values."""
    solid = bool(len(rows)) and rows["placement"].iloc[0] == "printed"
    rows = rows.assign(shown=rows["value"])
    measured, limits = rows[rows["qualifier"] == "="], rows[rows["qualifier"] == "<"]
    top = top or float(rows["value"].max()) * (2.2 if log else 1.18)
    bottom = float(rows["value"].min()) / 2.2 if log else 0
    scale = alt.Scale(type="log", domain=[bottom, top], nice=False) if log else alt.Scale(domain=[bottom, top], nice=False)
    y_axis = alt.Axis(tickCount=4, format="~r" if top < 1 else ",~r", labelExpr="datum.value >= 1000 ? format(datum.value, ',') : datum.label")
    if log:
        y_axis = alt.Axis(values=[v for v in (100, 1000, 10000) if bottom <= v <= top] or [round(top / 2)], format=",")
    y = alt.Y("shown:Q", title=None, scale=scale, axis=y_axis)
    x = columns_axis(x_title, labels)
    layers = [alt.Chart(rows[rows["from"] < rows["to"]]).mark_rule(color=MUTED, strokeWidth=3, opacity=0.45)
              .encode(x=columns_axis(x_title, labels, "from:Q"), x2="to:Q", y=y)] if not solid else []
    line = alt.Chart(measured).mark_line(color=ACCENT, strokeWidth=2, strokeDash=[1, 0] if solid else [2, 3]).encode(x=x, y=y)
    points = alt.Chart(measured).mark_point(size=55, filled=True, fill=ACCENT if solid else PAPER, stroke=ACCENT,
                                            strokeWidth=2, opacity=1).encode(x=x, y=y)
    arrows = alt.Chart(limits).mark_point(shape=ARROW, size=330, stroke=ACCENT, strokeWidth=2, filled=False,
                                          yOffset=9, opacity=1).encode(x=x, y=y)
    size = 11 if width > 400 else 9.5
    values = alt.Chart(measured).mark_text(dy=-11, fontSize=size).encode(x=x, y=y, text="printed:N")
    limit_values = alt.Chart(limits).mark_text(dy=-9, fontSize=size - 1.5).encode(x=x, y=y, text="printed:N")
    return alt.layer(*layers, line, points, arrows, values, limit_values, break_mark(height, x)).properties(
        width=width, height=height, **({"title": title} if title else {}))


def _numbers(rows):
    shown = rows.assign(Value=rows["printed"], Column=rows["column"], Placement=rows["placement"])
    shown["May stand in"] = rows["span"]
    shown["Value"] = [marked(row) for row in rows.to_dict("records")]
    return shown[["Column", "Value", "Placement", "May stand in"]]


def _spoken(rows, parameter, unit):
    told = ", ".join(f"{r.printed} in column {r.column}" for r in rows.itertuples())
    how = "Columns are printed." if rows["placement"].iloc[0] == "printed" else \
        "Columns are reconstructed; each value may stand in others, see the table."
    return f"{parameter}, {unit_text(unit) or 'no unit'}: {told}. {how}"


def series(table, parameter, through=None):
    """One numeric row of Table 1 up to a column, which the figure does not look beyond.

    ``table`` as from ``table1.load``; ``through`` a column label (None: all). ProBNP comes with a log scale to choose.
    """
    rows = rows_of(table, parameter, through)
    unit = rows["unit"].iloc[0]
    variants = [("Linear scale", style(_series(rows)))]
    if parameter == "ProBNP":
        variants.append(("Log scale", style(_series(rows, log=True))))
    until = f", through column {through}" if through else ""
    return Figure(f"{parameter}, {unit_text(unit)}{until}", _spoken(rows, parameter, unit), _numbers(rows), variants, name="series")


def _reference(table):
    """The reference placement of the treatment rows: parameter -> columns."""
    return {drug: tuple(table[table["parameter"] == drug]["column"]) for drug in TREATMENTS}


def placed(table, rows):
    """'reconstructed' if any value of these rows is, else 'printed'."""
    return "reconstructed" if "reconstructed" in set(table.loc[table["parameter"].isin(rows), "placement"]) else "printed"


def _bars(table, placement, width):
    """Treatment timeline: a bar per column with a dose, on the columns' own axis."""
    doses = []
    for drug in TREATMENTS:
        rows = table[table["parameter"] == drug]
        for column, printed, value in zip((placement or _reference(table))[drug], rows["printed"], rows["value"]):
            strength = 1.0 if pd.isna(value) else value / rows["value"].max()
            doses.append({"drug": f"{drug}, {unit_text(rows['unit'].iloc[0])}", "place": PLACES[column], "printed": printed,
                          "stop": printed == "Stop", "strength": 0.18 + 0.5 * strength, "left": PLACES[column] - 0.46,
                          "right": PLACES[column] + 0.46, "placement": rows["placement"].iloc[0]})
    doses = pd.DataFrame(doses)
    order = list(doses["drug"].unique())
    y = alt.Y("drug:N", sort=order, title=None, axis=None)
    x = columns_axis("", labels=False)
    given = doses[~doses["stop"]]
    step = 38
    bars = alt.Chart(given).mark_bar(height=17, cornerRadius=2, stroke=ACCENT, strokeWidth=1.2, yOffset=7) \
        .encode(x=columns_axis("", False, "left:Q"), x2="right:Q", y=y,
                fill=alt.condition("indexof(datum.drug, 'anakinra') == 0", alt.value(SECOND), alt.value(ACCENT)),
                strokeDash=alt.condition("datum.placement == 'printed'", alt.value([1, 0]), alt.value([3, 2])),
                fillOpacity=alt.FillOpacity("strength:Q", scale=None))
    text = alt.Chart(doses).mark_text(dy=8, fontSize=10).encode(x=x, y=y, text="printed:N")
    names = alt.Chart(pd.DataFrame({"drug": order})).mark_text(align="left", dy=-9, fontSize=11, color=INK) \
        .encode(x=alt.value(0), y=y, text="drug:N")
    return alt.layer(bars, names, text).properties(width=width, height=alt.Step(step), title=f"Treatments ({placed(table, TREATMENTS)})"), doses


def _score(table, placement, width):
    scores = pd.DataFrame([{"place": PLACES[c], "score": v, "printed": f"{v:g}"} for c, v in
                           heart.vis_by_column(table, placement).items()])
    y = alt.Y("score:Q", title=None, scale=alt.Scale(domain=[0, max(34, 1.15 * scores["score"].max())]), axis=alt.Axis(values=[0, 10, 20, 30]))
    x = columns_axis("", labels=False)
    how, dash = ("the reconstruction", [3, 2]) if placed(table, heart.VIS_WEIGHTS) == "reconstructed" else ("printed columns", [1, 0])
    bars = alt.Chart(scores).mark_bar(orient="vertical", width=14, fill=PAPER, stroke=ACCENT, strokeDash=dash, strokeWidth=1.2).encode(x=x, y=y)
    text = alt.Chart(scores).mark_text(dy=-8, fontSize=10).encode(x=x, y=y, text="printed:N")
    return alt.layer(bars, text).properties(width=width, height=70, title=f"VIS (computed from {how})"), scores


def _whole(table, placement, width):
    bars, doses = _bars(table, placement, width)
    panels = [bars] + ([_score(table, placement, width)[0]] if heart.VIS_WEIGHTS else [])
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
        mark = alt.Chart(pd.DataFrame({"place": [start - 0.5]})).mark_rule(color=SECOND, strokeDash=[5, 3], strokeWidth=1.5)
        panels = [alt.layer(*p.layer, mark.encode(x=p.layer[-1].encoding.x), data=p.data)
                  .properties(width=p.width, height=p.height, title=p.title) for p in panels]
    return style(alt.vconcat(*panels, spacing=40, bounds="flush").resolve_scale(x="independent"), plots_start=44), doses


def whole_case(table, placement=None):
    """Treatments above aligned small multiples, on the columns' common axis.

    ``placement`` (parameter -> columns) moves the treatment rows; default is the reference placement.
    """
    chart, doses = _whole(table, placement, 600)
    narrow, _ = _whole(table, placement, 290)
    numbers = doses.assign(Column=[COLUMNS[p] for p in doses["place"]]).rename(columns={"drug": "Treatment", "printed": "Dose"})
    numbers["Dose"] = [f'<span data-placement="{p}">{escape(d)}</span>' for p, d in zip(numbers["placement"], numbers["Dose"])]
    description = ("Treatments as bars by column of Table 1, all reconstructed. In this reconstruction the first 30 mg/kg pulse and "
                   "anakinra start in one column, 3b, marked by a dashed line. Below: VIS, ProBNP, troponin I, EF, CRP and "
                   "procalcitonin on the same columns; only ProBNP and troponin I have printed columns.")
    title = "The whole case in the reference placement"
    if OWN_CASE:
        title, description = "The whole case", f"Treatments as bars by column. Below, on the same columns: {', '.join(CHARTED)}."
    return Figure(title, description, numbers[["Treatment", "Column", "Dose"]],
                  [("Whole case", chart)], narrow=narrow, name="whole",
                  note="Dashed outlines and hollow marks: reconstructed. Grey bars: columns a value may stand in by printed order. "
                       + ("" if OWN_CASE else "The dashed line: pulse and anakinra start in one column of this reconstruction. ")
                       + "Columns are not equal steps in time; // marks the days without a column.")


def loose_table(table):
    """Where could the 104 values stand? No value is shown: three rows fixed, twelve loose. For the opening page."""
    rows = pd.concat([rows_of(table, p).assign(row=i) for i, p in enumerate(table["parameter"].unique())])
    rows = rows.reset_index(drop=True)
    order = list(table["parameter"].unique())
    y = alt.Y("parameter:N", sort=order, title=None, axis=alt.Axis(grid=False, domain=False, ticks=False, labelPadding=8))
    x = columns_axis("Column of Table 1 (day)")
    rows["middle"] = (rows["from"] + rows["to"]) / 2
    loose, fixed = rows[rows["placement"] == "reconstructed"], rows[rows["placement"] == "printed"]
    bars = alt.Chart(loose).mark_rule(color=MUTED, strokeWidth=3, opacity=0.35).encode(x=columns_axis(of="from:Q"), x2="to:Q", y=y)
    hollow = alt.Chart(loose).mark_point(size=48, filled=True, fill=PAPER, stroke=ACCENT, strokeWidth=1.8, opacity=1) \
        .encode(x=columns_axis(of="middle:Q"), y=y)
    solid = alt.Chart(fixed).mark_point(size=58, filled=True, fill=ACCENT, stroke=ACCENT, opacity=1).encode(x=x, y=y)
    chart = style(alt.layer(solid, bars, hollow).properties(width=330, height=alt.Step(21)))
    full = complete(table)
    counts = table.groupby("parameter", sort=False).size().reset_index()
    counts.columns = ["Row", "Values left of ten"]
    return Figure("Fifteen rows, ten columns, and most values have lost their place",
                  f"{len(full)} rows ({', '.join(full)}) have ten values and so fixed columns, drawn solid. The other "
                  f"{len(order) - len(full)} rows have fewer; each of their values is a hollow mark on a bar over the columns it may stand in.",
                  counts, [("Places", chart)], name="loose")


def ef_fs_picture():
    """EF and FS in one picture: a ventricle filled and contracted, made-up round numbers."""
    filled, squeezed = 4.0, 2.8
    share = pd.DataFrame({"what": ["filled", "contracted"], "x": [0, 1], "diameter": [filled, squeezed]})
    share["size"] = (share["diameter"] * 24) ** 2
    share["label"] = [f"{d:g} cm" for d in share["diameter"]]
    fs = 100 * (1 - squeezed / filled)
    ef = heart.ef_from_fs(fs, filled)
    x = alt.X("x:Q", scale=alt.Scale(domain=[-0.5, 1.5]), axis=None)
    rings = alt.Chart(share).mark_point(filled=True, fill=PAPER, stroke=ACCENT, strokeWidth=9, opacity=1).encode(
        x=x, y=alt.value(75), size=alt.Size("size:Q", scale=None))
    labels = alt.Chart(share).mark_text(fontSize=13).encode(x=x, y=alt.value(75), text="label:N")
    names = alt.Chart(share).mark_text(fontSize=12, color=MUTED).encode(x=x, y=alt.value(150), text="what:N")
    chart = style(alt.layer(rings, labels, names).properties(width=300, height=160))
    numbers = pd.DataFrame({"": ["filled", "contracted"], "inner diameter, cm": share["diameter"],
                            "volume by formula, mL": [round(heart.teichholz_volume(d)) for d in share["diameter"]]})
    return Figure(f"Made-up heart: the diameter shrinks by {fs:.0f} % (FS), the volume by {ef:.0f} % (EF)",
                  "Two circles: the left ventricle filled, with an inner diameter of 4 cm, and contracted, with 2.8 cm. "
                  f"The diameter shrinks by {fs:.0f} per cent, the volume computed from it by {ef:.0f} per cent.",
                  numbers, [("Picture", chart)], name="picture")


def censored(table, parameter="troponin I"):
    """A row with detection limits: arrows start at the limit and point to where the value may be."""
    return series(table, parameter)


def substitutions(table, parameter="troponin I"):
    """What four ways of replacing a limit do to a row's mean: zero, half the limit, the limit, or dropping it."""
    rows = rows_of(table, parameter)
    below = rows["qualifier"] == "<"
    ways = {"0": 0.0, "half the limit": 0.5, "the limit": 1.0, "missing": float("nan")}
    frames = [rows.assign(way=f"as {name}" if name != "missing" else "as missing",
                          shown=rows["value"].where(~below, rows["value"] * factor), swapped=below) for name, factor in ways.items()]
    data = pd.concat(frames).dropna(subset=["shown"])
    means = data.groupby("way", sort=False)["shown"].mean()
    unit = rows["unit"].iloc[0]
    y = alt.Y("shown:Q", title=None, axis=alt.Axis(tickCount=3), scale=alt.Scale(domain=[0, float(rows["value"].max()) * 1.15]))
    panels = []
    for way, part in data.groupby("way", sort=False):
        x = columns_axis("Column of Table 1 (day)" if way == "as missing" else "", labels=way == "as missing")
        base = alt.Chart(part)
        kept = base.transform_filter("!datum.swapped").mark_point(filled=True, fill=ACCENT, size=45, opacity=1).encode(x=x, y=y)
        made = base.transform_filter("datum.swapped").mark_point(shape="cross", filled=True, fill=SECOND, size=60, opacity=1).encode(x=x, y=y)
        line = base.mark_line(color=MUTED, strokeDash=[2, 3]).encode(x=x, y=y)
        panels.append(alt.layer(line, kept, made).properties(
            width=300, height=64, title=f"{way}: mean {means[way]:.3f} {unit_text(unit)}"))
    numbers = pd.DataFrame({"<0.01 stored": means.index, f"mean, {unit_text(unit)}": [f"{m:.3f}" for m in means],
                            "values used": data.groupby("way", sort=False).size().values})
    numbers["<0.01 stored"] = [escape(w) for w in means.index]
    numbers.columns = ["&lt;0.01 stored", *numbers.columns[1:]]
    return Figure(f"{parameter}: four ways to store a limit, four means",
                  "Four small charts of the same row. Measured values are dots; values put in place of a limit are crosses. The means are "
                  + ", ".join(f"{m:.3f} {w}" for w, m in means.items()) + ".", numbers,
                  [("Ways", style(alt.vconcat(*panels, spacing=8)))], name="ways",
                  note="Dots were measured. Crosses were invented by the rule in the title.")
