"""Situations by the thousand, each a bit of long numbers: what is seen in one of them needs no
solver. Nothing follows from what is not seen.

Of each fact one value of every class is tried, so a point costs a few operations on bits for each
node of the circuit. Points are drawn inside literals that one would like to see true, as far as
this can be told fact by fact. The same points are drawn on every run.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from math import lcm
from random import Random
from typing import Any

from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.domains.cuts import partition_facts
from specdsl.reasoning.domains.representatives import Representatives, choose_representatives
from specdsl.semantics.aig import AndInverterGraph, Input, Linear, Size
from specdsl.semantics.fact_values import FactValue, as_number

MOST_POINTS = 2_048  # at a time
MOST_RELATED = 100_000  # relations of several facts times points
MOST_STEPS = 200  # on the way from a literal to the atoms that make it true


@dataclass(frozen=True, slots=True)
class Drawn:
    """Some points. `truth`: by node the points at which it holds, as bits."""

    columns: tuple[Representatives, ...]
    chosen: tuple[tuple[int, ...], ...]  # by column, by point: which of its values
    truth: dict[int, int]
    every: int

    def holding(self, literal: int) -> int:
        """The points at which the literal, one of those asked for, holds."""
        found = self.truth[literal >> 1]
        return found ^ self.every if literal & 1 else found

    def facts(self, point: int) -> dict[Fact, FactValue]:
        """The situation of a point."""
        return {
            fact: value
            for column, chosen in zip(self.columns, self.chosen, strict=True)
            for fact, value in zip(column.facts, column.values[chosen[point]], strict=True)
        }


class Points:
    """For some literals of a graph, in whose circuits nobody says anything."""

    def __init__(self, graph: AndInverterGraph, roots: Iterable[int]) -> None:
        self.graph = graph
        self.nodes = tuple(graph.cone(roots))
        self._random = Random(0)
        atoms = {node: atom for node in self.nodes if (atom := graph.atoms[node]) is not None}
        assert not any(isinstance(atom, Input) for atom in atoms.values()), "somebody speaks"
        self.columns = tuple(choose_representatives(partition_facts(atoms.values()), atoms))
        self._column = {node: i for i, one in enumerate(self.columns) for node in one.atom_masks}
        self._related = {
            node: atom
            for node, atom in atoms.items()
            if node not in self._column and isinstance(atom, Linear)
        }
        relations = max(1, len(self._related))
        self.most = max(1, min(MOST_POINTS, MOST_RELATED // relations))

    def needs(self, literal: int) -> dict[int, int]:
        """What facts must be for the literal to hold: by column that is not free, as bits, values
        of which it needs one."""
        found: dict[int, int] = {}
        for node, holds in self._all_wanted(literal):
            i = self._column.get(node)
            if i is not None:
                every = (1 << len(self.columns[i].values)) - 1
                mask = self.columns[i].atom_masks[node]
                found[i] = found.get(i, every) & (mask if holds else ~mask)
        return found

    def draws(self, inside: Sequence[Sequence[int]]) -> Iterator[Drawn]:
        """A point for each list of literals, at which they rather hold; some points at a time."""
        for start in range(0, len(inside), self.most):
            yield self._draw(inside[start : start + self.most])

    def _draw(self, inside: Sequence[Sequence[int]]) -> Drawn:
        picks = [self._pick(literals) for literals in inside]
        chosen = tuple(zip(*picks, strict=True)) if self.columns else ()
        every = (1 << len(picks)) - 1
        return Drawn(self.columns, chosen, self._evaluate(chosen, every), every)

    # --- choosing values ---

    def _pick(self, literals: Sequence[int]) -> list[int]:
        """Of each column a value that agrees with the atoms that would make the literals true."""
        allowed = [(1 << len(column.values)) - 1 for column in self.columns]
        for node, holds in self._wanted(literals):
            i = self._column.get(node)
            if i is not None:
                mask = self.columns[i].atom_masks[node]
                narrowed = allowed[i] & (mask if holds else ~mask)
                allowed[i] = narrowed or allowed[i]
        return [self._one_of(mask) for mask in allowed]

    def _one_of(self, mask: int) -> int:
        """The place of one of the bits."""
        which = self._random.randrange(mask.bit_count())
        low, high = 0, mask.bit_length()
        while high - low > 1:
            middle = (low + high) // 2
            before = (mask & ((1 << middle) - 1)).bit_count()
            low, high = (low, middle) if which < before else (middle, high)
        return low

    def _wanted(self, literals: Sequence[int]) -> list[tuple[int, bool]]:
        """Atoms, with their truth, that make the literals true; where one part of several is enough
        it is chosen at random."""
        found: list[tuple[int, bool]] = []
        stack = list(literals)
        for _ in range(MOST_STEPS):
            if not stack:
                break
            literal = stack.pop()
            inputs = self.graph.inputs[literal >> 1]
            if not inputs:
                found.append((literal >> 1, not literal & 1))
            elif literal & 1:
                stack.append(self._random.choice(inputs) ^ 1)
            else:
                stack.extend(inputs)
        return found

    def _all_wanted(self, literal: int) -> Iterator[tuple[int, bool]]:
        """Atoms, with their truth, without which the literal cannot be true."""
        stack = [literal]
        while stack:
            literal = stack.pop()
            inputs = self.graph.inputs[literal >> 1]
            if not inputs:
                yield literal >> 1, not literal & 1
            elif not literal & 1:
                stack.extend(inputs)

    # --- truth ---

    def _evaluate(self, chosen: Sequence[Sequence[int]], every: int) -> dict[int, int]:
        truth = {0: every, **self._atoms(chosen), **self._relations(chosen)}
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

    def _atoms(self, chosen: Sequence[Sequence[int]]) -> dict[int, int]:
        """What is about one column."""
        found: dict[int, int] = {}
        for column, picks in zip(self.columns, chosen, strict=True):
            at = [0] * len(column.values)  # by value: the points that have it
            for point, i in enumerate(picks):
                at[i] |= 1 << point
            until = list(accumulate(at, operator.or_, initial=0))  # by value: those with less
            for node, mask in column.atom_masks.items():
                holds = 0
                for start, end in runs(mask):
                    holds |= until[end] ^ until[start]
                found[node] = holds
        return found

    def _relations(self, chosen: Sequence[Sequence[int]]) -> dict[int, int]:
        """What is about several columns, point by point."""
        return {node: one.holding(chosen) for node, one in self._sums.items()}

    @cached_property
    def _sums(self) -> dict[int, Sum]:
        place = {fact: i for i, column in enumerate(self.columns) for fact in column.facts}
        return {node: Sum.of(one, self.columns, place) for node, one in self._related.items()}


@dataclass(frozen=True, slots=True)
class Sum:
    """A relation in whole numbers. `columns`: whose values it adds up; `parts`: of each, by the
    place of a value, what this adds, None where it is unknown."""

    columns: tuple[int, ...]
    parts: tuple[tuple[int | None, ...], ...]
    op: str
    bound: int

    @staticmethod
    def of(relation: Linear, columns: Sequence[Representatives], place: Mapping[Fact, int]) -> Sum:
        """`place`: by fact, which of the columns it is in."""
        terms: list[tuple[int, Fraction, list[Fraction | None]]] = []
        scale = lcm(relation.bound.denominator, *(c.denominator for _, c in relation.terms))
        widest = 1
        for variable, coefficient in relation.terms:
            i = place[variable.fact if isinstance(variable, Size) else variable]
            values = [None if v is None else as_number(v) for (v,) in columns[i].values]
            widest = lcm(widest, *{v.denominator for v in values if v is not None})
            terms.append((i, coefficient, values))
        parts = (_whole(int(c * scale), values, widest) for _, c, values in terms)
        bound = int(relation.bound * scale * widest)
        return Sum(tuple(i for i, *_ in terms), tuple(parts), relation.op, bound)

    def holds(self, total: int) -> bool:
        """Whether it does where its values add up to that."""
        return COMPARED[self.op](total, self.bound)

    def holding(self, chosen: Sequence[Sequence[int]]) -> int:
        """The points at which it holds: nowhere where a fact of it is unknown."""
        rows: list[list[Any]] = [
            [parts[place] for place in chosen[i]]
            for i, parts in zip(self.columns, self.parts, strict=True)
        ]
        holds, bound, found = COMPARED[self.op], self.bound, 0
        for point, summands in enumerate(zip(*rows, strict=True)):
            if None not in summands and holds(sum(summands), bound):
                found |= 1 << point
        return found


def _whole(
    coefficient: int, values: Sequence[Fraction | None], scale: int
) -> tuple[int | None, ...]:
    """The values times a coefficient and a scale that makes them whole."""
    return tuple(
        None if v is None else coefficient * v.numerator * (scale // v.denominator) for v in values
    )


COMPARED: Mapping[str, Callable[[int, int], bool]] = {
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
}


def runs(mask: int) -> Iterator[tuple[int, int]]:
    """From where to where the bits of a mask are set; of a comparison there is one run or two."""
    at = 0
    while mask:
        low = (mask & -mask).bit_length() - 1
        mask >>= low
        length = (~mask & (mask + 1)).bit_length() - 1
        mask >>= length
        yield at + low, at + low + length
        at += low + length
