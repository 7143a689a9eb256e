"""A single miter for all parts that belong to one rule each: which of them change a result?

Without such a part only the activation of one rule class can flip, and only where no other rule of
the class applies. So two worlds in which any one class may be flipped answer for all parts; and one
query asks for many parts of a class at once, again until no remaining part shows a difference,
which proves that these are irrelevant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import accumulate

from specdsl.base.limits import SAME_WORK
from specdsl.frontend.model.nodes import Level, Rule
from specdsl.frontend.ranking.interchangeable import RuleClasses
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.sat.engine import Answer, Limits
from specdsl.semantics.aig import TRUE, AndInverterGraph, Literal
from specdsl.verification.class_resolution import class_activations
from specdsl.verification.relevance.removable_parts import RemovablePart


class SingleRuleMiter:
    """The miter of one decision. `applies` are the activations of its rules; `residuals` give for
    each part its rule and the rule's residual condition; `given` holds in every situation that
    counts; `differ` is the literal that two activations of classes lead to different results. Only
    the parts of `level` are compared, if it is given: the levels above it are the same in both."""

    def __init__(
        self,
        graph: AndInverterGraph,
        limits: Limits,
        classes: RuleClasses,
        applies: Mapping[Rule, Literal],
        residuals: Mapping[RemovablePart, tuple[Rule, Literal]],
        given: Sequence[Literal],
        differ: Callable[[Mapping[Rule, Literal], Mapping[Rule, Literal]], Literal],
        level: Level | None = None,
    ) -> None:
        self.graph = graph
        self._classes = classes
        self._applies = applies
        self.residuals = residuals
        some = class_activations(graph, classes, applies)
        here = [first for first in some if level is None or first.level is level]
        names = graph.at_most_one_of("apart", len(here))
        self._is_flipped = dict(zip(here, names, strict=True))
        flipped = {
            first: graph.iff(some[first], name) ^ 1 for first, name in self._is_flipped.items()
        }
        self._differs = differ(some, {**some, **flipped})
        self._only_active_of: dict[Rule, Literal] = {}  # where no other rule of its class applies
        self._parts_of_class: dict[Rule, list[RemovablePart]] = {}
        for part, (rule, _) in residuals.items():
            self._parts_of_class.setdefault(classes.representative_of[rule], []).append(part)
        without = [literal for _, literal in residuals.values()]
        roots = (*given, self._differs, *applies.values(), *without)
        self._work = limits.work
        self.prover = Prover(graph, roots, limits)
        self.prover.assert_always(*given)

    def siblings(self, part: RemovablePart) -> list[RemovablePart]:
        """Return the parts of rules of the same class."""
        return self._parts_of_class[self._classes.representative_of[self.residuals[part][0]]]

    def decide_parts(self, parts: Sequence[RemovablePart]) -> dict[RemovablePart, bool]:
        """Decide which of sibling parts are relevant; undetermined parts are left out."""
        found: dict[RemovablePart, bool] = {}
        try:
            self._decide_all(parts, found)
        except Undetermined:
            left = [part for part in parts if part not in found]
            half = len(left) // 2
            for some in (left[:half], left[half:]) if half else ():
                found |= self.decide_parts(some)
        return found

    def answer_within(self, part: RemovablePart, work: int) -> Answer:
        """Return whether the part is relevant, as far as so much work tells."""
        self.prover.set_budget(work)
        try:
            return Answer.SAT if self._some_part_differs([part]) else Answer.UNSAT
        except Undetermined:
            return Answer.UNDETERMINED
        finally:
            self.prover.set_budget(self._work)

    def decide_quickly(self, parts: Sequence[RemovablePart]) -> dict[RemovablePart, bool]:
        """Decide what a small budget suffices for, of the first part at least."""
        found: dict[RemovablePart, bool] = {}
        self.prover.set_budget(SAME_WORK)
        for some in (parts, parts[:1]):
            if parts[0] not in found:
                with suppress(Undetermined):
                    self._decide_all(some, found)
        self.prover.set_budget(self._work)
        return found

    def _decide_all(self, parts: Sequence[RemovablePart], found: dict[RemovablePart, bool]) -> None:
        """Add the answers of the parts to `found`. Raises `Undetermined`."""
        left = list(parts)
        while left and self._some_part_differs(left):
            found.update(
                (part, True) for part in left if self.prover.holds(self._flips_class(part))
            )
            left = [part for part in left if part not in found]
        found.update((part, False) for part in left)

    def _some_part_differs(self, parts: Sequence[RemovablePart]) -> bool:
        """Return whether some situation shows a difference without one of the parts. Raises
        `Undetermined`."""
        first = self._classes.representative_of[self.residuals[parts[0]][0]]
        some = self.graph.any_of(self._flips_class(part) for part in parts)
        return self.prover.is_satisfiable(self._differs, self._is_flipped[first], some)

    def _flips_class(self, part: RemovablePart) -> Literal:
        """Return the literal that removing the part flips the class."""
        rule, residual = self.residuals[part]
        changes = self.graph.iff(self._applies[rule], residual) ^ 1
        return self.graph.all_of((changes, self._only_active(rule)))

    def _only_active(self, rule: Rule) -> Literal:
        """Return the literal that no other rule of the class applies."""
        if rule not in self._only_active_of:
            rules = self._classes.members_of[self._classes.representative_of[rule]]
            none = [self._applies[one] ^ 1 for one in rules]
            before = self._prefix_conjunctions(none)
            after = self._prefix_conjunctions(none[::-1])[::-1]
            for i, one in enumerate(rules):
                self._only_active_of[one] = self.graph.all_of((before[i], after[i + 1]))
        return self._only_active_of[rule]

    def _prefix_conjunctions(self, literals: Sequence[Literal]) -> list[Literal]:
        """Return the conjunction of each prefix, the empty one first."""
        return list(accumulate(literals, lambda *both: self.graph.all_of(both), initial=TRUE))
