"""acme_support: The Acme shop's assistant

The decision function of this spec, made by specdsl 0.1.0. Do not edit it: change the spec and
compile it again. Proved: no inconsistent-assumptions, no contradiction, no dead-rule, no
unreachable-rule, no unreachable-effect, no failing-example, no refuted-assertion, no
loosening-layer.

    decide({"fact": value, …}, says=[Instruction("principal", "decision is outcome")])

First comes what every decision function shares, then what this spec says.
"""


from __future__ import annotations

import builtins as _builtins
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import groupby, islice
from numbers import Integral
from operator import index
from typing import Any, Literal, NamedTuple, TypedDict
from unicodedata import combining, normalize


# --- What a decision function returns and raises ---

@dataclass(frozen=True)
class Instruction:
    """What somebody asks for: `by` a principal, an effect as in a spec (`"reply is untrue"`).

    `implied` where it was not stated but follows from context; `at` a level below the principal's
    own, where it asks for less than it could.
    """

    by: str
    effect: str
    implied: bool = False
    at: str | None = None


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a situation. `got` is what was given, as JSON can have it, long
    values cut."""

    name: str
    problem: str
    expected: str
    got: Any = None
    suggestion: str = ""

    def __str__(self) -> str:
        hint = f" (did you mean `{self.suggestion}`?)" if self.suggestion else ""
        return one_line(f"{self.name}: {self.problem}{hint}; expected {self.expected}")

    def to_dict(self) -> dict[str, Any]:
        found = {"name": self.name, "problem": self.problem, "expected": self.expected}
        found["got"] = self.got
        if self.suggestion:
            found["suggestion"] = self.suggestion
        return found


def one_line(text: str) -> str:
    """The text with a mark for each character that could act in a log or on a terminal."""
    return "".join(char if char.isprintable() else "�" for char in text)


class BadInput(ValueError):
    """A situation that cannot be decided. `faults` names everything that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults

    def __reduce__(self) -> Any:
        return type(self), (self.faults,)

    def to_dict(self) -> dict[str, Any]:
        faults = [fault.to_dict() for fault in self.faults]
        return {"error": {"kind": "bad_input", "faults": faults}}


@dataclass(frozen=True)
class Part:
    """What became of one candidate: a rule, or an instruction (`principal` then names who).

    `status`: standing, overridden, superseded or ignored; `by`: what overrode it, or why it does
    not count. `excludes` and `lifts` name outcomes; `because` is the reason that a rule gives.
    """

    name: str
    text: str
    rank: str
    status: str
    instruction: bool = False
    permits: bool = False
    excludes: tuple[str, ...] = ()
    lifts: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    because: str = ""

    def to_dict(self) -> dict[str, Any]:
        found = {"name": self.name, "says": self.text, "rank": self.rank, "by": list(self.by)}
        return {**found, "because": self.because} if self.because else found


@dataclass(frozen=True)
class Taken:
    """One decision: its outcome (None where it failed or was not taken) and how it came about.

    `clashes`: the rules of each minimal clash, of the fewest first; `complete`: these are all. What
    became of each candidate, `parts`, is worked out when it is asked for.
    """

    name: str
    outcome: str | None
    decided: bool = False
    conflicted: bool = False
    failed: bool = False
    because: tuple[str, ...] = ()
    clashes: tuple[frozenset[str], ...] = ()
    complete: bool = True
    explained: Callable[[], tuple[Part, ...]] = field(default=tuple, compare=False, repr=False)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        return self.explained()

    def __getstate__(self) -> dict[str, Any]:
        parts = self.parts
        return {**self.__dict__, "parts": parts, "explained": tuple}

    def to_dict(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "decided": self.decided,
            "conflicted": self.conflicted,
            "because": list(self.because),
        }


MOST_CLASHES = 50  # of one decision that a contradiction names


def _clashes_of(taken: Taken) -> list[list[str]]:
    """The rules of each, by name; those of the fewest first."""
    return sorted(map(sorted, taken.clashes), key=lambda names: (len(names), names))


def listed(names: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


class Contradiction(Exception):
    """Rules clash over a decision that has no `on conflict`.

    `clashes`: by decision the rules of each minimal clash, of the fewest first, and of each
    decision at most 50; `more`: there are others; `decisions`: the first of each decision; `taken`:
    those that could be decided; `not_taken`: those that read a contradictory one.
    """

    def __init__(self, traces: tuple[Taken, ...]) -> None:
        self.traces = traces
        failed = [t for t in traces if t.failed]
        found = {t.name: _clashes_of(t) for t in failed}
        self.clashes = {name: clashes[:MOST_CLASHES] for name, clashes in found.items()}
        self.more = not all(t.complete and len(t.clashes) <= MOST_CLASHES for t in failed)
        self.decisions = {name: clashes[0] for name, clashes in found.items()}
        self.taken = {t.name: t for t in traces if t.outcome is not None}
        self.not_taken = tuple(t.name for t in traces if t.outcome is None and not t.failed)
        said = [
            f"{name}: {listed(rules)} contradict each other"
            for name, clashes in self.clashes.items()
            for rules in clashes
        ]
        super().__init__("; ".join([*said, "and more"] if self.more else said))

    def __reduce__(self) -> Any:
        return type(self), (self.traces,)

    def to_dict(self) -> dict[str, Any]:
        found = {
            "kind": "contradiction",
            "decisions": self.decisions,
            "taken": {name: t.to_dict() for name, t in self.taken.items()},
            "not_taken": list(self.not_taken),
            "clashes": self.clashes,
        }
        return {"error": {**found, "more": True} if self.more else found}


@dataclass(frozen=True)
class Explanation:
    """Why each decision came out as it did. `unknown`: by decision, facts that are unknown and
    would change the outcome if they were known, each with the outcomes it could lead to."""

    traces: tuple[Taken, ...]
    unknown: Mapping[str, Mapping[str, tuple[str, ...]]]

    def to_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for taken in self.traces:
            parts = {
                status: [part.to_dict() for part in taken.parts if part.status == status]
                for status in ("standing", "overridden", "superseded", "ignored")
            }
            unknown = {k: list(v) for k, v in self.unknown.get(taken.name, {}).items()}
            found[taken.name] = {**taken.to_dict(), **parts, "unknown": unknown}
        return {"decisions": found}

    def __str__(self) -> str:
        return "\n".join(one_line(line) for taken in self.traces for line in self._lines(taken))

    def _lines(self, taken: Taken) -> Iterator[str]:
        yield f"{taken.name}: {_summary(taken)}"
        width = max((len(part.name) for part in taken.parts), default=0)
        for part in taken.parts:
            wins = "wins" if part.name in taken.because and part.status == "standing" else ""
            state = wins or part.status
            if part.by:
                joined = ", ".join(part.by)
                state += f" by {joined}" if part.status != "ignored" else f": {joined}"
            yield f"  {part.name:<{width}}  {part.rank}  ->  {part.text}  {state}"
            if wins and part.because:
                yield f"  {'':<{width}}  {part.because}"
        if taken.failed:
            found = _clashes_of(taken)[:MOST_CLASHES]
            yield from (f"  contradiction between {listed(rules)}" for rules in found)
        for fact, outcomes in self.unknown.get(taken.name, {}).items():
            could = " or ".join(outcomes)
            yield f"  {fact} is unknown: if it were known, {could} could be the outcome"


def _summary(taken: Taken) -> str:
    if taken.failed:
        return "contradiction"
    if taken.outcome is None:
        return "not taken, because a decision that it reads failed"
    if taken.conflicted:
        return f"{taken.outcome}, settled by `on conflict`"
    if not taken.decided:
        return f"{taken.outcome}, the default"
    return f"{taken.outcome}, because of {' and '.join(dict.fromkeys(taken.because))}"


class Decision(Mapping[str, str]):
    """The outcome of each decision, by name; also as attributes (`d.reply`).

    `decided` says of each whether a rule or an instruction settled it (else it is the default);
    `conflicted` are those that `on conflict` settled; `because` the winners of each.
    """

    def __init__(self, traces: tuple[Taken, ...], explain: Any = None) -> None:
        self.traces = traces
        self._outcomes = {t.name: t.outcome or "" for t in traces}
        self._explain = explain

    @property
    def decided(self) -> dict[str, bool]:
        return {t.name: t.decided for t in self.traces}

    @property
    def conflicted(self) -> frozenset[str]:
        return frozenset(t.name for t in self.traces if t.conflicted)

    @property
    def because(self) -> dict[str, tuple[str, ...]]:
        return {t.name: t.because for t in self.traces}

    def explain(self) -> Explanation:
        """Winners, overridden, superseded and ignored candidates. `specdsl.Policy.decide` adds the
        unknown facts that matter; an emitted module cannot tell which values to try."""
        unknown = self._explain() if self._explain is not None else {}
        return Explanation(self.traces, unknown)

    def to_dict(self) -> dict[str, Any]:
        return {"decisions": {t.name: t.to_dict() for t in self.traces}}

    def __getitem__(self, name: str) -> str:
        return self._outcomes[name]

    def __getattr__(self, name: str) -> str:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self._outcomes[name]
        except KeyError:
            raise AttributeError(f"there is no decision `{name}`") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._outcomes)

    def __len__(self) -> int:
        return len(self._outcomes)

    def __repr__(self) -> str:
        return f"Decision({', '.join(f'{k}={v!r}' for k, v in self._outcomes.items())})"

    def __reduce__(self) -> Any:
        return type(self), (self.traces,)


# --- A spec as data: what the decision function of one spec is told ---

Facts_ = Mapping[str, Any]
Outcomes_ = Mapping[str, str]


@dataclass(frozen=True)
class FactRow:
    """`kind`: bool int number text enum set date time duration. Ends of ranges are in seconds for
    dates, times and durations. Of a `secret` fact no message shows the value. Texts `ignoring_case`
    are folded when they are read."""

    kind: str
    optional: bool = False
    members: tuple[str, ...] = ()
    low: Fraction | int | None = None
    high: Fraction | int | None = None
    secret: bool = False
    ignoring_case: bool = False


@dataclass(frozen=True)
class PrincipalRow:
    """Ranks of levels, 0 the highest; `level` None for a principal without authority."""

    level: int | None
    implied: int | None


@dataclass(frozen=True)
class DelegateRow:
    """Lends `principal` the level on the decisions; `active` is its place in `delegations`."""

    principal: str
    level: int
    decisions: tuple[str, ...]
    active: Callable[[Facts_, Outcomes_], bool]


@dataclass(frozen=True)
class RuleRow:
    """One effect of a rule: bit i of `outcomes` is outcome i; bit j of `above` says that the j-th
    rule of the same level outranks it; `because` is its author's reason."""

    name: str
    outcomes: int
    permits: bool
    above: int
    because: str = ""


@dataclass(frozen=True)
class DecisionRow:
    """`rules`: by level, highest first, each after those above it. `applies` gives their truth in
    the same order. `default` and `on_conflict` are places among `outcomes`. `steered` is None where
    everyone with authority steers."""

    name: str
    outcomes: tuple[str, ...]
    default: int | None
    on_conflict: int | None
    steered: tuple[str, ...] | None
    reads: tuple[str, ...]
    rules: tuple[tuple[RuleRow, ...], ...]
    applies: Callable[[Facts_, Outcomes_], list[bool]]


@dataclass(frozen=True)
class Tables:
    """`decisions` in an order in which each comes after those that it reads. `assumes`: by name,
    whether the assumption is not false."""

    levels: tuple[str, ...]
    facts: Mapping[str, FactRow]
    principals: Mapping[str, PrincipalRow]
    delegates: tuple[DelegateRow, ...]
    decisions: tuple[DecisionRow, ...]
    assumes: Mapping[str, Callable[[Facts_, Outcomes_], bool]]


# --- Text patterns: `*` any run, `?` one character, `\\c` is the character c ---

class Piece(NamedTuple):
    """What stands between two runs. `plain`: its text, where it has no `?`. Bit i of `places` says
    of a character, and of `others` of all others, that it can be the one at i."""

    size: int
    plain: str | None
    places: dict[str, int]
    others: int


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text has the pattern's form. Time: as the text is long."""
    first, *others = _pieces(pattern)
    if not others:
        return len(text) == first.size and _ends(first, text, 0, len(text)) is not None
    *between, last = others
    end = len(text) - last.size
    if end < first.size or _ends(first, text, 0, first.size) is None:
        return False
    at = first.size
    for piece in between:
        found = _ends(piece, text, at, end)
        if found is None:
            return False
        at = found
    return _ends(last, text, end, len(text)) is not None


def _ends(piece: Piece, text: str, start: int, stop: int) -> int | None:
    """Where the piece ends if it is found as early as can be from `start`, all before `stop`."""
    if piece.plain is not None:
        found = text.find(piece.plain, start, stop)
        return None if found < 0 else found + piece.size
    places, last = 0, 1 << piece.size - 1
    for i in range(start, stop):
        places = (places << 1 | 1) & piece.places.get(text[i], piece.others)
        if places & last:
            return i + 1
    return None


@lru_cache(maxsize=1_000)
def _pieces(pattern: str) -> tuple[Piece, ...]:
    """The pattern, cut at its runs: one piece more than there are runs."""
    cut: list[list[str | None]] = [[]]
    characters = iter(pattern)
    for char in characters:
        if char == "*":
            cut.append([])
        elif char == "?":
            cut[-1].append(None)
        else:
            cut[-1].append(next(characters, "\\") if char == "\\" else char)
    return tuple(map(_piece, cut))


def _piece(chars: list[str | None]) -> Piece:
    wild = sum(1 << i for i, char in enumerate(chars) if char is None)
    places: dict[str, int] = {}
    for i, char in enumerate(chars):
        if char is not None:
            places[char] = places.get(char, wild) | 1 << i
    plain = None if wild else "".join(char for char in chars if char is not None)
    return Piece(len(chars), plain, places, wild)


# --- Texts ignoring case: folded when they are read ---

def folded(text: str) -> str:
    """In small letters, as `str.casefold` has them, composed (NFC): texts that differ in case
    alone, or in how Unicode writes the same characters, become one. Time: as the text is long."""
    if text.isascii():
        return text.lower()
    chars = "".join([normalize("NFD", char) for char in text])
    runs = groupby(chars, lambda char: combining(char) > 0)
    ordered = ("".join(sorted(run, key=combining) if marks else run) for marks, run in runs)
    return normalize("NFC", "".join(ordered).casefold())


# --- What callers give → plain values of Python's own types, each looked at once ---

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


# --- Numbers, dates, times and durations as they are given → exact numbers, in seconds ---

MOST_CHARACTERS = 1_000  # of a text that is a number, date, time or duration
MOST_DIGITS = 4_000  # of a number that is given as one
MOST_BITS = 13_300  # as many
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+|/[0-9]+)?")
DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?"
    r"(?:Z|([+-])([0-9]{2}):?([0-9]{2}))"
)
DURATION = re.compile(
    r"(-?)P(?=[0-9T])(?:([0-9]+)W)?(?:([0-9]+)D)?"
    r"(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?"
)
EPOCH_DAY = date(1970, 1, 1)
DAY = 86_400


def quantity(kind: str, got: Any) -> Fraction:
    """The number that a plain value is exactly. Raises `Unfit`."""
    match kind:
        case "date":
            return _date(got)
        case "time":
            return _time(got)
        case "duration":
            return _duration(got)
    value = _number(got, kind == "number")
    if kind == "int" and value.denominator != 1:
        raise Unfit("it is not a whole number")
    return value


def _number(got: Any, texts: bool) -> Fraction:
    if isinstance(got, bool):
        raise Unfit("it is true or false, not a number")
    if isinstance(got, int | Fraction):
        if max(got.numerator.bit_length(), got.denominator.bit_length()) > MOST_BITS:
            raise Unfit("it has too many digits")
        return Fraction(got)
    if isinstance(got, float):
        if not math.isfinite(got):
            raise Unfit("it is not a finite number")
        return Fraction(repr(got))
    if isinstance(got, Decimal):
        return _decimal(got)
    if texts and isinstance(got, str):
        return _number_of_text(got)
    raise Unfit("it is not a number")


def _decimal(got: Decimal) -> Fraction:
    _, digits, exponent = got.as_tuple()
    if not isinstance(exponent, int):
        raise Unfit("it is not a finite number")
    if len(digits) > MOST_DIGITS or abs(exponent) > MOST_CHARACTERS:
        raise Unfit("it has too many digits")
    return Fraction(got)


def _number_of_text(got: str) -> Fraction:
    if len(got) > MOST_CHARACTERS or not NUMBER.fullmatch(got):
        raise Unfit("it is not a number")
    try:
        return Fraction(got)
    except ZeroDivisionError:
        raise Unfit("it divides by zero") from None


def _day(year: str, month: str, of_month: str) -> int:
    try:
        return (date(int(year), int(month), int(of_month)) - EPOCH_DAY).days * DAY
    except ValueError:
        raise Unfit("there is no such day") from None


def _date(got: Any) -> Fraction:
    if isinstance(got, datetime):
        raise Unfit("it is a time, not a date")
    if isinstance(got, date):
        return Fraction((got - EPOCH_DAY).days * DAY)
    found = DATE.fullmatch(got) if isinstance(got, str) else None
    if found is None:
        raise Unfit("it is not a date")
    return Fraction(_day(*found.groups()))


def _time(got: Any) -> Fraction:
    if isinstance(got, datetime):
        days = (got.date() - EPOCH_DAY).days * DAY
        seconds = got.hour * 3_600 + got.minute * 60 + got.second
        return Fraction(days + seconds) + Fraction(got.microsecond, 10**6) - _ahead(got)
    found = TIME.fullmatch(got) if isinstance(got, str) and len(got) <= MOST_CHARACTERS else None
    if found is None:
        raise Unfit("it is not a time with an offset")
    on, hour, minute, second, part, sign, off_hour, off_minute = found.groups()
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        raise Unfit("there is no such time of day")
    if int(off_hour or 0) > 23 or int(off_minute or 0) > 59:
        raise Unfit("there is no such offset")
    ahead = (int(off_hour or 0) * 3_600 + int(off_minute or 0) * 60) * (-1 if sign == "-" else 1)
    days = _day(*on.split("-"))
    whole = days + int(hour) * 3_600 + int(minute) * 60 + int(second or 0) - ahead
    return Fraction(whole) + (Fraction(int(part), 10 ** len(part)) if part else 0)


def _ahead(got: datetime) -> Fraction:
    """Its offset, which its time zone, a class of the caller's, works out."""
    try:
        offset = got.utcoffset()
        found = None if offset is None else _seconds(plain(offset))
    except Exception:
        raise Unfit("its offset cannot be read") from None
    if found is None:
        raise Unfit("it has no offset")
    return found


def _seconds(span: timedelta) -> Fraction:
    return Fraction(span.days * DAY + span.seconds) + Fraction(span.microseconds, 10**6)


def _duration(got: Any) -> Fraction:
    if isinstance(got, timedelta):
        return _seconds(got)
    fits = isinstance(got, str) and len(got) <= MOST_CHARACTERS
    found = DURATION.fullmatch(got) if fits else None
    if found is None:
        raise Unfit("it is not a duration without months and years")
    sign, weeks, days, hours, minutes, seconds = found.groups()
    total = (int(weeks or 0) * 7 + int(days or 0)) * DAY
    total += int(hours or 0) * 3_600 + int(minutes or 0) * 60
    value = total + Fraction(seconds or 0)
    return -value if sign else value


# --- ends of ranges, as a caller would write them ------------------------------------------------


def told(kind: str, value: Fraction | int) -> str:
    """A quantity in words, whatever it is."""
    exact = Fraction(value)
    if max(exact.numerator.bit_length(), exact.denominator.bit_length()) > MOST_BITS:
        return f"a number of more than {MOST_DIGITS} digits"
    match kind:
        case "date" if -719_162 <= exact // DAY <= 2_932_896:
            return (EPOCH_DAY + timedelta(days=int(exact // DAY))).isoformat()
        case "time" if -719_163 <= exact // DAY <= 2_932_897:
            return _time_told(exact)
        case "date" | "time" | "duration":
            return _duration_told(exact)
        case _:
            return _decimal_told(exact)


def _time_told(value: Fraction) -> str:
    """In UTC, or with the offset that it needs in the first and the last year of the calendar."""
    seconds, zone, shift = value // 1, "Z", 0
    if seconds < -719_162 * DAY:
        zone, shift = "+23:59", 86_340
    elif seconds >= 2_932_897 * DAY:
        zone, shift = "-23:59", -86_340
    days, rest = divmod(seconds + shift, DAY)
    day = (EPOCH_DAY + timedelta(days=days)).isoformat()
    part = _decimal_told(value - seconds)[1:] if value != seconds else ""
    return f"{day}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}{part}{zone}"


def _duration_told(value: Fraction) -> str:
    sign = "-" if value < 0 else ""
    days, rest = divmod(abs(value), DAY)
    return f"{sign}P{days}D" if not rest else f"{sign}PT{_decimal_told(abs(value))}S"


def _decimal_told(value: Fraction) -> str:
    """As a decimal where it has one that is not long, else as a fraction."""
    for places in range(100):
        scaled = value * 10**places
        if scaled.denominator == 1:
            sign = "-" if value < 0 else ""
            digits = str(abs(scaled.numerator)).zfill(places + 1)
            return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
    return str(value)


# --- Situations as callers give them → values and instructions, or all that is wrong with them ---

MOST_MEMBERS = 10_000  # of a set as given, repetitions included
MOST_NAMES = 10_000  # of facts, beside those that are declared
MOST_SAID = 10_000  # instructions
MOST_COMPARED = 10_000  # names with those that could have been meant
SECRET = "(secret)"
PERHAPS_SECRET = "(perhaps secret)"
EFFECT = re.compile(
    r"[ \t\n\r]*([A-Za-z_][A-Za-z0-9_]*)[ \t\n\r]+(?:"
    r"(?P<is>is(?:[ \t\n\r]+not)?)[ \t\n\r]+([A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<in>(?:not[ \t\n\r]+)?in)[ \t\n\r]*\{([^{}]*)\}"
    r"|(?P<may>may[ \t\n\r]+be)[ \t\n\r]+"
    r"([A-Za-z_][A-Za-z0-9_]*(?:[ \t\n\r]+or[ \t\n\r]+[A-Za-z_][A-Za-z0-9_]*)*)"
    r")[ \t\n\r]*"
)
BLANKS = " \t\n\r"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESERVED = re.compile(  # words of the language, which name no decision
    "all|and|any|because|else|expect|given|has|if|implies|in|is|known|like|max|min|none|not|or"
    "|overrides|possibly|says|size|then|unknown|unless|when"
)
NO_OUTCOMES = re.compile("known|not|unknown")


@dataclass(frozen=True)
class Given:
    """An instruction as read: ranks of levels; bit i of `outcomes` is outcome i."""

    by: str
    decision: str
    outcomes: int
    permits: bool
    implied: bool
    at: int | None
    text: str


@dataclass
class Faults:
    """All that is wrong. `secrets`: the spec has secret facts, whose values may stand anywhere
    but where they should be; then no value is told that was not read as something else."""

    secrets: bool
    found: list[Fault] = field(default_factory=list)
    compared: int = 0

    def add(
        self, name: str, problem: str, expected: str, got: Any = None, suggestion: str = ""
    ) -> None:
        """`got` was given where it may be."""
        told = shown(got, parts=not self.secrets)
        self.found.append(Fault(name, problem, expected, told, suggestion))

    def stray(self, name: str, problem: str, expected: str, got: Any, suggestion: str = "") -> None:
        """`got` was given where nothing may be."""
        self.add(name, problem, expected, PERHAPS_SECRET if self.secrets else got, suggestion)

    def close(self, name: Any, names: Iterable[str]) -> str:
        """The name that could have been meant, or nothing."""
        several = list(names)
        self.compared += len(several)
        if not isinstance(name, str) or self.compared > MOST_COMPARED:
            return ""
        plainly = {_plainly(one): one for one in several}
        found = get_close_matches(_plainly(name[:80]), list(plainly), n=1)
        return plainly[found[0]] if found else ""


def _plainly(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")


def read(
    tables: Tables, facts: Mapping[str, Any], says: Iterable[Any]
) -> tuple[dict[str, Any], list[Given]]:
    """Facts and instructions, each looked at once; raises `BadInput` with every fault."""
    faults = Faults(any(row.secret for row in tables.facts.values()))
    values = _facts(tables, facts, faults)
    given = _instructions(tables, says, faults)
    if not faults.found:
        for name, holds in tables.assumes.items():
            if not holds(values, {}):
                faults.add(name, "this assumption is false here", "what it assumes")
    if faults.found:
        raise BadInput(tuple(faults.found))
    return values, given


# --- facts ---------------------------------------------------------------------------------------


def _facts(tables: Tables, facts: Any, faults: Faults) -> dict[str, Any]:
    given = _given(tables, facts, faults)
    if given is None:
        return {}
    values: dict[str, Any] = {}
    for name, row in tables.facts.items():
        got = given.get(name)
        values[name] = None
        if got is not None:
            try:
                values[name] = _value(row, got)
            except Unfit as problem:
                _unfit(name, row, got, problem, faults)
        elif not row.optional:
            faults.add(name, "it is missing", expected(row))
    return values


def _given(tables: Tables, facts: Any, faults: Faults) -> dict[str, Any] | None:
    """What is given for each fact; None where it is no mapping."""
    wanted = "names with values"
    try:
        pairs = entries(facts, len(tables.facts) + MOST_NAMES)
    except Unfit as problem:
        faults.stray("facts", str(problem), wanted, facts)
        return None
    if pairs is None:
        faults.stray("facts", "the facts are no mapping", wanted, facts)
        return None
    found: dict[str, Any] = {}
    for name, got in pairs:
        if not isinstance(name, str) or name not in tables.facts:
            hint = faults.close(name, tables.facts)
            faults.stray(_named(name), "there is no such fact", "a declared fact", got, hint)
        elif name in found:
            faults.stray(name, "it is given twice", "one value", got)
        else:
            found[name] = got
    return found


def _unfit(name: str, row: FactRow, got: Any, problem: Unfit, faults: Faults) -> None:
    if row.secret:
        faults.add(name, "its value does not fit", expected(row), SECRET)
    else:
        hint = faults.close(problem.meant, row.members) if problem.meant else ""
        faults.add(name, str(problem), expected(row), got, hint)


def _named(name: Any) -> str:
    return named(name) if type(name) is str else str(shown(name))


def expected(row: FactRow) -> str:
    """What a fact may be, in words."""
    words = {
        "bool": "true or false",
        "int": "a whole number",
        "number": "a number",
        "text": "a text",
        "enum": "one of " + ", ".join(row.members),
        "set": "any of " + ", ".join(row.members),
        "date": "a date such as 2025-12-18",
        "time": "a time with an offset such as 2025-12-18T15:00:00Z",
        "duration": "a duration such as PT24H",
    }[row.kind]
    words += "".join(
        f" {word} {told(row.kind, end)}"
        for word, end in (("from", row.low), ("to", row.high))
        if end is not None
    )
    return words + (", or null where it is unknown" if row.optional else "")


def _value(row: FactRow, got: Any) -> Any:
    if row.kind == "set":
        return _set(row, got)
    value = plain(got)
    match row.kind:
        case "bool":
            if not isinstance(value, bool):
                raise Unfit("it is not true or false")
            return value
        case "text":
            if not isinstance(value, str):
                raise Unfit("it is not a text")
            return folded(value) if row.ignoring_case else value
        case "enum":
            return _member(row, value)
        case _:
            return _quantity(row, value)


def _member(row: FactRow, value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("it is not the name of a member")
    if value not in row.members:
        raise Unfit(f"it has no member `{named(value)}`", value)
    return value


def _set(row: FactRow, got: Any) -> frozenset[str]:
    found = items(got, MOST_MEMBERS)
    if found is None:
        raise Unfit("it is not a list of members")
    return frozenset(_member(row, plain(item)) for item in found)


def _quantity(row: FactRow, got: Any) -> Fraction | int:
    value = quantity(row.kind, got)
    if (row.low is not None and value < row.low) or (row.high is not None and value > row.high):
        raise Unfit("it is out of range")
    return int(value) if value.denominator == 1 else value


# --- instructions --------------------------------------------------------------------------------


def _instructions(tables: Tables, says: Any, faults: Faults) -> list[Given]:
    wanted = "a list of instructions"
    try:
        found = items(says, MOST_SAID, ordered=True)
    except Unfit as problem:
        faults.stray("says", str(problem), wanted, says)
        return []
    if found is None:
        faults.stray("says", "the instructions are no list", wanted, says)
        return []
    given = (_instruction(tables, item, faults) for item in found)
    return [one for one in given if one is not None]


FIELDS = ("by", "effect", "implied", "at")


def _instruction(tables: Tables, item: Any, faults: Faults) -> Given | None:
    before = len(faults.found)
    parts = _fields(item, faults)
    if parts is None:
        return None
    by: Any
    effect: Any
    by, effect, implied, at = (parts.get(name) for name in FIELDS)
    name = _named(by)
    who = tables.principals.get(by) if isinstance(by, str) else None
    if who is None:
        hint = faults.close(by, tables.principals)
        faults.add(name, "there is no such principal", "a declared one", by, hint)
    if implied is None:
        implied = False
    if not isinstance(implied, bool):
        faults.add(name, "`implied` is not true or false", "true or false", implied)
    decision, outcomes, permits = _effect(tables, name, effect, faults)
    rank = _level(tables, name, at, faults)
    if rank is not None and who is not None:
        top = highest(tables, by, who, implied is True, decision)
        if top is not None and rank < top:
            problem = f"it speaks at `{at}`, above `{tables.levels[top]}`"
            faults.add(name, problem, f"a level from `{tables.levels[top]}` down", at)
    if len(faults.found) > before or decision is None:
        return None
    text = " ".join(effect.split())
    return Given(by, decision.name, outcomes, permits, implied is True, rank, text)


def _fields(item: Any, faults: Faults) -> dict[str, Any] | None:
    """The fields of an instruction, plain; None where it is none."""
    try:
        if tuple(getattr(type(item), "__dataclass_fields__", ())) == FIELDS:  # of any module
            pairs: Any = [(name, getattr(item, name)) for name in FIELDS]
        else:
            pairs = entries(item, MOST_NAMES)
    except Exception:
        pairs = None
    if pairs is None:
        faults.stray("says", "it is no instruction", "an Instruction or a mapping", item)
        return None
    parts = {name: _readable(got) for name, got in pairs if isinstance(name, str)}
    seen: set[str] = set()
    for name, got in pairs:
        known = isinstance(name, str) and name in FIELDS
        if not known or name in seen:
            problem = f"it has `{name}` twice" if known else f"it has no `{_named(name)}`"
            faults.stray(_named(parts.get("by")), problem, ", ".join(FIELDS), got)
        elif known:
            seen.add(name)
    return parts


def _readable(got: Any) -> Any:
    """The plain value, or what is none."""
    try:
        return plain(got)
    except Unfit:
        return Strange(type(got))


def highest(
    tables: Tables, by: str, who: PrincipalRow, implied: bool, decision: DecisionRow | None
) -> int | None:
    """The rank of the highest level at which somebody may speak; None if that is not limited,
    since all that it says is ignored."""
    if who.level is not None:
        return who.implied if implied and who.implied is not None else who.level
    if decision is None:
        return None
    lent = [d.level for d in tables.delegates if d.principal == by and decision.name in d.decisions]
    return min(lent, default=None)


def _level(tables: Tables, by: str, at: Any, faults: Faults) -> int | None:
    if at is None:
        return None
    if isinstance(at, str) and at in tables.levels:
        return tables.levels.index(at)
    hint = faults.close(at, tables.levels)
    faults.add(by, "there is no such level", "one of " + ", ".join(tables.levels), at, hint)
    return None


def _effect(
    tables: Tables, by: str, effect: Any, faults: Faults
) -> tuple[DecisionRow | None, int, bool]:
    """The decision (None where there is none), what it names and whether it permits that."""
    fits = isinstance(effect, str) and len(effect) <= 100_000
    found = EFFECT.fullmatch(effect) if fits else None
    named = _outcomes(found) if found else None
    fits = named is not None and not any(map(NO_OUTCOMES.fullmatch, named))
    if found is None or named is None or not fits or RESERVED.fullmatch(found.group(1)):
        faults.add(by, "it is no effect", "such as `reply is declined`", effect)
        return None, 0, False
    name = found.group(1)
    decision = next((d for d in tables.decisions if d.name == name), None)
    if decision is None:
        hint = faults.close(name, [d.name for d in tables.decisions])
        faults.add(_named(name), "there is no such decision", "a declared one", effect, hint)
        return None, 0, False
    permits = found.group("may") is not None
    excludes = "not" in (found.group("is") or found.group("in") or "")
    return decision, _mask(decision, named, permits, excludes, effect, faults), permits


def _mask(
    decision: DecisionRow,
    named: list[str],
    permits: bool,
    excludes: bool,
    effect: str,
    faults: Faults,
) -> int:
    """The outcomes that an effect restricts to or permits."""
    wrong = [o for o in named if o not in decision.outcomes]
    for outcome in dict.fromkeys(wrong):
        hint = faults.close(outcome, decision.outcomes)
        problem = f"it has no outcome `{_named(outcome)}`"
        expected_ = "one of " + ", ".join(decision.outcomes)
        faults.add(decision.name, problem, expected_, effect, hint)
    mask = sum(1 << i for i, outcome in enumerate(decision.outcomes) if outcome in named)
    every = (1 << len(decision.outcomes)) - 1
    mask = every & ~mask if excludes else mask
    if not wrong and not permits and mask in (0, every):
        what = "no outcome" if mask == 0 else "every outcome"
        faults.add(decision.name, f"it leaves {what}", "a restriction", effect)
    return mask


def _outcomes(found: re.Match[str]) -> list[str] | None:
    """The names in an effect; None where the list is no list of names."""
    if found.group("is"):
        return [found.group(3)]
    if found.group("may"):
        return re.split(r"[ \t\n\r]+or[ \t\n\r]+", found.group(7))
    names = [name.strip(BLANKS) for name in found.group(5).split(",")]
    if names == [""]:
        return []
    return names if all(NAME.fullmatch(name) for name in names) else None


# --- Minimal clashes: restrictions that together leave no outcome, and of which none can be spared ---

Step = tuple[int, frozenset[int]] | None


def minimal_covers(
    masks: Sequence[int], every: int, most_steps: int
) -> tuple[list[frozenset[int]], bool]:
    """The sets of masks (by index) that together cover every bit and of which none can be left out,
    small ones first; and whether these are all: no more steps are taken than allowed."""
    found: dict[frozenset[int], None] = {}
    steps = 0
    for size in range(1, every.bit_count() + 1):
        deeper = False
        for step in cover_steps(masks, every, size):
            steps += 1
            if steps > most_steps:
                found |= dict.fromkeys(_first_covers(masks, every, most_steps))
                return sorted(found, key=_by_size), False
            if step is not None:
                rest, taken = step
                deeper = deeper or (rest != 0 and len(taken) == size)
                if not rest:
                    found[taken] = None
        if not deeper:
            break
    return sorted(found, key=_by_size), True


def cover_steps(
    masks: Sequence[int], rest: int, most: int, taken: frozenset[int] = frozenset()
) -> Iterator[Step]:
    """Each step towards sets of at most so many masks that with those taken cover the rest: what is
    not covered yet and what is taken, of which none can be left out; None for a step in vain. A set
    may be met more than once. Of the bits not covered yet that comes next which the fewest masks
    have."""
    if not all(_is_needed(masks, taken, one) for one in taken):
        yield None  # and never will be
        return
    yield rest, taken
    if rest and len(taken) < most:
        bits = (bit for bit in range(rest.bit_length()) if rest >> bit & 1)
        having = ([i for i, mask in enumerate(masks) if mask >> bit & 1] for bit in bits)
        for i in min(having, key=len):
            yield from cover_steps(masks, rest & ~masks[i], most, taken | {i})


def _first_covers(masks: Sequence[int], every: int, most_steps: int) -> Iterator[frozenset[int]]:
    """Those of any size that are met in so many steps; one at least."""
    met = False
    for i, step in enumerate(cover_steps(masks, every, every.bit_count())):
        if met and i >= most_steps:
            return
        if step is not None and not step[0]:
            met = True
            yield step[1]


def _is_needed(masks: Sequence[int], taken: frozenset[int], one: int) -> bool:
    """It has a bit that no other of those taken has."""
    others = 0
    for i in taken:
        if i != one:
            others |= masks[i]
    return bool(masks[one] & ~others)


def _by_size(group: frozenset[int]) -> tuple[int, list[int]]:
    return len(group), sorted(group)


# --- Deciding a situation: candidates by rank, what stands, what is left, and why ---

PLACES = ("stated", "lowered", "implied", "lent")
MOST_STEPS = 5_000  # on the way to the minimal clashes of one decision
LEAST_STEPS, MOST_WORK = 100, 2_000_000  # the more candidates there are, the fewer steps


@dataclass
class Candidate:
    """A rule that applies or an instruction that counts, and what became of it. `above`: bit j
    says that candidate j outranks it; `leaves`: what a standing restriction leaves."""

    name: str
    text: str
    rank: str
    outcomes: int
    permits: bool
    above: int
    instruction: Given | None = None
    place: tuple[int, str] = (0, "rules")
    because: str = ""
    stands: bool = False
    leaves: int = 0
    lifts: int = 0


class Below(NamedTuple):
    """What some candidates leave and permit, and what those of the last one's level permit."""

    left: int
    permitted: int
    own: int
    level: int

    def on(self, level: int) -> Below:
        """As it is seen from a level."""
        return self if level == self.level else Below(self.left, self.permitted, 0, level)

    def and_(self, candidate: Candidate) -> Below:
        """With one more, which comes after them."""
        here = self.on(candidate.place[0])
        if not candidate.stands:
            return here
        left = here.left if candidate.permits else here.left & candidate.leaves
        lifts = candidate.lifts
        return Below(left, here.permitted | lifts, here.own | lifts, here.level)


@dataclass
class Run:
    """One decision while it is taken. Candidates come in an order in which each is after all
    above it."""

    row: DecisionRow
    candidates: list[Candidate] = field(default_factory=list)
    ignored: list[Part] = field(default_factory=list)
    left: int = 0
    before: int = 0  # what the places above the clash leave

    @property
    def every(self) -> int:
        return (1 << len(self.row.outcomes)) - 1

    def named(self, mask: int) -> tuple[str, ...]:
        return tuple(o for i, o in enumerate(self.row.outcomes) if mask >> i & 1)


def trace(tables: Tables, facts: Mapping[str, Any], says: Iterable[Any]) -> tuple[Taken, ...]:
    """What becomes of every decision. Raises `BadInput`."""
    return take(tables, *read(tables, facts, says))


def take(tables: Tables, values: Mapping[str, Any], given: Sequence[Given]) -> tuple[Taken, ...]:
    """The same of a situation as read."""
    outcomes: dict[str, str] = {}
    taken: list[Taken] = []
    for row in tables.decisions:
        if all(name in outcomes for name in row.reads):
            one = resolve(tables, row, values, outcomes, given)
        else:
            one = Taken(row.name, None)
        taken.append(one)
        if one.outcome is not None:
            outcomes[row.name] = one.outcome
    return tuple(taken)


def resolve(
    tables: Tables,
    row: DecisionRow,
    values: Mapping[str, Any],
    outcomes: Mapping[str, str],
    given: Iterable[Given],
) -> Taken:
    """One decision."""
    run = Run(row)
    _collect(tables, run, values, outcomes, [g for g in given if g.decision == row.name])
    _stand(run)
    conflicted = run.left == 0
    standing = [c for c in run.candidates if c.stands and not c.permits]
    failed = conflicted and row.on_conflict is None
    chosen = None if failed else _choose(run, conflicted)
    winners = () if conflicted or chosen is None else tuple(_winners(run, chosen))
    clashes, complete = _clashes(run, standing) if conflicted else ((), True)
    return Taken(
        row.name,
        None if chosen is None else row.outcomes[chosen],
        bool(standing) and not failed,
        conflicted,
        failed,
        winners,
        clashes,
        complete,
        lambda: (*_parts_of(run), *run.ignored),
    )


def _choose(run: Run, conflicted: bool) -> int:
    """The default, if that is left, else the most preferred of what is left; in a clash what
    `on conflict` names, if that is left above it, else the most preferred of what is."""
    mask = run.before if conflicted else run.left
    named = run.row.on_conflict if conflicted else run.row.default
    if named is not None and mask >> named & 1:
        return named
    return (mask & -mask).bit_length() - 1


# --- candidates ----------------------------------------------------------------------------------


def _collect(
    tables: Tables,
    run: Run,
    values: Mapping[str, Any],
    outcomes: Mapping[str, str],
    given: list[Given],
) -> None:
    """The candidates, highest first; of a place of instructions the later ones first."""
    placed: dict[tuple[int, int], list[Given]] = {}
    for one in given:
        place = _landing(tables, run, values, outcomes, one)
        if place is not None:
            placed.setdefault(place, []).append(one)
    applies = run.row.applies(values, outcomes)
    at = 0
    for level, rules in enumerate(run.row.rules):
        for i, place_name in enumerate(PLACES):
            for one in reversed(placed.get((level, i), [])):
                _speak(tables, run, one, level, place_name)
        start = len(run.candidates)
        over = (1 << start) - 1
        kept: dict[int, int] = {}  # of the level's rules: their place among the candidates
        masks: dict[int, int] = {}  # rules under the same others, all of which came before
        for j, rule in enumerate(rules):
            if applies[at + j]:
                kept[j] = len(run.candidates)
                if rule.above not in masks:
                    masks[rule.above] = sum(1 << k for i, k in kept.items() if rule.above >> i & 1)
                run.candidates.append(_rule(tables, run, rule, level, over | masks[rule.above]))
        at += len(rules)


def _rule(tables: Tables, run: Run, rule: RuleRow, level: int, above: int) -> Candidate:
    text = effect_text(run, rule.outcomes, rule.permits)
    name = tables.levels[level]
    return Candidate(
        rule.name,
        text,
        name,
        rule.outcomes,
        rule.permits,
        above,
        place=(level, "rules"),
        because=rule.because,
    )


def _speak(tables: Tables, run: Run, one: Given, level: int, place: str) -> None:
    above = (1 << len(run.candidates)) - 1
    rank = f"{tables.levels[level]}, {place}"
    run.candidates.append(
        Candidate(one.by, one.text, rank, one.outcomes, one.permits, above, one, (level, place))
    )


def effect_text(run: Run, mask: int, permits: bool) -> str:
    """An effect as one writes it."""
    name, named = run.row.name, run.named(mask)
    out = run.named(run.every & ~mask)
    if permits:
        return f"{name} may be {' or '.join(named)}"
    if len(named) == 1:
        return f"{name} is {named[0]}"
    return f"{name} is not {out[0]}" if len(out) == 1 else f"{name} in {{{', '.join(named)}}}"


def _landing(
    tables: Tables,
    run: Run,
    values: Mapping[str, Any],
    outcomes: Mapping[str, str],
    one: Given,
) -> tuple[int, int] | None:
    """The level and place where an instruction counts; None, with a word why, where it does not."""
    who = tables.principals[one.by]
    if who.level is None:
        return _lent(tables, run, values, outcomes, one)
    if run.row.steered is not None and one.by not in run.row.steered:
        _ignore(run, one, f"does not steer {run.row.name}")
        return None
    if one.implied:
        if who.implied is None:
            _ignore(run, one, "cannot imply: it has no `implied at`")
            return None
        return (who.implied if one.at is None else one.at), PLACES.index("implied")
    level = who.level if one.at is None else one.at
    return level, PLACES.index("stated" if level == who.level else "lowered")


def _lent(
    tables: Tables,
    run: Run,
    values: Mapping[str, Any],
    outcomes: Mapping[str, str],
    one: Given,
) -> tuple[int, int] | None:
    if one.implied:
        _ignore(run, one, "cannot imply: it has no `implied at`")
        return None
    levels = [
        d.level
        for d in tables.delegates
        if d.principal == one.by and run.row.name in d.decisions and d.active(values, outcomes)
    ]
    if not levels:
        _ignore(run, one, "has no authority here: nobody lends it any")
        return None
    highest = min(levels)
    if one.at is not None and one.at < highest:
        _ignore(run, one, f"is lent no authority at {tables.levels[one.at]}")
        return None
    return (highest if one.at is None else one.at), PLACES.index("lent")


def _ignore(run: Run, one: Given, why: str) -> None:
    run.ignored.append(Part(one.by, one.text, "no place", "ignored", True, by=(why,)))


# --- what stands ---------------------------------------------------------------------------------


def _stand(run: Run) -> None:
    """What stands, candidate by candidate from the highest down; then what is left."""
    _judge(run, run.candidates, _asked_below(run.candidates))
    run.left = run.every
    run.before = run.every
    for group in _by_place(run.candidates):
        after = run.left
        for candidate in group:
            if candidate.stands and not candidate.permits:
                after &= candidate.leaves
        if after == 0:
            run.before, run.left = run.left, 0
            return
        run.left = after


def _judge(run: Run, candidates: Sequence[Candidate], asked: Mapping[int, int]) -> list[Below]:
    """U and P of the semantics for each of some candidates, which come highest first. By how many:
    what the first of them leave and permit."""
    firsts = [Below(run.every, 0, 0, -1)]
    known: dict[int, Below] = {}  # candidates under the same others share U and P
    for candidate in candidates:
        level = candidate.place[0]
        if candidate.above not in known:
            known[candidate.above] = _under(firsts, candidates, candidate.above)
        under = known[candidate.above].on(level)
        candidate.stands = bool(candidate.outcomes & under.left)
        candidate.lifts = candidate.leaves = 0
        if candidate.permits:
            candidate.lifts = candidate.outcomes & under.left
        elif candidate.instruction is None:
            candidate.leaves = candidate.outcomes | under.permitted
        else:  # what a higher level permits is left where somebody below asks for it
            candidate.leaves = candidate.outcomes | under.own | under.permitted & asked[level]
        firsts.append(firsts[-1].and_(candidate))
    return firsts


def _asked_below(candidates: Iterable[Candidate]) -> dict[int, int]:
    """By level the outcomes that are named by those who state something at a lower level."""
    stated: dict[int, int] = {}
    for one in candidates:
        named = one.outcomes if one.place[1] == "stated" and not one.permits else 0
        stated[one.place[0]] = stated.get(one.place[0], 0) | named
    found: dict[int, int] = {}
    below = 0
    for level in sorted(stated, reverse=True):
        found[level] = below
        below |= stated[level]
    return found


def _under(firsts: list[Below], candidates: Sequence[Candidate], above: int) -> Below:
    """What those above leave and permit: the first ones, as far as there are no gaps, and others
    one by one."""
    many = (~above & above + 1).bit_length() - 1
    found, rest = firsts[many], above >> many
    while rest:
        many += (rest & -rest).bit_length()
        found, rest = found.and_(candidates[many - 1]), rest >> (rest & -rest).bit_length()
    return found


def _by_place(candidates: list[Candidate]) -> Iterable[list[Candidate]]:
    """The candidates of each level and place, highest first."""
    groups: dict[tuple[int, str], list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(candidate.place, []).append(candidate)
    return groups.values()


def _winners(run: Run, chosen: int) -> list[str]:
    """Who excludes what comes before the chosen outcome, or else names it and leaves the
    fewest; and who permits it over a restriction that does not name it."""
    bit = 1 << chosen
    restricting = [c for c in run.candidates if c.stands and not c.permits]
    naming = [c for c in restricting if c.outcomes & bit]
    others = [c for c in restricting if not c.outcomes & bit]
    if earlier := _before(run.row, chosen):
        ordered = (*_from_the_top(run, naming), *_from_the_top(run, others))
        kept = _excluding(ordered, earlier)
    else:
        fewest = min((c.leaves.bit_count() for c in naming), default=0)
        kept = [c for c in naming if c.leaves.bit_count() == fewest]
    above_others = 0
    for other in others:
        above_others |= other.above
    permitting = (c for i, c in enumerate(run.candidates) if above_others >> i & 1)
    kept += (c for c in permitting if c.lifts & bit)
    return [c.name for c in _from_the_top(run, kept)]


def _before(row: DecisionRow, chosen: int) -> int:
    """The outcomes that are chosen rather than this one where they are left."""
    if chosen == row.default:
        return 0
    return (1 << chosen) - 1 | (0 if row.default is None else 1 << row.default)


def _excluding(ordered: Iterable[Candidate], outcomes: int) -> list[Candidate]:
    """Each that excludes one of the outcomes which those before it do not."""
    kept: list[Candidate] = []
    for candidate in ordered:
        if outcomes & ~candidate.leaves:
            outcomes &= candidate.leaves
            kept.append(candidate)
    return kept


def _from_the_top(run: Run, some: Iterable[Candidate]) -> Iterator[Candidate]:
    """Again and again, of those with nothing left above them, the first by name."""
    wanted = set(map(id, some))
    rules: dict[int, Candidate] = {}  # of one level, by their places; all others are ordered
    for i, one in enumerate(run.candidates):
        if id(one) in wanted:
            if rules and one.place != next(iter(rules.values())).place:
                yield from _by_name(rules)
                rules = {}
            if one.instruction is None:
                rules[i] = one
            else:
                yield one
    yield from _by_name(rules)


def _by_name(rules: dict[int, Candidate]) -> Iterator[Candidate]:
    rest, mask = dict(rules), sum(1 << i for i in rules)
    while rest:
        first = min((i for i, c in rest.items() if not c.above & mask), key=lambda i: rest[i].name)
        mask ^= 1 << first
        yield rest.pop(first)


def _clashes(run: Run, standing: list[Candidate]) -> tuple[tuple[frozenset[str], ...], bool]:
    """The rules of each minimal set of standing restrictions that leave nothing together, small
    sets first; and whether these are all."""
    distinct: dict[tuple[int, int], Candidate] = {}  # instructions are told apart by nothing else
    for i, c in enumerate(standing):
        if c.leaves != run.every:
            distinct.setdefault((c.leaves, i if c.instruction is None else -1), c)
    excluding = list(distinct.values())
    masks = [run.every & ~c.leaves for c in excluding]
    steps = MOST_WORK // (1 + len(masks) * len(run.row.outcomes))
    found, complete = minimal_covers(masks, run.every, min(MOST_STEPS, max(LEAST_STEPS, steps)))
    groups = ([excluding[i] for i in group] for group in found)
    named = (frozenset(c.name for c in group if c.instruction is None) for group in groups)
    return tuple(dict.fromkeys(named)), complete


# --- explanation ---------------------------------------------------------------------------------


def _parts_of(run: Run) -> Iterator[Part]:
    """What became of each candidate."""
    superseding = _Superseding(run)
    before: list[Candidate] = []  # the last that exclude what all before do
    rules: list[Candidate] = []  # of a level, so far
    over: list[Candidate] = []  # like `before`, without these
    start = 0
    for i, one in enumerate(run.candidates):
        above = before
        if one.instruction is None:
            if not rules or rules[-1].place != one.place:
                rules, over, start = [], before, i
            above = _last(run, [*over, *(c for j, c in enumerate(rules) if _above(one, start + j))])
            rules.append(one)
        yield _part(run, one, above, superseding)
        before = _last(run, [*before, one])


def _above(one: Candidate, place: int) -> bool:
    return bool(one.above >> place & 1)


def _part(
    run: Run, candidate: Candidate, above: list[Candidate], superseding: _Superseding
) -> Part:
    by: tuple[str, ...] = ()
    status = "standing"
    if not candidate.stands:
        by = tuple(c.name for c in _overriders(candidate, above))
        status = "superseded" if superseding.of(candidate) else "overridden"
    excludes = candidate.stands and not candidate.permits
    return Part(
        candidate.name,
        candidate.text,
        candidate.rank,
        status,
        candidate.instruction is not None,
        candidate.permits,
        run.named(run.every & ~candidate.leaves) if excludes else (),
        run.named(candidate.lifts),
        by,
        candidate.because,
    )


def _last(run: Run, some: list[Candidate]) -> list[Candidate]:
    """Of some, each that excludes an outcome which none after it does."""
    kept: list[Candidate] = []
    excluded = 0
    for one in reversed(some):
        more = run.every & ~one.leaves if one.stands and not one.permits else 0
        if more & ~excluded:
            excluded |= more
            kept.append(one)
    return kept[::-1]


def _overriders(candidate: Candidate, above: Sequence[Candidate]) -> list[Candidate]:
    """A minimal set of those above it that leave nothing of what it names: of two that do, the
    lower one."""
    for one in above:
        left = candidate.outcomes
        for other in above:
            if other is not one:
                left &= other.leaves
        if not left:
            above = [c for c in above if c is not one]
    return list(above)


class _Superseding:
    """Which instructions would stand if the others of their place were left out. Of those of a
    place that say the same the first is enough: what it leaves, the others do not take away."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._left: dict[tuple[tuple[int, str], int], int] = {}

    @cached_property
    def _distinct(self) -> list[Candidate]:
        """With `above` among themselves."""
        kinds: set[tuple[object, ...]] = set()
        places: list[int] = []
        for i, c in enumerate(self._run.candidates):
            kind = (i,) if c.instruction is None else (c.place, c.outcomes, c.permits)
            if kind not in kinds:
                kinds.add(kind)
                places.append(i)
        every = self._run.candidates
        return [replace(every[i], above=_among(every[i].above, places)) for i in places]

    def of(self, candidate: Candidate) -> bool:
        if candidate.instruction is None:
            return False
        states = candidate.place[1] == "stated" and not candidate.permits
        key = (candidate.place, candidate.outcomes if states else 0)
        if key not in self._left:
            self._left[key] = self._left_above(candidate)
        return bool(candidate.outcomes & self._left[key])

    def _left_above(self, candidate: Candidate) -> int:
        """What is left above its place if it is alone there."""
        others = [replace(c) for c in self._distinct]
        start = next(i for i, c in enumerate(others) if c.place == candidate.place)
        for one in others:
            if one.place == candidate.place:
                one.outcomes, one.permits = 0, True
        firsts = _judge(self._run, others, _asked_below([*others, candidate]))
        return firsts[start].left


def _among(above: int, places: Sequence[int]) -> int:
    """A mask of candidates as one of those at some places."""
    return sum(1 << i for i, place in enumerate(places) if above >> place & 1)


SPEC_NAME = 'acme_support'
SPEC_VERSION = '2.1'
SPEC_DIGEST = 'a73078dcdcdef12021b341a079a26bb2d83582186cf5ac9675662e851fa34579'
SPEC_PROOF = 'no inconsistent-assumptions, no contradiction, no dead-rule, no unreachable-rule, no unreachable-effect, no failing-example, no refuted-assertion, no loosening-layer'
SECRET_FACTS: frozenset[str] = frozenset(['asker_is_child', 'tags'])


RefundOutcome = Literal['pay', 'ask_manager', 'decline']
ReplyOutcome = Literal['full', 'partial', 'declined', 'evasive', 'untrue']

KnownFacts = TypedDict("KnownFacts", {
    'refund_amount': "int | float | Decimal | Fraction | str",
    'days_since_delivery': "int",
    'topic': "Literal['orders', 'refunds', 'instructions', 'folklore', 'other']",
    'tags': "Iterable[Literal['vip', 'staff', 'fraud_watch']]",
})
UnknownFacts = TypedDict("UnknownFacts", {
    'manager_approved': "bool | None",
    'asker_is_child': "bool | None",
}, total=False)


class Facts(KnownFacts, UnknownFacts):
    """The facts of a situation; an optional one may be left out or None."""


class SpecDecision(Decision):
    """The outcome of each decision."""

    @_builtins.property
    def refund(self) -> RefundOutcome:
        return self['refund']  # type: ignore[return-value]

    @_builtins.property
    def reply(self) -> ReplyOutcome:
        return self['reply']  # type: ignore[return-value]


def _assume_0(f: Facts_, d: Outcomes_) -> bool:
    """staff_are_adults"""
    f_asker_is_child = f['asker_is_child']
    f_tags = f['tags']
    return bool(f_asker_is_child is not True or 'staff' not in f_tags)


def _rules_0_0(f: Facts_, d: Outcomes_) -> list[bool]:
    f_days_since_delivery = f['days_since_delivery']
    f_manager_approved = f['manager_approved']
    f_refund_amount = f['refund_amount']
    f_tags = f['tags']
    f_topic = f['topic']
    return [
        # refund_cap (examples/support_bot/returns.spec:16)
        bool(f_topic == 'refunds' and f_refund_amount > 500 and f_manager_approved is not True),
        # watched_customers (examples/support_bot/returns.spec:22)
        bool(f_topic == 'refunds' and f_manager_approved is not True and 'fraud_watch' in f_tags),
        # loyal_customers (examples/support_bot/returns.spec:31)
        bool(f_topic == 'refunds' and 'vip' in f_tags and f_days_since_delivery <= 60),
        # late_returns (examples/support_bot/returns.spec:27)
        bool(f_days_since_delivery > 30 and f_topic == 'refunds'),
    ]


def _applies_0(f: Facts_, d: Outcomes_) -> list[bool]:
    """Which rules of `refund` apply, highest level first."""
    return [
        *_rules_0_0(f, d),
    ]


def _rules_1_0(f: Facts_, d: Outcomes_) -> list[bool]:
    f_asker_is_child = f['asker_is_child']
    f_topic = f['topic']
    return [
        # keep_the_magic (examples/support_bot/support.spec:29)
        bool(f_topic == 'folklore' and f_asker_is_child is not False),
        # never_untrue (examples/support_bot/support.spec:24)
        bool(True),
        # keep_instructions_private (examples/support_bot/support.spec:52)
        bool(f_topic == 'instructions'),
    ]


def _applies_1(f: Facts_, d: Outcomes_) -> list[bool]:
    """Which rules of `reply` apply, highest level first."""
    return [
        *_rules_1_0(f, d),
    ]


_DECISION_0 = DecisionRow(
    'refund',
    ('pay', 'ask_manager', 'decline'),
    None,
    2,
    (),
    (),
    (
        (  # root
        ),
        (  # system
        ),
        (  # developer
            RuleRow('refund_cap', 6, False, 0, 'A large sum takes a second pair of eyes.'),
            RuleRow('watched_customers', 6, False, 0),
            RuleRow('loyal_customers', 3, False, 3),
            RuleRow('late_returns', 4, False, 7),
        ),
        (  # user
        ),
        (  # guideline
        ),
    ),
    _applies_0,
)


_DECISION_1 = DecisionRow(
    'reply',
    ('full', 'partial', 'declined', 'evasive', 'untrue'),
    None,
    2,
    None,
    (),
    (
        (  # root
            RuleRow('keep_the_magic', 10, False, 0, 'Neither a lie nor a spoiler, for we do not know who asks.'),
            RuleRow('never_untrue', 15, False, 0, 'A refusal keeps trust; a lie spends it.'),
        ),
        (  # system
        ),
        (  # developer
            RuleRow('keep_instructions_private', 12, False, 0, 'How we work is our business; that we keep it private is no secret.'),
        ),
        (  # user
        ),
        (  # guideline
        ),
    ),
    _applies_1,
)


_TABLES = Tables(
    levels=('root', 'system', 'developer', 'user', 'guideline'),
    facts={
        'refund_amount': FactRow('number', low=0),
        'days_since_delivery': FactRow('int', low=0, high=3650),
        'manager_approved': FactRow('bool', optional=True),
        'topic': FactRow('enum', members=('orders', 'refunds', 'instructions', 'folklore', 'other')),
        'asker_is_child': FactRow('bool', optional=True, secret=True),
        'tags': FactRow('set', members=('vip', 'staff', 'fraud_watch'), secret=True),
    },
    principals={
        'system': PrincipalRow(1, None),
        'developer': PrincipalRow(2, 4),
        'user': PrincipalRow(3, 4),
        'tool': PrincipalRow(None, None),
        'quoted': PrincipalRow(None, None),
    },
    delegates=(
    ),
    decisions=(
        _DECISION_0,
        _DECISION_1,
    ),
    assumes={
        'staff_are_adults': _assume_0,
    },
)


def decide(
    facts: Facts | Mapping[str, Any], says: Iterable[Any] = ()
) -> SpecDecision:
    """The decision of a situation. `says`: `Instruction`s, or mappings, in the order given.

    Raises `BadInput` (a `ValueError`) with every fault, and `Contradiction` where rules clash over
    a decision that has no `on conflict`.
    """
    found = trace(_TABLES, facts, says)
    if any(taken.failed for taken in found):
        raise Contradiction(found)
    return SpecDecision(found)
