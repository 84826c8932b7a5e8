"""How cost grows with the columns of a table and the chapters of a book: `make growth` writes benchmarks/growth.json.

Seconds are those of the processor, of all processes together, so that other work on the machine changes them little.
The tables are SYNTHETIC, made here; the longer books are copies of this one with each chapter several times. Takes
about a quarter of an hour.
"""

import gzip
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
GROWTH = TOP / "benchmarks" / "growth.json"
COLUMNS = (10, 30, 100, 1000)
STEPPER_UNTIL = 100
"""A stepper keeps, at each step, all that came before: its page grows with the square of its steps."""
CHAPTERS = (1, 5, 10)

ASK = """
import json, time
began = time.process_time()
from casebook.tables.case_folder import chosen
from casebook.tables.table1 import load
imported = time.process_time()
case = chosen()
table = load(case=case)
loaded = time.process_time()
from casebook.models.placements import count
left = count(("one_run",), case=case)
counted = time.process_time()
found = dict(loader=loaded - imported, placements=counted - loaded, count=left)
if {stepper}:
    from casebook import CaseStepper
    at = time.process_time()
    html = CaseStepper().static_html()
    found |= dict(stepper=time.process_time() - at, page=len(html) / 1000)
print(json.dumps(found))
"""


def case(folder, columns):
    """Write a SYNTHETIC case of ``columns`` days into ``folder``: a row of findings, two of treatments with blanks."""
    days = [str(n + 1) for n in range(columns)]
    given, short = days[: columns // 2], days[:3]
    example = TOP / "book" / "synthetic-case"
    package = json.loads((example / "datapackage.json").read_text("utf-8"))
    for of in package["resources"]:
        del of["hash"]
        for field in of["schema"]["fields"]:
            if field["name"] == "column":
                field["constraints"]["enum"] = days
    package |= {"treatments": ["dobutamine", "drug A"], "charted": ["heart rate"]}
    (folder / "datapackage.json").write_text(json.dumps(package), "utf-8")
    parameters = (example / "parameters.csv").read_text("utf-8").splitlines()
    kept = [parameters[0]]
    table = ["parameter,unit,position,printed,value,qualifier,column,placement,flag"]
    for name, unit, placed, how in (("heart rate", "/min", days, "printed"),
                                    ("dobutamine", "ug/kg/min", given, "reconstructed"),
                                    ("drug A", "mg/kg/d", short, "reconstructed")):
        row = next(line for line in parameters if line.startswith(name)).split(",")
        kept.append(",".join([*row[:4], str(len(placed)), *row[5:9], "SYNTHETIC.", "Made up."]))
        table += [f"{name},{unit},{n},{30 + n % 9},{30 + n % 9},=,{day},{how},SYNTHETIC"
                  for n, day in enumerate(placed, 1)]
    (folder / "parameters.csv").write_text("\n".join(kept) + "\n", "utf-8")
    (folder / "table1.csv").write_text("\n".join(table) + "\n", "utf-8")
    words = {"title": "SYNTHETIC", "known": "Known.", "question": "A question?", "scored": False, "done": "Done.",
             "shows": "Shown.",
             "trap": "A trap.", "recap": "In short.",
             "options": [{"text": "One.", "grade": "not graded", "feedback": "So it is."}] * 2}
    steps = [{"step": step, **words} for step in ("admission", *days, "follow-up")]
    (folder / "case.yml").write_text(json.dumps({"title": "SYNTHETIC case", "steps": steps}), "utf-8")  # JSON is YAML


def table(columns):
    """Loader, placements and, up to a hundred columns, stepper of a SYNTHETIC table: seconds, kB of its HTML."""
    with tempfile.TemporaryDirectory() as name:
        case(Path(name), columns)
        done = subprocess.run([sys.executable, "-c", ASK.format(stepper=columns <= STEPPER_UNTIL)], cwd=TOP / "book",
                              capture_output=True, text=True,
                              env=os.environ | {"CASEBOOK_CASE": name, "CASEBOOK_STATIC": "1"})
    assert done.returncode == 0, done.stderr[-2000:]
    return {"columns": columns} | {what: round(value, 4) for what, value in json.loads(done.stdout).items()}


def book(times):
    """All pages of a book that has each chapter ``times`` times, cells from this one's cache: seconds and kB."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name, "book")
        shutil.copytree(TOP, copy, ignore=shutil.ignore_patterns(".venv*", ".git", ".pytest_cache", "__pycache__",
                                                                 "html", ".doctrees", "dist", "jupyter_execute"))
        toc = (copy / "_toc.yml").read_text("utf-8")
        for file in sorted((copy / "book").glob("[0-9][0-9]-*.md")):
            text = re.sub(r"^\([\w-]+\)=\n", "", file.read_text("utf-8"), flags=re.M)          # a label stands once
            entries = [f"      - file: book/{file.stem}"]
            for n in range(1, times):
                file.with_name(f"copy-{n}-of-{file.name}").write_text(text, "utf-8")
                entries.append(f"      - file: book/copy-{n}-of-{file.stem}")
            toc = toc.replace(entries[0] + "\n", "\n".join(entries) + "\n")
        (copy / "_toc.yml").write_text(toc, "utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([Path(sys.executable).with_name("jupyter-book"), "build", ".", "-n"], cwd=copy,
                              capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.returncode == 0, (done.returncode, done.stdout[-2000:], done.stderr[-2000:])
        assert "running the cells" not in done.stdout, "the cache didn't answer: run `make book` first"
        site = copy / "_build" / "html"
        packed = lambda path: round(len(gzip.compress(path.read_bytes())) / 1000, 1)
        return {"chapters": 13 * times, "pages": len(list((site / "book").rglob("*.html"))),
                "build": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
                "page": packed(site / "book" / "glossary.html"), "search": packed(site / "searchindex.js")}


def main():
    measured = {"measured": time.strftime("%Y-%m-%d"), "cores": os.cpu_count(), "python": sys.version.split()[0],
                "tables": [table(columns) for columns in COLUMNS], "books": [book(times) for times in CHAPTERS]}
    GROWTH.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
