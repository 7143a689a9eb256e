"""Command line `specdsl`. Each command is a file of its own, imported when it runs."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import Any

import click

from specdsl.apps.cli import output
from specdsl.apps.cli.terminal_help import HelpContext
from specdsl.base.diagnostics import did_you_mean
from specdsl.base.plain_text import COLOUR, visible
from specdsl.base.version import __version__

COMMANDS = {
    "check": "find every contradiction and every rule that can never take effect",
    "decide": "decide a situation, or a file of them",
    "promote": "make a trial rule a rule",
    "test": "run every example and assertion, one line each",
    "examples": "write the examples that a spec lacks, for a person to judge",
    "sample": "situations with outcomes and reasons, for evaluation and training",
    "compile": "write the decision function as a module of its own",
    "verify": "prove that a compiled file decides as its spec does",
    "facts": "the facts of tool calls, declared from the definitions of the tools",
    "import": "the permissions of Claude Code, or the rules of Codex, as a spec",
    "explain": "the page of a code, or of a rule and who outranks it",
    "feedback": "reports of disagreement, judged and made examples of",
    "diff": "what a change decides otherwise, proved over all situations",
    "changelog": "the entry that tells what a new version decides differently",
    "eval": "what happened, measured against a spec",
    "whatif": "what a change would have decided otherwise on what happened",
    "drift": "which rules are kept more or less often than before",
    "graph": "who outranks whom",
    "steer": "who can steer which decision, and which rule stops the others",
    "publish": "pages for the public: rules, reasons, examples, what was proved",
    "prompt": "plain instructions for a language model, in rank order",
    "export": "every question of the check as a file for any SMT solver",
    "fmt": "bring files into the one canonical layout",
    "new": "a small spec to start from",
    "serve": "answer AuthZEN requests over HTTP, with reload",
    "hook": "judge the tool calls of an agent that runs hooks, as Claude Code does",
}


INTERRUPTED = 130  # The exit status after Ctrl-C.
PIPE_CLOSED = 141  # The exit status if the reader of the output went away, as of other programs.


def relax_garbage_collection() -> None:
    """Relax garbage collection: most objects live until exit, so full collections are wasted; they
    cost a third of the run.
    """
    gc.set_threshold(100_000, 50, 1_000)


class _LazyGroup(click.Group):
    context_class = HelpContext

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command, whose output passes the filters of `output`, and exit."""
        run = partial(super().main, args, prog_name, complete_var, standalone_mode=False, **extra)
        if not standalone_mode:
            return run()
        relax_garbage_collection()
        with output.filtered_output():
            status = _exit_status(run)
        sys.exit(status)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"specdsl.apps.cli.commands.{name}_command").command
        command.context_class = HelpContext
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


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="specdsl")
@click.pass_context
def group(ctx: click.Context) -> None:
    """Rules for assistants, agents and services: checked before they decide.

    Exit status: 0 passes, 1 it does not, 2 usage, unreadable input or an internal error.
    """
    if output.forced_colour():
        ctx.color = True  # Without this, click strips the colours if there is no terminal.


def _exit_status(run: Callable[[], Any]) -> int:
    """Return the exit status of a command after all of its output is written."""
    try:
        try:
            found = run()
        except SystemExit as end:
            found = end.code
        sys.stdout.flush()
        return found if isinstance(found, int) else 0
    except click.ClickException as problem:
        if isinstance(problem, click.exceptions.NoArgsIsHelpError):
            shown = COLOUR.sub("", problem.message)  # The help, which may have colours.
        else:
            shown = visible(problem.message)
        vars(problem)["message"] = shown
        problem.show()
        return problem.exit_code
    except (click.Abort, KeyboardInterrupt):
        output.complain("interrupted")
        return INTERRUPTED
    except output.Unwritable as problem:
        if problem.closed:
            return PIPE_CLOSED
        output.complain(f"standard output: {problem}")
        return 2


def main() -> None:
    """Run the command; an internal error is one sentence, unless SPECDSL_DEBUG=1."""
    try:
        output.fill_descriptors()
        try:
            group(prog_name="specdsl")
        finally:
            gc.freeze()  # The process ends: no need to search what is left for garbage.
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as problem:
        if os.environ.get("SPECDSL_DEBUG") == "1":
            raise
        with output.filtered_output():
            output.complain(internal_error(problem))
        sys.exit(2)


def internal_error(problem: Exception) -> str:
    """Return the message for an unexpected exception."""
    return (
        f"internal error ({type(problem).__name__}: {problem}); please report it with the "
        "spec that shows it (SPECDSL_DEBUG=1 shows where)"
    )
