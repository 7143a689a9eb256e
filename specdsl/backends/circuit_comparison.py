"""Translation validation: literals of an artifact that was read back, held against the circuit.

A prover is asked for a situation in which they differ (Pnueli, Siegel and Singerman 1998).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from specdsl.backends.artifact_proof import ArtifactFault
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Fact, SpecModel
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.semantics import aig as g
from specdsl.semantics.circuit import Circuit
from specdsl.semantics.fact_values import FactValue, FactValues, default_value

Pairs = Iterable[tuple[g.Literal, g.Literal, str]]


@dataclass(frozen=True, slots=True)
class CircuitComparison:
    """Compares literals of one artifact with those of the circuit that it was made from."""

    circuit: Circuit
    limits: Limits

    def differences(
        self,
        name: str,
        line: int,
        pairs: Pairs,
        errors: Iterable[g.Literal] = (),
        given: Iterable[g.Literal] = (),
    ) -> Iterator[ArtifactFault]:
        """Yield a situation in which a literal of the function differs from that of the circuit, or
        the function raises an exception. A pair: the literal of the artifact, that of the circuit,
        and what they say.
        """
        graph, given = self.circuit.graph, tuple(given)
        pairs = [pair for pair in pairs if pair[0] != pair[1]]
        raised = graph.any_of(errors)
        differ = graph.any_of((raised, *(graph.iff(one, other) ^ 1 for one, other, _ in pairs)))
        question = graph.all_of((differ, *given))
        if question == g.FALSE:
            return
        free = graph.rewriter(self._free_outcome)
        question = free(question)
        try:
            prover = Prover(graph, (question,), self.limits)
            answer = prover.check(question)
        except Undetermined:
            answer = Answer.UNDETERMINED
        if answer is Answer.UNDETERMINED:
            message = f"whether `{name}` is that of the spec could not be settled"
            yield ArtifactFault(line, message, undetermined=name)
        elif answer is Answer.SAT:
            facts, truth = self._simple_situation(prover, question)
            got = [what for one, _, what in pairs if truth(free(one))]
            expected = [what for _, other, what in pairs if truth(free(other))]
            if truth(free(raised)):
                got = ["an exception"]
            message = f"`{name}` differs from the spec"
            yield ArtifactFault(line, message, facts, _join_or_none(got), _join_or_none(expected))

    def _simple_situation(
        self, prover: Prover, question: g.Literal
    ) -> tuple[dict[Fact, FactValue], Callable[[g.Literal], bool]]:
        """Return the facts of a situation that matter, and the truth of literals in it. A fact that
        may as well have the simplest value does not matter.
        """
        values = {fact: prover.value(fact) for fact in self.circuit.spec.facts}
        plain = {fact: _plain_value(fact) for fact in values}

        def truth(literal: g.Literal) -> bool:
            def holds(atom: g.Atom) -> bool:
                if isinstance(atom, g.Input):
                    return prover.holds(self.circuit.graph.atom(atom))
                return FactValues(values).holds(atom)

            return self.circuit.graph.evaluator(holds)(literal)

        for fact, simple in plain.items():
            kept = values[fact]
            values[fact] = simple
            if kept != simple and not truth(question):
                values[fact] = kept
        return {fact: value for fact, value in values.items() if value != plain[fact]}, truth

    def _free_outcome(self, atom: g.Atom) -> g.Literal | None:
        """Return the literal of an outcome that may be any of its decision's."""
        if not isinstance(atom, g.Outcome):
            return None
        graph, last = self.circuit.graph, len(atom.decision.outcomes) - 1
        own = graph.at_most_one_of(f"outcome of {atom.decision.name}", last)
        return own[atom.outcome] if atom.outcome < last else graph.any_of(own) ^ 1


def decisions_read_by_all(
    spec: SpecModel, some: Iterable[DecisionModel]
) -> tuple[DecisionModel, ...]:
    """Return the decisions that each of some decisions reads: those were taken before it."""
    reads = [spec.reads[one] for one in some]
    return tuple(one for one in spec.decisions if all(one in found for found in reads))


def _plain_value(fact: Fact) -> FactValue:
    return None if fact.optional else default_value(fact)


def _join_or_none(what: list[str]) -> str:
    return ", ".join(what) or "none of these"
