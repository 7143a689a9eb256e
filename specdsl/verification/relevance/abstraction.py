"""Counterexample-guided abstraction refinement (CEGAR, Clarke et al. 2000) of a removal miter.

At first every rule applies or not as the solver likes, the same with and without the part. If even
so nothing differs, few rules are the reason, and the conditions of all others are never looked at.
A spurious counterexample pins the rules whose activation disagrees with their conditions; after a
few rounds all rules are pinned, since the counterexample is then most likely real.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property

from specdsl.base.limits import MAX_REASONS, PINNING_ROUNDS
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Rule
from specdsl.reasoning.prover import Prover
from specdsl.semantics.aig import AndInverterGraph, Literal
from specdsl.verification.class_resolution import Activations, free_inputs
from specdsl.verification.relevance.removable_parts import Residuals


@dataclass(frozen=True, slots=True)
class RedundancyCore:
    """Rules that make a part redundant, whatever all others do: an unsatisfiable core. `minimal`:
    none of them can be left out."""

    rules: tuple[Rule, ...]
    minimal: bool


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
        self._differ = differ
        self.free_activation = free_inputs(graph, applies, "free")
        self.agrees = {
            rule: graph.iff(self.free_activation[rule], one) for rule, one in applies.items()
        }
        self._is_changed = free_inputs(graph, applies, "apart")
        self._changed_activation = free_inputs(graph, applies, "other")

    @cached_property
    def _differs(self) -> Literal:
        ite, mine = self._graph.ite, self.free_activation
        other = {
            rule: ite(is_changed, self._changed_activation[rule], mine[rule])
            for rule, is_changed in self._is_changed.items()
        }
        return self._differ(mine, other)

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

    def redundancy_core(
        self, prover: Prover, asked: tuple[Literal, ...], rule: Rule, rules: Sequence[Rule]
    ) -> RedundancyCore | None:
        """Return the core of a rule among all rules if the query for a difference without the rule
        is refuted, else None."""
        found = self.refute(prover, asked, [rule])
        if found is None:
            return None
        others = [one for one in reversed(rules) if one in found and one is not rule]
        soft = [self.agrees[one] for one in (*others, rule)]
        kept = prover.some_core(asked, soft)
        minimal = len(kept) <= MAX_REASONS
        if minimal:
            fewer, _ = prover.minimal_core(asked, [soft[i] for i in kept])
            kept = [kept[i] for i in fewer]
        return RedundancyCore(tuple(others[i] for i in kept if i < len(others)), minimal)

    def _pinned_literals(self, rules: Collection[Rule]) -> list[Literal]:
        return [agrees for rule, agrees in self.agrees.items() if rule in rules]
