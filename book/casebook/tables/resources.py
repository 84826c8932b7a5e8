"""Read the tables in ``data/`` and refuse any that does not match its descriptor.

``data/datapackage.json`` (Frictionless Table Schema) says which columns a table has, their types,
enumerations and limits. This module knows the descriptor; it knows nothing of medicine.
"""

import csv
import hashlib
import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import yaml

from casebook.tables.spelling import visible

BOOK = Path(__file__).resolve().parents[2]
DATA = BOOK.parent / "data"
"""Folder of the letter's tables, and of all others that the book reads."""
A_TEXT = "a text of the book"
"""In place of a file in the errors of a text that doesn't know where it stands; see ``text.render_from``."""

LARGEST = 4_000_000
"""Bytes of a file, at most; the book's own largest has a tenth."""
DEEPEST = 30
"""Levels of a YAML file, at most."""
_ROWS = {"type": "array", "items": {"type": "string"}}


class CaseDataError(Exception):
    """A data file is damaged or missing. ``more`` are further faults that the same reading found.

    Attributes ``file``, ``line`` (1 is the header; None for the whole file), ``column``, ``found``,
    ``expected`` and ``remedy`` say where and what; the message holds all of them.
    """

    def __init__(self, file: Path | str, line: int | None, column: str | None, found: object, expected: object,
                 remedy: str = "") -> None:
        self.file, self.line, self.column = str(file), line, column
        self.found, self.expected = (visible(x) if isinstance(x, str) else x for x in (found, expected))
        self.remedy = remedy or _mend(Path(file))
        self.more: tuple[CaseDataError, ...] = ()
        where = str(file) + (f", line {line}" if line else "") + (f", column '{column}'" if column else "")
        super().__init__(f"{where}: found {self.found}, expected {self.expected}. Remedy: {self.remedy}.")

    def __reduce__(self):                                          # so that it passes from one process to another
        return CaseDataError, (self.file, self.line, self.column, self.found, self.expected, self.remedy)

    @property
    def all(self) -> tuple["CaseDataError", ...]:
        """This fault and those found with it."""
        return self, *self.more


def raise_all(faults: Sequence[CaseDataError]) -> None:
    """Raise the first of several faults, with the others in its ``more``; nothing if there are none."""
    if faults:
        faults[0].more = tuple(faults[1:])
        raise faults[0]


def _mend(file):
    """A file of the book can be had again, one of another case can't, wherever its folder lies."""
    ours = file.is_relative_to(DATA) or file.is_relative_to(BOOK) and not file.with_name("datapackage.json").exists()
    if ours:
        return "restore the file from the repository"
    anew = ", or let `make case` write it anew from the printed table"
    return "correct the file" + anew * (file.name == "table1.csv")


def _say_plainly(kind, error, trace, usual=sys.excepthook):
    """What is damaged, without the way there."""
    if isinstance(error, CaseDataError):
        print(*error.all, "Mend this first: nothing else was read.", sep="\n", file=sys.stderr)
    else:
        usual(kind, error, trace)


if sys.argv and Path(sys.argv[0]).resolve().is_relative_to(Path(__file__).resolve().parents[1]):
    # a module of the package is run, as `python -m casebook.check`; who imports the package keeps their own hook
    sys.excepthook = _say_plainly


@dataclass(frozen=True, eq=False)
class Package:
    """A folder of tables with their descriptor, ``datapackage.json``. Nothing is read before it is asked for.

    ``kept``: the repository keeps it, so every table must have the hash that the descriptor states. Another may be
    without, as a draft, and may begin with the byte order mark of a spreadsheet's 'CSV UTF-8'.
    """

    folder: Path
    kept: bool = False

    @property
    def encoding(self) -> str:
        """How its files are decoded."""
        return "utf-8" if self.kept else "utf-8-sig"

    @cached_property
    def descriptor(self) -> dict:
        """The data package descriptor, as a dictionary."""
        path = self.folder / "datapackage.json"
        try:
            package = json.loads(read_text(path, self.encoding, "the data package descriptor"),
                                 object_pairs_hook=_each_once)
        except (ValueError, RecursionError) as error:
            raise CaseDataError(path, getattr(error, "lineno", None), None, str(error), "valid JSON in UTF-8") from None
        resources = {"type": "array", "items": {
            "type": "object", "required": ["name", "path", "schema"] + ["hash"] * self.kept, "properties": {"schema": {
                "type": "object", "required": ["fields", "primaryKey"]}}}}
        check_schema(package, {"type": "object", "required": ["name", "treatments", "charted", "resources"],
                               "properties": {
            "name": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,60}$"}, "treatments": _ROWS, "charted": _ROWS,
                                   "resources": resources}},
            path, "a name, treatments, charted, and resources with name, path, hash and schema")
        return package

    def resource(self, name: str) -> dict:
        """Descriptor of one resource."""
        by_name = {r["name"]: r for r in self.descriptor["resources"]}
        if name not in by_name:
            raise CaseDataError(self.folder / "datapackage.json", None, "resources", f"{sorted(by_name)}",
                                f"a resource named {name}")
        return by_name[name]

    def read(self, name: str, path: Path | str | None = None, check_hash: bool = True) -> pd.DataFrame:
        """Read one table.

        Parameters: ``name`` of the resource; ``path`` of another file that claims the same schema;
        ``check_hash`` compares the text with the descriptor's SHA-256.
        Returns a DataFrame with the schema's columns and, as index ``line``, each row's line in the file.
        Raises CaseDataError on the first thing that is wrong.
        """
        spec = self.resource(name)
        path = Path(path) if path else self.folder / spec["path"]
        if path == self.folder / spec["path"] and not path.resolve().is_relative_to(self.folder.resolve()):
            raise CaseDataError(self.folder / "datapackage.json", None, "resources", repr(spec["path"]),
                                "a file of this folder",
                                "put the file into the folder and name it alone")
        table = _parse(read_text(path, self.encoding), path, spec["schema"])
        if check_hash:
            check_digest(path, spec, self.encoding)
        return table


PACKAGE = Package(DATA, kept=True)
"""The book's own data."""
resource, read_resource = PACKAGE.resource, PACKAGE.read


def check_digest(path: Path, spec: dict, encoding: str = "utf-8") -> None:
    """Raise CaseDataError if a table is not what the descriptor's hash, where it has one, was made from."""
    digest = "sha256:" + hashlib.sha256(read_text(path, encoding).encode("utf-8")).hexdigest()
    if digest != spec.get("hash", digest):
        raise CaseDataError(path, None, None, digest, f"{spec['hash'] or 'a hash'} (datapackage.json)",
                            f"{_mend(path)}; after a deliberate change (never of a printed token), put the new hash "
                            "into datapackage.json")


def read_yaml(path: Path | str, what: str, texts: bool = False) -> Any:
    """Content of a YAML file that holds ``what``, in words; with ``texts`` all but ``true`` and ``false`` stays text
    as written.

    Raises CaseDataError if there is no such file or it is no YAML.
    """
    path = Path(path)
    try:
        return yaml.load(read_text(path, "utf-8-sig", what), _Texts if texts else _Once)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise CaseDataError(path, mark.line + 1 if mark else None, None, " ".join(str(error).split()),
                            f"{what}, as valid YAML", "correct the line") from None


class _Once(yaml.SafeLoader):
    """YAML in which nothing stands twice, by key or by alias, and nothing lies deeper than a reader would look."""

    def __init__(self, stream):
        super().__init__(stream)
        self.depth = 0

    def compose_node(self, parent, index):
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "an alias (*name); write the text out",
                                              self.peek_event().start_mark)
        self.depth += 1
        if self.depth > DEEPEST:
            raise yaml.composer.ComposerError(None, None, f"more than {DEEPEST} levels", self.peek_event().start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None,
                                                        f"'{key.value}' a second time; the first would be lost",
                                                        key.start_mark)
            seen.add(key.value if isinstance(key.value, str) else str(key.value))
        return super().construct_mapping(node, deep)


class _Texts(_Once):
    """YAML in which No, 12:30 and 1 are the words that they look like, and no text ends in a comment that was meant to
    be read."""

    yaml_implicit_resolvers = {letter: [("tag:yaml.org,2002:bool", re.compile("true|false"))] for letter in "tf"}

    def compose_scalar_node(self, anchor):
        node = super().compose_scalar_node(anchor)
        end = node.end_mark
        if node.style is None and (lost := re.match(r"[ \t]+#[^\n\0]*", end.buffer[end.pointer:])):
            raise yaml.composer.ComposerError(None, None,
                                              f"'{lost[0].strip()}', which is a comment here and would be lost; put "
                                              "quotes around the text, or the comment on a line of its own", end)
        return node


def _each_once(pairs):
    """A JSON object as a dictionary; ValueError for a key that stands twice."""
    if len(set(dict(pairs))) < len(pairs):
        names = [key for key, _ in pairs]
        raise ValueError(f"the key '{next(n for n in names if names.count(n) > 1)}' twice; the first would be lost")
    return dict(pairs)


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


def check_schema(content: Any, schema: dict, path: Path | str, expected: str, remedy: str = "",
                 place: Callable[[Any, Iterable], str | None] = in_words) -> None:
    """Raise CaseDataError unless ``content``, which was read from ``path``, fits the JSON schema.

    ``place`` words where it doesn't. The first fault is the one that matters most.
    """
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(content))
    if not errors:
        return
    best = jsonschema.exceptions.best_match(errors)
    others = [e for e in errors if e is not best and e.absolute_path != best.absolute_path]
    faults = []
    for error in [best, *others]:               # a long message begins with what was found, and ends with what is wrong
        found = error.message if len(error.message) <= 200 else f"…{error.message[-200:]}"
        faults.append(CaseDataError(path, None, place(content, error.absolute_path), found, expected, remedy))
    raise_all(faults)


def _no_file(error):
    return "no file" if isinstance(error, FileNotFoundError) else error.strerror


def read_text(path: Path, encoding: str, what: str = "a CSV file") -> str:
    """Text of a file of at most ``LARGEST`` bytes, with line feeds alone. Raises CaseDataError."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise CaseDataError(path, None, None, _no_file(error), what) from None
    if len(raw) > LARGEST:
        raise CaseDataError(path, None, None, f"more than {LARGEST:,} bytes", f"{what} of at most that size",
                            "leave out what is not the case's")
    if raw.startswith(b"PK"):                                                       # a zip: .xlsx, .ods, .docx
        raise CaseDataError(path, None, None, "a workbook or document", what, "save the sheet as CSV (UTF-8)")
    try:
        text = raw.decode(encoding).replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise CaseDataError(path, line, None, f"byte 0x{raw[error.start]:02x}", "text in UTF-8",
                            "save the file as UTF-8") from None
    return text


def _parse(text, path, schema):
    fields = schema["fields"]
    header = [f["name"] for f in fields]
    unique = [schema["primaryKey"]] if isinstance(schema["primaryKey"], str) else schema["primaryKey"]
    reader = csv.reader(io.StringIO(text), strict=True)
    rows, lines, keys, line, faults = [], [], {}, 1, []
    if not text.strip():
        raise CaseDataError(path, None, None, "an empty file", "a header and rows")
    try:
        names = next(reader)
        if len(names) == 1 < len(header) and (mark := next((m for m in (";", "\t") if m in names[0]), None)):
            raise CaseDataError(path, 1, None, f"{'semicolons' if mark == ';' else 'tabs'} between the fields",
                                "commas",
                                "save the file as CSV with commas, and with points in decimal numbers")
        if names != header:
            raise CaseDataError(path, 1, None, f"the header {names}", f"the header {header}")
        for row in reader:
            line = reader.line_num
            if len(row) != len(header):
                faults.append(CaseDataError(path, line, None, f"{len(row)} fields", f"{len(header)} fields"))
                continue
            record = {f["name"]: _cell(text, f, path, line, faults) for text, f in zip(row, fields)}
            key = tuple(record[k] for k in unique)
            if key in keys:
                faults.append(CaseDataError(path, line, unique[0], f"{key} a second time (first on line {keys[key]})",
                                            "each row once", "delete the duplicated line"))
            keys[key] = line
            rows.append(record)
            lines.append(line)
    except csv.Error as error:
        at = line + 1 if "end of data" in str(error) else reader.line_num     # an open quote swallows the rest
        raise CaseDataError(path, at, None, str(error), "comma-separated text") from None
    raise_all(faults)
    if not rows:
        raise CaseDataError(path, None, None, "a header without rows", "a header and rows")
    return pd.DataFrame(rows, index=pd.Index(lines, name="line"), columns=header)


def _cell(text, field, path, line, faults):
    """One cell, converted and checked against its field's type and constraints; what is wrong is added to
    ``faults``."""
    rule, nothing = field.get("constraints", {}), float("nan") if field["type"] == "number" else ""

    def refuse(expected):
        faults.append(CaseDataError(path, line, field["name"], repr(text), expected))
        return nothing

    if text == "":
        return refuse("a value") if rule.get("required") else nothing
    if "enum" in rule and text not in rule["enum"]:
        return refuse("one of " + ", ".join(rule["enum"]))
    if field["type"] == "string":
        return text
    if not re.fullmatch(r"-?\d{1,9}" if field["type"] == "integer" else r"-?\d+(\.\d+)?", text, re.ASCII):
        return refuse("a whole number" if field["type"] == "integer" else "a number")
    value = int(text) if field["type"] == "integer" else float(text)
    if value < rule.get("minimum", value):
        return refuse(f"at least {rule['minimum']}")
    if value > rule.get("maximum", value):
        return refuse(f"at most {rule['maximum']}")
    return value
