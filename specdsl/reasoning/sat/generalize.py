"""Generalization of arithmetic conflicts to the weakest bounds, by Farkas' lemma.

Linear inequalities exclude each other if a positive combination of them cancels all variables and
leaves 0 < 0. A conflict with the weakest bounds for which it still does excludes many others as
well, so the solver needs fewer rounds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from fractions import Fraction

from specdsl.base.limits import MAX_CONFLICT_RELATIONS
from specdsl.base.quick_dataclass import dataclass
from specdsl.reasoning.sat.sat_literal import SatLiteral
from specdsl.semantics.aig import Linear
from specdsl.semantics.lower_terms import Variable, grid_step

ZERO = Fraction(0)
Terms = tuple[tuple[Variable, Fraction], ...]
Bound = tuple[Fraction, bool, SatLiteral]
"""The bound x <= value, or x < value if the flag is false, and its variable."""
End = tuple[Fraction, bool]  # A number, and whether it is included.


@dataclass(frozen=True, slots=True)
class BoundChain:
    """Upper bounds of a sum of numbers, the strongest first, with the literals that assert them."""

    terms: Terms
    literals: tuple[SatLiteral, ...]
    bounds: tuple[End, ...]


def generalize_conflict(
    core: Sequence[SatLiteral],
    relations: Mapping[SatLiteral, Linear],
    bounds: Mapping[Terms, Sequence[Bound]],
) -> tuple[SatLiteral, ...] | None:
    """Return a conflict like the core with weaker bounds, or None if Farkas' lemma does not explain
    the core. `relations` has the relation (`<` or `<=`) of each variable, `bounds` all bounds of
    each sum, sorted.
    """
    if len(core) > MAX_CONFLICT_RELATIONS:
        return None
    order = sorted(core, key=lambda literal: -len(relations[abs(literal)].terms))  # Sums first.
    sides = [_bound_chain(relations[abs(literal)].terms, literal > 0, bounds) for literal in order]
    factors = _farkas_factors([side.terms for side in sides])
    if factors is None:
        return None
    places = [side.literals.index(literal) for side, literal in zip(sides, order, strict=True)]
    if not _is_contradiction(sides, factors, places):
        return None
    for n, side in enumerate(sides):
        later = range(places[n], len(side.literals))

        def still_conflicts(i: int, n: int = n) -> bool:
            return not _is_contradiction(sides, factors, [*places[:n], i, *places[n + 1 :]])

        places[n] = later[bisect_left(later, True, key=still_conflicts) - 1]
    return tuple(side.literals[i] for side, i in zip(sides, places, strict=True))


def _is_contradiction(
    sides: Sequence[BoundChain], factors: Sequence[Fraction], places: Sequence[int]
) -> bool:
    """Return whether the combination is 0 <= a negative number, or 0 < 0."""
    ends = [side.bounds[i] for side, i in zip(sides, places, strict=True)]
    total = sum((f * most for f, (most, _) in zip(factors, ends, strict=True)), ZERO)
    return total < 0 or (total == 0 and not all(reached for _, reached in ends))


def _bound_chain(terms: Terms, holds: bool, bounds: Mapping[Terms, Sequence[Bound]]) -> BoundChain:
    if holds:
        ends = tuple((value, inside) for value, inside, _ in bounds[terms])
        return BoundChain(terms, tuple(name for *_, name in bounds[terms]), ends)
    step = grid_step(terms[0][0]) if len(terms) == 1 else None
    lowest = tuple(
        _negated_bound(value, inside, step) for value, inside, _ in reversed(bounds[terms])
    )
    negated = tuple((variable, -coefficient) for variable, coefficient in terms)
    return BoundChain(negated, tuple(-name for *_, name in reversed(bounds[terms])), lowest)


def _negated_bound(value: Fraction, inside: bool, step: Fraction | None) -> End:
    """Return the upper bound of -x for the negation of an upper bound of x."""
    if inside and step is not None:
        return -(value // step * step + step), True
    return -value, not inside


def _farkas_factors(sums: Sequence[Terms]) -> list[Fraction] | None:
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
    return found if min(found) > 0 else None


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
