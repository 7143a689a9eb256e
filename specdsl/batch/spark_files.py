"""Files of rows decided on Spark, which writes a folder of Parquet, CSV or JSON files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from specdsl.batch.row_decisions import RowDecider
from specdsl.batch.spark_tables import FAULTS, decide_on_spark, open_spark, spark_error_text
from specdsl.batch.table_files import FileSummary, TableFiles, UnfitFile

OPTIONS = {"header": "true", "escape": '"'}  # Of CSV files, as everybody else writes them.
FORMATS = {".parquet": "parquet", ".csv": "csv", ".jsonl": "json"}


def decide_file_on_spark(make_decider: Callable[[], RowDecider], files: TableFiles) -> FileSummary:
    """Decide all rows of a file, or of a folder of them. Raises `UnfitFile`, and `BadInput` if
    there is no column for a fact that is always known.
    """
    if files.prefix:
        raise UnfitFile("`--prefix` is not for Spark")
    session = open_spark()
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        return _decide_with(session, make_decider, files)
    except (PySparkException, Py4JError) as problem:
        raise UnfitFile(spark_error_text(problem)) from None


def _decide_with(
    session: Any, make_decider: Callable[[], RowDecider], files: TableFiles
) -> FileSummary:
    kind, target = (FORMATS.get(Path(path).suffix) for path in (files.source, files.output))
    if kind not in ("parquet", "csv") or target is None:
        raise UnfitFile("Spark reads .parquet and .csv, and writes .parquet, .csv and .jsonl")
    reader = session.read.format(kind).options(**OPTIONS)
    frame = decide_on_spark(make_decider, reader.load(files.source), texts=kind == "csv").cache()
    rows, bad = frame.count(), frame.where(f"{FAULTS} IS NOT NULL").count()
    if files.bad is not None:
        _write_frame(frame.where(f"{FAULTS} IS NOT NULL"), files.bad, "json")
        frame = frame.where(f"{FAULTS} IS NULL").drop(FAULTS)
    _write_frame(frame, files.output, target)
    return FileSummary(rows, bad)


def _write_frame(frame: Any, path: str, kind: str) -> None:
    frame.write.format(kind).options(**OPTIONS).mode("overwrite").save(path)
