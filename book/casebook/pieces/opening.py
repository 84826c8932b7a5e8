"""The opening page's minute of play: what comes next in one row, then two drugs in one column, then how sure one is.

Its window ends at column 4, so that it tells none of the values that the case asks for.
"""

from dataclasses import dataclass, field

import pandas as pd

from casebook.charts.case import rows_of
from casebook.display.figure import Figure
from casebook.display.text import template
from casebook.models import counts
from casebook.tables.table1 import load
from casebook.tables.values import marked

WINDOW, KNOWN, TOP = "4", "3a", 7000
"""The last column that shows, the last one known at the start, and the top of the scale in ng/L."""
PLOT = {"left": 52, "step": 62, "base": 268, "high": 176, "top": TOP}
"""The plot in pixels: where its columns begin, how wide one is, its foot, its height."""


@dataclass
class Opening(Figure):
    """The minute of play as a figure, complete without script: a picture and three sentences."""

    points: list[dict] = field(default_factory=list)
    doses: dict[str, list] = field(default_factory=dict)

    def html(self) -> str:
        """The picture beside the words; opening.js takes them one at a time."""
        n, part = counts.numbers(), template("opening.html").module
        picture = part.picture(self.title, self.points, self.doses, PLOT)
        return part.play(self._frame(picture), self.points, n.core_same_day, n.core, PLOT)


def opening(table: pd.DataFrame | None = None) -> Opening:
    """The minute of play about ``table``, as from ``table1.load``."""
    table = load() if table is None else table
    rows = rows_of(table, "ProBNP", WINDOW)
    numbers = pd.DataFrame({"Column": rows["column"], "ProBNP, ng/L": [marked(row) for row in rows.to_dict("records")]})
    values = ", ".join(f"{row.printed} in column {row.column}" for row in rows.itertuples())
    last = rows.loc[rows["column"] == KNOWN, "place"].iloc[0]
    points = [dict(column=row.column, printed=row.printed, value=int(row.value), place=row.place,
                   known=row.place <= last) for row in rows.itertuples()]
    highest = lambda drug: rows_of(table, drug, WINDOW).query("value == value.max()")
    doses = {name: highest(drug)[["place", "printed"]].to_dict("records")
             for name, drug in (("pulse", "methylprednisolone"), ("anakinra", "anakinra"))}
    return Opening("ProBNP up to day 4, with two drugs", f"ProBNP in ng/L: {values}. In our reconstruction a pulse of "
                   "steroid and anakinra begin in the same column.", numbers, [], name="opening", points=points,
                   doses=doses)
