"""What it costs to look at everything: ``python -m casebook.cost`` prints time and memory for tables of 10 to 14 columns."""

import re
import subprocess
import sys
import time
from collections.abc import Iterable
from math import nan
from pathlib import Path

import pandas as pd

from .marker_placements import FALLS, MARKERS, marker_hits
from .multiverse import summary
from .placements import READINGS, RULES
from .table1 import COLUMNS
from .text import BOOK


def run_all(columns: int = len(COLUMNS)) -> tuple[int, int, int]:
    """Sum up all 512 sets of rules under the three readings, and all markers, for a table of so many columns.

    Returns (states, placements of the six treatment rows without any rule, placements of all marker rows).
    """
    names, states = tuple(RULES), 0
    for reading in READINGS:
        for bits in range(1 << len(names)):
            summary([n for i, n in enumerate(names) if bits >> i & 1], reading, columns)
            states += 1
    markers = sum(marker_hits(marker, fall, columns)[1] for marker in MARKERS for fall in FALLS) // len(FALLS)
    return states, summary((), columns=columns).placements, markers


def measured(columns: int = len(COLUMNS)) -> list[str]:
    """``run_all`` with what it took in this process, as text: columns, its three numbers, seconds, processor seconds, MB at most."""
    began, processor = time.perf_counter(), time.process_time()
    found = run_all(columns)
    took = time.perf_counter() - began, time.process_time() - processor
    return [str(v) for v in (columns, *found)] + [f"{t:.1f}" for t in took] + [f"{_peak_memory():.0f}"]


def cost(sizes: Iterable[int] = range(10, 15)) -> pd.DataFrame:
    """``measured`` by number of columns, each in a Python of its own: a table."""
    rows = [subprocess.run([sys.executable, "-m", "casebook.cost", str(n)], capture_output=True, text=True, check=True, cwd=BOOK).stdout.split()
            for n in sizes]
    return pd.DataFrame(rows, columns=["columns", "states", "placements without a rule", "marker placements", "seconds", "processor seconds",
                                       "MB at most"])


def _peak_memory():
    """Highest memory of this process so far, in MB; NaN on Windows, where Python can't ask for it.

    On Linux getrusage would count the process that started this one as well.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) / 1024
    try:
        import resource  # Unix only
    except ImportError:
        return nan
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    print(" ".join(measured(int(sys.argv[1]))) if sys.argv[1:] else cost().to_string(index=False))
