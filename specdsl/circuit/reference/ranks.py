"""Rank between rules: the priority graph of a decision and a level, searched naively."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

from specdsl.model import nodes as m

T = TypeVar("T")
Pairs = frozenset[tuple[m.Rule, m.Rule]]


@lru_cache(maxsize=64)
def above(spec: m.Spec, decision: m.Decision) -> Pairs:
    """All pairs r > s of rules with an effect on the decision. Rank belongs to the spec: whether
    the rules apply makes no difference."""
    rules = [rule for rule in spec.rules if effect_on(rule, decision)]
    pierced = {(override.rule, override.target) for override in spec.overrides}

    def edges(rule: m.Rule) -> list[m.Rule]:
        peers = [other for other in rules if other.level is rule.level and other is not rule]
        return [other for other in peers if _edge(spec, pierced, rule, other)]

    higher = {(r, s) for r in rules for s in rules if r.level.rank < s.level.rank}
    paths = {(r, s) for r in rules for s in _reached(r, edges)}
    return frozenset(higher | paths)


def effect_on(rule: m.Rule, decision: m.Decision) -> m.Effect | None:
    """What the rule says of the decision; it names one at most once."""
    return next((effect for effect in rule.effects if effect.decision is decision), None)


def _edge(spec: m.Spec, pierced: set[tuple[m.Rule, m.Rule]], rule: m.Rule, other: m.Rule) -> bool:
    """An override takes the place of what `priority` would draw between the two."""
    if (rule, other) in pierced or (other, rule) in pierced:
        return (rule, other) in pierced
    return rule.value is not None and other.value in _reached(rule.value, _lower_values(spec))


def _lower_values(spec: m.Spec) -> Callable[[m.Value], list[m.Value]]:
    return lambda value: [pair.lower for pair in spec.priorities if pair.higher is value]


def _reached(start: T, following: Callable[[T], Iterable[T]]) -> set[T]:
    """All that a path of at least one edge leads to."""
    found: set[T] = set()
    left = list(following(start))
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += following(one)
    return found
