"""Ranks as they would be with something left out: a rule, an override, a written pair of values."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import networkx as nx

from specdsl.limits import MOST_LEVEL_COMPARED
from specdsl.model.nodes import Decision, Level, Override, Priority, Rule, Spec, Value
from specdsl.priority.build import Place, overrides_at, rules_at
from specdsl.priority.graph import LevelGraph
from specdsl.priority.ranks import RankedLevel, Ranks
from specdsl.priority.values import Order, value_graph

Levels = tuple[RankedLevel, ...]


class Ranking:
    """The ranks of a spec and those beside them. Every answer names only what is ranked otherwise
    (or has so many rules that nobody looked): by decision all its levels."""

    def __init__(self, spec: Spec, ranks: Ranks) -> None:
        self.spec = spec
        self.ranks = ranks
        self.order = Order(value_graph(spec))
        self.rules = rules_at(spec)
        self.overrides = overrides_at(spec)

    def may_rank(self, rule: Rule, decision: Decision) -> bool:
        """Without the rule others may be ranked otherwise: it is in an `overrides`, outranks some
        and is outranked by some. On any other no path depends."""
        place = (decision, rule.level)
        if all(rule not in (o.rule, o.target) for o in self.overrides.get(place, ())):
            return False
        ranked = self._ranked(place)
        i = ranked.rules.index(rule)
        return bool(ranked.above[i]) and any(mask >> i & 1 for mask in ranked.above[i + 1 :])

    def without_rule(self, rule: Rule, decision: Decision) -> Levels | None:
        """The levels of a decision without a rule, where that ranks others otherwise; else None."""
        if not self.may_rank(rule, decision):
            return None
        place = (decision, rule.level)
        kept = [o for o in self.overrides[place] if rule not in (o.rule, o.target)]
        others = [r for r in self.rules[place] if r is not rule]
        ranked = LevelGraph(rule.level, others, kept, self.order).ranked()
        same = _same(self._ranked(place), ranked, but=rule)
        return None if same else self._with(place, ranked)

    def without_overrides(self, left_out: Collection[Override]) -> dict[Decision, Levels] | None:
        """The ranks without some overrides, with the edges that `priority` draws instead; None
        where rules then outrank each other in a circle."""
        found: dict[Decision, Levels] = {}
        for place, here in self.overrides.items():
            kept = [o for o in here if o not in left_out]
            if len(kept) < len(here):
                ranked = _ranked(place[1], self.rules[place], kept, self.order)
                if ranked is None:
                    return None
                found.update(self._otherwise(place, ranked))
        return found

    def without_pair(self, pair: Priority) -> dict[Decision, Levels]:
        """The ranks without a written pair; those of a level and its decisions change together."""
        order = self._order_without(pair)
        lost = set(self._lost(order))
        found: dict[Decision, Levels] = {}
        for place, rules in self.rules.items():
            values = {rule.value for rule in rules}
            if any(high in values and low in values for high, low in lost):
                ranked = _ranked(place[1], rules, self.overrides.get(place, ()), order)
                assert ranked is not None, "an order with less in it has no circle"
                changed = self._otherwise(place, ranked)
                for decision, levels in changed.items():
                    found[decision] = _merged(found.get(decision, levels), levels, place[1])
        return found

    def way_without(self, pair: Priority) -> tuple[Value, ...]:
        """The values from the higher to the lower of a pair, by other pairs; none where there is no
        such way."""
        order = self._order_without(pair)
        if not order.is_above(pair.higher, pair.lower):
            return ()
        return (pair.higher, *(step.lower for step in order.way(pair.higher, pair.lower)))

    def _order_without(self, pair: Priority) -> Order:
        rest = tuple(p for p in self.spec.priorities if p is not pair)
        return Order(value_graph(replace(self.spec, priorities=rest)))

    def _lost(self, order: Order) -> Iterator[tuple[Value, Value]]:
        for high in self.spec.values:
            for low in self.spec.values:
                if self.order.is_above(high, low) and not order.is_above(high, low):
                    yield high, low

    def _ranked(self, place: Place) -> RankedLevel:
        decision, level = place
        return next(one for one in self.ranks.levels[decision] if one.level is level)

    def _otherwise(self, place: Place, ranked: RankedLevel) -> dict[Decision, Levels]:
        return {} if _same(self._ranked(place), ranked) else {place[0]: self._with(place, ranked)}

    def _with(self, place: Place, ranked: RankedLevel) -> Levels:
        decision, level = place
        return _merged(self.ranks.levels[decision], (ranked,), level)


def _merged(levels: Levels, others: Levels, level: Level) -> Levels:
    """The levels, with this one as the others have it."""
    new = next(one for one in others if one.level is level)
    return tuple(new if one.level is level else one for one in levels)


def _ranked(
    level: Level, rules: Sequence[Rule], overrides: Sequence[Override], order: Order
) -> RankedLevel | None:
    graph = LevelGraph(level, rules, overrides, order)
    return graph.ranked() if nx.is_directed_acyclic_graph(graph.net) else None


def _same(one: RankedLevel, two: RankedLevel, but: Rule | None = None) -> bool:
    """Whether the same rules outrank each other, `but` aside. Of many rules only where that is seen
    at a glance: then the two may be the same without being told so."""
    if one.rules == two.rules and one.above == two.above:
        return True
    return len(one.rules) <= MOST_LEVEL_COMPARED and _above(one, but) == _above(two)


def _above(ranked: RankedLevel, but: Rule | None = None) -> dict[Rule, frozenset[Rule]]:
    """By rule, all that outrank it."""
    found: dict[Rule, frozenset[Rule]] = {}
    for rule, mask in zip(ranked.rules, ranked.above, strict=True):
        if rule is not but:
            above = (other for i, other in enumerate(ranked.rules) if mask >> i & 1)
            found[rule] = frozenset(other for other in above if other is not but)
    return found
