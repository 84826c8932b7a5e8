"""Tables of words as accessible HTML, sortable and filterable on the page; complete without script."""

from collections.abc import Iterable

import pandas as pd
from markupsafe import escape

from casebook.display.two_faces import shown


class Html(str):
    """HTML of the site that a cell shows."""

    def _repr_html_(self):
        return shown(self)


def table_html(frame: pd.DataFrame, caption: str, sortable: bool = False, filters: Iterable[str] = (),
               classes: str = "words") -> Html:
    """A DataFrame of words as an HTML table that a cell can show.

    Cells are escaped unless they are Markup; the first column heads its row. ``sortable`` puts a button into each
    column head, ``filters`` names columns that get a choice of their values above the table; both need script, the
    table does not. The class ``stacked`` puts a row's cells below each other on a phone, each after the name of its
    column. Raises KeyError for a filter that is no column.
    """
    missing = set(filters) - set(frame.columns)
    if missing:
        raise KeyError(f"{caption}: no column {sorted(missing)} to filter by; there are {list(frame.columns)}")
    labels = [f' data-label="{escape(c)}"' if "stacked" in classes.split() else "" for c in frame.columns[1:]]
    rows = "".join(f'<tr><th scope="row">{escape(r[0])}</th>'
                   + "".join(f"<td{a}>{escape(c)}</td>" for a, c in zip(labels, r[1:])) + "</tr>"
                   for r in frame.itertuples(index=False))
    head = "".join(f'<th scope="col">{escape(c)}</th>' for c in frame.columns)
    script = f' data-script="tables" data-filters="{escape("|".join(filters))}"{" data-sortable" * sortable}' \
        if sortable or filters else ""
    return Html(f'<div class="scroll" role="group" aria-label="{escape(caption)}" tabindex="0">'
                f'<table class="case-table {classes}"{script}>'
                f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
                f"<tbody>{rows}</tbody></table></div>")
