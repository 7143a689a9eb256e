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
    """Yield the edges without those that follow from others, sorted."""
    for high, low in sorted(edges):
        between = (
            middle
            for middle in bit_positions(above[low])
            if _is_strictly_above(above, high, middle) and _is_strictly_above(above, middle, low)
        )
        if next(between, None) is None:
            yield high, low


def box_rows(above: Sequence[int]) -> list[int]:
    """Return the row of each box: the length of the longest chain of boxes above it."""
    strict = [
        [high for high in bit_positions(mask) if _is_strictly_above(above, high, low)]
        for low, mask in enumerate(above)
    ]
    rows = [0] * len(above)
    for low in sorted(range(len(above)), key=lambda box: len(strict[box])):
        rows[low] = max((rows[high] + 1 for high in strict[low]), default=0)
    return rows


def _is_strictly_above(above: Sequence[int], high: int, low: int) -> bool:
    """Return whether a box is above another one, and no cycle leads back."""
    return bool(above[low] >> high & 1 and not above[high] >> low & 1)
