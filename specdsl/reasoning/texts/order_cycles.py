"""Relations between texts that no texts have, whatever else is known of them: in a circle one of
them comes before itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

from specdsl.frontend.model.nodes import Fact
from specdsl.semantics.aig import TextRelation


class _Edge(NamedTuple):
    """The one text is not after the other; where `strict` it is before it."""

    start: Fact
    end: Fact
    strict: bool
    relation: TextRelation


def circle(wanted: Mapping[TextRelation, bool]) -> list[TextRelation]:
    """Some of the relations that cannot be together as they are wanted; none where all can."""
    for folding in (False, True):
        some = {one: holds for one, holds in wanted.items() if one.folding is folding}
        edges = [edge for one, holds in some.items() for edge in _edges(one, holds)]
        for edge in edges:
            back = _way(edges, edge.end, edge.start) if edge.strict else None
            if back is not None:
                return list(dict.fromkeys((edge.relation, *back)))
        for one, holds in some.items():
            if one.op == "=" and not holds:
                there, back = _way(edges, one.left, one.right), _way(edges, one.right, one.left)
                if there is not None and back is not None:
                    return list(dict.fromkeys((one, *there, *back)))
    return []


def _edges(one: TextRelation, holds: bool) -> list[_Edge]:
    left, right = one.left, one.right
    if one.op == "<":
        return [_Edge(left, right, True, one) if holds else _Edge(right, left, False, one)]
    return [_Edge(left, right, False, one), _Edge(right, left, False, one)] if holds else []


def _way(edges: list[_Edge], start: Fact, end: Fact) -> list[TextRelation] | None:
    """The relations on a shortest way."""
    ways: dict[Fact, list[TextRelation]] = {start: []}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        if here is end:
            return ways[here]
        for edge in edges:
            if edge.start is here and edge.end not in ways:
                ways[edge.end] = [*ways[here], edge.relation]
                queue.append(edge.end)
    return None
