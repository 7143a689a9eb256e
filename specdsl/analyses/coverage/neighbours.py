"""The distance from a constant to its neighbours, as an author would write them."""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from specdsl.frontend.model.nodes import Kind

SECOND, MINUTE = Fraction(1), Fraction(60)
DAY = 24 * 60 * MINUTE
DURATION_UNITS = (7 * DAY, DAY, 60 * MINUTE, MINUTE, SECOND)
"""The units `w`, `d`, `h`, `m` and `s`."""


def neighbour_distance(kind: Kind, value: Fraction) -> Fraction:
    """Return the distance to the next value that one would write.

    It is 1 for an integer, a day for a date, the last decimal of a number (0.1 for 2.5), a minute
    for a time and for a duration the unit in which it is written; or the precision of the value if
    that is finer."""
    match kind:
        case Kind.DATE:
            return DAY
        case Kind.TIME:
            return next(
                (unit for unit in (MINUTE, SECOND) if value % unit == 0), _last_decimal(value)
            )
        case Kind.DURATION:
            found = (unit for unit in DURATION_UNITS if value % unit == 0)
            return DAY if value == 0 else next(found, _last_decimal(value))
        case Kind.INT | Kind.NUMBER:
            return _last_decimal(value)
        case Kind.BOOL | Kind.ENUM | Kind.SET | Kind.TEXT:
            raise AssertionError(f"{kind} is no quantity")
        case _:
            assert_never(kind)


def _last_decimal(value: Fraction) -> Fraction:
    """Return the largest of 1, 0.1, 0.01 … that divides the value; 1 if it is no decimal."""
    rest, decimals = value.denominator, 0
    for prime in (2, 5):
        times = 0
        while rest % prime == 0:
            rest, times = rest // prime, times + 1
        decimals = max(decimals, times)
    return Fraction(1, 10**decimals) if rest == 1 else Fraction(1)
