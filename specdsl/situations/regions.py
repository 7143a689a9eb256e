"""An irredundant cover of a set of situations by prime implicants.

A region is a conjunction of a few predicates. The cover is exactly the set; no region can be left
out, no predicate of one, and none can be replaced by a weaker one. As with prime implicants of a
boolean function, a situation that is not covered yet is widened to a region, until none is left.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence

from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.prover import Prover
from specdsl.reasoning.sat.engine import Limits
from specdsl.semantics.aig import AndInverterGraph, Atom, Known, Literal
from specdsl.semantics.fact_values import FactValue
from specdsl.situations.predicates import Predicate, TruePredicates, make_predicates

Region = tuple[Predicate, ...]


class Regions:
    """Regions over atoms, which `literal` maps to a world, in situations where `given` holds. All
    queries may raise `Undetermined`.
    """

    def __init__(
        self,
        graph: AndInverterGraph,
        atoms: Iterable[Atom],
        literal: Callable[[Literal], Literal],
        given: Sequence[Literal],
        limits: Limits,
    ) -> None:
        self.graph = graph
        self.terms = make_predicates(graph, atoms, lambda atom: literal(graph.atom(atom)))
        self.prover = Prover(graph, (*given, *(term.literal for term in self.terms)), limits)
        self.prover.assert_always(*given)
        self.first: tuple[Region, ...] = ()

    def cover(
        self, inside: Literal, most: int, first: Iterable[Literal] = ()
    ) -> tuple[list[Region], bool]:
        """Return at most `most` regions of `inside`, a literal over the atoms, and whether they
        cover it. Regions of situations with the literals in `first` come first.
        """
        guard = self.prover.fresh_input("another region")
        found: list[Region] = []
        for wanted in first:
            if len(found) < most and self.prover.is_satisfiable(guard, inside, wanted):
                found.append(self._add_region(guard, inside))
        self.first = tuple(found)
        while self.prover.is_satisfiable(guard, inside):
            if len(found) == most:
                return found, False
            found.append(self._add_region(guard, inside))
        return self._irredundant_cover(found), True

    def _add_region(self, guard: Literal, inside: Literal) -> Region:
        """Return a region around the last model, and exclude it from models with the guard."""
        region = self._prime_implicant(inside ^ 1)
        self.prover.assert_always(self.graph.any_of((guard ^ 1, self._region_literal(region) ^ 1)))
        return region

    def situation_in(self, inside: Literal) -> Mapping[Fact, FactValue]:
        """Return the facts of a situation in `inside`, which is not empty, with few unknown."""
        facts = self.prover.domains.facts
        unknown = [self.graph.atom(Known(fact)) ^ 1 for fact in facts if fact.optional]
        bounds = (self.prover.at_most(unknown, most) for most in range(len(unknown) + 1))
        next(bound for bound in bounds if self.prover.is_satisfiable(inside, bound))
        return {fact: self.prover.value(fact) for fact in facts}

    def _region_literal(self, region: Region) -> Literal:
        return self.graph.all_of(term.literal for term in region)

    def _prime_implicant(self, outside: Literal) -> Region:
        """Return a maximal region around the last model. Weakening one predicate keeps the others
        needed.
        """
        true = [term for term in self.terms if self.prover.holds(term.literal)]
        holding = TruePredicates(true)
        region = self.prover.minimal_subset((outside,), [(term, term.literal) for term in true])
        for i, term in enumerate(region):
            rest = (*region[:i], *region[i + 1 :])
            weaker = holding.weakenings(term)
            wider = self._weaken_predicate((outside, self._region_literal(rest)), term, weaker)
            region = (*region[:i], wider, *region[i + 1 :])
        return region

    def _weaken_predicate(
        self, rest: Sequence[Literal], term: Predicate, weaker: Sequence[Sequence[Predicate]]
    ) -> Predicate:
        """Return the weakest form of a predicate that still contradicts the rest."""

        def excludes_outside(weaker: Predicate) -> bool:
            return not self.prover.is_satisfiable(*rest, weaker.literal)

        for chain in weaker:
            at = bisect_left(chain, True, key=excludes_outside)
            if at < len(chain):
                return chain[at]
        return term

    def _irredundant_cover(self, found: Sequence[Region]) -> list[Region]:
        """Remove regions that the others cover."""
        kept = list(found)
        for one in sorted(found, key=len, reverse=True):
            others = [self._region_literal(other) ^ 1 for other in kept if other is not one]
            if not self.prover.is_satisfiable(self._region_literal(one), *others):
                kept.remove(one)
        return kept
