"""Instructions of one situation: any, or those of an example."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from specdsl.model.nodes import Decision, Level, Principal, Said
from specdsl.smtlib.places import PLACES, STATED, Place, places
from specdsl.smtlib.text import FALSE, TRUE, Script, all_of, any_of, negated

if TYPE_CHECKING:
    from specdsl.smtlib.world import World


@dataclass(frozen=True, slots=True)
class Step:
    """An instruction: whether it counts, whether it permits, and a Bool an outcome that it
    names. `asks`: it is stated, so what it names may let in what something higher permits."""

    name: str
    active: str
    permits: str
    outcomes: tuple[str, ...]
    asks: bool = False


class Speech(Protocol):
    """What is said in a situation."""

    def steps(self, world: World, decision: Decision, level: Level) -> Sequence[Step]:
        """The instructions of the level, highest first."""
        ...


class Anything:
    """Any instructions. At each place some restrictions and then a permission: for what one
    situation leads to, one restriction is enough. For a minimal clash of the decision
    `crowded` there are two: one that is part of the clash, one that clears its way.

    Where it counts what is named, the permission comes first and one more restriction last. What a
    list names and keeps is named by the others, and the rest by that one, which then meets nothing
    and is overridden; so no more is named than by the list."""

    def __init__(self, script: Script, crowded: Decision | None = None) -> None:
        self.script = script
        self.crowded = crowded

    def steps(self, world: World, decision: Decision, level: Level) -> Sequence[Step]:
        return [
            self._slot(decision, place, kind)
            for place in places(world, decision, level, None, world.spec)
            for kind in self._kinds(decision, place)
        ]

    def _kinds(self, decision: Decision, place: Place) -> list[str]:
        restricts = [f"restricts.{n}" for n in range(1, 3 if decision is self.crowded else 2)]
        return ["permits", *restricts, "asks"] if place.asks else [*restricts, "permits"]

    def _slot(self, decision: Decision, place: Place, kind: str) -> Step:
        name = f"says.{place.name}.{kind}"
        bits = tuple(
            self.script.declare(f"{decision.name}.{name}/{o}", "Bool") for o in decision.outcomes
        )
        permits = TRUE if kind == "permits" else FALSE
        if permits == FALSE:  # one of every outcome would be bad input
            self.script.shape(negated(all_of(bits)))
        # One that names no outcome is not given.
        return Step(name, place.others, permits, bits, place.asks)


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
        name = f"says.{level.name}.{place}.{number}"
        permits = TRUE if said.effect.permits else FALSE
        return None if active == FALSE else Step(name, active, permits, bits, place == STATED)


def lands(world: World, said: Said, level: Level, place: str) -> str:
    """That the instruction counts at this place of this level."""
    principal, decision = said.principal, said.effect.decision
    if principal.level is None:
        if place != "lent" or said.implied:
            return FALSE
        return lent_at(world, principal, said.at, decision, level)
    own = principal.implied if said.implied else principal.level
    if not decision.steers(principal) or own is None or (said.at or own) is not level:
        return FALSE
    if said.implied:
        here = "implied"
    else:
        here = "stated" if level is principal.level else "lowered"
    return TRUE if place == here else FALSE


def lent_at(
    world: World, principal: Principal, at: Level | None, decision: Decision, level: Level
) -> str:
    """That what a principal without authority says counts at the level: the one that it speaks
    `at`, where that one or a higher is lent; else the highest that is."""
    lent = [d for d in world.spec.delegates if d.principal is principal and decision in d.decisions]
    reaches = any_of(world.active(d) for d in lent if d.level.rank <= level.rank)
    if at is not None:
        return reaches if at is level else FALSE
    higher = any_of(world.active(d) for d in lent if d.level.rank < level.rank)
    return FALSE if higher == reaches else all_of((reaches, negated(higher)))
