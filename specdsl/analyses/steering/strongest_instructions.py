"""The strongest instructions of one speaker for a goal, while nobody else speaks.

To bring an outcome about it says `D is o` and `D may be o`, to prevent it `D is not o`: no other
instruction on the decision with the same authority does more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from specdsl.analyses.steering.steering_result import SteeringGoal
from specdsl.frontend.model.nodes import DecisionModel, Level, Principal
from specdsl.semantics.aig import FALSE, TRUE, Literal
from specdsl.semantics.instruction_inputs import effective_place
from specdsl.semantics.resolution_circuit import PlacedInstruction, World

InstructionSteps = Callable[[World, DecisionModel, Level], Sequence[PlacedInstruction]]


def strongest_instructions(
    principal: Principal, implied: bool, name: str, outcome: str, goal: SteeringGoal
) -> InstructionSteps:
    """Return what the principal says in a world, on one decision alone."""

    def steps(world: World, on: DecisionModel, level: Level) -> Sequence[PlacedInstruction]:
        if on.name != name:
            return ()
        here = place_of_speaker(world, principal, implied, on, level)
        return () if here == FALSE else _instructions_at(here, on, outcome, goal)

    return steps


def place_of_speaker(
    world: World, principal: Principal, implied: bool, on: DecisionModel, level: Level
) -> Literal:
    """Return the literal that the principal is heard at the level, with its own authority."""
    return effective_place(world, principal, implied, None, on, level)[1]


def is_heard_at_all(
    world: World, principal: Principal, implied: bool, on: DecisionModel
) -> Literal:
    """Return the literal that the principal is heard on the decision."""
    levels = world.circuit.spec.levels
    return world.graph.any_of(
        place_of_speaker(world, principal, implied, on, level) for level in levels
    )


def _instructions_at(
    here: Literal, on: DecisionModel, outcome: str, goal: SteeringGoal
) -> tuple[PlacedInstruction, ...]:
    this = tuple(TRUE if name == outcome else FALSE for name in on.outcomes)
    if goal is SteeringGoal.STOP:
        return (PlacedInstruction(outcome, here, False, tuple(bit ^ 1 for bit in this)),)
    return (
        PlacedInstruction(outcome, here, True, this),
        PlacedInstruction(outcome, here, False, this),
    )
