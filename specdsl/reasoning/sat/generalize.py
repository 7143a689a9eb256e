"""Why relations exclude each other, said as weakly as can be.

Sums of numbers with bounds exclude each other where some multiples of them cancel and leave zero
below zero (Farkas). A conflict that is learnt with the weakest bounds that still make it one
excludes many others, so the solver comes to an end sooner.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from specdsl.semantics.aig import Linear
from specdsl.semantics.lower_terms import Variable, grid_step

ZERO = Fraction(0)
MOST = 8  # relations of a conflict that is looked at
Terms = tuple[tuple[Variable, Fraction], ...]
Bound = tuple[Fraction, bool, int]  # x <= value, or < where the flag is not set; its variable
End = tuple[Fraction, bool]  # a number, and whether it is reached


@dataclass(frozen=True, slots=True)
class Side:
    """Upper bounds of a sum of numbers, the strongest first. `literals` say so."""

    terms: Terms
    literals: tuple[int, ...]
    most: tuple[End, ...]


def weakest(
    core: Sequence[int],
    meant: Mapping[int, Linear],
    bounds: Mapping[Terms, Sequence[Bound]],
) -> tuple[int, ...] | None:
    """Relations instead of those in the core that differ from them in their bounds alone and
    exclude each other too; None where the core does not for reasons of this kind. `meant`: by
    variable its relation, `<` or `<=`; `bounds`: by terms those that there are, sorted."""
    if len(core) > MOST:
        return None
    order = sorted(core, key=lambda literal: -len(meant[abs(literal)].terms))  # sums first
    sides = [_side(meant[abs(literal)].terms, literal > 0, bounds) for literal in order]
    factors = _cancelling([side.terms for side in sides])
    if factors is None:
        return None
    places = [side.literals.index(literal) for side, literal in zip(sides, order, strict=True)]
    if not _beyond(sides, factors, places):
        return None
    for n, side in enumerate(sides):
        later = range(places[n], len(side.literals))

        def enough(i: int, n: int = n) -> bool:
            return not _beyond(sides, factors, [*places[:n], i, *places[n + 1 :]])

        places[n] = later[bisect_left(later, True, key=enough) - 1]
    return tuple(side.literals[i] for side, i in zip(sides, places, strict=True))


def _beyond(sides: Sequence[Side], factors: Sequence[Fraction], places: Sequence[int]) -> bool:
    """Zero is at most less than zero, or at most zero and not reached."""
    ends = [side.most[i] for side, i in zip(sides, places, strict=True)]
    total = sum((f * most for f, (most, _) in zip(factors, ends, strict=True)), ZERO)
    return total < 0 or (total == 0 and not all(reached for _, reached in ends))


def _side(terms: Terms, holds: bool, bounds: Mapping[Terms, Sequence[Bound]]) -> Side:
    if holds:
        ends = tuple((value, inside) for value, inside, _ in bounds[terms])
        return Side(terms, tuple(name for *_, name in bounds[terms]), ends)
    step = grid_step(terms[0][0]) if len(terms) == 1 else None
    lowest = tuple(_least(value, inside, step) for value, inside, _ in reversed(bounds[terms]))
    negated = tuple((variable, -coefficient) for variable, coefficient in terms)
    return Side(negated, tuple(-name for *_, name in reversed(bounds[terms])), lowest)


def _least(value: Fraction, inside: bool, step: Fraction | None) -> End:
    """From above a bound, the other way round."""
    if inside and step is not None:
        return -(value // step * step + step), True
    return -value, not inside


def _cancelling(sums: Sequence[Terms]) -> list[Fraction] | None:
    """Positive factors with which the sums add up to nothing, where there is one way."""
    places = {v: i for i, v in enumerate(dict.fromkeys(v for terms in sums for v, _ in terms))}
    rows = [[ZERO] * len(sums) for _ in places]
    for n, terms in enumerate(sums):
        for variable, coefficient in terms:
            rows[places[variable]][n] += coefficient
    pivots = _reduced(rows)
    free = [n for n in range(len(sums)) if n not in pivots]
    if len(free) != 1:
        return None
    found = [Fraction(1) if n in free else -rows[pivots[n]][free[0]] for n in range(len(sums))]
    return found if min(found) > 0 else None


def _reduced(rows: list[list[Fraction]]) -> dict[int, int]:
    """Gauss and Jordan: by column that has one, the row of its pivot."""
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
