"""Witnesses as situations: for people, for JSON, and for the decision function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from specdsl.base.limits import MOST_DECIMALS, MOST_SHOWN_BITS
from specdsl.base.plain_text import file_word, json_text, shell_word, visible
from specdsl.frontend.model.nodes import Decision, Fact, Kind, Level, Principal, Spec
from specdsl.semantics.fact_values import FactValue, default_value
from specdsl.semantics.lower_terms import CALENDAR

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Spoken:
    """An instruction of a situation."""

    principal: Principal
    implied: bool
    at: Level | None
    decision: Decision
    permits: bool
    outcomes: int

    def effect(self) -> str:
        """As it is written: `reply is untrue`."""
        return effect_text(self.decision, self.outcomes, self.permits)

    def __str__(self) -> str:
        verb = "implies" if self.implied else "says"
        at = f" at {self.at.name}" if self.at else ""
        return f"{self.principal.name} {verb} {self.effect()}{at}"

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"by": self.principal.name, "effect": self.effect()}
        if self.implied:
            found["implied"] = True
        if self.at:
            found["at"] = self.at.name
        return found


def effect_text(decision: Decision, outcomes: int, permits: bool) -> str:
    """An effect on a decision, in its shortest form: `reply is not untrue`."""
    names = decision.outcomes
    named = [name for i, name in enumerate(names) if outcomes >> i & 1]
    left_out = [name for name in names if name not in named]
    if permits:
        return f"{decision.name} may be {' or '.join(named)}"
    if len(named) == 1:
        return f"{decision.name} is {named[0]}"
    if len(left_out) == 1:
        return f"{decision.name} is not {left_out[0]}"
    return f"{decision.name} in {{{', '.join(named)}}}"


@dataclass(frozen=True, slots=True)
class Situation:
    """`named` are the facts that matter; `every` is a completion that can be decided."""

    named: Mapping[Fact, FactValue]
    every: Mapping[Fact, FactValue]
    says: tuple[Spoken, ...] = ()

    def __str__(self) -> str:
        facts = [described(fact, value) for fact, value in in_order(self.named)]
        return ", ".join((*facts, *map(str, self.says))) or "any"

    def to_json(self) -> dict[str, Any]:
        """Only what matters."""
        return _json(self.named, self.says)

    def to_replay(self) -> dict[str, Any]:
        """A whole situation that the decision function takes."""
        return _json(self.every, self.says)

    def command(self, path: str) -> str:
        """The command that decides it, as it can be typed: the facts that matter, and with `--fill`
        those that are not as it would fill them in."""
        return f"specdsl decide {file_word(path)} {self.arguments()}".rstrip()

    def arguments(self) -> str:
        """What follows the file in it."""
        told = {
            fact: value
            for fact, value in in_order(self.every)
            if value != default(fact) or (fact in self.named and value is not None)
        }
        facts = [argument(fact, value) for fact, value in told.items()]
        if any(fact not in told and default(fact) is not None for fact in self.every):
            facts.insert(0, "--fill")
        for spoken in self.says:
            at = f" at {spoken.at.name}" if spoken.at else ""
            option = "--imply" if spoken.implied else "--say"
            facts.append(f'{option} "{spoken.principal.name}: {spoken.effect()}{at}"')
        return " ".join(facts)


def completed(spec: Spec, every: Mapping[Fact, FactValue]) -> dict[Fact, FactValue]:
    """With the facts of the spec that no question was about: unknown, or the simplest."""
    return {fact: every[fact] if fact in every else default(fact) for fact in spec.facts}


def default(fact: Fact) -> FactValue:
    """What a fact is taken for where it does not matter."""
    return None if fact.optional else default_value(fact)


def in_order(facts: Mapping[Fact, FactValue]) -> list[tuple[Fact, FactValue]]:
    return sorted(facts.items(), key=lambda pair: pair[0].name)


def _json(facts: Mapping[Fact, FactValue], says: Iterable[Spoken]) -> dict[str, Any]:
    return {
        "facts": {fact.name: to_json(fact, value) for fact, value in in_order(facts)},
        "says": [spoken.to_json() for spoken in says],
    }


def to_json(fact: Fact, value: FactValue) -> Any:
    """The value as JSON has it (design: interfaces)."""
    match value:
        case None | bool() | str():
            return value
        case frozenset():
            return [fact.type.members[i] for i in sorted(value)]
        case Fraction():
            return _quantity(fact.type.kind, value)
        case _:
            return fact.type.members[value]


def _quantity(kind: Kind, value: Fraction) -> Any:
    match kind:
        case Kind.DATE:
            return date_text(value)
        case Kind.TIME:
            return time_text(value)
        case Kind.DURATION:
            return _iso_duration(value)
        case _:
            return _number(value)


def _number(value: Fraction) -> Any:
    """A number of JSON where that is exact and can be read again, else a text."""
    if abs(value.numerator).bit_length() > MOST_SHOWN_BITS:
        return decimal_text(value)
    if value.denominator == 1:
        return int(value)
    decimal = decimal_text(value)
    try:
        exact = "/" not in decimal and Fraction(str(float(value))) == value
    except OverflowError:
        exact = False
    return float(value) if exact else decimal


def decimal_text(value: Fraction) -> str:
    """As a decimal where it has one that is not too long, else as a fraction."""
    digits = _decimals(value.denominator)
    sign = "-" if value < 0 else ""
    size = abs(value)
    if digits is None:
        return f"{sign}{whole_text(size.numerator)}/{whole_text(size.denominator)}"
    whole = whole_text(int(size * 10**digits)).rjust(digits + 1, "0")
    return f"{sign}{whole[:-digits]}.{whole[-digits:]}" if digits else sign + whole


def _decimals(denominator: int) -> int | None:
    """How many there are of a fraction; None where it has no decimals, or too many."""
    if denominator.bit_length() > MOST_SHOWN_BITS:
        return None
    twos = (denominator & -denominator).bit_length() - 1
    rest, fives = denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 and max(twos, fives) <= MOST_DECIMALS else None


def whole_text(value: int) -> str:
    """A whole number, not below zero, of however many digits: Python writes some thousands."""
    if value.bit_length() <= MOST_SHOWN_BITS:
        return str(value)
    digits = value.bit_length() * 3 // 20  # half of them
    high, low = divmod(value, 10**digits)
    return whole_text(high) + whole_text(low).rjust(digits, "0")


def date_text(value: Fraction) -> str:
    """The day; one that the calendar does not have, by how far it is from one that it has."""
    return _near(Fraction(value // 86_400 * 86_400), Kind.DATE, lambda day: _moment(day)[:10])


def time_text(value: Fraction) -> str:
    """To the second; with the fraction as a decimal; in UTC unless another offset is needed."""
    return _near(value, Kind.TIME, _time_text)


def _near(value: Fraction, kind: Kind, text: Callable[[Fraction], str]) -> str:
    first, end = CALENDAR[kind]
    last = end - (86_400 if kind is Kind.DATE else 1)
    nearest = min(max(value, first), last)
    if first <= value < end:
        return text(value)
    sign = "-" if value < nearest else "+"
    return f"{text(nearest)} {sign} {duration_text(abs(value - nearest))}"


def _time_text(value: Fraction) -> str:
    seconds, zone, shift = value // 1, "Z", 0
    first, end = CALENDAR[Kind.DATE]
    if seconds < first:
        zone, shift = "+23:59", 86_340
    elif seconds >= end:
        zone, shift = "-23:59", -86_340
    part = decimal_text(value - seconds)[1:] if value != seconds else ""
    return f"{_moment(seconds + shift)}{part}{zone}"


def _moment(seconds: Fraction | int) -> str:
    moment = EPOCH + timedelta(seconds=int(seconds))
    return f"{moment:%Y-%m-%dT%H:%M:%S}".rjust(19, "0")


def _iso_duration(value: Fraction) -> str:
    sign = "-" if value < 0 else ""
    days, rest = divmod(abs(value), 86_400)
    text = f"{whole_text(days)}D" if days else ""
    if rest or not days:
        text += f"T{decimal_text(rest)}S"
    return f"{sign}P{text}"


def duration_text(value: Fraction) -> str:
    """As a literal of the language: the largest unit that divides it."""
    for unit, seconds in (("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60)):
        if value and value % seconds == 0:
            sign = "-" if value < 0 else ""
            return f"{sign}{whole_text(abs(value) // seconds)}{unit}"
    return f"{decimal_text(value)}s"


def literal(fact: Fact, value: FactValue) -> str:
    """A known value as one writes it in a spec."""
    match value:
        case str():
            quoted = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{quoted}"'
        case frozenset():
            return "{" + ", ".join(fact.type.members[i] for i in sorted(value)) + "}"
        case Fraction():
            texts = {Kind.DATE: date_text, Kind.TIME: time_text, Kind.DURATION: duration_text}
            return texts.get(fact.type.kind, decimal_text)(value)
        case _:
            return str(to_json(fact, value))


def described(fact: Fact, value: FactValue) -> str:
    """A fact and its value as `given` has it."""
    match value:
        case None:
            return f"{fact.name} is unknown"
        case bool():
            return fact.name if value else f"not {fact.name}"
        case int():
            return f"{fact.name} is {fact.type.members[value]}"
        case _:
            return f"{fact.name} = {literal(fact, value)}"


def argument(fact: Fact, value: FactValue) -> str:
    """A fact and its value as `specdsl decide` takes it, quoted for a shell where need be."""
    match value:
        case Fraction() if fact.type.kind in (Kind.INT, Kind.NUMBER):
            text = decimal_text(value)  # JSON has an exponent where it is small
        case str():
            text = text_argument(value)
        case bool():
            text = str(value).lower()
        case frozenset():
            text = ",".join(to_json(fact, value))
            text = f"{{{text}}}" if text in UNKNOWN_WORDS or not text else text
        case _:
            text = str(to_json(fact, value)) if value is not None else "unknown"
    plain = text and all(char.isalnum() or char in "_-.,:+" for char in text)
    return f"{fact.name}={text}" if plain else f"{fact.name}={shell_word(text)}"


UNKNOWN_WORDS = ("unknown", "null")


def text_argument(text: str) -> str:
    """A text as it stands, or where that would be read as something else in quotes, as JSON."""
    quoted = text in UNKNOWN_WORDS or text != text.strip() or text.startswith('"')
    return json_text(text, only_ascii=False) if quoted or visible(text) != text else text
