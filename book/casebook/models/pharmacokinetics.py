"""Anakinra under the skin: one compartment, first-order absorption, doses added up.

Clearance and volume are those of children and adolescents [urien2013], absorption as coded in [nlmixr2lib]. Both are
apparent values, CL/F and V/F: the share F of a dose that reaches the blood is inside them. Inside this module weights
are in kg, doses in mg, times in h, levels in mg/L. Quantities enter through ``convert``, which refuses a unit it
doesn't know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, isfinite, log

import numpy as np

WEIGHT_KG = 25.0
"""Assumed weight: median of 8-year-old girls [who2007wfa]. The letter gives none."""

WEIGHT_RANGE_KG = (18.6, 35.8)
"""From 2 SD below to 2 SD above that median [who2007wfa]."""

CLEARANCE_70, CLEARANCE_EXPONENT = 6.24, 0.47
"""CL/F in L/h at 70 kg, and its exponent of weight [urien2013]."""

VOLUME_70, VOLUME_EXPONENT = 65.2, 0.76
"""V/F in L at 70 kg, and its exponent of weight [urien2013]."""

ABSORPTION = 0.38
"""ka in 1/h [nlmixr2lib]."""

LEVEL = 0.4
"""mg/L. Steady level proposed in systemic juvenile arthritis for a CRP <= 10 mg/L [urien2013]; no target here."""

MOST_STUDIED_MG = 100
"""mg a day: no higher dose is in the data of the model [urien2013]."""

UNITS: dict[str, dict[str, float]] = {"weight": {"kg": 1, "g": 0.001}, "dose": {"mg": 1, "g": 1000},
                                      "time": {"h": 1, "min": 1 / 60, "d": 24}}
"""What one unit is worth in kg, mg and h."""


@dataclass(frozen=True)
class Parameters:
    """What the model needs to know of one child: apparent clearance in L/h, apparent volume in L, absorption in 1/h."""

    clearance: float
    volume: float
    absorption: float = ABSORPTION

    @property
    def elimination(self) -> float:
        """ke in 1/h: the share of the drug that leaves in an hour, CL / V. Units: (L/h) / L = 1/h."""
        return self.clearance / self.volume


@dataclass(frozen=True)
class Regimen:
    """Equal doses in mg/kg at equal intervals in h, and how the book calls them."""

    name: str
    dose: float
    interval: float
    number: int

    @property
    def times(self) -> np.ndarray:
        """Hours of the doses, the first at 0."""
        return self.interval * np.arange(self.number)

    @property
    def end(self) -> float:
        """Hour at which the interval after the last dose ends."""
        return self.interval * self.number


REGIMENS = {
    "daily": Regimen("8 mg/kg once a day, four days", 8, 24, 4),
    "six-hourly": Regimen("2 mg/kg every 6 hours, four days", 2, 6, 16),
    "one day": Regimen("2 mg/kg every 6 hours, one day", 2, 6, 4),
    "trial": Regimen("2 mg/kg once a day, four days", 2, 24, 4),
}
"""Three readings of the letter's '8 mg/kg/day … in four doses', and under 'trial' RECOVERY's dose [recovery2024]: four
days of it for comparison, since how long it was given is not in this book's facts. MISTIC's 8 mg/kg a day, at most 100
mg every 6 h [mistic_registry], is 'six-hourly' if given under the skin; the model has no infusion."""


def convert(value: float, unit: str, kind: str) -> float:
    """``value`` in ``unit`` as kg ('weight'), mg ('dose') or h ('time'). ValueError for a unit of another kind."""
    if unit not in UNITS[kind]:
        raise ValueError(f"unit {unit!r} of a {kind}: expected one of {', '.join(UNITS[kind])}")
    return value * UNITS[kind][unit]


def _positive(what, value):
    if not (isfinite(value) and value > 0):
        raise ValueError(f"{what} {value}: expected a positive number")
    return value


def parameters(weight: float = WEIGHT_KG, unit: str = "kg", clearance_factor: float = 1.0) -> Parameters:
    """Parameters of a child of this weight [urien2013; nlmixr2lib].

    CL/F = 6.24 L/h · (W / 70 kg)^0.47 · ``clearance_factor``; V/F = 65.2 L · (W / 70 kg)^0.76; ka = 0.38/h.
    Raises ValueError for an unknown unit, and for a weight or factor that is not positive.
    """
    share = _positive("weight", convert(weight, unit, "weight")) / 70
    return Parameters(_positive("clearance factor", clearance_factor) * CLEARANCE_70 * share ** CLEARANCE_EXPONENT,
                      VOLUME_70 * share ** VOLUME_EXPONENT)


def dose_mg(dose: float, weight: float = WEIGHT_KG, unit: str = "mg/kg") -> float:
    """A dose in mg. ``unit``: one of a dose ('mg', 'g'), or that per kg ('mg/kg'); ``weight`` in kg.

    Raises ValueError for an unknown unit, a negative dose, or a weight that is not positive.
    """
    amount, per, kg = unit.partition("/")
    if per and kg != "kg":
        raise ValueError(f"unit {unit!r} of a dose: expected mg, g, or one of them per kg")
    if dose < 0:
        raise ValueError(f"dose {dose} {unit}: expected no negative dose")
    return convert(dose, amount, "dose") * (_positive("weight", weight) if per else 1)


def half_life(of: Parameters) -> float:
    """Hours in which the level halves once absorption is over: ln 2 / ke."""
    return log(2) / of.elimination


def peak_time(of: Parameters) -> float:
    """Hours from a single dose to its peak: ln(ka / ke) / (ka − ke); 1 / ka if the two are equal."""
    ka, ke = of.absorption, of.elimination
    return 1 / ka if abs(ka - ke) < 1e-9 * ka else log(ka / ke) / (ka - ke)


def one_dose(of: Parameters, hours: float | np.ndarray, mg: float) -> float | np.ndarray:
    """Level in mg/L, ``hours`` (number or array) after a single dose of ``mg``; 0 before it.

    C(t) = (D / V) · ka / (ka − ke) · (e^(−ke·t) − e^(−ka·t)), and (D / V) · ka · t · e^(−ka·t) if ka = ke. D / V is mg
    / L.
    """
    t, ka, ke = np.maximum(hours, 0.0), of.absorption, of.elimination
    if abs(ka - ke) < 1e-9 * ka:
        return mg / of.volume * ka * t * np.exp(-ka * t)
    return mg / of.volume * ka / (ka - ke) * (np.exp(-ke * t) - np.exp(-ka * t))


def concentration(of: Parameters, hours: float | np.ndarray, mg: float,
                  times: Sequence[float] | np.ndarray = (0.0,)) -> float | np.ndarray:
    """Level in mg/L at ``hours`` after the first of equal doses of ``mg`` at ``times`` (h): the single doses added.

    Adding up is right because the model is linear: the body handles each dose as if it were alone.
    """
    hours = np.asarray(hours, dtype=float)
    return sum(one_dose(of, hours - given, mg) for given in times)


def exposure(of: Parameters, start: float, end: float, mg: float,
             times: Sequence[float] | np.ndarray = (0.0,)) -> float:
    """Area under the level from ``start`` to ``end`` (h), in mg·h/L: the exact integral of ``concentration``.

    Of one dose up to t: (D / V) · ka / (ka − ke) · ((1 − e^(−ke·t)) / ke − (1 − e^(−ka·t)) / ka).
    Raises ValueError if ka = ke, where this form does not hold, or if the end is not after the start.
    """
    ka, ke = of.absorption, of.elimination
    if abs(ka - ke) < 1e-9 * ka:
        raise ValueError(f"ka = ke = {ka} 1/h: expected two different rates")
    if not start < end:
        raise ValueError(f"from {start} to {end} h: expected an end after the start")

    def up_to(t):
        t = max(t, 0.0)
        return mg / of.volume * ka / (ka - ke) * ((1 - exp(-ke * t)) / ke - (1 - exp(-ka * t)) / ka)

    return sum(up_to(end - given) - up_to(start - given) for given in times)


@dataclass(frozen=True)
class Course:
    """What a regimen does in the model, in mg/L, and hours after the last dose."""

    peak: float
    "Highest level of all."
    trough: float
    "Level at the end of the interval after the last dose."
    mean: float
    "Mean over the last 24 h of dosing, up to the end of that interval."
    below: float
    "Hours from the last dose until the level is below 0.4 mg/L for good; 0 if it was never above after that dose."
    daily_mg: float
    "mg given in one day."


@cache
def course(regimen: str | Regimen = "daily", weight: float = WEIGHT_KG, clearance_factor: float = 1.0) -> Course:
    """A regimen (key of ``REGIMENS``, or a ``Regimen``) in a child of ``weight`` kg. KeyError for an unknown key."""
    r = regimen if isinstance(regimen, Regimen) else REGIMENS[regimen]
    of, mg = parameters(weight, "kg", clearance_factor), dose_mg(r.dose, weight)
    grid = np.arange(0, r.end + peak_time(of), 0.02)
    return Course(float(concentration(of, grid, mg, r.times).max()), float(concentration(of, r.end, mg, r.times)),
                  exposure(of, max(0, r.end - 24), r.end, mg, r.times) / min(24, r.end),
                  time_above(of, mg, r.times), mg * min(r.number, 24 / r.interval))


def time_above(of: Parameters, mg: float, times: Sequence[float] | np.ndarray = (0.0,), level: float = LEVEL) -> float:
    """Hours from the last of ``times`` until the level stays below ``level`` mg/L; 0 if it isn't above it again."""
    last = times[-1]
    after = np.arange(0, 60 * half_life(of), 0.05)
    above = after[concentration(of, last + after, mg, times) > level]
    if not len(above):
        return 0.0
    low, high = above[-1], above[-1] + 0.05
    for _ in range(40):                                            # halve the step in which the level crosses
        middle = (low + high) / 2
        low, high = (middle, high) if concentration(of, last + middle, mg, times) > level else (low, middle)
    return float(high)


def trough_ratio(clearance_factor: float = 1.0, weight: float = WEIGHT_KG) -> float:
    """Trough of 8 mg/kg once a day as a share of the trough of 2 mg/kg every 6 h, both at the end of day 4."""
    return course("daily", weight, clearance_factor).trough / course("six-hourly", weight, clearance_factor).trough


def spread(clearance_sd: float = 0.28) -> tuple[float, float]:
    """Factors of clearance between which 95 % of children lie, if ln CL has this SD between children [nlmixr2lib]."""
    return exp(-1.96 * clearance_sd), exp(1.96 * clearance_sd)


def excess(level: float, pg_per_ml: float) -> float:
    """By weight, how many times a level in mg/L is one in pg/mL. 1 pg/mL is 10^-6 mg/L."""
    return level / (pg_per_ml * 1e-6)
