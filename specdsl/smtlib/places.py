"""The places at which instructions count, and who can speak there.

Places with no rule between them are one list. A place next to one at which all can speak who can
speak here adds nothing: they say it there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specdsl.model.nodes import Decision, Level, Principal, Spec
from specdsl.smtlib.ranking import ranked
from specdsl.smtlib.text import FALSE, TRUE, any_of

if TYPE_CHECKING:
    from specdsl.smtlib.world import World

PLACES = ("stated", "lowered", "implied", "lent")


@dataclass(frozen=True, slots=True)
class Place:
    """That the speaker who is asked about can speak here, and that others can."""

    name: str
    mine: str
    others: str

    def covers(self, other: Place) -> bool:
        """All who can speak there can speak here."""
        return _covers(self.mine, other.mine) and _covers(self.others, other.others)


def _covers(one: str, other: str) -> bool:
    return one in (TRUE, other) or other == FALSE


def places(
    world: World, decision: Decision, level: Level, speaker: Principal | None, spec: Spec
) -> list[Place]:
    """Those since the last rule above, highest first, where the level has rules or is the last;
    else none: they wait for the rules below. Without those that another covers. `spec`: the one
    whose rules lie between, with all that are in the world's."""
    if not ranked(spec, decision, level) and level is not spec.levels[-1]:
        return []
    run = [level]
    for higher in reversed(spec.levels[: level.rank]):
        if ranked(spec, decision, higher):
            break
        run.insert(0, higher)
    found = [_place(world, decision, one, name, speaker) for one in run for name in PLACES]
    return _needed([p for p in found if (p.mine, p.others) != (FALSE, FALSE)])


def own_places(
    world: World, decision: Decision, level: Level, speaker: Principal | None
) -> list[Place]:
    """Those of the level where nothing is lent, highest first, without those that another
    covers."""
    unlent = (name for name in PLACES if name != "lent")
    found = [_place(world, decision, level, name, speaker) for name in unlent]
    return _needed([p for p in found if (p.mine, p.others) != (FALSE, FALSE)])


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
