"""Code that several commands share: options, loading of specs, printing of reports."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from specdsl.apps.cli import output, standard_input
from specdsl.apps.cli.grading import apply_limits, raised_severities, severities_by_id
from specdsl.apps.config import SEVERITIES, BadConfig, Config, find_config
from specdsl.base.diagnostics import CheckResult, Diagnostic, Report
from specdsl.base.limits import MAX_TEXT
from specdsl.frontend.model.files import DiskFiles, ParsedFiles, is_inside
from specdsl.frontend.model.model_codes import NO_FILE, UNREADABLE
from specdsl.pipeline import Loaded, load_bytes, load_path
from specdsl.reports import FORMATS, CheckedSpec, Formats, Style

F = TypeVar("F", bound=Callable[..., Any])
PATHS = click.argument("paths", nargs=-1, required=True, metavar="PATH…")
ROOT = "specdsl.root"
FILE = click.argument("file", metavar="FILE")


def _keep_root(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    ctx.meta[ROOT] = value


def add_root_option(command: F) -> F:
    """Add the option of commands that read specs, which `load` obeys."""
    return click.option(
        "--root",
        metavar="FOLDER",
        type=click.Path(exists=True, file_okay=False),
        expose_value=False,
        callback=_keep_root,
        help="Files outside of it are not read by `use` and `layer`.",
    )(command)


def add_engine_option(help_: str = "What reads the rows.") -> Callable[[F], F]:
    """Return a decorator that adds the option of the engine for rows."""
    return click.option(
        "--engine",
        type=click.Choice(["duckdb", "spark"]),
        default="duckdb",
        show_default=True,
        help=help_,
    )


def root_folder() -> str | None:
    """Return the folder of `--root`."""
    context = click.get_current_context(silent=True)
    return None if context is None else context.meta.get(ROOT)


def may_write_among(paths: Iterable[str]) -> Callable[[str], bool]:
    """Return a test whether a command with these paths may write to a file. It must be in one of
    the folders, or be one of the files or in the folder of one, after following links, and be in
    the root.
    """
    folders = [path if os.path.isdir(path) else os.path.dirname(path) or "." for path in paths]
    files = {DiskFiles().key(path) for path in paths}
    limit = root_folder()

    def may_write(path: str) -> bool:
        given = DiskFiles().key(path) in files or any(is_inside(path, one) for one in folders)
        return given and is_inside(path, limit)

    return may_write


def choose_format(formats: Formats[Any], help_: str) -> Callable[[F], F]:
    """Return the option of an analysis that selects one of its own formats, as `form`."""
    usual = next(iter(formats))
    return click.option(
        "--output-format", "form", type=click.Choice(list(formats)), default=usual, help=help_
    )


def add_format_option(command: F) -> F:
    """Add the option of commands that print diagnostics."""
    return click.option(
        "--output-format",
        type=click.Choice(list(FORMATS)),
        help="How findings are printed (default: text).",
    )(command)


def add_report_options(command: F) -> F:
    """Add the options of commands that have findings."""
    return click.option(
        "--fail-on",
        type=click.Choice(["error", "warning", "note", "never"]),
        help="The mildest severity that does not pass (default: error).",
    )(add_format_option(command))


def add_severity_options(command: F) -> F:
    """Add the options that give codes another severity."""
    for name in reversed(SEVERITIES):
        help_ = f"These codes or names are {name}s."
        option = click.option(
            f"--{name}",
            f"as_{name}",
            multiple=True,
            metavar="CODE,…",
            callback=split_words,
            help=help_,
        )
        command = option(command)
    return command


def split_words(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Split the words of a repeatable option, which may hold several, separated by commas."""
    return tuple(word.strip() for value in values for word in value.split(","))


def add_no_allow_option(command: F) -> F:
    """Add the option for reviewers of what others have written."""
    help_ = "Comments and settings that silence findings do not count."
    return click.option("--no-allow", is_flag=True, help=help_)(command)


def read_settings(
    paths: Sequence[str],
    fail_on: str | None,
    output_format: str | None,
    said: Config | None = None,
) -> Config:
    """Return the project's settings, overridden by those of the command line; `said` has its other
    options. If nothing may be suppressed, only raised severities of the project's settings count.
    """
    start = next((Path(p) for p in paths if p != "-"), Path("."))
    try:
        config = find_config(start)
    except BadConfig as problem:
        raise click.UsageError(str(problem)) from None
    if config.output_format not in FORMATS:
        raise click.UsageError(f"there is no output format `{config.output_format}`")
    config = replace(config, severity=severities_by_id(config.severity.items()))
    said = replace(said or Config(), output_format=output_format or config.output_format)
    grades = {**raised_severities(config.severity), **said.severity}
    strict = replace(said, fail_on=fail_on or "error", severity=grades)
    if not said.allowing:
        return strict
    return replace(config.overridden_by(strict), fail_on=fail_on or config.fail_on)


def terminal_style() -> Style:
    """Return colours on a terminal, unless NO_COLOR; or everywhere with CLICOLOR_FORCE. Only a
    terminal has a width.
    """
    return Style(output.has_colours(), output.terminal_columns())


def spec_files(paths: Iterable[str]) -> list[str]:
    """Return the files, and all `.spec` files in the folders, sorted."""
    found: dict[str, None] = {}
    for path in paths:
        if path == "-" or not os.path.isdir(path):
            found[path] = None
            continue
        inside = sorted(_spec_files_in(path))
        if not inside:
            raise click.UsageError(f"`{path}` has no .spec files")
        found.update((p.as_posix(), None) for p in inside)
    return list(found)


def _spec_files_in(folder: str) -> Iterator[Path]:
    """Yield the `.spec` files of a folder, except locks of editors. Folders with such a name are
    included and reported later.
    """
    for here, _folders, files in _walk_folders(folder, _complain_unreadable):
        names = (n for n in files if n.endswith(".spec") and not n.startswith(".#"))
        yield from (Path(here, name) for name in names)


def folders_inside(folder: str) -> Iterator[str]:
    """Yield a folder and those inside in which specs are looked for."""
    return (here for here, _, _ in _walk_folders(folder, lambda problem: None))


def _walk_folders(
    folder: str, complain: Callable[[OSError], None]
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Walk a folder, except for hidden folders and virtual environments."""
    for here, folders, files in os.walk(folder, onerror=complain):
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".")
            and not os.path.exists(os.path.join(here, name, "pyvenv.cfg"))
        ]
        yield here, folders, files


def _complain_unreadable(problem: OSError) -> None:
    output.complain(f"{problem.filename}: {problem.strerror}: what is in it is passed over")


def load_spec(path: str, met: bool = False, parsed: ParsedFiles | None = None) -> Loaded:
    """Load the spec of a file, or of standard input for `-`. `met`: it was found in a folder.
    `parsed`: the files of other specs.
    """
    if path == "-":
        return load_bytes(standard_input.read_input(MAX_TEXT + 1), "<stdin>")
    folder = root_folder()
    return load_path(path, folder, met and folder is not None, parsed)


def load_all(paths: Iterable[str], named: Iterable[str] | None = None) -> list[Loaded]:
    """Load the specs of the files. A file that another one uses is part of that spec, but the base
    of a layer is a spec of its own too. Files that use each other in a cycle are all kept, since
    each reports the cycle. `named` are the paths that the user gave, if they differ.
    """
    paths = tuple(paths)
    given = frozenset(paths if named is None else named)
    parsed = ParsedFiles()
    loaded = {path: load_spec(path, path not in given, parsed) for path in spec_files(paths)}
    reads = {
        os.path.normpath(path): {os.path.normpath(file.source.name) for file in one.files}
        for path, one in loaded.items()
    }
    used = {
        name
        for reader, names in reads.items()
        for name in names
        if name != reader and reader not in reads.get(name, ())
    }
    alone = used - {base for one in loaded.values() for base in _base_files(one)}
    return [
        one for path, one in loaded.items() if os.path.normpath(path) not in alone or path == "-"
    ]


def _base_files(loaded: Loaded) -> Iterator[str]:
    """Yield the main files of the specs below a layer."""
    spec = loaded.spec
    while spec is not None and spec.layer is not None:
        spec = spec.layer.base
        yield os.path.normpath(spec.sources[-1].name)


def load_or_exit(path: str, config: Config | None = None) -> Loaded:
    """Load a spec; if that fails, print its faults and exit with 1, or with 2 if it
    cannot be read.
    """
    found = load_spec(path)
    if found.circuit is None:
        show_and_exit([report_of_faults(found)], config or Config())
    return found


def rules_per_file(loaded: Loaded) -> dict[str, int]:
    """Return the number of rules of each file."""
    rules = loaded.spec.rules if loaded.spec else ()
    found = {file.source.name: 0 for file in loaded.files}
    for rule in rules:
        found[rule.span.source.name] = found.get(rule.span.source.name, 0) + 1
    return found


def report_of_faults(loaded: Loaded) -> CheckedSpec:
    """Return the faults of a spec that does not load."""
    return CheckedSpec(loaded.path, loaded.report, loads=False, sizes=rules_per_file(loaded))


def require_situations(every: Iterable[Loaded], config: Config | None = None) -> None:
    """Print the reason and exit with 1 if the assumptions of a spec are inconsistent: every claim
    would be vacuously true.
    """
    runs = [run for one in every if (run := _inconsistent_assumptions(one)) is not None]
    if runs:
        show_and_exit(runs, config or Config())


def _inconsistent_assumptions(loaded: Loaded) -> CheckedSpec | None:
    """Return what is wrong with the assumptions of a spec, or could not be decided about them."""
    from specdsl.api import Spec, start_session
    from specdsl.checks import inconsistent_assumptions

    if not loaded.require_circuit().spec.assumes:
        return None
    found = inconsistent_assumptions.CHECK.run(start_session(Spec(loaded, None)))
    if not found.diagnostics and not found.unproved:
        return None
    result = "unproved" if found.unproved else "found"
    check = CheckResult(inconsistent_assumptions.CODE, result, found.unproved)
    rules = len(loaded.require_circuit().spec.rules)
    report = Report(found.diagnostics, (check,), len(loaded.files), rules)
    return CheckedSpec(loaded.path, report, loads=True, sizes=rules_per_file(loaded))


def show_and_exit(runs: Sequence[CheckedSpec], config: Config) -> NoReturn:
    """Print the reports and exit with their status."""
    show_reports(runs, config)
    sys.exit(exit_status(runs, config))


def show_reports(runs: Sequence[CheckedSpec], config: Config) -> None:
    """Print the reports."""
    click.echo(render_reports(runs, config, config.output_format, terminal_style()), nl=False)


def render_reports(runs: Sequence[CheckedSpec], config: Config, form: str, style: Style) -> str:
    """Render the reports in a format, with the limits of what fails."""
    return FORMATS[form]([apply_limits(run, config) for run in runs], style)


def exit_status(runs: Sequence[CheckedSpec], config: Config) -> int:
    """Return the exit status of the reports."""
    found = [d for run in runs for d in run.report.diagnostics]
    if any(d.code in (NO_FILE, UNREADABLE) and _is_about_whole_file(d) for d in found):
        return 2
    return 0 if all(apply_limits(run, config).passes for run in runs) else 1


def _is_about_whole_file(diagnostic: Diagnostic) -> bool:
    """Return whether the given file itself cannot be read, not one that it uses."""
    return not any(label.span.source.text for label in diagnostic.labels)
