"""The order of values: a graph whose edges are the written pairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush
from itertools import pairwise

from specdsl.base.diagnostics import Diagnostic, Label, Note, fault
from specdsl.frontend.model.names import shorten_cycle
from specdsl.frontend.model.nodes import Priority, SpecModel, Value
from specdsl.frontend.ranking.cycles import shortest_cycles
from specdsl.frontend.ranking.directed_graph import DirectedGraph
from specdsl.frontend.ranking.ranking_codes import CYCLIC_VALUES


class ValueGraph(DirectedGraph[Value]):
    """The graph of values, with an edge from the higher to the lower one of each written pair. If a
    pair is written twice, the first is the reason of the edge.
    """

    def __init__(self, values: Iterable[Value], pairs: Iterable[Priority]) -> None:
        super().__init__(values)
        self._reasons: dict[tuple[Value, Value], Priority] = {}
        for pair in pairs:
            self.add_edge(pair.higher, pair.lower)
            self._reasons.setdefault((pair.higher, pair.lower), pair)

    def reasons(self, path: Iterable[Value]) -> tuple[Priority, ...]:
        """Return the written pairs along a path."""
        return tuple(self._reasons[edge] for edge in pairwise(path))


def value_graph(spec: SpecModel) -> ValueGraph:
    """Return the graph of the values of a spec."""
    return ValueGraph(spec.values, spec.priorities)


def cycle_faults(graph: ValueGraph) -> tuple[Diagnostic, ...]:
    """Return a fault for each strongly connected component of values."""
    return tuple(_cycle_fault(graph, found) for found in shortest_cycles(graph, lambda _: False))


def _cycle_fault(graph: ValueGraph, circle: list[Value]) -> Diagnostic:
    pairs = graph.reasons([*circle, circle[0]])
    way = " > ".join(f"`{name}`" for name in shorten_cycle([v.name for v in (*circle, circle[0])]))
    last = max(pairs, key=lambda p: (p.span.source.name, p.span.start))
    labels = [Label(p.span, "and here") for p in pairs if p is not last]
    message = f"values are ordered in a circle: {way}"
    note = Note("help", "take one of these steps back")
    return fault(CYCLIC_VALUES, message, last.span, "closes the circle", *labels, note)


class ValueOrder:
    """The transitive closure of `priority`, as bit masks over the values from the highest down.

    One mask for each value is stored, not one path for each pair: chains of thousands of values
    stay small.
    """

    def __init__(self, graph: ValueGraph) -> None:
        self.graph = graph
        self.values = _sorted_by_name(graph)
        self.index = {value: i for i, value in enumerate(self.values)}
        self.below: dict[Value, int] = {}
        for value in reversed(self.values):
            mask = 0
            for lower in graph.successors(value):
                mask |= self.below[lower] | 1 << self.index[lower]
            self.below[value] = mask

    def is_above(self, higher: Value | None, lower: Value | None) -> bool:
        if higher is None or lower is None:
            return False
        return bool(self.below[higher] >> self.index[lower] & 1)

    def descendants_within(self, value: Value, among: int) -> Iterator[Value]:
        """Yield the values of the mask `among` that are below this one, highest first."""
        left = self.below[value] & among
        while left:
            low = left & -left
            yield self.values[low.bit_length() - 1]
            left ^= low

    def successors_within(self, value: Value, among: int) -> Iterator[Value]:
        """Yield the values of `among` that are below this one with none of `among` in between."""
        left = self.below[value] & among
        while left:
            low = left & -left
            found = self.values[low.bit_length() - 1]
            yield found
            left &= ~(low | self.below[found])

    def shortest_path(self, higher: Value, lower: Value) -> tuple[Priority, ...]:
        """Return the fewest written pairs that lead from one value to the other."""
        return self.graph.reasons(self.graph.shortest_path(higher, lower))


def _sorted_by_name(graph: ValueGraph) -> tuple[Value, ...]:
    """Return the values in topological order, with ties broken by name."""
    waiting = graph.in_degrees()
    named = {value.name: value for value in graph}
    ready = [value.name for value, count in waiting.items() if not count]
    heapify(ready)
    found: list[Value] = []
    while ready:
        found.append(named[heappop(ready)])
        for value in graph.take_out(found[-1], waiting):
            heappush(ready, value.name)
    return tuple(found)
