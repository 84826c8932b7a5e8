"""The code as a newcomer finds it: lint and types are clean, no import goes in a circle, nothing in the package is unused."""

import ast
import re
import subprocess
import sys

import pytest
from conftest import TOP

PACKAGE = TOP / "book" / "casebook"


@pytest.mark.parametrize("check", [
    pytest.param(["ruff", "check", "--config", TOP / "tests/ruff.toml", "--output-format", "concise", "book", "products", "hub", "benchmarks", "tests"], id="lint"),
    pytest.param(["mypy", "--config-file", TOP / "tests/mypy.ini", "book/casebook", "book/_ext", "products", "hub", "benchmarks"], id="types")])
def test_lint_and_types(check):
    done = subprocess.run([sys.executable, "-m", *check], cwd=TOP, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def imports(path):
    """Modules of the package that a module imports when it is loaded; imports inside functions come later and make no circle."""
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            found |= {node.module} if node.module else {name.name for name in node.names}
    return found


def test_no_import_goes_in_a_circle():
    graph = {path.stem: imports(path) for path in PACKAGE.glob("*.py") if path.stem != "__init__"}
    done = set()
    while len(done) < len(graph):
        ready = {name for name, needs in graph.items() if name not in done and needs <= done}
        assert ready, f"in a circle: {sorted(set(graph) - done)}"
        done |= ready


def test_every_public_function_of_the_package_is_used():
    """Used anywhere but in its own definition: another function, a chapter, a template, a script or a test."""
    texts = "".join(p.read_text("utf-8") for folder in ("book", "products", "hub", "benchmarks", "tests") for ending in ("py", "md", "yml", "html")
                    for p in (TOP / folder).rglob(f"*.{ending}"))
    unused = []
    for path in PACKAGE.glob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and texts.count(node.name) < 2:
                unused.append(f"{path.name}: {node.name}")
    assert not unused


def test_for_maintainers_names_every_module():
    cells = re.findall(r"^\| (`.+?) \|", (TOP / "book/for-maintainers.md").read_text("utf-8"), re.M)
    named = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    modules = {path.stem for folder in ("casebook", "_ext") for path in (TOP / "book" / folder).glob("*.py")} - {"__init__"}
    assert not modules - named, "give each its line in the tables of book/for-maintainers.md"
