"""Batches of rows decided on DuckDB: one query reads a table and streams its decisions.

Memory is bounded by the size of a batch, however long the table is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from specdsl.backends.artifact_proof import UnsupportedArtifact
from specdsl.batch.fact_conversions import FactConversion, convert_fact, quote_name, row_facts
from specdsl.batch.row_decisions import (
    SAYS,
    DecidedRow,
    RowDecider,
    faults_as_json,
    result_columns,
    said_of,
)
from specdsl.frontend.model.nodes import Fact
from specdsl.runtime.results import BadInput, Fault

ROWS = 100_000  # Of a batch.
VIEW = "rows_of_facts"
BY_ITSELF = "_by_itself"  # The column that says that a row is not decided by SQL.
GIVEN = "_given_"  # The prefix of the columns of the table that are kept.


@dataclass(frozen=True, eq=False, slots=True)
class DecidedBatch:
    """Rows with their results: a table of results, the given columns if they are kept, and the
    faults of bad rows by position in the batch.
    """

    results: Any
    given: Any
    faults: Mapping[int, tuple[Fault, ...]]


@dataclass(eq=False)
class DuckdbBatches:
    """Decides the rows of a relation of a DuckDB session. `texts`: all values of it are texts. With
    `table`, which has the same rows in memory, no column needs to be kept.
    """

    decider: RowDecider
    session: Any
    relation: str
    texts: bool = False
    table: Any = None
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.facts = {fact.name: fact for fact in self.decider.spec.facts}
        found = self.session.execute(f"DESCRIBE SELECT * FROM {self.relation}").fetchall()
        self.types = {row[0]: row[1] for row in found}
        check_columns(self.facts, self.types)

    def decide_batches(self) -> Iterator[DecidedBatch]:
        """Yield the decisions of all rows, in their order."""
        self.session.execute("SET preserve_insertion_order = true")
        reader = self.session.sql(self._query_text()).to_arrow_reader(ROWS)
        start = 0
        for batch in reader:
            yield self._decided_batch(batch, start)
            start += batch.num_rows

    # --- the query ---

    def _query_text(self) -> str:
        """Return the query of decisions over a view that converts the columns."""
        from specdsl.backends.sql.decision_query import QueryOptions, emit_query
        from specdsl.backends.sql.sql_dialects import dialect_named

        kept = [] if self.table is not None else list(self.types)
        self.names = [f"{GIVEN}{i}" for i in range(len(kept))]
        options = QueryOptions(dialect_named("duckdb"), VIEW, (*self.names, BY_ITSELF))
        try:
            text = emit_query(self.decider.circuit, options, settled=self.decider.settled)
        except UnsupportedArtifact:
            text = self._undecided_query()
        columns = [
            f"{quote_name(one)} AS {name}" for one, name in zip(kept, self.names, strict=True)
        ]
        columns += self._fact_columns()
        view = f"SELECT {', '.join(columns)} FROM {self.relation}"
        self.session.execute(f"CREATE OR REPLACE TEMP VIEW {VIEW} AS {view}")
        return text

    def _undecided_query(self) -> str:
        """Return a query that decides nothing, for a spec of which SQL cannot say all."""
        results = result_columns(self.decider.spec)
        empty = [
            f"CAST(NULL AS {'VARCHAR' if i % 3 == 0 else 'BOOLEAN'}) AS {quote_name(name)}"
            for i, name in enumerate(results)
        ]
        columns = (*self.names, BY_ITSELF, "FALSE AS decidable", *empty)
        return f"SELECT {', '.join(columns)} FROM {VIEW}"

    def _fact_columns(self) -> Iterator[str]:
        """Yield the columns of the facts, and whether a row has to be decided by itself."""
        odd: list[str] = []
        for name, fact in self.facts.items():
            found = self._conversion_of(fact)
            quoted = quote_name(name)
            yield f"{found.text} AS {quoted}"
            if found.partial:
                odd.append(f"({quoted} IS NOT NULL AND ({found.text}) IS NULL)")
        if SAYS in self.types:
            is_list = self.types[SAYS].endswith("[]")
            some = f"LEN({SAYS}) > 0" if is_list else f"CAST({SAYS} AS VARCHAR) NOT IN ('', '[]')"
            odd.append(f"COALESCE({some}, FALSE)")
        yield f"({' OR '.join(odd) or 'FALSE'}) AS {BY_ITSELF}"

    def _conversion_of(self, fact: Fact) -> FactConversion:
        from specdsl.backends.sql.sql_dialects import dialect_named

        kind = dialect_named("duckdb").types[fact.type.kind.value]
        if fact.name not in self.types:
            return FactConversion(f"CAST(NULL AS {kind})")
        found = convert_fact(fact, self.types[fact.name], self.texts)
        return found or FactConversion(f"CAST(NULL AS {kind})", partial=True)

    # --- rows that are decided by themselves ---

    def _decided_batch(self, batch: Any, start: int) -> DecidedBatch:
        import pyarrow as pa
        import pyarrow.compute as pc

        alone = pc.or_(pc.invert(batch.column("decidable")), batch.column(BY_ITSELF))
        places = pc.indices_nonzero(alone).to_pylist()
        columns = {name: batch.column(name) for name in result_columns(self.decider.spec)}
        given = pa.table({n: batch.column(g) for n, g in zip(self.types, self.names, strict=False)})
        faults: dict[int, tuple[Fault, ...]] = {}
        if places:
            rows = self._given_rows(given, places, start)
            decided = [self._decide_row(row) for row in rows]
            faults = {at: one.faults for at, one in zip(places, decided, strict=True) if one.faults}
            for name, values in self._replaced_values(decided).items():
                kind = columns[name].type
                columns[name] = pc.replace_with_mask(columns[name], alone, pa.array(values, kind))
        return DecidedBatch(pa.table(columns), given, faults)

    def _given_rows(self, given: Any, places: Sequence[int], start: int) -> list[dict[str, Any]]:
        wanted = [name for name in self.types if name in self.facts or name == SAYS]
        table, first = (given, 0) if self.table is None else (self.table, start)
        rows = table.select(wanted).take([first + at for at in places])
        found: list[dict[str, Any]] = rows.to_pylist()
        return found

    def _decide_row(self, row: Mapping[str, Any]) -> DecidedRow:
        facts = row_facts(self.facts, row, self.texts)
        return self.decider.decide_row(facts, said_of(row.get(SAYS, ())))

    def _replaced_values(self, decided: Sequence[DecidedRow]) -> dict[str, list[Any]]:
        names = list(result_columns(self.decider.spec))
        rows = [one.as_columns(self.decider.spec) or dict.fromkeys(names) for one in decided]
        return {name: [row[name] for row in rows] for name in names}


def check_columns(facts: Mapping[str, Fact], names: Mapping[str, Any]) -> None:
    """Raise `BadInput` if a table has no column for a fact that is always known."""
    from difflib import get_close_matches

    missing = [name for name, fact in facts.items() if not fact.optional and name not in names]
    faults = []
    for name in missing:
        meant = get_close_matches(name, list(names), n=1)
        faults.append(
            Fault(name, "the table has no such column", "a column for each fact", None, *meant)
        )
    if faults:
        raise BadInput(tuple(faults))


def open_session(threads: int | None = None) -> Any:
    """Return a session of DuckDB in memory. Raises `ImportError` that names the extra."""
    try:
        import duckdb
        import pyarrow  # noqa: F401
    except ImportError as problem:
        raise ImportError(f"tables take {problem.name}: pip install 'specdsl[tables]'") from None
    session = duckdb.connect()
    session.execute(f"SET threads = {threads or os.cpu_count() or 1}")
    session.execute("SET max_expression_depth = 10000")
    session.execute("SET TimeZone = 'UTC'")
    return session


def faults_column(batch: DecidedBatch) -> Any:
    """Return the faults of a batch as a column of JSON, NULL where a row has none."""
    import pyarrow as pa

    found: list[str | None] = [None] * batch.results.num_rows
    for at, faults in batch.faults.items():
        found[at] = faults_as_json(faults)
    return pa.array(found, pa.string())
