"""The order of values: a graph whose edges are the written pairs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import networkx as nx

from specdsl.base.diagnostics import Diagnostic, Label, Note, fault
from specdsl.frontend.model.names import shorten_cycle
from specdsl.frontend.model.nodes import Priority, Spec, Value
from specdsl.frontend.ranking.cycles import cycle_edges, shortest_cycles
from specdsl.frontend.ranking.ranking_codes import CYCLIC_VALUES


def value_graph(spec: Spec) -> nx.DiGraph:
    """Return the graph of values, with an edge from the higher to the lower one of each written
    pair. If a pair is written twice, the first counts.
    """
    graph = nx.DiGraph()
    graph.add_nodes_from(spec.values)
    for pair in spec.priorities:
        if not graph.has_edge(pair.higher, pair.lower):
            graph.add_edge(pair.higher, pair.lower, reason=pair)
    return graph


def cycle_faults(graph: nx.DiGraph) -> tuple[Diagnostic, ...]:
    """Return a fault for each strongly connected component of values."""
    return tuple(_cycle_fault(graph, found) for found in shortest_cycles(graph, lambda _: False))


def _cycle_fault(graph: nx.DiGraph, circle: list[Value]) -> Diagnostic:
    pairs: list[Priority] = [graph.edges[a, b]["reason"] for a, b in cycle_edges(circle)]
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

    def __init__(self, graph: nx.DiGraph) -> None:
        self.graph = graph
        self.values: tuple[Value, ...] = tuple(
            nx.lexicographical_topological_sort(graph, key=lambda value: value.name)
        )
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
        path = nx.shortest_path(self.graph, higher, lower)
        return tuple(self.graph.edges[a, b]["reason"] for a, b in pairwise(path))
