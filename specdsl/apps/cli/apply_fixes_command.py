"""Automatic fixes, `specdsl check --fix` and `--diff`: applied to the files, or shown."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import click

from specdsl.analyses.fixes.apply_fixes import FixSession, FixStep
from specdsl.api import Spec, check
from specdsl.apps.cache import in_memory_cache
from specdsl.apps.cli.common import report_of_faults
from specdsl.apps.cli.grading import select_findings, severity_of
from specdsl.apps.cli.replaced_files import replace_files
from specdsl.apps.config import Config
from specdsl.base.diagnostics import Diagnostic, Report, Severity, did_you_mean
from specdsl.base.plain_text import visible
from specdsl.pipeline import Loaded
from specdsl.reports import CheckedSpec
from specdsl.reports.checked_spec import count_of


def apply_fixes(
    all_loaded: Sequence[Loaded],
    config: Config,
    prefer: Collection[str],
    may_edit: Callable[[str], bool],
    write: bool,
) -> list[CheckedSpec]:
    """Apply fixes in the files, or print them as a diff on standard output. Standard error gets
    what was fixed, what was not and why. Returns the reports of before. `may_edit` tells whether a
    file may be edited.
    """
    specs = [Spec(one, None, config.allowing) for one in all_loaded if one.circuit is not None]
    _check_preferences(prefer, specs)
    # Files that are written are checked once more.
    least = Severity.WARNING if write else Severity.NOTE
    cache_for = in_memory_cache()
    reports = [check(spec, least=least, known=cache_for(spec.loaded)) for spec in specs]
    session = FixSession(list(specs), list(reports), frozenset(prefer), cache_for, may_edit)
    session.fix_findings(lambda report: _selected_findings(report, config))
    before = {path: text for loaded in all_loaded for path, text in _texts_by_path(loaded)}
    if write:
        replace_files(before, session.edited)
    else:
        click.echo("".join(_unified_diff(before, session.edited)), nl=False)
    _report_steps(session.steps, write)
    pairs = zip(specs, reports, strict=True)
    return [
        *(report_of_faults(loaded) for loaded in all_loaded if loaded.circuit is None),
        *(select_findings(_checked_spec(spec, report), config) for spec, report in pairs),
    ]


def _checked_spec(spec: Spec, report: Report) -> CheckedSpec:
    return CheckedSpec(spec.loaded.path, report, loads=True, is_layer=spec.model.layer is not None)


def _selected_findings(report: Report, config: Config) -> tuple[Diagnostic, ...]:
    """Return the findings that the settings select."""
    chosen = select_findings(CheckedSpec("", report, loads=True), config).report.diagnostics
    return tuple(one for one in chosen if severity_of(one, config) >= config.least)


def _check_preferences(prefer: Iterable[str], specs: Iterable[Spec]) -> None:
    specs = list(specs)
    names = {rule.name for spec in specs for rule in spec.model.rules}
    names |= {value.name for spec in specs for value in spec.model.values}
    for name in prefer:
        if specs and name not in names:
            hint = did_you_mean(name, names)
            raise click.UsageError(f"`--prefer`: there is no rule or value `{name}`{hint}")


def _texts_by_path(loaded: Loaded) -> Iterator[tuple[str, str]]:
    for i, file in enumerate(loaded.files):
        yield (file.source.name if i else loaded.path), file.source.text


# --- what is said --------------------------------------------------------------------------------


def _report_steps(steps: Iterable[FixStep], done: bool) -> None:
    """Report on standard error what was fixed and how, what was not and why."""
    steps = list(steps)
    for step in steps:
        verb = "not mended" if step.fix is None else "mended" if done else "would mend"
        click.echo(f"{verb}: {visible(step.finding.message)}", err=True)
        if step.fix is None:
            click.echo(f"  {visible(f'{step.path}: {step.reason}')}", err=True)
            continue
        for line in _fix_lines(step):
            click.echo(f"  {visible(line)}", err=True)
    mended = sum(step.fix is not None for step in steps)
    left = f", {len(steps) - mended} left to you" if mended < len(steps) else ""
    click.echo(f"{count_of(mended, 'finding')} {'mended' if done else 'to mend'}{left}", err=True)


def _fix_lines(step: FixStep) -> Iterator[str]:
    assert step.fix is not None
    proposal = step.fix.proposal
    files = dict.fromkeys(edit.span.source.name for edit in proposal.edits)
    yield f"{', '.join(files)}: {proposal.kind.value}: {proposal.text}"
    yield f"({step.fix.summary})"


# --- files ---------------------------------------------------------------------------------------


def _unified_diff(before: Mapping[str, str], edited: Mapping[str, str]) -> Iterator[str]:
    for path in sorted(edited):
        old, new = (text.splitlines(keepends=True) for text in (before[path], edited[path]))
        for line in difflib.unified_diff(old, new, visible(path), f"{visible(path)} (mended)"):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
