"""Graphs of ranks, held against those of networkx."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from specdsl.priority.digraph import Digraph

NODES = st.integers(0, 9)
EDGES = st.lists(st.tuples(NODES, NODES), max_size=30)


def both(edges: list[tuple[int, int]]) -> tuple[Digraph[int, str], nx.DiGraph]:
    ours, theirs = Digraph[int, str](), nx.DiGraph()
    ours.add_nodes(range(10))
    theirs.add_nodes_from(range(10))
    for start, end in edges:
        ours.add_edge(start, end, f"{start}>{end}")
        theirs.add_edge(start, end)
    return ours, theirs


@given(EDGES)
def test_circles_are_found(edges: list[tuple[int, int]]) -> None:
    ours, theirs = both(edges)
    parts = {frozenset(part) for part in nx.strongly_connected_components(theirs)}
    assert {frozenset(part) for part in ours.strong_components()} == parts
    assert ours.is_acyclic() == nx.is_directed_acyclic_graph(theirs)


@given(st.lists(st.tuples(NODES, NODES).map(lambda pair: tuple(sorted(pair))), max_size=30))
def test_what_is_above_comes_first_and_of_several_the_first_by_name(
    edges: list[tuple[int, int]],
) -> None:
    ours, theirs = both([(end, start) for start, end in edges if start != end])
    key = {node: str(node * 7 % 10) for node in range(10)}.__getitem__
    assert [*ours.in_order(key)] == [*nx.lexicographical_topological_sort(theirs, key)]
    assert ours.incoming() == dict(theirs.in_degree())


@given(EDGES, NODES, NODES)
def test_paths_are_as_short_as_can_be(edges: list[tuple[int, int]], start: int, end: int) -> None:
    ours, theirs = both(edges)
    if nx.has_path(theirs, start, end):
        path = ours.path(start, end)
        assert (path[0], path[-1]) == (start, end)
        assert all(ours.has_edge(*step) for step in pairwise(path))
        assert len(path) == len(nx.shortest_path(theirs, start, end))


def test_edges_have_their_reasons_and_long_paths_need_no_recursion() -> None:
    graph = Digraph[int, str]()
    for i in range(50_000):
        graph.add_edge(i, (i + 1) % 50_000, f"from {i}")
    assert graph.reason(7, 8) == "from 7"
    assert not graph.has_edge(8, 7)
    assert [len(part) for part in graph.strong_components()] == [50_000]
    assert len(graph.path(0, 49_999)) == 50_000
    assert not graph.is_acyclic()
