"""Options and errors that commands on logs share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

import click

from specdsl.apps.cli.output import complain, write_unfiltered
from specdsl.base.plain_text import shown_path

if TYPE_CHECKING:
    from specdsl.evaluation.log_source import LogColumns

Command = TypeVar("Command", bound=Callable[..., Any])


def add_column_options(command: Command) -> Command:
    """Add the options that say which columns of a log are which."""
    for option in (
        click.option(
            "--observed",
            multiple=True,
            metavar="DECISION=COLUMN",
            help="The column of an observed outcome (default: the name of the decision).",
        ),
        click.option("--time", help="The column of the time (default: timestamp)."),
        click.option("--by", multiple=True, metavar="COLUMN", help="A column to divide by."),
    ):
        command = option(command)
    return command


def read_columns(observed: Sequence[str], time: str | None, by: Sequence[str]) -> LogColumns:
    """Return the columns that options name."""
    from specdsl.evaluation.log_source import LogColumns

    pairs = [text.partition("=") for text in observed]
    if not all(decision and column for decision, _, column in pairs):
        raise click.UsageError("--observed takes DECISION=COLUMN")
    return LogColumns({decision: column for decision, _, column in pairs}, time, tuple(by))


@contextmanager
def log_session() -> Iterator[Any]:
    """Open a session of DuckDB whose tables are in a file of their own; end the program with 2 on
    logs that cannot be read.
    """
    from specdsl.evaluation.log_source import UnreadableLog, open_session

    with TemporaryDirectory(prefix="specdsl-") as folder:
        try:
            session = open_session(Path(folder))
        except ImportError as problem:
            complain(str(problem))
            sys.exit(2)
        try:
            yield session
        except UnreadableLog as problem:
            for line in problem.problems:
                complain(line)
            sys.exit(2)
        finally:
            session.close()


def require_own_file(output: str | None, given: Sequence[str]) -> None:
    """Raise `click.UsageError` if a report would be written over a file that is read."""
    if output is not None and Path(output).resolve() in (Path(path).resolve() for path in given):
        raise click.UsageError(f"--output {shown_path(output)}: the command reads this file")


def write_report(text: str, output: str | None) -> None:
    """Write a report to a file or to standard output."""
    if output is None:
        write_unfiltered(text)
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        complain(f"{shown_path(output)}: {error.strerror}")
        sys.exit(2)
    click.echo(shown_path(output), err=True)
