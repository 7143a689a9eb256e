"""Decisions of single rows, with the outcomes and flags that a call would have."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from specdsl.frontend.model.nodes import DecisionModel, SpecModel
from specdsl.runtime.results import BadInput, Contradiction, Decision, Fault, Result
from specdsl.semantics.circuit import Circuit

SAYS = "says"  # The column of instructions; no fact can have that name.
NO_RESULT: Result = (None, False, False)


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """The results of a row's decisions, or its faults. The outcome of a decision is None where its
    rules contradict each other, and conflicted, or where it reads one of which they do.
    """

    results: tuple[Result, ...] = ()
    faults: tuple[Fault, ...] = ()

    def as_columns(self, spec: SpecModel) -> dict[str, Any] | None:
        """Return the values by the names of the columns; None for a bad row."""
        if self.faults:
            return None
        values = (value for result in self.results for value in result)
        return dict(zip(result_columns(spec), values, strict=True))


@dataclass(frozen=True, eq=False)
class RowDecider:
    """The decision function of a spec, and what SQL is made from. The rules of the `settled`
    decisions are proved not to conflict.
    """

    circuit: Circuit
    settled: frozenset[DecisionModel]
    decide: Callable[[Any, Any], Decision]

    @property
    def spec(self) -> SpecModel:
        return self.circuit.spec

    def decide_row(self, facts: Any, says: Any = ()) -> DecidedRow:
        """Return the decisions of a row, or its faults."""
        try:
            found = self.decide(facts, () if says is None else says)
        except BadInput as problem:
            return DecidedRow(faults=problem.faults)
        except Contradiction as problem:
            rows = ((t.outcome, t.decided, t.conflicted) for t in problem.traces)
            return DecidedRow(tuple(rows))
        decided, conflicted = found.decided, found.conflicted
        return DecidedRow(tuple((o, decided[n], n in conflicted) for n, o in found.items()))

    def decide_mapping(self, row: Any) -> DecidedRow:
        """Return the decisions of a situation: a mapping of facts that may have `says`, too, or one
        with `facts` and `says`, as in a file of situations.
        """
        if not isinstance(row, Mapping):
            return self.decide_row(row)
        says = row.get(SAYS, ())
        rest = {name: value for name, value in row.items() if name != SAYS}
        if rest.keys() == {"facts"} and not any(f.name == "facts" for f in self.spec.facts):
            return self.decide_row(rest["facts"], says)
        return self.decide_row(rest, says)


def result_columns(spec: SpecModel) -> Iterator[str]:
    """Yield the names of the columns of the results: of each decision its outcome and two flags."""
    for decision in spec.decisions:
        yield decision.name
        yield f"{decision.name}_decided"
        yield f"{decision.name}_conflicted"


def said_of(value: Any) -> Any:
    """Return the instructions of a row, which may be written as JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value.strip() else ()
    except (ValueError, RecursionError):
        return value


def faults_as_json(faults: Sequence[Fault]) -> str:
    return json.dumps([fault.to_dict() for fault in faults], default=str)
