"""Attribution of differences to edits, by delta debugging over specs between the two.

Edits *explain* a difference in a situation if the old spec with these edits alone decides it as the
new spec does, with the same outcome and flags. The edits of a region are a minimal set that
explains all of it. Minimization is that of Zeller and Hildebrandt, "Simplifying and Isolating
Failure-Inducing Input" (2002); where edits explain is a literal of the graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from functools import cached_property

from specdsl.base.limits import MAX_PARTIAL_EDITS
from specdsl.base.quick_dataclass import dataclass
from specdsl.semantics.aig import FALSE, Literal
from specdsl.verification.two_specs.decision_results import Results, equal_results
from specdsl.verification.two_specs.pair_queries import TruthOf
from specdsl.verification.two_specs.spec_edits import SpecEdit
from specdsl.verification.two_specs.spec_pair import SpecPair

EditSet = tuple[SpecEdit, ...]


@dataclass(eq=False)
class Attribution:
    """Attributes the differences of one decision to edits."""

    worlds: SpecPair
    decision: str
    edits: EditSet
    _memo: dict[frozenset[SpecEdit], Literal] = field(default_factory=dict)

    @property
    def is_affordable(self) -> bool:
        """Tell whether differences are attributed to edits at all."""
        return attribution_is_affordable(self.worlds, self.edits)

    @cached_property
    def old(self) -> Results:
        return self.worlds.result_literals(self.worlds.old, self.decision)

    @cached_property
    def new(self) -> Results:
        return self.worlds.result_literals(self.worlds.new, self.decision)

    def explains(self, edits: EditSet) -> Literal:
        """Return where these edits explain the difference; FALSE if they make no valid spec."""
        key = frozenset(edits)
        if key not in self._memo:
            self._memo[key] = self._compute_explains(edits)
        return self._memo[key]

    def _compute_explains(self, edits: EditSet) -> Literal:
        if len(edits) == len(self.edits):
            return equal_results(self.worlds.graph, self.new, self.new)
        world = self.worlds.intermediate_world(frozenset(edit.key for edit in edits))
        if world is None:
            return FALSE
        found = self.worlds.result_literals(world, self.decision)
        return FALSE if found == self.old else equal_results(self.worlds.graph, found, self.new)

    def single_edits(self) -> dict[SpecEdit, Literal]:
        """Return where each edit alone explains the difference."""
        return {edit: self.explains((edit,)) for edit in self.edits}

    def minimize(self, holds: TruthOf) -> EditSet:
        """Return a minimal set of edits that explains the difference in a situation.

        Ever smaller stretches of the edits are dropped while the rest still explains (ddmin).
        """
        kept = self.edits
        size = len(kept)
        while True:
            size = max(1, size // 2)
            before = kept
            kept = self._drop_stretches(kept, size, holds)
            if size == 1 and kept == before:
                return kept

    def _drop_stretches(self, kept: EditSet, size: int, holds: TruthOf) -> EditSet:
        at = 0
        while at < len(kept):
            trial = (*kept[:at], *kept[at + size :])
            if trial and holds(self.explains(trial)):
                kept = trial
            else:
                at += size
        return kept

    def only_together(self, edits: EditSet) -> Literal:
        """Return where these edits explain the difference, and no set with one edit less does."""
        fewer = [tuple(e for e in edits if e is not edit) for edit in edits] if edits[1:] else []
        parts = [self.explains(edits), *(self.explains(some) ^ 1 for some in fewer)]
        return self.worlds.graph.all_of(parts)

    def single_alternatives(self, edits: EditSet, holds: TruthOf) -> EditSet:
        """Return other edits that explain a situation alone."""
        others: Sequence[SpecEdit] = [edit for edit in self.edits if edit not in edits]
        return tuple(edit for edit in others if holds(self.explains((edit,))))


def attribution_is_affordable(worlds: SpecPair, edits: EditSet) -> bool:
    """Tell whether the specs between the two are few and small enough to be compared."""
    return len(edits) * len(worlds.new.circuit.rules) <= MAX_PARTIAL_EDITS
