"""Another case beside the girl's on one page: its code runs in a process of its own, since a process reads one case."""

import os
import re
import subprocess
import sys
from pathlib import Path

from casebook.display.html_table import Html
from casebook.display.two_faces import building_the_book
from casebook.tables.resources import BOOK


def run(folder: Path | str, code: str) -> str:
    """What Python code prints where CASEBOOK_CASE names ``folder``, a path or a folder of ``book``.

    Raises RuntimeError with the last line of the error if the code fails.
    """
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", code], cwd=BOOK, env=os.environ | {"CASEBOOK_CASE": str(BOOK / folder)},
                          capture_output=True, encoding="utf-8")
    if done.returncode:
        raise RuntimeError((done.stderr.strip() or "no message").splitlines()[-1])
    return done.stdout


def stepper(folder: Path | str) -> Html:
    """The day-stepper of the case in ``folder`` as HTML, to be shown by a cell."""
    html = run(folder, "from casebook import CaseStepper; print(CaseStepper().static_html())")
    if building_the_book():
        return Html(html)
    from casebook.display.jupyterlab import in_lab

    return Html(in_lab(re.sub(r"<(/?)form\b", r"<\1div", html)))        # a form sent off would reload JupyterLab
