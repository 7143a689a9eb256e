"""Logs read by an engine: DuckDB, or Spark for what outgrows one machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specdsl.api import Policy
from specdsl.evaluation.log_source import BY_WEEK, LogColumns, LogSource, open_log
from specdsl.evaluation.spark_log import open_spark_logs


def open_logs(
    session: Any,
    engine: str,
    paths: Sequence[str],
    policies: Sequence[Policy],
    named: LogColumns,
    observed: bool = True,
    times: str = BY_WEEK,
) -> list[LogSource]:
    """Return the relation of a log for each policy, in a session of DuckDB. `observed` is as for
    `open_log`, `times` as for `open_spark_logs`. Raises `UnreadableLog`.
    """
    if engine == "spark":
        return open_spark_logs(session, paths, policies, named, observed, times)
    return [open_log(session, paths, policy.model, named, observed) for policy in policies]
