"""Hypotheses against findings: pairs sourced, a damaged file refused by name, the figures those of the fact base."""

import re
from fractions import Fraction

import pytest
import yaml
from bs4 import BeautifulSoup

from casebook import mechanism_matrix, mechanisms
from casebook.pieces.stages import FIGURES, load_stages
from casebook.tables.references import bibliography
from casebook.tables.resources import DATA, CaseDataError
from conftest import TOP

TEXT = (DATA / "mechanisms.csv").read_text("utf-8")
PAGE = (TOP / "book" / "03-competing-mechanisms.md").read_text("utf-8")
STAGES = yaml.safe_load((FIGURES / "infection-to-heart.yml").read_text("utf-8"))


def test_every_pair_is_there_once_and_is_sourced():
    table = mechanisms.evidence()
    assert len(table) == len(mechanisms.findings()) * len(mechanisms.hypotheses()) == 15 * 6
    assert not table.duplicated(["finding", "hypothesis"]).any()
    for _, row in table.iterrows():
        assert mechanisms.keys(row["source"]), row["finding"]
        assert set(mechanisms.keys(row["source"])) <= set(bibliography()), row["source"]
        assert row["certainty"] in ("the work itself", "secondary text", "data sheet", "our inference")
        assert row["evidence"].endswith(".") and len(row["evidence"].split()) >= 4


def test_what_is_silent_is_an_inference_and_only_the_last_finding_speaks_to_none():
    """And the sentence of the page that no finding speaks to more than two."""
    table = mechanisms.evidence()
    assert set(table.loc[table["speaks"] == "silent", "certainty"]) == {"our inference"}
    assert list(mechanisms.reach()[mechanisms.reach() == 0].index) == ["recovery under several treatments"]
    assert mechanisms.reach().max() == 2 and mechanisms.findings()[-1] == "recovery under several treatments"


def test_the_rule_of_the_page_is_that_of_the_data():
    """Each reading has clauses of its own, all of them are used, and the page states them."""
    clauses = [clause for own in mechanisms.CLAUSES.values() for clause in own]
    assert len(clauses) == len(set(clauses)) and list(mechanisms.CLAUSES) == list(mechanism_matrix.SPEAKS)
    assert set(clauses) == set(mechanisms.evidence()["clause"]) == set(mechanisms._values("clause"))
    rule = next(p for p in PAGE.split("\n\n") if "*silent* if" in p)
    assert all(word in rule for word in ("expect it", "needs it", "something else", "loses a support", "either way",
                                         "too little to tell"))


def test_a_lost_support_was_one():
    """Only an idea that something speaks for can lose a support; no finding speaks for an idea and takes from it."""
    table = mechanisms.evidence()
    for _, row in table[table["clause"] == "support lost"].iterrows():
        assert (mechanisms.matrix()[row["hypothesis"]] == "for").any(), row["finding"]


SAYS_NOTHING = (r"singled out|several ideas|other start|[Nn]othing follows|does not exclude|was not (?:asked|what)|"
                r"no work cited|leaves room")


def test_what_speaks_does_not_say_that_it_says_nothing():
    table = mechanisms.evidence()
    pairs = table[(table["speaks"] != "silent") & table["evidence"].str.contains(SAYS_NOTHING)]
    assert pairs.empty, f"silent by their own words: {list(zip(pairs['finding'], pairs['hypothesis']))}"
    assert table["evidence"].str.contains(SAYS_NOTHING).sum() > 20, "the pattern no longer fits the silent pairs' words"


def test_what_every_road_leads_to_is_no_finding():
    """The page says that both ideas of its exercise predict a high CRP and a weak heart: then these separate none."""
    assert not [f for f in mechanisms.findings() if re.search("CRP|weak heart", f)]
    assert mechanisms.matrix().loc["rare gene defects", "IL-1 axis"] == "silent"


WITHOUT_COMPARISON = {"barthatatar2024": "35 children before and after IVIG",
                      "fabi2021": "24 children on IVIG and steroid",
                      "dizon2023": "46 children, none on anakinra alone",
                      "konepaut2021": "16 children, open label, no control arm"}


def test_a_before_and_after_without_comparison_speaks_for_nothing():
    table = mechanisms.evidence()
    for _, row in table[table["speaks"] != "silent"].iterrows():
        pair = f"{row['finding']}, {row['hypothesis']}"
        assert not set(mechanisms.keys(row["source"])) & set(WITHOUT_COMPARISON), pair
        assert not re.search(r"fell after|after IVIG|tried in|improved on", row["evidence"]), row["evidence"]
    assert "barthatatar2024" not in PAGE + TEXT


def test_a_floor_is_not_printed_as_a_frequency():
    """The search of one pathway for inborn errors: its count without share or interval, and the word for what it is."""
    settled = next(p for p in PAGE.split("\n\n") if p.startswith("**Settled"))
    assert "mechanisms.tally('rare gene defects', 'inborn errors')" in settled and "one pathway" in settled
    assert "counted(" not in settled and not re.search(r"in a hundred|1 %", settled)
    assert mechanisms.tally("rare gene defects", "inborn errors") == "5 of 558"
    assert "a floor, no frequency" in mechanisms._row("rare gene defects", "inborn errors")["evidence"]
    with pytest.raises(KeyError):
        mechanisms.tally("TRBV11-2 skew", "gut leak")


def test_the_vote_of_the_page_has_the_winner_it_names():
    votes = (mechanisms.matrix() == "for").sum()
    assert list(votes[votes == votes.max()].index) == ["autoantibodies"] and '"Autoantibodies win"' in PAGE


# from the fact base (file pathophysiology.md, sections 1 to 4c): (finding, hypothesis), figures, sources
FACTS = [
    ("TRBV11-2 skew", "superantigen", "24 % 75 % 36", "porritt2021 moreews2021"),
    ("spike in blood, leak marker up", "gut leak", "100 19", "yonker2021 scheffler2018 ajamian2019"),
    ("leak markers up in other fevers too", "gut leak", "83", "belfast2024 scheffler2018 ajamian2019"),
    ("autoantibodies brought by IVIG", "autoantibodies", "40 54", "burbelo2022"),
    ("antibodies against IL-1Ra", "autoantibodies", "13 21 24 146 462", "pfeifer2022 bassiri2022"),
    ("antibodies against IL-1Ra", "IL-1 axis", "279.4 1,746.0", "pfeifer2022"),
    ("cross-reaction with SNX8", "autoantibodies", "199 45", "bodansky2024"),
    ("rare gene defects", "inborn errors", "2 18 5 558", "lee2023 leepy2020 chou2021"),
    ("IL-1β near zero in plasma", "IL-1 axis", "0.5 17 20 254 33 0.8 0.4 1.2 200", "pimsreview2021"),
    ("IL-1β in neutrophils", "IL-1 axis", "5", "zhu2021"),
    ("IL-1 weakens animal hearts", "IL-1 axis", "24 % 4 hours", "vantassell2013 okusawa1988 leeyh2012"),
    ("recovery under several treatments", "IL-1 axis", "32 46 24 13 6", "dizon2023 fabi2021"),
    ("weeks between infection and illness", "autoantibodies", "2,783 146", "lapp2022")]


@pytest.mark.parametrize("finding, hypothesis, figures, sources", FACTS)
def test_figures_and_sources_are_those_of_the_fact_base(finding, hypothesis, figures, sources):
    text = BeautifulSoup(mechanism_matrix.words(mechanisms._row(finding, hypothesis)), "html.parser")
    for figure in re.findall(r"[\d,.]+(?: %| hours)?", figures):
        number = rf"(?<![\d.,]){re.escape(figure)}(?![\d]|[.,]\d)"
        assert re.search(number, text.get_text()), f"{figure} is not in “{text.get_text()}”"
    assert {a["data-cite"] for a in text.select("a[data-cite]")} >= set(sources.split())


@pytest.mark.parametrize("figures, key", [
    ("58 16 42", "moreews2021"), ("24 % 16 15 4", "porritt2021"), ("76.9 % 13", "pfeifer_preprint2021"),
    ("20 0.5 17 254 31 2,171 33 0.8 0.4 1.2 200 56.4 330", "pimsreview2021"), ("76 110", "sacco2022"),
    ("56", "decevins2021"),
    ("5 9", "zhu2021"), ("75 % 16 48", "konepaut2021"), ("2 18", "chou2021"), ("24 6 5 7 13", "fabi2021"),
    ("24 % 4", "vantassell2013"), ("83", "belfast2024"), ("25", "carter2020"), ("11", "dolhnikoff2020")])
def test_figures_of_the_page_are_those_of_the_fact_base(figures, key):
    paragraphs = [p for p in PAGE.split("\n\n") if key in p]
    assert any(all(re.search(rf"(?<![\d.,]){re.escape(f)}(?![\d]|[.,]\d)", p)
                   for f in re.findall(r"[\d,.]+(?: %)?", figures)) for p in paragraphs)


@pytest.mark.parametrize("figures, key",
                         [("2 6", "yousaf2024"), ("3 4", "sacco2022"), ("4 8", "goetzke2025"),
                          ("630 57", "diorio2020tma"),
                          ("687 56.3", "pimsreview_preprint2020"), ("67 6 8", "wong2022"), ("6 17", "sirico2021")])
def test_figures_of_the_staged_picture_are_those_of_the_fact_base(figures, key):
    text = next(s["text"] for s in STAGES["stages"] if f"@{key}" in s["text"])
    for figure in figures.split():
        assert re.search(rf"(?<![\d.,]){re.escape(figure)}(?![\d]|[.,]\d)", text)


@pytest.mark.parametrize("old, new, column, words", [
    ("yousaf2024; yonker2021", "yousaf2024; nobody1999", "source", "'nobody1999'"),
    ("moreews2021,the work itself", "moreews2021,certain", "certainty", "'certain'"),
    ("burbelo2022,the work itself", ",the work itself", "source", "''"),
    (",13,21,", ",22,21,", "count", "22 of 21"),
    (",13,21,", ",13,,", "count", "13 of nan"),
    ("spike fails in the dish,superantigen,against", "spike fails in the dish,superantigen,maybe", "speaks", "'maybe'"),
    ("IgG binds heart vessels,gut leak", "IgG binds heart vessels,ether", "hypothesis", "'ether'"),
    ("IgG binds heart vessels,autoantibodies,for,expected", "IgG binds heart vessels,autoantibodies,for,either way",
     "clause", "'either way' for a pair that is 'for'"),
    ("rare gene defects,IL-1 axis,silent,too little", "rare gene defects,IL-1 axis,for,too little", "clause",
     "'too little' for a pair that is 'for'")])
def test_a_damaged_file_is_refused_by_name(tmp_path, old, new, column, words):
    assert TEXT.count(old) == 1, "the fault can't be planted"
    path = tmp_path / "mechanisms.csv"
    path.write_text(TEXT.replace(old, new), "utf-8")
    with pytest.raises(CaseDataError) as caught:
        mechanisms.load(path, check_hash=False)
    line = TEXT[:TEXT.index(old)].count("\n") + 1
    assert (caught.value.file, caught.value.line, caught.value.column) == (str(path), line, column)
    assert words in str(caught.value)


def test_a_missing_pair_and_a_changed_word_are_refused(tmp_path):
    path = tmp_path / "mechanisms.csv"
    path.write_text("".join(line for line in TEXT.splitlines(keepends=True)
                            if not line.startswith("IgG binds heart vessels,gut leak")), "utf-8")
    with pytest.raises(CaseDataError, match="no row for 'IgG binds heart vessels' and 'gut leak'"):
        mechanisms.load(path, check_hash=False)
    path.write_text(TEXT.replace("Given to mice", "Given to children"), "utf-8")
    with pytest.raises(CaseDataError, match="sha256"):
        mechanisms.load(path)


@pytest.mark.parametrize("count, of", [(13, 21), (40, 54), (5, 558), (6, 17), (0, 24), (21, 21)])
def test_the_interval_holds_exactly_the_shares_the_score_test_does_not_reject(count, of):
    """Brute force: every share on a fine grid, kept if |p - share| <= 1.959964 standard errors of that share."""
    p, z, step = count / of, 1.959964, 20_000
    kept = [k / step for k in range(1, step) if abs(p - k / step) <= z * ((k / step) * (1 - k / step) / of) ** 0.5]
    low, high = mechanisms.interval(count, of)
    assert low == pytest.approx(min(kept), abs=2 / step) and high == pytest.approx(max(kept), abs=2 / step)


def test_shares_in_words():
    assert mechanisms.share(13, 21) == "13 of 21 (62 %; 95 % CI 41 to 79)"
    assert mechanisms.share(5, 558) == "5 of 558 (0.9 %; 95 % CI 0.4 to 2.1)"
    assert Fraction(13, 21) > Fraction(61, 100)      # the fact base prints 62 %
    with pytest.raises(KeyError):
        mechanisms.counted("IgG binds heart vessels", "gut leak")


def test_what_separates_two_ideas_agrees_with_the_file():
    text = TEXT.replace('"spike in blood, leak marker up"', "spike in blood; leak marker up")
    rows = {tuple(line.split(",")[:3]) for line in text.splitlines()}
    pairs = mechanisms.separates("superantigen", "IL-1 axis")
    assert "TRBV11-2 skew" in pairs.index and "recovery under several treatments" not in pairs.index
    for finding, pair in pairs.iterrows():
        finding = finding.replace(", ", "; ")
        assert {(finding, "superantigen", pair["superantigen"]), (finding, "IL-1 axis", pair["IL-1 axis"])} <= rows
    with pytest.raises(KeyError):
        mechanisms.separates("superantigen", "ether")


def test_the_static_face_holds_each_cell_once_and_leads_to_its_evidence():
    page = BeautifulSoup(mechanism_matrix.Matrix().static_html(), "html.parser")
    cells = page.select("table.matrix td[data-speaks]")
    assert len(cells) == 90
    for (finding, row), line in zip(mechanisms.matrix().iterrows(), page.select("table.matrix tbody tr")):
        assert [c["data-speaks"] for c in line.select("td")] == list(row)
        assert line["data-sentence"] == mechanism_matrix.sentence(finding)
        for hypothesis, cell in zip(row.index, line.select("td a")):
            target = page.select(f'[id="{cell["href"][1:]}"]')
            assert len(target) == 1
            there = target[0].find_parent("tr")
            assert there.select("td")[0].get_text() == mechanism_matrix.upper(hypothesis)
            assert mechanisms._row(finding, hypothesis)["evidence"][:40] in there.get_text().replace("’", "'")
    answers = [mechanisms.matrix().loc[finding, hypothesis] for finding, hypothesis in mechanism_matrix.ASKED]
    assert [f["data-speaks"] for f in page.select("[data-asked]")] == answers


def test_the_picture_can_be_read_small():
    """Text of at least 12 units, and no two texts on top of each other (8 units a letter is generous)."""
    _, svg = load_stages("infection-to-heart")
    boxes = []
    for text in BeautifulSoup(svg, "html.parser").select("text"):
        size = float(text["font-size"])
        assert size >= 12
        width = 0.58 * size * len(text.get_text())
        x = float(text["x"]) - {"start": 0, "middle": width / 2, "end": width}[text["text-anchor"]]
        assert 0 <= x and x + width <= 362, text.get_text()
        boxes.append((x, float(text["y"]) - size, x + width, float(text["y"]), text.get_text()))
    for i, a in enumerate(boxes):
        for b in boxes[i + 1:]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (a[4], b[4])
