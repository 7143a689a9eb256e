"""One step up or down from a number that a spec compares with."""

from __future__ import annotations

from fractions import Fraction

from specdsl.model.nodes import Kind

SECOND, MINUTE = Fraction(1), Fraction(60)
DAY = 24 * 60 * MINUTE
UNITS = (7 * DAY, DAY, 60 * MINUTE, MINUTE, SECOND)  # w d h m s


def step(kind: Kind, value: Fraction) -> Fraction:
    """The distance to what one would write next: 1 of a whole number, a day of a date, the last
    decimal of a number (0.1 of 2.5), a minute of a time, the unit in which a duration is written.
    Where the value is finer than that, what it is written in."""
    match kind:
        case Kind.DATE:
            return DAY
        case Kind.TIME:
            return next((unit for unit in (MINUTE, SECOND) if value % unit == 0), _decimal(value))
        case Kind.DURATION:
            found = (unit for unit in UNITS if value % unit == 0)
            return DAY if value == 0 else next(found, _decimal(value))
        case _:
            return _decimal(value)


def _decimal(value: Fraction) -> Fraction:
    """1, 0.1, 0.01 … of which the value is a multiple; 1 where it is no decimal."""
    rest, decimals = value.denominator, 0
    for prime in (2, 5):
        times = 0
        while rest % prime == 0:
            rest, times = rest // prime, times + 1
        decimals = max(decimals, times)
    return Fraction(1, 10**decimals) if rest == 1 else Fraction(1)
