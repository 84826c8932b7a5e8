"""Tables of the page "How current is this?": searches, comparisons held, works left out."""


from casebook.display.html_table import Html, table_html
from casebook.models.recency import held, searches
from casebook.tables.resources import read_resource


def left_out(kind: str) -> Html:
    """What was found and 'not taken', or 'not found', with the reason, as a table."""
    rows = read_resource("left_out").query("kind == @kind")[["what", "record", "why"]]
    if kind == "not found":
        return table_html(rows.drop(columns="record").set_axis(["Looked for", "What was met"], axis=1), "Looked for and not found", classes="words stacked")
    return table_html(rows.set_axis(["Found", "In", "Why it was not taken"], axis=1), "Found and not taken", classes="words stacked")


def show_searches() -> Html:
    """Every search, word for word, as a table."""
    rows = searches().assign(date=[day.isoformat() for day in searches()["date"]])
    return table_html(rows.rename(columns={"words": "Words asked for", "where": "Where", "date": "Day"})[["Words asked for", "Where", "Day"]],
                      "Searches, word for word", classes="words stacked")


def show_held() -> Html:
    """``held`` as a table."""
    return table_html(held(), "Comparisons of anakinra in MIS-C that the book holds", classes="words stacked")
