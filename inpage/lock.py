"""`make lock`: write lock.json anew, the SHA-256 of every file that Python in the page is made of.

Versions are those of constraints.txt, save where the page needs another (``OTHER``). A wheel of Pyodide's own is never
hashed here: its number is copied from Pyodide's official lock.
"""

import json
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from inpage import fetch

NPM = {"pyodide": "314.0.3", "vega": "6.2.0", "vega-lite": "6.1.0", "vega-interpreter": "2.2.1"}
CARRIER = "open-webui==0.12.4"
"""A published package that carries Pyodide's wheels unchanged. Nothing else of it is used: its licence is its own."""
PYODIDE = {
    "numpy": "numpy",
    "pandas": "pandas",
    "python-dateutil": "pandas",
    "six": "pandas",
    "pytz": "pandas",
    "scipy": "scipy",
    "micropip": "lab",
    "packaging": "site",
}
"""Pyodide's own wheels -> the pack of each."""
PYPI = {
    "site": (
        "altair",
        "attrs",
        "Jinja2",
        "jsonschema",
        "latexcodec",
        "markdown-it-py",
        "MarkupSafe",
        "mdurl",
        "narwhals",
        "pybtex",
        "pyrsistent",
        "PyYAML",
        "typing_extensions",
    ),
    "networkx": ("networkx",),
    "lab": (
        "asttokens",
        "comm",
        "executing",
        "ipython",
        "ipython_pygments_lexers",
        "ipywidgets",
        "jedi",
        "jupyterlab_widgets",
        "matplotlib-inline",
        "parso",
        "prompt_toolkit",
        "pure_eval",
        "Pygments",
        "stack-data",
        "traitlets",
        "wcwidth",
    ),
}
OTHER = {"jsonschema": "4.17.3", "pyrsistent": "0.20.0"}
"""The last versions without a compiled part; they check charts and self-checks alike."""


def main() -> None:
    """Fetch everything afresh and write the lock."""
    constraints = (fetch.HERE.parent / "constraints.txt").read_text("utf-8").split()
    versions = dict(line.split("==") for line in constraints) | OTHER
    with tempfile.TemporaryDirectory() as work:
        entries = {}
        for name, version in NPM.items():
            entries |= brought(
                fetch.from_npm, f"npm {name}@{version}", "runtime" if name == "pyodide" else "vega", Path(work)
            )
        for pack, names in PYPI.items():
            for name in names:
                entries |= brought(fetch.from_pypi, f"pypi {name}=={versions[name]}", pack, Path(work))
        with tarfile.open(Path(work, f"pyodide-{NPM['pyodide']}.tgz")) as runtime:
            official = json.loads(runtime.extractfile("package/pyodide-lock.json").read())["packages"]
    for name, pack in PYODIDE.items():
        entries[official[name]["file_name"]] = {
            "sha256": official[name]["sha256"],
            "source": f"pyodide {name}",
            "pack": pack,
        }
    fetch.LOCK.write_text(
        json.dumps({"pyodide": NPM["pyodide"], "carrier": CARRIER, "files": dict(sorted(entries.items()))}, indent=1)
        + "\n"
    )


def brought(bring: Callable, source: str, pack: str, work: Path) -> dict[str, dict]:
    """The entry of the one file that a source gives."""
    before = set(work.iterdir())
    bring({"": {"source": source}}, work)
    (file,) = set(work.iterdir()) - before
    return {file.name: {"sha256": fetch.sha256(file.read_bytes()), "source": source, "pack": pack}}


if __name__ == "__main__":
    main()
