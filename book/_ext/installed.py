"""The packages that requirements.txt pins, against those that are installed; imports nothing that could be missing."""

import re
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements.txt"


def wrong(path: Path = REQUIREMENTS) -> list[str]:
    """One line for each package pinned in a requirements file that is missing or has another version."""
    faults = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        pin = re.match(r"([\w.-]+)==([\w.]+)", line)
        try:
            here = version(pin[1]) if pin else None
        except PackageNotFoundError:
            here = "nothing"
        if pin and here != pin[2]:
            faults.append(f"{path}, line {number}: found {here}, expected {pin[1]} {pin[2]}. "
                          "Remedy: delete .venv/.installed and run `make book`, which installs what is pinned.")
    return faults


if __name__ == "__main__":
    sys.exit("\n".join(wrong()) or None)
