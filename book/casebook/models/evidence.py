"""What studies and guidelines say about treating MIS-C: the evidence table, its arithmetic, its reading in words.

Intervals and tests come from SciPy. Nothing is pooled: the rows differ in patients, comparison, outcome and measure.
"""

from collections import namedtuple
from collections.abc import Iterable
from functools import cache
from math import sqrt
from typing import Any

import pandas as pd

from casebook.tables.resources import DATA, CaseDataError, read_resource
from casebook.tables.wording import MINUS

COUNTS = ["year", "n_total", "n_intervention", "n_comparator", "events_intervention", "events_comparator"]
DERIVED = "derived from counts"
RATIOS = ("odds ratio", "risk ratio", "hazard ratio")

Estimate = namedtuple("Estimate", "value low high")
"""A ratio with the limits of its 95 % interval."""


@cache
def load() -> pd.DataFrame:
    """The comparisons of treatments, one row each; counts are whole numbers or missing, other empty cells are ''.

    A row derived from counts may leave its estimate to this function: whoever enters the counts of a trial enters
    nothing else. With no event in a group there is no ratio, and the row keeps its counts alone. Raises CaseDataError
    if a row contradicts itself: an interval that misses its estimate, more events than patients, the count of one group
    alone, an estimate without measure or direction.
    """
    table = read_resource("treatment_studies")
    for name in COUNTS:
        table[name] = pd.to_numeric(table[name], errors="coerce").astype("Int64")
    for row in table.itertuples():
        _check(row, row.Index)
        if (row.estimate_origin == DERIVED and pd.isna(row.estimate) and not counts_unseen(row)
            and min(_counts(row)) > 0):
            ratio = {"risk ratio": risk_ratio, "odds ratio": odds_ratio}[row.effect_measure](*_counts(row))
            table.loc[row.Index, ["estimate", "ci_low", "ci_high"]] = [round(v, 2) for v in ratio]
            table.loc[row.Index, "interval"] = "95% CI"
    return table.set_index("comparison", drop=False)


def _counts(row):
    return [int(n) for n in (row.events_intervention, row.n_intervention, row.events_comparator, row.n_comparator)]


def counts_unseen(row: Any) -> bool:
    """True for a row whose estimate waits for counts: the study has them, the book hasn't."""
    return row.estimate_origin == DERIVED and bool(pd.isna(row.events_intervention) or pd.isna(row.events_comparator))


def _check(row, line):
    def refuse(column, value, expected):
        raise CaseDataError(DATA / "treatment_studies.csv", line, column, value, expected,
                            "correct the row from its source")

    if pd.notna(row.estimate) and not (row.effect_measure and row.lower_favours and row.estimate_origin):
        refuse("estimate", row.estimate, "a measure, the side that a low value favours, and where the estimate is from")
    if pd.notna(row.ci_low) != pd.notna(row.ci_high) or pd.notna(row.ci_low) != bool(row.interval):
        refuse("ci_low", f"{row.ci_low} to {row.ci_high}", "both limits and the kind of interval, or neither")
    if pd.notna(row.ci_low) and not row.ci_low <= row.estimate <= row.ci_high:
        refuse("estimate", row.estimate, f"a value from {row.ci_low} to {row.ci_high}")
    for side in ("intervention", "comparator"):
        events, patients = getattr(row, f"events_{side}"), getattr(row, f"n_{side}")
        if pd.notna(events) and pd.notna(patients) and events > patients:
            refuse(f"events_{side}", events, f"at most {patients} patients")
    if row.estimate_origin == DERIVED and row.effect_measure not in ("risk ratio", "odds ratio"):
        refuse("effect_measure", row.effect_measure, "a risk ratio or an odds ratio, if it is derived from counts")
    if pd.notna(row.events_intervention) != pd.notna(row.events_comparator) and row.estimate_origin == DERIVED:
        refuse("events_intervention", row.events_intervention, "the counts of both groups, or of neither")


@cache
def guidelines() -> pd.DataFrame:
    """Statements of guidelines with their strength, one row each."""
    return read_resource("guidelines").set_index("statement", drop=False)


def study(comparison: str) -> pd.Series:
    """One row of ``load()`` by its short name; KeyError names the rows there are."""
    table = load()
    if comparison not in table.index:
        raise KeyError(f"no comparison {comparison!r}; there are {list(table.index)}")
    return table.loc[comparison]


def randomised_to_anakinra() -> pd.Series:
    """How many children with MIS-C each trial allotted to anakinra by lot, by the trial's name."""
    table = load()
    rows = table[(table["about"] == "anakinra") & (table["randomised"] == "yes")
                 & table["patients"].str.startswith("MIS-C")]
    return rows.drop_duplicates("study").set_index("study")["n_intervention"]


def undrawn() -> str:
    """Comparisons of anakinra in MIS-C without any estimate, so in no forest plot: 'Akkoyun 2023, MISTIC 2025'."""
    table = load()
    rows = table[(table["about"] == "anakinra") & table["patients"].str.startswith("MIS-C")
                 & (table["comparator"] != "")
                 & (table["design"] != "meta-analysis or review")]
    silent = rows[rows.groupby("study")["estimate"].transform("count") == 0]
    return ", ".join(f"{r.study} {r.year}" for r in silent.drop_duplicates("study").itertuples())


def mistic_counts() -> str:
    """One sentence for the pages: the counts of MISTIC's first outcome by arm, or that the book hasn't seen them.

    Raises CaseDataError if its two rows count the children on anakinra differently.
    """
    steroid, infliximab = study("mistic-steroid"), study("mistic-infliximab")
    if counts_unseen(steroid) or counts_unseen(infliximab):
        return "The book hasn’t seen its counts."
    if steroid.events_intervention != infliximab.events_intervention:
        raise CaseDataError(DATA / "treatment_studies.csv", None, "events_intervention",
                            f"{steroid.events_intervention} and {infliximab.events_intervention}",
                            "one count for the children on anakinra in both rows of MISTIC",
                            "correct the row from the registry")
    arms = [("anakinra", steroid.events_intervention, steroid.n_intervention),
            ("steroid", steroid.events_comparator, steroid.n_comparator),
            ("infliximab", infliximab.events_comparator, infliximab.n_comparator)]
    return "Further treatment within a week: " + ", ".join(f"{events} of {n} on {arm}" for arm, events, n in arms) + "."


def is_ratio(measure: str) -> bool:
    """True for measures whose 'no effect' is 1 and whose axis is logarithmic; False for differences."""
    return measure in RATIOS


def no_effect(measure: str) -> float:
    """The value that means no difference: 1 for a ratio, 0 for a difference."""
    return 1 if is_ratio(measure) else 0


def two_by_two(events: int, n: int, events_other: int, n_other: int) -> list[list[int]]:
    """Counts as [[events, others], [events, others]]: each child in one cell. ValueError for impossible counts."""
    if not (0 <= events <= n and 0 <= events_other <= n_other):
        raise ValueError(f"{events} of {n} and {events_other} of {n_other}: expected events "
                         "between 0 and the group's size")
    return [[events, n - events], [events_other, n_other - events_other]]


def risk_ratio(events: int, n: int, events_other: int, n_other: int) -> Estimate:
    """Risk ratio of two groups with its 95 % interval, exp(log RR ± 1.96 √(1/a − 1/n + 1/c − 1/m)), from SciPy."""
    from scipy.stats import contingency  # 11 MB in the page: only a chapter that asks for an interval or test loads it

    two_by_two(events, n, events_other, n_other)
    ratio = contingency.relative_risk(events, n, events_other, n_other)
    return Estimate(float(ratio.relative_risk), *map(float, ratio.confidence_interval()))


def odds_ratio(events: int, n: int, events_other: int, n_other: int) -> Estimate:
    """Odds ratio of two groups with its 95 % Wald interval, exp(log OR ± 1.96 √(1/a + 1/b + 1/c + 1/d)), from SciPy."""
    from scipy.stats import contingency  # as in risk_ratio

    ratio = contingency.odds_ratio(two_by_two(events, n, events_other, n_other), kind="sample")
    return Estimate(float(ratio.statistic), *map(float, ratio.confidence_interval()))


def log_se(events: int, n: int, events_other: int, n_other: int) -> float:
    """Standard error of the logarithm of the risk ratio: √(1/a − 1/n + 1/c − 1/m)."""
    return sqrt(1 / events - 1 / n + 1 / events_other - 1 / n_other)


def p_values(events: int, n: int, events_other: int, n_other: int) -> pd.Series:
    """p-values of usual tests of one 2×2 table; the one-sided test asks for fewer events in the first group."""
    from scipy.stats import chi2_contingency, fisher_exact  # as in risk_ratio

    table = two_by_two(events, n, events_other, n_other)
    return pd.Series({
        "chi-square with continuity correction": chi2_contingency(table, correction=True).pvalue,
        "Fisher's exact test": fisher_exact(table).pvalue,
        "chi-square": chi2_contingency(table, correction=False).pvalue,
        "Fisher's exact test, one-sided": fisher_exact(table, alternative="less").pvalue,
        "likelihood-ratio chi-square": chi2_contingency(table, correction=False, lambda_="log-likelihood").pvalue},
                     name="p").astype(float)


def of_counts(comparison: str) -> tuple[int, ...]:
    """(events, n, other events, other n) of a row; ValueError if one is missing."""
    row = study(comparison)
    counts = row[["events_intervention", "n_intervention", "events_comparator", "n_comparator"]]
    if counts.isna().any():
        raise ValueError(f"{comparison}: no {', '.join(counts.index[counts.isna()])}")
    return tuple(int(c) for c in counts)


def implied_group(events: int, percent: float) -> tuple[int, int]:
    """Group sizes for which ``events`` is ``percent`` % after rounding: (smallest, largest). ValueError if none."""
    fits = [n for n in range(max(events, 1), 1000) if round(100 * events / n) == percent]
    if not fits:
        raise ValueError(f"{events} events are {percent} % of no group")
    return fits[0], fits[-1]


def exposed(stay: float, daily: float) -> float:
    """Chance of a drug at some time in ``stay`` days if a day brings it with chance ``daily``: 1 − (1 − daily)^stay."""
    return 1 - (1 - daily) ** stay


def apparent_stay(stays: Iterable[float], daily: float) -> tuple[float, float]:
    """Mean stay of the ever-treated and of the never-treated, when the drug does nothing.

    ``stays``: days in hospital, one entry a child; ``daily`` as in ``exposed``. Returns (treated, untreated) in days.
    """
    chances = [exposed(s, daily) for s in stays]
    treated = sum(s * c for s, c in zip(stays, chances)) / sum(chances)
    return treated, sum(s * (1 - c) for s, c in zip(stays, chances)) / sum(1 - c for c in chances)


def favoured(row: Any) -> str:
    """Which treatment a row's estimate leans to: its name, '' if there is none or it is exactly no effect."""
    if pd.isna(row.estimate) or row.estimate == no_effect(row.effect_measure):
        return ""
    lower = row.estimate < no_effect(row.effect_measure)
    return row.intervention if lower == (row.lower_favours == "intervention") else row.comparator


def span(row: Any) -> str:
    """The interval of a row against no effect: 'clear of', 'crosses', 'ends at', or 'none'."""
    if pd.isna(row.ci_low):
        return "none"
    null = no_effect(row.effect_measure)
    if null in (row.ci_low, row.ci_high):
        return "ends at"
    return "crosses" if row.ci_low < null < row.ci_high else "clear of"


def figures(row: Any) -> str:
    """The estimate of a row as text: '0.56 (0.34 to 0.94)'; '' if there is none."""
    if pd.isna(row.estimate):
        return ""
    show = lambda v: (f"{v:.1f}" if row.effect_measure == "mean difference" else f"{v:.2f}").replace("-", MINUS)
    return show(row.estimate) + ("" if pd.isna(row.ci_low) else f" ({show(row.ci_low)} to {show(row.ci_high)})")


def read_as_words(row: Any) -> str:
    """One row in words: which way the estimate leans, and how far its interval lets that stand.

    Rows without an estimate give what the source says instead. A lean is never called an effect.
    """
    if pd.isna(row.estimate):
        values = [f"{v:g}" if pd.notna(v) else "an unverified figure"
                  for v in (row.value_intervention, row.value_comparator)]
        counts = [f"{e} of {n}"
                  for e, n in ((row.events_intervention, row.n_intervention), (row.events_comparator, row.n_comparator))
                  if pd.notna(e) and pd.notna(n)]
        result = "" if pd.isna(row.value_intervention) else f"{values[0]} against {values[1]} {row.value_unit}. "
        result = (result or (" against ".join(counts) + ". " if counts else "")
                  or ("Counts not seen. " if counts_unseen(row) else ""))
        return (result + row.finding).strip() or "No estimate."
    null = no_effect(row.effect_measure)
    other = "no difference, or the opposite," if favoured(row) else "a difference either way"
    tail = {"clear of": f"the interval stays on that side of {null}",
            "crosses": f"the interval crosses {null}: {other} is not excluded",
            "ends at": f"the interval ends at {null}, as rounded",
            "none": "no interval verified, so nothing about precision"}[span(row)]
    return f"Leans to {short(favoured(row)) or 'neither treatment'}; {tail}."


def short(treatment: str) -> str:
    """A treatment without dose and timing: 'IVIG + steroid as first treatment' -> 'IVIG + steroid'."""
    for mark in (" as first", " first line", " in the initial", " at any time", " on days", " (", " 2 g/kg", " 10 mg",
                 " 12 mg", " 2 mg"):
        treatment = treatment.split(mark)[0]
    return treatment.replace("initial treatment without anakinra", "no anakinra")
