"""The votes as files, each opened by a reader that isn't ours: openpyxl for the sheets, a parser from npm for GIFT."""

import json
import subprocess

import pytest
from openpyxl import load_workbook

from casebook.pieces.case_panels import load_script
from casebook.pieces.questions import bank
from products import votes

GIFT = """const { parse } = require(process.argv[1] + "/node_modules/gift-pegjs");
console.log(JSON.stringify(parse(require("fs").readFileSync(process.argv[2], "utf8"))));"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return {path.name: path for path in votes.build(tmp_path_factory.mktemp("dist"))}


def rows(path, first=1):
    sheet = load_workbook(path).active
    assert not [cell for row in sheet for cell in row if cell.data_type == "f"], "a formula"
    return [[cell or "" for cell in row] for row in sheet.iter_rows(min_row=first, values_only=True)]


def test_the_spreadsheet_holds_every_vote_of_the_case_and_every_self_check(made):
    head, *found = rows(made["votes.xlsx"])
    case = load_script()
    asked = len(case) + sum("vote" in step for step in case) + sum("assumption" in step for step in case)
    assert len(found) == asked + sum(map(len, bank().values()))
    one = {row[0]: dict(zip(head, row)) for row in found}
    right = [n for n, o in enumerate(case[1]["options"]) if o["grade"] in ("well supported", "supported")]
    assert one["Column 1"]["Supported"] == ", ".join("ABCDEF"[n] for n in right)
    assert one["Column 3b, assumption"]["Supported"] == "A, B, C, D, E, F" and one["4.3"]["Feedback A"]
    assert not [cell for row in found for cell in row if "{{" in cell or "<span" in cell]


def test_kahoots_sheet_keeps_its_lengths_and_cuts_no_text(made):
    head, *found = rows(made["kahoot.xlsx"], first=8)
    assert head[1] == "Question - max 120 characters" and head[6].startswith("Time limit")
    whole = {f"{vote.name}: {vote.question}": [text for text, _, _ in vote.options] for vote in votes.votes()}
    for _, asked, *answers, seconds, right in found:
        answers = [answer for answer in answers if answer]
        assert len(asked) <= 120 and max(map(len, answers)) <= 75 and seconds == "60"
        assert (whole.get(asked) == answers or asked.endswith(": read it on the slide")
                and answers == list("ABCD")[:len(answers)])
        assert right and set(map(int, right.split(","))) <= set(range(1, len(answers) + 1))


def test_a_row_a_poll_names_its_choices_and_the_supported_ones(made):
    head, *found = rows(made["polls.xlsx"])
    assert head[:3] == ["Type", "Title", "Correct"] and len(found) == len(votes.votes())
    for row, vote in zip(found, votes.votes()):
        assert [cell for cell in row[3:] if cell] == [text for text, _, _ in vote.options]
        assert (row[0] == "Poll") == (row[2] == "") == (len(vote.right) == len(vote.options))


@pytest.mark.slow
def test_a_parser_of_gift_reads_every_vote_with_its_feedback(made, npm):
    done = subprocess.run(["node", "-e", GIFT, npm, made["votes.gift.txt"]], capture_output=True, text=True, check=True)
    found = [question for question in json.loads(done.stdout) if question["type"] != "Category"]
    assert {question["type"] for question in found} == {"MC"}
    plain = lambda part: " ".join(part["text"].split())
    for question, vote in zip(found, votes.votes(), strict=True):
        assert (question["title"], plain(question["stem"])) == (vote.name, vote.question)
        assert [(plain(c["text"]), plain(c["feedback"]))
                for c in question["choices"]] == [(o[0], o[2]) for o in vote.options]
        right = [n for n, c in enumerate(question["choices"], 1) if c["isCorrect"] or float(c["weight"] or 0) > 0]
        assert right == vote.right
