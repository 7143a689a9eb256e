"""Hard rules that win in no example."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.checks.context import Check, Context, Findings
from specdsl.coverage.winners import find_winners
from specdsl.diagnostics import Diagnostic
from specdsl.guidance.hint import hint, own
from specdsl.hints import EXERCISED
from specdsl.model.nodes import Decision, Level, Rule, Spec


def run(context: Context) -> Findings:
    spec = context.spec
    hard = [rule for rule in spec.rules if own(spec, rule.span) and is_hard(spec, rule)]
    if not hard:
        return Findings()
    seen = find_winners(context)
    missing = [rule for rule in hard if rule.name not in seen.by_rule]
    if missing and seen.partial:
        return Findings(unproved=", ".join(f'example "{title}"' for title in seen.partial))
    return Findings(tuple(map(_diagnostic, missing)))


def is_hard(spec: Spec, rule: Rule) -> bool:
    """It restricts a decision on which nobody can say otherwise at its level or above."""
    return any(
        all(level.rank > rule.level.rank for level in _spoken(spec, effect.decision))
        for effect in rule.effects
        if not effect.permits
    )


def _spoken(spec: Spec, decision: Decision) -> Iterator[Level]:
    """The levels of those whose instructions on the decision count, lent ones too."""
    heard = spec.principals if decision.steered is None else decision.steered
    yield from (one.level for one in heard if one.level is not None)
    for lent in spec.delegates:
        if lent.principal in heard and decision in lent.decisions:
            yield lent.level


def _diagnostic(rule: Rule) -> Diagnostic:
    message = f"rule `{rule.name}` can be lifted by nobody, and wins in no example"
    help_ = f"write an example that it decides: `expect … because {rule.name}`"
    return hint(EXERCISED, message, rule.name_span, help_, rules=[rule.name])


CHECK = Check(EXERCISED, run)
