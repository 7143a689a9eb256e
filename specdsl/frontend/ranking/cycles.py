"""Shortest cycles of a graph: 0–1 breadth-first search within each strongly connected component.

networkx, which finds the components, is imported only if there is a cycle: it takes longer to
import than all else that a small spec needs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from specdsl.base.limits import MAX_CYCLE_WORK
from specdsl.frontend.ranking.directed_graph import DirectedGraph

NodePredicate = Callable[[Any], bool]


def shortest_cycles(graph: DirectedGraph[Any], is_transparent: NodePredicate) -> list[list[Any]]:
    """Return a shortest cycle of each strongly connected component that has one, ordered by name.

    Transparent nodes (hubs) are neither counted nor returned.
    """
    if graph.is_acyclic():
        return []
    cyclic = _cyclic_components(graph)
    found = [_shortest_in_component(graph, part, is_transparent) for part in cyclic]
    return sorted(
        map(_canonical_rotation, found), key=lambda circle: [node.name for node in circle]
    )


def _cyclic_components(graph: DirectedGraph[Any]) -> list[set[Any]]:
    """Return the strongly connected components that have a cycle."""
    import networkx as nx

    copy = nx.DiGraph(graph.edges())
    return [
        part
        for part in nx.strongly_connected_components(copy)
        if len(part) > 1 or any(graph.has_edge(node, node) for node in part)
    ]


def cycle_edges(circle: list[Any]) -> list[tuple[Any, Any]]:
    """Return the edges of a cycle; the last one leads back to the start."""
    return list(pairwise([*circle, circle[0]]))


def _shortest_in_component(
    graph: DirectedGraph[Any], part: set[Any], is_transparent: NodePredicate
) -> list[Any]:
    starts = sorted((node for node in part if not is_transparent(node)), key=lambda node: node.name)
    edges = sum(graph.out_degree(node) for node in part)
    best: list[Any] = []
    for start in starts[: max(1, MAX_CYCLE_WORK // (edges + 1))]:
        found = _shortest_through(graph, part, start, is_transparent)
        if not best or len(found) < len(best):
            best = found
        if len(best) <= 2:
            break
    return best


def _shortest_through(
    graph: DirectedGraph[Any], part: set[Any], start: Any, is_transparent: NodePredicate
) -> list[Any]:
    """Return a shortest cycle through the node. Transparent nodes cost nothing, so they are
    expanded first.
    """
    before: dict[Any, Any] = {}
    cost = {start: 0}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for following in graph.successors(node):
            if following is start:
                return _cycle_of_predecessors(before, start, node, is_transparent)
            step = 0 if is_transparent(following) else 1
            if following in part and cost[node] + step < cost.get(following, len(part) + 1):
                cost[following] = cost[node] + step
                before[following] = node
                (waiting.append if step else waiting.appendleft)(following)
    raise AssertionError("a strong component has a circle through each of its nodes")


def _cycle_of_predecessors(
    before: dict[Any, Any], start: Any, last: Any, is_transparent: NodePredicate
) -> list[Any]:
    path = []
    node = last
    while node is not start:
        path.append(node)
        node = before[node]
    return [start, *(node for node in reversed(path) if not is_transparent(node))]


def _canonical_rotation(circle: list[Any]) -> list[Any]:
    """Rotate the cycle to start at the node that is first by name, so that reports are
    deterministic.
    """
    first = min(range(len(circle)), key=lambda i: circle[i].name)
    return circle[first:] + circle[:first]
