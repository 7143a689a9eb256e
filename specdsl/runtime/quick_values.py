"""Values that surely have no fault, read fast; the others are left to the full reading."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from specdsl.runtime.plain_values import UnfitValue
from specdsl.runtime.quantities import exact_quantity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction
    from typing import Any

EPOCH_ORDINAL = 719_163  # Of 1970-01-01.
MOST_QUICK_CHARACTERS = 40
MOST_QUICK_MEMBERS = 100


class UnsureValue(Exception):
    """A value that may have a fault."""


def quick_set(got: Any, members: set[str]) -> frozenset[str]:
    """Return the members of a plain list or set of texts."""
    kind = type(got)
    if kind is not list and kind is not tuple and kind is not set and kind is not frozenset:
        raise UnsureValue
    if len(got) > MOST_QUICK_MEMBERS:
        raise UnsureValue
    for one in got:
        if type(one) is not str or one not in members:
            raise UnsureValue
    return frozenset(got)


def quick_number(got: Any) -> Any:
    """Return the exact number of an int or float."""
    if type(got) is int and -(10**15) < got < 10**15:
        return got
    if type(got) is float and -1e15 < got < 1e15:
        return int(got) if got.is_integer() else _known_quantity("number", got)
    raise UnsureValue


def quick_date(got: Any) -> Any:
    """Return the midnight of a date, in seconds."""
    if type(got) is date:
        return (got.toordinal() - EPOCH_ORDINAL) * 86_400
    return _quantity_of_text("date", got)


def quick_time(got: Any) -> Any:
    """Return a time in seconds."""
    if type(got) is datetime and got.tzinfo is UTC and not got.microsecond:
        days = (got.toordinal() - EPOCH_ORDINAL) * 86_400
        return days + got.hour * 3_600 + got.minute * 60 + got.second
    return _quantity_of_text("time", got)


def quick_duration(got: Any) -> Any:
    """Return a duration in seconds."""
    if type(got) is timedelta and not got.microseconds:
        return got.days * 86_400 + got.seconds
    return _quantity_of_text("duration", got)


def _quantity_of_text(kind: str, got: Any) -> Any:
    if type(got) is str and len(got) <= MOST_QUICK_CHARACTERS:
        return _known_quantity(kind, got)
    raise UnsureValue


@lru_cache(maxsize=4_096)
def _known_quantity(kind: str, got: Any) -> int | Fraction:
    try:
        value = exact_quantity(kind, got)
    except UnfitValue:
        raise UnsureValue from None
    return int(value) if value.denominator == 1 else value
