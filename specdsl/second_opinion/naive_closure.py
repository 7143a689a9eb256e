"""The ranks of rules within a level, by naive transitive closure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import TypeVar

from specdsl.frontend.model.nodes import DecisionModel, Effect, Level, Rule, SpecModel

RankedRules = tuple[tuple[Rule, frozenset[Rule]], ...]
T = TypeVar("T", bound=Hashable)


def effect_on(rule: Rule, decision: DecisionModel) -> Effect | None:
    return next((e for e in rule.effects if e.decision is decision), None)


@lru_cache(maxsize=4096)
def ranked_rules(spec: SpecModel, decision: DecisionModel, level: Level) -> RankedRules:
    """Return the rules of the level on the decision in topological order, each with the rules above
    it."""
    rules = [r for r in spec.rules if r.level is level and effect_on(r, decision)]
    values = transitive_closure((p.higher, p.lower) for p in spec.priorities)
    pierced = {(o.rule, o.target) for o in spec.overrides}
    ordered = {
        (r, s)
        for r in rules
        for s in rules
        if (r, s) in pierced or ((r.value, s.value) in values and (s, r) not in pierced)
    }
    paths = transitive_closure(ordered)
    above = {r: frozenset(s for s in rules if (s, r) in paths) for r in rules}
    return tuple(sorted(above.items(), key=lambda pair: len(pair[1])))


def has_rank_cycle(spec: SpecModel) -> bool:
    """Tell whether rules outrank each other in a cycle; such a spec decides nothing."""
    return any(
        rule in above
        for decision in spec.decisions
        for level in spec.levels
        for rule, above in ranked_rules(spec, decision, level)
    )


def transitive_closure(pairs: Iterable[tuple[T, T]]) -> set[tuple[T, T]]:
    """Return all pairs that a path of at least one of the given pairs connects."""
    found = set(pairs)
    while True:
        longer = {(a, d) for a, b in found for c, d in found if b == c} - found
        if not longer:
            return found
        found |= longer
