"""`make site`: the built book, and beside it all that runs Python in its pages, as ``_build/site``.

``_live/`` holds Pyodide, and packs: zips of modules, compiled and named by their content, so that a browser keeps them
for good. They end in .data, since some networks block what they know as programs.
"""

import gzip
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import yaml

from _ext.archive import pack
from inpage import lab
from inpage.fetch import BIN, HERE, InputError, inputs, lock, sha256

TOP = HERE.parent
BOOK, SITE, KEPT = TOP / "_build" / "html", TOP / "_build" / "site", TOP / "_build" / "packs"
RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs")
"""Served as .js: not every server knows .mjs as a script."""
PRESSED = ("pyodide.asm.wasm", "python_stdlib.zip")
LATE = {"scipy": ["scipy"], "networkx": ["networkx"], "ipywidgets": ["ipywidgets", "traitlets", "comm"]}
"""Packs that come only when a cell imports one of these modules."""
WIDGETS = ("ipywidgets-", "traitlets-", "comm-")
LEFT_OUT = re.compile(
    r"/tests?/|/$|\.(so|pyi|pxd|pyx|h|c|a|js|map)$|\.data/|^numpy/_core/(include|lib)/|^(pytz|tzdata)/zoneinfo/"
    r"|\.dist-info/(?!METADATA|entry_points|.*LICEN)"
)
IN_THE_BOOK = (
    "book/casebook",
    "book/_static/book.css",
    "book/*.yml",
    "book/[01][0-9]-*.md",
    "book/references.bib",
    "book/questions",
    "book/figures",
    "book/synthetic-case",
    "book/instructor/*.yml",
    "data",
)


def main() -> None:
    """Write _build/site. Stops with a sentence if an input is wrong or missing, or the book isn't built."""
    if not (BOOK / "book" / "index.html").exists():
        sys.exit("There is no built book in _build/html: run `make site`, or `make book` first.")
    try:
        assemble()
    except InputError as error:
        sys.exit(str(error))


def assemble(site: Path = SITE) -> None:
    """Write the built book with Python and the lab into ``site``. Raises InputError if an input is wrong or missing."""
    runtime = archive_of("runtime")
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(BOOK, site, ignore=shutil.ignore_patterns(".*"))
    live = site / "_live"
    python = live / f"pyodide-{lock()['pyodide']}"
    python.mkdir(parents=True)
    for name in RUNTIME:
        script = runtime[f"package/{name}"].replace(b"pyodide.asm.mjs", b"pyodide.asm.js")
        (python / name.replace(".mjs", ".js")).write_bytes(script)
    packs = compiled(
        {name: modules(name) for name in ("numpy", "pandas", "site", *LATE)} | {"book": book_files()}, runtime
    )
    vega = {
        "vega.js": "build/vega.min.js",
        "vega-lite.js": "build/vega-lite.min.js",
        "vega-interpreter.js": "build/vega-interpreter.js",
    }
    scripts = {name: archive_of("vega", name.removesuffix(".js"))[f"package/{path}"] for name, path in vega.items()}
    scripts["vega-interpreter.js"] = re.sub(
        rb"import (\{.*?\}) from 'vega-util';", rb"const \1 = globalThis.vega;", scripts["vega-interpreter.js"]
    )
    lab.build(site, book_files(), runtime, scripts | {"vega-svg.js": (HERE / "page" / "vega-svg.js").read_bytes()})
    scripts |= {file.name: file.read_bytes() for file in (HERE / "page").iterdir()}
    manifest = {
        "python": python.name,
        "info": json.loads(runtime["package/pyodide-lock.json"])["info"],
        "pressed": {
            name: written(live, f"{name}.gz.data", gzip.compress(runtime[f"package/{name}"], 9, mtime=0))
            for name in PRESSED
        },
        "packs": [
            written(live, f"{name}.data", packs[name]) | {"to": root(name)} for name in packs if name not in LATE
        ],
        "late": [written(live, f"{name}.data", packs[name]) | {"to": root(name), "names": LATE[name]} for name in LATE],
        "scripts": {name: written(live, name, content)["path"] for name, content in scripts.items()},
    }
    text = f"export const manifest = {json.dumps(manifest, indent=1)};\n".encode()
    switch_on(site, written(live, "manifest.js", text)["path"])
    (live / "LICENCES.txt").write_text(licences(), "utf-8")
    for folder, words in ((live, "Python in the page"), (site / "lab", "lab"), (site, "in all")):
        print(
            f"{words}: {sum(p.stat().st_size for p in folder.rglob('*') if p.is_file()) / 1e6:.1f} MB in {folder}",
            flush=True,
        )


def root(name: str) -> str:
    """Where the worker unpacks a pack."""
    return "/case" if name == "book" else "/packs"


def written(live: Path, name: str, content: bytes) -> dict[str, Any]:
    """Write a file under a name that its content decides: its path and size."""
    stem, _, ending = name.partition(".") if name.endswith(".data") else name.rpartition(".")
    path = f"{stem}-{sha256(content)[:10]}.{ending}"
    (live / path).write_bytes(content)
    return {"path": path, "size": len(content)}


def archive_of(pack_name: str, package: str = "") -> dict[str, bytes]:
    """The files of a published archive of the lock, name -> content."""
    (name,) = [
        n
        for n, e in lock()["files"].items()
        if e["pack"] == pack_name and e["source"].startswith(f"npm {package or 'pyodide'}@")
    ]
    with tarfile.open(fileobj=io.BytesIO(inputs()[name])) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}


def wheels(pack_name: str) -> Iterator[zipfile.ZipFile]:
    """The wheels of a pack."""
    for name, entry in lock()["files"].items():
        mine = name.startswith(WIDGETS) if pack_name == "ipywidgets" else entry["pack"] == pack_name
        if mine and name.endswith(".whl"):
            yield zipfile.ZipFile(io.BytesIO(inputs()[name]))


def modules(pack_name: str) -> dict[str, bytes]:
    """The files of a pack: those of its wheels that run in the page. Compiled parts for other machines are left out."""
    files = {}
    for wheel in wheels(pack_name):
        for name in wheel.namelist():
            if not LEFT_OUT.search(name) or (re.search(r"wasm32|\.libs/", name) and "/tests/" not in name):
                files[name] = wheel.read(name)
    if pack_name == "site":
        files |= {p.relative_to(HERE / "shims").as_posix(): p.read_bytes() for p in (HERE / "shims").rglob("*.py")}
    return dict(sorted(files.items()))


def book_files() -> dict[str, bytes]:
    """What the cells import and read, and the cells themselves, in the order in which they run."""
    paths = sorted(
        p
        for pattern in IN_THE_BOOK
        for start in TOP.glob(pattern)
        for p in ([start] if start.is_file() else start.rglob("*"))
        if p.is_file()
    )
    files = {
        p.relative_to(TOP).as_posix(): p.read_bytes()
        for p in paths
        if "__pycache__" not in p.parts and p.suffix != ".png"
    }
    shown = cells()
    return files | {"cells.json": json.dumps({"cells": shown, "tasks": tasks(shown)}, ensure_ascii=False).encode()}


def cells() -> dict[str, list[str]]:
    """The cells of every page, those that it doesn't show too: page -> sources."""
    sources = {}
    for notebook in sorted((TOP / "_build" / "jupyter_execute").rglob("*.ipynb")):
        read = nbformat.read(notebook, as_version=4)
        sources[notebook.stem] = [cell.source for cell in read.cells if cell.cell_type == "code"]
    return sources


def tasks(shown: dict[str, list[str]]) -> dict[str, dict[str, str]]:
    """Cells that a reader is asked to change: page -> source -> what it becomes. InputError if one has no cell."""
    changed: dict[str, dict[str, str]] = {}
    for chapter, changes in yaml.safe_load((HERE / "tasks.yml").read_text("utf-8")).items():
        (page,) = [name for name in shown if name.startswith(chapter)]
        for old, new in changes.items():
            cell = next((source for source in reversed(shown[page]) if source.count(old) == 1), None)
            if cell is None:
                raise InputError(f"inpage/tasks.yml: chapter {chapter} has no cell with {old!r}. Remedy: correct it")
            changed.setdefault(page, {})[cell] = cell.replace(old, new)
    return changed


def compiled(packs: dict[str, dict[str, bytes]], runtime: dict[str, bytes]) -> dict[str, bytes]:
    """Each pack as a zip with the page's bytecode; one of the same files from before is taken from _build/packs."""
    KEPT.mkdir(parents=True, exist_ok=True)
    paths = {}
    for name, files in packs.items():
        made_of = [lock()["pyodide"], sha256((HERE / "compile.py").read_bytes())]
        made_of += [f"{path} {sha256(content)}" for path, content in files.items()]
        paths[name] = KEPT / f"{name}-{sha256(chr(10).join(made_of).encode())[:16]}.zip"
    waiting = [name for name in packs if not paths[name].exists()]
    if waiting:
        with tempfile.TemporaryDirectory() as work:
            for name, content in runtime.items():
                Path(work, Path(name).name).write_bytes(content)
            for name in waiting:
                with zipfile.ZipFile(Path(work, f"{name}.zip"), "w") as archive:
                    for path, content in packs[name].items():
                        archive.writestr(path, content)
            jobs = [word for name in waiting for word in (f"{name}.zip", root(name), "keep" if name == "book" else "-")]
            command = [str(BIN / "node"), str(HERE / "compile.mjs"), work, work, *jobs]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                raise InputError(f"compiling {', '.join(waiting)} failed: {done.stderr[-1500:]}")
            for name in waiting:
                for old in KEPT.glob(f"{name}-*.zip"):
                    old.unlink()
                with zipfile.ZipFile(Path(work, f"{name}.zip")) as archive:
                    pack(paths[name], {path: archive.read(path) for path in archive.namelist()})
    return {name: path.read_bytes() for name, path in paths.items()}


def switch_on(site: Path, manifest: str) -> None:
    """Tell the pages' script where Python is; pages ask for it by its content."""
    script = site / "_static" / "run.js"
    text, changed = re.subn(r'const MANIFEST = ""', f'const MANIFEST = "{manifest}"', script.read_text("utf-8"))
    if changed != 1:
        raise InputError(f"{script}: no place for the manifest's name. Remedy: `make clean`, then `make site`")
    script.write_text(text, "utf-8")
    version = sha256(text.encode())[:8]
    for page in site.rglob("*.html"):
        before = page.read_text("utf-8")
        after = re.sub(r"(_static/run\.js\?v=)\w+", rf"\g<1>{version}", before)
        if after != before:
            page.write_text(after, "utf-8")


def licences() -> str:
    """The licence of every package that the live folder holds, as its own files give it."""
    parts = ["Python in the page is made of these packages; inpage/lock.json in the repository names their files.\n"]
    for name, entry in lock()["files"].items():
        if name.endswith(".whl"):
            with zipfile.ZipFile(io.BytesIO(inputs()[name])) as wheel:
                files = {n: wheel.read(n) for n in wheel.namelist()}
        else:
            files = archive_of(entry["pack"], entry["source"].split()[1].rpartition("@")[0])
        texts = [
            content.decode("utf-8", "replace")
            for path, content in files.items()
            if re.search(r"(^|/)(LICEN[CS]E|COPYING)[^/]*$", path)
        ]
        facts = next((content.decode() for path, content in files.items() if path.endswith("METADATA")), "")
        stated = re.search(r"^License(?:-Expression)?: (.*)$", facts, re.M)
        npm = json.loads(files.get("package/package.json", b"{}"))
        name_of = stated[1] if stated else npm.get("license", "")
        if not texts:
            texts = [f"The archive holds no text of its licence; text and sources: {npm['repository']['url']}"]
        parts.append(f"\n{'=' * 78}\n{name}: {name_of or 'see below'}\n{'=' * 78}\n" + "\n".join(dict.fromkeys(texts)))
    return "\n".join(parts)


if __name__ == "__main__":
    main()
