"""A rule that never applies.

No situation makes its conditions true: they exclude each other, or an assumption, the range of a
fact, or a decision that never has the required outcome excludes them. The finding names a minimal
set of such reasons.

Why: the rule reads as if it protected something, and never does anything.

Example:

    fact refund_amount: int 0..1000

    rule big_refunds at developer
      when refund_amount > 5000
      then refund is not pay

Instead: correct the condition, or delete the rule.

    fact refund_amount: int 0..1000

    rule big_refunds at developer
      when refund_amount > 500
      then refund is not pay
"""

from __future__ import annotations

from collections.abc import Iterator

from specdsl.base.code_names import DEAD_RULE
from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.checks.check_support import require_answer, run_per_part
from specdsl.checks.deletable_rules import STILL_NEEDED, is_deletable
from specdsl.frontend.model.nodes import Fact, Rule
from specdsl.frontend.model.traversal import decisions_read
from specdsl.reasoning.prover import Prover, Undetermined
from specdsl.semantics.aig import Literal
from specdsl.verification.check_session import Check, CheckSession, Findings
from specdsl.verification.reachability import rule_applies

CODE = Code(*DEAD_RULE, Severity.ERROR, __doc__ or "")


def find_dead_rules(session: CheckSession) -> Findings:
    return run_per_part(session, session.rules, _find_dead, lambda rule: rule.name)


CHECK = Check(CODE, find_dead_rules, per_component=True)


_HELP = {
    True: "correct its condition, or delete it",
    False: f"correct its condition; {STILL_NEEDED}",
    None: "correct its condition",
}
"""What to do, by whether the rule can be deleted."""


def _find_dead(session: CheckSession, rule: Rule) -> Iterator[Diagnostic]:
    if not require_answer(rule_applies(session, rule)):
        yield _build_finding(session, rule)


def _all_read_taken(session: CheckSession, rule: Rule) -> Literal:
    """Return the literal that all decisions which its conditions read are taken."""
    return session.world.all_taken(decisions_read(*rule.whens, *rule.unlesses))


def _build_finding(session: CheckSession, rule: Rule) -> Diagnostic:
    clauses = session.circuit.rules[rule].clauses
    assumes = list(session.spec.assumes)
    soft = [session.world.literal(clause.holds) for clause in clauses]
    soft += [session.world.literal(session.circuit.assumes[a]) for a in assumes]
    labels = [Label(rule.name_span, "never applies", primary=True)]
    read = decisions_read(*rule.whens, *rule.unlesses)
    hard = [_all_read_taken(session, rule), session.preconditions(read)[1]]
    notes: list[Note] = []
    kept: list[int] = []
    ranges: list[Fact] = []
    try:
        prover = Prover(session.circuit.graph, [*soft, *hard], session.limits)
        # It may apply, but only if its decisions are not taken.
        if prover.is_satisfiable(*hard, *soft):
            names = " and ".join(f"`{effect.decision.name}`" for effect in rule.effects)
            why = f"where it would, {names} is not taken, since a decision that it reads fails"
            notes.append(Note("note", why))
        else:
            kept, ranges = prover.minimal_core(hard, soft)
    except Undetermined:
        kept, ranges = list(range(len(clauses))), []
    for i in kept:
        if i < len(clauses):
            clause = clauses[i]
            text = "is always true" if clause.keyword == "unless" else "cannot be true"
            together = len(kept) > 1 or bool(ranges)
            labels.append(Label(clause.expr.span, "not with the others" if together else text))
        else:
            labels.append(Label(assumes[i - len(clauses)].span, "this assumption excludes it"))
    labels += [Label(fact.type_span, f"the range of `{fact.name}` excludes it") for fact in ranges]
    if read:
        names = ", ".join(f"`{d.name}`" for d in sorted(read, key=lambda d: d.name))
        notes.append(Note("note", f"every outcome that {names} can have was considered"))
    goes = is_deletable(session, rule, [effect.decision for effect in rule.effects])
    notes.append(Note("help", _HELP[goes]))
    message = f"rule `{rule.name}` never applies"
    return Diagnostic(CODE, message, tuple(labels), tuple(notes), fields={"rules": [rule.name]})
