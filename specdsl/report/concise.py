"""One line a diagnostic: `file:line:column: error[SD301] message`."""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.diagnostics import Diagnostic
from specdsl.report.full import visible
from specdsl.report.runs import Run, summary
from specdsl.report.style import Style


def concise(runs: Sequence[Run], style: Style) -> str:
    lines = [_line(d, style) for run in runs for d in run.report.diagnostics]
    for run in runs:
        for check in run.report.unproved:
            lines.append(f"{run.path}: unproved {check.code.name}: {check.detail}")
    return "\n".join([*lines, summary(runs)]) + "\n"


def _line(diagnostic: Diagnostic, style: Style) -> str:
    severity = str(diagnostic.severity)
    head = style.paint(f"{severity}[{diagnostic.code.id}]", severity)
    label = diagnostic.primary
    place = "-"
    if label is not None:
        span = label.span
        place = f"{visible(span.source.name)}:{span.line}:{span.column}"
    return f"{place}: {head} {visible(diagnostic.message)}"
