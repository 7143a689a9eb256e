"""Truth table: literals of a graph under every combination of values of their facts, one bit each.

With one representative of each class a table is exact, where samples can only refute. A mask has a
bit for each combination, numbered in mixed radix: the first column varies fastest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

from specdsl.reasoning.domains.representatives import Representatives
from specdsl.semantics.aig import CONSTANT_NODE, AndInverterGraph, Literal, Node


class TruthTable:
    """The truth of the cone of some literals, which must depend on these columns alone."""

    def __init__(
        self,
        graph: AndInverterGraph,
        roots: Iterable[Literal],
        columns: Sequence[Representatives],
    ) -> None:
        self.columns = tuple(columns)
        self._sizes = [len(column.values) for column in columns]
        self._strides = [prod(self._sizes[:i]) for i in range(len(columns))]
        self.count = prod(self._sizes)
        self.every = (1 << self.count) - 1
        self._truth = self._evaluate(graph, graph.cone(roots))

    def mask_of(self, literal: Literal) -> int:
        """Return a mask of the combinations in which a literal of the cone holds."""
        found = self._truth[literal >> 1]
        return found ^ self.every if literal & 1 else found

    def with_value(self, column: int, value: int) -> int:
        """Return a mask of the combinations that have a value in a column."""
        size, stride = self._sizes[column], self._strides[column]
        block = ((1 << stride) - 1) << (value * stride)
        return block * (self.every // ((1 << size * stride) - 1))

    def project(self, mask: int, column: int) -> int:
        """Return a mask of the combinations that are in the mask with some value in the column
        (existential quantification).
        """
        found = self._shadow(mask, column)
        shifts = range(0, self._sizes[column] * self._strides[column], self._strides[column])
        spread = 0
        for shift in shifts:
            spread |= found << shift
        return spread

    def count_changes(self, mask: int, within: int, column: int) -> int:
        """Count the combinations of the other columns with which the value of this one decides
        whether the combination is in the mask; only those `within` the other mask count.
        """
        inside = self._shadow(mask & within, column)
        return (inside & self._shadow(within & ~mask, column)).bit_count()

    def _shadow(self, mask: int, column: int) -> int:
        """Return the union over the values of a column, at the place of its first value."""
        found, stride = 0, self._strides[column]
        for shift in range(0, self._sizes[column] * stride, stride):
            found |= mask >> shift
        return found & self.with_value(column, 0)

    def _evaluate(self, graph: AndInverterGraph, nodes: Sequence[Node]) -> dict[Node, int]:
        truth = {CONSTANT_NODE: self.every}
        for i, column in enumerate(self.columns):
            values = [self.with_value(i, value) for value in range(self._sizes[i])]
            for node, mask in column.atom_masks.items():
                truth[node] = sum(bits for k, bits in enumerate(values) if mask >> k & 1)
        for node in nodes:
            if node not in truth:
                holds = self.every
                for literal in graph.inputs[node]:
                    part = truth[literal >> 1]
                    holds &= part ^ self.every if literal & 1 else part
                truth[node] = holds
        return truth
