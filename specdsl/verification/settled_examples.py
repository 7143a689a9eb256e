"""Examples that are decided by ternary simulation: whatever the facts that they leave open, without
a solver."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from specdsl.frontend.model.nodes import Example, Expectation, Fact
from specdsl.reasoning.simulation.ternary import TernaryEvaluator, TernaryValues
from specdsl.semantics.aig import Literal
from specdsl.semantics.fact_values import FactValue
from specdsl.semantics.resolution_circuit import Resolution
from specdsl.situations.situation import Situation, complete_facts
from specdsl.verification.check_session import CheckSession


class SettledExamples:
    """Ternary simulation of the examples without instructions."""

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
    def _simulator(self) -> TernaryEvaluator:
        graph = self.session.circuit.graph
        roots = (literal for found in self._resolutions for literal in _result_literals(found))
        return TernaryEvaluator(graph, graph.cone((self.possible, *roots)))

    def surely_holds(self, example: Example) -> bool:
        """Return whether the example is shown to hold; if not, it may hold too."""
        if example.says:
            return False
        given: dict[Fact, FactValue] = {one.fact: one.value for one in example.given}
        settled = self._simulator.evaluate(given, ())
        return bool(settled.holds(self.possible)) and all(
            self._meets_expectation(expectation, given, settled)
            for expectation in example.expectations
        )

    def _meets_expectation(
        self, expectation: Expectation, given: dict[Fact, FactValue], settled: TernaryValues
    ) -> bool:
        effect = expectation.effect
        found = self.session.uninstructed_world.resolution_of(effect.decision)
        others = (o for i, o in enumerate(found.outcome) if not effect.outcomes >> i & 1)
        if not settled.holds(found.taken) or not all(settled.holds(o ^ 1) for o in others):
            return False
        return not expectation.because or self._has_winners(expectation, found, given, settled)

    def _has_winners(
        self,
        expectation: Expectation,
        found: Resolution,
        given: dict[Fact, FactValue],
        settled: TernaryValues,
    ) -> bool:
        """Return whether the rules named are winners. If every effect is determined, one situation
        has the winners of all."""
        if not all(settled.holds(one) or settled.holds(one ^ 1) for one in _result_literals(found)):
            return False
        situation = Situation(given, complete_facts(self.session.spec, given))
        trace = self.session.replay(situation.to_replay())[expectation.effect.decision.name]
        return all(one.name in trace.because for one in expectation.because)


def _result_literals(found: Resolution) -> Iterable[Literal]:
    """Yield the literals that determine the outcome and the winners of a decision."""
    yield found.taken
    yield from found.outcome
    for standing in found.rules.values():
        yield standing.stands
        yield from standing.excludes
        yield from standing.permits
