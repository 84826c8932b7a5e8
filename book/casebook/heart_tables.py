"""Tables about the heart as accessible HTML: hypotheses about misfits, steps in millimetres, troponin against three assays."""

from html import escape

import pandas as pd
from markupsafe import Markup

from . import biomarkers, heart
from .heart_facts import signed
from .tables import table_html


def repairs(table):
    """The one-digit changes that would make a misfit fit, as a table of hypotheses."""
    found = heart.repairs(heart.pairs(table))
    low, high = heart.DIAMETERS_CM
    shown = pd.DataFrame({"Pair": found["pair"], "If": [f"{r.parameter} {r.printed} were {r.hypothesis}" for r in found.itertuples()],
                          f"Off at {low} cm": found["at_smallest"].map(signed), f"at {high} cm": found["at_largest"].map(signed),
                          "Fits": found["every_size"].map({True: "every size", False: "some sizes"})})
    return table_html(shown, "Hypotheses, not corrections")


def millimetres(table, steps=((1, 2), (4, 5), (6, 7))):
    """Steps between two echoes, in points of EF and in millimetres of the contracted diameter, for three sizes of heart."""
    pairs, sizes = heart.pairs(table), [heart.DIAMETERS_CM[0], heart.TYPICAL_LVEDD_CM, heart.DIAMETERS_CM[1]]
    rows = []
    for first, last in steps:
        shrink = {f"{d} cm": signed(heart.contracted_mm(pairs["FS"][first], d) - heart.contracted_mm(pairs["FS"][last], d)) for d in sizes}
        rows.append({"Echo": f"{first} to {last}", "EF": f"{pairs['EF'][first]}→{pairs['EF'][last]}",
                     "FS": f"{pairs['FS'][first]}→{pairs['FS'][last]}", **shrink})
    return table_html(pd.DataFrame(rows), "Contracted diameter: mm less")


def troponin(table):
    """Her troponin values against the 99th centile of three assays."""
    found = biomarkers.against_limits(table[table["parameter"] == "troponin I"])
    found["printed"] = [Markup(f'<span data-placement="printed">{escape(v)}</span>') for v in found["printed"]]
    limits = biomarkers.levels().query("statistic == '99th centile'").set_index("assay")["value"]
    heads = {"printed": "Printed, µg/L", **{a: f"{a}, {v:.0f} ng/L" for a, v in limits.items()}}
    return table_html(found.rename(columns=heads), "Against the 99th centile, by assay")
