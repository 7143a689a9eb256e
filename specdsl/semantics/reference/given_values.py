"""Plain values: the value of a built-in class that equals a given one, whatever its own class."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from numbers import Integral
from typing import Any

MAX_DIGITS = 4_000
MAX_EXPONENT = 1_000


class NoPlainValue:
    """A value that equals no readable value of a built-in class, or has too many digits."""


NO_PLAIN_VALUE = NoPlainValue()
PLAIN_COPIES: tuple[tuple[type, Callable[[Any], Any]], ...] = (
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


def plain_value(raw: Any) -> Any:
    """Return the equal value of a built-in class; None stays None."""
    if raw is None:
        return None
    try:
        twin = _plain_copy(raw)
        equal = twin is not NO_PLAIN_VALUE and bool(raw == twin)
        return twin if equal and not _is_too_long(twin) else NO_PLAIN_VALUE
    except Exception:  # A class of the caller may raise anything.
        return NO_PLAIN_VALUE


def _plain_copy(raw: Any) -> Any:
    kind = next(
        (kind for kind in type(raw).__mro__ if any(kind is k for k, _ in PLAIN_COPIES)), None
    )
    if kind is None:
        kind = Integral if isinstance(raw, Integral) else None
    return next((twin(raw) for k, twin in PLAIN_COPIES if k is kind), NO_PLAIN_VALUE)


def _is_too_long(twin: Any) -> bool:
    match twin:
        case bool():
            return False
        case Decimal():
            _, digits, exponent = twin.as_tuple()
            return len(digits) > MAX_DIGITS or abs(int(exponent)) > MAX_EXPONENT
        case int() | Fraction():
            most: int = 10**MAX_DIGITS
            return abs(twin.numerator) >= most or twin.denominator >= most
        case _:
            return False


def list_items(raw: Any) -> list[Any] | None:
    """Return the items of a list or set; None for a text, a mapping or anything else."""
    try:
        kind = type(raw)
        if issubclass(kind, str | bytes | bytearray | Mapping) or not issubclass(kind, Iterable):
            return None
        return list(raw)
    except Exception:
        return None
