"""What the priority graph settles: who outranks whom among the rules of one level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specdsl.model.nodes import Decision, Level, Override, Priority, Rule


@dataclass(frozen=True, slots=True)
class Edge:
    """`higher` outranks `lower` by the reason: an override, or the written pairs that lead from
    the one's value to the other's."""

    higher: Rule
    lower: Rule
    reason: Override | tuple[Priority, ...]


@dataclass(frozen=True, eq=False)
class RankedLevel:
    """The rules of one level with an effect on one decision.

    `rules` in an order in which each comes after all that outrank it, ties by name; bit j of
    `above[i]` says that `rules[j]` outranks `rules[i]` (directly or through others).
    """

    level: Level
    rules: tuple[Rule, ...]
    above: tuple[int, ...]


def bits(mask: int) -> Iterator[int]:
    """The places of its bits."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


@dataclass(frozen=True, eq=False)
class Ranks:
    """By decision: all levels of the authority, highest first, those without rules too; and the
    edges of the priority graphs."""

    levels: dict[Decision, tuple[RankedLevel, ...]]
    edges: dict[Decision, tuple[Edge, ...]]
