"""Tables in memory that NumPy decides alone: plain columns, and decisions by the first rule.

No query is needed where nobody speaks, every column has the plain type of its fact, and the first
rule that applies decides each decision. A row with a value that does not fit is left to a call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from specdsl.base.limits import MAX_BLOCK_ROWS
from specdsl.batch.batch_completion import BY_ITSELF, BatchCompletion, DecidedBatch
from specdsl.batch.row_decisions import SAYS, RowDecider
from specdsl.batch.vector_decisions import (
    VectorDecision,
    classes_of_values,
    has_numpy,
    is_float_decimal,
    vector_decisions,
)
from specdsl.frontend.model.nodes import Fact, Kind

PLAIN = {
    Kind.BOOL: ("bool",),
    Kind.ENUM: ("string", "large_string"),
    Kind.INT: ("int8", "int16", "int32", "int64"),
    Kind.NUMBER: ("double",),
}


def decide_by_vectors(decider: RowDecider, table: Any) -> Iterator[DecidedBatch] | None:
    """Return the decisions of the rows of an Arrow table in blocks; None where it takes a query."""
    if find_spec("sqlglot") is None or not decider.spec.facts:
        return None
    if not table.num_rows or not has_numpy() or not _is_plain(decider, table.schema):
        return None
    vectors = _all_decisions(decider)
    return None if vectors is None else _decided_blocks(decider, table, vectors)


def _is_plain(decider: RowDecider, schema: Any) -> bool:
    spec, names = decider.spec, schema.names
    if SAYS in names or len(set(names)) < len(names) or decider.circuit.assumes:
        return False
    return all(
        fact.name in names and str(schema.field(fact.name).type) in PLAIN.get(fact.type.kind, ())
        for fact in spec.facts
    )


def _all_decisions(decider: RowDecider) -> tuple[VectorDecision, ...] | None:
    """Return all decisions; None if some are not decided by the first rule on plain columns."""
    from specdsl.backends.sql.decision_query import condition_translator
    from specdsl.backends.sql.sql_dialects import DUCKDB

    spec = decider.spec
    known = decider.circuit.graph.get_or_make(
        "decisions by vectors", dict[object, tuple[VectorDecision, ...] | None]
    )
    if decider.settled not in known:
        found = vector_decisions(decider.circuit, decider.settled, fewest=0)
        facts = condition_translator(decider.circuit, DUCKDB).facts
        axes = [axis for one in found for axis in one.axes]
        plain = all(isinstance(axis.subject, Fact) for axis in axes)
        numbers = {one for one in spec.facts if one.type.kind is Kind.NUMBER}
        plain = plain and not any(one.tests for one in found) and numbers <= facts.floats
        plain = plain and all(map(_has_float_ends, numbers))
        whole = len(found) == len(spec.decisions) and plain
        known[decider.settled] = found if whole else None
    return known[decider.settled]


def _has_float_ends(fact: Fact) -> bool:
    """Return whether the ends of a range are decimals that floats stand for."""
    return all(is_float_decimal(end) for end in (fact.type.low, fact.type.high) if end is not None)


def _decided_blocks(
    decider: RowDecider, table: Any, vectors: tuple[VectorDecision, ...]
) -> Iterator[DecidedBatch]:
    import pyarrow as pa

    completion = BatchCompletion(decider, dict.fromkeys(table.column_names, ""), False, False)
    for start in range(0, table.num_rows, MAX_BLOCK_ROWS):
        block = table.slice(start, MAX_BLOCK_ROWS)
        values = {one: _values_of(one, block.column(one.name)) for one in decider.spec.facts}
        fits = _all_fit(values)
        columns = {"decidable": pa.array(fits), BY_ITSELF: pa.array(~fits)}
        for one in vectors:
            classes: dict[object, Any] = {}
            for axis in one.axes:
                assert isinstance(axis.subject, Fact)
                column = values[axis.subject]
                classes[axis] = classes_of_values(axis, column.values, column.null)
            columns |= one.results_of(classes, len(fits))
        yield completion.complete_batch(pa.RecordBatch.from_pydict(columns), table, start)


@dataclass(frozen=True, eq=False, slots=True)
class PlainColumn:
    """The values of a fact, numbers for members, and where they are NULL and where they fit. None:
    nowhere, and everywhere.
    """

    values: Any
    null: Any
    fits: Any


def _values_of(fact: Fact, column: Any) -> PlainColumn:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    null = column.is_null().to_numpy() if column.null_count else None
    fits: Any = None
    if fact.type.kind is Kind.ENUM:
        members = pa.array(fact.type.members, column.type)
        column = pc.index_in(column, value_set=members)
        if column.null_count:
            fits = ~column.is_null().to_numpy()
    if column.null_count:
        column = column.fill_null(False if fact.type.kind is Kind.BOOL else 0)
    values = column.to_numpy()
    if fact.type.kind is Kind.ENUM:
        values = values.astype(np.uint8 if len(fact.type.members) < 256 else np.int32)
    else:
        fits = _fitting_values(fact, values)
    if null is not None:
        others = np.ones(len(null), bool) if fits is None else fits
        fits = others | null if fact.optional else others & ~null
    return PlainColumn(values, null, fits)


def _fitting_values(fact: Fact, values: Any) -> Any:
    """Return where numbers are in the range of the fact; None if all are."""
    import numpy as np

    if fact.type.kind is Kind.BOOL:
        return None
    low, high = fact.type.low, fact.type.high
    if fact.type.kind is Kind.NUMBER:
        found = np.isfinite(values)
        if low is not None:
            found &= values >= float(low)
        if high is not None:
            found &= values <= float(high)
        return None if found.all() else found
    least, most = values.min(), values.max()
    if (low is None or least >= low) and (high is None or most <= high):
        return None
    found = np.ones(len(values), bool)
    if low is not None:
        found &= values >= low
    if high is not None:
        found &= values <= high
    return found


def _all_fit(values: dict[Fact, PlainColumn]) -> Any:
    import numpy as np

    count = max(len(one.values) for one in values.values())
    found = np.ones(count, bool)
    for one in values.values():
        if one.fits is not None:
            found &= one.fits
    return found
