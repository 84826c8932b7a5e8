"""`make dist`: every take-away form of the built book into _build/dist, with checksums."""

import hashlib
import importlib
import shutil
import sys
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
DIST = TOP / "_build" / "dist"
PRODUCTS = ("items", "worksheets", "slides")
"""Modules of this package; each has ``build(out)``, which writes into a folder and returns the files written."""


def main(names):
    """Write the named products, or all, and SHA256SUMS over everything that stands in _build/dist; print sizes and times."""
    if not names:
        shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir(parents=True, exist_ok=True)
    for name in names or PRODUCTS:
        began = time.monotonic()
        for file in importlib.import_module(f"products.{name}").build(DIST):
            print(f"{file.relative_to(DIST)!s:45} {file.stat().st_size / 1e6:8.2f} MB {time.monotonic() - began:6.1f} s", flush=True)
    files = sorted(p for p in DIST.rglob("*") if p.is_file() and p.name != "SHA256SUMS")
    (DIST / "SHA256SUMS").write_text("".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(DIST)}\n" for p in files))


if __name__ == "__main__":
    main(sys.argv[1:])
