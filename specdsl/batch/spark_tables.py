"""Tables decided on Spark: the query of decisions on a cluster, and what it leaves open as well.

The rows that SQL does not decide are decided by the policy in Spark's Python workers, which need
specdsl.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from specdsl.batch.batch_completion import BatchCompletion
from specdsl.batch.fact_conversions import SPARK_WORDS
from specdsl.batch.row_decisions import RowDecider, result_columns

VIEW = "rows_of_facts"
GIVEN_VIEW = "given_rows"
FAULTS = "faults"
TYPES = {
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "string": "VARCHAR",
    "array<string>": "VARCHAR[]",
    "date": "DATE",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
    "interval day to second": "INTERVAL",
}


def decide_on_spark(
    make_decider: Any, frame: Any, texts: bool = False, decider: RowDecider | None = None
) -> Any:
    """Return a frame of Spark with the columns of `frame`, the results of each row, and `faults`,
    a JSON text where a row is bad. `make_decider` is called in the workers, and is pickled.
    `texts`: all values are texts.
    """
    session = frame.sparkSession
    own = decider or make_decider()
    types = {name: TYPES.get(kind, kind) for name, kind in frame.dtypes}
    completion = _completion(own, types, texts)
    frame.createOrReplaceTempView(GIVEN_VIEW)
    reading = session.sql(completion.reading_query(GIVEN_VIEW))
    reading.createOrReplaceTempView(VIEW)
    decided = session.sql(completion.deciding_query(VIEW))

    def complete(batches: Iterable[Any]) -> Iterator[Any]:
        import pyarrow as pa

        inner = _completion(make_decider(), types, texts)
        for batch in batches:
            found = inner.complete_batch(batch)
            columns = [*found.given.columns, *found.results.columns, found.faults_column()]
            names = [*types, *found.results.column_names, FAULTS]
            yield from pa.table(columns, names=names).to_batches()

    return decided.mapInArrow(complete, _result_schema(frame, own))


def _completion(decider: RowDecider, types: dict[str, str], texts: bool) -> BatchCompletion:
    return BatchCompletion(decider, types, texts, True, SPARK_WORDS, "spark")


def _result_schema(frame: Any, decider: RowDecider) -> Any:
    from pyspark.sql.types import BooleanType, StringType, StructField, StructType

    results = [
        StructField(name, BooleanType() if i % 3 else StringType())
        for i, name in enumerate(result_columns(decider.spec))
    ]
    return StructType([*frame.schema.fields, *results, StructField(FAULTS, StringType())])


def spark_error_text(problem: Exception) -> str:
    """Return the first line of what Spark, or Java below it, says of an error."""
    java = getattr(problem, "java_exception", None)
    text = str(problem) if java is None else str(java.getMessage())
    return f"Spark: {text.splitlines()[0]}"


def open_spark() -> Any:
    """Return the session of Spark, a local one unless another is set up. Raises `ImportError` that
    names the extra.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise ImportError("Spark takes pyspark: pip install 'specdsl[spark]'") from None
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # Of the workers.
    builder = SparkSession.builder.appName("specdsl")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
    }.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()
