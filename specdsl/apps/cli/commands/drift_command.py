"""Command `specdsl drift LOG… --spec FILE --by COLUMN`."""

from __future__ import annotations

import sys

import click

from specdsl.apps.cli.common import add_engine_option, load_or_exit
from specdsl.apps.cli.log_options import (
    log_session,
    read_columns,
    require_own_file,
    write_report,
)


@click.command("drift")
@click.argument("logs", nargs=-1, required=True, metavar="LOG…")
@click.option("--spec", "file", required=True, metavar="FILE", help="The spec to measure against.")
@click.option("--by", metavar="COLUMN", help="A column with two values: versions of a service.")
@click.option("--since", type=click.DateTime(), help="Instead: the time that divides the log.")
@click.option("--observed", multiple=True, metavar="DECISION=COLUMN", help="As for `eval`.")
@click.option("--time", help="The column of the time (default: timestamp).")
@click.option(
    "--level", type=click.FloatRange(0, 0.5, min_open=True), default=0.05, show_default=True
)
@add_engine_option()
@click.option("--output-format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("-o", "--output", help="Where the report is written (default: standard output).")
def command(
    logs: tuple[str, ...],
    file: str,
    by: str | None,
    since: object,
    observed: tuple[str, ...],
    time: str | None,
    level: float,
    engine: str,
    form: str,
    output: str | None,
) -> None:
    """Show which rules are kept more or less often than before.

    Two windows of a log are compared: the two values of a column, or before and after a time. Each
    change has an interval and a p-value, corrected for the number of rules. Exit status 1 where a
    rule moved.
    """
    require_own_file(output, (file, *logs))
    if (by is None) == (since is None):
        raise click.UsageError("name a column with `--by`, or a time with `--since`")
    loaded = load_or_exit(file)
    columns = read_columns(observed, time, (by,) if by else ())
    with log_session() as session:
        from specdsl.api import Policy
        from specdsl.evaluation.decided_log import DecidedLog
        from specdsl.evaluation.drift import (
            WindowProblem,
            measure_drift,
            window_of_time,
            windows_of_column,
        )
        from specdsl.evaluation.drift_reports import drift_json, drift_text
        from specdsl.evaluation.log_source import BY_WEEK, split_at
        from specdsl.evaluation.open_logs import open_logs

        policy = Policy(loaded.require_circuit())
        times = BY_WEEK if since is None else split_at(f"{since}")
        (source,) = open_logs(session, engine, logs, [policy], columns, times=times)
        if since is not None and not source.has_time:
            raise click.UsageError("the log has no time; name its column with `--time`")
        log = DecidedLog(session, policy, source, columns.by, times=times)
        try:
            windows = windows_of_column(log) if since is None else window_of_time(f"{since}")
            found = measure_drift(log, *windows, level)
        except WindowProblem as problem:
            raise click.UsageError(str(problem)) from None
    write_report((drift_json if form == "json" else drift_text)(found), output)
    sys.exit(1 if found.moved else 0)
