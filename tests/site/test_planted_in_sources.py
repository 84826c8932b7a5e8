"""Damage sources in a copy of the repository, and see that `make check` stops and says file, place and remedy of each.

Faults that hide each other stand in rounds of their own: a file is damaged once in a round, a damaged descriptor or
bibliography hides what is checked against it, and a table that can't be read hides the numbers in texts.
"""

import functools
import hashlib
import re
import subprocess
import sys

import pytest

from casebook.tables.resources import read_resource
from planting import copy_of_the_repository, fault, plant

# file, old text, new text, what one message must hold

TABLE, MECHANISMS, STUDIES, Q4, CASE = ("data/table1.csv", "data/mechanisms.csv", "data/treatment_studies.csv",
                                        "book/questions/04.yml", "book/case.yml")
ROUNDS = [
    [fault("value of Table 1 changed", TABLE, "ProBNP,ng/L,1,5935,5935", "ProBNP,ng/L,1,5953,5953",
           ["table1.csv", "sha256", "restore the file"]),
     fault("text for a number", STUDIES, ",2021,", ",MMXXI,",
           ["treatment_studies.csv", "column 'year'", "'MMXXI'", "a whole number"]),
     fault("table changed after its hash was taken", MECHANISMS, "\n", " \n", ["mechanisms.csv", "Remedy"]),
     fault("self-check without feedback", Q4, "        feedback: |\n", "        remark: |\n",
           ["04.yml", "question 4.1, option 1", "feedback", "complete the question"]),
     fault("sorting that leaves a choice unanswered", "book/questions/01.yml",
           "      is: observation\n      feedback:\n", "      is: observation\n      feedback:\n        also: x\n",
           ["01.yml", "sentence 1", "feedback", "answer every choice"]),
     fault("judgement without a reason", "book/appraisal.yml", "        reason:", "        because:",
           ["appraisal.yml", "item", "complete the item"]),
     fault("picture with a stage too few", None, None, None, [".svg", "stages 1 to", "draw the missing stage"]),
     fault("plan with a gap", "book/instructor/plans/one-hour.yml", "minutes: [7, 15]", "minutes: [8, 15]",
           ["one-hour.yml", "column-1", "close the gap"])],
    [fault("unit of Table 1 changed", TABLE, "CRP,mg/L,1", "CRP,mg/dL,1",
           ["table1.csv", "line 90", "column 'unit'", "'mg/dL'", "Remedy"]),
     fault("decimal comma in a table of limits", "data/reference_ranges.csv", "69.4", "69,4",
           ["reference_ranges.csv", "fields", "Remedy"]),
     fault("self-check without a right option", Q4, "correct: true", "correct: false",
           ["04.yml", "4.1", "no correct option", "mark one"]),
     fault("step of the case lost", CASE, 'step: "3a"', 'step: "3c"', ["case.yml", "3c", "one entry per step"]),
     fault("reader of a form with a misspelt word", "book/appraisal.yml", "A: cannot-tell", "A: canot-tell",
           ["appraisal.yml", "readers, care", "canot tell", "one word for each item"]),
     fault("picture lost", None, None, None, [".svg", "no file", "staged picture"]),
     fault("plan that sends to no page", "book/instructor/plans/one-hour.yml", "pages: [04-day-by-day#step-1]",
           "pages: [04-day-by-night]", ["one-hour.yml", "column-1", "04-day-by-night", "correct its name"])],
    [fault("column of Table 1 lost", TABLE, ",flag\n", "\n", ["table1.csv", "line 1", "'flag'", "Remedy"]),
     fault("interval that misses its estimate", STUDIES, None, None,
           ["treatment_studies.csv", "column 'estimate'", "correct the row"]),
     fault("self-check with an id twice", Q4, 'id: "4.2"', 'id: "4.1"', ["04.yml", "4.1", "a second time", "new id"]),
     fault("option of the case without a grade", CASE, "grade: defensible", "grade: good",
           ["case.yml", "option", "'good'", "complete the option"]),
     fault("plan that sends to no heading", "book/instructor/plans/flipped.yml", "#both-exits", "#both-entries",
           ["flipped.yml", "10-does-one-case-prove-it#both-entries", "correct its name"])],
    [fault("Table 1 in a Windows code page", TABLE, "–", b"\x96",
           ["table1.csv", "line 22", "byte 0x96", "save the file as UTF-8"]),
     fault("citation of a table unknown", MECHANISMS, None, None,
           ["mechanisms.csv", "line 2, column 'source'", "yousuf2024", "add the entry or correct the key"]),
     fault("self-checks that are no YAML", Q4, "questions:\n", "questions: [\n",
           ["04.yml", "line", "valid YAML", "correct the line"])],
    [fault("old Macintosh line endings", TABLE, "\nEF,", "\rEF,", ["table1.csv", "line 1", "Remedy"]),
     fault("self-check without an objective", "book/instructor/learning-map.yml", '"4.1"', '"4.2"',
           ["learning-map.yml", "self-check 4.1", "of an objective"])],
    [fault("row of Table 1 lost", TABLE, "CRP,mg/L,3,", "#,", ["table1.csv", "line 92", "Remedy"]),
     fault("wrong option without a misconception", "book/instructor/learning-map.yml", "[4.3 A, 4.3 C]", "[4.3 A]",
           ["none for 4.3 C", "of a misconception"])],
    [fault("self-check with an unknown number", Q4, "{{ n.core }}", "{{ n.cores }}",
           ["04.yml", "cores", "correct the expression"]),
     fault("source of the case unknown", CASE, "[@wong2022]", "[@wong]", ["case.yml", "wong", "add the entry"]),
     fault("learning map with an option too many", "book/instructor/learning-map.yml", "4.3 D", "4.3 F",
           ["no option F", "correct the letter"]),
     fault("two works under one label", "book/references.bib", "{2021a}", "{2021b}",
           ["references.bib", "Porritt et al. 2021b", "letter after the year"])],
    [fault("self-check with an unknown source", Q4, "Both rows have", "Both rows [@nobody1999] have",
           ["04.yml", "4.1", "nobody1999", "add the entry"]),
     fault("cited work lost from the bibliography", "book/references.bib", "{wong2022,", "{wong2023,",
           ["wong2022", "add the entry or correct the key"])],
    [fault("bibliography with a broken entry", "book/references.bib", "author = {", "author = ",
           ["references.bib", "correct the entry"])],
    [fault("table without its description", "data/datapackage.json", '"name": "mechanisms"', '"name": "mechanism"',
           ["datapackage.json", "mechanisms", "Remedy"])],
    [fault("descriptor cut off", "data/datapackage.json", '"resources": [', '"resources": [[',
           ["datapackage.json", "line", "valid JSON", "restore the file"])],
]


def wreck_meaning(top, name, old, new):
    """Damage a table and take its hash anew, so that only what it says is wrong."""
    file = top / name
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    plant(file, old, new)
    plant(top / "data/datapackage.json", digest, hashlib.sha256(file.read_bytes()).hexdigest())


def wreck_an_interval(top):
    row = next(r for r in read_resource("treatment_studies").itertuples() if r.ci_low == r.ci_low)
    line = (top / STUDIES).read_text("utf-8").splitlines()[row.Index - 1]
    wreck_meaning(top, STUDIES, line, line.replace(f",{row.estimate:g},", ",99,", 1))


def wreck_a_picture(top, lose=False):
    file = sorted((top / "book/figures").glob("*.svg"))[0]
    file.unlink() if lose else plant(file, 'data-stage="1"', 'data-stage="9"')


SPECIAL = {"interval-that-misses-its-estimate": wreck_an_interval,
           "citation-of-a-table-unknown": lambda top: wreck_meaning(top, MECHANISMS, ",yousaf2024,", ",yousuf2024,"),
           "picture-with-a-stage-too-few": wreck_a_picture,
           "picture-lost": lambda top: wreck_a_picture(top, lose=True)}


def check(top):
    """What `make check` says of a copy of the repository, as (exit code, output)."""
    done = subprocess.run([sys.executable, "-m", "casebook.check"], cwd=top / "book", capture_output=True,
                          text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def test_the_undamaged_copy_is_whole(tmp_path):
    top = copy_of_the_repository(tmp_path)
    (top / "book/figures/.DS_Store").write_bytes(b"\0")          # as the Finder leaves one
    code, output = check(top)
    assert code == 0, f"the faults below would prove nothing: {output}"


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Function: (exit code, output) of a copy with all faults of a round; each round is checked once."""
    @functools.cache
    def of(number):
        top = copy_of_the_repository(tmp_path_factory.mktemp("round"))
        for row in ROUNDS[number]:
            wreck = SPECIAL.get(row.id)
            wreck(top) if wreck else plant(top / row.values[0], *row.values[1:3])
        return check(top)
    return of


@pytest.mark.parametrize("number, says",
                         [pytest.param(n, row.values[3], id=row.id) for n, rows in enumerate(ROUNDS) for row in rows])
def test_damaged_sources_are_refused_by_name(told, number, says):
    code, output = told(number)
    assert code == 1 and "Traceback" not in output, output[-2000:]
    messages = re.split(r"^(?=/)", output, flags=re.M)
    assert [m for m in messages if all(part in m for part in says)], f"no message holds {says}:\n{output}"
