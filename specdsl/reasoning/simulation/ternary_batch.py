"""What is settled where only some facts are named: whole circuits in three values, thousands of
partial situations at a time, each a bit of long numbers.

A test of a fact that is not named is open, and so is what depends on it, unless something else
settles that. What is settled holds whatever the facts are that are not named; from what is open
nothing follows. Where all facts are named nothing is open.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import TypeVar

from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.domains.representatives import Representatives
from specdsl.reasoning.simulation.samples import Sum
from specdsl.reasoning.simulation.ternary import SettledEach
from specdsl.semantics.aig import AndInverterGraph, Linear
from specdsl.semantics.fact_values import FactValue, FactValues

Picks = Sequence[int | None]
"""A situation: by column the place of one of its values, or None, its facts are not named."""

H = TypeVar("H", bound=Hashable)


def put(picks: Picks, column: int, value: int) -> Picks:
    """The same with another value in the column."""
    return (*picks[:column], value, *picks[column + 1 :])


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a column's values, by whether they leave a fact unknown."""

    known: tuple[int, ...]
    unknown: tuple[int, ...]

    @staticmethod
    def of(column: Representatives) -> Places:
        hidden = [None in value for value in column.values]
        return Places(
            tuple(i for i, one in enumerate(hidden) if not one),
            tuple(i for i, one in enumerate(hidden) if one),
        )


def including(
    graph: AndInverterGraph, columns: Sequence[Representatives], facts: Mapping[Fact, FactValue]
) -> tuple[tuple[Representatives, ...], Picks]:
    """The columns with values of these facts, all of them, as well; and where these are."""
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


def vague(picks: Picks, places: Sequence[Places]) -> int:
    """How many columns leave a fact unknown."""
    return sum(pick in one.unknown for pick, one in zip(picks, places, strict=True))


def told(picks: Picks, places: Sequence[Places], draw: Random) -> Picks:
    """With any values for what is unknown."""
    return tuple(
        draw.choice(one.known) if pick in one.unknown else pick
        for pick, one in zip(picks, places, strict=True)
    )


def picked(columns: Sequence[Representatives], picks: Picks) -> dict[Fact, FactValue]:
    """The facts of the columns that are named, with their values."""
    return {
        fact: value
        for column, pick in zip(columns, picks, strict=True)
        if pick is not None
        for fact, value in zip(column.facts, column.values[pick], strict=True)
    }


@dataclass(frozen=True, slots=True)
class Cases:
    """So many partial situations. `named`: by column, by the place of a value, those that have it,
    as bits; in all others the column is not named."""

    count: int
    named: tuple[Mapping[int, int], ...]

    @staticmethod
    def of(situations: Sequence[Picks]) -> Cases:
        """Of one at least."""
        columns = [_by_key(picks) for picks in zip(*situations, strict=True)]
        named = ({pick: bits for pick, bits in c.items() if pick is not None} for c in columns)
        return Cases(len(situations), tuple(named))

    @staticmethod
    def varied(picks: Picks, column: int, values: Sequence[int]) -> Cases:
        """One with each of the values in the column."""
        every = (1 << len(values)) - 1
        named: list[Mapping[int, int]] = [{} if p is None else {p: every} for p in picks]
        named[column] = {value: 1 << i for i, value in enumerate(values)}
        return Cases(len(values), tuple(named))

    def then(self, other: Cases) -> Cases:
        """These, and after them the others."""
        named = []
        for mine, others in zip(self.named, other.named, strict=True):
            both = dict(mine)
            for pick, bits in others.items():
                both[pick] = both.get(pick, 0) | bits << self.count
            named.append(both)
        return Cases(self.count + other.count, tuple(named))

    def put(self, column: int, value: int) -> Cases:
        """The same with one value in the column, in all of them."""
        found = {value: (1 << self.count) - 1}
        return Cases(self.count, (*self.named[:column], found, *self.named[column + 1 :]))


@dataclass(frozen=True, slots=True)
class Relation:
    """What is about numbers in several columns."""

    node: int
    atom: Linear
    sum: Sum


class Partial:
    """For nodes of a graph, each after its inputs, over facts in columns; nobody says anything."""

    def __init__(
        self, graph: AndInverterGraph, nodes: Iterable[int], columns: Sequence[Representatives]
    ) -> None:
        self.columns = tuple(columns)
        nodes = tuple(nodes)
        place = {fact: i for i, column in enumerate(columns) for fact in column.facts}
        alone = {node for column in columns for node in column.atom_masks}
        self.relations = [
            Relation(node, atom, Sum.of(atom, self.columns, place))
            for node in nodes
            if node not in alone and isinstance(atom := graph.atoms[node], Linear)
        ]
        self._inner = [(node, graph.inputs[node]) for node in nodes if graph.inputs[node]]

    def settle(self, cases: Cases) -> SettledEach:
        """What is settled in each of these."""
        every = (1 << cases.count) - 1
        true, false = {0: every}, {0: 0}
        for column, values in zip(self.columns, cases.named, strict=True):
            named = _any(values.values())
            for node, mask in column.atom_masks.items():
                true[node] = _any(bits for pick, bits in values.items() if mask >> pick & 1)
                false[node] = named ^ true[node]
        for one in self.relations:
            true[one.node], false[one.node] = self._related(one, cases, every)
        return SettledEach.above((true, false), self._inner, every)

    def _related(self, one: Relation, cases: Cases, every: int) -> tuple[int, int]:
        """Where the relation holds and where it does not: open where a fact of it is not named."""
        found: list[tuple[int | None, int]] = [(0, every)]
        for column, parts in zip(one.sum.columns, one.sum.parts, strict=True):
            found = [
                (None if total is None or (part := parts[pick]) is None else total + part, both)
                for total, bits in found
                for pick, more in cases.named[column].items()
                if (both := bits & more)
            ]
        truth = {True: 0, False: 0}
        for total, bits in found:
            truth[total is not None and one.sum.holds(total)] |= bits
        return truth[True], truth[False]


def _by_key(keys: Iterable[H]) -> dict[H, int]:
    """By key the situations, as bits, that have it."""
    found: dict[H, int] = {}
    for i, key in enumerate(keys):
        found[key] = found.get(key, 0) | 1 << i
    return found


def _any(sets: Iterable[int]) -> int:
    union = 0
    for one in sets:
        union |= one
    return union
