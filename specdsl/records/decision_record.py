"""Decision records: one decision as a flat JSON object, in the field names of OPA's decision log.

What a record holds is documented in `docs/records.md`. The value of a secret fact is in none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from specdsl.base.plain_text import json_text
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.nodes import Fact, Kind, SpecModel
from specdsl.runtime.read_situation import GivenInstruction
from specdsl.runtime.results import DecisionTrace
from specdsl.situations.situation import quantity_json

RecordFields = dict[str, Any]
SituationValues = tuple[Mapping[str, Any], Sequence[GivenInstruction] | None]
"""The values of facts as they were read, and the instructions; None if they were not read."""


@dataclass(frozen=True, slots=True)
class CallData:
    """A call, without its situation and its outcome."""

    decision_id: str
    started: int  # In nanoseconds since 1970.
    custom: Mapping[str, Any]
    trace_id: str | None = None
    span_id: str | None = None


class RecordLayout:
    """Lays out the records of a spec."""

    def __init__(self, spec: SpecModel, digest: str) -> None:
        self._facts = {fact.name: fact for fact in spec.facts}
        self._levels = tuple(level.name for level in spec.levels)
        self.head = {"spec": spec.name, "version": spec.version, "digest": digest}

    def call_fields(self, call: CallData, elapsed: int, labels: Mapping[str, str]) -> RecordFields:
        """Return the fields of a call that took so many nanoseconds, without its outcome."""
        when = datetime.fromtimestamp(call.started // 1_000_000_000, UTC)
        micros = call.started // 1_000 % 1_000_000
        return {
            "decision_id": call.decision_id,
            "timestamp": f"{when:%Y-%m-%dT%H:%M:%S}.{micros:06}Z",
            "labels": labels,
            "path": self.head["spec"],
            **self.head,
            "trace_id": call.trace_id,
            "span_id": call.span_id,
            "custom": call.custom,
            "metrics": {"timer_decide_ns": elapsed},
            "filled_in": [],
            "open_facts": None,
            "trial": [],
        }

    def input_fields(self, situation: SituationValues) -> RecordFields:
        """Return the situation, and the paths of the values that are left out of it."""
        values, given = situation
        facts, erased = {}, []
        for name, value in values.items():
            fact = self._facts[name]
            if not fact.secret:
                facts[name] = _value_json(fact, value)
            elif value is not None:
                erased.append(f"/input/facts/{name}")
        says = None if given is None else [self._instruction_json(one) for one in given]
        return {"input": {"facts": facts, "says": says}, "erased": erased}

    def replayed_situation(
        self, situation: SituationValues
    ) -> tuple[Mapping[str, Any], Sequence[Any]]:
        """Return the situation as a decision function takes it, secret facts included."""
        values, given = situation
        facts = {name: _value_json(self._facts[name], value) for name, value in values.items()}
        return facts, [self._instruction_json(one) for one in given or ()]

    def _instruction_json(self, one: GivenInstruction) -> RecordFields:
        at = None if one.at is None else self._levels[one.at]
        return {"by": one.by, "effect": one.text, "implied": one.implied, "at": at}


def outcome_fields(traces: Sequence[DecisionTrace]) -> RecordFields:
    """Return what was decided, by which rules, and against which."""
    return {
        "result": {taken.name: taken.outcome for taken in traces},
        "decided": {taken.name: taken.decided for taken in traces},
        "conflicted": [taken.name for taken in traces if taken.conflicted],
        "because": {taken.name: list(taken.because) for taken in traces},
        "losers": {taken.name: _loser_list(taken) for taken in traces},
    }


def _loser_list(taken: DecisionTrace) -> list[RecordFields]:
    return [
        {"name": part.name, "status": part.status, "by": list(part.by)}
        for part in taken.parts
        if part.status != "standing"
    ]


def _value_json(fact: Fact, value: Any) -> Any:
    match fact.type.kind:
        case _ if value is None:
            return None
        case Kind.SET:
            return [member for member in fact.type.members if member in value]
        case Kind.BOOL | Kind.TEXT | Kind.ENUM:
            return value
        case kind:
            return quantity_json(kind, Fraction(value))


def render_record(call: RecordFields, compute: Callable[[], RecordFields]) -> bytes:
    """Return the line of a record; what cannot be computed or written as JSON is an error in it."""
    try:
        return _json_line({**call, **compute()})
    except Exception as problem:
        error = {"kind": "unwritten", "message": type(problem).__name__}
        return _json_line({**call, "custom": {}, "error": error})


def _json_line(fields: RecordFields) -> bytes:
    return json_text(fields).encode("ascii") + b"\n"
