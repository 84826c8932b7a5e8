"""Tables about the heart as accessible HTML: hypotheses about misfits, steps in millimetres, troponin against three assays."""

from html import escape

import pandas as pd
from markupsafe import Markup

from casebook.display.html_table import table_html
from casebook.models import heart, marker_levels
from casebook.tables.wording import signed


def repairs(table: pd.DataFrame) -> str:
    """The one-digit changes that would make a misfit fit, as a table of hypotheses."""
    found = heart.repairs(heart.pairs(table))
    low, high = heart.DIAMETERS_CM
    shown = pd.DataFrame({"Pair": found["pair"], "Change": [f"{r.parameter} {r.printed}→{r.hypothesis}" for r in found.itertuples()],
                          f"Off, {low} cm": found["at_smallest"].map(signed), f"Off, {high} cm": found["at_largest"].map(signed)})
    return table_html(shown, "Hypotheses, not corrections: points off after the change, for two sizes of heart")


def millimetres(table: pd.DataFrame, steps: tuple = ((1, 2), (6, 7), (7, 8))) -> str:
    """Steps between two echoes, in points of EF and in millimetres of the contracted diameter, for three sizes of heart.

    The default steps lead from one pair that fits the formula to another.
    """
    pairs, sizes = heart.pairs(table), [heart.DIAMETERS_CM[0], heart.TYPICAL_LVEDD_CM, heart.DIAMETERS_CM[1]]
    rows = []
    for first, last in steps:
        shrink = {f"{d} cm": signed(heart.contracted_mm(pairs["FS"][first], d) - heart.contracted_mm(pairs["FS"][last], d)) for d in sizes}
        rows.append({"EF": f"{pairs['EF'][first]}→{pairs['EF'][last]}", "FS": f"{pairs['FS'][first]}→{pairs['FS'][last]}", **shrink})
    return table_html(pd.DataFrame(rows), "By how many mm the contracted diameter shrinks, for three filled diameters")


def troponin(table: pd.DataFrame) -> str:
    """Her troponin values against the 99th centile of three assays."""
    found = marker_levels.against_limits(table[table["parameter"] == "troponin I"])
    found["printed"] = [Markup(f'<span data-placement="printed">{escape(v)}</span>') for v in found["printed"]]
    limits = marker_levels.levels().query("statistic == '99th centile'").set_index("assay")["value"]
    heads = {"printed": "Printed, µg/L", **{a: f"{a}, {v:.0f} ng/L" for a, v in limits.items()}}
    return table_html(found.rename(columns=heads), "Against the 99th centile, by assay")
