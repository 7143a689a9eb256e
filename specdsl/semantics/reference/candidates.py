"""The candidates of a decision: applicable rules and counting instructions, each at its place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from specdsl.frontend.model import nodes as m
from specdsl.semantics.reference.kleene import Valuation, is_true
from specdsl.semantics.reference.naive_ranks import RulePairs, effect_on
from specdsl.semantics.reference.read_instructions import ReadInstruction


class RankPlace(IntEnum):
    """The places of a level, highest first."""

    STATED = 0
    LOWERED = 1
    IMPLIED = 2
    LENT = 3
    RULES = 4


@dataclass(frozen=True, slots=True)
class PlacedCandidate:
    """A rule or an instruction, the other is None; it restricts to `outcomes` or permits them."""

    level: m.Level
    place: RankPlace
    outcomes: frozenset[str]
    permits: bool
    rule: m.Rule | None = None
    instruction: ReadInstruction | None = None

    @property
    def name(self) -> str:
        """Return the name of the rule, or of the principal that gives the instruction."""
        if self.rule is not None:
            return self.rule.name
        assert self.instruction is not None
        return self.instruction.principal.name

    @property
    def rank_position(self) -> tuple[int, RankPlace]:
        """Return a sort key of its place; a smaller key is higher."""
        return self.level.rank, self.place


def is_above(one: PlacedCandidate, other: PlacedCandidate, rules: RulePairs) -> bool:
    """Tell whether one ranks strictly above the other."""
    if one.rank_position != other.rank_position:
        return one.rank_position < other.rank_position
    if one.rule is not None and other.rule is not None:
        return (one.rule, other.rule) in rules
    assert one.instruction is not None
    assert other.instruction is not None
    return one.instruction.position > other.instruction.position


def rule_applies(rule: m.Rule, world: Valuation) -> bool:
    """Tell whether each `when` is true and no `unless` is: an exception must be known to hold."""
    open_now = all(is_true(when, world) for when in rule.whens)
    return open_now and not any(is_true(unless, world) for unless in rule.unlesses)


def rule_candidates(
    spec: m.SpecModel, decision: m.DecisionModel, world: Valuation
) -> list[PlacedCandidate]:
    found = []
    for rule in spec.rules:
        effect = effect_on(rule, decision)
        if effect is not None and rule_applies(rule, world):
            outcomes = _outcome_names(decision, effect.outcomes)
            found.append(
                PlacedCandidate(rule.level, RankPlace.RULES, outcomes, effect.permits, rule)
            )
    return found


def _outcome_names(decision: m.DecisionModel, mask: int) -> frozenset[str]:
    return frozenset(name for i, name in enumerate(decision.outcomes) if mask >> i & 1)


def instruction_candidate(
    spec: m.SpecModel, said: ReadInstruction, world: Valuation
) -> PlacedCandidate | None:
    """Return the candidate at its place, or None if the instruction is ignored."""
    if not said.decision.steers(said.principal):
        return None
    own = said.principal.level
    if own is None:
        found = _delegated_place(spec, said, world)
    elif said.implied:
        found = _implied_place(said)
    elif said.at is None or said.at is own:
        found = own, RankPlace.STATED
    else:
        found = said.at, RankPlace.LOWERED
    if found is None:
        return None
    return PlacedCandidate(*found, said.outcomes, said.permits, instruction=said)


def _implied_place(said: ReadInstruction) -> tuple[m.Level, RankPlace] | None:
    """Return the place of an implied instruction: at the principal's `implied at`, or at the named
    level."""
    usual = said.principal.implied
    if usual is None:
        return None
    return usual if said.at is None else said.at, RankPlace.IMPLIED


def _delegated_place(
    spec: m.SpecModel, said: ReadInstruction, world: Valuation
) -> tuple[m.Level, RankPlace] | None:
    """Return the place of an instruction with lent authority: at the highest level that an active
    delegation lends, or at the named level if that is not above it. A principal without authority
    has no `implied at`."""
    levels = [delegate.level for delegate in spec.delegates if _is_active(delegate, said, world)]
    if said.implied or not levels:
        return None
    highest = min(levels, key=lambda level: level.rank)
    at = highest if said.at is None else said.at
    return None if at.rank < highest.rank else (at, RankPlace.LENT)


def _is_active(delegate: m.Delegate, said: ReadInstruction, world: Valuation) -> bool:
    about = delegate.principal is said.principal and said.decision in delegate.decisions
    return about and (delegate.when is None or is_true(delegate.when, world))
