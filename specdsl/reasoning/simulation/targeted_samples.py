"""Points inside a condition at which few rules apply besides: there it shows what one rule does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import xor

from specdsl.base.limits import MOST_TRIED_VALUES, POINT_SWEEPS
from specdsl.reasoning.simulation.samples import Drawn, Points, runs
from specdsl.semantics.aig import AndInverterGraph

Picks = Sequence[int]
"""By column the place of one of its values."""

Needs = Mapping[int, int]
"""By column, as bits, values of which one is needed; a column that is not named is free."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A point at which the literals rather hold and the rules (bits) rather do not apply. `near`:
    where to start from."""

    inside: Sequence[int]
    away: int
    near: Picks | None = None


class Apart(Points):
    """Points away from some of `rules`, the literals of their conditions."""

    def __init__(self, graph: AndInverterGraph, roots: Iterable[int], rules: Sequence[int]) -> None:
        super().__init__(graph, [*roots, *rules])
        self._needs: dict[int, Needs] = {}
        self._every = (1 << len(rules)) - 1
        needing: list[list[tuple[int, int]]] = [[] for _ in self.columns]
        for i, literal in enumerate(rules):
            for column, mask in self.needs(literal).items():
                needing[column].append((1 << i, mask))
        self._values = [list(range(len(column.values))) for column in self.columns]
        pairs = zip(needing, self._values, strict=True)
        self._suits = [_suited(some, len(values), self._every) for some, values in pairs]
        for values in self._values:
            self._random.shuffle(values)

    def draw(self, wanted: Sequence[Wanted]) -> Drawn:
        """A point for each; at most `most` of them."""
        picks = [self._away(one) for one in wanted]
        chosen = tuple(zip(*picks, strict=True)) if self.columns else ()
        every = (1 << len(picks)) - 1
        return Drawn(self.columns, chosen, self._evaluate(chosen, every), every)

    # --- choosing values ---

    def _away(self, wanted: Wanted) -> Picks:
        """Values that agree with the literals, such that few of the rules can apply: column by
        column, and again where that may leave fewer of them."""
        choices = self._choices(wanted)
        after = [wanted.away] * (len(choices) + 1)
        picks = list(wanted.near or [0] * len(self.columns))
        if wanted.near:
            after = self._after(choices, picks, wanted.away)
        for _ in range(POINT_SWEEPS):
            left = self._every
            for i, (column, values) in enumerate(choices):
                suits = self._suits[column]
                picks[column] = _least(values, suits, left & after[i + 1])
                left &= suits[picks[column]]
            if not left & wanted.away:
                break
            after = self._after(choices, picks, wanted.away)
        return picks

    def _after(
        self, choices: Sequence[tuple[int, Sequence[int]]], picks: Picks, away: int
    ) -> list[int]:
        """Of the rules, those that can apply as far as the columns from here on tell."""
        after = [away] * (len(choices) + 1)
        for i in range(len(choices) - 1, -1, -1):
            column = choices[i][0]
            after[i] = after[i + 1] & self._suits[column][picks[column]]
        return after

    def _choices(self, wanted: Wanted) -> list[tuple[int, list[int]]]:
        """By column values to try; the columns that are not free come first."""
        needed: dict[int, int] = {}
        for literal in wanted.inside:
            for column, mask in self.needs(literal).items():
                needed[column] = needed.get(column, mask) & mask or needed.get(column, 0)
        free = [i for i in range(len(self.columns)) if i not in needed]
        self._random.shuffle(free)
        found = [(i, self._some(i, needed.get(i, 0))) for i in (*needed, *free)]
        if wanted.near:
            for i, values in found:
                if i not in needed or needed[i] >> wanted.near[i] & 1:
                    values.insert(0, wanted.near[i])
        return found

    def _some(self, column: int, mask: int) -> list[int]:
        """Some values of the column; those of the mask, unless there are none."""
        values = self._values[column]
        if mask:
            values = [value for value in range(len(values)) if mask >> value & 1]
        start = int(self._random.random() * len(values))
        return (values[start:] + values[:start])[:MOST_TRIED_VALUES]

    # --- what a literal needs ---

    def needs(self, literal: int) -> dict[int, int]:
        """What facts must be for the literal to hold, as far as each can be told alone."""
        stack = [literal]
        while stack:
            one = stack.pop()
            parts = [part ^ (one & 1) for part in self.graph.inputs[one >> 1]]
            todo = [part for part in parts if part not in self._needs]
            if todo:
                stack += [one, *todo]
            elif one not in self._needs:
                self._needs[one] = self._needed(one, [self._needs[part] for part in parts])
        return dict(self._needs[literal])

    def _needed(self, literal: int, parts: Sequence[Needs]) -> Needs:
        if parts:
            return _needs_one(parts) if literal & 1 else _needs_all(parts)
        column = self._column.get(literal >> 1)
        if column is None:
            return {}
        every = (1 << len(self.columns[column].values)) - 1
        mask = self.columns[column].atom_masks[literal >> 1]
        return {column: every & ~mask if literal & 1 else mask}


def _needs_all(parts: Iterable[Needs]) -> Needs:
    found: dict[int, int] = {}
    for part in parts:
        for column, mask in part.items():
            found[column] = found.get(column, mask) & mask
    return found


def _needs_one(parts: Sequence[Needs]) -> Needs:
    found = dict(parts[0])
    for part in parts[1:]:
        found = {column: mask | part[column] for column, mask in found.items() if column in part}
    return found


def _suited(needing: Iterable[tuple[int, int]], count: int, every: int) -> list[int]:
    """By value of a column the rules that can apply there."""
    turns = [0] * (count + 1)  # where a rule begins or ceases to be able to
    for rule, mask in needing:
        every &= ~rule
        for start, end in runs(mask):
            turns[start] ^= rule
            turns[end] ^= rule
    return [every ^ rules for rules in accumulate(turns[:count], xor)]


def _least(values: Sequence[int], suits: Sequence[int], rules: int) -> int:
    """The value that suits the fewest of the rules; the first of those."""
    least, found = rules.bit_count() + 1, values[0]
    for value in values if rules else ():
        count = (rules & suits[value]).bit_count()
        if count < least:
            least, found = count, value
    return found
