"""What the load test says: percentiles, the table of its rounds, and the machine a class needs, computed from them."""

import math
from collections.abc import Iterable, Sequence
from statistics import median

GUARANTEE_MB = 512
"""Memory to plan for a student; `mem_guarantee` in jupyterhub_config.py."""
SYSTEM_MB = 2048
"""Memory to plan for the operating system, the hub and its proxy."""
CORES = (4, 8, 16)
STUDENTS = (10, 20, 40, 60, 100)


def percentile(values: list[float], share: float) -> float | None:
    """The smallest of ``values`` that at least ``share`` (0 to 1) of them don't exceed; None if there are none."""
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1] if values else None


def rounds_table(rounds: list[dict]) -> str:
    """Markdown table of rounds as load_test.one_round returns them: seconds, MB, CPU seconds, failures."""
    head = ("chapter", "students", "server open, s", "chapter run, s", "all done, s", "MB", "MB, case drawn",
            "CPU s", "failed")
    return table(head,
                 [(int(r["chapter"][:2]),
                   f"{r['students']}, {'one every {:g} s'.format(r['every']) if r['every'] else 'at once'}",
                   pair(r["start"]), pair(r["run"]), f"{r['took']:.0f}", typical(r["mb"], 0), r["walked_mb"],
                   typical(r["cpu"], 1), len(r["failures"])) for r in rounds])


def sizing_table(rounds: list[dict]) -> str:
    """Markdown table: memory, and seconds until everyone of a class that arrives at once has run the chapter, by cores.

    Read off the largest round at once without a failure: CPU seconds a student, the hub's included, x students / cores.
    """
    largest = max((r for r in rounds if not r["every"] and not r["failures"]), key=lambda r: r["students"])
    cpu = (sum(largest["cpu"]) + largest["hub"][1]) / largest["students"]
    rows = [(n, math.ceil((n * GUARANTEE_MB + SYSTEM_MB) / 1024), *(f"{cpu * n / cores:.0f}" for cores in CORES))
            for n in STUDENTS]
    return table(("students", "memory, GB", *(f"{cores} cores, s" for cores in CORES)), rows)


def page(rounds: list[dict]) -> str:
    """hub/measured.md: what the page for instructors shows of the load test."""
    last = max(rounds, key=lambda r: r["date"])
    loads, shared = [r["load"] for r in rounds], max(r["hub"][0] for r in rounds)
    machine = ", ".join(f"{name} {number}" for name, number in last["versions"].items())
    return f"""% written by `make load-test ARGS=--save` from hub/measured.json
% numbers: of this book

{rounds_table(rounds)}

Pairs are the median and the 95th percentile of the students. "MB" and "CPU s" are the median of one student's server \
and kernel; "case drawn" adds every chart of the day-stepper, drawn by one of them. MB are proportional shares: what \
servers share counts once. Hub and proxy together took up to {shared} MB.

Measured on {last['date']} on a machine with {last['cores']} cores and {last['memory_gb']} GB that other programs were \
using: in the minute before a round, {min(loads):g} to {max(loads):g} processes wanted a core. So the seconds are \
upper bounds; CPU seconds and MB depend on it less. Python {last['python']}, {machine}.

% numbers: of this book
**What a machine needs.** Memory: {GUARANTEE_MB} MB a student and {SYSTEM_MB} MB for the system, the hub and its \
proxy. Seconds: how long a class that arrives at once waits until the last student has run the chapter, if nothing but \
the processor limits it.

{sizing_table(rounds)}
"""


def pair(values: list[float]) -> str:
    """'median / 95th percentile', whole from 100 on."""
    return (" / ".join(f"{v:.0f}" if v >= 100 else f"{v:.1f}" for v in (median(values), percentile(values, 0.95) or 0))
            if values else "none")


def typical(values: list[float], digits: int) -> str:
    """The median as text."""
    return f"{median(values):.{digits}f}" if values else "none"


def table(head: Sequence, rows: Iterable[Iterable]) -> str:
    """A Markdown table."""
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in (head, ["---"] * len(head), *rows))
