"""Watch mode, `specdsl check --watch`: check again whenever a file that was read has changed.

Files are compared by content, so time stamps do not matter, and events of the operating system
only save time. What a round reads is compared with what was there before it was read, so no change
is missed.
"""

from __future__ import annotations

import os
import posixpath
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, NoReturn

import click

from specdsl.apps.cli import INTERRUPTED, internal_error, output
from specdsl.apps.cli.common import folders_inside, load_all, root_folder, spec_files
from specdsl.apps.cli.file_events import PAUSE, file_events
from specdsl.apps.cli.grading import apply_severities, select_findings
from specdsl.apps.cli.run_check import CheckOptions, check_spec
from specdsl.apps.config import Config
from specdsl.base.plain_text import visible
from specdsl.base.quick_dataclass import dataclass
from specdsl.frontend.model.files import DiskFiles
from specdsl.frontend.syntax.tree import LayerNode, Text, UseNode
from specdsl.pipeline import Loaded
from specdsl.reports import CheckedSpec
from specdsl.reports.checked_spec import count_of

if TYPE_CHECKING:
    from specdsl.analyses.fixes.proposals import CacheFor

CLEAR_SCREEN = "\033[2J\033[1;1H"  # Clears a terminal.

ReportCallback = Callable[[list[CheckedSpec], Config], None]
KnownReports = dict[str, CheckedSpec]
DEFAULT_OPTIONS = CheckOptions()


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """A snapshot: the settings, or what is wrong with them; the specs; the contents of files."""

    config: Config | str
    specs: tuple[str, ...]
    texts: Mapping[str, tuple[str, str] | None]


def watch_files(
    paths: tuple[str, ...],
    configured: Callable[[], Config],
    report: ReportCallback,
    asked: CheckOptions = DEFAULT_OPTIONS,
) -> NoReturn:
    """Call `report` at once and after every change, until Ctrl-C ends it with status 130."""
    if "-" in paths:
        raise click.UsageError("standard input cannot be watched")
    try:
        _run_rounds(paths, configured, report, asked)
    except KeyboardInterrupt:
        click.echo(err=True)
        sys.exit(INTERRUPTED)


def _run_rounds(
    paths: tuple[str, ...],
    configured: Callable[[], Config],
    report: ReportCallback,
    asked: CheckOptions,
) -> NoReturn:
    from specdsl.apps.cache import in_memory_cache

    used: set[str] = set()
    known: KnownReports = {}
    cache_for = (
        in_memory_cache()
    )  # Findings by component: what was not edited is not checked again.
    while True:
        seen = _take_snapshot(paths, configured, used)
        try:
            loaded = load_all(seen.specs) if root_folder() is None else load_all(seen.specs, paths)
            if more := _files_read(loaded) - seen.texts.keys():
                used.update(more)  # They were read before they were in a snapshot: take one first.
                continue
            config = Config() if isinstance(seen.config, str) else seen.config
            known = _check_changed(
                [(one, asked.under_settings(config, one)) for one in loaded], known, cache_for
            )
            _show_report(list(known.values()), seen, report)
        except click.UsageError as problem:
            output.complain(problem.format_message())
        except Exception as problem:
            output.complain(internal_error(problem))
        click.echo(f"\n{_watched_text(seen)}; Ctrl-C ends it", err=True)
        now = _wait_for_change(
            seen, lambda: _take_snapshot(paths, configured, used), _watched_folders(paths, seen)
        )
        if sys.stdout.isatty():
            output.write_unfiltered(CLEAR_SCREEN)
        click.echo(f"changed: {', '.join(_differences(seen, now))}\n", err=True)


def _take_snapshot(
    paths: Iterable[str], configured: Callable[[], Config], used: Iterable[str]
) -> _Snapshot:
    specs: list[str] = []
    for path in paths:
        try:
            specs += spec_files([path])
        except (click.UsageError, OSError):
            continue  # The folder has no spec yet.
    config: Config | str
    try:
        config = configured()
    except click.UsageError as problem:
        config = problem.format_message()
    unique = tuple(dict.fromkeys(specs))
    disk = DiskFiles(root_folder())  # Files outside of the root are not read.
    return _Snapshot(config, unique, {name: disk.find(name) for name in (*unique, *used)})


def _files_read(loaded: Iterable[Loaded]) -> set[str]:
    """Return the files that were read, and the missing ones."""
    files = [file for one in loaded for file in one.files]
    found = {file.source.name for file in files}
    for file in files:
        folder = posixpath.dirname(file.source.name)
        for statement in file.statements:
            match statement:
                case UseNode(target=Text(value=value)) | LayerNode(base=Text(value=value)):
                    found.add(posixpath.normpath(posixpath.join(folder, value)))
    return found


def _check_changed(
    every: Iterable[tuple[Loaded, CheckOptions]], known: KnownReports, cache_for: CacheFor
) -> KnownReports:
    """Return the reports by key; those of unchanged specs are kept. What does not load is checked
    again, since it depends on missing files too.
    """
    from specdsl.apps.cache.report_key import report_key

    found: KnownReports = {}
    for one, asked in every:
        key = report_key("", one, asked.only, asked.allowing)
        same = key in known and one.circuit is not None
        found[key] = known[key] if same else check_spec(one, asked, cache_for)
    return found


def _show_report(runs: list[CheckedSpec], seen: _Snapshot, report: ReportCallback) -> None:
    if isinstance(seen.config, str):
        raise click.UsageError(seen.config)
    config = seen.config
    if runs:
        report([apply_severities(select_findings(run, config), config) for run in runs], config)


def _watched_text(seen: _Snapshot) -> str:
    if not seen.specs:
        return "waiting for a .spec file"
    readable = sum(1 for text in seen.texts.values() if text is not None and not text[1])
    return f"watching {count_of(readable, 'file')}"


def _watched_folders(paths: Iterable[str], seen: _Snapshot) -> set[str]:
    """Return the folders of the files, also after following links, and the given folders with
    those inside."""
    folders = {folder for path in paths for folder in folders_inside(path)}
    for name in seen.texts:
        folders |= {os.path.dirname(name) or ".", os.path.dirname(os.path.realpath(name))}
    return {folder for folder in folders if os.path.isdir(folder)}


def _wait_for_change(
    seen: _Snapshot, look: Callable[[], _Snapshot], folders: Iterable[str]
) -> _Snapshot:
    """Return the next snapshot that differs from `seen` and is stable: two looks are equal."""
    with file_events(folders) as wait:
        before = seen
        while True:
            now = look()
            if now != seen and now == before:
                return now
            before = now
            time.sleep(PAUSE) if now != seen else wait()


def _differences(seen: _Snapshot, now: _Snapshot) -> list[str]:
    """Return the names of what changed."""
    names = sorted({*seen.texts, *now.texts})
    found = [visible(name) for name in names if seen.texts.get(name) != now.texts.get(name)]
    return [*(["the settings"] if seen.config != now.config else []), *found]
