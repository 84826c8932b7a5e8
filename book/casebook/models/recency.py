"""How current the evidence is: what was searched for, when, what was left out, which comparisons it holds.

`make evidence` prints it; the page "How current is this" shows it.
"""

from datetime import date
from functools import cache

import pandas as pd

from casebook.models import evidence
from casebook.tables.resources import DATA, CaseDataError, read_resource

GOOD_FOR_DAYS = 365
"""A search older than this is a warning on the page and in `make evidence`."""


@cache
def searches() -> pd.DataFrame:
    """Every search: ``date`` as a date, ``where``, ``words``. CaseDataError for a day that is none or still to come."""
    table = read_resource("searches")
    days = []
    for line, text in table["date"].items():
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            raise CaseDataError(DATA / "searches.csv", line, "date", f"'{text}'", "a day such as 2026-11-28",
                                "write year, month and day") from None
    return table.assign(date=days)


def last_search() -> date:
    """The day of the latest search."""
    return max(searches()["date"])


def again_by() -> date:
    """The day after which the last search is too old."""
    return date.fromordinal(last_search().toordinal() + GOOD_FOR_DAYS)


def overdue(today: date | None = None) -> bool:
    """Whether the last search is older than ``GOOD_FOR_DAYS`` on ``today``, a date; the present day if None."""
    return (today or date.today()) > again_by()


def state(today: date | None = None) -> str:
    """One sentence: when the evidence was last searched for, and whether that is too long ago on ``today``."""
    sentence = f"The evidence was last searched for on {in_words(last_search())}."
    return (f"Warning: {sentence} That is more than a year ago; newer studies may be missing." if overdue(today)
            else f"{sentence} Look again by {in_words(again_by())}.")


def in_words(day: date) -> str:
    """A date as pages print it: '28 November 2026'."""
    return f"{day.day} {day:%B %Y}"


def held() -> pd.DataFrame:
    """Comparisons of anakinra in MIS-C, a row a study: Study, Design, Anakinra (children), Against (children)."""
    table = evidence.load()
    rows = table[(table["about"] == "anakinra") & table["patients"].str.startswith("MIS-C")
                 & (table["comparator"] != "")
                 & (table["design"] != "meta-analysis or review")]
    number = lambda n: "not verified" if pd.isna(n) else int(n)
    # the row with the largest groups stands for a study: a matched part of it has fewer children
    first = rows.sort_values("n_intervention", ascending=False,
                             kind="stable").drop_duplicates("study").sort_values(["year", "study"])
    return pd.DataFrame([{"Study": f"{r.study} {r.year}", "Design": r.design,
                          "Children on anakinra": number(r.n_intervention),
                          "Against": f"{evidence.short(r.comparator)} ({number(r.n_comparator)})"}
                         for r in first.itertuples()])


if __name__ == "__main__":
    print(f"{len(held())} comparisons of anakinra in MIS-C:", held().to_string(index=False), state(), sep="\n")
