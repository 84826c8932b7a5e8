"""How far readers of one form agree: two item by item, many pair by pair."""

from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from .appraisal import Form


@dataclass(frozen=True)
class Agreement:
    """How far two readers agree: ``identical`` and ``differ`` list items both judged, ``open`` those that one left out."""

    form: Form
    identical: tuple
    differ: tuple
    open: tuple

    @property
    def share(self) -> float:
        """Identical judgements as a share of all items of the form, 0 … 1."""
        return len(self.identical) / len(self.form.items)

    def words(self) -> str:
        """The result in words; appraisal.js says the same."""
        names = lambda items: ", ".join(map(self.form.label, items))
        said = f"Raw agreement: {len(self.identical)} of {len(self.form.items)} items ({int(100 * self.share + 0.5)} %)."
        said += f" The readings differ on {names(self.differ)}." if self.differ else ""
        said += f" Not judged by both: {names(self.open)}." if self.open else ""
        return said


def raw(form: Form, first: dict[int, str], second: dict[int, str]) -> Agreement:
    """Raw agreement of two readers, each {item: judgement}: identical judgements out of all items."""
    numbers = range(1, len(form.items) + 1)
    both = [n for n in numbers if n in first and n in second]
    same = tuple(n for n in both if first[n] == second[n])
    return Agreement(form, same, tuple(n for n in both if n not in same), tuple(n for n in numbers if n not in both))


def pairs_that_agree(form: Form, readers: dict[str, dict[int, str]]) -> pd.Series:
    """Share of all pairs of readers that agree on an item, as a Series by item label (0 … 1).

    An item that one of a pair left out is no agreement of theirs. Raises ValueError for fewer than two readers.
    """
    pairs = list(combinations(readers.values(), 2))
    if not pairs:
        raise ValueError("agreement needs two readers")
    return pd.Series({form.label(n): sum(n in a and a[n] == b.get(n) for a, b in pairs) / len(pairs) for n in range(1, len(form.items) + 1)},
                     name="pairs that agree")
