"""Batches of rows decided on DuckDB: one query reads a table and streams its decisions.

Memory is bounded by the size of a batch, however long the table is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from specdsl.batch.batch_completion import BatchCompletion, DecidedBatch
from specdsl.batch.row_decisions import RowDecider

ROWS = 100_000  # Of a batch.
VIEW = "rows_of_facts"


def decide_on_duckdb(
    decider: RowDecider, session: Any, relation: str, texts: bool = False, table: Any = None
) -> Iterator[DecidedBatch]:
    """Yield the decisions of all rows of a relation of a session, in their order. `texts`: all its
    values are texts. `table`: the same rows in memory, so that no column needs to be kept. Raises
    `BadInput` if there is no column for a fact that is always known.
    """
    described = session.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    types = {row[0]: row[1] for row in described}
    completion = BatchCompletion(decider, types, texts, table is None, by_vectors=True)
    session.execute("SET preserve_insertion_order = true")
    session.execute(f"CREATE OR REPLACE TEMP VIEW {VIEW} AS {completion.reading_query(relation)}")
    start = 0
    for batch in session.sql(completion.deciding_query(VIEW)).to_arrow_reader(ROWS):
        yield completion.complete_batch(batch, table, start)
        start += batch.num_rows


def open_session() -> Any:
    """Return a session of DuckDB in memory. Raises `ImportError` that names the extra."""
    for name in ("duckdb", "pyarrow", "sqlglot"):
        if find_spec(name) is None:
            raise ImportError(f"tables take the package {name}: pip install 'specdsl[tables]'")
    import duckdb

    session = duckdb.connect()
    session.execute(f"SET threads = {os.cpu_count() or 1}")
    session.execute("SET max_expression_depth = 10000")
    session.execute("SET TimeZone = 'UTC'")
    return session
