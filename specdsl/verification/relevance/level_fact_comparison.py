"""A compositional comparison of levels in two situations that differ in one fact.

The outcomes that are read are free inputs, equal in both (see `level_comparison`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import DecisionModel, Fact, Rule
from specdsl.reasoning.prover import Prover
from specdsl.reasoning.sat.engine import Answer
from specdsl.semantics.aig import FALSE, Atom, Literal, Outcome
from specdsl.semantics.fact_values import facts_in
from specdsl.semantics.instruction_inputs import lent_places
from specdsl.semantics.substitution import rename_fact
from specdsl.verification.check_session import CheckSession
from specdsl.verification.relevance.level_comparison import LevelComparison


@dataclass(frozen=True, slots=True)
class ChangedActivations:
    """The activations of rules when a fact has another value, and what is given then.
    `lent_otherwise`: what is said with lent authority counts at other places."""

    applies: Mapping[Rule, Literal]
    given: tuple[Literal, ...]
    lent_otherwise: Literal


class LevelFactComparison:
    """The levels of one decision under changes of some facts."""

    def __init__(
        self, session: CheckSession, decision: DecisionModel, facts: Sequence[Fact]
    ) -> None:
        self.session = session
        self.decision = decision
        self._here = LevelComparison(session, decision)
        self._there = {fact: self._with_changed_fact(fact) for fact in facts}

    def levels_are_equal(self, fact: Fact) -> bool:
        """Return whether every level is proved to act the same with another value of the fact."""
        there, here = self._there[fact], self._here
        return self._is_lent_alike(there) and here.levels_are_equal(
            self._prover, there.applies, here.levels, there.given
        )

    def _is_lent_alike(self, there: ChangedActivations) -> bool:
        """Return whether lent authority is proved to be the same."""
        differs = there.lent_otherwise
        return differs == FALSE or self._prover.check(*there.given, differs) is Answer.UNSAT

    @cached_property
    def _prover(self) -> Prover:
        some = self._there.values()
        return self._here.prover(
            one for t in some for one in (*t.given, *t.applies.values(), t.lent_otherwise)
        )

    def _with_changed_fact(self, fact: Fact) -> ChangedActivations:
        circuit, here, graph = self.session.circuit, self._here, self._here.graph
        other = replace(fact, name=f"{fact.name} otherwise")

        def substitute_fact(atom: Atom) -> Literal | None:
            if isinstance(atom, Outcome) or fact not in facts_in(atom):
                return here.free_outcome(atom)
            return rename_fact(graph, atom, fact, other)

        literal = graph.rewriter(substitute_fact)
        lent = {d: x for d, x in circuit.delegates.items() if self.decision in d.decisions}
        places = (
            lent_places(
                circuit.spec, graph, self.decision, {d: rewrite(x) for d, x in lent.items()}
            )
            for rewrite in (here.literal, literal)
        )
        moved = (graph.iff(one, two) ^ 1 for one, two in zip(*places, strict=True))
        return ChangedActivations(
            {rule: literal(circuit.rules[rule].applies) for rule in here.applies},
            tuple(literal(one) for one in circuit.assumes.values()),
            graph.any_of(moved),
        )
