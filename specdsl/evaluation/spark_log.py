"""Logs on Spark: rows of one class become one row with their number, which is evaluated here.

Spark classifies each row by the conditions that DuckDB would, for one spec or for two, and groups
those with the same masks, observed outcomes, time and columns to divide by. What comes back is a
log of representatives: the simplest row of each group as it was given, and how many rows it stands
for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from specdsl.api import Policy
from specdsl.base.quick_dataclass import dataclass
from specdsl.batch.fact_conversions import DUCKDB_WORDS, SPARK_WORDS
from specdsl.batch.spark_tables import TYPES, open_spark, spark_error_text
from specdsl.evaluation.log_faults import first_fault
from specdsl.evaluation.log_source import (
    BY_WEEK,
    ROW,
    SAYS,
    TIME,
    WEIGHT,
    ChosenColumns,
    LogColumns,
    LogSource,
    UnreadableLog,
    file_kind,
    files_of_logs,
)
from specdsl.evaluation.row_classification import ALONE, KNOWN, RowClassification
from specdsl.evaluation.situation_classes import ClassifiedDecision
from specdsl.evaluation.spark_rows import SparkRows, quote, read_spark_rows

VIEW, CHOSEN, TRIED_VIEW = "given_log", "chosen_log", "tried_log"
REPRESENTATIVES, TRIED = "representatives", "tried_records"
RAW = "_raw_"  # The prefix of facts and instructions as they were given.
TRIED_RELATION = (
    f"(SELECT CAST(result AS JSON) AS result, CAST(trial AS JSON) AS trial, {WEIGHT} FROM {TRIED})"
)
KNOWN_STEP = 10**12  # Rows that a log may have, to be ordered by known facts and number.


def open_spark_logs(
    session: Any,
    paths: Sequence[str],
    policies: Sequence[Policy],
    named: LogColumns,
    observed: bool = True,
    times: str = BY_WEEK,
) -> list[LogSource]:
    """Return the relation of a log for each policy, in a session of DuckDB: one row for each class.
    `times` is the expression of the times that differ; `observed` is as for `open_log`. Raises
    `UnreadableLog`.
    """
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
    except ImportError:
        raise UnreadableLog(["Spark takes pyspark: pip install 'specdsl[spark]'"]) from None

    try:
        rows = read_spark_rows(open_spark(), paths)
        log = _SparkLog(rows, policies, named, observed, times)
        tables = {REPRESENTATIVES: log.representatives(), TRIED: _tried_records(rows)}
        for name, frame in tables.items():
            _copy_table(session, name, frame)
    except (PySparkException, Py4JError) as problem:
        files = files_of_logs(paths)
        said = first_fault(files, file_kind(files), spark_error_text(problem))
        raise UnreadableLog([said]) from None
    tried = None if tables[TRIED] is None else TRIED_RELATION
    return [_source_of(session, log, i, tried) for i in range(len(policies))]


def _copy_table(session: Any, name: str, frame: Any) -> None:
    """Copy a frame of Spark, if there is one, to a table of DuckDB."""
    if frame is not None:
        session.register("given_frame", frame.toArrow())
        session.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM given_frame")
        session.unregister("given_frame")


def _tried_records(rows: SparkRows) -> Any:
    """Return the results and trials of a decision log, each pair once with its number."""
    if not rows.is_record or "trial" not in rows.frame.columns:
        return None
    rows.frame.createOrReplaceTempView(TRIED_VIEW)
    return rows.frame.sparkSession.sql(
        f"SELECT to_json(result) AS result, to_json(trial) AS trial, count(*) AS {WEIGHT} "
        f"FROM {TRIED_VIEW} WHERE trial IS NOT NULL GROUP BY 1, 2"
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    """A policy with the columns that it reads, and the decisions that are judged."""

    policy: Policy
    chosen: ChosenColumns
    decisions: tuple[ClassifiedDecision, ...]


class _SparkLog:
    """The rows of a log, classified by some policies."""

    def __init__(
        self,
        rows: SparkRows,
        policies: Sequence[Policy],
        named: LogColumns,
        observed: bool,
        times: str,
    ) -> None:
        self.rows, self._times, self.observed = rows, times, observed
        self.judged = [self._judge_policy(policy, named) for policy in policies]
        self._pairs: dict[str, str] = {}
        for one in self.judged:
            self._pairs |= one.chosen.pairs(SPARK_WORDS.text, SPARK_WORDS.text)
        self._facts = {fact.name for policy in policies for fact in policy.facts}
        given = [name for name in self._pairs if name in self._facts or name == SAYS]
        self._raw = {name: f"{RAW}{i}" for i, name in enumerate(given)}
        self._keys = [quote(name) for name in self._pairs if name not in self._raw]
        self.mixed: frozenset[str] = frozenset()

    def _judge_policy(self, policy: Policy, named: LogColumns) -> _Judged:
        model, rows = policy.model, self.rows
        chosen = ChosenColumns(model, named, rows.columns, rows.is_record, self.observed)
        decisions = tuple(
            ClassifiedDecision(policy.circuit, decision)
            for decision in model.decisions
            if decision.name in chosen.decisions or not self.observed
        )
        return _Judged(policy, chosen, decisions)

    def representatives(self) -> Any:
        """Return a frame with the simplest row of each group, and how many rows it has."""
        spark = self.rows.frame.sparkSession
        self.rows.frame.createOrReplaceTempView(VIEW)
        columns = ", ".join(f"{text} AS {quote(name)}" for name, text in self._pairs.items())
        chosen = spark.sql(f"SELECT {ROW}, {columns} FROM {VIEW}")
        types = {name: TYPES.get(kind, kind) for name, kind in chosen.dtypes}
        self.mixed = frozenset(name for name, kind in types.items() if kind == "variant")
        chosen.createOrReplaceTempView(CHOSEN)
        view, masks = CHOSEN, list[str]()
        for place, one in enumerate(self.judged):
            classified = spark.sql(self._classifying_query(one, types, view, masks))
            masks += self._marks(one, place)
            view = f"classified_{place}"
            classified.selectExpr(
                *self._renamed_columns(one, place, masks)
            ).createOrReplaceTempView(view)
        return self._groups(spark, view, masks)

    def _classifying_query(
        self, one: _Judged, types: Mapping[str, str], view: str, masks: Sequence[str]
    ) -> str:
        """Return the query that adds the masks of a policy; `masks` are there already."""
        kept = {raw: quote(name) for name, raw in self._raw.items()}
        kept |= {name: name for name in (ROW, *self._keys, *masks)}
        classification = RowClassification(
            one.policy.circuit, one.decisions, types, self.rows.texts, SPARK_WORDS, "spark"
        )
        return classification.classifying_query(view, kept)

    def _marks(self, one: _Judged, place: int) -> list[str]:
        """Return the names of what a policy tells apart: masks, rows by themselves, known facts."""
        names = [name for decision in one.decisions for name in decision.mask_columns()]
        return [f"{name}_{place}" for name in (*names, ALONE, KNOWN)]

    def _renamed_columns(self, one: _Judged, place: int, masks: Sequence[str]) -> list[str]:
        """Return the columns of a classified view under names of their own."""
        own = self._marks(one, place)
        raw = [f"{raw} AS {quote(name)}" for name, raw in self._raw.items()]
        marks = [f"{name.removesuffix(f'_{place}')} AS {name}" for name in own]
        return [ROW, *self._keys, *raw, *marks, *(name for name in masks if name not in own)]

    def _groups(self, spark: Any, view: str, masks: Sequence[str]) -> Any:
        given = [
            f"to_json({quote(name)})" if name in self.mixed else quote(name) for name in self._raw
        ]
        raw = [f"{text} AS {name}" for text, name in zip(given, self._raw.values(), strict=True)]
        keys = {name: name for name in self._keys}
        if TIME in self._pairs:
            keys[quote(TIME)] = self._times.format(quote(TIME))
        alone = " OR ".join(name for name in masks if name.startswith(ALONE))
        known = [name for name in masks if name.startswith(KNOWN)]
        apart = [name for name in masks if name not in known]
        own = f"CASE WHEN {alone} THEN to_json(struct({', '.join(raw)})) END"
        whole = f"struct({', '.join([ROW, *raw])})"
        simplest = f"min_by({whole}, CAST({known[0]} AS BIGINT) * {KNOWN_STEP} + {ROW})"
        shown = "".join(f", {text} AS {name}" for name, text in keys.items())
        groups = spark.sql(
            f"SELECT {simplest} AS one, count(*) AS {WEIGHT}{shown} "
            f"FROM {view} GROUP BY {', '.join([*apart, own, *keys.values()])}"
        )
        back = [f"one.{raw} AS {quote(name)}" for name, raw in self._raw.items()]
        return groups.selectExpr(f"one.{ROW} AS {ROW}", WEIGHT, *back, *keys).orderBy(ROW)


def _source_of(session: Any, log: _SparkLog, place: int, records: str | None) -> LogSource:
    """Return the relation of the representatives, with the types of a log that DuckDB reads."""
    found = session.execute(f"DESCRIBE SELECT * FROM {REPRESENTATIVES}").fetchall()
    casts = {SAYS: "JSON", TIME: "TIMESTAMP", **dict.fromkeys(log.mixed, "JSON")}
    columns = [
        f"CAST({quoted} AS {casts[name]}) AS {quoted}" if name in casts else quoted
        for name, *_ in found
        for quoted in [DUCKDB_WORDS.quoted_name(name)]
    ]
    relation = f"(SELECT {', '.join(columns)} FROM {REPRESENTATIVES})"
    kinds = session.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    one = log.judged[place]
    return LogSource(
        relation,
        tuple(decision.decision.name for decision in one.decisions),
        frozenset(one.chosen.decisions),
        {row[0]: row[1] for row in kinds},
        one.chosen.has_time,
        log.rows.texts,
        records,
        True,
    )
