"""One value of every class of a fact, without a solver: what is left once all others are fixed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.reasoning.domains.cuts import Cut, interval_value, split
from specdsl.reasoning.texts.sample_texts import samples
from specdsl.semantics.aig import AndInverterGraph
from specdsl.semantics.fact_values import FactValue

MOST_MEMBERS = 10


def values_of(graph: AndInverterGraph, literals: Iterable[int], fact: Fact) -> list[FactValue]:
    """Values of the fact, a known one of every class that the literals tell apart.

    The literals are about this fact alone. Of sets with many members and of texts with too many
    classes not every one is tried.
    """
    domains = split(graph.support(literals))
    match fact.type.kind:
        case Kind.BOOL:
            return [False, True]
        case Kind.ENUM:
            return list(range(len(fact.type.members)))
        case Kind.SET:
            members = domains.members.get(fact, ())[:MOST_MEMBERS]
            return [
                frozenset(x for i, x in enumerate(members) if mask >> i & 1)
                for mask in range(1 << len(members))
            ]
        case Kind.TEXT:
            found = (samples(*group).texts for group in domains.texts)
            return [texts[0] for group in found for texts in group] or [""]
        case _:
            ends: tuple[Cut | None, ...] = (None, *domains.cuts.get(fact, ()), None)
            numbers = [interval_value(fact, after, until) for after, until in pairwise(ends)]
            low, high = fact.type.low, fact.type.high
            return [v for v in numbers if (low is None or v >= low) and (high is None or v <= high)]
