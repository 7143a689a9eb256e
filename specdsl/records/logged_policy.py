"""Logged policy: a decision function whose every call is a line of a decision log."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Protocol

from specdsl.facts.fact_lookup import LookedUpDecision, repeatable_instructions
from specdsl.records.decision_span import DecisionTracer
from specdsl.records.record_sink import RecordSink
from specdsl.records.record_writer import RecordWriter
from specdsl.records.recorded_call import RecordedCall, RecordedDecision
from specdsl.records.trial_entry import DecidingPolicy
from specdsl.runtime.results import Decision

NOTHING: Mapping[str, Any] = {}
Lookups = Mapping[str, Callable[[], Any]]


class LookingUpPolicy(DecidingPolicy, Protocol):
    """A policy that decides, also with look-ups of facts."""

    def decide_with(
        self,
        lookups: Lookups,
        known: Mapping[str, Any],
        says: Iterable[Any],
        decisions: Collection[str] | None,
    ) -> LookedUpDecision: ...

    async def decide_with_async(
        self,
        lookups: Lookups,
        known: Mapping[str, Any],
        says: Iterable[Any],
        decisions: Collection[str] | None,
    ) -> LookedUpDecision: ...


class LoggedPolicy:
    """Decides as the policy does, and logs every call, failed ones too.

    The line is rendered and written by the thread of the sink; the caller waits for neither. Any
    number of threads may share it. In its methods, `custom` tells more about the call, as JSON can
    represent it, for the field of that name.
    """

    def __init__(
        self, policy: LookingUpPolicy, writer: RecordWriter, tracer: DecisionTracer | None = None
    ) -> None:
        self.policy, self._writer, self._tracer = policy, writer, tracer

    @property
    def sink(self) -> RecordSink:
        return self._writer.sink

    def decide(
        self,
        facts: Mapping[str, Any],
        says: Iterable[Any] = (),
        *,
        custom: Mapping[str, Any] = NOTHING,
        trace_id: str | None = None,
    ) -> Decision:
        """Return the decision, or raise what the policy raises."""
        return self.decide_and_record(facts, says, custom=custom, trace_id=trace_id).decision

    def decide_and_record(
        self,
        facts: Mapping[str, Any],
        says: Iterable[Any] = (),
        *,
        custom: Mapping[str, Any] = NOTHING,
        trace_id: str | None = None,
    ) -> RecordedDecision:
        """Return the decision with a receipt, which tells when the line is safe."""
        with RecordedCall(self._writer, self._tracer, (facts, says), custom, trace_id) as call:
            return call.record(self.policy.decide(facts, says))

    def decide_with(
        self,
        lookups: Lookups,
        known: Mapping[str, Any] = NOTHING,
        says: Iterable[Any] = (),
        decisions: Collection[str] | None = None,
        *,
        custom: Mapping[str, Any] = NOTHING,
        trace_id: str | None = None,
    ) -> LookedUpDecision:
        """Return the decision with facts that are looked up, as the policy does."""
        situation = known, repeatable_instructions(says)
        with RecordedCall(self._writer, self._tracer, situation, custom, trace_id) as call:
            found = self.policy.decide_with(lookups, *situation, decisions)
            return call.record_looked_up(found)

    async def decide_with_async(
        self,
        lookups: Lookups,
        known: Mapping[str, Any] = NOTHING,
        says: Iterable[Any] = (),
        decisions: Collection[str] | None = None,
        *,
        custom: Mapping[str, Any] = NOTHING,
        trace_id: str | None = None,
    ) -> LookedUpDecision:
        """Do the same as `decide_with`, with functions that may be asynchronous."""
        situation = known, repeatable_instructions(says)
        with RecordedCall(self._writer, self._tracer, situation, custom, trace_id) as call:
            found = await self.policy.decide_with_async(lookups, *situation, decisions)
            return call.record_looked_up(found)

    def flush(self, seconds: float | None = None) -> bool:
        """Wait until all lines accepted so far are safe; returns whether they are."""
        return self.sink.flush(seconds)

    def __repr__(self) -> str:
        return f"<LoggedPolicy of {self.policy!r}>"
