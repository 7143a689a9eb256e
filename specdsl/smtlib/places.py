"""The places at which instructions count, and who can speak there.

A place next to one at which all can speak who can speak here adds nothing: they say it there. What
is stated has its place to itself where it counts which outcomes it names: for what something higher
permits against the instructions of a level between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from specdsl.model.nodes import Decision, Level, Principal, Spec
from specdsl.smtlib.text import FALSE, TRUE, any_of

if TYPE_CHECKING:
    from specdsl.smtlib.world import World

STATED = "stated"
PLACES = (STATED, "lowered", "implied", "lent")
UNLENT = PLACES[:-1]


@dataclass(frozen=True, slots=True)
class Place:
    """That the speaker who is asked about can speak here, and that others can. `asks`: it counts
    which outcomes are named."""

    name: str
    mine: str
    others: str
    asks: bool = False

    def covers(self, other: Place) -> bool:
        """All who can speak there can speak here."""
        return _covers(self.mine, other.mine) and _covers(self.others, other.others)


def _covers(one: str, other: str) -> bool:
    return one in (TRUE, other) or other == FALSE


def places(
    world: World,
    decision: Decision,
    level: Level,
    speaker: Principal | None,
    spec: Spec,
    names: Sequence[str] = PLACES,
) -> list[Place]:
    """Those of the level, highest first, of these names, without those that another covers. `spec`:
    the one that has all rules that the world's has, and those of the world beside it."""
    found = [_place(world, decision, level, name, speaker) for name in names]
    open_now = [p for p in found if (p.mine, p.others) != (FALSE, FALSE)]
    if not wishes_count(spec, decision, level):
        return _needed(open_now)
    stated = [replace(p, asks=True) for p in open_now if p.name.endswith(f".{STATED}")]
    return [*stated, *_needed([p for p in open_now if not p.name.endswith(f".{STATED}")])]


def wishes_count(spec: Spec, decision: Decision, level: Level) -> bool:
    """Above the level somebody can speak against whom something higher still may permit what is
    asked for here."""
    return any(
        _somebody(spec, decision, between) and may_permit(spec, decision, between)
        for between in spec.levels[: level.rank]
    )


def may_permit(spec: Spec, decision: Decision, level: Level) -> bool:
    """Something above the level may be a permission on the decision: a rule, or what is said."""
    ruled = any(
        effect.permits and effect.decision is decision and rule.level.rank < level.rank
        for rule in spec.rules
        for effect in rule.effects
    )
    return ruled or any(_somebody(spec, decision, one) for one in spec.levels[: level.rank])


def _somebody(spec: Spec, decision: Decision, level: Level) -> bool:
    """Somebody can speak there, or could if it were lent what may be lent."""
    if any(d.level.rank <= level.rank for d in spec.delegates if decision in d.decisions):
        return True
    speakers = (p for p in spec.principals if p.level is not None and decision.steers(p))
    return any(_speaks(p, level, place) for p in speakers for place in PLACES if place != "lent")


def _place(
    world: World, decision: Decision, level: Level, name: str, speaker: Principal | None
) -> Place:
    own = [p for p in world.spec.principals if p is speaker]
    others = [p for p in world.spec.principals if p is not speaker]
    return Place(
        f"{level.name}.{name}",
        _able(world, decision, level, name, own),
        _able(world, decision, level, name, others),
    )


def _needed(found: list[Place]) -> list[Place]:
    """Without those that one beside them covers."""
    for i, place in enumerate(found):
        beside = [found[j] for j in (i - 1, i + 1) if 0 <= j < len(found)]
        if any(other.covers(place) for other in beside):
            return _needed(found[:i] + found[i + 1 :])
    return found


def _able(
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
