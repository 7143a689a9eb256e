"""The cone of influence of some decisions: the part of a spec that bears on what is found of them.

Whatever is left out can change without a change of their findings, so these need not be looked for
again after an edit elsewhere. What is kept is in the order of the spec.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from specdsl.frontend.model.nodes import (
    DecisionModel,
    Override,
    PolicyBlock,
    Priority,
    Rule,
    SpecModel,
    Value,
)
from specdsl.frontend.model.traversal import decisions_read, defines_read, facts_read
from specdsl.frontend.ranking.ranks import RankedLevel, Ranks
from specdsl.frontend.ranking.value_order import ValueOrder

Levels = Mapping[DecisionModel, tuple[RankedLevel, ...]]


def cone_of_influence(
    spec: SpecModel, ranks: Ranks, members: Iterable[DecisionModel], order: ValueOrder
) -> tuple[SpecModel, Levels]:
    """Return the part of the spec that some decisions depend on, with its ranks: their
    dependencies, the effects of rules on them, and what these read; without examples and
    assertions.
    """
    cone = _decisions_of_cone(spec, members)
    kept = {rule: cut for rule in spec.rules if (cut := _effects_within(rule, cone))}
    rules = tuple(kept.values())
    policies = _enclosing_policies(spec, rules)
    delegates = tuple(d for d in spec.delegates if not cone.isdisjoint(d.decisions))
    conditions = (
        *(condition for rule in rules for condition in (*rule.whens, *rule.unlesses)),
        *(policy.when for policy in policies if policy.when is not None),
        *(delegate.when for delegate in delegates if delegate.when is not None),
        *(assume.expr for assume in spec.assumes),
    )
    facts, defines = frozenset(facts_read(*conditions)), frozenset(defines_read(*conditions))
    used = {rule.value for rule in rules}
    values = tuple(value for value in spec.values if value in used)
    part = replace(
        spec,
        name="",
        title="",
        version="",
        sources=(),
        values=values,
        priorities=_pairs_of_order(values, order),
        facts=tuple(fact for fact in spec.facts if fact in facts),
        defines=tuple(define for define in spec.defines if define in defines),
        decisions=decisions_in_order(spec, cone),
        reads={decision: read for decision, read in spec.reads.items() if decision in cone},
        delegates=delegates,
        policies=policies,
        rules=rules,
        overrides=tuple(_overrides_of_cone(spec, kept)),
        examples=(),
        assertions=(),
        changes=(),
        layer=None,
        span=None,
    )
    return part, {
        one: tuple(
            replace(ranked, rules=tuple(map(kept.__getitem__, ranked.rules)))
            for ranked in ranks.levels[one]
        )
        for one in part.decisions
    }


def _effects_within(rule: Rule, cone: Collection[DecisionModel]) -> Rule | None:
    """Return the rule with its effects on the decisions of a cone; None if it has none."""
    effects = tuple(effect for effect in rule.effects if effect.decision in cone)
    if len(effects) == len(rule.effects):
        return rule
    return replace(rule, effects=effects) if effects else None


def _overrides_of_cone(spec: SpecModel, kept: Mapping[Rule, Rule]) -> Iterator[Override]:
    """Yield the overrides between rules that still share a decision."""
    for one in spec.overrides:
        rule, target = kept.get(one.rule), kept.get(one.target)
        if rule is None or target is None:
            continue
        if any(e.decision is o.decision for e in rule.effects for o in target.effects):
            yield replace(one, rule=rule, target=target)


def decisions_in_order(
    spec: SpecModel, some: Collection[DecisionModel]
) -> tuple[DecisionModel, ...]:
    return tuple(decision for decision in spec.decisions if decision in some)


def _decisions_of_cone(spec: SpecModel, members: Iterable[DecisionModel]) -> set[DecisionModel]:
    cone: set[DecisionModel] = set()
    stack = [*members, *decisions_read(*(assume.expr for assume in spec.assumes))]
    while stack:
        decision = stack.pop()
        if decision not in cone:
            cone.add(decision)
            stack += spec.reads[decision]
    return cone


def _enclosing_policies(spec: SpecModel, rules: Iterable[Rule]) -> tuple[PolicyBlock, ...]:
    """Return the policies around the rules."""
    found: set[PolicyBlock] = set()
    for rule in rules:
        policy = rule.policy
        while policy is not None and policy not in found:
            found.add(policy)
            policy = policy.parent
    return tuple(policy for policy in spec.policies if policy in found)


def _pairs_of_order(values: Sequence[Value], order: ValueOrder) -> tuple[Priority, ...]:
    """Return pairs that order the values as the whole spec does, by whatever written pairs."""
    among = sum(1 << order.index[value] for value in values)
    return tuple(
        Priority(value, lower, value.span)
        for value in values
        for lower in order.successors_within(value, among)
    )
