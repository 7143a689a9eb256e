"""What is given, as one of Python's own values: what equals it, whatever its class says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from numbers import Integral
from typing import Any

MOST_DIGITS = 4_000
MOST_EXPONENT = 1_000


class Nothing:
    """What equals none of Python's own values that are read, or has more digits than are read."""


NOTHING = Nothing()
TWINS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (str, lambda raw: "".join(str.__iter__(raw))),
    (bool, bool),
    (int, lambda raw: int.__add__(raw, 0)),
    (float, float.__pos__),
    (Fraction, Fraction.__pos__),
    (Decimal, lambda raw: Decimal(Decimal.__str__(raw))),
    (datetime, lambda raw: datetime(*datetime.__reduce_ex__(raw, 4)[1])),
    (date, lambda raw: date.fromisoformat(date.isoformat(raw))),
    (timedelta, timedelta.__pos__),
    (Integral, lambda raw: int(raw.__index__())),
)


def itself(raw: Any) -> Any:
    """The value of Python's own that it equals; None stays None."""
    if raw is None:
        return None
    try:
        twin = _twin(raw)
        equal = twin is not NOTHING and bool(raw == twin)
        return twin if equal and not _long(twin) else NOTHING
    except Exception:  # raised by a class that somebody else wrote
        return NOTHING


def _twin(raw: Any) -> Any:
    kind = next((kind for kind in type(raw).__mro__ if any(kind is k for k, _ in TWINS)), None)
    if kind is None:
        kind = Integral if isinstance(raw, Integral) else None
    return next((twin(raw) for k, twin in TWINS if k is kind), NOTHING)


def _long(twin: Any) -> bool:
    match twin:
        case bool():
            return False
        case Decimal():
            _, digits, exponent = twin.as_tuple()
            return len(digits) > MOST_DIGITS or abs(int(exponent)) > MOST_EXPONENT
        case int() | Fraction():
            most: int = 10**MOST_DIGITS
            return abs(twin.numerator) >= most or twin.denominator >= most
        case _:
            return False


def listed(raw: Any) -> list[Any] | None:
    """Its items; None for a text, a mapping or what is no list or set."""
    try:
        kind = type(raw)
        if issubclass(kind, str | bytes | bytearray | Mapping) or not issubclass(kind, Iterable):
            return None
        return list(raw)
    except Exception:
        return None
