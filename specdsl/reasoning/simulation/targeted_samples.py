"""Samples that satisfy a condition while few other rules are active.

In such a sample the effect of a single rule is observable (ATPG: justify and propagate).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from operator import xor

from specdsl.base.limits import MAX_TRIED_VALUES, SAMPLE_SWEEPS
from specdsl.base.quick_dataclass import dataclass
from specdsl.reasoning.simulation.samples import Sampler, Samples, bit_runs
from specdsl.semantics.aig import AndInverterGraph, Literal

ColumnChoices = Sequence[int]
"""The place of a value, by column."""

NecessaryValues = Mapping[int, int]
"""A mask of the values of which one is needed, by column; other columns are free."""


@dataclass(frozen=True, slots=True)
class SampleTarget:
    """The target of a sample: literals that should hold, and rules (as bits) that should be
    inactive. `start`: values to begin with.
    """

    literals: Sequence[Literal]
    avoid: int
    start: ColumnChoices | None = None


class TargetedSampler(Sampler):
    """A sampler that avoids rules, given by the literals of their conditions."""

    def __init__(
        self, graph: AndInverterGraph, roots: Iterable[Literal], rules: Sequence[Literal]
    ) -> None:
        super().__init__(graph, [*roots, *rules])
        self._needs: dict[Literal, NecessaryValues] = {}
        self._every = (1 << len(rules)) - 1
        needing: list[list[tuple[int, int]]] = [[] for _ in self.columns]
        for i, literal in enumerate(rules):
            for column, mask in self.necessary_values(literal).items():
                needing[column].append((1 << i, mask))
        self._values = [list(range(len(column.values))) for column in self.columns]
        pairs = zip(needing, self._values, strict=True)
        self._compatible = [
            _compatible_rules(some, len(values), self._every) for some, values in pairs
        ]
        for values in self._values:
            self._random.shuffle(values)

    def sample(self, wanted: Sequence[SampleTarget]) -> Samples:
        """Return a sample for each target; at most `batch_size` of them."""
        picks = [self._avoid_rules(one) for one in wanted]
        chosen = tuple(zip(*picks, strict=True)) if self.columns else ()
        every = (1 << len(picks)) - 1
        return Samples(self.columns, chosen, self._evaluate(chosen, every), every)

    # --- choosing values ---

    def _avoid_rules(self, wanted: SampleTarget) -> ColumnChoices:
        """Choose values that agree with the literals so that few rules can be active: column by
        column, in several sweeps.
        """
        choices = self._candidate_columns(wanted)
        after = [wanted.avoid] * (len(choices) + 1)
        picks = list(wanted.start or [0] * len(self.columns))
        if wanted.start:
            after = self._compatible_after(choices, picks, wanted.avoid)
        for _ in range(SAMPLE_SWEEPS):
            left = self._every
            for i, (column, values) in enumerate(choices):
                compatible = self._compatible[column]
                picks[column] = _fewest_compatible(values, compatible, left & after[i + 1])
                left &= compatible[picks[column]]
            if not left & wanted.avoid:
                break
            after = self._compatible_after(choices, picks, wanted.avoid)
        return picks

    def _compatible_after(
        self, choices: Sequence[tuple[int, Sequence[int]]], picks: ColumnChoices, away: int
    ) -> list[int]:
        """Return, by column, the rules to avoid that this and the later columns leave possible."""
        after = [away] * (len(choices) + 1)
        for i in range(len(choices) - 1, -1, -1):
            column = choices[i][0]
            after[i] = after[i + 1] & self._compatible[column][picks[column]]
        return after

    def _candidate_columns(self, wanted: SampleTarget) -> list[tuple[int, list[int]]]:
        """Return candidate values by column; columns that are not free come first."""
        needed: dict[int, int] = {}
        for literal in wanted.literals:
            for column, mask in self.necessary_values(literal).items():
                needed[column] = needed.get(column, mask) & mask or needed.get(column, 0)
        free = [i for i in range(len(self.columns)) if i not in needed]
        self._random.shuffle(free)
        found = [(i, self._candidate_values(i, needed.get(i, 0))) for i in (*needed, *free)]
        if wanted.start:
            for i, values in found:
                if i not in needed or needed[i] >> wanted.start[i] & 1:
                    values.insert(0, wanted.start[i])
        return found

    def _candidate_values(self, column: int, mask: int) -> list[int]:
        """Return some values of the column, only those of the mask unless it is empty."""
        values = self._values[column]
        if mask:
            values = [value for value in range(len(values)) if mask >> value & 1]
        start = int(self._random.random() * len(values))
        return (values[start:] + values[:start])[:MAX_TRIED_VALUES]

    # --- what a literal needs ---

    def necessary_values(self, literal: Literal) -> dict[int, int]:
        """Return necessary conditions of a literal, column by column."""
        stack = [literal]
        while stack:
            one = stack.pop()
            parts = [part ^ (one & 1) for part in self.graph.inputs[one >> 1]]
            todo = [part for part in parts if part not in self._needs]
            if todo:
                stack += [one, *todo]
            elif one not in self._needs:
                self._needs[one] = self._necessary_of(one, [self._needs[part] for part in parts])
        return dict(self._needs[literal])

    def _necessary_of(self, literal: Literal, parts: Sequence[NecessaryValues]) -> NecessaryValues:
        if parts:
            return _unite_values(parts) if literal & 1 else _intersect_values(parts)
        column = self._column.get(literal >> 1)
        if column is None:
            return {}
        every = (1 << len(self.columns[column].values)) - 1
        mask = self.columns[column].atom_masks[literal >> 1]
        return {column: every & ~mask if literal & 1 else mask}


def _intersect_values(parts: Iterable[NecessaryValues]) -> NecessaryValues:
    found: dict[int, int] = {}
    for part in parts:
        for column, mask in part.items():
            found[column] = found.get(column, mask) & mask
    return found


def _unite_values(parts: Sequence[NecessaryValues]) -> NecessaryValues:
    found = dict(parts[0])
    for part in parts[1:]:
        found = {column: mask | part[column] for column, mask in found.items() if column in part}
    return found


def _compatible_rules(needing: Iterable[tuple[int, int]], count: int, every: int) -> list[int]:
    """Return, by value of a column, the rules that can be active with it."""
    turns = [0] * (count + 1)  # Rules whose possibility changes at a value.
    for rule, mask in needing:
        every &= ~rule
        for start, end in bit_runs(mask):
            turns[start] ^= rule
            turns[end] ^= rule
    return [every ^ rules for rules in accumulate(turns[:count], xor)]


def _fewest_compatible(values: Sequence[int], compatible: Sequence[int], rules: int) -> int:
    """Return the first value with which the fewest of the rules can be active."""
    least, found = rules.bit_count() + 1, values[0]
    for value in values if rules else ():
        count = (rules & compatible[value]).bit_count()
        if count < least:
            least, found = count, value
    return found
