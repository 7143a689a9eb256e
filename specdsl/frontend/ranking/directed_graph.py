"""A directed graph, small and quick to import. Nodes and edges keep the order in which they were
added, so that all that is made from a graph is deterministic.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from typing import Generic, TypeVar

N = TypeVar("N", bound=Hashable)


class DirectedGraph(Generic[N]):
    """A directed graph without parallel edges; an edge may lead back to its own node."""

    def __init__(self, nodes: Iterable[N] = ()) -> None:
        # By node, its successors; a dictionary is used as an ordered set.
        self._successors: dict[N, dict[N, None]] = {node: {} for node in nodes}

    def add_edge(self, start: N, end: N) -> None:
        self._successors.setdefault(start, {})[end] = None
        self._successors.setdefault(end, {})

    def add_edges(self, edges: Iterable[tuple[N, N]]) -> None:
        for start, end in edges:
            self.add_edge(start, end)

    def __iter__(self) -> Iterator[N]:
        return iter(self._successors)

    def successors(self, node: N) -> Iterable[N]:
        return self._successors[node]

    def has_edge(self, start: N, end: N) -> bool:
        return end in self._successors[start]

    def out_degree(self, node: N) -> int:
        return len(self._successors[node])

    def edges(self) -> Iterator[tuple[N, N]]:
        for node, following in self._successors.items():
            for end in following:
                yield node, end

    def in_degrees(self) -> dict[N, int]:
        """Return, by node, the number of edges that lead to it."""
        found = dict.fromkeys(self._successors, 0)
        for _, end in self.edges():
            found[end] += 1
        return found

    def is_acyclic(self) -> bool:
        waiting = self.in_degrees()
        ready = [node for node, count in waiting.items() if not count]
        sorted_nodes = 0
        while ready:
            sorted_nodes += 1
            ready += self.take_out(ready.pop(), waiting)
        return sorted_nodes == len(self._successors)

    def take_out(self, node: N, waiting: dict[N, int]) -> list[N]:
        """Count a node as sorted. Return the successors of which no predecessor is left; `waiting`
        has the number of those left by node.
        """
        found = []
        for end in self._successors[node]:
            waiting[end] -= 1
            if not waiting[end]:
                found.append(end)
        return found

    def shortest_path(self, start: N, end: N) -> list[N]:
        """Return the nodes of a shortest path, both ends included; empty if there is no path. Of
        several, it is the one whose edges were added first.
        """
        before = {start: start}
        queue = deque([start])
        while queue and end not in before:
            node = queue.popleft()
            for following in self._successors[node]:
                if following not in before:
                    before[following] = node
                    queue.append(following)
        if end not in before:
            return []
        path = [end]
        while path[-1] != start:
            path.append(before[path[-1]])
        return path[::-1]
