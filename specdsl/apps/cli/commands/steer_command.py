"""Command `specdsl steer FILE`."""

from __future__ import annotations

import sys

import click

from specdsl.analyses.steering import FORMATS, SINCE_FORMATS, compare_say, steer
from specdsl.api import Spec
from specdsl.apps.cli.common import (
    FILE,
    add_root_option,
    choose_format,
    load_or_exit,
    report_of_faults,
    require_situations,
    show_and_exit,
    terminal_style,
)
from specdsl.apps.cli.git_revisions import load_any
from specdsl.apps.config import Config
from specdsl.base.diagnostics import did_you_mean
from specdsl.pipeline import Loaded


@click.command("steer")
@FILE
@add_root_option
@click.option("--decision", "decisions", multiple=True, metavar="NAME", help="Only this decision.")
@click.option(
    "--since",
    metavar="OLD",
    help="Only who gained or lost which say since OLD, a file or a file of a git revision.",
)
@choose_format({**FORMATS, **SINCE_FORMATS}, "How it is printed (default: text).")
def command(file: str, decisions: tuple[str, ...], since: str | None, form: str) -> None:
    """Show who can steer which decision, and which rule stops the others.

    For every principal, stated or implied or with the authority that it is lent, and every outcome:
    whether it can bring that about or prevent it, all else equal, with a simple situation; or
    the proof that it cannot, with a minimal set of rules that prevents it. Exit status 1: something
    could not be settled.

    With `--since`, two specs are compared: who can bring about what it could not, or no longer can.
    Of decisions that differ, the two tables are compared, and what each principal can do where
    nobody else speaks, fact by fact.
    """
    if since is None and form not in FORMATS:
        raise click.UsageError(f"`{form}` is a format of `--since`")
    loaded = load_or_exit(file)
    _require_decisions(loaded, decisions)
    require_situations([loaded])
    new = Spec(loaded, None)
    if since is None:
        found = steer(new, decisions)
        click.echo(FORMATS[form](found, terminal_style()), nl=False)
        sys.exit(0 if all(steering.is_proved for steering in found) else 1)
    old = load_any(since)
    if old.circuit is None:
        show_and_exit([report_of_faults(old)], Config())
    difference = compare_say(Spec(old, None), new, decisions)
    click.echo(SINCE_FORMATS[form](difference, terminal_style()), nl=False)
    sys.exit(0 if difference.is_settled else 1)


def _require_decisions(loaded: Loaded, names: tuple[str, ...]) -> None:
    known = [decision.name for decision in loaded.require_circuit().spec.decisions]
    for name in names:
        if name not in known:
            raise click.UsageError(f"there is no decision `{name}`{did_you_mean(name, known)}")
