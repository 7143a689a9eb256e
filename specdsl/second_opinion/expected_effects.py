"""The expected effects of rules: what a report implies about their reachability and relevance.

Parts of rules that never take effect are not reported as idle. So if a part has no finding, this
decides which answer is expected. None means that the report leaves it open.
"""

from __future__ import annotations

from specdsl.base.code_names import (
    DEAD_RULE,
    IDLE_PERMISSION,
    REDUNDANT_RULE,
    UNREACHABLE_EFFECT,
    UNREACHABLE_RULE,
)
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.second_opinion.reported_findings import ReportedFindings

DEAD, RULE, EFFECT = DEAD_RULE.name, UNREACHABLE_RULE.name, UNREACHABLE_EFFECT.name
REDUNDANT, PERMISSION = REDUNDANT_RULE.name, IDLE_PERMISSION.name


def effect_stands(findings: ReportedFindings, rule: Rule, decision: DecisionModel) -> bool | None:
    """Tell whether the rule's effect on the decision stands in some situation."""
    if findings.has_finding(DEAD, rules=[rule.name]) or findings.leads_finding(RULE, rule):
        return False
    if any(d.fields["decision"] == decision.name for d in findings.findings_about(EFFECT, rule)):
        return False
    return True if findings.is_settled(DEAD) and findings.is_settled(RULE) else None


def rule_takes_effect(findings: ReportedFindings, rule: Rule) -> bool | None:
    """Tell whether an effect of the rule stands in some situation."""
    found = {effect_stands(findings, rule, effect.decision) for effect in rule.effects}
    return next(answer for answer in (True, None, False) if answer in found)


def rule_is_relevant(findings: ReportedFindings, rule: Rule) -> bool | None:
    """Tell whether the rule takes effect, and its removal changes a decision."""
    effective = rule_takes_effect(findings, rule)
    if effective is not True:
        return effective
    if not all(effect.permits for effect in rule.effects):
        return (
            not findings.leads_finding(REDUNDANT, rule) if findings.is_settled(REDUNDANT) else None
        )
    return _permission_is_relevant(findings, rule) if findings.is_settled(PERMISSION) else None


def _permission_is_relevant(findings: ReportedFindings, rule: Rule) -> bool | None:
    """Tell whether a rule of permissions is relevant. A permission that never stands is not
    reported as idle, but may lie on a path between other rules."""
    standing = {e.decision.name: effect_stands(findings, rule, e.decision) for e in rule.effects}
    idle = {d.fields["decision"] for d in findings.findings_about(PERMISSION, rule)}
    if any(stands for name, stands in standing.items() if name not in idle):
        return True
    return False if idle == set(standing) else None
