"""Local search for samples that satisfy several literals at once, in the manner of WalkSAT.

A random sample is repaired step by step: one of the literals that fail in it is justified anew
(Selman, Kautz and Cohen, Noise strategies for improving local search, 1994).
"""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.base.limits import REPAIR_ROUNDS
from specdsl.reasoning.simulation.samples import Sampler, Samples, bit_runs
from specdsl.semantics.aig import Literal


class RepairingSampler(Sampler):
    """A sampler whose samples satisfy as many of some literals as a short search brings about."""

    def sample_repaired(self, literals: Sequence[Literal], count: int) -> Samples:
        """Return at most `batch_size` samples in which all literals should hold."""
        picks = [self._choose_values(()) for _ in range(min(count, self.batch_size))]
        for _ in range(REPAIR_ROUNDS):
            found = self._samples_of(picks)
            failing = self._failing_literals(found, literals)
            if not failing:
                return found
            for point, failed in failing.items():
                self._repair(picks[point], self._random.choice(failed))
        return self._samples_of(picks)

    def _samples_of(self, picks: Sequence[Sequence[int]]) -> Samples:
        chosen = tuple(zip(*picks, strict=True)) if self.columns else ()
        every = (1 << len(picks)) - 1
        return Samples(self.columns, chosen, self._evaluate(chosen, every), every)

    def _failing_literals(
        self, found: Samples, literals: Sequence[Literal]
    ) -> dict[int, list[Literal]]:
        """Return, by sample, the literals that do not hold in it."""
        failing: dict[int, list[Literal]] = {}
        for literal in literals:
            for start, end in bit_runs(found.mask_of(literal) ^ found.every):
                for point in range(start, end):
                    failing.setdefault(point, []).append(literal)
        return failing

    def _repair(self, picks: list[int], literal: Literal) -> None:
        """Choose values anew that justify a literal; columns that agree with it stay."""
        for node, holds in self._justify((literal,)):
            column = self._column.get(node)
            if column is not None:
                mask = self.columns[column].atom_masks[node]
                allowed = mask if holds else ~mask & ((1 << len(self.columns[column].values)) - 1)
                if allowed and not allowed >> picks[column] & 1:
                    picks[column] = self._random_bit(allowed)
