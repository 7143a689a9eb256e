"""Shortest circles in a graph: breadth first within each strong component."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import networkx as nx

from specdsl.limits import MOST_CIRCLE_WORK

Passed = Callable[[Any], bool]


def shortest_circles(graph: nx.DiGraph, passed: Passed) -> list[list[Any]]:
    """For each strong component with a circle the nodes of a shortest one, the first by name first.

    Nodes that are `passed` stand for no step of their own: they are neither counted nor returned.
    """
    knots = [
        part
        for part in nx.strongly_connected_components(graph)
        if len(part) > 1 or any(graph.has_edge(node, node) for node in part)
    ]
    found = [_shortest(graph, part, passed) for part in knots]
    return sorted(map(_turned, found), key=lambda circle: [node.name for node in circle])


def steps_of(circle: list[Any]) -> list[tuple[Any, Any]]:
    """The steps of a circle, the last one back to the start."""
    return list(pairwise([*circle, circle[0]]))


def _shortest(graph: nx.DiGraph, part: set[Any], passed: Passed) -> list[Any]:
    starts = sorted((node for node in part if not passed(node)), key=lambda node: node.name)
    edges = sum(graph.out_degree(node) for node in part)
    best: list[Any] = []
    for start in starts[: max(1, MOST_CIRCLE_WORK // (edges + 1))]:
        found = _around(graph, part, start, passed)
        if not best or len(found) < len(best):
            best = found
        if len(best) <= 2:
            break
    return best


def _around(graph: nx.DiGraph, part: set[Any], start: Any, passed: Passed) -> list[Any]:
    """A shortest circle through the node: passed nodes cost nothing, so they go in front."""
    before: dict[Any, Any] = {}
    cost = {start: 0}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for following in graph.successors(node):
            if following is start:
                return _path(before, start, node, passed)
            step = 0 if passed(following) else 1
            if following in part and cost[node] + step < cost.get(following, len(part) + 1):
                cost[following] = cost[node] + step
                before[following] = node
                (waiting.append if step else waiting.appendleft)(following)
    raise AssertionError("a strong component has a circle through each of its nodes")


def _path(before: dict[Any, Any], start: Any, last: Any, passed: Passed) -> list[Any]:
    path = []
    node = last
    while node is not start:
        path.append(node)
        node = before[node]
    return [start, *(node for node in reversed(path) if not passed(node))]


def _turned(circle: list[Any]) -> list[Any]:
    """Starting at the node that is first by name, so that a report is the same every time."""
    first = min(range(len(circle)), key=lambda i: circle[i].name)
    return circle[first:] + circle[:first]
