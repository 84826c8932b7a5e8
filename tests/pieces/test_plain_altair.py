"""A reader's own Altair chart: named, described, with its numbers, without script; refused where it can't be read."""

import altair as alt
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from casebook.display.figure import stretched
from casebook.display.plain_altair import Unreadable, show
from conftest import TOP

table = pd.read_csv(TOP / "data/table1.csv")
CRP = alt.Chart(table.query("parameter == 'CRP'")).mark_line().encode(x=alt.X("position").title("value number"),
                                                                      y=alt.Y("value").title("CRP, mg/L"))
HEART = alt.Chart(table[table["parameter"].isin(["EF", "FS"])]).mark_point().encode(x="position", y="value",
                                                                                    tooltip=["printed", "flag"])
LINE = alt.Chart(pd.DataFrame({"value": [55.0], "what": ["a <limit>"]}))
NAMED = {"title": "What is shown", "description": "What rises, what falls."}
KINDS = {"one view": (CRP, 9, ["value number", "CRP, mg/L"]),
         "layers of one table": (CRP + CRP.mark_point(), 9, ["value number", "CRP, mg/L"]),
         "layers of two tables": (HEART + LINE.mark_rule().encode(y="value")
                                  + LINE.mark_text().encode(y="value", text="what"), 17,
                                  ["drawn as", "position", "value", "printed", "flag", "what"]),
         "facets by row": (HEART.encode(row="parameter"), 16, ["parameter", "position", "value", "printed", "flag"]),
         "facets that wrap": (HEART.facet("parameter", columns=1), 16,
                              ["parameter", "position", "value", "printed", "flag"]),
         "panels below each other": (CRP & HEART, 25,
                                     ["drawn as", "value number", "CRP, mg/L", "position", "value", "printed", "flag"]),
         "panels that repeat":
             (CRP.encode(y=alt.Y(alt.repeat("row"), type="quantitative")).repeat(row=["value", "position"]), 9,
              ["value", "value number"])}


@pytest.mark.parametrize("kind", KINDS)
def test_a_plain_chart_has_name_description_and_numbers_and_asks_for_nothing(kind, monkeypatch):
    monkeypatch.setenv("CASEBOOK_STATIC", "1")
    chart, rows, heads = KINDS[kind]
    html = chart.properties(**NAMED)._repr_mimebundle_()["text/html"]
    page = BeautifulSoup(html, "html.parser")
    assert page.svg["aria-label"] == page.figcaption.get_text() == NAMED["title"] and page.svg["role"] == "img"
    assert html.count(NAMED["title"]) == 5, "the title is drawn a second time"  # figure, two drawings, caption, numbers
    assert page.select_one(".visually-hidden").get_text() == NAMED["description"]
    assert [cell.get_text() for cell in page.select("details th")] == heads
    assert len(page.select("details tbody tr")) == rows
    assert not page.select("script, style, [style], [src], [href]") and "black" not in html and "#000" not in html


def test_numbers_stand_as_they_are_and_a_text_of_the_data_is_no_html():
    html = show((HEART + LINE.mark_text().encode(text="what")).properties(**NAMED).to_dict())["text/html"]
    numbers = str(BeautifulSoup(html, "html.parser").select_one("figure"))
    assert ("<td>44</td>" in numbers and "a &lt;limit&gt;" in numbers and "a <limit>" not in numbers
            and "nan" not in numbers.lower())


@pytest.mark.parametrize("given, lacks", [({}, "no title and no description"), ({"title": "T"}, "no description"),
                                          ({"description": "D."}, "no title")])
def test_a_chart_without_title_or_description_is_refused_with_its_remedy(given, lacks):
    with pytest.raises(Unreadable, match=rf'(?s)has {lacks}:.*properties\(title="'):
        show((CRP + CRP.mark_point()).properties(**given).to_dict())


@pytest.mark.parametrize("chart, problem", [(CRP.encode(y="valeu:Q"), "draws nothing"),
                                            (alt.Chart("a.csv").mark_point().encode(x="a:Q"), "has no numbers")])
def test_a_chart_that_shows_nothing_is_refused(chart, problem):
    with pytest.raises(Unreadable, match=problem):
        show(chart.properties(**NAMED).to_dict())


def test_a_title_of_two_lines_with_a_subtitle_is_whole():
    html = show(CRP.properties(title=alt.Title(["Her", "CRP"], subtitle="mg/L & more"),
                               description="It falls.").to_dict())["text/html"]
    assert "<figcaption>Her CRP</figcaption>" in html and '<p class="chart-note">mg/L &amp; more</p>' in html


def test_a_notebook_shows_plain_charts_after_the_import_alone_and_a_refusal_in_words_alone(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(TOP / "book"))
    monkeypatch.delenv("CASEBOOK_STATIC", raising=False)
    chart = ("import casebook, altair as alt, pandas as pd\nchart = alt.Chart(pd.DataFrame({'a': [1, "
             "2]})).mark_point().encode(x='a')\n")
    notebook = new_notebook(cells=[new_code_cell(f"{chart}{last}")
                                   for last in ("chart.properties(title='T', description='D.')", "chart")])
    good, bad = (cell.outputs[0] for cell in NotebookClient(notebook, allow_errors=True).execute().cells)
    assert (good.data["text/html"].count("<svg") == 2 and good.data["text/plain"] == "T"
            and "<script" not in good.data["text/html"])
    assert bad.ename == "Unreadable" and len(bad.traceback) == 1 and "description=" in bad.traceback[0]


def test_a_long_title_makes_no_chart_narrower_than_its_column():
    wide, narrow = stretched(CRP.properties(title="W" * 45).to_dict(), "long")
    short, _ = stretched(CRP.properties(title="W").to_dict(), "short")
    assert wide["width"] == short["width"] > narrow["width"] > 200
