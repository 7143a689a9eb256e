"""Command `specdsl check PATH…`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from specdsl.apps.cli.common import (
    PATHS,
    add_no_allow_option,
    add_report_options,
    add_root_option,
    add_severity_options,
    exit_status,
    load_all,
    may_write_among,
    read_settings,
    render_reports,
    show_reports,
    split_words,
)
from specdsl.apps.cli.grading import apply_severities, select_findings, severities_by_id
from specdsl.apps.cli.live_check import check_interactively, is_interactive
from specdsl.apps.cli.output import complain
from specdsl.apps.cli.run_check import CheckOptions, caches_for, check_spec
from specdsl.apps.config import SEVERITIES, Config
from specdsl.base.diagnostics import Severity
from specdsl.base.limits import MENDS
from specdsl.pipeline import Loaded
from specdsl.reports import FORMATS, CheckedSpec, Style

if TYPE_CHECKING:
    from specdsl.analyses.fixes.proposals import CacheFor
    from specdsl.apps.cache import Cache


MEASURED_FORMATS = ("text", "concise", "json")  # Formats that show the effort of each check.
SEVERITY_OF_WORD = {f"{name}s": Severity[name.upper()] for name in SEVERITIES}


def _parse_copies(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Parse the formats and files that a report is also written to."""
    found = tuple((form, file) for form, _, file in (value.partition("=") for value in values))
    if not all(form in FORMATS and file for form, file in found):
        raise click.BadParameter(f"write it as FORMAT=FILE, with one of {', '.join(FORMATS)}")
    return found


class _SectionedCommand(click.Command):
    """A command whose help groups its options by purpose."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        rows = {one.name: one.get_help_record(ctx) for one in options}
        placed = {name for names in SECTIONS.values() for name in names}
        others = [name for name in rows if name not in placed]
        for title, names in (*SECTIONS.items(), ("Others", others)):
            with formatter.section(title):
                formatter.write_dl([row for name in names if (row := rows[name]) is not None])


SECTIONS: dict[str, Sequence[str]] = {
    "What is looked for": ("only", "select", "ignore", "no_allow", "root"),
    "How grave it is": ("as_error", "as_warning", "as_note", "fail_on"),
    "How it is shown": ("output_format", "copies", "statistics"),
    "What would mend it": ("mends", "fix", "diff", "prefer"),
    "How it is done": ("watch", "second_opinion", "jobs", "no_cache"),
}


@click.command("check", cls=_SectionedCommand)
@PATHS
@add_root_option
@add_report_options
@click.option(
    "--report",
    "copies",
    multiple=True,
    metavar="FORMAT=FILE",
    callback=_parse_copies,
    help="Write the report to a file too.",
)
@click.option(
    "--only", type=click.Choice([*SEVERITY_OF_WORD]), help="Stop after these; errors come first."
)
@click.option(
    "--select",
    multiple=True,
    metavar="CODE,…",
    callback=split_words,
    help="Report only these codes or names; `guidance`: hints on how a spec is written.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="CODE,…",
    callback=split_words,
    help="Do not report these codes or names.",
)
@add_severity_options
@add_no_allow_option
@click.option(
    "--mends",
    type=click.Choice(MENDS),
    help="How many are looked for (default: few; with `--only errors` none).",
)
@click.option("--fix", is_flag=True, help="Mend what can be mended, in the files; then check.")
@click.option("--diff", is_flag=True, help="Change nothing; show what `--fix` would change.")
@click.option(
    "--prefer", multiple=True, metavar="NAME", help="A rule or value that does not give way."
)
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
@click.option("--second-opinion", is_flag=True, help="Have another solver answer it all again.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="At most so many processes; without it one a core for a large spec.",
)
@click.option(
    "--statistics", is_flag=True, help="And what each check took; nothing is from the cache."
)
@click.option("--no-cache", is_flag=True, help="Check again what did not change, too.")
def command(
    paths: tuple[str, ...],
    output_format: str | None,
    fail_on: str | None,
    copies: tuple[tuple[str, str], ...],
    only: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    as_error: tuple[str, ...],
    as_warning: tuple[str, ...],
    as_note: tuple[str, ...],
    no_allow: bool,
    mends: str | None,
    fix: bool,
    diff: bool,
    prefer: tuple[str, ...],
    watch: bool,
    second_opinion: bool,
    jobs: int | None,
    statistics: bool,
    no_cache: bool,
) -> None:
    """Prove specs free of contradictions and of rules that never take effect.

    PATH is a file, a folder or `-`. Each file is a spec of its own, unless another one given
    uses it. Every finding comes with a simple situation that shows it.

    Errors are looked for first, then warnings, then notes. On a terminal those of a severity are
    shown as soon as all of them are known, and what would mend them after that. `--only errors`
    stops after the errors, `--only warnings` after the warnings.

    Contradictions and unreachable rules come with mends: values put in order, an override, an
    exception. Each has been applied, and the text read and checked again: it resolves the finding
    and brings no other error. `--mends few` stops at a budget that the size of the spec sets; of a
    contradiction it first has one for each side that can give way. `--mends all` looks for warnings
    that a mend brings, too, and says which. `--fix` applies mends one after another, of several
    that which changes least. It does not guess who gives way: where mends differ in that, one is
    applied only if the examples and assertions tell them apart, or `--prefer` names what does not
    give way. A rule of a higher level gives way to an unreachable one only if that is preferred.

    With `--second-opinion` every answer is asked again, written down a second time straight from
    the spec and answered by another solver (pip install 'specdsl[second-opinion]'). One that
    differs is an error of the tool; what is not asked again is said.
    """

    def configure() -> Config:
        words = {"error": as_error, "warning": as_warning, "note": as_note}
        grades = severities_by_id((word, name) for name in words for word in words[name])
        said = Config(select=select, ignore=ignore, severity=grades, allowing=not no_allow)
        least = SEVERITY_OF_WORD[only or "notes"]
        return read_settings(paths, fail_on, output_format, replace(said, least=least))

    def report(runs: list[CheckedSpec], config: Config) -> None:
        show_reports(runs, config)
        _write_copies(runs, config, copies)

    _check_option_conflicts(watch, fix or diff, prefer, second_opinion)
    _check_failures_are_checked(only, fail_on)
    mends = mends or ("none" if only == "errors" else "few")
    forms = tuple(form for form, _ in copies)
    asked = CheckOptions(mends=mends, jobs=jobs, statistics=statistics, copies=forms)
    asked = replace(asked, complete=second_opinion)
    if watch:
        from specdsl.apps.cli.watch import watch_files as on_change

        on_change(paths, configure, report, asked)
    if second_opinion:
        from specdsl.apps.cli.print_opinion import solver_or_exit

        solver_or_exit()
    config = configure()
    if fix or diff:
        _apply_fixes(paths, config, prefer, write=not diff)
    if statistics and config.output_format not in MEASURED_FORMATS:
        raise click.UsageError(f"`--statistics` is printed as {', '.join(MEASURED_FORMATS)}")
    anew = no_cache or fix or second_opinion or statistics
    asked = replace(asked, cache=None if anew else _open_cache())
    specs = load_all(paths)
    if second_opinion:
        runs = _report_twice(specs, config, asked, report)
    elif is_interactive(config):
        runs = check_interactively(specs, config, asked)
        _write_copies(runs, config, copies)
    else:
        runs = [
            apply_severities(_check_one(one, config, asked, cache_for), config)
            for one, cache_for in zip(specs, caches_for(specs, asked), strict=True)
        ]
        report(runs, config)
    sys.exit(exit_status(runs, config))


def _check_option_conflicts(
    watch: bool, mending: bool, prefer: tuple[str, ...], second_opinion: bool
) -> None:
    """Raise a usage error if options exclude each other."""
    if watch and mending:
        raise click.UsageError("`--watch` only looks: it goes with neither `--fix` nor `--diff`")
    if watch and second_opinion:
        raise click.UsageError("`--watch` asks for no second opinion")
    if prefer and not mending:
        raise click.UsageError("`--prefer` says how to mend: it goes with `--fix` or `--diff`")


def _check_failures_are_checked(only: str | None, fail_on: str | None) -> None:
    """Raise a usage error if a run would pass because its failures are not checked for."""
    least = SEVERITY_OF_WORD.get(f"{fail_on}s")  # None for `never`
    if only and least is not None and least < SEVERITY_OF_WORD[only]:
        text = f"`--fail-on {fail_on}` needs what `--only {only}` does not look for"
        raise click.UsageError(text)


def _apply_fixes(
    paths: tuple[str, ...], config: Config, prefer: tuple[str, ...], write: bool
) -> None:
    """Fix the specs; exit if the fixes are only shown."""
    from specdsl.apps.cli.apply_fixes_command import apply_fixes

    if write and "-" in paths:
        raise click.UsageError("standard input cannot be mended; `--diff` shows what would be")
    before = apply_fixes(load_all(paths), config, prefer, may_write_among(paths), write=write)
    if not write:
        sys.exit(exit_status([apply_severities(run, config) for run in before], config))


def _report_twice(
    specs: list[Loaded],
    config: Config,
    asked: CheckOptions,
    report: Callable[[list[CheckedSpec], Config], None],
) -> list[CheckedSpec]:
    """Return the reports with the second solver's answers."""
    from specdsl.apps.cli.print_opinion import print_opinion, with_second_opinion

    asked = replace(asked, copies=(*asked.copies, "json"))  # The other solver needs all details.
    runs = [with_second_opinion(one, _check_one(one, config, asked)) for one in specs]
    runs = [apply_severities(run, config) for run in runs]
    report(runs, config)
    print_opinion(runs, config)
    return runs


def _write_copies(
    runs: list[CheckedSpec], config: Config, copies: tuple[tuple[str, str], ...]
) -> None:
    """Write the reports to files, each in its format; exit with 2 if one cannot be written."""
    for form, file in copies:
        try:
            Path(file).write_text(render_reports(runs, config, form, Style()), encoding="utf-8")
        except OSError as problem:
            complain(f"{file}: {problem.strerror}")
            sys.exit(2)


def _open_cache() -> Cache | None:
    from specdsl.apps.cache import open_cache

    return open_cache(complain)


def _check_one(
    loaded: Loaded, config: Config, asked: CheckOptions, cache_for: CacheFor | None = None
) -> CheckedSpec:
    found = check_spec(loaded, asked.under_settings(config, loaded), cache_for)
    return select_findings(found, config)
