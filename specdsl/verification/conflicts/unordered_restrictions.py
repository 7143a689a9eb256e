"""Unordered restrictions of a decision: without them its ranks allow no conflict.

If at each level every two restrictions are ordered, each one that stands leaves part of what those
above it leave. So an outcome is left in every situation, whatever the conditions and instructions.
"""

from __future__ import annotations

from functools import partial

from specdsl.frontend.model.nodes import DecisionModel
from specdsl.frontend.ranking.ranks import RankedLevel
from specdsl.verification.check_session import CheckSession


def ranks_allow_conflicts(session: CheckSession, decision: DecisionModel) -> bool:
    """Return whether two restrictions on the decision are unordered at one level; if only Z3 shall
    answer, nothing is inferred from that."""
    levels = session.rule_classes(decision).levels
    return session.limits.z3_only or any(map(partial(_some_are_unordered, decision), levels))


def _some_are_unordered(decision: DecisionModel, ranked: RankedLevel) -> bool:
    earlier = 0  # The restrictions before this one, as bits.
    for place, (rule, above) in enumerate(zip(ranked.rules, ranked.above, strict=True)):
        if not rule.effect_on(decision).permits:
            if earlier & ~above:
                return True
            earlier |= 1 << place
    return False
