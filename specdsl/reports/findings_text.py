"""Text renderer: errors and warnings in full, a line for each note, the summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from specdsl.base.diagnostics import Code, Diagnostic
from specdsl.base.limits import MAX_SHOWN_OF_CODE
from specdsl.base.plain_text import visible
from specdsl.reports.checked_spec import CheckedSpec, summary_line
from specdsl.reports.full import render_in_full
from specdsl.reports.one_line import note_lines, one_line_notes
from specdsl.reports.statistics_table import effort_tables
from specdsl.reports.style import Style


def render_text(runs: Sequence[CheckedSpec], style: Style) -> str:
    """Render all runs; unproved checks come before the summary."""
    parts = [part for run in runs for part in _render_run(run, style)]
    # Specs that share a file may have the same note: it is shown once.
    brief = dict.fromkeys(one for run in runs for one in note_lines(run, style))
    parts += ["\n".join(brief)] if brief else []
    parts += [render_unproved(run, style) for run in runs if run.report.unproved]
    return "\n\n".join([*parts, last_lines(runs, style)])


def last_lines(runs: Sequence[CheckedSpec], style: Style) -> str:
    """Return the summary and, if measured, the effort of each check."""
    return f"{style.paint(summary_line(runs), 'bold')}\n{effort_tables(runs, style)}"


def _render_run(run: CheckedSpec, style: Style) -> Iterator[str]:
    shown = FullRendering(style)
    yield from shown.render_findings(run, run.report.diagnostics)
    yield from shown.omitted_lines()


class FullRendering:
    """Renders findings in full, up to a number for each code."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._count: Counter[Code] = Counter()
        self._incomplete: set[Code] = set()

    def render_findings(self, run: CheckedSpec, some: Iterable[Diagnostic]) -> Iterator[str]:
        """Yield the given findings of the run, except for notes that are shown as one line."""
        brief = set(map(id, one_line_notes(run)))
        self._incomplete.update(check.code for check in run.report.checks if check.more)
        for one in some:
            if id(one) not in brief:
                self._count[one.code] += 1
                if self._count[one.code] <= MAX_SHOWN_OF_CODE:
                    yield render_in_full(one, self._style)

    def omitted_lines(self) -> Iterator[str]:
        """Yield how the omitted findings can be shown."""
        for code, many in self._count.items():
            if many > MAX_SHOWN_OF_CODE:
                least = "at least " if code in self._incomplete else ""
                more = f"{least}{many - MAX_SHOWN_OF_CODE:,} more of {code.id}"
                yield f"{more}: `--output-format concise` lists them all"


def render_unproved(run: CheckedSpec, style: Style) -> str:
    """Render the unproved checks of a run, with the reasons."""
    head = style.paint("unproved", "warning")
    path = visible(run.path)
    lines = [f"{head}: {path}: not settled within the limits, so neither found nor excluded"]
    lines += [f"   = {check.code.name}: {visible(check.detail)}" for check in run.report.unproved]
    whys = dict.fromkeys(why for check in run.report.unproved for why in check.why)
    for reason, help_ in whys:
        lines += [f"   = why: {visible(reason)}", f"   = help: {visible(help_)}"]
    return "\n".join(lines)
