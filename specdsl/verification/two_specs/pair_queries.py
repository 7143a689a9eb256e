"""Queries about the situations of several worlds, over all facts and all instructions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.reasoning.witness.simple_witness import Witness, WitnessQuery, simple_witness
from specdsl.semantics.aig import AndInverterGraph, Atom, Input, Literal
from specdsl.semantics.fact_values import FactValue, FactValues, facts_in
from specdsl.verification.two_specs.matched_facts import SharedFacts
from specdsl.verification.two_specs.paired_instructions import InstructionSpace
from specdsl.verification.two_specs.paired_situation import (
    SharedSituation,
    complete_facts,
    situation_of_witness,
)

TruthOf = Callable[[Literal], bool]
"""A model as a function: the truth of any literal in one situation."""


@dataclass(frozen=True, slots=True)
class SpecPairQueries:
    """Makes provers and finds models of claims; every query may raise `Undetermined`.

    `possible` is the literal that no assumption is false. `instruction_spaces` returns the
    instructions that may be given on the decisions of the queries.
    """

    graph: AndInverterGraph
    facts: SharedFacts
    possible: Literal
    instruction_spaces: Callable[[], Sequence[InstructionSpace]]
    limits: Limits

    def preconditions(self) -> tuple[Literal, Literal]:
        """Return the literals that hold in every situation: it is possible, and its instructions
        are well formed."""
        return self.possible, self.graph.all_of(space.valid for space in self.instruction_spaces())

    def prover(self, *roots: Literal) -> Prover:
        """Return a prover for queries about these literals."""
        given = self.preconditions()
        found = Prover(self.graph, (*roots, *given), self.limits)
        found.assert_always(*given)
        return found

    def given_literals(self) -> tuple[Literal, ...]:
        """Return for each free instruction the literal that it is given."""
        return tuple(slot.is_used for space in self.instruction_spaces() for slot in space.slots)

    def simple_witness(self, claim: Literal, prover: Prover | None = None) -> Witness | None:
        """Return a simple situation with the claim, with a minimum of instructions and these as
        easy to read as possible. A given `prover` must have been made for the claim; what it learns
        serves later claims."""
        used = self.given_literals()
        prover = prover or self.prover(claim)
        short = self._shortest_claim(claim, used, prover) if used else claim
        if short is None:
            return None
        query = WitnessQuery(short, *self.preconditions(), used)
        return simple_witness(self.graph, query, self.limits, prover)

    def _shortest_claim(
        self, claim: Literal, used: tuple[Literal, ...], prover: Prover
    ) -> Literal | None:
        """Strengthen the claim by all preferences about instructions that can be satisfied in turn;
        None if the claim is unsatisfiable."""
        preferences = [
            preference for space in self.instruction_spaces() for preference in space.preferences
        ]
        if not prover.is_satisfiable(claim):
            return None
        counts = range(len(used) + 1)
        few = next((n for n in counts if self._possible_within(prover, claim, used, n)), None)
        if few is None:
            raise Undetermined
        if not few:
            return claim
        for preference in preferences:
            preferred = self.graph.all_of((claim, preference))
            if self._possible_within(prover, preferred, used, few):
                claim = preferred
        return claim

    def _possible_within(
        self, prover: Prover, claim: Literal, used: tuple[Literal, ...], most: int
    ) -> bool:
        """Tell whether the claim is satisfiable with at most `most` instructions."""
        return prover.check(claim, prover.at_most(used, most)) is Answer.SAT

    def some_model(self, claim: Literal, prover: Prover) -> TruthOf | None:
        """Return the model of some situation with the claim, which the prover was made for, or
        None."""
        if not prover.is_satisfiable(claim):
            return None
        values = {fact: prover.value(fact) for fact in prover.domains.facts}
        inputs = {
            atom: prover.holds(self.graph.atom(atom))
            for atom in self.graph.support((claim, *self.preconditions()))
            if isinstance(atom, Input)
        }
        return self._evaluator(
            values, lambda atom: isinstance(atom, Input) and inputs.get(atom, False)
        )

    def model_of(self, witness: Witness) -> TruthOf:
        """Return the model of a witness."""
        return self._evaluator(witness.all_facts, lambda atom: witness.holds(self.graph.atom(atom)))

    def _evaluator(self, values: Mapping[Fact, FactValue], said: Callable[[Atom], bool]) -> TruthOf:
        """Return an evaluator, which completes the facts that no query was about."""
        facts = FactValues(complete_facts(self.facts, values))
        return self.graph.evaluator(
            lambda atom: facts.holds(atom) if facts_in(atom) else said(atom)
        )

    def instruction_count(self, witness: Witness) -> int:
        """Count the instructions of a witness's situation."""
        return sum(map(witness.holds, self.given_literals()))

    def situation_of_witness(self, witness: Witness) -> SharedSituation:
        return situation_of_witness(self.facts, self.instruction_spaces(), witness)
