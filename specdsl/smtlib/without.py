"""Specs with a part left out, and which decisions that bears on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from specdsl.model import nodes as m
from specdsl.model.walk import decisions_read
from specdsl.smtlib.ranking import effect_on, ranked


def without_rules(spec: m.Spec, gone: Collection[m.Rule]) -> m.Spec:
    """Their edges and paths gone too."""
    return _with_rules(spec, dict.fromkeys(gone))


def without_effect(spec: m.Spec, rule: m.Rule, decision: m.Decision) -> m.Spec:
    """The rule says nothing of the decision."""
    kept = tuple(effect for effect in rule.effects if effect.decision is not decision)
    return _with_rules(spec, {rule: replace(rule, effects=kept)})


def without_clause(spec: m.Spec, clause: m.Expr) -> m.Spec:
    """Every rule without this conjunct of a `when`, or this `unless`."""
    changed: dict[m.Rule, m.Rule | None] = {}
    for rule in spec.rules:
        whens = tuple(one for when in rule.whens for one in conjuncts(when))
        if any(one is clause for one in (*whens, *rule.unlesses)):
            kept = tuple(one for one in whens if one is not clause)
            unlesses = tuple(one for one in rule.unlesses if one is not clause)
            changed[rule] = replace(rule, whens=kept, unlesses=unlesses)
    return _with_rules(spec, changed)


def without_alternative(spec: m.Spec, clause: m.Expr, gone: m.Expr) -> m.Spec:
    """Every rule with the other alternatives of this clause."""
    kept = tuple(one for one in alternatives(clause) if one is not gone)
    rest = kept[0] if len(kept) == 1 else m.Or(kept, clause.span)
    changed: dict[m.Rule, m.Rule | None] = {}
    for rule in spec.rules:
        whens = tuple(one for when in rule.whens for one in conjuncts(when))
        if any(one is clause for one in (*whens, *rule.unlesses)):
            now = tuple(rest if one is clause else one for one in whens)
            unlesses = tuple(rest if one is clause else one for one in rule.unlesses)
            changed[rule] = replace(rule, whens=now, unlesses=unlesses)
    return _with_rules(spec, changed)


def without_pair(spec: m.Spec, pair: m.Priority) -> m.Spec:
    return replace(spec, priorities=tuple(one for one in spec.priorities if one is not pair))


def without_overrides(spec: m.Spec, gone: Collection[m.Override]) -> m.Spec:
    """With the order instead that `priority` gives the two rules, which may close a circle."""
    kept = tuple(one for one in spec.overrides if not any(one is other for other in gone))
    return replace(spec, overrides=kept)


def base_of(spec: m.Spec) -> m.Spec:
    """The base of a layer, in the layer's own words: just its rules, and its order of values."""
    made = without_rules(spec, [rule for rule in spec.rules if not rule.in_base])
    return replace(made, priorities=tuple(pair for pair in spec.priorities if pair.in_base))


def conjuncts(expr: m.Expr) -> Iterator[m.Expr]:
    """What is joined by `and`, however it is nested."""
    match expr:
        case m.And():
            for item in expr.items:
                yield from conjuncts(item)
        case _:
            yield expr


def alternatives(expr: m.Expr) -> Iterator[m.Expr]:
    """What is joined by `or`, however it is nested."""
    match expr:
        case m.Or():
            for item in expr.items:
                yield from alternatives(item)
        case _:
            yield expr


def borne_on(spec: m.Spec, other: m.Spec) -> tuple[m.Decision, ...]:
    """The decisions of which the two specs have other rules, or in another order."""
    return tuple(d for d in spec.decisions if _said(spec, d) != _said(other, d))


def reordered(one: m.Spec, other: m.Spec, decision: m.Decision) -> bool:
    """Rules on the decision that both have stand in another order."""
    here, there = _above(one, decision), _above(other, decision)
    both = here.keys() & there.keys()
    return any(here[name] & both != there[name] & both for name in both)


def _above(spec: m.Spec, decision: m.Decision) -> dict[str, set[str]]:
    """By rule on the decision, the rules of its level that outrank it."""
    return {
        rule.name: {r.name for r in above}
        for level in spec.levels
        for rule, above in ranked(spec, decision, level)
    }


def _said(spec: m.Spec, decision: m.Decision) -> list[object]:
    return [
        (
            rule.name,
            rule.whens,
            rule.unlesses,
            effect_on(rule, decision),
            frozenset(r.name for r in above),
        )
        for level in spec.levels
        for rule, above in ranked(spec, decision, level)
    ]


def _with_rules(spec: m.Spec, others: Mapping[m.Rule, m.Rule | None]) -> m.Spec:
    """With other rules, or none, in the place of some."""
    now = {rule: others.get(rule, rule) for rule in spec.rules}
    overrides: list[m.Override] = []
    for override in spec.overrides:
        rule, target = now[override.rule], now[override.target]
        if rule is not None and target is not None:
            overrides.append(replace(override, rule=rule, target=target))
    rules = tuple(rule for rule in now.values() if rule is not None)
    made = replace(spec, rules=rules, overrides=tuple(overrides))
    return replace(made, reads={d: _reads(made, d) for d in made.decisions})


def _reads(spec: m.Spec, decision: m.Decision) -> tuple[m.Decision, ...]:
    """What the conditions of its rules, and of what is lent on it, read."""
    found = [c for r in spec.rules if effect_on(r, decision) for c in (*r.whens, *r.unlesses)]
    lent = [d.when for d in spec.delegates if decision in d.decisions]
    read = decisions_read(*found, *lent)
    return tuple(one for one in spec.decisions if one in read)
