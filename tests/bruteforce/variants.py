"""A spec with a part left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from specdsl.frontend.model import nodes as m
from specdsl.semantics.reference.naive_ranks import outranking_pairs


def without_rule(spec: m.SpecModel, rule: m.Rule) -> m.SpecModel:
    """Its edges and paths gone too."""
    return without_rules(spec, [rule])


def without_level(spec: m.SpecModel, level: m.Level) -> m.SpecModel:
    """Without the rules at a level at which nobody speaks."""
    return without_rules(spec, [rule for rule in spec.rules if rule.level is level])


def without_rules(spec: m.SpecModel, rules: Iterable[m.Rule]) -> m.SpecModel:
    gone = set(rules)
    return replace(
        spec,
        rules=tuple(rule for rule in spec.rules if rule not in gone),
        overrides=tuple(o for o in spec.overrides if not {o.rule, o.target} & gone),
    )


def without_effect(spec: m.SpecModel, rule: m.Rule, decision: m.DecisionModel) -> m.SpecModel:
    kept = tuple(effect for effect in rule.effects if effect.decision is not decision)
    return with_rules(spec, {rule: replace(rule, effects=kept)})


def without_clause(spec: m.SpecModel, clause: m.Expr) -> m.SpecModel:
    """Without a conjunct of a `when`, or an `unless`, in every rule that has it."""
    return with_rules(
        spec,
        {
            rule: replace(
                rule,
                whens=tuple(when for when in rule.whens if when is not clause),
                unlesses=tuple(unless for unless in rule.unlesses if unless is not clause),
            )
            for rule in spec.rules
        },
    )


@dataclass(frozen=True, eq=False)
class Spared:
    """What a conjunct or an `unless` joins by `or`, one of it left out: `rest` is the others."""

    clause: m.Expr
    alternative: m.Expr
    rest: m.Expr


def spared(spec: m.SpecModel) -> tuple[Spared, ...]:
    """Of each such clause of a spec in conjuncts, every alternative."""
    clauses = [one for rule in spec.rules for one in (*rule.whens, *rule.unlesses)]
    found: list[Spared] = []
    for clause in {id(one): one for one in clauses}.values():
        several = alternatives(clause)
        for gone in several if len(several) > 1 else ():
            kept = tuple(one for one in several if one is not gone)
            found.append(Spared(clause, gone, m.Or(kept, clause.span) if kept[1:] else kept[0]))
    return tuple(found)


def without_alternative(spec: m.SpecModel, one: Spared) -> m.SpecModel:
    """In every rule that has the clause."""
    return with_rules(
        spec,
        {
            rule: replace(
                rule,
                whens=tuple(one.rest if when is one.clause else when for when in rule.whens),
                unlesses=tuple(one.rest if u is one.clause else u for u in rule.unlesses),
            )
            for rule in spec.rules
        },
    )


def in_conjuncts(spec: m.SpecModel) -> m.SpecModel:
    """Every `when` as its conjuncts: the same rules, since `and` is true where all of it are."""
    return with_rules(
        spec,
        {
            rule: replace(rule, whens=tuple(c for when in rule.whens for c in conjuncts(when)))
            for rule in spec.rules
        },
    )


def conjuncts(expr: m.Expr) -> tuple[m.Expr, ...]:
    if isinstance(expr, m.And):
        return tuple(found for item in expr.items for found in conjuncts(item))
    return (expr,)


def alternatives(expr: m.Expr) -> tuple[m.Expr, ...]:
    if isinstance(expr, m.Or):
        return tuple(found for item in expr.items for found in alternatives(item))
    return (expr,)


def with_rules(spec: m.SpecModel, others: dict[m.Rule, m.Rule]) -> m.SpecModel:
    """With other rules in the place of some."""
    return replace(
        spec,
        rules=tuple(others.get(rule, rule) for rule in spec.rules),
        overrides=tuple(
            replace(o, rule=others.get(o.rule, o.rule), target=others.get(o.target, o.target))
            for o in spec.overrides
        ),
    )


def without_pair(spec: m.SpecModel, pair: m.Priority) -> m.SpecModel:
    return replace(spec, priorities=tuple(one for one in spec.priorities if one is not pair))


def without_overrides(spec: m.SpecModel, left_out: Iterable[m.Override]) -> m.SpecModel | None:
    """With the edges that `priority` draws instead; None where rules then outrank each other in a
    circle."""
    gone = set(map(id, left_out))
    made = replace(spec, overrides=tuple(o for o in spec.overrides if id(o) not in gone))
    for decision in made.decisions:
        pairs = outranking_pairs(made, decision)
        if any((rule, rule) in pairs for rule in made.rules):
            return None
    return made
