"""One line a diagnostic: `file:line:column: error[SD301] message`."""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.plain import shown_path, visible
from specdsl.report.lines import line
from specdsl.report.runs import Run, summary
from specdsl.report.statistics import tables
from specdsl.report.style import Style


def concise(runs: Sequence[Run], style: Style) -> str:
    lines = [line(d, style) for run in runs for d in run.report.diagnostics]
    for run in runs:
        for check in run.report.unproved:
            lines.append(
                f"{shown_path(run.path)}: unproved {check.code.name}: {visible(check.detail)}"
            )
    return "\n".join([*lines, summary(runs)]) + "\n" + tables(runs, style)
