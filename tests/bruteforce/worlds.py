"""All that instructions can lead to at all decisions together.

Instructions are about one decision each, so what is said of one bears on another only through the
outcome that the other reads. Decisions are walked through in an order in which each comes after
those that it reads; at each one, all results that instructions can lead to are branches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.bruteforce import crossing, walks
from tests.bruteforce.conditions import Outcomes, Profile
from tests.bruteforce.machine import UNTAKEN, Result, Ruled
from tests.bruteforce.meaning import Meaning, Signature
from tests.bruteforce.places import Open, crosses, open_places

Vector = dict[str, Result]
"""By decision what became of it."""


class Side(NamedTuple):
    """One of two worlds: a spec, or a variant of it, and a valuation's profile."""

    meaning: Meaning
    profile: Profile


def outcomes(vector: Vector) -> Outcomes:
    """Those that were taken."""
    return {name: result.outcome for name, result in vector.items() if result.outcome >= 0}


@dataclass(eq=False)
class Explorer:
    """Remembers what it has walked through, for any number of worlds. `partial` is set where some
    of what was asked for is only a part of what instructions can lead to."""

    partial: bool = False

    _alone: dict[tuple[Ruled, Signature], tuple[frozenset[Result], int]] = field(
        default_factory=dict
    )
    _together: dict[object, frozenset[tuple[Result, Result]]] = field(default_factory=dict)
    _partial: set[object] = field(default_factory=set)

    # --- one world ---

    def alone(
        self, meaning: Meaning, found: Ruled, now: Signature
    ) -> tuple[frozenset[Result], int]:
        """All results of a decision, and a mask of the rules that stand somewhere."""
        key = (found, now)
        if key not in self._alone:
            places = everybody(meaning, found, now)
            self._alone[key] = walks.alone(found, now.applies, places)
        return self._alone[key]

    def vectors(self, side: Side) -> Iterator[Vector]:
        """All that can become of all decisions."""
        return self._vectors(side, side.meaning.decisions, {})

    def _vectors(self, side: Side, left: Sequence[Ruled], before: Vector) -> Iterator[Vector]:
        if not left:
            yield before
            return
        found, *rest = left
        for result in self.results(side, found, before):
            yield from self._vectors(side, rest, {**before, found.decision.name: result})

    def results(self, side: Side, found: Ruled, before: Vector) -> Iterable[Result]:
        now = side.meaning.signature(found, side.profile, outcomes(before))
        return (UNTAKEN,) if now is None else self.alone(side.meaning, found, now)[0]

    # --- two worlds ---

    def pairs(
        self, one: Side, two: Side, subject: str | None, names: Iterable[str]
    ) -> Iterator[tuple[Vector, Vector]]:
        """All that can become of these decisions, and of those that they read, in two worlds with
        the same instructions save those of `subject`. Earlier ones differ in outcomes only."""
        wanted = set(names)
        cone = _cone((one.meaning, two.meaning), wanted)
        order = [found for found in two.meaning.decisions if found.decision.name in cone]
        return self._pairs((one, two), subject, order, wanted, ({}, {}))

    def _pairs(
        self,
        sides: tuple[Side, Side],
        subject: str | None,
        left: Sequence[Ruled],
        wanted: set[str],
        before: tuple[Vector, Vector],
    ) -> Iterator[tuple[Vector, Vector]]:
        if not left:
            yield before
            return
        found, *rest = left
        name = found.decision.name
        results = self.both(sides, subject, name, before)
        if name not in wanted:
            results = {(_bare(s), _bare(t)) for s, t in results}
        for s, t in results:
            after = ({**before[0], name: s}, {**before[1], name: t})
            yield from self._pairs(sides, subject, rest, wanted, after)

    def changes(self, one: Side, two: Side) -> bool:
        """Something can be otherwise in the second, with the same instructions: the first decision
        that is shows it, and before that one all are the same."""
        return self._changes((one, two), two.meaning.decisions, {})

    def _changes(self, sides: tuple[Side, Side], left: Sequence[Ruled], before: Vector) -> bool:
        if not left:
            return False
        found, *rest = left
        name = found.decision.name
        results = self.both(sides, None, name, (before, before))
        if any(s != t for s, t in results):
            return True
        known = {_bare(s) for s, _ in results}
        return any(self._changes(sides, rest, {**before, name: one}) for one in known)

    def both(
        self,
        sides: tuple[Side, Side],
        subject: str | None,
        name: str,
        before: tuple[Vector, Vector],
    ) -> Iterable[tuple[Result, Result]]:
        """All pairs of results of a decision."""
        found = [side.meaning.by_name.get(name) for side in sides]
        now = [
            None if one is None else side.meaning.signature(one, side.profile, outcomes(vector))
            for one, side, vector in zip(found, sides, before, strict=True)
        ]
        match found, now:
            case _, (None, None):
                return ((UNTAKEN, UNTAKEN),)
            case (_, Ruled() as two), (None, Signature() as t):
                return {(UNTAKEN, r) for r in self.alone(sides[1].meaning, two, t)[0]}
            case (Ruled() as one, _), (Signature() as s, None):
                return {(r, UNTAKEN) for r in self.alone(sides[0].meaning, one, s)[0]}
            case (Ruled() as one, Ruled() as two), (Signature() as s, Signature() as t):
                return self._joint(sides[1].meaning, (one, two), (s, t), subject)
            case _:
                raise AssertionError(found)

    def _joint(
        self,
        meaning: Meaning,
        found: tuple[Ruled, Ruled],
        now: tuple[Signature, Signature],
        subject: str | None,
    ) -> frozenset[tuple[Result, Result]]:
        if subject is None and now[0] == now[1] and found[0] is found[1]:
            return frozenset((r, r) for r in self.alone(meaning, found[0], now[0])[0])
        key = (found, now, subject)
        if key not in self._together:
            lent = (now[0].lends, now[1].lends)
            decision, applies = found[1].decision, (now[0].applies, now[1].applies)
            places = open_places(meaning.spec, decision, lent, subject)
            if crosses(lent, subject):
                ways = crossing.classes(meaning.spec, decision, lent, subject)
                self._together[key], whole = crossing.together(*found, applies, places, ways)
            else:
                self._together[key], whole = walks.together(*found, applies, places)
            self._partial |= set() if whole else {key}
        self.partial |= key in self._partial
        return self._together[key]


def everybody(meaning: Meaning, found: Ruled, now: Signature) -> Open:
    """Every place that is open in one world."""
    return open_places(meaning.spec, found.decision, (now.lends, now.lends), None)


def _bare(result: Result) -> Result:
    """Its outcome alone."""
    return Result(result.outcome, False, False)


def _cone(meanings: Iterable[Meaning], names: set[str]) -> set[str]:
    """The decisions and all that they read."""
    several = tuple(meanings)
    found: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            for meaning in several:
                if name in meaning.by_name:
                    left += meaning.reads(meaning.by_name[name].decision)
    return found
