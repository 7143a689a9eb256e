"""`specdsl fmt [--check|--diff] PATH…`"""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import click

from specdsl.cli.common import PATHS, spec_files, style
from specdsl.diagnostics import Report
from specdsl.report import Run
from specdsl.report.full import full
from specdsl.report.runs import counted


@click.command("fmt")
@PATHS
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Change nothing; show what would change.")
def command(paths: tuple[str, ...], check: bool, diff: bool) -> None:
    """Bring files into the one canonical layout; comments and meaning stay.

    `-` reads standard input and writes standard output.
    """
    changed = broken = 0
    files = spec_files(paths)
    for path in files:
        before, after = _formatted(path)
        if after is None:
            broken += 1
        elif path == "-" and not (check or diff):
            click.echo(after, nl=False)
        elif before != after:
            changed += 1
            if diff:
                lines = difflib.unified_diff(
                    before.splitlines(True), after.splitlines(True), path, f"{path} (formatted)"
                )
                click.echo("".join(lines), nl=False)
            elif check:
                click.echo(f"{path}: would be reformatted")
            else:
                Path(path).write_text(after, encoding="utf-8")
                click.echo(f"{path}: reformatted")
    if paths != ("-",):
        verb = "would change" if check or diff else "changed"
        click.echo(
            f"{counted(len(files), 'file')}, {changed} {verb}"
            + (f", {broken} not readable" if broken else "")
        )
    sys.exit(1 if broken or ((check or diff) and changed) else 0)


def _formatted(path: str) -> tuple[str, str | None]:
    """The text and its canonical form; None, with the faults printed, where it has faults."""
    from specdsl.source import Source
    from specdsl.syntax.format import format_text
    from specdsl.syntax.parse import parse

    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is not UTF-8"
        click.echo(f"specdsl: {path}: {why}", err=True)
        sys.exit(2)
    source = Source("<stdin>" if path == "-" else path, text)
    _, faults = parse(source)
    if faults:
        click.echo(full([Run(path, Report(faults, (), 1), loads=False)], style()), nl=False)
        return text, None
    return text, format_text(source)
