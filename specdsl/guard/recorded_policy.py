"""Policies of a server with a decision log: an answer leaves only when its line is safe."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from specdsl.base.limits import MAX_LOG_WAIT
from specdsl.guard.policy_outline import current_policy

if TYPE_CHECKING:
    from specdsl.records.logged_policy import LoggedPolicy
    from specdsl.records.record_sink import Receipt, RecordSink
    from specdsl.runtime.results import Decision

_receipts: ContextVar[list[Receipt] | None] = ContextVar("receipts", default=None)


class RecordedPolicy:
    """A policy that logs, and keeps the receipts of its lines for `collect_receipts`."""

    def __init__(self, policy: LoggedPolicy) -> None:
        self.policy = policy

    def decide(self, facts: Mapping[str, Any], says: Iterable[Any] = ()) -> Decision:
        """Return the decision; its receipt is kept by the one who collects them."""
        found = self.policy.decide_and_record(facts, says)
        kept = _receipts.get()
        if kept is not None:
            kept.append(found.receipt)
        return found.decision


class RecordedHolder:
    """A holder whose policies log to one sink."""

    def __init__(self, holder: Any, sink: RecordSink) -> None:
        self._holder, self._sink = holder, sink
        self._made: tuple[Any, RecordedPolicy] | None = None

    @property
    def policy(self) -> RecordedPolicy:
        """Return the policy as it is now, with the log."""
        policy, made = current_policy(self._holder), self._made
        if made is None or made[0] is not policy:
            made = self._made = policy, RecordedPolicy(policy.logged(self._sink))
        return made[1]

    @property
    def report(self) -> Any:
        return getattr(self._holder, "report", None)

    def refresh(self) -> bool:
        """Take the file's version if it passes the check; returns whether it is in use."""
        found: bool = self._holder.refresh()
        return found

    def decide(self, facts: Mapping[str, Any], says: Iterable[Any] = ()) -> Decision:
        """Return the decision of the version that is in use."""
        return self.policy.decide(facts, says)


@contextmanager
def collect_receipts() -> Iterator[list[Receipt]]:
    """Collect the receipts of all decisions within."""
    found: list[Receipt] = []
    token = _receipts.set(found)
    try:
        yield found
    finally:
        _receipts.reset(token)


async def are_safe(receipts: Iterable[Receipt]) -> bool:
    """Wait until all lines are safe; tell whether they are."""
    for receipt in receipts:
        if not receipt.accepted:
            return False
        waiting = asyncio.wrap_future(receipt.to_future())
        try:
            if not await asyncio.wait_for(waiting, MAX_LOG_WAIT):
                return False
        except TimeoutError:
            return False
    return True
