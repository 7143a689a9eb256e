"""Deletable rules: a rule without effect may still be needed, since priorities between other rules
may lead over it, or a decision may wait for what its condition reads.
"""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.base.limits import MAX_DELETIONS
from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.frontend.model.traversal import decisions_read
from specdsl.reasoning.prover import Undetermined
from specdsl.verification.check_session import CheckSession
from specdsl.verification.relevance.removal import Removals

STILL_NEEDED = "some decision changes without it: others rank by it, or wait for what it reads"


def is_deletable(
    session: CheckSession, rule: Rule, decisions: Sequence[DecisionModel]
) -> bool | None:
    """Return whether no decision changes without it; None if that is not settled."""
    ranks = any(
        Removals.of(session).counterfactual_ranks.may_change_ranks(rule, decision)
        for decision in decisions
    )
    if not ranks and not decisions_read(*rule.whens, *rule.unlesses):
        return True
    return session.memo(_DeletionAnswers).answer(rule, decisions)


class _DeletionAnswers:
    """Answers whether rules without effect are needed, for the first ones of a session."""

    def __init__(self, session: CheckSession) -> None:
        self._removals = Removals.of(session)
        self._left = MAX_DELETIONS

    def answer(self, rule: Rule, decisions: Sequence[DecisionModel]) -> bool | None:
        """Return whether no decision changes without the rule; None if that is not settled."""
        self._left -= 1
        try:
            return None if self._left < 0 else not self._removals.is_relevant(rule, decisions)
        except Undetermined:
            return None
