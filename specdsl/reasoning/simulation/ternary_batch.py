"""Bit-parallel ternary simulation: thousands of partial assignments at once, one bit each.

A determined value is the same for all values of the unassigned facts; an undetermined one says
nothing (`ternary.py`). Under a full assignment every value is determined.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from random import Random
from types import MappingProxyType
from typing import TypeVar

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.domains.representatives import Representatives
from specdsl.reasoning.simulation.ternary import TernaryMasks
from specdsl.reasoning.simulation.weighted_sums import WeightedSum
from specdsl.semantics.aig import CONSTANT_NODE, AndInverterGraph, Linear, Node
from specdsl.semantics.fact_values import FactValue, FactValues

Assignment = Sequence[int | None]
"""The place of a value by column, or None if its facts are unassigned."""

NOTHING_OPEN: Mapping[Node, int] = MappingProxyType({})

H = TypeVar("H", bound=Hashable)


def with_value(assignment: Assignment, column: int, value: int) -> Assignment:
    """Return the assignment with another value in the column."""
    return (*assignment[:column], value, *assignment[column + 1 :])


@dataclass(frozen=True, slots=True)
class KnownValues:
    """The places of a column's values: those without and those with an unknown fact."""

    known: tuple[int, ...]
    unknown: tuple[int, ...]

    @staticmethod
    def of_column(column: Representatives) -> KnownValues:
        hidden = [None in value for value in column.values]
        return KnownValues(
            tuple(i for i, one in enumerate(hidden) if not one),
            tuple(i for i, one in enumerate(hidden) if one),
        )


def extend_columns(
    graph: AndInverterGraph, columns: Sequence[Representatives], facts: Mapping[Fact, FactValue]
) -> tuple[tuple[Representatives, ...], Assignment]:
    """Extend each column by the values of these facts (of all columns); return the assignment of
    the new values too.
    """
    wider = []
    for column in columns:
        own = FactValues({fact: facts[fact] for fact in column.facts})
        atoms = {
            node: mask | own.holds(atom) << len(column.values)
            for node, mask in column.atom_masks.items()
            if (atom := graph.atoms[node]) is not None
        }
        values = (*column.values, tuple(own.values.values()))
        wider.append(replace(column, values=values, atom_masks=atoms))
    return tuple(wider), tuple(len(column.values) for column in columns)


def count_unknown(assignment: Assignment, places: Sequence[KnownValues]) -> int:
    """Return how many columns have an unknown fact."""
    return sum(pick in one.unknown for pick, one in zip(assignment, places, strict=True))


def reveal_unknown(
    assignment: Assignment, places: Sequence[KnownValues], draw: Random
) -> Assignment:
    """Replace unknown values by random known ones."""
    return tuple(
        draw.choice(one.known) if pick in one.unknown else pick
        for pick, one in zip(assignment, places, strict=True)
    )


def named_facts(
    columns: Sequence[Representatives], assignment: Assignment
) -> dict[Fact, FactValue]:
    """Return the assigned facts with their values."""
    return {
        fact: value
        for column, pick in zip(columns, assignment, strict=True)
        if pick is not None
        for fact, value in zip(column.facts, column.values[pick], strict=True)
    }


@dataclass(frozen=True, slots=True)
class PartialAssignments:
    """A batch of partial assignments. `masks`: by column and place of a value, those with the
    value; in the others the column is unassigned.
    """

    count: int
    masks: tuple[Mapping[int, int], ...]

    @staticmethod
    def from_assignments(situations: Sequence[Assignment]) -> PartialAssignments:
        """Return the batch of these assignments, at least one."""
        columns = [_masks_by_key(assignment) for assignment in zip(*situations, strict=True)]
        named = ({pick: bits for pick, bits in c.items() if pick is not None} for c in columns)
        return PartialAssignments(len(situations), tuple(named))

    @staticmethod
    def with_each_value(
        assignment: Assignment, column: int, values: Sequence[int]
    ) -> PartialAssignments:
        """Return the batch with each of the values in a column of one assignment."""
        every = (1 << len(values)) - 1
        named: list[Mapping[int, int]] = [{} if p is None else {p: every} for p in assignment]
        named[column] = {value: 1 << i for i, value in enumerate(values)}
        return PartialAssignments(len(values), tuple(named))

    def concatenate(self, other: PartialAssignments) -> PartialAssignments:
        """Return this batch followed by the other."""
        named = []
        for mine, others in zip(self.masks, other.masks, strict=True):
            both = dict(mine)
            for pick, bits in others.items():
                both[pick] = both.get(pick, 0) | bits << self.count
            named.append(both)
        return PartialAssignments(self.count + other.count, tuple(named))

    def fix_column(self, column: int, value: int) -> PartialAssignments:
        """Return the batch with one value in the column everywhere."""
        found = {value: (1 << self.count) - 1}
        return PartialAssignments(
            self.count, (*self.masks[:column], found, *self.masks[column + 1 :])
        )


class TernarySimulator:
    """Evaluates nodes, in topological order, over facts in columns and without instructions."""

    def __init__(
        self, graph: AndInverterGraph, nodes: Iterable[Node], columns: Sequence[Representatives]
    ) -> None:
        self.columns = tuple(columns)
        nodes = tuple(nodes)
        alone = {node for column in columns for node in column.atom_masks}
        self.relations: dict[Node, Linear] = {
            node: atom
            for node in nodes
            if node not in alone and isinstance(atom := graph.atoms[node], Linear)
        }
        self.sums = WeightedSum.of_relations(self.relations, self.columns)
        self._inner = [(node, graph.inputs[node]) for node in nodes if graph.inputs[node]]

    def evaluate(
        self, cases: PartialAssignments, open_atoms: Mapping[Node, int] = NOTHING_OPEN
    ) -> TernaryMasks:
        """Return the ternary values of all nodes under each assignment. `open_atoms`: by atom of a
        column, the cases in which it has no value whatever is assigned.
        """
        every = (1 << cases.count) - 1
        true, false = {CONSTANT_NODE: every}, {CONSTANT_NODE: 0}
        for column, values in zip(self.columns, cases.masks, strict=True):
            named = _union_masks(values.values())
            for node, mask in column.atom_masks.items():
                holds = 0
                for pick, bits in values.items():
                    if mask >> pick & 1:
                        holds |= bits
                true[node], false[node] = holds, named ^ holds
        for node, bits in open_atoms.items():
            true[node] &= ~bits
            false[node] &= ~bits
        for one in self.sums:
            truth = one.truth_of(one.totals_of_cases(cases.masks, every))
            true.update(truth[0])
            false.update(truth[1])
        return TernaryMasks.propagate((true, false), self._inner, every)


def _masks_by_key(keys: Iterable[H]) -> dict[H, int]:
    """Return a mask of the positions of each key."""
    found: dict[H, int] = {}
    for i, key in enumerate(keys):
        found[key] = found.get(key, 0) | 1 << i
    return found


def _union_masks(sets: Iterable[int]) -> int:
    union = 0
    for one in sets:
        union |= one
    return union
