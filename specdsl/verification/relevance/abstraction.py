"""Counterexample-guided abstraction refinement (CEGAR, Clarke et al. 2000) of a removal miter.

At first every rule applies or not as the solver likes, the same with and without the part. If even
so nothing differs, few rules are the reason, and the conditions of all others are never looked at.
A spurious counterexample pins the rules whose activation disagrees with their conditions; after a
few rounds all rules are pinned, since the counterexample is then most likely real.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from specdsl.base.limits import PINNING_ROUNDS
from specdsl.frontend.model.nodes import Rule
from specdsl.reasoning.prover import Prover
from specdsl.semantics.aig import AndInverterGraph, Literal
from specdsl.verification.class_resolution import Activations, free_inputs
from specdsl.verification.relevance.removable_parts import Residuals


class AbstractedRules:
    """The miter of one decision over free rule activations. `applies` are the real activations;
    `differ` is the literal that two activations lead to different results. Queries may raise
    `Undetermined`."""

    def __init__(
        self,
        graph: AndInverterGraph,
        applies: Activations,
        differ: Callable[[Activations, Activations], Literal],
    ) -> None:
        self._graph = graph
        self.free_activation = free_inputs(graph, applies, "free")
        self.agrees = {
            rule: graph.iff(self.free_activation[rule], one) for rule, one in applies.items()
        }
        self._is_changed = free_inputs(graph, applies, "apart")
        self._changed_activation = free_inputs(graph, applies, "other")
        self._differs = differ(
            self.free_activation,
            {
                r: graph.ite(
                    self._is_changed[r], self._changed_activation[r], self.free_activation[r]
                )
                for r in applies
            },
        )

    def removal_query(self, residuals: Residuals) -> tuple[Literal, ...]:
        """Return the literals that the result differs if the rules apply as the residuals say."""
        changed = {rule for rule, _ in residuals}
        return (
            self._differs,
            *(literal ^ (rule not in changed) for rule, literal in self._is_changed.items()),
            *(self._graph.iff(self._changed_activation[rule], one) for rule, one in residuals),
        )

    def refute(
        self, prover: Prover, asked: tuple[Literal, ...], rules: Collection[Rule] = ()
    ) -> frozenset[Rule] | None:
        """Return rules whose conditions suffice to refute the query: the given rules and the pinned
        ones. Return None if some situation satisfies the query."""
        found, times = set(rules), 0
        while prover.is_satisfiable(*asked, *self._pinned_literals(found)):
            unlike = {rule for rule, agrees in self.agrees.items() if not prover.holds(agrees)}
            if not unlike:
                return None
            times += 1
            found |= unlike if times < PINNING_ROUNDS else set(self.agrees)
        return frozenset(found)

    def _pinned_literals(self, rules: Collection[Rule]) -> list[Literal]:
        return [agrees for rule, agrees in self.agrees.items() if rule in rules]
