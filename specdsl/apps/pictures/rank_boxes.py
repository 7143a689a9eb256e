"""Boxes of interchangeable rules and the edges between them: the content of a picture.

Rules of one level that serve one value, outrank the same rules and are outranked by the same ones
share a box, and only the edges of the transitive reduction remain: of a hundred rules with a
thousand ranked pairs there are a dozen boxes and edges left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from specdsl.apps.pictures.box_order import box_rows, reduced_edges, transitive_masks
from specdsl.apps.pictures.rank_wording import covering_pairs, rank_reason
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Level, Rule, SpecModel, Value
from specdsl.frontend.ranking.interchangeable import outranked_keys
from specdsl.frontend.ranking.ranks import RankedLevel, Ranks, bit_positions
from specdsl.frontend.ranking.value_order import ValueOrder, value_graph


@dataclass(frozen=True, eq=False)
class RankBox:
    """Rules of one level and value that outrank the same rules and are outranked by the same."""

    value: Value | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class BoxEdge:
    """Every rule of `higher` outranks every rule of `lower`, for one of the reasons."""

    higher: RankBox
    lower: RankBox
    reasons: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class LevelBand:
    """The boxes of one level in rows: edges lead from a row to a later one."""

    level: Level
    rows: tuple[tuple[RankBox, ...], ...]


@dataclass(frozen=True, eq=False)
class RankPicture:
    """The bands with rules, the highest level first. `decision` is None for a whole spec."""

    decision: DecisionModel | None
    bands: tuple[LevelBand, ...]
    edges: tuple[BoxEdge, ...]


def decision_picture(
    spec: SpecModel, decision: DecisionModel, levels: Sequence[RankedLevel]
) -> RankPicture:
    """Return the ranks of the rules about one decision."""
    parts = [_ranked_band(spec, ranked) for ranked in levels if ranked.rules]
    bands, edges = [band for band, _ in parts], [edge for _, found in parts for edge in found]
    return RankPicture(decision, tuple(bands), tuple(edges))


def overview_picture(spec: SpecModel, ranks: Ranks) -> RankPicture:
    """Return all rules of a spec. An edge between boxes holds for the decisions that their rules
    share.
    """
    if len(spec.decisions) == 1:
        return decision_picture(spec, spec.decisions[0], ranks.levels[spec.decisions[0]])
    order = ValueOrder(value_graph(spec))
    by_level = {level: [r for r in spec.rules if r.level is level] for level in spec.levels}
    parts = [_value_band(spec, level, rules, order) for level, rules in by_level.items() if rules]
    edges = [edge for _, found in parts for edge in found]
    return RankPicture(None, tuple(band for band, _ in parts), tuple(edges))


# --- one decision --------------------------------------------------------------------------------


def _ranked_band(spec: SpecModel, ranked: RankedLevel) -> tuple[LevelBand, list[BoxEdge]]:
    below = outranked_keys(ranked)
    grouped: dict[tuple[Value | None, int, int], list[int]] = {}
    for i, rule in enumerate(ranked.rules):
        grouped.setdefault((rule.value, ranked.above[i], below[i]), []).append(i)
    places = list(grouped.values())
    boxes = [RankBox(key[0], tuple(ranked.rules[i] for i in at)) for key, at in grouped.items()]
    masks = [
        sum(1 << j for j, other in enumerate(places) if ranked.above[at[0]] >> other[0] & 1)
        for at in places
    ]
    firsts = tuple(box.rules[0] for box in boxes)
    of_rule = {rule: box for box, rule in zip(boxes, firsts, strict=True)}
    edges = [
        _edge_between(spec, of_rule[higher], of_rule[lower])
        for higher, lower in covering_pairs(RankedLevel(ranked.level, firsts, tuple(masks)))
    ]
    return _band_of(ranked.level, boxes, masks), edges


def _edge_between(spec: SpecModel, higher: RankBox, lower: RankBox) -> BoxEdge:
    reasons = dict.fromkeys(
        rank_reason(spec, one, other) for one in higher.rules[:9] for other in lower.rules[:9]
    )
    return BoxEdge(higher, lower, tuple(reasons))


def _band_of(level: Level, boxes: Sequence[RankBox], above: Sequence[int]) -> LevelBand:
    """Return a band whose last row has the boxes without any edge."""
    rows, higher = box_rows(above), sum({1 << i for mask in above for i in bit_positions(mask)})
    ranked: dict[int, list[RankBox]] = {}
    apart: list[RankBox] = []
    for i, box in enumerate(boxes):
        (ranked.setdefault(rows[i], []) if above[i] or higher >> i & 1 else apart).append(box)
    found = [*(ranked[row] for row in sorted(ranked)), *([apart] if apart else [])]
    return LevelBand(level, tuple(map(tuple, found)))


# --- a whole spec --------------------------------------------------------------------------------


def _value_band(
    spec: SpecModel, level: Level, rules: Sequence[Rule], order: ValueOrder
) -> tuple[LevelBand, list[BoxEdge]]:
    boxes = list(_boxes_by_overrides(spec, rules))
    place = {rule: i for i, box in enumerate(boxes) for rule in box.rules}
    decisions = [{e.decision for rule in box.rules for e in rule.effects} for box in boxes]
    overriding = {
        (place[one.rule], place[one.target]) for one in spec.overrides if one.rule in place
    }
    ranked = {
        (i, j)
        for i, j in _pairs_by_value(boxes, order)
        if (j, i) not in overriding and not decisions[i].isdisjoint(decisions[j])
    }
    above = transitive_masks(len(boxes), overriding | ranked)
    edges = [
        _edge_between(spec, boxes[i], boxes[j])
        for i, j in reduced_edges(overriding | ranked, above)
    ]
    return _band_of(level, boxes, above), edges


def _boxes_by_overrides(spec: SpecModel, rules: Sequence[Rule]) -> Iterator[RankBox]:
    """Yield rules that serve one value, override the same rules and are overridden by the same."""
    targets: dict[Rule, set[str]] = {}
    overriders: dict[Rule, set[str]] = {}
    for one in spec.overrides:
        targets.setdefault(one.rule, set()).add(one.target.name)
        overriders.setdefault(one.target, set()).add(one.rule.name)
    grouped: dict[object, list[Rule]] = {}
    for rule in rules:
        key = (rule.value, frozenset(targets.get(rule, ())), frozenset(overriders.get(rule, ())))
        grouped.setdefault(key, []).append(rule)
    for found in grouped.values():
        yield RankBox(found[0].value, tuple(found))


def _pairs_by_value(boxes: Sequence[RankBox], order: ValueOrder) -> Iterator[tuple[int, int]]:
    for i, high in enumerate(boxes):
        for j, low in enumerate(boxes):
            if order.is_above(high.value, low.value):
                yield i, j
