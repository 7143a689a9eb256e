"""The places at which instructions count, and who can speak there.

A place is dropped if everyone who can speak at it can also speak at an adjacent place. Stated
instructions keep their own place if it matters which outcomes they name: a higher permission can
then hold against the instructions of a level between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from specdsl.frontend.model.nodes import DecisionModel, Delegate, Level, Principal, SpecModel
from specdsl.second_opinion.smtlib_text import FALSE, TRUE, any_of

STATED = "stated"
PLACES = (STATED, "lowered", "implied", "lent")
UNLENT = PLACES[:-1]


class InstructedWorld(Protocol):
    """A situation as far as its instructions depend on it: by its spec and active delegations."""

    @property
    def spec(self) -> SpecModel: ...

    def is_active(self, delegate: Delegate) -> str:
        """Return the term that the delegation's `when` is true."""
        ...


@dataclass(frozen=True, slots=True)
class SpeakingPlace:
    """A place of a level, with the terms that the speaker in question can speak there and that
    others can. `names_count`: it matters which outcomes are named."""

    name: str
    speaker_can: str
    others_can: str
    names_count: bool = False

    def covers_place(self, other: SpeakingPlace) -> bool:
        """Tell whether everyone who can speak at the other place can speak here."""
        return _is_implied(self.speaker_can, other.speaker_can) and _is_implied(
            self.others_can, other.others_can
        )


def _is_implied(one: str, other: str) -> bool:
    return one in (TRUE, other) or other == FALSE


def speaking_places(
    world: InstructedWorld,
    decision: DecisionModel,
    level: Level,
    speaker: Principal | None,
    spec: SpecModel,
    names: Sequence[str] = PLACES,
) -> list[SpeakingPlace]:
    """Return the named places of a level, highest first, without places that another one covers.
    `spec` has the rules of this world and of the one that it is compared with."""
    found = [_place_of(world, decision, level, name, speaker) for name in names]
    open_now = [p for p in found if (p.speaker_can, p.others_can) != (FALSE, FALSE)]
    if not named_outcomes_count(spec, decision, level):
        return _uncovered_places(open_now)
    stated = [replace(p, names_count=True) for p in open_now if p.name.endswith(f".{STATED}")]
    return [*stated, *_uncovered_places([p for p in open_now if not p.name.endswith(f".{STATED}")])]


def named_outcomes_count(spec: SpecModel, decision: DecisionModel, level: Level) -> bool:
    """Tell whether it matters which outcomes are named at a level: a candidate higher still may
    permit them against the instructions of a level between."""
    return any(
        _somebody_can_speak(spec, decision, between)
        and may_permit_from_above(spec, decision, between)
        for between in spec.levels[: level.rank]
    )


def may_permit_from_above(spec: SpecModel, decision: DecisionModel, level: Level) -> bool:
    """Tell whether a rule or an instruction above the level may be a permission."""
    ruled = any(
        effect.permits and effect.decision is decision and rule.level.rank < level.rank
        for rule in spec.rules
        for effect in rule.effects
    )
    return ruled or any(
        _somebody_can_speak(spec, decision, one) for one in spec.levels[: level.rank]
    )


def _somebody_can_speak(spec: SpecModel, decision: DecisionModel, level: Level) -> bool:
    """Tell whether somebody can speak at the level, with delegations taken as active."""
    if any(d.level.rank <= level.rank for d in spec.delegates if decision in d.decisions):
        return True
    speakers = (p for p in spec.principals if p.level is not None and decision.steers(p))
    return any(_speaks_at(p, level, place) for p in speakers for place in PLACES if place != "lent")


def _place_of(
    world: InstructedWorld,
    decision: DecisionModel,
    level: Level,
    name: str,
    speaker: Principal | None,
) -> SpeakingPlace:
    own = [p for p in world.spec.principals if p is speaker]
    others = [p for p in world.spec.principals if p is not speaker]
    return SpeakingPlace(
        f"{level.name}.{name}",
        _can_speak_at(world, decision, level, name, own),
        _can_speak_at(world, decision, level, name, others),
    )


def _uncovered_places(found: list[SpeakingPlace]) -> list[SpeakingPlace]:
    """Drop the places that an adjacent place covers."""
    for i, place in enumerate(found):
        beside = [found[j] for j in (i - 1, i + 1) if 0 <= j < len(found)]
        if any(other.covers_place(place) for other in beside):
            return _uncovered_places(found[:i] + found[i + 1 :])
    return found


def _can_speak_at(
    world: InstructedWorld,
    decision: DecisionModel,
    level: Level,
    place: str,
    only: Sequence[Principal],
) -> str:
    """Return the term that one of these principals can speak at the place."""
    if place == "lent":
        return any_of(
            world.is_active(d)
            for d in world.spec.delegates
            if d.principal in only and decision in d.decisions and d.level.rank <= level.rank
        )
    found = (p for p in only if p.level is not None and decision.steers(p))
    return TRUE if any(_speaks_at(p, level, place) for p in found) else FALSE


def _speaks_at(principal: Principal, level: Level, place: str) -> bool:
    assert principal.level is not None
    match place:
        case "stated":
            return principal.level is level
        case "lowered":
            return principal.level.rank < level.rank
        case _:
            return principal.implied is not None and principal.implied.rank <= level.rank
