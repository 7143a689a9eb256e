"""Counterfactual ranks: the ranks of a spec with a rule, an override or a written pair removed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from specdsl.base.limits import MAX_LEVEL_COMPARED
from specdsl.frontend.model.nodes import (
    DecisionModel,
    Level,
    Override,
    Priority,
    Rule,
    SpecModel,
    Value,
)
from specdsl.frontend.ranking.build_ranks import (
    DecisionAndLevel,
    overrides_by_level,
    rules_by_level,
)
from specdsl.frontend.ranking.rank_graph import LevelGraph
from specdsl.frontend.ranking.ranks import RankedLevel, Ranks, move_bits
from specdsl.frontend.ranking.value_order import ValueOrder, value_graph

Levels = tuple[RankedLevel, ...]
NamedRanks = tuple[tuple[str, ...], tuple[int, ...]]
"""The rules of a level by name in topological order, and for each the mask of those above it."""

Recall = Callable[[tuple[str, ...], Callable[[], NamedRanks | None], int], NamedRanks | None]
"""Returns the ranks for a key, which are made if they are not known; the number is their length in
hundreds of bytes."""


def _make_anew(
    key: tuple[str, ...], make: Callable[[], NamedRanks | None], length: int
) -> NamedRanks | None:
    return make()


class CounterfactualRanks:
    """Computes the ranks of a spec with a part removed.

    An answer holds, by decision, all levels of each decision whose ranks change. It may include a
    decision whose ranks stay if it has too many rules to compare them.
    """

    def __init__(self, spec: SpecModel, ranks: Ranks, recall: Recall = _make_anew) -> None:
        """Compute the ranks of a spec; `recall` knows those of earlier ones."""
        self._recall = recall
        self.spec = spec
        self.ranks = ranks
        self.order = ValueOrder(value_graph(spec))
        self.rules = rules_by_level(spec)
        self.overrides = overrides_by_level(spec)
        self._without_rule: dict[tuple[Rule, DecisionModel], Levels | None] = {}

    def may_change_ranks(self, rule: Rule, decision: DecisionModel) -> bool:
        """Return whether removing the rule can change how others are ranked. Only a rule that is in
        an `overrides` and has rules both above and below it can lie on a path between two others.
        """
        place = (decision, rule.level)
        if all(rule not in (o.rule, o.target) for o in self.overrides.get(place, ())):
            return False
        ranked = self._level_at(place)
        i = ranked.rules.index(rule)
        return bool(ranked.above[i]) and any(mask >> i & 1 for mask in ranked.above[i + 1 :])

    def drop_rule(self, rule: Rule, decision: DecisionModel) -> Levels | None:
        """Return the decision's levels without the rule; None if the others keep their ranks."""
        key = rule, decision
        if key not in self._without_rule:
            self._without_rule[key] = self._levels_without(rule, decision)
        return self._without_rule[key]

    def _levels_without(self, rule: Rule, decision: DecisionModel) -> Levels | None:
        if not self.may_change_ranks(rule, decision):
            return None
        place = (decision, rule.level)
        kept = [o for o in self.overrides[place] if rule not in (o.rule, o.target)]
        others = [r for r in self.rules[place] if r is not rule]
        ranked = self._rank_rules(rule.level, others, kept, self.order)
        assert ranked is not None, "an order with less in it has no circle"
        same = _rank_alike(self._level_at(place), ranked, but=rule)
        return None if same else self._levels_with(place, ranked)

    def drop_overrides(self, left_out: Collection[Override]) -> dict[DecisionModel, Levels] | None:
        """Return the changed ranks without some overrides, with the edges that `priority` then
        makes instead; None if the rules would form a cycle.
        """
        found: dict[DecisionModel, Levels] = {}
        for place, here in self.overrides.items():
            kept = [o for o in here if o not in left_out]
            if len(kept) < len(here):
                ranked = self._rank_rules(place[1], self.rules[place], kept, self.order)
                if ranked is None:
                    return None
                found.update(self._changed_ranks(place, ranked))
        return found

    def drop_priority(self, pair: Priority) -> dict[DecisionModel, Levels]:
        """Return the changed ranks without a written pair of values."""
        order = self._value_order_without(pair)
        lost = set(self._lost_pairs(order))
        found: dict[DecisionModel, Levels] = {}
        for place, rules in self.rules.items():
            values = {rule.value for rule in rules}
            if any(high in values and low in values for high, low in lost):
                ranked = self._rank_rules(place[1], rules, self.overrides.get(place, ()), order)
                assert ranked is not None, "an order with less in it has no circle"
                changed = self._changed_ranks(place, ranked)
                for decision, levels in changed.items():
                    found[decision] = _replace_level(found.get(decision, levels), levels, place[1])
        return found

    def path_without(self, pair: Priority) -> tuple[Value, ...]:
        """Return the values on a path from the higher to the lower value of a pair by other pairs;
        empty if there is no such path.
        """
        order = self._value_order_without(pair)
        if not order.is_above(pair.higher, pair.lower):
            return ()
        return (pair.higher, *(step.lower for step in order.shortest_path(pair.higher, pair.lower)))

    def _value_order_without(self, pair: Priority) -> ValueOrder:
        rest = tuple(p for p in self.spec.priorities if p is not pair)
        return ValueOrder(value_graph(replace(self.spec, priorities=rest)))

    def _lost_pairs(self, order: ValueOrder) -> Iterator[tuple[Value, Value]]:
        for high in self.spec.values:
            for low in self.spec.values:
                if self.order.is_above(high, low) and not order.is_above(high, low):
                    yield high, low

    def _level_at(self, place: DecisionAndLevel) -> RankedLevel:
        decision, level = place
        return next(one for one in self.ranks.levels[decision] if one.level is level)

    def _rank_rules(
        self, level: Level, rules: Sequence[Rule], overrides: Sequence[Override], order: ValueOrder
    ) -> RankedLevel | None:
        """Return the ranks of rules of one level; None if they would form a cycle."""

        def make() -> NamedRanks | None:
            graph = LevelGraph(level, rules, overrides, order)
            if not graph.net.is_acyclic():
                return None
            found = graph.rank_level()
            return tuple(rule.name for rule in found.rules), found.above

        known = self._recall(_key_of_order(rules, overrides, order), make, 1 + len(rules))
        if known is None:
            return None
        by_name = {rule.name: rule for rule in rules}
        return RankedLevel(level, tuple(by_name[name] for name in known[0]), known[1])

    def _changed_ranks(
        self, place: DecisionAndLevel, ranked: RankedLevel
    ) -> dict[DecisionModel, Levels]:
        return (
            {}
            if _rank_alike(self._level_at(place), ranked)
            else {place[0]: self._levels_with(place, ranked)}
        )

    def _levels_with(self, place: DecisionAndLevel, ranked: RankedLevel) -> Levels:
        decision, level = place
        return _replace_level(self.ranks.levels[decision], (ranked,), level)


def _replace_level(levels: Levels, others: Levels, level: Level) -> Levels:
    """Return the levels with this one replaced by that of the others."""
    new = next(one for one in others if one.level is level)
    return tuple(new if one.level is level else one for one in levels)


def _key_of_order(
    rules: Sequence[Rule], overrides: Sequence[Override], order: ValueOrder
) -> tuple[str, ...]:
    """Return a digest of all that orders rules: their names, values and overrides."""
    values = list(dict.fromkeys(rule.value for rule in rules if rule.value is not None))
    pairs = [(one.name, two.name) for one in values for two in values if order.is_above(one, two)]
    served = [(rule.name, rule.value and rule.value.name) for rule in rules]
    over = [(one.rule.name, one.target.name) for one in overrides]
    return "order", sha256(repr((served, over, pairs)).encode()).hexdigest()


def _rank_alike(one: RankedLevel, two: RankedLevel, but: Rule | None = None) -> bool:
    """Return whether both rank the same rules in the same way, ignoring `but`. Levels with very
    many rules count as equal only if they are identical.
    """
    if one.rules == two.rules and one.above == two.above:
        return True
    if but is not None and but in one.rules:
        place = one.rules.index(but)
        if one.rules[:place] + one.rules[place + 1 :] == two.rules:
            kept = one.above[:place] + one.above[place + 1 :]
            return all(_drop_bit(a, place) == b for a, b in zip(kept, two.above, strict=True))
    return len(one.rules) <= MAX_LEVEL_COMPARED and _same_pairs(one, two, but)


def _drop_bit(mask: int, place: int) -> int:
    """Return the mask without the bit at a place; those above it move down."""
    return (mask & ((1 << place) - 1)) | (mask >> (place + 1) << place)


def _same_pairs(one: RankedLevel, two: RankedLevel, but: Rule | None) -> bool:
    """Return whether the second, which lacks `but`, orders the same pairs of the other rules."""
    bits = {rule: 1 << i for i, rule in enumerate(one.rules)}
    places = [bits[rule] for rule in two.rules]
    others, above = ~bits.get(but, 0) if but else -1, dict(zip(one.rules, one.above, strict=True))
    kept = [above[rule] & others for rule in two.rules]
    if any(a.bit_count() != b.bit_count() for a, b in zip(kept, two.above, strict=True)):
        return False
    return kept == move_bits(two.above, places)
