"""Instructions of two situations that share them, but for what one principal says.

One restriction and one permission a place are not enough where two situations are compared. Going
down, an outcome that is left and not permitted can be excluded, or it can be permitted; then it is
never excluded any more. So each becomes one or the other once at most, in each situation. An
instruction with which none does, in neither situation, can be left out: 2n stand for any list,
n the number of outcomes, each a restriction or a permission. That an instruction alone has the
decision decided is no difference: where it counts in both situations and stands in one, either it
stands in the other or something else restricts there.

From three to six outcomes three restrictions with a permission below each are as many or fewer, and
were found to be enough by trying all pairs of states. Where it counts what is named, four are, up
to five outcomes; and what the list names besides is named last, in two restrictions of each voice:
as one they might name every outcome. What changed nothing where it was said changes nothing there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from specdsl.model.nodes import Decision, Level, Principal, Spec
from specdsl.smtlib.moving import Moving
from specdsl.smtlib.places import UNLENT, Place, places
from specdsl.smtlib.speech import Anything, Step
from specdsl.smtlib.text import FALSE, TRUE, Script, all_of, any_of, implies, negated

if TYPE_CHECKING:
    from specdsl.smtlib.world import World

ENUMERATED = range(3, 7)  # outcomes
ENUMERATED_ASKING = range(3, 6)
RESTRICTS, PERMITS = ".restricts", ".permits"


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
    """What is said in two `worlds`, which are set once they are made. Only decisions that stand
    `apart` are taken in both. The speaker, where there is one, says nothing in the second, unless
    `twice`: then what it says there is its own. `heard` collects where it can speak: where it
    nowhere can, the situations are the same. `spec` has the rules of both."""

    def __init__(
        self,
        script: Script,
        spec: Spec,
        apart: Collection[Decision],
        speaker: Principal | None = None,
        twice: bool = False,
    ) -> None:
        self.script = script
        self.spec = spec
        self.apart = apart
        self.speaker = speaker
        self.twice = twice
        self.worlds: tuple[World, ...] = ()
        self.heard: dict[str, None] = {}
        self._slots: dict[tuple[Decision, str], list[Slot]] = {}
        self._alike = Anything(script)
        self._moving = Moving(script, spec, speaker, twice)

    def steps(self, world: World, decision: Decision, level: Level) -> Sequence[Step]:
        if decision not in self.apart:
            return self._alike.steps(world, decision, level)
        if not self._moves(decision):
            return self._steps(
                world, decision, places(world, decision, level, self.speaker, self.spec)
            )
        unlent = places(world, decision, level, self.speaker, self.spec, UNLENT)
        found = self._steps(world, decision, unlent)
        self.heard.update(dict.fromkeys(self._moving.heard(world, decision)))
        self._moving.worlds = self.worlds
        return [*found, *self._moving.steps(world, decision, level)]

    def _moves(self, decision: Decision) -> bool:
        """What is lent on it may differ between the two."""
        lent = [d for d in self.spec.delegates if decision in d.decisions]
        return any(len({world.active(d) for world in self.worlds}) > 1 for d in lent)

    def _steps(self, world: World, decision: Decision, found: Sequence[Place]) -> list[Step]:
        steps: list[Step] = []
        for place in found:
            self.heard[place.mine] = None
            for slot in self._of(decision, place):
                own = all_of((slot.mine, place.mine, self._in(world, slot)))
                shared = all_of((negated(slot.mine), place.others))
                active = any_of((own, shared))
                steps.append(Step(slot.name, active, slot.permits, slot.outcomes, place.asks))
        return steps

    def _in(self, world: World, slot: Slot) -> str:
        second = world is self.worlds[1]
        if not self.twice:
            return FALSE if second else TRUE
        return slot.second if second else negated(slot.second)

    def _of(self, decision: Decision, place: Place) -> list[Slot]:
        """Made once for both situations. Groups that are not needed come last, and are empty."""
        key = decision, place.name
        if key not in self._slots:
            groups = [
                [self._slot(decision, place, f"{number}{kind}", kind) for kind in kinds]
                for number, kinds in enumerate(self._kinds(len(decision.outcomes), place), 1)
            ]
            for one, following in pairwise(groups):
                self.script.shape(implies(_some(following), _some(one)))
            named = [
                self._slot(decision, place, f"asks.{number}", RESTRICTS)
                for number in range(1, 1 + self._asking(place))
            ]
            self._slots[key] = [*(slot for group in groups for slot in group), *named]
        return self._slots[key]

    def _kinds(self, outcomes: int, place: Place) -> list[tuple[str, ...]]:
        if self.twice or outcomes not in (ENUMERATED_ASKING if place.asks else ENUMERATED):
            return [("",)] * (2 * outcomes)
        return [(RESTRICTS, PERMITS)] * (4 if place.asks else 3)

    def _asking(self, place: Place) -> int:
        """How many restrictions only name something: two a voice."""
        if not place.asks:
            return 0
        speaker = 0 if place.mine == FALSE else 2 if self.twice else 1
        return 2 * ((place.others != FALSE) + speaker)

    def _slot(self, decision: Decision, place: Place, name: str, kind: str) -> Slot:
        """Of one kind, or where none is given of either."""
        step = f"says.{place.name}.{name}"
        name = f"{decision.name}.{step}"
        bits = tuple(self.script.declare(f"{name}/{o}", "Bool") for o in decision.outcomes)
        permits = {RESTRICTS: FALSE, PERMITS: TRUE}.get(kind) or self.script.declare(
            f"{name}.is_permission", "Bool"
        )
        self.script.shape(any_of((permits, negated(all_of(bits)))))
        if FALSE in (place.mine, place.others):
            mine = FALSE if place.mine == FALSE else TRUE
        else:
            mine = self.script.declare(f"{name}.own", "Bool")
        both = self.twice and mine != FALSE
        second = self.script.declare(f"{name}.second", "Bool") if both else FALSE
        return Slot(step, permits, bits, mine, second)


def _some(slots: Sequence[Slot]) -> str:
    return any_of(bit for slot in slots for bit in slot.outcomes)
