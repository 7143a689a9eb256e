"""What several commands share: options, reading specs, printing reports."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from specdsl.cli import input as standard_input
from specdsl.cli import output
from specdsl.cli.judging import graver, limited, severities
from specdsl.config import SEVERITIES, BadConfig, Config, find
from specdsl.diagnostics import CheckResult, Diagnostic, Report
from specdsl.limits import MOST_TEXT
from specdsl.model.files import DiskFiles, is_inside
from specdsl.pipeline import Loaded, load_bytes, load_path
from specdsl.plain import visible
from specdsl.report import FORMATS, CheckedSpec, Style

F = TypeVar("F", bound=Callable[..., Any])
PATHS = click.argument("paths", nargs=-1, required=True, metavar="PATH…")
ROOT = "specdsl.root"
FILE = click.argument("file", metavar="FILE")


def _keep_root(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    ctx.meta[ROOT] = value


def rooted(command: F) -> F:
    """The option of commands that read specs, which `load` follows."""
    return click.option(
        "--root",
        metavar="FOLDER",
        type=click.Path(exists=True, file_okay=False),
        expose_value=False,
        callback=_keep_root,
        help="Files outside of it are not read by `use` and `layer`.",
    )(command)


def root() -> str | None:
    """The folder of `--root`."""
    context = click.get_current_context(silent=True)
    return None if context is None else context.meta.get(ROOT)


def among(paths: Iterable[str]) -> Callable[[str], bool]:
    """Whether a file may be written to by a command that was given these paths: it is in a folder
    of them, or one of the files or beside it, links followed, and in the root."""
    folders = [path if os.path.isdir(path) else os.path.dirname(path) or "." for path in paths]
    files = {DiskFiles().key(path) for path in paths}
    limit = root()

    def allowed(path: str) -> bool:
        given = DiskFiles().key(path) in files or any(is_inside(path, one) for one in folders)
        return given and is_inside(path, limit)

    return allowed


def output_format(command: F) -> F:
    """The option of commands that print diagnostics."""
    return click.option(
        "--output-format",
        type=click.Choice(list(FORMATS)),
        help="How findings are printed (default: text).",
    )(command)


def reporting(command: F) -> F:
    """The options of commands that have findings."""
    return click.option(
        "--fail-on",
        type=click.Choice(["error", "warning", "note", "never"]),
        help="The mildest severity that does not pass (default: error).",
    )(output_format(command))


def grading(command: F) -> F:
    """The options that give codes another severity."""
    for name in reversed(SEVERITIES):
        help_ = f"These codes or names are {name}s."
        option = click.option(
            f"--{name}", f"as_{name}", multiple=True, metavar="CODE,…", callback=listed, help=help_
        )
        command = option(command)
    return command


def listed(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """The words of an option that may be repeated, and have several with commas."""
    return tuple(word.strip() for value in values for word in value.split(","))


def no_allow(command: F) -> F:
    """The option of whoever judges what others have written."""
    help_ = "Comments and settings that silence findings do not count."
    return click.option("--no-allow", is_flag=True, help=help_)(command)


def settings(
    paths: Sequence[str],
    fail_on: str | None,
    output_format: str | None,
    said: Config | None = None,
) -> Config:
    """The project's settings with those of the command line over them: `said` has what else it
    says. Where that lets nothing be allowed, only what makes findings graver counts of the
    project's."""
    start = next((Path(p) for p in paths if p != "-"), Path("."))
    try:
        config = find(start)
    except BadConfig as problem:
        raise click.UsageError(str(problem)) from None
    if config.output_format not in FORMATS:
        raise click.UsageError(f"there is no output format `{config.output_format}`")
    config = replace(config, severity=severities(config.severity.items()))
    said = replace(said or Config(), output_format=output_format or config.output_format)
    grades = {**graver(config.severity), **said.severity}
    strict = replace(said, fail_on=fail_on or "error", severity=grades)
    if not said.allowing:
        return strict
    return replace(config.under(strict), fail_on=fail_on or config.fail_on)


def style() -> Style:
    """Colours on a terminal, unless NO_COLOR; or with CLICOLOR_FORCE anywhere."""
    return Style(output.coloured())


def spec_files(paths: Iterable[str]) -> list[str]:
    """The files named, and of folders all `.spec` files in them, sorted."""
    found: dict[str, None] = {}
    for path in paths:
        if path == "-" or not os.path.isdir(path):
            found[path] = None
            continue
        inside = sorted(_inside(path))
        if not inside:
            raise click.UsageError(f"`{path}` has no .spec files")
        found.update((p.as_posix(), None) for p in inside)
    return list(found)


def _inside(folder: str) -> Iterator[Path]:
    """Not what is in hidden folders and virtual environments: that is not the project's own. What
    is no file is among them, and is then said to be none; but not the locks of an editor."""
    for here, folders, files in os.walk(folder, onerror=_unread):
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".")
            and not os.path.exists(os.path.join(here, name, "pyvenv.cfg"))
        ]
        names = (n for n in files if n.endswith(".spec") and not n.startswith(".#"))
        yield from (Path(here, name) for name in names)


def _own(folder: str) -> bool:
    hidden = os.path.basename(folder).startswith(".")
    return not (hidden or os.path.exists(os.path.join(folder, "pyvenv.cfg")))


def _unread(problem: OSError) -> None:
    output.complain(f"{problem.filename}: {problem.strerror}: what is in it is passed over")


def load(path: str, met: bool = False) -> Loaded:
    """The spec of a file, or of standard input for `-`. `met`: it was met in a folder."""
    if path == "-":
        return load_bytes(standard_input.data(MOST_TEXT + 1), "<stdin>")
    folder = root()
    return load_path(path) if folder is None else load_path(path, folder, met)


def collect_rarely() -> None:
    """What a large spec is made of stays: to look through all of it for garbage again and again
    would take a third of the time."""
    gc.set_threshold(100_000, 50, 1_000)


def load_all(paths: Iterable[str], named: Iterable[str] | None = None) -> list[Loaded]:
    """The specs of the files; one that another uses is part of that one, but the base of a layer
    is a spec of its own too. Of those that use each other in a circle all are kept, since each of
    them says so. `named`: what was given, where that is not just these paths."""
    paths = tuple(paths)
    given = frozenset(paths if named is None else named)
    loaded = {path: load(path, met=path not in given) for path in spec_files(paths)}
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
    alone = used - {base for one in loaded.values() for base in _bases(one)}
    return [
        one for path, one in loaded.items() if os.path.normpath(path) not in alone or path == "-"
    ]


def _bases(loaded: Loaded) -> Iterator[str]:
    """The main files of the specs below a layer."""
    spec = loaded.spec
    while spec is not None and spec.layer is not None:
        spec = spec.layer.base
        yield os.path.normpath(spec.sources[-1].name)


def load_or_exit(path: str, config: Config | None = None) -> Loaded:
    """The spec of a file; prints its faults and exits with 1 where it does not load, 2 where it
    cannot be read."""
    found = load(path)
    if found.circuit is None:
        finish([not_loaded(found)], config or Config())
    return found


def sizes(loaded: Loaded) -> dict[str, int]:
    """By file, how many rules it has."""
    rules = loaded.spec.rules if loaded.spec else ()
    found = {file.source.name: 0 for file in loaded.files}
    for rule in rules:
        found[rule.span.source.name] = found.get(rule.span.source.name, 0) + 1
    return found


def not_loaded(loaded: Loaded) -> CheckedSpec:
    """The faults of a spec that does not load."""
    return CheckedSpec(loaded.path, loaded.report, loads=False, sizes=sizes(loaded))


def situations_or_exit(every: Iterable[Loaded], config: Config | None = None) -> None:
    """Prints why, and exits with 1, where the assumptions of a spec leave no situation: all would
    hold of none."""
    runs = [run for one in every if (run := _impossible(one)) is not None]
    if runs:
        finish(runs, config or Config())


def _impossible(loaded: Loaded) -> CheckedSpec | None:
    """What is wrong with the assumptions of a spec, or could not be settled of them."""
    from specdsl.checks import assumptions
    from specdsl.policy import Spec, context

    if not loaded.whole().spec.assumes:
        return None
    found = assumptions.CHECK.run(context(Spec(loaded, None)))
    if not found.diagnostics and not found.unproved:
        return None
    result = "unproved" if found.unproved else "found"
    check = CheckResult(assumptions.CODE, result, found.unproved)
    rules = len(loaded.whole().spec.rules)
    report = Report(found.diagnostics, (check,), len(loaded.files), rules)
    return CheckedSpec(loaded.path, report, loads=True, sizes=sizes(loaded))


def finish(runs: Sequence[CheckedSpec], config: Config) -> NoReturn:
    """Prints the reports and exits with the status that they ask for."""
    show(runs, config)
    sys.exit(status(runs, config))


def show(runs: Sequence[CheckedSpec], config: Config) -> None:
    """Prints the reports."""
    click.echo(rendered(runs, config, config.output_format, style()), nl=False)


def rendered(runs: Sequence[CheckedSpec], config: Config, form: str, style: Style) -> str:
    """The reports in a format, which knows what does not pass."""
    return FORMATS[form]([limited(run, config) for run in runs], style)


def status(runs: Sequence[CheckedSpec], config: Config) -> int:
    """The exit status that the reports ask for."""
    found = [d for run in runs for d in run.report.diagnostics]
    if any(d.code.name in ("file-not-found", "unreadable-file") and _whole(d) for d in found):
        return 2
    return 0 if all(limited(run, config).passes for run in runs) else 1


def _whole(diagnostic: Diagnostic) -> bool:
    """Whether it is the file given that cannot be read, not one that it uses."""
    return not any(label.span.source.text for label in diagnostic.labels)


class Progress:
    """What is being done, on a terminal, after a second."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.start = time.monotonic()
        self.shown = False

    def __call__(self, name: str, done: int, total: int) -> None:
        if sys.stderr.isatty() and time.monotonic() - self.start > 1:
            self.shown = True
            output.exactly("\r\033[K", err=True)
            click.echo(f"{visible(self.path)}: {name} ({done + 1}/{total})", err=True, nl=False)

    def close(self) -> None:
        if self.shown:
            output.exactly("\r\033[K", err=True)
