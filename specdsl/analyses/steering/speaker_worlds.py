"""Paired worlds that differ in one speaker, as in a proof of non-interference.

Facts and the instructions of all others are shared; in the quiet world the speaker is muted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from specdsl.analyses.steering.steering_result import CONTRADICTION, SpeechManner, SteeringGoal
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Principal, SpecModel
from specdsl.reasoning.sat.engine import Limits
from specdsl.semantics.aig import FALSE, AndInverterGraph, Input, Literal
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.resolution_circuit import World
from specdsl.verification.two_specs.decision_results import FAILED, Results, result_literals
from specdsl.verification.two_specs.graph_copy import transplant
from specdsl.verification.two_specs.matched_facts import match_facts
from specdsl.verification.two_specs.pair_queries import SpecPairQueries
from specdsl.verification.two_specs.paired_instructions import InstructionSpace, PairedInstructions
from specdsl.verification.two_specs.speaking_modes import SpeakingMode, SpecSide
from specdsl.verification.two_specs.spec_pair import decision_named, dependencies

SpeakerPair = tuple[World, World]
"""The world in which the speaker is muted, and the one in which it is heard."""


@dataclass(frozen=True, slots=True)
class HeardPrincipal:
    """A principal in one manner of being heard."""

    principal: Principal
    manner: SpeechManner

    @property
    def is_implied(self) -> bool:
        return self.manner is SpeechManner.IMPLIED

    def speaks_as(self, mode: SpeakingMode) -> bool:
        """Tell whether a mode belongs to this principal and manner."""
        return mode.principal == self.principal.name and mode.implied is self.is_implied


class SpeakerWorlds:
    """A decision with and without one speaker, in one graph.

    `pair` is the spec as it is. In `selected`, the pair of the circuit `selectable`, a rule
    applies only where its selector holds, so that a core of selectors names rules.
    """

    def __init__(self, circuit: Circuit, name: str, speaker: HeardPrincipal) -> None:
        self.name = name
        self.speaker = speaker
        self.graph = AndInverterGraph()
        self.facts = match_facts(circuit.spec.facts, circuit.spec.facts)
        sides = _muted_and_heard_sides(circuit.spec, speaker)
        self.instructions = PairedInstructions(self.graph, sides, self._can_speak)
        self._quiet: list[World] = []
        self.circuit = transplant(circuit, self.graph, self.facts)
        self.selectors = {
            rule.name: self.graph.atom(Input(f"rule {rule.name}")) for rule in self.circuit.rules
        }
        self.pair = self._paired_worlds(self.circuit)
        self.selectable = self._with_selectors()
        self.selected = self._paired_worlds(self.selectable)

    def _can_speak(self, world: World, mode: SpeakingMode) -> bool:
        return world not in self._quiet or not self.speaker.speaks_as(mode)

    def _paired_worlds(self, circuit: Circuit) -> SpeakerPair:
        quiet, loud = (World(circuit, self.instructions.steps_at) for _ in range(2))
        self._quiet.append(quiet)
        return quiet, loud

    def _with_selectors(self) -> Circuit:
        rules = {
            rule: replace(
                found, applies=self.graph.all_of((found.applies, self.selectors[rule.name]))
            )
            for rule, found in self.circuit.rules.items()
        }
        return replace(self.circuit, rules=rules)

    # --- claims ---

    def results_in(self, world: World) -> Results:
        return result_literals(
            self.graph, world.resolution_of(decision_named(self.circuit.spec, self.name))
        )

    def comes_to(self, world: World, outcome: str) -> Literal:
        """Return the literal that the decision has this outcome (or that it fails)."""
        found = self.results_in(world)
        if outcome == CONTRADICTION:
            return found.get(FAILED, FALSE)
        return self.graph.any_of(literal for r, literal in found.items() if r.outcome == outcome)

    def steering_claim(self, pair: SpeakerPair, goal: SteeringGoal, outcome: str) -> Literal:
        """Return the literal that the speaker brings the outcome about, or prevents it."""
        before, after = (self.comes_to(world, outcome) for world in pair)
        flip = goal is SteeringGoal.SET
        return self.graph.all_of((before ^ flip, after ^ (not flip)))

    # --- situations ---

    @property
    def instruction_spaces(self) -> Sequence[InstructionSpace]:
        return self.instructions.instruction_spaces(dependencies(self.circuit.spec, self.name))

    @property
    def is_heard(self) -> bool:
        """Tell whether the speaker has a mode on the decision or on one that it reads."""
        return any(
            self.speaker.speaks_as(mode)
            for space in self.instruction_spaces
            for mode in space.speakers
        )

    def queries(self, limits: Limits) -> SpecPairQueries:
        return SpecPairQueries(
            self.graph,
            self.facts,
            self.pair[0].assumptions_hold(),
            lambda: self.instruction_spaces,
            limits,
        )


def _muted_and_heard_sides(
    spec: SpecModel, speaker: HeardPrincipal
) -> dict[str, tuple[SpecSide, ...]]:
    """Return both sides of each decision; the first mutes the speaker."""
    return {
        one.name: (SpecSide(spec, one, speaker.speaks_as), SpecSide(spec, one))
        for one in spec.decisions
    }
