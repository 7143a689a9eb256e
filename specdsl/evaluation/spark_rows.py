"""Log files as rows of Spark, numbered in the order of the files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from specdsl.base.quick_dataclass import dataclass
from specdsl.batch.fact_conversions import SPARK_WORDS
from specdsl.evaluation.log_source import (
    DESCRIBED,
    OBSERVED,
    ROW,
    SAYS,
    SPEAKERS,
    UnreadableLog,
    common_header,
    file_kind,
    files_of_logs,
)

quote = SPARK_WORDS.quoted_name
LINES_VIEW, PARTS_VIEW = "given_lines", "given_parts"
PART_BITS = 33
"""Bits of an identifier of Spark that count the rows of a part of a file."""
SPEAKERS_TEXT = (
    "nullif(array_join(array_sort(array_distinct(transform("
    "from_json({}, 'array<struct<by:string>>'), one -> one.by))), ', '), '')"
)


@dataclass(frozen=True, eq=False, slots=True)
class SparkRows:
    """A frame with the number of each row, and the expressions of its columns by name. `texts`: all
    values are texts; `is_record`: they are lines of a decision log.
    """

    frame: Any
    columns: Mapping[str, str]
    texts: bool
    is_record: bool


def read_spark_rows(spark: Any, paths: Sequence[str]) -> SparkRows:
    """Read files of one kind. Raises `UnreadableLog`."""
    files = files_of_logs(paths)
    kind = file_kind(files)
    read = {"parquet": _read_parquet, "csv": _read_csv, "lines": _read_lines}[kind]
    schema = _schema_of_lines(spark, files) if kind == "lines" else ""
    found, start = None, 0
    for file in files:
        rows, count = read(spark, file, start, schema)
        found = rows if found is None else found.unionByName(rows)
        start += count
    kinds = dict(found.dtypes) if found is not None else {}
    is_record = kinds.get("input", "").startswith("struct") and "result" in kinds
    columns = _record_columns(found) if is_record else {n: quote(n) for n in kinds if n != ROW}
    return SparkRows(found, _with_speakers(found, columns), kind == "csv", is_record)


# --- files ---------------------------------------------------------------------------------------


def _read_parquet(spark: Any, file: str, start: int, _: str) -> tuple[Any, int]:
    rows = spark.read.parquet(file)
    return rows.selectExpr("*", f"_metadata.row_index + {start} AS {ROW}"), rows.count()


def _read_csv(spark: Any, file: str, start: int, _: str) -> tuple[Any, int]:
    options = {"header": "true", "escape": '"', "multiLine": "true", "mode": "FAILFAST"}
    names, delimiter = ([], ",") if "://" in file else common_header([file])
    rows = spark.read.options(sep=delimiter, **options).csv(file)
    return _number_rows(rows.toDF(*names) if names else rows, start)


def _read_lines(spark: Any, file: str, start: int, schema: str) -> tuple[Any, int]:
    lines = spark.read.text(file).where("trim(value) <> ''")
    parsed = f"from_json(value, '{schema}', map('mode', 'FAILFAST')) AS line"
    return _number_rows(lines.selectExpr(parsed).selectExpr("line.*"), start)


def _number_rows(rows: Any, start: int) -> tuple[Any, int]:
    """Number the rows of one file: Spark numbers those of each part of it, parts in order."""
    marked = rows.selectExpr("*", f"monotonically_increasing_id() AS {ROW}")
    counted = marked.groupBy((marked[ROW] / 2**PART_BITS).cast("bigint").alias("part")).count()
    firsts, total = [], start
    for part, count in sorted(map(tuple, counted.collect())):
        firsts.append(f"WHEN {part} THEN {total - (part << PART_BITS)}")
        total += count
    if not firsts:
        return marked, 0
    number = f"{ROW} + CASE shiftright({ROW}, {PART_BITS}) {' '.join(firsts)} END AS {ROW}"
    return marked.selectExpr(*map(quote, rows.columns), number), total - start


def _schema_of_lines(spark: Any, files: Sequence[str]) -> str:
    """Return the schema of JSON lines: a field whose values are not of one type is a VARIANT."""
    lines = spark.read.text(list(files)).where("trim(value) <> ''")
    found = lines.selectExpr("schema_of_variant_agg(parse_json(value)) AS found").collect()[0][0]
    if not found.startswith("OBJECT<"):
        raise UnreadableLog([f"{files[0]}: its lines are no objects of JSON"])
    schema = re.sub(r"DECIMAL\(\d+, ?\d+\)", "DOUBLE", found)
    for old, new in (("OBJECT<", "STRUCT<"), (": VOID", ": STRING"), ("<VOID>", "<STRING>")):
        schema = schema.replace(old, new)
    return schema.replace("'", "\\'")


# --- columns -------------------------------------------------------------------------------------


def _record_columns(frame: Any) -> dict[str, str]:
    """Return the columns of a decision log: facts, results, and what describes the call."""
    columns = {name: name for name in DESCRIBED if name in frame.columns}
    for struct in ("labels", "custom", "input.facts", "result"):
        prefix = OBSERVED if struct == "result" else ""
        names = _fields_of(frame, struct)
        columns |= {f"{prefix}{name}": f"{struct}.{quote(name)}" for name in names}
    return {**columns, SAYS: "input.says"} if "says" in _fields_of(frame, "input") else columns


def _fields_of(frame: Any, path: str) -> list[str]:
    """Return the fields of a struct; none if there is no such struct."""
    kind = frame.schema
    for name in path.split("."):
        fields = {one.name: one.dataType for one in getattr(kind, "fields", ())}
        kind = fields.get(name)
    return [one.name for one in getattr(kind, "fields", ())]


def _with_speakers(frame: Any, columns: Mapping[str, str]) -> dict[str, str]:
    """Add the column of those who gave instructions, which are texts of JSON."""
    if SAYS not in columns:
        return dict(columns)
    (kind,) = (kind for _, kind in frame.selectExpr(columns[SAYS]).dtypes)
    says = columns[SAYS] if kind == "string" else f"to_json({columns[SAYS]})"
    return {SPEAKERS: SPEAKERS_TEXT.format(says), **columns, SAYS: says}
