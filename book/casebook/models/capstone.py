"""What a capstone notebook needs: which data, which rules, where a value first falls below a limit, which software."""

import platform
from collections.abc import Callable, Iterable
from importlib.metadata import version

import pandas as pd

from casebook.models.placements import row_placements
from casebook.tables.resources import resource
from casebook.tables.table1 import COLUMNS, load


def data_version() -> str:
    """Which data a result comes from: 'table1.csv, 104 values, SHA-256 0123456789ab'."""
    described = resource("table1")
    return f"{described['path']}, {len(load())} values, SHA-256 {described['hash'].removeprefix('sha256:')[:12]}"


def environment(packages: Iterable[str] = ("pandas", "numpy", "altair")) -> pd.Series:
    """Versions of Python and of the packages a result was computed with, as a Series."""
    return pd.Series({"python": platform.python_version(), **{p: version(p) for p in packages}}, name="version")


def first_below(parameter: str, share: float, rules: dict[str, Callable[[tuple[str, ...]], bool]],
                readings: dict[str, dict[int, float]]) -> pd.DataFrame:
    """The column in which a row first falls below ``share`` (0 … 1) of its first value, over placements in order.

    ``rules`` maps names to tests of one placement, a tuple of column labels; ``readings`` maps names to values that
    stand in for printed ones, {position: value}. Returns one row per rule, reading and column with `placements`, `all`
    and `share`. Raises ValueError if the row holds a word or a limit, never falls so far, or a rule leaves no
    placement.
    """
    row = load()
    row = row[row["parameter"] == parameter].set_index("position")
    if not (row["qualifier"] == "=").all():
        raise ValueError(f"{parameter} holds words or limits")
    every = [tuple(COLUMNS[i] for i in places) for places in row_placements(parameter, unbroken=False)]
    rows = []
    for rule, allowed in rules.items():
        left = [places for places in every if allowed(places)]
        if not left:
            raise ValueError(f"no placement of {parameter} is left by '{rule}'")
        for reading, instead in readings.items():
            values = [instead.get(n, value) for n, value in row["value"].items()]
            low = next((n for n, value in enumerate(values) if value < share * values[0]), None)
            if low is None:
                raise ValueError(f"{parameter} never falls below {share:.0%} of its first value")
            counts = pd.Series([places[low] for places in left]).value_counts()
            rows += [(rule, reading, c, int(counts[c]), len(left), counts[c] / len(left)) for c in COLUMNS
                     if c in counts]
    return pd.DataFrame(rows, columns=["rule", "reading", "column", "placements", "all", "share"])


def span(runs: pd.DataFrame, rule: str, reading: str) -> str:
    """Columns and counts of one rule and reading: 'columns 4 to 7, most often 6 (45 of 120 placements)'; ties named."""
    rows = runs[(runs["rule"] == rule) & (runs["reading"] == reading)]
    most = rows[rows["placements"] == rows["placements"].max()]
    return (f"columns {rows['column'].iloc[0]} to {rows['column'].iloc[-1]}, most often {' and '.join(most['column'])} "
            f"({most['placements'].iloc[0]} of {most['all'].iloc[0]} placements{' each' if len(most) > 1 else ''})")
