"""Ranks of the rules of one level, with reasons in words."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.frontend.model.nodes import Effect, Rule, SpecModel
from specdsl.frontend.ranking.ranks import RankedLevel
from specdsl.frontend.ranking.value_order import value_graph


def outranking_rules(ranked: RankedLevel, rule: Rule) -> list[Rule]:
    """Return the rules of the level that outrank it, the highest first."""
    mask = ranked.above[ranked.rules.index(rule)]
    return [other for i, other in enumerate(ranked.rules) if mask >> i & 1]


def covering_pairs(ranked: RankedLevel) -> Iterator[tuple[Rule, Rule]]:
    """Yield the pairs of higher and lower rule of the transitive reduction."""
    for i, lower in enumerate(ranked.rules):
        higher = [j for j in range(len(ranked.rules)) if ranked.above[i] >> j & 1]
        implied = 0
        for j in higher:
            implied |= ranked.above[j]
        yield from ((ranked.rules[j], lower) for j in higher if not implied >> j & 1)


def rank_reason(spec: SpecModel, higher: Rule, lower: Rule) -> str:
    """Return `overrides`, the values from one to the other, or that it goes through other rules."""
    if any(o.rule is higher and o.target is lower for o in spec.overrides):
        return "overrides"
    if higher.value is not None and lower.value is not None:
        path = value_graph(spec).shortest_path(higher.value, lower.value)
        if len(path) > 1:
            return " > ".join(value.name for value in path)
    return "through other rules"


def effect_wording(effect: Effect) -> str:
    """Return an effect without its decision: `is not pay`, `in {declined, evasive}`."""
    return effect.span.in_a_line.removeprefix(effect.decision.name).strip()
