"""Tables about the heart as accessible HTML: misfits, steps in millimetres, troponin against three assays."""

from html import escape

import pandas as pd
from markupsafe import Markup

from casebook.display.html_table import table_html
from casebook.models import heart, marker_levels
from casebook.tables.wording import signed


def repairs(table: pd.DataFrame) -> str:
    """The one-digit changes that would make a misfit fit, as a table of hypotheses."""
    changes = heart.repairs(heart.pairs(table))
    low, high = heart.DIAMETERS_CM
    shown = pd.DataFrame({"Pair": changes["pair"],
                          "Change": [f"{r.parameter} {r.printed}→{r.hypothesis}" for r in changes.itertuples()],
                          f"Off, {low} cm": changes["at_smallest"].map(signed),
                          f"Off, {high} cm": changes["at_largest"].map(signed)})
    return table_html(shown, "Hypotheses, not corrections: points off after the change, for two sizes of heart")


def millimetres(table: pd.DataFrame, steps: tuple = ((1, 2), (6, 7), (7, 8))) -> str:
    """Steps between two echoes, in points of EF and in millimetres of the contracted diameter, for three hearts.

    The default steps lead from one pair that fits the formula to another.
    """
    pairs, sizes = heart.pairs(table), [heart.DIAMETERS_CM[0], heart.TYPICAL_LVEDD_CM, heart.DIAMETERS_CM[1]]
    rows = []
    for first, last in steps:
        mm = lambda at, size: heart.contracted_mm(pairs["FS"][at], size)
        rows.append({**{row: f"{pairs[row][first]}→{pairs[row][last]}" for row in ("EF", "FS")},
                     **{f"{size} cm": signed(mm(first, size) - mm(last, size)) for size in sizes}})
    return table_html(pd.DataFrame(rows), "By how many mm the contracted diameter shrinks, for three filled diameters")


def troponin(table: pd.DataFrame) -> str:
    """Her troponin values against the 99th centile of three assays."""
    values = marker_levels.against_limits(table[table["parameter"] == "troponin I"])
    values["printed"] = [Markup(f'<span data-placement="printed">{escape(v)}</span>') for v in values["printed"]]
    limits = marker_levels.levels().query("statistic == '99th centile'").set_index("assay")["value"]
    heads = {"printed": "Printed, µg/L", **{a: f"{a}, {v:.0f} ng/L" for a, v in limits.items()}}
    return table_html(values.rename(columns=heads), "Against the 99th centile, by assay")
