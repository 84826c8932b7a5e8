"""Charts of EF and FS, which need no column: pairs against one formula, for hearts of every size, in every order."""

import altair as alt
import numpy as np
import pandas as pd

from casebook.display import figure
from casebook.display.figure import ACCENT, MUTED, PAPER, SECOND, SOLID, Figure, ParameterFigure, either, single
from casebook.models import heart, heart_counts
from casebook.tables.wording import signed

FIT = dict(shape="circle", size=60, **SOLID)
MISFIT = dict(shape="diamond", size=110, fill=SECOND, stroke=SECOND)
SPELLED = {False: "fits", True: "breaks the formula"}


def ef_fs_picture() -> Figure:
    """EF and FS in one picture: a ventricle filled and contracted, made-up round numbers."""
    filled, squeezed = 4.0, 2.8
    share = pd.DataFrame({"what": ["filled", "contracted"], "x": [0, 1], "diameter": [filled, squeezed]})
    share["size"] = (share["diameter"] * 24) ** 2
    share["label"] = [f"{d:g} cm" for d in share["diameter"]]
    fs = 100 * (1 - squeezed / filled)
    ef = heart.ef_from_fs(fs, filled)
    base = alt.Chart(share).encode(x=alt.X("x:Q").scale(domain=[-0.5, 1.5]).axis(None))
    rings = base.mark_point(fill=PAPER, stroke=ACCENT, strokeWidth=9) \
        .encode(y=alt.value(75), size=alt.Size("size:Q").scale(None))
    labels = base.mark_text(fontSize=13).encode(y=alt.value(75), text="label:N")
    names = base.mark_text(fontSize=12, color=MUTED).encode(y=alt.value(150), text="what:N")
    chart = alt.layer(rings, labels, names).properties(width=300, height=160)
    numbers = pd.DataFrame({"": ["filled", "contracted"], "inner diameter, cm": share["diameter"],
                            "volume by formula, mL": [round(heart.teichholz_volume(d)) for d in share["diameter"]]})
    return Figure(f"Made-up heart: the diameter shrinks by {fs:.0f} % (FS), the volume by {ef:.0f} % (EF)",
                  f"Two circles: a made-up left ventricle filled, with an inner diameter of {filled:g} cm, and "
                  f"contracted, with {squeezed:g} cm. The diameter shrinks by {fs:.0f} %, which is FS; the volume "
                  f"computed from it shrinks by {ef:.0f} %, which is EF.",
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
    x, y = alt.X("FS:Q").title("FS, %").scale(domain=[18, 48]).axis(tickCount=6), _ef("EF:Q")
    band = alt.Chart(curve).mark_area(color=MUTED, opacity=0.25).encode(x=x, y=_ef("low:Q"), y2="high:Q")
    line = alt.Chart(curve).mark_line(color=MUTED).encode(x=x, y=_ef("expected:Q"))
    name = alt.Chart(curve[curve["FS"] == 28]).mark_text(text="formula", align="left", dx=6, dy=10, color=MUTED) \
        .encode(x=x, y=_ef("expected:Q"))
    fits, out = rows[~rows["out"]], rows[rows["out"]]
    off = alt.Chart(out.assign(label=[f"pair {n}" for n in out["pair"]])).encode(x=x, y=y)
    gaps = off.mark_rule(color=SECOND, strokeDash=[4, 3], strokeWidth=1.5).encode(y2="expected:Q")
    dots = alt.Chart(fits).mark_point(**FIT).encode(x=x, y=y)
    # the number of a pair whose neighbour's mark stands where it would be goes to the other side
    fits = fits.sort_values("FS").assign(close=lambda f: f["FS"].diff().le(1))
    numbers = [alt.Chart(fits[fits["close"] == near]).mark_text(dx=dx, dy=dy).encode(x=x, y=y, text="pair:N")
               for near, dx, dy in ((False, -7, -8), (True, 8, 10))]
    labels = [off.transform_filter(f"datum.off {side} 0").mark_text(dy=dy).encode(text="label:N")
              for side, dy in ((">", -13), ("<", 17))]
    chart = alt.layer(band, line, name, gaps, dots, off.mark_point(**MISFIT), *numbers, *labels) \
        .properties(width=250, height=230)
    lowest, highest = rows.loc[rows["FS"].idxmin()], rows.loc[rows["FS"].idxmax()]
    breaking = "; ".join(f"pair {r.pair} has FS {r.FS:.0f} and EF {r.EF:.0f}, where the formula gives "
                         f"{r.expected:.1f}, so it lies {abs(r.off):.1f} points {'above' if r.off > 0 else 'below'}"
                         for r in out.itertuples())
    return Figure("EF against FS: six pairs on the curve of one formula, two off it",
                  f"Scatter of EF against FS, both in %, for {len(rows)} pairs in printed order, with the curve of one "
                  f"formula, which rises from {lowest.expected:.1f} at FS {lowest.FS:.0f} to {highest.expected:.1f} at "
                  f"FS {highest.FS:.0f}. Of the pairs {len(fits)} lie within {fits['off'].abs().max():.1f} points of "
                  f"the curve and {len(out)} do not: {breaking}.",
                  _pair_numbers(rows), [("Pairs", chart)], name="pairs",
                  note="Numbers: pairs in printed order. "
                       f"Line: the formula for a filled diameter of {heart.TYPICAL_LVEDD_CM} cm. "
                       f"Grey band: from {heart.DIAMETERS_CM[0]} to {heart.DIAMETERS_CM[1]} cm. "
                       f"Diamonds: more than {heart.TOLERANCE} points off.")


def _ef(of):
    return alt.Y(of).title("EF, %").scale(domain=[36, 82]).axis(tickCount=5)


def _pair_numbers(rows):
    return pd.DataFrame({"Pair": rows["pair"], "FS, %": rows["FS"].map("{:.0f}".format),
                         "EF printed, %": rows["EF"].map("{:.0f}".format),
                         "EF by formula, %": rows["expected"].map("{:.1f}".format),
                         "Difference": rows["off"].map(signed), "": rows["out"].map(SPELLED)})


def differences_by_size(table: pd.DataFrame) -> ParameterFigure:
    """Printed EF minus EF by formula, pair by pair, with a slider for the diameter of the filled ventricle."""
    rows = _pairs(table)
    low, high = heart.DIAMETERS_CM
    size = alt.param(name="D", value=heart.TYPICAL_LVEDD_CM,
                     bind=alt.binding_range(min=low, max=high, step=0.1, name="Filled diameter, cm"))
    x = alt.X("pair:Q").title("Pair, in printed order").scale(domain=[0.5, 8.5]) \
        .axis(values=list(range(1, 9)), grid=False)
    title = "EF printed minus EF by formula, points"
    y = alt.Y("off:Q").title(title).scale(domain=[-18, 12]).axis(tickCount=6, titlePadding=10)
    base = alt.Chart(rows[["pair", "EF", "FS"]]).transform_calculate(off=_vega_difference("datum.EF", "datum.FS")) \
        .transform_calculate(out=f"abs(datum.off) > {heart.TOLERANCE}", label="format(datum.off, '+.1f')") \
        .encode(x=x, y=y)
    band = single(low=-heart.TOLERANCE, high=heart.TOLERANCE).mark_rect(color=MUTED, opacity=0.2).encode(
        y=alt.Y("low:Q").title(title), y2="high:Q", x=alt.value(0), x2=alt.value(250))
    zero = single(off=0).mark_rule(color=MUTED).encode(y=y)
    stems = base.mark_rule(strokeWidth=1.5).encode(y2=alt.datum(0), color=either("datum.out", SECOND, ACCENT))
    dots = base.transform_filter("!datum.out").mark_point(**FIT)
    diamonds = base.transform_filter("datum.out").mark_point(**MISFIT)
    labels = [base.transform_filter(f"datum.off {side} 0").mark_text(dy=dy).encode(text="label:N")
              for side, dy in ((">=", -12), ("<", 14))]
    chart = alt.layer(band, zero, stems, dots, diamonds, *labels, _size_words(rows)).properties(width=250, height=220) \
        .add_params(size)
    return ParameterFigure(
        "How far is each pair off, for a heart of another size?",
        f"Stems from zero, one for each of {len(rows)} pairs: printed EF minus EF by formula, in points. "
        f"{_sizes_in_words(table)}",
        _size_numbers(table), [("Differences", chart)], name="sizes",
        start=f"Drawn for {heart.TYPICAL_LVEDD_CM} cm; the table below holds other sizes.",
        note=f"Grey band: {heart.TOLERANCE} points to either side, the book's own line. Diamonds lie outside it.")


def _sizes_in_words(table):
    """What no size of the heart changes: which pairs stay outside the band, and between which differences."""
    off = pd.DataFrame({d: heart.differences(heart.pairs(table), d) for d in _sizes()})
    out = off[(off.abs() > heart.TOLERANCE).all(axis=1)]
    stays = " and ".join(f"pair {n} stays between {signed(row.min())} and {signed(row.max())}"
                         for n, row in out.iterrows())
    return (f"At every size from {heart.DIAMETERS_CM[0]} to {heart.DIAMETERS_CM[1]} cm in the table {stays}; the other "
            f"{len(off) - len(out)} never leave the band of {heart.TOLERANCE} points to either side.")


def _sizes():
    """Diameters in cm that the table of ``differences_by_size`` holds."""
    return [heart.DIAMETERS_CM[0], 3.4, heart.TYPICAL_LVEDD_CM, 4.2, heart.DIAMETERS_CM[1]]


def _vega_difference(ef, fs):
    """EF minus EF by formula as a Vega expression of the parameter D, the filled diameter in cm."""
    filled, contracted = "7*pow(D,3)/(2.4+D)", f"7*pow(D*(1-{fs}/100),3)/(2.4+D*(1-{fs}/100))"
    return f"{ef} - 100*(1-({contracted})/({filled}))"


def _size_words(rows):
    """One row in words: which pairs lie outside the band at the chosen size, and how far the worst other is off."""
    calculated = {f"d{r.pair}": _vega_difference(f"{r.EF:g}", f"{r.FS:g}") for r in rows.itertuples()}
    outside = "+".join(f"(abs(datum.d{n})>{heart.TOLERANCE} ? ', {n} (' + format(datum.d{n},'+.1f') + ')' : '')"
                       for n in rows["pair"])
    inside = ",".join(f"(abs(datum.d{n})>{heart.TOLERANCE} ? 0 : abs(datum.d{n}))" for n in rows["pair"])
    words = (f"'With a filled diameter of ' + format(D,'.1f') + ' cm, these pairs stay out: ' + slice({outside},2) + "
             f"'. The largest difference among the others is ' + format(max({inside}),'.1f') + ' points.'")
    return figure.words_layer(single(all=1).transform_calculate(**calculated).transform_calculate(words=words))


def _size_numbers(table):
    pairs = heart.pairs(table)
    return pd.DataFrame({"Pair": pairs.index}
                        | {f"{d} cm": heart.differences(pairs, d).map(signed).values for d in _sizes()})


def pairings(table: pd.DataFrame) -> Figure:
    """Of all ways to pair EFs and FSs: how many give 0, 1 … fitting pairs, and where the printed order lies."""
    counts = heart.pairings(heart.pairs(table)).reset_index()
    here = heart_counts.numbers().fitting
    counts["printed"] = counts["fitting"] == here
    counts["label"] = [f"{n:,}" for n in counts["pairings"]]
    x = alt.X("pairings:Q").title("pairings").scale(domain=[0, counts["pairings"].max() * 1.2]).axis(
        values=[0, 5000, 10000, 15000], format=",d")
    base = alt.Chart(counts).encode(x=x, y=alt.Y("fitting:O").title("fitting pairs of 8").axis(grid=False))
    bars = base.mark_bar(height=13).encode(color=either("datum.printed", SECOND, ACCENT))
    labels = base.mark_text(align="left", dx=5).encode(text="label:N")
    mark = base.transform_filter("datum.printed") \
        .mark_text(text="◂ the printed order is one of these", align="left", dx=34, fontWeight="bold")
    chart = alt.layer(bars, labels, mark).properties(width=270, height=alt.Step(20))
    most = counts.loc[counts["pairings"].idxmax()]
    last = counts[counts["pairings"] > 0].iloc[-1]
    as_many = counts["pairings"][counts["fitting"] >= here].sum()
    return Figure(f"{here} fitting pairs: {as_many:,} of {counts['pairings'].sum():,} pairings reach as many",
                  f"Bars: how many pairings have 0 to {counts['fitting'].max()} fitting pairs. Most, {most.label}, "
                  f"have {most.fitting}; from there the bars shrink to {last.label} with {last.fitting}, and none has "
                  f"more. The printed order has {here} fitting "
                  f"pairs{', as many as any pairing reaches' if here == last.fitting else ''}.",
                  counts[["fitting", "label"]].set_axis(["Fitting pairs", "Pairings"], axis=1), [("Pairings", chart)],
                  name="pairings",
                  note=f"A pair fits if EF lies within {heart.TOLERANCE} points of the formula.")
