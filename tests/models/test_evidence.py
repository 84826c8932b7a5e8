"""The evidence table against hand calculation, and what it must refuse."""

from math import exp, log, sqrt

import pandas as pd
import pytest

from casebook import charts, evidence, evidence_tables
from casebook.tables.references import bibliography, cite_label
from casebook.tables.resources import CaseDataError, resource

TADDIO = (3, 21, 66, 189)


def wald(value, se):
    return value, exp(log(value) - 1.959964 * se), exp(log(value) + 1.959964 * se)


@pytest.mark.parametrize("counts", [TADDIO, (16, 52, 13, 20), (4, 21, 65, 189), (2, 26, 2, 6)])
def test_ratios_and_intervals_are_those_of_the_textbook_formulas(counts):
    a, n, c, m = counts
    assert evidence.risk_ratio(*counts) == pytest.approx(wald((a / n) / (c / m), sqrt(1 / a - 1 / n + 1 / c - 1 / m)),
                                                         rel=1e-6)
    b, d = n - a, m - c
    assert evidence.odds_ratio(*counts) == pytest.approx(wald(a * d / (b * c), sqrt(1 / a + 1 / b + 1 / c + 1 / d)),
                                                         rel=1e-6)


def test_the_numbers_of_the_discharge_counts():
    risk, odds, p = evidence.risk_ratio(*TADDIO), evidence.odds_ratio(*TADDIO), evidence.p_values(*TADDIO)
    assert [round(v, 2) for v in risk] == [0.41, 0.14, 1.19] and [round(v, 2) for v in odds] == [0.31, 0.09, 1.09]
    assert round(evidence.log_se(*TADDIO), 3) == 0.544
    assert list(p.round(3)) == [0.096, 0.084, 0.056, 0.042, 0.042]
    assert not ((p > 0.046) & (p < 0.048)).any(), "the page says that none of the five tests gives the printed 0.047"
    assert evidence.of_counts("taddio2024-discharge") == TADDIO and sum(TADDIO[1::2]) == 210


def test_pearson_chi_square_by_hand():
    a, b, c, d = 3, 18, 66, 123
    statistic = 210 * (a * d - b * c) ** 2 / ((a + b) * (c + d) * (a + c) * (b + d))
    from scipy.stats import chi2
    assert evidence.p_values(*TADDIO)["chi-square"] == pytest.approx(chi2.sf(statistic, 1))


def test_what_the_page_says_about_moving_one_child():
    below = {(a, c): int((evidence.p_values(a, 21, c, 189) < 0.05).sum()) for a in (2, 3, 4) for c in (65, 66, 67)}
    assert all(below[2, c] == 5 and below[4, c] == 0 and below[3, c] == 2 for c in (65, 66, 67))
    assert evidence.risk_ratio(2, 21, 66, 189).high > 1


@pytest.mark.parametrize("row", [r for r in evidence.load().itertuples() if r.estimate_origin.startswith("derived")
                                 and pd.notna(r.estimate)],
                         ids=lambda r: r.comparison)
def test_derived_estimates_follow_from_the_figures_of_their_row(row):
    if row.estimate_origin == "derived from means":
        assert row.value_intervention - row.value_comparator == pytest.approx(row.estimate)
        assert pd.isna(row.ci_low), "means alone give no interval"
    else:
        ratio = {"risk ratio": evidence.risk_ratio, "odds ratio": evidence.odds_ratio}[row.effect_measure]
        assert [round(v, 2)
                for v in ratio(*evidence.of_counts(row.comparison))] == [row.estimate, row.ci_low, row.ci_high]


def test_contested_figures_keep_both():
    failed = evidence.study("ouldali2021-fail")
    assert failed.value_comparator == 38 and "51 %" in failed.other_reading
    difference = evidence.study("ouldali2021-fail-rd")
    assert abs((9 - 38) / 100 - difference.estimate) < 0.02 < abs((9 - 51) / 100 - difference.estimate), \
        "38 fits the difference, 51 doesn't"
    assert evidence.implied_group(37, 51) == (72, 73), "51 % could be 37 of the 72 before matching"
    crp = evidence.study("pulsemp2021-crp")
    assert (crp.n_intervention, crp.n_comparator) == (26, 6) and "23 and 8" in crp.other_reading
    assert evidence.implied_group(17, 74) == (23, 23) and evidence.implied_group(2, 25) == (8, 8)


def test_two_trials_randomised_children_to_anakinra_one_of_them_at_her_dose():
    recovery, mistic = evidence.study("recovery2024-r2-ana"), evidence.study("mistic-steroid")
    assert (recovery.n_intervention, recovery.n_comparator, recovery.value_intervention,
            recovery.value_comparator) == (14, 28, 8.5, 9.9)
    assert pd.isna(recovery.ci_low) and "2 mg/kg" in recovery.anakinra_dose
    assert (mistic.n_intervention, mistic.n_comparator,
            evidence.study("mistic-infliximab").n_comparator) == (24, 24, 25)
    assert (mistic.n_total == 73 and "8 mg/kg/day" in mistic.anakinra_dose
            and "100 mg every 6 hours" in mistic.anakinra_dose)
    assert dict(evidence.randomised_to_anakinra()) == {"RECOVERY, second randomisation": 14, "MISTIC": 24}


def test_the_largest_comparison_leans_against_anakinra_in_the_table_and_in_the_forest_plot():
    for name, figures, values in (("chang2023-vaso", "1.27 (0.88 to 1.84)", (25.6, 20.1)),
                                  ("chang2023-lv", "1.31 (0.98 to 1.75)", (33.7, 25.7))):
        row = evidence.study(name)
        assert evidence.figures(row) == figures and (row.value_intervention, row.value_comparator) == values
        assert (row.n_intervention, row.n_comparator) == (121, 389)
        assert evidence.favoured(row).startswith("IVIG + steroid") and evidence.span(row) == "crosses"
        assert row.value_intervention / row.value_comparator == pytest.approx(row.estimate, abs=0.01), \
            "the ratio fits its two shares"
    drawn = charts.evidence.forest_rows(evidence.load()).set_index("comparison")
    assert (drawn.loc["chang2023-vaso", "panel"] == drawn.loc["chang2023-lv", "panel"] == "Risk ratio (log axis)"
            and drawn.loc["chang2023-vaso", "anakinra"])


def mistic_with(monkeypatch, tmp_path, steroid, infliximab):
    """The evidence as it is once somebody has entered counts in the rows of MISTIC: (anakinra, other) of each."""
    rows = pd.read_csv(evidence.DATA / "treatment_studies.csv", dtype=str,
                       keep_default_na=False).set_index("comparison", drop=False)
    for name, counts in (("mistic-steroid", steroid), ("mistic-infliximab", infliximab)):
        rows.loc[name, ["events_intervention", "events_comparator"]] = [str(n) for n in counts]
    copy = tmp_path / "treatment_studies.csv"
    rows.to_csv(copy, index=False)
    read = evidence.read_resource
    monkeypatch.setattr(evidence, "read_resource", lambda name: read(name, copy, check_hash=False))
    table = evidence.load.__wrapped__()
    monkeypatch.setattr(evidence, "load", lambda: table)
    return table


def test_unseen_counts_are_said_to_be_unseen_and_drawn_nowhere():
    assert evidence.mistic_counts() == "The book hasn’t seen its counts." and "MISTIC 2025" in evidence.undrawn()
    assert evidence.read_as_words(evidence.study("mistic-steroid")).startswith("Counts not seen.")
    assert "mistic-steroid" not in set(charts.evidence.forest_rows(evidence.load())["comparison"])


def test_counts_of_mistic_once_entered_drive_figures_and_words(monkeypatch, tmp_path):
    table = mistic_with(monkeypatch, tmp_path, (6, 12), (6, 9))
    row = evidence.study("mistic-steroid")
    assert (row.estimate, row.ci_low, row.ci_high) == tuple(round(v, 2)
                                                            for v in wald(0.5, sqrt(1 / 6 - 1 / 24 + 1 / 12 - 1 / 24)))
    assert evidence.read_as_words(row).startswith("Leans to anakinra; the interval crosses 1")
    assert (evidence.mistic_counts() == "Further treatment within a week: 6 of 24 on anakinra, 12 of 24 on "
                                        "steroid, 9 of 25 on infliximab.")
    assert ({"mistic-steroid", "mistic-infliximab"} <= set(charts.evidence.forest_rows(table)["comparison"])
            and "MISTIC" not in evidence.undrawn())
    assert "0.50 (0.22 to" in evidence_tables.studies(table)


def test_no_event_in_a_group_gives_counts_and_no_ratio(monkeypatch, tmp_path):
    mistic_with(monkeypatch, tmp_path, (0, 12), (0, 9))
    row = evidence.study("mistic-steroid")
    assert pd.isna(row.estimate) and evidence.read_as_words(row).startswith("0 of 24 against 12 of 24.")


@pytest.mark.parametrize("steroid, infliximab, column",
                         [((6, ""), (6, 9), "events_intervention"), ((25, 12), (6, 9), "events_intervention"),
                          ((6, 12), (7, 9), "events_intervention")])
def test_half_entered_or_contradicting_counts_are_refused(monkeypatch, tmp_path, steroid, infliximab, column):
    with pytest.raises(CaseDataError) as refused:
        mistic_with(monkeypatch, tmp_path, steroid, infliximab)
        evidence.mistic_counts()
    assert refused.value.column == column


def test_the_sum_of_the_largest_series_is_checked_against_its_percentages():
    row = evidence.study("caglayan2022")
    assert (row.events_intervention, row.n_intervention) == (7, 82) and "1.8 %" in row.other_reading
    assert f"{100 * 7 / 82:.1f} {100 * 7 / 378:.1f} {100 * 73 / 82:.1f}" == "8.5 1.9 89.0"


def test_matching_lost_26_of_57():
    before, after = evidence.study("akkoyun2023-before"), evidence.study("akkoyun2023-after")
    assert before.n_intervention - after.n_intervention == 26 and before.n_intervention == 57
    assert (before.value_intervention, after.value_intervention) == (129.5, 14.7)


def test_a_drug_that_does_nothing_looks_as_if_it_prolonged_the_stay():
    """Against a count of 10,000 simulated children a stay, day by day."""
    import random
    random.seed(1)
    stays = {True: [], False: []}
    for stay in (4, 12):
        for _ in range(10_000):
            stays[any(random.random() < 0.1 for _ in range(stay))].append(stay)
    treated, untreated = evidence.apparent_stay([4, 12], 0.1)
    assert treated == pytest.approx(sum(stays[True]) / len(stays[True]), abs=0.1)
    assert untreated == pytest.approx(sum(stays[False]) / len(stays[False]), abs=0.1)
    assert round(treated - untreated) == 3


@pytest.mark.parametrize("comparison, treatment, words", [
    ("tagarro2022-discharge", "IVIG alone", "stays on that side"),
    ("tagarro2022-second", "IVIG + steroid", "stays on that side"),
    ("son2021-shock", "IVIG + steroid as first treatment", "ends at 1"),
    ("mcardle2021-gc", "steroid alone", "crosses 1"),
    ("recovery2024-r2-ana", "anakinra", "no interval verified"),
    ("ouldali2021-fail-rd", "IVIG + methylprednisolone", "that side of 0")])
def test_each_row_says_which_way_it_leans(comparison, treatment, words):
    row = evidence.study(comparison)
    assert evidence.favoured(row) == treatment
    assert words in evidence.read_as_words(row)


def test_an_estimate_of_no_effect_leans_to_neither():
    row = evidence.study("mcardle2021-gc").copy()
    row["estimate"] = 1.0
    assert evidence.read_as_words(
        row) == "Leans to neither treatment; the interval crosses 1: a difference either way is not excluded."


def test_the_forest_plot_has_a_panel_for_every_row_that_the_descriptor_allows():
    allowed = {f["name"]: f["constraints"]["enum"] for f in resource("treatment_studies")["schema"]["fields"]
               if f["name"] in ("effect_measure", "lower_favours")}
    every = evidence.load()
    drawn = every[every["estimate"].notna() & (every["patients"] != "adults with COVID-19")].head(1)
    panels = [charts.evidence.forest_rows(drawn.assign(effect_measure=measure, lower_favours=side))["panel"].item()
              for measure in allowed["effect_measure"] for side in allowed["lower_favours"]]
    assert len(set(panels)) == len(panels) >= 10, "what differs in measure or direction never shares an axis"


def test_rows_without_estimate_say_what_the_source_says():
    assert "longer with anakinra" in evidence.read_as_words(evidence.study("akkoyun2023-los"))
    assert evidence.read_as_words(evidence.study("caglayan2022")).startswith("7 of 82.")
    assert all(evidence.read_as_words(r) for r in evidence.load().itertuples())


def test_every_source_is_in_the_bibliography():
    keys = {k.strip() for table in (evidence.load(), evidence.guidelines()) for cell in table["source"]
            for k in cell.split(";")}
    assert keys <= set(bibliography())


@pytest.mark.parametrize("old, new, column", [
    ("0.56,0.34,0.94", "0.56,0.64,0.94", "estimate"), ("0.56,0.34,0.94,95% CI", "0.56,0.34,,95% CI", "ci_low"),
    (",3,66,", ",30,66,", "events_intervention"),
    ("0.56,0.34,0.94,95% CI,,intervention", "0.56,0.34,0.94,95% CI,,", "estimate"),
    ("randomised trial", "drawn by lot", "design"), ("odds ratio", "odd ratio", "effect_measure")])
def test_a_damaged_row_is_refused(tmp_path, monkeypatch, old, new, column):
    text = (evidence.DATA / "treatment_studies.csv").read_text("utf-8")
    assert old in text
    copy = tmp_path / "treatment_studies.csv"
    copy.write_text(text.replace(old, new, 1), "utf-8")
    read = evidence.read_resource
    monkeypatch.setattr(evidence, "read_resource", lambda name: read(name, copy, check_hash=False))
    with pytest.raises(CaseDataError) as refused:
        evidence.load.__wrapped__()
    assert refused.value.column == column


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="22 of 21"):
        evidence.risk_ratio(22, 21, 66, 189)
    with pytest.raises(ValueError, match="n_intervention"):
        evidence.of_counts("taddio2024-adj")
    with pytest.raises(KeyError, match="no comparison"):
        evidence.study("nobody2020")


def test_the_forest_plot_keeps_measures_and_directions_apart():
    every = evidence.load()
    rows = charts.evidence.forest_rows(every)
    drawn = every.loc[rows["comparison"]]
    assert (len(rows) == (every.estimate.notna() & every.patients.str.startswith("MIS-C")).sum()
            and drawn.outcome_short.all())
    for _, panel in drawn.groupby(list(rows["panel"])):
        assert panel.effect_measure.nunique() == 1 and panel.lower_favours.nunique() == 1
    figure = charts.evidence.forest(every)
    for chart in (figure.variants[0][1], figure.narrow):
        drawing = chart.to_dict()                                   # a second or more each time
        present = [panel for panel in charts.evidence.PANELS if panel[0] in set(rows["panel"])]
        for part, (title, measure, side) in zip(drawing["vconcat"], present, strict=True):
            scales = [e["x"]["scale"] for layer in part["layer"] for e in [layer["encoding"]] if "scale" in e["x"]]
            assert {s["type"] for s in scales} == {"log" if evidence.is_ratio(measure) else "linear"}
            domain = scales[0]["domain"]
            inside = rows[rows["panel"] == title][["estimate", "low", "high"]].stack().dropna()
            assert inside.between(*domain).all(), f"{title}: a mark lies outside the axis"
            arrows = [v["t"] for layer in part["layer"] for v in drawing["datasets"][layer["data"]["name"]] if "t" in v]
            assert arrows == (["← favours first named", "favours second named →"] if side == "intervention"
                              else ["← favours second named", "favours first named →"])
    assert list(rows[rows.hollow].comparison) == [r.comparison for r in drawn.itertuples() if pd.isna(r.ci_low)]


def test_the_tables_show_every_row():
    assert evidence_tables.studies().count('<th scope="row">') == len(evidence.load())
    assert evidence_tables.guidelines().count('<th scope="row">') == len(evidence.guidelines())
    assert "[@" not in evidence_tables.studies()


@pytest.mark.parametrize("key, label",
                         [("caglayan2022", "Çağlayan et al. 2022"), ("aomarmillan", "Aomar-Millán et al. 2020"),
                          ("itb_primer", "Renoux et al. 2021"),
                          ("recovery2024", "RECOVERY Collaborative Group et al. 2024"), ("rcpch2020", None)])
def test_names_in_citations_keep_their_letters(key, label):
    assert label in (None, cite_label(key)) and not set("\\{}") & set(cite_label(key))


def test_our_own_arithmetic_is_marked_in_the_plot_and_in_the_table():
    table = evidence.load()
    ours = table[table["estimate"].notna() & (table["estimate_origin"] != "printed")]
    drawn = charts.evidence.forest_rows(table)["figures"]
    words = evidence_tables.studies_frame(table)["Estimate"]
    assert len(ours) and words.str.endswith("(our arithmetic)").sum() == len(ours)
    assert drawn.str.endswith(charts.evidence.OURS).sum() == (ours["patients"] != "adults with COVID-19").sum()


def test_the_forest_plots_title_says_only_what_every_interval_for_anakinra_says():
    table = evidence.load()
    anakinra = (table["about"] == "anakinra") & table["ci_low"].notna()
    assert "lean both ways" in charts.evidence.forest(table).title
    one_way = table[~(anakinra & (table["estimate"] > 1))]
    assert "lean" not in charts.evidence.forest(one_way).title
