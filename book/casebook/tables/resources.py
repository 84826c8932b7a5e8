"""Read the tables in ``data/`` and refuse any that does not match its descriptor.

``data/datapackage.json`` (Frictionless Table Schema) says which columns a table has, their types,
enumerations and limits. This module knows the descriptor; it knows nothing of medicine.
"""

import csv
import hashlib
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import yaml

BOOK = Path(__file__).resolve().parents[2]
_LETTER = BOOK.parent / "data"
DATA = Path(os.environ.get("CASEBOOK_CASE") or _LETTER).resolve()
"""Folder of the case: the letter's, or another that the environment variable CASEBOOK_CASE names. One process reads one case."""
OWN_CASE = DATA != _LETTER
"""True for another case. What rests on the letter then steps aside: its rules, the numbers of its texts, limits for her age."""
_ENCODING = "utf-8-sig" if OWN_CASE else "utf-8"
"""A spreadsheet's 'CSV UTF-8' begins with a byte order mark; the book's own files have none."""
_RESTORE = "correct the file" if OWN_CASE else "restore the file from the repository"
A_TEXT = "a text of the book"
"""In place of a file in the errors of a text that doesn't know where it stands; see ``text.render_from``."""

_ROWS = {"type": "array", "minItems": 1, "items": {"type": "string"}}
_DESCRIPTOR = {"type": "object", "required": ["name", "treatments", "charted", "resources"], "properties": {
    "name": {"type": "string"}, "treatments": _ROWS, "charted": _ROWS, "resources": {"type": "array", "items": {
    "type": "object", "required": ["name", "path", "schema"] + ["hash"] * (not OWN_CASE), "properties": {"schema": {
        "type": "object", "required": ["fields", "primaryKey"]}}}}}}


class CaseDataError(Exception):
    """A data file is damaged or missing.

    Attributes ``file``, ``line`` (1 is the header; None for the whole file), ``column``, ``found``,
    ``expected`` and ``remedy`` say where and what; the message holds all of them.
    """

    def __init__(self, file: Path | str, line: int | None, column: str | None, found: object, expected: object,
                 remedy: str = _RESTORE) -> None:
        self.file, self.line, self.column = str(file), line, column
        self.found, self.expected, self.remedy = found, expected, remedy
        where = str(file) + (f", line {line}" if line else "") + (f", column '{column}'" if column else "")
        super().__init__(f"{where}: found {found}, expected {expected}. Remedy: {remedy}.")

    def __reduce__(self):                                          # so that it passes from one process to another
        return CaseDataError, (self.file, self.line, self.column, self.found, self.expected, self.remedy)


def _say_plainly(kind, error, trace, usual=sys.excepthook):
    """Importing the package reads tables: say what is damaged without the way there."""
    if isinstance(error, CaseDataError):
        print(f"{error} Mend this first: nothing else was read.", file=sys.stderr)
    else:
        usual(kind, error, trace)


if sys.argv and Path(sys.argv[0]).resolve().is_relative_to(Path(__file__).resolve().parents[1]):
    # a module of the package is run, as `python -m casebook.check`; who imports the package keeps their own hook
    sys.excepthook = _say_plainly


@cache
def descriptor() -> dict:
    """The data package descriptor, as a dictionary."""
    path = DATA / "datapackage.json"
    try:
        package = json.loads(path.read_text(_ENCODING))
    except OSError as error:
        raise CaseDataError(path, None, None, _no_file(error), "the data package descriptor") from None
    except ValueError as error:
        raise CaseDataError(path, getattr(error, "lineno", None), None, str(error), "valid JSON in UTF-8") from None
    check_schema(package, _DESCRIPTOR, path, "a name, treatments, charted, and resources with name, path, hash and schema")
    return package


def resource(name: str) -> dict:
    """Descriptor of one resource of the data package."""
    found = {r["name"]: r for r in descriptor()["resources"]}
    if name not in found:
        raise CaseDataError(DATA / "datapackage.json", None, "resources", f"{sorted(found)}", f"a resource named {name}")
    return found[name]


def read_resource(name: str, path: Path | str | None = None, check_hash: bool = True) -> pd.DataFrame:
    """Read one table of the data package.

    Parameters: ``name`` of the resource; ``path`` of another file that claims the same schema;
    ``check_hash`` compares the text with the descriptor's SHA-256.
    Returns a DataFrame with the schema's columns and, as index ``line``, each row's line in the file.
    Raises CaseDataError on the first thing that is wrong.
    """
    spec = resource(name)
    path = Path(path) if path else DATA / spec["path"]
    table = _parse(_text(path), path, spec["schema"])
    if check_hash:
        check_digest(path, spec)
    return table


def check_digest(path: Path, spec: dict) -> None:
    """Raise CaseDataError if a table is not what the descriptor's hash was made from. Another case may be without, as a draft."""
    digest = "sha256:" + hashlib.sha256(_text(path).encode("utf-8")).hexdigest()
    if digest != spec.get("hash", digest):
        raise CaseDataError(path, None, None, digest, f"{spec['hash'] or 'a hash'} (datapackage.json)",
                            f"{_RESTORE}; after a deliberate change (never of a printed token), put the new hash into datapackage.json")


def read_yaml(path: Path | str, what: str) -> Any:
    """Content of a YAML file that holds ``what``, in words. Raises CaseDataError if there is no such file or it is no YAML."""
    path = Path(path)
    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        found = _no_file(error) if isinstance(error, OSError) else f"byte 0x{error.object[error.start]:02x}, which is no UTF-8"
        raise CaseDataError(path, None, None, found, what) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise CaseDataError(path, mark.line + 1 if mark else None, None, " ".join(str(error).split()), f"{what}, as valid YAML", "correct the line") from None


def in_words(content: Any, keys: Iterable) -> str | None:
    """Where a path of ``keys`` leads, in words: 'question 4.1, option 2, feedback'; None for the whole."""
    names: list[str] = []
    for key in keys:
        above, content = content, content[key]
        if isinstance(above, list):
            named = content if isinstance(content, dict) else {}
            names[-1] = f"{names[-1].removesuffix('s')} {named.get('id') or named.get('step') or key + 1}"
        else:
            names.append(str(key))
    return ", ".join(names) or None


def check_schema(content: Any, schema: dict, path: Path | str, expected: str, remedy: str = _RESTORE,
                 place: Callable[[Any, Iterable], str | None] = in_words) -> None:
    """Raise CaseDataError unless ``content``, which was read from ``path``, fits the JSON schema; ``place`` words where it doesn't."""
    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(content))
    if error:                                                       # a long message begins with what was found, and ends with what is wrong
        found = error.message if len(error.message) <= 200 else f"…{error.message[-200:]}"
        raise CaseDataError(path, None, place(content, error.absolute_path), found, expected, remedy)


def _no_file(error):
    return "no file" if isinstance(error, FileNotFoundError) else error.strerror


def _text(path):
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CaseDataError(path, None, None, _no_file(error), "a CSV file") from None
    try:
        text = raw.decode(_ENCODING).replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise CaseDataError(path, line, None, f"byte 0x{raw[error.start]:02x}", "text in UTF-8",
                            "save the file as UTF-8") from None
    if not text.strip():
        raise CaseDataError(path, None, None, "an empty file", "a header and rows")
    return text


def _parse(text, path, schema):
    fields = schema["fields"]
    header = [f["name"] for f in fields]
    unique = [schema["primaryKey"]] if isinstance(schema["primaryKey"], str) else schema["primaryKey"]
    reader = csv.reader(io.StringIO(text), strict=True)
    rows, lines, keys, line = [], [], {}, 1
    try:
        found = next(reader)
        if len(found) == 1 < len(header) and (mark := next((m for m in (";", "\t") if m in found[0]), None)):
            raise CaseDataError(path, 1, None, f"{'semicolons' if mark == ';' else 'tabs'} between the fields", "commas",
                                "save the file as CSV with commas, and with points in decimal numbers")
        if found != header:
            raise CaseDataError(path, 1, None, f"the header {found}", f"the header {header}")
        for row in reader:
            line = reader.line_num
            if len(row) != len(header):
                raise CaseDataError(path, line, None, f"{len(row)} fields", f"{len(header)} fields")
            record = {f["name"]: _cell(text, f, path, line) for text, f in zip(row, fields)}
            key = tuple(record[k] for k in unique)
            if key in keys:
                raise CaseDataError(path, line, unique[0], f"{key} a second time (first on line {keys[key]})",
                                    "each row once", "delete the duplicated line")
            keys[key] = line
            rows.append(record)
            lines.append(line)
    except csv.Error as error:
        at = line + 1 if "end of data" in str(error) else reader.line_num     # a quote left open swallows all that follows
        raise CaseDataError(path, at, None, str(error), "comma-separated text") from None
    if not rows:
        raise CaseDataError(path, None, None, "a header without rows", "a header and rows")
    return pd.DataFrame(rows, index=pd.Index(lines, name="line"), columns=header)


def _cell(text, field, path, line):
    """One cell, converted and checked against its field's type and constraints."""
    rule = field.get("constraints", {})

    def refuse(expected):
        raise CaseDataError(path, line, field["name"], repr(text), expected)

    if text == "":
        if rule.get("required"):
            refuse("a value")
        return float("nan") if field["type"] == "number" else ""
    if "enum" in rule and text not in rule["enum"]:
        refuse("one of " + ", ".join(rule["enum"]))
    if field["type"] == "string":
        return text
    if not re.fullmatch(r"-?\d{1,9}" if field["type"] == "integer" else r"-?\d+(\.\d+)?", text):
        refuse("a whole number" if field["type"] == "integer" else "a number")
    value = int(text) if field["type"] == "integer" else float(text)
    if value < rule.get("minimum", value):
        refuse(f"at least {rule['minimum']}")
    if value > rule.get("maximum", value):
        refuse(f"at most {rule['maximum']}")
    return value
