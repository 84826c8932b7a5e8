"""Limits printed elsewhere, for orientation: of healthy children, of definitions, of children with MIS-C.

None is the limit of the laboratory that measured the girl's values, which the letter does not give.
"""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from casebook.display.text import render
from casebook.tables.resources import DATA, CaseDataError, read_resource
from casebook.tables.table1 import parameters
from casebook.tables.wording import unit_text

WORDED = {"mean": "mean {value:g}, SD {sd:g}", "mean and range": "mean {value:g}, range {low:g}–{high:g}",
          "median": "median {value:g}", "median and middle half": "median {value:g}, middle half {low:g}–{high:g}",
          "percentiles": "median {value:g}, middle 95 % {low:g}–{high:g}", "range": "{low:g}–{high:g}",
          "below": "below {high:g}", "from": "from {low:g}", "97.5th percentile": "97.5th percentile {high:g}",
          "99th percentile": "99th percentile {high:g}", "share": "seen in {value:g}"}
"""How each statistic is worded, with the numbers that it needs."""
NONE_FOUND = "No normal limit found for her age."
SHOWN = 2
"""At most this many notes stand below a finding; the others are on the page of the data dictionary."""


def load(path: Path | str | None = None) -> pd.DataFrame:
    """The limits, one row each, in the order of the file; ``low``, ``value``, ``high`` and ``sd`` in ``unit``.

    Raises CaseDataError for what the descriptor refuses, a unit that is not the finding's, numbers that the statistic
    lacks or has too many of, ends in the wrong order, or an adults' limit that would show beside the girl's values.
    """
    table = read_resource("reference_ranges", path)
    path = path or DATA / "reference_ranges.csv"
    for line, row in table.iterrows():
        def refuse(column, expected):
            raise CaseDataError(path, line, column, repr(row[column]), expected, "correct the row from its source")

        unit = "%" if row["statistic"] == "share" else parameters().unit[row["parameter"]]
        if row["unit"] != unit:
            refuse("unit", f"'{unit}', the unit of {row['parameter']}")
        for column in ("low", "value", "high", "sd"):
            wanted = f"{{{column}:" in WORDED[row["statistic"]]
            if pd.isna(row[column]) == wanted:
                refuse(column, "a number" if wanted else f"nothing beside the statistic '{row['statistic']}'")
        ends = [row[c] for c in ("low", "value", "high") if row[c] == row[c]]
        if ends != sorted(ends):
            refuse("value" if row["value"] == row["value"] else "low", "low, value and high in rising order")
        if row["shown"] and row["of_her_age"] == "no":
            refuse("shown", "nothing: this group is not of her age")
    return table


def numbers(row: Mapping | pd.Series) -> str:
    """'mean 69.4, SD 11.3 %' of one limit."""
    words = WORDED[row["statistic"]].format(**{c: row[c] for c in ("low", "value", "high", "sd")})
    return f"{words}\N{NO-BREAK SPACE}{unit_text(row['unit'])}"


def notes(parameter: str, table: pd.DataFrame) -> list[str]:
    """What stands below a finding, as HTML: at most ``SHOWN`` notes, the first of healthy children or that none was
    found.

    Rows that differ only by assay make one note.
    """
    rows = table[table["parameter"] == parameter]
    of_hers = rows[(rows["kind"] == "healthy") & (rows["of_her_age"] == "yes")]
    below = [NONE_FOUND] if of_hers.empty else []
    for (who, _), same in rows[rows["shown"] == "yes"].groupby(["of_whom", "statistic"], sort=False):
        row = same.iloc[0]
        if len(same) == 1:
            text = f"{who}: {numbers(row)}"
        else:
            by_assay = ", ".join(f"{r['method']} {r['high']:g}" for _, r in same.iterrows())
            text = f"{who}, {row['statistic']} by assay: {by_assay}\N{NO-BREAK SPACE}{unit_text(row['unit'])}"
        below.append(render(f"{text[0].upper()}{text[1:]} [@{row['source']}].", inline=True))
    return [Markup(note) for note in below]


def limits_table() -> pd.DataFrame:
    """All limits for readers, as a DataFrame: row, group with age, numbers, as printed, source, remark."""
    rows = [row for _, row in load().iterrows()]
    return pd.DataFrame({
        "Row of Table 1": [r["parameter"] for r in rows],
        "Of whom": [_joined(r["of_whom"], r["age"] if r["kind"] == "criterion" else "") for r in rows],
        "Limit": [_joined(numbers(r), r["method"]) for r in rows],
        "Printed as": [r["as_printed"] for r in rows],
        "Source, certainty": [Markup(render(f"[@{r['source']}]", inline=True) + f" {r['certainty']}") for r in rows],
        "Remark": [r["note"] for r in rows]})


def _joined(*parts):
    return ", ".join(p for p in parts if p)
