"""Self-checks and the case with a part missing are refused by name; the cache of results notices a change in what
notebooks read."""

import os
import sys
from types import SimpleNamespace

import pytest
import yaml
from jupyter_cache import get_cache

from casebook import CaseStepper
from casebook.display.choices import Choices, Control
from casebook.display.drawn_once import drawn_once
from casebook.pieces.case_panels import load_script
from casebook.pieces.questions import load_questions
from casebook.tables.resources import CaseDataError
from casebook.tables.table1 import load
from conftest import TOP

BOOK = TOP / "book"


def test_who_imports_the_package_keeps_their_own_way_to_show_errors():
    assert sys.excepthook.__module__ != "casebook.resources", \
        "only `python -m casebook.…` says a damaged file without the way there"


@pytest.mark.parametrize("change, where", [
    (lambda q: q["options"][1].pop("feedback"), "question 9.1, option 2"),
    (lambda q: q["options"][0].update(feedback=""), "question 9.1, option 1, feedback"),
    (lambda q: q.pop("stem"), "question 9.1"),
    (lambda q: q["options"][0].update(correct=False), "no correct option"),
    (lambda q: q.update(hint="x"), "question 9.1")])
def test_an_incomplete_self_check_stops_the_build_by_name(tmp_path, change, where):
    question = {"id": "9.1", "stem": "?",
                "options": [{"text": t, "correct": t == "a", "feedback": "because"} for t in "ab"]}
    change(question)
    file = tmp_path / "09.yml"
    file.write_text(yaml.safe_dump({"chapter": 9, "questions": [question]}), "utf-8")
    with pytest.raises(CaseDataError) as caught:
        load_questions(file)
    assert "09.yml" in str(caught.value) and where in str(caught.value)


@pytest.mark.parametrize("change, where", [
    (lambda steps: steps.pop(3), "step"), (lambda steps: steps[4]["options"][0].pop("feedback"), "step 3b, option 1"),
    (lambda steps: steps[1]["options"][2].update(grade="good"), "step 1, option 3"),
    (lambda steps: steps[2].pop("trap"), "step 2"),
    (lambda steps: steps[1].update(options=None), "step 1, options"),
    (lambda steps: steps[1]["options"].append("plain"), "step 1, option 5"),
    (lambda steps: steps[4]["options"][0].pop("text"), "step 3b, option 1': found 'text'"),
    (lambda steps: steps.append("plain"), "step 13"),
    (lambda steps: steps[2]["vote"]["options"][1].pop("feedback"), "step 2, vote, option 2"),
    (lambda steps: steps[4].pop("finding"), "step 3b': found 'finding'")])
def test_an_incomplete_case_script_stops_the_build_by_name(tmp_path, change, where):
    content = yaml.safe_load((BOOK / "case.yml").read_text("utf-8"))
    change(content["steps"])
    file = tmp_path / "case.yml"
    file.write_text(yaml.safe_dump(content), "utf-8")
    with pytest.raises(CaseDataError, match=where):
        load_script(file)


def test_the_execution_cache_notices_changes_in_what_notebooks_read(tmp_path, monkeypatch):
    from _ext import casebook_book as extension

    class App:
        outdir = tmp_path / "_build" / "html"

    for name in ("data/table1.csv", "book/casebook/heart.py", "book/questions/04.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("before")
    monkeypatch.setattr(extension, "BOOK", tmp_path / "book")
    for name in ("CASEBOOK_STATIC", "CASEBOOK_KEPT"):
        monkeypatch.setenv(name, "")
    folders = [tmp_path / "_build" / name for name in (".jupyter_cache", "kept")]

    def build():
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        app = App()
        extension.notice_changes(app)
        (tmp_path / "_build" / "casebook.sha256").write_text(app.casebook_digests)
        assert os.environ["CASEBOOK_KEPT"] == str(folders[1])
        return app.casebook_changed, *(folder.exists() for folder in folders)

    build()
    assert build() == (False, True, True), "nothing changed: results are kept"
    for leftover in ("data/.~lock.table1.csv#", "book/casebook/.ipynb_checkpoints/heart.py",
                     "book/casebook/__pycache__/heart.pyc"):
        (tmp_path / leftover).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / leftover).write_text("left by a class")
    assert build() == (False, True, True), "what editors and `make live` leave changes nothing"
    for name, stays in (("data/table1.csv", False), ("book/casebook/heart.py", False), ("book/questions/04.yml", True)):
        (tmp_path / name).write_text("after")
        assert build() == (True, stays, stays), name


def test_a_piece_is_drawn_once_while_data_and_package_stay(tmp_path, monkeypatch):
    drawn = []

    def draw():
        drawn.append(1)
        return f"drawing {len(drawn)}"

    assert [drawn_once("piece", draw), drawn_once("piece", draw)] == ["drawing 1", "drawing 2"], \
        "outside a build nothing is kept"
    monkeypatch.setenv("CASEBOOK_KEPT", str(tmp_path))
    assert [drawn_once("piece", draw), drawn_once("piece", draw), drawn_once("other", draw)] \
        == ["drawing 3", "drawing 3", "drawing 4"]


def test_what_a_cell_gives_a_piece_is_never_taken_from_another(tmp_path, monkeypatch):
    monkeypatch.setenv("CASEBOOK_KEPT", str(tmp_path))
    monkeypatch.setenv("CASEBOOK_STATIC", "1")
    drawn_once("stepper", lambda: "the book's own")
    table = load()
    assert CaseStepper()._repr_mimebundle_()["text/html"] == "the book's own"
    assert CaseStepper(table)._repr_mimebundle_()["text/html"].startswith("<section")
    choose = lambda words: Choices("same", "Same", [Control("a", "A", {1: "one"})], lambda a: (words, ""))
    assert "first" in choose("first")._repr_mimebundle_()["text/html"] \
        and "second" in choose("second")._repr_mimebundle_()["text/html"]


def test_a_chapter_that_was_renamed_or_deleted_stops_no_later_build(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(BOOK))
    from _ext.parallel_execution import MYST, execute_ahead

    pages = [tmp_path / f"{name}.md" for name in ("gone", "here")]
    for page in pages:
        page.write_text("---\nkernelspec: {name: python3, display_name: Python 3}\n---\n"
                        "# A page\n\n```{code-cell} ipython3\n1 + 1\n```\n", "utf-8")
        get_cache(tmp_path / "cache").add_nb_to_project(str(page), read_data=MYST)
    pages[0].unlink()
    app = SimpleNamespace(config=SimpleNamespace(nb_execution_mode="cache", nb_execution_timeout=120), parallel=2)
    env = SimpleNamespace(mystnb_config=SimpleNamespace(execution_cache_path=str(tmp_path / "cache")),
                          doc2path=lambda name: tmp_path / f"{name}.md")
    execute_ahead(app, env, ["here"])
