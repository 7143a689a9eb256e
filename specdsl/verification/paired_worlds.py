"""Paired worlds: two situations that differ in one fact, one speaker, or the rules of a layer.

Claims about two runs at once are 2-safety properties, as in non-interference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from specdsl.base.limits import QUICK_WORK
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Fact, Level, Principal
from specdsl.frontend.ranking.ranks import RankedLevel, Ranks
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.engine import Answer
from specdsl.reasoning.witness.simple_witness import (
    Witness,
    WitnessQuery,
    any_witness,
    simple_witness,
)
from specdsl.semantics.aig import FALSE, TRUE, AndInverterGraph, Atom, Literal, Outcome
from specdsl.semantics.fact_values import FactValue, facts_in
from specdsl.semantics.instruction_inputs import (
    InstructionSlot,
    TwoWorldInstructions,
    delegated_choices,
    eligible_speakers,
    group_by_level,
    no_instructions,
)
from specdsl.semantics.resolution_circuit import PlacedInstruction, World
from specdsl.semantics.substitution import rename_fact
from specdsl.situations.situation import Situation, SpokenInstruction, complete_facts
from specdsl.verification.check_session import CheckSession
from specdsl.verification.equal_levels import equate_levels, left_after_levels


@dataclass(eq=False)
class PairedWorlds:
    """`worlds` share all facts but `changed`, and all instructions but those of the speaker."""

    session: CheckSession
    instructions: TwoWorldInstructions
    worlds: tuple[World, World]
    changed: Fact | None = None
    other: Fact | None = None  # `changed` in the second world

    @staticmethod
    def differing_in(
        session: CheckSession,
        subject: Fact | Principal,
        uninstructed: bool = False,
        answers: bool = False,
    ) -> PairedWorlds:
        """Return worlds of which the second has another value of the fact; or in which the
        principal is silent in the second, or says something else if it `answers`. Without
        instructions if `uninstructed`."""
        if isinstance(subject, Principal):
            return _make_worlds(session, TwoWorldInstructions(session.circuit, subject, answers))
        shared = TwoWorldInstructions(session.circuit)
        other = replace(subject, name=f"{subject.name} otherwise")
        substitute = _substitution_of(session.circuit.graph, subject, other)
        pair = _make_worlds(
            session, shared, substitute, no_instructions if uninstructed else shared.steps
        )
        pair.changed, pair.other = subject, other
        return pair

    @staticmethod
    def with_and_without_layer(session: CheckSession) -> PairedWorlds:
        """Return worlds of which the first has only the base, and the second the layer too."""
        shared = TwoWorldInstructions(session.circuit)
        pair = _make_worlds(session, shared)
        pair.worlds[0].ranks = _base_ranks(session.circuit.ranks)
        return pair

    def situations(
        self,
        claim: Literal,
        decisions: Sequence[DecisionModel],
        any_: bool = False,
        given: Literal = TRUE,
    ) -> tuple[Situation, Situation] | None:
        """Return two simple situations (or, if `any_`, any two) that satisfy the claim, which
        implies what is `given`."""
        graph = self.session.circuit.graph
        possible = graph.all_of(world.assumptions_hold() for world in self.worlds)
        slots = tuple(dict.fromkeys(self._slots(decisions)))
        used = tuple(slot.used for slot in slots)
        query = WitnessQuery(
            claim, possible, self.instructions.well_formed(), used, group_by_level(slots)
        )
        look = any_witness if any_ else simple_witness
        prover = self._prover(query, decisions, given)
        witness = None if prover is None else look(graph, query, self.session.limits, prover)
        return None if witness is None else self.situations_of(witness, decisions)

    def situations_of(
        self, witness: Witness, decisions: Sequence[DecisionModel]
    ) -> tuple[Situation, Situation]:
        """Return the two situations of a witness about both worlds."""
        return (
            self._situation(witness, decisions, first=True),
            self._situation(witness, decisions, first=False),
        )

    def _prover(
        self, query: WitnessQuery, decisions: Sequence[DecisionModel], given: Literal
    ) -> Prover | None:
        """Return a prover for a query about decisions, which knows equal levels if it is not
        answered quickly; None if the answer is no."""
        claim, known = query.claim, (query.possible, query.valid)
        if FALSE in (claim, *known):
            return None
        found, limits = self._dependencies(decisions), self.session.limits
        after = [pairs for d in found for pairs in left_after_levels(self.worlds, d)]
        levels = (literal for pairs in after for pair in pairs for literal in pair)
        prover = Prover(
            self.session.circuit.graph, (claim, *known, *query.used, given, *levels), limits
        )
        prover.assert_always(*known)
        prover.set_budget(min(QUICK_WORK, limits.work))
        answer = prover.check(claim)
        if answer is Answer.UNDETERMINED:
            equate_levels(prover, self.worlds, reversed(found), given)
        prover.set_budget(limits.work)
        return None if answer is Answer.UNSAT else prover

    def _situation(
        self, witness: Witness, decisions: Sequence[DecisionModel], first: bool
    ) -> Situation:
        every = complete_facts(self.session.spec, self._facts(witness.all_facts, first))
        says = self._given_instructions(witness, decisions, first)
        return Situation(self._facts(witness.relevant_facts, first), every, says)

    def _facts(self, values: Mapping[Fact, FactValue], first: bool) -> dict[Fact, FactValue]:
        found: dict[Fact, FactValue] = dict(values)
        if self.changed is not None and self.other is not None:
            value = found.pop(self.other, ...)
            if not first and value is not ...:
                found[self.changed] = value
        return found

    def _dependencies(self, decisions: Sequence[DecisionModel]) -> list[DecisionModel]:
        return list(
            dict.fromkeys(d for decision in decisions for d in self.session.dependencies(decision))
        )

    def _placed_instructions(
        self, decisions: Sequence[DecisionModel]
    ) -> Iterator[tuple[DecisionModel, Level, PlacedInstruction]]:
        for decision in self._dependencies(decisions):
            for level, step, _ in self.worlds[0].resolution_of(decision).steps:
                yield decision, level, step

    def _slots(self, decisions: Sequence[DecisionModel]) -> list[InstructionSlot]:
        return [step.key[0] for _, _, step in self._placed_instructions(decisions)]

    def _given_instructions(
        self, witness: Witness, decisions: Sequence[DecisionModel], first: bool
    ) -> tuple[SpokenInstruction, ...]:
        """Return the instructions, the highest last; a delegated slot once, although it may count
        at many levels."""
        found: dict[InstructionSlot, SpokenInstruction] = {}
        for decision, level, step in self._placed_instructions(decisions):
            slot, run, who, there = step.key
            if slot not in found and witness.holds(slot.used):
                is_heard = witness.holds(there) != first
                spoken = self._speaker_of(witness, decision, level, slot, run, who, is_heard)
                if spoken is not None:
                    found[slot] = spoken
        return tuple(reversed(found.values()))

    def _speaker_of(
        self,
        witness: Witness,
        decision: DecisionModel,
        level: Level,
        slot: InstructionSlot,
        run: str,
        who: Any,
        is_heard: bool,
    ) -> SpokenInstruction | None:
        """Return the instruction in a slot; None if it is the speaker's and is not heard in this
        world."""
        mask = sum(1 << o for o, bit in enumerate(slot.outcomes) if witness.holds(bit))
        speaker = self.instructions.speaker
        if isinstance(who, list):
            choices = delegated_choices(self.session.spec, decision)
            chosen = next(c for c, bit in zip(choices, who, strict=True) if witness.holds(bit))
            principal, at = chosen
            if principal is speaker and not is_heard:
                return None
            return SpokenInstruction(principal, False, at, decision, slot.permits, mask)
        mine = witness.holds(who)
        if mine and not is_heard:
            return None
        able = [
            c
            for c in eligible_speakers(self.session.spec, decision, level)
            if (c.principal is speaker) == mine
            and (c.delegate is None or witness.holds(self.worlds[0].delegation_active(c.delegate)))
        ]
        able = [c for c in able if c.place == run] or able
        if not able:
            raise Undetermined
        carrier = able[0]
        return SpokenInstruction(
            carrier.principal, carrier.implied, carrier.at, decision, slot.permits, mask
        )


def _make_worlds(
    session: CheckSession,
    shared: TwoWorldInstructions,
    substitute: Callable[[Atom], Literal | None] = lambda atom: None,
    steps: Callable[[World, DecisionModel, Level], Sequence[PlacedInstruction]] | None = None,
) -> PairedWorlds:
    first = World(session.circuit, steps or shared.steps)
    second = World(session.circuit, steps or shared.steps, substitute)
    shared.worlds = (first, second)
    return PairedWorlds(session, shared, (first, second))


def _substitution_of(
    graph: AndInverterGraph, fact: Fact, other: Fact
) -> Callable[[Atom], Literal | None]:
    """Return a substitution of one fact by another."""

    def substitute(atom: Atom) -> Literal | None:
        if isinstance(atom, Outcome) or fact not in facts_in(atom):
            return None
        return rename_fact(graph, atom, fact, other)

    return substitute


def _base_ranks(ranks: Ranks) -> Ranks:
    """Return the ranks among the rules of the base, which a layer does not change."""
    levels = {
        decision: tuple(_base_level(ranked) for ranked in found)
        for decision, found in ranks.levels.items()
        if decision.in_base
    }
    return Ranks(levels)


def _base_level(ranked: RankedLevel) -> RankedLevel:
    kept = [i for i, rule in enumerate(ranked.rules) if rule.in_base]
    above = tuple(
        sum(1 << new for new, old in enumerate(kept) if ranked.above[i] >> old & 1) for i in kept
    )
    return RankedLevel(ranked.level, tuple(ranked.rules[i] for i in kept), above)
