"""Conflicts among text relations alone: cycles in the order in which a text precedes itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

from specdsl.frontend.model.nodes import Fact
from specdsl.semantics.aig import TextRelation


class _OrderEdge(NamedTuple):
    """The start is not after the end, or before it if `strict`."""

    start: Fact
    end: Fact
    strict: bool
    relation: TextRelation


def find_order_cycle(wanted: Mapping[TextRelation, bool]) -> list[TextRelation]:
    """Return relations whose truth values exclude each other; none if all can hold."""
    for folding in (False, True):
        some = {one: holds for one, holds in wanted.items() if one.folding is folding}
        edges = [edge for one, holds in some.items() for edge in _edges_of(one, holds)]
        for edge in edges:
            back = _shortest_path(edges, edge.end, edge.start) if edge.strict else None
            if back is not None:
                return list(dict.fromkeys((edge.relation, *back)))
        for one, holds in some.items():
            if one.op == "=" and not holds:
                there, back = (
                    _shortest_path(edges, one.left, one.right),
                    _shortest_path(edges, one.right, one.left),
                )
                if there is not None and back is not None:
                    return list(dict.fromkeys((one, *there, *back)))
    return []


def _edges_of(one: TextRelation, holds: bool) -> list[_OrderEdge]:
    left, right = one.left, one.right
    if one.op == "<":
        return [
            _OrderEdge(left, right, True, one) if holds else _OrderEdge(right, left, False, one)
        ]
    return (
        [_OrderEdge(left, right, False, one), _OrderEdge(right, left, False, one)] if holds else []
    )


def _shortest_path(edges: list[_OrderEdge], start: Fact, end: Fact) -> list[TextRelation] | None:
    """Return the relations on a shortest path."""
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
