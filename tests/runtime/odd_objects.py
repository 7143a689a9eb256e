"""Objects such as a caller may give by mistake or on purpose: of odd types, lying, raising, without
an end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import Enum, IntEnum, IntFlag, StrEnum
from fractions import Fraction
from itertools import count, repeat
from numbers import Integral
from random import Random
from types import SimpleNamespace
from typing import Any

from specdsl import Instruction


class Word(str, Enum):  # noqa: UP042
    """A text that says something else of itself."""

    ONE = "x"
    y = "y"
    FALSE = "false"


class Strong(StrEnum):
    X = "x"


class Number(IntEnum):
    THREE = 3
    MANY = 10**6


class Flag(IntFlag):
    ONE = 1


class Colour(Enum):
    RED = "x"


class Loud(str):
    """A text that is told in capitals."""

    def __str__(self) -> str:
        return self.upper()


class Elsewhere(str):
    """A text that is not found under itself."""

    def __hash__(self) -> int:
        return 7

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other)


class Folding(str):
    """A text that equals every other of its length."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and len(other) == len(self)

    __hash__ = str.__hash__


class Alike:
    """No text, and yet equal to one."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return other == self.text

    def __hash__(self) -> int:
        return hash(self.text)


class Posing(str):
    """A text that a dictionary takes for another one."""

    def __eq__(self, other: object) -> bool:
        return other == "late"

    def __hash__(self) -> int:
        return hash("late")


class Other(str):
    """A text that equals nothing, not even itself."""

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__


class Whole:
    """A whole number of another library."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value

    def __eq__(self, other: object) -> bool:
        return self.value == other

    __hash__ = object.__hash__


Integral.register(Whole)


class Stamp(datetime):
    """A time with nanoseconds, which a `datetime` has no room for."""

    nanosecond = 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stamp)

    __hash__ = datetime.__hash__


class Span(timedelta):
    """A span with nanoseconds."""

    nanoseconds = 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span)

    __hash__ = timedelta.__hash__


class NotATime(datetime):
    """It equals nothing, and has no day."""

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = datetime.__hash__

    def date(self) -> date:
        raise ValueError("it has none")

    def utcoffset(self) -> timedelta | None:
        return UTC.utcoffset(None)


class Zone(tzinfo):
    """A time zone whose offset is what somebody says."""

    def __init__(self, offset: Any) -> None:
        self.offset = offset

    def utcoffset(self, when: datetime | None) -> Any:
        if isinstance(self.offset, Exception):
            raise self.offset
        return self.offset

    def dst(self, when: datetime | None) -> None:
        return None

    def tzname(self, when: datetime | None) -> None:
        return None


class Unequal(type):
    """Classes that equal every other."""

    def __eq__(cls, other: object) -> bool:
        return True

    def __hash__(cls) -> int:
        return hash(str)


class Unhashable(type):
    """Classes that have no hash."""

    def __hash__(cls) -> int:
        raise TypeError("no hash")


class Everything(metaclass=Unequal):
    pass


class Nothing(metaclass=Unhashable):
    pass


class Claims:
    """It says that it is of another class."""

    def __init__(self, kind: type) -> None:
        self.kind = kind

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return self.kind


class Closed:
    """Nothing can be asked of it."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)


class Lazy(Mapping[str, Any]):
    """A mapping whose names have no end, or whose values cannot be had."""

    def __init__(self, names: Callable[[], Iterator[Any]]) -> None:
        self.names = names

    def __iter__(self) -> Iterator[Any]:
        return self.names()

    def __len__(self) -> int:
        raise OverflowError

    def __getitem__(self, name: str) -> Any:
        raise LookupError(name)


WORDS = (
    "__eq__ __hash__ __str__ __repr__ __iter__ __len__ __bool__ __contains__ __getitem__ __next__"
    " __index__ __int__ __float__ __lt__ __le__ __gt__ __ge__ __add__ __sub__ __rsub__ __format__"
    " __length_hint__ __reversed__ __getattr__ utcoffset date timetz as_tuple keys get items strip"
    " casefold numerator denominator is_finite total_seconds __class__ __dir__ __instancecheck__"
)
METHODS = WORDS.split()
ERRORS: tuple[type[Exception], ...] = (
    ValueError,
    KeyError,
    TypeError,
    ZeroDivisionError,
    OverflowError,
    StopIteration,
)
MORE: tuple[type[Exception], ...] = (
    RecursionError,
    MemoryError,
    AttributeError,
    UnicodeError,
    RuntimeError,
    AssertionError,
)
BASES: tuple[tuple[type, tuple[Any, ...]], ...] = (
    (object, ()),
    (str, ("x",)),
    (str, ("late",)),
    (int, (3,)),
    (float, (0.5,)),
    (Decimal, ("0.5",)),
    (Fraction, (1, 2)),
    (date, (2025, 3, 1)),
    (datetime, (2025, 3, 1, 0, 0, 0, 0, UTC)),
    (timedelta, (1,)),
    (dict, ({"x": 1},)),
    (list, (["x"],)),
    (tuple, (["x"],)),
    (set, (["x"],)),
    (frozenset, (["x"],)),
    (bytes, (b"x",)),
    (Instruction, ("boss", "d is a")),
)


def _wrong(random: Random) -> Any:
    """A method that raises, or returns what it should not."""
    error = random.choice((*ERRORS, *MORE))
    value = random.choice((None, True, 1, "x", b"", [], object(), NotImplemented, float("nan")))

    def raising(*_: Any, **__: Any) -> Any:
        raise error("on purpose")

    def returning(*_: Any, **__: Any) -> Any:
        return value

    made = random.choice((raising, returning))
    return property(made) if random.random() < 0.15 else made


def broken(random: Random) -> Any:
    """An object of a class of its own, of which some methods are wrong."""
    base, arguments = random.choice(BASES)
    wrong = random.sample(METHODS, random.randint(1, 4))
    try:
        kind = type("Broken", (base,), {name: _wrong(random) for name in wrong})
        return base.__new__(kind, *arguments) if base is not dict else kind(*arguments)
    except Exception:
        return object()


def _deep(depth: int) -> list[Any]:
    found: list[Any] = ["x"]
    for _ in range(depth):
        found = [found]
    return found


def _circle() -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


def _failing() -> Iterator[str]:
    yield "x"
    raise RuntimeError("in the middle")


def _hour(offset: Any) -> Any:
    return datetime(2025, 3, 1, tzinfo=Zone(offset))


TEXTS: tuple[str, ...] = (
    "",
    "x",
    "y",
    " x",
    "late",
    "1/0",
    "-1/3",
    "0.1",
    "2025-03-01",
    "PT1S",
    "\ud800",
    "a\x00b",
)
TEXTS += (
    "\ud800" * 90,
    "boss",
    "d is a",
    "d in {a, b}",
    "top",
    "9" * 5000,
    "1/" + "0" * 900,
    "\x1b[2J",
)
TEXTS = (*TEXTS, "x\n", "٣", "P99999999999999999999W", "0001-01-01T00:00:00+23:59", "İ", "\u2028")
MAKERS: tuple[Callable[[], Any], ...] = (
    *(lambda text=text: text for text in TEXTS),
    *(lambda word=word: word for word in (*Word, *Strong, *Number, *Flag, *Colour)),
    *(lambda kind=kind: kind("x") for kind in (Loud, Folding, Other)),
    *(lambda n=n: n for n in (0, 3, -1, 10**5000, -(10**5000), 2**13_299, 0.5, 1e308, 5e-324)),
    *(lambda n=n: float(n) for n in ("nan", "inf", "-inf", "-0.0")),
    *(lambda n=n: Decimal(n) for n in ("1E+999999999", "-1E-999999999", "NaN", "sNaN", "Infinity")),
    lambda: Decimal("1" * 6000),
    lambda: Fraction(10**5000, 10**5000 + 1),
    lambda: Fraction(1, 3),
    lambda: Whole(3),
    lambda: Stamp(2025, 3, 1, tzinfo=UTC),
    lambda: Span(1),
    lambda: NotATime(2025, 3, 1),
    lambda: date.min,
    lambda: date.max,
    lambda: datetime.min.replace(tzinfo=timezone(timedelta(hours=23))),
    lambda: datetime.max.replace(tzinfo=timezone(-timedelta(hours=23))),
    lambda: datetime(2025, 3, 1),
    lambda: timedelta.max,
    lambda: timedelta.min,
    *(lambda o=o: _hour(o) for o in (None, 3, "x", timedelta(days=3), Span(0), ValueError("no"))),
    *(lambda c=c: Claims(c) for c in (str, int, dict, list, datetime, bool, Instruction)),
    Closed,
    Everything,
    Nothing,
    lambda: Everything,
    lambda: Nothing,
    count,
    lambda: repeat("x"),
    lambda: iter("xy"),
    lambda: (word for word in ("x", "y")),
    _failing,
    lambda: Lazy(count),
    lambda: Lazy(_failing),
    lambda: Lazy(lambda: iter(["late", "x"])),
    lambda: _deep(3),
    lambda: _deep(5000),
    _circle,
    lambda: {"x", "y"},
    lambda: ["x"] * 20_000,
    lambda: range(10**12),
    lambda: b"x",
    lambda: bytearray(b"x"),
    lambda: memoryview(b"x"),
    lambda: {"x": "y"},
    lambda: {1: 2, None: 3, ("x",): 4},
    lambda: SimpleNamespace(by="boss", effect="d is a"),
    lambda: Instruction("boss", "d is a"),
    lambda: Instruction(10**5000, Closed(), None, []),  # type: ignore[arg-type]
    lambda: {"by": "boss", "effect": "d is a"},
    lambda: {"by": 10**5000, "effect": 3, "at": Closed(), "implied": Nothing()},
    lambda: {"by": Loud("boss"), "effect": Loud("d is b"), "at": Loud("top")},
    lambda: None,
    lambda: True,
    lambda: NotImplemented,
    lambda: ...,
    lambda: print,
    lambda: 1j,
    object,
)


def odd(random: Random) -> Any:
    """One of them."""
    return broken(random) if random.random() < 0.4 else random.choice(MAKERS)()
