"""The priority graph of one decision and level.

An edge for every ordered pair of rules would be too many where there are thousands, so rules that
nothing tells apart (same value, in no `overrides`) share one node, and nodes of a value reach those
of lower values through hubs: `_Below` a value, `_In` a value, and `_Part` of it. A rule of a higher
value that one of a lower value overrides misses its edge to that one alone; it is wired past the
hubs that lead there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from math import isqrt

import networkx as nx

from specdsl.limits import MOST_EDGES_SHOWN
from specdsl.model.nodes import Level, Override, Priority, Rule, Value
from specdsl.priority.ranks import Edge, RankedLevel
from specdsl.priority.values import Order


@dataclass(frozen=True, eq=False)
class Group:
    """Rules of one value (or none) that are in no `overrides`."""

    value: Value | None
    rules: tuple[Rule, ...]

    @property
    def name(self) -> str:
        return self.rules[0].name


@dataclass(frozen=True, slots=True)
class _Below:
    """Leads to all that is of a value below this one."""

    value: Value


@dataclass(frozen=True, slots=True)
class _In:
    """Leads to all that is of this value."""

    value: Value


@dataclass(frozen=True, slots=True)
class _Part:
    """Leads to some of what is of this value."""

    value: Value
    number: int


Node = Rule | Group


def is_hub(node: object) -> bool:
    return isinstance(node, _Below | _In | _Part)


def rules_of(node: Node) -> tuple[Rule, ...]:
    return node.rules if isinstance(node, Group) else (node,)


class LevelGraph:
    """The rules of one level with an effect on one decision, and who outranks whom."""

    def __init__(
        self, level: Level, rules: Sequence[Rule], overrides: Sequence[Override], order: Order
    ) -> None:
        self.level = level
        self.rules = tuple(rules)
        self.order = order
        self.overrides = {(o.rule, o.target): o for o in reversed(overrides)}
        self.nodes = self._nodes()
        self.by_value: dict[Value, list[Node]] = {}
        for node in self.nodes:
            if node.value is not None:
                self.by_value.setdefault(node.value, []).append(node)
        self.present = sum(1 << order.index[value] for value in self.by_value)
        self.pierced: dict[Rule, set[Rule]] = {}  # by a rule: those of lower values overriding it
        for rule, target in self.overrides:
            if order.is_above(target.value, rule.value):
                self.pierced.setdefault(target, set()).add(rule)
        self.net = self._net()

    def _nodes(self) -> list[Node]:
        alone = {rule for pair in self.overrides for rule in pair}
        grouped: dict[Value | None, list[Rule]] = {}
        for rule in self.rules:
            if rule not in alone:
                grouped.setdefault(rule.value, []).append(rule)
        groups = [Group(value, tuple(found)) for value, found in grouped.items()]
        return [*groups, *(rule for rule in self.rules if rule in alone)]

    # --- edges ---

    def _net(self) -> nx.DiGraph:
        net = nx.DiGraph()
        net.add_nodes_from(self.nodes)
        for value, nodes in self.by_value.items():
            for lower in self.order.next_below(value, self.present):
                net.add_edge(_Below(value), _In(lower))
                net.add_edge(_Below(value), _Below(lower))
            for number, part in enumerate(self._parts(value)):
                net.add_edge(_In(value), _Part(value, number))
                net.add_edges_from((_Part(value, number), node) for node in part)
            for node in nodes:
                if node in self.pierced:
                    net.add_edges_from((node, target) for target in self._past(node, value))
                else:
                    net.add_edge(node, _Below(value))
        net.add_edges_from(self.overrides)
        return net

    def _parts(self, value: Value) -> list[list[Node]]:
        nodes = self.by_value[value]
        size = max(1, isqrt(len(nodes)))
        return [nodes[i : i + size] for i in range(0, len(nodes), size)]

    def _past(self, node: Node, value: Value) -> Iterator[object]:
        """What a pierced rule reaches: all below it but those that override it."""
        missed: set[Node] = set(self.pierced[node]) if isinstance(node, Rule) else set()
        values = {rule.value for rule in missed}
        for lower in self.order.all_below(value, self.present):
            if lower not in values:
                yield _In(lower)
                continue
            for number, part in enumerate(self._parts(lower)):
                if missed.isdisjoint(part):
                    yield _Part(lower, number)
                else:
                    yield from (other for other in part if other not in missed)

    def edges(self) -> Iterator[Edge]:
        """Every override; and the written pairs between the nodes of neighbouring values (of all
        lower ones where an override from below breaks the row), groups as their first rules."""
        for (rule, target), override in self.overrides.items():
            yield Edge(rule, target, override)
        for value, nodes in self.by_value.items():
            broken = any(node in self.pierced for node in nodes)
            near = self.order.all_below if broken else self.order.next_below
            for lower in near(value, self.present):
                yield from self._between(nodes, self.by_value[lower], self.order.way(value, lower))

    def _between(
        self, highs: Sequence[Node], lows: Sequence[Node], way: tuple[Priority, ...]
    ) -> Iterator[Edge]:
        if len(highs) * len(lows) > MOST_EDGES_SHOWN:
            highs, lows = highs[:1], lows[:1]
        for high in highs:
            for low in lows:
                if (high, low) not in self.overrides and (low, high) not in self.overrides:
                    yield Edge(rules_of(high)[0], rules_of(low)[0], way)

    # --- ranks ---

    def ranked(self) -> RankedLevel:
        """The rules in an order in which each comes after all above it, ties by name."""
        rules, inner = self._sorted()
        place = {rule: i for i, rule in enumerate(rules)}
        bits = {node: sum(1 << place[rule] for rule in rules_of(node)) for node in self.nodes}
        above: dict[object, int] = dict.fromkeys(self.net, 0)
        for node in inner:
            mask = above[node]
            if isinstance(node, Rule | Group):
                mask |= bits[node]
            for lower in self.net.successors(node):
                above[lower] |= mask
        masks = {rule: above[node] for node in self.nodes for rule in rules_of(node)}
        return RankedLevel(self.level, rules, tuple(masks[rule] for rule in rules))

    def _sorted(self) -> tuple[tuple[Rule, ...], list[object]]:
        """The rules in their order, and all nodes in one that fits it."""
        net = self.net
        waiting = dict(net.in_degree())
        left = {node: len(rules_of(node)) for node in self.nodes}
        owner: dict[Rule, Node] = {r: node for node in self.nodes for r in rules_of(node)}
        ready: list[tuple[str, Rule]] = []  # names are unique: two rules are never compared
        rules: list[Rule] = []
        done: list[object] = []
        free = [node for node in net if not waiting[node]]
        while free or ready:
            while free:
                node = free.pop()
                if is_hub(node):
                    done.append(node)
                    free += self._freed(node, waiting)
                else:
                    for rule in rules_of(node):
                        heappush(ready, (rule.name, rule))
            if ready:
                _, rule = heappop(ready)
                rules.append(rule)
                left[owner[rule]] -= 1
                if not left[owner[rule]]:
                    done.append(owner[rule])
                    free += self._freed(owner[rule], waiting)
        return tuple(rules), done

    def _freed(self, node: object, waiting: dict[object, int]) -> list[object]:
        found = []
        for lower in self.net.successors(node):
            waiting[lower] -= 1
            if not waiting[lower]:
                found.append(lower)
        return found
