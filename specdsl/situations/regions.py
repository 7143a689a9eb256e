"""Sets of situations as a minimal list of regions that a person can read.

A region is a few terms: the situations in which they all hold. The list covers the whole set and
nothing else, none of its regions can be left out, no term of one, and no term can be put more
weakly. It is found as prime implicants are: a situation that is not covered yet, the widest region
around it, until none is left.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence

from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.prover import Prover
from specdsl.reasoning.sat.engine import Limits
from specdsl.semantics.aig import AndInverterGraph, Atom, Known
from specdsl.semantics.fact_values import FactValue
from specdsl.situations.predicates import Holding, Term, terms

Region = tuple[Term, ...]


class Regions:
    """What the atoms tell apart, in a world that `literal` leads to and where what is given holds.
    All questions may raise `Undetermined`."""

    def __init__(
        self,
        graph: AndInverterGraph,
        atoms: Iterable[Atom],
        literal: Callable[[int], int],
        given: Sequence[int],
        limits: Limits,
    ) -> None:
        self.graph = graph
        self.terms = terms(graph, atoms, lambda atom: literal(graph.atom(atom)))
        self.prover = Prover(graph, (*given, *(term.literal for term in self.terms)), limits)
        self.prover.assert_always(*given)
        self.first: tuple[Region, ...] = ()

    def cover(self, inside: int, most: int, first: Iterable[int] = ()) -> tuple[list[Region], bool]:
        """Regions for `inside`, a literal over the atoms; and whether there are no more. Those
        around what is `first` are looked for first, and come first."""
        guard = self.prover.fresh_input("another region")
        found: list[Region] = []
        for wanted in first:
            if len(found) < most and self.prover.is_satisfiable(guard, inside, wanted):
                found.append(self._another(guard, inside))
        self.first = tuple(found)
        while self.prover.is_satisfiable(guard, inside):
            if len(found) == most:
                return found, False
            found.append(self._another(guard, inside))
        return self._needed(found), True

    def _another(self, guard: int, inside: int) -> Region:
        """Around the situation found last; from now on it is none of `another`."""
        region = self._widest(inside ^ 1)
        self.prover.assert_always(self.graph.any_of((guard ^ 1, self._holds(region) ^ 1)))
        return region

    def situation(self, inside: int) -> Mapping[Fact, FactValue]:
        """Facts of a situation with `inside`, where there is one: with as few unknown as can be."""
        facts = self.prover.domains.facts
        unknown = [self.graph.atom(Known(fact)) ^ 1 for fact in facts if fact.optional]
        bounds = (self.prover.at_most(unknown, most) for most in range(len(unknown) + 1))
        next(bound for bound in bounds if self.prover.is_satisfiable(inside, bound))
        return {fact: self.prover.value(fact) for fact in facts}

    def _holds(self, region: Region) -> int:
        return self.graph.all_of(term.literal for term in region)

    def _widest(self, outside: int) -> Region:
        """A region around the situation found last that cannot be made wider. Where a term is put
        more weakly the others stay needed."""
        true = [term for term in self.terms if self.prover.holds(term.literal)]
        holding = Holding(true)
        region = self.prover.minimal_subset((outside,), [(term, term.literal) for term in true])
        for i, term in enumerate(region):
            rest = (*region[:i], *region[i + 1 :])
            weaker = holding.weaker_than(term)
            wider = self._widened((outside, self._holds(rest)), term, weaker)
            region = (*region[:i], wider, *region[i + 1 :])
        return region

    def _widened(self, rest: Sequence[int], term: Term, weaker: Sequence[Sequence[Term]]) -> Term:
        """The term put as weakly as can be, where it and the rest exclude each other."""

        def enough(weaker: Term) -> bool:
            return not self.prover.is_satisfiable(*rest, weaker.literal)

        for chain in weaker:
            at = bisect_left(chain, True, key=enough)
            if at < len(chain):
                return chain[at]
        return term

    def _needed(self, found: Sequence[Region]) -> list[Region]:
        """Without those that the others cover."""
        kept = list(found)
        for one in sorted(found, key=len, reverse=True):
            others = [self._holds(other) ^ 1 for other in kept if other is not one]
            if not self.prover.is_satisfiable(self._holds(one), *others):
                kept.remove(one)
        return kept
