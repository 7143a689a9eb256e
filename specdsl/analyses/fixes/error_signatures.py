"""Signatures of errors: code and fields, without a situation. They suffice to compare a spec with
an edit of it, which is quicker than a check.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specdsl.base.diagnostics import Code, Diagnostic, Severity
from specdsl.checks import (
    Component,
    contradiction,
    dead_rule,
    failing_example,
    refuted_assertion,
    unreachable_rule,
)
from specdsl.checks.check_support import require_answer
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.reasoning.prover import Undetermined
from specdsl.semantics.circuit import Circuit
from specdsl.verification.check_session import CheckSession, Replay
from specdsl.verification.conflicts.minimal_conflicts import possible_conflicts
from specdsl.verification.reachability import reachability, rule_applies

SIGNATURE_CODES = frozenset(
    code
    for check in (
        contradiction.CHECK,
        dead_rule.CHECK,
        unreachable_rule.CHECK,
        failing_example.CHECK,
    )
    for code in (check.code, *check.further_codes)
) | {refuted_assertion.CODE}
"""The codes of the errors that are found here."""


def find_errors(
    circuit: Circuit, decisions: tuple[DecisionModel, ...], replay: Replay
) -> Iterator[Diagnostic]:
    """Yield the errors of these decisions and of all examples and assertions, and contradictions
    that `on conflict` settles. The assumptions must be consistent. Raises `Undetermined`.
    """
    session = CheckSession(
        circuit,
        replay,
        replay,
        component=Component(decisions, (), circuit.spec, circuit.ranks.levels),
    )
    for decision in decisions:
        yield from _find_contradictions(session, decision)
    some = frozenset(decisions)
    for rule in circuit.spec.rules:
        if any(effect.decision in some for effect in rule.effects):
            yield from _find_unreachable(session, rule)
    for example in failing_example.failing_examples(session):
        yield _signature(failing_example.CODE, title=example.title)
    for assertion in circuit.spec.assertions:
        if refuted_assertion.is_refuted(session, assertion):
            yield _signature(refuted_assertion.CODE, title=assertion.title)


def _signature(code: Code, severity: Severity = Severity.ERROR, **fields: Any) -> Diagnostic:
    return Diagnostic(code, "", (), severity=severity, fields=fields)


def _find_contradictions(session: CheckSession, decision: DecisionModel) -> Iterator[Diagnostic]:
    clashes = possible_conflicts(session, decision)
    if clashes is None:
        return
    sets, every = clashes.enumerate_conflicts()
    if not every:
        raise Undetermined
    for rules in sets:
        severity, names = clashes.severity(rules), sorted(rule.name for rule in rules)
        yield _signature(contradiction.CODE, severity, decision=decision.name, rules=names)


def _find_unreachable(session: CheckSession, rule: Rule) -> Iterator[Diagnostic]:
    """Yield that the rule never applies, or which of its effects never stand."""
    applies = require_answer(rule_applies(session, rule))
    if not applies:
        yield _signature(dead_rule.CODE, rules=[rule.name])
        return
    decisions = [effect.decision for effect in rule.effects]
    never = [
        one for one in decisions if not require_answer(reachability(session, one).stands[rule])
    ]
    if len(never) == len(decisions):
        yield _signature(unreachable_rule.CODE, rules=[rule.name])
    else:
        for one in never:
            yield _signature(unreachable_rule.EFFECT, rules=[rule.name], decision=one.name)
