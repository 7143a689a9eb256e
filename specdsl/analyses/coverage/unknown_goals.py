"""Goals for unknown facts: the decision would have another outcome if the fact were known.

Two worlds share all instructions and all facts but one, which is unknown in the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.analyses.coverage.coverage_goals import CoverageGoal, GoalClaim, GoalKind
from specdsl.frontend.model.nodes import DecisionModel, Fact
from specdsl.semantics.aig import Known, Literal
from specdsl.semantics.difference import outcomes_differ
from specdsl.semantics.resolution_circuit import World
from specdsl.verification.check_session import CheckSession
from specdsl.verification.relevance.fact_changes import FactChanges


def unknown_fact_goals(session: CheckSession) -> Iterator[CoverageGoal]:
    """Yield a goal for each optional fact that is read, and each decision."""
    for fact in FactChanges.of(session).facts:
        for decision in session.spec.decisions if fact.optional else ():
            text = f"`{decision.name}` depends on `{fact.name}`, which is unknown"
            claim = _differs_if_known(fact, decision)
            yield CoverageGoal(
                GoalKind.UNKNOWN, decision, (fact.name,), text, fact.span, claim, fact
            )


def _differs_if_known(fact: Fact, decision: DecisionModel) -> GoalClaim:
    def claim(worlds: Sequence[World]) -> Literal:
        here, there = worlds
        graph = here.graph
        unknown = here.literal(graph.atom(Known(fact))) ^ 1
        other = outcomes_differ(graph, here.resolution_of(decision), there.resolution_of(decision))
        return graph.all_of((unknown, other, there.assumptions_hold()))

    return claim
