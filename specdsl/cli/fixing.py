"""`specdsl check --fix` and `--diff`: mends applied, or shown."""

from __future__ import annotations

import codecs
import difflib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import click

from specdsl.cache import in_memory_cache
from specdsl.cli.common import not_loaded
from specdsl.cli.judging import selected, severity
from specdsl.cli.output import complain
from specdsl.config import Config
from specdsl.diagnostics import Diagnostic, Report, Severity, did_you_mean
from specdsl.mends.apply import Mending, Step
from specdsl.pipeline import Loaded
from specdsl.plain import visible
from specdsl.policy import Spec, check
from specdsl.report import CheckedSpec
from specdsl.report.runs import count_of


def mend(
    all_loaded: Sequence[Loaded],
    config: Config,
    prefer: Collection[str],
    given: Callable[[str], bool],
    write: bool,
) -> list[CheckedSpec]:
    """Mends what can be: in the files, or as a diff on standard output that changes nothing. What
    is mended, what is not and why goes to standard error. The runs are those of before. `given`:
    whether a file may be edited."""
    specs = [Spec(one, None, config.allowing) for one in all_loaded if one.circuit is not None]
    _known(prefer, specs)
    least = Severity.WARNING if write else Severity.NOTE  # what is written is checked once more
    knowing = in_memory_cache()
    reports = [check(spec, least=least, known=knowing(spec.loaded)) for spec in specs]
    mending = Mending(list(specs), list(reports), frozenset(prefer), knowing, given)
    mending.run(lambda report: _wanted(report, config))
    before = {path: text for loaded in all_loaded for path, text in _texts(loaded)}
    if write:
        _write(before, mending.edited)
    else:
        click.echo("".join(_diff(before, mending.edited)), nl=False)
    _say(mending.steps, write)
    pairs = zip(specs, reports, strict=True)
    return [
        *(not_loaded(loaded) for loaded in all_loaded if loaded.circuit is None),
        *(selected(_run(spec, report), config) for spec, report in pairs),
    ]


def _run(spec: Spec, report: Report) -> CheckedSpec:
    return CheckedSpec(spec.loaded.path, report, loads=True, is_layer=spec.model.layer is not None)


def _wanted(report: Report, config: Config) -> tuple[Diagnostic, ...]:
    """What the settings ask for."""
    chosen = selected(CheckedSpec("", report, loads=True), config).report.diagnostics
    return tuple(one for one in chosen if severity(one, config) >= config.least)


def _known(prefer: Iterable[str], specs: Iterable[Spec]) -> None:
    specs = list(specs)
    names = {rule.name for spec in specs for rule in spec.model.rules}
    names |= {value.name for spec in specs for value in spec.model.values}
    for name in prefer:
        if specs and name not in names:
            hint = did_you_mean(name, names)
            raise click.UsageError(f"`--prefer`: there is no rule or value `{name}`{hint}")


def _texts(loaded: Loaded) -> Iterator[tuple[str, str]]:
    for i, file in enumerate(loaded.files):
        yield (file.source.name if i else loaded.path), file.source.text


# --- what is said --------------------------------------------------------------------------------


def _say(steps: Iterable[Step], done: bool) -> None:
    """To standard error: what was mended and how, what was not and why."""
    steps = list(steps)
    for step in steps:
        verb = "not mended" if step.mend is None else "mended" if done else "would mend"
        click.echo(f"{verb}: {visible(step.finding.message)}", err=True)
        if step.mend is None:
            click.echo(f"  {visible(f'{step.path}: {step.reason}')}", err=True)
            continue
        for line in _how(step):
            click.echo(f"  {visible(line)}", err=True)
    mended = sum(step.mend is not None for step in steps)
    left = f", {len(steps) - mended} left to you" if mended < len(steps) else ""
    click.echo(f"{count_of(mended, 'finding')} {'mended' if done else 'to mend'}{left}", err=True)


def _how(step: Step) -> Iterator[str]:
    assert step.mend is not None
    proposal = step.mend.proposal
    files = dict.fromkeys(edit.span.source.name for edit in proposal.edits)
    yield f"{', '.join(files)}: {proposal.kind.value}: {proposal.text}"
    yield f"({step.mend.checked})"


# --- files ---------------------------------------------------------------------------------------


def _diff(before: Mapping[str, str], edited: Mapping[str, str]) -> Iterator[str]:
    for path in sorted(edited):
        old, new = (text.splitlines(keepends=True) for text in (before[path], edited[path]))
        for line in difflib.unified_diff(old, new, visible(path), f"{visible(path)} (mended)"):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _write(before: Mapping[str, str], edited: Mapping[str, str]) -> None:
    """All files or none where one of them has changed since it was read."""
    for path in edited:
        if _read(path)[1] != before[path]:
            _give_up(f"{path}: it has changed while it was checked; nothing was written")
    for path, text in sorted(edited.items()):
        try:
            _replace(path, text)
        except OSError as problem:
            _give_up(f"{path}: {problem.strerror}")


def _read(path: str) -> tuple[bytes, str]:
    """The byte order mark, if any, and the text."""
    data = Path(path).read_bytes()
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    return mark, data.decode("utf-8-sig", "replace")


def _replace(path: str, text: str) -> None:
    """At no moment is there half a file."""
    target = os.path.realpath(path)
    mark, _ = _read(target)
    with tempfile.NamedTemporaryFile(dir=os.path.dirname(target), delete=False) as file:
        file.write(mark + text.encode("utf-8"))
    shutil.copymode(target, file.name)
    os.replace(file.name, target)


def _give_up(why: str) -> NoReturn:
    complain(why)
    sys.exit(2)
