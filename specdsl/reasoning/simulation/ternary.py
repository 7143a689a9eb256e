"""What is settled where only some facts are named: literals of a graph in three values.

A test of a fact that is not named is open, and so is what depends on it, unless something else
settles that (Kleene's strong logic). What is settled holds whatever the facts are that are not
named; from what is open nothing follows. Many cases of one situation are looked at together, each
a bit of long numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from specdsl.frontend.model.nodes import Fact
from specdsl.semantics.aig import AndInverterGraph, Atom, Input
from specdsl.semantics.fact_values import FactValue, FactValues, facts_in

Conjunctions = Sequence[tuple[int, tuple[int, ...]]]
"""Nodes with the literals that they join, each after those that it reads."""


@dataclass(frozen=True, slots=True)
class SettledEach:
    """Of many cases: by node those, as bits, in which it is true and those in which it is false."""

    true: Mapping[int, int]
    false: Mapping[int, int]

    @staticmethod
    def above(
        atoms: tuple[dict[int, int], dict[int, int]], joined: Conjunctions, every: int
    ) -> SettledEach:
        """What follows for conjunctions from what is settled of atoms: where these are true, and
        where they are false."""
        true, false = atoms
        for node, literals in joined:
            holds, fails = every, 0
            for literal in literals:
                same, opposite = (false, true) if literal & 1 else (true, false)
                holds &= same[literal >> 1]
                fails |= opposite[literal >> 1]
            true[node], false[node] = holds, fails
        return SettledEach(true, false)

    def holds(self, literal: int) -> int:
        """The cases in which it is settled that the literal, one of those asked for, is true."""
        return (self.false if literal & 1 else self.true)[literal >> 1]


@dataclass(frozen=True, slots=True)
class Settled:
    """Of a single case, by literal: 1 is true, -1 false, 0 open."""

    values: Sequence[int]

    def holds(self, literal: int) -> bool:
        """It is settled that the literal is true."""
        return self.values[literal] > 0


class ThreeValues:
    """The nodes below some literals, in situations that name some of the facts."""

    def __init__(self, graph: AndInverterGraph, roots: Iterable[int]) -> None:
        nodes = graph.cone(roots)
        self._graph = graph
        self._inner = [(node, graph.inputs[node]) for node in nodes if graph.inputs[node]]
        atoms = [(node, atom) for node in nodes if (atom := graph.atoms[node]) is not None]
        self._inputs = [node for node, atom in atoms if isinstance(atom, Input)]
        self._atoms = [(n, a, facts_in(a)) for n, a in atoms if not isinstance(a, Input)]
        self._known: dict[tuple[int, tuple[FactValue, ...]], bool] = {}

    def settle(self, named: Mapping[Fact, FactValue], said: Collection[int]) -> Settled:
        """What is settled where these facts are named and these literals of inputs hold: the value
        of a conjunction is the least of its parts'."""
        values = [0] * (2 * len(self._graph.atoms))
        values[0], values[1] = 1, -1
        heard = frozenset(said)
        for node in self._inputs:
            if 2 * node in heard:
                values[2 * node], values[2 * node + 1] = 1, -1
            elif 2 * node + 1 in heard:
                values[2 * node], values[2 * node + 1] = -1, 1
        for node, atom, facts in self._atoms:
            holds = self._holds(node, atom, facts, named)
            if holds is not None:
                values[2 * node + (not holds)], values[2 * node + holds] = 1, -1
        value = values.__getitem__
        for node, inputs in self._inner:
            least = min(map(value, inputs))
            values[2 * node], values[2 * node + 1] = least, -least
        return Settled(values)

    def settle_each(
        self,
        named: Mapping[Fact, FactValue],
        said: Collection[int],
        fact: Fact,
        values: Sequence[FactValue],
    ) -> SettledEach:
        """The same with each of some values of a fact: they are the cases."""
        every = (1 << len(values)) - 1
        true, false = {0: every}, {0: 0}
        for node in self._inputs:
            heard = 2 * node in said
            true[node] = every if heard else 0
            false[node] = every if not heard and 2 * node + 1 in said else 0
        for node, atom, facts in self._atoms:
            if fact in facts:
                cases = [self._holds(node, atom, facts, {**named, fact: v}) for v in values]
                true[node] = _bits(case is True for case in cases)
                false[node] = _bits(case is False for case in cases)
            else:
                holds = self._holds(node, atom, facts, named)
                true[node] = every if holds is True else 0
                false[node] = every if holds is False else 0
        return SettledEach.above((true, false), self._inner, every)

    def _holds(
        self, node: int, atom: Atom, facts: tuple[Fact, ...], named: Mapping[Fact, FactValue]
    ) -> bool | None:
        """Whether an atom holds; None where a fact of it is not named."""
        try:
            key = node, tuple([named[fact] for fact in facts])
        except KeyError:
            return None
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = FactValues(named).holds(atom)
        return found


def _bits(cases: Iterable[bool]) -> int:
    return sum(1 << i for i, holds in enumerate(cases) if holds)
