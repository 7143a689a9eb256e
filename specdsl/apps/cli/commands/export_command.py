"""Command `specdsl export FILE`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from specdsl.apps.cli.common import (
    FILE,
    add_format_option,
    add_root_option,
    load_or_exit,
    read_settings,
)
from specdsl.apps.cli.exports import EXPORTS, export_named
from specdsl.apps.cli.output import complain
from specdsl.base.plain_text import shown_path, visible


@click.command("export")
@FILE
@add_root_option
@click.option("--to", "name", type=click.Choice([export.name for export in EXPORTS]), required=True)
@click.option("-o", "--output", "folder", required=True, metavar="FOLDER", help="Where to write.")
@add_format_option
def command(file: str, name: str, folder: str, output_format: str | None) -> None:
    """Write down what the checks were asked, for other tools to answer.

    With `--to smtlib` every finding and every place with none becomes a question in a file of its
    own, which any SMT solver reads: what is asked, what each answer means, and the answer that
    `specdsl check` gives (`:status`). The questions are written from the spec a second time, not
    from what the checks work with: `specdsl check --second-opinion` asks them for you.
    """
    loaded = load_or_exit(file, read_settings([file], "error", output_format))
    found = export_named(name).files_of(loaded)
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        older = {path.name for path in place.glob(f"*{found.suffix}")} - set(found.texts)
        for file_name, text in found.texts.items():
            (place / file_name).write_text(text, encoding="utf-8")
    except OSError as problem:
        complain(f"{folder}: {problem.strerror}")
        sys.exit(2)
    shown = shown_path(folder)
    click.echo(f"{shown}: {len(found.texts)} {found.kind}")
    for line in found.remarks:
        click.echo(visible(line))
    if older:
        click.echo(
            f"{shown}: {len(older)} older {found.suffix} files are not of this spec as it is now"
        )
