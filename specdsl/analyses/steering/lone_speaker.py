"""Lone speakers in two specs: what the strongest word of each does to a decision, by facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specdsl.analyses.steering.say_change import SayRegion, SayTrend
from specdsl.analyses.steering.steering_result import (
    CONTRADICTION,
    NOT_TAKEN,
    SpeechManner,
    SteeringGoal,
)
from specdsl.analyses.steering.strongest_instructions import strongest_instructions
from specdsl.api import Spec, replay
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Principal
from specdsl.reasoning.sat.engine import Limits
from specdsl.reasoning.witness.simple_witness import WitnessQuery, simple_witness
from specdsl.runtime.results import DecisionTrace
from specdsl.semantics.aig import FALSE, Literal
from specdsl.semantics.resolution_circuit import World
from specdsl.verification.two_specs.decision_results import result_literals
from specdsl.verification.two_specs.paired_situation import SharedSituation, situation_of_witness
from specdsl.verification.two_specs.region_cover import extent_of
from specdsl.verification.two_specs.spec_pair import SpecPair, decision_named

Says = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class SayClaim:
    """The literal that a speaker alone reaches its goal in one spec only."""

    name: str
    principal: str
    manner: SpeechManner
    outcome: str
    goal: SteeringGoal
    trend: SayTrend
    literal: Literal

    @property
    def key(self) -> tuple[str, SpeechManner, str, SteeringGoal]:
        """Return who reaches what, as an entry of a table."""
        return self.principal, self.manner, self.outcome, self.goal


class LoneSpeakers:
    """The claims about single speakers in a pair of specs. Queries raise `Undetermined`."""

    def __init__(self, old: Spec, new: Spec, pair: SpecPair, limits: Limits) -> None:
        self.pair, self.limits = pair, limits
        self.replays = replay(old.circuit), replay(new.circuit)
        self.quiet = tuple(World(w.circuit, _silence) for w in (pair.old, pair.new))

    def claims_about(self, name: str) -> Iterator[SayClaim]:
        """Yield the satisfiable claims about a decision of both specs."""
        made = [c for key in self._speaker_keys() for c in self._claims_of(name, *key)]
        queries = self.pair.silent_queries(self.limits)
        prover = queries.prover(*(claim.literal for claim in made))
        yield from (claim for claim in made if prover.is_satisfiable(claim.literal))

    def _speaker_keys(self) -> list[tuple[str, SpeechManner]]:
        return list(
            dict.fromkeys(
                (one.name, manner)
                for world in self.quiet
                for one in world.circuit.spec.principals
                for manner in _manners_of(one)
            )
        )

    def _claims_of(self, name: str, principal: str, manner: SpeechManner) -> Iterator[SayClaim]:
        old, new = (decision_named(w.circuit.spec, name) for w in self.quiet)
        for outcome in (one for one in new.outcomes if one in old.outcomes):
            for goal in SteeringGoal:
                says = [self._comes_to(i, name, principal, manner, outcome, goal) for i in (0, 1)]
                for trend, here in ((SayTrend.LOST, 0), (SayTrend.GAINED, 1)):
                    literal = self._reached_only_here(here, name, outcome, goal, says)
                    if literal != FALSE:
                        yield SayClaim(name, principal, manner, outcome, goal, trend, literal)

    def _reached_only_here(
        self, here: int, name: str, outcome: str, goal: SteeringGoal, says: list[Literal]
    ) -> Literal:
        """Return the literal that the word reaches the goal in one spec, where nothing else would,
        and not in the other."""
        quiet = self._outcome(self.quiet[here], name, outcome)
        stops = goal is SteeringGoal.STOP
        before = quiet ^ (not stops)
        reached, elsewhere = says[here] ^ stops, says[1 - here] ^ stops
        return self.pair.graph.all_of((before, reached, elsewhere ^ 1))

    def _comes_to(
        self,
        side: int,
        name: str,
        principal: str,
        manner: SpeechManner,
        outcome: str,
        goal: SteeringGoal,
    ) -> Literal:
        """Return the literal that the outcome comes about in a spec while this one alone speaks."""
        circuit = self.quiet[side].circuit
        found = next((one for one in circuit.spec.principals if one.name == principal), None)
        if found is None or manner not in _manners_of(found):
            return self._outcome(self.quiet[side], name, outcome)
        implied = manner is SpeechManner.IMPLIED
        steps = strongest_instructions(found, implied, name, outcome, goal)
        return self._outcome(World(circuit, steps), name, outcome)

    def _outcome(self, world: World, name: str, outcome: str) -> Literal:
        results = result_literals(
            self.pair.graph, world.resolution_of(decision_named(world.circuit.spec, name))
        )
        return self.pair.graph.any_of(
            literal for result, literal in results.items() if result.outcome == outcome
        )

    # --- regions ---

    def region_of(self, claim: SayClaim) -> SayRegion | None:
        """Return the region of a claim, with a simple situation that both decision functions have
        decided as it says."""
        query = WitnessQuery(claim.literal, self.pair.possible)
        witness = simple_witness(self.pair.graph, query, self.limits)
        if witness is None:
            return None
        here = situation_of_witness(self.pair.facts, (), witness)
        quiet, loud, says = self._confirmed_outcomes(claim, here)
        return SayRegion(
            extent_of(self.pair, claim.literal, self.limits),
            str(here),
            tuple(said["effect"] for said in says),
            quiet[0],
            loud[0],
            quiet[1],
            loud[1],
            (self._situation(0, here, says), self._situation(1, here, says)),
        )

    def _confirmed_outcomes(
        self, claim: SayClaim, here: SharedSituation
    ) -> tuple[list[str], list[str], Says]:
        """Return the outcomes in both specs without and with the speaker's instructions, of which
        one is enough if the decision functions say so."""
        says = _instructions_of(claim)
        quiet = self._replayed_outcomes(claim.name, here, ())
        for some in (says[:1], says):
            loud = self._replayed_outcomes(claim.name, here, some)
            if _confirms(claim, quiet, loud):
                return quiet, loud, some
        raise AssertionError("the replay differs")

    def _situation(self, side: int, here: SharedSituation, says: Says) -> dict[str, Any]:
        spec = self.quiet[side].circuit.spec
        known = {one.name for one in spec.principals}
        said = [dict(one) for one in says if one["by"] in known]
        return {**here.complete_for(spec), "says": said}

    def _replayed_outcomes(self, name: str, here: SharedSituation, says: Says) -> list[str]:
        return [
            _outcome_name(run(self._situation(side, here, says))[name])
            for side, run in enumerate(self.replays)
        ]


def _confirms(claim: SayClaim, quiet: list[str], loud: list[str]) -> bool:
    """Tell whether the outcomes of a replay agree with the claim."""
    here = 0 if claim.trend is SayTrend.LOST else 1
    stops = claim.goal is SteeringGoal.STOP
    found = (quiet[here], loud[here], loud[1 - here])
    return tuple(one == claim.outcome for one in found) == (stops, not stops, stops)


def _silence(*_: object) -> tuple[()]:
    return ()


def _manners_of(principal: Principal) -> tuple[SpeechManner, ...]:
    if principal.level is None:
        return (SpeechManner.LENT,)
    if principal.implied is None:
        return (SpeechManner.STATED,)
    return SpeechManner.STATED, SpeechManner.IMPLIED


def _instructions_of(claim: SayClaim) -> Says:
    """Return what the speaker says, in the order in which it says it."""
    effects = ("is not",) if claim.goal is SteeringGoal.STOP else ("is", "may be")
    implied = {"implied": True} if claim.manner is SpeechManner.IMPLIED else {}
    return tuple(
        {"by": claim.principal, "effect": f"{claim.name} {effect} {claim.outcome}", **implied}
        for effect in effects
    )


def _outcome_name(taken: DecisionTrace) -> str:
    if taken.failed:
        return CONTRADICTION
    return taken.outcome or NOT_TAKEN
