"""The take-away forms of the book, made from the same sources as its pages: `make dist` writes them to _build/dist."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "book"))     # where casebook stands
