"""Layered layout of a picture, after Sugiyama, Tagawa and Toda (1981): the rows are given, boxes
are ordered by the barycentre of those above them, and edges run from row to row.

Lengths are pixels at 12 px monospaced type, whose characters are `CHARACTER` wide everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from specdsl.apps.pictures.rank_boxes import BoxEdge, LevelBand, RankBox, RankPicture
from specdsl.apps.pictures.rank_wording import effect_wording
from specdsl.base.limits import MAX_RULES_IN_BOX
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Decision, Rule

WIDTH = 1000.0  # The width that rows are wrapped at unless another one is given.
CHARACTER = 7.25
LINE = 20.0
PADDING = 12.0
GAP = 24.0
HEAD = 34.0  # The height of a band's heading.
LABEL = 16.0  # The height of an edge's label.
LABEL_CHARACTER = 6.7
COLUMN_RULES = 12  # More rules than these stand in several columns.


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in its box, at the left end of its baseline; the last line may count further rules."""

    rule: Rule | None
    text: str
    note: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class PlacedBox:
    box: RankBox
    x: float
    y: float
    width: float
    height: float
    lines: tuple[RuleLine, ...]

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class PlacedBand:
    band: LevelBand
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class PlacedEdge:
    """An edge from the bottom of a box to the top of a lower one."""

    edge: BoxEdge
    start: tuple[float, float]
    end: tuple[float, float]


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """The reason of an edge, centred at (x, y)."""

    text: str
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Layout:
    picture: RankPicture
    width: float
    height: float
    bands: tuple[PlacedBand, ...]
    boxes: tuple[PlacedBox, ...]
    edges: tuple[PlacedEdge, ...]
    labels: tuple[PlacedLabel, ...]


@dataclass(frozen=True, slots=True)
class _SizedBox:
    box: RankBox
    width: float
    height: float
    lines: tuple[RuleLine, ...]  # Their places are relative to the box.


def lay_out(picture: RankPicture, room: float = WIDTH) -> Layout:
    """Return the places of everything in a picture. Rows are wrapped at the width `room`; a single
    box may be wider.
    """
    bands: list[PlacedBand] = []
    boxes: dict[int, PlacedBox] = {}
    labels: list[PlacedLabel] = []
    top = 0.0
    for band in picture.bands:
        bottom = _place_band(picture, band, top, room, boxes, labels)
        bands.append(PlacedBand(band, top, bottom - top))
        top = bottom + 2 * PADDING
    width = max([room / 2, *(b.x + b.width + PADDING for b in boxes.values())])
    width = max([width, *(label.x + label.width / 2 + PADDING for label in labels)])
    edges = tuple(_placed_edges(picture.edges, boxes))
    height = max(0.0, top - 2 * PADDING)
    return Layout(picture, width, height, tuple(bands), tuple(boxes.values()), edges, tuple(labels))


def _place_band(
    picture: RankPicture,
    band: LevelBand,
    top: float,
    room: float,
    boxes: dict[int, PlacedBox],
    labels: list[PlacedLabel],
) -> float:
    """Add the boxes and labels of a band; return its bottom."""
    y = top + HEAD
    for row in band.rows:
        entering = [edge for edge in picture.edges if any(edge.lower is box for box in row)]
        sized = [_sized_box(box, picture.decision, room) for box in row]
        placed = _place_row(sized, _wanted_middles(entering, boxes), room)
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


# --- boxes ---------------------------------------------------------------------------------------


def _sized_box(box: RankBox, decision: Decision | None, room: float) -> _SizedBox:
    shown = list(box.rules[:MAX_RULES_IN_BOX])
    texts = [rule.name for rule in shown]
    notes = ["" if decision is None else effect_wording(rule.effect_on(decision)) for rule in shown]
    rules: list[Rule | None] = [*shown]
    if len(box.rules) > len(shown):
        rules, texts = [*rules, None], [*texts, f"and {len(box.rules) - len(shown):,} more"]
        notes.append("")
    lengths = [len(t) + (len(n) + 2 if n else 0) for t, n in zip(texts, notes, strict=True)]
    column = CHARACTER * max(lengths)
    fitting = max(1, int((room - 4 * PADDING) // (column + GAP)))
    columns = min(ceil(len(texts) / COLUMN_RULES), fitting)
    rows = ceil(len(texts) / columns)
    head = 0.0 if box.value is None else LINE
    lines = tuple(
        RuleLine(
            rule,
            text,
            note,
            PADDING + (i // rows) * (column + GAP),
            PADDING + head + (i % rows + 0.7) * LINE,
        )
        for i, (rule, text, note) in enumerate(zip(rules, texts, notes, strict=True))
    )
    wide = columns * (column + GAP) - GAP
    title = CHARACTER * len(box.value.name) if box.value is not None else 0.0
    return _SizedBox(box, max(wide, title) + 2 * PADDING, rows * LINE + head + 1.5 * PADDING, lines)


def _wanted_middles(
    entering: Sequence[BoxEdge], boxes: Mapping[int, PlacedBox]
) -> dict[int, float]:
    """Return for each box below others the barycentre of these."""
    above: dict[int, list[float]] = {}
    for edge in entering:
        if id(edge.higher) in boxes:
            above.setdefault(id(edge.lower), []).append(boxes[id(edge.higher)].middle)
    return {box: sum(middles) / len(middles) for box, middles in above.items()}


def _place_row(
    sized: Sequence[_SizedBox], wanted: Mapping[int, float], room: float
) -> list[PlacedBox]:
    """Place boxes near the middles that they want, in lines that are not too wide; the first line
    begins at 0.
    """
    order = sorted(sized, key=lambda one: wanted.get(id(one.box), room))
    found: list[PlacedBox] = []
    y = 0.0
    for line in _wrapped_lines(order, room):
        left = max(0.0, room - 2 * PADDING - sum(one.width + GAP for one in line) + GAP)
        x = PADDING
        for one in line:
            middle = wanted.get(id(one.box))
            slack = 0.0 if middle is None else min(left, max(0.0, middle - one.width / 2 - x))
            left -= slack
            x += slack
            lines = tuple(
                RuleLine(rule.rule, rule.text, rule.note, rule.x + x, rule.y + y)
                for rule in one.lines
            )
            found.append(PlacedBox(one.box, x, y, one.width, one.height, lines))
            x += one.width + GAP
        y += max(one.height for one in line) + GAP
    return found


def _wrapped_lines(order: Sequence[_SizedBox], room: float) -> Iterator[list[_SizedBox]]:
    line: list[_SizedBox] = []
    width = 2 * PADDING
    for one in order:
        if line and width + one.width > room:
            yield line
            line, width = [], 2 * PADDING
        line.append(one)
        width += one.width + GAP
    if line:
        yield line


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


def _placed_edges(edges: Sequence[BoxEdge], boxes: Mapping[int, PlacedBox]) -> Iterator[PlacedEdge]:
    """Yield the edges; those at one side of a box are spread over it, ordered by the other end."""
    starts = _edge_ports(edges, boxes, leaving=True)
    ends = _edge_ports(edges, boxes, leaving=False)
    for i, edge in enumerate(edges):
        high, low = boxes[id(edge.higher)], boxes[id(edge.lower)]
        if low.y >= high.y + high.height:
            yield PlacedEdge(edge, (starts[i], high.y + high.height), (ends[i], low.y))
        else:  # Of a cycle over several decisions, some edges lead upward or sideways.
            yield PlacedEdge(edge, (high.x + high.width, high.y + LINE), (low.x, low.y + LINE))


def _edge_ports(
    edges: Sequence[BoxEdge], boxes: Mapping[int, PlacedBox], leaving: bool
) -> dict[int, float]:
    """Return the x of one end of each edge."""
    at_box: dict[int, list[int]] = {}
    for i, edge in enumerate(edges):
        at_box.setdefault(id(edge.higher if leaving else edge.lower), []).append(i)
    found: dict[int, float] = {}
    for key, mine in at_box.items():
        box = boxes[key]
        mine.sort(key=lambda i: _other_middle(edges[i], boxes, leaving))
        step = min(2 * PADDING, box.width / (len(mine) + 1))
        first = box.middle - step * (len(mine) - 1) / 2
        found.update((i, first + step * n) for n, i in enumerate(mine))
    return found


def _other_middle(edge: BoxEdge, boxes: Mapping[int, PlacedBox], leaving: bool) -> float:
    return boxes[id(edge.lower if leaving else edge.higher)].middle
