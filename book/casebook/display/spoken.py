"""The course of one row of Table 1 in words, for those who listen to a chart: computed, from what the chart draws."""

from itertools import groupby

import pandas as pd

from casebook.tables.wording import listed, unit_text


def course(rows: pd.DataFrame) -> str:
    """What a row does, as the end of a sentence: 'starts at 171 in column 1, rises to 173 in column 2 and falls to 110
    in column 3a'.

    ``rows`` as from ``charts.rows_of``, in order; a run in one direction is told by its end. A value below a limit of
    detection is no number: 'is below its limit of 0.01 in columns 4 to 6'.
    """
    phrases = []
    for limit, run in groupby(rows.itertuples(), lambda row: row.qualifier == "<"):
        block = list(run)
        first, last = block[0], block[-1]
        if limit:
            where = f"column {first.column}" if len(block) == 1 else f"columns {first.column} to {last.column}"
            phrases.append(f"is below its limit of {first.value:g} in {where}")
            continue
        verb = "is" if phrases or len(block) == 1 else "starts at"
        phrases.append(f"{verb} {first.printed} in column {first.column}")
        before = None
        for one, other in zip(block, block[1:]):
            way = "stays at" if other.value == one.value else "rises to" if other.value > one.value else "falls to"
            if way == before:
                phrases.pop()
            phrases.append(f"{way} {other.printed} in column {other.column}")
            before = way
    return listed(phrases)


def extent(rows: pd.DataFrame) -> str:
    """How far the last measured value lies from the first, as a sentence; empty with fewer than two values."""
    measured = rows[rows["qualifier"] == "="]
    if len(measured) < 2:
        return ""
    which = "The last value" if len(measured) == len(rows) else "The last measured value"
    return f"{which} is {change(measured['value'].iloc[0], measured['value'].iloc[-1])} the first."


def change(first: float, last: float) -> str:
    """'96 % below', '7 % above' or 'as high as': a fall that is not complete never rounds to 100 %."""
    if first <= 0 or last < 0:                               # no per cent leads from there
        return "as high as" if first == last else f"{abs(last - first):g} {'above' if last > first else 'below'}"
    share = 100 * (last / first - 1)
    if abs(share) < 0.5:
        return "as high as"
    if -100 < share <= -99.5:
        return "more than 99 % below"
    return f"{abs(share):.0f} % {'above' if share > 0 else 'below'}"


def certainty(rows: pd.DataFrame) -> str:
    """What is printed in a row and what is not, as a sentence."""
    if rows["placement"].iloc[0] == "printed":
        return "The column is printed." if len(rows) == 1 else "All columns are printed."
    last, loose = rows.iloc[-1], int((rows["from"] < rows["to"]).sum())
    if not loose:
        return "The columns are reconstructed, and the printed order allows no other."
    if len(rows) == 1:
        return f"The column is reconstructed: by printed order the value may stand in columns {last['span']}."
    last_one = f", the {last['printed']} in columns {last['span']}" if last["from"] < last["to"] else ""
    some = f"each of the {len(rows)} values" if loose == len(rows) else f"{loose} of the {len(rows)} values"
    return (f"The order is printed, the columns are reconstructed: {some} may stand in another{last_one}. "
            "On which day each step came can't be told.")


def spoken(rows: pd.DataFrame, through: str | None = None) -> str:
    """A chart of one row as a description for listeners: kind and axes, course, extent, certainty.

    ``through`` is the last column of the chart; if the row has no value there, the words say so.
    """
    name, unit = rows["parameter"].iloc[0], unit_text(rows["unit"].iloc[0])
    kind = "A single point" if len(rows) == 1 else "Line chart"
    until = f", up to column {through}" if through else ""
    none = "" if through in (None, *rows["column"]) else f"No value is drawn in column {through}."
    what = f"{name} in {unit}" if unit else name
    return " ".join(part for part in (f"{kind}: {what} by column of Table 1{until}.",
                                      f"{name[0].upper()}{name[1:]} {course(rows)}.",
                                      extent(rows), none, certainty(rows)) if part)
