"""Decides a situation: the verdict on every decision of a spec."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache

from specdsl.frontend.model import nodes as m
from specdsl.semantics.reference.answer import ReferenceAnswer, Verdict
from specdsl.semantics.reference.candidates import (
    PlacedCandidate,
    instruction_candidate,
    is_above,
    rule_candidates,
)
from specdsl.semantics.reference.kleene import Valuation, evaluate
from specdsl.semantics.reference.naive_ranks import effect_on, outranking_pairs
from specdsl.semantics.reference.read_facts import Value, read_facts
from specdsl.semantics.reference.read_instructions import ReadInstruction, read_instructions
from specdsl.semantics.reference.resolve_decision import (
    OutcomeSet,
    StandingOutcomes,
    common_outcomes,
    is_superseded,
    left_above_conflict,
    minimal_conflicts,
    standing_candidates,
    standing_restrictions,
    winning_candidates,
)


def decide(
    spec: m.SpecModel, facts: Mapping[str, object], says: Iterable[object] = ()
) -> ReferenceAnswer:
    """Decide a situation.

    `facts` has values by name: bool, int, float, Decimal, Fraction, str, dates and times as Python
    objects or ISO text, an iterable of str for a set; None or absent is unknown. `says` has the
    instructions in order: mappings of `by`, `effect` and optionally `implied` and `at`. Bad input
    raises nothing: the answer names all its faults.
    """
    values, faults = read_facts(spec, facts)
    instructions, wrong = read_instructions(spec, says)
    faults |= wrong
    if not faults:
        faults = _violated_assumptions(spec, values)
    if faults:
        return ReferenceAnswer(faults=tuple(sorted(faults)))
    return CallInterpreter(spec, values, instructions).decide_all()


def _violated_assumptions(spec: m.SpecModel, values: Mapping[m.Fact, Value]) -> frozenset[str]:
    world = Valuation(values, {})
    return frozenset(a.name for a in spec.assumes if evaluate(a.expr, world) is False)


class CallInterpreter:
    """Interprets one situation. A decision is taken when another one reads it, and only once."""

    def __init__(
        self, spec: m.SpecModel, facts: Mapping[m.Fact, Value], says: tuple[ReadInstruction, ...]
    ) -> None:
        self.spec = spec
        self.says = says
        self.outcomes: dict[m.DecisionModel, str] = {}
        self.world = Valuation(facts, self.outcomes)
        self.verdicts: dict[m.DecisionModel, Verdict] = {}

    def decide_all(self) -> ReferenceAnswer:
        return ReferenceAnswer(
            verdicts=tuple(self.take_decision(decision) for decision in self.spec.decisions)
        )

    def take_decision(self, decision: m.DecisionModel) -> Verdict:
        if decision not in self.verdicts:
            read = [self.take_decision(other) for other in _decisions_read_by(self.spec, decision)]
            taken = all(verdict.was_taken for verdict in read)
            verdict = self._resolve_decision(decision) if taken else Verdict(decision.name)
            self.verdicts[decision] = verdict
            if verdict.outcome is not None:
                self.outcomes[decision] = verdict.outcome
        return self.verdicts[decision]

    def _resolve_decision(self, decision: m.DecisionModel) -> Verdict:
        said = [one for one in self.says if one.decision is decision]
        placed = {one: instruction_candidate(self.spec, one, self.world) for one in said}
        counting = [one for one in placed.values() if one is not None]
        candidates = [*rule_candidates(self.spec, decision, self.world), *counting]
        ignored = tuple(one.position for one, place in placed.items() if place is None)
        return _make_verdict(self.spec, decision, candidates, ignored)


def _make_verdict(
    spec: m.SpecModel,
    decision: m.DecisionModel,
    candidates: list[PlacedCandidate],
    ignored: tuple[int, ...],
) -> Verdict:
    ranks = outranking_pairs(spec, decision)

    def higher(one: PlacedCandidate, other: PlacedCandidate) -> bool:
        return is_above(one, other, ranks)

    every = frozenset(decision.outcomes)
    standing = standing_candidates(every, candidates, higher)
    fallen = [one for one in candidates if one not in standing]
    lost = [one for one in fallen if is_superseded(one, every, candidates, higher)]
    restricting = standing_restrictions(standing)
    left = common_outcomes(every, restricting.values())
    outcome = _chosen_outcome(decision, restricting, left)
    because: tuple[PlacedCandidate, ...] = ()
    if left and outcome is not None:
        because = winning_candidates(_choice_order(decision), outcome, standing, higher)
    return Verdict(
        decision.name,
        outcome,
        failed=outcome is None,
        decided=bool(restricting) and outcome is not None,
        conflicted=not left,
        because=tuple(one.name for one in because),
        clashes=frozenset() if left else minimal_conflicts(restricting),
        standing=tuple(_candidate_key(one) for one in standing),
        overridden=tuple(_candidate_key(one) for one in fallen if one not in lost),
        superseded=tuple(_candidate_key(one) for one in lost),
        ignored=ignored,
    )


def _chosen_outcome(
    decision: m.DecisionModel, restricting: StandingOutcomes, left: OutcomeSet
) -> str | None:
    """Return the first outcome in choice order that is left. In a contradiction it is the outcome
    of `on conflict` if nothing above the conflict excludes it, else the most preferred one, as
    listed, that is left above; None without `on conflict`."""
    if left:
        return _first_of(_choice_order(decision), left)
    if decision.on_conflict is None:
        return None
    above_it = left_above_conflict(frozenset(decision.outcomes), restricting)
    settled = decision.outcomes[decision.on_conflict]
    return settled if settled in above_it else _first_of(decision.outcomes, above_it)


def _choice_order(decision: m.DecisionModel) -> tuple[str, ...]:
    """Return the outcomes as listed, but the default first if there is one."""
    if decision.default is None:
        return decision.outcomes
    default = decision.outcomes[decision.default]
    return (default, *(outcome for outcome in decision.outcomes if outcome != default))


def _first_of(order: tuple[str, ...], among: OutcomeSet) -> str:
    return next(outcome for outcome in order if outcome in among)


def _candidate_key(one: PlacedCandidate) -> str | int:
    return one.instruction.position if one.instruction is not None else one.name


@lru_cache(maxsize=64)
def _decisions_read_by(spec: m.SpecModel, decision: m.DecisionModel) -> tuple[m.DecisionModel, ...]:
    """Return the decisions that the conditions of its rules and delegations read."""
    rules = [rule for rule in spec.rules if effect_on(rule, decision)]
    conditions: list[object] = [(rule.whens, rule.unlesses) for rule in rules]
    conditions += [lent.when for lent in spec.delegates if decision in lent.decisions]
    return tuple(dict.fromkeys(_decisions_in(conditions)))


def _decisions_in(found: object) -> Iterator[m.DecisionModel]:
    match found:
        case m.HasOutcome():
            yield found.decision
        case m.DefineRef():
            yield from _decisions_in(found.define.expr)
        case tuple() | list():
            for item in found:
                yield from _decisions_in(item)
        case m.Fact():
            return
        case _ if is_dataclass(found):
            for field in (field for field in fields(found) if field.name != "span"):
                yield from _decisions_in(getattr(found, field.name))
