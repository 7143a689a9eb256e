"""Command `specdsl import claude-settings` and `specdsl import codex-rules`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from specdsl.apps.cli import standard_input
from specdsl.apps.cli.output import complain, exit_on_file, write_unfiltered
from specdsl.base.limits import MAX_TEXT
from specdsl.base.plain_text import shown_path
from specdsl.reports.checked_spec import count_of

if TYPE_CHECKING:
    from specdsl.importing.imported_spec import ImportedSpec

OUTPUT = click.option("-o", "--output", help="Where it is written (default: standard output).")


@click.group("import")
def command() -> None:
    """Write a spec that decides as the rules of another tool do.

    What no condition says exactly is named in a comment at the head of the spec and on standard
    error; the exit status is then 1.
    """


@command.command("claude-settings")
@click.argument("files", nargs=-1, required=True, metavar="[SCOPE=]FILE…")
@click.option("--home", help="The folder that `~` stands for (default: that of this user).")
@click.option("--project", help="The folder of the project (default: the working folder).")
@OUTPUT
def import_claude_settings(
    files: tuple[str, ...], home: str | None, project: str | None, output: str | None
) -> None:
    """Import the permissions in settings files of Claude Code.

    SCOPE is managed, local, project or user. Without it the name of the file tells:
    `settings.local.json` is local, one with `managed` or `user` in its name of that scope, any
    other of the project.
    """
    from specdsl.importing.claude_settings import (
        SCOPES,
        SettingsFile,
        import_settings,
        scope_of_path,
    )

    read = []
    for argument in files:
        scope, _, name = argument.rpartition("=")
        if scope not in (*SCOPES, ""):
            if scope.isidentifier() and not Path(argument).exists():
                *some, last = SCOPES
                known = f"{', '.join(some)} or {last}"
                exit_on_file(argument, f"there is no scope `{scope}`; a scope is {known}")
            scope, name = "", argument
        read.append(SettingsFile(name, scope or scope_of_path(name), _read_text(name)))
    folders = home or str(Path.home()), project or os.getcwd()
    _write(lambda: import_settings(read, *map(os.path.normpath, folders)), output)


@command.command("codex-rules")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@OUTPUT
def import_codex_rules(files: tuple[str, ...], output: str | None) -> None:
    """Import the command rules of Codex (`.rules` files)."""
    from specdsl.importing.codex_rules import import_rules

    read = [(name, _read_text(name)) for name in files]
    _write(lambda: import_rules(read), output)


def _read_text(file: str) -> str:
    """Return the text of a file, `-` for standard input."""
    try:
        data = standard_input.read_input(MAX_TEXT + 1) if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as problem:
        exit_on_file(file, problem)
    except UnicodeDecodeError:
        exit_on_file(file, "it is not UTF-8")


def _write(make: Callable[[], ImportedSpec], output: str | None) -> None:
    """Write a spec; exit with 2 if there is none, with 1 if a part is not in it."""
    from specdsl.importing.imported_spec import UnreadablePolicy, write_spec

    try:
        imported = make()
    except UnreadablePolicy as unreadable:
        for line in unreadable.problems:
            complain(line)
        sys.exit(2)
    text = write_spec(imported)
    if output is None:
        write_unfiltered(text)
    else:
        try:
            Path(output).write_text(text, encoding="utf-8")
        except OSError as error:
            complain(f"{shown_path(output)}: {error.strerror}")
            sys.exit(2)
        click.echo(f"{shown_path(output)}: {count_of(len(imported.rules), 'rule')}")
    if imported.skipped:
        complain(f"{count_of(len(imported.skipped), 'rule')} not imported:")
    for entry in imported.skipped:
        complain(f"  {entry.source}: {entry.text}: {entry.why}")
    sys.exit(1 if imported.skipped else 0)
