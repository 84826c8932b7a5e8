"""Her record as one figure that grows: lanes of drugs, one large row, small rows, all on the columns' own grid.

The SVG is written by hand, not by Altair: each column is a group of its own, which the page shows once its step is
open, and the grid is that of the rail of days above it. Marks are those of ``charts.case``: solid printed, hollow
reconstructed with a bar, arrow at a limit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from math import floor, log10

import pandas as pd

from casebook.charts.case import NOT_GIVEN, numbers_of, placed, rows_of
from casebook.display.figure import ACCENT, GRID, INK, MUTED, PAPER, PULSE, SECOND, Figure
from casebook.display.spoken import course
from casebook.models import heart
from casebook.tables.case_folder import LETTER, Case
from casebook.tables.tokens import ABOVE, BELOW
from casebook.tables.values import marked
from casebook.tables.wording import in_columns, listed, unit_text


@dataclass(frozen=True)
class Size:
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
_SHORT = {"methylprednisolone": "methylpred.", "procalcitonin": "procalcit."}


@dataclass
class Bedside(Figure):
    """A figure whose drawings are SVG already: one for a laptop, one for a phone. ``said`` are descriptions by step."""

    drawings: tuple[str, str] = ("", "")
    more: tuple[str, str] = ("", "")
    numbers: str = ""
    said: dict[str, str] = field(default_factory=dict)

    def html(self) -> str:
        """The figure as HTML; the page hides what is not known yet."""
        two = lambda drawings: (
            f'<div class="bedside-drawing"><div class="wide-only">{drawings[0]}</div>'
            f'<div class="narrow-only">{drawings[1]}</div></div>'
        )
        steps = "".join(
            f'<p hidden data-said="{escape(step)}">{escape(words)}</p>' for step, words in self.said.items()
        )
        return (
            f'<figure class="chart chart-bedside" aria-label="{escape(self.title)}">'
            f"<figcaption>{escape(self.title)}</figcaption>{two(self.drawings)}"
            f'<p class="visually-hidden" data-description>{escape(self.description)}</p>{steps}{self.note}'
            f'<details class="numbers"><summary>More rows and values</summary>{two(self.more)}{self.numbers}'
            "</details></figure>"
        )


def bedside(table: pd.DataFrame, through: str | None = None, case: Case = LETTER, given: str | None = None) -> Bedside:
    """The record of a case through a column, which the figure does not look beyond; None: the whole case.

    ``table`` as from ``table1.load``. ``given`` is a column of which the treatments are known, too, but no measurement.
    """
    columns = case.columns[: case.columns.index(through) + 1] if through else () if given is not None else case.columns
    last = columns[-1] if columns else None
    title = (
        "The whole case" if last == case.columns[-1] else f"The record through column {last}" if last else "The record"
    )
    return Bedside(
        title,
        said(table, last, case),
        whole_numbers(table, columns, case),
        [],
        note=KEY if case.lost_blanks else "",
        drawings=tuple(_drawing(table, size, title, columns, given, case) for size in (WIDE, NARROW)),
        more=tuple(
            _drawing(table, size, f"{title}: more rows", columns, given, case, more=True) for size in (WIDE, NARROW)
        ),
        numbers=so_far(table, columns, case),
        name="bedside",
        said={} if through or given is not None else {c: said(table, c, case) for c in case.columns[:-1]},
    )


KEY = (
    '<p class="legend-line"><span class="mark solid" aria-hidden="true"></span> printed '
    '<span class="mark hollow" aria-hidden="true"></span> reconstructed '
    '<span class="wide-only"><span class="mark span" aria-hidden="true"></span> columns it may stand in '
    '<span aria-hidden="true">↓</span> below a limit</span></p>'
)


def rows_drawn(case: Case) -> tuple[str, tuple[str, ...]]:
    """The large row of a case and the small ones: ProBNP, EF and CRP for the letter."""
    large = "ProBNP" if "ProBNP" in case.charted else next(iter(case.charted), "")
    first = [row for row in ("EF", "CRP") if row in case.charted and row != large]
    return large, tuple(first or [row for row in case.charted if row != large][:2])


def given_rows(case: Case) -> tuple[str, ...]:
    """Rows that are treatments: those that are placed, then the others."""
    rows = case.parameters.index[case.parameters["kind"].isin(("infusion", "daily drug"))]
    return (*case.treatments, *(row for row in rows if row not in case.treatments))


def said(table: pd.DataFrame, through: str | None, case: Case = LETTER) -> str:
    """What the figure shows through a column, in words: what was given, how the drawn rows ran, what is printed."""
    if through is None:
        return "Nothing is measured yet: lanes for treatments above line charts, all empty, on the table's columns."
    if through == case.columns[-1]:
        return _whole(table, case)
    here = table[(table["column"] == through) & table["parameter"].isin(given_rows(case))]
    running = listed([f"{row.parameter} {row.printed}" for row in here.itertuples()]) if len(here) else "none"
    large, small = rows_drawn(case)
    parts = [f"Treatments in column {through}: {running}."]
    for name in filter(None, (large, *small)):
        rows = numbers_of(table, name, through, case)
        if len(rows):
            parts.append(
                f"{name[0].upper()}{name[1:]} {course(rows)}, {rows['placement'].iloc[0]}."
            )
    return " ".join(parts)


def _whole(table, case):
    """The whole case in words: what starts together, the course of the score and of every charted row."""
    sentences = [
        f"Lanes of treatments above line charts, all on the same columns of {case.table_name}."
    ]
    starts = lambda drug: table[(table["parameter"] == drug)]
    if case.suspect and case.pulsed:
        row = starts(case.pulsed)
        pulse, second = row.loc[row["value"].idxmax(), "column"], starts(case.suspect)["column"].iloc[0]
        together = f"one column, {pulse}" if pulse == second else f"columns {pulse} and {second}"
        sentences.append(
            f"In this reconstruction the first {row['value'].max():g} mg/kg pulse and the first {case.suspect} stand "
            f"in "
            f"{together}."
        )
    if heart.vis_weights(case):
        scores = heart.vis_by_column(table, None, case)
        top = max(scores.values())
        sentences.append(
            f"VIS is highest, {top:g}, in {in_columns(c for c, v in scores.items() if v == top)}, "
            f"and {scores[case.columns[-1]]:g} in column {case.columns[-1]}."
        )
    sentences += [f"{p[0].upper()}{p[1:]} {course(numbers_of(table, p, case=case))}." for p in case.charted]
    certain = [p for p in case.charted if placed(table, [p]) == "printed"]
    sentences.append(
        f"Printed columns: {listed(certain) if certain else 'none'}. "
        + ("All other columns are a reconstruction." if case.lost_blanks else "All columns are printed.")
    )
    return " ".join(sentences)


def why(row: Mapping, table: pd.DataFrame, case: Case = LETTER) -> str:
    """What is certain of one value and what isn't: token, position, admissible columns, flag; no other value."""
    rows = rows_of(table[table["parameter"] == row["parameter"]], row["parameter"], case=case)
    mine = rows[rows["position"] == row["position"]].iloc[0]
    unit = f" {unit_text(row['unit'])}" if row["unit"] else ""
    where = (
        f"Its row has a value for every column, so column {row['column']} is certain."
        if row["placement"] == "printed"
        else f"Our copy lost the row's blank cells: column {row['column']} is our reconstruction."
        + (f" By printed order alone it may stand in columns {mine['span']}." if mine["from"] < mine["to"] else "")
    )
    flag = f" Flag: {row['flag']}." if row["flag"] else ""
    place = f"value {row['position']} of {len(rows)} in its row"
    return f"{row['parameter']}: printed “{row['printed']}”{unit}, {place}. {where}{flag}"


def whole_numbers(table: pd.DataFrame, columns: tuple[str, ...], case: Case) -> pd.DataFrame:
    """The rows of the columns shown, as a table of numbers: parameter, column, value."""
    rows = table[table["column"].isin(columns)]
    if rows.empty:
        return pd.DataFrame({"Row": ["none"], "Column": ["none"], "Value": ["nothing is measured yet"]})
    return pd.DataFrame(
        {
            "Row": rows["parameter"].map(escape),
            "Column": rows["column"].map(escape),
            "Value": [marked(row, case=case) for row in rows.to_dict("records")],
        }
    )


def so_far(table: pd.DataFrame, columns: tuple[str, ...], case: Case = LETTER) -> str:
    """Every value of the columns as a wide HTML table; a cell says by ``data-c`` in which place its column stands."""
    cells = {(row["parameter"], row["column"]): row for row in table.to_dict("records")}
    head = "".join(f'<th scope="col" data-c="{case.columns.index(c)}">{escape(c)}</th>' for c in columns)
    body = ""
    for name in case.parameters.index:
        unit = case.parameters.unit[name]
        first = min((case.columns.index(c) for c in columns if (name, c) in cells), default=None)
        if first is not None:
            head_unit = f" <span class=unit>{escape(unit_text(unit))}</span>" if unit else ""
            body += f'<tr data-c="{first}"><th scope="row">{escape(name)}{head_unit}</th>'
            body += (
                "".join(
                    f'<td data-c="{case.columns.index(c)}"{_why(cells.get((name, c)), table, case)}>'
                    f'{marked(cells[name, c], case=case) if (name, c) in cells else ""}</td>'
                    for c in columns
                )
                + "</tr>"
            )
    if heart.vis_weights(case) and columns:
        how = placed(table, heart.vis_weights(case))
        scores = heart.vis_by_column(table, None, case)
        body += (
            '<tr class="vis" data-c="0"><th scope="row">VIS, computed</th>'
            + "".join(
                f'<td data-c="{case.columns.index(c)}"><span data-placement="{how}">{scores[c]:g}</span></td>'
                for c in columns
            )
            + "</tr>"
        )
    return (
        '<div class="scroll" role="group" aria-label="All values so far, by column" tabindex="0">'
        '<table class="case-table so-far"><caption>All values so far, by column</caption> '
        f'<thead><tr><th scope="col">Row</th>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _why(row, table, case):
    return f' data-why="{escape(why(row, table, case))}"' if row else ""


# ---- drawing ----


def _text(x, y, words, **look):
    return f"<text x={_n(x)} y={_n(y)}{_look(look)}>{words}</text>"


def _tag(name, **look):
    return f"<{name}{_look(look)}/>"


def _look(look):
    return "".join(
        f' {key.strip("_").replace("_", "-")}={_n(value)}' for key, value in look.items() if value is not None
    )


def _n(value):
    return f'"{round(value, 1):g}"' if isinstance(value, float) else f'"{value}"'


def _colour(drug, case):
    return SECOND if drug == case.suspect else PULSE if drug == case.pulsed else MUTED


def _drawing(table, size, title, columns, given, case, more=False):
    """One SVG; what belongs to a column stands in its group, treatments apart from measurements."""
    count = len(case.columns)
    step = (size.width - size.gutter - size.after) / count
    right, x = size.width - size.after, lambda i: size.gutter + step * (i + 0.5)
    groups = {i: {"given": "", "measured": ""} for i in range(count)}
    back, y = "", 4.0
    large, small = rows_drawn(case)
    first = small[: 2 if size is WIDE else 1]
    if more:
        drawn = [(row, size.small) for row in case.charted if row not in (large, *first)]
    else:
        for drug in given_rows(case):
            _lane(table, drug, size, step, y, groups, case)
            y += size.lane + size.gap
        drawn = [(large, size.large)] * bool(large) + [(row, size.small) for row in first]
    for name, height in drawn:
        rows = numbers_of(table, name, case=case)
        back += _row(rows, size, x, y + size.type + 4, height, groups, name == large, right, case.gaps)
        y += height + size.type + (16 if size is WIDE else 8)
    if more and heart.vis_weights(case):
        back += _row(_score(table, case), size, x, y + size.type + 4, size.small, groups, False, right, case.gaps)
        y += size.small + size.type + 16
    body = ""
    for i, column in enumerate(case.columns):
        parts = [part for part in ("given", "measured") if column in columns or (column == given and part == "given")]
        inner = "".join(f'<g data-part="{part}">{groups[i][part]}</g>' for part in parts if groups[i][part])
        body += f'<g data-c="{i}">{inner}</g>' if inner else ""
    twins = [i for i in range(count - 1) if case.gaps[i] == 0]
    back += "".join(
        _tag("path", d=f"M{x(i) - step * 0.35:.1f} 1H{x(i + 1) + step * 0.35:.1f}", stroke=MUTED, stroke_width=2)
        for i in twins
    )
    breaks = [i for i in range(count - 1) if case.gaps[i] is None or case.gaps[i] > 1]
    back += "".join(
        _tag("path", d=f"M{x(i) + step / 2:.1f} 2V{y:.0f}", stroke=GRID, stroke_width=2, stroke_dasharray="2 4")
        for i in breaks
    )
    return (
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {size.width} {y:.0f}" width="{size.width}" '
        f'font-size="{size.type}" data-left="{size.gutter}" data-column="{step:.2f}" data-right="{right}">'
        f"{back}{body}</svg>"
    )


def _score(table, case):
    """VIS as a row of the figure."""
    scores = heart.vis_by_column(table, None, case)
    places = range(len(scores))
    return pd.DataFrame(
        {
            "parameter": "VIS",
            "unit": "",
            "place": places,
            "from": places,
            "to": places,
            "value": [float(v) for v in scores.values()],
            "printed": [f"{v:g}" for v in scores.values()],
            "qualifier": "=",
            "placement": placed(table, heart.vis_weights(case)),
        }
    )


def _lane(table, drug, size, step, y, groups, case):
    """Cells of one treatment with their doses; its name appears with its first cell."""
    rows, colour = rows_of(table, drug, case=case), _colour(drug, case)
    middle = y + size.lane / 2 + size.type * 0.36
    most, named = rows["value"].max(), False
    for row in rows.itertuples():
        left, width, cell = size.gutter + step * row.place + 1, step - 2, ""
        if not named:
            name = drug if size is WIDE else _SHORT.get(drug, drug)
            cell, named = _text(2, middle, escape(name), fill=INK if colour == MUTED else colour), True
        if row.qualifier in NOT_GIVEN or row.value == 0:
            cell += _tag("path", d=f"M{left + 1:.1f} {y:.1f}v{size.lane}", stroke=colour, stroke_width=3)
            cell += _text(left + 5, middle, escape(row.printed.lower()) if size is WIDE else "■", fill=MUTED)
        elif row.placement == "printed":
            cell += _tag("rect", x=left, y=y + size.lane * 0.25, width=width, height=size.lane * 0.5, rx=2, fill=colour)
        else:
            full = row.value / most if row.value > 0 else 1.0
            filled = (size.lane - 1) * full
            cell += _tag(
                "rect",
                x=left,
                y=y + size.lane - 0.5 - filled,
                width=width,
                height=filled,
                rx=2,
                fill=colour,
                fill_opacity="0.2",
            )
            cell += _tag(
                "rect",
                x=left,
                y=y + 0.5,
                width=width,
                height=float(size.lane - 1),
                rx=3,
                fill="none",
                stroke=colour,
                stroke_width=1.3,
            )
            tight = (
                {"textLength": width - 3, "lengthAdjust": "spacingAndGlyphs"}
                if len(row.printed) * size.type * 0.56 > width
                else {}
            )
            cell += _text(
                left + width / 2, middle, escape(row.printed), text_anchor="middle", font_weight=600, fill=INK, **tight
            )
        groups[row.place]["given"] += cell


def _row(rows, size, x, top, height, groups, large, right, gaps):
    """One row of measurements: its marks into the groups; returned is what stands behind: its name and its grid."""
    low, high = (
        (0.0, float(rows["value"].max()))
        if large or rows["qualifier"].isin(BELOW).any()
        else (float(rows["value"].min()), float(rows["value"].max()))
    )
    if not large and low > 0.3 * high:
        low -= 0.06 * (high - low or 1)
    else:
        low = min(0.0, float(rows["value"].min()))
    bottom, solid = top + height, rows["placement"].iloc[0] == "printed"
    place = lambda value: bottom - (height - 2) * (value - low) / ((high - low) or 1)
    name, unit = rows["parameter"].iloc[0], unit_text(rows["unit"].iloc[0])
    back = ""
    if large:
        ticks = _ticks(high)
        for tick in ticks:
            back += _tag("path", d=f"M{size.gutter} {place(tick):.1f}H{right}", stroke=GRID)
            if size is WIDE or tick in (0, ticks[-1]):
                back += _text(size.gutter - 6, place(tick) + 4, f"{tick:g}", text_anchor="end", fill=MUTED)
    else:
        back += _tag("path", d=f"M{size.gutter} {bottom + 4:.1f}H{right}", stroke=GRID)
    middle = (top + bottom) / 2
    back += _text(2, middle, escape(_SHORT.get(name, name) if size is NARROW else name), font_weight=700, fill=ACCENT)
    back += _text(2, middle + size.type + 2, escape(unit), fill=MUTED) if unit else ""
    before = None
    for row in rows.itertuples():
        here, limit, mark = (x(row.place), place(row.value)), row.qualifier in (*BELOW, *ABOVE), ""
        if before and None not in gaps[before[2] : row.place]:       # no line leads over a time that nobody knows
            mark += (
                _tag(
                    "path",
                    d=f"M{before[0]:.1f} {before[1]:.1f}L{here[0]:.1f} {here[1]:.1f}",
                    stroke=ACCENT,
                    class_="line",
                    stroke_width=3 if large else 1.5,
                    stroke_dasharray=None if solid else "2 4",
                    fill="none",
                )
                if not limit
                else ""
            )
        left, to = rows.loc[row.Index, "from"], rows.loc[row.Index, "to"]
        if left < to:
            mark += _tag(
                "path",
                d=f"M{x(left):.1f} {here[1]:.1f}H{x(to):.1f}",
                stroke=ACCENT,
                stroke_opacity="0.28",
                stroke_width=size.dot * 1.6,
                stroke_linecap="round",
            )
        if limit:
            mark += _tag(
                "path",
                d=f"M{here[0] - 5:.1f} {here[1]:.1f}h10m-5 0v9m-4 -4l4 4l4 -4",
                stroke=ACCENT,
                stroke_width=2,
                fill="none",
            )
        else:
            mark += _tag(
                "circle",
                cx=here[0],
                cy=here[1],
                r=float(size.dot + large),
                fill=ACCENT if solid else PAPER,
                stroke=PAPER if solid else ACCENT,
                stroke_width=1.5 if solid else 2,
            )
        falls = bool(before) and not limit and here[1] - before[1] > 0.15 * height and large
        words = {"x": here[0] + (size.dot + 3 if falls else 0), "y": here[1] - (3 if falls else size.dot + 4)}
        mark += _text(
            words["x"],
            words["y"],
            escape(row.printed),
            class_="value",
            text_anchor=None if falls else "middle",
            fill=INK,
        )
        before = None if limit else (*here, row.place)
        groups[row.place]["measured"] += mark
    return back


def _ticks(high):
    """0 and two or three round values below ``high``."""
    if high <= 0:
        return [0]
    first = floor(log10(high)) - 1
    step = next(s for s in (10.0**n * m for n in range(first, first + 3) for m in (1, 2, 5)) if high / s < 4)
    return [step * i for i in range(int(high / step) + 1)]
