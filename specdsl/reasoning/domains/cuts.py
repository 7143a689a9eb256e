"""The finite classes into which the atoms of a question split each fact.

A quantity that no relation ties to another is split at the *cuts* that the spec compares it with;
the classes are the intervals between. Related quantities stay numbers, for arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from typing import assert_never

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import QUANTITIES, Fact, Kind
from specdsl.reasoning.texts.text_classes import TextAtom, group_texts
from specdsl.semantics.aig import (
    AndInverterGraph,
    Atom,
    HasMember,
    Input,
    IsEnumMember,
    IsTrue,
    Known,
    Linear,
    Node,
    Outcome,
    Size,
    TextCompare,
    TextMatches,
    TextRelation,
)
from specdsl.semantics.fact_values import EARLIEST, facts_in, simplicity_key
from specdsl.semantics.lower_terms import CALENDAR, grid_step

Cut = tuple[Fraction, bool]
"""The condition x < value, or x <= value if the flag is true."""


@dataclass(frozen=True, slots=True)
class Domains:
    """The classes of each fact. `cuts`: of quantities and sizes, sorted; `related`: the quantities,
    and sets by their size, in relations with others; `members`: the tested members of enumerations
    and sets; `sized`: the sets whose sizes matter; `texts`: groups of related text facts.
    """

    facts: tuple[Fact, ...]
    cuts: dict[Fact, tuple[Cut, ...]]
    related: frozenset[Fact]
    members: dict[Fact, tuple[int, ...]]
    sized: tuple[Fact, ...]
    texts: tuple[tuple[tuple[Fact, ...], tuple[TextAtom, ...]], ...]


def domains_of_atoms(graph: AndInverterGraph, nodes: Iterable[Node]) -> Domains:
    """Return the domains of all facts in the atoms of these nodes. Most are asked for many times in
    a check, so a graph remembers them.
    """
    kept = atoms_about_facts(graph, nodes)
    known = graph.get_or_make("domains", dict[tuple[Node, ...], Domains])
    if kept not in known:
        atoms = (graph.atoms[node] for node in kept)
        known[kept] = partition_facts(atom for atom in atoms if atom is not None)
    return known[kept]


def atoms_about_facts(graph: AndInverterGraph, nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Return the nodes of atoms that are about facts."""
    atoms = graph.atoms
    return tuple(
        node for node in nodes if atoms[node] is not None and not isinstance(atoms[node], Input)
    )


def partition_facts(atoms: Iterable[Atom]) -> Domains:
    """Return the domains of all facts in the atoms."""
    cuts: dict[Fact, set[Cut]] = {}
    related: set[Fact] = set()
    members: dict[Fact, set[int]] = {}
    sized: dict[Fact, None] = {}  # Ordered, unlike a set.
    texts: list[TextAtom] = []
    facts: dict[str, Fact] = {}
    for atom in atoms:
        facts.update((fact.name, fact) for fact in facts_in(atom))
        match atom:
            case Linear(((variable, _),), op, bound):
                fact = _fact_of(variable)
                cuts.setdefault(fact, set()).update(cuts_of(variable, op, bound))
            case Linear():
                related.update(_fact_of(variable) for variable, _ in atom.terms)
            case IsEnumMember() | HasMember():
                members.setdefault(atom.fact, set()).add(atom.member)
            case TextCompare() | TextMatches() | TextRelation():
                texts.append(atom)
            case Known() | IsTrue() | Outcome() | Input():
                pass
            case _:
                assert_never(atom)
        if isinstance(atom, Linear):
            sized.update((v.fact, None) for v, _ in atom.terms if isinstance(v, Size))
    for fact in facts.values():
        if fact.type.kind in QUANTITIES:
            cuts.setdefault(fact, set()).update(range_cuts(fact))
    for fact in sized:
        members[fact] = set(range(len(fact.type.members)))
    return Domains(
        tuple(facts[name] for name in sorted(facts)),
        {fact: tuple(sorted(found)) for fact, found in cuts.items()},
        frozenset(related),
        {fact: tuple(sorted(found)) for fact, found in members.items()},
        tuple(sized),
        tuple((group, tuple(found)) for group, found in group_texts(texts)),
    )


def _fact_of(variable: Fact | Size) -> Fact:
    return variable.fact if isinstance(variable, Size) else variable


def cut_below(variable: Fact | Size, bound: Fraction) -> Cut:
    """Return the cut `x < bound`, which for whole steps is `x <= bound - 1`."""
    step = grid_step(variable)
    return (bound, False) if step is None else (bound - step, True)


def cuts_of(variable: Fact | Size, op: str, bound: Fraction) -> tuple[Cut, ...]:
    match op:
        case "<=":
            return ((bound, True),)
        case "<":
            return (cut_below(variable, bound),)
        case _:
            return (cut_below(variable, bound), (bound, True))


def range_cuts(fact: Fact) -> tuple[Cut, ...]:
    """Return the cut below the lowest value and the one at the highest."""
    low, high = fact.type.low, fact.type.high
    found: tuple[Cut, ...] = ()
    if low is not None:
        found += (cut_below(fact, low),)
    if high is not None:
        found += ((high, True),)
    return found


@lru_cache(maxsize=100_000)
def interval_value(fact: Fact, after: Cut | None, until: Cut | None) -> Fraction:
    """Return the simplest value above one cut and not above the next; either may be absent."""
    step = grid_step(Size(fact) if fact.type.kind is Kind.SET else fact)
    low, open_low = (None, False) if after is None else (after[0], after[1])
    high, open_high = (None, False) if until is None else (until[0], not until[1])
    if step is not None and low is not None:
        low, open_low = low + step, False
    if fact.type.kind in CALENDAR:
        return _earliest_moment(fact, low, open_low, high, open_high)
    return simplest_between(low, open_low, high, open_high)


def _earliest_moment(
    fact: Fact, low: Fraction | None, open_low: bool, high: Fraction | None, open_high: bool
) -> Fraction:
    """Return the start of the interval, or the last moment before its end, or the default day."""
    if low is not None and not open_low:
        return low
    first, end = CALENDAR[fact.type.kind]
    step = grid_step(fact) or Fraction(1)
    if low is None:
        return EARLIEST if high is None else max(first, min(high - step * open_high, end - step))
    if high is None:
        high, open_high = end, True
    later = low + step
    if later < high or (later == high and not open_high):
        return later
    return (low + high) / 2


def simplest_between(
    low: Fraction | None, open_low: bool, high: Fraction | None, open_high: bool
) -> Fraction:
    """Return the simplest number of a non-empty interval: zero, else small, whole, positive."""

    def inside(value: Fraction) -> bool:
        above = low is None or value > low or (value == low and not open_low)
        return above and (high is None or value < high or (value == high and not open_high))

    if inside(Fraction(0)):
        return Fraction(0)
    for denominator in (1, 2, 4, 5, 10, 20, 100, 1000):
        near = [
            Fraction(numerator, denominator)
            for end in (low, high)
            if end is not None
            for numerator in range(int(end * denominator) - 1, int(end * denominator) + 3)
        ]
        found = sorted((value for value in near if inside(value)), key=simplicity_key)
        if found:
            return found[0]
    ends = [
        end
        for end, is_open in ((low, open_low), (high, open_high))
        if end is not None and not is_open
    ]
    if ends:
        return min(ends, key=simplicity_key)
    assert low is not None
    assert high is not None
    return (low + high) / 2
