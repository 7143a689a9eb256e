"""The order of values: a graph whose edges are the written pairs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import networkx as nx

from specdsl.diagnostics import Diagnostic, Label, Note, fault
from specdsl.model.names import shortened
from specdsl.model.nodes import Priority, Spec, Value
from specdsl.priority.circles import shortest_circles, steps_of
from specdsl.priority.codes import CYCLIC_VALUES


def value_graph(spec: Spec) -> nx.DiGraph:
    """Values, with an edge from the higher to the lower of every written pair (the first)."""
    graph = nx.DiGraph()
    graph.add_nodes_from(spec.values)
    for pair in spec.priorities:
        if not graph.has_edge(pair.higher, pair.lower):
            graph.add_edge(pair.higher, pair.lower, reason=pair)
    return graph


def circles(graph: nx.DiGraph) -> tuple[Diagnostic, ...]:
    """A fault for every knot of values that rank above themselves."""
    return tuple(_fault(graph, found) for found in shortest_circles(graph, lambda _: False))


def _fault(graph: nx.DiGraph, circle: list[Value]) -> Diagnostic:
    pairs: list[Priority] = [graph.edges[a, b]["reason"] for a, b in steps_of(circle)]
    way = " > ".join(f"`{name}`" for name in shortened([v.name for v in (*circle, circle[0])]))
    last = max(pairs, key=lambda p: (p.span.source.name, p.span.start))
    labels = [Label(p.span, "and here") for p in pairs if p is not last]
    message = f"values are ordered in a circle: {way}"
    note = Note("help", "take one of these steps back")
    return fault(CYCLIC_VALUES, message, last.span, "closes the circle", *labels, note)


class Order:
    """The transitive closure of `priority`, as bit masks over the values from the highest down.

    One mask a value instead of one path a pair: chains of thousands of values stay small.
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

    def all_below(self, value: Value, among: int) -> Iterator[Value]:
        """Those of the mask `among` that are below, highest first."""
        left = self.below[value] & among
        while left:
            low = left & -left
            yield self.values[low.bit_length() - 1]
            left ^= low

    def next_below(self, value: Value, among: int) -> Iterator[Value]:
        """Those of `among` that are below with none of `among` between."""
        left = self.below[value] & among
        while left:
            low = left & -left
            found = self.values[low.bit_length() - 1]
            yield found
            left &= ~(low | self.below[found])

    def way(self, higher: Value, lower: Value) -> tuple[Priority, ...]:
        """The fewest written pairs that lead from the one to the other."""
        path = nx.shortest_path(self.graph, higher, lower)
        return tuple(self.graph.edges[a, b]["reason"] for a, b in pairwise(path))
