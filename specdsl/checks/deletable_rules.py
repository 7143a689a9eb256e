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
    try:
        if not ranks:
            return not Removals.of(session).drops_dependency(rule, decisions)
        return session.memo(_RankAnswers).is_unneeded(rule, decisions)
    except Undetermined:
        return None


class _RankAnswers:
    """Answers about the first rules of a session over which the ranks of others lead."""

    def __init__(self, session: CheckSession) -> None:
        self._removals = Removals.of(session)
        self._left = MAX_DELETIONS

    def is_unneeded(self, rule: Rule, decisions: Sequence[DecisionModel]) -> bool:
        """Return whether no decision changes without the rule. Raises `Undetermined`."""
        if not self._left:
            raise Undetermined
        self._left -= 1
        return not self._removals.is_relevant(rule, decisions)
