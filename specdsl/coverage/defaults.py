"""Points of declared defaults: nothing decides the decision, and the default is taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.checks.context import Context
from specdsl.circuit.resolve import World
from specdsl.coverage.points import Claim, Kind, Point
from specdsl.model.nodes import Decision


def default_points(context: Context) -> Iterator[Point]:
    """Each decision with a `default`. (Without one its author says nothing of what is taken.)"""
    for decision in context.spec.decisions:
        if decision.default is not None:
            text = f"`{decision.name}` is `{decision.outcomes[decision.default]}` by default"
            yield Point(Kind.DEFAULT, decision, (), text, decision.span, _undecided(decision))


def _undecided(decision: Decision) -> Claim:
    def claim(worlds: Sequence[World]) -> int:
        found = worlds[0].decide(decision)
        return worlds[0].graph.all_of((found.taken, found.decided ^ 1))

    return claim
