"""Her record as one figure that grows: lanes of drugs, one large row, small rows, all on the columns' own grid.

The SVG is written by hand, not by Altair: each column is a group of its own, which the page shows once its step is
open, and the grid is that of the rail of days above it. Marks are those of ``charts.case``: solid printed, hollow
reconstructed with a bar, arrow at a limit.
"""

from collections.abc import Mapping
from html import escape
from math import ceil, floor, log10
from typing import NamedTuple

import pandas as pd

from casebook.charts.case import NOT_GIVEN, numbers_of, placed, rows_of
from casebook.display.figure import ACCENT, GRID, INK, MUTED, PAPER, PULSE, SECOND
from casebook.display.html_table import Html
from casebook.display.spoken import course
from casebook.models import heart
from casebook.tables.case_folder import LETTER, Case
from casebook.tables.tokens import ABOVE, BELOW
from casebook.tables.values import marked
from casebook.tables.wording import in_columns, listed, unit_text


class Size(NamedTuple):
    """Pixels of one drawing: ``gutter`` left and ``after`` right of the columns, heights of a lane and of rows."""

    width: int
    gutter: int
    after: int
    lane: int
    gap: int
    large: int
    small: int
    type: int
    dot: float


WIDE, NARROW = Size(560, 122, 54, 20, 4, 168, 74, 12, 5), Size(344, 77, 27, 14, 2, 74, 46, 11, 4)
ROOM = Size(1080, 232, 60, 33, 4, 210, 70, 30, 9)
"""For a projector: its type is legible in the back row."""
_SHORT = {"methylprednisolone": "methylpred.", "procalcitonin": "procalcit."}
KEY = (
    '<p class="legend-line"><span class="mark solid" aria-hidden="true"></span> printed '
    '<span class="mark hollow" aria-hidden="true"></span> reconstructed '
    '<span class="wide-only"><span class="mark span" aria-hidden="true"></span> columns it may stand in '
    '<span aria-hidden="true">↓</span> below a limit</span></p>')


def bedside(table: pd.DataFrame, through: str | None = None, case: Case = LETTER, given: str | None = None,
            room: bool = False) -> Html:
    """The record of a case through a column, which the figure does not look beyond; None: the whole case.

    ``table`` as from ``table1.load``. ``given`` is a column of which the treatments are known, too, but no measurement.
    The whole comes with its words for each column; stepper.js hides what is not known yet. ``room`` draws it large,
    without the rows and values that open below.
    """
    columns = case.columns[:case.columns.index(through) + 1] if through else () if given is not None else case.columns
    last = columns[-1] if columns else None
    title = escape("The whole case" if last == case.columns[-1] else
                   f"The record through column {last}" if last else "The record")

    if room:
        return Html(f'<figure class="chart chart-bedside" aria-label="{title}">'
                    f'{_drawing(table, ROOM, title, columns, given, case, False)}'
                    f'<p class="visually-hidden">{escape(said(table, last, case))}</p>'
                    f'{KEY if case.lost_blanks else ""}</figure>')

    def both(name, more):
        wide, narrow = (_drawing(table, size, name, columns, given, case, more) for size in (WIDE, NARROW))
        return f'<div class="wide-only">{wide}</div><div class="narrow-only">{narrow}</div>'

    steps = [] if through or given is not None else case.columns[:-1]
    words = "".join(f'<p hidden data-said="{escape(step)}">{escape(said(table, step, case))}</p>' for step in steps)
    return Html(
        f'<figure class="chart chart-bedside" aria-label="{title}"><figcaption>{title}</figcaption>{both(title, False)}'
        f'<p class="visually-hidden" data-description>{escape(said(table, last, case))}</p>{words}'
        f'{KEY if case.lost_blanks else ""}<details class="numbers"><summary>More rows and values</summary>'
        f'{both(f"{title}: more rows", True)}{so_far(table, columns, case)}</details></figure>')


def rows_drawn(case: Case) -> tuple[str, tuple[str, ...]]:
    """The large row of a case and the small ones: ProBNP, EF and CRP for the letter."""
    large = "ProBNP" if "ProBNP" in case.charted else next(iter(case.charted), "")
    first = [row for row in ("EF", "CRP") if row in case.charted and row != large]
    return large, tuple(first or [row for row in case.charted if row != large][:2])


def given_rows(case: Case) -> tuple[str, ...]:
    """Rows that are treatments: those that are placed, then the others."""
    rows = case.parameters.index[case.parameters["kind"].isin(("infusion", "daily drug"))]
    return (*case.treatments, *(row for row in rows if row not in case.treatments))


# ---- words and numbers ----


def said(table: pd.DataFrame, through: str | None, case: Case = LETTER) -> str:
    """What the figure shows through a column, in words: what was given, how the drawn rows ran, what is printed."""
    if through is None:
        return "Nothing is measured yet: lanes for treatments above line charts, all empty, on the table's columns."
    if through == case.columns[-1]:
        return _whole(table, case)
    here = table[(table["column"] == through) & table["parameter"].isin(given_rows(case))]
    running = listed(f"{row.parameter} {row.printed}" for row in here.itertuples()) or "none"
    parts = [f"Treatments in column {through}: {running}."]
    large, small = rows_drawn(case)
    for name in filter(None, (large, *small)):
        rows = numbers_of(table, name, through, case)
        if len(rows):
            parts.append(f"{name[0].upper()}{name[1:]} {course(rows)}, {rows['placement'].iloc[0]}.")
    return " ".join(parts)


def _whole(table, case):
    """The whole case in words: what starts together, the course of the score and of every charted row."""
    parts = [f"Lanes of treatments above line charts, all on the same columns of {case.table_name}."]
    if case.suspect and case.pulsed:
        row = table[table["parameter"] == case.pulsed]
        pulse = row.loc[row["value"].idxmax(), "column"]
        second = table.loc[table["parameter"] == case.suspect, "column"].iloc[0]
        together = f"one column, {pulse}" if pulse == second else f"columns {pulse} and {second}"
        parts.append(f"In this reconstruction the first {row['value'].max():g} mg/kg pulse and the first "
                     f"{case.suspect} stand in {together}.")
    if heart.vis_weights(case):
        scores, last = heart.vis_by_column(table, case=case), case.columns[-1]
        top = max(scores.values())
        parts.append(f"VIS is highest, {top:g}, in {in_columns(c for c, v in scores.items() if v == top)}, "
                     f"and {scores[last]:g} in column {last}.")
    parts += [f"{p[0].upper()}{p[1:]} {course(numbers_of(table, p, case=case))}." for p in case.charted]
    certain = [p for p in case.charted if placed(table, [p]) == "printed"]
    parts.append(f"Printed columns: {listed(certain) or 'none'}. "
                 + ("All other columns are a reconstruction." if case.lost_blanks else "All columns are printed."))
    return " ".join(parts)


def why(row: Mapping, table: pd.DataFrame, case: Case = LETTER) -> str:
    """What is certain of one value and what isn't: token, position, admissible columns, flag; no other value."""
    rows = rows_of(table[table["parameter"] == row["parameter"]], row["parameter"], case=case)
    mine = rows[rows["position"] == row["position"]].iloc[0]
    unit = f" {unit_text(row['unit'])}" if row["unit"] else ""
    where = (f"Its row has a value for every column, so column {row['column']} is certain."
             if row["placement"] == "printed" else
             f"Our copy lost the row's blank cells: column {row['column']} is our reconstruction."
             + f" By printed order alone it may stand in columns {mine['span']}." * int(mine["from"] < mine["to"]))
    flag = f" Flag: {row['flag']}." if row["flag"] else ""
    return (f"{row['parameter']}: printed “{row['printed']}”{unit}, value {row['position']} of {len(rows)} in its row. "
            f"{where}{flag}")


def so_far(table: pd.DataFrame, columns: tuple[str, ...], case: Case = LETTER) -> str:
    """Every value of the columns as a wide HTML table; a cell says by ``data-c`` in which place its column stands."""
    cells, at = {(row["parameter"], row["column"]): row for row in table.to_dict("records")}, case.columns.index
    body = ""
    for name in case.parameters.index:
        there = [c for c in columns if (name, c) in cells]
        if not there:
            continue
        unit = case.parameters.unit[name]
        head = escape(name) + (f" <span class=unit>{escape(unit_text(unit))}</span>" if unit else "")
        body += f'<tr data-c="{at(there[0])}"><th scope="row">{head}</th>'
        for c in columns:
            row = cells.get((name, c))
            body += f'<td data-c="{at(c)}" data-why="{escape(why(row, table, case))}">{marked(row, case=case)}</td>' \
                if row else f'<td data-c="{at(c)}"></td>'
        body += "</tr>"
    if heart.vis_weights(case) and columns:
        how, scores = placed(table, heart.vis_weights(case)), heart.vis_by_column(table, case=case)
        body += '<tr class="vis" data-c="0"><th scope="row">VIS, computed</th>' + "".join(
            f'<td data-c="{at(c)}"><span data-placement="{how}">{scores[c]:g}</span></td>' for c in columns) + "</tr>"
    head = "".join(f'<th scope="col" data-c="{at(c)}">{escape(c)}</th>' for c in columns)
    return ('<div class="scroll" role="group" aria-label="All values so far, by column" tabindex="0">'
            '<table class="case-table so-far"><caption>All values so far, by column</caption> '
            f'<thead><tr><th scope="col">Row</th>{head}</tr></thead><tbody>{body}</tbody></table></div>')


# ---- drawing ----


def _text(x, y, words, **look):
    return f"<text x={_n(x)} y={_n(y)}{_look(look)}>{words}</text>"


def _tag(tag, **look):
    return f"<{tag}{_look(look)}/>"


def _path(d, **look):
    return _tag("path", d=d, **look)


def _look(look):
    return "".join(f' {key.strip("_").replace("_", "-")}={_n(value)}' for key, value in look.items()
                   if value is not None)


def _n(value):
    return f'"{round(value, 1):g}"' if isinstance(value, float) else f'"{value}"'


def _drawing(table, size, title, columns, given, case, more):
    """One SVG; what belongs to a column stands in its group, treatments apart from measurements. ``more``: the rows
    that the figure leaves out."""
    places = range(len(case.columns))
    step = (size.width - size.gutter - size.after) / len(places)
    right, x = size.width - size.after, lambda place: size.gutter + step * (place + 0.5)
    groups = [{"given": "", "measured": ""} for _ in places]
    back, y = "", 4.0
    large, small = rows_drawn(case)
    first = small[:1 if size is NARROW else 2]
    below = 8 if size is NARROW and not more else 16
    if more:
        drawn = [numbers_of(table, row, case=case) for row in case.charted if row not in (large, *first)]
        drawn += [_score(table, case)] if heart.vis_weights(case) else []
    else:
        for drug in given_rows(case):
            _lane(table, drug, size, step, y, groups, case)
            y += size.lane + size.gap
        drawn = [numbers_of(table, row, case=case) for row in (*[large] * bool(large), *first)]
    for n, rows in enumerate(drawn):
        is_large = not more and n == 0
        height = size.large if is_large else size.small
        back += _row(rows, size, x, y + size.type + 4, height, groups, is_large, right, case.gaps)
        y += height + size.type + below
    body, head = "", 40 if size is ROOM else 0              # elsewhere a rail or a padding holds the columns' names
    for i, column in enumerate(case.columns):
        if len(column) * size.type * 0.56 < step + 4:             # a longer one stands in the rail and the table alone
            back += _text(x(i), -5, escape(column), class_="column", text_anchor="middle", font_weight=600)
        parts = [part for part in groups[i] if groups[i][part]
                 and (column in columns or (column == given and part == "given"))]
        inner = "".join(f'<g data-part="{part}">{groups[i][part]}</g>' for part in parts)
        body += f'<g data-c="{i}">{inner}</g>' if inner else ""
    for i, gap in enumerate(case.gaps):
        if gap not in (0, 1):                                    # columns are as wide as one another, times are not
            length = "?" if gap is None else f"{24 * gap:.3g} h" if gap < 1 else f"{gap:.3g} d"
            back += _text(x(i + 0.5), y + size.type, length, text_anchor="middle", fill=MUTED)
        if gap == 0:                                                          # two columns of one day
            back += _path(f"M{x(i) - step * 0.35:.1f} 1H{x(i + 1) + step * 0.35:.1f}", stroke=MUTED, stroke_width=2)
        elif gap is None or gap > 1:
            back += _path(f"M{x(i + 0.5):.1f} 2V{y:.0f}", stroke=GRID, stroke_width=2, stroke_dasharray="2 4")
    y += size.type + 4 if any(gap not in (0, 1) for gap in case.gaps) else 0
    return (f'<svg role="img" aria-label="{title}" viewBox="0 {-head} {size.width} {y + head:.0f}" '
            f'width="{size.width}" font-size="{size.type}" data-left="{size.gutter}" data-column="{step:.2f}" '
            f'data-right="{right}">{back}{body}</svg>')


def _score(table, case):
    """VIS as a row of the figure."""
    scores = [float(score) for score in heart.vis_by_column(table, case=case).values()]
    places = range(len(scores))
    return pd.DataFrame({"parameter": "VIS", "unit": "", "place": places, "from": places, "to": places, "value": scores,
                         "printed": [f"{score:g}" for score in scores], "qualifier": "=",
                         "placement": placed(table, heart.vis_weights(case))})


def _lane(table, drug, size, step, y, groups, case):
    """Cells of one treatment with their doses; its name appears with its first cell."""
    rows = rows_of(table, drug, case=case)
    colour = SECOND if drug == case.suspect else PULSE if drug == case.pulsed else MUTED
    middle, width, most = y + size.lane / 2 + size.type * 0.36, step - 2, rows["value"].max()
    one_unit = rows["unit"].nunique() == 1                            # doses of two units can't be compared
    name = _text(2, middle, escape(drug if size is WIDE else _SHORT.get(drug, drug)),
                 fill=INK if colour == MUTED else colour)
    for row in rows.itertuples():
        left, cell, name = size.gutter + step * row.place + 1, name, ""
        if row.qualifier in NOT_GIVEN or row.value == 0:
            cell += _path(f"M{left + 1:.1f} {y:.1f}v{size.lane}", stroke=colour, stroke_width=3)
            cell += _text(left + 5, middle, escape(row.printed.lower()) if size is not NARROW else "■", fill=MUTED)
        elif row.placement == "printed" and row.qualifier != "present":
            filled = (size.lane - 1) * (row.value / most if row.value > 0 and one_unit else 1.0)
            cell += _tag("rect", x=left, y=y + size.lane - 0.5 - filled, width=width, height=filled, rx=2, fill=colour,
                         fill_opacity="0.2")
            cell += _tag("rect", x=left, y=y + size.lane - 3.5, width=width, height=3.0, rx=1, fill=colour)
            cell += _dose(row.printed, left, middle - 1, width, size)
        elif row.placement == "printed":
            cell += _tag("rect", x=left, y=y + size.lane * 0.25, width=width, height=size.lane * 0.5, rx=2, fill=colour)
        else:
            filled = (size.lane - 1) * (row.value / most if row.value > 0 and one_unit else 1.0)
            cell += _tag("rect", x=left, y=y + size.lane - 0.5 - filled, width=width, height=filled, rx=2, fill=colour,
                         fill_opacity="0.2")
            cell += _tag("rect", x=left, y=y + 0.5, width=width, height=float(size.lane - 1), rx=3, fill="none",
                         stroke=colour, stroke_width=1.3)
            cell += _dose(row.printed, left, middle, width, size)
        groups[row.place]["given"] += cell


def _dose(printed, left, middle, width, size):
    """What is printed of a dose, within its cell."""
    tight = {"textLength": width - 3, "lengthAdjust": "spacingAndGlyphs"} \
        if len(printed) * size.type * 0.56 > width else {}
    return _text(left + width / 2, middle, escape(printed), text_anchor="middle", font_weight=600, fill=INK, **tight)


def _row(rows, size, x, top, height, groups, large, right, gaps):
    """One row of measurements: its marks into the groups; returned is what stands behind: its name and its grid."""
    low, high = float(rows["value"].min()), float(rows["value"].max())
    if low <= 0.3 * high or rows["qualifier"].isin(BELOW).any():
        low = min(0.0, low)
    else:
        low -= 0.06 * (high - low or 1)
    bottom, solid = top + height, rows["placement"].iloc[0] == "printed"
    place = lambda value: bottom - (height - 2) * (value - low) / ((high - low) or 1)
    back, middle = "", (top + bottom) / 2
    ticks = _ticks(low, high) if large else []
    for tick in ticks:
        back += _path(f"M{size.gutter} {place(tick):.1f}H{right}", stroke=GRID)
        if size is not NARROW or tick in (ticks[0], ticks[-1]):
            back += _text(size.gutter - 6, place(tick) + size.type / 3, f"{tick:g}", text_anchor="end", fill=MUTED)
    if not large:
        back += _path(f"M{size.gutter} {bottom + 4:.1f}H{right}", stroke=GRID)
    name, unit = rows["parameter"].iloc[0], unit_text(rows["unit"].iloc[0])
    back += _text(2, middle, escape(name if size is WIDE else _SHORT.get(name, name)), font_weight=700, fill=ACCENT)
    back += _text(2, middle + size.type + 2, escape(unit), fill=MUTED) if unit else ""
    before = None
    for row in rows.to_dict("records"):
        here_x, here_y, limit, mark = x(row["place"]), place(row["value"]), row["qualifier"] in (*BELOW, *ABOVE), ""
        if before and not limit and None not in gaps[before["place"]:row["place"]]:  # no line over a time nobody knows
            mark += _path(f"M{x(before['place']):.1f} {place(before['value']):.1f}L{here_x:.1f} {here_y:.1f}",
                          stroke=ACCENT, class_="line", stroke_width=3 if large else 1.5,
                          stroke_dasharray=None if solid else "2 4", fill="none")
        if row["from"] < row["to"]:
            mark += _path(f"M{x(row['from']):.1f} {here_y:.1f}H{x(row['to']):.1f}", stroke=ACCENT,
                          stroke_opacity="0.28", stroke_width=size.dot * 1.6, stroke_linecap="round")
        if limit:
            mark += _path(f"M{here_x - 5:.1f} {here_y:.1f}h10m-5 0v9m-4 -4l4 4l4 -4", stroke=ACCENT, stroke_width=2,
                          fill="none")
        else:
            mark += _tag("circle", cx=here_x, cy=here_y, r=float(size.dot + large), fill=ACCENT if solid else PAPER,
                         stroke=PAPER if solid else ACCENT, stroke_width=1.5 if solid else 2)
        falls = large and before and not limit and here_y - place(before["value"]) > 0.15 * height
        right_of, above = (size.dot + 3, 3) if falls else (0, size.dot + 4)      # beside the line, not on it
        mark += _text(here_x + right_of, here_y - above, escape(row["printed"]), class_="value",
                      text_anchor=None if falls else "middle", fill=INK)
        groups[row["place"]]["measured"] += mark
        before = None if limit else row
    return back


def _ticks(low, high):
    """Two to four round values from ``low`` to ``high``."""
    if high <= low:
        return [low]
    first = floor(log10(high - low)) - 1
    step = next(s for s in (10.0**n * m for n in range(first, first + 3) for m in (1, 2, 5)) if (high - low) / s < 4)
    return [step * i for i in range(ceil(low / step), floor(high / step) + 1)]
