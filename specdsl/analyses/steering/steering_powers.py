"""Powers: a table of who can bring an outcome about or prevent it, without situations and reasons.

It has the answers of `steer` at a tenth of the work, since nothing is shown in a simple situation.
"""

from __future__ import annotations

from collections.abc import Mapping

from specdsl.analyses.steering.speaker_worlds import HeardPrincipal, SpeakerWorlds
from specdsl.analyses.steering.steer import explain_unheard, speakers_of
from specdsl.analyses.steering.steering_result import CONTRADICTION, SpeechManner, SteeringGoal
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import SpecModel
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.engine import Limits
from specdsl.semantics.aig import Literal
from specdsl.semantics.circuit import Circuit
from specdsl.verification.two_specs.spec_pair import decision_named, dependencies

Powers = Mapping[tuple[str, SteeringGoal], bool | None]


@dataclass(frozen=True, slots=True)
class SpeakerPowers:
    """The powers of a principal in one manner: by outcome and goal, proved that it can, that it
    cannot, or None where that is undetermined. `unheard` says why it can do nothing at all.
    """

    principal: str
    manner: SpeechManner
    powers: Powers
    unheard: str = ""


def steering_powers(
    circuit: Circuit, name: str, limits: Limits | None = None
) -> tuple[SpeakerPowers, ...]:
    """Return the powers of every principal over a decision, in every manner of speaking."""
    return tuple(
        _powers_of(circuit, name, speaker, limits or Limits())
        for speaker in speakers_of(circuit.spec)
    )


def count_questions(spec: SpecModel, name: str) -> int:
    """Return how many questions the powers over a decision take at most."""
    outcomes = len(decision_named(spec, name).outcomes) + 1
    heard = sum(_may_be_heard(spec, name, speaker) for speaker in speakers_of(spec))
    return heard * outcomes * len(SteeringGoal)


def _may_be_heard(spec: SpecModel, name: str, speaker: HeardPrincipal) -> bool:
    """Return whether the speaker has a say, of its own or lent, in the decision or one that it
    reads.
    """
    principal = speaker.principal
    read = [decision_named(spec, one) for one in dependencies(spec, name)]
    lent = {
        decision.name
        for delegate in spec.delegates
        for decision in delegate.decisions
        if delegate.principal is principal
    }
    return any(
        decision.steers(principal) and (principal.level is not None or decision.name in lent)
        for decision in read
    )


def _powers_of(
    circuit: Circuit, name: str, speaker: HeardPrincipal, limits: Limits
) -> SpeakerPowers:
    if _may_be_heard(circuit.spec, name, speaker):
        worlds = SpeakerWorlds(circuit, name, speaker)
        if worlds.is_heard:
            return SpeakerPowers(
                speaker.principal.name, speaker.manner, _settled_powers(worlds, limits)
            )
    why = explain_unheard(circuit.spec, name, speaker)
    return SpeakerPowers(speaker.principal.name, speaker.manner, {}, why)


def _settled_powers(worlds: SpeakerWorlds, limits: Limits) -> Powers:
    outcomes = [*decision_named(worlds.circuit.spec, worlds.name).outcomes, CONTRADICTION]
    keys = [(outcome, goal) for outcome in outcomes for goal in SteeringGoal]
    claims = {key: worlds.steering_claim(worlds.pair, key[1], key[0]) for key in keys}
    prover = worlds.queries(limits).prover(*claims.values())
    return {key: _is_possible(prover, claim) for key, claim in claims.items()}


def _is_possible(prover: Prover, claim: Literal) -> bool | None:
    try:
        return prover.is_satisfiable(claim)
    except Undetermined:
        return None
