"""`make book`: a page for each case of your own, then what Jupyter Book's command does, in one process.

That command alone would first load a grammar that nothing here uses, for a second or two; casebook leaves it out.
"""

import os
import sys
from pathlib import Path

from _ext import installed

if installed.wrong():                    # said by name here, before an import below fails without a remedy
    sys.exit("\n".join(installed.wrong()))

from jupyter_book.cli.main import main as jupyter_book

import casebook  # noqa: F401  # before a build begins, see above
from casebook.tables.case import main as add_pages

TOP = Path(__file__).resolve().parents[2]


def build(*options: str) -> int:
    """Build the site, warnings as errors, and return 0, or 1 once what stops it has been printed."""
    os.chdir(TOP)                                           # _config.yml names a file from there
    try:
        jupyter_book(["build", ".", "-W", "-n", "--keep-going", *options], standalone_mode=False)
    except RuntimeError:                                    # whose message asks to look above
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(add_pages([]) or build(*sys.argv[1:]))
