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
from specdsl.apps.cli.output import complain
from specdsl.base.plain_text import shown_path, visible


@click.command("export")
@FILE
@add_root_option
@click.option("--to", "form", type=click.Choice(["smtlib"]), required=True)
@click.option("-o", "--output", "folder", required=True, metavar="FOLDER", help="Where to write.")
@add_format_option
def command(file: str, form: str, folder: str, output_format: str | None) -> None:
    """Write down what the checks were asked, for other tools to answer.

    With `--to smtlib` every finding and every place with none becomes a question in a file of its
    own, which any SMT solver reads: what is asked, what each answer means, and the answer that
    `specdsl check` gives (`:status`). The questions are written from the spec a second time, not
    from what the checks work with: `specdsl check --second-opinion` asks them for you.
    """
    loaded = load_or_exit(file, read_settings([file], "error", output_format))
    from specdsl.apps.cli.print_opinion import questions_of
    from specdsl.second_opinion.opinion import uncovered_lines
    from specdsl.second_opinion.script_files import question_files

    found = questions_of(loaded)
    written = question_files(found.asked)
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        older = {path.name for path in place.glob("*.smt2")} - set(written)
        for name, question in written.items():
            text = question.file_text(loaded.require_circuit().spec.name)
            (place / name).write_text(text, encoding="utf-8")
    except OSError as problem:
        complain(f"{folder}: {problem.strerror}")
        sys.exit(2)
    shown = shown_path(folder)
    click.echo(f"{shown}: {len(written)} questions")
    for line in uncovered_lines(found.uncovered):
        click.echo(visible(line))
    if older:
        click.echo(f"{shown}: {len(older)} older .smt2 files are not of this spec as it is now")
