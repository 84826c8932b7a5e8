"""The take-away forms of the book, made from the same sources as its pages: `make dist` writes them to _build/dist."""

import sys
from pathlib import Path

BOOK = Path(__file__).resolve().parents[1] / "book"
sys.path[:0] = [str(BOOK), str(BOOK / "_ext")]     # where casebook stands, and the archive that the build makes as well
