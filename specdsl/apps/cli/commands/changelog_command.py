"""Command `specdsl changelog OLD NEW`."""

from __future__ import annotations

import sys

import click

from specdsl.analyses.changelog import FORMATS, write_changelog
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


@click.command("changelog")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@add_root_option
@choose_format(FORMATS, "How the entry is printed (default: markdown).")
def command(old: str, new: str, form: str) -> None:
    """Write the changelog entry of a new spec: what it decides differently, in sentences.

    OLD and NEW are files, `-`, or files of a git revision (`main:policies/acme.spec`). The entry
    has the `change` statements that are new, with credit; what is decided differently, and where;
    who can bring about what it could not, or no longer can; and the examples that come out
    differently. Each sentence is proved, and its situation was decided by both specs. Exit status
    1: something could not be computed, and the entry says so.
    """
    loaded = [load_any(path) for path in (old, new)]
    broken = [report_of_faults(one) for one in loaded if one.circuit is None]
    if broken:
        show_and_exit(broken, Config())
    before, after = (Spec(one, None) for one in loaded)
    entry = write_changelog(before, after)
    click.echo(FORMATS[form](entry, terminal_style()), nl=False)
    sys.exit(0 if entry.is_settled else 1)
