"""Command `specdsl graph FILE`."""

from __future__ import annotations

import click

from specdsl.apps.cli.common import (
    FILE,
    add_format_option,
    add_root_option,
    load_or_exit,
    read_settings,
    terminal_style,
)
from specdsl.apps.cli.rank_graphs import RANK_GRAPHS


@click.command("graph")
@FILE
@add_root_option
@click.option("--to", "form", type=click.Choice(list(RANK_GRAPHS)), default="text")
@add_format_option
def command(file: str, form: str, output_format: str | None) -> None:
    """Show who outranks whom, by decision and level, with the reason of each step.

    A higher level outranks a lower one as a whole; steps that follow from others are left out.
    """
    loaded = load_or_exit(file, read_settings([file], "error", output_format))
    click.echo(RANK_GRAPHS[form](loaded, terminal_style()), nl=False)
