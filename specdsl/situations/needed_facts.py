"""Proofs by simulation that facts are needed: counterexamples to the claim without one of them.

A trial justifies the negated claim (ATPG): it goes down the circuit through what the other facts
leave undetermined and chooses values that make the claim false. A trial that fails proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from random import Random

from specdsl.base.limits import NECESSITY_TRIALS
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.simulation.samples import bit_runs, quick_choice
from specdsl.reasoning.simulation.ternary import TernaryMasks
from specdsl.reasoning.simulation.ternary_batch import (
    Assignment,
    PartialAssignments,
    TernarySimulator,
)
from specdsl.semantics.aig import AndInverterGraph, Literal, Node
from specdsl.semantics.fact_values import as_number

AtomGoal = tuple[Node, bool]  # The node of an atom, and the truth value it should have.


class NecessityTrials:
    """Trials for a claim, whose cone has no instructions, in possible situations."""

    def __init__(
        self, graph: AndInverterGraph, partial: TernarySimulator, claim: Literal, possible: Literal
    ) -> None:
        self._graph = graph
        self._partial = partial
        self._claim = claim
        self._possible = possible
        self._column = {node: i for i, one in enumerate(partial.columns) for node in one.atom_masks}
        self._sums = {node: one for one in partial.sums for node in one.nodes}
        self._order: dict[int, list[int]] = {}
        self._choose = quick_choice(Random(0))

    def doubtful_facts(self, named: Assignment) -> list[Fact]:
        """Return the assigned facts that no trial shows to be needed."""
        columns = self._partial.columns
        kept = [i for i, pick in enumerate(named) if pick is not None]
        tied = [i for i in kept if len(columns[i].facts) > 1]
        left = [i for i in kept if i not in tied]
        for tries in NECESSITY_TRIALS:
            left = self._undecided_columns(named, left, tries) if left else []
        return [fact for i in (*tied, *left) for fact in columns[i].facts]

    def _undecided_columns(self, named: Assignment, kept: Sequence[int], tries: int) -> list[int]:
        """Return the columns that so many trials each do not show to be needed."""
        fewer = [tuple(None if n == i else p for n, p in enumerate(named)) for i in kept]
        open_, times = (
            self._partial.evaluate(PartialAssignments.from_assignments(fewer)),
            range(tries),
        )
        tried = [self._make_trial(few, open_, 1 << n) for n, few in enumerate(fewer) for _ in times]
        settled = self._partial.evaluate(PartialAssignments.from_assignments(tried))
        broken = settled.holds(self._claim ^ 1) & settled.holds(self._possible)
        return [i for n, i in enumerate(kept) if not broken >> n * tries & ((1 << tries) - 1)]

    def _make_trial(self, few: Assignment, open_: TernaryMasks, case: int) -> Assignment:
        """Complete an assignment so that it may refute the claim."""
        columns = self._partial.columns
        allowed = [(1 << len(one.values)) - 1 for one in columns]
        related: list[AtomGoal] = []
        for node, holds in self._justify_refutation(open_, case):
            i = self._column.get(node)
            if i is None:
                related.append((node, holds))
            else:
                mask = columns[i].atom_masks[node]
                allowed[i] = allowed[i] & (mask if holds else ~mask) or allowed[i]
        picks = list(few)
        for node, holds in related:
            self._push_relation(picks, allowed, node, holds)
        for i, pick in enumerate(picks):
            if pick is None:
                picks[i] = self._choose(_set_bits(allowed[i]))
        return picks

    def _justify_refutation(self, open_: TernaryMasks, case: int) -> Iterator[AtomGoal]:
        """Yield undetermined atoms with values that make the claim false in a possible situation; a
        disjunction is justified by a random part, once wherever it is needed.
        """
        inputs = self._graph.inputs
        stack, justified = [self._possible, self._claim ^ 1], set[Literal]()
        while stack:
            literal = stack.pop()
            node = literal >> 1
            if literal in justified or (open_.true[node] | open_.false[node]) & case:
                continue
            justified.add(literal)
            if not inputs[node]:
                yield node, not literal & 1
            elif literal & 1:
                able = [one for one in inputs[node] if not open_.holds(one) & case]
                stack.append(self._choose(able) ^ 1)
            else:
                stack.extend(inputs[node])

    def _push_relation(
        self, picks: list[int | None], allowed: Sequence[int], node: Node, holds: bool
    ) -> None:
        """Give the unassigned facts of a relation extreme values that favour its truth value."""
        terms = self._partial.relations[node].terms
        for i, (_, coefficient) in zip(self._sums[node].columns, terms, strict=True):
            if picks[i] is None:
                ranked = self._sorted_places(i)
                low_first = ranked if holds is (coefficient > 0) else ranked[::-1]
                picks[i] = next((place for place in low_first if allowed[i] >> place & 1), None)

    def _sorted_places(self, column: int) -> list[int]:
        """Return the places of a column's known values, the lowest first."""
        if column not in self._order:
            values = [one[0] for one in self._partial.columns[column].values]
            known = [(as_number(value), i) for i, value in enumerate(values) if value is not None]
            self._order[column] = [i for _, i in sorted(known)]
        return self._order[column]


@lru_cache(maxsize=4_096)
def _set_bits(mask: int) -> Sequence[int]:
    return [i for start, end in bit_runs(mask) for i in range(start, end)]
