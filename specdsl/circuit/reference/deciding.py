"""A situation → what becomes of every decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache

from specdsl.circuit.reference.answer import Answer, Verdict
from specdsl.circuit.reference.candidates import Candidate, is_above, of_instruction, of_rules
from specdsl.circuit.reference.conditions import World, value
from specdsl.circuit.reference.facts import Value, read_facts
from specdsl.circuit.reference.instructions import Instruction, read_instructions
from specdsl.circuit.reference.ranks import above, effect_on
from specdsl.circuit.reference.resolution import (
    Outcomes,
    Standing,
    clashes,
    left_above_the_clash,
    meet,
    restrictions,
    stand,
    superseded,
    winners,
)
from specdsl.model import nodes as m


def decide(spec: m.Spec, facts: Mapping[str, object], says: Iterable[object] = ()) -> Answer:
    """The answer to a situation.

    `facts` by name: bool, int, float, Decimal, Fraction, str, dates and times as Python's objects
    or ISO text, an iterable of str for a set; None or absent is unknown. `says` in the order given:
    mappings of `by`, `effect` and, if need be, `implied` and `at`. Bad input raises nothing: the
    answer names all its faults.
    """
    values, faults = read_facts(spec, facts)
    instructions, wrong = read_instructions(spec, says)
    faults |= wrong
    if not faults:
        faults = _false_assumptions(spec, values)
    if faults:
        return Answer(faults=tuple(sorted(faults)))
    return _Call(spec, values, instructions).answer()


def _false_assumptions(spec: m.Spec, values: Mapping[m.Fact, Value]) -> frozenset[str]:
    world = World(values, {})
    return frozenset(a.name for a in spec.assumes if value(a.expr, world) is False)


class _Call:
    """One situation; decisions are taken as others read them, each once."""

    def __init__(
        self, spec: m.Spec, facts: Mapping[m.Fact, Value], says: tuple[Instruction, ...]
    ) -> None:
        self.spec = spec
        self.says = says
        self.outcomes: dict[m.Decision, str] = {}
        self.world = World(facts, self.outcomes)
        self.verdicts: dict[m.Decision, Verdict] = {}

    def answer(self) -> Answer:
        return Answer(verdicts=tuple(self.take(decision) for decision in self.spec.decisions))

    def take(self, decision: m.Decision) -> Verdict:
        if decision not in self.verdicts:
            read = [self.take(other) for other in _read_by(self.spec, decision)]
            taken = all(verdict.taken for verdict in read)
            verdict = self._resolve(decision) if taken else Verdict(decision.name)
            self.verdicts[decision] = verdict
            if verdict.outcome is not None:
                self.outcomes[decision] = verdict.outcome
        return self.verdicts[decision]

    def _resolve(self, decision: m.Decision) -> Verdict:
        said = [one for one in self.says if one.decision is decision]
        placed = {one: of_instruction(self.spec, one, self.world) for one in said}
        counting = [one for one in placed.values() if one is not None]
        candidates = [*of_rules(self.spec, decision, self.world), *counting]
        ignored = tuple(one.position for one, place in placed.items() if place is None)
        return _verdict(self.spec, decision, candidates, ignored)


def _verdict(
    spec: m.Spec, decision: m.Decision, candidates: list[Candidate], ignored: tuple[int, ...]
) -> Verdict:
    ranks = above(spec, decision)

    def higher(one: Candidate, other: Candidate) -> bool:
        return is_above(one, other, ranks)

    every = frozenset(decision.outcomes)
    standing = stand(every, candidates, higher)
    fallen = [one for one in candidates if one not in standing]
    lost = [one for one in fallen if superseded(one, every, candidates, higher)]
    restricting = restrictions(standing)
    left = meet(every, restricting.values())
    outcome = _outcome(decision, restricting, left)
    because: tuple[Candidate, ...] = ()
    if left and outcome is not None:
        because = winners(_choice_order(decision), outcome, standing, higher)
    return Verdict(
        decision.name,
        outcome,
        failed=outcome is None,
        decided=bool(restricting) and outcome is not None,
        conflicted=not left,
        because=tuple(one.name for one in because),
        clashes=frozenset() if left else clashes(restricting),
        standing=tuple(_key(one) for one in standing),
        overridden=tuple(_key(one) for one in fallen if one not in lost),
        superseded=tuple(_key(one) for one in lost),
        ignored=ignored,
    )


def _outcome(decision: m.Decision, restricting: Standing, left: Outcomes) -> str | None:
    """The first in choice order of what is left. In a contradiction what `on conflict` says, if
    nothing above the clash excludes it, else the most preferred, as listed, of what stands above;
    None without it."""
    if left:
        return _first_of(_choice_order(decision), left)
    if decision.on_conflict is None:
        return None
    above_it = left_above_the_clash(frozenset(decision.outcomes), restricting)
    settled = decision.outcomes[decision.on_conflict]
    return settled if settled in above_it else _first_of(decision.outcomes, above_it)


def _choice_order(decision: m.Decision) -> tuple[str, ...]:
    """The default, where there is one, then the outcomes as listed."""
    if decision.default is None:
        return decision.outcomes
    default = decision.outcomes[decision.default]
    return (default, *(outcome for outcome in decision.outcomes if outcome != default))


def _first_of(order: tuple[str, ...], among: Outcomes) -> str:
    return next(outcome for outcome in order if outcome in among)


def _key(one: Candidate) -> str | int:
    return one.instruction.position if one.instruction is not None else one.name


@lru_cache(maxsize=64)
def _read_by(spec: m.Spec, decision: m.Decision) -> tuple[m.Decision, ...]:
    """The decisions that some condition of its rules or of its delegations names."""
    rules = [rule for rule in spec.rules if effect_on(rule, decision)]
    conditions: list[object] = [(rule.whens, rule.unlesses) for rule in rules]
    conditions += [lent.when for lent in spec.delegates if decision in lent.decisions]
    return tuple(dict.fromkeys(_decisions_in(conditions)))


def _decisions_in(found: object) -> Iterator[m.Decision]:
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
