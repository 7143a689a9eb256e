"""Whether a rule that never takes effect could be deleted: others may rank by it, or wait for what
its condition reads."""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.frontend.model.nodes import Decision, Rule
from specdsl.frontend.model.traversal import decisions_read
from specdsl.reasoning.prover import Unsettled
from specdsl.verification.check_session import CheckSession
from specdsl.verification.relevance.removal import Removals

NEEDED = "something is decided otherwise without it: others rank by it, or wait for what it reads"


def could_go(session: CheckSession, rule: Rule, decisions: Sequence[Decision]) -> bool:
    """Nothing is decided otherwise without it; what cannot be settled counts as otherwise."""
    ranks = any(
        Removals.of(session).ranking.may_change_ranks(rule, decision) for decision in decisions
    )
    if not ranks and not decisions_read(*rule.whens, *rule.unlesses):
        return True
    try:
        return not Removals.of(session).changes(rule, decisions)
    except Unsettled:
        return False
