"""Conversion of arguments to plain values of built-in types, reading each of them once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from functools import cache
from itertools import islice
from operator import index

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from fractions import Fraction
    from typing import Any, TypeVar

    ReaderType = TypeVar("ReaderType", bound=Callable[..., Any])

# What a call seldom needs is imported where it is needed: that takes longer than all else here.
KINDS = (bool, int, float, str, type(None))
# Types are compared by identity, since a class may claim to equal any other.
PLAIN = frozenset(map(id, KINDS))


class UnfitValue(Exception):
    """A value that does not fit: the problem, and the name that was given instead of a
    valid one.
    """

    def __init__(self, problem: str, meant: str = "") -> None:
        super().__init__(problem)
        self.meant = meant


class UnsupportedValue:
    """Stands for a value of an unsupported type, which is not inspected any further."""

    def __init__(self, kind: type) -> None:
        self.kind = kind


def safe_reader(read: ReaderType) -> ReaderType:
    """Make a function raise nothing but `UnfitValue`, whatever the methods of its argument do."""

    def read_safely(*given: Any, **named: Any) -> Any:
        try:
            return read(*given, **named)
        except UnfitValue:
            raise
        except Exception:
            raise UnfitValue("it cannot be read") from None

    return read_safely  # type: ignore[return-value]


def plain_value(got: Any) -> Any:
    """Return the plain value that it equals: the text of a text-valued enumeration member, the int
    of another library's integer; `UnsupportedValue` for any other type.

    Only methods of the built-in types are called, which its class cannot override. Raises
    `UnfitValue` if it does not equal that value, since it then means something else.
    """
    return got if id(type(got)) in PLAIN else _plain_value(got)


@safe_reader
def _plain_value(got: Any) -> Any:
    from datetime import date, datetime, timedelta
    from decimal import Decimal

    if _is_exactly(got, Decimal, date, datetime, timedelta):
        return got
    for kind, make in _makers().items():
        if issubclass(type(got), kind):
            made = make(got)
            if type(got) is not kind and made == made and not bool(got == made):
                raise UnfitValue(f"it does not equal the plain `{type(made).__name__}` in it")
            return made
    return UnsupportedValue(type(got))


def exact_fraction(*parts: Any) -> Fraction:
    """Return a fraction, as `Fraction` makes it."""
    from fractions import Fraction

    return Fraction(*parts)


@cache
def compiled_pattern(text: str) -> re.Pattern[str]:
    """Return a regular expression, compiled."""
    import re

    return re.compile(text)


@cache
def _makers() -> Mapping[type, Callable[[Any], Any]]:
    """Return, by type, what makes a plain value of one of a subclass."""
    from datetime import date, datetime, timedelta
    from decimal import Decimal
    from fractions import Fraction
    from numbers import Integral

    def plain_fraction(got: Any) -> Fraction:
        return Fraction(int.__index__(got._numerator), int.__index__(got._denominator))

    def plain_date(got: Any) -> date:
        return date.fromordinal(date.toordinal(got))

    def plain_span(got: Any) -> timedelta:
        parts = (timedelta.days, timedelta.seconds, timedelta.microseconds)
        return timedelta(*(part.__get__(got) for part in parts))

    return {
        str: str.__str__,
        int: int.__index__,
        float: float.__float__,
        Fraction: plain_fraction,
        Decimal: Decimal,
        datetime: lambda got: datetime.combine(plain_date(got), datetime.timetz(got)),
        date: plain_date,
        timedelta: plain_span,
        Integral: lambda got: int.__index__(index(got)),
    }


@safe_reader
def list_items(got: Any, most: int, ordered: bool = False) -> list[Any] | None:
    """Return the items of a list or set, or None for anything else. Raises `UnfitValue`, also for a
    set that has to be `ordered`.
    """
    kind = type(got)
    if kind is list or kind is tuple:
        return _limit_length(list(got[: most + 1]), most)
    if issubclass(kind, (str, bytes, bytearray, Mapping)) or not issubclass(kind, Iterable):
        return None
    if ordered and issubclass(kind, Set):
        raise UnfitValue("it has no order")
    return _limit_length(list(islice(iter(got), most + 1)), most)


@safe_reader
def mapping_entries(got: Any, most: int) -> list[tuple[Any, Any]] | None:
    """Return the names of a mapping, plain or `UnsupportedValue`, with their values (an
    `UnfitValue` for each that cannot be read); None for anything else. Raises `UnfitValue`.
    """
    if type(got) is dict:
        pairs = _limit_length(list(islice(got.items(), most + 1)), most)
    elif issubclass(type(got), Mapping):
        names = _limit_length(list(islice(iter(got), most + 1)), most)
        pairs = [(name, _read_entry(got, name)) for name in names]
    else:
        return None
    return [(supported_value(name), value) for name, value in pairs]


def _limit_length(found: list[Any], most: int) -> list[Any]:
    if len(found) > most:
        raise UnfitValue(f"it is longer than {most}")
    return found


def supported_value(got: Any) -> Any:
    """Return the plain value, or a mark for one that has none."""
    try:
        return plain_value(got)
    except UnfitValue:
        return UnsupportedValue(type(got))


def _read_entry(got: Any, name: Any) -> Any:
    try:
        return got[name]
    except Exception:
        return UnfitValue("it cannot be read")


# --- values in messages --------------------------------------------------------------------------

MAX_TOLD = 80  # Characters of a value.
MAX_PARTS = 10  # Items of a list.


def printable_value(value: Any, parts: bool = True) -> Any:
    """Return a value that JSON can represent, shortened. `parts`: also the items of lists and
    mappings.
    """
    if value is None or value is True or value is False:
        return value
    try:
        if _is_exactly(value, int, float) and -1e15 < value < 1e15:
            return value
        return printable_text(_printable_repr(value, 2 if parts else 0))
    except Exception:
        return "(it cannot be shown)"


def printable_text(text: str) -> str:
    """Return a text on one line, shortened, without characters that act on a terminal."""
    if len(text) > MAX_TOLD:
        text = text[: MAX_TOLD - 1] + "…"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _is_exactly(value: Any, *kinds: type) -> bool:
    """Return whether the value's type is exactly one of these."""
    return any(type(value) is kind for kind in kinds)


def _printable_repr(value: Any, deep: int) -> str:
    if _is_exactly(value, str):
        return str(value[: MAX_TOLD + 1])
    if _is_exactly(value, int) and value.bit_length() > 4_000:
        return "(an int of very many digits)"
    if _is_exactly(value, *KINDS, *_makers()):
        return repr(value)
    if _is_exactly(value, UnfitValue):
        return f"({value})"
    if deep and _is_exactly(value, list, tuple, set, frozenset):
        return f"[{', '.join(_inner_repr(part, deep) for part in islice(value, MAX_PARTS))}]"
    if deep and _is_exactly(value, dict):
        pairs = islice(value.items(), MAX_PARTS)
        return (
            f"{{{', '.join(f'{_inner_repr(k, deep)}: {_inner_repr(v, deep)}' for k, v in pairs)}}}"
        )
    kind = value.kind if _is_exactly(value, UnsupportedValue) else type(value)
    return f"({type.__dict__['__name__'].__get__(kind)})"


def _inner_repr(value: Any, deep: int) -> str:
    return repr(value[:MAX_TOLD]) if _is_exactly(value, str) else _printable_repr(value, deep - 1)
