"""What tests of placements share: the readings, the rules less one, and what each rule holds up, worked out apart."""

from casebook.models.placements import RULES

ALL = tuple(RULES)
TWO, ONE, LOOSE = "two samplings", "one day", "one day, infusions too"
DROPPED = [  # rule dropped, left of the seven, left of the nine
    ("one_run", 35628050340, 9178199100),
    ("dobutamine_first", 169, 67),
    ("support_added", 58, 10),
    ("ivig_before_support", 153, 63),
    ("pulse_after_support", 222, 35),
    ("anakinra_after_pulse", 312, 31),
    ("support_until_anakinra", 275, 103),
    ("no_repeat_on_day_3", None, 24),
    ("ivig_not_first_day", None, 19),
]


def without(rules, dropped):
    """The named rules less one."""
    return tuple(r for r in rules if r != dropped)
