"""The situations that an example describes, and which points they meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

from specdsl.checks.context import Context
from specdsl.checks.situations import Spoken
from specdsl.circuit.given import fixing, renamed
from specdsl.circuit.graph import Atom, Graph, Outcome
from specdsl.circuit.instructions import said
from specdsl.circuit.resolve import World
from specdsl.circuit.values import FactValue, facts_in
from specdsl.coverage.points import Met, Point
from specdsl.model.nodes import Decision, Example, Fact
from specdsl.solver.prover import Prover


class Told:
    """One example: what it gives and what is said are fixed, the other facts are free."""

    def __init__(self, context: Context, example: Example) -> None:
        self.context = context
        self.graph = context.circuit.graph
        self.example = example
        self.given: dict[Fact, FactValue] = {g.fact: g.value for g in example.given}
        self.world = World(context.circuit, said(example.says), fixing(self.graph, self.given))
        self._others: dict[Fact, World] = {}

    @cached_property
    def judged(self) -> frozenset[Decision]:
        """The decisions of which it expects something, and those that they read."""
        expected = (e.effect.decision for e in self.example.expectations)
        return frozenset(d for decision in expected for d in self.context.before(decision))

    def met(self, points: Sequence[Point]) -> dict[Point, Met]:
        """How it meets each point of a decision that it judges. Raises `Unsettled`."""
        claims = {p: p.claim(self.worlds(p)) for p in points if p.decision in self.judged}
        possible = self.world.possible()
        prover = Prover(self.graph, (possible, *claims.values()), self.context.limits)
        prover.always(possible)
        return {point: self._met(prover, claim, point) for point, claim in claims.items()}

    def always(self, decision: Decision, outcome: int) -> bool:
        """It describes a situation, and in each the decision comes to the outcome. Raises
        `Unsettled`."""
        found, possible = self.world.decide(decision), self.world.possible()
        here = self.graph.all_of((found.taken, found.outcome[outcome]))
        prover = Prover(self.graph, (possible, here), self.context.limits)
        prover.always(possible)
        return prover.settle() and not prover.settle(here ^ 1)

    def _met(self, prover: Prover, claim: int, point: Point) -> Met:
        if not prover.settle(claim):
            return Met.MISSING
        # Of an unknown fact some value makes the difference, not every one.
        always = point.changed in self.given if point.changed else not prover.settle(claim ^ 1)
        return Met.SHOWN if always else Met.IN_PASSING

    def worlds(self, point: Point) -> tuple[World, ...]:
        """The worlds of a point's claim in this example."""
        if point.changed is None:
            return (self.world,)
        return self.world, self._other(point.changed)

    def _other(self, fact: Fact) -> World:
        """The same where the fact has a value of its own, and is known or not."""
        if fact not in self._others:
            rest = {f: value for f, value in self.given.items() if f is not fact}
            put = _renaming(self.graph, fact, fixing(self.graph, rest))
            self._others[fact] = World(self.context.circuit, said(self.example.says), put)
        return self._others[fact]


Put = Callable[[Atom], int | None]


def _renaming(graph: Graph, fact: Fact, put: Put) -> Put:
    """Puts another fact for the fact, and for what else is about others what `put` has."""
    other = replace(fact, name=f"{fact.name} otherwise")
    rewrite = graph.rewriter(put)

    def both(atom: Atom) -> int | None:
        if isinstance(atom, Outcome) or fact not in facts_in(atom):
            return put(atom)
        return rewrite(renamed(graph, atom, fact, other))

    return both


def spoken(example: Example) -> tuple[Spoken, ...]:
    """What is said in an example, as a situation has it."""
    return tuple(
        Spoken(s.principal, s.implied, s.at, s.effect.decision, s.effect.permits, s.effect.outcomes)
        for s in example.says
    )
