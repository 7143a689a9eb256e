"""GitHub renderer: workflow commands of GitHub Actions, an annotation at the line of each finding.

The runner reads them from the output of a step and shows them in the changes of a pull request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specdsl.base.diagnostics import CheckResult, Diagnostic, Severity
from specdsl.base.plain_text import visible
from specdsl.reports.checked_spec import CheckedSpec, summary_line
from specdsl.reports.notes_with_fixes import notes_with_fixes
from specdsl.reports.style import Style

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render_github(runs: Sequence[CheckedSpec], style: Style) -> str:
    """Render a line for each finding and for each unproved check, and the summary for the log."""
    found = [_finding_command(d) for run in runs for d in run.report.diagnostics]
    unproved = [_unproved_command(run, check) for run in runs for check in run.report.unproved]
    return "\n".join([*found, *unproved, summary_line(runs)]) + "\n"


def _finding_command(diagnostic: Diagnostic) -> str:
    lines = [
        diagnostic.message,
        *(f"{note.title}: {note.text}" for note in notes_with_fixes(diagnostic)),
    ]
    title = f"{diagnostic.code.id} {diagnostic.code.name}"
    return _workflow_command(
        diagnostic.severity, {**_place_properties(diagnostic), "title": title}, "\n".join(lines)
    )


def _place_properties(diagnostic: Diagnostic) -> dict[str, object]:
    """Return the place. Columns are given only within one line: GitHub rejects them for
    several lines.
    """
    if diagnostic.primary is None:
        return {}
    span = diagnostic.primary.span
    lines = {"file": span.source.name, "line": span.line, "endLine": span.end_line}
    if span.line != span.end_line:
        return lines
    return {**lines, "col": span.column, "endColumn": span.end_column}


def _unproved_command(run: CheckedSpec, check: CheckResult) -> str:
    about = {"file": run.path, "title": f"{check.code.id} {check.code.name}: unproved"}
    text = f"not settled within the limits, so neither found nor excluded: {check.detail}"
    text += "".join(f"; {reason}: {help_}" for reason, help_ in check.why)
    return _workflow_command(check.code.severity, about, text)


def _workflow_command(severity: Severity, about: Mapping[str, object], text: str) -> str:
    listed = ",".join(f"{name}={_escape_property(str(value))}" for name, value in about.items())
    return f"::{COMMANDS[severity]} {listed}::{_escape_data(text)}"


def _escape_data(text: str) -> str:
    """Escape a message to one line, without characters that the runner or a terminal acts on."""
    return visible(text, newlines=True).replace("%", "%25").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")
