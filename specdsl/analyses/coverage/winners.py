"""The rules that win in the situations of the examples, according to the decision function."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.analyses.coverage.example_situations import ExampleSituations
from specdsl.base.limits import MAX_WINNING_WAYS
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.situations.situation import Situation
from specdsl.verification.check_session import CheckSession
from specdsl.verification.example_world import resolution_literals


@dataclass(frozen=True, slots=True)
class WinningRules:
    """The titles of the examples in which each rule wins. `partial` has the examples whose
    situations were too many to enumerate."""

    by_rule: dict[str, tuple[str, ...]]
    partial: tuple[str, ...] = ()


def find_winners(session: CheckSession) -> WinningRules:
    """Find the winners of every decision that an example judges."""
    found: dict[str, dict[str, None]] = {}
    partial: list[str] = []
    names = {rule.name for rule in session.spec.rules}
    for example in session.spec.examples:
        try:
            for name in _winners_of_example(session, ExampleSituations(session, example)):
                if name in names:
                    found.setdefault(name, {})[example.title] = None
        except Undetermined:
            partial.append(example.title)
    return WinningRules({name: tuple(titles) for name, titles in found.items()}, tuple(partial))


def _winners_of_example(
    session: CheckSession, example_situations: ExampleSituations
) -> Iterator[str]:
    for decision in session.spec.decisions:
        if decision in example_situations.judged_decisions:
            for situation in situations_by_resolution(session, example_situations, decision):
                yield from session.replay(situation.to_replay())[decision.name].because


def constant_winners(
    session: CheckSession, example_situations: ExampleSituations, decision: DecisionModel
) -> tuple[str, ...]:
    """Return the rules and principals that win in every situation of the example; none if there
    are too many situations to enumerate."""
    found: list[tuple[str, ...]] = []
    try:
        for situation in situations_by_resolution(session, example_situations, decision):
            found.append(session.replay(situation.to_replay())[decision.name].because)
    except Undetermined:
        return ()
    first = found[0] if found else ()
    return tuple(name for name in dict.fromkeys(first) if all(name in other for other in found))


def situations_by_resolution(
    session: CheckSession, example_situations: ExampleSituations, decision: DecisionModel
) -> Iterator[Situation]:
    """Yield one situation for each way in which the candidates stand, which fixes the winners.
    Raises `Undetermined` if there are more than `MAX_WINNING_WAYS`."""
    graph, possible = session.circuit.graph, example_situations.world.assumptions_hold()
    literals = resolution_literals(example_situations.world.resolution_of(decision))
    prover = Prover(graph, [possible, *literals], session.limits)
    prover.assert_always(possible)
    for _ in range(MAX_WINNING_WAYS):
        if not prover.is_satisfiable():
            return
        here = graph.all_of(lit ^ (not prover.holds(lit)) for lit in literals)
        every = {f: prover.value(f) for f in prover.domains.facts}
        yield example_situations.situation_with(every, every)
        prover.assert_always(here ^ 1)
    raise Undetermined
