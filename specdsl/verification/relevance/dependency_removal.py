"""Dependencies that disappear with a part: decisions that a decision reads only in this part.

Without the part the decision no longer waits for them, and is taken even if they fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from specdsl.frontend.model.nodes import DecisionModel, Expr, Rule
from specdsl.frontend.model.traversal import decisions_read
from specdsl.semantics.aig import Literal
from specdsl.semantics.circuit import Circuit, Clause
from specdsl.verification.relevance.removable_parts import RemovablePart


class Dependencies:
    """The decisions that one decision reads, and which of its rules and delegations read them."""

    def __init__(self, circuit: Circuit, decision: DecisionModel, rules: Iterable[Rule]) -> None:
        self.spec = circuit.spec
        self.decision = decision
        self.clauses: list[tuple[Rule, Clause]] = [
            (rule, clause) for rule in rules for clause in circuit.rules[rule].clauses
        ]

    def after_removal(self, part: RemovablePart) -> list[DecisionModel] | None:
        """Return the decisions that are still read without the part; None if these are all."""
        read = self.spec.reads[self.decision]
        kept = [d for d in read if not self._readers[d] <= self._readers_in(part)]
        return kept if len(kept) < len(read) else None

    def condition_literals(self) -> Iterator[Literal]:
        """Yield the literals that the conditions of the rules consist of, with or without parts."""
        for _, clause in self.clauses:
            yield clause.holds
            yield from (one.others for one in clause.alternatives)

    @cached_property
    def _readers(self) -> Mapping[DecisionModel, frozenset[object]]:
        """Return by decision its readers: rules with a clause, and delegations."""
        found: dict[DecisionModel, set[object]] = {}
        for rule, clause in self.clauses:
            for expr in _alternatives_of(clause):
                for decision in decisions_read(expr):
                    found.setdefault(decision, set()).add((rule, expr.span))
        for delegate in self.spec.delegates:
            if self.decision in delegate.decisions:
                for decision in decisions_read(delegate.when):
                    found.setdefault(decision, set()).add(delegate)
        return {decision: frozenset(readers) for decision, readers in found.items()}

    def _readers_in(self, part: RemovablePart) -> frozenset[object]:
        return frozenset(
            (rule, expr.span)
            for rule, clause in self.clauses
            for expr in _alternatives_of(clause)
            if part in (rule, rule.level, clause.expr.span, expr.span)
        )


def _alternatives_of(clause: Clause) -> Sequence[Expr]:
    """Return the alternatives of a clause; the clause itself if it has none."""
    return [one.expr for one in clause.alternatives] or [clause.expr]
