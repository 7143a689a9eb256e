"""Circumstances: given facts, while all other facts and all instructions are free.

What can matter in them is a question about the circuits with the given facts substituted: whether
an effect of a rule stands in some situation, and whether a clause of its condition can fail in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from specdsl.frontend.model.nodes import DecisionModel, Effect, Fact, Rule
from specdsl.reasoning.prover import Prover
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.semantics.aig import Literal
from specdsl.semantics.circuit import Circuit, Clause
from specdsl.semantics.fact_values import FactValue
from specdsl.semantics.instruction_inputs import FreeInstructions
from specdsl.semantics.resolution_circuit import World
from specdsl.semantics.substitution import substitute_facts


class Circumstances:
    """The situations with some facts. An answer that is not settled is never read as `cannot`."""

    def __init__(self, circuit: Circuit, given: Mapping[Fact, FactValue], limits: Limits) -> None:
        self.circuit, self.limits = circuit, limits
        self.instructions = FreeInstructions(circuit)
        self.world = World(circuit, self.instructions.steps, substitute_facts(circuit.graph, given))
        self.undetermined: dict[str, None] = {}

    @property
    def is_possible(self) -> bool:
        """Tell whether there is a situation at all."""
        possible = self.world.assumptions_hold()
        return (
            Prover(self.circuit.graph, (possible,), self.limits).check(possible) is not Answer.UNSAT
        )

    def effects_of(self, rule: Rule) -> tuple[Effect, ...]:
        """Return the effects of a rule that stand in some situation."""
        return tuple(effect for effect in rule.effects if self._can_stand(rule, effect))

    def _can_stand(self, rule: Rule, effect: Effect) -> bool:
        found = self.world.resolution_of(effect.decision)
        claim = (found.rules[rule].stands, found.ready)
        return self._is_satisfiable(f"`{rule.name}`", (effect.decision,), *claim)

    def open_condition(self, rule: Rule) -> tuple[Clause, ...]:
        """Return the clauses of a rule that fail in some situation."""
        return tuple(
            clause for clause in self.circuit.rules[rule].clauses if self._can_fail(rule, clause)
        )

    def _can_fail(self, rule: Rule, clause: Clause) -> bool:
        holds = self.world.literal(clause.holds)
        decisions = [d for effect in rule.effects for d in self.circuit.spec.reads[effect.decision]]
        return self._is_satisfiable(f"`{rule.name}`", decisions, holds ^ 1)

    def possible_outcomes(self, decision: DecisionModel) -> tuple[str, ...]:
        """Return the outcomes that the decision has in some situation."""
        found = self.world.resolution_of(decision)
        return tuple(
            name
            for name, literal in zip(decision.outcomes, found.outcome, strict=True)
            if self._is_satisfiable(f"`{decision.name}`", (decision,), literal, found.taken)
        )

    # --- queries ---

    def _is_satisfiable(
        self, about: str, decisions: Iterable[DecisionModel], *claim: Literal
    ) -> bool:
        """Return whether a situation has the claim; true, and noted, if that is not settled."""
        given = self._preconditions(decisions)
        prover = Prover(self.circuit.graph, (*claim, *given), self.limits)
        answer = prover.check(*claim, *given)
        if answer is Answer.UNDETERMINED:
            self.undetermined[about] = None
        return answer is not Answer.UNSAT

    def _preconditions(self, decisions: Iterable[DecisionModel]) -> tuple[Literal, Literal]:
        spec = self.circuit.spec
        cone = {d: None for decision in decisions for d in spec.dependencies(decision)}
        for decision in cone:
            self.world.resolution_of(decision)  # Makes its instructions.
        return self._assumptions, self.instructions.well_formed(cone)

    @cached_property
    def _assumptions(self) -> Literal:
        return self.world.assumptions_hold()
