"""Candidates of a decision: rules that apply and instructions that count, each at its place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from specdsl.circuit.reference.conditions import World, true
from specdsl.circuit.reference.instructions import Instruction
from specdsl.circuit.reference.ranks import Pairs, effect_on
from specdsl.model import nodes as m


class Place(IntEnum):
    """The places of a level, highest first."""

    STATED = 0
    LOWERED = 1
    IMPLIED = 2
    LENT = 3
    RULES = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule or an instruction, the other is None; it restricts to `outcomes` or permits them."""

    level: m.Level
    place: Place
    outcomes: frozenset[str]
    permits: bool
    rule: m.Rule | None = None
    instruction: Instruction | None = None

    @property
    def name(self) -> str:
        """The rule, or the principal that gives the instruction."""
        if self.rule is not None:
            return self.rule.name
        assert self.instruction is not None
        return self.instruction.principal.name

    @property
    def where(self) -> tuple[int, Place]:
        """Its place among all places; less is higher."""
        return self.level.rank, self.place


def is_above(one: Candidate, other: Candidate, rules: Pairs) -> bool:
    """Whether one ranks strictly above the other."""
    if one.where != other.where:
        return one.where < other.where
    if one.rule is not None and other.rule is not None:
        return (one.rule, other.rule) in rules
    assert one.instruction is not None
    assert other.instruction is not None
    return one.instruction.position > other.instruction.position


def applies(rule: m.Rule, world: World) -> bool:
    """Its `when`s are true, and no `unless` is: an exception must be known to hold."""
    open_now = all(true(when, world) for when in rule.whens)
    return open_now and not any(true(unless, world) for unless in rule.unlesses)


def of_rules(spec: m.Spec, decision: m.Decision, world: World) -> list[Candidate]:
    found = []
    for rule in spec.rules:
        effect = effect_on(rule, decision)
        if effect is not None and applies(rule, world):
            outcomes = _named(decision, effect.outcomes)
            found.append(Candidate(rule.level, Place.RULES, outcomes, effect.permits, rule))
    return found


def _named(decision: m.Decision, mask: int) -> frozenset[str]:
    return frozenset(name for i, name in enumerate(decision.outcomes) if mask >> i & 1)


def of_instruction(spec: m.Spec, said: Instruction, world: World) -> Candidate | None:
    """The candidate at its place, or None where the instruction is ignored."""
    if not said.decision.steers(said.principal):
        return None
    own = said.principal.level
    if own is None:
        found = _lent(spec, said, world)
    elif said.implied:
        found = _implied(said)
    elif said.at is None or said.at is own:
        found = own, Place.STATED
    else:
        found = said.at, Place.LOWERED
    if found is None:
        return None
    return Candidate(*found, said.outcomes, said.permits, instruction=said)


def _implied(said: Instruction) -> tuple[m.Level, Place] | None:
    """At the principal's `implied at`, or at the level below it that was named."""
    usual = said.principal.implied
    if usual is None:
        return None
    return usual if said.at is None else said.at, Place.IMPLIED


def _lent(spec: m.Spec, said: Instruction, world: World) -> tuple[m.Level, Place] | None:
    """The highest level that an active delegation lends, or the one named where that is not
    above it. A principal without authority has no `implied at`."""
    levels = [delegate.level for delegate in spec.delegates if _active(delegate, said, world)]
    if said.implied or not levels:
        return None
    highest = min(levels, key=lambda level: level.rank)
    at = highest if said.at is None else said.at
    return None if at.rank < highest.rank else (at, Place.LENT)


def _active(delegate: m.Delegate, said: Instruction, world: World) -> bool:
    about = delegate.principal is said.principal and said.decision in delegate.decisions
    return about and (delegate.when is None or true(delegate.when, world))
