"""Charts of her ProBNP and troponin I beside published levels."""

from html import escape

import altair as alt
import pandas as pd

from casebook.charts.heart import FIT
from casebook.display.figure import ACCENT, MUTED, PAPER, Figure
from casebook.display.text import render
from casebook.models import marker_levels
from casebook.tables.values import printed
from casebook.tables.wording import listed

ARROW_LEFT = "M0.5,0 L-0.6,0 M-0.2,-0.4 L-0.6,0 L-0.2,0.4"
SCALES = {"ProBNP": ([4, 40000], [10, 100, 1000, 10000]), "troponin I": ([2, 1500], [10, 100, 1000])}
"""For each marker, ends and ticks of the axis in ng/L."""
SHOWN = {"ProBNP": ("2", "5", "7", "13"), "troponin I": ("1", "2", "3a", "4")}
"""For each marker, the columns of Table 1 that the chart shows: of troponin I every value once."""
NOTES = {
    "ProBNP": "Squares: medians; lines: quartiles, for the healthy 2.5th to 97.5th centile. Circles and dotted lines: "
              "this girl in columns 2, 5 and 7; arrow: below the limit in column 13. These columns are printed. None "
              "of the groups is a control for her.",
    "troponin I": "Squares: for the healthy the 99th centile (lines: its 95 % limits), for MIS-C medians (line: "
                  "quartiles). Circles and dotted lines: this girl in columns 1, 2 and 3a; arrow: below the limit from "
                  "column 4 on. These columns are printed. Her assay is not known."}


def _published(marker):
    """Published levels of a marker: DataFrame group, assay, statistic, low, value, high in ng/L, source, and a
    label."""
    rows = marker_levels.levels().query("marker == @marker")
    if marker == "ProBNP":
        low, middle, high = (marker_levels.nt_probnp_limit(8, z) for z in (-1.96, 0, 1.96))
        healthy = {"group": "healthy, 8.0 years, by formula", "short": "healthy, 8.0 years", "assay": "NT-proBNP",
                   "statistic": "median, 2.5th and 97.5th centile", "low": low, "value": middle, "high": high,
                   "source": "palm2020"}
        rows = pd.concat([pd.DataFrame([healthy]), rows])
    return rows.assign(label=rows["short"] + " · " + rows["assay"]).reset_index(drop=True)


def _hers(table, marker):
    """Her values in the columns of SHOWN: rows of Table 1 with ``level`` in ng/L and a label for the chart."""
    rows = table[(table["parameter"] == marker) & table["column"].isin(SHOWN[marker])]
    level = marker_levels.ng_per_l(rows["value"]) if marker == "troponin I" else rows["value"]
    label = [("<" if q == "<" else "") + f"{v:,.0f}" for q, v in zip(rows["qualifier"], level)]
    return rows.assign(level=level, label=label, row="she")


def published(table: pd.DataFrame, marker: str) -> Figure:
    """Published levels of ProBNP or troponin I beside hers, in ng/L on a log scale; her values are printed in their
    columns."""
    rows, hers = _published(marker), _hers(table, marker)
    numbers = [(escape(r.group), r.assay, r.statistic, f"{r.value:,.0f}", "" if pd.isna(r.low)
                else f"{r.low:,.0f} to {r.high:,.0f}",
                render(f"[@{r.source}]", inline=True)) for r in rows.itertuples()]
    numbers += [(f"this girl, column {r.column}", marker, f"printed as {printed(marker, r.column)}", escape(r.label),
                 "", "Table 1")
                for r in hers.itertuples()]
    groups = "; ".join(f"{r.short} ({r.assay}) {r.value:,.0f}" for r in rows.itertuples())
    measured = hers[hers["qualifier"] == "="]
    top = measured.loc[measured["level"].idxmax()]
    above = [f"{r.value:,.0f}" for r in rows.itertuples() if r.value > top["level"]]
    place = f"a smaller number than {listed(above)} and a larger one than the others" if above else \
        "a larger number than any of them"
    her_values = listed(f"{r.label} in column {r.column}" for r in hers.itertuples())
    return Figure(f"Her {marker} beside published levels",
                  f"Levels in ng/L on a log scale, a row for each group: {groups}. Hers, in printed columns: "
                  f"{her_values}. Her highest here, {top['label']}, is {place}. The tests are of different kinds and "
                  f"hers is printed as {marker} only, so it can't be told how far the numbers compare.",
                  pd.DataFrame(numbers, columns=["Who", "Measured", "What", "Level, ng/L", "From, to", "Source"]),
                  [("Levels", _levels(rows, hers, marker))], name="levels", note=NOTES[marker])


def _levels(rows, hers, marker):
    """The chart of ``published``: a row for each group, named above its mark, and one for the girl below them."""
    order, names = [*rows["label"], "she"], [*rows["label"], "this girl"]
    domain, ticks = SCALES[marker]
    title = f"{marker}, ng/L, log scale"
    x, low_x, her_x = (alt.X(of).title(title).scale(type="log", domain=domain).axis(values=ticks, format=",d")
                       for of in ("value:Q", "low:Q", "level:Q"))
    y, her_y = (alt.Y(of).sort(order).axis(None).scale(domain=order) for of in ("label:N", "row:N"))
    named = alt.Chart(pd.DataFrame({"label": order, "name": names})).encode(x=alt.value(2), y=y, text="name:N")
    halo, text = named.mark_text(align="left", dy=-9, stroke=PAPER, strokeWidth=4,
                                 color=PAPER), named.mark_text(align="left", dy=-9)
    spans = alt.Chart(rows.dropna(subset=["low"])).mark_rule(color=MUTED, strokeWidth=3, opacity=0.6, yOffset=6).encode(
        x=low_x, x2="high:Q", y=y)
    dots = alt.Chart(rows).mark_point(shape="square", fill=MUTED, stroke=MUTED, size=55, yOffset=6).encode(x=x, y=y)
    base = alt.Chart(hers).encode(x=her_x, y=her_y)
    measured, limits = (base.transform_filter(f"datum.qualifier == '{qualifier}'") for qualifier in "=<")
    guides = alt.Chart(hers[hers["qualifier"] == "="]).mark_rule(color=ACCENT, strokeDash=[2, 3], opacity=0.7) \
        .encode(x=her_x)
    points = measured.mark_point(**FIT, yOffset=6)
    arrows = limits.mark_point(shape=ARROW_LEFT, filled=False, strokeWidth=2, size=330, yOffset=6, xOffset=-8)
    values = base.mark_text(dy=-8).encode(text="label:N")
    return alt.layer(guides, halo, text, spans, dots, points, arrows, values).properties(width=288, height=alt.Step(38))
