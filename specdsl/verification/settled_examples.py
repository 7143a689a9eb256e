"""Examples that hold whatever the facts are that they do not give: seen in three-valued logic,
without a solver."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from specdsl.frontend.model.nodes import Example, Expectation, Fact
from specdsl.reasoning.simulation.ternary import TernaryEvaluator, TernaryValues
from specdsl.semantics.fact_values import FactValue
from specdsl.semantics.resolution_circuit import Resolution
from specdsl.situations.situation import Situation, complete_facts
from specdsl.verification.check_session import CheckSession


class SettledExamples:
    """What is seen of the examples of a spec in which nobody says anything."""

    def __init__(self, session: CheckSession) -> None:
        self.session = session
        self.possible = session.uninstructed_world.assumptions_hold()

    @cached_property
    def _resolutions(self) -> list[Resolution]:
        examples = (one for one in self.session.spec.examples if not one.says)
        decisions = (e.effect.decision for one in examples for e in one.expectations)
        return [
            self.session.uninstructed_world.resolution_of(one) for one in dict.fromkeys(decisions)
        ]

    @cached_property
    def _three(self) -> TernaryEvaluator:
        roots = (literal for found in self._resolutions for literal in _telling(found))
        return TernaryEvaluator(self.session.circuit.graph, (self.possible, *roots))

    def surely_holds(self, example: Example) -> bool:
        """Whether it is seen to hold. One that is not may hold too."""
        if example.says:
            return False
        given: dict[Fact, FactValue] = {one.fact: one.value for one in example.given}
        settled = self._three.evaluate(given, ())
        return bool(settled.holds(self.possible)) and all(
            self._meets(expectation, given, settled) for expectation in example.expectations
        )

    def _meets(
        self, expectation: Expectation, given: dict[Fact, FactValue], settled: TernaryValues
    ) -> bool:
        effect = expectation.effect
        found = self.session.uninstructed_world.resolution_of(effect.decision)
        others = (o for i, o in enumerate(found.outcome) if not effect.outcomes >> i & 1)
        if not settled.holds(found.taken) or not all(settled.holds(o ^ 1) for o in others):
            return False
        return not expectation.because or self._is_because(expectation, found, given, settled)

    def _is_because(
        self,
        expectation: Expectation,
        found: Resolution,
        given: dict[Fact, FactValue],
        settled: TernaryValues,
    ) -> bool:
        """Where all that stands is settled, one situation has the winners of all others."""
        if not all(settled.holds(one) or settled.holds(one ^ 1) for one in _telling(found)):
            return False
        situation = Situation(given, complete_facts(self.session.spec, given))
        trace = self.session.replay(situation.to_replay())[expectation.effect.decision.name]
        return all(one.name in trace.because for one in expectation.because)


def _telling(found: Resolution) -> Iterable[int]:
    """What tells the outcome and the winners of a decision."""
    yield found.taken
    yield from found.outcome
    for standing in found.rules.values():
        yield standing.stands
        yield from standing.excludes
        yield from standing.permits
