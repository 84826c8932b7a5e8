"""Hypotheses of how MIS-C comes about, held against findings: the matrix, its evidence, and what separates two ideas.

``data/mechanisms.csv`` has one row for each pair of a finding and a hypothesis. A pair speaks *for*, *against*, or is
*silent*, by the rule of chapter 3; each row names the clause that it rests on. The reading of a pair is the book's;
each rests on cited work.
"""

from functools import cache
from pathlib import Path

import pandas as pd

from casebook.tables.references import cite_label
from casebook.tables.resources import DATA, CaseDataError, read_resource, resource
from casebook.tables.wording import listed

CLAUSES = {"for": ("expected", "needed"), "against": ("unexpected", "support lost"),
           "silent": ("either way", "too little")}
"""The rule of chapter 3: a reading rests on one of its own clauses, or it is refused."""


@cache
def evidence() -> pd.DataFrame:
    """Every pair of a finding and a hypothesis, as in data/mechanisms.csv; index ``line``."""
    return load()


def load(path: Path | str | None = None, check_hash: bool = True) -> pd.DataFrame:
    """Read the pairs from ``data/mechanisms.csv`` or from another file of the same form.

    Raises CaseDataError for what the descriptor does not allow, a citation key that references.bib does not have, a
    pair that is missing, a reading by a clause of another one, and a count without its whole or above it.
    """
    table = read_resource("mechanisms", path, check_hash)
    path = path or DATA / "mechanisms.csv"
    for line, row in table.iterrows():
        for key in keys(row["source"]):
            try:
                cite_label(key)
            except CaseDataError:
                raise CaseDataError(path, line, "source", f"'{key}'", "keys of references.bib, separated by semicolons",
                                    "add the entry or correct the key") from None
        if row["clause"] not in CLAUSES[row["speaks"]]:
            raise CaseDataError(path, line, "clause", f"'{row['clause']}' for a pair that is '{row['speaks']}'",
                                listed(CLAUSES[row["speaks"]]),
                                "ask whether you would see the finding if the idea were wrong, and correct the reading "
                                "or the clause")
        if pd.isna(row["count"]) != pd.isna(row["of"]) or row["count"] > row["of"]:
            raise CaseDataError(path, line, "count", f"{row['count']:g} of {row['of']:g}",
                                "a count and the number looked at, or neither")
    for finding in findings():
        for hypothesis in hypotheses():
            if not ((table["finding"] == finding) & (table["hypothesis"] == hypothesis)).any():
                raise CaseDataError(path, None, "hypothesis", f"no row for '{finding}' and '{hypothesis}'",
                                    "one row for each pair")
    return table


def _values(field):
    return next(f for f in resource("mechanisms")["schema"]["fields"] if f["name"] == field)["constraints"]["enum"]


def hypotheses() -> list[str]:
    """The hypotheses, in the order of the matrix."""
    return list(_values("hypothesis"))


def findings() -> list[str]:
    """The findings, in the order of the matrix."""
    return list(_values("finding"))


def keys(source: str) -> list[str]:
    """Citation keys of a source: 'a; b' -> ['a', 'b']."""
    return [key.strip() for key in source.split(";")]


def matrix() -> pd.DataFrame:
    """Findings as rows, hypotheses as columns, 'for', 'against' or 'silent' as cells."""
    return evidence().pivot(index="finding", columns="hypothesis", values="speaks").loc[findings(), hypotheses()] \
        .rename_axis(index=None, columns=None)


def separates(one: str, other: str) -> pd.DataFrame:
    """Findings on which two hypotheses differ: a DataFrame with a column for each of the two.

    Raises KeyError for an unknown hypothesis.
    """
    pair = matrix()[[one, other]]
    return pair[pair[one] != pair[other]]


def reach() -> pd.Series:
    """For each finding, to how many of the hypotheses it speaks, for or against."""
    return (matrix() != "silent").sum(axis=1).rename("speaks to")


def interval(count: float, of: float) -> tuple[float, float]:
    """95 % Wilson interval of a share, as (low, high) between 0 and 1.

    It holds every true share that lies within 1.96 standard errors of the counted one, and stays inside 0 and 1, which
    matters for few patients.
    """
    from scipy.stats import binomtest  # takes long to import, and most cells that import the package print no share

    low, high = binomtest(int(count), int(of)).proportion_ci(method="wilson")
    return float(low), float(high)


def share(count: float, of: float) -> str:
    """'13 of 21 (62 %; 95 % CI 41 to 79)': a count with its share and Wilson interval in per cent."""
    digits = 0 if count / of >= 0.1 or not count else 1
    middle, low, high = (f"{100 * part:.{digits}f}" for part in (count / of, *interval(count, of)))
    return f"{count:g} of {of:g} ({middle} %; 95 % CI {low} to {high})"


def counted(finding: str, hypothesis: str) -> str:
    """``share`` of the patients that one row counts. Raises KeyError if it counts none."""
    return share(*_count(finding, hypothesis))


def tally(finding: str, hypothesis: str) -> str:
    """'5 of 558': what one row counts, where a share would mislead. Raises KeyError if it counts none."""
    return "{:g} of {:g}".format(*_count(finding, hypothesis))


def _count(finding, hypothesis):
    row = _row(finding, hypothesis)
    if pd.isna(row["count"]):
        raise KeyError(f"no count for {finding!r} and {hypothesis!r}")
    return row["count"], row["of"]


def _row(finding, hypothesis):
    rows = evidence()[(evidence()["finding"] == finding) & (evidence()["hypothesis"] == hypothesis)]
    if rows.empty:
        raise KeyError(f"no row for {finding!r} and {hypothesis!r}")
    return rows.iloc[0]
