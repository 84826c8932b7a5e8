"""What the book's texts may ask for: the numbers and modules behind ``{{ … }}`` and the role ``fact``, by name.

Texts (case script, self-checks, chapters) name a number; nobody types one.
"""

from functools import cache, partial

from casebook.models import (
    any_placement,
    blood_pressure,
    criteria,
    evidence,
    heart,
    heart_counts,
    kinetics,
    marker_levels,
    mechanisms,
    multiverse,
    pharmacokinetics,
    recency,
    simulation,
)
from casebook.models.counts import expected_ef, expected_fs, halving, numbers, vis
from casebook.tables.case_folder import LETTER, Case
from casebook.tables.values import change, printed, ratio, table

MODULES = (any_placement, blood_pressure, criteria, evidence, heart, kinetics, marker_levels, mechanisms, multiverse,
           pharmacokinetics, recency, simulation)
"""Models whose functions texts call by the module's own name."""


@cache
def namespace(case: Case = LETTER) -> dict:
    """What a text may ask for between double braces, or with the role ``fact``: functions, numbers, and ``MODULES``.

    The words of another case may ask for what stands in its table, and for its VIS.
    """
    if case.own_words:
        own_vis = lambda column: f"{heart.vis_by_column(table(case), case=case)[column]:g}"
        return dict(vis=own_vis, **{quoted.__name__: partial(quoted, case=case) for quoted in (printed, change, ratio)})
    return dict(printed=printed, change=change, ratio=ratio, halving=halving, vis=vis, expected_ef=expected_ef,
                expected_fs=expected_fs, n=numbers(), echo=heart_counts.numbers(), table=table,
                **{module.__name__.rpartition(".")[2]: module for module in MODULES})
