"""Overlap of conditions: peers that can apply together as far as each fact shows alone.

This is an over-approximation: reported peers may still exclude each other because of an assumption
or a relation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate, islice, zip_longest
from operator import or_

from specdsl.base.limits import MAX_PAIR_ROWS, MAX_PAIRS_COMPARED
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.frontend.ranking.interchangeable import RuleClasses
from specdsl.frontend.ranking.ranks import bit_positions
from specdsl.reasoning.simulation.samples import Sampler
from specdsl.semantics.aig import Literal

RulePair = tuple[Rule, Rule]


class Overlaps:
    """The restrictions on a decision; `applies` are the literals that each applies, evaluated by
    `points`."""

    def __init__(
        self,
        decision: DecisionModel,
        classes: RuleClasses,
        applies: Mapping[Rule, Literal],
        points: Sampler,
    ) -> None:
        self._representative = classes.representative_of
        self._rules = tuple(applies)
        self._place = {rule: i for i, rule in enumerate(self._rules)}
        whole = [column.exhaustive for column in points.columns]
        self._needs = [
            {
                column: mask
                for column, mask in points.necessary_values(literal).items()
                if whole[column]
            }
            for literal in applies.values()
        ]
        needing: list[dict[int, int]] = [{} for _ in points.columns]
        for i, needs in enumerate(self._needs):
            for column, mask in needs.items():
                needing[column][i] = mask
        sizes = [len(column.values) for column in points.columns]
        self._intervals = [Intervals(some, size) for some, size in zip(needing, sizes, strict=True)]
        self._outcomes: dict[Rule, int] = {}
        # By rule: the restrictions of its level, as bits.
        self._level: dict[Rule, int] = {}
        # By representative: the classes of its level that outrank it, as bits.
        self._above: dict[Rule, int] = {}
        self._bit: dict[Rule, int] = {}
        for ranked in classes.levels:
            restrictions = 0
            for i, first in enumerate(ranked.rules):
                self._above[first], self._bit[first] = ranked.above[i], 1 << i
                effect = first.effect_on(decision)
                if not effect.permits:
                    self._outcomes[first] = effect.outcomes
                    restrictions |= sum(
                        1 << self._place[rule] for rule in classes.members_of[first]
                    )
            self._level.update(dict.fromkeys(ranked.rules, restrictions))

    def overlapping_peers(self, most: int) -> list[RulePair] | None:
        """Return pairs of unordered restrictions of one level with different effects; None if they
        are too many."""
        looked = iter(range(MAX_PAIRS_COMPARED))
        pairs = (pair for rule in self._rules for pair in self._overlapping_with(rule, looked))
        found = list(islice(pairs, most + 1))
        return None if len(found) > most or next(looked, None) is None else found

    def conflicting_peers(self, most: int) -> list[RulePair]:
        """Return at most so many pairs that leave no outcome, some for each of many rules."""
        looked = iter(range(MAX_PAIRS_COMPARED))
        some = self._rules[:: 1 + len(self._rules) // MAX_PAIR_ROWS]
        rows = zip_longest(*(self._conflicting_with(rule, looked) for rule in some))
        pairs = (pair for row in rows for pair in row if pair is not None)
        return list(islice(pairs, most))

    def _conflicting_with(self, rule: Rule, looked: Iterator[int]) -> Iterator[RulePair]:
        asked = self._outcomes.get(self._representative[rule], 0)
        for pair in self._overlapping_with(rule, looked):
            if not asked & self._outcomes[self._representative[pair[1]]]:
                yield pair

    def _overlapping_with(self, rule: Rule, looked: Iterator[int]) -> Iterator[RulePair]:
        """Yield the pairs of a rule with later ones, until the budget of pairs is used up."""
        first, place = self._representative[rule], self._place[rule]
        if first not in self._outcomes:
            return
        met = (self._level[first] >> (place + 1)) << (place + 1)
        for column, mask in self._needs[place].items():
            met &= ~self._intervals[column].disjoint_from(mask)
        for i in bit_positions(met):
            if next(looked, None) is None:
                return
            other = self._representative[self._rules[i]]
            ordered = self._above[other] & self._bit[first] or self._above[first] & self._bit[other]
            if other is not first and not ordered:
                yield rule, self._rules[i]


class Intervals:
    """The intervals of a column's values that rules (as bits) need."""

    def __init__(self, masks: Mapping[int, int], size: int) -> None:
        ended, started = [0] * (size + 1), [0] * (size + 1)
        for i, mask in masks.items():
            ended[mask.bit_length()] |= 1 << i
            started[_lowest_bit(mask)] |= 1 << i
        # By value: rules whose interval ends before it, and rules whose interval begins later.
        self._ended: list[int] = list(accumulate(ended, or_))
        self._started: list[int] = list(accumulate(reversed(started), or_))[::-1]

    def disjoint_from(self, mask: int) -> int:
        """Return the rules whose interval is before or after the interval of the mask."""
        return self._ended[_lowest_bit(mask)] | self._started[mask.bit_length()]


def _lowest_bit(mask: int) -> int:
    return (mask & -mask).bit_length() - 1 if mask else 0
