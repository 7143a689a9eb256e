"""Goals for declared defaults: nothing decides the decision, so the default is taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.analyses.coverage.coverage_goals import CoverageGoal, GoalClaim, GoalKind
from specdsl.frontend.model.nodes import DecisionModel
from specdsl.semantics.aig import Literal
from specdsl.semantics.resolution_circuit import World
from specdsl.verification.check_session import CheckSession


def default_goals(session: CheckSession) -> Iterator[CoverageGoal]:
    """Yield a goal for each decision with a `default`. (Without one, its author makes no statement
    about the outcome that is taken.)"""
    for decision in session.spec.decisions:
        if decision.default is not None:
            text = f"`{decision.name}` is `{decision.outcomes[decision.default]}` by default"
            yield CoverageGoal(
                GoalKind.DEFAULT, decision, (), text, decision.span, _default_taken(decision)
            )


def _default_taken(decision: DecisionModel) -> GoalClaim:
    def claim(worlds: Sequence[World]) -> Literal:
        found = worlds[0].resolution_of(decision)
        return worlds[0].graph.all_of((found.taken, found.decided ^ 1))

    return claim
