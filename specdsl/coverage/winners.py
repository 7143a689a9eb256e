"""Which rules win in the situations of the examples, by the decision function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from specdsl.checks.context import Context
from specdsl.checks.situations import Situation, completed
from specdsl.circuit.graph import FALSE, TRUE
from specdsl.circuit.resolve import Resolution
from specdsl.circuit.values import FactValue
from specdsl.coverage.told import Told, spoken
from specdsl.limits import MOST_WINNING_WAYS
from specdsl.model.nodes import Decision, Fact
from specdsl.solver.prover import Prover, Unsettled


@dataclass(frozen=True, slots=True)
class Winners:
    """By rule the titles of the examples in which it wins. `partial`: examples of which not every
    way was looked at."""

    by_rule: dict[str, tuple[str, ...]]
    partial: tuple[str, ...] = ()


def winners(context: Context) -> Winners:
    """Who wins a decision that an example expects something of, or one that this reads."""
    found: dict[str, dict[str, None]] = {}
    partial: list[str] = []
    names = {rule.name for rule in context.spec.rules}
    for example in context.spec.examples:
        try:
            for name in _winning(context, Told(context, example)):
                if name in names:
                    found.setdefault(name, {})[example.title] = None
        except Unsettled:
            partial.append(example.title)
    return Winners({name: tuple(titles) for name, titles in found.items()}, tuple(partial))


def _winning(context: Context, told: Told) -> Iterator[str]:
    for decision in context.spec.decisions:
        if decision in told.judged:
            for situation in ways(context, told, decision):
                yield from context.replay(situation.to_replay())[decision.name].because


def constant(context: Context, told: Told, decision: Decision) -> tuple[str, ...]:
    """The rules and principals that win in every situation of the example; none where there are
    too many ways to look at."""
    found: list[tuple[str, ...]] = []
    try:
        for situation in ways(context, told, decision):
            found.append(context.replay(situation.to_replay())[decision.name].because)
    except Unsettled:
        return ()
    first = found[0] if found else ()
    return tuple(name for name in dict.fromkeys(first) if all(name in other for other in found))


def ways(context: Context, told: Told, decision: Decision) -> Iterator[Situation]:
    """A situation for each way in which candidates stand: it has the same winners throughout.
    Raises `Unsettled` where there are more than `MOST_WINNING_WAYS`."""
    graph, possible = context.circuit.graph, told.world.possible()
    telling = _telling(told.world.decide(decision))
    prover = Prover(graph, [possible, *telling], context.limits)
    prover.always(possible)
    for _ in range(MOST_WINNING_WAYS):
        if not prover.settle():
            return
        here = graph.all_of(lit ^ (not prover.truth(lit)) for lit in telling)
        every = {f: prover.value(f) for f in prover.domains.facts}
        yield _situation(context, told, every)
        prover.always(here ^ 1)
    raise Unsettled


def _telling(resolution: Resolution) -> list[int]:
    found = [
        literal
        for standing in (*resolution.rules.values(), *(s for _, _, s in resolution.steps))
        for literal in (standing.stands, *standing.excludes)
    ]
    found += [*resolution.outcome, resolution.taken]
    return [literal for literal in dict.fromkeys(found) if literal not in (TRUE, FALSE)]


def _situation(context: Context, told: Told, found: Mapping[Fact, FactValue]) -> Situation:
    every = {**found, **told.given}
    return Situation(every, completed(context.spec, every), spoken(told.example))
