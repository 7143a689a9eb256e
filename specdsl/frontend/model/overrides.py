"""Resolution of `overrides`, with each policy replaced by its rules."""

from __future__ import annotations

from specdsl.base.diagnostics import Label, Note, fault
from specdsl.base.limits import MAX_OVERRIDES
from specdsl.frontend.model import nodes as m
from specdsl.frontend.model.model_codes import OVERRIDE, UNKNOWN_NAME
from specdsl.frontend.model.names import Scope
from specdsl.frontend.model.rules import ResolvedRules, listed_values
from specdsl.frontend.syntax import tree as t


def resolve_overrides(scope: Scope, found: ResolvedRules) -> tuple[m.Override, ...]:
    """Return the pairs of rules that override each other; policies stand for their rules."""
    work = _OverrideResolver(scope, found)
    made: list[m.Override] = []
    for rule, tree in zip(found.rules, found.trees, strict=True):
        for name in listed_values(tree, "overrides"):
            if isinstance(name, t.Name):
                made += work.resolve_name(rule, name)
                if len(made) > MAX_OVERRIDES:
                    message = f"more than {MAX_OVERRIDES:,} pairs of rules override each other"
                    scope.faults.append(fault(OVERRIDE, message, name.span))
                    return ()
    return tuple(made)


class _OverrideResolver:
    def __init__(self, scope: Scope, found: ResolvedRules) -> None:
        self.scope = scope
        self.rules = {rule.name: rule for rule in found.rules}
        self.policies = {policy.name: policy for policy in found.policies}
        self.inside: dict[m.PolicyBlock, list[m.Rule]] = {policy: [] for policy in found.policies}
        for rule in found.rules:
            policy = rule.policy
            while policy is not None:
                self.inside[policy].append(rule)
                policy = policy.parent

    def resolve_name(self, rule: m.Rule, name: t.Name) -> list[m.Override]:
        if name.text in self.rules:
            return self.override_rule(rule, self.rules[name.text], name)
        if name.text in self.policies:
            return self.override_policy(rule, self.policies[name.text], name)
        if name.text in self.scope.trials:
            message = f"`{name.text}` is a trial rule: there is nothing to override yet"
            return self._add_fault(message, name)
        if ("rule", name.text) not in self.scope.places:
            hint = self.scope.did_you_mean_hint(name.text, [*self.rules, *self.policies])
            message = f"there is no rule or policy `{name.text}`{hint}"
            self.scope.faults.append(fault(UNKNOWN_NAME, message, name.span))
        return []

    def _add_fault(self, message: str, name: t.Name, *more: Label | Note) -> list[m.Override]:
        self.scope.faults.append(fault(OVERRIDE, message, name.span, "", *more))
        return []

    def override_rule(self, rule: m.Rule, target: m.Rule, name: t.Name) -> list[m.Override]:
        label = Label(target.name_span, f"at `{target.level.name}`")
        if target is rule:
            return self._add_fault(f"rule `{rule.name}` overrides itself", name)
        if target.level is not rule.level:
            how = "above" if target.level.rank < rule.level.rank else "below"
            message = (
                f"`{rule.name}` at `{rule.level.name}` cannot override `{target.name}` at "
                f"`{target.level.name}`, {how} it"
            )
            help_ = "a higher level holds against a lower one without `overrides`"
            return self._add_fault(message, name, label, Note("help", help_))
        if not _share_decision(rule, target):
            message = f"`{rule.name}` and `{target.name}` have no decision in common"
            return self._add_fault(message, name, label)
        return [m.Override(rule, target, name.span)]

    def override_policy(
        self, rule: m.Rule, policy: m.PolicyBlock, name: t.Name
    ) -> list[m.Override]:
        others = [r for r in self.inside[policy] if r is not rule]
        higher = [r for r in others if r.level.rank < rule.level.rank]
        if higher:
            message = (
                f"`{rule.name}` at `{rule.level.name}` cannot override policy `{name.text}`: its "
                f"rule `{higher[0].name}` stands higher, at `{higher[0].level.name}`"
            )
            return self._add_fault(message, name, Label(higher[0].name_span, "this one"))
        if policy in self.scope.no_rule:
            return []
        chosen = [r for r in others if r.level is rule.level and _share_decision(rule, r)]
        if not chosen:
            message = (
                f"policy `{name.text}` has no rule at `{rule.level.name}` that `{rule.name}` "
                "could override"
            )
            return self._add_fault(message, name, Label(policy.span, "this policy"))
        return [m.Override(rule, target, name.span) for target in chosen]


def _share_decision(one: m.Rule, two: m.Rule) -> bool:
    """Return whether both have an effect on the same decision."""
    return any(a.decision is b.decision for a in one.effects for b in two.effects)
