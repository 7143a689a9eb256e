"""Decisions that are seen to be the same in two specs, since all that bears on them is the same:
nothing has to be asked about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from specdsl.circuit.graph import Atom, Graph, Input, Outcome
from specdsl.circuit.resolve import World
from specdsl.compare.worlds import Worlds
from specdsl.model.nodes import Decision, Principal, Spec


def unchanged(worlds: Worlds) -> frozenset[str]:
    """The names of decisions with the same outcomes, rules, ranks and voices in both specs, that
    read none but such decisions. Others may come to the same too."""
    old, new = worlds.old.circuit.spec, worlds.new.circuit.spec
    if _authority(old) != _authority(new):
        return frozenset()
    before = {one.name: one for one in old.decisions}
    told = _Telling(worlds.old), _Telling(worlds.new)
    found: set[str] = set()
    for decision in new.decisions:  # each after those that it reads
        was = before.get(decision.name)
        if was is None or not {read.name for read in new.reads[decision]} <= found:
            continue
        if told[0].of(was) == told[1].of(decision):
            found.add(decision.name)
    return frozenset(found)


def _authority(spec: Spec) -> list[Any]:
    """Who speaks where, whatever the decision."""
    return [[level.name for level in spec.levels], [_voice(one) for one in spec.principals]]


def _voice(one: Principal) -> tuple[str, str, str]:
    return one.name, one.level.name if one.level else "", one.implied.name if one.implied else ""


class _Telling:
    """What bears on the decisions of a world, in a form that compares with that of another one in
    the same graph."""

    def __init__(self, world: World) -> None:
        self.circuit = world.circuit
        self.literal: Callable[[int], int] = world.graph.rewriter(_by_name(world.graph))

    def of(self, decision: Decision) -> list[Any]:
        steered = decision.steered and [one.name for one in decision.steered]
        own = [decision.outcomes, decision.default, decision.on_conflict, steered]
        return [*own, sorted(self._delegates(decision)), *self._levels(decision)]

    def _delegates(self, decision: Decision) -> Iterator[tuple[str, str, int]]:
        for one, active in self.circuit.delegates.items():
            if decision in one.decisions:
                yield one.principal.name, one.level.name, self.literal(active)

    def _levels(self, decision: Decision) -> Iterator[list[Any]]:
        for ranked in self.circuit.ranks.levels[decision]:
            yield [ranked.above]
            for rule in ranked.rules:
                effect = next(one for one in rule.effects if one.decision is decision)
                applies = self.literal(self.circuit.rules[rule].applies)
                yield [effect.outcomes, effect.permits, applies]


def _by_name(graph: Graph) -> Callable[[Atom], int | None]:
    """Puts what is the same in both for an outcome of a decision."""

    def put(atom: Atom) -> int | None:
        if not isinstance(atom, Outcome):
            return None
        return graph.atom(Input(f"outcome {atom.outcome} of {atom.decision.name}"))

    return put
