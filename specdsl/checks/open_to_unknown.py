"""A restriction of the highest authority that does not apply if a fact is unknown.

A rule applies if its condition is known to be true. This rule is at the first level of `authority`,
and its `when`, or that of a policy around it, can be unknown; then it restricts nothing.

Why: rules at the highest level say what must never happen. Such a rule should usually hold in
doubt, too.

Example:

    fact is_minor: bool?

    rule protect_minors at root
      when is_minor
      then reply is not full

Instead: write `possibly`, if the rule should hold in doubt.

    fact is_minor: bool?

    rule protect_minors at root
      when possibly is_minor
      then reply is not full
"""

from __future__ import annotations

from specdsl.base.code_names import OPEN_TO_UNKNOWN
from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.checks.check_support import own_parts, run_per_part, situation_fields, situation_notes
from specdsl.frontend.model.nodes import Rule
from specdsl.frontend.model.traversal import decisions_read
from specdsl.semantics.aig import FALSE
from specdsl.situations.situation import Situation
from specdsl.verification.check_session import Check, CheckSession, Findings

CODE = Code(*OPEN_TO_UNKNOWN, Severity.NOTE, __doc__ or "")


def find_open_rules(session: CheckSession) -> Findings:
    return run_per_part(session, own_parts(session.rules), _find_open, lambda rule: rule.name)


CHECK = Check(CODE, find_open_rules, per_component=True)


def _find_open(session: CheckSession, rule: Rule) -> list[Diagnostic]:
    first = rule.level is session.spec.levels[0]
    if not first or all(effect.permits for effect in rule.effects):
        return []
    read = decisions_read(*rule.whens)
    graph, world = session.circuit.graph, session.world
    circuit = session.circuit.rules[rule]
    whens = graph.all_of(c.holds for c in circuit.clauses if c.keyword == "when")
    unknown = graph.all_of((world.literal(circuit.possible), world.literal(whens) ^ 1))
    if unknown == FALSE:
        return []
    claim = graph.all_of((unknown, world.all_taken(read)))
    situation = session.situation(claim, tuple(read), any_=session.notes_are_brief)
    if situation is None:
        return []
    session.replay(situation.to_replay())  # Raises if it is not a situation.
    return [_build_finding(session, rule, situation)]


def _build_finding(session: CheckSession, rule: Rule, situation: Situation) -> Diagnostic:
    return Diagnostic(
        CODE,
        f"rule `{rule.name}` does nothing where its condition is unknown",
        (Label(rule.name_span, "stands at the highest level", primary=True),),
        situation_notes(
            session,
            situation,
            Note("help", "write `possibly …` where it should hold in doubt too"),
        ),
        severity=CODE.severity,
        fields={
            "rules": [rule.name],
            **situation_fields(situation),
        },
    )
