"""Charts of the placements: what each rule leaves, and where pulse and anakinra can start."""

import altair as alt
import pandas as pd

from casebook.display.figure import ACCENT, INK, PAPER, SECOND, Figure, either, single
from casebook.models.multiverse import percent, state
from casebook.models.multiverse_claims import SHORT, funnel
from casebook.models.placements import CORE, READINGS
from casebook.tables.table1 import COLUMNS
from casebook.tables.wording import listed

DAY_3 = ("3a", "3b")


def rule_funnel() -> Figure:
    """Placements left as the nine rules are added one after another, on a log scale."""
    rows = funnel()
    rows["words"] = rows["rule"].map(SHORT)
    rows["count"] = [f"{n:,}" for n in rows["placements"]]
    rows["name"] = [f"{n}. {words} ({label})" for n, (words, label) in enumerate(zip(rows["words"], rows["label"]), 1)]
    rows["set"] = ["core rules" if rule in CORE else "convention" for rule in rows["rule"]]
    x = alt.X("placements:Q").title("placements left (log scale)").scale(type="log", domain=[1, 300000]) \
        .axis(values=[1, 10, 100, 1000, 10000], format=",d")
    base = alt.Chart(rows).encode(x=x, y=alt.Y("name:N").sort(list(rows["name"])).axis(None))
    bars = base.mark_bar(height=12, yOffset=8, stroke=ACCENT, strokeWidth=1.2).encode(
        x2=alt.datum(1), fill=either("datum.set == 'core rules'", ACCENT, PAPER))
    names = base.mark_text(align="left", dy=-8, fontSize=11.5).encode(x=alt.value(1), text="name:N")
    counts = base.mark_text(align="left", dx=5, dy=8, fontSize=12, fontWeight="bold").encode(text="count:N")
    chart = alt.layer(bars, names, counts).properties(width=295, height=alt.Step(38))
    numbers = rows[["words", "label", "count", "anakinra"]].set_axis(
        ["Rule added", "Label", "Placements left", "Anakinra can start in"], axis=1)
    core = rows[rows["set"] == "core rules"]
    left = (core["placements"] / core["placements"].shift()).dropna()
    hardest = core.loc[left.idxmin()]
    return Figure(f"The core rules leave {core['count'].iloc[-1]} of {core['count'].iloc[0]} placements",
                  f"Bars on a log scale, one for each of {len(rows)} rules as it is added to those before: "
                  + "; ".join(f"{r} leaves {n}" for r, n in zip(rows["name"], rows["count"]))
                  + f". The first {len(core)} are the core rules, drawn solid; the last {len(rows) - len(core)} are "
                    f"conventions, drawn hollow. Within the core rules “{hardest['words']}” takes the "
                    "largest share away.",
                  numbers, [("Rules", chart)], name="funnel",
                  note="Solid: the core rules. Hollow: the two conventions that only pick a reference placement. From "
                       "the sixth rule on the first column of anakinra is limited; see the numbers.")


def discovery() -> Figure:
    """First pulse against first anakinra column under the core rules; the square is printed day 3."""
    words = {"two samplings": "Two samplings", "one day": "One day", "one day, infusions too": "One day, infusions too"}
    drawn, numbers, sums, summaries, days = [], [], [], [], []
    for reading in READINGS:
        s = state(reading=reading)
        rows = pd.DataFrame([{"pulse": COLUMNS[p], "anakinra": COLUMNS[a], "n": int(s.starts[p, a])}
                             for p, a in zip(*s.starts.nonzero())])
        drawn.append((words[reading], _square(rows, f"{s.same_day:,} of {s.placements:,} on one printed day")))
        days.append(f"{s.same_day:,} of {s.placements:,}")
        numbers += [(words[reading], r.pulse, r.anakinra, f"{r.n:,}", percent(r.n, s.placements))
                    for r in rows.itertuples()]
        sums += [(words[reading], which, "", f"{n:,}", percent(n, s.placements))
                 for which, n in (("both on printed day 3", s.same_day), ("both in one column", s.same_column))]
        summaries.append(f"{words[reading].lower()}: {s.of('same_day')} on one printed day, {s.of('same_column')} in "
                         "one column")
    return Figure(f"Pulse and anakinra on one printed day under the core rules: {listed(days)}",
                  "A grid of columns: first 30 mg/kg pulse upwards, first anakinra to the right. A dashed square marks "
                  f"printed day 3. Placements by reading of day 3: {'; '.join(summaries)}. {_outside(numbers)}",
                  pd.DataFrame(numbers + sums,
                               columns=["Day 3 read as", "First pulse", "First anakinra", "Placements", "Share"]),
                  drawn, name="discovery",
                  note="Each circle: placements with this pair of columns; its number says how many. Filled: same "
                       "column. Hollow: different columns. Dashed square: printed day 3.")


def _outside(numbers):
    """Which readings have circles outside the square of day 3, as a sentence; ``numbers`` as in ``discovery``."""
    out = [row for row in numbers if not (row[1] in DAY_3 and row[2] in DAY_3)]
    if not out:
        return "No circle lies outside the square."
    return (f"Circles lie outside the square under {listed(dict.fromkeys(f'“{row[0].lower()}”' for row in out))} "
            f"alone, with anakinra from column {min((row[2] for row in out), key=COLUMNS.index)} on.")


def _square(rows, title):
    """One grid: circles by pair of columns, the square of day 3."""
    labels = list(COLUMNS[:7])
    place = {c: i for i, c in enumerate(labels)}
    rows = rows.assign(x=rows["anakinra"].map(place), y=rows["pulse"].map(place), label=[f"{n:,}" for n in rows["n"]],
                       same=rows["pulse"] == rows["anakinra"],
                       size=[480 + 900 * n / rows["n"].max() for n in rows["n"]])
    names = "[" + ",".join(f"'{c}'" for c in labels) + "][datum.value]"
    x, y = (channel.title(f"{title}, column").scale(domain=domain)
            .axis(values=list(range(7)), labelExpr=names, tickCount=7)
            for channel, title, domain in ((alt.X("x:Q"), "first anakinra", [-0.6, 6.6]),
                                           (alt.Y("y:Q"), "first 30 mg/kg", [1.2, 4.9])))
    low, high = place[DAY_3[0]] - 0.5, place[DAY_3[1]] + 0.5
    square = single(x=low, x2=high, y=low, y2=high) \
        .mark_rect(fill=None, stroke=SECOND, strokeWidth=2, strokeDash=[6, 4]) \
        .encode(x=x, x2="x2:Q", y=y, y2="y2:Q")
    name = single(x=low, y=low).mark_text(text="printed day 3", align="left", dy=8, color=SECOND,
                                           fontSize=12).encode(x=x, y=y)
    base = alt.Chart(rows).encode(x=x, y=y)
    circles = base.mark_point(stroke=ACCENT, strokeWidth=2).encode(
        size=alt.Size("size:Q").scale(None), fill=either("datum.same", ACCENT, PAPER))
    text = base.mark_text(fontSize=12, fontWeight="bold").encode(text="label:N", color=either("datum.same", PAPER, INK))
    return alt.layer(square, circles, text, name).properties(width=262, height=180, title=title)
