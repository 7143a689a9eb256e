"""Situations of a spec as a typed table, and what the reference interpreter says of its rows."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

import specdsl
from specdsl.api import Policy
from specdsl.backends.settled_decisions import settled_decisions
from specdsl.batch.frames import DecidedTable
from specdsl.batch.row_decisions import DecidedRow, result_columns
from specdsl.batch.spark_tables import FAULTS, decide_on_spark, open_spark
from specdsl.frontend.model.nodes import Fact, Kind, SpecModel
from specdsl.runtime.quantities import exact_quantity
from specdsl.semantics import reference
from tests.agreement.asked import Asked, Difference
from tests.agreement.judges import Situation

Answer = dict[str, Any] | frozenset[str]
SAYS = pa.list_(
    pa.struct(
        [("by", pa.string()), ("effect", pa.string()), ("implied", pa.bool_()), ("at", pa.string())]
    )
)
TYPES = {
    Kind.BOOL: pa.bool_(),
    Kind.INT: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.TEXT: pa.string(),
    Kind.ENUM: pa.string(),
    Kind.SET: pa.list_(pa.string()),
    Kind.DATE: pa.date32(),
    Kind.TIME: pa.timestamp("us", "UTC"),
    Kind.DURATION: pa.duration("us"),
}


def table_of(spec: SpecModel, situations: Sequence[Situation]) -> pa.Table:
    """The situations as a table. A value that its type cannot hold is missing."""
    columns = {
        fact.name: pa.array([cell(fact, s["facts"].get(fact.name)) for s in situations], kind)
        for fact in spec.facts
        for kind in (TYPES[fact.type.kind],)
    }
    if any(s.get("says") for s in situations):
        columns["says"] = pa.array([spoken(s.get("says") or ()) for s in situations], SAYS)
    columns["row"] = pa.array(range(len(situations)))
    return pa.table(columns)


def cell(fact: Fact, value: Any) -> Any:
    """A value as a column of its type has it; None where it cannot."""
    try:
        return _cell(fact.type.kind, value)
    except Exception:
        return None


def _cell(kind: Kind, value: Any) -> Any:
    match kind:
        case Kind.BOOL:
            return value if isinstance(value, bool) else None
        case Kind.TEXT | Kind.ENUM:
            return value if isinstance(value, str) and "\0" not in value else None
        case Kind.SET:
            return [item for item in value if isinstance(item, str)]
    exact = exact_quantity(kind.value, value)
    match kind:
        case Kind.INT:
            return int(exact) if abs(exact) < 2**62 else None
        case Kind.NUMBER:
            return float(exact)
        case Kind.DATE:
            return date(1970, 1, 1) + timedelta(seconds=int(exact))
        case Kind.TIME:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(exact * 10**6))
        case _:
            return timedelta(microseconds=int(exact * 10**6))


def spoken(says: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Instructions as structs; parts of other types are missing."""
    kinds = {"by": str, "effect": str, "implied": bool, "at": str}
    return [
        {n: v if isinstance(v := one.get(n), kind) else None for n, kind in kinds.items()}
        for one in says
    ]


def answers_of_reference(spec: SpecModel, table: pa.Table) -> list[Answer]:
    """Of each row the results by column, or the names of its faults."""
    found: list[Answer] = []
    for row in table.to_pylist():
        says = row.pop("says", None) or []
        del row["row"]
        answer = reference.decide(spec, row, says)
        if answer.faults:
            found.append(frozenset(answer.faults))
            continue
        results = tuple((v.outcome, v.decided, v.conflicted) for v in answer.verdicts)
        found.append(DecidedRow(results).as_columns(spec) or {})
    return found


def answers_of(decided: DecidedTable) -> list[Answer]:
    """The same, of a table that was decided."""
    rows: list[Answer] = list(decided.table.to_pylist())
    for at, faults in decided.faults.items():
        values = rows[at]
        assert isinstance(values, dict)
        assert set(values.values()) == {None}
        rows[at] = frozenset(fault.name for fault in faults)
    return rows


def duckdb_differences(asked: Sequence[Asked]) -> Iterator[Difference]:
    """Differences of tables that were decided on DuckDB."""
    for number, one in _with_situations(asked):
        settled = settled_decisions(one.circuit)
        table = table_of(one.circuit.spec, one.situations)
        found = answers_of(Policy(one.circuit, settled=settled).decide_many(table))
        yield from _row_differences(number, one, table, found)


def spark_differences(asked: Sequence[Asked]) -> Iterator[Difference]:
    """Differences of tables that were decided on Spark, in one local session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Of pyspark about pandas, and of sockets that it leaves.
        session = open_spark()
        for number, one in _with_situations(asked):
            policy = specdsl.compile(specdsl.loads(one.text), checked=False)
            table = table_of(one.circuit.spec, one.situations)
            frame = session.createDataFrame(table)
            decided = decide_on_spark(policy.row_decider, frame).toArrow()
            found = [_answer_with_faults(one.circuit.spec, row) for row in decided.to_pylist()]
            yield from _row_differences(number, one, table, found)


def _with_situations(asked: Sequence[Asked]) -> Iterator[tuple[int, Asked]]:
    return ((number, one) for number, one in enumerate(asked) if one.situations)


def _answer_with_faults(spec: SpecModel, row: Mapping[str, Any]) -> Answer:
    if row[FAULTS] is not None:
        return frozenset(fault["name"] for fault in json.loads(row[FAULTS]))
    return {name: row[name] for name in result_columns(spec)}


def _row_differences(
    number: int, one: Asked, table: pa.Table, found: Sequence[Answer]
) -> Iterator[Difference]:
    expected = answers_of_reference(one.circuit.spec, table)
    for i, (theirs, ours) in enumerate(zip(found, expected, strict=True)):
        if theirs != ours:
            row = table.slice(i, 1).to_pylist()[0]
            yield Difference(number, row, f"{theirs}, reference {ours}")
