"""Command `specdsl fmt [--check|--diff] PATH…`."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import click

from specdsl.apps.cli import output, standard_input
from specdsl.apps.cli.common import (
    PATHS,
    add_format_option,
    may_write_among,
    spec_files,
    terminal_style,
)
from specdsl.apps.cli.output import complain, exit_on_file
from specdsl.base.diagnostics import Report
from specdsl.base.limits import MAX_TEXT
from specdsl.base.plain_text import shown_path, visible
from specdsl.frontend.model.files import DiskFiles, decode_text
from specdsl.reports import FORMATS, CheckedSpec
from specdsl.reports.checked_spec import count_of


@click.command("fmt")
@PATHS
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Change nothing; show what would change.")
@add_format_option
def command(paths: tuple[str, ...], check: bool, diff: bool, output_format: str | None) -> None:
    """Bring files into the one canonical layout; comments and meaning stay.

    `-` reads standard input and writes standard output. In another format than text, only the
    faults of files that cannot be read go to standard output.
    """
    form = output_format or "text"
    changed = 0
    broken: list[CheckedSpec] = []
    files = spec_files(paths)
    given = may_write_among(paths)
    for path in files:
        if path not in paths and not given(path):
            complain(f"{path}: it leads out of the folder, and is left as it is")
            continue
        before, after = _format_file(path)
        if isinstance(after, CheckedSpec):
            broken.append(after)
        elif path == "-" and not (check or diff):
            output.write_unchanged(after, "a file can be formatted")
        elif before != after:
            changed += 1
            click.echo(_report_change(path, before, after, check, diff), err=form != "text")
    if broken or form != "text":
        click.echo(FORMATS[form](broken, terminal_style()), nl=False)
    if paths != ("-",):
        verb = "would change" if check or diff else "changed"
        ending = f", {len(broken)} not readable" if broken else ""
        click.echo(f"{count_of(len(files), 'file')}, {changed} {verb}{ending}", err=form != "text")
    sys.exit(1 if broken or ((check or diff) and changed) else 0)


def _report_change(path: str, before: str, after: str, check: bool, diff: bool) -> str:
    """Report the change of a file, and write it unless it is only shown."""
    if diff:
        lines = (before.splitlines(True), after.splitlines(True))
        return "".join(
            difflib.unified_diff(*lines, visible(path), f"{visible(path)} (formatted)")
        ).rstrip("\n")
    if check:
        return f"{shown_path(path)}: would be reformatted"
    try:
        Path(path).write_text(after, encoding="utf-8")
    except OSError as problem:
        exit_on_file(path, problem)
    return f"{shown_path(path)}: reformatted"


def _format_file(path: str) -> tuple[str, str | CheckedSpec]:
    """Return the text and its canonical layout, or its faults."""
    from specdsl.base.source import Source
    from specdsl.frontend.syntax.canonical_layout import format_text
    from specdsl.frontend.syntax.parse import parse

    found = (
        decode_text(standard_input.read_input(MAX_TEXT + 1))
        if path == "-"
        else DiskFiles().find(path)
    )
    text, why = found or ("", "")
    if found is None or why:
        complain(f"{path}: {f'it {why}' if why else 'No such file or directory'}")
        sys.exit(2)
    source = Source("<stdin>" if path == "-" else path, text)
    _, faults = parse(source)
    if faults:
        return text, CheckedSpec(path, Report(faults, (), 1), loads=False)
    return text, format_text(source)
