"""Sets of situations of two specs in a few words: a condition on facts.

If one prime implicant covers the set, it is the condition. Otherwise the condition is what all of
its situations have in common: every predicate that the set implies, none of them redundant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import SpecModel
from specdsl.reasoning.sat.engine import Limits
from specdsl.semantics.aig import Literal
from specdsl.situations.predicates import Predicate
from specdsl.situations.region_wording import RegionWording
from specdsl.situations.regions import Regions
from specdsl.verification.two_specs.spec_pair import SpecPair


@dataclass(frozen=True, slots=True)
class Extent:
    """Conditions that hold throughout a set of situations; `exact`: all situations with them belong
    to the set."""

    conditions: tuple[str, ...]
    exact: bool

    @property
    def condition(self) -> str:
        """Return the conjunction, empty if there is no condition."""
        return " and ".join(self.conditions)

    @property
    def main_conditions(self) -> tuple[str, ...]:
        """Return enough for a sentence: if it is not exact, what facts are known to be, if there is
        any such condition."""
        known = tuple(one for one in self.conditions if not one.startswith("possibly "))
        return self.conditions if self.exact else known or self.conditions


def extent_of(pair: SpecPair, inside: Literal, limits: Limits) -> Extent:
    """Return the extent of a satisfiable literal over facts. Raises `Undetermined`."""
    atoms = tuple(pair.graph.support((inside,)))
    search = Regions(pair.graph, atoms, lambda literal: literal, (pair.possible,), limits)
    wording = RegionWording(_spec_of_facts(pair))
    found, whole = search.cover(inside, 1)
    if whole:
        return Extent(tuple(wording.condition_texts(found[0])), True)
    return Extent(tuple(wording.condition_texts(_common_predicates(search, inside))), False)


def _common_predicates(search: Regions, inside: Literal) -> Sequence[Predicate]:
    """Return predicates that the set implies, without the ones that follow from others."""
    satisfiable = search.prover.is_satisfiable
    kept = [term for term in search.terms if not satisfiable(inside, term.literal ^ 1)]
    for term in reversed(tuple(kept)):
        others = [other.literal for other in kept if other is not term]
        if not satisfiable(*others, term.literal ^ 1):
            kept.remove(term)
    return kept


def _spec_of_facts(pair: SpecPair) -> SpecModel:
    """Return the new spec with the shared facts, in its order, so that conditions are in it too."""
    spec = pair.new.circuit.spec
    place = {fact.name: i for i, fact in enumerate(spec.facts)}
    shared = [one.fact for one in pair.facts.facts]
    shared.sort(key=lambda fact: (place.get(fact.name, len(place)), fact.name))
    return replace(spec, facts=tuple(shared))
