"""The page on the state of the build names every page that runs code, and shows the figures of the committed measurements."""

import json
import os
import re
from types import SimpleNamespace

import bench
import pytest
from bs4 import BeautifulSoup
from casebook import charts_status, status
from conftest import TOP
from status import Growth


@pytest.fixture(scope="module")
def page(site):
    return BeautifulSoup((site / "book" / "status.html").read_text("utf-8"), "html.parser")


def cells(table):
    return [[cell.get_text() for cell in row.select("th, td")] for row in table.select("tbody tr")]


def test_every_page_that_runs_code_has_its_time(page):
    ran = {file.stem for file in (TOP / "book").glob("*.md") if "\nkernelspec:" in file.read_text("utf-8")[:600]}
    table = page.select_one("table.execution-times")
    assert {link["href"].removesuffix(".html") for link in table.select("a")} == ran and len(ran) > 13
    *each, (_, total) = cells(table)
    seconds = [float(time.removesuffix("\u00a0s")) for _, time in each]
    assert all(seconds) and float(total.removesuffix("\u00a0s")) == pytest.approx(sum(seconds), abs=0.05 * len(seconds) + 0.05)


def test_the_budgets_are_the_committed_measurements(page):
    kept = json.loads((TOP / "benchmarks" / "baseline.json").read_text("utf-8"))
    table = next(t for t in page.select("table.words") if "Budgets" in t.caption.get_text())
    rows = cells(table)
    assert [row[0] for row in rows] == [f["what"] for f in kept["figures"]] and len(rows) >= 10
    for row, figure in zip(rows, kept["figures"]):
        assert float(row[1].replace(",", "").replace("\u00a0", " ").removesuffix(figure["unit"])) == figure["measured"], row
    assert kept["measured"] in page.get_text()


@pytest.mark.parametrize("kind, least", [("tables", 13), ("books", 9)])
def test_the_charts_of_growth_show_every_measurement(page, kind, least):
    rows = charts_status.grown(kind)
    shown = cells(page.select_one(f".chart-growth-{kind} .chart-numbers"))
    assert len(shown) == len(rows) >= least
    for row, told in zip(rows.itertuples(), shown):
        assert told[:2] == [row.series, f"{row.size:,}"] and float(told[2].split()[0].replace(",", "")) == pytest.approx(row.cost, rel=0.01)


def test_a_power_is_the_slope_of_the_logarithms():
    assert charts_status.exponent([10, 100, 1000], [3, 30, 300]) == 1
    assert charts_status.exponent([1, 5, 10], [2, 50, 200]) == 2
    assert charts_status.late([1, 10, 20], [5, 5, 20]) == 2


def test_nothing_grows_faster_than_it_must():
    """Pages hold the contents of the whole book and steps hold all before them: only what they must carry may grow with more than its number."""
    for kind, faster in (("tables", {"HTML of the stepper": 2, "counting placements": 2, "stepper": 1.5}), ("books", {})):
        for row in charts_status.grown(kind).drop_duplicates("series").itertuples():
            assert row.late <= faster.get(row.series, 1.15), f"{row.series} grows with power {row.late}"


def test_the_process_that_sphinx_forks_draws_no_chart_itself(monkeypatch):
    """It would start threads of vl-convert, for which a chart in a fork then waits for ever."""
    monkeypatch.setattr(charts_status, "growth", lambda kind: SimpleNamespace(html=lambda: f"drawn in {os.getpid()}"))
    env = SimpleNamespace(note_dependency=lambda file: None)
    directive = SimpleNamespace(env=env, arguments=["tables"])
    shown = Growth.run(directive)[0].astext()
    assert re.search(r"drawn in \d+", shown) and f"drawn in {os.getpid()}<" not in shown


@pytest.mark.parametrize("measured, must, aim, least, said", [
    (5, 15, 5, False, "aim reached"), (6, 15, 5, False, "must kept"), (16, 15, 5, False, "NOT KEPT"),
    (90, 90, 95, True, "must kept"), (89, 90, 95, True, "NOT KEPT"), (7, None, None, False, "")])
def test_a_budget_is_a_ceiling_or_a_floor(measured, must, aim, least, said):
    assert status.kept({"measured": measured, "must": must, "aim": aim, "least": least}) == said


def test_the_table_of_the_benchmark_sets_each_figure_beside_the_committed_one(monkeypatch):
    monkeypatch.setattr(bench, "figures", [])
    monkeypatch.setattr(bench, "baseline", lambda: {"figures": [{"what": "Build", "measured": 50.0}]})
    bench.report("Build", 75.04, " s", 180, 60)
    bench.report("Something new", 3)
    assert bench.table().splitlines()[2:4] == ["| Build | 75.0 s | 180 s | 60 s | must kept | 1.50 |", "| Something new | 3 |  |  |  | new |"]
