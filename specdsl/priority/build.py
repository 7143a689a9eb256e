"""Spec → priority graphs → ranks. Every edge has a reason and a place.

Between rules of two values the order of the values decides, so a graph has one node a group of
rules that nothing tells apart (same value, in no `overrides`) and one for every rule in an
`overrides`: it stays small where there are thousands of rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import networkx as nx

from specdsl.diagnostics import Diagnostic, Label, Note, fault
from specdsl.model.codes import LAYER
from specdsl.model.nodes import Decision, Level, Override, Priority, Rule, Spec, Value
from specdsl.priority.codes import CYCLIC_RANK, CYCLIC_VALUES
from specdsl.priority.ranks import Edge, RankedLevel, Ranks

Reason = Override | tuple[Priority, ...]


def rank(spec: Spec) -> tuple[Ranks | None, tuple[Diagnostic, ...]]:
    """The ranks of a spec, or the circles that forbid them."""
    values = _value_graph(spec)
    circle = _shortest_circle(values)
    if circle:
        return None, (_value_circle(values, circle),)
    ways = _Ways(values)
    levels: dict[Decision, list[RankedLevel]] = {decision: [] for decision in spec.decisions}
    edges: dict[Decision, list[Edge]] = {decision: [] for decision in spec.decisions}
    faults: dict[tuple[str, ...], Diagnostic] = {}
    for decision in spec.decisions:
        for level in spec.levels:
            graph = _Graph(spec, decision, level, ways)
            circle = _shortest_circle(graph.net)
            if circle:
                key = tuple(sorted(graph.name(node) for node in circle))
                faults.setdefault(key, graph.circle(circle))
                continue
            levels[decision].append(graph.ranked())
            edges[decision] += graph.edges()
    if faults:
        return None, tuple(faults.values())
    ranks = Ranks(
        {decision: tuple(found) for decision, found in levels.items()},
        {decision: tuple(found) for decision, found in edges.items()},
    )
    moved = _moved(spec, ranks)
    return (None, moved) if moved else (ranks, ())


# --- values --------------------------------------------------------------------------------------


def _value_graph(spec: Spec) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(spec.values)
    for pair in spec.priorities:
        if not graph.has_edge(pair.higher, pair.lower):
            graph.add_edge(pair.higher, pair.lower, reason=pair)
    return graph


class _Ways:
    """The written pairs that lead from one value to another."""

    def __init__(self, graph: nx.DiGraph) -> None:
        self.below: dict[Value, dict[Value, tuple[Priority, ...]]] = {}
        for value in graph:
            paths = nx.single_source_shortest_path(graph, value)
            self.below[value] = {
                lower: tuple(graph.edges[a, b]["reason"] for a, b in nx.utils.pairwise(path))
                for lower, path in paths.items()
                if lower is not value
            }


def _shortest_circle(graph: nx.DiGraph) -> list:  # type: ignore[type-arg]
    """The nodes of a shortest circle, or none: breadth first within each strong component."""
    best: list = []  # type: ignore[type-arg]
    for component in nx.strongly_connected_components(graph):
        part = graph.subgraph(component)
        if len(component) == 1 and not any(part.has_edge(n, n) for n in component):
            continue
        for node in component if len(component) <= 200 else list(component)[:200]:
            for before in part.predecessors(node):
                path = nx.shortest_path(part, node, before)
                if not best or len(path) < len(best):
                    best = path
    return _turned(best)


def _turned(circle: list) -> list:  # type: ignore[type-arg]
    """Starting at the node that is first by name, so that a report is the same every time."""
    if not circle:
        return circle
    first = min(range(len(circle)), key=lambda i: _label(circle[i]))
    return circle[first:] + circle[:first]


def _label(node: object) -> str:
    return node.name if isinstance(node, Value | Rule) else str(node)


def _value_circle(graph: nx.DiGraph, circle: Sequence[Value]) -> Diagnostic:
    steps = list(zip(circle, (*circle[1:], circle[0]), strict=True))
    pairs: list[Priority] = [graph.edges[a, b]["reason"] for a, b in steps]
    way = " > ".join(f"`{value.name}`" for value in (*circle, circle[0]))
    last = max(pairs, key=lambda p: (p.span.source.name, p.span.start))
    labels = [Label(p.span, "and here") for p in pairs if p is not last]
    message = f"values are ordered in a circle: {way}"
    note = Note("help", "take one of these steps back")
    return fault(CYCLIC_VALUES, message, last.span, "closes the circle", *labels, note)


# --- rules of one level --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Group:
    """Rules of one value (or none) that are in no `overrides`: nothing tells them apart."""

    value: Value | None


_Node = Rule | _Group


class _Graph:
    """The priority graph of one decision and level."""

    def __init__(self, spec: Spec, decision: Decision, level: Level, ways: _Ways) -> None:
        self.ways = ways
        self.rules = [r for r in spec.rules if r.level is level and _affects(r, decision)]
        here = set(self.rules)
        self.overrides = [o for o in spec.overrides if o.rule in here and o.target in here]
        self.level = level
        alone = {r for o in self.overrides for r in (o.rule, o.target)}
        self.node: dict[Rule, _Node] = {r: r if r in alone else _Group(r.value) for r in self.rules}
        self.members: dict[_Node, list[Rule]] = {}
        for rule in self.rules:
            self.members.setdefault(self.node[rule], []).append(rule)
        self.net = self._net()

    def _net(self) -> nx.DiGraph:
        net = nx.DiGraph()
        net.add_nodes_from(self.members)
        pierced = {frozenset((o.rule, o.target)) for o in self.overrides}
        by_value: dict[Value, list[_Node]] = {}
        for node in self.members:
            if node.value is not None:
                by_value.setdefault(node.value, []).append(node)
        for higher, highs in by_value.items():
            for lower, way in self.ways.below[higher].items():
                for low in by_value.get(lower, ()):
                    for high in highs:
                        if frozenset((high, low)) not in pierced:
                            net.add_edge(high, low, reason=way)
        for override in self.overrides:
            net.add_edge(override.rule, override.target, reason=override)
        return net

    def ranked(self) -> RankedLevel:
        """In an order in which each comes after all above it, ties by name."""
        above_nodes = {node: nx.ancestors(self.net, node) for node in self.net}
        waiting = {node: self.net.in_degree(node) for node in self.net}
        left = {node: len(members) for node, members in self.members.items()}
        ready = [(r.name, i, r) for i, r in enumerate(self.rules) if not waiting[self.node[r]]]
        heapify(ready)
        ordered: list[Rule] = []
        while ready:
            _, _, rule = heappop(ready)
            ordered.append(rule)
            node = self.node[rule]
            left[node] -= 1
            if not left[node]:
                for below in self.net.successors(node):
                    waiting[below] -= 1
                    if not waiting[below]:
                        for member in self.members[below]:
                            heappush(ready, (member.name, len(ordered), member))
        bits: dict[_Node, int] = dict.fromkeys(self.net, 0)
        for i, rule in enumerate(ordered):
            bits[self.node[rule]] |= 1 << i
        masks = {node: sum(bits[higher] for higher in found) for node, found in above_nodes.items()}
        above = tuple(masks[self.node[rule]] for rule in ordered)
        return RankedLevel(self.level, tuple(ordered), above)

    def edges(self) -> Iterable[Edge]:
        """Edges between single rules, and of groups their first rules."""
        for high, low, data in self.net.edges(data=True):
            yield Edge(self.members[high][0], self.members[low][0], data["reason"])

    def name(self, node: _Node) -> str:
        return self.members[node][0].name

    def circle(self, circle: Sequence[_Node]) -> Diagnostic:
        steps = list(zip(circle, (*circle[1:], circle[0]), strict=True))
        rules = [self.members[node][0] for node in circle]
        way = " > ".join(f"`{rule.name}`" for rule in (*rules, rules[0]))
        labels: list[Label] = []
        for (high, low), rule in zip(steps, rules, strict=True):
            reason: Reason = self.net.edges[high, low]["reason"]
            labels += _reason_labels(rule, self.members[low][0], reason)
        first, *more = labels
        message = f"rules outrank each other in a circle: {way}"
        return fault(CYCLIC_RANK, message, first.span, first.text, *more, self._hint(steps))

    def _hint(self, steps: Sequence[tuple[_Node, _Node]]) -> Note:
        """Where a rule of a value between closes the circle: override it as well."""
        overriding = [
            (high, low)
            for high, low in steps
            if isinstance(self.net.edges[high, low]["reason"], Override)
        ]
        if len(overriding) == 1 and len(steps) > 2:
            high, low = overriding[0]
            between = [a for a, _ in steps if a not in (high, low)]
            names = ", ".join(self.name(node) for node in between)
            return Note("help", f"let `{self.name(high)}` override that one too: overrides {names}")
        return Note("help", "take one of these steps back")


def _affects(rule: Rule, decision: Decision) -> bool:
    return any(effect.decision is decision for effect in rule.effects)


def _reason_labels(high: Rule, low: Rule, reason: Reason) -> list[Label]:
    if isinstance(reason, Override):
        return [Label(reason.span, f"`{high.name}` overrides `{low.name}`")]
    said = f"`{high.name}` > `{low.name}`, for what they serve"
    labels = [Label(high.name_span, said)]
    return labels + [Label(p.span, f"`{p.higher.name}` > `{p.lower.name}`") for p in reason]


# --- layers --------------------------------------------------------------------------------------


def _moved(spec: Spec, ranks: Ranks) -> tuple[Diagnostic, ...]:
    """Faults for two rules of a base whose rank a layer changes."""
    if spec.layer is None:
        return ()
    base, _ = rank(spec.layer.base)
    if base is None:
        return ()
    before = _pairs(base, lambda rule: True)
    after = _pairs(ranks, lambda rule: rule.in_base)
    every = _pairs(ranks, lambda rule: True)
    rules = {rule.name: rule for rule in spec.rules}
    found = []
    for higher, lower in sorted(after - before):
        through = [
            rule
            for rule in spec.rules
            if not rule.in_base and {(higher, rule.name), (rule.name, lower)} <= every
        ]
        ways = " and ".join(f"`{rule.name}`" for rule in through)
        by = f" through {ways}" if through else ""
        message = (
            f"a layer does not change ranks in its base: it puts `{higher}` above `{lower}`{by}"
        )
        labels = [Label(rules[name].name_span, "of the base") for name in (higher, lower)]
        labels += [Label(rule.name_span, "lies between") for rule in through]
        labels += [Label(o.span, "by this") for o in spec.overrides if o.rule in through]
        found.append(fault(LAYER, message, spec.layer.span, "", *labels))
    return tuple(found)


def _pairs(ranks: Ranks, counts) -> set[tuple[str, str]]:  # type: ignore[no-untyped-def]
    return {
        (ranked.rules[j].name, rule.name)
        for levels in ranks.levels.values()
        for ranked in levels
        for i, rule in enumerate(ranked.rules)
        if counts(rule) and ranked.above[i]
        for j in range(len(ranked.rules))
        if ranked.above[i] >> j & 1 and counts(ranked.rules[j])
    }
