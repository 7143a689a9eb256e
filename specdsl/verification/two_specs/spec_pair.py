"""Pairs of specs, and the specs between them, in one graph over the same situations (a miter)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, SpecModel
from specdsl.reasoning.prover import Prover
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.semantics.aig import AndInverterGraph, Literal
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.resolution_circuit import World
from specdsl.verification.two_specs.decision_results import Results, result_literals
from specdsl.verification.two_specs.graph_copy import transplant
from specdsl.verification.two_specs.matched_facts import SharedFacts, match_facts
from specdsl.verification.two_specs.pair_queries import SpecPairQueries
from specdsl.verification.two_specs.paired_instructions import InstructionSpace, PairedInstructions
from specdsl.verification.two_specs.partial_edits import PartialEdits
from specdsl.verification.two_specs.speaking_modes import SpecSide
from specdsl.verification.two_specs.statement_table import Key


@dataclass(eq=False)
class SpecPair:
    """The old spec, the new one and specs between them, over shared facts and instructions.
    Everything is made once, when it is first used."""

    old: World
    new: World
    facts: SharedFacts
    instructions: PairedInstructions
    partial_edits: PartialEdits
    _intermediates: dict[frozenset[Key], World | None] = field(default_factory=dict)

    @property
    def graph(self) -> AndInverterGraph:
        return self.old.graph

    @property
    def possible(self) -> Literal:
        """Return the literal that no assumption of either spec is false."""
        return self.graph.all_of((self.old.assumptions_hold(), self.new.assumptions_hold()))

    def is_disjoint(self, limits: Limits) -> bool:
        """Tell whether provably no situation is possible in both specs. Raises `Undetermined` if
        the time is used up."""
        if any(shared.has_no_value for shared in self.facts.facts):
            return True
        prover = Prover(self.graph, (self.possible,), limits)
        return prover.check(self.possible) is Answer.UNSAT

    def intermediate_world(self, edits: frozenset[Key]) -> World | None:
        """Return the old spec with some edits applied, or None if that is no valid spec."""
        if edits not in self._intermediates:
            circuit = self.partial_edits.apply_subset(edits)
            self._intermediates[edits] = (
                None if circuit is None else self._transplanted_world(circuit)
            )
        return self._intermediates[edits]

    def _transplanted_world(self, circuit: Circuit) -> World:
        return World(transplant(circuit, self.graph, self.facts), self.instructions.steps_at)

    def result_literals(self, world: World, name: str) -> Results:
        """Return the literals of the results of a decision in one of the worlds."""
        return result_literals(
            self.graph, world.resolution_of(decision_named(world.circuit.spec, name))
        )

    def queries_about(self, name: str, limits: Limits) -> SpecPairQueries:
        """Return the queries about a decision, over the situations that both specs accept."""
        return SpecPairQueries(
            self.graph, self.facts, self.possible, lambda: self.instruction_spaces(name), limits
        )

    def silent_queries(self, limits: Limits) -> SpecPairQueries:
        """Return the queries about situations without free instructions."""
        return SpecPairQueries(self.graph, self.facts, self.possible, tuple, limits)

    def instruction_spaces(self, name: str) -> list[InstructionSpace]:
        """Return the free instructions on a decision and its dependencies, in any world so far."""
        made = [self.old, self.new, *(w for w in self._intermediates.values() if w is not None)]
        names = {one: None for world in made for one in dependencies(world.circuit.spec, name)}
        return self.instructions.instruction_spaces(list(names))


def pair_specs(old: Circuit, new: Circuit, partial_edits: PartialEdits) -> SpecPair:
    """Put two specs into one graph."""
    graph, facts = AndInverterGraph(), match_facts(old.spec.facts, new.spec.facts)
    instructions = PairedInstructions(graph, _sides_of(old.spec, new.spec))
    one, two = (World(transplant(c, graph, facts), instructions.steps_at) for c in (old, new))
    return SpecPair(one, two, facts, instructions, partial_edits)


def _sides_of(old: SpecModel, new: SpecModel) -> dict[str, tuple[SpecSide, ...]]:
    found: dict[str, tuple[SpecSide, ...]] = {}
    for spec in (old, new):
        for one in spec.decisions:
            found[one.name] = (*found.get(one.name, ()), SpecSide(spec, one))
    return found


def decision_named(spec: SpecModel, name: str) -> DecisionModel:
    return next(d for d in spec.decisions if d.name == name)


def dependencies(spec: SpecModel, name: str) -> Sequence[str]:
    """Return the decision of that name, if there is one, and all decisions that it reads."""
    named = (one for one in spec.decisions if one.name == name)
    return [one.name for decision in named for one in spec.dependencies(decision)]
