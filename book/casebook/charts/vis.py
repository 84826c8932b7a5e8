"""Charts of VIS and of EF above it, for every start of the infusions that the rules leave. All of it is marked as
reconstructed."""

import altair as alt
import pandas as pd
from markupsafe import Markup

from casebook.charts.case import rows_of
from casebook.display.choices import Choices, Control
from casebook.display.figure import (
    ACCENT,
    HOLLOW,
    INK,
    MUTED,
    PAPER,
    SECOND,
    SPAN,
    Figure,
    break_mark,
    columns_axis,
    stacked,
)
from casebook.models import heart, heart_counts
from casebook.tables.table1 import COLUMNS
from casebook.tables.wording import in_columns, listed

DRUGS = ("dobutamine", "milrinone", "adrenaline")
FILLS = {"dobutamine": (ACCENT, 0.75), "milrinone": (PAPER, 1.0), "adrenaline": (SECOND, 0.75)}


def _parts(table, placement):
    """What each infusion adds to VIS in each column, stacked in the order of DRUGS: DataFrame drug, place, from, to,
    part."""
    rows = []
    for column, rates in heart.rates_by_column(table, placement).items():
        base, parts = 0.0, heart.vis_parts(rates)
        for drug in DRUGS:
            rows.append({"drug": drug, "place": COLUMNS.index(column), "from": base, "to": base + parts[drug],
                         "part": parts[drug]})
            base += parts[drug]
    return pd.DataFrame(rows)


def _vis_bars(table, placement):
    """VIS by column, stacked from its parts."""
    parts = _parts(table, placement)
    totals = parts.groupby("place", as_index=False)["to"].max()
    totals["label"] = totals["to"].map("{:g}".format)
    x = columns_axis()
    parts["left"], parts["right"] = parts["place"] - 0.34, parts["place"] + 0.34
    y, top = (alt.Y(of).title(None).scale(domain=[0, 34]).axis(values=[0, 10, 20, 30], tickCount=4)
              for of in ("from:Q", "to:Q"))
    given = parts[parts["part"] > 0]
    bars = [alt.Chart(given[given["drug"] == drug])
            .mark_rect(fill=fill, fillOpacity=opacity, stroke=INK, strokeWidth=1, strokeDash=[3, 2])
            .encode(x=columns_axis(of="left:Q"), x2="right:Q", y=y, y2="to:Q")
            for drug, (fill, opacity) in FILLS.items()]
    text = alt.Chart(totals).mark_text(dy=-8, fontSize=11).encode(x=x, y=top, text="label:N")
    return alt.layer(*bars, text, break_mark(105, x)) \
        .properties(width=254, height=105, title="VIS by its parts (reconstructed)")


def _ef_points(table):
    """EF in its reference placement, with the columns that each value may stand in by printed order."""
    y = alt.Y("value:Q").title(None).scale(domain=[33, 86]).axis(values=[40, 60, 80])
    base = alt.Chart(rows_of(table, "EF")).encode(x=columns_axis("", labels=False), y=y)
    spans = base.mark_rule(**SPAN).encode(x=columns_axis("", False, "from:Q"), x2="to:Q")
    values = [base.transform_filter(f"datum.value {side} 60").mark_text(dy=dy).encode(text="printed:N")
              for side, dy in ((">=", -12), ("<", 14))]
    return alt.layer(spans, base.mark_line(strokeDash=[2, 3]), base.mark_point(size=60, **HOLLOW), *values) \
        .properties(width=254, height=105, title="EF, % (reconstructed)")


def _support(table, placement):
    """EF above VIS on the columns' common axis, for one placement of the infusions."""
    return stacked(_ef_points(table), _vis_bars(table, placement), start=30)


def _reconstructed(text):
    """A value as HTML that marks it as reconstructed; nothing for nothing."""
    return f'<span data-placement="reconstructed">{text}</span>' if text else ""


def _support_numbers(table, placement):
    """The numbers of ``_support``: column, EF, what each drug adds, VIS."""
    scores, rates = heart.vis_by_column(table, placement), heart.rates_by_column(table, placement)
    ef = dict(zip(*(table.loc[table["parameter"] == "EF", c] for c in ("column", "printed"))))
    return pd.DataFrame([{"Column": c, "EF, %": _reconstructed(ef.get(c, "")),
                          **{d: _reconstructed(f"{heart.vis_parts(rates[c])[d]:g}") for d in DRUGS},
                          "VIS": _reconstructed(f"{scores[c]:g}")} for c in COLUMNS])


LEGEND = Markup('From below: <span class="mark solid square"></span> dobutamine, '
                '<span class="mark hollow square"></span> 10 × milrinone, <span class="mark second square"></span> '
                "100 × adrenaline. All dashed: reconstructed. The EF row stands in its reference placement; grey bars: "
                "columns an EF may stand in by printed order.")


def _support_in_words(ef, scores, adrenaline, milrinone):
    """EF above VIS in words: where VIS peaks and ends, and what each EF stands on; all of it reconstructed."""
    top = max(scores.values())
    highest = [c for c, v in scores.items() if v == top]
    off = next(c for i, c in enumerate(COLUMNS) if not any(scores[later] for later in COLUMNS[i:]))
    return (f"EF in % above bars of VIS, by column of Table 1, with adrenaline from column {adrenaline} and milrinone "
            f"from {milrinone}. VIS starts at {scores[COLUMNS[0]]:g}, is highest, {top:g}, in {in_columns(highest)} "
            f"and is 0 from column {off} on. EF by VIS: "
            + ", ".join(f"{v:.0f} on {scores[c]:g}" for c, v in ef) + ". All columns here are reconstructed.")


def choices(table: pd.DataFrame) -> Choices:
    """EF above VIS for every start of adrenaline and milrinone that the rules leave: a ``Choices``."""
    starts = {"2": "column 2", "3a": "column 3a", "3b": "column 3b"}
    counts = {name: (c, sum(c.values())) for name, c in heart_counts.profiles().items()}

    def panel(adrenaline, milrinone):
        placement = heart_counts.infusions(adrenaline, milrinone)
        scores = heart.vis_by_column(table, placement)
        ef = list(table.loc[table["parameter"] == "EF", ["column", "value"]].itertuples(index=False))
        free = next((c, v) for c, v in ef if scores[c] == 0)
        name = {("2", "2"): " (the reference placement)",
                ("3a", "3a"): " (the 3a variant)"}.get((adrenaline, milrinone), "")
        held = ", ".join(f"{c[adrenaline, milrinone]} of {total} ({label})" for label, (c, total) in counts.items())
        words = (f"Adrenaline from {adrenaline}, milrinone from {milrinone}{name}: the EF of {ef[1][1]:.0f} stands on "
                 f"VIS {scores[ef[1][0]]:g}, the {ef[4][1]:.0f} on VIS {scores[ef[4][0]]:g}, and after the first echo "
                 f"the first EF off all infusions is the {free[1]:.0f} of column {free[0]}.")
        figure = Figure(f"EF above VIS: adrenaline from {adrenaline}, milrinone from {milrinone}",
                        _support_in_words(ef, scores, adrenaline, milrinone),
                        _support_numbers(table, placement), [("Support", _support(table, placement))], name="support",
                        note=f"{LEGEND} These starts: {held}.")
        return words, figure.html()

    return Choices("support", "Move the two infusions whose start is not known",
                   [Control("adrenaline", "Adrenaline starts in", starts),
                    Control("milrinone", "Milrinone starts in", starts)], panel)


def vis_ranges(table: pd.DataFrame) -> Figure:
    """Smallest and largest VIS of each column over the placements that the rules leave, with the reference and the 3a
    variant."""
    ranges = {name: heart.vis_range(table, heart_counts.every(name)) for name in heart_counts.SETS}
    shown = ranges["core rules"].reset_index(names="column").assign(place=lambda t: t["column"].map(COLUMNS.index))
    marks = [("reference", heart_counts.infusions("2", "2"), -0.13, "circle"),
             ("3a variant", heart_counts.infusions("3a", "3a"), 0.13, "triangle-up")]
    points = pd.DataFrame([{"place": COLUMNS.index(c) + shift, "score": v, "what": what}
                           for what, placement, shift, _ in marks
                           for c, v in heart.vis_by_column(table, placement).items()])
    x = columns_axis()
    y = alt.Y("smallest:Q").title("VIS").scale(domain=[0, 30]).axis(values=[0, 10, 20, 30])
    bars = alt.Chart(shown).mark_rule(color=MUTED, strokeWidth=16, opacity=0.3).encode(x=x, y=y, y2="largest:Q")
    layers = [alt.Chart(points[points["what"] == what]).mark_point(size=60, shape=shape, **HOLLOW | {"stroke": colour})
              .encode(x=x, y=alt.Y("score:Q").title("VIS"))
              for (what, _, _, shape), colour in zip(marks, (ACCENT, SECOND))]
    chart = alt.layer(bars, *layers, break_mark(170, x)).properties(width=254, height=170)
    numbers = pd.DataFrame({"Column": COLUMNS} | {f"{name}: {len(heart_counts.every(name))} placements": [
        _reconstructed(f"{a:g} to {b:g}" if a < b else f"{a:g}")
        for a, b in r.itertuples(index=False)] for name, r in ranges.items()})
    same = "The three sets of placements have the same range in every column." \
        if heart_counts.numbers().ranges_equal else \
        "The bars are those of the core rules; the table holds the other sets."
    sure, open_ = shown[shown["smallest"] == shown["largest"]], shown[shown["smallest"] < shown["largest"]]
    width = open_["largest"] - open_["smallest"]
    widest = open_["column"][width == width.max()]
    elsewhere = "; ".join(f"{r.smallest:g} to {r.largest:g} in {r.column}" for r in open_.itertuples())
    return Figure(f"Under the core rules VIS is the same in every placement in {len(sure)} of {len(shown)} columns",
                  "Bars from the smallest to the largest VIS of each column, over the placements that the rules leave. "
                  "VIS is the same in all of them in "
                  f"{in_columns(f'{r.column} ({r.smallest:g})' for r in sure.itertuples())}. Elsewhere it is open: "
                  f"{elsewhere}. The widest bar stands over {in_columns(widest)}. All of it is reconstructed. {same}",
                  numbers, [("Range", chart)], name="ranges",
                  note='Bar: smallest to largest VIS. <span class="mark hollow"></span> reference placement; '
                       "△ 3a variant. All reconstructed. " + same)


def ef_against_vis(table: pd.DataFrame) -> Figure:
    """EF against the VIS of its column, in the reference placement and in the 3a variant: the answer to the
    exercise."""
    ef = table[table["parameter"] == "EF"]
    numbers = pd.DataFrame({"Column": ef["column"], "EF, %": [_reconstructed(v) for v in ef["printed"]]})
    drawn, at = [], {}
    for name, start in (("Reference placement", "2"), ("3a variant", "3a")):
        scores = heart.vis_by_column(table, heart_counts.infusions(start, start))
        rows = ef.assign(score=ef["column"].map(scores), order=range(len(ef)),
                         low=ef["column"].isin(["1", "3a", "3b", "7"]),
                         label=[f"{v} ({c})" for v, c in zip(ef["printed"], ef["column"])])
        numbers[f"VIS, {name}"] = [_reconstructed(f"{v:g}") for v in rows["score"]]
        at[name] = list(rows["score"])
        x = alt.X("score:Q").title("VIS of the column").scale(domain=[-2, 33]).axis(values=[0, 10, 20, 30])
        base = alt.Chart(rows).encode(x=x, y=alt.Y("value:Q").title("EF, %").scale(domain=[38, 82]))
        line = base.mark_line(color=MUTED, strokeDash=[2, 3]).encode(order="order:Q")
        texts = [base.transform_filter(which).mark_text(align="left", dx=7, dy=dy, fontSize=11.5).encode(text="label:N")
                 for which, dy in (("datum.low", 11), ("!datum.low", -9))]
        drawn.append((name, alt.layer(line, base.mark_point(size=60, **HOLLOW), *texts)
                      .properties(width=248, height=220)))
    first, second = at
    moved = [f"{v} stands at {s:g}" for v, before, s in zip(ef["printed"], at[first], at[second]) if s != before]
    return Figure("EF against the support it was measured on",
                  f"Scatter of EF in % against the VIS of its column, {len(ef)} points joined in printed order; a "
                  f"switch shows either placement. {first}: "
                  f"{listed(f'{v} at {s:g}' for v, s in zip(ef['printed'], at[first]))}. In the {second} "
                  f"{listed(moved)}; the others stay where they are. All columns are reconstructed.", numbers, drawn,
                  name="against",
                  note="In brackets: the column in the reference placement. Hollow: reconstructed. The dotted line "
                       "joins the echoes in printed order. The letter tells the first echo before dobutamine, so the "
                       "first EF may belong to no support at all.")
