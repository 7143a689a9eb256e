"""Sums of weighted numbers in many situations at once, and the relations that bound them.

Relations that differ only in their bounds share one sum: it is computed once, its totals are
sorted, and each bound is found among them by bisection.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from math import ceil, floor, lcm
from operator import or_
from typing import Any

from specdsl.base.quick_dataclass import dataclass
from specdsl.reasoning.domains.representatives import Representatives
from specdsl.semantics.aig import Linear, Node, Size
from specdsl.semantics.fact_values import as_number

Summands = tuple[int | None, ...]
"""By value of a column its summand, an integer; None if the value is unknown."""

Bound = tuple[Node, str, int, bool]
"""The node of a relation, its comparison, its bound rounded to an integer that means the same, and
whether an integer total can be equal to the bound."""


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of a sum in some cases. `masks`: by total, the cases that have it. `untold`: the
    cases in which a number of it is unknown; in all others a number is unassigned."""

    masks: Mapping[int, int]
    untold: int = 0


@dataclass(frozen=True, slots=True)
class WeightedSum:
    """A sum with integer coefficients, and all the relations that bound it. `parts`: for each of
    its columns the summand of each value."""

    columns: tuple[int, ...]
    parts: tuple[Summands, ...]
    bounds: tuple[Bound, ...]

    @staticmethod
    def of_relations(
        relations: Mapping[Node, Linear], columns: Sequence[Representatives]
    ) -> list[WeightedSum]:
        """Return the sums of relations between facts in different columns."""
        place = {fact: i for i, column in enumerate(columns) for fact in column.facts}
        bounded: dict[Any, list[tuple[Node, Linear]]] = {}
        for node, relation in relations.items():
            bounded.setdefault(relation.terms, []).append((node, relation))
        numbers = _NumbersOfColumns(columns)
        return [
            _make_sum(
                [place[v.fact if isinstance(v, Size) else v] for v, _ in terms],
                [coefficient for _, coefficient in terms],
                some,
                numbers,
            )
            for terms, some in bounded.items()
        ]

    @property
    def nodes(self) -> Iterable[Node]:
        """Return the nodes of the relations."""
        return (node for node, *_ in self.bounds)

    def totals_of_samples(self, chosen: Sequence[Sequence[int]]) -> Totals:
        """Return the totals in samples, given by column as places of values."""
        rows: list[list[Any]] = [
            [parts[place] for place in chosen[i]]
            for i, parts in zip(self.columns, self.parts, strict=True)
        ]
        masks: dict[int, int] = {}
        untold = 0
        for point, summands in enumerate(zip(*rows, strict=True)):
            if None in summands:
                untold |= 1 << point
            else:
                total = sum(summands)
                masks[total] = masks.get(total, 0) | 1 << point
        return Totals(masks, untold)

    def totals_of_cases(self, named: Sequence[Mapping[int, int]], every: int) -> Totals:
        """Return the totals under partial assignments, by column the masks of each value."""
        masks, untold = {0: every}, 0
        for column, parts in zip(self.columns, self.parts, strict=True):
            found: dict[int, int] = {}
            hidden = 0
            for pick, more in named[column].items():
                part = parts[pick]
                if part is None:
                    hidden |= more
                    continue
                for total, bits in masks.items():
                    if both := bits & more:
                        found[total + part] = found.get(total + part, 0) | both
            told = _union(masks.values())
            untold = untold & _union(named[column].values()) | told & hidden
            masks = found
        return Totals(masks, untold)

    def truth_of(self, totals: Totals) -> tuple[dict[Node, int], dict[Node, int]]:
        """Return by relation where it is true and where it is false: also where a number of it is
        unknown."""
        order = sorted(totals.masks)
        until = [*accumulate((totals.masks[total] for total in order), or_, initial=0)]
        known, true, false = until[-1], dict[Node, int](), dict[Node, int]()
        for node, op, bound, is_met in self.bounds:
            if op == "<=":
                holds = until[bisect_right(order, bound)]
            elif op == "<":
                holds = until[bisect_left(order, bound)]
            else:
                holds = totals.masks.get(bound, 0) if is_met else 0
            true[node], false[node] = holds, known ^ holds | totals.untold
        return true, false


class _NumbersOfColumns:
    """The numbers of columns, read once each, with their common denominator."""

    def __init__(self, columns: Sequence[Representatives]) -> None:
        self._columns = columns
        self._found: dict[int, tuple[list[Fraction | None], int]] = {}

    def of_column(self, place: int) -> tuple[list[Fraction | None], int]:
        found = self._found.get(place)
        if found is None:
            values = [None if v is None else as_number(v) for (v,) in self._columns[place].values]
            scale = lcm(*{v.denominator for v in values if v is not None})
            found = self._found[place] = values, scale
        return found


def _make_sum(
    columns: Sequence[int],
    coefficients: Sequence[Fraction],
    relations: Iterable[tuple[Node, Linear]],
    numbers: _NumbersOfColumns,
) -> WeightedSum:
    """Return the sum, scaled to integers."""
    scale = lcm(*(c.denominator for c in coefficients))
    widest = lcm(*(numbers.of_column(place)[1] for place in columns))
    parts = (
        _scale_values(int(c * scale), numbers.of_column(place)[0], widest)
        for place, c in zip(columns, coefficients, strict=True)
    )
    bounds = (_scale_bound(node, one.op, one.bound * scale * widest) for node, one in relations)
    return WeightedSum(tuple(columns), tuple(parts), tuple(bounds))


def _scale_bound(node: Node, op: str, bound: Fraction) -> Bound:
    """Round a bound to an integer: at most 2.5 is at most 2, less than 2.5 is less than 3."""
    return node, op, ceil(bound) if op == "<" else floor(bound), bound.denominator == 1


def _scale_values(
    coefficient: int, values: Sequence[Fraction | None], scale: int
) -> tuple[int | None, ...]:
    """Return the values times a coefficient and a scale that makes them integers."""
    return tuple(
        None if v is None else coefficient * v.numerator * (scale // v.denominator) for v in values
    )


def _union(masks: Iterable[int]) -> int:
    union = 0
    for one in masks:
        union |= one
    return union
