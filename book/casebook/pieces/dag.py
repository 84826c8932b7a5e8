"""The causal graph as a piece of the page: a drawing, switches for its arrows, and what follows, in words.

One object, two faces. On the site: checkboxes, an SVG whose arrows show and hide, and dag.js, which looks the words of
a state up in ``causal.implications`` and says what is new and what is gone. Without script: the first graph, and all
prepared ones in a table. In JupyterLab: the same behind ipywidgets.
"""

import json
from math import hypot

from markupsafe import Markup

from casebook.display.text import template
from casebook.display.two_faces import TwoFaces
from casebook.models import causal

START = causal.PREPARED["The story as told"]

PLACES = {"time": (70, 26), "severity": (190, 26), "fever": (316, 62), "IVIG": (62, 108), "inotropes": (306, 120),
          "pulse": (116, 200), "anakinra": (254, 200), "recovery": (166, 296), "ProBNP": (52, 376),
          "published": (172, 376), "EF": (306, 376)}
WIDTHS = {"time": 114, "severity": 92, "fever": 52, "IVIG": 48, "inotropes": 72, "pulse": 98, "anakinra": 78,
          "recovery": 80, "ProBNP": 68, "published": 80, "EF": 44}
HALF = 15
"""Centres and widths of the boxes; half their height."""

ROUTES = {("time", "severity"): ((127, 26), (144, 26)), ("severity", "fever"): ((236, 34), (290, 54)),
          ("severity", "inotropes"): ((222, 41), (284, 105)), ("severity", "IVIG"): ((160, 41), (80, 93)),
          ("severity", "pulse"): ((179, 41), (157, 185)), ("severity", "anakinra"): ((203, 41), (245, 185)),
          ("severity", "recovery"): ((188, 41), (186, 160), (174, 281)),
          ("pulse", "anakinra"): ((165, 200), (215, 200)),
          ("pulse", "recovery"): ((128, 215), (150, 281)), ("anakinra", "recovery"): ((240, 215), (190, 281)),
          ("IVIG", "recovery"): ((48, 123), (46, 270), (126, 290)),
          ("time", "recovery"): ((22, 41), (2, 310), (126, 302)),
          ("recovery", "ProBNP"): ((140, 311), (74, 361)), ("recovery", "published"): ((168, 311), (171, 361)),
          ("recovery", "EF"): ((200, 311), (286, 361)), ("inotropes", "EF"): ((306, 135), (306, 361)),
          ("anakinra", "published"): ((264, 215), (262, 320), (206, 361))}
"""From, to, or from, bend, to, of each arrow."""

SAYS = {"a": 0.55, "b": 0.45, "c": 0.45, "d": 0.4, "e": 0.3, "f": 0.62, "g": 0.3}
"""Where along its arrow a letter stands."""


def _arrow(points, key=None, on=True):
    """SVG of one arrow; an optional one carries its letter, and may be off."""
    (x1, y1), *bend, (x2, y2) = points
    bx, by = bend[0] if bend else ((x1 + x2) / 2, (y1 + y2) / 2)
    length = hypot(x2 - bx, y2 - by)
    along_x, along_y = 8 * (x2 - bx) / length, 8 * (y2 - by) / length                # along the head, which is 8 long
    neck_x, neck_y = x2 - along_x, y2 - along_y
    number = lambda *xy: ",".join(f"{v:.1f}" for v in xy)
    left, right = (number(neck_x + side * along_y / 2, neck_y - side * along_x / 2) for side in (1, -1))
    line = f'<path class="line" d="M{number(x1, y1)}Q{number(bx, by)} {number(neck_x, neck_y)}"/>'
    head = f'<path class="head" d="M{number(x2, y2)}L{left}L{right}Z"/>'
    if key is None:
        return f'<g class="fixed">{line}{head}</g>'
    t = SAYS[key]
    x, y = ((1 - t) ** 2 * a + 2 * t * (1 - t) * b + t * t * c for a, b, c in zip((x1, y1), (bx, by), (x2, y2)))
    letter = f'<circle cx="{x:.0f}" cy="{y:.0f}" r="9"/><text x="{x:.0f}" y="{y + 4:.0f}">{key}</text>'
    return f'<g class="optional{"" if on else " off"}" data-arrow="{key}">{line}{head}{letter}</g>'


def drawing(on: str = START) -> str:
    """SVG of the graph with the switches ``on``."""
    arrows = [_arrow(ROUTES[edge]) for edge in causal.FIXED]
    arrows += [_arrow(ROUTES[a, b], key, key in on) for key, (a, b, _) in causal.OPTIONAL.items()]
    chosen = causal.SELECTION if causal.SELECT in on else None
    boxes = [f'<g class="node{" chosen" * (node == chosen)}" data-node="{node}">'
             f'<rect x="{x - WIDTHS[node] / 2:.0f}" y="{y - HALF}" width="{WIDTHS[node]}" height="{2 * HALF}" rx="5"/>'
             f'<text x="{x}" y="{y + 4}">{causal.name(node)}</text></g>' for node, (x, y) in PLACES.items()]
    day = ('<rect class="stamp" x="58" y="158" width="244" height="64" rx="8"/>'
           '<text class="stamp-text" x="66" y="175">printed day 3</text>')
    return (f'<svg viewBox="0 0 348 396" role="img" aria-label="Causal graph of the case">{day}'
            f'{"".join(arrows)}{"".join(boxes)}</svg>')


def described() -> str:
    """The graph as a sentence for listeners: fixed arrows, then where the optional ones would run."""
    named = [f"{causal.name(a)} to {causal.name(b)}" for a, b in causal.FIXED]
    return (f"Fixed arrows: {'; '.join(named)}. Seven more, lettered a to g, appear when they are switched on. "
            "Steroid pulse and anakinra share a frame: one printed day, under the core rules.")


class DagBuilder(TwoFaces):
    """The graph with its switches; show it as the last value of a cell."""

    title = "Causal graph of the case"

    def switches(self) -> list[tuple[str, str, bool]]:
        """(letter, label, on at the start) of each switch."""
        arrows = [(k, f"{causal.name(a)} → {causal.name(b)}: {says}", k in START)
                  for k, (a, b, says) in causal.OPTIONAL.items()]
        return [*arrows, (causal.SELECT, "look at published cases only", causal.SELECT in START)]

    def prepared(self) -> list[dict]:
        """Rows of the table of prepared graphs: name, letters, words."""
        return [{"name": title, "on": on, "letters": ", ".join(on), "among": causal.among_children(on),
                 "child": causal.in_this_child(on)} for title, on in causal.PREPARED.items()]

    def arrows(self) -> list[dict[str, str]]:
        """Rows of the table of arrows."""
        stamped = lambda node: f"{causal.name(node)} ({causal.STAMPS[causal.NODES[node][1]]})"
        every = [("fixed", *edge, "") for edge in causal.FIXED] + [(k, *v) for k, v in causal.OPTIONAL.items()]
        return [{"key": k, "from": stamped(a), "to": stamped(b), "says": says} for k, a, b, says in every]

    def static_html(self) -> str:
        """The piece as HTML, complete without script."""
        data = json.dumps(causal.implications(), separators=(",", ":"), ensure_ascii=False).replace("</", "<\\/")
        return template("dag.html").render(
            dag=self, drawing=Markup(drawing()), described=described(), data=Markup(data), start=START,
            among=causal.among_children(START), child=causal.in_this_child(START))
