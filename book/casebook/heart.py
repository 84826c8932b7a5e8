"""The heart in numbers: ejection fraction from fractional shortening, and the vasoactive-inotropic score."""

import numpy as np

from .table1 import COLUMNS

VIS_WEIGHTS = {"dobutamine": 1, "adrenaline": 100, "milrinone": 10}
"""Weights of the drugs this child had [song2021vis]; the score's other drugs do not occur in Table 1."""

TYPICAL_LVEDD_CM = 3.8
"""Inner diameter of the filled left ventricle used when none is given. The letter prints none; from 3.0 to 4.6 cm it
moves a predicted EF by less than two points."""


def teichholz_volume(diameter_cm):
    """Volume in mL of a left ventricle of inner diameter D in cm: 7 D^3 / (2.4 + D) [teich]."""
    return 7 * diameter_cm**3 / (2.4 + diameter_cm)


def ef_from_fs(fs_percent, lvedd_cm=TYPICAL_LVEDD_CM):
    """EF in % that the Teichholz formula [teich] expects for a fractional shortening in %.

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


def vis(rates):
    """Vasoactive-inotropic score [song2021vis] from infusion rates in ug/kg/min: {'dobutamine': 10, …} -> number.

    Raises KeyError for a drug without a weight here.
    """
    return sum(VIS_WEIGHTS[drug] * rate for drug, rate in rates.items())


def rates_by_column(table, placement=None):
    """Infusion rates in ug/kg/min: one {drug: rate} per column of Table 1.

    ``placement`` maps each drug to its columns (default: the reference placement in ``table``). 'Stop' and columns
    outside the run count as 0. Raises ValueError if a drug is given more or fewer columns than it has tokens.
    """
    rates = {column: dict.fromkeys(VIS_WEIGHTS, 0.0) for column in COLUMNS}
    for drug in VIS_WEIGHTS:
        row = table[table["parameter"] == drug]
        for column, value in zip(placement[drug] if placement else row["column"], row["value"].fillna(0), strict=True):
            rates[column][drug] = float(value)
    return rates


def vis_by_column(table, placement=None):
    """VIS per column of Table 1 as {column: score}; parameters as in ``rates_by_column``."""
    return {column: vis(r) for column, r in rates_by_column(table, placement).items()}
