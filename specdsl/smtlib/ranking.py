"""Which rules of a level stand above which, by naive closure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import TypeVar

from specdsl.model.nodes import Decision, Effect, Level, Rule, Spec

Ranked = tuple[tuple[Rule, frozenset[Rule]], ...]
T = TypeVar("T", bound=Hashable)


def effect_on(rule: Rule, decision: Decision) -> Effect | None:
    """What the rule says of the decision."""
    return next((e for e in rule.effects if e.decision is decision), None)


@lru_cache(maxsize=4096)
def ranked(spec: Spec, decision: Decision, level: Level) -> Ranked:
    """The rules of the level with an effect on the decision, each after all that are above it,
    with those."""
    rules = [r for r in spec.rules if r.level is level and effect_on(r, decision)]
    values = closure((p.higher, p.lower) for p in spec.priorities)
    pierced = {(o.rule, o.target) for o in spec.overrides}
    ordered = {
        (r, s)
        for r in rules
        for s in rules
        if (r, s) in pierced or ((r.value, s.value) in values and (s, r) not in pierced)
    }
    paths = closure(ordered)
    above = {r: frozenset(s for s in rules if (s, r) in paths) for r in rules}
    return tuple(sorted(above.items(), key=lambda pair: len(pair[1])))


def circular(spec: Spec) -> bool:
    """Rules outrank each other in a circle: such a spec decides nothing."""
    return any(
        rule in above
        for decision in spec.decisions
        for level in spec.levels
        for rule, above in ranked(spec, decision, level)
    )


def closure(pairs: Iterable[tuple[T, T]]) -> set[tuple[T, T]]:
    """All pairs between which a path of at least one of these leads."""
    found = set(pairs)
    while True:
        longer = {(a, d) for a, b in found for c, d in found if b == c} - found
        if not longer:
            return found
        found |= longer
