"""Questions about one decision of two specs: over all situations that both take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from specdsl.circuit.graph import Atom, Input
from specdsl.circuit.values import Facts, FactValue, facts_in
from specdsl.compare.instructions import Floor
from specdsl.compare.situations import Situation, completed, situation
from specdsl.compare.worlds import Worlds
from specdsl.model.nodes import Fact
from specdsl.solver.engines import Limits
from specdsl.solver.prover import Prover
from specdsl.solver.witness import Question, Witness, simplest

Truth = Callable[[int], bool]
"""The truth of any literal in one situation."""


@dataclass(eq=False)
class Asking:
    """Makes provers and finds situations. Each may raise `Unsettled`."""

    worlds: Worlds
    decision: str
    limits: Limits

    def floors(self) -> list[Floor]:
        """What may be said on the decision and on what it reads, in any world made so far."""
        return self.worlds.floors(self.decision)

    def given(self) -> tuple[int, int]:
        """What holds of every situation: no assumption is false, and all that is said is well
        formed."""
        valid = self.worlds.graph.all_of(floor.valid for floor in self.floors())
        return self.worlds.possible, valid

    def prover(self, *roots: int) -> Prover:
        """One for questions about these literals."""
        given = self.given()
        found = Prover(self.worlds.graph, (*roots, *given), self.limits)
        found.always(*given)
        return found

    def simplest(self, claim: int) -> Witness | None:
        """The simplest situation with the claim."""
        possible, valid = self.given()
        used = tuple(slot.used for floor in self.floors() for slot in floor.slots)
        return simplest(self.worlds.graph, Question(claim, possible, valid, used), self.limits)

    def any(self, claim: int) -> Truth | None:
        """Some situation with the claim, as what is true there."""
        prover = self.prover(claim)
        if not prover.settle(claim):
            return None
        graph = self.worlds.graph
        values = {fact: prover.value(fact) for fact in prover.domains.facts}
        inputs = {
            atom: prover.truth(graph.atom(atom))
            for atom in graph.atoms_of((claim, *self.given()))
            if isinstance(atom, Input)
        }
        return self._truth(values, lambda atom: isinstance(atom, Input) and inputs.get(atom, False))

    def truth(self, witness: Witness) -> Truth:
        """What is true in a witness's situation."""
        graph = self.worlds.graph
        return self._truth(witness.every, lambda atom: witness.holds(graph.atom(atom)))

    def _truth(self, values: Mapping[Fact, FactValue], said: Callable[[Atom], bool]) -> Truth:
        """Of literals on facts that were not asked about, too."""
        facts = Facts(completed(self.worlds.facts, values))
        return self.worlds.graph.evaluator(
            lambda atom: facts.holds(atom) if facts_in(atom) else said(atom)
        )

    def situation(self, witness: Witness) -> Situation:
        return situation(self.worlds.facts, self.floors(), witness)
