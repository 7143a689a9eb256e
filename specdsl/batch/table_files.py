"""Files of rows: Parquet, CSV or JSON lines are read, decided and written batch by batch.

In a CSV file an empty field is an unknown fact, a set is written `a,b`, and an empty one `{}`. A
line of JSON is a situation: the facts, or `facts` and `says`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

from specdsl.base.exact_json import parse_json
from specdsl.base.quick_dataclass import dataclass
from specdsl.batch.batch_completion import DecidedBatch
from specdsl.batch.duckdb_batches import ROWS, decide_on_duckdb, open_session
from specdsl.batch.row_decisions import DecidedRow, RowDecider, faults_as_json, result_columns
from specdsl.runtime.results import Fault

READ = (".parquet", ".csv", ".jsonl")
SITUATION = "situation"  # The column that has a line of JSON.
FAULTS = "faults"


class UnfitFile(Exception):
    """A file cannot be read or written; the message says why."""


@dataclass(frozen=True, slots=True)
class FileSummary:
    """Numbers of the rows of a file, and of the bad ones among them."""

    rows: int
    bad: int


@dataclass(frozen=True, slots=True)
class TableFiles:
    """The file of rows, the one of their decisions, and that of bad rows with their faults: without
    it they are among the decisions, with a column `faults`. `prefix`: of the names of results.
    """

    source: str
    output: str
    bad: str | None = None
    prefix: str = ""

    def require_distinct(self) -> None:
        """Raise `UnfitFile` if one file would be written over another."""
        paths = [path for path in (self.source, self.output, self.bad) if path is not None]
        places = [Path(path).resolve() for path in paths]
        for i, path in enumerate(paths):
            if places[i] in places[:i]:
                raise UnfitFile(
                    f"{path}: it is named twice; what is written needs a file of its own"
                )


def decide_file(
    decider: RowDecider, files: TableFiles, progress: Callable[[int, int], None]
) -> FileSummary:
    """Decide all rows of a file. `progress`: called with the rows that are done, and all of them or
    0. Raises `UnfitFile`, and `BadInput` if there is no column for a fact that is always known.
    """
    kind, target = Path(files.source).suffix, Path(files.output).suffix
    for suffix in (kind, target):
        if suffix not in READ:
            raise UnfitFile(f"`{suffix}` is none of {', '.join(READ)}")
    if not Path(files.source).is_file():
        raise UnfitFile(f"{files.source}: there is no such file")
    total = _count_rows(files.source) if kind == ".parquet" else 0
    rows = bad = 0
    with ExitStack() as stack:
        writer = stack.enter_context(_BatchWriter(files.output, files.prefix, files.bad is None))
        faulty = stack.enter_context(open(files.bad, "w", encoding="utf-8")) if files.bad else None
        for batch in _decided_batches(decider, files.source, kind, stack):
            if faulty is not None:
                _write_bad_rows(faulty, batch, rows)
            writer.write_batch(batch)
            rows += batch.results.num_rows
            bad += len(batch.faults)
            progress(rows, total)
        writer.write_nothing(decider)
    return FileSummary(rows, bad)


def _decided_batches(
    decider: RowDecider, source: str, kind: str, stack: ExitStack
) -> Iterator[DecidedBatch]:
    import duckdb

    if kind == ".jsonl":
        yield from _decided_lines(decider, source)
        return
    session = stack.enter_context(open_session())
    quoted = source.replace("'", "''")
    reader = f"read_parquet('{quoted}')"
    if kind == ".csv":
        reader = f"read_csv('{quoted}', all_varchar = true, header = true)"
    try:
        yield from decide_on_duckdb(decider, session, reader, texts=kind == ".csv")
    except duckdb.Error as problem:
        raise UnfitFile(f"{source}: {str(problem).splitlines()[0]}") from None


def _count_rows(source: str) -> int:
    import pyarrow.parquet as pq

    try:
        return int(pq.read_metadata(source).num_rows)
    except Exception:
        raise UnfitFile(f"{source}: it is no Parquet file") from None


# --- lines of JSON ---


def _decided_lines(decider: RowDecider, source: str) -> Iterator[DecidedBatch]:
    with open(source, "rb") as lines:
        texts: list[str] = []
        rows: list[DecidedRow] = []
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            texts.append(line.decode("utf-8", "replace").strip())
            rows.append(_decide_line(decider, number, line))
            if len(rows) == ROWS:
                yield _batch_of(decider, texts, rows)
                texts, rows = [], []
        if rows:
            yield _batch_of(decider, texts, rows)


def _decide_line(decider: RowDecider, number: int, line: bytes) -> DecidedRow:
    try:
        row = parse_json(line, parse_float=Decimal)
    except ValueError as problem:
        fault = Fault(f"line {number}", str(problem), '{"fact": value, …}')
        return DecidedRow(faults=(fault,))
    return decider.decide_mapping(row)


def _batch_of(decider: RowDecider, texts: list[str], rows: list[DecidedRow]) -> DecidedBatch:
    import pyarrow as pa

    names = list(result_columns(decider.spec))
    values = [row.as_columns(decider.spec) or dict.fromkeys(names) for row in rows]
    results = {
        name: pa.array([one[name] for one in values], pa.bool_() if i % 3 else pa.string())
        for i, name in enumerate(names)
    }
    faults = {i: row.faults for i, row in enumerate(rows) if row.faults}
    return DecidedBatch(pa.table(results), pa.table({SITUATION: texts}), faults)


# --- what is written ---


class _BatchWriter(AbstractContextManager["_BatchWriter"]):
    """Writes batches to a file whose first batch says what its columns are."""

    def __init__(self, path: str, prefix: str, with_bad: bool) -> None:
        self.path, self.prefix, self.with_bad = path, prefix, with_bad
        self.writer: Any = None
        self._opened = ExitStack()

    def write_batch(self, batch: DecidedBatch) -> None:
        import pyarrow as pa

        names = [f"{self.prefix}{name}" for name in batch.results.column_names]
        taken = [name for name in (*names, FAULTS) if name in batch.given.column_names]
        if taken:
            raise UnfitFile(f"the table has a column `{taken[0]}` already; give `--prefix new_`")
        table = pa.table(
            [*batch.given.columns, *batch.results.columns, batch.faults_column()],
            names=[*batch.given.column_names, *names, FAULTS],
        )
        if not self.with_bad:
            table = table.filter(table.column(FAULTS).is_null()).drop_columns([FAULTS])
        self._open_writer(table)(table)

    def _open_writer(self, table: Any) -> Callable[[Any], None]:
        import pyarrow.csv as pc
        import pyarrow.parquet as pq

        match Path(self.path).suffix:
            case ".jsonl":
                return self._write_lines
            case ".csv":
                table = _without_lists(table)
                if self.writer is None:
                    writer = pc.CSVWriter(self.path, table.schema)
                    self.writer = self._opened.enter_context(writer)
                return lambda one: self.writer.write(_without_lists(one))
            case _:
                if self.writer is None:
                    writer = pq.ParquetWriter(self.path, table.schema)
                    self.writer = self._opened.enter_context(writer)
                write: Callable[[Any], None] = self.writer.write_table
                return write

    def _write_lines(self, table: Any) -> None:
        with open(self.path, "a" if self.writer else "w", encoding="utf-8") as lines:
            self.writer = True
            for row in table.to_pylist():
                situation = row.pop(SITUATION, None)
                if situation is not None:
                    lines.write(_joined_line(situation, row))
                else:
                    lines.write(json.dumps(row, default=str) + "\n")

    def write_nothing(self, decider: RowDecider) -> None:
        """Write a file without rows, if there were none."""
        if self.writer is None:
            self.write_batch(_batch_of(decider, [], []))

    def __exit__(self, *problem: object) -> None:
        self._opened.close()


def _joined_line(situation: str, results: dict[str, Any]) -> str:
    """Return a line of JSON with the situation as it was given, if it is JSON, and the results."""
    try:
        json.loads(situation)
    except (ValueError, RecursionError):
        situation = json.dumps(situation)
    return f'{{"situation": {situation}, "results": {json.dumps(results)}}}\n'


def _without_lists(table: Any) -> Any:
    """Return the table with lists and structs as JSON, which a CSV file can have."""
    import pyarrow as pa

    for i, column in enumerate(table.schema):
        if pa.types.is_nested(column.type):
            values = table.column(i).to_pylist()
            texts = [None if one is None else json.dumps(one, default=str) for one in values]
            table = table.set_column(i, column.name, pa.array(texts, pa.string()))
    return table


def _write_bad_rows(file: Any, batch: DecidedBatch, start: int) -> None:
    for at, faults in batch.faults.items():
        row = batch.given.slice(at, 1).to_pylist()[0]
        found = {"row": start + at + 1, "given": row, "faults": json.loads(faults_as_json(faults))}
        file.write(json.dumps(found, default=str) + "\n")
