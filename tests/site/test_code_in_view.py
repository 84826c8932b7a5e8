"""The code that readers see: each chapter reads Table 1 and draws in view, and ends in a line to change."""

import re
from statistics import median, quantiles

import pytest

from conftest import TOP

PAGES = sorted((TOP / "book").glob("**/*.md"))
CHAPTERS = [page for page in PAGES if re.match(r"\d\d-", page.name)]
HIDDEN = ("hide-input", "remove-input", "remove-cell")


def cells(page):
    """(tags, code) of each code cell of a page."""
    found = []
    for body in re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", page.read_text("utf-8"), re.M | re.S):
        tags = re.search(r"^:?tags: \[(.*?)\]$", body, re.M)
        code = re.sub(r"\A(?:---\n.*?^---\n|(?::[^\n]*\n)+)\n?", "", body, flags=re.M | re.S)
        found.append(({tag.strip() for tag in tags[1].split(",")} if tags else set(), code))
    return found


def in_view(page):
    """Code that stands open on the page: neither plumbing nor an answer that the page folds."""
    return [code for tags, code in cells(page) if not tags & {*HIDDEN, "hide-cell"}]


def lines(code):
    return sum(bool(line.strip()) for line in code.splitlines())


def test_code_is_hidden_only_where_it_is_plumbing():
    hidden = [page.name for page in PAGES for tags, code in cells(page) if tags & set(HIDDEN)]
    assert len(hidden) <= 15, f"a reader can't copy what is hidden: {hidden}"


@pytest.mark.parametrize("page", CHAPTERS[3:11], ids=lambda page: page.stem)
def test_a_chapter_reads_table_1_and_draws_where_readers_see_it(page):
    text = "\n".join(in_view(page))
    assert 'pd.read_csv("../data/table1.csv")' in text and "alt.Chart(" in text


def test_cells_are_short():
    """As in the readable books of this field: a median of 2 to 5 lines, nine of ten cells under 20, none over 25."""
    long = [lines(code) for page in CHAPTERS for code in in_view(page)]
    assert 2 <= median(long) <= 5 and quantiles(long, n=10)[-1] < 20 and max(long) <= 25


@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.stem)
def test_a_chapter_ends_with_one_line_to_change_and_its_result_folded(page):
    task = page.read_text("utf-8").split("\n## Change one line\n")[1].partition("\n## ")[0]
    assert task.count("```{dropdown} What you should see\n") == 1
    assert task.count("```{code-cell}") == 1, "the line to change stands beside the task"
