"""The heart in numbers: ejection fraction from fractional shortening, and the vasoactive-inotropic score."""

from collections.abc import Iterable
from functools import cache
from itertools import permutations

import numpy as np
import pandas as pd

from casebook.models.placements import Placement
from casebook.tables.case_folder import LETTER, Case
from casebook.tables.spelling import drug

_WEIGHTS = {"dopamine": 1, "dobutamine": 1, "adrenaline": 100, "milrinone": 10, "noradrenaline": 100,
            "vasopressin": 10_000}
_UNITS = dict.fromkeys(_WEIGHTS, "ug/kg/min") | {"vasopressin": "U/kg/min"}
_COUNTED = ("=", "stop", "absent")
"""Qualifiers of tokens that the score counts: a measured rate, or none."""
TYPICAL_LVEDD_CM = 3.8
"""Inner diameter of the filled left ventricle used when none is given. The letter prints none; from 3.0 to 4.6 cm it
moves a predicted EF by less than two points."""

DIAMETERS_CM = (3.0, 4.6)
"""Range over which the book tries the unknown diameter."""

TOLERANCE = 3
"""Points of EF within which the book calls a pair consistent: about twice what rounding allows."""


def teichholz_volume(diameter_cm: float | pd.Series) -> float | pd.Series:
    """Volume in mL of a left ventricle of inner diameter D in cm: 7 D^3 / (2.4 + D) [teichholz1976]."""
    return 7 * diameter_cm**3 / (2.4 + diameter_cm)


def ef_from_fs(fs_percent: float | pd.Series, lvedd_cm: float = TYPICAL_LVEDD_CM) -> float | pd.Series:
    """EF in % that the Teichholz formula [teichholz1976] expects for a fractional shortening in %.

    The contracted diameter is D (1 - FS/100); EF is the share of the filled volume that leaves. Accepts numbers or
    Series. Raises ValueError for an FS outside 0 … 100 or a diameter that is not positive.
    """
    if not np.all((0 <= np.asarray(fs_percent)) & (np.asarray(fs_percent) <= 100)):
        raise ValueError(f"FS {fs_percent} %: expected 0 to 100")
    if lvedd_cm <= 0:
        raise ValueError(f"diameter {lvedd_cm} cm: expected a positive number")
    filled = teichholz_volume(lvedd_cm)
    contracted = teichholz_volume(lvedd_cm * (1 - fs_percent / 100))
    return 100 * (1 - contracted / filled)


def ef_from_cube(fs_percent: float | pd.Series) -> float | pd.Series:
    """EF in % if volume were just the cube of the diameter: 1 - (1 - FS/100)^3. The diameter cancels."""
    return 100 * (1 - (1 - fs_percent / 100) ** 3)


def pairs(table: pd.DataFrame) -> pd.DataFrame:
    """EF and FS in printed order, whole per cents, a pair per row (8 x 2), indexed 1 … 8.

    Needs no column: both rows have eight values.
    """
    rows = {p: table.loc[table["parameter"] == p, "value"].to_numpy().astype(int) for p in ("EF", "FS")}
    return pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows["EF"]) + 1, name="pair"))


def differences(measured: pd.DataFrame, lvedd_cm: float = TYPICAL_LVEDD_CM) -> pd.Series:
    """Printed EF minus the EF that the formula expects, in points: Series by pair. ``measured`` as from ``pairs``."""
    return measured["EF"] - ef_from_fs(measured["FS"], lvedd_cm)


def fits_rounding(measured: pd.DataFrame, lvedd_cm: float = TYPICAL_LVEDD_CM) -> pd.Series:
    """Whether EF and FS, each rounded to a whole per cent, can come from one pair of diameters: Boolean by pair."""
    low, high = ef_from_fs(measured["FS"] - 0.5, lvedd_cm), ef_from_fs(measured["FS"] + 0.5, lvedd_cm)
    return (measured["EF"] + 0.5 >= low) & (measured["EF"] - 0.5 <= high)


def one_digit_changes(number: int) -> list[int]:
    """Every whole number that differs from ``number`` in one digit, without a leading zero: 22 -> 12, 20, 21, 23 …"""
    digits = str(int(number))
    changed = {int(digits[:i] + d + digits[i + 1:]) for i in range(len(digits)) for d in "0123456789" if d != digits[i]}
    return sorted(n for n in changed if len(str(n)) == len(digits))


def repairs(measured: pd.DataFrame, tolerance: float = TOLERANCE,
            diameters_cm: tuple[float, float] = DIAMETERS_CM) -> pd.DataFrame:
    """One-digit changes of EF or FS that would bring a misfit within ``tolerance``. Hypotheses; nothing is corrected.

    Returns one row per pair and change: pair, parameter, printed, hypothesis, and the differences in points at the
    smallest and the largest diameter (``at_smallest``, ``at_largest``). A change is listed if it fits at one of the
    two; in between the difference lies in between.
    """
    misfits = differences(measured).abs() > tolerance
    rows = []
    for pair, row in measured[misfits].iterrows():
        for parameter in ("EF", "FS"):
            for value in one_digit_changes(row[parameter]):
                changed = {"EF": row["EF"], "FS": row["FS"], parameter: value}
                off = [changed["EF"] - ef_from_fs(changed["FS"], d) for d in diameters_cm]
                if min(map(abs, off)) <= tolerance:
                    rows.append((pair, parameter, int(row[parameter]), value, *off))
    return pd.DataFrame(rows, columns=["pair", "parameter", "printed", "hypothesis", "at_smallest", "at_largest"])


def pairings(measured: pd.DataFrame, tolerance: float = TOLERANCE, lvedd_cm: float = TYPICAL_LVEDD_CM) -> pd.Series:
    """Of all ways to pair EFs with FSs, how many give 0, 1, … fitting pairs: Series by number of fitting pairs."""
    expected = ef_from_fs(measured["FS"], lvedd_cm).to_numpy()
    fits = np.abs(measured["EF"].to_numpy()[:, None] - expected) <= tolerance
    every = np.array(list(permutations(range(len(measured)))))
    reached = fits[np.arange(len(measured)), every].sum(axis=1)
    return pd.Series(np.bincount(reached, minlength=len(measured) + 1), name="pairings").rename_axis("fitting")


def shifted(measured: pd.DataFrame, cells: int = -1, tolerance: float = TOLERANCE,
            lvedd_cm: float = TYPICAL_LVEDD_CM) -> tuple[int, int]:
    """Fitting pairs and pairs left, if the FS row slips by some cells, right or (negative) left: (fitting, of)."""
    off = (measured["EF"] - ef_from_fs(measured["FS"], lvedd_cm).shift(cells)).dropna()
    return int((off.abs() <= tolerance).sum()), len(off)


def contracted_mm(fs_percent: float, lvedd_cm: float = TYPICAL_LVEDD_CM) -> float:
    """Inner diameter of the contracted ventricle in mm."""
    return 10 * lvedd_cm * (1 - fs_percent / 100)


def ef_per_mm(fs_percent: float, lvedd_cm: float = TYPICAL_LVEDD_CM) -> float:
    """Points of EF lost if the contracted diameter were read one millimetre longer."""
    longer = 100 * (1 - (contracted_mm(fs_percent, lvedd_cm) + 1) / (10 * lvedd_cm))
    return ef_from_fs(fs_percent, lvedd_cm) - ef_from_fs(longer, lvedd_cm)


@cache
def vis_weights(case: Case = LETTER) -> dict[str, int]:
    """Weights of the drugs she had [song2021vis], by row; the score has more. A rate in another unit has none."""
    known = {row: drug(row) for row in case.infusions}
    return {row: _WEIGHTS[name] for row, name in known.items() if case.parameters.unit[row] == _UNITS.get(name)}


def not_in_vis(table: pd.DataFrame, column: str, case: Case = LETTER) -> dict[str, str]:
    """What the score of a column can't count, by row, and why: no weight, another unit, no measured number."""
    weights, why = vis_weights(case), {}
    for row in case.parameters.index:
        name = drug(row)
        here = table[(table["parameter"] == row) & (table["column"] == column)]
        if row in case.infusions and name not in _WEIGHTS:
            why[row] = "which has no weight"
        elif row in weights:
            if len(here) and (here["qualifier"].iloc[0] not in _COUNTED or here["unit"].iloc[0] != _UNITS[name]):
                why[row] = f"printed here as {here['printed'].iloc[0]}"
        elif name in _WEIGHTS:
            why[row] = f"which {'has no weight in its unit' if row in case.infusions else 'is no infusion to place'}"
    return why


def vis_parts(rates: dict[str, float], case: Case = LETTER) -> dict[str, float]:
    """What each infusion adds to VIS [song2021vis]: {'adrenaline': 0.1, …} in ug/kg/min -> {'adrenaline': 10.0, …}."""
    weights = vis_weights(case)
    return {row: weights[row] * rate for row, rate in rates.items()}


def vis(rates: dict[str, float], case: Case = LETTER) -> float:
    """Vasoactive-inotropic score [song2021vis] from infusion rates in ug/kg/min: {'dobutamine': 10, …} -> number.

    Raises KeyError for a drug without a weight here.
    """
    return sum(vis_parts(rates, case).values())


def rates_by_column(table: pd.DataFrame, placement: Placement | None = None,
                    case: Case = LETTER) -> dict[str, dict[str, float]]:
    """Infusion rates in ug/kg/min: one {drug: rate} per column of the table.

    ``placement`` maps each drug to its columns (default: the reference placement in ``table``). 'Stop' and columns
    outside the run count as 0. Raises ValueError if a drug is given more or fewer columns than it has tokens.
    """
    rates = {column: dict.fromkeys(vis_weights(case), 0.0) for column in case.columns}
    for infusion in vis_weights(case):
        row = table[table["parameter"] == infusion]
        counted = row["value"].where(row["qualifier"] == "=").fillna(0)
        for column, value in zip(placement[infusion] if placement else row["column"], counted, strict=True):
            rates[column][infusion] = float(value)
    return rates


def vis_by_column(table: pd.DataFrame, placement: Placement | None = None, case: Case = LETTER) -> dict[str, float]:
    """VIS per column of Table 1 as {column: score}; parameters as in ``rates_by_column``."""
    return {column: vis(r, case) for column, r in rates_by_column(table, placement, case).items()}


def vis_range(table: pd.DataFrame, placements: Iterable[Placement]) -> pd.DataFrame:
    """Smallest and largest VIS of each column over placements: DataFrame (columns of Table 1 x smallest, largest)."""
    scores = pd.DataFrame([vis_by_column(table, p) for p in placements])
    return pd.DataFrame({"smallest": scores.min(), "largest": scores.max()})
