"""The instructions of one situation: free ones, or those of an example."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from specdsl.frontend.model.nodes import DecisionModel, ExampleInstruction, Level, Principal
from specdsl.second_opinion.smtlib_text import FALSE, TRUE, SmtScript, all_of, any_of, negation_of
from specdsl.second_opinion.speaking_places import (
    PLACES,
    STATED,
    InstructedWorld,
    SpeakingPlace,
    speaking_places,
)


@dataclass(frozen=True, slots=True)
class SmtInstruction:
    """An instruction as terms: it counts, it permits, and for each outcome that it names it.
    `names_count`: it is stated, so an outcome that it names may be permitted from above."""

    name: str
    active: str
    permits: str
    outcomes: tuple[str, ...]
    names_count: bool = False


class InstructionSource(Protocol):
    """A source of the instructions of a situation."""

    def steps(
        self, world: InstructedWorld, decision: DecisionModel, level: Level
    ) -> Sequence[SmtInstruction]:
        """Return the instructions of a level, highest first."""
        ...


class AnyInstructions:
    """Any instructions: at each place a restriction and then a permission stand for any list.

    For a minimal conflict of the decision `with_second_restriction` there are two restrictions:
    one in the conflict, and one that makes it stand. If it matters which outcomes are named, the
    permission comes first, and a last restriction names the outcomes that a list names and does not
    keep; it meets nothing and is overridden, so no more is named than by the list."""

    def __init__(self, script: SmtScript, crowded: DecisionModel | None = None) -> None:
        self.script = script
        self.with_second_restriction = crowded

    def steps(
        self, world: InstructedWorld, decision: DecisionModel, level: Level
    ) -> Sequence[SmtInstruction]:
        return [
            self._free_instruction(decision, place, kind)
            for place in speaking_places(world, decision, level, None, world.spec)
            for kind in self._restriction_kinds(decision, place)
        ]

    def _restriction_kinds(self, decision: DecisionModel, place: SpeakingPlace) -> list[str]:
        restricts = [
            f"restricts.{n}" for n in range(1, 3 if decision is self.with_second_restriction else 2)
        ]
        return ["permits", *restricts, "asks"] if place.names_count else [*restricts, "permits"]

    def _free_instruction(
        self, decision: DecisionModel, place: SpeakingPlace, kind: str
    ) -> SmtInstruction:
        name = f"says.{place.name}.{kind}"
        bits = tuple(
            self.script.declare_constant(f"{decision.name}.{name}/{o}", "Bool")
            for o in decision.outcomes
        )
        permits = TRUE if kind == "permits" else FALSE
        if permits == FALSE:  # A restriction to every outcome is bad input.
            self.script.assert_shape(negation_of(all_of(bits)))
        # An instruction that names no outcome is not given.
        return SmtInstruction(name, place.others_can, permits, bits, place.names_count)


class ListedInstructions:
    """The given instructions, in their order."""

    def __init__(self, says: Sequence[ExampleInstruction]) -> None:
        self.says = says

    def steps(
        self, world: InstructedWorld, decision: DecisionModel, level: Level
    ) -> Sequence[SmtInstruction]:
        return [
            step
            for place in PLACES
            for number, said in reversed(list(enumerate(self.says, 1)))
            if (step := self._listed_instruction(world, decision, level, place, number, said))
        ]

    def _listed_instruction(
        self,
        world: InstructedWorld,
        decision: DecisionModel,
        level: Level,
        place: str,
        number: int,
        said: ExampleInstruction,
    ) -> SmtInstruction | None:
        if said.effect.decision is not decision:
            return None
        active = counts_at(world, said, level, place)
        bits = tuple(
            TRUE if said.effect.outcomes >> o & 1 else FALSE for o in range(len(decision.outcomes))
        )
        name = f"says.{level.name}.{place}.{number}"
        permits = TRUE if said.effect.permits else FALSE
        return (
            None
            if active == FALSE
            else SmtInstruction(name, active, permits, bits, place == STATED)
        )


def counts_at(world: InstructedWorld, said: ExampleInstruction, level: Level, place: str) -> str:
    """Return the term that the instruction counts at this place of this level."""
    principal, decision = said.principal, said.effect.decision
    if principal.level is None:
        if place != "lent" or said.implied:
            return FALSE
        return delegated_at(world, principal, said.at, decision, level)
    own = principal.implied if said.implied else principal.level
    if not decision.steers(principal) or own is None or (said.at or own) is not level:
        return FALSE
    if said.implied:
        here = "implied"
    else:
        here = "stated" if level is principal.level else "lowered"
    return TRUE if place == here else FALSE


def delegated_at(
    world: InstructedWorld,
    principal: Principal,
    at: Level | None,
    decision: DecisionModel,
    level: Level,
) -> str:
    """Return the term that a principal without authority speaks at the level: the level that it
    names after `at`, if that or a higher one is lent to it; without `at` the highest that is."""
    lent = [d for d in world.spec.delegates if d.principal is principal and decision in d.decisions]
    reaches = any_of(world.is_active(d) for d in lent if d.level.rank <= level.rank)
    if at is not None:
        return reaches if at is level else FALSE
    higher = any_of(world.is_active(d) for d in lent if d.level.rank < level.rank)
    return FALSE if higher == reaches else all_of((reaches, negation_of(higher)))
