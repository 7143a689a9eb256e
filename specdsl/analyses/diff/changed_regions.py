"""Regions of difference: all situations that two specs decide differently, divided by reason."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping

from specdsl.analyses.diff.attribution import Attribution, EditSet
from specdsl.analyses.diff.classification import DifferenceKind, Preference, difference_literals
from specdsl.base.limits import MAX_EDIT_SETS
from specdsl.base.quick_dataclass import dataclass
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.reasoning.witness.simple_witness import Witness
from specdsl.semantics.aig import FALSE, Literal
from specdsl.verification.two_specs.decision_results import Result, equal_results
from specdsl.verification.two_specs.pair_queries import SpecPairQueries
from specdsl.verification.two_specs.spec_edits import SpecEdit


@dataclass(frozen=True, slots=True)
class FoundRegion:
    """A region as it is found: a witness, and the results and edits there."""

    kind: DifferenceKind
    old: Result
    new: Result
    edits: EditSet
    instead: EditSet
    witness: Witness


@dataclass(frozen=True, slots=True)
class RegionSearch:
    """Searches the differences of one decision.

    The situations of a kind are divided by the edits that explain them, single edits first. Every
    differing situation is in a region; it is in several if several edits explain it.
    """

    queries: SpecPairQueries
    attribution: Attribution
    better: Preference

    def find_regions(self) -> Iterator[FoundRegion]:
        """Yield all regions, the gravest kinds first. Raises `Undetermined` after the regions that
        can be settled."""
        graph, attribution = self.queries.graph, self.attribution
        differ = equal_results(graph, attribution.old, attribution.new) ^ 1
        if differ == FALSE or not self.queries.prover(differ).is_satisfiable(differ):
            return
        claims = difference_literals(graph, attribution.old, attribution.new, self.better)
        if not attribution.is_affordable:
            yield from self._unattributed_regions(claims)
            return
        alone = attribution.single_edits()
        prover = self.queries.prover(*claims.values(), *alone.values())
        unsettled: list[Undetermined] = []
        for one, claim in claims.items():
            try:
                if prover.is_satisfiable(claim):
                    left = yield from self._by_single_edit(one, claim, alone, prover)
                    yield from self._by_edit_sets(one, claim, left, prover)
            except Undetermined as reason:
                unsettled.append(reason)
        if unsettled:
            raise unsettled[0]

    def _unattributed_regions(
        self, claims: Mapping[DifferenceKind, Literal]
    ) -> Iterator[FoundRegion]:
        """Yield one region for each kind, without edits."""
        prover = self.queries.prover(*claims.values())
        for one, claim in claims.items():
            if prover.is_satisfiable(claim):
                yield self._region_of(one, (), claim, prover)

    def _by_single_edit(
        self, one: DifferenceKind, claim: Literal, alone: Mapping[SpecEdit, Literal], prover: Prover
    ) -> Generator[FoundRegion, None, Literal]:
        """Yield the regions that a single edit explains. Returns the literal of the rest."""
        graph = self.queries.graph
        left = claim
        for edit, explained in alone.items():
            if prover.is_satisfiable(graph.all_of((left, explained))):
                yield self._clearest_region(one, claim, edit, alone, prover)
                left = graph.all_of((left, explained ^ 1))
        return left

    def _clearest_region(
        self,
        one: DifferenceKind,
        claim: Literal,
        edit: SpecEdit,
        alone: Mapping[SpecEdit, Literal],
        prover: Prover,
    ) -> FoundRegion:
        """Return the region with a simple situation that no other edit explains, unless this needs
        more instructions."""
        graph = self.queries.graph
        here = graph.all_of((claim, alone[edit]))
        found = self._region_of(one, (edit,), here, prover)
        others = (literal ^ 1 for other, literal in alone.items() if other is not edit)
        pure = graph.all_of((here, *others))
        if not found.instead or not prover.is_satisfiable(pure):
            return found
        clearer = self._region_of(one, (edit,), pure, prover)
        said, more = (self.queries.instruction_count(f.witness) for f in (found, clearer))
        return found if more > said else clearer

    def _by_edit_sets(
        self, one: DifferenceKind, claim: Literal, left: Literal, prover: Prover
    ) -> Iterator[FoundRegion]:
        """Yield the regions that only several edits together explain."""
        graph = self.queries.graph
        for _ in range(MAX_EDIT_SETS):
            holds = self.queries.some_model(left, prover)
            if holds is None:
                return
            edits = self.attribution.minimize(holds)
            here = graph.all_of((claim, self.attribution.only_together(edits)))
            yield self._region_of(one, edits, here, prover)
            left = graph.all_of((left, self.attribution.explains(edits) ^ 1))
        holds = self.queries.some_model(left, prover)
        if holds is not None:
            yield self._region_of(one, self.attribution.minimize(holds), left, prover)

    def _region_of(
        self, one: DifferenceKind, edits: EditSet, claim: Literal, prover: Prover
    ) -> FoundRegion:
        witness = self.queries.simple_witness(claim, prover)
        assert witness is not None, "it has just been found"
        holds = self.queries.model_of(witness)
        old = next(result for result, literal in self.attribution.old.items() if holds(literal))
        new = next(result for result, literal in self.attribution.new.items() if holds(literal))
        instead = self.attribution.single_alternatives(edits, holds) if len(edits) == 1 else ()
        return FoundRegion(one, old, new, edits, instead, witness)
