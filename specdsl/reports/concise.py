"""Concise renderer: one line for each diagnostic, `file:line:column: error[SD301] message`."""

from __future__ import annotations

from collections.abc import Sequence

from specdsl.base.plain_text import shown_path, visible
from specdsl.reports.checked_spec import CheckedSpec, summary_line
from specdsl.reports.one_line import render_line
from specdsl.reports.statistics_table import effort_tables
from specdsl.reports.style import Style


def render_concise(runs: Sequence[CheckedSpec], style: Style) -> str:
    lines = [render_line(d, style) for run in runs for d in run.report.diagnostics]
    for run in runs:
        for check in run.report.unproved:
            lines.append(
                f"{shown_path(run.path)}: unproved {check.code.name}: {visible(check.detail)}"
            )
    return "\n".join([*lines, summary_line(runs)]) + "\n" + effort_tables(runs, style)
