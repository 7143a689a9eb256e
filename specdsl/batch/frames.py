"""Tables in memory: lists of mappings, Arrow tables, frames of Polars and of pandas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import cycle
from typing import Any

from specdsl.base.quick_dataclass import dataclass
from specdsl.batch.batch_completion import DecidedBatch
from specdsl.batch.duckdb_batches import decide_on_duckdb, open_session
from specdsl.batch.row_decisions import RowDecider, result_columns
from specdsl.batch.vector_tables import decide_by_vectors
from specdsl.frontend.model.nodes import Kind
from specdsl.runtime.results import Fault

TABLE = "given_table"


@dataclass(frozen=True, eq=False, slots=True)
class DecidedTable:
    """The decisions of a table, of the same kind as it was: for each decision the outcome (None
    where its rules contradict each other) and the flags `…_decided` and `…_conflicted`. Bad rows
    have none; `faults` has theirs by the number of the row, from 0.
    """

    table: Any
    faults: Mapping[int, tuple[Fault, ...]]


def decide_table(decider: RowDecider, table: Any) -> DecidedTable:
    """Decide each row of a table. A column `says` has the instructions of a row. Raises `BadInput`
    if there is no column for a fact that is always known.
    """
    match type(table).__module__.partition(".")[0]:
        case "pyarrow":
            return _decide_arrow(decider, table)
        case "polars":
            import polars

            found = _decide_arrow(decider, table.to_arrow())
            return DecidedTable(polars.from_arrow(found.table), found.faults)
        case "pandas":
            return _decide_pandas(decider, table)
        case _:
            return _decide_mappings(decider, table)


def _decide_mappings(decider: RowDecider, rows: Iterable[Any]) -> DecidedTable:
    found: list[dict[str, Any] | None] = []
    faults: dict[int, tuple[Fault, ...]] = {}
    for i, row in enumerate(rows):
        one = decider.decide_mapping(row)
        if one.faults:
            faults[i] = one.faults
        found.append(one.as_columns(decider.spec))
    return DecidedTable(found, faults)


def _decide_pandas(decider: RowDecider, frame: Any) -> DecidedTable:
    import pandas
    import pyarrow as pa

    try:
        table = pa.Table.from_pandas(frame, preserve_index=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # A column has values of several types.
        rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
        names = {*(fact.name for fact in decider.spec.facts), "says"}
        kept = [{n: v for n, v in row.items() if n in names} for row in rows]
        decided = _decide_mappings(decider, kept)
        results = pandas.DataFrame([row or {} for row in decided.table], index=frame.index)
        return DecidedTable(results, decided.faults)
    found = _decide_arrow(decider, table)
    results = found.table.to_pandas()
    results.index = frame.index
    return DecidedTable(results, found.faults)


def _decide_arrow(decider: RowDecider, table: Any) -> DecidedTable:
    import pyarrow as pa

    if not isinstance(table, pa.Table):
        table = pa.Table.from_batches([table] if isinstance(table, pa.RecordBatch) else table)
    if not table.column_names:  # A spec may have no facts.
        table = table.append_column("row", pa.nulls(table.num_rows))
    batches = decide_by_vectors(decider, table)
    if batches is not None:
        return _joined_batches(decider, batches)
    with open_session() as session:
        session.register(TABLE, _with_dictionaries(decider, table))
        batches = decide_on_duckdb(decider, session, TABLE, table=table)
        return _joined_batches(decider, batches)


def _joined_batches(decider: RowDecider, batches: Iterable[DecidedBatch]) -> DecidedTable:
    """Return the decisions of all batches; of none, a table without rows."""
    import pyarrow as pa

    parts, faults, start = [], dict[int, tuple[Fault, ...]](), 0
    for batch in batches:
        parts.append(batch.results)
        faults.update((start + at, some) for at, some in batch.faults.items())
        start += batch.results.num_rows
    results = pa.concat_tables(parts) if parts else _empty_results(decider)
    return DecidedTable(results, faults)


def _empty_results(decider: RowDecider) -> Any:
    import pyarrow as pa

    kinds = cycle((pa.string(), pa.bool_(), pa.bool_()))
    return pa.schema(zip(result_columns(decider.spec), kinds, strict=False)).empty_table()


def _with_dictionaries(decider: RowDecider, table: Any) -> Any:
    """Return the table with a dictionary for each enumeration: what is done with its values is then
    done once for each of them, and not for each row.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    for fact in decider.spec.facts:
        if fact.type.kind is Kind.ENUM and fact.name in table.column_names:
            at = table.column_names.index(fact.name)
            if pa.types.is_string(table.schema.types[at]):
                table = table.set_column(at, fact.name, pc.dictionary_encode(table.column(at)))
    return table
