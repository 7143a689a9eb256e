"""Entries of trial rules in a record: what each would have decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from specdsl.runtime.results import Contradiction, Decision, DecisionTrace


class DecidingPolicy(Protocol):
    """A policy that decides."""

    def decide(self, facts: Mapping[str, Any], says: Iterable[Any] = ()) -> Decision: ...


def trial_entry(
    name: str,
    policy: DecidingPolicy,
    decision: Decision,
    facts: Mapping[str, Any],
    says: Sequence[Any],
) -> dict[str, Any]:
    """Return the entry of a trial rule: what the policy in which it counts decides, beside the
    decision that was made.
    """
    try:
        traces = policy.decide(facts, says).traces
    except Contradiction as problem:
        traces = problem.traces
    made = {one.name: _shown_parts(one) for one in decision.traces}
    return {
        "rule": name,
        "applies": any(_applies_in(one, name) for one in traces),
        "changes": [one.name for one in traces if _shown_parts(one) != made[one.name]],
        "result": {one.name: one.outcome for one in traces},
    }


def _applies_in(taken: DecisionTrace, name: str) -> bool:
    return any(part.name == name and not part.instruction for part in taken.parts)


def _shown_parts(taken: DecisionTrace) -> tuple[object, ...]:
    return taken.outcome, taken.decided, taken.conflicted
