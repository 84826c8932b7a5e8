"""The assignment, run through nbgrader itself: students get no solution, the book's own solutions earn every point."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from products import assignment

GRADES = """import json
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db") as book:
    print(json.dumps({s.student.id: [s.score, s.max_score, s.needs_manual_grade]
                      for s in book.assignment_submissions("one-child-one-table")}))"""


def test_the_tests_agree_with_the_chapters_own_counts():
    assert assignment._short() == {"CRP": [2, 0], "procalcitonin": [3, 3]}, "chapter 9 says so in words"
    points = [cell.metadata["nbgrader"].get("points", 0) for cell in assignment.notebook().cells
              if "nbgrader" in cell.metadata]
    assert sum(points) == 15


@pytest.mark.slow
def test_nbgrader_takes_the_solutions_out_and_grades_them(tmp_path):
    """nbgrader has an environment of its own: it would add panels and a second server to the book's JupyterLab."""
    tools = Path(sys.prefix, "nbgrader", "bin")
    if not (tools / "nbgrader").exists():
        subprocess.run([sys.executable, "-m", "venv", tools.parent], check=True)
        subprocess.run([tools / "pip", "install", "--quiet", "nbgrader==0.9.6"], check=True)
    environment = os.environ | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
                                **{name: str(tmp_path / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}}
    assignment.build(tmp_path)
    course = tmp_path / "nbgrader"

    def run(*words):
        done = subprocess.run(words, cwd=course, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    run("nbgrader", "generate_assignment", assignment.NAME, "--create")
    released = (course / "release" / assignment.NAME / "exercises.ipynb").read_text("utf-8")
    assert "your work here" in released and "log2(a / b)" not in released and "HIDDEN" not in released
    for student, version in (("empty", "release"), ("whole", "source")):
        shutil.copytree(course / version / assignment.NAME, course / "submitted" / student / assignment.NAME)
    run("nbgrader", "autograde", assignment.NAME, "--create")
    grades = json.loads(run("python", "-c", GRADES))
    assert grades["empty"][:2] == [0, 15] and grades["whole"] == [8, 15, True], grades
