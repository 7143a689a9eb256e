"""Which edits make a difference.

Edits *explain* a difference in a situation when, made alone in the old spec, they decide it as the
new spec does: the same outcome and the same flags. The edits responsible for a region are a minimal
set that explains all of it: none of them can be left out in the region's situation. Whether edits
explain a situation is decided there; where they do over all situations is a literal of the graph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from specdsl.circuit.graph import FALSE
from specdsl.compare.asking import Truth
from specdsl.compare.edits import Edit
from specdsl.compare.results import Results, same
from specdsl.compare.worlds import Worlds
from specdsl.limits import MOST_MIXED

Edits = tuple[Edit, ...]


@dataclass(eq=False)
class Reasons:
    """The reasons for the differences of one decision."""

    worlds: Worlds
    decision: str
    edits: Edits
    _explained: dict[frozenset[Edit], int] = field(default_factory=dict)

    @property
    def told(self) -> bool:
        """Whether reasons are looked for."""
        return told(self.worlds, self.edits)

    @cached_property
    def old(self) -> Results:
        return self.worlds.results(self.worlds.old, self.decision)

    @cached_property
    def new(self) -> Results:
        return self.worlds.results(self.worlds.new, self.decision)

    def explained(self, edits: Edits) -> int:
        """Where these edits explain what there is. FALSE where they are no spec alone."""
        key = frozenset(edits)
        if key not in self._explained:
            self._explained[key] = self._where(edits)
        return self._explained[key]

    def _where(self, edits: Edits) -> int:
        if len(edits) == len(self.edits):
            return same(self.worlds.graph, self.new, self.new)
        world = self.worlds.mixture(frozenset(edit.key for edit in edits))
        if world is None:
            return FALSE
        found = self.worlds.results(world, self.decision)
        return FALSE if found == self.old else same(self.worlds.graph, found, self.new)

    def alone(self) -> dict[Edit, int]:
        """By edit where it explains what there is alone."""
        return {edit: self.explained((edit,)) for edit in self.edits}

    def needed(self, holds: Truth) -> Edits:
        """Edits that explain the difference in a situation and of which none can be left out.

        From all edits, ever smaller stretches of them are taken back while the rest explains.
        """
        kept = self.edits
        size = len(kept)
        while True:
            size = max(1, size // 2)
            before = kept
            kept = self._without_stretches(kept, size, holds)
            if size == 1 and kept == before:
                return kept

    def _without_stretches(self, kept: Edits, size: int, holds: Truth) -> Edits:
        at = 0
        while at < len(kept):
            trial = (*kept[:at], *kept[at + size :])
            if trial and holds(self.explained(trial)):
                kept = trial
            else:
                at += size
        return kept

    def only_together(self, edits: Edits) -> int:
        """Where these edits explain what there is, and not without any one of them."""
        fewer = [tuple(e for e in edits if e is not edit) for edit in edits] if edits[1:] else []
        parts = [self.explained(edits), *(self.explained(some) ^ 1 for some in fewer)]
        return self.worlds.graph.all_of(parts)

    def instead(self, edits: Edits, holds: Truth) -> Edits:
        """Other edits that would explain a situation alone."""
        others: Sequence[Edit] = [edit for edit in self.edits if edit not in edits]
        return tuple(edit for edit in others if holds(self.explained((edit,))))


def told(worlds: Worlds, edits: Edits) -> bool:
    """Whether it is affordable to find out which edits make which difference."""
    return len(edits) * len(worlds.new.circuit.rules) <= MOST_MIXED
