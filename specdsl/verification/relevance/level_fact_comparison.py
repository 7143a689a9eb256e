"""The levels of a decision with another value of a fact: do their rules do the same?

What is read comes out as it did, whatever that is, see `locally`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from specdsl.frontend.model.nodes import Decision, Fact, Rule
from specdsl.reasoning.prover import Prover
from specdsl.semantics.aig import Atom, Outcome
from specdsl.semantics.fact_values import facts_in
from specdsl.semantics.substitution import rename_fact
from specdsl.verification.check_session import CheckSession
from specdsl.verification.relevance.level_comparison import Locally


@dataclass(frozen=True, slots=True)
class There:
    """Where rules apply with another value of a fact, and what holds then. `lent`: authority is
    lent as it was."""

    applies: Mapping[Rule, int]
    given: tuple[int, ...]
    lent: bool


class LocallyWith:
    """Of one decision and some facts."""

    def __init__(self, session: CheckSession, decision: Decision, facts: Sequence[Fact]) -> None:
        self.session = session
        self.decision = decision
        self._here = Locally(session, decision)
        self._there = {fact: self._with(fact) for fact in facts}

    def same(self, fact: Fact) -> bool:
        """It is seen that every level does the same with another value of the fact."""
        there, here = self._there[fact], self._here
        return there.lent and here.same(self._prover, there.applies, here.levels, there.given)

    @cached_property
    def _prover(self) -> Prover:
        some = self._there.values()
        return self._here.prover(one for t in some for one in (*t.given, *t.applies.values()))

    def _with(self, fact: Fact) -> There:
        circuit, here, graph = self.session.circuit, self._here, self._here.graph
        other = replace(fact, name=f"{fact.name} otherwise")

        def put(atom: Atom) -> int | None:
            if isinstance(atom, Outcome) or fact not in facts_in(atom):
                return here.put(atom)
            return rename_fact(graph, atom, fact, other)

        literal = graph.rewriter(put)
        lent = [x for d, x in circuit.delegates.items() if self.decision in d.decisions]
        return There(
            {rule: literal(circuit.rules[rule].applies) for rule in here.applies},
            tuple(literal(one) for one in circuit.assumes.values()),
            all(literal(one) == here.literal(one) for one in lent),
        )
