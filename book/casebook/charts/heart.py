"""Charts of EF and FS, which need no column: pairs against one formula, for hearts of every size, in every order."""

import altair as alt
import numpy as np
import pandas as pd

from casebook.display.figure import ACCENT, MUTED, PAPER, SECOND, Figure, ParameterFigure, style, words_layer
from casebook.models import heart, heart_counts
from casebook.tables.wording import signed

FIT = dict(shape="circle", filled=True, fill=ACCENT, stroke=ACCENT, size=60, opacity=1)
MISFIT = dict(shape="diamond", filled=True, fill=SECOND, stroke=SECOND, size=110, opacity=1)
SPELLED = {False: "fits", True: "breaks the formula"}


def ef_fs_picture() -> Figure:
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
                  f"Two circles: a made-up left ventricle filled, with an inner diameter of {filled:g} cm, and contracted, with {squeezed:g} cm. "
                  f"The diameter shrinks by {fs:.0f} %, which is FS; the volume computed from it shrinks by {ef:.0f} %, which is EF.",
                  numbers, [("Picture", chart)], name="picture")


def _pairs(table):
    """The pairs with what the formula expects at a typical heart: DataFrame pair, EF, FS, expected, off, out."""
    pairs = heart.pairs(table)
    off = heart.differences(pairs)
    return pairs.assign(expected=pairs["EF"] - off, off=off, out=off.abs() > heart.TOLERANCE).reset_index()


def ef_against_fs(table: pd.DataFrame) -> Figure:
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
    fits = fits.sort_values("FS").assign(close=lambda f: f["FS"].diff().le(1))         # a neighbour's mark stands where its number would
    numbers = [alt.Chart(fits[fits["close"] == near]).mark_text(dx=dx, dy=dy).encode(x=x, y=y, text="pair:N")
               for near, dx, dy in ((False, -7, -8), (True, 8, 10))]
    labels = alt.Chart(out.assign(label=[f"pair {n}" for n in out["pair"]]))
    above = labels.transform_filter("datum.off > 0").mark_text(dy=-13).encode(x=x, y=y, text="label:N")
    below = labels.transform_filter("datum.off < 0").mark_text(dy=17).encode(x=x, y=y, text="label:N")
    chart = style(alt.layer(band, line, name, gaps, dots, diamonds, *numbers, above, below).properties(width=250, height=230))
    lowest, highest = rows.loc[rows["FS"].idxmin()], rows.loc[rows["FS"].idxmax()]
    told = "; ".join(f"pair {r.pair} has FS {r.FS:.0f} and EF {r.EF:.0f}, where the formula gives {r.expected:.1f}, so it lies {abs(r.off):.1f} points "
                     f"{'above' if r.off > 0 else 'below'}" for r in out.itertuples())
    return Figure("EF against FS: six pairs on the curve of one formula, two off it",
                  f"Scatter of EF against FS, both in %, for {len(rows)} pairs in printed order, with the curve of one formula, which rises from "
                  f"{lowest.expected:.1f} at FS {lowest.FS:.0f} to {highest.expected:.1f} at FS {highest.FS:.0f}. Of the pairs {len(fits)} lie within "
                  f"{fits['off'].abs().max():.1f} points of the curve and {len(out)} do not: {told}.",
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


def differences_by_size(table: pd.DataFrame) -> ParameterFigure:
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
    y = alt.Y("off:Q", title=title, scale=alt.Scale(domain=[-18, 12], nice=False), axis=alt.Axis(tickCount=6, titlePadding=10))
    limits = pd.DataFrame({"low": [-heart.TOLERANCE], "high": [heart.TOLERANCE]})
    band = alt.Chart(limits).mark_rect(color=MUTED, opacity=0.2).encode(
        y=alt.Y("low:Q", title=title), y2="high:Q", x=alt.value(0), x2=alt.value(250))
    zero = alt.Chart(pd.DataFrame({"off": [0]})).mark_rule(color=MUTED).encode(y=y)
    colour = alt.condition("datum.out", alt.value(SECOND), alt.value(ACCENT))
    stems = base.mark_rule(strokeWidth=1.5).encode(x=x, y=y, y2=alt.datum(0), color=colour)
    dots = base.transform_filter("!datum.out").mark_point(**FIT).encode(x=x, y=y)
    diamonds = base.transform_filter("datum.out").mark_point(**MISFIT).encode(x=x, y=y)
    above = base.transform_filter("datum.off >= 0").mark_text(dy=-12).encode(x=x, y=y, text="label:N")
    below = base.transform_filter("datum.off < 0").mark_text(dy=14).encode(x=x, y=y, text="label:N")
    layers = alt.layer(band, zero, stems, dots, diamonds, above, below, _size_words(rows))
    chart = style(layers.properties(width=250, height=220).add_params(size))
    return ParameterFigure(
        "How far is each pair off, for a heart of another size?",
        f"Stems from zero, one for each of {len(rows)} pairs: printed EF minus EF by formula, in points. {_size_told(table)}",
        _size_numbers(table), [("Differences", chart)], name="sizes",
        start=f"Drawn for {heart.TYPICAL_LVEDD_CM} cm; the table below holds other sizes.",
        note=f"Grey band: {heart.TOLERANCE} points to either side, the book's own line. Diamonds lie outside it.")


def _size_told(table):
    """What no size of the heart changes: which pairs stay outside the band, and between which differences."""
    off = pd.DataFrame({d: heart.differences(heart.pairs(table), d) for d in _sizes()})
    out = off[(off.abs() > heart.TOLERANCE).all(axis=1)]
    told = " and ".join(f"pair {n} stays between {signed(row.min())} and {signed(row.max())}" for n, row in out.iterrows())
    return (f"At every size from {heart.DIAMETERS_CM[0]} to {heart.DIAMETERS_CM[1]} cm in the table {told}; the other {len(off) - len(out)} never "
            f"leave the band of {heart.TOLERANCE} points to either side.")


def _sizes():
    """Diameters in cm that the table of ``differences_by_size`` holds."""
    return [heart.DIAMETERS_CM[0], 3.4, heart.TYPICAL_LVEDD_CM, 4.2, heart.DIAMETERS_CM[1]]


def _vega_difference(ef, fs):
    """EF minus EF by formula as a Vega expression of the parameter D, the filled diameter in cm."""
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
    shown = {"Pair": heart.pairs(table).index} | {f"{d} cm": heart.differences(heart.pairs(table), d).map(signed).values for d in _sizes()}
    return pd.DataFrame(shown)


def pairings(table: pd.DataFrame) -> Figure:
    """Of all ways to pair EFs and FSs: how many give 0, 1 … fitting pairs, and where the printed order lies."""
    counts = heart.pairings(heart.pairs(table)).reset_index()
    here = heart_counts.numbers().fitting
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
    most = counts.loc[counts["pairings"].idxmax()]
    last = counts[counts["pairings"] > 0].iloc[-1]
    return Figure(f"Every way to pair eight EFs with eight FSs: {counts['pairings'].sum():,}",
                  f"Bars: how many pairings have 0 to {counts['fitting'].max()} fitting pairs. Most, {most.label}, have {most.fitting}; from there the "
                  f"bars shrink to {last.label} with {last.fitting}, and none has more. The printed order has {here} fitting pairs"
                  f"{', as many as any pairing reaches' if here == last.fitting else ''}.",
                  counts[["fitting", "label"]].set_axis(["Fitting pairs", "Pairings"], axis=1), [("Pairings", chart)], name="pairings",
                  note=f"A pair fits if EF lies within {heart.TOLERANCE} points of the formula.")
