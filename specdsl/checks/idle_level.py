"""A level of `authority` that changes no decision.

No principal can speak at the level, and no decision would change without the rules at it, if there
are any. A principal that may speak with less than its own authority (`at`) can speak at every level
below its own.

Why: a reader will look for a purpose that the level does not have.

Example:

    authority root > developer > team > user
    principal user at user

    rule late at developer
      when days > 30
      then refund is decline

Instead: delete the level, or give it the rule or the principal for which it was declared.

    authority root > developer > user
    principal user at user

    rule safe at root
      when is_fraud
      then refund is decline

    rule late at developer
      when days > 30
      then refund is decline

Limits: only levels of the main file are checked, since a library such as `chain_of_command`
declares levels for all specs that use it.
"""

from __future__ import annotations

from specdsl.base.code_names import IDLE_LEVEL
from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.checks.check_support import own_parts, run_per_part
from specdsl.frontend.model.nodes import Level, PolicyBlock, Principal, SpecModel
from specdsl.verification.check_session import Check, CheckSession, Findings
from specdsl.verification.relevance.removal import Removals

CODE = Code(*IDLE_LEVEL, Severity.WARNING, __doc__ or "")


def find_idle_levels(session: CheckSession) -> Findings:
    spec = session.spec
    own = [
        level
        for level in spec.levels
        if level.span.source is spec.sources[-1]
        and spec.decisions
        and not _has_speaker(spec, level)
    ]
    return run_per_part(session, own_parts(own), _find_idle, lambda level: level.name)


CHECK = Check(CODE, find_idle_levels)


def _has_speaker(spec: SpecModel, level: Level) -> bool:
    """Return whether an instruction can be given at the level, even one that is then ignored."""
    return any(_may_speak(spec, principal, level) for principal in spec.principals)


def _may_speak(spec: SpecModel, principal: Principal, level: Level) -> bool:
    """Return whether the principal can speak at the level. A principal without authority can at
    levels that may be delegated to it, and at any level about decisions that nobody delegates.
    """
    if principal.level is not None:
        return principal.level.rank <= level.rank
    for decision in spec.decisions:
        lending = (d for d in spec.delegates if d.principal is principal)
        lent = [d.level.rank for d in lending if decision in d.decisions]
        if min(lent, default=0) <= level.rank:
            return True
    return False


def _find_idle(session: CheckSession, level: Level) -> list[Diagnostic]:
    rules = [rule for rule in session.spec.rules if rule.level is level]
    decisions = dict.fromkeys(effect.decision for rule in rules for effect in rule.effects)
    if Removals.of(session).is_relevant(level, decisions):
        return []
    why = "no decision changes without its rules" if rules else "no rule stands there"
    return [_build_finding(session.spec, level, why)]


def _build_finding(spec: SpecModel, level: Level, why: str) -> Diagnostic:
    there = [p for p in spec.policies if p.level is level and _states_level(p)]
    more = ", with what stands there," if there or "rules" in why else ","
    return Diagnostic(
        CODE,
        f"level `{level.name}` changes nothing",
        (Label(level.span, f"{why}, and nobody can speak there", primary=True),),
        (Note("help", f"take it out{more} or give it the rule or principal that it is for"),),
        severity=CODE.severity,
        fields={"level": level.name},
    )


def _states_level(policy: PolicyBlock) -> bool:
    """Return whether it does not just inherit its level from the policy around it."""
    return policy.parent is None or policy.parent.level is not policy.level
