"""The situations that an example describes, and the goals that they meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

from specdsl.analyses.coverage.coverage_goals import CoverageGoal, GoalStatus
from specdsl.frontend.model.nodes import DecisionModel, Example, Fact
from specdsl.reasoning.prover import Prover
from specdsl.semantics.aig import AndInverterGraph, Atom, Literal, Outcome
from specdsl.semantics.fact_values import facts_in
from specdsl.semantics.instruction_inputs import listed_instructions
from specdsl.semantics.resolution_circuit import World
from specdsl.semantics.substitution import rename_fact, substitute_facts
from specdsl.verification.check_session import CheckSession
from specdsl.verification.example_world import ExampleWorld


class ExampleSituations(ExampleWorld):
    """The situations of an example, as far as they meet goals."""

    def __init__(self, session: CheckSession, example: Example) -> None:
        super().__init__(session, example)
        self._others: dict[Fact, World] = {}

    @cached_property
    def judged_decisions(self) -> frozenset[DecisionModel]:
        """Return the decisions with an expectation, and all decisions that they read."""
        expected = (e.effect.decision for e in self.example.expectations)
        return frozenset(d for decision in expected for d in self.session.dependencies(decision))

    def goal_statuses(self, goals: Sequence[CoverageGoal]) -> dict[CoverageGoal, GoalStatus]:
        """Return the status of each goal of a decision that the example judges. Raises
        `Undetermined`."""
        claims = {
            p: p.claim(self.worlds_for(p)) for p in goals if p.decision in self.judged_decisions
        }
        possible = self.world.assumptions_hold()
        prover = Prover(self.graph, (possible, *claims.values()), self.session.limits)
        prover.assert_always(possible)
        return {goal: self._status_of(prover, claim, goal) for goal, claim in claims.items()}

    def always_decides(self, decision: DecisionModel, outcome: int) -> bool:
        """Tell whether the decision has the outcome in every situation of the example, and there
        is one. Raises `Undetermined`."""
        found, possible = self.world.resolution_of(decision), self.world.assumptions_hold()
        here = self.graph.all_of((found.taken, found.outcome[outcome]))
        prover = Prover(self.graph, (possible, here), self.session.limits)
        prover.assert_always(possible)
        return prover.is_satisfiable() and not prover.is_satisfiable(here ^ 1)

    def _status_of(self, prover: Prover, claim: Literal, goal: CoverageGoal) -> GoalStatus:
        if not prover.is_satisfiable(claim):
            return GoalStatus.MISSING
        # An unknown fact makes the difference if one of its values does, not every one.
        always = (
            goal.changed in self.given if goal.changed else not prover.is_satisfiable(claim ^ 1)
        )
        return GoalStatus.COVERED if always else GoalStatus.IN_PASSING

    def worlds_for(self, goal: CoverageGoal) -> tuple[World, ...]:
        """Return the worlds of a goal's claim in this example."""
        if goal.changed is None:
            return (self.world,)
        return self.world, self._changed_world(goal.changed)

    def _changed_world(self, fact: Fact) -> World:
        """Return the world in which this fact has a free value of its own, or is unknown."""
        if fact not in self._others:
            rest = {f: value for f, value in self.given.items() if f is not fact}
            put = _substitute_fact(self.graph, fact, substitute_facts(self.graph, rest))
            self._others[fact] = World(
                self.session.circuit, listed_instructions(self.example.says), put
            )
        return self._others[fact]


Substitution = Callable[[Atom], Literal | None]


def _substitute_fact(graph: AndInverterGraph, fact: Fact, put: Substitution) -> Substitution:
    """Puts another fact for the fact, and for what else is about others what `put` has."""
    other = replace(fact, name=f"{fact.name} otherwise")
    rewrite = graph.rewriter(put)

    def both(atom: Atom) -> Literal | None:
        if isinstance(atom, Outcome) or fact not in facts_in(atom):
            return put(atom)
        return rewrite(rename_fact(graph, atom, fact, other))

    return both
