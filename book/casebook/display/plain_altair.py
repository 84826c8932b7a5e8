"""A reader's own Altair chart as the book shows one: ``import casebook`` is enough.

The chart wears the book's look (``figure.look``), and a cell that ends in it shows an inline SVG with its title, its
description and its numbers as a table, on the page, in JupyterLab and in a downloaded notebook; no script, no other
host. A static drawing answers no click: ``alt.renderers.enable("default")`` gives Altair's own back.
"""

from collections.abc import Iterator
from html import escape
from typing import Any

import altair as alt
import pandas as pd

from casebook.display.figure import Figure


class Unreadable(ValueError):
    """A chart that not everyone could read. IPython shows the words alone, without the path through Altair's code."""

    def _render_traceback_(self):
        return [str(self)]


REMEDY = """Numbers come from a table of pandas, title and description are added to the whole chart, in brackets \
if it has parts:
(chart).properties(title="What the chart is about",
                   description="A sentence for listeners: the axes, what rises or falls, from what to what.")"""


def drawn(spec: dict[str, Any], data: str = "",
          named: dict[str, str] | None = None) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Each view of a Vega-Lite specification, layers and panels too: the name of its data, its mark, and the fields it
    draws with the words that a reader sees for them, as in ``{'value': 'CRP, mg/L'}``."""
    data, named = spec.get("data", {}).get("name", data), dict(named or {})
    for channel in _channels([spec.get("facet"), *(spec.get("encoding", {}).get(name) for name in _order(spec))]):
        title = channel.get("title") or (channel.get("axis") or {}).get("title") or channel["field"]
        named.setdefault(channel["field"], " ".join(title) if isinstance(title, list) else title)
    repeat = spec.get("repeat", [])
    repeated = {field: field for part in (repeat.values() if isinstance(repeat, dict) else [repeat]) for field in part}
    for part in [p for key in ("layer", "concat", "hconcat", "vconcat") for p in spec.get(key, [])] + \
            ([spec["spec"]] if "spec" in spec else []):
        for inner, mark, fields in drawn(part, data, named):
            yield inner, mark, repeated | fields
    if "mark" in spec:
        yield data, spec["mark"] if isinstance(spec["mark"], str) else spec["mark"]["type"], named


def _order(spec):
    """The channels of a view as a reader meets them: where it stands, its axes, then the rest."""
    first = ("facet", "row", "column", "x", "y")
    return [*first, *(name for name in spec.get("encoding", {}) if name not in first)]


def _channels(node):
    """Every part of an encoding that names a field, conditions and lists of tips among them."""
    if isinstance(node, dict):
        if isinstance(node.get("field"), str):
            yield node
        node = [node[key] for key in node if key not in ("sort", "scale", "axis", "legend", "header")]
    if isinstance(node, list):
        for part in node:
            yield from _channels(part)


def numbers(spec: dict[str, Any]) -> pd.DataFrame:
    """What a specification draws, as a table of texts under readers' heads; of several tables a first column tells
    which mark draws each row."""
    tables: dict[str, tuple[list[str], dict[str, str]]] = {}
    for data, mark, named in drawn(spec):
        marks, fields = tables.setdefault(data, ([], {}))
        marks.append(mark)
        fields.update(named | fields)
    parts = []
    for data, (marks, fields) in tables.items():
        rows = spec.get("datasets", {}).get(data, [])
        known = [field for field in fields if any(field in row for row in rows)]
        heads = [escape(fields[f] if list(fields.values()).count(fields[f]) == 1 else f"{fields[f]} ({f})")
                 for f in known]
        part = pd.DataFrame([[_cell(row.get(field)) for field in known] for row in rows],
                            columns=heads).drop_duplicates()
        if len(tables) > 1:
            part.insert(0, "drawn as", " and ".join(dict.fromkeys(marks)))
        parts.append(part)
    return pd.concat([part for part in parts if len(part)] or [pd.DataFrame()]).fillna("")


def _cell(value):
    return "" if value is None else f"{value:.6g}" if isinstance(value, float) else escape(str(value))


def figure(spec: dict[str, Any]) -> Figure:
    """A finished chart, as ``chart.to_dict()`` gives it, as the book shows one.

    Raises Unreadable, with the remedy, for a chart that lacks title, description or rows.
    """
    title = spec.get("title", "")
    text = title.get("text", "") if isinstance(title, dict) else title
    note = title.get("subtitle", "") if isinstance(title, dict) else ""
    words = [" ".join(part) if isinstance(part, list) else part for part in (text, note)]
    bare = {key: value for key, value in spec.items() if key != "title"}        # the title stands above the drawing
    try:
        return Figure(words[0], spec.get("description", ""), numbers(spec), [("", bare)],
                      note=escape(words[1]), name="plain")
    except ValueError as error:
        raise Unreadable(f"{error}.\n{REMEDY}") from error


def show(spec: dict[str, Any], **_: Any) -> dict[str, str]:
    """Altair's renderer of the book: what a cell that ends in a chart shows. Raises Unreadable for what ``figure``
    refuses, and for a chart that draws nothing."""
    shown = figure(spec)
    try:
        return {"text/html": shown._repr_html_(), "text/plain": shown.title}
    except ValueError as error:
        raise Unreadable(str(error)) from error


alt.renderers.register("casebook", show)
alt.renderers.enable("casebook")
