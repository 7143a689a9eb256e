"""Record of one call while it is made."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any
from uuid import uuid4

from specdsl.base.quick_dataclass import dataclass
from specdsl.facts.fact_lookup import LookedUpDecision
from specdsl.records.decision_record import CallData
from specdsl.records.decision_span import DecisionSpan, DecisionTracer
from specdsl.records.record_sink import Receipt
from specdsl.records.record_writer import RecordWriter
from specdsl.runtime.results import Decision


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """A decision, the `decision_id` of its line in the log, and what became of that line."""

    decision: Decision
    decision_id: str
    receipt: Receipt


class RecordedCall:
    """A context in which a decision is made and recorded; if the call fails, that is recorded."""

    def __init__(
        self,
        writer: RecordWriter,
        tracer: DecisionTracer | None,
        situation: tuple[Any, Any],
        custom: Mapping[str, Any],
        trace_id: str | None,
    ) -> None:
        self._writer, self._situation = writer, situation
        self._custom, self._trace_id = dict(custom), trace_id
        self._spans: AbstractContextManager[DecisionSpan] | None = (
            None if tracer is None else tracer.start_span(writer.layout.head)
        )
        self._span: DecisionSpan | None = None

    def __enter__(self) -> RecordedCall:
        span_id = None
        if self._spans is not None:
            span = self._span = self._spans.__enter__()
            self._trace_id, span_id = self._trace_id or span.trace_id, span.span_id
        self.data = CallData(str(uuid4()), time.time_ns(), self._custom, self._trace_id, span_id)
        self._started = time.perf_counter_ns()
        return self

    def record(self, decision: Decision) -> RecordedDecision:
        """Record the decision."""
        receipt = self._writer.add_decision(self.data, self._elapsed(), decision)
        self._end_span(decision)
        return RecordedDecision(decision, self.data.decision_id, receipt)

    def record_looked_up(self, decision: LookedUpDecision) -> LookedUpDecision:
        """Record a decision for which facts were looked up."""
        elapsed, filled_in = self._elapsed(), decision.filled_in
        known, says = self._situation
        facts = {**known, **decision.looked_up, **filled_in}
        self._writer.add_looked_up(self.data, elapsed, decision, facts, says, sorted(filled_in))
        self._end_span(decision)
        return decision

    def _elapsed(self) -> int:
        return time.perf_counter_ns() - self._started

    def _end_span(self, decision: Decision) -> None:
        if self._span is not None:
            self._span.add_outcomes(decision)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(problem, Exception):
            self._writer.add_failure(self.data, self._elapsed(), problem, *self._situation)
        if self._spans is not None:
            self._spans.__exit__(kind, problem, traceback)
