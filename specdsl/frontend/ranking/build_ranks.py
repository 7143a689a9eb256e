"""Ranking: spec → priority graphs → ranks. Every edge has a reason and a place."""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.base.diagnostics import Diagnostic, Label, Note, fault
from specdsl.frontend.model.names import shorten_cycle
from specdsl.frontend.model.nodes import DecisionModel, Level, Override, Rule, SpecModel
from specdsl.frontend.ranking.cycles import cycle_edges, shortest_cycles
from specdsl.frontend.ranking.layer_ranks import changed_base_ranks
from specdsl.frontend.ranking.rank_graph import LevelGraph, Node, is_hub, rules_of
from specdsl.frontend.ranking.ranking_codes import CYCLIC_RANK
from specdsl.frontend.ranking.ranks import RankedLevel, Ranks
from specdsl.frontend.ranking.value_order import ValueOrder, cycle_faults, value_graph


def rank_rules(spec: SpecModel) -> tuple[Ranks | None, tuple[Diagnostic, ...]]:
    """Return the ranks of a spec, or a fault for each cycle that makes ranking impossible."""
    values = value_graph(spec)
    faults = cycle_faults(values)
    if faults:
        return None, faults
    ranks, faults = _rank_all_levels(spec, ValueOrder(values))
    if ranks is None or spec.layer is None:
        return ranks, faults
    base, _ = rank_rules(spec.layer.base)
    faults = changed_base_ranks(spec, base, ranks) if base is not None else ()
    return (None, faults) if faults else (ranks, ())


def _rank_all_levels(
    spec: SpecModel, order: ValueOrder
) -> tuple[Ranks | None, tuple[Diagnostic, ...]]:
    rules, overrides = rules_by_level(spec), overrides_by_level(spec)
    levels: dict[DecisionModel, list[RankedLevel]] = {decision: [] for decision in spec.decisions}
    faults: dict[tuple[str, ...], Diagnostic] = {}
    for decision in spec.decisions:
        for level in spec.levels:
            here = (decision, level)
            if here not in rules:
                levels[decision].append(RankedLevel(level, (), ()))
                continue
            graph = LevelGraph(level, rules[here], overrides.get(here, ()), order)
            found = shortest_cycles(graph.net, is_hub)
            for circle in found:
                key = tuple(sorted(node.name for node in circle))
                faults.setdefault(key, _cycle_fault(graph, circle))
            if not found:
                levels[decision].append(graph.rank_level())
    ranks = Ranks({d: tuple(f) for d, f in levels.items()})
    return (None if faults else ranks), tuple(faults.values())


DecisionAndLevel = tuple[DecisionModel, Level]


def rules_by_level(spec: SpecModel) -> dict[DecisionAndLevel, list[Rule]]:
    """Return the rules that have an effect on a decision at a level."""
    found: dict[DecisionAndLevel, list[Rule]] = {}
    for rule in spec.rules:
        for effect in rule.effects:
            found.setdefault((effect.decision, rule.level), []).append(rule)
    return found


def overrides_by_level(spec: SpecModel) -> dict[DecisionAndLevel, list[Override]]:
    """Return the overrides by level and by each decision that both rules have an effect on."""
    steered = {rule: {effect.decision for effect in rule.effects} for rule in spec.rules}
    found: dict[DecisionAndLevel, list[Override]] = {}
    for override in spec.overrides:
        for decision in steered[override.rule] & steered[override.target]:
            found.setdefault((decision, override.rule.level), []).append(override)
    return found


# --- cycles --------------------------------------------------------------------------------------


def _cycle_fault(graph: LevelGraph, circle: list[Node]) -> Diagnostic:
    rules = [rules_of(node)[0] for node in circle]
    way = " > ".join(f"`{name}`" for name in shorten_cycle([r.name for r in (*rules, rules[0])]))
    steps: list[tuple[Rule, Rule]] = cycle_edges(rules)
    first, *more = [label for step in steps for label in _edge_labels(graph, *step)]
    message = f"rules outrank each other in a circle: {way}"
    return fault(CYCLIC_RANK, message, first.span, first.text, *more, _cycle_help(graph, steps))


def _edge_labels(graph: LevelGraph, high: Rule, low: Rule) -> list[Label]:
    override = graph.overrides.get((high, low))
    if override is not None:
        return [Label(override.span, f"`{high.name}` overrides `{low.name}`")]
    said = f"`{high.name}` > `{low.name}`, for what they serve"
    assert high.value is not None
    assert low.value is not None
    way = graph.order.shortest_path(high.value, low.value)
    pairs = [Label(p.span, f"`{p.higher.name}` > `{p.lower.name}`") for p in way]
    return [Label(high.name_span, said), *pairs]


def _cycle_help(graph: LevelGraph, steps: Sequence[tuple[Rule, Rule]]) -> Note:
    """Suggest to override the rules in between as well, if they close the cycle of a single
    override.
    """
    overriding = [step for step in steps if step in graph.overrides]
    if len(overriding) == 1 and len(steps) > 2:
        low, high = overriding[0]
        names = _rules_between(graph, low, high)
        if names:
            text = f"let `{low.name}` override what lies between too: overrides {', '.join(names)}"
            return Note("help", text)
    return Note("help", "take one of these steps back")


def _rules_between(graph: LevelGraph, low: Rule, high: Rule) -> list[str]:
    """Return the rules whose values lie between those of a rule and of one that it overrides."""
    above = graph.order.is_above
    return [
        rule.name
        for rule in graph.rules
        if above(high.value, rule.value)
        and above(rule.value, low.value)
        and (rule, high) not in graph.overrides
        and (low, rule) not in graph.overrides
    ][:20]
