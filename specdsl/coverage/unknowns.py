"""Points of facts that nobody knows: the decision would come out otherwise if the fact were known.

Two worlds share all facts but one, and all that is said: in the first the fact is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.checks.context import Context
from specdsl.checks.otherwise import other_outcome
from specdsl.circuit.graph import Known
from specdsl.circuit.resolve import World
from specdsl.coverage.points import Claim, Kind, Point
from specdsl.model.nodes import Decision, Fact


def unknown_points(context: Context) -> Iterator[Point]:
    """Each fact that may be unknown and is read, with each decision."""
    for fact in context.differences.facts:
        for decision in context.spec.decisions if fact.optional else ():
            text = f"`{decision.name}` depends on `{fact.name}`, which is unknown"
            claim = _matters(fact, decision)
            yield Point(Kind.UNKNOWN, decision, (fact.name,), text, fact.span, claim, fact)


def _matters(fact: Fact, decision: Decision) -> Claim:
    def claim(worlds: Sequence[World]) -> int:
        here, there = worlds
        graph = here.graph
        unknown = here.literal(graph.atom(Known(fact))) ^ 1
        other = other_outcome(graph, here.decide(decision), there.decide(decision))
        return graph.all_of((unknown, other, there.possible()))

    return claim
