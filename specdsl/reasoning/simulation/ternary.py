"""Ternary simulation: literals of a graph under partial assignments, in Kleene's strong logic.

An atom about an unassigned fact has no value, and neither has what depends on it unless its other
inputs determine it. A determined value is the same for all values of the unassigned facts; an
undetermined one says nothing. Several values of a fact are evaluated at once, one bit each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from heapq import heappop, heappush

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Fact
from specdsl.semantics.aig import (
    CONSTANT_NODE,
    FALSE,
    TRUE,
    AndInverterGraph,
    Atom,
    Input,
    Literal,
    Node,
)
from specdsl.semantics.fact_values import FactValue, FactValues, facts_in

Conjunctions = Sequence[tuple[Node, tuple[Literal, ...]]]
"""Nodes with the literals of their conjunctions, in topological order."""


@dataclass(frozen=True, slots=True)
class TernaryMasks:
    """Masks of the cases in which each node is true, and of those in which it is false."""

    true: Mapping[Node, int]
    false: Mapping[Node, int]

    @staticmethod
    def propagate(
        atoms: tuple[dict[Node, int], dict[Node, int]], joined: Conjunctions, every: int
    ) -> TernaryMasks:
        """Evaluate conjunctions over the masks of atoms: where these are true and where false."""
        true, false = atoms
        for node, literals in joined:
            holds, fails = every, 0
            for literal in literals:
                same, opposite = (false, true) if literal & 1 else (true, false)
                fails |= opposite[literal >> 1]
                if fails == every:
                    holds = 0
                    break
                holds &= same[literal >> 1]
            true[node], false[node] = holds, fails
        return TernaryMasks(true, false)

    def holds(self, literal: Literal) -> int:
        """Return a mask of the cases in which a literal of the cone is determined to be true."""
        return (self.false if literal & 1 else self.true)[literal >> 1]


@dataclass(frozen=True, slots=True)
class TernaryValues:
    """The values of a single case by literal: 1 is true, -1 false, 0 undetermined."""

    values: Mapping[Literal, int]

    def holds(self, literal: Literal) -> bool:
        """Return whether the literal is determined to be true."""
        return self.values[literal] > 0


class _LastCase:
    """The values of the case evaluated last. The next one usually differs in few atoms, and only
    what depends on these is evaluated again (event-driven simulation); the value of a conjunction
    is the least of its parts' values.
    """

    def __init__(self, nodes: Sequence[Node], joined: Conjunctions) -> None:
        self._inputs = dict(joined)
        both = (2 * node | sign for node in nodes for sign in (0, 1))
        self._values = dict.fromkeys(both, 0)
        self._values[TRUE], self._values[FALSE] = 1, -1
        self._readers: dict[Literal, list[Node]] = {literal: [] for literal in self._values}
        for node, literals in joined:
            for literal in literals:
                self._readers[literal].append(node)

    def values_after(self, atoms: Mapping[Node, int]) -> TernaryValues:
        """Return the values if the atoms have these."""
        waiting: list[Node] = []  # A heap: nodes are in topological order.
        for node, value in atoms.items():
            if self._values[2 * node] != value:
                self._set_value(node, value, waiting)
        value_of, last = self._values.__getitem__, CONSTANT_NODE
        while waiting:
            node = heappop(waiting)
            if node != last:
                last, value = node, min(map(value_of, self._inputs[node]))
                if value != value_of(2 * node):
                    self._set_value(node, value, waiting)
        return TernaryValues(self._values.copy())

    def _set_value(self, node: Node, value: int, waiting: list[Node]) -> None:
        """Give a node another value; conjunctions with it that may change wait."""
        values = self._values
        for literal, now in ((2 * node, value), (2 * node | 1, -value)):
            before = values[literal]
            values[literal] = now
            for reader in self._readers[literal]:
                if now < (least := values[2 * reader]) or before == least:
                    heappush(waiting, reader)


class TernaryEvaluator:
    """Evaluates the nodes of a cone under assignments of some of its facts."""

    def __init__(self, graph: AndInverterGraph, nodes: Sequence[Node]) -> None:
        self._inner = [(node, graph.inputs[node]) for node in nodes if graph.inputs[node]]
        atoms = [(node, atom) for node in nodes if (atom := graph.atoms[node]) is not None]
        self._inputs = [node for node, atom in atoms if isinstance(atom, Input)]
        self._atoms = [(n, a, facts_in(a)) for n, a in atoms if not isinstance(a, Input)]
        self._known: dict[tuple[Node, tuple[FactValue, ...]], bool] = {}
        self._nodes = nodes

    @cached_property
    def _last(self) -> _LastCase:
        return _LastCase(self._nodes, self._inner)

    def evaluate(
        self, named: Mapping[Fact, FactValue], true_inputs: Collection[Literal]
    ) -> TernaryValues:
        """Return the values under these facts and these true literals of inputs."""
        true_literals = frozenset(true_inputs)
        found: dict[Node, int] = {}
        for node in self._inputs:
            found[node] = (2 * node in true_literals) - (2 * node + 1 in true_literals)
        for node, atom, facts in self._atoms:
            holds = self._atom_value(node, atom, facts, named)
            found[node] = 0 if holds is None else 1 if holds else -1
        return self._last.values_after(found)

    def evaluate_each(
        self,
        named: Mapping[Fact, FactValue],
        true_inputs: Collection[Literal],
        fact: Fact,
        values: Sequence[FactValue],
    ) -> TernaryMasks:
        """Return the values for each of some values of a fact, which are the cases."""
        every = (1 << len(values)) - 1
        true, false = {CONSTANT_NODE: every}, {CONSTANT_NODE: 0}
        for node in self._inputs:
            is_true = 2 * node in true_inputs
            true[node] = every if is_true else 0
            false[node] = every if not is_true and 2 * node + 1 in true_inputs else 0
        for node, atom, facts in self._atoms:
            if fact in facts:
                cases = [self._atom_value(node, atom, facts, {**named, fact: v}) for v in values]
                true[node] = _mask_of(case is True for case in cases)
                false[node] = _mask_of(case is False for case in cases)
            else:
                holds = self._atom_value(node, atom, facts, named)
                true[node] = every if holds is True else 0
                false[node] = every if holds is False else 0
        return TernaryMasks.propagate((true, false), self._inner, every)

    def evaluate_inputs(
        self, named: Mapping[Fact, FactValue], ways: Sequence[Sequence[Literal]]
    ) -> TernaryMasks:
        """Return the values for each of some lists of true literals of inputs, which are the
        cases."""
        every = (1 << len(ways)) - 1
        true, false = {CONSTANT_NODE: every}, {CONSTANT_NODE: 0}
        first = frozenset(ways[0]) if ways else frozenset()
        where = dict.fromkeys(first, every)
        for i, way in enumerate(ways):  # Most differ in few literals.
            for literal in first.symmetric_difference(way):
                where[literal] = where.get(literal, 0) ^ 1 << i
        for node in self._inputs:
            true[node] = where.get(Literal(2 * node), 0)
            false[node] = where.get(Literal(2 * node + 1), 0)
        for node, atom, facts in self._atoms:
            holds = self._atom_value(node, atom, facts, named)
            true[node] = every if holds is True else 0
            false[node] = every if holds is False else 0
        return TernaryMasks.propagate((true, false), self._inner, every)

    def _atom_value(
        self, node: Node, atom: Atom, facts: tuple[Fact, ...], named: Mapping[Fact, FactValue]
    ) -> bool | None:
        """Return whether an atom holds; None if a fact of it is unassigned."""
        try:
            key = node, tuple([named[fact] for fact in facts])
        except KeyError:
            return None
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = FactValues(named).holds(atom)
        return found


def _mask_of(cases: Iterable[bool]) -> int:
    return sum(1 << i for i, holds in enumerate(cases) if holds)
