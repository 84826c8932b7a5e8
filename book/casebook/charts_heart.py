"""Charts of EF, FS, VIS and the two heart markers. Pairs of EF and FS need no column; whatever has one is marked as placed."""

from html import escape

import altair as alt
import numpy as np
import pandas as pd
from markupsafe import Markup

from . import biomarkers, heart, heart_facts
from .charts import rows_of
from .choices import Choices, Control
from .facts import printed
from .figure import (ACCENT, INK, MUTED, PAPER, PLACES, SECOND, Figure, ParameterFigure, break_mark, columns_axis, style,
                     words_layer)
from .heart_facts import signed
from .table1 import COLUMNS
from .text import render

DRUGS = ("dobutamine", "milrinone", "adrenaline")
FILLS = {"dobutamine": (ACCENT, 0.75), "milrinone": (PAPER, 1.0), "adrenaline": (SECOND, 0.75)}
FIT = dict(shape="circle", filled=True, fill=ACCENT, stroke=ACCENT, size=60, opacity=1)
MISFIT = dict(shape="diamond", filled=True, fill=SECOND, stroke=SECOND, size=110, opacity=1)
HOLLOW = dict(filled=True, fill=PAPER, stroke=ACCENT, strokeWidth=2, size=60, opacity=1)
ARROW_LEFT = "M0.5,0 L-0.6,0 M-0.2,-0.4 L-0.6,0 L-0.2,0.4"
SPELLED = {False: "fits", True: "breaks the formula"}


def _pairs(table, lvedd_cm=heart.TYPICAL_LVEDD_CM):
    """The pairs with what the formula expects, as charts need them."""
    pairs = heart.pairs(table)
    off = heart.differences(pairs, lvedd_cm)
    return pairs.assign(expected=pairs["EF"] - off, off=off, out=off.abs() > heart.TOLERANCE).reset_index()


def ef_against_fs(table):
    """The eight pairs and the curve of the formula at a typical heart, with the band of other heart sizes."""
    rows = _pairs(table)
    curve = pd.DataFrame({"FS": np.arange(18, 48.1, 0.5)})
    curve["expected"] = heart.ef_from_fs(curve["FS"])
    curve["low"], curve["high"] = (heart.ef_from_fs(curve["FS"], d) for d in reversed(heart.DIAMETERS_CM))
    x = alt.X("FS:Q", title="FS, %", scale=alt.Scale(domain=[18, 48], nice=False), axis=alt.Axis(tickCount=6))
    y = _ef("EF:Q")
    band = alt.Chart(curve).mark_area(color=MUTED, opacity=0.25).encode(x=x, y=_ef("low:Q"), y2="high:Q")
    line = alt.Chart(curve).mark_line(color=MUTED, strokeWidth=2).encode(x=x, y=_ef("expected:Q"))
    name = alt.Chart(curve[curve["FS"] == 28]).mark_text(align="left", dx=6, dy=10, color=MUTED).encode(
        x=x, y=_ef("expected:Q"), text=alt.value("formula"))
    fits, out = rows[~rows["out"]], rows[rows["out"]]
    gaps = alt.Chart(out).mark_rule(color=SECOND, strokeDash=[4, 3], strokeWidth=1.5).encode(x=x, y=y, y2="expected:Q")
    dots = alt.Chart(fits).mark_point(**FIT).encode(x=x, y=y)
    diamonds = alt.Chart(out).mark_point(**MISFIT).encode(x=x, y=y)
    numbers = alt.Chart(fits).mark_text(dx=-7, dy=-8).encode(x=x, y=y, text="pair:N")
    labels = alt.Chart(out.assign(label=[f"pair {n}" for n in out["pair"]]))
    above = labels.transform_filter("datum.off > 0").mark_text(dy=-13).encode(x=x, y=y, text="label:N")
    below = labels.transform_filter("datum.off < 0").mark_text(dy=17).encode(x=x, y=y, text="label:N")
    chart = style(alt.layer(band, line, name, gaps, dots, diamonds, numbers, above, below).properties(width=290, height=250))
    told = "; ".join(f"pair {r.pair}, FS {r.FS:.0f}, EF {r.EF:.0f}, formula {r.expected:.1f}" for r in rows.itertuples())
    return Figure("EF against FS: six pairs on the curve of one formula, two off it",
                  f"The curve rises from left to right. {told}. Six points lie on the curve. Pair 3 lies above it and pair 4 far below it.",
                  _pair_numbers(rows), [("Pairs", chart)], name="pairs",
                  note="Numbers: pairs in printed order. "
                       f"Line: the formula for a filled diameter of {heart.TYPICAL_LVEDD_CM} cm. "
                       f"Grey band: from {heart.DIAMETERS_CM[0]} to {heart.DIAMETERS_CM[1]} cm. "
                       f"Diamonds: more than {heart.TOLERANCE} points off.")


def _ef(of):
    return alt.Y(of, title="EF, %", scale=alt.Scale(domain=[36, 82], nice=False), axis=alt.Axis(tickCount=5))


def _pair_numbers(rows):
    return pd.DataFrame({"Pair": rows["pair"], "FS, %": rows["FS"].map("{:.0f}".format), "EF printed, %": rows["EF"].map("{:.0f}".format),
                         "EF by formula, %": rows["expected"].map("{:.1f}".format), "Difference": rows["off"].map(signed),
                         "": rows["out"].map(SPELLED)})


def differences_by_size(table):
    """Printed EF minus EF by formula, pair by pair, with a slider for the diameter of the filled ventricle."""
    rows = _pairs(table)
    low, high = heart.DIAMETERS_CM
    size = alt.param(name="D", value=heart.TYPICAL_LVEDD_CM,
                     bind=alt.binding_range(min=low, max=high, step=0.1, name="Filled diameter, cm"))
    shared = _vega_difference("datum.EF", "datum.FS")
    base = alt.Chart(rows[["pair", "EF", "FS"]]).transform_calculate(off=shared).transform_calculate(
        out=f"abs(datum.off) > {heart.TOLERANCE}", label="format(datum.off, '+.1f')")
    x = alt.X("pair:Q", title="Pair, in printed order", scale=alt.Scale(domain=[0.5, 8.5], nice=False),
              axis=alt.Axis(values=list(range(1, 9)), grid=False))
    title = "EF printed minus EF by formula, points"
    y = alt.Y("off:Q", title=title, scale=alt.Scale(domain=[-18, 12], nice=False), axis=alt.Axis(tickCount=6))
    limits = pd.DataFrame({"low": [-heart.TOLERANCE], "high": [heart.TOLERANCE]})
    band = alt.Chart(limits).mark_rect(color=MUTED, opacity=0.2).encode(
        y=alt.Y("low:Q", title=title), y2="high:Q", x=alt.value(0), x2=alt.value(290))
    zero = alt.Chart(pd.DataFrame({"off": [0]})).mark_rule(color=MUTED).encode(y=y)
    colour = alt.condition("datum.out", alt.value(SECOND), alt.value(ACCENT))
    stems = base.mark_rule(strokeWidth=1.5).encode(x=x, y=y, y2=alt.datum(0), color=colour)
    dots = base.transform_filter("!datum.out").mark_point(**FIT).encode(x=x, y=y)
    diamonds = base.transform_filter("datum.out").mark_point(**MISFIT).encode(x=x, y=y)
    above = base.transform_filter("datum.off >= 0").mark_text(dy=-12).encode(x=x, y=y, text="label:N")
    below = base.transform_filter("datum.off < 0").mark_text(dy=14).encode(x=x, y=y, text="label:N")
    layers = alt.layer(band, zero, stems, dots, diamonds, above, below, _size_words(rows))
    chart = style(layers.properties(width=290, height=230).add_params(size))
    return ParameterFigure(
        "How far is each pair off, for a heart of another size?",
        f"Eight differences between the printed EF and the EF by formula. At every size from {low} to {high} cm six lie within "
        f"{heart.TOLERANCE} points of zero, pair 3 is about 8 points too high and pair 4 about 14 too low.",
        _size_numbers(table), [("Differences", chart)], name="sizes",
        start=f"Drawn for {heart.TYPICAL_LVEDD_CM} cm; the table below holds other sizes.",
        note=f"Grey band: {heart.TOLERANCE} points to either side, the book's own line. Diamonds lie outside it.")


def _vega_difference(ef, fs):
    """The formula once more, as a Vega expression of the parameter D."""
    filled, contracted = "7*pow(D,3)/(2.4+D)", f"7*pow(D*(1-{fs}/100),3)/(2.4+D*(1-{fs}/100))"
    return f"{ef} - 100*(1-({contracted})/({filled}))"


def _size_words(rows):
    """One row that says which pairs lie outside the band at the chosen size, and how far the worst of the others is off."""
    one = pd.DataFrame({"all": [1]})
    calculated = {f"d{r.pair}": _vega_difference(f"{r.EF:g}", f"{r.FS:g}") for r in rows.itertuples()}
    outside = "+".join(f"(abs(datum.d{n})>{heart.TOLERANCE} ? ', {n} (' + format(datum.d{n},'+.1f') + ')' : '')" for n in rows["pair"])
    inside = ",".join(f"(abs(datum.d{n})>{heart.TOLERANCE} ? 0 : abs(datum.d{n}))" for n in rows["pair"])
    words = (f"'With a filled diameter of ' + format(D,'.1f') + ' cm, these pairs stay out: ' + slice({outside},2) + "
             f"'. The largest difference among the others is ' + format(max({inside}),'.1f') + ' points.'")
    return words_layer(alt.Chart(one).transform_calculate(**calculated).transform_calculate(words=words))


def _size_numbers(table):
    sizes = [heart.DIAMETERS_CM[0], 3.4, heart.TYPICAL_LVEDD_CM, 4.2, heart.DIAMETERS_CM[1]]
    shown = {"Pair": heart.pairs(table).index} | {f"{d} cm": heart.differences(heart.pairs(table), d).map(signed).values for d in sizes}
    return pd.DataFrame(shown)


def pairings(table):
    """Of all ways to pair EFs and FSs: how many give 0, 1 … fitting pairs, and where the printed order lies."""
    counts = heart.pairings(heart.pairs(table)).reset_index()
    here = heart_facts.numbers().fitting
    counts["printed"] = counts["fitting"] == here
    counts["label"] = [f"{n:,}" for n in counts["pairings"]]
    x = alt.X("pairings:Q", title="pairings", scale=alt.Scale(domain=[0, counts["pairings"].max() * 1.2], nice=False),
              axis=alt.Axis(values=[0, 5000, 10000, 15000], format=",d"))
    y = alt.Y("fitting:O", title="fitting pairs of 8", axis=alt.Axis(grid=False))
    colour = alt.condition("datum.printed", alt.value(SECOND), alt.value(ACCENT))
    bars = alt.Chart(counts).mark_bar(height=13).encode(x=x, y=y, color=colour)
    labels = alt.Chart(counts).mark_text(align="left", dx=5).encode(x=x, y=y, text="label:N")
    mark = alt.Chart(counts[counts["printed"]]).mark_text(align="left", dx=34, fontWeight="bold").encode(
        x=x, y=y, text=alt.value("◂ the printed order is one of these"))
    chart = style(alt.layer(bars, labels, mark).properties(width=270, height=alt.Step(20)))
    told = ", ".join(f"{r.label} with {r.fitting}" for r in counts.itertuples())
    return Figure(f"Every way to pair eight EFs with eight FSs: {counts['pairings'].sum():,}",
                  f"Number of pairings by fitting pairs: {told}. The printed order has {here}; no pairing has more.",
                  counts[["fitting", "label"]].set_axis(["Fitting pairs", "Pairings"], axis=1), [("Pairings", chart)], name="pairings",
                  note=f"A pair fits if EF lies within {heart.TOLERANCE} points of the formula.")


def _parts(table, placement):
    """What each infusion adds to VIS in each column, stacked in the order of DRUGS: DataFrame drug, place, from, to, part."""
    rows = []
    for column, rates in heart.rates_by_column(table, placement).items():
        base, parts = 0, heart.vis_parts(rates)
        for drug in DRUGS:
            rows.append({"drug": drug, "place": PLACES[column], "from": base, "to": base + parts[drug], "part": parts[drug]})
            base += parts[drug]
    return pd.DataFrame(rows)


def _support(table, placement):
    """EF above the stacked VIS, on the columns' common axis, for one placement of the infusions."""
    parts = _parts(table, placement)
    totals = parts.groupby("place", as_index=False)["to"].max()
    totals["label"] = totals["to"].map("{:g}".format)
    x = columns_axis()
    left, right = columns_axis(of="left:Q"), "right:Q"
    parts["left"], parts["right"] = parts["place"] - 0.34, parts["place"] + 0.34
    y = alt.Y("from:Q", title=None, scale=alt.Scale(domain=[0, 34]), axis=alt.Axis(values=[0, 10, 20, 30]))
    given = parts[parts["part"] > 0]
    bars = [alt.Chart(given[given["drug"] == drug])
            .mark_rect(fill=fill, fillOpacity=opacity, stroke=INK, strokeWidth=1, strokeDash=[3, 2])
            .encode(x=left, x2=right, y=y, y2="to:Q") for drug, (fill, opacity) in FILLS.items()]
    text = alt.Chart(totals).mark_text(dy=-8).encode(x=x, y=alt.Y("to:Q"), text="label:N")
    vis = alt.layer(*bars, text, break_mark(105, x)).properties(width=300, height=105, title="VIS by its parts (reconstructed)")
    ef = rows_of(table, "EF").assign(label=lambda t: t["printed"])
    ef_y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[33, 86], nice=False), axis=alt.Axis(values=[40, 60, 80]))
    plain = columns_axis("", labels=False)
    spans = alt.Chart(ef).mark_rule(color=MUTED, strokeWidth=3, opacity=0.45).encode(x=columns_axis("", False, "from:Q"), x2="to:Q", y=ef_y)
    line = alt.Chart(ef).mark_line(color=ACCENT, strokeDash=[2, 3]).encode(x=plain, y=ef_y)
    dots = alt.Chart(ef).mark_point(**HOLLOW).encode(x=plain, y=ef_y)
    values = [alt.Chart(part).mark_text(dy=dy).encode(x=plain, y=ef_y, text="label:N")
              for part, dy in ((ef[ef["value"] >= 60], -12), (ef[ef["value"] < 60], 14))]
    above = alt.layer(spans, line, dots, *values).properties(width=300, height=105, title="EF, % (reconstructed)")
    return style(alt.vconcat(above, vis, spacing=38, bounds="flush").resolve_scale(x="independent"), plots_start=30)


def _reconstructed(text):
    return f'<span data-placement="reconstructed">{text}</span>' if text else ""


def _support_numbers(table, placement):
    scores, rates = heart.vis_by_column(table, placement), heart.rates_by_column(table, placement)
    ef = dict(zip(*(table.loc[table["parameter"] == "EF", c] for c in ("column", "printed"))))
    return pd.DataFrame([{"Column": c, "EF, %": _reconstructed(ef.get(c, "")),
                          **{d: _reconstructed(f"{heart.vis_parts(rates[c])[d]:g}") for d in DRUGS},
                          "VIS": _reconstructed(f"{scores[c]:g}")} for c in COLUMNS])


LEGEND = Markup('From below: <span class="mark" style="border-radius:0;background:var(--chart-accent)"></span> dobutamine, '
                '<span class="mark hollow" style="border-radius:0"></span> 10 × milrinone, '
                '<span class="mark" style="border-radius:0;background:var(--chart-second);border-color:var(--chart-second)"></span> '
                "100 × adrenaline. All dashed: reconstructed. The EF row stands in its reference placement; grey bars: columns an EF "
                "may stand in by printed order.")


def support_choices(table):
    """EF above VIS for every start of adrenaline and milrinone that the rules leave: a ``Choices``."""
    starts = {"2": "column 2", "3a": "column 3a", "3b": "column 3b"}
    counts = {name: (c, sum(c.values())) for name, c in heart_facts.profiles().items()}

    def panel(adrenaline, milrinone):
        placement = heart_facts.infusions(adrenaline, milrinone)
        scores = heart.vis_by_column(table, placement)
        ef = list(table.loc[table["parameter"] == "EF", ["column", "value"]].itertuples(index=False))
        free = next((c, v) for c, v in ef if scores[c] == 0)
        name = {("2", "2"): " (the reference placement)", ("3a", "3a"): " (the 3a variant)"}.get((adrenaline, milrinone), "")
        held = ", ".join(f"{c[adrenaline, milrinone]} of {total} ({label})" for label, (c, total) in counts.items())
        words = (f"Adrenaline from {adrenaline}, milrinone from {milrinone}{name}: the EF of {ef[1][1]:.0f} stands on VIS "
                 f"{scores[ef[1][0]]:g}, the {ef[4][1]:.0f} on VIS {scores[ef[4][0]]:g}, and the first EF off all infusions is the "
                 f"{free[1]:.0f} of column {free[0]}.")
        told = "; ".join(f"column {c} {v:g}" for c, v in scores.items())
        figure = Figure(f"EF above VIS: adrenaline from {adrenaline}, milrinone from {milrinone}", f"VIS by column: {told}.",
                        _support_numbers(table, placement), [("Support", _support(table, placement))], name="support",
                        note=f"{LEGEND} These starts: {held}.")
        return words, figure.html()

    return Choices("support", "Move the two infusions whose start is not known",
                   [Control("adrenaline", "Adrenaline starts in", starts), Control("milrinone", "Milrinone starts in", starts)], panel)


def vis_ranges(table):
    """Smallest and largest VIS of each column over the placements that the rules leave, with the reference and the 3a variant."""
    ranges = {name: heart.vis_range(table, heart_facts.every(name)) for name in heart_facts.SETS}
    shown = ranges["core rules"].reset_index(names="column").assign(place=lambda t: t["column"].map(PLACES))
    marks = [("reference", heart_facts.infusions("2", "2"), -0.13, "circle"),
             ("3a variant", heart_facts.infusions("3a", "3a"), 0.13, "triangle-up")]
    points = pd.DataFrame([{"place": PLACES[c] + shift, "score": v, "what": what}
                           for what, placement, shift, _ in marks for c, v in heart.vis_by_column(table, placement).items()])
    x = columns_axis()
    y = alt.Y("smallest:Q", title="VIS", scale=alt.Scale(domain=[0, 30], nice=False), axis=alt.Axis(values=[0, 10, 20, 30]))
    bars = alt.Chart(shown).mark_rule(color=MUTED, strokeWidth=16, opacity=0.3).encode(x=x, y=y, y2="largest:Q")
    score = alt.Y("score:Q", title="VIS")
    layers = [alt.Chart(points[points["what"] == what]).mark_point(**HOLLOW | {"shape": shape, "stroke": colour})
              .encode(x=x, y=score) for (what, _, _, shape), colour in zip(marks, (ACCENT, SECOND))]
    chart = style(alt.layer(bars, *layers, break_mark(170, x)).properties(width=300, height=170))
    table_ = pd.DataFrame({"Column": COLUMNS} | {f"{name}: {len(heart_facts.every(name))} placements": [
        _reconstructed(f"{a:g} to {b:g}" if a < b else f"{a:g}")
        for a, b in r.itertuples(index=False)] for name, r in ranges.items()})
    same = "The three sets of placements have the same range in every column." if heart_facts.numbers().ranges_equal else \
        "The bars are those of the core rules; the table holds the other sets."
    told = "; ".join(f"column {r.column}: {r.smallest:g}" + (f" to {r.largest:g}" if r.smallest < r.largest else "")
                     for r in shown.itertuples())
    return Figure("How much of VIS is known, column by column",
                  f"Range of VIS over the placements that the rules leave. {told}. {same}", table_, [("Range", chart)], name="ranges",
                  note='Bar: smallest to largest VIS. <span class="mark hollow"></span> reference placement; △ 3a variant. '
                       "All reconstructed. " + same)


def ef_against_vis(table):
    """EF against the VIS of its column, in the reference placement and in the 3a variant: the answer to the exercise."""
    ef = table[table["parameter"] == "EF"]
    numbers = pd.DataFrame({"Column": ef["column"], "EF, %": [_reconstructed(v) for v in ef["printed"]]})
    drawn, at = [], {}
    for name, start in (("Reference placement", "2"), ("3a variant", "3a")):
        scores = heart.vis_by_column(table, heart_facts.infusions(start, start))
        rows = ef.assign(score=ef["column"].map(scores), order=range(len(ef)),
                         label=[f"{v} ({c})" for v, c in zip(ef["printed"], ef["column"])])
        numbers[f"VIS, {name}"] = [_reconstructed(f"{v:g}") for v in rows["score"]]
        at[name] = ", ".join(f"{v} at {s:g}" for v, s in zip(ef["printed"], rows["score"]))
        x = alt.X("score:Q", title="VIS of the column", scale=alt.Scale(domain=[-2, 33], nice=False), axis=alt.Axis(values=[0, 10, 20, 30]))
        y = alt.Y("value:Q", title="EF, %", scale=alt.Scale(domain=[38, 82], nice=False))
        line = alt.Chart(rows).mark_line(color=MUTED, strokeDash=[2, 3]).encode(x=x, y=y, order="order:Q")
        dots = alt.Chart(rows).mark_point(**HOLLOW).encode(x=x, y=y)
        low = rows["column"].isin(["1", "3a", "3b", "7"])
        texts = [alt.Chart(part).mark_text(align="left", dx=7, dy=dy).encode(x=x, y=y, text="label:N")
                 for part, dy in ((rows[low], 11), (rows[~low], -9))]
        drawn.append((name, style(alt.layer(line, dots, *texts).properties(width=300, height=220))))
    return Figure("EF against the support it was measured on", "Eight points, EF at VIS, joined in order of time. "
                  + " ".join(f"{name}: {told}." for name, told in at.items()), numbers, drawn, name="against",
                  note="In brackets: the column in the reference placement. Hollow: reconstructed. The dotted line joins the echoes in "
                       "printed order.")


def _published(marker):
    """Rows of published levels with a label, low, value and high in ng/L, for a chart."""
    rows = biomarkers.levels().query("marker == @marker").copy()
    if marker == "ProBNP":
        low, middle, high = (biomarkers.nt_probnp_limit(8, z) for z in (-1.96, 0, 1.96))
        healthy = {"group": "healthy, 8.0 years, by formula", "short": "healthy, 8.0 years", "assay": "NT-proBNP", "statistic": "median",
                   "low": low, "value": middle, "high": high, "source": "palm2020"}
        rows = pd.concat([pd.DataFrame([healthy]), rows], ignore_index=True)
    rows["label"] = rows["short"] + " · " + rows["assay"]
    rows["what"] = rows["statistic"].where(rows["source"] != "palm2020", "median, 2.5th and 97.5th centile")
    return rows.reset_index(drop=True)


def published(table, marker):
    """Published levels of ProBNP or troponin I beside hers, in ng/L on a log scale; her values are printed in their columns."""
    rows = _published(marker)
    factor = 1000 if marker == "troponin I" else 1
    mine = table[table["parameter"] == marker].assign(level=lambda t: t["value"] * factor)
    seen = mine.drop_duplicates("printed").reset_index(drop=True)
    picked = seen if marker == "troponin I" else seen[seen["column"].isin(["2", "5", "7", "13"])].reset_index(drop=True)
    picked["label"] = [("<" if q == "<" else "") + f"{v:,.0f}" for q, v in zip(picked["qualifier"], picked["level"])]
    order = [*rows["label"], "she"]
    domain = [4, 40000] if marker == "ProBNP" else [3, 1500]
    ticks = [10, 100, 1000, 10000] if marker == "ProBNP" else [10, 100, 1000]
    title = f"{marker}, ng/L, log scale"
    x = alt.X("value:Q", title=title, scale=alt.Scale(type="log", domain=domain, nice=False), axis=alt.Axis(values=ticks, format=",d"))
    y = alt.Y("label:N", sort=order, title=None, axis=None, scale=alt.Scale(domain=order))
    named = alt.Chart(pd.DataFrame({"label": order, "name": [*rows["label"], "this girl"]})).encode(x=alt.value(2), y=y, text="name:N")
    names = [named.mark_text(align="left", dy=-9, stroke=PAPER, strokeWidth=4, color=PAPER), named.mark_text(align="left", dy=-9)]
    spans = alt.Chart(rows.dropna(subset=["low"])).mark_rule(color=MUTED, strokeWidth=3, opacity=0.6, yOffset=6).encode(
        x=alt.X("low:Q", title=title), x2="high:Q", y=y)
    dots = alt.Chart(rows).mark_point(shape="square", filled=True, fill=MUTED, stroke=MUTED, size=55, opacity=1, yOffset=6).encode(x=x, y=y)
    hers = picked.assign(row="she", value=picked["level"])
    her_y = alt.Y("row:N", sort=order, title=None, axis=None, scale=alt.Scale(domain=order))
    guides = alt.Chart(hers[hers["qualifier"] == "="]).mark_rule(color=ACCENT, strokeDash=[2, 3], opacity=0.7).encode(x=x)
    points = alt.Chart(hers[hers["qualifier"] == "="]).mark_point(**FIT, yOffset=6).encode(x=x, y=her_y)
    arrows = alt.Chart(hers[hers["qualifier"] == "<"]).mark_point(
        shape=ARROW_LEFT, filled=False, stroke=ACCENT, strokeWidth=2, size=330, opacity=1, yOffset=6, xOffset=-8).encode(x=x, y=her_y)
    values = alt.Chart(hers).mark_text(dy=-8).encode(x=x, y=her_y, text="label:N")
    chart = style(alt.layer(guides, *names, spans, dots, points, arrows, values).properties(width=310, height=alt.Step(38)))
    numbers = [{"Who": escape(r.group), "Measured": r.assay, "What": r.what, "Level, ng/L": f"{r.value:,.0f}",
                "From, to": "" if pd.isna(r.low) else f"{r.low:,.0f} to {r.high:,.0f}", "Source": render(f"[@{r.source}]", inline=True)}
               for r in rows.itertuples()]
    numbers += [{"Who": f"this girl, column {r.column}", "Measured": marker, "What": "printed", "Level, ng/L": printed(marker, r.column),
                 "From, to": "", "Source": "Table 1"} for r in picked.itertuples()]
    told = "; ".join(f"{r.label} {r.value:,.0f}" for r in rows.itertuples())
    return Figure(f"Her {marker} beside published levels", f"Levels in ng/L: {told}. Hers: {', '.join(picked['label'])}.",
                  pd.DataFrame(numbers), [("Levels", chart)], name="levels", note=NOTES[marker])


NOTES = {
    "ProBNP": "Squares: medians; lines: quartiles, for the healthy 2.5th to 97.5th centile. "
              "Circles and dotted lines: this girl in columns 2, 5 and 7; arrow: below the limit in column 13. These columns are printed. "
              "None of the groups is a control for her.",
    "troponin I": "Squares: for the healthy the 99th centile (lines: its 95 % limits), for MIS-C medians (line: quartiles). "
                  "Circles: this girl, printed columns; arrow: below the limit. Her assay is not known."}
