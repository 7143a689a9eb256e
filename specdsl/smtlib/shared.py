"""Instructions of two situations that share them, but for what one principal says.

One restriction and one permission a place are not enough where two situations are compared. Going
down a place, an instruction that changes neither what is left nor what is permitted, in neither
situation, can be left out. In each, what is left shrinks at most n - 1 times and what is
permitted widens at most n times, n the number of outcomes: so 4n - 2 instructions a place stand
for any list, each a restriction or a permission.

Places with no rule between them are one list. A place next to one at which all those can speak
who can speak here adds nothing: they say it there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from specdsl.model.nodes import Decision, Level, Principal, Spec
from specdsl.smtlib.ranking import ranked
from specdsl.smtlib.speech import PLACES, Step, able
from specdsl.smtlib.text import FALSE, TRUE, Script, all_of, any_of, implies, negated

if TYPE_CHECKING:
    from specdsl.smtlib.world import World

ENUMERATED = 6  # outcomes


@dataclass(frozen=True, slots=True)
class Place:
    """That the speaker can speak here, and that others can."""

    name: str
    mine: str
    others: str

    def covers(self, other: Place) -> bool:
        return _covers(self.mine, other.mine) and _covers(self.others, other.others)


def _covers(one: str, other: str) -> bool:
    return one in (TRUE, other) or other == FALSE


@dataclass(frozen=True, slots=True)
class Slot:
    """An instruction: whether it permits, what it names, whether the speaker gives it, and if so
    in which situation."""

    name: str
    permits: str
    outcomes: tuple[str, ...]
    mine: str
    second: str


class Shared:
    """What is said in two situations. The speaker, where there is one, says nothing in the second
    one, unless `twice`: then what it says there is its own."""

    def __init__(
        self, script: Script, spec: Spec, speaker: Principal | None = None, twice: bool = False
    ) -> None:
        self.script = script
        self.spec = spec
        self.mine = [p for p in spec.principals if p is speaker]
        self.others = [p for p in spec.principals if p is not speaker]
        self.twice = twice
        self._slots: dict[str, list[Slot]] = {}

    def steps(self, world: World, decision: Decision, level: Level) -> Sequence[Step]:
        found: list[Step] = []
        for place in self._places(world, decision, level):
            for slot in self._of(decision, place):
                own = all_of((slot.mine, place.mine, self._in(world, slot)))
                shared = all_of((negated(slot.mine), place.others))
                active = any_of((own, shared))
                found.append(Step(slot.name, active, slot.permits, slot.outcomes))
        return found

    def _in(self, world: World, slot: Slot) -> str:
        second = world.where.startswith("second")
        if not self.twice:
            return FALSE if second else TRUE
        return slot.second if second else negated(slot.second)

    def _places(self, world: World, decision: Decision, level: Level) -> list[Place]:
        """Those since the last rule above, where the level has rules or is the last."""
        levels = self.spec.levels
        if not ranked(self.spec, decision, level) and level is not levels[-1]:
            return []
        run = [level]
        for higher in reversed(levels[: level.rank]):
            if ranked(self.spec, decision, higher):
                break
            run.insert(0, higher)
        found = [self._place(world, decision, one, name) for one in run for name in PLACES]
        return _needed([p for p in found if (p.mine, p.others) != (FALSE, FALSE)])

    def _place(self, world: World, decision: Decision, level: Level, name: str) -> Place:
        mine = able(world, decision, level, name, self.mine)
        others = able(world, decision, level, name, self.others)
        return Place(f"{decision.name}.{level.name}.{name}", mine, others)

    def _of(self, decision: Decision, place: Place) -> list[Slot]:
        """Made once for both situations. Groups that are not needed come last, and are empty."""
        if place.name not in self._slots:
            groups = [
                [self._slot(decision, place, f"{number}{kind}", kind) for kind in kinds]
                for number, kinds in enumerate(self._kinds(len(decision.outcomes)), 1)
            ]
            for one, following in pairwise(groups):
                self.script.claim(implies(_some(following), _some(one)))
            self._slots[place.name] = [slot for group in groups for slot in group]
        return self._slots[place.name]

    def _kinds(self, outcomes: int) -> list[tuple[str, ...]]:
        if self.twice or outcomes > ENUMERATED:
            return [("",)] * (4 * outcomes - 2)
        return [(".restricts", ".permits")] * 3

    def _slot(self, decision: Decision, place: Place, name: str, kind: str) -> Slot:
        """Of one kind, or where none is given of either."""
        name = f"says.{place.name}.{name}"
        bits = tuple(self.script.declare(f"{name}/{o}", "Bool") for o in decision.outcomes)
        permits = {".restricts": FALSE, ".permits": TRUE}.get(kind) or self.script.declare(
            f"{name}.is_permission", "Bool"
        )
        self.script.claim(any_of((permits, negated(all_of(bits)))))
        if FALSE in (place.mine, place.others):
            mine = FALSE if place.mine == FALSE else TRUE
        else:
            mine = self.script.declare(f"{name}.own", "Bool")
        both = self.twice and mine != FALSE
        second = self.script.declare(f"{name}.second", "Bool") if both else FALSE
        return Slot(name, permits, bits, mine, second)


def _some(slots: Sequence[Slot]) -> str:
    return any_of(bit for slot in slots for bit in slot.outcomes)


def _needed(places: list[Place]) -> list[Place]:
    """Without those that one beside them covers."""
    for i, place in enumerate(places):
        beside = [places[j] for j in (i - 1, i + 1) if 0 <= j < len(places)]
        if any(other.covers(place) for other in beside):
            return _needed(places[:i] + places[i + 1 :])
    return places
