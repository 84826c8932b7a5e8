"""The causal graph against linear models: paths are closed where correlations vanish. Words, drawing, widget."""

from itertools import combinations

import numpy as np
import pytest

from casebook import causal, dag

STATES = ["".join(k for i, k in enumerate(causal.SWITCHES) if bits >> i & 1)
          for bits in range(2 ** len(causal.SWITCHES))]


def correlation(drawn, held):
    """Partial correlation of anakinra and recovery given ``held``, in a linear model with random effects."""
    nodes = list(drawn.nodes)
    effects, rng = np.zeros((len(nodes), len(nodes))), np.random.default_rng(3)
    for a, b in sorted(drawn.edges):
        effects[nodes.index(b), nodes.index(a)] = rng.uniform(0.5, 1.5)
    mix = np.linalg.inv(np.eye(len(nodes)) - effects)
    covariance = mix @ np.diag(rng.uniform(0.5, 2, len(nodes))) @ mix.T
    keep = [nodes.index(n) for n in (causal.DRUG, causal.OUTCOME, *sorted(held))]
    precision = np.linalg.inv(covariance[np.ix_(keep, keep)])
    return -precision[0, 1] / np.sqrt(precision[0, 0] * precision[1, 1])


def is_linked(drawn, held):
    return abs(correlation(drawn, held)) > 1e-9


@pytest.mark.parametrize("selected", ["", "h"])
def test_paths_are_open_exactly_where_a_linear_model_has_a_correlation(selected):
    for on in (s for s in STATES if ("h" in s) == bool(selected)):
        drawn = causal.graph(on)
        linked = is_linked(causal.without_effect(drawn), causal.given(on))
        assert bool(causal.open_paths(drawn, causal.given(on))) == linked, on


def test_adjustment_sets_close_every_path_and_no_smaller_set_does():
    for on in (s for s in STATES if "h" not in s):
        drawn = causal.graph(on)
        cut, sets = causal.without_effect(drawn), causal.adjustments(drawn)
        size = len(sets[0])
        closing = [set(s) for s in combinations(causal.MEASURED, size) if not is_linked(cut, set(s))]
        assert sorted(map(sorted, closing)) == sorted(map(sorted, sets)), on
        assert all(is_linked(cut, set(s)) for n in range(size) for s in combinations(causal.MEASURED, n)), on


def test_nothing_closes_the_path_that_selection_opens():
    for on in (s for s in STATES if "h" in s):
        assert causal.adjustments(causal.graph(on), causal.given(on)) == [], on
    assert causal.open_paths(causal.graph("h"), {"published"}) == [["anakinra", "published", "recovery"]]
    assert causal.open_paths(causal.graph("")) == []


def test_what_is_held_equal_may_come_from_an_iterator():
    drawn = causal.graph("def")
    for held in (["severity"], ["severity", "time"]):
        assert (causal.open_paths(drawn, iter(held)) == causal.open_paths(drawn, held)
                and causal.adjustments(drawn, iter(held)) == causal.adjustments(drawn, held))


def test_arrows_never_point_back_in_time_and_pulse_and_anakinra_share_one_stamp():
    assert all(not causal.backwards(causal.graph(on)) for on in STATES)
    assert (causal.NODES["pulse"][1] == causal.NODES["anakinra"][1]
            and causal.STAMPS[causal.NODES["pulse"][1]] == "printed day 3")


def test_with_the_pulse_helping_no_switch_separates_it_from_anakinra():
    for on in STATES:
        words = " ".join(causal.in_this_child(on))
        assert ("no adjustment within one child" in words) == ("b" in on) == bool(causal.same_stamp(causal.graph(on)))


def test_confounder_mediator_and_collider_are_named():
    assert "Confounders: time since onset and how ill she is." in causal.among_children("ef")
    assert "No confounder." in causal.among_children("a")
    assert (any("mediator" in s for s in causal.among_children("ag"))
            and not any("mediator" in s for s in causal.among_children("g")))
    assert any("Published is a collider" in s for s in causal.among_children("h"))
    assert causal.confounders(causal.graph("bg")) == ["time", "severity", "pulse"]


def test_every_switch_changes_what_is_said():
    for switch in causal.SWITCHES:
        before, after = ([*causal.among_children(on), *causal.in_this_child(on)]
                         for on in ("abf".replace(switch, ""), "abf".replace(switch, "") + switch))
        assert before != after, switch


def test_the_compact_form_holds_the_words_of_every_state():
    compact = causal.implications()
    for bits, on in enumerate(STATES):
        sentences = [[compact["sentences"][i] for i in numbers] for numbers in compact["states"][bits]]
        assert sentences == [causal.among_children(on), causal.in_this_child(on)], on


def test_an_unknown_switch_is_refused():
    with pytest.raises(KeyError, match="no switch"):
        causal.graph("az")


def boxes():
    return {n: (x - dag.WIDTHS[n] / 2, y - dag.HALF, x + dag.WIDTHS[n] / 2, y + dag.HALF)
            for n, (x, y) in dag.PLACES.items()}


def test_the_drawing_has_a_route_for_every_arrow_that_crosses_no_foreign_box():
    arrows = {*causal.FIXED, *(v[:2] for v in causal.OPTIONAL.values())}
    assert set(dag.ROUTES) == arrows and set(dag.PLACES) == set(causal.NODES)
    for (a, b), ((x1, y1), *bend, (x2, y2)) in dag.ROUTES.items():
        bx, by = bend[0] if bend else ((x1 + x2) / 2, (y1 + y2) / 2)
        for t in np.linspace(0, 1, 60):
            x, y = ((1 - t) ** 2 * p + 2 * t * (1 - t) * q + t * t * r for p, q, r in ((x1, bx, x2), (y1, by, y2)))
            for node, (left, top, right, bottom) in boxes().items():
                assert node in (a, b) or not (left < x < right and top < y < bottom), f"{a} to {b} crosses {node}"
        for node, (x, y) in ((a, (x1, y1)), (b, (x2, y2))):
            left, top, right, bottom = boxes()[node]
            assert left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1, f"{a} to {b} misses {node}"


def test_boxes_lie_inside_the_picture_and_apart():
    for (n, a), (m, b) in combinations(boxes().items(), 2):
        assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1], f"{n} and {m} overlap"
    assert all(left >= 0 and t >= 0 and r <= 348 and b <= 396 for left, t, r, b in boxes().values())
