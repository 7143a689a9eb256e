"""Generalization of arithmetic conflicts to the weakest bounds, by Farkas' lemma.

Linear inequalities exclude each other if a positive combination of them cancels all variables and
leaves 0 < 0. A conflict with the weakest bounds for which it still does excludes many others as
well, so the solver needs fewer rounds.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from fractions import Fraction

from specdsl.base.limits import MAX_CONFLICT_RELATIONS
from specdsl.base.quick_dataclass import dataclass
from specdsl.reasoning.sat.sat_literal import SatLiteral
from specdsl.semantics.lower_terms import Variable, grid_step

ZERO = Fraction(0)
Terms = tuple[tuple[Variable, Fraction], ...]
End = tuple[Fraction, bool]  # A number, and whether it is included.
Factors = tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class BoundChain:
    """Upper bounds of a sum of numbers, the strongest first, with the literals that assert them."""

    terms: Terms
    literals: tuple[SatLiteral, ...]
    ends: tuple[End, ...]
    place_of: Mapping[SatLiteral, int]


class SumBounds:
    """The bounds of one sum in a solver: `variables` stand for `sum <= value`, or `sum < value` if
    the value is excluded, the strongest first. The number of a sum is the same in all solvers of a
    graph.
    """

    def __init__(self, terms: Terms, number: int) -> None:
        self.terms = terms
        self.number = number
        self.variables: list[SatLiteral] = []
        self._ends: list[End] = []
        self._chains: dict[bool, BoundChain] = {}

    def insert_bound(self, value: Fraction, inside: bool, variable: SatLiteral) -> None:
        """Add a bound in its place."""
        at = bisect_left(self._ends, (value, inside))
        self._ends.insert(at, (value, inside))
        self.variables.insert(at, variable)
        self._chains.clear()

    def chain(self, holds: bool) -> BoundChain:
        """Return the chain of the bounds, or of their negations, which bound the sum from below."""
        found = self._chains.get(holds)
        if found is None:
            found = self._chains[holds] = self._upper() if holds else self._lower()
        return found

    def _upper(self) -> BoundChain:
        return _chain_of(self.terms, self.variables, self._ends)

    def _lower(self) -> BoundChain:
        step = grid_step(self.terms[0][0]) if len(self.terms) == 1 else None
        ends = [_negated_bound(value, inside, step) for value, inside in reversed(self._ends)]
        negated = tuple((variable, -coefficient) for variable, coefficient in self.terms)
        return _chain_of(negated, [-variable for variable in reversed(self.variables)], ends)


def _chain_of(terms: Terms, literals: Sequence[SatLiteral], ends: Sequence[End]) -> BoundChain:
    return BoundChain(
        terms, tuple(literals), tuple(ends), {literal: i for i, literal in enumerate(literals)}
    )


class FarkasCache:
    """Numbers for sums, and the factors with which sums cancel."""

    def __init__(self) -> None:
        self._numbers: dict[Terms, int] = {}
        self._factors: dict[tuple[int, ...], Factors | None] = {}

    def number_of(self, terms: Terms) -> int:
        """Return the number of a sum, from 1."""
        return self._numbers.setdefault(terms, len(self._numbers) + 1)

    def factors_of(self, key: tuple[int, ...], sides: Sequence[BoundChain]) -> Factors | None:
        """Return positive factors with which the sums cancel, if they are unique up to scale.
        `key` has the number of each sum, negative if its sign is changed.
        """
        if key not in self._factors:
            self._factors[key] = _farkas_factors([side.terms for side in sides])
        return self._factors[key]


def generalize_conflict(
    core: Sequence[SatLiteral], sum_of: Mapping[SatLiteral, SumBounds], cache: FarkasCache
) -> tuple[SatLiteral, ...] | None:
    """Return a conflict like the core with weaker bounds, or None if Farkas' lemma does not explain
    the core. `sum_of` has the sum of each variable with all its bounds.
    """
    if len(core) > MAX_CONFLICT_RELATIONS:
        return None
    order = sorted(core, key=lambda literal: -len(sum_of[abs(literal)].terms))  # Sums first.
    sums = [sum_of[abs(literal)] for literal in order]
    sides = [one.chain(literal > 0) for one, literal in zip(sums, order, strict=True)]
    key = tuple(
        one.number if literal > 0 else -one.number for one, literal in zip(sums, order, strict=True)
    )
    factors = cache.factors_of(key, sides)
    if factors is None:
        return None
    places = [side.place_of[literal] for side, literal in zip(sides, order, strict=True)]
    weakest = _weakest_bounds(sides, factors, places)
    if weakest is None:
        return None
    return tuple(side.literals[i] for side, i in zip(sides, weakest, strict=True))


def _weakest_bounds(
    sides: Sequence[BoundChain], factors: Factors, places: Sequence[int]
) -> list[int] | None:
    """Return the places of weaker bounds, side by side the weakest, for which the combination still
    is 0 <= a negative number, or 0 < 0; None if it is neither at the given places.
    """
    ends = [side.ends[i] for side, i in zip(sides, places, strict=True)]
    total = sum((f * most for f, (most, _) in zip(factors, ends, strict=True)), ZERO)
    excluded = sum(not reached for _, reached in ends)
    if total > 0 or (total == 0 and not excluded):
        return None
    found: list[int] = []
    for side, factor, place, (most, reached) in zip(sides, factors, places, ends, strict=True):
        others_excluded = excluded > (not reached)
        limit = (most - total / factor, others_excluded)
        found.append(bisect_right(side.ends, limit, lo=place) - 1)
        now, is_reached = side.ends[found[-1]]
        total += factor * (now - most)
        excluded += reached - is_reached
    return found


def _negated_bound(value: Fraction, inside: bool, step: Fraction | None) -> End:
    """Return the upper bound of -x for the negation of an upper bound of x."""
    if inside and step is not None:
        return -(value // step * step + step), True
    return -value, not inside


def _farkas_factors(sums: Sequence[Terms]) -> Factors | None:
    """Return positive factors with which the sums cancel, if they are unique up to scale."""
    places = {v: i for i, v in enumerate(dict.fromkeys(v for terms in sums for v, _ in terms))}
    rows = [[ZERO] * len(sums) for _ in places]
    for n, terms in enumerate(sums):
        for variable, coefficient in terms:
            rows[places[variable]][n] += coefficient
    pivots = _row_reduce(rows)
    free = [n for n in range(len(sums)) if n not in pivots]
    if len(free) != 1:
        return None
    found = [Fraction(1) if n in free else -rows[pivots[n]][free[0]] for n in range(len(sums))]
    return tuple(found) if min(found) > 0 else None


def _row_reduce(rows: list[list[Fraction]]) -> dict[int, int]:
    """Apply Gauss-Jordan elimination; return the row of the pivot of each column that has one."""
    pivots: dict[int, int] = {}
    for column in range(len(rows[0])):
        at = len(pivots)
        chosen = next((i for i in range(at, len(rows)) if rows[i][column]), None)
        if chosen is None:
            continue
        rows[at], rows[chosen] = rows[chosen], rows[at]
        pivot = rows[at][column]
        rows[at] = [value / pivot for value in rows[at]]
        for i, row in enumerate(rows):
            if i != at and (factor := row[column]):
                rows[i] = [a - factor * b for a, b in zip(row, rows[at], strict=True)]
        pivots[column] = at
    return pivots
