"""A new case from a table as it was printed: `make case NAME=… FROM=table.csv`, or ``casebook.case.new``.

A person types rows and columns as they stand on paper; all that follows from them is derived: units, values,
qualifiers, positions, placements, what is drawn, and a step for each column. What no rule can know is asked for once,
by name.
"""

import argparse
import csv
import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from casebook.tables import tokens, when
from casebook.tables.case_folder import MOST_COLUMNS
from casebook.tables.resources import BOOK, CaseDataError, raise_all, read_text, read_yaml
from casebook.tables.spelling import drug, runs, ucum

TO_WRITE = "To write:"
"""Begins every text of a new case that its author still has to write."""
_HEADS = {"row": ("row", "parameter", "test", "variable", "name", ""), "unit": ("unit", "units"), "kind": ("kind",),
          "column": ("column", "day", "time", "when"), "printed": ("printed", "value"), "flag": ("flag",)}
_DERIVED = ("position", "value", "qualifier", "placement", "rownames")
"""Columns of a long table that are made anew."""
_DATE = re.compile(r"\b(?:19|20)\d\d-\d\d?-\d\d?\b|\b\d\d?[./]\d\d?[./](?:19|20)?\d\d\b"
                   r"|\b\d\d?(?:st|nd|rd|th)?\.?[ -](?:{0})[a-z]*\b|\b(?:{0})[a-z]*\.? \d\d?\b".format(
                       "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"), re.I)
_REFERENCE = re.compile(r"(?:ref|norm|lln|uln|lower limit|upper limit).*", re.I)
"""Heads of the columns of a reference range."""
_UNIT_LIKE = re.compile(r"[^()]*(?:/|%|\^|°|10⁹)[^()]*|mm ?Hg|bpm|sec|s|m(?:g|L|l|m|s)|k?g|cm|IU|U|min|h|years?|days?")
INFUSED = ("dopamine", "dobutamine", "adrenaline", "milrinone", "noradrenaline", "vasopressin")
"""Drugs that are infusions by their name; a unit such as ug/kg/min tells the others."""
DAILY = ("ivig", "anakinra", "canakinumab", "tocilizumab", "infliximab", "methylprednisolone", "prednisolone",
         "prednisone", "hydrocortisone", "dexamethasone", "aspirin", "acetylsalicylic acid", "heparin", "enoxaparin",
         "cyclosporine", "ciclosporin")
"""Drugs that are given by the day; a unit such as mg/kg tells the others."""
MOST_CELLS = 5000
"""Cells of a printed table, at most: ten times a large one's."""
_LIMIT = 6


@dataclass
class Row:
    """A printed row: ``cells`` are (column, token as printed, flag), in order, without the blank ones."""

    label: str
    name: str
    unit: str
    kind: str
    reference: str
    cells: list[tuple[str, str, str]]


def new(source: Path | str, folder: Path | str, title: str = "", says: Mapping[str, Iterable[str]] | None = None,
        decimal: str = "", lost_blanks: bool = False, unordered: bool = False) -> list[str]:
    """Write the folder of a case from a printed table, wide (a row a parameter) or long (a row a value), as a CSV file.

    ``says``: what marks mean, {'not_done': ['-'], 'absent': ['–']}, and which tokens are words; ``decimal``: ',' or
    '.', where the table prints both; ``lost_blanks``: whether rows with fewer values than columns lost blank cells;
    ``unordered``: whether nobody knows the order of the columns in time. Written anew: table1.csv, parameters.csv,
    datapackage.json; case.yml only if there is none. Returns what a person should know, a sentence each. Raises
    CaseDataError with all that has to be asked or mended.
    """
    source, folder = Path(source).expanduser(), Path(folder).expanduser()
    rows, columns, told = read_table(source)
    own = {key: sorted(set(map(str, marks))) for key,
           marks in (says or {}).items() if marks} | ({"decimal": decimal} if decimal else {})
    _ask(rows, own, source)
    times = dict.fromkeys(columns) if unordered else {}
    if back := [label for label, gap in zip(columns[1:], when.gaps(columns, times)) if gap is not None and gap < 0]:
        raise CaseDataError(source, 1, back[0], "a column after a later one", "columns in the order of time",
                            "put them in order; or say --unordered, if their order isn't known")
    for row in rows:
        if not row.unit and len(printed := {tokens.read(cell, own).unit for _, cell, _ in row.cells} - {""}) == 1:
            row.unit = printed.pop()
        row.kind = row.kind or _kind(row.name, ucum(row.unit))
    written = [_parameter(row, own) for row in rows]
    treatments = [w["parameter"] for w in written if w["kind"] in ("infusion", "daily drug")]
    numbers = {w["parameter"]: sum(tokens.read(cell, own).qualifier in tokens.DRAWN
                                   and tokens.read(cell, own).unit in ("", w["unit"]) for _, cell, _ in row.cells)
               for w, row in zip(written, rows) if w["kind"] == "finding"}
    charted = [name for name in sorted(numbers, key=lambda n: -numbers[n])[:_LIMIT] if numbers[name]]
    charted = [name for name in numbers if name in charted]
    told.append(f"Taken for treatments: {', '.join(treatments) or 'no row'}. If another is one, or one isn't, write "
                f"infusion, daily drug or finding into a column `kind` of {source.name}.")
    if words := dict.fromkeys(cell for row in rows for _, cell, _ in row.cells
                              if tokens.read(cell, own).qualifier == "word"):
        told.append(f"Kept as words: {', '.join(words)}. If one means that nothing was done, or a finding is absent, "
                    "say it: --say not_done, or --say absent, and the word.")
    told += [f"Drawn: {', '.join(charted)}. To draw others, change `charted` in case.yml."] * bool(charted)
    folder.mkdir(parents=True, exist_ok=True)
    placement = lambda row: "reconstructed" if lost_blanks and len(row.cells) < len(columns) else "printed"
    table = [{"parameter": row.name, "unit": ucum(row.unit), "position": n, "printed": cell,
              "value": _number(cell, own),
              "qualifier": tokens.read(cell, own).qualifier, "column": column, "placement": placement(row),
              "flag": flag, "marks": tokens.read(cell, own).marks}
             for row in rows for n, (column, cell, flag) in enumerate(row.cells, 1)]
    _write_csv(folder / "table1.csv", table)
    _write_csv(folder / "parameters.csv", written)
    descriptor = _descriptor(folder.name, title or folder.name, columns, treatments, charted, own, table)
    descriptor["times"] = times
    (folder / "datapackage.json").write_text(json.dumps(descriptor, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if not (folder / "case.yml").exists():
        (folder / "case.yml").write_text(_words(title or folder.name, columns, charted, bool(treatments)), "utf-8")
    if folder.resolve().parent == BOOK / "cases":
        add_pages()
    return told


def read_table(path: Path) -> tuple[list[Row], list[str], list[str]]:
    """Rows and column labels of a printed table, and what was left out. Raises CaseDataError with all faults."""
    lines = _lines(path)
    head, turned = [_head(cell) for cell in lines[0]], []
    if head[0] == "column" and not {"row", "printed"} & set(head):
        turned = ["Turned: its rows are columns in time."]
        lines = [list(line) for line in zip(*(line + [""] * (len(head) - len(line)) for line in lines))]
        lines[0][0], head = "row", [None] * len(lines[0])
        head[0] = "row"
    read = _long if {"column", "printed"} <= set(head) else _wide
    rows, columns, faults = read(path, lines, head)
    names = [row.name for row in rows]
    for row in rows:
        row.name = row.label if names.count(row.name) > 1 else row.name          # 'Temperature (°C)' beside '(°F)'
    named: dict[str, int] = {}
    for row in rows:
        named[row.name] = named.get(row.name, 0) + 1
    formulas = [(row, cell) for row in rows for cell in (row.label, *(c for _, c, _ in row.cells)) if runs(cell)]
    faults += [CaseDataError(path, None, row.name, f"‘{cell}’, which a spreadsheet would run", "what is printed",
                             "type the table as it is printed") for row, cell in formulas]
    faults += [CaseDataError(path, None, name, f"{n} rows of this name", "each row once", "name them apart")
               for name, n in named.items() if n > 1]
    if (cells := sum(len(row.cells) for row in rows)) > MOST_CELLS:
        faults = [CaseDataError(path, None, None, f"{cells:,} cells", f"at most {MOST_CELLS:,}", "leave rows out")]
    if not 0 < len(columns) <= MOST_COLUMNS:
        faults.append(CaseDataError(path, 1, None, f"{len(columns)} columns", f"1 to {MOST_COLUMNS} with a label each",
                                    "give each column of the table a head"))
    faults += [CaseDataError(path, 1, label, "a calendar date", "days, counted from a first one",
                             "leave dates out: they help to find out whose case it is")
               for label in columns if _DATE.search(label)]
    raise_all(faults)
    kept = [row for row in rows if row.cells]
    if not kept:
        raise CaseDataError(path, None, None, "no value", "rows with values", "type the table as it is printed")
    empty = [row.label for row in rows if not row.cells]
    return kept, columns, turned + [f"Left out, since no cell of it holds anything: {', '.join(empty)}."] * bool(empty)


def _lines(path):
    text = read_text(path, "utf-8-sig", "a table as a CSV file")
    mark = max(",;\t", key=text.partition("\n")[0].count)
    try:
        lines = [[" ".join(cell.split()) for cell in line]
                 for line in csv.reader(text.splitlines(True), delimiter=mark)]
    except csv.Error as error:
        raise CaseDataError(path, None, None, str(error), "a table as a CSV file") from None
    lines = [line for line in lines if any(line)]
    raise_all([CaseDataError(path, None, f"{cell[:30]} …", f"{len(cell):,} letters in one cell",
                             f"at most {tokens.LONGEST}", "shorten it")
               for line in lines for cell in line if len(cell) > tokens.LONGEST])
    if len(lines) < 2:
        raise CaseDataError(path, None, None, f"{len(lines)} lines", "a line of heads, and one for each row",
                            "type the table")
    return lines


def _head(cell):
    """What a head of the table stands for; None for a column of values."""
    if _REFERENCE.fullmatch(cell):
        return "reference"
    return next((key for key, names in _HEADS.items() if cell.casefold() in names), None)


def _wide(path, lines, head):
    """A row a parameter; heads that are none of ``_HEADS`` are labels of columns in time."""
    faults, places = [], {key: n for n, key in reversed(list(enumerate(head))) if key in ("unit", "kind")}
    ranges = [n for n, key in enumerate(head) if key == "reference"]
    ours = {0, *ranges, *places.values(), *(n for n, cell in enumerate(lines[0]) if cell.casefold() in _DERIVED)}
    if lines[0][0].casefold() == "rownames" and len(head) > 1:
        ours, places["row"] = ours | {1}, 1
    labels = {n: cell for n, cell in enumerate(lines[0]) if n not in ours}
    for n, label in labels.items():
        if not label and any(len(line) > n and line[n] for line in lines):
            faults.append(CaseDataError(path, 1, None, f"no head above column {n + 1}", "a label",
                                        "name the column as it is printed"))
        elif label and list(labels.values()).count(label) > 1:
            faults.append(CaseDataError(path, 1, label, "this head twice", "each label once",
                                        "name the columns apart, as 3a and 3b"))
    rows = []
    for number, line in enumerate(lines[1:], 2):
        if len(line) > len(head):
            faults.append(CaseDataError(path, number, None, f"{len(line)} cells", f"{len(head)}, as in the first line",
                                        "put quotes around a cell that holds a comma"))
        at = lambda key, line=line: line[places[key]] if key in places and places[key] < len(line) else ""
        cells = [(label, line[n], "") for n, label in labels.items() if n < len(line) and line[n] and label]
        reference = " to ".join(line[n] for n in ranges if n < len(line) and line[n])
        rows.append(_named(line[places.get("row", 0)], at("unit"), at("kind"), reference, cells))
    return rows, [label for label in labels.values() if label], faults


def _long(path, lines, head):
    """A row a value, with the columns row, column, printed, and unit, kind, reference or flag."""
    if "printed" in (names := [cell.casefold() for cell in lines[0]]):
        head = [None if name == "value" else key for name, key in zip(names, head)]
    places, rows, columns, faults = {key: n for n, key in enumerate(head) if key}, {}, [], []
    if "row" not in places:
        raise CaseDataError(path, 1, None, f"the heads {lines[0]}", "a head `row`",
                            "name the column that holds the names of rows")
    for number, line in enumerate(lines[1:], 2):
        at = lambda key, line=line: line[places[key]] if key in places and places[key] < len(line) else ""
        if at("column") and at("column") not in columns:
            columns.append(at("column"))
        row = rows.setdefault(at("row"), _named(at("row"), at("unit"), at("kind"), at("reference"), []))
        if not at("printed"):
            continue
        if not at("column") or at("column") in [column for column, _, _ in row.cells]:
            faults.append(CaseDataError(path, number, "column", f"'{at('column')}' for {row.name}", "each column once",
                                        "correct the line"))
        row.cells.append((at("column"), at("printed"), at("flag")))
    full = max(([c for c, _, _ in row.cells] for row in rows.values()), key=len, default=[])
    order = [*full, *(c for c in columns if c not in full)]
    for row in rows.values():
        row.cells.sort(key=lambda cell: order.index(cell[0]))
    return list(rows.values()), order, faults


def _named(label, unit, kind, reference, cells):
    """A row with its unit taken out of its label, as in ‘CRP (mg/L)’ or ‘CRP, mg/L’, if no column holds it."""
    name = label
    if not unit and (match := re.fullmatch(r"(.+?)(?: ?\(([^()]+)\)|, ?(\S+))", label)):
        if _UNIT_LIKE.fullmatch(inside := (match[2] or match[3]).strip()):
            name, unit = match[1].strip(), inside
    return Row(label, name, unit, kind.casefold(), reference, cells)


def _kind(name, unit):
    if drug(name) in INFUSED or re.search(r"(?:g|U)/kg/(?:min|h)$", unit):
        return "infusion"
    given = re.match(r"(?:mg|g|ug|\[?IU\]?|U)/kg(?:/d|/dose)?(?: |$)", unit) or drug(name) in DAILY
    return "daily drug" if given else "finding"


def _ask(rows, own, path):
    """Raise all that only a person knows, each once, and how to say it."""
    doubtful, unread = {}, {}
    every = [cell for row in rows for _, cell, _ in row.cells]
    for row in rows:
        for column, cell, _ in row.cells:
            try:
                tokens.read(cell, own)
            except tokens.Unread as error:
                (doubtful if error.doubtful else unread).setdefault(cell, []).append(f"{row.name}, {column}")
    say = lambda cell, meaning: f"--say {meaning} '{cell}'"
    faults = [CaseDataError(path, None, f"{len(at)} cells" if len(at) > 1 else at[0], f"‘{cell}’",
                            "a mark of one meaning",
                            "say once what it means: "
                            + ", or ".join(say(cell, meaning) for meaning in ("not_done", "absent", "present")))
              for cell, at in doubtful.items()]
    for letter in sorted({cell[-1] for cell in unread if re.search(r"\d ?[a-k]$", cell)}):
        noted = [cell for cell in unread if re.search(rf"\d ?{letter}$", cell)]
        faults.append(CaseDataError(path, None, "; ".join(unread[noted[0]][:3]),
                                    f"‘{letter}’ behind a number: {', '.join(noted[:5])}",
                                    "a number, a limit or a word",
                                    f"say once that it is a footnote: {say(letter, 'mark')}; or correct it"))
        for cell in noted:
            del unread[cell]
    faults += [CaseDataError(path, None, "; ".join(at[:3]), f"‘{cell}’", "a number, a limit or a word",
                             f"correct it, or keep it as a word: {say(cell, 'word')}") for cell, at in unread.items()]
    if "decimal" not in own and (unclear := tokens.unclear_commas(every)):
        faults.append(CaseDataError(path, None, None, f"‘{unclear[0]}’ beside decimal commas",
                                    "one meaning of the comma",
                                    "say --decimal , if it parts decimals, or --decimal . if it parts thousands"))
    raise_all(faults)


def _number(cell, own):
    value = tokens.read(cell, own).value
    text = "" if value is None else f"{value:.15g}"
    return f"{value:f}" if "e" in text else text


def _parameter(row, own):
    qualifiers = dict.fromkeys(tokens.read(cell, own).qualifier for _, cell, _ in row.cells)
    return {"parameter": row.name, "printed_label": row.label, "printed_unit": row.unit, "unit": ucum(row.unit),
            "cells": len(row.cells),
            "kind": row.kind, "qualifiers": " ".join(qualifiers), "low": "", "high": "", "reference": row.reference,
            "meaning": "As printed.", "doubt": "none"}


def _write_csv(path, records):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(records[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)


def _descriptor(name, title, columns, treatments, charted, own, table):
    """The data package descriptor; what it says of tokens is ``own``."""
    kind = lambda of="string", **rules: {"type": of} | ({"constraints": rules} if rules else {})
    text, number, needed, whole = kind(), kind("number"), kind(required=True), kind("integer", required=True, minimum=1)
    flags = sorted({row["flag"] for row in table} - {""})
    fields = {
        "table1": {"parameter": needed, "unit": text, "position": whole, "printed": needed, "value": number,
                   "qualifier": needed,
                   "column": kind(required=True, enum=columns),
                   "placement": kind(required=True, enum=sorted({row["placement"] for row in table})),
                   "flag": kind(enum=flags) if flags else text,
                   "marks": text},
        "parameters": {"parameter": needed, "printed_label": needed, "printed_unit": text, "unit": text,
                       "cells": whole, "kind": needed,
                       "qualifiers": needed, "low": number, "high": number, "reference": text, "meaning": needed,
                       "doubt": needed}}
    keys = {"table1": ["parameter", "position"], "parameters": ["parameter"]}
    return {"$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "name": re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:60],
            "title": title, "treatments": treatments, "charted": charted, "tokens": own, "resources": [
                {"name": part, "path": f"{part}.csv", "schema": {
                    "fields": [{"name": field} | rule for field, rule in fields[part].items()],
                    "primaryKey": keys[part]}}
                for part in fields]}


def _words(title, columns, charted, treated):
    """case.yml with a step a column, every text of which is still to be written."""
    write = lambda what: f"{TO_WRITE} {what}"
    option = lambda letter: {"text": write(f"answer {letter}."), "grade": "not graded",
                             "feedback": write("what speaks for it, and against.")}
    step = lambda name: {
        "step": name, "title": f"{name[0].upper()}{name[1:]}", "known": write("what is known before this step."),
        "question": write("the question."),
        "scored": False, "options": [option("A"), option("B")],
        "done": "What is printed of the treatments stands here." if treated else "The table prints no treatment.",
        "shows": write("what the values of this step show."), "trap": write("what one could fall for here."),
        "recap": write("the step in a sentence.")}
    content = {"title": title, "table": "the table", "charted": charted,
               "steps": [step(name) for name in ("admission", *columns, "follow-up")]}
    return ("# The words of the case, in Markdown; numbers come from the table: {{ printed('ROW', 'COLUMN') }}.\n"
            "# Grades of options: well supported, defensible, risky, supported, not supported, not graded.\n"
            + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110))


_PAGE = """---
jupytext:
  text_representation: {{extension: .md, format_name: myst}}
kernelspec: {{name: python3, display_name: Python 3}}
---

# {title}

Another case, beside the girl's. Every value stands as it is printed. Whose table it is, and under which terms, belongs
here.

```{{code-cell}} ipython3
from casebook import load, own_case, wide

case = own_case.read_case("{folder}")
print(wide(load(case=case), case).to_string())
```

## Step by step

```{{code-cell}} ipython3
:tags: [remove-input]
own_case.stepper("{folder}")
```

## The whole case

```{{code-cell}} ipython3
:tags: [remove-input]
own_case.whole("{folder}")
```

## Every value, and where it may stand

```{{code-cell}} ipython3
:tags: [remove-input]
own_case.values("{folder}")
```

In a class, a new cell with `projector.Projector(own_case.stepper("{folder}"))`, after `from casebook import
projector`, shows the case in large type.
"""
_TOC = "# pages of cases: `make case` and `make book` add theirs below"


def add_pages(book: Path = BOOK) -> list[str]:
    """Give each folder of ``book/cases`` that has none its page, ``case-NAME.md``, and its entry in _toc.yml; returns
    the new names."""
    toc, added = book.parent / "_toc.yml", []
    for folder in sorted(path.parent for path in (book / "cases").glob("*/datapackage.json")):
        name, page = folder.name, book / f"case-{folder.name}.md"
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,60}", name):
            raise CaseDataError(folder, None, None, f"the folder '{name}'", "letters, digits, . _ and -",
                                "give the folder another name")
        if not page.exists():
            title = read_yaml(folder / "case.yml", "the words of the case", texts=True).get("title") or name
            page.write_text(_PAGE.format(title=title, folder=f"cases/{name}"), "utf-8")
        entry, text = f"      - file: book/case-{name}\n", toc.read_text("utf-8")
        if entry not in text:
            toc.write_text(text.replace(f"      {_TOC}\n", f"      {_TOC}\n{entry}"), "utf-8")
            added.append(name)
    return added


def main(arguments: list[str] | None = None) -> int:
    """`make case`: write a folder, and say what a person should know."""
    parser = argparse.ArgumentParser(prog="make case", description="A case from a table as it was printed.")
    parser.add_argument("folder", nargs="?")
    parser.add_argument("source", nargs="?")
    parser.add_argument("--title", default="")
    parser.add_argument("--say", nargs=2, action="append", default=[], metavar=("MEANING", "TOKEN"))
    parser.add_argument("--decimal", choices=(",", "."), default="")
    parser.add_argument("--lost-blanks", action="store_true")
    parser.add_argument("--unordered", action="store_true")
    given = parser.parse_args(arguments)
    if not given.source:
        print(*(f"A page for the case {name}: book/case-{name}.md" for name in add_pages()), sep="\n", end="")
        return 0
    says: dict[str, list[str]] = {}
    for meaning, token in given.say:
        if meaning not in (*tokens.QUALIFIERS, "mark"):
            parser.error(f"--say {meaning}: one of {', '.join(tokens.MEANS)}, word or mark")
        says.setdefault(meaning, []).append(token)
    try:
        questions = new(given.source, given.folder, given.title, says, given.decimal, given.lost_blanks,
                   given.unordered)
    except CaseDataError as error:
        print(*error.all, sep="\n", file=sys.stderr)
        return 1
    print(f"Written: {given.folder}.", *questions, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
