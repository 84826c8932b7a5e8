"""The code as a newcomer finds it: lint, types and floors are kept, nothing public is unused. Tools take no flags."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import TOP

BIN = Path(sys.executable).parent


@pytest.mark.parametrize("check", [
    pytest.param(["ruff", "check", "--output-format", "concise"], id="lint"), pytest.param(["mypy"], id="types"),
    pytest.param(["lint-imports"], id="imports go down only")])
def test_the_tools_have_nothing_to_say(check):
    done = subprocess.run([BIN / check[0], *check[1:]], cwd=TOP, capture_output=True, text=True,
                          env=os.environ | {"PYTHONPATH": "book"})
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_floor_of_the_package_is_told_to_maintainers():
    page = (TOP / "book/for-maintainers.md").read_text("utf-8")
    floors = [path.name for path in (TOP / "book/casebook").iterdir() if (path / "__init__.py").exists()]
    assert len(floors) == 6 and not [floor for floor in floors if f"| `{floor}/` |" not in page]


def test_every_public_function_of_the_package_is_used():
    """Used anywhere but in its own definition: another function, a chapter, a template, a script or a test."""
    texts = "".join(p.read_text("utf-8") for folder in ("book", "products", "hub", "benchmarks", "tests")
                    for ending in ("py", "md", "yml", "html")
                    for p in (TOP / folder).rglob(f"*.{ending}"))
    unused = [f"{path.name}: {node.name}" for path in (TOP / "book/casebook").rglob("*.py")
              for node in ast.parse(path.read_text("utf-8")).body
              if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and texts.count(node.name) < 2]
    assert not unused


def test_the_tests_of_a_file_share_a_worker(tmp_path):
    """As they share pages, builds and servers. A release of pytest once undid that, without a word."""
    flags = re.search(r"pytest (-n 2 .*?) -m", (TOP / "Makefile").read_text("utf-8"))[1].split()
    for name in "ab":
        (tmp_path / f"test_{name}.py").write_text(
            "import os, pathlib, pytest\n@pytest.mark.parametrize('n', range(6))\ndef test_x(n):\n"
            f"    with pathlib.Path('{name}').open('a') as file:\n"
            "        print(os.environ['PYTEST_XDIST_WORKER'], file=file)\n", "utf-8")
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    done = subprocess.run([sys.executable, "-m", "pytest", *flags], cwd=tmp_path, env=clean,
                          capture_output=True, text=True)
    workers = [set((tmp_path / name).read_text("utf-8").split()) for name in "ab"]
    assert "12 passed" in done.stdout and list(map(len, workers)) == [1, 1], done.stdout
