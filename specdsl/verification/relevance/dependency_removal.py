"""A decision that waits for others: which of them are read by a part alone.

Without that part the decision no longer waits for them, and is taken where they fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from specdsl.frontend.model.nodes import Decision, Expr, Rule
from specdsl.frontend.model.traversal import decisions_read
from specdsl.semantics.circuit import Circuit, Clause
from specdsl.verification.relevance.removable_parts import Part


class Waiting:
    """Of one decision, with the rules that bear on it."""

    def __init__(self, circuit: Circuit, decision: Decision, rules: Iterable[Rule]) -> None:
        self.spec = circuit.spec
        self.decision = decision
        self.clauses: list[tuple[Rule, Clause]] = [
            (rule, clause) for rule in rules for clause in circuit.rules[rule].clauses
        ]

    def without(self, part: Part) -> list[Decision] | None:
        """The decisions that it still reads without the part; None where these are all."""
        read = self.spec.reads[self.decision]
        kept = [d for d in read if not self._readers[d] <= self._inside(part)]
        return kept if len(kept) < len(read) else None

    def literals(self) -> Iterator[int]:
        """Of what it takes its rules to apply, with parts left out or not."""
        for _, clause in self.clauses:
            yield clause.holds
            yield from (one.others for one in clause.alternatives)

    @cached_property
    def _readers(self) -> Mapping[Decision, frozenset[object]]:
        """By decision read, who reads it: rules with a clause, and delegations."""
        found: dict[Decision, set[object]] = {}
        for rule, clause in self.clauses:
            for expr in _parts(clause):
                for decision in decisions_read(expr):
                    found.setdefault(decision, set()).add((rule, expr.span))
        for delegate in self.spec.delegates:
            if self.decision in delegate.decisions:
                for decision in decisions_read(delegate.when):
                    found.setdefault(decision, set()).add(delegate)
        return {decision: frozenset(readers) for decision, readers in found.items()}

    def _inside(self, part: Part) -> frozenset[object]:
        return frozenset(
            (rule, expr.span)
            for rule, clause in self.clauses
            for expr in _parts(clause)
            if part in (rule, rule.level, clause.expr.span, expr.span)
        )


def _parts(clause: Clause) -> Sequence[Expr]:
    """Its alternatives; the clause itself where it has none."""
    return [one.expr for one in clause.alternatives] or [clause.expr]
