"""Tables of the page "How current is this?": searches, comparisons held, works left out."""

from casebook.display.html_table import Html, table_html
from casebook.models.recency import held, searches
from casebook.tables.resources import read_resource


def left_out(kind: str) -> Html:
    """What was found and 'not taken', or 'not found', with the reason, as a table."""
    rows = read_resource("left_out").query("kind == @kind")
    if kind == "not found":
        return _table(rows, {"what": "Looked for", "why": "What was met"}, "Looked for and not found")
    return _table(rows, {"what": "Found", "record": "In", "why": "Why it was not taken"}, "Found and not taken")


def show_searches() -> Html:
    """Every search, word for word, as a table."""
    rows = searches().assign(date=[day.isoformat() for day in searches()["date"]])
    return _table(rows, {"words": "Words asked for", "where": "Where", "date": "Day"}, "Searches, word for word")


def show_held() -> Html:
    """``held`` as a table."""
    return table_html(held(), "Comparisons of anakinra in MIS-C that the book holds", classes="words stacked")


def _table(rows, heads, caption):
    return table_html(rows[[*heads]].rename(columns=heads), caption, classes="words stacked")
