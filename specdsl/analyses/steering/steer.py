"""`steer`: who can bring an outcome about or prevent it, and which rules stop the others.

A principal *can bring about* an outcome (`set`) if some situation has another outcome without its
instructions and this outcome with them. It *can prevent* one (`stop`) in the opposite case. The
facts and the instructions of all others are the same in both; the principal may speak on the
decision itself and on decisions that it reads. It *cannot* if no such situation exists, which is
proved; the reason is a minimal core of rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import product
from typing import Any

from specdsl.analyses.steering.speaker_worlds import HeardPrincipal, SpeakerWorlds
from specdsl.analyses.steering.steering_result import (
    CONTRADICTION,
    NOT_TAKEN,
    Blocked,
    BlockReason,
    CanSteer,
    Speaker,
    SpeechManner,
    Steering,
    SteeringAnswer,
    SteeringGoal,
    UnprovedSteering,
)
from specdsl.analyses.steering.unopposed_speaker import UnopposedSpeaker
from specdsl.api import Spec, replay
from specdsl.frontend.model.nodes import SpecModel
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.engine import Limits
from specdsl.reasoning.witness.simple_witness import Witness
from specdsl.runtime.results import DecisionTrace
from specdsl.semantics.aig import Literal
from specdsl.semantics.circuit import Circuit
from specdsl.verification.two_specs.decision_results import Result, result_of
from specdsl.verification.two_specs.spec_pair import decision_named, dependencies

Replay = Callable[[Mapping[str, Any]], Mapping[str, DecisionTrace]]


def steer(
    spec: Spec, names: Iterable[str] = (), limits: Limits | None = None
) -> tuple[Steering, ...]:
    """Return the steerability of the named decisions (of all if none is named). Each witness has
    been replayed by the decision function, with and without the speaker's instructions."""
    run, limits = replay(spec.circuit), limits or Limits()
    chosen = tuple(names) or tuple(d.name for d in spec.model.decisions)
    return tuple(_steering_of(spec.circuit, name, run, limits) for name in chosen)


def _steering_of(circuit: Circuit, name: str, run: Replay, limits: Limits) -> Steering:
    own = decision_named(circuit.spec, name)
    speakers = [
        _SteeringQueries(SpeakerWorlds(circuit, name, speaker), run, limits).answer_all()
        for speaker in speakers_of(circuit.spec)
    ]
    fails = own.on_conflict is None and any(
        isinstance(answer, CanSteer)
        for speaker in speakers
        for (outcome, _), answer in speaker.answers.items()
        if outcome == CONTRADICTION
    )
    outcomes = (*own.outcomes, *([CONTRADICTION] if fails else []))
    return Steering(name, outcomes, tuple(speakers))


def speakers_of(spec: SpecModel) -> Iterator[HeardPrincipal]:
    """Yield every principal in every manner in which it may be heard."""
    for principal in spec.principals:
        if principal.level is None:
            yield HeardPrincipal(principal, SpeechManner.LENT)
            continue
        yield HeardPrincipal(principal, SpeechManner.STATED)
        if principal.implied is not None:
            yield HeardPrincipal(principal, SpeechManner.IMPLIED)


class _SteeringQueries:
    """The queries about one decision and one speaker."""

    def __init__(self, worlds: SpeakerWorlds, run: Replay, limits: Limits) -> None:
        self.worlds = worlds
        self.queries = worlds.queries(limits)
        self.run = run

    def answer_all(self) -> Speaker:
        speaker, worlds = self.worlds.speaker, self.worlds
        if not worlds.is_heard:
            return Speaker(
                speaker.principal.name,
                speaker.manner,
                {},
                explain_unheard(worlds.circuit.spec, worlds.name, speaker),
            )
        claims = {key: worlds.steering_claim(worlds.pair, key[1], key[0]) for key in self._keys()}
        prover = self.queries.prover(*claims.values())
        answers = {key: self._answer_one(prover, *key, claim) for key, claim in claims.items()}
        return Speaker(speaker.principal.name, speaker.manner, answers)

    def _keys(self) -> Iterator[tuple[str, SteeringGoal]]:
        worlds = self.worlds
        outcomes = [*decision_named(worlds.circuit.spec, worlds.name).outcomes, CONTRADICTION]
        yield from product(outcomes, SteeringGoal)

    def _answer_one(
        self, prover: Prover, outcome: str, goal: SteeringGoal, claim: Literal
    ) -> SteeringAnswer:
        try:
            return (
                self._show_possible(outcome, goal, claim, prover)
                if prover.is_satisfiable(claim)
                else self._explain_block(outcome, goal)
            )
        except Undetermined:
            return UnprovedSteering()

    # --- a witness that it can ---

    def _show_possible(
        self, outcome: str, goal: SteeringGoal, claim: Literal, prover: Prover
    ) -> CanSteer:
        worlds = self.worlds
        witness = self.queries.simple_witness(claim, prover)
        assert witness is not None, "it has just been found"
        spec, situation = worlds.circuit.spec, self.queries.situation_of_witness(witness)
        others = situation.mute_speakers(worlds.speaker.speaks_as)
        whole = others.complete_for(spec), situation.complete_for(spec)
        before, after = (self._replay_outcome(one) for one in whole)
        assert [before, after] == self._outcomes_of_witness(witness), "the replay says otherwise"
        own = tuple(
            saying.instruction_text()
            for saying in situation.says
            if worlds.speaker.speaks_as(saying.mode)
        )
        held = UnopposedSpeaker(worlds, self.queries).blocking_sets(outcome, goal)
        return CanSteer(str(others), own, before, after, situation.to_json(), *whole, held)

    def _replay_outcome(self, situation: Mapping[str, Any]) -> str:
        taken = self.run(situation)[self.worlds.name]
        return _outcome_name(result_of(taken))

    def _outcomes_of_witness(self, witness: Witness) -> list[str]:
        """Return the outcomes in the quiet and in the loud world."""
        found: list[str] = []
        for world in self.worlds.pair:
            results = self.worlds.results_in(world)
            result = next(r for r, literal in results.items() if witness.holds(literal))
            found.append(_outcome_name(result))
        return found

    # --- a proof that it cannot ---

    def _explain_block(self, outcome: str, goal: SteeringGoal) -> Blocked:
        """Return the first reason that can be proved, with a minimal core of rules for it."""
        for why, claim in self._refuted_claims[outcome, goal].items():
            if not self._core_prover.is_satisfiable(claim, *self.worlds.selectors.values()):
                return Blocked(self._minimal_rules(claim), why)
        raise AssertionError("it has just been proved")

    @cached_property
    def _core_prover(self) -> Prover:
        """Return a prover for all reasons, which are asked about one after another."""
        claims = (claim for found in self._refuted_claims.values() for claim in found.values())
        return self.queries.prover(*claims, *self.worlds.selectors.values())

    @cached_property
    def _refuted_claims(self) -> dict[tuple[str, SteeringGoal], dict[BlockReason, Literal]]:
        return {key: self._claims_of_reasons(*key) for key in self._keys()}

    def _claims_of_reasons(self, outcome: str, goal: SteeringGoal) -> dict[BlockReason, Literal]:
        """Return by reason the claim that is unsatisfiable if the reason holds."""
        worlds = self.worlds
        before, after = (worlds.comes_to(world, outcome) for world in worlds.selected)
        found = {BlockReason.NEVER: worlds.graph.any_of((before, after))}
        if goal is SteeringGoal.SET:
            found[BlockReason.ANYWAY] = before ^ 1
        else:
            found |= {BlockReason.ALWAYS: after ^ 1, BlockReason.OWN: before}
        kept = BlockReason.CLASH if outcome == CONTRADICTION else BlockReason.ABOVE
        return {**found, kept: worlds.steering_claim(worlds.selected, goal, outcome)}

    def _minimal_rules(self, claim: Literal) -> tuple[str, ...]:
        names = list(self.worlds.selectors)
        kept, _ = self._core_prover.minimal_core([claim], list(self.worlds.selectors.values()))
        return tuple(sorted(names[i] for i in kept))


def _outcome_name(result: Result) -> str:
    if result.failed:
        return CONTRADICTION
    return result.outcome or NOT_TAKEN


def explain_unheard(spec: SpecModel, name: str, speaker: HeardPrincipal) -> str:
    """Return why a speaker is never heard on the decision."""
    if speaker.manner is SpeechManner.LENT:
        return "nobody lends it authority here"
    reads = len(dependencies(spec, name)) > 1
    return "does not steer it" + (", nor what it reads" if reads else "")
