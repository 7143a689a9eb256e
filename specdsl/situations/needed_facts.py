"""Trials that show that facts are needed: without one of them, and with other facts as they are not
named, a claim that they decide is false.

A trial goes down the circuit from the claim through what the facts that stay leave open, and gives
each fact that it comes to a value that makes the claim false, as far as this can be told fact by
fact. Nothing follows from a trial that fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from specdsl.base.limits import LEAN_TRIALS
from specdsl.frontend.model.nodes import Fact
from specdsl.reasoning.simulation.samples import runs
from specdsl.reasoning.simulation.ternary import SettledEach
from specdsl.reasoning.simulation.ternary_batch import Cases, Partial, Picks
from specdsl.semantics.aig import AndInverterGraph
from specdsl.semantics.fact_values import as_number

Wish = tuple[int, bool]  # a node of an atom, and whether it is to hold


class NeedTrials:
    """For a claim in a circuit where nobody says anything, in situations that can be."""

    def __init__(
        self, graph: AndInverterGraph, partial: Partial, claim: int, possible: int
    ) -> None:
        self._graph = graph
        self._partial = partial
        self._claim = claim
        self._possible = possible
        self._column = {node: i for i, one in enumerate(partial.columns) for node in one.atom_masks}
        self._relations = {one.node: one for one in partial.relations}
        self._order: dict[int, list[int]] = {}
        self._random = Random(0)

    def doubtful(self, named: Picks) -> list[Fact]:
        """The facts that are named and not seen to be needed."""
        columns = self._partial.columns
        kept = [i for i, pick in enumerate(named) if pick is not None]
        tied = [i for i in kept if len(columns[i].facts) > 1]
        left = [i for i in kept if i not in tied]
        for tries in LEAN_TRIALS:
            left = self._not_shown(named, left, tries) if left else []
        return [fact for i in (*tied, *left) for fact in columns[i].facts]

    def _not_shown(self, named: Picks, kept: Sequence[int], tries: int) -> list[int]:
        """Of the columns those that so many trials do not show to be needed."""
        fewer = [tuple(None if n == i else p for n, p in enumerate(named)) for i in kept]
        open_, times = self._partial.settle(Cases.of(fewer)), range(tries)
        tried = [self._trial(few, open_, 1 << n) for n, few in enumerate(fewer) for _ in times]
        settled = self._partial.settle(Cases.of(tried))
        broken = settled.holds(self._claim ^ 1) & settled.holds(self._possible)
        return [i for n, i in enumerate(kept) if not broken >> n * tries & ((1 << tries) - 1)]

    def _trial(self, few: Picks, open_: SettledEach, case: int) -> Picks:
        """A whole situation."""
        columns = self._partial.columns
        allowed = [(1 << len(one.values)) - 1 for one in columns]
        related: list[Wish] = []
        for node, holds in self._wishes(open_, case):
            i = self._column.get(node)
            if i is None:
                related.append((node, holds))
            else:
                mask = columns[i].atom_masks[node]
                allowed[i] = allowed[i] & (mask if holds else ~mask) or allowed[i]
        picks = list(few)
        for node, holds in related:
            self._push(picks, allowed, node, holds)
        for i, pick in enumerate(picks):
            if pick is None:
                picks[i] = self._random.choice(_places(allowed[i]))
        return picks

    def _wishes(self, open_: SettledEach, case: int) -> Iterator[Wish]:
        """Of what is open in a case, what makes the claim false and the situation possible; where
        one part of several is enough it is chosen at random."""
        inputs = self._graph.inputs
        stack = [self._possible, self._claim ^ 1]
        while stack:
            literal = stack.pop()
            node = literal >> 1
            if (open_.true[node] | open_.false[node]) & case:
                continue
            if not inputs[node]:
                yield node, not literal & 1
            elif literal & 1:
                able = [one for one in inputs[node] if not open_.holds(one) & case]
                stack.append(self._random.choice(able) ^ 1)
            else:
                stack.extend(inputs[node])

    def _push(
        self, picks: list[int | None], allowed: Sequence[int], node: int, holds: bool
    ) -> None:
        """Gives the facts of a relation that are still open values far to the side on which it is
        as it should be."""
        relation = self._relations[node]
        for i, (_, coefficient) in zip(relation.sum.columns, relation.atom.terms, strict=True):
            if picks[i] is None:
                ranked = self._ranked(i)
                low_first = ranked if holds is (coefficient > 0) else ranked[::-1]
                picks[i] = next((place for place in low_first if allowed[i] >> place & 1), None)

    def _ranked(self, column: int) -> list[int]:
        """The places of its known values, from the lowest on."""
        if column not in self._order:
            values = [one[0] for one in self._partial.columns[column].values]
            known = [(as_number(value), i) for i, value in enumerate(values) if value is not None]
            self._order[column] = [i for _, i in sorted(known)]
        return self._order[column]


def _places(mask: int) -> list[int]:
    return [i for start, end in runs(mask) for i in range(start, end)]
