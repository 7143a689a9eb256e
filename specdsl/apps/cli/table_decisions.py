"""Decisions of a table of rows, from one file to another."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from specdsl.apps.cli.output import complain
from specdsl.apps.cli.progress import Progress
from specdsl.base.plain_text import visible

if TYPE_CHECKING:
    from specdsl.api import Policy
    from specdsl.batch.table_files import TableFiles


def decide_table_file(policy: Policy, files: TableFiles, engine: str) -> int:
    """Decide the rows of a file. Returns the exit status: 1 if there are bad rows."""
    from specdsl.batch.spark_files import decide_file_on_spark
    from specdsl.batch.table_files import UnfitFile, decide_file
    from specdsl.runtime.results import BadInput

    shown = Progress(files.source)
    try:
        files.require_distinct()
        if engine == "spark":
            found = decide_file_on_spark(policy.row_decider, files)
        else:
            found = decide_file(
                policy.row_decider(), files, lambda done, total: shown("rows", done, total or done)
            )
    except (UnfitFile, ImportError, OSError) as problem:
        shown.clear_line()
        complain(f"nothing is decided: {visible(str(problem))}")
        sys.exit(2)
    except BadInput as problem:
        shown.clear_line()
        click.echo("bad input, nothing is decided:")
        for fault in problem.faults:
            click.echo(f"  {visible(str(fault))}")
        return 1
    shown.clear_line()
    where = files.bad or f"column `faults` of {files.output}"
    bad = f", {found.bad:,} bad and not decided: {where}" if found.bad else ""
    click.echo(f"{visible(files.output)}: {found.rows - found.bad:,} rows decided{visible(bad)}")
    return int(found.bad > 0)
