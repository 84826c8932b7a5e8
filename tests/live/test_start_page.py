"""The folder that `make live` opens: a start page, the projector, the chapters."""

import json
import os
import re
import shutil
import subprocess

import pytest

from casebook import session_plans, start_page
from conftest import TOP


@pytest.fixture
def built(tmp_path, monkeypatch):
    """Chapters as a build leaves them, with one cell each, and the folder that `make live` writes."""
    monkeypatch.setattr(start_page, "TEACHER", tmp_path)
    for stem, title in [*start_page.chapters(), start_page.RECIPES]:
        cells = [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": f"# {title}"}]
        notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (tmp_path / f"{stem}.ipynb").write_text(json.dumps(notebook))
    return tmp_path, tmp_path / "lesson"


def words(folder):
    cells = json.loads((folder / "start.ipynb").read_text("utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells)


def test_the_start_page_lists_every_plan_step_and_chapter_with_links_that_lead_somewhere(built):
    _, lesson = built
    start_page.write(lesson)
    page = words(lesson)
    for name in session_plans.ORDER:
        plan = session_plans.plan(name)
        assert f"## {plan['title']}" in page
        for session in plan["sessions"]:
            for step in session["steps"]:
                assert f"| {step['minutes'][0]}–{step['minutes'][1]} | **{step['title']}**" in page
    links = set(re.findall(r"\]\(([^)]+)\)", page))
    for link in links:
        there = TOP / link.removeprefix("../") if link.startswith("../") else lesson / link
        assert there.exists(), link
    stems = {stem for stem, _ in start_page.chapters()}
    assert {f"{stem}.ipynb" for stem in stems} | {f"../book/{stem}.md" for stem in stems} | {"projector.ipynb"} <= links


def test_a_chapter_is_renewed_unless_somebody_has_changed_its_cells(built):
    made, lesson = built
    start_page.write(lesson)
    run, changed, *_ = sorted(lesson.glob("0*.ipynb"))
    for file, key, value in ((run, "metadata", {"trusted": True}), (changed, "source", "# Mine")):
        there = json.loads(file.read_text("utf-8"))
        there["cells"][0][key] = value
        file.write_text(json.dumps(there))
    for file in made.glob("*.ipynb"):
        file.write_text(file.read_text("utf-8").replace("# ", "# New: "))
    start_page.write(lesson)
    assert "# New: " in run.read_text("utf-8") and "# Mine" in changed.read_text("utf-8")
    page = words(lesson)
    assert page.count("yours: you changed it") == 1 and f"{changed.stem}.md) · yours" in page


def test_make_live_says_to_root_what_to_do(tmp_path):
    for name, does in (("jupyter", "exit 1"), ("python", "exit 0"), ("id", "echo 0")):
        (file := tmp_path / ".venv/bin" / name).parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{does}\n")
        file.chmod(0o755)
    (tmp_path / "book").mkdir()
    shutil.copy(TOP / "Makefile", tmp_path)
    done = ["-o", ".venv/.installed", "-o", "_build/html/notebooks/notebooks-teacher.zip"]
    paths = {"PATH": f"{tmp_path}/.venv/bin:{os.environ['PATH']}"}
    made = subprocess.run(["make", *done, "live"], cwd=tmp_path, env=os.environ | paths, capture_output=True, text=True)
    assert made.returncode and "As another user: make live. Or: make live ARGS=--allow-root" in made.stdout


def test_git_ignores_the_folder_of_a_lesson():
    assert "lesson/" in (TOP / ".gitignore").read_text("utf-8").split()
    assert "-m casebook.classroom.start_page ../lesson" in (TOP / "Makefile").read_text("utf-8")
