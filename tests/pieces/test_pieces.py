"""The pieces that chapters are built from: staged pictures, choices, ledger, tables, charts with controls."""

import json
import re
from collections import Counter
from functools import cache

import altair as alt
import pandas as pd
import pytest
import yaml
from altair.utils.schemapi import SchemaValidationError
from bs4 import BeautifulSoup, SoupStrainer
from markupsafe import Markup

from casebook import Choices, Control, piece, spoken, table_html
from casebook.display.figure import ParameterFigure, svg_of, words_layer
from casebook.pieces.belief_ledger import CHAPTERS, CLAIM, ledger_html
from casebook.pieces.stages import FIGURES, load_stages
from casebook.tables.resources import CaseDataError
from casebook.tables.table1 import COLUMNS
from conftest import SITE, TOP

WORDS = {"title": "Two", "description": "A box, then a word.",
         "stages": [{"name": "One.", "text": "It starts."}, {"name": "Two.", "text": "It ends."}]}
SVG = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><g data-stage="1"><path d="M0,0"/></g>'
       '<g data-stage="2"/></svg>')


def staged(folder, words=WORDS, svg=SVG):
    (folder / "two.yml").write_text(words if isinstance(words, str) else yaml.safe_dump(words), "utf-8")
    (folder / "two.svg").write_text(svg, "utf-8")
    return load_stages("two", folder)


def test_a_staged_picture_keeps_words_and_drawing_together(tmp_path):
    words, svg = staged(tmp_path)
    assert words == WORDS and 'role="img"' in svg and 'aria-label="Two"' in svg and svg.count("data-stage") == 2


@pytest.mark.parametrize("words, svg, where", [
    ("a: [", SVG, "two.yml"), ({**WORDS, "title": ""}, SVG, "two.yml, column 'title'"),
    (WORDS, SVG[:-3], "two.svg, line 1"),
    ({**WORDS, "stages": WORDS["stages"][:1]}, SVG, "stages 1 to 1"), (WORDS, SVG.replace('"2"', '"3"'), "[1, 3]"),
    ({**WORDS, "stages": [{"name": "One."}]}, SVG, "stage 1': found 'text'"),
    ({**WORDS, "stages": ["one", "two"]}, SVG, "stage 2': found 'two'")])
def test_a_damaged_staged_picture_stops_the_build_by_name(tmp_path, words, svg, where):
    with pytest.raises(CaseDataError) as caught:
        staged(tmp_path, words, svg)
    assert where in str(caught.value) and "Remedy" in str(caught.value)


def test_a_missing_staged_picture_is_named(tmp_path):
    with pytest.raises(CaseDataError, match="nowhere.yml"):
        load_stages("nowhere", tmp_path)


@pytest.mark.parametrize("file", sorted(FIGURES.glob("*.svg")), ids=lambda p: p.name)
def test_drawings_follow_the_theme_and_can_be_read_on_a_phone(file):
    text = file.read_text("utf-8")
    fixed = re.findall(r'(?:fill|stroke)="(?!none|var\(--chart-|currentColor)[^"]+"', text)
    assert not fixed, "a colour that does not follow the theme"
    width = float(re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+)', text)[1])
    sizes = [float(s) for s in re.findall(r'font-size="?:?\s*([\d.]+)', text)]
    assert min(sizes) * 290 / width >= 9.5, "letters too small at 320 px"


def counted(**state):
    return f"{state['a']} and {state['b']}.", f"<p>{state['a'] * state['b']}</p>"


def test_choices_hold_every_state_under_its_values():
    choices = Choices("c", "Two numbers",
                      [Control("a", "First", {1: "one", 2: "two"}, 2),
                       Control("b", "Second", {3: "three", 4: "four"})], counted)
    page = BeautifulSoup(choices.static_html(), "html.parser")
    panels = page.select("[data-choice]")
    assert [p["data-choice"] for p in panels] == ["0 0", "0 1", "1 0", "1 1"]
    assert [p.select_one(".choice-when").get_text() for p in panels][2] == "First: two; Second: three"
    assert [p["data-choice"] for p in page.select(".choice.start")] == ["1 0"], "without script, the start is marked"
    assert [i["value"] for i in page.select("input[checked]")] == ["1", "0"]
    assert "<p>6</p>" in str(panels[2])


def test_a_control_starts_at_one_of_its_values():
    with pytest.raises(KeyError, match="5"):
        Control("a", "First", {1: "one"}, 5)


def test_the_ledger_asks_for_the_claim_in_its_chapters_only():
    for n, chapter in enumerate(CHAPTERS, 1):
        html = ledger_html(chapter)
        assert CLAIM in BeautifulSoup(html, "html.parser").get_text() and f"entry {n} of 7" in html
    with pytest.raises(CaseDataError, match="chapter 2"):
        ledger_html(2)


def test_every_ledger_entry_stands_in_its_chapter():
    entries = {int(m) for p in (TOP / "book").glob("[0-9]*.md")
               for m in re.findall(r"^```\{ledger\} (\d+)", p.read_text("utf-8"), re.M)}
    written = {int(p.name[:2]) for p in (TOP / "book").glob("[0-9]*.md")}
    assert entries == written & set(CHAPTERS)


def test_tables_escape_words_and_keep_markup():
    html = table_html(pd.DataFrame({"A<b": ["x<y", "z"], "Kind": [Markup("<em>k</em>"), "m"]}), "A & B", sortable=True,
                      filters=["Kind"])
    assert "x&lt;y" in html and "<em>k</em>" in html and "A &amp; B" in html and 'data-filters="Kind"' in html
    assert "data-script" not in table_html(pd.DataFrame({"A": ["x"]}), "Plain")
    with pytest.raises(KeyError, match="Colour"):
        table_html(pd.DataFrame({"A": ["x"]}), "Plain", filters=["Colour"])


def parameter_figure():
    slope = alt.param(name="slope", value=2, bind=alt.binding_range(min=0, max=5, step=1, name="Slope"))
    kind = alt.param(name="kind", value="a",
                     bind=alt.binding_radio(options=["a", "b"], labels=["first", "second"], name="Kind"))
    base = alt.Chart(pd.DataFrame({"x": [0, 1]})).transform_calculate(y="datum.x * slope")
    words = words_layer(base.transform_filter("datum.x == 1")
                        .transform_calculate(words="'Ends at ' + datum.y + ', ' + kind + '.'"))
    chart = alt.layer(base.mark_line().encode(x="x:Q", y="y:Q"), words).properties(width=200, height=100) \
        .add_params(slope, kind)
    return ParameterFigure("A line", "A line rises.", pd.DataFrame({"x": [1]}), [("line", chart)], name="line",
                           start="Drawn for slope 2.")


def test_a_chart_with_controls_is_whole_without_script():
    page = BeautifulSoup(parameter_figure().html(), "html.parser")
    assert page.select_one("svg path") and page.select_one(".said").get_text() == "Ends at 2, a."
    assert "Ends at" not in page.select_one("svg").get_text(), "the words are said below the chart, not drawn"
    assert page.select_one("input[type=range]")["value"] == "2" and page.select_one("label[for]").get_text() == "Slope"
    assert [label.get_text() for label in page.select("fieldset label")] == ["first", "second"]
    assert page.select_one(".start").get_text() == "Drawn for slope 2."
    specs = json.loads(page.select_one('script[type="application/json"]').get_text())
    assert len(specs) == 2 and specs[0]["width"] > specs[1]["width"], "one for a laptop's column, one for a phone's"
    assert not any("bind" in p for spec in specs for p in spec["params"]), "the page's own controls drive the chart"


def test_an_output_of_a_notebook_carries_style_and_scripts_and_leads_nowhere(monkeypatch):
    monkeypatch.delenv("CASEBOOK_STATIC", raising=False)
    output = parameter_figure()._repr_html_()
    asked = BeautifulSoup(piece("question", "8.1")._repr_html_(), "html.parser")
    assert all(f'load("{name}"' in output for name in ("book", "vega", "parameters")), "a script is missing"
    assert output.index('load("book"') < output.index('load("vega"') < output.index('load("parameters"')
    root = asked.select_one(".casebook-live")
    assert root["data-lm-suppress-shortcuts"] == "true", "JupyterLab would take keys pressed in an output"
    assert not [a["href"] for a in asked.select("a[href]") if not a["href"].startswith(("http", "#"))]
    assert "until you reload the page" in piece("ledger", 1)._repr_html_(), "a notebook keeps no answer, and says so"
    with pytest.raises(KeyError):
        piece("quiz", 1)


NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
WITHOUT_NUMBERS = {"Causal graph of the case": "its table lists arrows"}


def numbers(text):
    return {float(n.replace(",", "")) for n in NUMBER.findall(text.replace("4. 3", "4.3"))}


@cache
def described():
    """Every figure of the built pages but the decks: (page, figure without its description, description)."""
    figures = []
    for page in sorted((SITE / "book").rglob("*.html")):
        if "slides" not in page.parts and "figure" in (text := page.read_text("utf-8")):
            for figure in BeautifulSoup(text, "html.parser", parse_only=SoupStrainer("figure")).select("figure.chart"):
                figures.append((page.stem, figure,
                                figure.select_one("p.visually-hidden").extract().get_text(" ", strip=True)))
    return figures


def test_every_figure_tells_a_message_of_its_own(site):
    assert len(described()) > 55
    named = {}
    for page, figure, words in described():
        name = f"{page}: {figure['aria-label']}"
        assert len(words) > 80 and words.endswith("."), f"{name} is not described in a sentence: {words!r}"
        assert words not in named, f"{name} is described by the very words of {named[words]}"
        named[words] = name
        if figure.select("details.numbers") and figure["aria-label"] not in WITHOUT_NUMBERS:
            assert numbers(words), f"{name}: numbers, and none in its description"


def counted_in(table):
    """Counts a description may tell: rows, rows that share a value, different values of a column."""
    columns = list(zip(*([cell.get_text(" ", strip=True) for cell in row.select("td")]
                         for row in table.select("tbody tr"))))
    return {len(columns[0])} | {n for column in columns for n in (len(set(column)), *Counter(column).values())}


def extent_of(table):
    """What a single row of the case may say of its last measured value against its first, in per cent."""
    value = [row.select("td")[1].get_text() for row in table.select("tbody tr")]
    first, *_, last = 2 * [float(v.replace(" ", "")) for v in value if "<" not in v]
    return {min(99, round(100 * abs(last / first - 1)))}


def test_every_number_of_a_description_stands_in_its_figure():
    for page, figure, words in described():
        if table := figure.select_one("details.numbers table"):
            known = numbers(figure.get_text(" ")) | counted_in(table)
            if "chart-series" in figure["class"]:
                known |= extent_of(table)
            new = sorted(numbers(words) - known)
            assert not new, f"{page}: {figure['aria-label']}: {new} in the description, and not in the figure"


@pytest.mark.parametrize("values, expected", [
    (["5", "6", "7", "4"], "starts at 5 in column 1, rises to 7 in column 3a and falls to 4 in column 3b"),
    (["2", "2", "<1", "<1"], "starts at 2 in column 1, stays at 2 in column 2 and is below its limit of 1 in columns "
                             "3a to 3b"),
    (["<1", "3", "4"], "is below its limit of 1 in column 1, is 3 in column 2 and rises to 4 in column 3a"),
    (["3"], "is 3 in column 1")])
def test_a_course_is_told_by_its_turns(values, expected):
    rows = pd.DataFrame([{"column": c, "printed": v, "qualifier": "<" if "<" in v else "=",
                          "value": float(v.strip("<"))} for c, v in zip(COLUMNS, values)])
    assert spoken.course(rows) == expected


@pytest.mark.parametrize("first, last, expected",
                         [(53, 0.04, "more than 99 % below"), (100, 99.8, "as high as"), (44, 67, "52 % above"),
                          (4, 3, "25 % below")])
def test_a_fall_that_is_not_complete_never_reads_as_100_per_cent(first, last, expected):
    assert spoken.change(first, last) == expected


def test_no_rule_of_the_stylesheet_swallows_the_next():
    text = (TOP / "book" / "_static" / "book.css").read_text("utf-8")
    depth = 0
    for line, content in enumerate(text.splitlines(), 1):
        depth += content.count("{") - content.count("}")
        assert 0 <= depth <= 1 + ("@" in content), f"book.css, line {line}: a block opens in another, or closes twice"
    assert depth == 0, "book.css: a block is never closed"


def test_every_chart_has_the_look_of_the_book_and_no_option_is_misspelt():
    chart = alt.Chart(pd.DataFrame({"x": [1, 2]})).mark_line().encode(x="x:Q", y="x:Q")
    assert "var(--chart-accent)" in svg_of(chart, "A line") and "var(--chart-grid)" in svg_of(chart, "A line")
    with pytest.raises(SchemaValidationError, match="domian"):
        svg_of(chart.encode(x=alt.X("x:Q").scale(domian=[0, 1])), "A line")
