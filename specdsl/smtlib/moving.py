"""What is said with lent authority, where what is lent may differ between two situations.

There such an instruction can count at another level in the second one, or nowhere. So the two share
one list for the whole decision. An instruction that, wherever it counts, changes neither what is
left nor what is permitted can be left out; 4n - 2 are enough, as at a place (`shared`), and one
more for a restriction that stands in one of the two only and changes nothing but that the decision
is decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specdsl.model.nodes import Decision, Level, Principal
from specdsl.smtlib.speech import Step, lent_at
from specdsl.smtlib.text import FALSE, TRUE, Script, all_of, any_of, negated

if TYPE_CHECKING:
    from specdsl.smtlib.world import World

Way = tuple[Principal, Level | None]  # who speaks, and `at` which level


@dataclass(frozen=True, slots=True)
class Slot:
    """Instructions with one effect, given next to each other: a Bool for each way to give it.
    `second`: what the speaker says here is said in the second situation."""

    name: str
    permits: str
    outcomes: tuple[str, ...]
    given: Mapping[Way, str]
    second: str


class Moving:
    """The instructions of principals without authority, on decisions in two situations. What the
    speaker says is said in the first only, unless `twice`: then in either."""

    def __init__(self, script: Script, speaker: Principal | None, twice: bool) -> None:
        self.script = script
        self.speaker = speaker
        self.twice = twice
        self._slots: dict[Decision, list[Slot]] = {}

    def steps(self, world: World, decision: Decision, level: Level, second: bool) -> Iterator[Step]:
        """Those that count at the level, where the world is the second or the first."""
        for number, slot in enumerate(self._of(world, decision), 1):
            said = slot.second if second else negated(slot.second)
            active = any_of(
                all_of(
                    (
                        bit,
                        lent_at(world, who, at, decision, level),
                        said if who is self.speaker else TRUE,
                    )
                )
                for (who, at), bit in slot.given.items()
            )
            yield Step(f"says.{level.name}.lent.{number}", active, slot.permits, slot.outcomes)

    def heard(self, world: World, decision: Decision) -> Iterator[str]:
        """Where the speaker is lent something."""
        for delegate in world.spec.delegates:
            if delegate.principal is self.speaker and decision in delegate.decisions:
                yield world.active(delegate)

    def _of(self, world: World, decision: Decision) -> list[Slot]:
        if decision not in self._slots:
            count = 4 * len(decision.outcomes) - 1
            ways = list(_ways(world, decision))
            self._slots[decision] = [self._slot(decision, ways, n + 1) for n in range(count)]
        return self._slots[decision]

    def _slot(self, decision: Decision, ways: list[Way], number: int) -> Slot:
        declare = self.script.declare
        name = f"{decision.name}.says.lent.{number}"
        bits = tuple(declare(f"{name}/{outcome}", "Bool") for outcome in decision.outcomes)
        permits = declare(f"{name}.is_permission", "Bool")
        self.script.claim(any_of((permits, negated(all_of(bits)))))
        given = {way: declare(f"{name}.{_named(way)}", "Bool") for way in ways}
        second = declare(f"{name}.second", "Bool") if self.twice else FALSE
        return Slot(name, permits, bits, given, second)


def _ways(world: World, decision: Decision) -> Iterator[Way]:
    """Save those `at` a level above all that could be lent, which never count."""
    lent = [d for d in world.spec.delegates if decision in d.decisions]
    for principal in dict.fromkeys(d.principal for d in lent):
        highest = min(d.level.rank for d in lent if d.principal is principal)
        yield principal, None
        yield from ((principal, level) for level in world.spec.levels[highest:])


def _named(way: Way) -> str:
    principal, at = way
    return f"by.{principal.name}" + (f".at.{at.name}" if at is not None else "")
