"""Log files as a relation of DuckDB: a column for each fact, the outcomes that were observed, the
time, and what a report may be divided by.

A decision log of `specdsl.records` is read by its own fields; any other table by the names of its
columns. Rows are numbered from 0 in their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from specdsl.base.quick_dataclass import dataclass
from specdsl.batch.fact_conversions import DUCKDB_WORDS
from specdsl.evaluation.log_faults import first_fault, header_of_csv
from specdsl.frontend.model.nodes import SpecModel
from specdsl.records.read_records import log_files

quote_name = DUCKDB_WORDS.quoted_name
ROW, TIME, OBSERVED = "_row", "_time", "_observed_"
WEIGHT = "_weight"  # The column of how many rows one stands for.
LINES = (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz")
SAYS = "says"
SPEAKERS = "says.by"
"""The column of those who gave the instructions of a row, which a report may be divided by."""
BY_WEEK = "date_trunc('WEEK', {})"
"""The times of rows, as far as reports tell them apart."""
DESCRIBED = ("timestamp", "version", "digest", "spec")
"""The columns of a decision log that describe the call."""
JSON_LINES = "format = 'newline_delimited', maximum_object_size = 67108864"
JSON_INFERENCE = (
    "sample_size = -1, map_inference_threshold = -1, convert_strings_to_integers = false"
)
PLAIN_TYPES = ("BOOLEAN", "BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT", "DOUBLE", "JSON")
"""Types of values in JSON that are no texts; JSON itself where a column has several."""
MEMORY = "1500MB"
"""Memory of DuckDB, beyond which it goes on with files beside its own."""


class UnreadableLog(ValueError):
    """A file that is no log of this spec. `problems` names all that is wrong with it."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class LogColumns:
    """The roles of a table's columns. `observed` has those of outcomes by decision (without it,
    a decision's name); `time` is the column of the time; `by` are columns to divide by.
    """

    observed: Mapping[str, str]
    time: str | None = None
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LogSource:
    """The text of a relation. `decisions` are those to judge, of which the `observed` have an
    outcome there; `types` are those of its columns; `texts`: all values are texts, as in CSV.
    `records` is the relation of the lines of a decision log, None for other tables. `weighted`: a
    row stands for several that are decided alike; their number is in its column `_weight`. `files`
    are read when the relation is.
    """

    relation: str
    decisions: tuple[str, ...]
    observed: frozenset[str]
    types: Mapping[str, str]
    has_time: bool
    texts: bool
    records: str | None = None
    weighted: bool = False
    files: tuple[str, ...] = ()


def open_session(folder: Path) -> Any:
    """Return a session of DuckDB whose tables are in a folder. Raises `ImportError` that names the
    extra.
    """
    try:
        import duckdb
        import numpy  # noqa: F401
        import pyarrow  # noqa: F401
        import sqlglot  # noqa: F401
    except ImportError as problem:
        raise ImportError(f"logs take {problem.name}: pip install 'specdsl[eval]'") from None
    session = duckdb.connect(str(folder / "log.duckdb"))
    settings = ("max_expression_depth = 10000", "TimeZone = 'UTC'", "enable_progress_bar = false")
    for text in (f"memory_limit = '{MEMORY}'", f"temp_directory = '{folder}'", *settings):
        session.execute(f"SET {text}")
    return session


def open_log(
    session: Any, paths: Sequence[str], spec: SpecModel, named: LogColumns, observed: bool = True
) -> LogSource:
    """Return the relation of some files of one kind. `observed`: only decisions with an observed
    outcome are judged, and there is one. Raises `UnreadableLog`.
    """
    files = files_of_logs(paths)
    kind = file_kind(files)
    try:
        table = _table_of(session, files, kind)
        found = session.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()
    except UnreadableLog:
        raise
    except Exception as problem:  # DuckDB's errors have no common base that is public.
        raise unreadable_log(files, problem) from None
    types = {row[0]: row[1] for row in found}
    is_record = types.get("input", "").startswith("STRUCT") and "result" in types
    columns = _record_columns(session, table) if is_record else {n: quote_name(n) for n in types}
    if SAYS in columns:
        columns = {SPEAKERS: speakers_text(columns[SAYS]), **columns}
    chosen = ChosenColumns(spec, named, columns, is_record, observed)
    selected = ", ".join(f"{text} AS {quote_name(name)}" for name, text in chosen.pairs())
    relation = f"(SELECT row_number() OVER () - 1 AS {ROW}, {selected} FROM {table})"
    kinds = session.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    return LogSource(
        relation,
        chosen.decisions if observed else tuple(decision.name for decision in spec.decisions),
        frozenset(chosen.decisions),
        {row[0]: row[1] for row in kinds},
        chosen.has_time,
        kind == "csv",
        table if is_record and "trial" in types else None,
        files=tuple(files),
    )


def unreadable_log(files: Sequence[str], problem: Exception) -> UnreadableLog:
    """Return the problem of files that DuckDB could not read."""
    said = str(problem).splitlines()[0]
    return UnreadableLog([first_fault(files, file_kind(files), said)])


def speakers_text(says: str) -> str:
    """Return the expression of the names of those who gave instructions, each once; NULL where
    nobody did.
    """
    names = f"CAST(json_extract_string(CAST({says} AS JSON), '$[*].by') AS VARCHAR[])"
    return f"nullif(array_to_string(list_sort(list_distinct({names})), ', '), '')"


def files_of_logs(paths: Sequence[str]) -> list[str]:
    """Return the files of some logs: themselves, or those of a folder; an address of another kind
    as it is. Raises `UnreadableLog` that names each without a file.
    """
    found = {path: [path] if "://" in path else list(_files_of(path)) for path in paths}
    if missing := [path for path, files in found.items() if not files]:
        raise UnreadableLog([f"{path}: {_why_missing(path)}" for path in missing])
    return [str(file) for path in paths for file in found[path]]


def _why_missing(path: str) -> str:
    return "the folder has no log" if Path(path).is_dir() else "No such file or directory"


def _files_of(path: str) -> list[Path]:
    try:
        return [file for file in log_files(path) if file.exists()]
    except OSError:
        return []


def file_kind(files: Sequence[str]) -> str:
    """Return the kind of some files: `parquet`, `csv` or `lines`. Raises `UnreadableLog`."""
    names = [file.lower() for file in files]
    kinds = {"parquet": (".parquet",), "csv": (".csv", ".csv.gz", ".tsv"), "lines": LINES}
    for kind, ends in kinds.items():
        if all(name.endswith(ends) for name in names):
            return kind
    raise UnreadableLog(
        [f"{files[0]}: it is no .jsonl, .csv or .parquet, or not all are of a kind"]
    )


def _table_of(session: Any, files: Sequence[str], kind: str) -> str:
    """Return the table function that reads the files."""
    listed = ", ".join(map(_quote_text, files))
    match kind:
        case "parquet":
            return f"read_parquet([{listed}])"
        case "csv" if any("://" in file for file in files):
            return f"read_csv([{listed}], all_varchar = true, header = true)"
        case "csv":
            names, delimiter = common_header(files)
            columns = [f"{_quote_text(name)}: 'VARCHAR'" for name in names]
            return (
                f"read_csv([{listed}], auto_detect = false, header = true, delim = '{delimiter}', "
                f"quote = '\"', escape = '\"', columns = {{{', '.join(columns)}}})"
            )
        case _:
            inferred = session.sql(
                f"SELECT * FROM read_json([{listed}], {JSON_LINES}, {JSON_INFERENCE})"
            )
            pairs = zip(inferred.columns, inferred.types, strict=True)
            texts = [(name, _plain_type(kind)) for name, kind in pairs]
            columns = [f"{_quote_text(name)}: {_quote_text(kind)}" for name, kind in texts]
            return f"read_json([{listed}], {JSON_LINES}, columns = {{{', '.join(columns)}}})"


def common_header(files: Sequence[str]) -> tuple[list[str], str]:
    """Return the columns of CSV files and their delimiter. Raises `UnreadableLog`."""
    first: tuple[list[str], str] | None = None
    for file in files:
        try:
            found = header_of_csv(file)
        except (OSError, ValueError) as problem:
            raise UnreadableLog([f"{file}:1: {problem}"]) from None
        if first is not None and found != first:
            raise UnreadableLog([f"{file}:1: its header is another one than that of {files[0]}"])
        first = found
    assert first is not None
    return first


def _quote_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _plain_type(kind: Any) -> str:
    """Return the type of a column of JSON in which every text is a text, also one that looks like
    a date or an identifier.
    """
    match kind.id:
        case "list":
            return f"{_plain_type(kind.children[0][1])}[]"
        case "struct":
            fields = [f"{quote_name(name)} {_plain_type(one)}" for name, one in kind.children]
            return f"STRUCT({', '.join(fields)})"
        case _ if f"{kind}" in PLAIN_TYPES:
            return f"{kind}"
        case _:
            return "VARCHAR"


def _record_columns(session: Any, table: str) -> dict[str, str]:
    """Return the columns of a decision log: facts, results, and what describes the call."""
    columns = {name: quote_name(name) for name in DESCRIBED}
    for struct in ("labels", "custom", "input.facts"):
        try:
            found = session.execute(f"DESCRIBE SELECT unnest({struct}) FROM {table}").fetchall()
        except Exception:  # The log has no such field, or it is always null.
            continue
        columns |= {row[0]: f"{struct}.{quote_name(row[0])}" for row in found}
    found = session.execute(f"DESCRIBE SELECT result.* FROM {table}").fetchall()
    columns |= {f"{OBSERVED}{row[0]}": f"result.{quote_name(row[0])}" for row in found}
    return {**columns, SAYS: "input.says"}


class ChosenColumns:
    """The columns of a table that an evaluation reads. Raises `UnreadableLog`."""

    def __init__(
        self,
        spec: SpecModel,
        named: LogColumns,
        columns: Mapping[str, str],
        is_record: bool,
        observed: bool,
    ) -> None:
        self._spec, self._named, self._columns = spec, named, columns
        self._prefix = OBSERVED if is_record else ""
        time = named.time or ("timestamp" if "timestamp" in columns else None)
        self.has_time, self._time = time is not None, time
        problems = list(self._problems())
        if problems:
            raise UnreadableLog(problems)
        self.decisions = tuple(d.name for d in spec.decisions if self._column_of(d.name) in columns)
        if observed and not self.decisions:
            names = ", ".join(f"`{decision.name}`" for decision in spec.decisions)
            raise UnreadableLog([f"no column has an observed outcome of {names}"])

    def _column_of(self, decision: str) -> str:
        return self._named.observed.get(decision, f"{self._prefix}{decision}")

    def _problems(self) -> Iterator[str]:
        decisions = {decision.name for decision in self._spec.decisions}
        for name in self._named.observed:
            if name not in decisions:
                yield f"there is no decision `{name}`{_suggestion(name, decisions)}"
        asked = [*self._named.observed.values(), *self._named.by]
        for name in (*asked, *([self._named.time] if self._named.time else ())):
            if name not in self._columns:
                yield f"there is no column `{name}`{_suggestion(name, self._columns)}"
        for fact in self._spec.facts:
            if not fact.optional and fact.name not in self._columns:
                yield f"there is no column for the fact `{fact.name}`"

    def pairs(self, text: str = "VARCHAR", json: str = "JSON") -> Iterator[tuple[str, str]]:
        """Yield the columns of the relation with their expressions; `text` and `json` are types."""
        for fact in self._spec.facts:
            if fact.name in self._columns:
                yield fact.name, self._columns[fact.name]
        if SAYS in self._columns:
            yield SAYS, f"CAST({self._columns[SAYS]} AS {json})"
        for decision in self.decisions:
            yield (
                f"{OBSERVED}{decision}",
                f"CAST({self._columns[self._column_of(decision)]} AS {text})",
            )
        if self._time is not None:
            yield TIME, f"TRY_CAST({self._columns[self._time]} AS TIMESTAMP)"
        for place, name in enumerate(self._named.by):
            yield by_column(place), f"CAST({self._columns[name]} AS {text})"


def by_column(place: int) -> str:
    """Return the name of the column in a relation that a report is divided by."""
    return f"_by_{place}"


def split_at(moment: str) -> str:
    """Return the expression of times that only differ in their side of a moment."""
    place = f"TIMESTAMP '{moment}'"
    before = f"WHEN {{0}} < {place} THEN {place} - INTERVAL 1 SECOND"
    return f"CASE {before} WHEN {{0}} >= {place} THEN {place} END"


def _suggestion(name: str, known: Mapping[str, Any] | set[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f" (did you mean `{close[0]}`?)" if close else ""
