"""The rules, what each holds up, and which claims survive, as tables for a page."""

import pandas as pd

from casebook.models.marker_placements import echo_hits
from casebook.models.multiverse import SETS, percent, state, summary
from casebook.models.placements import CORE, READINGS, RULES


def rules() -> pd.DataFrame:
    """The nine rules as a table of words."""
    return pd.DataFrame([(n, r.says, r.rests_on, r.label, r.name) for n, r in enumerate(RULES.values(), 1)],
                        columns=["Rule", "It says", "It rests on", "Label", "In code"])


SHORT = {"one_run": "unbroken runs", "dobutamine_first": "dobutamine from the start",
         "support_added": "two infusions later", "ivig_before_support": "IVIG before both",
         "pulse_after_support": "pulse after both", "anakinra_after_pulse": "anakinra not before the pulse",
         "support_until_anakinra": "support kept until anakinra", "no_repeat_on_day_3": "no daily dose twice on day 3",
         "ivig_not_first_day": "IVIG not from the start"}
"""A few words for each rule, for charts; ``RULES`` has the sentences. Code names stay in code."""


def number(rule: str) -> int:
    """The number under which texts and board speak of a rule, from its name in code."""
    return tuple(RULES).index(rule) + 1


def funnel() -> pd.DataFrame:
    """Placements left as the rules are added in order: rule, label, placements, first anakinra columns."""
    names = tuple(RULES)
    states = [summary(names[:n]) for n in range(1, len(names) + 1)]
    return pd.DataFrame({"rule": names, "label": [RULES[r].label for r in names],
                         "placements": [s.placements for s in states], "anakinra": [s.columns for s in states]})


def dropped_singly(name: str = "core", reading: str = "two samplings") -> pd.DataFrame:
    """What each rule of a set holds up: the state without it, the others kept. A row a rule, first the whole set."""
    rows = []
    for rule in (None, *SETS[name]):
        s = state(name, rule, reading)
        words, label = (f"{number(rule)}. {SHORT[rule]}", RULES[rule].label) if rule else ("none", "")
        rows.append((words, label, f"{s.placements:,}", s.columns, percent(s.same_day, s.placements),
                     percent(s.same_column, s.placements)))
    return pd.DataFrame(rows, columns=["Dropped", "Label", "Placements left", "Anakinra can start in",
                                       "Same printed day", "Same column"])


def strict(name: str = "core") -> pd.DataFrame:
    """What is left of a set of rules if 'after' means a later column: one row per demand, one column per reading."""
    left = {words: [f"{getattr(state(name, reading=r), what):,}" for r in READINGS] for words, what in (
        ("as the rules stand, ties allowed", "placements"), ("anakinra later than the first pulse", "anakinra_later"),
        ("the first cut later than anakinra", "cut_later"), ("both", "both_later"))}
    heads = [f"Day 3 as {r}" for r in READINGS]
    return pd.DataFrame(left, index=heads).T.rename_axis("Demand").reset_index()


CLAIMS = {
    "The first pulse and anakinra start on the same printed day": lambda s: (s.same_day, s.placements),
    "They start in the same column": lambda s: (s.same_column, s.placements),
    "Anakinra starts on printed day 3": lambda s: (s.on_day_3, s.placements),
    "Pulse, anakinra and first cut stand in three columns, one after the other": lambda s: (s.both_later, s.placements),
    "Troponin I, as printed, was more than halved before anakinra":
        lambda s: s.readings("troponin I", "more than halved"),
    "Troponin I was more than halved, whatever rounding hid":
        lambda s: s.readings("troponin I", "more than halved", rounded=True),
    "CRP was below its peak before anakinra": lambda s: s.readings("CRP"),
    "CRP was below it by more than 10 %": lambda s: s.readings("CRP", "by more than 10 %"),
    "Procalcitonin (as printed) was below its peak by more than 10 %":
        lambda s: s.readings("procalcitonin, as printed", "by more than 10 %"),
    "ProBNP was below its peak before anakinra": lambda s: s.readings("ProBNP"),
    "ProBNP was below it by more than 10 %": lambda s: s.readings("ProBNP", "by more than 10 %"),
    "ProBNP was more than halved before anakinra": lambda s: s.readings("ProBNP", "more than halved"),
    "An EF of 60 % or more was recorded before anakinra": lambda s: (int((s.anakinra * echo_hits()[0]).sum()),
                                                                     s.placements * echo_hits()[1]),
}
"""Claims, and how to count the placements (or readings) in which each holds: (these, all)."""


def claims() -> pd.DataFrame:
    """Which claims survive: share under the core rules in both readings, and the range over dropped rules."""
    rows = []
    for words, holds in CLAIMS.items():
        core = percent(*holds(state()))
        ranked = sorted((holds(state("core", r))[0] / holds(state("core", r))[1], r) for r in CORE)
        low, high = ranked[0][1], ranked[-1][1]
        span = [percent(*holds(state("core", r))) for r in (low, high)]
        rows.append((words, core, percent(*holds(state(reading="one day"))),
                     percent(*holds(state(reading="one day, infusions too"))),
                     "the same" if span[0] == span[1] == core
                     else f"{span[0]} (without {number(low)}) to {span[1]} (without {number(high)})"))
    return pd.DataFrame(rows,
                        columns=["Claim", "Core rules, two samplings", "Core rules, one day", "One day, infusions too",
                                 "Core rules, less one: lowest and highest share"])
