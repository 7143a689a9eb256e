"""Peers that can apply together, as far as each fact can tell alone.

Those that no fact tells apart may still never meet: an assumption or a relation may see to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate, combinations, islice, zip_longest
from operator import or_

from specdsl.model.nodes import Decision, Rule
from specdsl.priority.teams import Teams
from specdsl.solver.points import Points, bits

Pair = tuple[Rule, Rule]


class Meeting:
    """The restrictions on a decision; `applies`: where each rule does, of what the points are
    about."""

    def __init__(
        self, decision: Decision, teams: Teams, applies: Mapping[Rule, int], points: Points
    ) -> None:
        self._decision = decision
        self._teams = teams
        self._rules = tuple(applies)
        self._place = {rule: i for i, rule in enumerate(self._rules)}
        self._needs = [points.needs(literal) for literal in applies.values()]
        needing: list[dict[int, int]] = [{} for _ in points.columns]
        for i, needs in enumerate(self._needs):
            for column, mask in needs.items():
                needing[column][i] = mask
        sizes = [len(column.values) for column in points.columns]
        self._spans = [Spans(some, size) for some, size in zip(needing, sizes, strict=True)]
        self._every = (1 << len(self._rules)) - 1
        self._bits = {
            first: sum(1 << self._place[rule] for rule in rules)
            for first, rules in teams.members.items()
        }

    def peers(self, most: int) -> list[Pair] | None:
        """Restrictions of one level that nothing orders, save those that do the same; None where
        there are more pairs."""
        found: list[Pair] = []
        for row in self._rows(opposed=False):
            found += islice(row, most + 1 - len(found))
            if len(found) > most:
                return None
        return found

    def opposed(self, most: int) -> list[Pair]:
        """Those of them that no outcome suits: so many at most, some for each rule."""
        rows = zip_longest(*self._rows(opposed=True))
        pairs = (pair for row in rows for pair in row if pair is not None)
        return list(islice(pairs, most))

    def _rows(self, opposed: bool) -> Iterator[Iterator[Pair]]:
        """By rule."""
        for first, others in self._partners(opposed).items():
            for rule in self._teams.members[first]:
                yield self._row(rule, others)

    def _row(self, rule: Rule, others: int) -> Iterator[Pair]:
        met = self._every & others
        for column, mask in self._needs[self._place[rule]].items():
            met &= ~self._spans[column].apart(mask)
        for i in bits(met):
            yield rule, self._rules[i]

    def _partners(self, opposed: bool) -> dict[Rule, int]:
        """By first rule of a team the rules of later teams of its level that nothing orders with
        it, as bits."""
        found: dict[Rule, int] = {}
        for ranked in self._teams.levels:
            for (i, one), (j, two) in combinations(enumerate(ranked.rules), 2):
                ordered = ranked.above[j] >> i & 1
                if not ordered and self._may_clash(one, two, opposed):
                    found[one] = found.get(one, 0) | self._bits[two]
        return found

    def _may_clash(self, one: Rule, two: Rule, opposed: bool) -> bool:
        first, second = one.on(self._decision), two.on(self._decision)
        if first.permits or second.permits:
            return False
        return not (opposed and first.outcomes & second.outcomes)


class Spans:
    """From its first to its last value, what each rule (as a bit) needs of a column."""

    def __init__(self, masks: Mapping[int, int], size: int) -> None:
        ended, started = [0] * (size + 1), [0] * (size + 1)
        for i, mask in masks.items():
            ended[mask.bit_length()] |= 1 << i
            started[_lowest(mask)] |= 1 << i
        # By value: those that are over before it, and those that begin there or later.
        self._ended: list[int] = list(accumulate(ended, or_))
        self._started: list[int] = list(accumulate(reversed(started), or_))[::-1]

    def apart(self, mask: int) -> int:
        """The rules whose span is before or after that of the mask."""
        return self._ended[_lowest(mask)] | self._started[mask.bit_length()]


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1 if mask else 0
