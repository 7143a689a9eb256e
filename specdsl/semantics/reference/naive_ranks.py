"""The ranks of rules: reachability in the priority graph of a decision, searched naively."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

from specdsl.frontend.model import nodes as m

T = TypeVar("T")
RulePairs = frozenset[tuple[m.Rule, m.Rule]]


@lru_cache(maxsize=64)
def outranking_pairs(spec: m.SpecModel, decision: m.DecisionModel) -> RulePairs:
    """Return all pairs r > s of rules on the decision. Ranks belong to the spec: they do not depend
    on which rules apply."""
    rules = [rule for rule in spec.rules if effect_on(rule, decision)]
    pierced = {(override.rule, override.target) for override in spec.overrides}

    def edges(rule: m.Rule) -> list[m.Rule]:
        peers = [other for other in rules if other.level is rule.level and other is not rule]
        return [other for other in peers if _is_edge(spec, pierced, rule, other)]

    higher = {(r, s) for r in rules for s in rules if r.level.rank < s.level.rank}
    paths = {(r, s) for r in rules for s in _reachable_from(r, edges)}
    return frozenset(higher | paths)


def effect_on(rule: m.Rule, decision: m.DecisionModel) -> m.Effect | None:
    """Return the rule's effect on the decision; there is at most one."""
    return next((effect for effect in rule.effects if effect.decision is decision), None)


def _is_edge(
    spec: m.SpecModel, pierced: set[tuple[m.Rule, m.Rule]], rule: m.Rule, other: m.Rule
) -> bool:
    """Tell whether an edge leads from one rule to the other: that of an override, or else that of
    `priority`."""
    if (rule, other) in pierced or (other, rule) in pierced:
        return (rule, other) in pierced
    return rule.value is not None and other.value in _reachable_from(
        rule.value, _lower_values(spec)
    )


def _lower_values(spec: m.SpecModel) -> Callable[[m.Value], list[m.Value]]:
    return lambda value: [pair.lower for pair in spec.priorities if pair.higher is value]


def _reachable_from(start: T, following: Callable[[T], Iterable[T]]) -> set[T]:
    """Return all nodes at the end of a path of at least one edge."""
    found: set[T] = set()
    left = list(following(start))
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += following(one)
    return found
