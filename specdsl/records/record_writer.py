"""Record writer: the calls of one policy → lines of a sink, rendered when they are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from specdsl.base.quick_dataclass import dataclass
from specdsl.facts.fact_lookup import LookupFailed
from specdsl.records.decision_record import (
    CallData,
    RecordFields,
    RecordLayout,
    SituationValues,
    outcome_fields,
    render_record,
)
from specdsl.records.record_sink import Receipt, RecordSink
from specdsl.records.trial_entry import DecidingPolicy, trial_entry
from specdsl.runtime.plain_values import PLAIN
from specdsl.runtime.quick_resolution import exact_values
from specdsl.runtime.read_situation import read_situation
from specdsl.runtime.results import BadInput, Contradiction, Decision
from specdsl.runtime.tables import Tables

CONTAINERS = (list, tuple, set, frozenset)
OpenFactsFinder = Callable[[Mapping[str, Any], Sequence[Any]], Sequence[str]]
"""Returns the unknown facts of a situation that could change an outcome."""


@dataclass(frozen=True, slots=True)
class RecordWriter:
    """Writes the records of a policy. `trials` are the policies in which its trial rules count;
    `find_open` is there if its records name open facts.
    """

    tables: Tables
    layout: RecordLayout
    sink: RecordSink
    labels: Mapping[str, str]
    trials: Mapping[str, DecidingPolicy]
    find_open: OpenFactsFinder | None

    def add_decision(self, call: CallData, elapsed: int, decision: Decision) -> Receipt:
        """Add a decision, which has the values that it was made of."""
        return self._add_line(call, elapsed, lambda: self._fields_of_values(decision))

    def add_looked_up(
        self,
        call: CallData,
        elapsed: int,
        decision: Decision,
        facts: Mapping[str, Any],
        says: Any,
        filled_in: Sequence[str],
    ) -> Receipt:
        """Add a decision of facts that were looked up; those `filled_in` had no influence."""
        situation = read_situation(self.tables, facts, says)

        def compute_fields() -> RecordFields:
            return {**self._decision_fields(decision, situation), "filled_in": filled_in}

        return self._add_line(call, elapsed, compute_fields)

    def add_failure(
        self, call: CallData, elapsed: int, problem: Exception, facts: Any, says: Any
    ) -> Receipt:
        """Add a call that failed."""
        situation = _read_despite(problem, self.tables, facts, says)
        compute_fields = partial(self._failure_fields, problem, situation)
        return self._add_line(call, elapsed, compute_fields)

    def _add_line(
        self, call: CallData, elapsed: int, compute: Callable[[], RecordFields]
    ) -> Receipt:
        def render_line(refused_before: int) -> bytes:
            fields = self.layout.call_fields(call, elapsed, self.labels)
            return render_record({**fields, "refused_before": refused_before}, compute)

        return self.sink.add_line(render_line)

    def _fields_of_values(self, decision: Decision) -> RecordFields:
        values, given = decision._values, getattr(decision, "_given", ())
        if type(values) is tuple:
            values = exact_values(self.tables, values)
        return self._decision_fields(decision, (values, given))

    def _decision_fields(self, decision: Decision, situation: SituationValues) -> RecordFields:
        return {
            **self.layout.input_fields(situation),
            **outcome_fields(decision.traces),
            **self._open_fields(situation),
            **self._trial_fields(decision, situation),
            "error": None,
        }

    def _failure_fields(self, problem: Exception, situation: SituationValues) -> RecordFields:
        traces = problem.traces if isinstance(problem, Contradiction) else ()
        return {
            **self.layout.input_fields(situation),
            **outcome_fields(traces),
            "error": _error_json(problem),
        }

    def _open_fields(self, situation: SituationValues) -> RecordFields:
        if self.find_open is None:
            return {}
        facts, says = self.layout.replayed_situation(situation)
        are_unknown = any(value is None for value in facts.values())
        return {"open_facts": list(self.find_open(facts, says)) if are_unknown else []}

    def _trial_fields(self, decision: Decision, situation: SituationValues) -> RecordFields:
        """Return what each trial rule would have decided."""
        if not self.trials:
            return {}
        replayed = self.layout.replayed_situation(situation)
        entries = [
            trial_entry(name, policy, decision, *replayed) for name, policy in self.trials.items()
        ]
        return {"trial": entries}


def _error_json(problem: Exception) -> RecordFields:
    if isinstance(problem, BadInput | Contradiction):
        found: RecordFields = problem.to_dict()["error"]
        return {**found, "message": str(problem)}
    if isinstance(problem, LookupFailed):
        return {"kind": "lookup_failed", "message": str(problem)}
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
