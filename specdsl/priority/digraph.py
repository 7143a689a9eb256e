"""Directed graphs, as far as ranks need them. Everything is gone through in the order in which it
was added, so that the same spec has the same reports every time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

Node = TypeVar("Node", bound=Hashable)
Reason = TypeVar("Reason")


class Digraph(Generic[Node, Reason]):
    """Nodes and the edges between them, each of which may have a reason."""

    def __init__(self) -> None:
        self._after: dict[Node, dict[Node, Reason | None]] = {}

    def add_nodes(self, nodes: Iterable[Node]) -> None:
        """From now on these are among its nodes."""
        for node in nodes:
            self._after.setdefault(node, {})

    def add_edge(self, start: Node, end: Node, reason: Reason | None = None) -> None:
        """Adds an edge, with its nodes. Of two between the same nodes the last one counts."""
        self._after.setdefault(start, {})[end] = reason
        self._after.setdefault(end, {})

    def __iter__(self) -> Iterator[Node]:
        return iter(self._after)

    def successors(self, node: Node) -> Collection[Node]:
        """The nodes to which its edges lead."""
        return self._after[node]

    def has_edge(self, start: Node, end: Node) -> bool:
        """Whether an edge leads from the one to the other."""
        return end in self._after.get(start, ())

    def reason(self, start: Node, end: Node) -> Reason:
        """That of an edge that was added with one."""
        found = self._after[start][end]
        assert found is not None
        return found

    def incoming(self) -> dict[Node, int]:
        """By node, how many edges lead to it."""
        found = dict.fromkeys(self._after, 0)
        for ends in self._after.values():
            for end in ends:
                found[end] += 1
        return found

    def in_order(self, key: Callable[[Node], str]) -> Iterator[Node]:
        """Its nodes, each after all from which an edge leads to it; of several that can be next the
        first by the key. Those on a circle, and behind one, are left out."""
        places = {node: i for i, node in enumerate(self._after)}
        waiting = self.incoming()
        ready = [(key(node), places[node], node) for node in self if not waiting[node]]
        heapify(ready)
        while ready:
            _, _, node = heappop(ready)
            yield node
            for end in self._after[node]:
                waiting[end] -= 1
                if not waiting[end]:
                    heappush(ready, (key(end), places[end], end))

    def is_acyclic(self) -> bool:
        """Whether no path leads back to where it started."""
        return sum(1 for _ in self.in_order(lambda node: "")) == len(self._after)

    def path(self, start: Node, end: Node) -> list[Node]:
        """A shortest path from one node to another, of which there is one."""
        before: dict[Node, Node] = {}
        waiting = deque([start])
        while waiting and end not in before:
            node = waiting.popleft()
            for following in self._after[node]:
                if following != start and following not in before:
                    before[following] = node
                    waiting.append(following)
        path = [end]
        while path[-1] != start:
            path.append(before[path[-1]])
        return path[::-1]

    def strong_components(self) -> list[set[Node]]:
        """Its nodes, those together that can be reached from each other (Tarjan)."""
        return _Tarjan(self).found


class _Tarjan(Generic[Node, Reason]):
    """The strong components of a graph, found depth first without recursion."""

    def __init__(self, graph: Digraph[Node, Reason]) -> None:
        self.found: list[set[Node]] = []
        self._graph = graph
        self._number: dict[Node, int] = {}
        self._lowest: dict[Node, int] = {}  # that can be reached, of those that are on the stack
        self._stack: dict[Node, None] = {}
        for node in graph:
            if node not in self._number:
                self._visit(node)

    def _visit(self, root: Node) -> None:
        path = [(root, self._entered(root))]
        while path:
            node, left = path[-1]
            for following in left:
                if following not in self._number:
                    path.append((following, self._entered(following)))
                    break
                if following in self._stack:
                    self._lowest[node] = min(self._lowest[node], self._number[following])
            else:
                path.pop()
                if path:
                    before = path[-1][0]
                    self._lowest[before] = min(self._lowest[before], self._lowest[node])
                self._leave(node)

    def _entered(self, node: Node) -> Iterator[Node]:
        self._number[node] = self._lowest[node] = len(self._number)
        self._stack[node] = None
        return iter(self._graph.successors(node))

    def _leave(self, node: Node) -> None:
        """All that came after it is of its component, where nothing before it can be reached."""
        if self._lowest[node] == self._number[node]:
            part: set[Node] = set()
            while node not in part:
                part.add(self._stack.popitem()[0])
            self.found.append(part)
