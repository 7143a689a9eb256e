"""Hard rules without an example in which they win or override an instruction."""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.analyses.coverage.example_situations import ExampleSituations
from specdsl.analyses.coverage.winners import situations_by_resolution
from specdsl.analyses.guidance.hint import build_hint, is_own
from specdsl.base.diagnostics import Diagnostic
from specdsl.checks.check_support import collect_per_part
from specdsl.checks.guidance_codes import EXERCISED
from specdsl.frontend.model.nodes import DecisionModel, Level, Rule, SpecModel
from specdsl.verification.check_session import Check, CheckSession, Findings


def find_unexercised_rules(session: CheckSession) -> Findings:
    spec = session.spec
    hard = [rule for rule in spec.rules if is_own(spec, rule.span) and is_hard(spec, rule)]
    if not hard:
        return Findings()
    decisive, unproved = collect_per_part(
        spec.examples,
        lambda one: _decisive_rules(session, ExampleSituations(session, one)),
        lambda one: f'example "{one.title}"',
    )
    names = frozenset(decisive)
    missing = [rule for rule in hard if rule.name not in names]
    if missing and unproved:
        return Findings(unproved=unproved)
    return Findings(tuple(map(_build_finding, missing)))


def _decisive_rules(session: CheckSession, situations: ExampleSituations) -> Iterator[str]:
    """Yield the names of rules that win, or override something, in a situation of an example."""
    for decision in session.spec.decisions:
        if decision in situations.judged_decisions:
            for situation in situations_by_resolution(session, situations, decision):
                taken = session.replay(situation.to_replay())[decision.name]
                yield from taken.because
                beaten = (part for part in taken.parts if part.status == "overridden")
                yield from (name for part in beaten for name in part.by)


def is_hard(spec: SpecModel, rule: Rule) -> bool:
    """Return whether it restricts a decision that nobody can steer at its level or above."""
    return any(
        all(level.rank > rule.level.rank for level in _heard_levels(spec, effect.decision))
        for effect in rule.effects
        if not effect.permits
    )


def _heard_levels(spec: SpecModel, decision: DecisionModel) -> Iterator[Level]:
    """Yield the levels, own and delegated, at which instructions about the decision count."""
    heard = spec.principals if decision.steered is None else decision.steered
    yield from (one.level for one in heard if one.level is not None)
    for lent in spec.delegates:
        if lent.principal in heard and decision in lent.decisions:
            yield lent.level


def _build_finding(rule: Rule) -> Diagnostic:
    message = f"rule `{rule.name}` can be lifted by nobody, and no example shows what it does"
    help_ = f"write an example that it decides: `expect … because {rule.name}`"
    return build_hint(EXERCISED, message, rule.name_span, help_, rules=[rule.name])


CHECK = Check(EXERCISED, find_unexercised_rules)
