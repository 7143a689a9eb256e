"""Two worlds side by side: the same but for one fact, one speaker, or the rules of a layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from specdsl.frontend.model.nodes import Decision, Fact, Level, Principal
from specdsl.frontend.ranking.ranks import RankedLevel, Ranks
from specdsl.reasoning.prover import Undetermined
from specdsl.reasoning.witness.simple_witness import (
    Witness,
    WitnessQuery,
    any_witness,
    simple_witness,
)
from specdsl.semantics.aig import AndInverterGraph, Atom, Outcome
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


@dataclass(eq=False)
class PairedWorlds:
    """`worlds` share all facts but `changed`, and all instructions but those of `speaker`."""

    session: CheckSession
    instructions: TwoWorldInstructions
    worlds: tuple[World, World]
    changed: Fact | None = None
    other: Fact | None = None  # what `changed` is in the second world

    @staticmethod
    def differing_in(
        session: CheckSession,
        subject: Fact | Principal,
        silent: bool = False,
        answers: bool = False,
    ) -> PairedWorlds:
        """The second world has another value of the fact; or there the principal says nothing, or
        where it `answers` something else. Where `silent`, nobody says anything in either."""
        if isinstance(subject, Principal):
            return _pair(session, TwoWorldInstructions(session.circuit, subject, answers))
        shared = TwoWorldInstructions(session.circuit)
        other = replace(subject, name=f"{subject.name} otherwise")
        put = _swapped(session.circuit.graph, subject, other)
        pair = _pair(session, shared, put, no_instructions if silent else shared.steps)
        pair.changed, pair.other = subject, other
        return pair

    @staticmethod
    def with_and_without_layer(session: CheckSession) -> PairedWorlds:
        """The first world is the base alone, the second has the layer too."""
        shared = TwoWorldInstructions(session.circuit)
        pair = _pair(session, shared)
        pair.worlds[0].ranks = _of_base(session.circuit.ranks)
        return pair

    def situations(
        self, claim: int, decisions: Sequence[Decision], any_: bool = False
    ) -> tuple[Situation, Situation] | None:
        """Two simple situations with the claim; or any two."""
        graph = self.session.circuit.graph
        possible = graph.all_of(world.assumptions_hold() for world in self.worlds)
        slots = tuple(dict.fromkeys(self._slots(decisions)))
        used = tuple(slot.used for slot in slots)
        question = WitnessQuery(
            claim, possible, self.instructions.well_formed(), used, group_by_level(slots)
        )
        look = any_witness if any_ else simple_witness
        witness = look(graph, question, self.session.limits)
        if witness is None:
            return None
        return (
            self._situation(witness, decisions, first=True),
            self._situation(witness, decisions, first=False),
        )

    def _situation(self, witness: Witness, decisions: Sequence[Decision], first: bool) -> Situation:
        every = complete_facts(self.session.spec, self._facts(witness.all_facts, first))
        says = self._spoken(witness, decisions, first)
        return Situation(self._facts(witness.relevant_facts, first), every, says)

    def _facts(self, values: Mapping[Fact, FactValue], first: bool) -> dict[Fact, FactValue]:
        found: dict[Fact, FactValue] = dict(values)
        if self.changed is not None and self.other is not None:
            value = found.pop(self.other, ...)
            if not first and value is not ...:
                found[self.changed] = value
        return found

    def _cone(self, decisions: Sequence[Decision]) -> list[Decision]:
        return list(
            dict.fromkeys(d for decision in decisions for d in self.session.dependencies(decision))
        )

    def _steps(
        self, decisions: Sequence[Decision]
    ) -> Iterator[tuple[Decision, Level, PlacedInstruction]]:
        for decision in self._cone(decisions):
            for level, step, _ in self.worlds[0].resolution_of(decision).steps:
                yield decision, level, step

    def _slots(self, decisions: Sequence[Decision]) -> list[InstructionSlot]:
        return [step.key[0] for _, _, step in self._steps(decisions)]

    def _spoken(
        self, witness: Witness, decisions: Sequence[Decision], first: bool
    ) -> tuple[SpokenInstruction, ...]:
        """What is said, the highest last; a lent slot once, though it may land on many levels."""
        found: dict[InstructionSlot, SpokenInstruction] = {}
        for decision, level, step in self._steps(decisions):
            slot, run, who, there = step.key
            if slot not in found and witness.holds(slot.used):
                heard = witness.holds(there) != first
                spoken = self._speaker(witness, decision, level, slot, run, who, heard)
                if spoken is not None:
                    found[slot] = spoken
        return tuple(reversed(found.values()))

    def _speaker(
        self,
        witness: Witness,
        decision: Decision,
        level: Level,
        slot: InstructionSlot,
        run: str,
        who: Any,
        heard: bool,
    ) -> SpokenInstruction | None:
        """Who speaks in a slot; None where it is the speaker and is not `heard` in this world."""
        mask = sum(1 << o for o, bit in enumerate(slot.outcomes) if witness.holds(bit))
        speaker = self.instructions.speaker
        if isinstance(who, list):
            choices = delegated_choices(self.session.spec, decision)
            chosen = next(c for c, bit in zip(choices, who, strict=True) if witness.holds(bit))
            principal, at = chosen
            if principal is speaker and not heard:
                return None
            return SpokenInstruction(principal, False, at, decision, slot.permits, mask)
        mine = witness.holds(who)
        if mine and not heard:
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


def _pair(
    session: CheckSession,
    shared: TwoWorldInstructions,
    put: Callable[[Atom], int | None] = lambda atom: None,
    steps: Callable[[World, Decision, Level], Sequence[PlacedInstruction]] | None = None,
) -> PairedWorlds:
    first = World(session.circuit, steps or shared.steps)
    second = World(session.circuit, steps or shared.steps, put)
    shared.worlds = (first, second)
    return PairedWorlds(session, shared, (first, second))


def _swapped(graph: AndInverterGraph, fact: Fact, other: Fact) -> Callable[[Atom], int | None]:
    """Puts atoms on the other fact for those on the fact."""

    def put(atom: Atom) -> int | None:
        if isinstance(atom, Outcome) or fact not in facts_in(atom):
            return None
        return rename_fact(graph, atom, fact, other)

    return put


def _of_base(ranks: Ranks) -> Ranks:
    """The ranks among the rules of the base: a layer does not change them."""
    levels = {
        decision: tuple(_kept(ranked) for ranked in found)
        for decision, found in ranks.levels.items()
        if decision.in_base
    }
    return Ranks(levels)


def _kept(ranked: RankedLevel) -> RankedLevel:
    kept = [i for i, rule in enumerate(ranked.rules) if rule.in_base]
    above = tuple(
        sum(1 << new for new, old in enumerate(kept) if ranked.above[i] >> old & 1) for i in kept
    )
    return RankedLevel(ranked.level, tuple(ranked.rules[i] for i in kept), above)
