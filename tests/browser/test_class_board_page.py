"""Codes of a class: what students chose, written by their page, read by the board, added up; wrong ones named."""

import json
import re

import segno

from casebook.pieces.case_panels import HITS, load_script
from conftest import overflow

STEPS = load_script()
CLASS = [                                       # option a step (None: not committed), how sure, first and last number
    ([0] * len(STEPS), 90, (80, 20)), ([1] * len(STEPS), 50, (40, 40)),
    ([None, 2] + [None] * (len(STEPS) - 2), 70, (100, 0))]


def code(open_page, server, options, sure, numbers):
    page = open_page(f"{server}/book/for-students.html", width=375)
    steps = {s["step"]: {"option": str(o), "confidence": str(sure), "state": "revealed"}
             for s, o in zip(STEPS, options) if o is not None}
    ledger = {"1": {"number": numbers[0]}, "7": {"number": 55}, "11": {"number": numbers[1]}}
    page.evaluate("""([steps, ledger]) => {
        localStorage.setItem("one-child-one-table:case", JSON.stringify({ steps, at: 0, reached: 11 }));
        localStorage.setItem("one-child-one-table:ledger", JSON.stringify(ledger)); }""", [steps, ledger])
    page.reload()
    assert overflow(page) <= 0
    shown = page.locator(".class-code output").inner_text()
    path = page.locator(".class-code svg path").last.get_attribute("d")
    dark = {(int(y), int(x)) for x, y in re.findall(r"M(\d+) (\d+)h1", path)}
    by_segno = segno.make(shown.replace("-", ""), version=1, error="m", mask=0, boost_error=False,
                          mode="alphanumeric").matrix
    assert dark == {(y, x) for y, row in enumerate(by_segno) for x, cell in enumerate(row) if cell}
    return shown


def test_the_board_adds_up_what_the_students_pages_wrote(open_page, server):
    codes = [code(open_page, server, *student) for student in CLASS]
    assert len(set(codes)) == 3 and max(map(len, codes)) <= 24
    board = open_page(f"{server}/book/instructor/class-board.html")
    typed = [codes[0], codes[1].lower().replace("-", " "), codes[2], codes[2], "ABCD-EFGH", codes[0][:-1] + "#"]
    board.locator(".class-board textarea").fill("\n".join(typed))
    said = board.locator(".board-said").inner_text()
    assert said.startswith("3 codes read. Not a code: ABCD-EFGH, "), said
    shown = lambda title: board.locator(f".board-shown section:has(h3:text-is('{title}'))")
    assert "73 %" in shown("Belief line").inner_text() and "20 %" in shown("Belief line").inner_text()
    assert "2 went down, 0 up, 1 stayed" in shown("Belief line").inner_text()
    one = shown("Column 1: 3").locator(".board-bar strong").all_inner_texts()
    assert [int(text.split()[0]) for text in one] == [1, 1, 1, 0][:len(one)]
    scored = [s for s in STEPS if s["scored"]]
    hits = sum(s["options"][0]["grade"] in HITS for s in scored)
    assert f"{hits} of {len(scored)} well supported" in shown("Calibration").inner_text()


def test_a_code_with_one_wrong_letter_is_refused(open_page, server):
    good = code(open_page, server, *CLASS[0])
    board = open_page(f"{server}/book/instructor/class-board.html")
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    shifted = lambda letter: letters[(letters.index(letter) + 3) % 32]
    wrong = [good[:n] + shifted(good[n]) + good[n + 1:] for n in range(len(good)) if good[n] != "-"]
    read = []
    for line in wrong:
        board.locator(".class-board textarea").fill(line)
        read += [line] * board.locator(".board-said").inner_text().startswith("1 code read")
    assert not read, json.dumps(read)
