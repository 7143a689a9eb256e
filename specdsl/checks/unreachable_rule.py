"""A rule that applies but can never take effect.

In every situation in which it applies, rules of higher rank leave nothing of what it asks for: it
is always overridden. Often no single rule does that alone; the finding names a minimal set of rules
that together cover every case.

Why: the rule reads as if it counted, and changes nothing.

Example:

    rule no_late_refunds at root
      when days > 30
      then refund is decline

    rule very_late_gifts at developer
      when days > 60
      then refund is pay

Instead: move the rule to a higher level or to a value of higher priority, name the exception with
`overrides` if both have the same level, narrow the rules that override it, or delete it.

    rule no_late_refunds at root
      when days > 30 and days <= 60
      then refund is decline

    rule very_late_gifts at developer
      when days > 60
      then refund is pay

Limits: if very many rules are unreachable because of very many others, some of the sets are not
minimal; the finding then says that some of the rules may not be needed.
"""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.base.code_names import UNREACHABLE_EFFECT, UNREACHABLE_RULE
from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.base.limits import MAX_LABELS
from specdsl.checks.check_support import collect_per_part
from specdsl.checks.deletable_rules import STILL_NEEDED, is_deletable
from specdsl.frontend.model.nodes import Rule
from specdsl.reasoning.sat.engine import Answer
from specdsl.situations.situation import effect_text
from specdsl.verification.check_session import Check, CheckSession, Findings
from specdsl.verification.reachability import rule_applies
from specdsl.verification.shadowing import ShadowedEffect, Shadowing

CODE = Code(*UNREACHABLE_RULE, Severity.ERROR, __doc__ or "")
EFFECT = Code(
    *UNREACHABLE_EFFECT,
    Severity.ERROR,
    """One effect of a rule can never take effect, while another of its effects can.

In every situation in which the rule applies, rules of higher rank leave nothing of what this effect
asks for.

Why: the effect reads as if it counted, and changes nothing.

Example:

    rule no_late_refunds at root
      when days > 30
      then refund is decline

    rule late_regulars at developer
      when days > 30 and is_regular
      then refund is pay and tone is warm

Instead: take the effect out of `then`, or give it a higher rank as for `unreachable-rule`.

    rule no_late_refunds at root
      when days > 30
      then refund is decline

    rule late_regulars at developer
      when days > 30 and is_regular
      then tone is warm
""",
)


def find_unreachable_rules(session: CheckSession) -> Findings:
    shadows = Shadowing(session)

    def find(rule: Rule) -> list[ShadowedEffect]:
        return [s for effect in rule.effects if (s := shadows.shadowed_effect(rule, effect))]

    applying = (rule for rule in session.rules if rule_applies(session, rule) is Answer.SAT)
    found, unproved = collect_per_part(applying, find, lambda rule: rule.name)
    by_rule: dict[Rule, list[ShadowedEffect]] = {}
    for one in shadows.minimize(found):
        by_rule.setdefault(one.rule, []).append(one)
    reported = [
        d for rule in session.rules for d in _findings_of_rule(session, by_rule.get(rule, []))
    ]
    return Findings(tuple(reported), unproved)


CHECK = Check(CODE, find_unreachable_rules, further_codes=(EFFECT,), per_component=True)


def _findings_of_rule(
    session: CheckSession, shadowed: Sequence[ShadowedEffect]
) -> list[Diagnostic]:
    """Return one finding if all effects of the rule are shadowed, else one for each that is."""
    if shadowed and len(shadowed) == len(shadowed[0].rule.effects):
        return [_rule_finding(session, shadowed)]
    return [_effect_finding(session, one) for one in shadowed]


def _rule_finding(session: CheckSession, shadowed: Sequence[ShadowedEffect]) -> Diagnostic:
    rule = shadowed[0].rule
    by = sorted({r for one in shadowed for r in one.by}, key=lambda r: r.name)
    futile = bool(by) and not rule.in_base and all(r.in_base for r in by)
    message = f"rule `{rule.name}` can never take effect"
    if futile:
        message = f"rule `{rule.name}` of the layer can never take effect against its base"
    labels = [Label(rule.name_span, "always overridden", primary=True)]
    labels += [Label(r.name_span, _label_text(rule, r, shadowed)) for r in by[:MAX_LABELS]]
    together = _blockers_text(by, all(one.minimal for one in shadowed))
    notes = [Note("note", together), Note("help", _help_text(session, rule, by, shadowed))]
    fields = {"rules": [rule.name, *(r.name for r in by)]}
    return Diagnostic(CODE, message, tuple(labels), tuple(notes), fields=fields)


def _effect_finding(session: CheckSession, one: ShadowedEffect) -> Diagnostic:
    rule, effect = one.rule, one.effect
    text = effect_text(effect.decision, effect.outcomes, effect.permits)
    by = sorted(one.by, key=lambda r: r.name)
    labels = [Label(effect.span, "always overridden", primary=True)]
    labels += [Label(r.name_span, _label_text(rule, r, (one,))) for r in by[:MAX_LABELS]]
    help_ = _help_text(session, rule, by, (one,))
    notes = [Note("note", _blockers_text(by, one.minimal)), Note("help", help_)]
    fields = {"rules": [rule.name, *(r.name for r in by)], "decision": effect.decision.name}
    message = f"`{text}` of rule `{rule.name}` can never take effect"
    return Diagnostic(EFFECT, message, tuple(labels), tuple(notes), fields=fields)


def _label_text(rule: Rule, shadow: Rule, shadowed: Sequence[ShadowedEffect]) -> str:
    if shadow.level is not rule.level:
        how = f"ranks higher: {shadow.level.name} > {rule.level.name}"
    elif shadow.value and rule.value and shadow.value is not rule.value:
        how = f"ranks higher: {shadow.value.name} > {rule.value.name}"
    else:
        how = "ranks higher"
    asked = [e for one in shadowed for e in shadow.effects if e.decision is one.effect.decision]
    texts = " and ".join(f"`{effect_text(e.decision, e.outcomes, e.permits)}`" for e in asked)
    return f"{how}, and asks for {texts}" if texts else how


def _blockers_text(by: Sequence[Rule], minimal: bool) -> str:
    match len(by):
        case 0:
            return "the decision is never taken where it applies"
        case 1:
            return f"overridden by `{by[0].name}` wherever it applies"
        case n if minimal:
            return f"overridden by {n} rules together; none of them can be left out"
        case n:
            return f"overridden by {n} rules together; some of them may not be needed for it"


def _help_text(
    session: CheckSession, rule: Rule, by: Sequence[Rule], shadowed: Sequence[ShadowedEffect]
) -> str:
    peers = [r for r in by if r.level is rule.level]
    goes = is_deletable(session, rule, [one.effect.decision for one in shadowed])
    if goes and not peers:
        return "move it to a higher level, narrow what overrides it, or delete it"
    way = f"carve it out with `overrides {peers[0].name}`" if peers else _UP
    if goes is None:
        return way
    return f"{way}, or delete it" if goes else f"{way}; {STILL_NEEDED}"


_UP = "move it to a higher level, or narrow what overrides it"
