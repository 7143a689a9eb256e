"""Logged policy: a decision function whose every call is a line of a decision log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

from specdsl.base.quick_dataclass import dataclass
from specdsl.records.decision_record import (
    CallData,
    RecordFields,
    RecordLayout,
    SituationValues,
    outcome_fields,
    render_record,
)
from specdsl.records.decision_span import DecisionTracer
from specdsl.records.record_sink import Receipt, RecordSink
from specdsl.records.trial_entry import DecidingPolicy, trial_entry
from specdsl.runtime.plain_values import PLAIN
from specdsl.runtime.quick_resolution import exact_values
from specdsl.runtime.read_situation import read_situation
from specdsl.runtime.results import BadInput, Contradiction, Decision
from specdsl.runtime.tables import Tables

NOTHING: Mapping[str, Any] = {}
CONTAINERS = (list, tuple, set, frozenset)
OpenFactsFinder = Callable[[Mapping[str, Any], Sequence[Any]], Sequence[str]]
"""Returns the unknown facts of a situation that could change an outcome."""


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """A decision, the `decision_id` of its line in the log, and what became of that line."""

    decision: Decision
    decision_id: str
    receipt: Receipt


class LoggedPolicy:
    """Decides as the policy does, and logs every call, failed ones too.

    The line is rendered and written by the thread of the sink; the caller waits for neither. Any
    number of threads may share it.
    """

    def __init__(
        self,
        policy: DecidingPolicy,
        tables: Tables,
        layout: RecordLayout,
        sink: RecordSink,
        labels: Mapping[str, str] = NOTHING,
        tracer: DecisionTracer | None = None,
        trials: Mapping[str, DecidingPolicy] = NOTHING,
        find_open: OpenFactsFinder | None = None,
    ) -> None:
        self.policy, self.sink = policy, sink
        self._tables, self._layout = tables, layout
        self._labels, self._tracer = dict(labels), tracer
        self._trials, self._find_open = dict(trials), find_open

    def decide(
        self,
        facts: Mapping[str, Any],
        says: Iterable[Any] = (),
        *,
        custom: Mapping[str, Any] = NOTHING,
        trace_id: str | None = None,
    ) -> Decision:
        """Return the decision, or raise what the policy raises. `custom`: more about the call, as
        JSON can represent it, for the field of that name.
        """
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
        call = CallData(str(uuid4()), time.time_ns(), dict(custom), trace_id)
        if self._tracer is None:
            return self._decide_call(call, facts, says)
        with self._tracer.start_span(self._layout.head) as span:
            call = replace(call, trace_id=trace_id or span.trace_id, span_id=span.span_id)
            found = self._decide_call(call, facts, says)
            span.add_outcomes(found.decision)
            return found

    def _decide_call(
        self, call: CallData, facts: Mapping[str, Any], says: Iterable[Any]
    ) -> RecordedDecision:
        started = time.perf_counter_ns()
        try:
            decision = self.policy.decide(facts, says)
        except Exception as problem:
            elapsed = time.perf_counter_ns() - started
            situation = _read_despite(problem, self._tables, facts, says)
            self._add_line(call, elapsed, partial(self._failure_fields, problem, situation))
            raise
        elapsed = time.perf_counter_ns() - started
        receipt = self._add_line(call, elapsed, partial(self._decision_fields, decision))
        return RecordedDecision(decision, call.decision_id, receipt)

    def _add_line(
        self, call: CallData, elapsed: int, compute: Callable[[], RecordFields]
    ) -> Receipt:
        def render_line(refused_before: int) -> bytes:
            fields = self._layout.call_fields(call, elapsed, self._labels)
            return render_record({**fields, "refused_before": refused_before}, compute)

        return self.sink.add_line(render_line)

    def _decision_fields(self, decision: Decision) -> RecordFields:
        values, given = decision._values, getattr(decision, "_given", ())
        if type(values) is tuple:
            values = exact_values(self._tables, values)
        situation = values, given
        return {
            **self._layout.input_fields(situation),
            **outcome_fields(decision.traces),
            **self._open_fields(situation),
            **self._trial_fields(decision, situation),
            "error": None,
        }

    def _failure_fields(self, problem: Exception, situation: SituationValues) -> RecordFields:
        traces = problem.traces if isinstance(problem, Contradiction) else ()
        return {
            **self._layout.input_fields(situation),
            **outcome_fields(traces),
            "error": _error_json(problem),
        }

    def _open_fields(self, situation: SituationValues) -> RecordFields:
        if self._find_open is None:
            return {}
        facts, says = self._layout.replayed_situation(situation)
        are_unknown = any(value is None for value in facts.values())
        return {"open_facts": list(self._find_open(facts, says)) if are_unknown else []}

    def _trial_fields(self, decision: Decision, situation: SituationValues) -> RecordFields:
        """Return what each trial rule would have decided."""
        if not self._trials:
            return {}
        replayed = self._layout.replayed_situation(situation)
        entries = [
            trial_entry(name, policy, decision, *replayed) for name, policy in self._trials.items()
        ]
        return {"trial": entries}

    def flush(self, seconds: float | None = None) -> bool:
        """Wait until all lines accepted so far are safe; returns whether they are."""
        return self.sink.flush(seconds)

    def __repr__(self) -> str:
        return f"<LoggedPolicy of {self.policy!r}>"


def _error_json(problem: Exception) -> RecordFields:
    if isinstance(problem, BadInput | Contradiction):
        found: RecordFields = problem.to_dict()["error"]
        return {**found, "message": str(problem)}
    return {"kind": "internal", "message": type(problem).__name__}


def _read_despite(problem: Exception, tables: Tables, facts: Any, says: Any) -> SituationValues:
    """Return what can be told of a situation without a decision: values without a fault, of facts
    that are not secret. Nothing is read that may be read once only.
    """
    faulty = {one.name for one in problem.faults} if isinstance(problem, BadInput) else set()
    fine = {
        name: row
        for name, row in tables.facts.items()
        if type(facts) is dict and name in facts and name not in faulty
        if not row.secret and (type(facts[name]) in CONTAINERS or id(type(facts[name])) in PLAIN)
    }
    some = replace(tables, facts=fine, assumes={})
    is_told = not faulty and type(says) in CONTAINERS
    given = {name: facts[name] for name in fine}
    try:
        values, told = read_situation(some, given, says if is_told else ())
    except Exception:
        return {}, None
    return values, told if is_told else None
