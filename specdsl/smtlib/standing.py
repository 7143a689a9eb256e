"""What a report says of whether a rule takes effect, and whether it would be missed.

Parts of rules that never take effect are not called idle: so where nothing is found, this decides
which answer is expected. None: the report leaves it open, or that check was not run.
"""

from __future__ import annotations

from specdsl.model.nodes import Decision, Rule
from specdsl.smtlib.findings import Said

DEAD, RULE, EFFECT = "dead-rule", "unreachable-rule", "unreachable-effect"
REDUNDANT, PERMISSION = "redundant-rule", "idle-permission"


def stands(said: Said, rule: Rule, decision: Decision) -> bool | None:
    """What the rule says of the decision stands in some situation."""
    if said.has(DEAD, rules=[rule.name]) or said.led(RULE, rule):
        return False
    if any(d.fields["decision"] == decision.name for d in said.by(EFFECT, rule)):
        return False
    return True if said.settled(DEAD) and said.settled(RULE) else None


def takes_effect(said: Said, rule: Rule) -> bool | None:
    """Something that it says stands in some situation."""
    found = {stands(said, rule, effect.decision) for effect in rule.effects}
    return next(answer for answer in (True, None, False) if answer in found)


def missed(said: Said, rule: Rule) -> bool | None:
    """It takes effect, and without it something is decided otherwise."""
    effective = takes_effect(said, rule)
    if effective is not True:
        return effective
    if not all(effect.permits for effect in rule.effects):
        return not said.led(REDUNDANT, rule) if said.settled(REDUNDANT) else None
    return _permission_missed(said, rule) if said.settled(PERMISSION) else None


def _permission_missed(said: Said, rule: Rule) -> bool | None:
    """One that does not stand is not called idle, and may yet order others."""
    standing = {e.decision.name: stands(said, rule, e.decision) for e in rule.effects}
    idle = {d.fields["decision"] for d in said.by(PERMISSION, rule)}
    if any(stands for name, stands in standing.items() if name not in idle):
        return True
    return False if idle == set(standing) else None
