"""Command `specdsl diff OLD NEW`."""

from __future__ import annotations

import sys

import click

from specdsl.analyses.diff import FORMATS, diff
from specdsl.api import Spec
from specdsl.apps.cli.common import (
    add_root_option,
    choose_format,
    report_of_faults,
    show_and_exit,
    terminal_style,
)
from specdsl.apps.cli.git_revisions import load_any
from specdsl.apps.config import Config


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@add_root_option
@choose_format(FORMATS, "How the change is printed (default: text).")
@click.option(
    "--fail-on",
    type=click.Choice(["difference", "loosening", "never"]),
    default="difference",
    help="What does not pass (default: difference).",
)
def command(old: str, new: str, form: str, fail_on: str) -> None:
    """Show what a change of a spec decides differently, over all situations.

    OLD and NEW are files, `-`, or files of a git revision (`main:policies/acme.spec`, or with a
    path from here, `HEAD:./acme.spec`). Either the two are proved to decide alike, or every
    difference is listed: what the decision was and is, the edits that make it so, and a simple
    situation. Only situations that both specs take are compared; what only one of them
    declares is listed.

    `--output-format markdown` is for the pull request. `--fail-on loosening` passes what gives no
    decision a more preferred outcome and makes none contradictory, undecided or not taken.
    """
    loaded = [load_any(path) for path in (old, new)]
    broken = [report_of_faults(one) for one in loaded if one.circuit is None]
    if broken:
        show_and_exit(broken, Config())
    before, after = (Spec(one, None) for one in loaded)
    change = diff(before, after)
    click.echo(FORMATS[form](change, terminal_style()), nl=False)
    passes = {"difference": change.equal, "loosening": change.safe, "never": True}
    sys.exit(0 if passes[fail_on] else 1)
