"""`specdsl check PATH…`"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from specdsl.cli.common import (
    PATHS,
    Progress,
    load_all,
    not_loaded,
    rendered,
    reporting,
    selected,
    settings,
    show,
    sizes,
    status,
)
from specdsl.config import Config
from specdsl.pipeline import Loaded
from specdsl.report import FORMATS, Run, Style


def _copies(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Formats and the files that a report is written to."""
    found = tuple((form, file) for form, _, file in (value.partition("=") for value in values))
    if not all(form in FORMATS and file for form, file in found):
        raise click.BadParameter(f"write it as FORMAT=FILE, with one of {', '.join(FORMATS)}")
    return found


@click.command("check")
@PATHS
@reporting
@click.option(
    "--report",
    "copies",
    multiple=True,
    metavar="FORMAT=FILE",
    callback=_copies,
    help="Write the report to a file too.",
)
@click.option("--select", multiple=True, help="Report only this code or name.")
@click.option("--ignore", multiple=True, help="Do not report this code or name.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
def command(
    paths: tuple[str, ...],
    output_format: str | None,
    fail_on: str | None,
    copies: tuple[tuple[str, str], ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    watch: bool,
) -> None:
    """Prove specs free of contradictions and of rules that never take effect.

    PATH is a file, a folder or `-`. Each file is a spec of its own, unless another one given
    uses it. Every finding comes with the simplest situation that shows it.
    """

    def configured() -> Config:
        config = settings(paths, fail_on, output_format)
        return replace(config, select=select or config.select, ignore=(*config.ignore, *ignore))

    def report(runs: list[Run], config: Config) -> None:
        show(runs, config)
        _write(runs, config, copies)

    if watch:
        from specdsl.cli.watch import watch as on_change

        on_change(paths, configured, report)
    config = configured()
    runs = [selected(checked(loaded), config) for loaded in load_all(paths)]
    report(runs, config)
    sys.exit(status(runs, config))


def _write(runs: list[Run], config: Config, copies: tuple[tuple[str, str], ...]) -> None:
    """The reports in files, each in its format; exits with 2 where one cannot be written."""
    for form, file in copies:
        try:
            Path(file).write_text(rendered(runs, config, form, Style()), encoding="utf-8")
        except OSError as problem:
            click.echo(f"specdsl: {file}: {problem.strerror}", err=True)
            sys.exit(2)


def checked(loaded: Loaded) -> Run:
    """The report of one spec, without what its comments allow."""
    from specdsl.policy import Spec, check

    if loaded.circuit is None:
        return not_loaded(loaded)
    progress = Progress(loaded.path)
    report = check(Spec(loaded, None), progress)
    progress.close()
    return Run(loaded.path, report, loads=True, sizes=sizes(loaded))
