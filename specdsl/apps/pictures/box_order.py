"""Order of the boxes of a level: transitive closure, transitive reduction and layers.

A mask has bit i for box i, as those of ranked rules. The edges of one decision have no cycle, but
those of several decisions together may have some: boxes of a cycle stand in one row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from specdsl.frontend.ranking.ranks import bit_positions

Edge = tuple[int, int]


def transitive_masks(count: int, edges: Iterable[Edge]) -> list[int]:
    """Return for each box the boxes above it, directly or not (Warshall's algorithm on bits)."""
    above = [0] * count
    for high, low in edges:
        above[low] |= 1 << high
    for middle in range(count):
        for low in range(count):
            if above[low] >> middle & 1:
                above[low] |= above[middle]
    return above


def reduced_edges(edges: Iterable[Edge], above: Sequence[int]) -> Iterator[Edge]:
    """Yield the edges of the transitive reduction, sorted."""
    strict = _strict_masks(above)
    implied = [_union_of(strict[middle] for middle in bit_positions(mask)) for mask in strict]
    yield from ((high, low) for high, low in sorted(edges) if not implied[low] >> high & 1)


def box_rows(above: Sequence[int]) -> list[int]:
    """Return the row of each box: the length of the longest chain of boxes above it."""
    strict = _strict_masks(above)
    rows = [0] * len(above)
    for low in sorted(range(len(above)), key=lambda box: strict[box].bit_count()):
        rows[low] = max((rows[high] + 1 for high in bit_positions(strict[low])), default=0)
    return rows


def _strict_masks(above: Sequence[int]) -> list[int]:
    """Return for each box the boxes above it from which no cycle leads back."""
    below = [0] * len(above)
    for low, mask in enumerate(above):
        for high in bit_positions(mask):
            below[high] |= 1 << low
    return [mask & ~below[box] for box, mask in enumerate(above)]


def _union_of(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found
