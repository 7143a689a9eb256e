"""Random situations of a spec, as `decide` takes them: mostly legal, now and then bad input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from random import Random
from typing import Any

from specdsl.frontend.model import nodes as m
from tests.random_specs.drawing import Draw

Situation = Mapping[str, Any]

NUMBERS = ("-1", "-0.5", "0", "1/2", "1", "2", "3", "5/2")
DAYS = ("2025-02-27", "2025-02-28", "2025-03-01", "2025-03-02", "2025-03-03")
TIMES = (
    "2025-03-01T00:00:00Z",
    "2025-03-01T12:00Z",
    "2025-03-01T13:00:00Z",
    "2025-03-01T13:30:00.5+01:00",
    "2025-03-02T12:00:00Z",
)
DURATIONS = ("PT0S", "PT1S", "PT12H", "P1D", "P1DT0.5S", "P2D", "-PT1H")
TEXTS = ("", "a", "ab", "b", "aa", "xb", "*", "a\n", "aB", "\u00e9", "E\u0301", "x\u0301", "\u1e9e")
BAD: tuple[Any, ...] = (17, "no such", [], float("nan"), "2025-13-01", True, ["red", 1])


def situation(random: Random, spec: m.SpecModel, bad: int = 8) -> Situation:
    """`bad`: in so many of a hundred cases something may be at fault."""
    draw = Draw(random)
    wrong = draw.chance(bad)
    facts = dict(pair for fact in spec.facts for pair in _given(draw, fact))
    says = [_instruction(draw, spec, wrong) for _ in range(draw.pick((0, 0, 1, 1, 2, 3, 4)))]
    says = [one for one in says if one is not None]
    if wrong:
        _spoil(draw, facts)
    return {"facts": facts, "says": says}


def _given(draw: Draw, fact: m.Fact) -> list[tuple[str, Any]]:
    """A value, or nothing or null where nobody knows."""
    if fact.optional and draw.chance(30):
        return draw.pick(([], [(fact.name, None)]))
    return [(fact.name, value(draw, fact.type))]


def value(draw: Draw, kind: m.Type) -> Any:
    """One of the type; within its range where a few tries find one."""
    match kind.kind:
        case m.Kind.BOOL:
            return draw.chance(50)
        case m.Kind.ENUM:
            return draw.pick(kind.members)
        case m.Kind.SET:
            return draw.some(kind.members, 0, len(kind.members))
        case m.Kind.TEXT:
            return draw.pick(TEXTS)
        case m.Kind.INT:
            low = 0 if kind.low is None else int(kind.low)
            return draw.number(low, low + 4 if kind.high is None else int(kind.high))
        case m.Kind.NUMBER:
            able = [n for n in NUMBERS if _within(kind, Fraction(n))]
            return draw.pick(able or NUMBERS)
        case m.Kind.DATE:
            return draw.pick(DAYS)
        case m.Kind.TIME:
            return draw.pick(TIMES)
        case m.Kind.DURATION:
            return draw.pick(DURATIONS)


def _within(kind: m.Type, number: Fraction) -> bool:
    above = kind.low is None or kind.low <= number
    return above and (kind.high is None or number <= kind.high)


def _instruction(draw: Draw, spec: m.SpecModel, wrong: bool) -> dict[str, Any] | None:
    if not spec.principals:
        return None
    speaker, decision = draw.pick(spec.principals), draw.pick(spec.decisions)
    found: dict[str, Any] = {"by": speaker.name, "effect": _effect(draw, decision)}
    if draw.chance(25):
        found["implied"] = True
    if draw.chance(30) and spec.levels:
        highest = _highest(speaker, bool(found.get("implied")), spec)
        able = spec.levels if wrong else spec.levels[highest:]
        found["at"] = draw.pick(able).name
    return found


def _highest(speaker: m.Principal, implied: bool, spec: m.SpecModel) -> int:
    """The rank of a level at which speaking is no fault."""
    if speaker.level is None:
        return max((d.level.rank for d in spec.delegates), default=0)
    return ((speaker.implied or speaker.level) if implied else speaker.level).rank


def _effect(draw: Draw, decision: m.DecisionModel) -> str:
    name, outcomes = decision.name, decision.outcomes
    some = draw.some(outcomes, 1, len(outcomes) - 1)
    forms: list[Callable[[], str]] = [
        lambda: f"{name} is {some[0]}",
        lambda: f"{name} is not {some[0]}",
        lambda: f"{name} in {{{', '.join(some)}}}",
        lambda: f"{name} not in {{{', '.join(some)}}}",
        lambda: f"{name} may be {' or '.join(some)}",
    ]
    return draw.pick(forms)()


def _spoil(draw: Draw, facts: dict[str, Any]) -> None:
    names = list(facts)
    if names and draw.chance(70):
        name = draw.pick(names)
        facts[name] = draw.pick(BAD)
        if draw.chance(40):
            del facts[name]
    else:
        facts["fact_nobody_declared"] = 1
