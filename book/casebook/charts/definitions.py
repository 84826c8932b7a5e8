"""Four definitions of MIS-C at a glance: which of their top criteria she meets, as far as the letter tells."""

import altair as alt
import pandas as pd

from casebook.display.figure import ACCENT, INK, MUTED, PAPER, SECOND, Figure
from casebook.models import criteria

SIGNS = {True: "✓", False: "✕", None: "?"}


def at_a_glance() -> Figure:
    """A square for each top criterion of each definition: met, not met, cannot tell."""
    rows = []
    for name in dict.fromkeys(criteria.table()["definition"]):
        whole = criteria.evaluate(name, criteria.girl())
        rows += [{"definition": name, "at": n, "criterion": node.text, "sign": SIGNS[node.value],
                  "verdict": criteria.WORDS[node.value], "whole": criteria.WORDS[whole.value]}
                 for n, node in enumerate(whole.children, 1)]
    data = pd.DataFrame(rows)
    words = [criteria.WORDS[value] for value in SIGNS]
    y = alt.Y("definition:N").sort(None).title(None).axis(grid=False, domain=False, labelFontSize=12, labelColor=INK)
    base = alt.Chart(data).encode(x=alt.X("at:Q").axis(None).scale(domain=[0.4, data["at"].max() + 0.6]), y=y)
    squares = base.mark_square(size=620, strokeWidth=1.5, opacity=1).encode(
        fill=alt.Fill("verdict:N").scale(domain=words, range=[ACCENT, SECOND, PAPER]).legend(None),
        stroke=alt.Stroke("verdict:N").scale(domain=words, range=[ACCENT, SECOND, MUTED]).legend(None))
    signs = base.mark_text(fontSize=14, fontWeight="bold", color=PAPER).transform_filter("datum.sign != '?'") \
        .encode(text="sign:N")
    asked = base.mark_text(fontSize=14, fontWeight="bold", color=MUTED).transform_filter("datum.sign == '?'") \
        .encode(text="sign:N")
    asks = data[data["sign"] == "?"].groupby("definition", sort=False)["criterion"].apply("; ".join)
    unknowns = [f"{name} can't tell: {texts}" for name, texts in asks.items()]
    return Figure("In each definition something can't be told" if len(asks) == data["definition"].nunique()
                  else "In some definitions something can't be told",
                  "Squares, a row for each definition, one for each top criterion, for her as the letter tells it. "
                  f"{'. '.join(unknowns)}. Every other criterion is met or not met, as the numbers say.",
                  data[["definition", "criterion", "verdict"]].set_axis(["Definition", "Criterion", "For her"], axis=1),
                  [("Squares", alt.layer(squares, signs, asked).properties(width=240, height=alt.Step(38)))],
                  name="at-a-glance", note="✓ met, ✕ not met, ? cannot tell from what the letter reports.")
