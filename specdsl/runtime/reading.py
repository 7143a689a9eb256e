"""Situations as callers give them → values and instructions, or all that is wrong with them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from itertools import islice
from typing import Any

from specdsl.runtime.folding import folded
from specdsl.runtime.results import BadInput, Fault, Instruction
from specdsl.runtime.tables import DecisionRow, FactRow, PrincipalRow, Tables

MOST_CHARACTERS = 1_000  # of a number, date, time or duration
MOST_MEMBERS = 10_000  # of a set as given, repetitions included
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
EFFECT = re.compile(
    r"\s*([A-Za-z_][A-Za-z0-9_]*)\s+(?:"
    r"(?P<is>is(?:\s+not)?)\s+([A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<in>(?:not\s+)?in)\s*\{([^{}]*)\}"
    r"|(?P<may>may\s+be)\s+([A-Za-z_][A-Za-z0-9_]*(?:\s+or\s+[A-Za-z_][A-Za-z0-9_]*)*)"
    r")\s*"
)
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RESERVED = re.compile(  # words of the language, which name nothing
    "all|and|any|assert|assume|at|authority|be|because|bool|by|can|cannot|change|conflict|decided"
    "|decision|define|delegate|else|example|expect|fact|for|given|has|if|implied|implies|in|int|is"
    "|known|layer|like|max|may|min|nobody|none|not|number|of|on|or|overrides|policy|possibly"
    "|principal|priority|rule|says|set|size|source|spec|steered|text|then|tightening|unknown|unless"
    "|use|value|version|when|without"
)
EPOCH_DAY = date(1970, 1, 1)


class Unfit(Exception):
    """A value that does not fit: the problem in words, and a likely name."""

    def __init__(self, problem: str, suggestion: str = "") -> None:
        super().__init__(problem)
        self.suggestion = suggestion


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


def read(
    tables: Tables, facts: Mapping[str, Any], says: Iterable[Any]
) -> tuple[dict[str, Any], list[Given]]:
    """Facts and instructions; raises `BadInput` with every fault."""
    faults: list[Fault] = []
    values = _facts(tables, facts, faults)
    given = _instructions(tables, says, faults)
    if not faults:
        for name, holds in tables.assumes.items():
            if not holds(values, {}):
                faults.append(Fault(name, "this assumption is false here", "what it assumes"))
    if faults:
        raise BadInput(tuple(faults))
    return values, given


# --- facts ---------------------------------------------------------------------------------------


def _facts(tables: Tables, facts: Any, faults: list[Fault]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if not isinstance(facts, Mapping):
        faults.append(Fault("facts", "the facts are no mapping", "names with values", facts))
        return values
    for name in facts:
        if name not in tables.facts:
            hint = _close(name, tables.facts)
            meant = tables.facts.get(hint)
            got = "(secret)" if meant is not None and meant.secret else facts[name]
            problem = "there is no such fact"
            faults.append(Fault(_named(name), problem, "a declared fact", got, hint))
    for name, row in tables.facts.items():
        got = facts.get(name)
        if got is None:
            if not row.optional:
                faults.append(Fault(name, "it is missing", expected(row)))
            values[name] = None
            continue
        try:
            values[name] = _value(row, got)
        except Unfit as problem:
            faults.append(_unfit(name, row, got, problem))
    return values


def _unfit(name: str, row: FactRow, got: Any, problem: Unfit) -> Fault:
    if row.secret:
        return Fault(name, "its value does not fit", expected(row), "(secret)")
    return Fault(name, str(problem), expected(row), got, problem.suggestion)


def _named(name: Any) -> str:
    text = name if isinstance(name, str) else repr(name)
    return text if len(text) <= 80 else text[:79] + "…"


def _close(name: Any, names: Iterable[str]) -> str:
    found = get_close_matches(name[:80], list(names), n=1) if isinstance(name, str) else []
    return found[0] if found else ""


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
        f" {word} {_end(row.kind, end)}"
        for word, end in (("from", row.low), ("to", row.high))
        if end is not None
    )
    return words + (", or null where it is unknown" if row.optional else "")


def _end(kind: str, end: Fraction | int) -> str:
    """An end of a range as a caller would write it."""
    match kind:
        case "date":
            return (EPOCH_DAY + timedelta(seconds=int(end))).isoformat()
        case "time":
            return (datetime(1970, 1, 1) + timedelta(seconds=float(end))).isoformat() + "Z"
        case "duration":
            return f"PT{float(end):g}S" if end % 86_400 else f"P{end // 86_400}D"
        case _:
            return str(end)


def _value(row: FactRow, got: Any) -> Any:
    match row.kind:
        case "bool":
            if not isinstance(got, bool):
                raise Unfit("it is not true or false")
            return got
        case "text":
            if not isinstance(got, str):
                raise Unfit("it is not a text")
            return folded(str(got)) if row.ignoring_case else str(got)
        case "enum":
            return _member(row, got)
        case "set":
            return _set(row, got)
        case _:
            return _quantity(row, got)


def _member(row: FactRow, got: Any) -> str:
    if not isinstance(got, str):
        raise Unfit("it is not the name of a member")
    if got not in row.members:
        raise Unfit(f"it has no member `{_named(got)}`", _close(got, row.members))
    return str(got)


def _set(row: FactRow, got: Any) -> frozenset[str]:
    if isinstance(got, str | bytes | Mapping) or not isinstance(got, Iterable):
        raise Unfit("it is not a list of members")
    items = list(islice(got, MOST_MEMBERS + 1))
    if len(items) > MOST_MEMBERS:
        raise Unfit("it is too long")
    return frozenset(_member(row, item) for item in items)


def _quantity(row: FactRow, got: Any) -> Fraction | int:
    readers = {"date": _date, "time": _time, "duration": _duration}
    value = readers[row.kind](got) if row.kind in readers else _number(got, row.kind == "number")
    if row.kind == "int" and value.denominator != 1:
        raise Unfit("it is not a whole number")
    if (row.low is not None and value < row.low) or (row.high is not None and value > row.high):
        raise Unfit("it is out of range")
    return int(value) if value.denominator == 1 else value


def _number(got: Any, texts: bool) -> Fraction:
    if isinstance(got, bool):
        raise Unfit("it is true or false, not a number")
    if isinstance(got, int | Fraction):
        return Fraction(got)
    if isinstance(got, float):
        if not math.isfinite(got):
            raise Unfit("it is not a finite number")
        return Fraction(repr(float(got)))
    if isinstance(got, Decimal):
        exponent = got.as_tuple().exponent
        if not got.is_finite() or not isinstance(exponent, int):
            raise Unfit("it is not a finite number")
        if abs(exponent) > MOST_CHARACTERS:
            raise Unfit("it has too many digits")
        return Fraction(got)
    if texts and isinstance(got, str):
        if len(got) > MOST_CHARACTERS or not NUMBER.fullmatch(got):
            raise Unfit("it is not a number")
        try:
            return Fraction(str(got))
        except ZeroDivisionError:
            raise Unfit("it divides by zero") from None
    raise Unfit("it is not a number")


def _day(year: str, month: str, of_month: str) -> int:
    try:
        return (date(int(year), int(month), int(of_month)) - EPOCH_DAY).days * 86_400
    except ValueError:
        raise Unfit("there is no such day") from None


def _date(got: Any) -> Fraction:
    if isinstance(got, datetime):
        raise Unfit("it is a time, not a date")
    if isinstance(got, date):
        return Fraction((got - EPOCH_DAY).days * 86_400)
    found = DATE.fullmatch(got) if isinstance(got, str) else None
    if found is None:
        raise Unfit("it is not a date")
    return Fraction(_day(*found.groups()))


def _time(got: Any) -> Fraction:
    if isinstance(got, datetime):
        offset = got.utcoffset()
        if offset is None:
            raise Unfit("it has no offset")
        days = (got.date() - EPOCH_DAY).days * 86_400
        seconds = got.hour * 3_600 + got.minute * 60 + got.second
        return Fraction(days + seconds) + Fraction(got.microsecond, 10**6) - _seconds(offset)
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


def _seconds(span: timedelta) -> Fraction:
    return Fraction(span.days * 86_400 + span.seconds) + Fraction(span.microseconds, 10**6)


def _duration(got: Any) -> Fraction:
    if isinstance(got, timedelta):
        return _seconds(got)
    fits = isinstance(got, str) and len(got) <= MOST_CHARACTERS
    found = DURATION.fullmatch(got) if fits else None
    if found is None:
        raise Unfit("it is not a duration without months and years")
    sign, weeks, days, hours, minutes, seconds = found.groups()
    total = (int(weeks or 0) * 7 + int(days or 0)) * 86_400
    total += int(hours or 0) * 3_600 + int(minutes or 0) * 60
    value = total + Fraction(seconds or 0)
    return -value if sign else value


# --- instructions --------------------------------------------------------------------------------


def _instructions(tables: Tables, says: Any, faults: list[Fault]) -> list[Given]:
    found: list[Given] = []
    if isinstance(says, str | bytes | Mapping) or not isinstance(says, Iterable):
        faults.append(Fault("says", "the instructions are no list", "a list of instructions", says))
        return found
    for item in says:
        given = _instruction(tables, item, faults)
        if given is not None:
            found.append(given)
    return found


def _instruction(tables: Tables, item: Any, faults: list[Fault]) -> Given | None:
    by: Any
    effect: Any
    implied: Any
    at: Any
    if isinstance(item, Instruction):
        by, effect, implied, at = item.by, item.effect, item.implied, item.at
    elif isinstance(item, Mapping):
        by, effect = item.get("by"), item.get("effect")
        implied, at = item.get("implied", False), item.get("at")
        for key in item:
            if key not in ("by", "effect", "implied", "at"):
                problem = f"an instruction has no `{_named(key)}`"
                faults.append(Fault(_named(by), problem, "by, effect, implied, at", item[key]))
    else:
        faults.append(Fault("says", "it is no instruction", "an Instruction or a mapping", item))
        return None
    before = len(faults)
    who = tables.principals.get(by) if isinstance(by, str) else None
    if who is None:
        hint = _close(by, tables.principals)
        faults.append(Fault(_named(by), "there is no such principal", "a declared one", by, hint))
    if implied is None:
        implied = False
    if not isinstance(implied, bool):
        faults.append(Fault(_named(by), "`implied` is not true or false", "true or false", implied))
    decision, outcomes, permits = _effect(tables, _named(by), effect, faults)
    rank = _level(tables, _named(by), at, faults)
    if rank is not None and who is not None and isinstance(by, str):
        top = highest(tables, by, who, bool(implied), decision)
        if top is not None and rank < top:
            problem = f"it speaks at `{at}`, above `{tables.levels[top]}`"
            faults.append(Fault(by, problem, f"a level from `{tables.levels[top]}` down", at))
    if len(faults) > before or decision is None or not isinstance(by, str):
        return None
    text = " ".join(str(effect).split())
    return Given(by, decision.name, outcomes, permits, bool(implied), rank, text)


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


def _level(tables: Tables, by: str, at: Any, faults: list[Fault]) -> int | None:
    if at is None:
        return None
    if isinstance(at, str) and at in tables.levels:
        return tables.levels.index(at)
    hint = _close(at, tables.levels)
    faults.append(
        Fault(by, "there is no such level", "one of " + ", ".join(tables.levels), at, hint)
    )
    return None


def _effect(
    tables: Tables, by: str, effect: Any, faults: list[Fault]
) -> tuple[DecisionRow | None, int, bool]:
    """The decision (None where there is none), what it names and whether it permits that."""
    fits = isinstance(effect, str) and len(effect) <= 100_000
    found = EFFECT.fullmatch(effect) if fits else None
    named = _outcomes(found) if found else None
    if found is None or named is None or any(map(RESERVED.fullmatch, (found.group(1), *named))):
        faults.append(Fault(by, "it is no effect", "such as `reply is declined`", effect))
        return None, 0, False
    name = found.group(1)
    decision = next((d for d in tables.decisions if d.name == name), None)
    if decision is None:
        hint = _close(name, [d.name for d in tables.decisions])
        faults.append(Fault(name, "there is no such decision", "a declared one", effect, hint))
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
    faults: list[Fault],
) -> int:
    """The outcomes that an effect restricts to or permits."""
    wrong = [o for o in named if o not in decision.outcomes]
    for outcome in dict.fromkeys(wrong):
        hint = _close(outcome, decision.outcomes)
        problem = f"it has no outcome `{_named(outcome)}`"
        expected_ = "one of " + ", ".join(decision.outcomes)
        faults.append(Fault(decision.name, problem, expected_, effect, hint))
    mask = sum(1 << i for i, outcome in enumerate(decision.outcomes) if outcome in named)
    every = (1 << len(decision.outcomes)) - 1
    mask = every & ~mask if excludes else mask
    if not wrong and not permits and mask in (0, every):
        what = "no outcome" if mask == 0 else "every outcome"
        faults.append(Fault(decision.name, f"it leaves {what}", "a restriction", effect))
    return mask


def _outcomes(found: re.Match[str]) -> list[str] | None:
    """The names in an effect; None where the list is no list of names."""
    if found.group("is"):
        return [found.group(3)]
    if found.group("may"):
        return re.split(r"\s+or\s+", found.group(7))
    names = [name.strip() for name in found.group(5).split(",")]
    if names == [""]:
        return []
    return names if all(NAME.fullmatch(name) for name in names) else None
