"""Logs on Spark: rows of one class become one row with their number, which is evaluated here.

Spark classifies each row by the conditions that DuckDB would, and groups those with the same masks,
observed outcomes, week and columns to divide by. What comes back is a log of representatives: the
simplest row of each group as it was given, and how many rows it stands for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from specdsl.api import Policy
from specdsl.batch.fact_conversions import DUCKDB_WORDS, SPARK_WORDS
from specdsl.batch.spark_tables import TYPES, open_spark, spark_error_text
from specdsl.evaluation.log_source import (
    ROW,
    SAYS,
    SPEAKERS,
    TIME,
    WEIGHT,
    ChosenColumns,
    LogColumns,
    LogSource,
    UnreadableLog,
    files_of_logs,
)
from specdsl.evaluation.row_classification import ALONE, KNOWN, RowClassification
from specdsl.evaluation.situation_classes import ClassifiedDecision

VIEW, CHOSEN, CLASSIFIED_VIEW = "given_log", "chosen_log", "classified_log"
REPRESENTATIVES = "representatives"
RAW = "_raw_"  # The prefix of facts and instructions as they were given.
KNOWN_STEP = 10**12  # Rows that a log may have, to be ordered by known facts and number.
SPEAKERS_TEXT = (
    "nullif(array_join(array_sort(array_distinct(transform("
    "from_json({}, 'array<struct<by:string>>'), one -> one.by))), ', '), '')"
)


def open_spark_log(
    session: Any, paths: Sequence[str], policy: Policy, named: LogColumns
) -> LogSource:
    """Return the relation of a log of Parquet files, in a session of DuckDB: a row for each class.
    Raises `UnreadableLog`.
    """
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
    except ImportError:
        raise UnreadableLog(["Spark takes pyspark: pip install 'specdsl[spark]'"]) from None

    try:
        frame = _read_files(open_spark(), paths)
        chosen = ChosenColumns(policy.model, named, _columns_of(frame), False, True)
        frame.createOrReplaceTempView(VIEW)
        pairs = dict(chosen.pairs(SPARK_WORDS.text, SPARK_WORDS.text))
        grouped = _representatives(frame.sparkSession, policy, chosen, pairs)
        session.register("given_representatives", grouped.toArrow())
    except (PySparkException, Py4JError) as problem:
        raise UnreadableLog([spark_error_text(problem)]) from None
    session.execute(
        f"CREATE OR REPLACE TABLE {REPRESENTATIVES} AS SELECT * FROM given_representatives"
    )
    session.unregister("given_representatives")
    return _source_of(session, chosen)


def _read_files(spark: Any, paths: Sequence[str]) -> Any:
    """Return a frame of the rows of files, with their numbers in the order of the files."""
    files = files_of_logs(paths)
    if unread := [file for file in files if not file.lower().endswith(".parquet")]:
        raise UnreadableLog([f"{unread[0]}: Spark reads logs of .parquet"])
    found, start = None, 0
    for file in files:
        rows = spark.read.parquet(file)
        numbered = rows.selectExpr("*", f"_metadata.row_index + {start} AS {ROW}")
        found = numbered if found is None else found.unionByName(numbered)
        start += rows.count()
    return found


def _columns_of(frame: Any) -> dict[str, str]:
    """Return the columns of a frame with their expressions."""
    columns = {name: SPARK_WORDS.quoted_name(name) for name in frame.columns if name != ROW}
    if SAYS in columns:
        if dict(frame.dtypes)[SAYS] != "string":
            columns[SAYS] = f"to_json({columns[SAYS]})"
        columns = {SPEAKERS: SPEAKERS_TEXT.format(columns[SAYS]), **columns}
    return columns


def _representatives(
    spark: Any, policy: Policy, chosen: ChosenColumns, pairs: Mapping[str, str]
) -> Any:
    """Return a frame with the simplest row of each group, and how many rows it has."""
    quote = SPARK_WORDS.quoted_name
    columns = ", ".join(f"{text} AS {quote(name)}" for name, text in pairs.items())
    spark.sql(f"SELECT {ROW}, {columns} FROM {VIEW}").createOrReplaceTempView(CHOSEN)
    types = {name: TYPES.get(kind, kind) for name, kind in spark.table(CHOSEN).dtypes}
    facts = {fact.name for fact in policy.facts}
    given = {name: f"{RAW}{i}" for i, name in enumerate(pairs) if name in facts or name == SAYS}
    keys = [quote(name) for name in pairs if name not in given]
    kept = {**{raw: quote(name) for name, raw in given.items()}, **{key: key for key in keys}}
    if TIME in pairs:
        kept[quote(TIME)] = f"date_trunc('WEEK', {quote(TIME)})"
    decisions = [
        ClassifiedDecision(policy.circuit, decision)
        for decision in policy.model.decisions
        if decision.name in chosen.decisions
    ]
    classification = RowClassification(
        policy.circuit, decisions, types, False, SPARK_WORDS, "spark"
    )
    query = classification.classifying_query(CHOSEN, {ROW: ROW, **kept})
    spark.sql(query).createOrReplaceTempView(CLASSIFIED_VIEW)
    masks = [name for one in decisions for name in one.mask_columns()]
    whole = f"struct({', '.join([ROW, *given.values()])})"
    own = f"CASE WHEN {ALONE} THEN to_json(struct({', '.join(given.values())})) END"
    simplest = f"min_by({whole}, CAST({KNOWN} AS BIGINT) * {KNOWN_STEP} + {ROW})"
    groups = spark.sql(
        f"SELECT {simplest} AS one, count(*) AS {WEIGHT}{''.join(f', {key}' for key in keys)} "
        f"FROM {CLASSIFIED_VIEW} GROUP BY {', '.join([*masks, ALONE, own, *keys])}"
    )
    raw = [f"one.{raw} AS {quote(name)}" for name, raw in given.items()]
    return groups.selectExpr(f"one.{ROW} AS {ROW}", WEIGHT, *raw, *keys).orderBy(ROW)


def _source_of(session: Any, chosen: ChosenColumns) -> LogSource:
    """Return the relation of the representatives, with the types of a log that DuckDB reads."""
    found = session.execute(f"DESCRIBE SELECT * FROM {REPRESENTATIVES}").fetchall()
    casts = {SAYS: "JSON", TIME: "TIMESTAMP"}
    columns = [
        f"CAST({quoted} AS {casts[name]}) AS {quoted}" if name in casts else quoted
        for name, *_ in found
        for quoted in [DUCKDB_WORDS.quoted_name(name)]
    ]
    relation = f"(SELECT {', '.join(columns)} FROM {REPRESENTATIVES})"
    kinds = session.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    types = {row[0]: row[1] for row in kinds}
    decisions = chosen.decisions
    return LogSource(
        relation, decisions, frozenset(decisions), types, chosen.has_time, False, None, True
    )
