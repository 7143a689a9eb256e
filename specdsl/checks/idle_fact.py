"""A fact that changes no decision.

Whatever its value, known or unknown, every decision has the same outcome: no condition reads the
fact, or the conditions that do never make a difference.

Why: callers must supply the fact although it has no effect.

Example:

    fact asker_mood: {calm, angry}
    fact refund_amount: int 0..

    rule big_refunds at developer
      when refund_amount > 500
      then refund is not pay

Instead: delete the fact with everything that names it, or write the rule for which it was declared.

    fact refund_amount: int 0..

    rule big_refunds at developer
      when refund_amount > 500
      then refund is not pay

Limits: only facts of the main file are checked, since a file that is used by several specs may
declare facts for the others.
"""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.base.code_names import IDLE_FACT
from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.base.source import Span
from specdsl.checks.check_support import labels_at, own_parts, run_per_part
from specdsl.frontend.model.nodes import Assume, CannotChange, Expr, Fact, Holds, SpecModel
from specdsl.frontend.model.traversal import facts_named, facts_read
from specdsl.verification.check_session import Check, CheckSession, Findings
from specdsl.verification.relevance.fact_changes import FactChanges

CODE = Code(*IDLE_FACT, Severity.WARNING, __doc__ or "")


def find_idle_facts(session: CheckSession) -> Findings:
    spec = session.spec
    own = [f for f in spec.facts if f.span.source is spec.sources[-1]] if spec.decisions else []
    return run_per_part(session, own_parts(own), _find_idle, lambda fact: fact.name)


CHECK = Check(CODE, find_idle_facts)


def _find_idle(session: CheckSession, fact: Fact) -> list[Diagnostic]:
    if fact in FactChanges.of(session).facts and FactChanges.of(session).is_relevant(fact):
        return []
    return [_build_finding(session.spec, fact)]


def _build_finding(spec: SpecModel, fact: Fact) -> Diagnostic:
    conditions = [expr for expr in _all_conditions(spec) if fact in facts_named(expr)]
    others = list(dict.fromkeys(_other_mentions(spec, fact)))
    read = bool(conditions) or any(_relates_facts(assume, fact) for assume in spec.assumes)
    why = "the conditions that read it never make a difference"
    instead = "or write the rule that it is for"
    return Diagnostic(
        CODE,
        f"fact `{fact.name}` changes nothing, whatever it is",
        (
            Label(fact.span, why if conditions else "no condition reads it", primary=True),
            *(labels_at(others) if not read else ()),
        ),
        (Note("help", f"{_deletion_text(read, bool(others))}, {instead}"),),
        severity=CODE.severity,
        fields={"fact": fact.name},
    )


def _deletion_text(read: bool, named: bool) -> str:
    if read:
        return "correct what reads it, or remove it there and delete it"
    return "delete it and what names it" if named else "delete it"


def _all_conditions(spec: SpecModel) -> Iterator[Expr]:
    """Yield the conditions of rules and delegations, and the definitions they may use."""
    for rule in spec.rules:
        yield from (*rule.whens, *rule.unlesses)
    yield from (delegate.when for delegate in spec.delegates if delegate.when is not None)
    yield from (define.expr for define in spec.defines)


def _other_mentions(spec: SpecModel, fact: Fact) -> Iterator[Span]:
    """Yield the places of assumptions, assertions and given facts that mention it."""
    yield from (one.span for one in spec.assumes if fact in facts_named(one.expr))
    for example in spec.examples:
        yield from (given.span for given in example.given if given.fact is fact)
    for one in spec.assertions:
        about = [one.when, one.claim.expr if isinstance(one.claim, Holds) else None]
        read = any(fact in facts_named(expr) for expr in about if expr is not None)
        subject = isinstance(one.claim, CannotChange) and one.claim.subject is fact
        if read or subject:
            yield one.span


def _relates_facts(assume: Assume, fact: Fact) -> bool:
    """Return whether the assumption relates it to other facts."""
    read = set(facts_read(assume.expr))
    return fact in read and len(read) > 1
