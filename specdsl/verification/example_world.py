"""World of an example: its facts and instructions are fixed, all other facts are free."""

from __future__ import annotations

from collections.abc import Mapping

from specdsl.frontend.model.nodes import Example, Fact
from specdsl.semantics.aig import FALSE, TRUE, Literal
from specdsl.semantics.fact_values import FactValue
from specdsl.semantics.instruction_inputs import listed_instructions
from specdsl.semantics.resolution_circuit import Resolution, World
from specdsl.semantics.substitution import substitute_facts
from specdsl.situations.situation import Situation, SpokenInstruction, complete_facts
from specdsl.verification.check_session import CheckSession


class ExampleWorld:
    """The world of an example, and the situations that it describes."""

    def __init__(self, session: CheckSession, example: Example) -> None:
        self.session = session
        self.graph = session.circuit.graph
        self.example = example
        self.given: dict[Fact, FactValue] = {g.fact: g.value for g in example.given}
        self.world = World(
            session.circuit,
            listed_instructions(example.says),
            substitute_facts(self.graph, self.given),
        )

    def situation_with(
        self, relevant: Mapping[Fact, FactValue], every: Mapping[Fact, FactValue]
    ) -> Situation:
        """Return the situation with these facts, the given ones and the instructions."""
        completed = complete_facts(self.session.spec, {**every, **self.given})
        says = given_instructions(self.example)
        return Situation({**relevant, **self.given}, completed, says)


def given_instructions(example: Example) -> tuple[SpokenInstruction, ...]:
    """Return the instructions of an example as a situation has them."""
    return tuple(
        SpokenInstruction(
            s.principal, s.implied, s.at, s.effect.decision, s.effect.permits, s.effect.outcomes
        )
        for s in example.says
    )


def resolution_literals(resolution: Resolution) -> list[Literal]:
    """Return the literals that fix which candidates stand, and so which ones win."""
    found = [
        literal
        for standing in (*resolution.rules.values(), *(s for _, _, s in resolution.steps))
        for literal in (standing.stands, *standing.excludes)
    ]
    found += [*resolution.outcome, resolution.taken]
    return [literal for literal in dict.fromkeys(found) if literal not in (TRUE, FALSE)]
