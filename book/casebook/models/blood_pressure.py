"""Blood pressure of children: three printed limits for a low systolic pressure, and the mean pressure.

The limits disagree, so the answer has three values: low by all of them, low by none, or a matter of which one is used.
"""



SYSTOLIC_LIMITS = {
    "70 + 2 × age": (lambda age: 70 + 2 * age, "pals_jf"),
    "65 + 2 × age": (lambda age: 65 + 2 * age, "haque2007"),
    "82 + age": (lambda age: 82 + age, "kiggs2019"),
}
"""Lower limits of systolic pressure in mmHg by age in years: formula in words -> (function, citation key). 70 + 2 × age
is printed for 1 to 10 years, 82 + age for 3 to 9; the last two are 5th centiles of healthy children."""

AGES = (3, 9)
"""Ages in years for which all three limits are used here."""


def systolic_limits(age: float) -> dict[str, float]:
    """Lower limits of systolic pressure in mmHg at ``age`` in years: {formula: limit}. ValueError outside 3 to 9."""
    if not AGES[0] <= age <= AGES[1]:
        raise ValueError(f"age {age} years: the three limits are printed for {AGES[0]} to {AGES[1]} years")
    return {formula: limit(age) for formula, (limit, _) in SYSTOLIC_LIMITS.items()}


def is_low(systolic: float, age: float) -> bool | None:
    """True if ``systolic`` in mmHg is below all three limits, False if below none, None if they disagree."""
    below = {systolic < limit for limit in systolic_limits(age).values()}
    return below.pop() if len(below) == 1 else None


def mean_pressure(systolic: float, diastolic: float) -> float:
    """Mean arterial pressure in mmHg, estimated as diastolic + one third of the pulse pressure.

    Raises ValueError unless systolic > diastolic.
    """
    if systolic <= diastolic:
        raise ValueError(f"{systolic}/{diastolic} mmHg: expected the higher number first")
    return diastolic + (systolic - diastolic) / 3


def mean_limit(age: float) -> float:
    """5th centile of mean arterial pressure in mmHg at ``age`` in years, 40 + 1.5 × age [haque2007]."""
    return 40 + 1.5 * age
