"""One Parquet file decided on DuckDB and on Spark: every row is the same, faults included."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import specdsl
from specdsl.batch.spark_files import decide_file_on_spark
from specdsl.batch.table_files import TableFiles, decide_file
from specdsl.runtime.quantities import quantity_text
from tests.agreement.asked import Asked
from tests.agreement.tables import table_of


def file_difference(asked: Asked) -> str:
    """Return the first row on which the two differ; empty where all rows are the same."""
    policy = specdsl.compile(specdsl.loads(asked.text), checked=False)
    with TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        source = str(Path(name) / "rows.parquet")
        pq.write_table(_written_table(asked), source)

        def on_duckdb(files: TableFiles) -> None:
            decide_file(policy.row_decider(), files, lambda done, of: None)

        def on_spark(files: TableFiles) -> None:
            decide_file_on_spark(policy.row_decider, files)

        one, other = (_rows_of(run, source, name) for run in (on_duckdb, on_spark))
    pairs = zip(one, other, strict=True)
    return next((f"{row}\n{twin}" for row, twin in pairs if row != twin), "")


def _written_table(asked: Asked) -> pa.Table:
    """Return the situations as a table. Durations are texts: Parquet has no type for them."""
    table = table_of(asked.circuit.spec, asked.situations)
    for i, field in enumerate(table.schema):
        if pa.types.is_duration(field.type):
            spans = table.column(i).to_pylist()
            texts = [None if one is None else _span_text(one) for one in spans]
            table = table.set_column(i, field.name, pa.array(texts, pa.string()))
    return table


def _span_text(span: timedelta) -> str:
    return quantity_text("duration", Fraction(span // timedelta(microseconds=1), 10**6))


def _rows_of(run: Callable[[TableFiles], None], source: str, folder: str) -> list[Any]:
    """Return the rows that a run writes, in their order."""
    target = str(Path(folder) / f"{run.__name__}.parquet")
    run(TableFiles(source, target))
    rows = sorted(pq.read_table(target).to_pylist(), key=lambda row: row["row"])
    for row in rows:
        row["faults"] = json.loads(row["faults"] or "[]")
    return rows
