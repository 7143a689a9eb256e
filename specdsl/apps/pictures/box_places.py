"""Sizes of boxes, and their places in a row, each near the middle of the boxes above it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from specdsl.apps.pictures.edge_routes import is_lane
from specdsl.apps.pictures.placed_shapes import (
    CHARACTER,
    COLUMN_RULES,
    GAP,
    LINE,
    PADDING,
    PlacedBox,
    RuleLine,
    Step,
)
from specdsl.apps.pictures.rank_boxes import RankBox
from specdsl.apps.pictures.rank_wording import effect_wording
from specdsl.base.limits import MAX_RULES_IN_BOX
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Rule

Entry = tuple[Rule | None, str, str]
"""A line of a box: the rule, its name, its effect; without a rule, how many more there are."""


@dataclass(frozen=True, slots=True)
class SizedBox:
    box: RankBox
    width: float
    height: float
    lines: tuple[RuleLine, ...]  # Their places are relative to the box.


def sized_box(box: RankBox, decision: DecisionModel | None, room: float) -> SizedBox:
    """Return a box with its lines in columns, with the effects on the decision where they fit."""
    if is_lane(box):
        return SizedBox(box, 0.0, 0.0, ())
    entries = _entries_of(box, decision)
    if _column_width(entries) > room - 4 * PADDING:
        entries = [(rule, text, "") for rule, text, _ in entries]
    column = _column_width(entries)
    fitting = max(1, int((room - 4 * PADDING) // (column + GAP)))
    columns = min(ceil(len(entries) / COLUMN_RULES), fitting)
    rows = ceil(len(entries) / columns)
    head = 0.0 if box.value is None else LINE
    lines = tuple(
        RuleLine(
            rule,
            text,
            note,
            PADDING + (i // rows) * (column + GAP),
            PADDING + head + (i % rows + 0.7) * LINE,
        )
        for i, (rule, text, note) in enumerate(entries)
    )
    wide = columns * (column + GAP) - GAP
    title = CHARACTER * len(box.value.name) if box.value is not None else 0.0
    return SizedBox(box, max(wide, title) + 2 * PADDING, rows * LINE + head + 1.5 * PADDING, lines)


def _entries_of(box: RankBox, decision: DecisionModel | None) -> list[Entry]:
    found: list[Entry] = []
    for rule in box.rules[:MAX_RULES_IN_BOX]:
        note = "" if decision is None else effect_wording(rule.effect_on(decision))
        found.append((rule, rule.name, note))
    left = len(box.rules) - len(found)
    return [*found, (None, f"and {left:,} more", "")] if left else found


def _column_width(entries: Sequence[Entry]) -> float:
    lengths = (len(text) + (len(note) + 2 if note else 0) for _, text, note in entries)
    return CHARACTER * max(lengths)


def wanted_middles(steps: Sequence[Step], boxes: Mapping[int, PlacedBox]) -> dict[int, float]:
    """Return for each box below others the barycentre of these."""
    above: dict[int, list[float]] = {}
    for higher, lower in steps:
        if id(higher) in boxes:
            above.setdefault(id(lower), []).append(boxes[id(higher)].middle)
    return {box: sum(middles) / len(middles) for box, middles in above.items()}


def place_row(
    sized: Sequence[SizedBox], wanted: Mapping[int, float], room: float
) -> list[PlacedBox]:
    """Place boxes near the middles that they want, in lines that are not too wide; the first line
    begins at 0.
    """
    order = sorted(sized, key=lambda one: wanted.get(id(one.box), room))
    found: list[PlacedBox] = []
    y = 0.0
    for line in _wrapped_lines(order, room):
        left = max(0.0, room - 2 * PADDING - sum(one.width + GAP for one in line) + GAP)
        x, tall = PADDING, max(one.height for one in line)
        for one in line:
            middle = wanted.get(id(one.box))
            slack = 0.0 if middle is None else min(left, max(0.0, middle - one.width / 2 - x))
            left -= slack
            x += slack
            lines = tuple(
                RuleLine(rule.rule, rule.text, rule.note, rule.x + x, rule.y + y)
                for rule in one.lines
            )
            height = tall if is_lane(one.box) else one.height
            found.append(PlacedBox(one.box, x, y, one.width, height, lines))
            x += one.width + GAP
        y += tall + GAP
    return found


def _wrapped_lines(order: Sequence[SizedBox], room: float) -> Iterator[list[SizedBox]]:
    line: list[SizedBox] = []
    width = 2 * PADDING
    for one in order:
        if line and width + one.width > room:
            yield line
            line, width = [], 2 * PADDING
        line.append(one)
        width += one.width + GAP
    if line:
        yield line
