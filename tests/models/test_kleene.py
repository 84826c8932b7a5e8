"""Three values and units: rules against every completion, conversions by arithmetic, limits of pressure by hand."""

import re
from itertools import product

import pytest

from casebook import blood_pressure, criteria
from casebook.models.criteria import Fact, evaluate, girl
from casebook.models.kleene import at_least, combine, kleene_and, kleene_or, truth_table
from casebook.models.units import UnitError, convert

# ---- three values: unknown means that both completions are possible ----

def completed(rule, values):
    """The one result that every way of filling the unknowns gives, or None if they differ."""
    results = {rule(filled) for filled in product(*([v] if v is not None else [True, False] for v in values))}
    return results.pop() if len(results) == 1 else None


@pytest.mark.parametrize("ours, plain", [
    (kleene_and, all), (kleene_or, any), (lambda v: at_least(2, v), lambda v: sum(v) >= 2),
    (lambda v: at_least(3, v), lambda v: sum(v) >= 3)])
def test_a_rule_says_unknown_exactly_when_the_unknowns_could_decide(ours, plain):
    for length in range(1, 6):
        for values in product((True, False, None), repeat=length):
            assert ours(values) is completed(plain, values), values


@pytest.mark.parametrize("definition", criteria.DEFINITIONS)
def test_a_verdict_is_unknown_exactly_when_the_unknown_criteria_could_decide(definition):
    """Every filling of the girl's open criteria, joined by plain and/or/count over the same tree."""
    tree = evaluate(definition, girl())
    open_ = [n.id for n in tree.walk() if not n.children and n.value is None]

    def plain(node, filled):
        if not node.children:
            return filled.get(node.id, node.value)
        values = [plain(c, filled) for c in node.children]
        return sum(values) >= {"all": len(values), "any": 1, "at least 2": 2}[node.rule]

    verdicts = {plain(tree, dict(zip(open_, values))) for values in product((True, False), repeat=len(open_))}
    assert verdicts == {True, False} and tree.value is None


@pytest.mark.parametrize("value", ["unknown", 1, 0, float("nan")])
def test_anything_but_three_values_is_refused(value):
    for rule in (kleene_and, kleene_or, lambda v: at_least(1, v)):
        with pytest.raises(ValueError, match="expected True, False or None"):
            rule([True, value])


def test_the_truth_tables_of_the_page():
    assert truth_table(kleene_and).loc["not met"].tolist() == ["not met"] * 3
    assert truth_table(kleene_and).loc["met"].tolist() == ["met", "not met", "cannot tell"]
    assert truth_table(kleene_or).loc["met"].tolist() == ["met"] * 3
    assert truth_table(kleene_or).loc["not met"].tolist() == ["met", "not met", "cannot tell"]


# ---- units ----

def test_crp_in_two_units():
    assert (convert("CRP", 171, "mg/L", "mg/dL") == pytest.approx(17.1)
            and convert("CRP", 3.0, "mg/dL", "mg/L") == pytest.approx(30))
    low, high = Fact(4.2, "mg/L"), Fact(4.2, "mg/dL")
    assert [evaluate("CSTE/CDC 2023", girl() | {"CRP": f})["CSTE2023-crp"].value for f in (low, high)] == [False, True]


@pytest.mark.parametrize("value, unit, met",
                         [(2.9, "mg/dL", False), (3.0, "mg/dL", True), (29.9, "mg/L", False), (30, "mg/L", True)])
def test_the_crp_limit_is_met_at_its_value(value, unit, met):
    assert evaluate("CSTE/CDC 2023", girl() | {"CRP": Fact(value, unit)})["CSTE2023-crp"].value is met


def test_counts_in_two_units():
    for value, unit in ((149_999, "/uL"), (149.9, "10*9/L")):
        assert evaluate("CSTE/CDC 2023", girl() | {"platelets": Fact(value, unit)})["CSTE2023-platelets"].value is True
    assert evaluate("CSTE/CDC 2023", girl() | {"platelets": Fact(150, "10*9/L")})["CSTE2023-platelets"].value is False


@pytest.mark.parametrize("unit, message", [("", "CRP 171 has no unit. Allowed: mg/L, mg/dL."),
                                           ("mg", "CRP 171 has the unknown unit 'mg'. Allowed: mg/L, mg/dL.")])
@pytest.mark.parametrize("definition", criteria.DEFINITIONS)
def test_a_value_without_a_known_unit_stops_the_code(definition, unit, message):
    with pytest.raises(UnitError, match=re.escape(message)):
        evaluate(definition, girl() | {"CRP": Fact(171, unit)})


def test_misspelt_names_are_refused():
    with pytest.raises(KeyError, match="platelet: no definition reads"):
        evaluate("WHO 2020", girl() | {"platelet": Fact(90, "10*9/L")})
    with pytest.raises(KeyError, match="WHO 2021"):
        evaluate("WHO 2021", girl())
    with pytest.raises(KeyError, match="no copy differs"):
        evaluate("WHO 2020", girl(), other_copy=["WHO2020-age"])


# ---- blood pressure: limits worked out by hand ----

def test_three_limits_at_eight_years_and_her_mean_pressure():
    assert blood_pressure.systolic_limits(8) == {"70 + 2 × age": 86, "65 + 2 × age": 81, "82 + age": 90}
    assert [blood_pressure.is_low(s, 8) for s in (80, 81, 85, 89, 90)] == [True, None, None, None, False]
    assert blood_pressure.mean_pressure(80, 50) == pytest.approx(60) and blood_pressure.mean_limit(8) == 52
    with pytest.raises(ValueError, match="3 to 9 years"):
        blood_pressure.systolic_limits(12)


def test_where_the_limits_disagree_the_criterion_cannot_tell():
    assert evaluate("WHO 2020", girl() | {"systolic pressure": Fact(84, "mm[Hg]")})["WHO2020-pressure"].value is None
    assert evaluate("WHO 2020", girl() | {"age": Fact(15, "a")})["WHO2020-pressure"].value is None


def test_combine_knows_its_rules():
    assert (combine("at least 3", [True, True, None, False]) is None and combine("any", [False, None]) is None
            and combine("all", [True, True]) is True)
