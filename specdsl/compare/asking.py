"""Questions about situations of several worlds: over all facts and all that may be said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from specdsl.circuit.graph import Atom, Graph, Input
from specdsl.circuit.values import Facts, FactValue, facts_in
from specdsl.compare.facts import SharedFacts
from specdsl.compare.instructions import Floor
from specdsl.compare.situations import Situation, completed, situation
from specdsl.model.nodes import Fact
from specdsl.solver.engines import Answer, Limits
from specdsl.solver.prover import Prover, Unsettled
from specdsl.solver.witness import Question, Witness, simple_witness

Truth = Callable[[int], bool]
"""The truth of any literal in one situation."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Makes provers and finds situations; what it is asked may raise `Unsettled`.

    `possible`: no assumption is false. `floors`: what may be said on all decisions that the
    questions are about.
    """

    graph: Graph
    facts: SharedFacts
    possible: int
    floors: Callable[[], Sequence[Floor]]
    limits: Limits

    def given(self) -> tuple[int, int]:
        """What holds of every situation: it is possible, and all that is said well formed."""
        return self.possible, self.graph.all_of(floor.valid for floor in self.floors())

    def prover(self, *roots: int) -> Prover:
        """One for questions about these literals."""
        given = self.given()
        found = Prover(self.graph, (*roots, *given), self.limits)
        found.always(*given)
        return found

    def simple(self, claim: int) -> Witness | None:
        """A simple situation with the claim. Of as few instructions as can be, those are taken
        that are shortest to say."""
        used = tuple(slot.used for floor in self.floors() for slot in floor.slots)
        short = self._shortest(claim, used) if used else claim
        return None if short is None else self._simple(short, used)

    def _simple(self, claim: int, used: tuple[int, ...]) -> Witness | None:
        return simple_witness(self.graph, Question(claim, *self.given(), used), self.limits)

    def _shortest(self, claim: int, used: tuple[int, ...]) -> int | None:
        """The claim with wishes about what is said, as far as they can be had; None where nothing
        has the claim."""
        wishes = [wish for floor in self.floors() for wish in floor.wishes]
        prover = self.prover(claim, *wishes, *used)
        if not prover.settle(claim):
            return None
        counts = range(len(used) + 1)
        few = next((n for n in counts if self._with(prover, claim, used, n)), None)
        if few is None:
            raise Unsettled
        if not few:
            return claim
        for wish in wishes:
            wished = self.graph.all_of((claim, wish))
            if self._with(prover, wished, used, few):
                claim = wished
        return claim

    def _with(self, prover: Prover, claim: int, used: tuple[int, ...], most: int) -> bool:
        """Something has the claim with at most so many instructions."""
        return prover.ask(claim, prover.at_most(used, most)) is Answer.YES

    def any(self, claim: int) -> Truth | None:
        """Some situation with the claim, as what is true there."""
        prover = self.prover(claim)
        if not prover.settle(claim):
            return None
        values = {fact: prover.value(fact) for fact in prover.domains.facts}
        inputs = {
            atom: prover.truth(self.graph.atom(atom))
            for atom in self.graph.atoms_of((claim, *self.given()))
            if isinstance(atom, Input)
        }
        return self._truth(values, lambda atom: isinstance(atom, Input) and inputs.get(atom, False))

    def truth(self, witness: Witness) -> Truth:
        """What is true in a witness's situation."""
        return self._truth(witness.every, lambda atom: witness.holds(self.graph.atom(atom)))

    def _truth(self, values: Mapping[Fact, FactValue], said: Callable[[Atom], bool]) -> Truth:
        """Of literals on facts that were not asked about, too."""
        facts = Facts(completed(self.facts, values))
        return self.graph.evaluator(
            lambda atom: facts.holds(atom) if facts_in(atom) else said(atom)
        )

    def said(self, witness: Witness) -> int:
        """How many instructions its situation has."""
        return sum(witness.holds(slot.used) for floor in self.floors() for slot in floor.slots)

    def situation(self, witness: Witness) -> Situation:
        return situation(self.facts, self.floors(), witness)
