"""A permission that lifts nothing.

`reply may be full` lifts what rules and instructions of lower rank say against `full`, without
asking for `full`. This permission stands in some situations, but no decision would change without
it: nothing below ever excludes what it permits, something above excludes it again, or another
permission lifts the same.

Why: the rule reads as an exception, and none is made.

Example:

    rule experts at root
      when asker is expert
      then reply may be full

    rule careful at root
      when topic is drugs
      then reply is partial

Instead: delete the permission, or check which rule it was meant to lift: a permission counts only
against lower ranks, never against a peer.

    rule experts at root
      when asker is expert
      then reply may be full

    rule careful at developer
      when topic is drugs
      then reply is partial
"""

from __future__ import annotations

from specdsl.base.code_names import IDLE_PERMISSION
from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.checks.check_support import own_parts, run_per_part, takes_effect
from specdsl.frontend.model.nodes import Effect, Rule
from specdsl.reasoning.sat.engine import Answer
from specdsl.situations.situation import effect_text
from specdsl.verification.check_session import Check, CheckSession, Findings
from specdsl.verification.reachability import reachability
from specdsl.verification.relevance.removal import Removals

CODE = Code(*IDLE_PERMISSION, Severity.WARNING, __doc__ or "")


def find_idle_permissions(session: CheckSession) -> Findings:
    return run_per_part(session, own_parts(session.rules), _find_idle, lambda rule: rule.name)


CHECK = Check(CODE, find_idle_permissions, per_component=True)


def _find_idle(session: CheckSession, rule: Rule) -> list[Diagnostic]:
    return [
        _build_finding(rule, effect)
        for effect in rule.effects
        if effect.permits
        and reachability(session, effect.decision).stands[rule] is not Answer.UNSAT
        and not Removals.of(session).is_relevant(rule, (effect.decision,))
        and takes_effect(session, rule, effect.decision)
    ]


def _build_finding(rule: Rule, effect: Effect) -> Diagnostic:
    text = effect_text(effect.decision, effect.outcomes, permits=True)
    return Diagnostic(
        CODE,
        f"`{text}` of rule `{rule.name}` opens nothing",
        (Label(effect.span, "no decision changes without it", primary=True),),
        (
            Note("note", "nothing of lower rank excludes what it permits where that would matter"),
            Note("help", "delete it, or move it above what it is meant to lift"),
        ),
        severity=CODE.severity,
        fields={"rules": [rule.name], "decision": effect.decision.name},
    )
