"""Difference of two resolutions of a decision as a literal: the output of a miter, in four notions.

A miter (Brand, 1993) joins two circuits over shared inputs; here two worlds share a graph.
"""

from __future__ import annotations

from specdsl.semantics.aig import AndInverterGraph, Literal
from specdsl.semantics.resolution_circuit import Resolution


def outcomes_differ(graph: AndInverterGraph, one: Resolution, two: Resolution) -> Literal:
    """Return the literal that both are taken, with different outcomes."""
    same = graph.any_of(graph.all_of(pair) for pair in zip(one.outcome, two.outcome, strict=True))
    return graph.all_of((one.taken, two.taken, same ^ 1))


def outcomes_or_failures_differ(
    graph: AndInverterGraph, one: Resolution, two: Resolution
) -> Literal:
    """Return the literal that the outcomes differ, where failing and not being taken are outcomes
    of their own.
    """
    both_taken = (
        graph.all_of((one.taken, two.taken, a, b))
        for a, b in zip(one.outcome, two.outcome, strict=True)
    )
    same = graph.any_of(
        (
            graph.all_of((one.ready ^ 1, two.ready ^ 1)),
            graph.all_of((one.ready, two.ready, one.taken ^ 1, two.taken ^ 1)),
            *both_taken,
        )
    )
    return same ^ 1


def results_differ(graph: AndInverterGraph, one: Resolution, two: Resolution) -> Literal:
    """Return the literal that an outcome or a flag differs (failing is a flag), for resolutions in
    which all decisions that they read are taken.
    """
    pairs = zip(
        (one.conflicted, one.decided, *one.outcome),
        (two.conflicted, two.decided, *two.outcome),
        strict=True,
    )
    return graph.any_of(graph.iff(a, b) ^ 1 for a, b in pairs)


def results_or_readiness_differ(
    graph: AndInverterGraph, one: Resolution, two: Resolution
) -> Literal:
    """Return the literal that an outcome or a flag differs, or whether all decisions that are read
    are taken.
    """
    ready = graph.iff(one.ready, two.ready) ^ 1
    return graph.any_of(
        (ready, graph.all_of((one.ready, two.ready, results_differ(graph, one, two))))
    )
