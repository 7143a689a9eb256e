"""Rules that never apply, effects that never stand, restrictions open to the unknown."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.model.nodes import Effect, Rule, Spec
from specdsl.model.walk import decisions_read
from specdsl.smtlib.findings import Said
from specdsl.smtlib.question import Question, Wording, question
from specdsl.smtlib.situations import free
from specdsl.smtlib.text import NotAsked, all_of, any_of, negated

DEAD, RULE, EFFECT, OPEN = "dead-rule", "unreachable-rule", "unreachable-effect", "open-to-unknown"


def questions(spec: Spec, said: Said) -> Iterator[Question | tuple[str, str]]:
    for rule in spec.rules:
        try:
            yield from _of(spec, said, rule)
        except NotAsked as reason:
            yield f"rule `{rule.name}`", str(reason)


def _of(spec: Spec, said: Said, rule: Rule) -> Iterator[Question]:
    if said.ran(DEAD):
        yield _applies(spec, said, rule)
    dead = any(d.fields["rules"] == [rule.name] for d in said.found(DEAD))
    if not dead and said.ran(RULE):
        for effect in rule.effects:
            yield _stands(spec, said, rule, effect)
    first = rule.level is spec.levels[0] and not all(e.permits for e in rule.effects)
    if first and said.ran(OPEN) and not rule.span.source.shipped:
        yield _unknown(spec, said, rule)


def _applies(spec: Spec, said: Said, rule: Rule) -> Question:
    decisions = [effect.decision for effect in rule.effects]
    script, world = free(spec, decisions)
    ready = any_of(world.decide(decision).ready for decision in decisions)
    claim = all_of((ready, world.applies(rule)))
    wording = Wording(
        DEAD,
        f"rule `{rule.name}`",
        "is there a situation in which it applies, and what it decides is taken up?",
        "it applies somewhere",
        "it never applies",
        rule.name_span,
    )
    found = any(d.fields["rules"] == [rule.name] for d in said.found(DEAD))
    return question(wording, script, (claim,), said.answer(DEAD, found, "unsat"))


def _stands(spec: Spec, said: Said, rule: Rule, effect: Effect) -> Question:
    decision = effect.decision
    script, world = free(spec, [decision])
    here = world.decide(decision)
    wording = Wording(
        EFFECT if len(rule.effects) > 1 else RULE,
        f"what rule `{rule.name}` says of `{decision.name}`",
        "is there a situation in which it stands?",
        "it stands somewhere",
        "it never takes effect",
        effect.span,
    )
    whole = any(d.fields["rules"][0] == rule.name for d in said.found(RULE))
    alone = any(
        d.fields["rules"][0] == rule.name and d.fields["decision"] == decision.name
        for d in said.found(EFFECT)
    )
    claims = (here.ready, here.rules[rule].stands)
    expected = said.answer(RULE, whole or alone, "unsat")
    return question(wording, script, claims, expected if said.settled(DEAD) else None)


def _unknown(spec: Spec, said: Said, rule: Rule) -> Question:
    read = decisions_read(*rule.whens)
    script, world = free(spec, read)
    truth = world.condition(rule)
    wording = Wording(
        OPEN,
        f"rule `{rule.name}`, which restricts at the highest level",
        "is there a situation in which its condition is unknown?",
        "its condition can be unknown",
        "its condition is never unknown",
        rule.name_span,
    )
    found = any(d.fields["rules"] == [rule.name] for d in said.found(OPEN))
    claims = (world.taken(read), negated(truth.true), negated(truth.false))
    return question(wording, script, claims, said.answer(OPEN, found, "sat"))
