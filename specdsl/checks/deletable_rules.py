"""Deletable rules: a rule without effect may still be needed, since priorities between other rules
may lead over it, or a decision may wait for what its condition reads.
"""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.frontend.model.nodes import DecisionModel, Rule
from specdsl.frontend.model.traversal import decisions_read
from specdsl.reasoning.prover import Undetermined
from specdsl.verification.check_session import CheckSession
from specdsl.verification.relevance.removal import Removals

STILL_NEEDED = "some decision changes without it: others rank by it, or wait for what it reads"


def is_deletable(session: CheckSession, rule: Rule, decisions: Sequence[DecisionModel]) -> bool:
    """Return whether no decision changes without it; False if that cannot be settled."""
    ranks = any(
        Removals.of(session).counterfactual_ranks.may_change_ranks(rule, decision)
        for decision in decisions
    )
    if not ranks and not decisions_read(*rule.whens, *rule.unlesses):
        return True
    try:
        return not Removals.of(session).is_relevant(rule, decisions)
    except Undetermined:
        return False
