"""What is said with lent authority, where what is lent may differ between two situations.

There such an instruction can count at another level in the second one, or nowhere. So the two share
one list for the whole decision. Down all its places an outcome is excluded or permitted once at
most in each situation, so 2n instructions are enough, n the number of outcomes, as at one place
(`shared`), and one more: a restriction that counts in one of the two only, where it changes nothing
but that the decision is decided. And what something higher permits may be permitted once more at
each level, against what is said there: 2n more for each at which that can be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from specdsl.model.nodes import Decision, Level, Principal, Spec
from specdsl.smtlib.places import may_permit
from specdsl.smtlib.speech import Step, lent_at
from specdsl.smtlib.text import FALSE, TRUE, Script, all_of, any_of, implies, negated

if TYPE_CHECKING:
    from specdsl.smtlib.world import World

Way = tuple[Principal, Level | None]  # who speaks, and `at` which level


@dataclass(frozen=True, slots=True)
class Slot:
    """Instructions with one effect, given next to each other: a Bool for each way to give it.
    `second`: what the speaker says here is said in the second situation."""

    permits: str
    outcomes: tuple[str, ...]
    given: Mapping[Way, str]
    second: str


class Moving:
    """The instructions of principals without authority, on decisions in two situations. What the
    speaker says is said in the first only, unless `twice`: then in either. `worlds`: the two, set
    before they are asked about."""

    def __init__(self, script: Script, spec: Spec, speaker: Principal | None, twice: bool) -> None:
        self.spec = spec
        self.script = script
        self.worlds: Sequence[World] = ()
        self.speaker = speaker
        self.twice = twice
        self._slots: dict[Decision, list[Slot]] = {}

    def steps(self, world: World, decision: Decision, level: Level) -> Iterator[Step]:
        """Those that count at the level."""
        for number, slot in enumerate(self._of(decision), 1):
            said = slot.second if world is self.worlds[1] else negated(slot.second)
            counting = (
                (
                    bit,
                    lent_at(world, who, at, decision, level),
                    said if who is self.speaker else TRUE,
                )
                for (who, at), bit in slot.given.items()
            )
            active = any_of(map(all_of, counting))
            yield Step(f"says.{level.name}.lent.{number}", active, slot.permits, slot.outcomes)

    def heard(self, world: World, decision: Decision) -> Iterator[str]:
        """Where the speaker is lent something."""
        for delegate in world.spec.delegates:
            if delegate.principal is self.speaker and decision in delegate.decisions:
                yield world.active(delegate)

    def _of(self, decision: Decision) -> list[Slot]:
        """Made once. Those that are not needed come last, and are not given."""
        if decision not in self._slots:
            count = 2 * len(decision.outcomes) * (1 + self._again(decision)) + 1
            ways = self._ways(decision)
            slots = [self._slot(decision, ways, n + 1) for n in range(count)]
            for one, following in pairwise(slots):
                self.script.shape(
                    implies(any_of(following.given.values()), any_of(one.given.values()))
                )
            self._slots[decision] = slots
        return self._slots[decision]

    def _again(self, decision: Decision) -> int:
        """The levels where something is lent that may be permitted from above already."""
        spec = self.spec
        highest = min(d.level.rank for d in spec.delegates if decision in d.decisions)
        return sum(may_permit(spec, decision, level) for level in spec.levels[highest:])

    def _ways(self, decision: Decision) -> list[Way]:
        """One of those that count at the same places; none that never count."""
        found: dict[object, Way] = {}
        for who, at in _ways(self.worlds[0].spec, decision):
            lands = tuple(
                lent_at(world, who, at, decision, level)
                for world in self.worlds
                for level in world.spec.levels
            )
            if any(place != FALSE for place in lands):
                found.setdefault((lands, who is self.speaker), (who, at))
        return list(found.values())

    def _slot(self, decision: Decision, ways: list[Way], number: int) -> Slot:
        declare = self.script.declare
        name = f"{decision.name}.says.lent.{number}"
        bits = tuple(declare(f"{name}/{outcome}", "Bool") for outcome in decision.outcomes)
        permits = declare(f"{name}.is_permission", "Bool")
        self.script.shape(any_of((permits, negated(all_of(bits)))))
        given = {way: declare(f"{name}.{_named(way)}", "Bool") for way in ways}
        second = declare(f"{name}.second", "Bool") if self.twice else FALSE
        return Slot(permits, bits, given, second)


def _ways(spec: Spec, decision: Decision) -> Iterator[Way]:
    """How those to whom something may be lent could speak on the decision."""
    lent = [d for d in spec.delegates if decision in d.decisions]
    for principal in dict.fromkeys(d.principal for d in lent):
        yield from ((principal, at) for at in (None, *spec.levels))


def _named(way: Way) -> str:
    principal, at = way
    return f"by.{principal.name}" + (f".at.{at.name}" if at is not None else "")
