"""A causal graph of the case that readers build: arrows on and off, what follows in words. Logic is networkx's.

Nodes carry a time stamp, as fine as the table allows: steroid pulse and anakinra share one, printed day 3.
"""

from collections.abc import Iterable
from functools import cache
from itertools import combinations

import networkx as nx

from casebook.tables.wording import listed

DRUG, OUTCOME, SELECTION = "anakinra", "recovery", "published"

NODES = {
    "time": ("time since onset", 0), "severity": ("how ill she is", 0), "fever": ("fever", 1),
    "inotropes": ("inotropes", 1),
    "IVIG": ("IVIG", 1), "pulse": ("steroid pulse", 2), DRUG: ("anakinra", 2), OUTCOME: ("recovery", 3),
    "ProBNP": ("ProBNP", 4), "EF": ("EF", 4), SELECTION: ("published", 4)}
"""Node: (plain name, time stamp). Recovery is that of heart and circulation; EF and ProBNP are readings of it."""

STAMPS = ("before treatment", "days before", "printed day 3", "afterwards", "later still")

FIXED = (("time", "severity"), ("severity", "fever"), ("severity", "inotropes"), ("severity", "IVIG"),
         ("severity", "pulse"),
         (OUTCOME, "ProBNP"), (OUTCOME, "EF"), ("inotropes", "EF"), (OUTCOME, SELECTION), (DRUG, SELECTION))
"""Arrows of every graph."""

OPTIONAL = {
    "a": (DRUG, OUTCOME, "the claim"), "b": ("pulse", OUTCOME, "the steroid pulse helps"),
    "c": ("IVIG", OUTCOME, "IVIG helps"),
    "d": ("time", OUTCOME, "the illness passes by itself"),
    "e": ("severity", OUTCOME, "the sickest recover differently"),
    "f": ("severity", DRUG, "given because she is so ill"),
    "g": ("pulse", DRUG, "given because the pulse was not enough")}
"""Arrows the reader turns on and off: (from, to, what it says)."""

SELECT = "h"
"""Switch that is no arrow: look at published cases only."""

SWITCHES = (*OPTIONAL, SELECT)

PREPARED = {"The story as told": "a", "Three treatments": "abc", "A drug that does nothing": "def",
            "The letter’s order": "abcfg", "Every arrow": "abcdefg", "Nothing, published": "h"}
"""Graphs to start from: name -> switches that are on."""

MEASURED = ("time", "severity", "fever", "inotropes", "IVIG", "pulse")
"""What children could be made alike in before they are compared: all that is not later than anakinra."""


def name(node: str) -> str:
    """The plain name of a node."""
    return NODES[node][0]


def graph(on: str = "") -> nx.DiGraph:
    """The graph with the optional arrows ``on`` ('abf'), a DiGraph. KeyError for a switch that does not exist."""
    unknown = set(on) - set(SWITCHES)
    if unknown:
        raise KeyError(f"no switch {sorted(unknown)}; there are {', '.join(SWITCHES)}")
    drawn = nx.DiGraph()
    drawn.add_nodes_from(NODES)
    drawn.add_edges_from(FIXED)
    drawn.add_edges_from(OPTIONAL[k][:2] for k in on if k != SELECT)
    return drawn


def backwards(drawn: nx.DiGraph) -> list[tuple[str, str]]:
    """Arrows that point to an earlier time stamp: none may."""
    return [(a, b) for a, b in drawn.edges if NODES[a][1] > NODES[b][1]]


def same_stamp(drawn: nx.DiGraph) -> list[tuple[str, str]]:
    """Pairs of causes with one time stamp, anakinra among them: no before and after of one child separates them."""
    causes = [n for n in drawn.predecessors(OUTCOME) if n != DRUG and NODES[n][1] == NODES[DRUG][1]]
    return [(n, DRUG) for n in causes]


def given(on: str) -> set[str]:
    """What the comparison is restricted to: the published cases if the switch is on."""
    return {SELECTION} if SELECT in on else set()


def without_effect(drawn: nx.DiGraph) -> nx.DiGraph:
    """The graph without the arrows that leave anakinra for recovery: what links them now is not the drug's effect."""
    cut = drawn.copy()
    cut.remove_edges_from([(DRUG, n) for n in drawn.successors(DRUG) if n != SELECTION])
    return cut


def paths(drawn: nx.DiGraph) -> list[list[str]]:
    """Paths between anakinra and recovery that are not the drug's effect, shortest first; each a list of nodes."""
    cut = without_effect(drawn)
    simple = nx.all_simple_paths(cut.to_undirected(), DRUG, OUTCOME)
    return sorted(simple, key=lambda p: (len(p), p))


def is_open(drawn: nx.DiGraph, path: list[str], held: set[str]) -> bool:
    """Whether a path carries association when the nodes in ``held`` are held equal."""
    for before, middle, after in zip(path, path[1:], path[2:]):
        collider = drawn.has_edge(before, middle) and drawn.has_edge(after, middle)
        if collider and not ({middle} | nx.descendants(drawn, middle)) & held:
            return False
        if not collider and middle in held:
            return False
    return True


def open_paths(drawn: nx.DiGraph, held: Iterable[str] = frozenset()) -> list[list[str]]:
    """Paths other than the drug's effect that are open when ``held`` is held equal."""
    held = set(held)
    return [p for p in paths(drawn) if is_open(drawn, p, held)]


def adjustments(drawn: nx.DiGraph, held: Iterable[str] = frozenset()) -> list[set[str]]:
    """Smallest sets of MEASURED nodes that close every open path but the drug's effect; [] if no set does."""
    cut, held = without_effect(drawn), set(held)
    for size in range(len(MEASURED) + 1):
        sets = [set(s) for s in combinations(MEASURED, size)
                if nx.is_d_separator(cut, {DRUG}, {OUTCOME}, set(s) | held)]
        if sets:
            return sets
    return []


def confounders(drawn: nx.DiGraph) -> list[str]:
    """Nodes that cause both anakinra and, by a way that does not run through it, recovery."""
    apart = drawn.copy()
    apart.remove_node(DRUG)
    return [n for n in NODES if n in nx.ancestors(drawn, DRUG) and OUTCOME in nx.descendants(apart, n)]


def draw(path: list[str], drawn: nx.DiGraph) -> str:
    """A path in one line: 'anakinra ← how ill she is → recovery'."""
    arrows = (f" {'→' if drawn.has_edge(a, b) else '←'} {name(b)}" for a, b in zip(path, path[1:]))
    return name(path[0]) + "".join(arrows)


def _names(nodes):
    return listed(name(n) for n in NODES if n in nodes)


def among_children(on: str) -> list[str]:
    """What the graph implies for a comparison of many such children, as sentences."""
    drawn, held = graph(on), given(on)
    ways, effect = open_paths(drawn, held), drawn.has_edge(DRUG, OUTCOME)
    sentences = ["Anakinra helps recovery in your graph." if effect
                 else "Anakinra does nothing for recovery in your graph."]
    sentences += [f"Open path: {draw(p, drawn)}." for p in ways]
    if ways:
        sentences.append("Children with and without anakinra would differ by its effect mixed with what comes "
                         "along the open paths." if effect else
                         "Children with and without anakinra would still differ in recovery: an effect "
                         "would seem to be there, and none is.")
    else:
        sentences.append("No other path is open: children with and without anakinra would differ by its effect alone."
                         if effect else
                         "No path is open: children with and without anakinra would recover alike.")
    if not drawn.in_degree(DRUG):
        sentences.append("No arrow points to anakinra, as if it were given by lot.")
    if SELECT in on:
        sentences.append("You look at published cases only. Published is a collider, and selecting by it opens "
                         "a path that nothing else closes.")
    elif ways:
        sets = adjustments(drawn)
        sentences.append("To close the open paths, compare children alike in "
                         f"{', or in '.join(_names(s) for s in sets)}.")
    causes = confounders(drawn)
    sentences.append(f"Confounders: {_names(causes)}." if causes else "No confounder.")
    if effect and "g" in on:
        sentences.append("For the pulse, anakinra is a mediator: steroid pulse → anakinra → recovery.")
    return sentences


def in_this_child(on: str) -> list[str]:
    """What remains open in the one child, whatever is adjusted among many, as sentences."""
    drawn = graph(on)
    sentences = ["Pulse and anakinra share one time stamp: printed day 3, under the core rules. Her before "
                 "and after differ by both, and no "
                 "adjustment within one child separates them." if same_stamp(drawn) else
                 "You say that the pulse did nothing for her heart. Her table cannot show that: under the "
                 "core rules anakinra has the same printed day."]
    if "g" in on:
        sentences.append("Arrow g sets an order, pulse first. The letter tells it so; under the core "
                         "rules both begin on one printed day.")
    sentences.append("Her after is also later in the illness than her before." if "d" in on
                     else "You say that her illness would not have passed by itself.")
    if "c" in on:
        sentences.append("In the reference placement IVIG stands close before, and its "
                         "effect may fall into the same days.")
    if "severity" in confounders(drawn):
        sentences.append("How ill she is cannot be held equal: with one child, nobody is left to compare her with.")
    return sentences


@cache
def implications() -> dict[str, list]:
    """All states in a compact form: {'sentences': [...], 'states': [[[among ...], [in her ...]], ...]}; the index of a
    state is its switches as bits, switch a the lowest."""
    sentences, states = {}, []
    for bits in range(2 ** len(SWITCHES)):
        on = "".join(k for i, k in enumerate(SWITCHES) if bits >> i & 1)
        states.append([[sentences.setdefault(s, len(sentences)) for s in words]
                       for words in (among_children(on), in_this_child(on))])
    return {"sentences": list(sentences), "states": states}
