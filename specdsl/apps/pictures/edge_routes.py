"""Routes of edges: one that skips rows has a lane in each of them, so that it passes between boxes.

The lanes are the dummy vertices of layered layout.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from specdsl.apps.pictures.rank_boxes import BoxEdge, RankBox, RankPicture
from specdsl.base.limits import MAX_EDGE_LANES
from specdsl.base.quick_dataclass import dataclass

RowOfBox = dict[int, tuple[int, int]]
"""The band and the row of a box, by the identity of the box."""


@dataclass(frozen=True, eq=False)
class EdgeRoute:
    """An edge with the boxes at its ends and, between them, the lanes that it passes through."""

    edge: BoxEdge
    stops: tuple[RankBox, ...]

    @property
    def steps(self) -> Iterator[tuple[RankBox, RankBox]]:
        return pairwise(self.stops)


def is_lane(box: RankBox) -> bool:
    return not box.rules


def edge_routes(picture: RankPicture) -> tuple[EdgeRoute, ...]:
    """Return the route of each edge. Where there would be very many lanes there is none."""
    rows = _rows_of_boxes(picture)
    skipped = [rows[id(e.lower)][1] - rows[id(e.higher)][1] - 1 for e in picture.edges]
    if sum(max(0, count) for count in skipped) > MAX_EDGE_LANES:
        skipped = [0] * len(picture.edges)
    return tuple(_route_of(*pair) for pair in zip(picture.edges, skipped, strict=True))


def _route_of(edge: BoxEdge, skipped: int) -> EdgeRoute:
    lanes = [RankBox(None, ()) for _ in range(skipped)]
    return EdgeRoute(edge, (edge.higher, *lanes, edge.lower))


def rows_with_lanes(picture: RankPicture, routes: Sequence[EdgeRoute]) -> list[list[list[RankBox]]]:
    """Return the boxes and lanes of each row of each band."""
    found = [[list(row) for row in band.rows] for band in picture.bands]
    rows = _rows_of_boxes(picture)
    for route in routes:
        band, first = rows[id(route.edge.higher)]
        for row, lane in enumerate(route.stops[1:-1], first + 1):
            found[band][row].append(lane)
    return found


def _rows_of_boxes(picture: RankPicture) -> RowOfBox:
    return {
        id(box): (i, k)
        for i, band in enumerate(picture.bands)
        for k, row in enumerate(band.rows)
        for box in row
    }
