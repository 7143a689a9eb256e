"""`specdsl compile FILE --to python -o OUT`"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from specdsl.cli.common import (
    FILE,
    finish,
    load_or_exit,
    no_allow,
    output_format,
    rooted,
    settings,
)
from specdsl.cli.judging import selected
from specdsl.cli.output import complain, exactly
from specdsl.config import Config
from specdsl.diagnostics import Severity
from specdsl.pipeline import Loaded
from specdsl.plain import shown_path, visible
from specdsl.report import CheckedSpec


@click.command("compile")
@FILE
@rooted
@click.option("--to", "target", type=click.Choice(["python"]), default="python", show_default=True)
@click.option("-o", "--output", help="Where it is written (default: standard output).")
@no_allow
@output_format
def command(
    file: str, target: str, output: str | None, no_allow: bool, output_format: str | None
) -> None:
    """Write the decision function as a module that needs nothing but Python.

    Refused exactly where `specdsl check` exits with 1.
    """
    from specdsl.emit.python import emit_module
    from specdsl.policy import proof_of

    config = settings([file], "error", output_format, Config(allowing=not no_allow))
    loaded = load_or_exit(file, config)
    run = _run(loaded, config, errors=True)
    if not run.report.ok:
        run = _run(loaded, config)
        complain(f"not compiled, because {file} does not pass the check")
        finish([run], config)
    text = emit_module(loaded.whole(), proof_of(run.report))
    if output is None:
        exactly(text)  # nothing in it acts
        return
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as problem:
        complain(f"{output}: {problem.strerror}")
        sys.exit(2)
    waived = ", ".join(run.report.waived)
    but = f", but for what is allowed: {waived}" if waived else ""
    lines = len(text.splitlines())
    click.echo(f"{shown_path(output)}: {lines} lines, {visible(loaded.path)} proved{but}")


def _run(loaded: Loaded, config: Config, errors: bool = False) -> CheckedSpec:
    """What is found of the spec; or only what keeps it from being compiled, without mends."""
    from specdsl.catalogue import codes
    from specdsl.cli.run_check import Asked, checked

    asked = Asked(allowing=config.allowing)
    if errors:
        graves = frozenset(code for code in codes() if code.severity is Severity.ERROR)
        asked = replace(asked, only=graves, mends="none")
    return selected(checked(loaded, asked), config)
