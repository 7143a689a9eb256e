"""The errors of some decisions by what they are about, without a situation that shows them.

Of a mend it only counts which errors there are: nobody reads those of a spec that is tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specdsl.base.diagnostics import Code, Diagnostic, Severity
from specdsl.checks import Component
from specdsl.checks import contradiction as contradictions
from specdsl.checks import dead_rule as dead
from specdsl.checks import failing_example as examples
from specdsl.checks import refuted_assertion as assertions
from specdsl.checks import unreachable_rule as unreachable
from specdsl.frontend.model.nodes import Decision, Rule
from specdsl.reasoning.prover import Unsettled
from specdsl.reasoning.sat.engine import Answer
from specdsl.semantics.circuit import Circuit
from specdsl.verification.check_session import CheckSession, Replay
from specdsl.verification.conflicts.minimal_conflicts import Clashes
from specdsl.verification.reachability import reachability, rule_applies

CODES = frozenset(
    code
    for check in (contradictions.CHECK, dead.CHECK, unreachable.CHECK, examples.CHECK)
    for code in (check.code, *check.further_codes)
) | {assertions.CODE}
"""The codes of what is looked for."""


def errors(
    circuit: Circuit, decisions: tuple[Decision, ...], replay: Replay
) -> Iterator[Diagnostic]:
    """Those of these decisions, and all examples and assertions of the spec that fail; clashes that
    `on conflict` settles too. No assumption may be inconsistent. Raises `Unsettled`."""
    session = CheckSession(circuit, replay, replay, component=Component(decisions, circuit.spec))
    for decision in decisions:
        yield from _contradictions(session, decision)
    some = frozenset(decisions)
    for rule in circuit.spec.rules:
        if any(effect.decision in some for effect in rule.effects):
            yield from _unreachable(session, rule)
    for example in examples.failing(session):
        yield _found(examples.CODE, title=example.title)
    for assertion in circuit.spec.assertions:
        if assertions.refuted(session, assertion):
            yield _found(assertions.CODE, title=assertion.title)


def _found(code: Code, severity: Severity = Severity.ERROR, **fields: Any) -> Diagnostic:
    return Diagnostic(code, "", (), severity=severity, fields=fields)


def _contradictions(session: CheckSession, decision: Decision) -> Iterator[Diagnostic]:
    clashes = Clashes(session, decision)
    sets, every = clashes.sets()
    if not every:
        raise Unsettled
    for rules in sets:
        severity, names = clashes.severity(rules), sorted(rule.name for rule in rules)
        yield _found(contradictions.CODE, severity, decision=decision.name, rules=names)


def _unreachable(session: CheckSession, rule: Rule) -> Iterator[Diagnostic]:
    """That it never applies, or that effects of it never stand."""
    applies = _settled(rule_applies(session, rule))
    if not applies:
        yield _found(dead.CODE, rules=[rule.name])
        return
    decisions = [effect.decision for effect in rule.effects]
    never = [one for one in decisions if not _settled(reachability(session, one).stands[rule])]
    if len(never) == len(decisions):
        yield _found(unreachable.CODE, rules=[rule.name])
    else:
        for one in never:
            yield _found(unreachable.EFFECT, rules=[rule.name], decision=one.name)


def _settled(answer: Answer) -> bool:
    if answer is Answer.UNSETTLED:
        raise Unsettled
    return answer is Answer.YES
