"""Logs of random specs, in two files each, on Spark and on DuckDB: the whole reports are equal.

python -m tests.evaluation.spark_agreement --seed 0 --count 20
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import click
import duckdb

import specdsl
from specdsl.analyses.sampling.sample_cases import SamplingOptions, sample_cases
from specdsl.api import Policy, Spec
from specdsl.evaluation.agreement import LogAgreement, measure_agreement
from specdsl.evaluation.decided_log import DecidedLog
from specdsl.evaluation.log_source import LogColumns, open_session
from specdsl.evaluation.open_logs import open_logs
from tests.random_specs import random_spec

COLUMNS = LogColumns({}, None, ("says.by",))


def write_logs(spec: Spec, folder: Path) -> list[str]:
    """Two files with the same sampled situations and their outcomes; none if all contradict."""
    policy, lines = Policy(spec.circuit), []
    for case in sample_cases(spec, SamplingOptions(30)).cases:
        situation = case.situation.to_replay()
        try:
            outcomes = dict(policy.decide(**situation))
        except specdsl.Contradiction:
            continue
        lines.append(json.dumps({**situation["facts"], **outcomes, "says": situation["says"]}))
    given, logs = folder / "log.jsonl", [str(folder / f"{place}.parquet") for place in (0, 1)]
    given.write_text("\n".join(lines), encoding="utf-8")
    read = f"read_json('{given}', sample_size = -1, convert_strings_to_integers = false)"
    for log in logs if lines else ():
        duckdb.connect().execute(f"COPY (FROM {read}) TO '{log}'")
    return logs if lines else []


def agreement(policy: Policy, logs: list[str], engine: str) -> LogAgreement:
    with tempfile.TemporaryDirectory() as folder:
        session = open_session(Path(folder))
        (source,) = open_logs(session, engine, logs, [policy], COLUMNS)
        found = measure_agreement(DecidedLog(session, policy, source, COLUMNS.by))
        session.close()
    return found


@click.command()
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--count", type=int, default=20, show_default=True)
def main(seed: int, count: int) -> None:
    """Compare the engines on the logs of some random specs."""
    different: list[int] = []
    for number in range(seed, seed + count):
        spec = specdsl.loads(random_spec(number))
        with tempfile.TemporaryDirectory() as folder:
            logs, policy = write_logs(spec, Path(folder)), Policy(spec.circuit)
            if logs and agreement(policy, logs, "duckdb") != agreement(policy, logs, "spark"):
                different.append(number)
    print(f"{count} specs: {f'different: {different}' if different else 'all reports are equal'}")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
