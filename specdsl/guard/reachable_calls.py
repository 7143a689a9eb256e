"""Tools that can never be used: for no arguments and no instruction would a call go through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any

from specdsl.base.limits import MAX_REACHABLE_KEPT
from specdsl.guard.call_facts import known_facts
from specdsl.guard.call_verdict import action_of
from specdsl.guard.enforcement import Guard
from specdsl.guard.policy_outline import current_policy, unwrap_policy


class ReachableCalls:
    """Answers whether a call of a tool could go through, with what a session knows. Answers are
    kept for each version of the policy.
    """

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self._policy: Any = None
        self._answers: dict[object, bool] = {}
        self._lock = Lock()  # The graph of a policy is searched by one thread at a time.

    def may_go_through(self, tool: str, context: Mapping[str, Any]) -> bool:
        """Tell whether some call of the tool is allowed, or put to a person. It is not if that is
        proved, or if the facts are bad input; a policy without a circuit proves nothing.
        """
        with self._lock:
            policy = current_policy(self.guard.policy)
            if policy is not self._policy or len(self._answers) > MAX_REACHABLE_KEPT:
                self._policy, self._answers = policy, {}
            fixed = self.guard.context if isinstance(self.guard.context, Mapping) else {}
            known = {**fixed, **context}
            key = tool, repr(sorted(known.items()))
            if key not in self._answers:
                self._answers[key] = self._is_reachable(policy, tool, known)
            return self._answers[key]

    def _is_reachable(self, policy: Any, tool: str, context: Mapping[str, Any]) -> bool:
        from specdsl.analyses.steering.reachable_outcomes import reachable_outcomes
        from specdsl.api import Policy, read_facts
        from specdsl.runtime.results import BadInput

        found = unwrap_policy(policy)
        if not isinstance(found, Policy):
            return True
        facts = known_facts(self.guard.outline, tool, context, self.guard.tools)
        try:
            known = read_facts(found.circuit, facts)
        except BadInput:
            return False
        decision = next(one for one in found.model.decisions if one.name == self.guard.decision)
        outcomes = reachable_outcomes(found.circuit, decision, known)
        return _lets_through(self.guard.outcomes, outcomes)


def _lets_through(actions: Mapping[str, str], outcomes: Iterable[str]) -> bool:
    return any(action_of(actions, outcome) != "deny" for outcome in outcomes)
