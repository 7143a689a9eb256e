"""Command `specdsl whatif OLD NEW --log LOG`."""

from __future__ import annotations

import sys

import click

from specdsl.apps.cli.common import add_engine_option, add_root_option, load_or_exit
from specdsl.apps.cli.log_options import (
    add_column_options,
    log_session,
    read_columns,
    require_own_file,
    write_report,
)


@click.command("whatif")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@add_root_option
@click.option("--log", "logs", multiple=True, required=True, metavar="LOG", help="What happened.")
@add_column_options
@add_engine_option()
@click.option("--output-format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("-o", "--output", help="Where the report is written (default: standard output).")
def command(
    old: str,
    new: str,
    logs: tuple[str, ...],
    observed: tuple[str, ...],
    time: str | None,
    by: tuple[str, ...],
    engine: str,
    form: str,
    output: str | None,
) -> None:
    """Show what a change would have decided otherwise on what happened.

    Each difference of `specdsl diff` has the number and share of logged situations that it would
    have changed, some of them, and the edit that is responsible. What can change and is not in the
    log is named, too. Exit status 1 where a row changes.
    """
    require_own_file(output, (old, new, *logs))
    loaded = [load_or_exit(path) for path in (old, new)]
    columns = read_columns(observed, time, by)
    with log_session() as session:
        from specdsl.api import Spec
        from specdsl.evaluation.what_if import what_if
        from specdsl.evaluation.what_if_reports import what_if_json, what_if_text

        before, after = (Spec(one, None) for one in loaded)
        found = what_if(session, before, after, logs, columns, engine)
    write_report((what_if_json if form == "json" else what_if_text)(found), output)
    sys.exit(1 if any(found.changed.values()) else 0)
