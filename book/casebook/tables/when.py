"""When a column of a table stands: labels of columns as they are printed, read by rules as places in time."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_N = r"(?P<n>[-−–+]?\d+(?:[.,]\d+)?)"
_LENGTHS = {r"min(?:ute)?s?": 1 / 1440, r"h(?:ou)?rs?|h": 1 / 24, r"days?|d": 1.0, r"weeks?|wks?|w": 7.0,
            r"months?|mo": 30.4, r"years?|yrs?": 365.25}
"""Units of time by their length in days; months and years are about so long."""
RULES = (
    (r".*\( ?day ?" + _N + r" ?\).*", 1.0),                                       # 'Hospital day 1 (day 5)'
    (_N + r"(?P<letter>[a-g]?)", 1.0),                                            # '3a'
    (r"(?:(?P<stay>hd|pod)|d|t) ?\+?" + _N + r"(?P<letter>[a-g]?)", 1.0),          # 'HD1'
    *((rf"(?P<stay>.*?)\b(?:{unit}) ?{_N}(?P<letter>[a-g]?)\b(?P<after>.*)", length) for unit,
      length in _LENGTHS.items()),
    *((rf"{_N} ?(?:{unit})\b(?P<after>.*)", length) for unit, length in _LENGTHS.items()),
)
"""A label in small letters that one of these fits whole stands ``n`` times so many days from the beginning of its
stay."""
_LATER = re.compile(r"\s*(later|after (?:this|that|the last|the previous).*)")


@dataclass(frozen=True)
class Moment:
    """Where a column stands: ``days`` in a ``stay``, whose own beginning is not known; None where that isn't known."""

    days: float | None
    stay: str = ""
    later: bool = False
    "Whether the days count from the column before."


def moment(label: str) -> Moment:
    """Where a column with this label stands: 'HD3' on day 3 of 'hd', '6 wk after discharge' 42 days 'after
    discharge'."""
    text = " ".join(label.casefold().replace("_", " ").split())
    text = text if re.fullmatch(RULES[0][0], text) else re.sub(r" ?\([^()]*\)$", "", text)
    for rule, length in RULES:
        if match := re.fullmatch(rule, text):
            parts = match.groupdict(default="")
            days = length * float(re.sub("[−–]", "-", parts["n"]).replace(",", "."))
            after = parts.get("after", "").strip(" ,.:;-–")
            if _LATER.fullmatch(after):
                return Moment(days, later=True)
            if clock := re.fullmatch(r"(?:at )?(\d{1,2}):(\d{2})", after):
                days, after = days + int(clock[1]) / 24 + int(clock[2]) / 1440, ""
            counted = "hours" if length < 1 else ""               # from 0, where days count from 1
            return Moment(days, " ".join(filter(None, (parts.get("stay", "").strip(" ,.:;-–"), after, counted))))
    return Moment(None)


def gaps(labels: Sequence[str], own: Mapping[str, float | None] | None = None) -> tuple[float | None, ...]:
    """Days between each column and the one before it (one fewer than labels); None where no rule and no case can tell.

    ``own`` says of a label how many days it stands from the first, or None: its place in time isn't known.
    """
    moments = [Moment(days, "as the case says") if (days := (own or {}).get(label, False)) is not False
               else moment(label)
               for label in labels]
    return tuple(_gap(before, now) for before, now in zip(moments, moments[1:]))


def _gap(before, now):
    if now.days is None or now.later:
        return now.days
    return now.days - before.days if before.days is not None and before.stay == now.stay and not before.later else None
