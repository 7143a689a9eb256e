"""`specdsl check --watch`: checks again whenever something that was read has changed.

Files are looked at a few times a second and compared by what they hold, so that no time stamp and
no service of the operating system matters. What a round reads is compared with what was there
before it was read: a change in between is never missed.
"""

from __future__ import annotations

import posixpath
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import click

from specdsl.cli import INTERRUPTED, internal_error, output
from specdsl.cli.common import load_all, root, spec_files
from specdsl.cli.judging import graded, selected
from specdsl.cli.run_check import Asked, checked
from specdsl.config import Config
from specdsl.model.files import DiskFiles
from specdsl.pipeline import Loaded
from specdsl.plain import visible
from specdsl.report import CheckedSpec
from specdsl.report.runs import count_of
from specdsl.syntax.tree import LayerNode, Text, UseNode

if TYPE_CHECKING:
    from specdsl.mends.proposals import Knowing

CLEARED = "\033[2J\033[1;1H"  # an empty terminal
PAUSE = 0.2  # seconds between two looks; a change counts once two looks see the same

Report = Callable[[list[CheckedSpec], Config], None]
Known = dict[str, CheckedSpec]
EVERYTHING = Asked()


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was there: the settings, or what is wrong with them; the specs; what files hold."""

    config: Config | str
    specs: tuple[str, ...]
    texts: Mapping[str, tuple[str, str] | None]


def watch(
    paths: tuple[str, ...],
    configured: Callable[[], Config],
    report: Report,
    asked: Asked = EVERYTHING,
) -> NoReturn:
    """Calls `report` at once and after every change, until Ctrl-C ends it with status 130."""
    if "-" in paths:
        raise click.UsageError("standard input cannot be watched")
    try:
        _rounds(paths, configured, report, asked)
    except KeyboardInterrupt:
        click.echo(err=True)
        sys.exit(INTERRUPTED)


def _rounds(
    paths: tuple[str, ...], configured: Callable[[], Config], report: Report, asked: Asked
) -> NoReturn:
    from specdsl.cache import in_memory_cache

    used: set[str] = set()
    known: Known = {}
    knowing = in_memory_cache()  # of parts of specs: what was not edited is not checked again
    while True:
        seen = _look(paths, configured, used)
        try:
            loaded = load_all(seen.specs) if root() is None else load_all(seen.specs, paths)
            if more := _read(loaded) - seen.texts.keys():
                used.update(more)  # read before they were looked at: look first
                continue
            config = Config() if isinstance(seen.config, str) else seen.config
            known = _checked([(one, asked.by(config, one)) for one in loaded], known, knowing)
            _show(list(known.values()), seen, report)
        except click.UsageError as problem:
            output.complain(problem.format_message())
        except Exception as problem:
            output.complain(internal_error(problem))
        click.echo(f"\n{_watched(seen)}; Ctrl-C ends it", err=True)
        now = _changed(seen, lambda: _look(paths, configured, used))
        if sys.stdout.isatty():
            output.exactly(CLEARED)
        click.echo(f"changed: {', '.join(_differences(seen, now))}\n", err=True)


def _look(paths: Iterable[str], configured: Callable[[], Config], used: Iterable[str]) -> _Seen:
    specs: list[str] = []
    for path in paths:
        try:
            specs += spec_files([path])
        except (click.UsageError, OSError):
            continue  # a folder that has no spec yet
    config: Config | str
    try:
        config = configured()
    except click.UsageError as problem:
        config = problem.format_message()
    unique = tuple(dict.fromkeys(specs))
    disk = DiskFiles(root())  # what is outside is not looked at
    return _Seen(config, unique, {name: disk.find(name) for name in (*unique, *used)})


def _read(loaded: Iterable[Loaded]) -> set[str]:
    """The files that were read, and those that could not be."""
    files = [file for one in loaded for file in one.files]
    found = {file.source.name for file in files}
    for file in files:
        folder = posixpath.dirname(file.source.name)
        for statement in file.statements:
            match statement:
                case UseNode(target=Text(value=value)) | LayerNode(base=Text(value=value)):
                    found.add(posixpath.normpath(posixpath.join(folder, value)))
    return found


def _checked(every: Iterable[tuple[Loaded, Asked]], known: Known, knowing: Knowing) -> Known:
    """The reports, by all that they depend on; those of specs that did not change are kept. What
    does not load depends on files that are not there, too."""
    from specdsl.cache.key import report_key

    found: Known = {}
    for one, asked in every:
        key = report_key("", one, asked.only, asked.allowing)
        same = key in known and one.circuit is not None
        found[key] = known[key] if same else checked(one, asked, knowing)
    return found


def _show(runs: list[CheckedSpec], seen: _Seen, report: Report) -> None:
    if isinstance(seen.config, str):
        raise click.UsageError(seen.config)
    config = seen.config
    if runs:
        report([graded(selected(run, config), config) for run in runs], config)


def _watched(seen: _Seen) -> str:
    if not seen.specs:
        return "waiting for a .spec file"
    readable = sum(1 for text in seen.texts.values() if text is not None and not text[1])
    return f"watching {count_of(readable, 'file')}"


def _changed(seen: _Seen, look: Callable[[], _Seen]) -> _Seen:
    """What is there, once it differs from what was seen and has stayed so for a moment."""
    before = seen
    while True:
        time.sleep(PAUSE)
        now = look()
        if now != seen and now == before:
            return now
        before = now


def _differences(seen: _Seen, now: _Seen) -> list[str]:
    """The names of what changed."""
    names = sorted({*seen.texts, *now.texts})
    found = [visible(name) for name in names if seen.texts.get(name) != now.texts.get(name)]
    return [*(["the settings"] if seen.config != now.config else []), *found]
