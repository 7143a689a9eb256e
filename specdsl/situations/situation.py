"""Situations as text, as JSON and as a command, and the texts of single facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any, assert_never

from specdsl.base.limits import MAX_DECIMALS, MAX_SHOWN_BITS
from specdsl.base.plain_text import file_word, json_text, shell_word, visible
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Fact, Kind, Level, Principal, SpecModel
from specdsl.frontend.syntax.literals import quote_text
from specdsl.semantics.fact_values import FactValue, default_value
from specdsl.semantics.lower_terms import CALENDAR

DECIDE = "specdsl decide"
PATH = "FILE.spec"  # The path where none is known.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SpokenInstruction:
    """An instruction that a principal gives in a situation."""

    principal: Principal
    implied: bool
    at: Level | None
    decision: DecisionModel
    permits: bool
    outcomes: int

    def written_effect(self) -> str:
        """Return the effect as it is written: `reply is untrue`."""
        return effect_text(self.decision, self.outcomes, self.permits)

    def __str__(self) -> str:
        verb = "implies" if self.implied else "says"
        at = f" at {self.at.name}" if self.at else ""
        return f"{self.principal.name} {verb} {self.written_effect()}{at}"

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"by": self.principal.name, "effect": self.written_effect()}
        if self.implied:
            found["implied"] = True
        if self.at:
            found["at"] = self.at.name
        return found


def effect_text(decision: DecisionModel, outcomes: int, permits: bool) -> str:
    """Return an effect on a decision in its shortest form: `reply is not untrue`."""
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
    """A situation: its relevant facts, a completion to all facts of the spec, and instructions."""

    relevant_facts: Mapping[Fact, FactValue]
    all_facts: Mapping[Fact, FactValue]
    instructions: tuple[SpokenInstruction, ...] = ()

    def __str__(self) -> str:
        facts = [fact_text(fact, value) for fact, value in sorted_by_name(self.relevant_facts)]
        return ", ".join((*facts, *map(str, self.instructions))) or "any"

    def to_json(self) -> dict[str, Any]:
        """Return the relevant facts and the instructions."""
        return _situation_json(self.relevant_facts, self.instructions)

    def to_replay(self) -> dict[str, Any]:
        """Return all facts and the instructions, as input for the decision function."""
        return _situation_json(self.all_facts, self.instructions)

    def replay_command(self, path: str = PATH, fill: bool = False) -> str:
        """Return the command that decides it, for a shell: with the relevant facts, and others that
        `--fill` would set differently. `fill`: the spec has other facts that it has to set.
        """
        return f"{DECIDE} {file_word(path)} {self.command_arguments(fill)}".rstrip()

    def command_arguments(self, fill: bool = False) -> str:
        """Return the arguments of that command after the file."""
        told = {
            fact: value
            for fact, value in sorted_by_name(self.all_facts)
            if value != default_of(fact) or (fact in self.relevant_facts and value is not None)
        }
        facts = [argument_text(fact, value) for fact, value in told.items()]
        if fill or any(
            fact not in told and default_of(fact) is not None for fact in self.all_facts
        ):
            facts.insert(0, "--fill")
        for spoken in self.instructions:
            at = f" at {spoken.at.name}" if spoken.at else ""
            option = "--imply" if spoken.implied else "--say"
            facts.append(f'{option} "{spoken.principal.name}: {spoken.written_effect()}{at}"')
        return " ".join(facts)


def replay_with_path(command: str, path: str) -> str:
    """Return a command of `replay_command` without a path for a spec with this path."""
    before = f"{DECIDE} {PATH}"
    assert command.startswith(before), command
    return f"{DECIDE} {file_word(path)}{command.removeprefix(before)}"


def complete_facts(spec: SpecModel, every: Mapping[Fact, FactValue]) -> dict[Fact, FactValue]:
    """Return all facts of the spec; the others are unknown, or have the simplest value."""
    return {fact: every[fact] if fact in every else default_of(fact) for fact in spec.facts}


def default_of(fact: Fact) -> FactValue:
    """Return the value of an irrelevant fact."""
    return None if fact.optional else default_value(fact)


def sorted_by_name(facts: Mapping[Fact, FactValue]) -> list[tuple[Fact, FactValue]]:
    return sorted(facts.items(), key=lambda pair: pair[0].name)


def _situation_json(
    facts: Mapping[Fact, FactValue], says: Iterable[SpokenInstruction]
) -> dict[str, Any]:
    return {
        "facts": {fact.name: to_json(fact, value) for fact, value in sorted_by_name(facts)},
        "says": [spoken.to_json() for spoken in says],
    }


def to_json(fact: Fact, value: FactValue) -> Any:
    """Return the value of a fact in JSON."""
    match value:
        case None | bool() | str():
            return value
        case frozenset():
            return [fact.type.members[i] for i in sorted(value)]
        case Fraction():
            return quantity_json(fact.type.kind, value)
        case int():
            return fact.type.members[value]
        case _:
            assert_never(value)


def quantity_json(kind: Kind, value: Fraction) -> Any:
    match kind:
        case Kind.DATE:
            return date_text(value)
        case Kind.TIME:
            return time_text(value)
        case Kind.DURATION:
            return _iso_duration(value)
        case Kind.INT | Kind.NUMBER:
            return _number_json(value)
        case _:
            raise AssertionError(f"{kind} is no quantity")


def _number_json(value: Fraction) -> Any:
    """Return a JSON number if it is exact and can be read again, else a text."""
    if abs(value.numerator).bit_length() > MAX_SHOWN_BITS:
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
    """Return a number as a decimal if it has a short one, else as a fraction."""
    digits = _decimal_places(value.denominator)
    sign = "-" if value < 0 else ""
    size = abs(value)
    if digits is None:
        return f"{sign}{whole_text(size.numerator)}/{whole_text(size.denominator)}"
    whole = whole_text(int(size * 10**digits)).rjust(digits + 1, "0")
    return f"{sign}{whole[:-digits]}.{whole[-digits:]}" if digits else sign + whole


def _decimal_places(denominator: int) -> int | None:
    """Return how many decimals a fraction has; None if infinitely or too many."""
    if denominator.bit_length() > MAX_SHOWN_BITS:
        return None
    twos = (denominator & -denominator).bit_length() - 1
    rest, fives = denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 and max(twos, fives) <= MAX_DECIMALS else None


def whole_text(value: int) -> str:
    """Return the digits of a natural number of any size; Python's `str` is limited to thousands."""
    if value.bit_length() <= MAX_SHOWN_BITS:
        return str(value)
    digits = value.bit_length() * 3 // 20  # About half of them.
    high, low = divmod(value, 10**digits)
    return whole_text(high) + whole_text(low).rjust(digits, "0")


def date_text(value: Fraction) -> str:
    """Return a day; one outside the calendar by its distance from the calendar."""
    return _text_near_calendar(
        Fraction(value // 86_400 * 86_400), Kind.DATE, lambda day: _moment_text(day)[:10]
    )


def time_text(value: Fraction) -> str:
    """Return a time to the second, or with decimals, in UTC unless it needs another offset."""
    return _text_near_calendar(value, Kind.TIME, _time_text)


def _text_near_calendar(value: Fraction, kind: Kind, text: Callable[[Fraction], str]) -> str:
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
    return f"{_moment_text(seconds + shift)}{part}{zone}"


def _moment_text(seconds: Fraction | int) -> str:
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
    """Return a duration as a literal of the language, with the largest unit that divides it."""
    for unit, seconds in (("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60)):
        if value and value % seconds == 0:
            sign = "-" if value < 0 else ""
            return f"{sign}{whole_text(abs(value) // seconds)}{unit}"
    return f"{decimal_text(value)}s"


def literal_text(fact: Fact, value: FactValue) -> str:
    """Return a known value as a literal of the language."""
    match value:
        case str():
            return quote_text(value)
        case frozenset():
            return "{" + ", ".join(fact.type.members[i] for i in sorted(value)) + "}"
        case Fraction():
            texts = {Kind.DATE: date_text, Kind.TIME: time_text, Kind.DURATION: duration_text}
            return texts.get(fact.type.kind, decimal_text)(value)
        case _:
            return str(to_json(fact, value))


def fact_text(fact: Fact, value: FactValue) -> str:
    """Return a fact and its value as written after `given`."""
    match value:
        case None:
            return f"{fact.name} is unknown"
        case bool():
            return fact.name if value else f"not {fact.name}"
        case int():
            return f"{fact.name} is {fact.type.members[value]}"
        case _:
            return f"{fact.name} = {literal_text(fact, value)}"


def argument_text(fact: Fact, value: FactValue) -> str:
    """Return a fact and its value as an argument of `specdsl decide`, quoted for a shell."""
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
    """Return a text as an argument: as it is, or as JSON if it would be misread."""
    quoted = text in UNKNOWN_WORDS or text != text.strip() or text.startswith('"')
    return json_text(text, only_ascii=False) if quoted or visible(text) != text else text
