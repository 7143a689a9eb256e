"""Fit of a guard and its policy: it has the decision, and each outcome has an action."""

from __future__ import annotations

from collections.abc import Mapping

from specdsl.guard.call_verdict import ACTIONS
from specdsl.guard.policy_outline import PolicyOutline
from specdsl.runtime.results import join_names


def require_fit(
    outline: PolicyOutline, decision: str, outcomes: Mapping[str, str], given: bool
) -> None:
    """Raise `ValueError` with everything in which the guard does not fit its policy."""
    wrong = [f"`{one}` is no action: {join_names(ACTIONS)} are" for one in outcomes.values()
             if one not in ACTIONS]  # fmt: skip
    own = outline.decisions.get(decision)
    if own is None:
        known = join_names(f"`{name}`" for name in outline.decisions)
        wrong.append(f"the policy has no decision `{decision}`; it has {known}")
    else:
        wrong += [f"outcome `{one}` of `{decision}` has no action" for one in own
                  if one not in outcomes]  # fmt: skip
        wrong += [f"`{decision}` has no outcome `{one}`" for one in outcomes
                  if given and one not in own]  # fmt: skip
    if wrong:
        raise ValueError("; ".join(wrong))
