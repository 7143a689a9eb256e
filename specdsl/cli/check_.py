"""`specdsl check PATH…`"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from specdsl.cli.common import (
    PATHS,
    among,
    collect_rarely,
    grading,
    listed,
    load_all,
    no_allow,
    rendered,
    reporting,
    rooted,
    settings,
    show,
    status,
)
from specdsl.cli.judging import graded, selected, severities, wanted
from specdsl.cli.output import complain
from specdsl.cli.run_check import MENDS, Asked, checked
from specdsl.config import Config
from specdsl.pipeline import Loaded
from specdsl.report import FORMATS, Run, Style

if TYPE_CHECKING:
    from specdsl.cache import Cache


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
@rooted
@reporting
@click.option(
    "--report",
    "copies",
    multiple=True,
    metavar="FORMAT=FILE",
    callback=_copies,
    help="Write the report to a file too.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="CODE,…",
    callback=listed,
    help="Report only these codes or names.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="CODE,…",
    callback=listed,
    help="Do not report these codes or names.",
)
@grading
@no_allow
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
@click.option("--fix", is_flag=True, help="Mend what can be mended, in the files; then check.")
@click.option("--diff", is_flag=True, help="Change nothing; show what `--fix` would change.")
@click.option(
    "--prefer", multiple=True, metavar="NAME", help="A rule or value that does not give way."
)
@click.option(
    "--mends",
    type=click.Choice(MENDS),
    default="few",
    show_default=True,
    help="How many mends are looked for.",
)
@click.option("--second-opinion", is_flag=True, help="Have another solver answer it all again.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="At most so many processes; without it one a core for a large spec.",
)
@click.option("--no-cache", is_flag=True, help="Check again what did not change, too.")
def command(
    paths: tuple[str, ...],
    output_format: str | None,
    fail_on: str | None,
    copies: tuple[tuple[str, str], ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    as_error: tuple[str, ...],
    as_warning: tuple[str, ...],
    as_note: tuple[str, ...],
    no_allow: bool,
    watch: bool,
    fix: bool,
    diff: bool,
    prefer: tuple[str, ...],
    mends: str,
    second_opinion: bool,
    jobs: int | None,
    no_cache: bool,
) -> None:
    """Prove specs free of contradictions and of rules that never take effect.

    PATH is a file, a folder or `-`. Each file is a spec of its own, unless another one given
    uses it. Every finding comes with the simplest situation that shows it.

    Contradictions and unreachable rules come with mends: values put in order, an override, an
    exception. Each has been applied and the whole checked again: it resolves the finding and brings
    none as grave. `--fix` applies them one after another, of several that which changes least. It
    does not guess who gives way: where mends differ in that, one is applied only if the examples
    and assertions tell them apart, or `--prefer` names what does not give way. A rule of a higher
    level gives way to an unreachable one only if that is preferred. `--mends few` stops at a budget
    that the size of the spec sets, `none` looks for none.

    With `--second-opinion` every answer is asked again, written down a second time straight from
    the spec and answered by another solver (pip install 'specdsl[second-opinion]'). One that
    differs is an error of the tool; what is not asked again is said.
    """

    def configured() -> Config:
        words = {"error": as_error, "warning": as_warning, "note": as_note}
        grades = severities((word, name) for name in words for word in words[name])
        said = Config(select=select, ignore=ignore, severity=grades, allowing=not no_allow)
        return settings(paths, fail_on, output_format, said)

    def report(runs: list[Run], config: Config) -> None:
        show(runs, config)
        _write(runs, config, copies)

    if watch and (fix or diff):
        raise click.UsageError("`--watch` only looks: it goes with neither `--fix` nor `--diff`")
    if watch and second_opinion:
        raise click.UsageError("`--watch` asks for no second opinion")
    if prefer and not (fix or diff):
        raise click.UsageError("`--prefer` says how to mend: it goes with `--fix` or `--diff`")
    if watch:
        from specdsl.cli.watch import watch as on_change

        on_change(paths, configured, report, mends)
    if second_opinion:
        from specdsl.cli.second_opinion import asked_again, say, solver_or_exit

        solver_or_exit()
    config = configured()
    if fix or diff:
        from specdsl.cli.fixing import mend

        if not diff and "-" in paths:
            raise click.UsageError("standard input cannot be mended; `--diff` shows what would be")
        before = mend(load_all(paths), config, prefer, among(paths), write=not diff)
        if diff:
            sys.exit(status([graded(run, config) for run in before], config))
    collect_rarely()
    cache = None if no_cache or fix or second_opinion else _cache()
    specs = load_all(paths)
    asked = Asked(mends=mends, jobs=jobs, cache=cache)
    runs = [_judged(loaded, config, asked) for loaded in specs]
    if second_opinion:
        runs = [asked_again(loaded, run) for loaded, run in zip(specs, runs, strict=True)]
    runs = [graded(run, config) for run in runs]
    report(runs, config)
    if second_opinion:
        say(runs, config)
    sys.exit(status(runs, config))


def _write(runs: list[Run], config: Config, copies: tuple[tuple[str, str], ...]) -> None:
    """The reports in files, each in its format; exits with 2 where one cannot be written."""
    for form, file in copies:
        try:
            Path(file).write_text(rendered(runs, config, form, Style()), encoding="utf-8")
        except OSError as problem:
            complain(f"{file}: {problem.strerror}")
            sys.exit(2)


def _cache() -> Cache | None:
    from specdsl.cache import opened

    return opened(complain)


def _judged(loaded: Loaded, config: Config, asked: Asked) -> Run:
    asked = replace(asked, only=wanted(config, loaded), allowing=config.allowing)
    return selected(checked(loaded, asked), config)
