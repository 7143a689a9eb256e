"""What callers give → plain values of Python's own types, each looked at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from numbers import Integral
from operator import index
from typing import Any

KINDS = (bool, int, float, str, Decimal, date, datetime, timedelta, type(None))
PLAIN = frozenset(map(id, KINDS))  # a class may say that it equals any other


class Unfit(Exception):
    """A value that does not fit: the problem in words, and the name that was given for another."""

    def __init__(self, problem: str, meant: str = "") -> None:
        super().__init__(problem)
        self.meant = meant


class Strange:
    """What is of none of the types that are read, and is not looked at any more."""

    def __init__(self, kind: type) -> None:
        self.kind = kind


def plain(got: Any) -> Any:
    """The plain value that it equals: of a member of an enumeration that is a text, that text, of
    another library's whole number, an int; `Strange` where it is none of the types that are read.

    Nothing of it is used that its class could have made otherwise. Raises `Unfit` where it does
    not equal that value, since then it says more or something else.
    """
    if id(type(got)) in PLAIN:
        return got
    try:
        return _plain(got)
    except Unfit:
        raise
    except Exception:
        raise Unfit("it cannot be read") from None


def _plain(got: Any) -> Any:
    for kind, make in MAKERS.items():
        if issubclass(type(got), kind):
            made = make(got)
            if type(got) is not kind and made == made and not bool(got == made):
                raise Unfit(f"it does not equal the plain `{type(made).__name__}` in it")
            return made
    return Strange(type(got))


def _datetime(got: datetime) -> datetime:
    day, zone = date.fromordinal(datetime.toordinal(got)), datetime.timetz(got)
    return datetime.combine(day, zone)


def _timedelta(got: timedelta) -> timedelta:
    parts = (timedelta.days, timedelta.seconds, timedelta.microseconds)
    return timedelta(*(part.__get__(got) for part in parts))


def _fraction(got: Fraction) -> Fraction:
    return Fraction(int.__index__(got._numerator), int.__index__(got._denominator))  # type: ignore[attr-defined]


MAKERS: dict[type, Callable[[Any], Any]] = {
    str: str.__str__,
    int: int.__index__,
    float: float.__float__,
    Fraction: _fraction,
    Decimal: Decimal,
    datetime: _datetime,
    date: lambda got: date.fromordinal(date.toordinal(got)),
    timedelta: _timedelta,
    Integral: lambda got: int.__index__(index(got)),
}


def items(got: Any, most: int, ordered: bool = False) -> list[Any] | None:
    """What it lists, or None where it is no list or set. Raises `Unfit`, also where it is a set and
    has to be `ordered`."""
    try:
        kind = type(got)
        if kind is list or kind is tuple:
            return _limited(list(got[: most + 1]), most)
        if issubclass(kind, (str, bytes, bytearray, Mapping)) or not issubclass(kind, Iterable):
            return None
        if ordered and issubclass(kind, Set):
            raise Unfit("it has no order")
        return _limited(list(islice(iter(got), most + 1)), most)
    except Unfit:
        raise
    except Exception:
        raise Unfit("it cannot be read") from None


def entries(got: Any, most: int) -> list[tuple[Any, Any]] | None:
    """Its names, plain or `Strange`, with their values, which are `Unfit` where they cannot be
    read; None where it is no mapping. Raises `Unfit`."""
    try:
        if type(got) is dict:
            pairs = _limited(list(islice(got.items(), most + 1)), most)
        elif issubclass(type(got), Mapping):
            names = _limited(list(islice(iter(got), most + 1)), most)
            pairs = [(name, _entry(got, name)) for name in names]
        else:
            return None
    except Unfit:
        raise
    except Exception:
        raise Unfit("it cannot be read") from None
    return [(name if type(name) is str else _name(name), value) for name, value in pairs]


def _limited(found: list[Any], most: int) -> list[Any]:
    if len(found) > most:
        raise Unfit(f"it is longer than {most}")
    return found


def _name(name: Any) -> Any:
    try:
        return plain(name)
    except Unfit:
        return Strange(type(name))


def _entry(got: Any, name: Any) -> Any:
    try:
        return got[name]
    except Exception:
        return Unfit("it cannot be read")


# --- as it is told -------------------------------------------------------------------------------

MOST_TOLD = 80  # characters
MOST_PARTS = 10  # of a list


def shown(value: Any, parts: bool = True) -> Any:
    """A value as JSON can have it, long ones cut. `parts`: also what a list or mapping holds."""
    if value is None or value is True or value is False:
        return value
    try:
        if _is(value, int, float) and -1e15 < value < 1e15:
            return value
        return named(_text(value, 2 if parts else 0))
    except Exception:
        return "(it cannot be shown)"


def named(text: str) -> str:
    """A text on one line, of which nothing acts on a terminal, long ones cut."""
    if len(text) > MOST_TOLD:
        text = text[: MOST_TOLD - 1] + "…"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _is(value: Any, *kinds: type) -> bool:
    """Whether it is of just one of these types."""
    return any(type(value) is kind for kind in kinds)


def _text(value: Any, deep: int) -> str:
    if _is(value, str):
        return str(value[: MOST_TOLD + 1])
    if _is(value, int) and value.bit_length() > 4_000:
        return "(an int of very many digits)"
    if _is(value, *KINDS, Fraction):
        return repr(value)
    if _is(value, Unfit):
        return f"({value})"
    if deep and _is(value, list, tuple, set, frozenset):
        return f"[{', '.join(_inner(part, deep) for part in islice(value, MOST_PARTS))}]"
    if deep and _is(value, dict):
        pairs = islice(value.items(), MOST_PARTS)
        return f"{{{', '.join(f'{_inner(k, deep)}: {_inner(v, deep)}' for k, v in pairs)}}}"
    kind = value.kind if _is(value, Strange) else type(value)
    return f"({type.__dict__['__name__'].__get__(kind)})"


def _inner(value: Any, deep: int) -> str:
    return repr(value[:MOST_TOLD]) if _is(value, str) else _text(value, deep - 1)
