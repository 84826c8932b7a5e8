"""Charts of studies. Every public function returns a ``Figure``.

Diamond in the second colour: a study of anakinra. Circle: any other. Hollow: no interval verified.
"""

from typing import Any

import altair as alt
import pandas as pd
from markupsafe import escape

from casebook.display.choices import Choices, Control
from casebook.display.figure import ACCENT, INK, MUTED, PAPER, SECOND, Figure, either, single, two_drawings
from casebook.models import evidence
from casebook.tables.wording import listed

FIRST, SECOND_NAMED = "favours first named", "favours second named"
OURS = " *"
"""What marks an estimate that its source doesn't print."""
PANELS = [
    ("Odds ratio (log axis)", "odds ratio", "intervention"),
    ("Risk ratio (log axis)", "risk ratio", "intervention"),
    ("Hazard ratio, unwanted event (log axis)", "hazard ratio", "intervention"),
    ("Hazard ratio, wanted event (log axis)", "hazard ratio", "comparator"),
    ("Risk difference", "risk difference", "intervention"),
    ("Difference of means, days in hospital", "mean difference", "intervention"),
    ("Odds ratio, wanted event (log axis)", "odds ratio", "comparator"),
    ("Risk ratio, wanted event (log axis)", "risk ratio", "comparator"),
    ("Risk difference, wanted event", "risk difference", "comparator"),
    ("Difference of means, more is better", "mean difference", "comparator"),
]
"""Title, measure, and which named treatment a low value favours: what differs in one of these never shares an axis."""

_SCALES = {"risk difference": ([-0.6, 0.2], [-0.6, -0.4, -0.2, 0, 0.2]),
           "mean difference": ([-4, 2], [-4, -3, -2, -1, 0, 1, 2])}
_RATIO = ([0.05, 12], [0.1, 0.2, 0.5, 1, 2, 5, 10])
_WIDE = {"width": 660, "plot": [308, 530], "sides": [268, 660], "step": 36, "null": 36, "drop": 0, "grid": True,
         "lines": [("label", 0, "left", -6), ("outcome", 0, "left", 7), ("figures", 660, "right", 0)]}
_NARROW = {"width": 300, "plot": [4, 296], "sides": [0, 300], "step": 70, "null": 17, "drop": 24, "grid": False,
           "lines": [("study", 0, "left", -22), ("figures", 300, "right", -22), ("sides", 0, "left", -8),
                     ("outcome", 0, "left", 6)]}
"""Two layouts: lines of text beside the plot, or above each interval for a phone. (field, x, align, dy) a line."""


def forest_rows(studies: pd.DataFrame) -> pd.DataFrame:
    """The rows that can be drawn: an estimate from children with MIS-C. Panel, labels and marks as columns."""
    rows = studies[studies["estimate"].notna() & (studies["patients"] != "adults with COVID-19")]
    titles = {(measure, side): title for title, measure, side in PANELS}
    return pd.DataFrame([{
        "panel": titles[r.effect_measure, r.lower_favours], "measure": r.effect_measure, "comparison": r.comparison,
        "study": _name(r), "sides": f"{_drug(r.intervention)} vs {_drug(r.comparator)}",
        "label": f"{_name(r)}: {_drug(r.intervention)} vs {_drug(r.comparator)}",
        "outcome": r.outcome_short, "estimate": r.estimate, "low": r.ci_low, "high": r.ci_high,
        "figures": evidence.figures(r) + OURS * (r.estimate_origin != "printed"),
        "anakinra": r.about == "anakinra", "hollow": pd.isna(r.ci_low)} for r in rows.itertuples()])


def _name(row):
    return f"{row.study.split(' (')[0].split(',')[0]} {row.year}"


def _drug(treatment):
    return evidence.short(treatment).replace("methylprednisolone", "steroid")


def _panel(rows, title, measure, side, look):
    """One panel: a row a comparison, one axis of one measure, and which side favours which treatment."""
    domain, ticks = _SCALES.get(measure, _RATIO)
    rows = rows.sort_values(["anakinra", "comparison"], ascending=[False, True])
    kind = "log" if evidence.is_ratio(measure) else "linear"
    x = lambda of: alt.X(of).title(None).scale(type=kind, domain=domain, range=look["plot"]).axis(
        values=ticks, format="~g", labelOverlap=False, ticks=not look["grid"], tickSize=4, grid=look["grid"])
    base = alt.Chart(rows).encode(y=alt.Y("comparison:N").sort(list(rows["comparison"])).axis(None))
    drop, colour = look["drop"], either("datum.anakinra", SECOND, ACCENT)
    null = base.transform_calculate(at=str(evidence.no_effect(measure))) \
        .mark_tick(color=INK, thickness=1, size=look["null"], yOffset=drop).encode(x=x("at:Q"))
    interval = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=2.5, yOffset=drop, y2Offset=drop) \
        .encode(x=x("low:Q"), x2="high:Q", color=colour)
    point = base.mark_point(size=75, strokeWidth=2, yOffset=drop).encode(
        x=x("estimate:Q"), shape=either("datum.anakinra", "diamond", "circle"), stroke=colour,
        fill=alt.Fill("mark:N").scale(domain=["hollow", "anakinra", "other"], range=[PAPER, SECOND, ACCENT])
        .legend(None))
    size = 12 if look["grid"] else 11
    labels = [base.mark_text(align=align, dy=dy, fontSize=size, **{"color": MUTED} if field == "outcome" else {})
              .encode(x=alt.value(at), text=f"{field}:N")
              for field, at, align, dy in look["lines"]]
    left, right = (FIRST, SECOND_NAMED) if side == "intervention" else (SECOND_NAMED, FIRST)
    sides = [single(t=text).mark_text(align=align, color=MUTED, fontSize=size)
             .encode(x=alt.value(at), y=alt.value(-8), text="t:N")
             for text, align, at in zip((f"← {left}", f"{right} →"), ("left", "right"), look["sides"])]
    return alt.layer(null, interval, point, *labels, *sides).properties(
        width=look["width"], height=look["step"] * len(rows), title=alt.TitleParams(title, offset=22))


def _panel_in_words(rows, title, measure):
    """One panel in words: how many estimates, from where to where, how many intervals leave out 'no difference'."""
    least, most = rows.loc[rows["estimate"].idxmin()], rows.loc[rows["estimate"].idxmax()]
    value = lambda row: row["figures"].partition(" (")[0]
    span = f"one estimate, {value(least)}" if len(rows) == 1 else \
        f"{len(rows)} estimates from {value(least)} to {value(most)}"
    drawn, null = rows[~rows["hollow"]], evidence.no_effect(measure)
    clear = int(((drawn["low"] > null) | (drawn["high"] < null)).sum())
    sure = "no interval is verified" if not len(drawn) else \
        f"its interval {'leaves out' if clear else 'holds'} {null:g}" if len(rows) == 1 else \
        f"{clear} of {len(drawn)} intervals leave{'s' * (clear == 1)} out {null:g}, which is no difference"
    named = listed(f"{r.outcome}: {r.figures}"
                   for r in rows[rows["anakinra"]].itertuples()) if rows["anakinra"].any() else ""
    return f"{title}: {span}; {sure}{f'; with anakinra: {named}' if named else ''}."


def _message(anakinra):
    """What the drawn intervals for anakinra say together; neutral where they don't say one thing."""
    null = anakinra["measure"].map(evidence.no_effect)
    reach = ((anakinra["low"] <= null) & (anakinra["high"] >= null)).all()
    lean = set(anakinra["estimate"] < null)
    if reach and len(lean) == 2:
        return "Anakinra: estimates lean both ways, and each interval reaches “no difference”"
    return "What the studies of children estimate, one panel a measure"


def forest(studies: pd.DataFrame) -> Figure:
    """All estimates from children with MIS-C, each kind of measure in its own panel with its own axis.

    ``studies`` as from ``evidence.load``. Nothing is pooled.
    """
    rows = forest_rows(studies)
    rows["mark"] = ["hollow" if h else "anakinra" if a else "other" for h, a in zip(rows["hollow"], rows["anakinra"])]
    present = [p for p in PANELS if (rows["panel"] == p[0]).any()]
    draw = lambda look: alt.vconcat(*(_panel(rows[rows["panel"] == p[0]], *p, look) for p in present), spacing=26)
    table = rows.assign(interval=["not verified" if h else "drawn" for h in rows["hollow"]])
    apart = listed(f"‘{title}’" for title, _, side in present if side == "comparator")
    panels = " ".join(_panel_in_words(rows[rows["panel"] == title], title, measure) for title, measure, _ in present)
    return Figure(_message(rows[~rows["hollow"] & rows["anakinra"]]),
                  f"Forest plot of {len(rows)} estimates from children with MIS-C, in {len(present)} panels, a measure "
                  f"each; nothing is pooled. {panels} A low value favours the first-named treatment in every "
                  f"panel{f' but {apart}' if apart else ''}. Every estimate stands in the numbers below.",
                  table[["panel", "label", "outcome", "figures", "interval"]].set_axis(
                      ["Panel", "Study: first named vs second named", "Outcome", "Estimate", "Interval"], axis=1),
                  [("", draw(_WIDE))], narrow=draw(_NARROW), name="forest",
                  note="Orange diamond: anakinra is in question. Circle: other treatments. Hollow: no interval "
                       f"verified, so only the point is drawn.{OURS}: our arithmetic, from printed means or counts. "
                       "Thin line: no difference.")


def _plain(number, digits=2):
    return f"{number:.{digits}f}"


def _with_interval(estimate):
    return f"{_plain(estimate.value)} ({_plain(estimate.low)} to {_plain(estimate.high)})"


def _ratios(risk, odds):
    rows = pd.DataFrame([{"measure": "risk ratio", **risk._asdict()}, {"measure": "odds ratio", **odds._asdict()}])
    x = lambda of: alt.X(of).title(None).scale(type="log", domain=[0.05, 2], range=[70, 316]).axis(
        values=[0.05, 0.1, 0.2, 0.5, 1, 2], format="~g", labelOverlap=False)
    base = alt.Chart(rows).encode(y=alt.Y("measure:N").sort(None).axis(None))
    return alt.layer(single(at=1).mark_rule(color=INK).encode(x=x("at:Q")),
                     base.mark_rule(color=SECOND, strokeWidth=2.5).encode(x=x("low:Q"), x2="high:Q"),
                     base.mark_point(shape="diamond", size=80, color=SECOND).encode(x=x("value:Q")),
                     base.mark_text(align="left").encode(x=alt.value(0), text="measure:N")) \
        .properties(width=320, height=64)


def counts_table(events: int, n: int, events_other: int, n_other: int, first: str, second: str, outcome: str) -> str:
    """A 2×2 table as HTML; the rows are the two groups, and each child stands in one cell."""
    pairs = zip((first, second), evidence.two_by_two(events, n, events_other, n_other))
    rows = "".join(f'<tr><th scope="row">{escape(name)}</th>' + "".join(f"<td>{v}</td>" for v in (*pair, sum(pair)))
                   + "</tr>"
                   for name, pair in pairs)
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in ("Group", outcome, f"no {outcome}", "all"))
    return f'<table class="case-table counts"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def one_event(comparison: Any, first: str, second: str, outcome: str) -> Choices:
    """A 2×2 table whose events the reader moves by one in either group: both ratios with intervals, and the p-values.

    ``comparison`` a row with counts; ``first``, ``second`` and ``outcome`` name groups and outcome. Returns
    ``Choices``.
    """
    events, n, events_other, n_other = evidence.of_counts(comparison)
    options = lambda start: {v: f"{v}, as printed" if v == start else str(v) for v in (start - 1, start, start + 1)}

    def panel(treated, other):
        counts = (treated, n, other, n_other)
        risk, odds, p = evidence.risk_ratio(*counts), evidence.odds_ratio(*counts), evidence.p_values(*counts)
        side = "crosses 1" if risk.low < 1 < risk.high else "stays below 1"
        below = sum(p < 0.05)
        words = (f"{treated} of {n} against {other} of {n_other}: risk ratio {_with_interval(risk)}, odds ratio "
                 f"{_with_interval(odds)}. The interval of the risk ratio {side}; {below or 'none'} of the five tests "
                 f"{'give' if below != 1 else 'gives'} p below 0.05.")
        tests = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{_plain(v, 3)}</td></tr>' for name, v in p.items())
        drawing = two_drawings(_ratios(risk, odds), f"Risk ratio {_with_interval(risk)} and odds ratio "
                                              f"{_with_interval(odds)} on a log axis; 1 is no difference")
        return escape(words), (counts_table(*counts, first, second, outcome)
                               + f'<div class="choice-drawing">{drawing}</div>'
                               '<table class="case-table counts"><thead><tr>'
                               '<th scope="col">Test of “no difference”</th><th scope="col">p</th></tr></thead>'
                               f"<tbody>{tests}</tbody></table>")

    return Choices("one-event", "Move one child", [Control("treated", f"{first}: {outcome}", options(events), events),
                                                   Control("other", f"{second}: {outcome}", options(events_other),
                                                           events_other)], panel)


def _crowd(size, kept, top):
    """Places of ``size`` dots, 15 a row, the first ``kept`` of them matched; ``top`` is the first row."""
    return pd.DataFrame([{"x": i % 15, "y": top + i // 15, "matched": i < kept} for i in range(size)])


def matching(before: Any, after: Any) -> Figure:
    """What matching lost: children as dots, and a marker of severity, from two baseline rows of one study."""
    groups = [("anakinra", before.n_intervention, after.n_intervention, 1, SECOND, "diamond"),
              ("no anakinra", before.n_comparator, after.n_comparator, 7, ACCENT, "circle")]
    x, y = alt.X("x:Q").axis(None).scale(domain=[-0.5, 14.5]), alt.Y("y:Q").axis(None).scale(domain=[11.5, -0.8])
    values = pd.DataFrame([{"when": f"{when} matching ({row.n_intervention} and {row.n_comparator})", "group": group,
                            "value": value}
                           for when, row in (("before", before), ("after", after))
                           for group, value in (("anakinra", row.value_intervention),
                                                ("no anakinra", row.value_comparator))])
    values["smaller"] = values["value"] == values.groupby("when")["value"].transform("min")
    level = alt.X("value:Q").title("Median troponin at presentation, pg/mL").scale(domain=[0, 140])
    base = alt.Chart(values).encode(x=level, y=alt.Y("when:N").sort(None).axis(None))
    children, marks, numbers = [], [], []
    for name, size, kept, top, colour, shape in groups:
        dots = alt.Chart(_crowd(size, kept, top)).encode(x=x, y=y)
        children += [dots.transform_filter("datum.matched").mark_point(shape=shape, size=90, color=colour),
                     dots.transform_filter("!datum.matched")
                     .mark_point(shape=shape, size=90, stroke=colour, strokeWidth=1.5, fill=PAPER),
                     single(x=-0.4, y=top - 1, t=f"{name}: {size} children, {kept} matched, {size - kept} left out")
                     .mark_text(align="left").encode(x=x, y=y, text="t:N")]
        medians = base.transform_filter(f"datum.group == '{name}'")
        marks.append(medians.mark_point(shape=shape, size=90, color=colour))
        # the smaller number of a pair ends below its mark, the larger is centred: so they don't touch
        numbers += [medians.transform_filter(f"datum.smaller == {str(smaller).lower()}")
                    .mark_text(dy=15, align=align, dx=dx, color=colour).encode(text="value:N")
                    for smaller, align, dx in ((True, "right", 6), (False, "center", 0))]
    lines = base.mark_line(color=MUTED, strokeWidth=1.5).encode(detail="when:N")
    names = base.properties(data=values.drop_duplicates("when")).mark_text(align="left", dy=-15) \
        .encode(x=alt.value(4), text="when:N")
    crowd = alt.layer(*children).properties(width=290, height=205)
    troponin = alt.layer(lines, *marks, *numbers, names).properties(width=290, height=120)
    lost = before.n_intervention - after.n_intervention
    return Figure(f"Matching left out {lost} of {before.n_intervention} children who were given anakinra",
                  f"Dots, one a child: {before.n_intervention} with anakinra and {before.n_comparator} without; "
                  f"{after.n_intervention} pairs could be made, so {lost} "
                  "treated children fell out of the comparison. Below, two levels on one scale: median troponin of the "
                  f"treated was {before.value_intervention:g} pg/mL before matching and {after.value_intervention:g} "
                  f"after; without anakinra it was {before.value_comparator:g} both times.",
                  values.drop(columns="smaller").set_axis(
                      ["When (children with and without)", "Group", "Median troponin, pg/mL"], axis=1),
                  [("", alt.vconcat(crowd, troponin, spacing=18))], name="matching",
                  note="Diamond: anakinra. Circle: no anakinra. Hollow: left out by matching. Dots stand for children "
                       "in no order; who left is not known.")
