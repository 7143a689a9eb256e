"""Command `specdsl eval LOG… --spec FILE`."""

from __future__ import annotations

import sys

import click

from specdsl.apps.cli.common import add_engine_option, load_or_exit
from specdsl.apps.cli.log_options import (
    add_column_options,
    log_session,
    read_columns,
    require_own_file,
    write_report,
)

FORMATS = ("text", "json", "junit", "html")


@click.command("eval")
@click.argument("logs", nargs=-1, required=True, metavar="LOG…")
@click.option("--spec", "file", required=True, metavar="FILE", help="The spec to measure against.")
@add_column_options
@click.option(
    "--at-least",
    type=click.FloatRange(0, 1),
    help="The share of agreeing rows that passes.",
)
@add_engine_option()
@click.option("--output-format", "form", type=click.Choice(FORMATS), default="text")
@click.option("-o", "--output", help="Where the report is written (default: standard output).")
def command(
    logs: tuple[str, ...],
    file: str,
    observed: tuple[str, ...],
    time: str | None,
    by: tuple[str, ...],
    at_least: float | None,
    engine: str,
    form: str,
    output: str | None,
) -> None:
    """Measure what happened against a spec.

    LOG is a decision log (a file or a folder of `policy.logged`), or a table: .jsonl, .csv or
    .parquet, with a column for each fact and one for each observed outcome. What disagrees is told
    in regions, each with its simplest row and the rules that it breaks.

    Exit status 1 where less than `--at-least` agrees, or nothing could be judged.
    """
    require_own_file(output, (file, *logs))
    loaded = load_or_exit(file)
    columns = read_columns(observed, time, by)
    with log_session() as session:
        from specdsl.api import Policy
        from specdsl.evaluation.agreement import measure_agreement
        from specdsl.evaluation.agreement_page import agreement_page
        from specdsl.evaluation.agreement_reports import (
            agreement_json,
            agreement_junit,
            agreement_text,
        )
        from specdsl.evaluation.decided_log import DecidedLog
        from specdsl.evaluation.log_source import BY_WEEK
        from specdsl.evaluation.open_logs import open_logs

        policy = Policy(loaded.require_circuit())
        (source,) = open_logs(session, engine, logs, [policy], columns)
        log = DecidedLog(session, policy, source, columns.by, times=BY_WEEK)
        found = measure_agreement(log)
    reports = {
        "text": agreement_text,
        "json": agreement_json,
        "junit": agreement_junit,
        "html": agreement_page,
    }
    write_report(reports[form](found), output)
    overall = found.overall
    passes = at_least is None or (overall.rows > 0 and overall.share >= at_least)
    sys.exit(0 if passes else 1)
