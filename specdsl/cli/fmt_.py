"""`specdsl fmt [--check|--diff] PATH…`"""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import click

from specdsl.cli.common import PATHS, output_format, spec_files, style
from specdsl.diagnostics import Report
from specdsl.report import FORMATS, Run
from specdsl.report.runs import counted


@click.command("fmt")
@PATHS
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Change nothing; show what would change.")
@output_format
def command(paths: tuple[str, ...], check: bool, diff: bool, output_format: str | None) -> None:
    """Bring files into the one canonical layout; comments and meaning stay.

    `-` reads standard input and writes standard output. In another format than text, only the
    faults of files that cannot be read go to standard output.
    """
    form = output_format or "text"
    changed = 0
    broken: list[Run] = []
    files = spec_files(paths)
    for path in files:
        before, after = _formatted(path)
        if isinstance(after, Run):
            broken.append(after)
        elif path == "-" and not (check or diff):
            click.echo(after, nl=False)
        elif before != after:
            changed += 1
            click.echo(_change(path, before, after, check, diff), err=form != "text")
    if broken or form != "text":
        click.echo(FORMATS[form](broken, style()), nl=False)
    if paths != ("-",):
        verb = "would change" if check or diff else "changed"
        ending = f", {len(broken)} not readable" if broken else ""
        click.echo(f"{counted(len(files), 'file')}, {changed} {verb}{ending}", err=form != "text")
    sys.exit(1 if broken or ((check or diff) and changed) else 0)


def _change(path: str, before: str, after: str, check: bool, diff: bool) -> str:
    """What changes in a file; where nothing is only shown, it is changed."""
    if diff:
        lines = (before.splitlines(True), after.splitlines(True))
        return "".join(difflib.unified_diff(*lines, path, f"{path} (formatted)")).rstrip("\n")
    if check:
        return f"{path}: would be reformatted"
    Path(path).write_text(after, encoding="utf-8")
    return f"{path}: reformatted"


def _formatted(path: str) -> tuple[str, str | Run]:
    """The text and its canonical form, or its faults."""
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
        return text, Run(path, Report(faults, (), 1), loads=False)
    return text, format_text(source)
