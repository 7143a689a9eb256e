"""Settled decisions: those whose rules never conflict while nobody gives an instruction."""

from __future__ import annotations

from specdsl.frontend.model.nodes import DecisionModel
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.semantics.aig import FALSE
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.instruction_inputs import no_instructions
from specdsl.semantics.resolution_circuit import World

WORK = 20_000_000  # Of the question about one decision; see `Limits`.


def settled_decisions(circuit: Circuit) -> frozenset[DecisionModel]:
    """Return the decisions whose rules are proved not to conflict."""
    with circuit.graph.scratch():
        world = World(circuit, no_instructions)
        return frozenset(one for one in circuit.spec.decisions if _is_settled(world, one))


def _is_settled(world: World, decision: DecisionModel) -> bool:
    found = world.resolution_of(decision)
    question = world.graph.all_of((found.conflicted, found.ready, world.assumptions_hold()))
    if question == FALSE:
        return True
    try:
        prover = Prover(world.graph, (question,), Limits(work=WORK).with_deadline())
        return prover.check(question) is Answer.UNSAT
    except Undetermined:
        return False
