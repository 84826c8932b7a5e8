"""`make dist`: every take-away form of the built book into _build/dist, with checksums and a README."""

import hashlib
import importlib
import re
import shutil
import sys
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
SITE, DIST = TOP / "_build" / "html", TOP / "_build" / "dist"
README = Path(__file__).with_name("README.txt")
PRODUCTS = ("offline", "pdf", "epub", "notebooks", "slides", "worksheets", "items", "votes", "lms", "assignment")
"""Modules of this package; each has ``build(out)``, which writes into a folder and returns the files written."""


def main(names: list[str]) -> None:
    """Write the named products, or all, and SHA256SUMS over everything in _build/dist; print sizes and times.

    Stops with a message if the site isn't built, a file is missing or empty, or README.txt and the files differ.
    """
    if not (SITE / "book" / "index.html").exists():
        sys.exit("There is no built site in _build/html: run `make dist`, or `make book` first.")
    if not names:
        shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir(parents=True, exist_ok=True)
    for name in names or PRODUCTS:
        began = time.monotonic()
        for file in importlib.import_module(f"products.{name}").build(DIST):
            if not file.exists() or not file.stat().st_size:
                sys.exit(f"{file} is {'empty' if file.exists() else 'missing'}, although "
                         f"products/{name}.py says it wrote it.")
            print(f"{file.relative_to(DIST)!s:45} {file.stat().st_size / 1e6:8.2f} MB "
                  f"{time.monotonic() - began:6.1f} s", flush=True)
    shutil.copy(README, DIST)
    files = sorted(p for p in DIST.rglob("*") if p.is_file() and p.name != "SHA256SUMS")
    if not names:
        compare([p.relative_to(DIST).as_posix() for p in files if p.name != README.name])
    (DIST / "SHA256SUMS").write_text("".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(DIST)}\n"
                                             for p in files))


def compare(files: list[str]) -> None:
    """Stop unless README.txt names every file, or its folder, and nothing else."""
    named = re.findall(r"^(\S+(?:\.\w+|/))$", README.read_text("utf-8"), re.MULTILINE)
    missing = [n for n in named if not any(f == n or n.endswith("/") and f.startswith(n) for f in files)]
    unnamed = [f for f in files if not any(f == n or n.endswith("/") and f.startswith(n) for n in named)]
    if missing:
        sys.exit(f"products/README.txt promises {', '.join(missing)}, and no product wrote it.")
    if unnamed:
        sys.exit(f"Say in products/README.txt what these files are and for whom: {', '.join(unnamed)}.")


if __name__ == "__main__":
    main(sys.argv[1:])
