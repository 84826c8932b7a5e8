"""Before or after? The two rows with printed columns, beside those in which the first pulse and anakinra can start."""

import re

import altair as alt
import pandas as pd

from casebook.charts.case import rows_of
from casebook.charts.kinetics import WIDTH, limit_marks, log_axis, value_labels
from casebook.display.figure import HOLLOW, INK, SECOND, SOLID, Figure, break_mark, columns_axis, stacked
from casebook.display.spoken import course
from casebook.models import kinetics
from casebook.models.multiverse_claims import number
from casebook.models.placements import CORE, RULES, starts
from casebook.tables.table1 import COLUMNS
from casebook.tables.values import marked, table
from casebook.tables.wording import in_columns, listed, unit_text

CERTAIN = ("ProBNP", "troponin I")
COLUMN = "Columns (values or placements)"
LEFT_OUT = ("anakinra_after_pulse", "support_until_anakinra", "dobutamine_first")
RULE_SETS = (("core rules", CORE),
             *((f"core rules without rule {number(out)}", tuple(r for r in CORE if r != out)) for out in LEFT_OUT),
             ("all nine rules", tuple(RULES)))


def _printed_series(parameter, height):
    rows = rows_of(table(), parameter)
    y = log_axis(parameter)
    x = columns_axis(None, labels=False)
    measured, limits = rows[rows["qualifier"] == "="], rows[rows["qualifier"] == "<"]
    base = alt.Chart(measured).encode(x=x, y=y)
    layers = [base.mark_line(strokeWidth=1.5), base.mark_point(size=40, **SOLID), *value_labels(measured, x, y),
              *limit_marks(limits, x, y), break_mark(height, x)]
    return alt.layer(*layers).properties(
        width=WIDTH, height=height, title=f"{parameter}, {unit_text(rows['unit'].iloc[0])}, log; printed columns")


def before_after() -> Figure:
    """Columns in which the first pulse and anakinra can start, for five rule sets, under the two rows certain in
    time."""
    marks, numbers = [], []
    for name, rules in RULE_SETS:
        sums = starts(rules)
        for level, what in (("pulse", "first 30 mg/kg"), ("anakinra", "first anakinra")):
            counts = sums.groupby(level).sum()
            marks += [{"rules": name, "what": what, "place": COLUMNS.index(c)} for c in counts.index]
            numbers.append({"Rules": name, "Row or start": what, COLUMN: ", ".join(
                f"{c} ({counts[c]:,})" for c in COLUMNS if c in counts.index)})
    printed = [{"Rules": "none: columns are printed", "Row or start": f"{p}, {unit_text(rows['unit'].iloc[0])}",
                COLUMN: ", ".join(f"{row['column']} ({marked(row)})" for row in rows.to_dict("records"))}
               for p in CERTAIN for rows in [rows_of(table(), p)]]
    names = [name for name, _ in RULE_SETS]
    x, y = columns_axis(), alt.Y("rules:N").sort(names).axis(None)
    base = alt.Chart(pd.DataFrame(marks)).encode(x=x, y=y)
    starting = [base.transform_filter(f"datum.what == '{what}'")
                .mark_point(size=70, shape=shape, yOffset=offset, **look)
                for what, shape, look, offset in (("first 30 mg/kg", "square", HOLLOW, 4),
                                                  ("first anakinra", "triangle-up", HOLLOW | {"stroke": SECOND}, 15))]
    named = alt.Chart(pd.DataFrame({"rules": names})).mark_text(align="left", dy=-11, color=INK) \
        .encode(x=alt.value(0), y=y, text="rules:N")
    strip = alt.layer(*starting, named, break_mark(46 * len(RULE_SETS), x)).properties(
        width=WIDTH, height=alt.Step(46), title="□ first 30 mg/kg   △ first anakinra")
    return Figure("Under the core rules troponin I fell before pulse and anakinra; ProBNP turned where they can start",
                  "Two line charts on log scales above five strips, all by column of Table 1. " + " ".join(
                      f"{p[0].upper()}{p[1:]}, in printed columns, {course(rows_of(table(), p))}." for p in CERTAIN)
                  + " The strips are rule sets: squares where the first pulse can start, triangles where anakinra can. "
                  + _core_in_words(numbers), pd.DataFrame(printed + numbers),
                  [("Strip", stacked(_printed_series(CERTAIN[0], 105), _printed_series(CERTAIN[1], 95), strip))],
                  name="before-after",
                  note="Hollow marks, all reconstructed: a column in which at least one placement under these rules "
                       "has the start. Counts are in the numbers below.")


def _core_in_words(numbers):
    """What the strips say: the columns that the core rules leave, and how far the other sets reach for anakinra."""
    bare = lambda row: re.sub(r" \([\d,]+\)", "", row[COLUMN]).split(", ")
    first = {(row["Rules"], row["Row or start"]): bare(row) for row in numbers}
    core = RULE_SETS[0][0]
    same = [name for name, _ in RULE_SETS[1:] if all(first[name, what] == first[core, what] for _, what in first)]
    others = [f"{name}: {listed(first[name, 'first anakinra'])}" for name, _ in RULE_SETS[1:] if name not in same]
    return (f"Under the core rules the first pulse can start in {in_columns(first[core, 'first 30 mg/kg'])} and "
            f"anakinra in {in_columns(first[core, 'first anakinra'])}. Other sets leave anakinra these columns: "
            f"{'; '.join(others)}.")


def _lost(parameter, column):
    share, at_least = kinetics.fall_before(parameter, column)
    if share < 0.005:
        return "at its peak"
    size = f"{'>' if at_least else ''}{100 * share:.{0 if share >= 0.095 else 1}f} % below"
    return f"{size} ({'more' if share > 0.1 else 'not more'} than 10 %)"


def before_first_dose() -> pd.DataFrame:
    """For each first column of anakinra: what the last sample before it shows, and how many core placements have it."""
    core = kinetics.first_doses(CORE)
    every = sum(core.values())
    return pd.DataFrame([{
        "If anakinra starts in": c, "ProBNP before": _lost("ProBNP", c), "Troponin I before": _lost("troponin I", c),
        "Core rules": f"{core.get(c, 0)} of {every}"} for c in COLUMNS[1:7]])
