"""The lab of `make site`: JupyterLite with every notebook for students, its Python and the book's package.

What is done there stays in the open tab and is gone with it: a saved copy of an older edition would be worse than none.
"""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

from inpage.fetch import HERE, InputError, inputs, sha256

TOP = HERE.parent
KEPT = TOP / "_build" / "lab"
MEMORY = ["memoryStorageDriver"]
DISTRIBUTION = "static/pyodide"
RUNTIME = ("pyodide.mjs", "pyodide.js", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "package.json")
DEPENDS = (
    "pandas",
    "altair",
    "typing-extensions",
    "packaging",
    "narwhals",
    "jinja2",
    "pyyaml",
    "jsonschema",
    "markdown-it-py",
    "pybtex",
    "networkx",
    "scipy",
    "ipywidgets",
)
SETTINGS = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {
        "appName": "One Child, One Table",
        "contentsAllJsonFile": "all.json",
        "enableMemoryStorage": True,
        "disabledExtensions": ["jupyterlab-jupytext"],
        "contentsStorageDrivers": MEMORY,
        "settingsStorageDrivers": MEMORY,
        "workspacesStorageDrivers": MEMORY,
        "litePluginSettings": {
            "@jupyterlite/pyodide-kernel-extension:kernel": {
                "pyodideUrl": f"./{DISTRIBUTION}/pyodide.mjs",
                "disablePyPIFallback": True,
            }
        },
    },
}


def build(site: Path, book: dict[str, bytes], runtime: dict[str, bytes], vega: dict[str, bytes]) -> Path:
    """Write ``site/lab``. ``book``: what the package reads, path -> content; ``vega``: its scripts, name -> content.

    Raises InputError if JupyterLite can't build it.
    """
    lab = site / "lab"
    shutil.copytree(application(), lab)
    contents(site, lab)
    place = lab / DISTRIBUTION
    place.mkdir(parents=True)
    for name in RUNTIME:
        (place / name).write_bytes(runtime[f"package/{name}"])
    wheels = dict(without_compiled(*item) for item in inputs().items() if item[0].endswith(".whl"))
    wheels |= {
        path.name: path.read_bytes()
        for path in lab.rglob("pypi/*.whl")
        if not path.name.startswith("widgetsnbextension-3")
    }
    wheels["casebook-1.0-py3-none-any.whl"] = wheel_of_the_book(book, vega)
    packages = {}
    for name, content in wheels.items():
        entry = described(name, content)
        packages[entry["name"]] = entry
        (place / name).write_bytes(content)
    for entry in packages.values():
        entry["depends"] = [name for name in entry["depends"] if name in packages]
    info = json.loads(runtime["package/pyodide-lock.json"])["info"]
    (place / "pyodide-lock.json").write_text(json.dumps({"info": info, "packages": packages}, indent=1))
    return lab


def application() -> Path:
    """JupyterLite's own files, built once for each version and each setting."""
    made_of = sha256((json.dumps(SETTINGS) + (HERE / "requirements.txt").read_text()).encode())[:12]
    kept = KEPT / made_of
    if not kept.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        work = Path(mkdtemp(dir=KEPT))                           # two may build at once: the first to end is kept
        (work / "jupyter-lite.json").write_text(json.dumps(SETTINGS))
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "jupyterlite_core",
                "build",
                "--apps",
                "lab",
                "--apps",
                "notebooks",
                "--no-sourcemaps",
                "--no-libarchive",
                "--lite-dir",
                str(work),
                "--output-dir",
                str(work / "out"),
            ],
            cwd=work,
            capture_output=True,
            text=True,
            env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        )
        if done.returncode:
            raise InputError(f"JupyterLite's build failed: {(done.stderr or done.stdout)[-1500:]}")
        with suppress(OSError):
            (work / "out").rename(kept)
        shutil.rmtree(work)
    return kept


def contents(site: Path, lab: Path) -> None:
    """The students' notebooks and the tables that they read, as JupyterLite lists them."""
    folders: dict[str, list[dict]] = {"": [], "book": [], "data": []}
    files = [("book", p) for p in sorted((site / "notebooks" / "student").glob("*.ipynb"))] + [
        ("data", p) for p in sorted((TOP / "data").glob("*")) if p.is_file()
    ]
    for folder, path in files:
        to = lab / "files" / folder / path.name
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, to)
        notebook = path.suffix == ".ipynb"
        folders[folder].append(listed(f"{folder}/{path.name}", "notebook" if notebook else "file", path.stat().st_size))
    folders[""] = [listed(name, "directory") for name in ("book", "data")]
    for name, inside in folders.items():
        entry = lab / "api" / "contents" / name / "all.json"
        entry.parent.mkdir(parents=True, exist_ok=True)
        entry.write_text(json.dumps(listed(name, "directory") | {"content": inside, "format": "json"}))


def listed(path: str, kind: str, size: int | None = None) -> dict:
    """An entry of a folder, as Jupyter's contents API gives it."""
    date = "2026-01-01T00:00:00Z"
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "type": kind,
        "created": date,
        "last_modified": date,
        "writable": True,
        "content": None,
        "format": None,
        "mimetype": None,
        "size": size,
        "hash": None,
        "hash_algorithm": None,
    }


def without_compiled(name: str, content: bytes) -> tuple[str, bytes]:
    """A wheel for another machine without its compiled part, which is optional; others as they are."""
    if "manylinux" not in name:
        return name, content
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as wheel, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pure:
        for member in wheel.namelist():
            if not member.endswith((".so", ".c", "RECORD")):
                data = wheel.read(member)
                pure.writestr(
                    zipfile.ZipInfo(member, (2026, 1, 1, 0, 0, 0)),
                    data.replace(b"Root-Is-Purelib: false", b"Root-Is-Purelib: true")
                    if member.endswith("WHEEL")
                    else data,
                )
    return "-".join(name.split("-")[:2]) + "-py3-none-any.whl", out.getvalue()


def wheel_of_the_book(book: dict[str, bytes], vega: dict[str, bytes]) -> bytes:
    """The package with all that it reads, as one wheel; ``vl_convert`` in it is the browser's Vega."""
    files = {f"book_root/{path}": content for path, content in book.items()}
    files["casebook.py"] = (
        b"import importlib, os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'book_root', 'book'))\n"
        b"del sys.modules['casebook']\nsys.modules['casebook'] = importlib.import_module('casebook')\n"
    )
    files["vl_convert/__init__.py"] = (HERE / "lab_vl_convert.py").read_bytes()
    files |= {f"vl_convert/{name}": content for name, content in vega.items()}
    facts = "casebook-1.0.dist-info/"
    files[facts + "METADATA"] = "\n".join(
        ["Metadata-Version: 2.1", "Name: casebook", "Version: 1.0", *(f"Requires-Dist: {d}" for d in DEPENDS), ""]
    ).encode()
    files[facts + "WHEEL"] = b"Wheel-Version: 1.0\nGenerator: inpage\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[facts + "RECORD"] = b""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, content in sorted(files.items()):
            wheel.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def normal(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def described(file: str, content: bytes) -> dict:
    """A wheel as an entry of Pyodide's lock."""
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        names = wheel.namelist()
        facts = wheel.read(next(n for n in names if n.endswith(".dist-info/METADATA"))).decode()
    tops = {
        n.split("/")[0].removesuffix(".py")
        for n in names
        if n.endswith(".py") and not re.search(r"\.(dist-info|data)/", n)
    }
    needs = [
        normal(re.match(r"[\w.-]+", line)[0])
        for line in re.findall(r"^Requires-Dist: (.*)$", facts, re.M)
        if not re.search(r"extra ==|win32|python_version <|emscripten", line)
    ]
    return {
        "name": normal(re.search(r"^Name: (.*)$", facts, re.M)[1]),
        "version": re.search(r"^Version: (.*)$", facts, re.M)[1].strip(),
        "file_name": file,
        "install_dir": "site",
        "sha256": sha256(content),
        "package_type": "package",
        "imports": sorted(tops),
        "depends": needs,
        "unvendored_tests": False,
    }
