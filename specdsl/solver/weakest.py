"""Why a relation and bounds of its numbers exclude each other, said as weakly as can be.

A conflict that is learnt with the weakest bounds that still make it one excludes many others, so
the solver comes to an end sooner.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from specdsl.circuit.graph import Linear
from specdsl.circuit.terms import Variable, grid_step

ZERO = Fraction(0)
Bound = tuple[Fraction, bool, int]  # x <= value, or < where the flag is not set; its variable
End = tuple[Fraction, bool]  # a number, and whether it is reached


@dataclass(frozen=True, slots=True)
class Side:
    """The bounds of a number that push a sum up, the strongest first. `literals` say so, `least` is
    what the number adds to the sum at least, a lesser one after a greater one."""

    literals: tuple[int, ...]
    least: tuple[End, ...]


def weakest(
    relation: Linear,
    holds: bool,
    core: Sequence[int],
    bounds: Mapping[Variable, Sequence[Bound]],
) -> tuple[int, ...] | None:
    """Bounds instead of those in the core, one for each of the relation's numbers, with which it
    cannot be so (`holds` or not); None where it is not for reasons of this kind."""
    if relation.op == "=":
        return None
    sign = 1 if holds else -1
    strict = (relation.op == "<") is holds
    sides = [_side(v, c * sign, bounds.get(v, ())) for v, c in relation.terms]
    chosen = [next((i for i, lit in enumerate(s.literals) if lit in core), None) for s in sides]
    if any(i is None for i in chosen):
        return None
    places = [i for i in chosen if i is not None]
    bound = relation.bound * sign
    if not _beyond(sides, places, bound, strict):
        return None
    for n, side in enumerate(sides):
        later = range(places[n], len(side.literals))

        def enough(i: int, n: int = n) -> bool:
            return not _beyond(sides, [*places[:n], i, *places[n + 1 :]], bound, strict)

        places[n] = later[bisect_left(later, True, key=enough) - 1]
    return tuple(side.literals[i] for side, i in zip(sides, places, strict=True))


def _beyond(sides: Sequence[Side], places: Sequence[int], bound: Fraction, strict: bool) -> bool:
    """The least sum is more than the bound, or as much where that is too much or not reached."""
    ends = [side.least[i] for side, i in zip(sides, places, strict=True)]
    total = sum((end[0] for end in ends), ZERO)
    reached = all(end[1] for end in ends)
    return total > bound or (total == bound and (strict or not reached))


def _side(variable: Variable, coefficient: Fraction, bounds: Sequence[Bound]) -> Side:
    """`bounds` are sorted."""
    if coefficient < 0:  # an upper bound: the lowest is the strongest
        ends = [(coefficient * value, inside) for value, inside, _ in bounds]
        return Side(tuple(name for _, _, name in bounds), tuple(ends))
    step = grid_step(variable)
    lowest = [
        (coefficient * (value if step is None else value + step), step is not None or not inside)
        for value, inside, _ in reversed(bounds)
    ]
    return Side(tuple(-name for _, _, name in reversed(bounds)), tuple(lowest))
