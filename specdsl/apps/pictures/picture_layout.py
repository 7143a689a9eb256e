"""Layered layout of a picture, after Sugiyama, Tagawa and Toda (1981): the rows are given, boxes
are ordered by the barycentre of those above them, and edges run from row to row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from specdsl.apps.pictures.box_places import place_row, sized_box, wanted_middles
from specdsl.apps.pictures.edge_routes import EdgeRoute, edge_routes, is_lane, rows_with_lanes
from specdsl.apps.pictures.placed_shapes import (
    GAP,
    HEAD,
    LABEL,
    LABEL_CHARACTER,
    LINE,
    PADDING,
    WIDTH,
    Layout,
    PlacedBand,
    PlacedBox,
    PlacedEdge,
    PlacedLabel,
    RuleLine,
    Step,
)
from specdsl.apps.pictures.rank_boxes import BoxEdge, RankBox, RankPicture


def lay_out(picture: RankPicture, room: float = WIDTH) -> Layout:
    """Return the places of everything in a picture. Rows are wrapped at the width `room`; a single
    box may be wider.
    """
    bands: list[PlacedBand] = []
    boxes: dict[int, PlacedBox] = {}
    labels: list[PlacedLabel] = []
    routes = edge_routes(picture)
    top = 0.0
    for band, rows in zip(picture.bands, rows_with_lanes(picture, routes), strict=True):
        bottom = _place_band(picture, routes, rows, top, room, boxes, labels)
        bands.append(PlacedBand(band, top, bottom - top))
        top = bottom + 2 * PADDING
    width = max([room / 2, *(b.x + b.width + PADDING for b in boxes.values())])
    width = max([width, *(label.x + label.width / 2 + PADDING for label in labels)])
    edges = tuple(_placed_edges(routes, boxes))
    height = max(0.0, top - 2 * PADDING)
    shown = tuple(box for box in boxes.values() if not is_lane(box.box))
    return Layout(picture, width, height, tuple(bands), shown, edges, tuple(labels))


def _place_band(
    picture: RankPicture,
    routes: Sequence[EdgeRoute],
    rows: Sequence[Sequence[RankBox]],
    top: float,
    room: float,
    boxes: dict[int, PlacedBox],
    labels: list[PlacedLabel],
) -> float:
    """Add the boxes and labels of a band; return its bottom."""
    y = top + HEAD
    for row in rows:
        inside = set(map(id, row))
        entering = [route.edge for route in routes if id(route.edge.lower) in inside]
        sized = [sized_box(box, picture.decision, room) for box in row]
        steps = [step for route in routes for step in route.steps if id(step[1]) in inside]
        placed = place_row(sized, wanted_middles(steps, boxes), room)
        shelf = _stack_labels(entering, placed, y) if entering else []
        y = max([y, *(label.y + LABEL for label in shelf)])
        labels += shelf
        bottom = y
        for one in placed:
            moved = _move_down(one, y)
            boxes[id(one.box)] = moved
            bottom = max(bottom, moved.y + moved.height)
        y = bottom + GAP
    return y - GAP + PADDING


def _move_down(box: PlacedBox, by: float) -> PlacedBox:
    lines = tuple(RuleLine(one.rule, one.text, one.note, one.x, one.y + by) for one in box.lines)
    return PlacedBox(box.box, box.x, box.y + by, box.width, box.height, lines)


# --- edges ---------------------------------------------------------------------------------------


def _stack_labels(
    entering: Sequence[BoxEdge], placed: Sequence[PlacedBox], top: float
) -> list[PlacedLabel]:
    """Return a label for each box and reason above the row; overlapping ones are stacked."""
    middles = {id(box.box): box.middle for box in placed}
    wanted = dict.fromkeys((id(edge.lower), ", ".join(edge.reasons)) for edge in entering)
    shelves: list[float] = []  # The right end of the last label on each shelf.
    found: list[tuple[int, str, float, float]] = []
    for box, text in sorted(wanted, key=lambda one: middles[one[0]]):
        width = LABEL_CHARACTER * len(text) + PADDING
        x = max(middles[box], width / 2 + PADDING)
        shelf = next((i for i, end in enumerate(shelves) if end < x - width / 2), len(shelves))
        shelves[shelf : shelf + 1] = [x + width / 2 + PADDING / 2]
        found.append((shelf, text, x, width))
    top += GAP
    return [PlacedLabel(text, x, top + shelf * LABEL, width) for shelf, text, x, width in found]


def _placed_edges(
    routes: Sequence[EdgeRoute], boxes: Mapping[int, PlacedBox]
) -> Iterator[PlacedEdge]:
    """Yield the edges; those at one side of a box are spread over it, ordered by the next stop."""
    starts = _edge_ports([(route.stops[0], route.stops[1]) for route in routes], boxes)
    ends = _edge_ports([(route.stops[-1], route.stops[-2]) for route in routes], boxes)
    for route, start, end in zip(routes, starts, ends, strict=True):
        high, low = boxes[id(route.edge.higher)], boxes[id(route.edge.lower)]
        lanes = [boxes[id(lane)] for lane in route.stops[1:-1]]
        if low.y >= high.y + high.height:
            through = tuple((lane.x, lane.y, lane.y + lane.height) for lane in lanes)
            yield PlacedEdge(route.edge, (start, high.y + high.height), (end, low.y), through)
        else:  # Of a cycle over several decisions, some edges lead upward or sideways.
            side = (high.x + high.width, high.y + LINE), (low.x, low.y + LINE)
            yield PlacedEdge(route.edge, *side)


def _edge_ports(steps: Sequence[Step], boxes: Mapping[int, PlacedBox]) -> list[float]:
    """Return for each step the x at which it leaves its first box."""
    at_box: dict[int, list[int]] = {}
    for i, (leaving, _) in enumerate(steps):
        at_box.setdefault(id(leaving), []).append(i)
    found = [0.0] * len(steps)
    for key, mine in at_box.items():
        box = boxes[key]
        mine.sort(key=lambda i: boxes[id(steps[i][1])].middle)
        gap = min(2 * PADDING, box.width / (len(mine) + 1))
        first = box.middle - gap * (len(mine) - 1) / 2
        for n, i in enumerate(mine):
            found[i] = first + gap * n
    return found
