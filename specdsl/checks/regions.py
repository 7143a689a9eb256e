"""Sets of situations as a minimal list of regions that a person can read.

A region is a few terms: the situations in which they all hold. The list covers the whole set and
nothing else, none of its regions can be left out, no term of one, and no term can be put more
weakly. It is found as prime implicants are: a situation that is not covered yet, the widest region
around it, until none is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from specdsl.checks.terms import Term, terms
from specdsl.circuit.graph import Atom, Graph
from specdsl.solver.prover import Prover

Region = tuple[Term, ...]


class Regions:
    """What the atoms tell apart, in a world that `literal` leads to. All questions may raise
    `Unsettled`."""

    def __init__(
        self,
        graph: Graph,
        prover: Prover,
        atoms: Iterable[Atom],
        literal: Callable[[int], int],
    ) -> None:
        self.graph = graph
        self.prover = prover
        self.terms = terms(graph, atoms, lambda atom: literal(graph.atom(atom)))
        self._implied: dict[tuple[Term, Term], bool] = {}

    def cover(self, scope: int, inside: int, most: int) -> tuple[list[Region], bool]:
        """Regions for `inside`, among the situations of `scope`; whether there are no more."""
        guard = self.prover.fresh("another region")
        found: list[Region] = []
        while self.prover.settle(guard, scope, inside):
            if len(found) == most:
                return found, False
            region = self._widest(scope, inside)
            found.append(region)
            self.prover.always(self.graph.any_of((guard ^ 1, self._holds(region) ^ 1)))
        return self._needed(scope, found), True

    def _holds(self, region: Region) -> int:
        return self.graph.all_of(term.literal for term in region)

    def _widest(self, scope: int, inside: int) -> Region:
        """A region around the situation found last that cannot be made wider."""
        true = [term for term in self.terms if self.prover.truth(term.literal)]
        outside = (scope, inside ^ 1)
        kept = self.prover.needed(outside, [(term, term.literal) for term in true])
        for term in kept:
            kept = self._widened(outside, kept, term, true)
        return self.prover.needed(outside, [(term, term.literal) for term in kept])

    def _widened(
        self, outside: tuple[int, ...], region: Region, term: Term, true: Sequence[Term]
    ) -> Region:
        """With the term put as weakly as can be."""
        rest = tuple(other for other in region if other is not term)
        wider = [w for w in true if term.may_widen_to(w) and self._implies(term, w)]
        for weaker in wider:
            if not self.prover.settle(*outside, self._holds((*rest, weaker))):
                others = [w for w in wider if w is not weaker]
                return self._widened(outside, (*rest, weaker), weaker, others)
        return region

    def _implies(self, term: Term, other: Term) -> bool:
        pair = (term, other)
        if pair not in self._implied:
            self._implied[pair] = not self.prover.settle(term.literal, other.literal ^ 1)
        return self._implied[pair]

    def _needed(self, scope: int, found: Sequence[Region]) -> list[Region]:
        """Without those that the others cover."""
        kept = list(found)
        for one in sorted(found, key=len, reverse=True):
            others = [self._holds(other) ^ 1 for other in kept if other is not one]
            if not self.prover.settle(scope, self._holds(one), *others):
                kept.remove(one)
        return kept
