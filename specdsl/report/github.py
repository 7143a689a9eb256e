"""Workflow commands of GitHub Actions: an annotation at the line of each finding.

The runner reads them from the output of a step and shows them in the changes of a pull request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specdsl.diagnostics import CheckResult, Diagnostic, Severity
from specdsl.plain import visible
from specdsl.report.notes import notes_of
from specdsl.report.runs import Run, summary
from specdsl.report.style import Style

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def github(runs: Sequence[Run], style: Style) -> str:
    """One line a finding, one a check left unproved, and the summary for the log."""
    found = [_finding(d) for run in runs for d in run.report.diagnostics]
    unproved = [_unproved(run, check) for run in runs for check in run.report.unproved]
    return "\n".join([*found, *unproved, summary(runs)]) + "\n"


def _finding(diagnostic: Diagnostic) -> str:
    lines = [diagnostic.message, *(f"{note.title}: {note.text}" for note in notes_of(diagnostic))]
    title = f"{diagnostic.code.id} {diagnostic.code.name}"
    return _command(diagnostic.severity, {**_place(diagnostic), "title": title}, "\n".join(lines))


def _place(diagnostic: Diagnostic) -> dict[str, object]:
    """Columns only within one line: GitHub takes none for a place of several."""
    if diagnostic.primary is None:
        return {}
    span = diagnostic.primary.span
    lines = {"file": span.source.name, "line": span.line, "endLine": span.end_line}
    if span.line != span.end_line:
        return lines
    return {**lines, "col": span.column, "endColumn": span.end_column}


def _unproved(run: Run, check: CheckResult) -> str:
    about = {"file": run.path, "title": f"{check.code.id} {check.code.name}: unproved"}
    text = f"not settled within the limits, so neither found nor excluded: {check.detail}"
    text += "".join(f"; {reason}: {help_}" for reason, help_ in check.why)
    return _command(check.code.severity, about, text)


def _command(severity: Severity, about: Mapping[str, object], text: str) -> str:
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in about.items())
    return f"::{COMMANDS[severity]} {listed}::{_data(text)}"


def _data(text: str) -> str:
    """A message on one line, with no character that the runner or a terminal acts on."""
    return visible(text, newlines=True).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
