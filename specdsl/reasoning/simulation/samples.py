"""Bit-parallel random simulation: thousands of sampled situations at once, one bit each.

It can refute, never prove. A sample has a representative value of each fact, so it costs a few bit
operations per node of the circuit. Samples are biased towards literals that should hold, by
justification as in test pattern generation (ATPG). They are the same on every run.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import accumulate, chain
from random import Random
from typing import TypeVar

from specdsl.base.limits import MAX_JUSTIFICATION_STEPS, MAX_RELATION_SAMPLES, MAX_SAMPLES
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.domains.representatives import Representatives, columns_of_atoms
from specdsl.reasoning.simulation.weighted_sums import WeightedSum
from specdsl.semantics.aig import (
    CONSTANT_NODE,
    AndInverterGraph,
    Input,
    Linear,
    Literal,
    Node,
)
from specdsl.semantics.fact_values import FactValue, facts_in

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Samples:
    """A batch of samples. `choices`: the place of a value, by column and sample; `truth`: by node a
    mask of the samples in which it holds; `every`: the mask of all samples.
    """

    columns: tuple[Representatives, ...]
    choices: tuple[tuple[int, ...], ...]
    truth: dict[Node, int]
    every: int

    def mask_of(self, literal: Literal) -> int:
        """Return a mask of the samples in which a literal of the sampled cone holds."""
        found = self.truth[literal >> 1]
        return found ^ self.every if literal & 1 else found

    def facts_at(self, point: int) -> dict[Fact, FactValue]:
        """Return the facts of a sample."""
        return {
            fact: value
            for column, chosen in zip(self.columns, self.choices, strict=True)
            for fact, value in zip(column.facts, column.values[chosen[point]], strict=True)
        }


class Sampler:
    """A sampler for literals of a graph whose cone has no instructions."""

    def __init__(self, graph: AndInverterGraph, roots: Iterable[Literal]) -> None:
        self.graph = graph
        self.nodes = tuple(graph.cone(roots))
        self._random = Random(0)
        self._choose = quick_choice(self._random)
        self._places: dict[int, tuple[int, ...]] = {}  # The places of a mask's bits.
        atoms = {node: atom for node in self.nodes if (atom := graph.atoms[node]) is not None}
        assert not any(isinstance(atom, Input) for atom in atoms.values()), "somebody speaks"
        self.columns = columns_of_atoms(graph, self.nodes)
        self._column = {node: i for i, one in enumerate(self.columns) for node in one.atom_masks}
        self._related = {
            node: atom
            for node, atom in atoms.items()
            if node not in self._column and isinstance(atom, Linear)
        }
        relations = max(1, len(self._related))
        self.batch_size = max(1, min(MAX_SAMPLES, MAX_RELATION_SAMPLES // relations))

    def columns_for(self, nodes: Collection[Node]) -> tuple[Representatives, ...]:
        """Return the columns of the facts that some of the sampled nodes are about, for their atoms
        alone."""
        atoms = {node: atom for node in nodes if (atom := self.graph.atoms[node]) is not None}
        facts = {fact for atom in atoms.values() for fact in facts_in(atom)}
        return tuple(
            replace(one, atom_masks={n: mask for n, mask in one.atom_masks.items() if n in atoms})
            for one in self.columns
            if not facts.isdisjoint(one.facts)
        )

    def necessary_values(self, literal: Literal) -> dict[int, int]:
        """Return necessary conditions of a literal: by column a mask of values of which it needs
        one. Other columns are free.
        """
        found: dict[int, int] = {}
        for node, holds in self._implied_atoms(literal):
            i = self._column.get(node)
            if i is not None:
                every = (1 << len(self.columns[i].values)) - 1
                mask = self.columns[i].atom_masks[node]
                found[i] = found.get(i, every) & (mask if holds else ~mask)
        return found

    def batches(self, inside: Sequence[Sequence[Literal]]) -> Iterator[Samples]:
        """Yield batches of samples, one sample for each list of literals that should hold in it."""
        for start in range(0, len(inside), self.batch_size):
            yield self._sample_batch(inside[start : start + self.batch_size])

    def _sample_batch(self, inside: Sequence[Sequence[Literal]]) -> Samples:
        picks = [self._choose_values(literals) for literals in inside]
        chosen = tuple(zip(*picks, strict=True)) if self.columns else ()
        every = (1 << len(picks)) - 1
        return Samples(self.columns, chosen, self._evaluate(chosen, every), every)

    # --- choosing values ---

    def _choose_values(self, literals: Sequence[Literal]) -> list[int]:
        """Choose a value of each column that agrees with a justification of the literals."""
        allowed = [(1 << len(column.values)) - 1 for column in self.columns]
        for node, holds in self._justify(literals):
            i = self._column.get(node)
            if i is not None:
                mask = self.columns[i].atom_masks[node]
                narrowed = allowed[i] & (mask if holds else ~mask)
                allowed[i] = narrowed or allowed[i]
        choose, places = self._choose, self._places_of_bits
        return [choose(places(mask)) for mask in allowed]

    def _random_bit(self, mask: int) -> int:
        """Return the place of a random bit of the mask."""
        return self._choose(self._places_of_bits(mask))

    def _places_of_bits(self, mask: int) -> tuple[int, ...]:
        found = self._places.get(mask)
        if found is None:
            runs = (range(start, end) for start, end in bit_runs(mask))
            found = self._places[mask] = tuple(chain.from_iterable(runs))
        return found

    def _justify(self, literals: Sequence[Literal]) -> list[tuple[Node, bool]]:
        """Return atoms, with their truth values, that make the literals true; a disjunction is
        justified by a random part.
        """
        found: list[tuple[Node, bool]] = []
        stack = list(literals)
        inputs_of, choose = self.graph.inputs, self._choose
        for _ in range(MAX_JUSTIFICATION_STEPS):
            if not stack:
                break
            literal = stack.pop()
            inputs = inputs_of[literal >> 1]
            if not inputs:
                found.append((literal >> 1, not literal & 1))
            elif literal & 1:
                stack.append(choose(inputs) ^ 1)
            else:
                stack.extend(inputs)
        return found

    def _implied_atoms(self, literal: Literal) -> Iterator[tuple[Node, bool]]:
        """Yield atoms, with their truth values, that the literal implies."""
        stack = [literal]
        while stack:
            literal = stack.pop()
            inputs = self.graph.inputs[literal >> 1]
            if not inputs:
                yield literal >> 1, not literal & 1
            elif not literal & 1:
                stack.extend(inputs)

    # --- truth ---

    def _evaluate(self, chosen: Sequence[Sequence[int]], every: int) -> dict[Node, int]:
        truth = {CONSTANT_NODE: every, **self._evaluate_atoms(chosen)}
        truth |= self._evaluate_relations(chosen)
        inputs = self.graph.inputs
        for node in self.nodes:
            if node not in truth:
                holds = every
                for literal in inputs[node]:
                    part = truth[literal >> 1]
                    holds &= part ^ every if literal & 1 else part
                    if not holds:
                        break
                truth[node] = holds
        return truth

    def _evaluate_atoms(self, chosen: Sequence[Sequence[int]]) -> dict[Node, int]:
        """Evaluate the atoms about one column."""
        found: dict[Node, int] = {}
        for column, picks in zip(self.columns, chosen, strict=True):
            at = [0] * len(column.values)  # By value: the samples that have it.
            for point, i in enumerate(picks):
                at[i] |= 1 << point
            until = list(accumulate(at, operator.or_, initial=0))  # Those with an earlier value.
            for node, mask in column.atom_masks.items():
                holds = 0
                for start, end in bit_runs(mask):
                    holds |= until[end] ^ until[start]
                found[node] = holds
        return found

    def _evaluate_relations(self, chosen: Sequence[Sequence[int]]) -> dict[Node, int]:
        """Evaluate the relations between several columns, sum by sum."""
        found: dict[Node, int] = {}
        for one in self._sums:
            true, _ = one.truth_of(one.totals_of_samples(chosen))
            found.update(true)
        return found

    @cached_property
    def _sums(self) -> list[WeightedSum]:
        return WeightedSum.of_relations(self._related, self.columns)


def quick_choice(draw: Random) -> Callable[[Sequence[T]], T]:
    """Return what chooses from a sequence, which is not empty, as `draw.choice` does, in a third
    of its time.
    """
    bits = draw.getrandbits

    def choose(some: Sequence[T]) -> T:
        count = len(some)
        width = count.bit_length()
        place = bits(width)
        while place >= count:
            place = bits(width)
        return some[place]

    return choose


def count_low_ones(mask: int) -> int:
    """Return how many bits are set below the first that is not."""
    return (~mask & (mask + 1)).bit_length() - 1


def bit_runs(mask: int) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each run of set bits; a comparison has one or two runs."""
    at = 0
    while mask:
        low = (mask & -mask).bit_length() - 1
        mask >>= low
        length = count_low_ones(mask)
        mask >>= length
        yield at + low, at + low + length
        at += low + length
