"""Removal of parts from a spec, and the decisions that a removal affects."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.traversal import decisions_read
from specdsl.second_opinion.naive_closure import effect_on, ranked_rules


def remove_rules(spec: m.SpecModel, gone: Collection[m.Rule]) -> m.SpecModel:
    """Remove rules, with their edges and the paths through them."""
    return _replace_rules(spec, dict.fromkeys(gone))


def remove_effect(spec: m.SpecModel, rule: m.Rule, decision: m.DecisionModel) -> m.SpecModel:
    """Remove the rule's effect on the decision."""
    kept = tuple(effect for effect in rule.effects if effect.decision is not decision)
    return _replace_rules(spec, {rule: replace(rule, effects=kept)})


def remove_clause(spec: m.SpecModel, clause: m.Expr) -> m.SpecModel:
    """Remove a conjunct of a `when`, or an `unless`, from every rule."""
    changed: dict[m.Rule, m.Rule | None] = {}
    for rule in spec.rules:
        whens = tuple(one for when in rule.whens for one in conjuncts_of(when))
        if any(one is clause for one in (*whens, *rule.unlesses)):
            kept = tuple(one for one in whens if one is not clause)
            unlesses = tuple(one for one in rule.unlesses if one is not clause)
            changed[rule] = replace(rule, whens=kept, unlesses=unlesses)
    return _replace_rules(spec, changed)


def remove_alternative(spec: m.SpecModel, clause: m.Expr, gone: m.Expr) -> m.SpecModel:
    """Remove a disjunct of a clause from every rule."""
    kept = tuple(one for one in alternatives_of(clause) if one is not gone)
    rest = kept[0] if len(kept) == 1 else m.Or(kept, clause.span)
    changed: dict[m.Rule, m.Rule | None] = {}
    for rule in spec.rules:
        whens = tuple(one for when in rule.whens for one in conjuncts_of(when))
        if any(one is clause for one in (*whens, *rule.unlesses)):
            now = tuple(rest if one is clause else one for one in whens)
            unlesses = tuple(rest if one is clause else one for one in rule.unlesses)
            changed[rule] = replace(rule, whens=now, unlesses=unlesses)
    return _replace_rules(spec, changed)


def remove_priority(spec: m.SpecModel, pair: m.Priority) -> m.SpecModel:
    return replace(spec, priorities=tuple(one for one in spec.priorities if one is not pair))


def remove_overrides(spec: m.SpecModel, gone: Collection[m.Override]) -> m.SpecModel:
    """Remove overrides. The rules then rank as `priority` says, which may close a cycle."""
    kept = tuple(one for one in spec.overrides if not any(one is other for other in gone))
    return replace(spec, overrides=kept)


def base_spec(spec: m.SpecModel) -> m.SpecModel:
    """Return the base of a layer, with the nodes of the layer's spec: its rules and priorities."""
    made = remove_rules(spec, [rule for rule in spec.rules if not rule.in_base])
    return replace(made, priorities=tuple(pair for pair in spec.priorities if pair.in_base))


def conjuncts_of(expr: m.Expr) -> Iterator[m.Expr]:
    """Yield the conjuncts, however they are nested."""
    match expr:
        case m.And():
            for item in expr.items:
                yield from conjuncts_of(item)
        case _:
            yield expr


def alternatives_of(expr: m.Expr) -> Iterator[m.Expr]:
    """Yield the disjuncts, however they are nested."""
    match expr:
        case m.Or():
            for item in expr.items:
                yield from alternatives_of(item)
        case _:
            yield expr


def affected_decisions(spec: m.SpecModel, other: m.SpecModel) -> tuple[m.DecisionModel, ...]:
    """Return the decisions whose rules, or the ranks of these, differ between the specs."""
    return tuple(
        d for d in spec.decisions if _rules_of_decision(spec, d) != _rules_of_decision(other, d)
    )


def ranks_differ(one: m.SpecModel, other: m.SpecModel, decision: m.DecisionModel) -> bool:
    """Tell whether common rules on the decision rank differently in the two specs."""
    here, there = _rules_above(one, decision), _rules_above(other, decision)
    both = here.keys() & there.keys()
    return any(here[name] & both != there[name] & both for name in both)


def _rules_above(spec: m.SpecModel, decision: m.DecisionModel) -> dict[str, set[str]]:
    """Return for each rule on the decision the rules of its level that outrank it."""
    return {
        rule.name: {r.name for r in above}
        for level in spec.levels
        for rule, above in ranked_rules(spec, decision, level)
    }


def _rules_of_decision(spec: m.SpecModel, decision: m.DecisionModel) -> list[object]:
    return [
        (
            rule.name,
            rule.whens,
            rule.unlesses,
            effect_on(rule, decision),
            frozenset(r.name for r in above),
        )
        for level in spec.levels
        for rule, above in ranked_rules(spec, decision, level)
    ]


def _replace_rules(spec: m.SpecModel, others: Mapping[m.Rule, m.Rule | None]) -> m.SpecModel:
    """Replace or remove some rules."""
    now = {rule: others.get(rule, rule) for rule in spec.rules}
    overrides: list[m.Override] = []
    for override in spec.overrides:
        rule, target = now[override.rule], now[override.target]
        if rule is not None and target is not None:
            overrides.append(replace(override, rule=rule, target=target))
    rules = tuple(rule for rule in now.values() if rule is not None)
    made = replace(spec, rules=rules, overrides=tuple(overrides))
    return replace(made, reads={d: _read_decisions(made, d) for d in made.decisions})


def _read_decisions(spec: m.SpecModel, decision: m.DecisionModel) -> tuple[m.DecisionModel, ...]:
    """Return the decisions that its rules and delegations read."""
    found = [c for r in spec.rules if effect_on(r, decision) for c in (*r.whens, *r.unlesses)]
    lent = [d.when for d in spec.delegates if decision in d.decisions]
    read = decisions_read(*found, *lent)
    return tuple(one for one in spec.decisions if one in read)
