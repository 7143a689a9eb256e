"""Spec → priority graphs → ranks. Every edge has a reason and a place."""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.diagnostics import Diagnostic, Label, Note, fault
from specdsl.model.names import shortened
from specdsl.model.nodes import Decision, Level, Override, Rule, Spec
from specdsl.priority.circles import shortest_circles, steps_of
from specdsl.priority.codes import CYCLIC_RANK
from specdsl.priority.graph import LevelGraph, Node, is_hub, rules_of
from specdsl.priority.layers import moved
from specdsl.priority.ranks import Edge, RankedLevel, Ranks
from specdsl.priority.values import Order, circles, value_graph


def rank(spec: Spec) -> tuple[Ranks | None, tuple[Diagnostic, ...]]:
    """The ranks of a spec, or the circles that forbid them."""
    values = value_graph(spec)
    faults = circles(values)
    if faults:
        return None, faults
    ranks, faults = _ranks(spec, Order(values))
    if ranks is None or spec.layer is None:
        return ranks, faults
    base, _ = rank(spec.layer.base)
    faults = moved(spec, base, ranks) if base is not None else ()
    return (None, faults) if faults else (ranks, ())


def _ranks(spec: Spec, order: Order) -> tuple[Ranks | None, tuple[Diagnostic, ...]]:
    rules, overrides = rules_at(spec), overrides_at(spec)
    levels: dict[Decision, list[RankedLevel]] = {decision: [] for decision in spec.decisions}
    edges: dict[Decision, list[Edge]] = {decision: [] for decision in spec.decisions}
    faults: dict[tuple[str, ...], Diagnostic] = {}
    for decision in spec.decisions:
        for level in spec.levels:
            here = (decision, level)
            if here not in rules:
                levels[decision].append(RankedLevel(level, (), ()))
                continue
            graph = LevelGraph(level, rules[here], overrides.get(here, ()), order)
            found = shortest_circles(graph.net, is_hub)
            for circle in found:
                key = tuple(sorted(node.name for node in circle))
                faults.setdefault(key, _circle(graph, circle))
            if not found:
                levels[decision].append(graph.ranked())
                edges[decision] += graph.edges()
    ranks = Ranks({d: tuple(f) for d, f in levels.items()}, {d: tuple(f) for d, f in edges.items()})
    return (None if faults else ranks), tuple(faults.values())


Place = tuple[Decision, Level]


def rules_at(spec: Spec) -> dict[Place, list[Rule]]:
    """By decision and level, the rules with an effect there."""
    found: dict[Place, list[Rule]] = {}
    for rule in spec.rules:
        for effect in rule.effects:
            found.setdefault((effect.decision, rule.level), []).append(rule)
    return found


def overrides_at(spec: Spec) -> dict[Place, list[Override]]:
    """By each decision that both rules have an effect on, and their level."""
    steered = {rule: {effect.decision for effect in rule.effects} for rule in spec.rules}
    found: dict[Place, list[Override]] = {}
    for override in spec.overrides:
        for decision in steered[override.rule] & steered[override.target]:
            found.setdefault((decision, override.rule.level), []).append(override)
    return found


# --- circles -------------------------------------------------------------------------------------


def _circle(graph: LevelGraph, circle: list[Node]) -> Diagnostic:
    rules = [rules_of(node)[0] for node in circle]
    way = " > ".join(f"`{name}`" for name in shortened([r.name for r in (*rules, rules[0])]))
    steps: list[tuple[Rule, Rule]] = steps_of(rules)
    first, *more = [label for step in steps for label in _reasons(graph, *step)]
    message = f"rules outrank each other in a circle: {way}"
    return fault(CYCLIC_RANK, message, first.span, first.text, *more, _hint(graph, steps))


def _reasons(graph: LevelGraph, high: Rule, low: Rule) -> list[Label]:
    override = graph.overrides.get((high, low))
    if override is not None:
        return [Label(override.span, f"`{high.name}` overrides `{low.name}`")]
    said = f"`{high.name}` > `{low.name}`, for what they serve"
    assert high.value is not None
    assert low.value is not None
    way = graph.order.way(high.value, low.value)
    pairs = [Label(p.span, f"`{p.higher.name}` > `{p.lower.name}`") for p in way]
    return [Label(high.name_span, said), *pairs]


def _hint(graph: LevelGraph, steps: Sequence[tuple[Rule, Rule]]) -> Note:
    """Where rules of values between close the circle of one override: override them as well."""
    overriding = [step for step in steps if step in graph.overrides]
    if len(overriding) == 1 and len(steps) > 2:
        low, high = overriding[0]
        names = _closing(graph, low, high)
        if names:
            text = f"let `{low.name}` override what lies between too: overrides {', '.join(names)}"
            return Note("help", text)
    return Note("help", "take one of these steps back")


def _closing(graph: LevelGraph, low: Rule, high: Rule) -> list[str]:
    """The rules whose values lie between those of a rule and of one that it overrides."""
    above = graph.order.is_above
    return [
        rule.name
        for rule in graph.rules
        if above(high.value, rule.value)
        and above(rule.value, low.value)
        and (rule, high) not in graph.overrides
        and (low, rule) not in graph.overrides
    ][:20]
