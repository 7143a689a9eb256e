"""Where somebody may speak: of a decision, the places that are open, by who is lent what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from itertools import product

from specdsl.frontend.model import nodes as m


class Place(IntEnum):
    """Where instructions count at a level, highest first."""

    STATED = 0
    LOWERED = 1
    IMPLIED = 2
    LENT = 3


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


def open_places(
    spec: m.SpecModel, decision: m.DecisionModel, lent: tuple[Lent, Lent], subject: str | None
) -> Open:
    """Two worlds share all instructions save those of `subject`, who says something else in each.
    None of the others is lent different levels in the two."""
    made = [[SILENT] * len(Place) for _ in spec.levels]
    speakers = [one for one in spec.principals if steers(decision, one)]
    for speaker, (rank, place) in product(speakers, product(range(len(made)), Place)):
        voices = _voices(speaker, rank, place, lent, speaker.name == subject)
        made[rank][place] = made[rank][place].or_(voices)
    return tuple(map(tuple, made))


def crosses(lent: tuple[Lent, Lent], subject: str | None) -> bool:
    """Whether what somebody says counts at different levels in the two worlds."""
    one, two = lent
    return any(one[name] != two[name] for name in one.keys() & two.keys() - {subject})


def steers(decision: m.DecisionModel, speaker: m.Principal) -> bool:
    return decision.steered is None or speaker.name in {one.name for one in decision.steered}


def _voices(
    speaker: m.Principal, rank: int, place: Place, lent: tuple[Lent, Lent], subject: bool
) -> Voices:
    here = [_speaks(speaker, rank, place, one.get(speaker.name)) for one in lent]
    if subject:
        return Voices(*here)
    both = all(here)
    return Voices(here[0] and not both, here[1] and not both, both)


def _speaks(speaker: m.Principal, rank: int, place: Place, lent: int | None) -> bool:
    """Whether it may speak at the level of this rank, at this place."""
    if speaker.level is None:
        return place is Place.LENT and lent is not None and rank >= lent
    match place:
        case Place.STATED:
            return rank == speaker.level.rank
        case Place.LOWERED:
            return rank > speaker.level.rank
        case Place.IMPLIED:
            return speaker.implied is not None and rank >= speaker.implied.rank
        case Place.LENT:
            return False
