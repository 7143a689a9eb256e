"""Where somebody may speak: of a decision, the places that are open, by who is lent what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from specdsl.model import nodes as m

Lent = Mapping[str, int]
"""By principal without authority, the rank of the highest level that it is lent."""


@dataclass(frozen=True, slots=True)
class Voices:
    """At one place: who speaks there in the first of two worlds, in the second, in both alike."""

    first: bool = False
    second: bool = False
    both: bool = False

    def or_(self, other: Voices) -> Voices:
        return Voices(
            self.first or other.first, self.second or other.second, self.both or other.both
        )

    @property
    def any(self) -> bool:
        return self.first or self.second or self.both


SILENT = Voices()
Open = tuple[tuple[Voices, ...], ...]
"""By level, by place."""


class Crossing(Exception):
    """What somebody says counts at two different places in the two worlds."""


def open_places(
    spec: m.Spec, decision: m.Decision, lent: tuple[Lent, Lent], subject: str | None
) -> Open:
    """Two worlds share all instructions save those of `subject`, who says something else in each.
    Raises `Crossing` where one of them counts at different levels in the two."""
    made = [[SILENT] * 4 for _ in spec.levels]
    speakers = [one for one in spec.principals if _steers(decision, one)]
    for speaker, (rank, place) in product(speakers, product(range(len(made)), range(4))):
        voices = _voices(speaker, rank, place, lent, speaker.name == subject)
        made[rank][place] = made[rank][place].or_(voices)
    return tuple(map(tuple, made))


def _steers(decision: m.Decision, speaker: m.Principal) -> bool:
    return decision.steered is None or speaker.name in {one.name for one in decision.steered}


def _voices(
    speaker: m.Principal, rank: int, place: int, lent: tuple[Lent, Lent], subject: bool
) -> Voices:
    here = [_speaks(speaker, rank, place, one.get(speaker.name)) for one in lent]
    if subject:
        return Voices(*here)
    levels = {one.get(speaker.name) for one in lent} - {None}
    if speaker.level is None and len(levels) > 1:
        raise Crossing(speaker.name)
    both = all(here)
    return Voices(here[0] and not both, here[1] and not both, both)


def _speaks(speaker: m.Principal, rank: int, place: int, lent: int | None) -> bool:
    """Whether it may speak at the level of this rank, at this place."""
    if speaker.level is None:
        return place == 3 and lent is not None and rank >= lent
    match place:
        case 0:
            return rank == speaker.level.rank
        case 1:
            return rank > speaker.level.rank
        case 2:
            return speaker.implied is not None and rank >= speaker.implied.rank
        case _:
            return False
