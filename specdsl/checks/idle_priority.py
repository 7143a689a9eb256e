"""A pair of values in a `priority` that orders nothing.

No decision would change without this pair: other pairs imply it, or no two rules of one level that
serve the two values ever ask for different things in one situation.

Why: the pair suggests a conflict of values that the spec does not have, or repeats an order.

Example:

    priority safety > honesty > privacy
    priority safety > privacy

Instead: delete the pair.

    priority safety > honesty > privacy

If it is written for rules to come, allow it with a reason:

    # specdsl: allow(idle-priority) because the rules for privacy come next month
    priority safety > honesty > privacy
"""

from __future__ import annotations

from specdsl.base.code_names import IDLE_PRIORITY
from specdsl.base.diagnostics import Code, Diagnostic, Label, Note, Severity
from specdsl.checks.check_support import own_parts, run_per_part
from specdsl.frontend.model.nodes import Priority
from specdsl.verification.check_session import Check, CheckSession, Findings
from specdsl.verification.relevance.removal import Removals

CODE = Code(*IDLE_PRIORITY, Severity.WARNING, __doc__ or "")


def find_idle_priorities(session: CheckSession) -> Findings:
    pairs = own_parts(session.spec.priorities)
    return run_per_part(
        session, pairs, _find_idle, lambda pair: f"{pair.higher.name} > {pair.lower.name}"
    )


CHECK = Check(CODE, find_idle_priorities)


def _find_idle(session: CheckSession, pair: Priority) -> list[Diagnostic]:
    ranked = Removals.of(session).counterfactual_ranks.drop_priority(pair)
    if Removals.of(session).ranks_are_relevant(ranked):
        return []
    return [_build_finding(pair, _explain_idleness(session, pair, bool(ranked)))]


def _explain_idleness(session: CheckSession, pair: Priority, orders: bool) -> str:
    if orders:
        return "the rules that it orders never conflict where it would matter"
    way = Removals.of(session).counterfactual_ranks.path_without(pair)
    if way:
        steps = " > ".join(f"`{value.name}`" for value in way)
        return f"follows from {steps}"
    return "no two rules of one level that bear on one decision are ordered by it"


def _build_finding(pair: Priority, why: str) -> Diagnostic:
    names = [pair.higher.name, pair.lower.name]
    return Diagnostic(
        CODE,
        f"`{' > '.join(names)}` changes nothing",
        (Label(pair.span, "no decision changes without it", primary=True),),
        (Note("note", why), Note("help", "take the pair out")),
        severity=CODE.severity,
        fields={"priority": names},
    )
