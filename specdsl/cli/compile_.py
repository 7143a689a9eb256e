"""`specdsl compile FILE --to python -o OUT`"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from specdsl.cli.common import FILE, finish, load_or_exit, output_format, selected, settings
from specdsl.cli.output import complain
from specdsl.plain import shown_path, visible


@click.command("compile")
@FILE
@click.option("--to", "target", type=click.Choice(["python"]), default="python", show_default=True)
@click.option("-o", "--output", help="Where it is written (default: standard output).")
@output_format
def command(file: str, target: str, output: str | None, output_format: str | None) -> None:
    """Write the decision function as a module that needs nothing but Python.

    Refused exactly where `specdsl check` exits with 1.
    """
    from specdsl.cli.check_ import checked
    from specdsl.emit.python import emit
    from specdsl.policy import proof_of

    config = settings([file], "error", output_format)
    loaded = load_or_exit(file, config)
    run = selected(checked(loaded), config)
    if not run.report.ok:
        complain(f"not compiled, because {file} does not pass the check")
        finish([run], config)
    text = emit(loaded.whole(), proof_of(run.report))
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as problem:
        complain(f"{output}: {problem.strerror}")
        sys.exit(2)
    click.echo(
        f"{shown_path(output)}: {len(text.splitlines())} lines, {visible(loaded.path)} proved"
    )
