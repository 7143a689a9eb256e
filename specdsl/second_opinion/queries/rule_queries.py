"""Questions about dead rules, unreachable effects and restrictions with unknown conditions."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.base.code_names import DEAD_RULE, OPEN_TO_UNKNOWN, UNREACHABLE_EFFECT, UNREACHABLE_RULE
from specdsl.frontend.model.nodes import Effect, Rule, SpecModel
from specdsl.frontend.model.traversal import decisions_read
from specdsl.second_opinion.free_situations import free_situation
from specdsl.second_opinion.question import QuestionWording, SmtQuestion, make_question
from specdsl.second_opinion.reported_findings import ReportedFindings
from specdsl.second_opinion.smtlib_text import NotCovered, all_of, any_of, negation_of

DEAD, RULE, EFFECT, OPEN = (
    DEAD_RULE.name,
    UNREACHABLE_RULE.name,
    UNREACHABLE_EFFECT.name,
    OPEN_TO_UNKNOWN.name,
)


def rule_questions(
    spec: SpecModel, findings: ReportedFindings
) -> Iterator[SmtQuestion | tuple[str, str]]:
    for rule in spec.rules:
        try:
            yield from _questions_of(spec, findings, rule)
        except NotCovered as reason:
            yield f"rule `{rule.name}`", str(reason)


def _questions_of(spec: SpecModel, findings: ReportedFindings, rule: Rule) -> Iterator[SmtQuestion]:
    if findings.was_run(DEAD):
        yield _dead_question(spec, findings, rule)
    dead = any(d.fields["rules"] == [rule.name] for d in findings.findings_of(DEAD))
    if not dead and findings.was_run(RULE):
        for effect in rule.effects:
            yield _unreachable_question(spec, findings, rule, effect)
    first = rule.level is spec.levels[0] and not all(e.permits for e in rule.effects)
    if first and findings.was_run(OPEN) and not rule.span.source.shipped:
        yield _unknown_question(spec, findings, rule)


def _dead_question(spec: SpecModel, findings: ReportedFindings, rule: Rule) -> SmtQuestion:
    decisions = [effect.decision for effect in rule.effects]
    script, world = free_situation(spec, decisions)
    ready = any_of(world.resolve_decision(decision).ready for decision in decisions)
    claim = all_of((ready, world.rule_applies(rule)))
    wording = QuestionWording(
        DEAD,
        f"rule `{rule.name}`",
        "is there a situation in which it applies, and what it decides is taken up?",
        "it applies somewhere",
        "it never applies",
        rule.name_span,
    )
    found = any(d.fields["rules"] == [rule.name] for d in findings.findings_of(DEAD))
    return make_question(wording, script, (claim,), findings.expected_answer(DEAD, found, "unsat"))


def _unreachable_question(
    spec: SpecModel, findings: ReportedFindings, rule: Rule, effect: Effect
) -> SmtQuestion:
    decision = effect.decision
    script, world = free_situation(spec, [decision])
    here = world.resolve_decision(decision)
    wording = QuestionWording(
        EFFECT if len(rule.effects) > 1 else RULE,
        f"what rule `{rule.name}` says of `{decision.name}`",
        "is there a situation in which it stands?",
        "it stands somewhere",
        "it never takes effect",
        effect.span,
    )
    whole = any(d.fields["rules"][0] == rule.name for d in findings.findings_of(RULE))
    alone = any(
        d.fields["rules"][0] == rule.name and d.fields["decision"] == decision.name
        for d in findings.findings_of(EFFECT)
    )
    claims = (here.ready, here.rules[rule].stands)
    expected = findings.expected_answer(RULE, whole or alone, "unsat")
    return make_question(wording, script, claims, expected if findings.is_settled(DEAD) else None)


def _unknown_question(spec: SpecModel, findings: ReportedFindings, rule: Rule) -> SmtQuestion:
    read = decisions_read(*rule.whens)
    script, world = free_situation(spec, read)
    truth = world.rule_condition(rule)
    wording = QuestionWording(
        OPEN,
        f"rule `{rule.name}`, which restricts at the highest level",
        "is there a situation in which its condition is unknown?",
        "its condition can be unknown",
        "its condition is never unknown",
        rule.name_span,
    )
    found = any(d.fields["rules"] == [rule.name] for d in findings.findings_of(OPEN))
    claims = (world.all_taken(read), negation_of(truth.true), negation_of(truth.false))
    return make_question(wording, script, claims, findings.expected_answer(OPEN, found, "sat"))
