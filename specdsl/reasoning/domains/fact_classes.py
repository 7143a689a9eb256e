"""Classes of a single fact: a value of each, for literals that depend on no other fact."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import assert_never

from specdsl.base.limits import MAX_SUBSET_MEMBERS
from specdsl.frontend.model.nodes import Fact, Kind
from specdsl.reasoning.domains.cuts import Cut, interval_value, partition_facts
from specdsl.reasoning.texts.sample_texts import sample_texts
from specdsl.semantics.aig import AndInverterGraph, Literal
from specdsl.semantics.fact_values import FactValue


def class_values(
    graph: AndInverterGraph, literals: Iterable[Literal], fact: Fact
) -> list[FactValue]:
    """Return a known value of each class of the fact that the literals, which are about this fact
    alone, distinguish; not of all classes for sets with many members and texts with many classes.
    """
    domains = partition_facts(graph.support(literals))
    match fact.type.kind:
        case Kind.BOOL:
            return [False, True]
        case Kind.ENUM:
            return list(range(len(fact.type.members)))
        case Kind.SET:
            members = domains.members.get(fact, ())[:MAX_SUBSET_MEMBERS]
            return [
                frozenset(x for i, x in enumerate(members) if mask >> i & 1)
                for mask in range(1 << len(members))
            ]
        case Kind.TEXT:
            found = (sample_texts(*group).texts for group in domains.texts)
            return [texts[0] for group in found for texts in group] or [""]
        case Kind.INT | Kind.NUMBER | Kind.DATE | Kind.TIME | Kind.DURATION:
            ends: tuple[Cut | None, ...] = (None, *domains.cuts.get(fact, ()), None)
            numbers = [interval_value(fact, after, until) for after, until in pairwise(ends)]
            low, high = fact.type.low, fact.type.high
            return [v for v in numbers if (low is None or v >= low) and (high is None or v <= high)]
        case _:
            assert_never(fact.type.kind)
