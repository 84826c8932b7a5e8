"""What every chart of the book has in common: its look, axes, layers, and a ``Figure`` that anyone can read.

Altair in, inline SVG out. A figure shows the same SVG on the site and in JupyterLab, with no script and no network.
Colours are CSS variables, so that charts follow the page from light to dark.
"""

import json
import re
from dataclasses import dataclass, field
from html import escape
from typing import Any
from xml.etree import ElementTree

import altair as alt
import pandas as pd
import vl_convert

from casebook.display.live_html import VEGA_LITE
from casebook.display.two_faces import LIVE_COLOURS, shown
from casebook.tables.case_folder import LETTER

INK, MUTED, GRID, ACCENT, SECOND, PAPER, PULSE = (f"var(--chart-{name})" for name in LIVE_COLOURS)
SOLID = {"fill": ACCENT, "stroke": ACCENT}
HOLLOW = {"fill": PAPER, "stroke": ACCENT, "strokeWidth": 2}
"""Points: a printed column, a reconstructed one."""
SPAN = {"color": MUTED, "strokeWidth": 3, "opacity": 0.45}
"""The bar over the columns that a value may stand in."""
WIDE, NARROW = 547, 311
"""Px of a drawing before CSS fits it to the column: a laptop shows it 1.2 times as large, a phone as it is."""


@alt.theme.register("casebook", enable=True)
def look() -> alt.theme.ThemeConfig:
    """The book's look, on every chart that is made after this import."""
    axis = {"labelColor": MUTED, "titleColor": MUTED, "gridColor": GRID, "domainColor": MUTED, "tickColor": MUTED,
            "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "grid": True, "ticks": False,
            "labelPadding": 6}
    title = {"color": INK, "fontSize": 12, "fontWeight": "bold", "anchor": "start", "frame": "group", "offset": 8}
    words = {"labelColor": INK, "titleColor": MUTED, "labelFontSize": 12, "titleFontSize": 12,
             "titleFontWeight": "normal"}
    return {"config": {"background": "transparent", "padding": 4, "aria": False, "axis": axis, "title": title,
                       "axisY": {"minExtent": 0}, "axisXDiscrete": {"labelAngle": 0},
                       "header": words | {"title": None, "labelOrient": "top", "labelAnchor": "start"},
                       "legend": words | {"orient": "top", "labelLimit": 0, "symbolBaseFillColor": "transparent"},
                       "view": {"stroke": None, "continuousWidth": 270, "continuousHeight": 160},
                       "mark": {"color": ACCENT}, "point": {"filled": True, "opacity": 1, "size": 60},
                       "text": {"color": INK, "fontSize": 11}, "rule": {"color": MUTED},
                       "range": {"category": [ACCENT, SECOND, MUTED]}}}


@dataclass
class Figure:
    """A chart that anyone can read: SVG, accessible name, description, numbers as a table.

    ``variants`` are (label, chart) pairs; with more than one the page offers a switch (linear and log scale).
    Each is drawn twice, for a laptop and for a phone, its plots stretched to fill the column; ``narrow`` is a phone's
    drawing of its own, and the variant then stays as it is. ``table`` cells may hold HTML.
    """

    title: str
    description: str
    table: pd.DataFrame
    variants: list[tuple[str, alt.TopLevelMixin | dict[str, Any]]]
    narrow: alt.TopLevelMixin | None = None
    note: str = ""
    name: str = field(default="chart")

    def __post_init__(self):
        lacks = [part for part in ("title", "description") if not getattr(self, part).strip()]
        lacks += ["numbers"] * (not len(self.table))
        if lacks:
            raise ValueError(f"the figure '{self.title or self.name}' has no {' and no '.join(lacks)}: "
                             "a chart without them can't be read by everyone")

    def html(self) -> str:
        """The figure as HTML; needs no script."""
        drawings = []
        for label, chart in self.variants:
            svg = two_drawings(chart, self.title) if self.narrow is None else \
                _two(svg_of(chart, self.title), svg_of(self.narrow, self.title))
            drawings.append(f'<div class="drawing" data-variant="{escape(label)}">{svg}</div>')
        return self._frame("".join(drawings))

    def _frame(self, drawing, attributes=""):
        note = f'<p class="chart-note">{self.note}</p>' if self.note else ""
        return (f'<figure class="chart chart-{self.name}" aria-label="{escape(self.title)}"{attributes}>'
                f"<figcaption>{escape(self.title)}</figcaption>{drawing}"
                f'<p class="visually-hidden">{escape(self.description)}</p>{note}'
                f"{numbers_html(self.table, self.title)}</figure>")

    def _repr_html_(self):
        return shown(self.html())


@dataclass
class ParameterFigure(Figure):
    """A chart with controls: its one variant is an Altair chart whose parameters carry a binding (range, radio,
    select).

    On the site the controls are plain form elements and the chart redraws through Vega, which loads when the chart
    nears the screen; without script the start values are drawn. A layer of text named 'words' says in words what the
    chart shows now: it is not drawn but shown below the chart, and announced.
    """

    start: str = ""
    "Sentence printed without script: which values are drawn."

    def html(self) -> str:
        """The figure as HTML: controls, the drawing at the start values, its specification, and its words."""
        (_, chart), = self.variants
        spec = chart.to_dict()
        controls = [_control(self.name, p) for p in spec.get("params", []) if "bind" in p]
        for p in spec.get("params", []):
            p.pop("bind", None)
        spec["$schema"] = f"https://vega.github.io/schema/vega-lite/v{VEGA_LITE}.json"
        specs = stretched(spec, self.title)
        (wide, words), (narrow, _) = (_without_words(svg_of(s, self.title)) for s in specs)
        svg = _two(wide, narrow)
        start = f' <span class="start">{escape(self.start)}</span>' if self.start else ""
        packed = json.dumps(specs, separators=(",", ":"), ensure_ascii=False).replace("</", "<\\/")
        form = f'<form class="controls">{"".join(controls)}<button type="reset">Start values</button></form>'
        return self._frame(f'{form}<div class="drawing">{svg}</div>'
                           f'<p class="said" role="status" aria-live="polite">{words}</p>{start}'
                           f'<script type="application/json">{packed}</script>', ' data-script="parameters"')


def _layers(spec):
    """A specification and all that is layered in it or stands in it beside each other."""
    yield spec
    for key in ("layer", "vconcat", "hconcat"):
        for part in spec.get(key, []):
            yield from _layers(part)


def _control(figure, param):
    """HTML of one bound parameter; the label is the binding's name."""
    bind, name, start = param["bind"], param["name"], param["value"]
    id, label = f"{figure}-{name}", escape(bind["name"])
    if bind["input"] == "range":
        return (f'<div class="range"><label for="{id}">{label}</label><input id="{id}" type="range" name="{name}" '
                f'min="{bind["min"]}" max="{bind["max"]}" step="{bind["step"]}" value="{start}" autocomplete="off">'
                f'<output aria-live="off" for="{id}">{start}</output></div>')
    labels = bind.get("labels", bind["options"])
    choices = "".join(f'<label><input type="radio" name="{name}" value="{i}"{" checked" * (o == start)} '
                      f'autocomplete="off" '
                      f"data-value='{escape(json.dumps(o))}'><span>{escape(str(text))}</span></label>"
                      for i, (o, text) in enumerate(zip(bind["options"], labels)))
    return f"<fieldset><legend>{label}</legend>{choices}</fieldset>"


def words_layer(chart: alt.Chart) -> alt.Chart:
    """A layer that carries what the chart says in words: ``chart`` must have one row with a field ``words``."""
    return chart.mark_text(opacity=0, fontSize=1, limit=0).encode(text="words:N", x=alt.value(0), y=alt.value(0)) \
        .properties(name="words")


def _without_words(svg):
    """The SVG without its text in ``words``, and that text."""
    tree = ElementTree.fromstring(svg)
    for group in tree.iter():
        for text in list(group):
            if text.tag == "text" and text.get("font-size") == "1px":
                group.remove(text)
                return ElementTree.tostring(tree, encoding="unicode"), escape(text.text or "")
    return svg, ""


def numbers_html(table: pd.DataFrame, title: str) -> str:
    """The numbers of a chart behind a disclosure; cells may hold HTML."""
    rows = table.to_html(index=False, border=0, classes="chart-numbers", escape=False) \
        .replace(' style="text-align: right;"', "")
    return (f'<details class="numbers"><summary>Numbers of this chart</summary>'
            f'<div class="scroll" role="group" aria-label="Numbers: {escape(title)}" tabindex="0">{rows}</div>'
            "</details>")


def _records(data: pd.DataFrame | dict) -> dict:
    """Rows as pandas writes them, at once: Altair's own way looks at each column of each layer, a third of the
    drawing."""
    return {"values": json.loads(data.to_json(orient="records", double_precision=15))} \
        if isinstance(data, pd.DataFrame) else data


alt.data_transformers.register("records", _records)


def _two(wide, narrow):
    """Both drawings of a chart; the style sheet shows the one that fits its column."""
    return f'<div class="wide-only">{wide}</div><div class="narrow-only">{narrow}</div>'


def two_drawings(chart: alt.TopLevelMixin | dict[str, Any], title: str) -> str:
    """HTML of a chart at the widths of a laptop's and of a phone's column."""
    return _two(*(svg_of(spec, title) for spec in stretched(specification(chart), title)))


def specification(chart: alt.TopLevelMixin | dict[str, Any]) -> dict[str, Any]:
    """What Altair makes of a chart, as Vega-Lite reads it; one that is finished stays."""
    if isinstance(chart, dict):
        return chart
    with alt.data_transformers.enable("records"):
        return json.loads(chart.to_json())


def stretched(spec: dict[str, Any], title: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two copies of a specification whose drawings are WIDE and NARROW: plots are stretched, axes and words stay.

    Raises what ``svg_of`` raises.
    """
    plots = _plots_width(spec)
    if not plots:
        return spec, spec
    spec = _stretch(_copy(spec), max(1, WIDE / plots))      # wider than a title: what the plots add are axes and labels
    plots = _plots_width(spec)
    drawn = float(svg_of(spec, title).split('viewBox="0 0 ')[1].split()[0])
    wide, narrow = (_stretch(_copy(spec), (width - drawn + plots) / plots) for width in (WIDE, NARROW))
    return wide, narrow


def _copy(spec):
    return json.loads(json.dumps(spec))


def _plots_width(spec):
    """Width of the plots of a specification beside each other, in px; 0 where that can't be said."""
    if "hconcat" in spec:
        return sum(map(_plots_width, spec["hconcat"]))
    if "vconcat" in spec:
        return max(map(_plots_width, spec["vconcat"]))
    width = spec.get("width", spec.get("config", {}).get("view", {}).get("continuousWidth", 300))
    return width if ("mark" in spec or "layer" in spec) and isinstance(width, int | float) else 0


def _stretch(spec, by):
    """The specification with its plots, and what stands at a pixel or in a range of pixels of the x axis, stretched."""
    for part in [*spec.get("hconcat", []), *spec.get("vconcat", [])]:
        _stretch(part, by)
    if "mark" in spec or "layer" in spec:
        inside, spec["width"] = _plots_width(spec), round(_plots_width(spec) * by)
        for view in _layers(spec):
            for x in (view.get("encoding", {}).get(name, {}) for name in ("x", "x2")):
                if isinstance(x.get("value"), int | float) and x["value"] > 0:
                    x["value"] = round(min(x["value"], inside) * by + max(x["value"] - inside, 0), 1)
                if isinstance((x.get("scale") or {}).get("range"), list):
                    x["scale"]["range"] = [round(v * by, 1) for v in x["scale"]["range"]]
    return spec


def draw(spec: str) -> str:
    """SVG of a Vega-Lite specification (JSON). ValueError for what Vega can't draw. A build draws elsewhere: see
    _ext/drawers.py."""
    return vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)


def svg_of(chart: alt.TopLevelMixin | dict[str, Any], title: str) -> str:
    """Inline SVG of an Altair chart, or of its finished specification, with an accessible name and sizes left to CSS.

    Raises SchemaValidationError for an option that Vega-Lite does not have: ``alt.X(…).scale(…)`` takes any name.
    Raises ValueError if the chart draws no mark: a misspelt field or an empty table leaves bare axes, and no error.
    """
    svg = draw(json.dumps(specification(chart)))
    tree = ElementTree.fromstring(re.sub(r' xmlns(:\w+)?="[^"]*"', "", svg))
    marks = (part for group in tree.iter("g") if "role-mark" in group.get("class", "") for part in group.iter())
    if not any(part.get("d") or part.tag in ("text", "line") for part in marks):
        raise ValueError(f"the chart '{title}' draws nothing: check the names of its fields and that its data are not "
                         "empty")
    _slim(tree)
    tree.attrib = {"viewBox": tree.attrib["viewBox"], "role": "img", "aria-label": title}
    return ElementTree.tostring(tree, encoding="unicode", short_empty_elements=True)


_DROPPED = ("class", "role", "font-family", "pointer-events", "stroke-miterlimit",
            "aria-label", "aria-roledescription", "aria-hidden")
_DEFAULTS = {"opacity": "1", "fill-opacity": "1", "stroke-opacity": "1", "font-weight": "normal", "stroke-width": "1",
             "stroke-dasharray": "1,0", "transform": "translate(0,0)"}


def _slim(node):
    """Drop what draws nothing, shorten numbers, draw equal lines as one path, say equal things once: layout costs by
    the node."""
    for name in list(node.attrib):
        if name in _DROPPED or _DEFAULTS.get(name) == node.get(name):
            del node.attrib[name]
        elif "opacity" not in name:                                # tenths of a pixel do; an opacity of 0.45 stays
            node.set(name, re.sub(r"\d+\.\d+", lambda m: f"{float(m[0]):.1f}".removesuffix(".0"), node.get(name)))
    kept = []
    for child in list(node):
        _slim(child)
        node.remove(child)
        draws = child.get("fill", child.get("stroke")) is not None or child.tag not in ("path", "rect", "line")
        if not draws or child.get("display") == "none" or (child.tag == "g" and not len(child)):
            continue
        kept += list(child) if child.tag == "g" and not child.attrib else [child]
    node.extend(_join_lines(kept))
    _hoist(node)


def _join_lines(nodes):
    """Neighbouring <line> elements of one look become one <path>."""
    joined = []
    for node in nodes:
        if node.tag == "line":
            x, y = (re.findall(r"-?[\d.]+", node.attrib.pop("transform", "")) + ["0", "0"])[:2]
            step = f"M{x},{y}l{node.attrib.pop('x2', '0')},{node.attrib.pop('y2', '0')}"
            if joined and joined[-1].get("joined") and \
                    {k: v for k, v in joined[-1].items() if k not in ("d", "joined")} == node.attrib:
                joined[-1].set("d", joined[-1].get("d") + step)
                continue
            node.tag = "path"
            node.attrib |= {"d": step, "joined": "yes"}
        joined.append(node)
    for node in joined:
        node.attrib.pop("joined", None)
    return joined


def _hoist(node):
    """Attributes that all children share move to their parent group."""
    if node.tag != "g" or len(node) < 2:
        return
    for name in ("fill", "stroke", "stroke-width", "font-size",
                 "text-anchor"):    # not opacity: it means else on a group
        values = {child.get(name) for child in node}
        if len(values) == 1 and None not in values and node.get(name) in (None, "none"):
            node.set(name, values.pop())
            for child in node:
                del child.attrib[name]


def single(**fields: Any) -> alt.Chart:
    """A chart of one row: a word, a mark or a line that stands for itself."""
    return alt.Chart(pd.DataFrame([fields]))


def either(test: str, then: Any, otherwise: Any) -> Any:
    """One look where an expression of Vega holds, another elsewhere."""
    return alt.condition(test, alt.value(then), alt.value(otherwise))


def stacked(*panels: alt.LayerChart, spacing: int = 38, start: int = 38) -> alt.VConcatChart:
    """Panels below each other, their plots aligned; ``start``: px left of the plots at least, room for the widest
    axis."""
    return alt.vconcat(*panels, spacing=spacing, bounds="flush").configure_axisY(minExtent=start)


def stacked_specifications(*panels: dict[str, Any], spacing: int = 38, start: int = 38) -> dict[str, Any]:
    """``stacked`` for panels that are finished, of which some stand in many drawings: each is made and checked once."""
    shared = ("$schema", "config", "datasets")
    return {"$schema": panels[0]["$schema"], "config": panels[0]["config"] | {"axisY": {"minExtent": start}},
            "datasets": {name: rows for panel in panels for name, rows in panel["datasets"].items()},
            "vconcat": [{key: panel[key] for key in panel if key not in shared} for panel in panels],
            "spacing": spacing, "bounds": "flush"}


def columns_axis(title: str | None = "Column of Table 1 (day)", labels: bool = True, of: str = "place:Q") -> alt.X:
    """The x axis of Table 1: columns are 0 … 9, labelled 1, 2, 3a … 13."""
    columns = list(LETTER.columns)
    return alt.X(of).title(title).scale(domain=[-0.4, len(columns) - 0.6]).axis(
        values=list(range(len(columns))), labelExpr=f"{columns}[datum.value]", labels=labels, domain=labels,
        labelOverlap=False)


def break_mark(height: int, x: alt.X) -> alt.Chart:
    """Two strokes on the axis where a day or more has no column: between columns 8 and 13."""
    gaps = [n + 0.5 for n, gap in enumerate(LETTER.gaps) if gap is None or gap > 1]
    return alt.Chart(pd.DataFrame({"place": gaps})).mark_text(text="//", fontSize=12, color=MUTED) \
        .encode(x=x, y=alt.value(height))
