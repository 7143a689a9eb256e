"""Ranks: for each decision, which of the rules of a level outrank which."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Decision, Level, Rule


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


@dataclass(frozen=True, eq=False)
class Ranks:
    """The ranks of each decision at all levels of the authority, highest first, those without rules
    included.
    """

    levels: dict[Decision, tuple[RankedLevel, ...]]
