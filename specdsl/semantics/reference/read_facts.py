"""Reads given facts into values, and finds the names of bad input."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import assert_never
from unicodedata import normalize

from specdsl.frontend.model import nodes as m
from specdsl.semantics.reference.given_values import list_items, plain_value
from specdsl.semantics.reference.moments import read_date, read_duration, read_time

Value = bool | Fraction | str | frozenset[str] | None
"""A bool; a Fraction (seconds for dates, times and durations); a text or the name of a member; the
names of a set's members; None for unknown."""

NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+)|/([0-9]+))?")


def read_facts(
    spec: m.SpecModel, facts: Mapping[str, object]
) -> tuple[dict[m.Fact, Value], frozenset[str]]:
    """Return the value of every fact, and the names at fault: undeclared ones, values of a wrong
    type or out of range, and required facts that are missing or null."""
    declared = {fact.name for fact in spec.facts}
    named = [(plain_value(name), facts[name]) for name in facts]
    given = {name: raw for name, raw in named if name in declared}
    faults = {str(name) for name, _ in named if name not in declared}
    faults |= {name for name in given if sum(name == other for other, _ in named) > 1}
    values: dict[m.Fact, Value] = {}
    for fact in spec.facts:
        raw = given.get(fact.name)
        values[fact] = None if raw is None else read_value(fact.type, raw)
        if values[fact] is None and not (raw is None and fact.optional):
            faults.add(fact.name)
    return values, frozenset(faults)


def read_value(type_: m.Type, raw: object) -> Value:
    """Return the value, or None if it is not of this type and range."""
    if type_.kind is m.Kind.SET:
        return _read_members(type_, raw)
    value = plain_value(raw)
    match type_.kind:
        case m.Kind.BOOL:
            return value if isinstance(value, bool) else None
        case m.Kind.TEXT:
            return _read_text(type_, value)
        case m.Kind.ENUM:
            return value if isinstance(value, str) and value in type_.members else None
        case m.Kind.INT | m.Kind.NUMBER | m.Kind.DATE | m.Kind.TIME | m.Kind.DURATION as kind:
            return _check_range(type_, _read_quantity(kind, value))
        case _:
            assert_never(type_.kind)


def _read_text(type_: m.Type, raw: object) -> str | None:
    """Read a text. If case is ignored it is folded for Unicode's canonical caseless matching, in
    NFC."""
    if not isinstance(raw, str):
        return None
    return normalize("NFC", normalize("NFD", raw).casefold()) if type_.ignoring_case else raw


def _read_members(type_: m.Type, raw: object) -> frozenset[str] | None:
    """Read a set, which may repeat a member. A text is no set, though Python iterates over it."""
    items = list_items(raw)
    if items is None:
        return None
    found = [plain_value(item) for item in items]
    fit = all(isinstance(member, str) and member in type_.members for member in found)
    return frozenset(found) if fit else None


def _read_quantity(kind: m.Kind, raw: object) -> Fraction | None:
    match kind:
        case m.Kind.DATE:
            return read_date(raw)
        case m.Kind.TIME:
            return read_time(raw)
        case m.Kind.DURATION:
            return read_duration(raw)
        case m.Kind.NUMBER if isinstance(raw, str):
            return _number_of_text(raw)
        case m.Kind.NUMBER:
            return _exact_number(raw)
        case m.Kind.INT:
            number = _exact_number(raw)
            return number if number is not None and number.denominator == 1 else None
        case _:
            raise AssertionError(f"{kind} is no quantity")


def _exact_number(raw: object) -> Fraction | None:
    """Return the exact number, or None for a bool, NaN or infinity. A float is the decimal that it
    prints as."""
    match raw:
        case bool():
            return None
        case int() | Fraction():
            return Fraction(raw)
        case float():
            return Fraction(repr(raw)) if math.isfinite(raw) else None
        case Decimal():
            return Fraction(raw) if raw.is_finite() else None
        case _:
            return None


def _number_of_text(text: str) -> Fraction | None:
    """Read a text of the form `-?digits(.digits|/digits)?`."""
    found = NUMBER.fullmatch(text)
    if found is None:
        return None
    sign, whole, decimals, divisor = found.groups()
    if divisor is not None:
        value = None if int(divisor) == 0 else Fraction(int(whole), int(divisor))
    else:
        value = Fraction(f"{whole}.{decimals or 0}")
    return -value if sign and value is not None else value


def _check_range(type_: m.Type, value: Fraction | None) -> Fraction | None:
    """Return the value if it is in the range, whose ends belong to it."""
    if value is None or (type_.low is not None and value < type_.low):
        return None
    return None if type_.high is not None and value > type_.high else value
