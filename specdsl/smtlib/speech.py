"""Instructions of one situation: any, or those of an example."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from specdsl.model.nodes import Decision, Level, Principal, Said, Spec
from specdsl.smtlib.text import FALSE, TRUE, Script, all_of, any_of, negated

if TYPE_CHECKING:
    from specdsl.smtlib.world import World

PLACES = ("stated", "lowered", "implied", "lent")


@dataclass(frozen=True, slots=True)
class Step:
    """An instruction: whether it counts, whether it permits, and a Bool an outcome that it
    names."""

    name: str
    active: str
    permits: str
    outcomes: tuple[str, ...]


class Speech(Protocol):
    """What is said in a situation."""

    def steps(self, world: World, decision: Decision, level: Level) -> Sequence[Step]:
        """The instructions above the rules of the level and below the level above, highest
        first."""
        ...


def able(
    world: World, decision: Decision, level: Level, place: str, only: Sequence[Principal]
) -> str:
    """That one of these principals can speak at the place."""
    if place == "lent":
        return any_of(
            world.active(d)
            for d in world.spec.delegates
            if d.principal in only and decision in d.decisions and d.level.rank <= level.rank
        )
    found = (p for p in only if p.level is not None and decision.steers(p))
    return TRUE if any(_speaks(p, level, place) for p in found) else FALSE


def _speaks(principal: Principal, level: Level, place: str) -> bool:
    assert principal.level is not None
    match place:
        case "stated":
            return principal.level is level
        case "lowered":
            return principal.level.rank < level.rank
        case _:
            return principal.implied is not None and principal.implied.rank <= level.rank


class Anything:
    """Any instructions. At each place some restrictions and then a permission: for what one
    situation leads to, one restriction is enough. For a minimal clash of the decision
    `crowded` there are two: one that is part of the clash, one that clears its way."""

    def __init__(self, script: Script, spec: Spec, crowded: Decision | None = None) -> None:
        self.script = script
        self.spec = spec
        self.crowded = crowded
        self.bits: list[str] = []

    def steps(self, world: World, decision: Decision, level: Level) -> Sequence[Step]:
        found: list[Step] = []
        for place in PLACES:
            heard = able(world, decision, level, place, self.spec.principals)
            if heard == FALSE:
                continue
            for i in range(2 if decision is self.crowded else 1):
                found.append(self._slot(decision, level, f"{place}.restricts.{i + 1}", heard))
            found.append(self._slot(decision, level, f"{place}.permits", heard))
        return found

    def silent(self) -> str:
        """That nobody says anything."""
        return all_of(negated(bit) for bit in self.bits)

    def _slot(self, decision: Decision, level: Level, place: str, heard: str) -> Step:
        name = f"says.{decision.name}.{level.name}.{place}"
        bits = tuple(self.script.declare(f"{name}/{o}", "Bool") for o in decision.outcomes)
        self.bits += bits
        permits = TRUE if place.endswith("permits") else FALSE
        if permits == FALSE:  # one of every outcome would be bad input
            self.script.claim(negated(all_of(bits)))
        return Step(name, heard, permits, bits)  # that names no outcome: none is given


class Listed:
    """Just these instructions, in the order in which they were given."""

    def __init__(self, says: Sequence[Said]) -> None:
        self.says = says

    def steps(self, world: World, decision: Decision, level: Level) -> Sequence[Step]:
        return [
            step
            for place in PLACES
            for number, said in reversed(list(enumerate(self.says, 1)))
            if (step := self._step(world, decision, level, place, number, said))
        ]

    def _step(
        self, world: World, decision: Decision, level: Level, place: str, number: int, said: Said
    ) -> Step | None:
        if said.effect.decision is not decision:
            return None
        active = lands(world, said, level, place)
        bits = tuple(
            TRUE if said.effect.outcomes >> o & 1 else FALSE for o in range(len(decision.outcomes))
        )
        name = f"says.{number}.{decision.name}.{level.name}.{place}"
        permits = TRUE if said.effect.permits else FALSE
        return None if active == FALSE else Step(name, active, permits, bits)


def lands(world: World, said: Said, level: Level, place: str) -> str:
    """That the instruction counts at this place of this level."""
    principal, decision = said.principal, said.effect.decision
    if principal.level is None:
        return _lent(world, said, level) if place == "lent" and not said.implied else FALSE
    own = principal.implied if said.implied else principal.level
    if not decision.steers(principal) or own is None or (said.at or own) is not level:
        return FALSE
    if said.implied:
        here = "implied"
    else:
        here = "stated" if level is principal.level else "lowered"
    return TRUE if place == here else FALSE


def _lent(world: World, said: Said, level: Level) -> str:
    """At the level that it speaks `at`, where that one or a higher is lent; else at the highest
    that is."""
    lent = [
        d
        for d in world.spec.delegates
        if d.principal is said.principal and said.effect.decision in d.decisions
    ]
    reaches = any_of(world.active(d) for d in lent if d.level.rank <= level.rank)
    if said.at is not None:
        return reaches if said.at is level else FALSE
    higher = any_of(world.active(d) for d in lent if d.level.rank < level.rank)
    return all_of((reaches, negated(higher)))
