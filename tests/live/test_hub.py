"""A class on a hub: the image that repo2docker would build, the settings of hub and servers, the load test's own
arithmetic.

The load test itself starts a real hub and is run by hand: `make load-test`.
"""

import importlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import jupytext
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jupyter_client import KernelManager
from jupyter_server.serverapp import ServerApp
from traitlets.config.loader import PyFileConfigLoader

from casebook import CaseStepper
from conftest import TOP
from hub import load_test, report, student

PAGE = (TOP / "book" / "instructor" / "class-on-a-hub.md").read_text("utf-8")


# ---- the image for Binder and Kubernetes ----

def image(folder, *files):
    """What repo2docker says, and the Dockerfile it would build, for a folder with these files of the repository."""
    for file in files:
        shutil.copy(TOP / file, folder)
    run = subprocess.run([Path(sys.executable).with_name("jupyter-repo2docker"), "--no-build", "--debug", "."],
                         cwd=folder, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    return run.stderr, run.stdout


def test_the_image_has_a_python_that_the_book_runs_on_and_its_requirements(tmp_path):
    said, dockerfile = image(tmp_path, "requirements.txt", "runtime.txt", "postBuild", "pyproject.toml")
    assert "python=3.11" in said
    assert 'pip install --no-cache-dir -r "requirements.txt"' in dockerfile and "RUN ./postBuild" in dockerfile


def test_without_runtime_txt_the_image_would_have_another_python(tmp_path):
    assert "python=3.11" not in image(tmp_path, "requirements.txt")[0], "runtime.txt is needed no more"


def test_nothing_replaces_the_files_that_repo2docker_reads():
    replacing = [name for name in ("binder", ".binder", "environment.yml", "Dockerfile", "Pipfile", "setup.py")
                 if (TOP / name).exists()]
    assert not replacing, \
        f"repo2docker would read these in place of requirements.txt, runtime.txt and postBuild: {replacing}"
    settings_of_tools = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))
    assert not {"project", "build-system"} & settings_of_tools.keys(), \
        "repo2docker would install the repository as a package"


def test_the_end_of_the_image_leaves_built_chapters_and_sources_that_open_as_notebooks(site, tmp_path):
    for folder in ("book", "data", "_build/html/notebooks/teacher"):
        shutil.copytree(TOP / folder, tmp_path / "repo" / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(TOP / "postBuild", tmp_path / "repo")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (tmp_path / "bin" / "python").chmod(0o755)
    subprocess.run(["sh", "postBuild"], cwd=tmp_path / "repo", env={**os.environ, "NB_PYTHON_PREFIX": str(tmp_path)},
                   check=True)
    lesson = tmp_path / "repo" / "lesson"
    assert {"start.ipynb", "projector.ipynb", "08-blocking-il-1.ipynb"} <= {file.name for file in lesson.iterdir()}
    assert (lesson / "casebook" / "__init__.py").is_file(), "a notebook finds no casebook"
    settings = json.loads((tmp_path / "share" / "jupyter" / "lab" / "settings" / "overrides.json").read_text())
    assert settings["@jupyterlab/docmanager-extension:plugin"]["defaultViewers"]["markdown"] == "Jupytext Notebook"


# ---- settings ----

def settings(name):
    return PyFileConfigLoader(name, path=str(TOP / "hub")).load_config()


@pytest.fixture
def own_runtime_folder(monkeypatch):
    """Loading the servers' settings names a folder in the environment; take it back afterwards."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", "none")


def unknown(config, classes):
    """Names that a configuration sets and no class has."""
    return [f"c.{section}.{name}" for section, values in config.items() for name in values
            if name not in classes[section].class_traits(config=True)]


def test_hub_settings_are_settings_of_jupyterhub():
    pytest.importorskip("jupyterhub", reason="jupyterhub is not among the tests' packages; `make load-test` stops at "
                                             "an unknown setting")
    classes = {name: getattr(importlib.import_module(f"jupyterhub.{module}"), name)
               for module, name in (("spawner", "Spawner"), ("app", "JupyterHub"))}
    assert not unknown(settings("jupyterhub_config.py"), classes)


def test_server_settings_are_settings_of_a_jupyter_server(own_runtime_folder):
    config, classes = settings("jupyter_server_config.py"), {"KernelManager": KernelManager}
    assert not unknown(config, classes)
    config.KernelManager.transprot = "ipc"
    assert unknown(config, classes) == ["c.KernelManager.transprot"]


def test_every_server_of_the_hub_reads_the_server_settings():
    folders = settings("jupyterhub_config.py").Spawner.environment["JUPYTER_CONFIG_PATH"]
    assert Path(folders, "jupyter_server_config.py").samefile(TOP / "hub" / "jupyter_server_config.py")


def test_a_kernel_speaks_through_sockets_that_only_its_student_can_reach(own_runtime_folder, monkeypatch, tmp_path):
    home = tmp_path / "jupyter-somebody-whose-login-name-is-very-long-and-who-has-a-home-of-that-name"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    config = settings("jupyter_server_config.py")
    # where a server keeps what its kernels need
    folder = Path(ServerApp(config=config).runtime_dir)
    manager = KernelManager(config=config,
                            connection_file=str(folder / "kernel-0f4d8f42-94a1-4fd1-8f0a-8a2c6a1d7c55.json"))
    manager.start_kernel()
    try:
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        sockets = [path for path in folder.iterdir() if stat.S_ISSOCK(path.stat().st_mode)]
        assert len(sockets) == 5, "shell, iopub, stdin, control and heartbeat"
        assert max(len(str(path)) for path in sockets) < 108, "longer than Linux allows"
        assert folder.stat().st_mode & 0o077 == 0, "others can enter"
        client.stop_channels()
    finally:
        manager.shutdown_kernel(now=True)
    settings("jupyter_server_config.py")
    assert not folder.samefile(os.environ["JUPYTER_RUNTIME_DIR"]), "two servers share a folder"


def test_the_page_gives_the_littlest_jupyterhub_the_same_settings():
    ours = settings("jupyterhub_config.py")
    given_ = dict(re.findall(r"^sudo tljh-config set (\S+) (\S+)$", PAGE, re.M))
    culler = next(s for s in ours.JupyterHub.services if s["name"] == "idle-culler")
    assert given_["limits.memory"] == ours.Spawner.mem_limit
    assert f"--timeout={given_['services.cull.timeout']}" in culler["command"]
    file = re.search(r"^echo '(.+)' \\\n  \| sudo tee \S+/jupyterhub_config.d/", PAGE, re.M)[1]
    c = SimpleNamespace(Spawner=SimpleNamespace())
    exec(file, {"c": c})
    assert vars(c.Spawner) == {name: ours.Spawner[name] for name in ("start_timeout", "http_timeout")}


def test_the_page_gives_kubernetes_the_same_memory():
    ours = settings("jupyterhub_config.py").Spawner
    memory = yaml.safe_load(re.search(r"```yaml\n(.*?)```", PAGE, re.S)[1])["singleuser"]["memory"]
    assert memory == {"guarantee": ours.mem_guarantee, "limit": ours.mem_limit}
    assert ours.mem_guarantee == f"{report.GUARANTEE_MB}M", "the sizes on the page are computed with another guarantee"


def test_each_address_of_the_page_opens_a_chapter_that_is_there():
    opened = re.findall(r"urlpath=lab%2Ftree%2Fone-child-one-table%2F([\w%.-]+)", PAGE)
    assert opened and all((TOP / path.replace("%2F", "/")).is_file() for path in opened)
    assert PAGE.count("targetpath=one-child-one-table&urlpath=lab") == len(opened), \
        "the folder copied is not the folder opened"


# ---- the load test's own arithmetic ----

@given(st.lists(st.integers(0, 50), min_size=1), st.sampled_from([Fraction(1, 2), Fraction(19, 20), Fraction(1)]))
def test_a_percentile_is_the_smallest_value_that_covers_its_share(values, share):
    found = report.percentile(values, share)
    covers = lambda v: Fraction(sum(x <= v for x in values), len(values)) >= share
    assert found in values and covers(found) and not any(covers(v) for v in values if v < found)


ROUND = {"chapter": "04-day-by-day", "students": 4, "every": 0, "load": 1.2, "took": 31.4, "failures": [],
         "start": [1.0, 2.0, 3.0, 14.0], "run": [5.0, 5.0, 6.0, 6.0],
         "mb": [300, 301, 309, 350], "cpu": [8.0, 8.0, 9.0, 9.0],
         "walked_mb": 400, "hub": [180, 6.0], "date": "2026-01-02", "cores": 2, "python": "3.11.7", "memory_gb": 8,
         "versions": {"jupyterhub": "6.1.1"}}


def test_the_table_of_rounds_holds_what_was_measured():
    lines = report.rounds_table([ROUND, {**ROUND, "every": 5}]).split("\n")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert rows[2] == ["4", "4, at once", "2.5 / 14.0", "5.5 / 6.0", "31", "305", "400", "8.5", "0"]
    assert rows[3][1] == "4, one every 5 s" and len(rows) == 4 and {len(row) for row in rows} == {9}


def test_a_failed_student_shows_in_the_table():
    lost = {**ROUND, "failures": ["student01: …", "student02: …"], "start": [], "run": [], "mb": [], "cpu": []}
    assert report.rounds_table([lost]).split("\n")[2].split("|")[9].strip() == "2"


def test_the_size_of_a_machine_counted_by_hand():
    # the round of four costs (8 + 8 + 9 + 9 + 6) / 4 = 10 CPU seconds a student; 40 of them on 8 cores: 50 s;
    # 40 x 512 MB + 2 GB = 22 GB
    larger_but_not_at_once, larger_but_failed = ({**ROUND, "students": 9, "every": 5},
                                                 {**ROUND, "students": 9, "failures": ["…"]})
    rows = report.sizing_table([ROUND, larger_but_not_at_once, larger_but_failed]).split("\n")
    assert "| 40 | 22 | 100 | 50 | 25 |" in rows


def test_the_measured_page_is_made_from_the_measurements():
    rounds = json.loads(load_test.MEASURED.read_text("utf-8"))
    assert load_test.MEASURED.with_suffix(".md").read_text("utf-8") == report.page(rounds)
    assert not any(r["failures"] for r in rounds) and {r["students"] for r in rounds if not r["every"]} >= {5, 10, 20}


def test_a_student_runs_every_code_cell_of_the_chapter():
    notebook = jupytext.read(TOP / student.CHAPTER)
    cells = student.code_cells(notebook)
    assert len(cells) == (TOP / student.CHAPTER).read_text("utf-8").count("\n```{code-cell}") > 1
    assert any("CaseStepper()" in cell for cell in cells) and not any(":tags:" in cell for cell in cells)
    as_saved = {"cells": [{"cell_type": "code", "source": ["a = 1\n", "a"]},
                          {"cell_type": "markdown", "source": "text"},
                          {"cell_type": "code", "source": ""}]}
    assert student.code_cells(as_saved) == ["a = 1\na"]


def test_the_walk_draws_every_chart_of_the_day_stepper(monkeypatch):
    """The kernel of a student gets the source as text, so that only a run shows whether it still fits the stepper."""
    drawn = []
    panel = lambda name: SimpleNamespace(after=lambda: drawn.append(name))
    assert all(callable(panel.after) for panel in CaseStepper().panels)
    monkeypatch.setattr(CaseStepper, "panels", [panel("1"), panel("2")])
    exec(student.WALK, {})
    assert drawn == ["1", "2"]


@pytest.mark.parametrize("failed, kept", [((20,), [5, 20.5]), ((5, 20), [20.5])], ids=["one-round", "every-round"])
def test_a_round_with_failures_is_not_saved_and_leaves_what_was_measured(tmp_path, monkeypatch, failed, kept):
    file = tmp_path / "measured.json"
    monkeypatch.setattr(load_test, "MEASURED", file)
    load_test.save([{**ROUND, "students": 20, "took": 20.5}])
    load_test.save([{**ROUND, "students": n, "took": n, "failures": ["…"] if n in failed else []} for n in (5, 20)])
    rounds = json.loads(file.read_text("utf-8"))
    assert [r["took"] for r in rounds] == kept and file.with_suffix(".md").read_text("utf-8") == report.page(rounds)


def test_nothing_is_written_if_either_file_cannot_be_made(tmp_path, monkeypatch):
    monkeypatch.setattr(load_test, "MEASURED", tmp_path / "measured.json")
    load_test.save([{**ROUND, "failures": ["…"]}])
    with pytest.raises(ValueError):
        load_test.save([{**ROUND, "every": 5}])                    # no class at once, so no machine to size
    assert not list(tmp_path.iterdir())


def test_answers_that_are_missing_or_of_someone_else_are_noticed(tmp_path):
    one = student.Student("http://127.0.0.1:1", "student01", 1)
    (tmp_path / "book").mkdir()
    assert "missing" in load_test.not_saved(one, tmp_path)
    saved, of_kernel = tmp_path / student.ANSWERS, tmp_path / "book" / "my-kernel.json"
    saved.write_text(json.dumps({"student": "student01", "answer": one.answer}))
    of_kernel.write_text(json.dumps([str(tmp_path), one.answer]))
    assert not load_test.not_saved(one, tmp_path)
    of_kernel.write_text(json.dumps([str(tmp_path.parent), one.answer]))
    assert "someone else" in load_test.not_saved(one, tmp_path)


def test_the_load_test_does_not_start_on_a_machine_that_is_too_small(tmp_path):
    assert "MB are free" in load_test.cannot_run(10**6, tmp_path)


def test_continuous_integration_leaves_the_load_test_alone():
    makefile = (TOP / "Makefile").read_text("utf-8")
    assert not [f for f in (TOP / ".ci").iterdir() if "load-test" in f.read_text("utf-8")]
    assert "load-test" not in re.search(r"^test:.*\n(?:\t.*\n)+", makefile, re.M)[0]
