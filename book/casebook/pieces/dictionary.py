"""The data dictionary, made from data/datapackage.json: a page of the book and data/README.md."""

import pandas as pd
from markupsafe import Markup, escape

from casebook.display.html_table import Html, table_html
from casebook.display.text import render
from casebook.models.placements import CORE, TREATMENTS, admissible, placements
from casebook.tables.resources import PACKAGE
from casebook.tables.table1 import COLUMNS, load, parameters
from casebook.tables.values import anchor
from casebook.tables.wording import unit_text


def columns_table(resource_name: str = "table1") -> pd.DataFrame:
    """Every column of one resource with type and meaning, as a DataFrame."""
    fields = next(r for r in PACKAGE.descriptor["resources"] if r["name"] == resource_name)["schema"]["fields"]
    return pd.DataFrame([{"Column": f["name"], "Type": f["type"], "Meaning": f["description"]} for f in fields])


def parameters_table() -> pd.DataFrame:
    """Every row of Table 1 with unit, number of values, LOINC code, meaning and doubt, as a DataFrame."""
    p = parameters().reset_index()
    return pd.DataFrame({"Parameter": p.parameter, "Unit": [unit_text(u) for u in p.unit], "Values": p.cells,
                         "LOINC": [f"{c} ({s})" if c else "" for c, s in zip(p.loinc, p.loinc_source)],
                         "Reports": p.meaning, "Doubt": p.doubt})


def doubts_table() -> pd.DataFrame:
    """Doubts about the table as a whole, as a DataFrame."""
    return pd.DataFrame([{"Doubt": d["doubt"], "Why it matters": d["matters"]} for d in PACKAGE.descriptor["doubts"]])


def core_columns() -> dict:
    """For each treatment token, the columns it may stand in under the core rules: (parameter, position) -> labels."""
    allowed = {}
    for placement in placements(CORE):
        for drug in TREATMENTS:
            for position, column in enumerate(placement[drug], 1):
                allowed.setdefault((drug, position), set()).add(column)
    return {key: sorted(columns, key=COLUMNS.index) for key, columns in allowed.items()}


def values_html() -> str:
    """The 104 values as an HTML table with one anchor each: token, row, position, placement, columns, flag."""
    core, body = core_columns(), []
    for row in load().to_dict("records"):
        by_order = admissible(row["parameter"], row["position"])
        narrowed = core.get((row["parameter"], row["position"]), "")
        cells = [f'<span data-placement="{row["placement"]}">{escape(row["printed"])}</span>', unit_text(row["unit"]),
                 row["column"], row["placement"], " ".join(by_order), " ".join(narrowed), escape(row["flag"])]
        body.append(f'<tr id="{anchor(row)}"><th scope="row">{escape(row["parameter"])}, {row["position"]}</th>'
                    + "".join(f"<td>{c}</td>" for c in cells) + "</tr>")
    head = ["Row, position", "Printed", "Unit", "Column (reference)", "Placement", "May stand in, by order",
            "… under the core rules", "Flag"]
    return ('<div class="scroll" role="group" aria-label="All 104 values" tabindex="0"><table class="case-table '
            'values"><caption>All 104 values</caption>'
            "<thead><tr>" + "".join(f'<th scope="col">{h}</th>' for h in head)
            + f"</tr></thead><tbody>{''.join(body)}</tbody></table></div>")


def show_parameters() -> Html:
    """The rows of Table 1, to be shown by a cell, with the sources of the LOINC codes as links."""
    frame, p = parameters_table(), parameters()
    frame["LOINC"] = [Markup(f"{code} {render(f'[@{key}]', inline=True)}") if code else ""
                      for code, key in zip(p.loinc, p.loinc_source)]
    return table_html(frame, "Rows of Table 1")


def show_values() -> Html:
    """The 104 values, to be shown by a cell."""
    return Html(values_html())


def readme() -> str:
    """data/README.md: the dictionary as Markdown."""
    package = PACKAGE.descriptor
    parts = [f"# {package['title']}", package["description"],
             "Made from `datapackage.json` by `make dictionary`; change the descriptor, not this file."]
    for r in package["resources"]:
        parts += [f"## `{r['path']}`", r["description"], _markdown(columns_table(r["name"]))]
    parts += ["## The rows of Table 1",
              "Plausible ranges in `parameters.csv` guard against damage; they are not normal limits. "
              "A LOINC code stands only where a source confirms one.", _markdown(parameters_table()),
              "## Doubts kept visible", _markdown(doubts_table()),
              "## Reference placement",
              "`column` is a reconstruction for teaching, not the authors' table: treatments at the earliest starts "
              "that meet nine rules, CRP blank on day 6, procalcitonin on 1, 2, 3a, 3b, 5, 8, 13, "
              "the echo rows blank on 6 and 8. "
              "Which columns a value could stand in is computed (`casebook.placements`), not stored."]
    return "\n\n".join(parts) + "\n"


def _markdown(frame):
    clean = frame.map(lambda c: str(c).replace("|", "\\|"))
    lines = [list(frame.columns), ["---"] * len(frame.columns), *clean.values.tolist()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    print(readme(), end="")
