"""Agreement of two readers of a form, and of all pairs of a class, by hand."""

import pytest

from casebook import agreement, appraisal


def test_agreement_of_two_readers_by_hand():
    care = appraisal.form("care")
    first = dict.fromkeys(range(1, 14), "partly")
    second = first | {3: "no", 7: "yes"}
    del second[13]
    found = agreement.raw(care, first, second)
    assert (found.identical, found.differ, found.open) == ((1, 2, 4, 5, 6, 8, 9, 10, 11, 12), (3, 7), (13,))
    assert found.words() == ("Raw agreement: 10 of 13 items (77 %). The readings differ on 3 Abstract, 7 Timeline. "
                             "Not judged by both: 13 Informed consent.")
    assert agreement.raw(care, first, first).words() == "Raw agreement: 13 of 13 items (100 %)."


def test_half_a_per_cent_is_rounded_up_as_the_page_does():
    murad = appraisal.form("murad")
    first = dict.fromkeys(range(1, 9), "no")
    assert "(63 %)" in agreement.raw(murad, first, first | {1: "yes", 2: "yes", 3: "yes"}).words()     # 5 of 8
    assert "(13 %)" in agreement.raw(murad, {1: "no"}, {1: "no"}).words()                             # 1 of 8


def test_pairs_that_agree_by_hand():
    """Four readers make six pairs: 2 + 2 marks agree in two of them, 3 + 1 in three, 4 in all."""
    care = appraisal.form("care")
    given = [dict.fromkeys(range(1, 14), "yes") for _ in range(4)]
    given[0][1] = given[1][1] = given[0][2] = "no"
    shares = agreement.pairs_that_agree(care, dict(zip("ABCD", given)))
    assert list(shares[:3]) == [pytest.approx(2 / 6), pytest.approx(3 / 6), 1.0] and shares.index[0] == "1 Title"
    with pytest.raises(ValueError, match="two readers"):
        agreement.pairs_that_agree(care, {"A": given[0]})


def test_a_map_of_two_readers_who_agree_and_of_two_who_left_an_item_out():
    care = appraisal.form("care")
    alike = dict.fromkeys(range(1, 14), "yes")
    whole = agreement.class_map(care, {"A": alike, "B": alike})
    assert (whole.title == "Readers, item by item" and "agree on 13 items" in whole.description
            and "agree on no item" in whole.description)
    left = {n: j for n, j in alike.items() if n != 1}
    gap = agreement.class_map(care, {"A": left, "B": left}, "Two of us")
    assert gap.title.startswith("Two of us") and gap.table.iloc[0].to_list() == ["1 Title", "", "", "0 %"]
    assert "left" not in gap.html() and "agree on 1 Title (0 %)" in gap.description


def test_the_made_up_readers_split_where_the_chapter_says():
    shares = agreement.pairs_that_agree(appraisal.form("care"), appraisal.readers("care"))
    assert [n for n, s in enumerate(shares, 1) if s < 0.5] == [7, 9, 10]


def test_a_bug_of_the_chapter_flatters():
    c, d = (appraisal.readers("care")[r] for r in "CD")
    decided = [n for n in c if "cannot tell" not in (c[n], d[n])]
    honest = agreement.raw(appraisal.form("care"), c, d)
    assert sum(c[n] == d[n] for n in decided) / len(decided) > honest.share and 9 not in decided and c[9] != d[9]
