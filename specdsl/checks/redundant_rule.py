"""A rule that could be deleted without changing any decision.

The rule takes effect in some situations, but what it asks for is always also asked for by other
rules, or excluded by them, or chosen anyway. If two rules say the same, both are reported: either
of them could be deleted, but not both.

Why: often the rule repeats another one in other words, or one of its conditions is narrower than
its author believes. A reader has to understand it for nothing.

Example:

    rule big_refunds at developer
      when amount > 500
      then refund is not pay

    rule huge_refunds at developer
      when amount > 1000
      then refund is not pay

Instead: delete the rule, or let it say what it was written for.

    rule big_refunds at developer
      when amount > 500
      then refund is not pay

    rule huge_refunds at developer
      when amount > 1000
      then refund is decline

Limits: for the first redundant rules of a decision the finding explains which rules make it
redundant.
"""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.base.code_names import REDUNDANT_RULE
from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Severity, join_names
from specdsl.base.limits import MAX_EXPLAINED, MAX_LABELS
from specdsl.checks.check_support import own_parts, run_per_part, takes_effect
from specdsl.frontend.model.nodes import Rule
from specdsl.verification.check_session import Check, CheckSession, Findings
from specdsl.verification.relevance.removable_parts import may_take_effect
from specdsl.verification.relevance.removal import Removals

CODE = Code(*REDUNDANT_RULE, Severity.WARNING, __doc__ or "")


def find_redundant_rules(session: CheckSession) -> Findings:
    return run_per_part(session, own_parts(session.rules), _find_redundant, lambda rule: rule.name)


CHECK = Check(CODE, find_redundant_rules, per_component=True)


def _find_redundant(session: CheckSession, rule: Rule) -> list[Diagnostic]:
    if all(effect.permits for effect in rule.effects) or not is_redundant(session, rule):
        return []
    return [_build_finding(session, rule)]


def is_redundant(session: CheckSession, rule: Rule) -> bool:
    """Return whether it stands in some situation, and no decision changes without it. Raises
    `Undetermined`.
    """
    if not may_take_effect(session, rule):
        return False
    decisions = [effect.decision for effect in rule.effects]
    return not Removals.of(session).is_relevant(rule, decisions) and any(
        takes_effect(session, rule, decision) for decision in decisions
    )


def _build_finding(session: CheckSession, rule: Rule) -> Diagnostic:
    miters = [Removals.of(session).miter(effect.decision) for effect in rule.effects]
    found = [miter.redundancy_core(rule) for miter in miters]
    known = [reasons for reasons in found if reasons is not None]
    given = sorted({r for one in known for r in one.rules}, key=lambda r: r.name)
    labels = [Label(rule.name_span, "changes nothing", primary=True)]
    labels += [Label(r.name_span, "because of this one") for r in given[:MAX_LABELS]]
    why = (
        _explain_redundancy(given, all(one.minimal for one in known))
        if len(known) == len(found)
        else _NOT_EXPLAINED
    )
    notes = [Note("note", why), Note("help", "delete it, or correct its condition or effect")]
    return Diagnostic(
        CODE,
        f"rule `{rule.name}` is redundant: no decision changes without it",
        tuple(labels),
        tuple(notes),
        severity=CODE.severity,
        fields={"rules": [rule.name, *(r.name for r in given)]},
    )


def _explain_redundancy(given: Sequence[Rule], minimal: bool) -> str:
    if not given:
        return "whatever other rules apply, what is chosen is the same without it"
    if len(given) > MAX_LABELS:
        needed = "none of them can be left out" if minimal else "some may not be needed for it"
        return f"{len(given)} rules together leave it nothing to change; {needed}"
    verb = "leaves" if len(given) == 1 else "together leave"
    return f"{join_names(rule.name for rule in given)} {verb} it nothing to change"


_NOT_EXPLAINED = (
    "why it is redundant was not computed: explanations are limited to "
    f"{MAX_EXPLAINED} rules per decision"
)
