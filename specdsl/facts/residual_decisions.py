"""Decisions with some facts known: what is left of their circuits (partial evaluation)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Effect, ExampleInstruction, Fact, SpecModel
from specdsl.runtime.read_situation import GivenInstruction
from specdsl.semantics.aig import AndInverterGraph, Literal
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.fact_values import FactValue, facts_in
from specdsl.semantics.instruction_inputs import listed_instructions
from specdsl.semantics.resolution_circuit import World
from specdsl.semantics.substitution import substitute_facts


@dataclass(frozen=True, slots=True)
class DecisionLiterals:
    """Literals that distinguish the results of each decision (its outcomes, and that it failed),
    and tell of each assumption that it is not false.
    """

    results: Mapping[DecisionModel, tuple[Literal, ...]]
    assumptions: Mapping[str, Literal]

    @staticmethod
    def of_instructions(circuit: Circuit, given: Sequence[GivenInstruction]) -> DecisionLiterals:
        """Return the literals for any facts, if these instructions and no others are given."""
        instructions = [to_model_instruction(circuit.spec, one) for one in given]
        world = World(circuit, listed_instructions(instructions))
        results = {d: tuple(_results_of(world, d)) for d in circuit.spec.decisions}
        assumes = {a.name: world.literal(literal) for a, literal in circuit.assumes.items()}
        return DecisionLiterals(results, assumes)


def _results_of(world: World, decision: DecisionModel) -> Iterator[Literal]:
    graph, found = world.graph, world.resolution_of(decision)
    yield from (graph.all_of((found.taken, outcome)) for outcome in found.outcome)
    yield graph.all_of((found.ready, found.taken ^ 1))


def to_model_instruction(spec: SpecModel, one: GivenInstruction) -> ExampleInstruction:
    """Return an instruction as circuits take it."""
    decision = next(d for d in spec.decisions if d.name == one.decision)
    principal = next(p for p in spec.principals if p.name == one.by)
    at = None if one.at is None else spec.levels[one.at]
    effect = Effect(decision, one.outcomes, one.permits, principal.span)
    return ExampleInstruction(principal, effect, one.implied, at, principal.span)


@dataclass(frozen=True, slots=True)
class ResidualDecisions:
    """Results and assumptions over the facts that are not known yet; constants are left out of the
    `results`, and `possible` is the literal that no assumption is false.
    """

    graph: AndInverterGraph
    results: Mapping[DecisionModel, tuple[Literal, ...]]
    assumptions: Mapping[str, Literal]
    possible: Literal

    @staticmethod
    def with_known(
        graph: AndInverterGraph,
        whole: DecisionLiterals,
        known: Mapping[Fact, FactValue],
        decisions: Collection[str] | None,
    ) -> ResidualDecisions:
        """Substitute the known facts; `decisions` names the ones that count, None for all."""
        rewrite = graph.rewriter(substitute_facts(graph, known))
        assumptions = {name: rewrite(literal) for name, literal in whole.assumptions.items()}
        results = {
            decision: tuple(r for literal in literals if (r := rewrite(literal)) > 1)
            for decision, literals in whole.results.items()
            if decisions is None or decision.name in decisions
        }
        possible = graph.all_of(assumptions.values())
        return ResidualDecisions(graph, results, assumptions, possible)

    @property
    def literals(self) -> tuple[Literal, ...]:
        """Return the results of all decisions, none of them constant, each once."""
        return tuple(dict.fromkeys(one for several in self.results.values() for one in several))

    def read_facts(self) -> frozenset[Fact]:
        """Return the facts that the results depend on."""
        return frozenset(f for atom in self.graph.support(self.literals) for f in facts_in(atom))
