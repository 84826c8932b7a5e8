"""Kawasaki disease by the American Heart Association's statement of 2017 [mccrindle2017], in three values.

Two ways lead to it: the complete form, and the algorithm for a child with fewer than four features. Both were read in
copies, not in the statement itself. Not coded: the way in for infants, whose copies differ, and what the statement says
to do with a result.
"""

from dataclasses import dataclass

from casebook.models import criteria
from casebook.models.criteria import Fact, Node
from casebook.models.criterion import judge
from casebook.tables import table1


@dataclass(frozen=True)
class Step:
    """A question that a fact answers, read by ``judge`` as a row of case_definitions.csv. A limit has a UCUM unit."""

    id: str
    text: str
    fact: str
    operator: str = "yes"
    threshold: float | None = None
    unit: str = ""
    duration: float | None = None
    duration_unit: str = "d"
    reading: str = ""


@dataclass(frozen=True)
class Group:
    """Several parts and the rule that joins them: 'all', 'any', 'at least 3'."""

    id: str
    text: str
    rule: str
    parts: tuple


FEATURES = (Step("rash", "rash", "rash"), Step("eyes", "red eyes without pus, both sides", "conjunctivitis"),
            Step("mouth", "red lips, tongue or throat", "mouth inflamed"),
            Step("hands", "red, swollen or peeling hands or feet", "hands or feet inflamed"),
            Step("node", "a swollen lymph node of the neck, 1.5 cm or more", "neck lymph node"))

INFLAMMATION = (Step("crp", "CRP of at least 3 mg/dL", "CRP", ">=", 3.0, "mg/dL"),
                Step("esr", "ESR of at least 40 mm/h", "ESR", ">=", 40, "mm/h"))

LABORATORY = (
    Step("anaemia", "anaemia for the age", "anaemia"),
    # "after the 7th day of fever": the 8th is the first that counts
    Step("platelets", "platelets of at least 450 × 10⁹/L after the 7th day of fever", "platelets", ">=", 450,
         "10*9/L", duration=8),
    Step("albumin", "albumin of at most 3.0 g/dL", "albumin", "<=", 3.0, "g/dL"),
    Step("alt", "ALT raised", "ALT raised"),
    Step("white-cells", "white cells of at least 15 × 10⁹/L", "white cells", ">=", 15, "10*9/L"),
    Step("urine", "at least 10 white cells in a field of urine", "urine white cells", ">=", 10, "/[HPF]"))

SUGGESTIVE = (Step("function", "the left ventricle pumps less", "EF", "called low", reading="no limit is printed"),
              Step("mitral", "the mitral valve leaks", "mitral insufficiency"),
              Step("effusion", "fluid around the heart", "pericardial effusion"),
              Step("z", "a coronary artery a little wide, z of 2 to 2.5", "coronary z of 2 to 2.5"))
"""The echo's milder findings. Copies of the algorithm agree on these four; one lists two more."""

ECHO = Group("echo", "positive echo", "any",
             (Step("coronary", "a coronary aneurysm, or z of 2.5 or more", "coronary aneurysm"),
              Group("suggestive", "milder findings", "at least 3", SUGGESTIVE)))

ALGORITHM = Group("KD", "Kawasaki disease, AHA 2017", "any", (
    Group("complete", "complete form", "all", (Step("fever-4", "fever for at least 4 days", "fever for", ">=", 4, "d"),
                                               Group("four", "features", "at least 4", FEATURES))),
    Group("incomplete", "incomplete form", "all", (
        Step("fever-5", "fever for at least 5 days", "fever for", ">=", 5, "d"),
        Group("two", "features", "at least 2", FEATURES),  # with 4 or more the complete form is met already
        Group("inflammation", "inflammation", "any", INFLAMMATION),
        Group("support", "support", "any",
              (Group("laboratory", "laboratory findings", "at least 3", LABORATORY), ECHO))))))


def girl() -> dict[str, Fact]:
    """The girl as in `criteria.girl`, with two findings of her echo from Table 1 alone, in reconstructed columns."""
    return criteria.girl() | {row: _first_cell(row) for row in ("mitral insufficiency", "pericardial effusion")}


def _first_cell(row):
    """The first printed cell of a row of words or signs as a yes or no."""
    tokens = table1.load()
    word = tokens[tokens["parameter"] == row].iloc[0]["qualifier"]
    return Fact(word != "absent", called="" if word in ("present", "absent") else word, source="Table 1",
                note="printed in Table 1, in a column that is reconstructed")


def evaluate(child: dict[str, Fact]) -> Node:
    """Judge a child of one year or more, {name: Fact}: Nodes ``KD-complete`` and ``KD-incomplete``, a reason a leaf.

    Not met means: not by these facts, today. Raises UnitError for a value without a known unit, KeyError for a fact
    that nothing reads, ValueError for an infant.
    """
    criteria.check_facts(child, _facts(ALGORITHM))
    age = child.get("age", Fact()).value
    if age is not None and age < 1:
        raise ValueError(f"age {age} years: the algorithm has another way in for infants, which is not coded")
    tree = _judged(ALGORITHM, child, "")
    criteria.join(tree)
    return tree


def _facts(part):
    """Names of all facts that a part reads."""
    return {part.fact} if isinstance(part, Step) else set().union(*map(_facts, part.parts))


def _judged(part, child, above):
    """A part as a Node, its leaves judged; ``above`` begins its id."""
    id = f"{above}{part.id}"
    if isinstance(part, Group):
        return Node(id, part.text, None, rule=part.rule, children=[_judged(p, child, f"{id}-") for p in part.parts])
    value, why = judge(part, child)
    note = child[part.fact].note if part.fact in child else ""
    return Node(id, part.text, value, f"{why}; {note}" if note and note not in why else why)
