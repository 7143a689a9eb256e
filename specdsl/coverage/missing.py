"""`missing`: simple situations that no example covers, one for each point, as examples."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from specdsl.checks.context import Context
from specdsl.checks.pairs import Pair
from specdsl.checks.situations import Situation
from specdsl.coverage.measure import Coverage, measure
from specdsl.coverage.points import Kind, Met, Point
from specdsl.coverage.stubs import stub
from specdsl.coverage.told import Told
from specdsl.limits import MOST_MISSING
from specdsl.model.nodes import Example
from specdsl.solver.prover import Unsettled

WANTED = (Kind.RULE, Kind.RANKED, Kind.PEERS, Kind.DEFAULT, Kind.BOUNDARY, Kind.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Stub:
    """An example to be judged, and what it is one of."""

    point: Point
    example: Example


@dataclass(frozen=True, slots=True)
class Missing:
    """`more`: how many points are left that no stub shows, left out for their number.
    `impossible`: those that no situation meets, each proved. `unsettled`: in words, what could not
    be settled, or has no situation that can be written as an example."""

    path: str
    stubs: tuple[Stub, ...]
    more: int
    impossible: int
    unsettled: tuple[str, ...]


def missing(context: Context, most: int = MOST_MISSING, in_passing: bool = False) -> Missing:
    """At most so many stubs, in the order of `Kind` and of the spec, for the points that no example
    meets, or with `in_passing` those that none shows. One that an earlier stub shows has none of
    its own."""
    unmet = (Met.MISSING, Met.IN_PASSING) if in_passing else (Met.MISSING,)
    return _Search(context, measure(context, WANTED)).run(most, unmet)


class _Search:
    def __init__(self, context: Context, coverage: Coverage) -> None:
        self.context = context
        self.coverage = coverage
        self.stubs: list[Stub] = []
        self.unsettled: list[str] = list(coverage.unsettled)

    def run(self, most: int, unmet: Collection[Met]) -> Missing:
        left = [seen.point for seen in self.coverage.seen if seen.met in unmet]
        while left and len(self.stubs) < most:
            point, *left = left
            found = self._stub(point)
            if found is None:
                self.unsettled.append(point.text)
            else:
                self.stubs.append(Stub(point, found))
                left = self._not_shown(found, left)
        impossible = len(self.coverage.impossible)
        stubs, unsettled = tuple(self.stubs), tuple(self.unsettled)
        return Missing(self.coverage.path, stubs, len(left), impossible, unsettled)

    def _stub(self, point: Point) -> Example | None:
        titles = [example.title for example in self.context.spec.examples]
        titles += [one.example.title for one in self.stubs]
        try:
            situation = self._situation(point)
        except Unsettled:
            return None
        return None if situation is None else stub(self.context, point, situation, titles)

    def _not_shown(self, example: Example, points: Sequence[Point]) -> list[Point]:
        try:
            met = Told(self.context, example).met(points)
        except Unsettled:
            return list(points)
        return [point for point in points if met.get(point) is not Met.SHOWN]

    def _situation(self, point: Point) -> Situation | None:
        """A simple one of the point, with the facts that settle the outcome there as well."""
        first = self._simple(point)
        if first is None:
            return None
        outcome = self.context.replay(first.to_replay())[point.decision.name].outcome
        if outcome is None:
            return None
        return self._simple(point, point.decision.outcomes.index(outcome))

    def _simple(self, point: Point, outcome: int | None = None) -> Situation | None:
        if point.changed is not None:
            return self._unknown(point, outcome)
        world = self.context.world
        claims = [point.claim((world,))]
        if outcome is not None:
            claims.append(world.decide(point.decision).outcome[outcome])
        claim = self.context.circuit.graph.all_of(claims)
        return self.context.situation(claim, (point.decision,))

    def _unknown(self, point: Point, outcome: int | None) -> Situation | None:
        """The first of two situations; the fewest instructions are none, where these do."""
        assert point.changed is not None
        for silent in (True, False):
            pair = Pair.changing(self.context, point.changed, silent)
            claims = [point.claim(pair.worlds)]
            if outcome is not None:
                claims.append(pair.worlds[0].decide(point.decision).outcome[outcome])
            claim = self.context.circuit.graph.all_of(claims)
            found = pair.situations(claim, (point.decision,))
            if found is not None:
                return found[0]
        return None
