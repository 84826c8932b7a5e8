"""Budgets of the benchmark: which are kept, and each figure beside the committed one."""

import pytest

import bench
import budgets


@pytest.mark.parametrize("measured, must, aim, least, word", [
    (5, 15, 5, False, "aim reached"), (6, 15, 5, False, "must kept"), (16, 15, 5, False, "NOT KEPT"),
    (90, 90, 95, True, "must kept"), (89, 90, 95, True, "NOT KEPT"), (7, None, None, False, "")])
def test_a_budget_is_a_ceiling_or_a_floor(measured, must, aim, least, word):
    assert budgets.kept({"measured": measured, "must": must, "aim": aim, "least": least}) == word


def test_the_table_of_the_benchmark_sets_each_figure_beside_the_committed_one(monkeypatch):
    monkeypatch.setattr(bench, "figures", [])
    monkeypatch.setattr(bench, "baseline", lambda: {"figures": [{"what": "Build", "measured": 50.0}]})
    bench.report("Build", 75.04, " s", 180, 60)
    bench.report("Something new", 3)
    assert bench.table().splitlines()[2:4] == ["| Build | 75.0 s | 180 s | 60 s | must kept | 1.50 |",
                                               "| Something new | 3 |  |  |  | new |"]
