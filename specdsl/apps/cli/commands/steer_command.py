"""Command `specdsl steer FILE`."""

from __future__ import annotations

import sys

import click

from specdsl.analyses.steering import FORMATS, steer
from specdsl.api import Spec
from specdsl.apps.cli.common import (
    FILE,
    add_root_option,
    choose_format,
    load_or_exit,
    require_situations,
    terminal_style,
)
from specdsl.base.diagnostics import did_you_mean


@click.command("steer")
@FILE
@add_root_option
@click.option("--decision", "decisions", multiple=True, metavar="NAME", help="Only this decision.")
@choose_format(FORMATS, "How it is printed (default: text).")
def command(file: str, decisions: tuple[str, ...], form: str) -> None:
    """Show who can steer which decision, and which rule stops the others.

    For every principal, stated or implied or with the authority that it is lent, and every outcome:
    whether it can bring that about or prevent it, all else equal, with a simple situation; or
    the proof that it cannot, with a minimal set of rules that prevents it. Exit status 1: something
    could not be settled.
    """
    loaded = load_or_exit(file)
    known = [decision.name for decision in loaded.require_circuit().spec.decisions]
    for name in decisions:
        if name not in known:
            raise click.UsageError(f"there is no decision `{name}`{did_you_mean(name, known)}")
    require_situations([loaded])
    found = steer(Spec(loaded, None), decisions)
    click.echo(FORMATS[form](found, terminal_style()), nl=False)
    sys.exit(0 if all(steering.is_proved for steering in found) else 1)
