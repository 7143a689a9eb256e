"""The priority graph of one decision and level.

Thousands of rules would need an edge for every ordered pair. So interchangeable rules (same value,
in no `overrides`) share one node, and nodes of a value reach those of lower values through hubs:
one for all lower values, one for each value, and one for each slice of a value's nodes. If a rule
of a lower value overrides one of a higher value, the latter must not reach the former: it is
connected to all others below it, without the hubs that lead there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from math import isqrt

from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Level, Override, Rule, Value
from specdsl.frontend.ranking.directed_graph import DirectedGraph
from specdsl.frontend.ranking.ranks import RankedLevel
from specdsl.frontend.ranking.value_order import ValueOrder


@dataclass(frozen=True, eq=False)
class RuleGroup:
    """Interchangeable rules: they have one value (or none) and are in no `overrides`."""

    value: Value | None
    rules: tuple[Rule, ...]

    @property
    def name(self) -> str:
        return self.rules[0].name


@dataclass(frozen=True, slots=True)
class _LowerValuesHub:
    """The hub that leads to all nodes of lower values."""

    value: Value


@dataclass(frozen=True, slots=True)
class _ValueHub:
    """The hub that leads to all nodes of this value."""

    value: Value


@dataclass(frozen=True, slots=True)
class _SliceHub:
    """The hub that leads to one slice of the nodes of this value."""

    value: Value
    number: int


Node = Rule | RuleGroup
GraphNode = Node | _LowerValuesHub | _ValueHub | _SliceHub


def is_hub(node: object) -> bool:
    return isinstance(node, _LowerValuesHub | _ValueHub | _SliceHub)


def rules_of(node: Node) -> tuple[Rule, ...]:
    return node.rules if isinstance(node, RuleGroup) else (node,)


class LevelGraph:
    """The strict partial order of the rules of one level that have an effect on one decision."""

    def __init__(
        self, level: Level, rules: Sequence[Rule], overrides: Sequence[Override], order: ValueOrder
    ) -> None:
        self.level = level
        self.rules = tuple(rules)
        self.order = order
        self.overrides = {(o.rule, o.target): o for o in reversed(overrides)}
        self.nodes = self._make_nodes()
        self.by_value: dict[Value, list[Node]] = {}
        for node in self.nodes:
            if node.value is not None:
                self.by_value.setdefault(node.value, []).append(node)
        self.present = sum(1 << order.index[value] for value in self.by_value)
        # By rule, the rules of lower values that override it.
        self.pierced: dict[Rule, set[Rule]] = {}
        for rule, target in self.overrides:
            if order.is_above(target.value, rule.value):
                self.pierced.setdefault(target, set()).add(rule)
        self.net = self._build_graph()

    def _make_nodes(self) -> list[Node]:
        alone = {rule for pair in self.overrides for rule in pair}
        grouped: dict[Value | None, list[Rule]] = {}
        for rule in self.rules:
            if rule not in alone:
                grouped.setdefault(rule.value, []).append(rule)
        groups = [RuleGroup(value, tuple(found)) for value, found in grouped.items()]
        return [*groups, *(rule for rule in self.rules if rule in alone)]

    # --- edges ---

    def _build_graph(self) -> DirectedGraph[GraphNode]:
        net = DirectedGraph[GraphNode](self.nodes)
        for value, nodes in self.by_value.items():
            for lower in self.order.successors_within(value, self.present):
                net.add_edge(_LowerValuesHub(value), _ValueHub(lower))
                net.add_edge(_LowerValuesHub(value), _LowerValuesHub(lower))
            for number, part in enumerate(self._slices_of(value)):
                net.add_edge(_ValueHub(value), _SliceHub(value, number))
                net.add_edges((_SliceHub(value, number), node) for node in part)
            for node in nodes:
                if node in self.pierced:
                    net.add_edges(
                        (node, target) for target in self._reachable_despite_overrides(node, value)
                    )
                else:
                    net.add_edge(node, _LowerValuesHub(value))
        net.add_edges(self.overrides)
        return net

    def _slices_of(self, value: Value) -> list[list[Node]]:
        nodes = self.by_value[value]
        size = max(1, isqrt(len(nodes)))
        return [nodes[i : i + size] for i in range(0, len(nodes), size)]

    def _reachable_despite_overrides(self, node: Node, value: Value) -> Iterator[GraphNode]:
        """Yield what an overridden rule still outranks: everything below it except the overriding
        rules.
        """
        missed: set[Node] = set(self.pierced[node]) if isinstance(node, Rule) else set()
        values = {rule.value for rule in missed}
        for lower in self.order.descendants_within(value, self.present):
            if lower not in values:
                yield _ValueHub(lower)
                continue
            for number, part in enumerate(self._slices_of(lower)):
                if missed.isdisjoint(part):
                    yield _SliceHub(lower, number)
                else:
                    yield from (other for other in part if other not in missed)

    # --- ranks ---

    def rank_level(self) -> RankedLevel:
        """Return the rules in topological order, ties by name, each with the set of all that
        outrank it.
        """
        rules, inner = self._topological_order()
        place = {rule: i for i, rule in enumerate(rules)}
        bits = {node: sum(1 << place[rule] for rule in rules_of(node)) for node in self.nodes}
        above = dict.fromkeys(self.net, 0)
        for node in inner:
            mask = above[node]
            if isinstance(node, Rule | RuleGroup):
                mask |= bits[node]
            for lower in self.net.successors(node):
                above[lower] |= mask
        masks = {rule: above[node] for node in self.nodes for rule in rules_of(node)}
        return RankedLevel(self.level, rules, tuple(masks[rule] for rule in rules))

    def _topological_order(self) -> tuple[tuple[Rule, ...], list[GraphNode]]:
        """Return the rules in topological order, and all nodes in an order that fits it."""
        net = self.net
        waiting = net.in_degrees()
        left = {node: len(rules_of(node)) for node in self.nodes}
        owner: dict[Rule, Node] = {r: node for node in self.nodes for r in rules_of(node)}
        ready: list[tuple[str, Rule]] = []  # Names are unique, so two rules are never compared.
        rules: list[Rule] = []
        done: list[GraphNode] = []
        free = [node for node in net if not waiting[node]]
        while free or ready:
            while free:
                node = free.pop()
                if isinstance(node, Rule | RuleGroup):
                    for rule in rules_of(node):
                        heappush(ready, (rule.name, rule))
                else:
                    done.append(node)
                    free += net.take_out(node, waiting)
            if ready:
                _, rule = heappop(ready)
                rules.append(rule)
                left[owner[rule]] -= 1
                if not left[owner[rule]]:
                    done.append(owner[rule])
                    free += net.take_out(owner[rule], waiting)
        return tuple(rules), done
