"""The removable parts of a spec, each with the spec that remains without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specdsl.base.code_names import IDLE_LEVEL, IDLE_OVERRIDE, IDLE_PRIORITY
from specdsl.base.source import Span
from specdsl.frontend.model import nodes as m
from specdsl.second_opinion.expected_effects import (
    PERMISSION,
    REDUNDANT,
    effect_stands,
    rule_takes_effect,
)
from specdsl.second_opinion.reduced_specs import (
    remove_effect,
    remove_overrides,
    remove_priority,
    remove_rules,
)
from specdsl.second_opinion.reported_findings import ReportedFindings

PRIORITY, OVERRIDE, LEVEL = IDLE_PRIORITY.name, IDLE_OVERRIDE.name, IDLE_LEVEL.name


@dataclass(frozen=True, slots=True)
class QuestionedPart:
    """A part of a spec, with the spec `without` it and the `code` of the check for such parts.

    `is_reported`: the check found that it changes nothing. `would_be_reported`: the check would
    report it if it changed nothing; None if the report leaves this open."""

    code: str
    name: str
    span: Span
    without: m.SpecModel
    is_reported: bool
    would_be_reported: bool | None = True


def removable_rules(spec: m.SpecModel, findings: ReportedFindings) -> Iterator[QuestionedPart]:
    """Yield the rules that restrict; the permissions of others are parts of their own."""
    for rule in _own_rules(spec):
        if not all(effect.permits for effect in rule.effects):
            yield QuestionedPart(
                REDUNDANT,
                f"rule `{rule.name}`",
                rule.name_span,
                remove_rules(spec, [rule]),
                findings.leads_finding(REDUNDANT, rule),
                rule_takes_effect(findings, rule),
            )


def removable_permissions(
    spec: m.SpecModel, findings: ReportedFindings
) -> Iterator[QuestionedPart]:
    for rule in _own_rules(spec):
        for effect in rule.effects:
            decision = effect.decision
            if effect.permits:
                yield QuestionedPart(
                    PERMISSION,
                    f"`{effect.span.in_a_line}` of rule `{rule.name}`",
                    effect.span,
                    remove_effect(spec, rule, decision),
                    findings.has_finding(PERMISSION, rules=[rule.name], decision=decision.name),
                    effect_stands(findings, rule, decision),
                )


def removable_priorities(spec: m.SpecModel, findings: ReportedFindings) -> Iterator[QuestionedPart]:
    for pair in spec.priorities:
        if not pair.span.source.shipped:
            names = [pair.higher.name, pair.lower.name]
            found = findings.has_finding(PRIORITY, priority=names)
            without = remove_priority(spec, pair)
            yield QuestionedPart(PRIORITY, f"`{' > '.join(names)}`", pair.span, without, found)


def removable_overrides(spec: m.SpecModel, findings: ReportedFindings) -> Iterator[QuestionedPart]:
    """Yield the names after `overrides`; the name of a policy stands for all its rules."""
    written: dict[tuple[m.Rule, int], list[m.Override]] = {}
    for override in spec.overrides:
        written.setdefault((override.rule, override.span.start), []).append(override)
    for (rule, _), several in written.items():
        span = several[0].span
        if not span.source.shipped:
            names = [rule.name, *(override.target.name for override in several)]
            name = f"`overrides {span.text}` of rule `{rule.name}`"
            without = remove_overrides(spec, several)
            yield QuestionedPart(
                OVERRIDE, name, span, without, findings.has_finding(OVERRIDE, rules=names)
            )


def removable_levels(spec: m.SpecModel, findings: ReportedFindings) -> Iterator[QuestionedPart]:
    """Yield the levels of the main file that are above every principal."""
    highest = min(
        (_highest_rank(spec, principal) for principal in spec.principals), default=len(spec.levels)
    )
    for level in spec.levels if spec.decisions else ():
        if level.rank < highest and level.span.source is spec.sources[-1]:
            there = [rule for rule in spec.rules if rule.level is level]
            found = findings.has_finding(LEVEL, level=level.name)
            without = remove_rules(spec, there)
            yield QuestionedPart(LEVEL, f"level `{level.name}`", level.span, without, found)


def _highest_rank(spec: m.SpecModel, principal: m.Principal) -> int:
    """Return the rank of the highest level that its instructions may be `at` on some decision."""
    if principal.level is not None:
        return principal.level.rank
    lent = {
        (decision, delegate.level.rank)
        for delegate in spec.delegates
        for decision in delegate.decisions
        if delegate.principal is principal
    }
    unlent = set(spec.decisions) - {decision for decision, _ in lent}
    return 0 if unlent else min(rank for _, rank in lent)


def _own_rules(spec: m.SpecModel) -> Iterator[m.Rule]:
    return (rule for rule in spec.rules if not rule.span.source.shipped)
