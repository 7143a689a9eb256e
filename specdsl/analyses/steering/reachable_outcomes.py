"""Reachable outcomes: what a decision can still come to when some facts are known."""

from __future__ import annotations

from collections.abc import Mapping

from specdsl.frontend.model.nodes import DecisionModel, Fact
from specdsl.reasoning.prover import Prover
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.fact_values import FactValue
from specdsl.semantics.instruction_inputs import FreeInstructions
from specdsl.semantics.resolution_circuit import World
from specdsl.semantics.substitution import substitute_facts


def reachable_outcomes(
    circuit: Circuit, decision: DecisionModel, known: Mapping[Fact, FactValue]
) -> frozenset[str]:
    """Return the outcomes that the decision has in some situation in which these facts have these
    values, whatever the others are and whoever gives which instructions. Of those left out it is
    proved that there is none; what could not be settled is among the reachable ones.
    """
    graph = circuit.graph
    with graph.scratch():
        instructions = FreeInstructions(circuit)
        world = World(circuit, instructions.steps)
        found = world.resolution_of(decision)
        cone = dict.fromkeys(circuit.spec.dependencies(decision))
        rewrite = graph.rewriter(substitute_facts(graph, known))
        given = [rewrite(world.assumptions_hold()), rewrite(instructions.well_formed(cone))]
        claims = [rewrite(graph.all_of((found.taken, one))) for one in found.outcome]
        prover = Prover(graph, [*given, *claims], Limits())
        prover.assert_always(*given)
        return frozenset(
            outcome
            for outcome, claim in zip(decision.outcomes, claims, strict=True)
            if prover.check(claim) is not Answer.UNSAT
        )
