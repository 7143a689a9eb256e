"""The command `specdsl`. Each command has a file of its own and is imported when it runs."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from specdsl import __version__
from specdsl.diagnostics import did_you_mean

COMMANDS = {
    "check": "find every contradiction and every rule that can never take effect",
    "decide": "decide a situation, or a file of them",
    "test": "run every example and assertion, one line each",
    "examples": "write the examples that a spec lacks, for a person to judge",
    "compile": "write the decision function as a module of its own",
    "explain": "the page of a code, or of a rule and who outranks it",
    "diff": "what a change decides otherwise, proved over all situations",
    "graph": "who outranks whom",
    "steer": "who can steer which decision, and which rule stops the others",
    "export": "every question of the check as a file for any SMT solver",
    "fmt": "bring files into the one canonical layout",
    "new": "a small spec to start from",
}


def forced_colour() -> bool:
    """Whether CLICOLOR_FORCE asks for colours anywhere."""
    forced = os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0")
    return forced and not os.environ.get("NO_COLOR")


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"specdsl.cli.{name}_").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = did_you_mean(args[0], COMMANDS)
            raise click.UsageError(f"there is no command `{args[0]}`{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="specdsl")
@click.pass_context
def group(ctx: click.Context) -> None:
    """Rules for assistants, agents and services: checked before they decide.

    Exit status: 0 passes, 1 it does not, 2 usage, unreadable input or an internal error.
    """
    if forced_colour():
        ctx.color = True  # click would take the colours out where no terminal is


def main() -> None:
    """Runs the command; an internal error is one sentence, unless SPECDSL_DEBUG=1."""
    try:
        group(prog_name="specdsl")
    except (KeyboardInterrupt, click.exceptions.Exit, SystemExit):
        raise
    except Exception as problem:
        if os.environ.get("SPECDSL_DEBUG") == "1":
            raise
        click.echo(internal_error(problem), err=True)
        sys.exit(2)


def internal_error(problem: Exception) -> str:
    """What is said where something unforeseen is raised."""
    return (
        f"specdsl: internal error ({type(problem).__name__}: {problem}); please report it with the "
        "spec that shows it (SPECDSL_DEBUG=1 shows where)"
    )
