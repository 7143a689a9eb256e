"""An `overrides` that changes nothing.

No decision would change without it, under the order that `priority` then gives the two rules: they
never apply together, they ask for the same, or the one outranks the other anyway.

Why: the exception suggests a conflict between the two rules that does not exist.

Example:

    rule late at developer
      when days > 30
      then refund is decline

    rule very_new at developer
      when days < 3
      then refund is pay
      overrides late

Instead: take the name out, or correct the condition of the exception.

    rule late at developer
      when days > 30
      then refund is decline

    rule loyal at developer
      when is_regular
      then refund is pay
      overrides late

Limits: an `overrides` that names a policy is judged as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.base.code_names import IDLE_OVERRIDE
from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Severity, join_names
from specdsl.base.quick_dataclass import dataclass
from specdsl.base.source import Span
from specdsl.checks.check_support import own_parts, run_per_part
from specdsl.frontend.model.nodes import Override, Rule, SpecModel
from specdsl.verification.check_session import Check, CheckSession, Findings
from specdsl.verification.relevance.removal import Removals

CODE = Code(*IDLE_OVERRIDE, Severity.WARNING, __doc__ or "")


@dataclass(frozen=True, slots=True)
class OverrideName:
    """A name after `overrides`, and the overrides that it stands for: several for a policy."""

    rule: Rule
    span: Span
    overrides: tuple[Override, ...]


def find_idle_overrides(session: CheckSession) -> Findings:
    return run_per_part(
        session, own_parts(_override_names(session.spec)), _find_idle, lambda named: named.rule.name
    )


CHECK = Check(CODE, find_idle_overrides)


def _override_names(spec: SpecModel) -> Sequence[OverrideName]:
    found: dict[tuple[str, int], list[Override]] = {}
    for override in spec.overrides:
        place = (override.span.source.name, override.span.start)
        found.setdefault(place, []).append(override)
    return [OverrideName(many[0].rule, many[0].span, tuple(many)) for many in found.values()]


def _find_idle(session: CheckSession, named: OverrideName) -> list[Diagnostic]:
    ranked = Removals.of(session).counterfactual_ranks.drop_overrides(named.overrides)
    if ranked is None or Removals.of(session).ranks_are_relevant(ranked):
        return []
    return [_build_finding(named, bool(ranked))]


def _build_finding(named: OverrideName, orders: bool) -> Diagnostic:
    targets = [override.target for override in named.overrides]
    message = f"`overrides {named.span.text}` of rule `{named.rule.name}` changes nothing"
    labels = [Label(named.span, "no decision changes without it", primary=True)]
    labels += [Label(target.name_span, "overridden to no effect") for target in targets[:3]]
    return Diagnostic(
        CODE,
        message,
        tuple(labels),
        (
            Note("note", _explain_idleness(named.rule, targets, orders)),
            Note("help", "take the name out"),
        ),
        severity=CODE.severity,
        fields={"rules": [named.rule.name, *(target.name for target in targets)]},
    )


def _explain_idleness(rule: Rule, targets: Sequence[Rule], orders: bool) -> str:
    names = join_names(target.name for target in targets)
    if orders:
        return f"`{rule.name}` and {names} never conflict where it would matter"
    return f"`{rule.name}` ranks above {names} without it"
