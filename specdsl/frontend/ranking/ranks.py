"""Ranks: for each decision, which of the rules of a level outrank which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Level, Rule


@dataclass(frozen=True, eq=False)
class RankedLevel:
    """The rules of one level that have an effect on one decision, in topological order, ties by
    name.

    Bit j of `above[i]` is set if `rules[j]` outranks `rules[i]`, directly or transitively.
    """

    level: Level
    rules: tuple[Rule, ...]
    above: tuple[int, ...]


def bit_positions(mask: int) -> Iterator[int]:
    """Yield the positions of the mask's set bits."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def move_bits(masks: Sequence[int], targets: Sequence[int]) -> list[int]:
    """Return the masks with each bit i replaced by the bits `targets[i]`. A mask that is an earlier
    one with few higher bits costs these alone, as in a list in which each rule outranks the next.
    """
    known = {0: 0}
    for mask in masks:
        rest, moved = mask, 0
        while rest not in known:
            highest = rest.bit_length() - 1
            moved |= targets[highest]
            rest ^= 1 << highest
        known[mask] = known[rest] | moved
    return [known[mask] for mask in masks]


@dataclass(frozen=True, eq=False)
class Ranks:
    """The ranks of each decision at all levels of the authority, highest first, those without rules
    included.
    """

    levels: dict[DecisionModel, tuple[RankedLevel, ...]]
