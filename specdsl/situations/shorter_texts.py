"""Shorter texts in a shrunk situation: texts that pass no more tests than the property needs.

A text that comes from a sample may pass many tests at once. Ternary simulation leaves the result of
one test after another undetermined, as long as the property is determined (as when a cube is
generalized in model checking); a shorter text with the results that remain replaces it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from specdsl.base.limits import MAX_SHORTER_TEXTS
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.domains.representatives import Representatives
from specdsl.reasoning.simulation.samples import count_low_ones
from specdsl.reasoning.simulation.ternary_batch import (
    Assignment,
    PartialAssignments,
    TernarySimulator,
)
from specdsl.reasoning.texts.text_conflicts import single_text
from specdsl.reasoning.texts.text_search import TextTest
from specdsl.semantics.aig import AndInverterGraph, Literal, Node, TextCompare, TextMatches

Tests = Mapping[Node, TextTest]


def shorter_texts(
    graph: AndInverterGraph, partial: TernarySimulator, claim: Literal, assignment: Assignment
) -> dict[Fact, str]:
    """Return shorter texts for assigned facts with which the assignment still implies the claim,
    if each is replaced on its own.
    """
    found: dict[Fact, str] = {}
    for i, (column, pick) in enumerate(zip(partial.columns, assignment, strict=True)):
        tests = _text_tests(graph, column)
        if pick is None or not tests or not isinstance(now := column.values[pick][0], str):
            continue
        needed = _needed_tests(partial, claim, assignment, i, list(tests))
        shortest = min((now, *_texts_with(tests, needed, column, pick)), key=_length_key)
        if shortest != now:
            found[column.facts[0]] = shortest
    return found


def _length_key(text: str) -> tuple[int, str]:
    return len(text), text


def _text_tests(graph: AndInverterGraph, column: Representatives) -> Tests:
    """Return the tests of a text by the nodes of their atoms; none if the column has several."""
    if len(column.facts) > 1:
        return {}
    atoms = ((node, graph.atoms[node]) for node in column.atom_masks)
    return {n: TextTest.of_atom(a) for n, a in atoms if isinstance(a, TextCompare | TextMatches)}


def _needed_tests(
    partial: TernarySimulator,
    claim: Literal,
    assignment: Assignment,
    column: int,
    tests: Sequence[Node],
) -> list[Node]:
    """Return a minimal set of the tests of a column whose results imply the claim together with
    the other columns. The first test that must stay is found with one evaluation of all prefixes.
    """
    passed, pick = partial.columns[column].atom_masks, assignment[column] or 0
    left = sorted(tests, key=lambda node: (not passed[node] >> pick & 1, node))
    dropped, needed = list[Node](), list[Node]()
    while left:
        every = (1 << len(left)) - 1
        open_ = dict.fromkeys(dropped, every)
        open_ |= {node: every >> n << n for n, node in enumerate(left)}
        cases = PartialAssignments.from_assignments([assignment] * len(left))
        settled = partial.evaluate(cases, open_).holds(claim)
        fine = min(count_low_ones(settled), len(left))
        dropped += left[:fine]
        needed += left[fine : fine + 1]
        left = left[fine + 1 :]
    return needed


def _texts_with(
    tests: Tests, needed: Sequence[Node], column: Representatives, pick: int
) -> Iterator[str]:
    """Yield texts for which the needed tests have the same results as for the present one."""
    solver = single_text(tuple(tests.values()), column.facts[0].type.ignoring_case)
    place = {node: i for i, node in enumerate(tests)}
    some = [place[node] for node in needed if column.atom_masks[node] >> pick & 1]
    others = [place[node] for node in needed if not column.atom_masks[node] >> pick & 1]
    mask = sum(1 << i for i in (*some, *others))
    wanted = sum(1 << i for i in some)
    tried = islice(solver.candidate_texts(some, others), MAX_SHORTER_TEXTS)
    return (text for text in tried if solver.true_tests(text) & mask == wanted)
